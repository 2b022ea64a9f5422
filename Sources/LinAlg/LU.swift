/// The factorization A = P L U of a square matrix, with row exchanges (`getrf`).
///
/// ⅔n³ flops; a solve takes 2n² a right-hand side. Factorizations of order up to 256 and solves of order up to 8
/// run in kernels of our own, which are faster there.
public struct LU<Element: Scalar>: Factorization {
  /// L below the diagonal (its ones are not stored), U on and above it.
  public let factors: Matrix<Element>
  /// Row i was exchanged with row `pivots[i] − 1`, in this order (LAPACK's `ipiv`).
  @usableFromInline let pivots: [Int32]
  @usableFromInline let norm1: Element

  /// Factors a matrix, in its own memory if the caller gives it up.
  ///
  /// Throws: `notSquare`, `nonFinite`, `singular` at the first pivot that is exactly 0. A matrix that is
  /// singular but for rounding passes: see `reciprocalCondition`.
  @inlinable
  public init(_ a: consuming Matrix<Element>) throws(LinAlgError) {
    guard a.isSquare else { throw .notSquare(rows: a.rows, columns: a.columns) }
    norm1 = try a.checkedNorm1()
    let n = a.rows
    var pivots = [Int32](repeating: 0, count: n)
    if n <= 8 {
      let zero = unsafe Element._getrfSmall(n, &a.storage, n, &pivots)
      if zero > 0 { throw .singular(pivot: Int(zero) - 1) }
    } else {
      try LAPACK.getrf(&a, &pivots)
    }
    factors = a
    self.pivots = pivots
  }

  /// The number of rows of A.
  @inlinable
  public var rows: Int { factors.rows }
  /// The number of columns of A.
  @inlinable
  public var columns: Int { factors.rows }

  /// Overwrites B by the solution X of A X = B or Aᵀ X = B (`getrs`).
  @inlinable
  public func solveInPlace(_ b: inout Matrix<Element>, transposed: Bool) throws(LinAlgError) {
    try b.checkRightHandSide(rows: rows)
    if rows <= 8 {
      unsafe Element._getrsSmall(
        transposed, rows, b.columns, factors.storage, rows, pivots, &b.storage, rows)
    } else {
      try LAPACK.getrs(factors, pivots, transposed: transposed, &b)
    }
  }

  /// The inverse (`getri`, 4/3 n³ flops beyond the factorization).
  public func inverse() throws(LinAlgError) -> Matrix<Element> {
    if rows <= 8 { return try solve(.identity(rows)) }
    var inverse = factors
    try LAPACK.getri(&inverse, pivots)
    return inverse
  }

  /// The diagonal of U.
  public var determinantFactors: [Element] { factors.diagonal }

  /// −1 for an odd number of row exchanges.
  public var determinantSign: Element { exchangeSign(pivots) }

  /// An estimate of 1/(‖A‖₁·‖A⁻¹‖₁) (`gecon`, a few solves).
  public var reciprocalCondition: Element {
    get throws(LinAlgError) { try LAPACK.gecon(factors, norm: norm1) }
  }

  /// The unit lower triangular factor.
  @inlinable
  public var lower: Matrix<Element> {
    Matrix(rows: rows, columns: rows) { $0 > $1 ? factors[$0, $1] : $0 == $1 ? 1 : 0 }
  }

  /// The upper triangular factor.
  @inlinable
  public var upper: Matrix<Element> {
    Matrix(rows: rows, columns: rows) { $0 <= $1 ? factors[$0, $1] : 0 }
  }

  /// The row of A that became row i of L U, for each i: A's rows in this order equal L U.
  public var rowOrder: [Int] {
    var order = Array(0..<rows)
    for (i, pivot) in pivots.enumerated() { order.swapAt(i, Int(pivot) - 1) }
    return order
  }
}

/// −1 if an odd number of rows changed places, for pivots that count from 1.
func exchangeSign<Element: Scalar>(_ pivots: [Int32]) -> Element {
  pivots.enumerated().reduce(into: 1) { sign, pivot in
    if Int(pivot.element) != pivot.offset + 1 { sign = -sign }
  }
}

// MARK: - One-shot forms

extension Matrix {
  /// The solution X of A X = B for a square A, by `LU`.
  ///
  /// Worked on in place if the caller gives A and B up, and copied once otherwise; one right-hand side of a system of up to
  /// 8 equations is solved in one piece that allocates nothing but that copy of B. Throws: `notSquare`, `dimensionMismatch`,
  /// `nonFinite`, `singular`.
  @inlinable @inline(__always)
  public consuming func solve(_ b: consuming Self) throws(LinAlgError) -> Self {
    // What this kernel declines is an error, or solved with more care.
    if rows <= 8, isSquare, b.columns == 1, b.rows == rows,
      unsafe Element._gesvSmall(rows, storage, &b.storage)
    {
      return b
    }
    return try LU(self).solve(b)
  }

  /// The solution x of A x = b for a square A, by `LU`.
  ///
  /// Throws what the solution for several right-hand sides does.
  @inlinable @inline(__always)
  public consuming func solve(_ b: consuming [Element]) throws(LinAlgError) -> [Element] {
    try (consume self).solve(Matrix(column: b)).storage
  }

  /// The inverse of a square matrix, by `LU`.
  public consuming func inverse() throws(LinAlgError) -> Self { try LU(self).inverse() }

  /// The determinant of a square matrix, by `LU`; 0 if a pivot is exactly 0.
  public consuming func determinant() throws(LinAlgError) -> Element {
    do {
      return try LU(self).determinant
    } catch .singular {
      return 0
    }
  }
}
