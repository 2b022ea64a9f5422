/// The factorization A = L Lᵀ of a symmetric positive definite matrix (`potrf`).
///
/// ⅓n³ flops, half of `LU`; a solve takes 2n² a right-hand side. Only the lower triangle of A is
/// referenced. Orders up to 8 run in loops of our own.
public struct Cholesky<Element: Scalar>: Factorization {
  /// L in the lower triangle; the upper one holds what A had there.
  @usableFromInline let factor: Matrix<Element>
  @usableFromInline let norm1: Element

  /// Factors a matrix, in its own memory if the caller gives it up.
  ///
  /// Throws: `notSquare`, `nonFinite` in the lower triangle, `notPositiveDefinite` with the order of the first leading
  /// minor that is not positive.
  @inlinable
  public init(_ a: consuming Matrix<Element>) throws(LinAlgError) {
    guard a.isSquare else { throw .notSquare(rows: a.rows, columns: a.columns) }
    norm1 = unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: a.rows + 1) { sums in
      unsafe Element._symmetricNorm(a.rows, a.storage, a.rows, sums.baseAddress!)
    }
    // The sums go over the lower triangle. They are not finite if an element is not, or on overflow.
    if !norm1.isFinite { try a.checkLowerTriangleFinite() }
    if a.rows <= 8 {
      let order = unsafe Element._potrfSmall(a.rows, &a.storage, a.rows)
      if order > 0 { throw .notPositiveDefinite(order: Int(order)) }
    } else {
      try LAPACK.potrf(&a)
    }
    factor = a
  }

  /// The factorization of RᵀR for an upper triangular R that is already known; the other half of R is not read.
  package init(upperTriangle r: Matrix<Element>) {
    factor = r.transposed()
    norm1 = 0
  }

  /// The number of rows of A.
  @inlinable
  public var rows: Int { factor.rows }
  /// The number of columns of A.
  @inlinable
  public var columns: Int { factor.rows }

  /// Overwrites B by the solution X of A X = B (`potrs`); A is its own transpose.
  @inlinable
  public func solveInPlace(_ b: inout Matrix<Element>, transposed: Bool) throws(LinAlgError) {
    try b.checkRightHandSide(rows: rows)
    if rows <= 8 {
      unsafe Element._potrsSmall(rows, b.columns, factor.storage, rows, &b.storage, rows)
    } else {
      try LAPACK.potrs(factor, &b)
    }
  }

  /// The inverse (`potri`, ⅔n³ flops beyond the factorization), exactly symmetric.
  public func inverse() throws(LinAlgError) -> Matrix<Element> {
    var inverse = factor
    if rows > 0 {
      try LAPACK.potri(&inverse)
      unsafe Element._symmetrize(false, rows, &inverse.storage, rows)
    }
    return inverse
  }

  /// The diagonal of L, twice.
  public var determinantFactors: [Element] { factor.diagonal + factor.diagonal }

  /// Always 1.
  public var determinantSign: Element { 1 }

  /// An estimate of 1/(‖A‖₁·‖A⁻¹‖₁) (`pocon`).
  public var reciprocalCondition: Element {
    get throws(LinAlgError) { try LAPACK.pocon(factor, norm: norm1) }
  }

  /// Lᵀ, upper triangular.
  package var upper: Matrix<Element> {
    var result = factor.transposed()
    unsafe result.withUnsafeMutableMatrixPointer { r in
      for j in unsafe 0..<r.columns {
        unsafe (r.base + j * r.leadingDimension + j + 1).update(
          repeating: 0, count: r.rows - j - 1)
      }
    }
    return result
  }

  /// The lower triangular factor L.
  @inlinable
  public var lower: Matrix<Element> {
    Matrix(rows: rows, columns: rows) { $0 >= $1 ? factor[$0, $1] : 0 }
  }
}

extension Matrix {
  /// Throws `nonFinite` at the first element on or below the diagonal that is NaN or infinite.
  @usableFromInline
  func checkLowerTriangleFinite() throws(LinAlgError) {
    for j in 0..<columns {
      for i in j..<rows where !self[i, j].isFinite { throw .nonFinite(row: i, column: j) }
    }
  }
}
