#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A matrix A, factored once, that solves for as many right-hand sides as come.
///
/// The same verbs for every kind: `LU`, `Cholesky`, `QR`, `PivotedQR`, `SVD`, `SymmetricEigen`,
/// `BandLU`, `BandCholesky`, `Tridiagonal`. A factorization is complete once it exists: what can go wrong
/// with A is thrown by its initialiser. Initialisers and in-place solves work on the memory they are
/// given if the caller gives it up, and copy it once otherwise.
public protocol Factorization<Element>: Sendable {
  /// The type of the matrix elements.
  associatedtype Element: Scalar

  /// The number of rows of A.
  var rows: Int { get }
  /// The number of columns of A.
  var columns: Int { get }

  /// Overwrites B by the solution X of A X = B, or of Aᵀ X = B when `transposed`.
  ///
  /// Where A has more rows than columns, X has fewer rows than B and is the least-squares solution; where
  /// it has fewer (or `transposed` makes it so), X has more and is the one of minimum norm, but for `QR`,
  /// which refuses, and `PivotedQR`, which gives a basic solution.
  /// Throws: `dimensionMismatch` if the rows do not fit, `nonFinite` at an element of B.
  func solveInPlace(_ b: inout Matrix<Element>, transposed: Bool) throws(LinAlgError)

  /// A number whose product over all is the determinant of a square A, up to `determinantSign`.
  var determinantFactors: [Element] { get }
  /// The sign that the product of `determinantFactors` lacks: 1 or −1.
  var determinantSign: Element { get }

  /// An estimate of 1/(‖A‖·‖A⁻¹‖), from 0 (singular) to 1: in the 1-norm, unless the type says otherwise.
  ///
  /// A solution loses about −log₁₀ of it decimal digits.
  var reciprocalCondition: Element { get throws(LinAlgError) }
}

extension Factorization {
  /// The number of equations, as `solve` sees them.
  func equations(transposed: Bool) -> Int { transposed ? columns : rows }

  /// Overwrites B by the solution X of A X = B.
  @inlinable
  public func solveInPlace(_ b: inout Matrix<Element>) throws(LinAlgError) {
    try solveInPlace(&b, transposed: false)
  }

  /// Overwrites b by the solution x of A x = b, or of Aᵀ x = b when `transposed`.
  @inlinable
  public func solveInPlace(_ b: inout [Element], transposed: Bool = false) throws(LinAlgError) {
    var x = Matrix(column: b)
    b = []  // so that x is alone in holding the memory
    do {
      try solveInPlace(&x, transposed: transposed)
    } catch {
      b = x.storage
      throw error
    }
    b = x.storage
  }

  /// The solution X of A X = B, or of Aᵀ X = B when `transposed`.
  @inlinable
  public func solve(
    _ b: consuming Matrix<Element>, transposed: Bool = false
  ) throws(LinAlgError) -> Matrix<Element> {
    try solveInPlace(&b, transposed: transposed)
    return b
  }

  /// The solution x of A x = b, or of Aᵀ x = b when `transposed`.
  @inlinable
  public func solve(
    _ b: consuming [Element], transposed: Bool = false
  ) throws(LinAlgError) -> [Element] {
    try solveInPlace(&b, transposed: transposed)
    return b
  }

  /// The inverse A⁻¹.
  ///
  /// Solving is faster and more accurate than multiplying by it.
  public func inverse() throws(LinAlgError) -> Matrix<Element> {
    try checkSquare()
    return try solve(.identity(rows))
  }

  /// The determinant.
  ///
  /// Its magnitude may overflow or underflow; `logDeterminant` does not.
  ///
  /// Throws: `notSquare`.
  public var determinant: Element {
    get throws(LinAlgError) {
      try checkSquare()
      let (significand, exponent) = scaledProduct(determinantFactors)
      // The initialiser gives 0 or infinity where the exponent is out of range.
      return determinantSign
        * Element(sign: .plus, exponent: Element.Exponent(exponent), significand: significand)
    }
  }

  /// The sign of the determinant and the natural logarithm of its magnitude (−∞ if singular).
  ///
  /// Throws: `notSquare`.
  public var logDeterminant: (sign: Element, logMagnitude: Element) {
    get throws(LinAlgError) {
      try checkSquare()
      let (significand, exponent) = scaledProduct(determinantFactors)
      if significand == 0 { return (0, -.infinity) }
      let magnitude = log(Double(significand.magnitude)) + Double(exponent) * log(2)
      return (significand < 0 ? -determinantSign : determinantSign, Element(magnitude))
    }
  }

  func checkSquare() throws(LinAlgError) {
    if rows != columns { throw .notSquare(rows: rows, columns: columns) }
  }
}

/// The product as significand · 2^exponent, which neither overflows nor underflows on the way.
@specialized(where Element == Double)
@specialized(where Element == Float)
private func scaledProduct<Element: Scalar>(
  _ factors: [Element]
) -> (significand: Element, exponent: Int) {
  var (significand, exponent): (Element, Int) = (1, 0)
  for factor in factors {
    guard factor.isFinite, factor != 0 else { return (significand * factor, 0) }
    significand *= factor.sign == .minus ? -factor.significand : factor.significand
    exponent += Int(factor.exponent) + Int(significand.exponent)
    significand = Element(signOf: significand, magnitudeOf: significand.significand)
  }
  return (significand, exponent)
}
