/// The singular value decomposition A = U diag(σ) Vᵀ, σ falling, thin factors (`gesdd`).
///
/// About 4mn² + 22n³ flops for m ≥ n. `solve` gives the least-squares solution of minimum norm, for any shape
/// and rank.
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
    let (rows, columns) = (a.rows, a.columns)
    if a.isEmpty {
      (u, singularValues) = (Matrix(rows: rows, columns: 0), [])
      vTransposed = Matrix(rows: 0, columns: columns)
    } else {
      (u, singularValues, vTransposed) = try LAPACK.gesdd(&a, vectors: true)
    }
  }

  /// The singular values alone, falling, at a fraction of the cost.
  public static func singularValues(
    of a: consuming Matrix<Element>
  ) throws(LinAlgError) -> [Element] {
    try a.checkFinite()
    return a.isEmpty ? [] : try LAPACK.gesdd(&a, vectors: false).s
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
