/// Reductions of matrices to two diagonals or three: panels by kernels of our own, and what is right of them by products, which run
/// on all threads.
enum BlockedReduction {
  /// The bytes of a line of the cache.
  private static var line: Int { 64 }

  /// The numbers in a line.
  private static func lanes<E: Scalar>(_: E.Type) -> Int { line / MemoryLayout<E>.stride }

  /// The leading dimension of columns of whole lines, an odd number, so that they do not compete for the same places in the cache.
  private static func alignedRows<E: Scalar>(_ rows: Int, _: E.Type) -> Int {
    let lanes = lanes(E.self)
    return ((rows + lanes - 1) / lanes | 1) * lanes
  }

  /// A = Q B Pᵀ, B upper bidiagonal, as LAPACK's `gebrd` of a matrix with no more columns than rows; but the first numbers of
  /// reflections are lost.
  static func bidiagonal<E: Scalar>(
    _ a: UnsafeMutableMatrixPointer<E>, _ d: UnsafeMutablePointer<E>,
    _ e: UnsafeMutablePointer<E>, _ tauQ: UnsafeMutablePointer<E>,
    _ tauP: UnsafeMutablePointer<E>
  ) {
    let (m, n) = unsafe (a.rows, a.columns)
    // Panels start where lines do. More columns gain nothing.
    let panel = lanes(E.self)
    let ld = alignedRows(m, E.self)
    let numbers = ld * (n + 2 * panel + 1) + n + 2 * panel
    unsafe withUnsafeTemporaryAllocation(
      byteCount: (numbers + 2 * panel * n) * MemoryLayout<E>.stride, alignment: line
    ) { space in
      let base = unsafe space.baseAddress!.assumingMemoryBound(to: E.self)
      let padded = unsafe UnsafeMutableMatrixPointer(
        base, rows: m, columns: n, leadingDimension: ld)
      let (p, w) = unsafe (base + ld * n, base + numbers)
      for j in 0..<n {
        unsafe (base + j * ld).update(from: a.base + j * a.leadingDimension, count: m)
        unsafe (base + j * ld + m).update(repeating: 0, count: ld - m)
      }
      for first in stride(from: 0, to: n, by: panel) {
        let (count, rows, columns) = (min(panel, n - first), m - first, n - first)
        unsafe E._labrd(
          rows, columns, count, base + first * (ld + 1), ld, d + first, e + first, tauQ + first,
          tauP + first, p, ld, w, columns, p + ld * 2 * panel)
        let next = first + count
        if next == n { break }
        unsafe BLAS.gemm(
          UnsafeMatrixPointer(
            p + count, rows: rows - count, columns: 2 * count, leadingDimension: ld),
          transposeA: false,
          UnsafeMatrixPointer(
            w + count, rows: columns - count, columns: 2 * count, leadingDimension: columns),
          transposeB: true, alpha: -1, beta: 1, into: padded[rows: next..<m, columns: next..<n])
      }
      for j in 0..<n {
        unsafe (a.base + j * a.leadingDimension).update(from: base + j * ld, count: m)
      }
    }
  }

  /// A = Q T Qᵀ of the symmetric matrix in the lower triangle, T tridiagonal, as LAPACK's `sytrd`.
  static func tridiagonal<E: Scalar>(
    _ a: UnsafeMutableMatrixPointer<E>, _ d: UnsafeMutablePointer<E>,
    _ e: UnsafeMutablePointer<E>, _ tau: UnsafeMutablePointer<E>
  ) {
    let (n, lda) = unsafe (a.rows, a.leadingDimension)
    let panel = lanes(E.self)
    let ld = alignedRows(n, E.self)
    unsafe withUnsafeTemporaryAllocation(
      byteCount: ld * (n + 2 * panel) * MemoryLayout<E>.stride, alignment: line
    ) { space in
      let base = unsafe space.baseAddress!.assumingMemoryBound(to: E.self)
      let (v, w) = unsafe (base + ld * n, base + ld * (n + panel))
      for j in 0..<n {
        let (column, above) = unsafe (base + ld * j, j % panel)
        unsafe (column + j - above).update(repeating: 0, count: above)
        unsafe (column + j).update(from: a.base + j * (lda + 1), count: n - j)
        unsafe (column + n).update(repeating: 0, count: ld - n)
      }
      for first in stride(from: 0, to: n, by: panel) {
        unsafe E._latrd(
          n - first, min(panel, n - first), base + first * (ld + 1), ld, d + first, e + first,
          tau + first, v, w, ld)
      }
      for j in 0..<n {
        unsafe (a.base + j * (lda + 1)).update(from: base + j * (ld + 1), count: n - j)
      }
    }
  }
}
