/// The factorization A = L Lᵀ of a symmetric positive definite matrix (`potrf`).
///
/// ⅓n³ flops, half of `LU`; a solve takes 2n² a right-hand side. Only one triangle of A is referenced, by default the
/// lower one, whose factorizations of order up to 256 and solves of order up to 8 run in kernels of our own.
public struct Cholesky<Element: Scalar>: Factorization {
  /// L in the lower triangle, or Lᵀ in the upper one, below which is what A had there; above L is nothing of meaning.
  @usableFromInline let factor: Matrix<Element>
  @usableFromInline let triangle: Triangle
  /// ‖A‖₁.
  @usableFromInline package let norm1: Element

  /// Factors the symmetric matrix that one triangle of A holds, in its own memory if the caller gives it up.
  ///
  /// Throws: `notSquare`, `nonFinite` in that triangle, `notPositiveDefinite` with the order of the first leading
  /// minor that is not positive.
  @inlinable
  public init(
    _ a: consuming Matrix<Element>, triangle: Triangle = .lower
  ) throws(LinAlgError) {
    guard a.isSquare else { throw .notSquare(rows: a.rows, columns: a.columns) }
    self.triangle = triangle
    if a.rows <= 8 && triangle == .lower {
      var norm: Element = 0
      let order = unsafe Element._potrfSmall(a.rows, &a.storage, a.rows, &norm)
      if order > 0 { throw .notPositiveDefinite(order: Int(order)) }
      if order == 0 {
        (factor, norm1) = (a, norm)
        return
      }
      // Sums that are not finite left A as it was.
    }
    norm1 = unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: a.rows + 1) { sums in
      unsafe Element._symmetricNorm(
        triangle == .upper, a.rows, a.storage, a.rows, sums.baseAddress!)
    }
    // The sums go over the triangle. They are not finite if an element is not, or on overflow.
    if !norm1.isFinite { try a.checkFinite(triangle) }
    try LAPACK.potrf(&a, triangle)
    factor = a
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
    if rows <= 8 && triangle == .lower {
      unsafe Element._potrsSmall(rows, b.columns, factor.storage, rows, &b.storage, rows)
    } else {
      try LAPACK.potrs(factor, triangle, &b)
    }
  }

  /// The inverse (`potri`, ⅔n³ flops beyond the factorization), exactly symmetric.
  public func inverse() throws(LinAlgError) -> Matrix<Element> {
    var inverse = factor
    if rows > 0 {
      try LAPACK.potri(&inverse, triangle)
      unsafe Element._symmetrize(triangle == .upper, rows, &inverse.storage, rows)
    }
    return inverse
  }

  /// The diagonal of L, twice.
  public var determinantFactors: [Element] { factor.diagonal + factor.diagonal }

  /// Always 1.
  public var determinantSign: Element { 1 }

  /// An estimate of 1/(‖A‖₁·‖A⁻¹‖₁) (`pocon`).
  public var reciprocalCondition: Element {
    get throws(LinAlgError) { try LAPACK.pocon(factor, triangle, norm: norm1) }
  }

  /// Lᵀ above what A had below it, where A was given by its upper triangle: shares the memory.
  package var upper: Matrix<Element> {
    precondition(triangle == .upper, "a factorization of the lower triangle")
    return factor
  }

  /// The lower triangular factor L.
  @inlinable
  public var lower: Matrix<Element> {
    let isUpper = triangle == .upper
    return Matrix(rows: rows, columns: rows) {
      $0 < $1 ? 0 : isUpper ? factor[$1, $0] : factor[$0, $1]
    }
  }
}

// MARK: - One-shot forms

extension Matrix {
  /// The solution X of A X = B for the symmetric positive definite matrix that one triangle of A holds, by `Cholesky`.
  ///
  /// Worked on in place if the caller gives A and B up, and copied once otherwise; one right-hand side of a system of up to
  /// 8 equations, given by the lower triangle, is solved in one piece that allocates nothing but that copy of B. Throws:
  /// `notSquare`, `dimensionMismatch`, `nonFinite`, `notPositiveDefinite`.
  @inlinable @inline(__always)
  public consuming func solve(
    _ b: consuming Self, positiveDefinite triangle: Triangle
  ) throws(LinAlgError) -> Self {
    // What this kernel declines is an error, or solved with more care.
    if rows <= 8, isSquare, b.columns == 1, b.rows == rows, triangle == .lower,
      unsafe Element._posvSmall(rows, storage, &b.storage)
    {
      return b
    }
    return try Cholesky(self, triangle: triangle).solve(b)
  }

  /// The solution x of A x = b for the symmetric positive definite matrix that one triangle of A holds, by `Cholesky`.
  ///
  /// Throws what the solution for several right-hand sides does.
  @inlinable @inline(__always)
  public consuming func solve(
    _ b: consuming [Element], positiveDefinite triangle: Triangle
  ) throws(LinAlgError) -> [Element] {
    try (consume self).solve(Matrix(column: b), positiveDefinite: triangle).storage
  }
}

extension Matrix {
  /// Throws `nonFinite` at the first element of a triangle that is NaN or infinite.
  @usableFromInline
  func checkFinite(_ triangle: Triangle) throws(LinAlgError) {
    for j in 0..<columns {
      for i in triangle == .lower ? j..<rows : 0..<j + 1 where !self[i, j].isFinite {
        throw .nonFinite(row: i, column: j)
      }
    }
  }
}
