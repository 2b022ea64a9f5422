/// One checked wrapper for each BLAS routine, on views: shapes, then the call.
///
/// Calls run on as many threads as `BLASRuntime` says. Nothing here allocates or copies.
enum BLAS {
  /// A dimension as BLAS takes it.
  @inline(__always)
  static func int(_ size: Int) -> Int32 {
    guard let converted = Int32(exactly: size) else {
      preconditionFailure(LinAlgError.sizeOverflow(size).description)
    }
    return converted
  }

  @inline(__always)
  static func shape(_ rows: Int, _ columns: Int, transposed: Bool) -> (rows: Int, columns: Int) {
    transposed ? (columns, rows) : (rows, columns)
  }

  @inline(__always)
  private static func run(level3 work: Int, _ call: () -> Void) {
    if work < BLASRuntime.gateFreeWork { return call() }
    BLASRuntime.run(threaded: work >= BLASRuntime.threadedProduct, call)
  }

  @inline(__always)
  private static func run<Result>(onePass elements: Int, _ call: () -> Result) -> Result {
    if elements < BLASRuntime.gateFreeWork { return call() }
    return BLASRuntime.run(threaded: elements >= BLASRuntime.threadedPass, call)
  }

  // MARK: Level 1

  @inline(__always)
  static func dot<E: Scalar>(_ x: [E], _ y: [E]) -> E {
    precondition(x.count == y.count, "dot product of \(x.count) and \(y.count) elements")
    return unsafe dot(x.count, x, y)
  }

  @inline(__always)
  private static func dot<E: Scalar>(
    _ count: Int, _ x: UnsafePointer<E>, _ y: UnsafePointer<E>
  ) -> E {
    if count < BLASRuntime.gateFreeWork { return unsafe E._dotSmall(count, x, y) }
    let n = int(count)
    return run(onePass: count) { unsafe E._dot(n, x, 1, y, 1) }
  }

  @inline(__always)
  static func axpy<E: Scalar>(_ alpha: E, _ x: [E], _ y: inout [E]) {
    precondition(x.count == y.count, "adding \(x.count) elements to \(y.count)")
    let n = int(x.count)
    run(onePass: x.count) { unsafe E._axpy(n, alpha, x, 1, &y, 1) }
  }

  @inline(__always)
  static func scal<E: Scalar>(_ alpha: E, _ x: inout [E]) {
    let n = int(x.count)
    run(onePass: x.count) { unsafe E._scal(n, alpha, &x, 1) }
  }

  /// The Euclidean norm, from the fast sum of squares where that is safely in range, else `nrm2`.
  @inline(__always)
  static func nrm2<E: Scalar>(_ x: UnsafePointer<E>, _ count: Int) -> E {
    let squares = unsafe dot(count, x, x)
    // A square that underflowed was below the smallest normal number, and is lost against this.
    let safe = E.leastNormalMagnitude / (E.ulpOfOne * E.ulpOfOne)
    if squares.isFinite && squares > safe { return squares.squareRoot() }
    let n = int(count)
    return run(onePass: count) { unsafe E._nrm2(n, x, 1) }
  }

  // MARK: Level 2

  @inline(__always)
  static func gemv<E: Scalar>(
    _ a: UnsafeMatrixPointer<E>, transposed: Bool, _ x: UnsafeBufferPointer<E>,
    alpha: E, beta: E, into y: UnsafeMutableBufferPointer<E>
  ) {
    let (m, n) = unsafe shape(a.rows, a.columns, transposed: transposed)
    precondition(
      n == x.count && m == y.count,
      "product of \(m)×\(n) and \(x.count) elements into \(y.count)")
    if m == 0 { return }
    let yBase = y.baseAddress!
    if n == 0 { return unsafe scale(y, by: beta) }
    let (rows, columns, lda) = unsafe (int(a.rows), int(a.columns), int(a.leadingDimension))
    run(onePass: m * n) {
      unsafe E._gemv(
        transposed, rows, columns, alpha, a.base, lda, x.baseAddress!, 1, beta, yBase, 1)
    }
  }

  @inline(__always)
  static func ger<E: Scalar>(_ alpha: E, _ x: [E], _ y: [E], _ a: UnsafeMutableMatrixPointer<E>) {
    precondition(
      unsafe x.count == a.rows && y.count == a.columns,
      unsafe "outer product \(x.count)×\(y.count) added to \(a.rows)×\(a.columns)")
    if x.isEmpty || y.isEmpty { return }
    let (m, n, lda) = unsafe (int(a.rows), int(a.columns), int(a.leadingDimension))
    run(onePass: x.count * y.count) { unsafe E._ger(m, n, alpha, x, 1, y, 1, a.base, lda) }
  }

  // MARK: Level 3

