/// The factorization A = Q R with orthonormal columns in Q and an upper triangular R (`geqrf`).
///
/// For m ≥ n rows and columns: 2mn² − ⅔n³ flops; `solve` gives the least-squares solution of A x ≈ b, and
/// with `transposed` the solution of Aᵀ x = b of minimum norm. Both need full column rank;
/// `leastSquares`, `PivotedQR` and `SVD` do not. For m < n the factors exist, but `solve` throws:
/// factor the transpose and solve `transposed` instead.
public struct QR<Element: Scalar>: Factorization {
  /// R on and above the diagonal, the Householder vectors below it.
  @usableFromInline let factors: Matrix<Element>
  private let tau: [Element]

  /// Factors a matrix, in its own memory if the caller gives it up.
  ///
  /// Throws: `nonFinite`.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: consuming Matrix<Element>) throws(LinAlgError) {
    try a.checkFinite()
    tau = try LAPACK.geqrf(&a)
    factors = a
  }

  /// What `geqrf` or `geqp3` left behind.
  init(factors: Matrix<Element>, tau: [Element]) {
    (self.factors, self.tau) = (factors, tau)
  }

  /// The number of rows of A.
  @inlinable
  public var rows: Int { factors.rows }
  /// The number of columns of A.
  @inlinable
  public var columns: Int { factors.columns }

  /// Overwrites B by the least-squares solution of A X ≈ B, or by the solution of Aᵀ X = B of minimum norm.
  ///
  /// Throws also `underdetermined` for m < n and `singular` at the first 0 on the diagonal of R.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func solveInPlace(_ b: inout Matrix<Element>, transposed: Bool) throws(LinAlgError) {
    if rows < columns { throw .underdetermined(rows: rows, columns: columns) }
    try b.checkRightHandSide(rows: equations(transposed: transposed))
    if let zero = factors.diagonal.firstIndex(of: 0) { throw .singular(pivot: zero) }
    if !transposed { try multiplyByQ(&b, transposed: true) }
    b.setRowCount(columns)
    solveLeadingTriangle(&b, transposed: transposed)
    if transposed {
      b.setRowCount(rows)
      try multiplyByQ(&b, transposed: false)
    }
  }

  /// Overwrites B by op(R₁)⁻¹ B with as many leading rows and columns R₁ of R as B has rows.
  func solveLeadingTriangle(_ b: inout Matrix<Element>, transposed: Bool) {
    unsafe factors.withUnsafeMatrixPointer { r in
      unsafe b.withUnsafeMutableMatrixPointer { b in
        let r = unsafe r[rows: 0..<b.rows, columns: 0..<b.rows]
        unsafe BLAS.trsm(
          r, .upper, transposed: transposed, unit: false, right: false, alpha: 1, b)
      }
    }
  }

  /// Overwrites C by Q C or, when `transposed`, by Qᵀ C, with the full m×m factor Q (`ormqr`).
  ///
  /// Q is never formed. Throws: `dimensionMismatch` unless C has as many rows as A.
  public func multiplyByQ(
    _ c: inout Matrix<Element>, transposed: Bool = false
  ) throws(LinAlgError) {
    guard c.rows == rows else {
      throw .dimensionMismatch("rows of the matrix to multiply by Q", expected: rows, found: c.rows)
    }
    if !c.isEmpty && !tau.isEmpty { try LAPACK.ormqr(factors, tau, transposed: transposed, &c) }
  }

  /// The thin factor Q, m×min(m, n), formed explicitly (`orgqr`).
  public func q() throws(LinAlgError) -> Matrix<Element> {
    var q = factors[columns: 0..<tau.count]
    try LAPACK.orgqr(&q, tau)
    return q
  }

  /// The factor R, min(m, n)×n.
  @inlinable
  public var r: Matrix<Element> {
    Matrix(rows: min(rows, columns), columns: columns) { $0 <= $1 ? factors[$0, $1] : 0 }
  }

  /// The diagonal of R.
  public var determinantFactors: [Element] { factors.diagonal }

  /// The determinant of Q: −1 for an odd number of reflections; those with τ = 0 are the identity.
  public var determinantSign: Element { tau.count { $0 != 0 }.isMultiple(of: 2) ? 1 : -1 }

  /// An estimate of 1/(‖R‖₁·‖R⁻¹‖₁) (`trcon`); 0 if there are fewer rows than columns.
  public var reciprocalCondition: Element {
    get throws(LinAlgError) { rows < columns ? 0 : try LAPACK.trcon(factors) }
  }
}

extension Matrix {
  /// An estimate of 1/(‖R‖₁·‖R⁻¹‖₁) for the upper triangle R of a square matrix (`trcon`).
  package var triangularReciprocalCondition: Element {
    get throws(LinAlgError) { try LAPACK.trcon(self) }
  }

  /// Drops rows at the bottom, or appends rows of zeros.
  mutating func setRowCount(_ count: Int) {
    if count == rows { return }
    let (kept, source, oldRows) = (min(rows, count), self, rows)
    self = unsafe Self(rows: count, columns: columns) { buffer in
      unsafe source.withUnsafeBufferPointer { source in
        for j in 0..<columns {
          let target = unsafe buffer.baseAddress.unsafelyUnwrapped + j * count
          unsafe target.initialize(
            from: UnsafeBufferPointer(rebasing: source[j * oldRows..<(j * oldRows + kept)])
              .address, count: kept)
          unsafe (target + kept).initialize(repeating: 0, count: count - kept)
        }
      }
    }
  }
}
