/// The singular value decomposition A = U diag(σ) Vᵀ, σ falling, thin factors.
///
/// At most 4mn² + 12n³ flops for m ≥ n: `gebrd` to a bidiagonal matrix, of R where A = QR has nearly twice as many rows as
/// columns or more, divide and conquer of our own, `ormqr`; for the values alone `gebrd` and `bdsqr`; up to order 10 `gesdd`.
/// `solve` gives the least-squares solution of minimum norm, for any shape and rank.
public struct SVD<Element: Scalar>: Factorization {
  /// The singular values, falling.
  public let singularValues: [Element]
  /// The left singular vectors, m×min(m, n).
  public let u: Matrix<Element>
  /// The right singular vectors as rows, min(m, n)×n.
  public let vTransposed: Matrix<Element>

  /// Decomposes a matrix, using its memory as work space if the caller gives it up.
  ///
  /// Throws: `nonFinite`, `notConverged`.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: consuming Matrix<Element>) throws(LinAlgError) {
    try a.checkFinite()
    if a.rows < a.columns {
      let (v, values, u) = try Self.decompose(a.transposed())
      (self.u, singularValues, vTransposed) = (u, values, v.transposed())
    } else {
      let (u, values, v) = try Self.decompose(a)
      (self.u, singularValues, vTransposed) = (u, values, v.transposed())
    }
  }

  /// Both vectors as columns, of a matrix with no more columns than rows.
  private static func decompose(
    _ a: consuming Matrix<Element>
  ) throws(LinAlgError) -> (u: Matrix<Element>, values: [Element], v: Matrix<Element>) {
    let (rows, n) = (a.rows, a.columns)
    if n == 0 { return (a, [], Matrix(rows: 0, columns: 0)) }
    if n <= BidiagonalSVD<Element>.leafOrder && !isTall(a) {
      let (u, values, vTransposed) = try LAPACK.gesdd(&a, vectors: true)
      return (u, values, vTransposed.transposed())
    }
    let scale = bringIntoRange(&a)
    if isTall(a) {
      let tau = try LAPACK.geqrf(&a)
      let qr = QR(factors: a, tau: tau)
      var (u, values, v) = try decompose(qr.r)
      u.setRowCount(rows)
      try qr.multiplyByQ(&u)
      return (u, values.map { scale * $0 }, v)
    }
    var (values, offDiagonal, tauQ, tauP) = try LAPACK.gebrd(&a)
    var u = Matrix<Element>(rows: rows, columns: n)
    var v = Matrix<Element>(rows: n + 1, columns: n + 1)
    let rising = try unsafe u.withUnsafeMutableMatrixPointer { u throws(LinAlgError) in
      try unsafe v.withUnsafeMutableMatrixPointer { v throws(LinAlgError) in
        try unsafe BidiagonalSVD.decompose(
          &values, &offDiagonal, u[rows: 0..<n, columns: 0..<n], v)
      }
    }
    try LAPACK.ormqr(a, tauQ, transposed: false, &u)
    try LAPACK.ormqr(belowDiagonal: a[rows: 0..<n].transposed(), tauP, &v)
    let falling = rising.reversed().map { Int($0) }
    v.keepLeading(rows: n, columns: n)
    return (
      u.selectingColumns(falling), falling.map { scale * values[$0] }, v.selectingColumns(falling)
    )
  }

  /// Whether R of A = QR is worth a factorization: as LAPACK decides.
  private static func isTall(_ a: borrowing Matrix<Element>) -> Bool { 6 * a.rows > 11 * a.columns }

  /// Divides by the power of 2 that is returned.
  private static func bringIntoRange(_ a: inout Matrix<Element>) -> Element {
    let size = unsafe a.withUnsafeMatrixPointer { a in
      unsafe Element._absoluteMaximum(a.rows * a.columns, a.base)
    }
    let scale = Element.powerOf2(toDivide: size)
    if scale != 1 { a *= 1 / scale }
    return scale
  }

  /// The singular values alone, falling, at a fraction of the cost.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public static func singularValues(
    of a: consuming Matrix<Element>
  ) throws(LinAlgError) -> [Element] {
    try a.checkFinite()
    if a.rows < a.columns { a = a.transposed() }
    if a.isEmpty { return [] }
    if a.columns <= BidiagonalSVD<Element>.leafOrder && !isTall(a) {
      return try LAPACK.gesdd(&a, vectors: false).s
    }
    let scale = bringIntoRange(&a)
    if isTall(a) {
      let tau = try LAPACK.geqrf(&a)
      a = QR(factors: a, tau: tau).r
    }
    var (values, offDiagonal, _, _) = try LAPACK.gebrd(&a)
    try LAPACK.bdsqr(&values, &offDiagonal)
    return values.map { scale * $0 }
  }

  /// The number of rows of A.
  public var rows: Int { u.rows }
  /// The number of columns of A.
  public var columns: Int { vTransposed.columns }

  /// The number of singular values above `tolerance` times the largest.
  ///
  /// By default the tolerance is min(m, n)·eps.
  public func rank(tolerance: Element? = nil) -> Int {
    let relative = tolerance ?? Element(singularValues.count) * .ulpOfOne
    let bound = relative * (singularValues.first ?? 0)
    return singularValues.firstIndex { $0 <= bound } ?? singularValues.count
  }

  /// Overwrites B by the least-squares solution of minimum norm of A X ≈ B, or of Aᵀ X ≈ B.
  ///
  /// Singular values beyond `rank()` count as 0.
  public func solveInPlace(_ b: inout Matrix<Element>, transposed: Bool) throws(LinAlgError) {
    try solveInPlace(&b, rank: rank(), transposed: transposed)
  }

  /// Overwrites B by the minimum-norm solution that uses the `rank` largest singular values only.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func solveInPlace(
    _ b: inout Matrix<Element>, rank: Int, transposed: Bool = false
  ) throws(LinAlgError) {
    precondition(
      rank >= 0 && rank <= singularValues.count, "rank \(rank) of \(singularValues.count)")
    try b.checkRightHandSide(rows: equations(transposed: transposed))
    var coordinates = multiply(transposed ? vTransposed : u, b, transposeA: !transposed)
    for i in 0..<coordinates.rows {
      for j in 0..<coordinates.columns {
        coordinates[i, j] = i < rank ? coordinates[i, j] / singularValues[i] : 0
      }
    }
    b = multiply(transposed ? u : vTransposed, coordinates, transposeA: !transposed)
  }

  /// The pseudo-inverse of Moore and Penrose, with `rank()` singular values.
  public func pseudoInverse() throws(LinAlgError) -> Matrix<Element> {
    try solve(.identity(rows))
  }

  /// The inverse.
  ///
  /// Throws: `notSquare`, `rankDeficient`.
  public func inverse() throws(LinAlgError) -> Matrix<Element> {
    try checkSquare()
    if rank() < columns { throw .rankDeficient(rank: rank(), columns: columns) }
    return try pseudoInverse()
  }

  /// The singular values: their product is the magnitude of the determinant.
  public var determinantFactors: [Element] { singularValues }

  /// det U · det V, from an LU factorization of each.
  public var determinantSign: Element {
    // Orthogonal matrices are never singular.
    func sign(_ q: Matrix<Element>) -> Element {
      ((try? LU(q).logDeterminant)?.sign) ?? 0
    }
    return rows == columns ? sign(u) * sign(vTransposed) : 0
  }

  /// The smallest singular value over the largest, that is in the 2-norm; 0 for A = 0.
  public var reciprocalCondition: Element {
    guard let largest = singularValues.first, let smallest = singularValues.last else { return 1 }
    return largest == 0 ? 0 : smallest / largest
  }
}
