/// The decomposition A = V diag(λ) Vᵀ of a symmetric matrix, λ rising, V orthogonal.
///
/// At most 14n³/3 flops: `sytrd` to a tridiagonal matrix, divide and conquer of our own, `ormqr`; up to order 10 `syevd`; for the
/// values alone `sytrd` and `sterf`. Beside A it takes 2n² numbers. Only the lower triangle of A is referenced.
public struct SymmetricEigen<Element: Scalar>: Factorization {
  /// The eigenvalues, rising.
  public let values: [Element]
  /// The eigenvectors as columns, orthonormal.
  public let vectors: Matrix<Element>

  /// Decomposes a matrix, in its own memory if the caller gives it up.
  ///
  /// Throws: `notSquare`, `nonFinite` (anywhere), `notConverged`.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: consuming Matrix<Element>) throws(LinAlgError) {
    guard a.isSquare else { throw .notSquare(rows: a.rows, columns: a.columns) }
    try a.checkFinite()
    if a.rows <= TridiagonalEigen<Element>.leafOrder {
      values = a.isEmpty ? [] : try LAPACK.syevd(&a)
      vectors = a
      return
    }
    let scale = Self.bringIntoRange(&a)
    var (values, offDiagonal, tau) = try LAPACK.sytrd(&a)
    var q = Matrix<Element>(rows: a.rows, columns: a.rows)
    let order = try unsafe q.withUnsafeMutableMatrixPointer { q throws(LinAlgError) in
      try unsafe TridiagonalEigen.decompose(&values, &offDiagonal, q)
    }
    try LAPACK.ormqr(belowDiagonal: a, tau, &q)
    for (j, column) in order.enumerated() {
      a.storage.replaceSubrange(a.columnRange(j), with: q.storage[q.columnRange(Int(column))])
    }
    self.values = order.map { scale * values[Int($0)] }
    vectors = a
  }

  /// Divides by the power of 2 that is returned.
  private static func bringIntoRange(_ a: inout Matrix<Element>) -> Element {
    let size = unsafe a.withUnsafeMatrixPointer { a in
      unsafe (0..<a.rows).reduce(0) { size, j in
        unsafe max(size, Element._absoluteMaximum(a.rows - j, a.base + j * (a.rows + 1)))
      }
    }
    let scale = Element.powerOf2(toDivide: size)
    if scale != 1 { a *= 1 / scale }
    return scale
  }

  /// The eigenvalues alone, rising, at a fraction of the cost.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public static func values(of a: consuming Matrix<Element>) throws(LinAlgError) -> [Element] {
    guard a.isSquare else { throw .notSquare(rows: a.rows, columns: a.columns) }
    try a.checkFinite()
    if a.isEmpty { return [] }
    let scale = bringIntoRange(&a)
    var (values, offDiagonal, _) = try LAPACK.sytrd(&a)
    try LAPACK.sterf(&values, &offDiagonal)
    return values.map { scale * $0 }
  }

  /// The number of rows of A.
  public var rows: Int { vectors.rows }
  /// The number of columns of A.
  public var columns: Int { vectors.rows }

  /// The number of eigenvalues whose magnitude is above `tolerance` times the largest.
  ///
  /// By default the tolerance is n·eps.
  public func rank(tolerance: Element? = nil) -> Int {
    let bound = (tolerance ?? Element(rows) * .ulpOfOne) * normInfinity(values)
    return values.count { $0.magnitude > bound }
  }

  /// Overwrites B by the solution X of A X = B; A is its own transpose.
  ///
  /// Throws also `singular` at an eigenvalue that is exactly 0.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func solveInPlace(_ b: inout Matrix<Element>, transposed: Bool) throws(LinAlgError) {
    try b.checkRightHandSide(rows: rows)
    if let zero = values.firstIndex(of: 0) { throw .singular(pivot: zero) }
    var coordinates = multiply(vectors, b, transposeA: true)
    for j in 0..<coordinates.columns {
      for i in 0..<rows { coordinates[i, j] /= values[i] }
    }
    b = multiply(vectors, coordinates)
  }

  /// The eigenvalues.
  public var determinantFactors: [Element] { values }

  /// Always 1: the eigenvalues carry their signs.
  public var determinantSign: Element { 1 }

  /// The smallest magnitude of an eigenvalue over the largest, that is in the 2-norm; 0 for A = 0.
  public var reciprocalCondition: Element {
    let magnitudes = values.map(\.magnitude)
    guard let largest = magnitudes.max(), let smallest = magnitudes.min() else { return 1 }
    return largest == 0 ? 0 : smallest / largest
  }
}
