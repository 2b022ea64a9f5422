/// The factorization A P = Q R with column exchanges, the diagonal of R falling in magnitude (`geqp3`).
///
/// It reveals the rank: 4mnk flops or less for m×n and k = min(m, n). `solve` gives a basic
/// least-squares solution: columns that depend on the others, `rank()` decides, get the coefficient
/// 0. Works for any shape. `leastSquares` gives the solution of minimum norm.
public struct PivotedQR<Element: Scalar>: Factorization {
  /// Column k of Q R is column `columnOrder[k]` of A.
  public let columnOrder: [Int]
  /// The factorization of A P.
  @usableFromInline let qr: QR<Element>

  /// Factors a matrix, in its own memory if the caller gives it up.
  ///
  /// Throws: `nonFinite`.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: consuming Matrix<Element>) throws(LinAlgError) {
    try a.checkFinite()
    let result = try LAPACK.geqp3(&a)
    columnOrder = result.pivots.map { Int($0) - 1 }
    qr = QR(factors: a, tau: result.tau)
  }

  /// The number of rows of A.
  public var rows: Int { qr.rows }
  /// The number of columns of A.
  public var columns: Int { qr.columns }

  /// The number of diagonal elements of R above `tolerance` times the first.
  ///
  /// By default the tolerance is n·eps for n columns. It does not grow with the rows.
  public func rank(tolerance: Element? = nil) -> Int {
    let diagonal = qr.factors.diagonal.map(\.magnitude)
    let bound = (tolerance ?? Element(columns) * .ulpOfOne) * (diagonal.first ?? 0)
    return diagonal.firstIndex { $0 <= bound } ?? diagonal.count
  }

  /// Overwrites B by a least-squares solution of A X ≈ B, or of Aᵀ X ≈ B, with `rank()` columns of A.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func solveInPlace(_ b: inout Matrix<Element>, transposed: Bool) throws(LinAlgError) {
    try b.checkRightHandSide(rows: equations(transposed: transposed))
    let rank = rank()
    if transposed {
      // Aᵀ = P Rᵀ Qᵀ: order the equations, solve with the first rows of R, which may be fewer, apply Q.
      b = b.selectingRows(columnOrder)
      if rank == columns {
        qr.solveLeadingTriangle(&b, transposed: true)
      } else {
        b = try QR(r[rows: 0..<rank, columns: 0..<columns].transposed()).solve(b)
      }
      b.setRowCount(rows)
      try qr.multiplyByQ(&b, transposed: false)
    } else {
      try qr.multiplyByQ(&b, transposed: true)
      b.setRowCount(rank)
      qr.solveLeadingTriangle(&b, transposed: false)
      var x = Matrix<Element>(rows: columns, columns: b.columns)
      for k in 0..<rank {
        for j in 0..<b.columns { x[columnOrder[k], j] = b[k, j] }
      }
      b = x
    }
  }

  /// The inverse.
  ///
  /// Throws: `notSquare`, `rankDeficient`.
  public func inverse() throws(LinAlgError) -> Matrix<Element> {
    try checkSquare()
    if rank() < columns { throw .rankDeficient(rank: rank(), columns: columns) }
    return try solve(.identity(rows))
  }

  /// Overwrites C by Q C or, when `transposed`, by Qᵀ C, with the full m×m factor Q (`ormqr`).
  public func multiplyByQ(
    _ c: inout Matrix<Element>, transposed: Bool = false
  ) throws(LinAlgError) {
    try qr.multiplyByQ(&c, transposed: transposed)
  }

  /// The thin factor Q, m×min(m, n), formed explicitly (`orgqr`).
  public func q() throws(LinAlgError) -> Matrix<Element> { try qr.q() }

  /// The factor R, min(m, n)×n.
  @inlinable
  public var r: Matrix<Element> { qr.r }

  /// The diagonal of R.
  public var determinantFactors: [Element] { qr.determinantFactors }

  /// The determinant of Q times that of P.
  public var determinantSign: Element {
    // A permutation is even if its order and its number of cycles differ by an even number.
    var (visited, cycles) = ([Bool](repeating: false, count: columns), 0)
    for start in 0..<columns where !visited[start] {
      cycles += 1
      var k = start
      while !visited[k] {
        visited[k] = true
        k = columnOrder[k]
      }
    }
    return (columns - cycles).isMultiple(of: 2) ? qr.determinantSign : -qr.determinantSign
  }

  /// An estimate of 1/(‖R‖₁·‖R⁻¹‖₁) (`trcon`); 0 if there are fewer rows than columns.
  public var reciprocalCondition: Element {
    get throws(LinAlgError) { try qr.reciprocalCondition }
  }
}