  @inline(__always)
  static func gemm<E: Scalar>(
    _ a: UnsafeMatrixPointer<E>, transposeA: Bool, _ b: UnsafeMatrixPointer<E>, transposeB: Bool,
    alpha: E, beta: E, into c: UnsafeMutableMatrixPointer<E>
  ) {
    let (m, k) = unsafe shape(a.rows, a.columns, transposed: transposeA)
    let (kb, n) = unsafe shape(b.rows, b.columns, transposed: transposeB)
    precondition(
      unsafe k == kb && m == c.rows && n == c.columns,
      unsafe "product of \(m)×\(k) and \(kb)×\(n) into \(c.rows)×\(c.columns)")
    if max(m, n, k) <= 8 && k > 0 {
      return unsafe E._gemmSmall(
        transposeA, transposeB, m, n, k, alpha, a.base, a.leadingDimension, b.base,
        b.leadingDimension, beta, c.base, c.leadingDimension)
    }
    // MEDIUM_ORDER and MEDIUM_TRANSPOSED of kernels.h. Fewer rows, a transpose that is copied for fewer columns, and what is
    // worth two threads are faster by the library.
    if max(m, n, k) <= (transposeA ? 32 : 96), m >= 8, n >= 4 || !transposeA, k > 0, alpha != 0,
      m * n * k <= BLASRuntime.threadedProduct,
      unsafe E._gemmMedium(
        transposeA, transposeB, m, n, k, alpha, a.base, a.leadingDimension, b.base,
        b.leadingDimension, beta, c.base, c.leadingDimension)
    {
      return
    }
    let (lda, ldb, ldc) = unsafe (
      int(a.leadingDimension), int(b.leadingDimension), int(c.leadingDimension)
    )
    let (m32, n32, k32) = (int(m), int(n), int(k))
    run(level3: m * n * k) {
      unsafe E._gemm(
        transposeA, transposeB, m32, n32, k32, alpha, a.base, lda, b.base, ldb, beta, c.base, ldc)
    }
  }

  @inline(__always)
  static func syrk<E: Scalar>(
    _ a: UnsafeMatrixPointer<E>, transposed: Bool, upper: Bool, alpha: E, beta: E,
    into c: UnsafeMutableMatrixPointer<E>
  ) {
    let (n, k) = unsafe shape(a.rows, a.columns, transposed: transposed)
    precondition(
      unsafe c.rows == n && c.columns == n,
      unsafe "rank-k update of order \(n) into \(c.rows)×\(c.columns)")
    if n == 0 { return }
    let (lda, ldc) = unsafe (int(a.leadingDimension), int(c.leadingDimension))
    let (n32, k32) = (int(n), int(k))
    BLASRuntime.run(threaded: n * n / 2 * k >= BLASRuntime.threadedProduct) {
      unsafe E._syrk(upper, transposed, n32, k32, alpha, a.base, lda, beta, c.base, ldc)
    }
  }

  /// B ← alpha op(A) B, or alpha B op(A) when `right`.
  @inline(__always)
  static func trmm<E: Scalar>(
    _ a: UnsafeMatrixPointer<E>, _ triangle: Triangle, transposed: Bool, unit: Bool, right: Bool,
    alpha: E, _ b: UnsafeMutableMatrixPointer<E>
  ) {
    let call = unsafe triangularCall(a, right: right, b)
    if unsafe b.rows == 0 || b.columns == 0 { return }
    BLASRuntime.run(threaded: call.threaded) {
      unsafe E._trmm(
        right, triangle == .upper, transposed, unit, call.m, call.n, alpha, a.base, call.lda,
        b.base, call.ldb)
    }
  }

  /// B ← alpha op(A)⁻¹ B, or alpha B op(A)⁻¹ when `right`; one column goes to `trsv`, which copies nothing of A.
  @inline(__always)
  static func trsm<E: Scalar>(
    _ a: UnsafeMatrixPointer<E>, _ triangle: Triangle, transposed: Bool, unit: Bool, right: Bool,
    alpha: E, _ b: UnsafeMutableMatrixPointer<E>
  ) {
    let call = unsafe triangularCall(a, right: right, b)
    if unsafe b.rows == 0 || b.columns == 0 { return }
    BLASRuntime.run(threaded: call.threaded) {
      if !right && call.n == 1 && alpha == 1 {
        unsafe E._trsv(
          triangle == .upper, transposed, unit, call.m, a.base, call.lda, b.base)
      } else {
        unsafe E._trsm(
          right, triangle == .upper, transposed, unit, call.m, call.n, alpha, a.base, call.lda,
          b.base, call.ldb)
      }
    }
  }

  @inline(__always)
  private static func triangularCall<E: Scalar>(
    _ a: UnsafeMatrixPointer<E>, right: Bool, _ b: UnsafeMutableMatrixPointer<E>
  ) -> (m: Int32, n: Int32, lda: Int32, ldb: Int32, threaded: Bool) {
    let order = unsafe right ? b.columns : b.rows
    precondition(
      unsafe a.rows == order && a.columns == order,
      unsafe "triangle \(a.rows)×\(a.columns) applied to \(b.rows)×\(b.columns)")
    return unsafe (
      int(b.rows), int(b.columns), int(a.leadingDimension), int(b.leadingDimension),
      order * b.rows * b.columns / 2 >= BLASRuntime.threadedProduct
    )
  }

  /// What BLAS does when there is nothing to multiply: y ← beta y, where beta = 0 overwrites.
  static func scale<E: Scalar>(_ y: UnsafeMutableBufferPointer<E>, by beta: E) {
    for i in y.indices { unsafe y[i] = beta == 0 ? 0 : beta * y[i] }
  }
}
