public import LinAlg

/// The one place where tolerances come from: c·n·eps times the norms that the theory names, c ≤ 10.
///
/// Backward-stable factorizations keep ‖A − A'‖ ≤ c·n·eps·‖A‖, their solves
/// ‖b − A x‖ ≤ c·n·eps·‖A‖·‖x‖ (Higham, Accuracy and Stability of Numerical Algorithms, 2002).
public enum Bounds {
  /// The c of c·n·eps, the same for all.
  public static let constant = 10

  /// c · order · eps · scale.
  public static func roundoff<Element: Scalar>(_ order: Int, _ scale: Element) -> Element {
    Element(constant * max(1, order)) * .ulpOfOne * scale
  }

  /// ‖A X − B‖ over what roundoff allows, that is at most 1; op(A) is Aᵀ when `transposed`.
  public static func residual<Element: Scalar>(
    _ a: Matrix<Element>, _ x: Matrix<Element>, _ b: Matrix<Element>, transposed: Bool = false
  ) -> Double {
    // Formed in double precision, so that the check does not add errors of its own to a Float's.
    let (a, x, b) = (
      a.converted(to: Double.self), x.converted(to: Double.self), b.converted(to: Double.self)
    )
    let residual = multiply(a, x, transposeA: transposed) - b
    let scale = a.normFrobenius * x.normFrobenius + b.normFrobenius
    return ratio(residual.normFrobenius, max(a.rows, a.columns), scale, Element.self)
  }

  /// ‖A − B‖ relative to ‖B‖ over what roundoff allows.
  public static func difference<Element: Scalar>(
    _ a: Matrix<Element>, _ b: Matrix<Element>
  ) -> Double {
    let (a, b) = (a.converted(to: Double.self), b.converted(to: Double.self))
    return ratio((a - b).normFrobenius, max(a.rows, a.columns), b.normFrobenius, Element.self)
  }

  /// ‖QᵀQ − I‖ over what roundoff allows.
  public static func orthogonality<Element: Scalar>(_ q: Matrix<Element>) -> Double {
    let q = q.converted(to: Double.self)
    let defect = q.gram() - .identity(q.columns)
    return ratio(
      defect.normFrobenius, max(q.rows, q.columns), max(1, Double(q.columns)).squareRoot(),
      Element.self)
  }

  private static func ratio<Element: Scalar>(
    _ error: Double, _ order: Int, _ scale: Double, _: Element.Type
  ) -> Double {
    if error == 0 { return 0 }
    return error / (Double(constant * max(1, order)) * Double(Element.ulpOfOne) * scale)
  }

  /// The correct decimal digits of a value: −log₁₀ of the relative error, at most 17.
  public static func digits(_ value: Double, _ reference: Double) -> Double {
    if value == reference { return 17 }
    let error = reference == 0 ? value.magnitude : ((value - reference) / reference).magnitude
    return min(17, -log10(error))
  }
}

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif
