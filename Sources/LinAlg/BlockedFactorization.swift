/// LU and Cholesky factorizations of some hundred columns and more: panels by kernels of our own, and what is right of them by
/// products, which run on all threads.
enum BlockedFactorization {
  /// The columns of a panel: the cost hardly depends on it from 48 to 128.
  private static var panel: Int { 64 }

  /// P L U of a square matrix; the number of the first pivot that is 0, from 1, or 0.
  static func lu<E: Scalar>(
    _ a: UnsafeMutableMatrixPointer<E>, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int {
    let (n, lda) = unsafe (a.rows, a.leadingDimension)
    var zero = 0
    for first in stride(from: 0, to: n, by: panel) {
      let next = min(n, first + panel)
      let own = unsafe a[rows: first..<n, columns: first..<next]
      let found = unsafe Int(
        E._getrfMedium(own.rows, own.columns, own.base, lda, pivots + first))
      if zero == 0 && found > 0 { zero = first + found }
      for i in first..<next { unsafe pivots[i] += Int32(first) }
      unsafe E._laswp(first, next, a.base, first, lda, pivots)
      if next == n { break }
      unsafe E._laswp(first, next, a.base + next * lda, n - next, lda, pivots)
      let u = unsafe a[rows: first..<next, columns: next..<n]
      unsafe BLAS.trsm(
        own[rows: 0..<own.columns, columns: 0..<own.columns].readOnly, .lower, transposed: false,
        unit: true, right: false, alpha: 1, u)
      unsafe BLAS.gemm(
        own[rows: own.columns..<own.rows, columns: 0..<own.columns].readOnly, transposeA: false,
        u.readOnly, transposeB: false, alpha: -1, beta: 1,
        into: a[rows: next..<n, columns: next..<n])
    }
    return zero
  }

  /// L Lᵀ in the lower triangle, and what is above it is lost; the order of the first minor that is not positive, or 0.
  static func cholesky<E: Scalar>(_ a: UnsafeMutableMatrixPointer<E>) -> Int {
    let n = unsafe a.rows
    for first in stride(from: 0, to: n, by: panel) {
      let next = min(n, first + panel)
      let diagonal = unsafe a[rows: first..<next, columns: first..<next]
      let found = unsafe Int(E._potrfMedium(next - first, diagonal.base, a.leadingDimension))
      if found > 0 { return first + found }
      if next == n { break }
      let below = unsafe a[rows: next..<n, columns: first..<next]
      unsafe BLAS.trsm(
        diagonal.readOnly, .lower, transposed: true, unit: false, right: true, alpha: 1, below)
      unsafe BLAS.syrk(
        below.readOnly, transposed: false, upper: false, alpha: -1, beta: 1,
        into: a[rows: next..<n, columns: next..<n])
    }
    return 0
  }
}
