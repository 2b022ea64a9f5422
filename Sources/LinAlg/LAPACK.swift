/// One checked wrapper for each LAPACK routine: dimensions, workspace, call, `info`; no algorithm.
///
/// Matrices are overwritten as LAPACK's manual says. A negative `info` means that this file passed a
/// wrong argument and traps; a positive one becomes the error that it stands for.
@usableFromInline
enum LAPACK {
  static let no = CChar(bitPattern: UInt8(ascii: "N"))
  static let yes = CChar(bitPattern: UInt8(ascii: "V"))
  static let transpose = CChar(bitPattern: UInt8(ascii: "T"))
  static let left = CChar(bitPattern: UInt8(ascii: "L"))
  static let lower = CChar(bitPattern: UInt8(ascii: "L"))
  static let upper = CChar(bitPattern: UInt8(ascii: "U"))
  static let one = CChar(bitPattern: UInt8(ascii: "1"))
  static let identity = CChar(bitPattern: UInt8(ascii: "I"))
  static let thin = CChar(bitPattern: UInt8(ascii: "S"))

  private static func uplo(_ triangle: Triangle) -> CChar { triangle == .upper ? upper : lower }

  static func int(_ size: Int) throws(LinAlgError) -> Int32 {
    guard let converted = Int32(exactly: size) else { throw .sizeOverflow(size) }
    return converted
  }

  /// The leading dimension of a matrix that starts at its first element.
  static func stride<E>(_ a: Matrix<E>) throws(LinAlgError) -> Int32 {
    try int(max(1, a.rows))
  }

  /// Runs a routine that cannot fail once its arguments are right: a solve of so many
  /// multiply-additions, or something short.
  static func run(_ routine: StaticString, work: Int, _ call: () -> Int32) {
    _ = checked(routine, threaded: work >= BLASRuntime.threadedProduct, call)
  }

  /// Runs a factorization and returns its `info`, which is 0 or the routine's own report of trouble.
  static func positiveInfo(
    _ routine: StaticString, work: Int, _ call: () -> Int32
  ) -> Int {
    checked(routine, threaded: work >= BLASRuntime.threadedFactorization, call)
  }

  private static func checked(
    _ routine: StaticString, threaded: Bool, _ call: () -> Int32
  ) -> Int {
    let info = BLASRuntime.run(threaded: threaded, call)
    precondition(info >= 0, "argument \(-info) of \(routine)")
    return Int(info)
  }

  /// Asks a routine for its best workspace, then runs it with that.
  private static func withWorkspace<E: Scalar>(
    of type: E.Type, _ routine: StaticString, work: Int,
    atLeast minimum: Int = 1, _ call: (_ work: UnsafeMutablePointer<E>, _ count: Int32) -> Int32
  ) throws(LinAlgError) -> Int {
    // LAPACK itself computes the size in 32 bits, which wrap.
    _ = try int(minimum)
    var best: E = 0
    let info = unsafe call(&best, -1)
    precondition(info == 0, "argument \(-info) of \(routine) (workspace query)")
    // A Float holds the size only approximately: round up.
    let count = max(minimum, Int(best.nextUp.rounded(.up)))
    let count32 = try int(count)
    return unsafe withUnsafeTemporaryAllocation(of: E.self, capacity: count) { space in
      positiveInfo(routine, work: work) { unsafe call(space.baseAddress!, count32) }
    }
  }

  // MARK: General

  /// Up to here factorizations of our own are faster, also than several threads (measured: by two at order 100, by
  /// 1.3 here).
  private static var mediumOrder: Int { 256 }
  /// Up to here LU and Cholesky by panels are faster than LAPACK's (measured at orders 300 to 1500: 0.6 to 0.95 of its time on
  /// two threads, 0.93 to 1.02 on one; at 2000 as much or more).
  private static var panelOrder: Int { 1200 }
  /// The elements of matrices up to which reflections of our own are faster (measured: 0.3 of LAPACK's time at order 100, 0.65
  /// here; with AVX2 0.9).
  private static var mediumSize: Int { 1 << 18 }
  /// The columns of matrices with any number of rows for which they are, too.
  ///
  /// Measured from 10 to 150 columns and up to 1.7 million rows: 0.2 to 0.7 of LAPACK's time on one thread, 0.3 to 0.95 on
  /// two; with AVX2 up to 0.9 and, in three of sixteen cases, 1.1 to 1.55. Of 1.7 million rows of Float, Q is as orthogonal.
  private static var tallColumns: Int { 150 }
  /// The columns to which Q's reflections are applied one by one, in 0.1 to 0.5 of LAPACK's time; 0.9 for four columns of a
  /// million rows, on one thread and on two.
  ///
  /// To more columns they are by eight up to `mediumSize`: at order 100 in 0.66 of LAPACK's time on one thread, at 500 in 1.0, on
  /// two in 0.85.
  private static var fewColumns: Int { 4 }
  /// The elements of matrices up to which their reduction to two diagonals is faster (measured: 0.5 of LAPACK's time at order
  /// 100, 0.62 at 500, on two threads 0.76 and, at 1000, more than it).
  private static var bidiagonalSize: Int { 1 << 19 }

  /// The order up to which the reduction of symmetric matrices to three diagonals is faster (measured: 0.62 of LAPACK's time at
  /// order 100, 0.83 at 500, on two threads 0.41 and 1.0; from 700 on two threads of LAPACK gain).
  private static var tridiagonalOrder: Int { 512 }

  @usableFromInline
  static func getrf<E: Scalar>(_ a: inout Matrix<E>, _ pivots: inout [Int32]) throws(LinAlgError) {
    if a.isSquare && a.rows <= panelOrder {
      let zero =
        a.rows <= mediumOrder
        ? unsafe Int(E._getrfMedium(a.rows, a.rows, &a.storage, a.rows, &pivots))
        : unsafe a.withUnsafeMutableMatrixPointer { unsafe PanelFactorization.lu($0, &pivots) }
      if zero > 0 { throw .singular(pivot: zero - 1) }
      return
    }
    let (m, n, lda) = (try int(a.rows), try int(a.columns), try stride(a))
    let info = positiveInfo("getrf", work: a.rows * a.columns * min(a.rows, a.columns) / 2) {
      unsafe E._getrf(m, n, &a.storage, lda, &pivots)
    }
    if info > 0 { throw .singular(pivot: info - 1) }
  }

  @usableFromInline
  static func getrs<E: Scalar>(
    _ a: Matrix<E>, _ pivots: [Int32], transposed: Bool, _ b: inout Matrix<E>
  ) throws(LinAlgError) {
    let (n, columns, lda) = (try int(a.rows), try int(b.columns), try stride(a))
    run("getrs", work: a.rows * a.rows * b.columns) {
      unsafe E._getrs(
        transposed ? transpose : no, n, columns, a.storage, lda, pivots, &b.storage, lda)
    }
  }

  static func getri<E: Scalar>(_ a: inout Matrix<E>, _ pivots: [Int32]) throws(LinAlgError) {
    let (n, lda) = (try int(a.rows), try stride(a))
    let info = try unsafe withWorkspace(of: E.self, "getri", work: a.rows * a.rows * a.rows) {
      unsafe E._getri(n, &a.storage, lda, pivots, $0, $1)
    }
    if info > 0 { throw .singular(pivot: info - 1) }
  }

  static func gecon<E: Scalar>(_ a: Matrix<E>, norm: E) throws(LinAlgError) -> E {
    let (n, lda) = (try int(a.rows), try stride(a))
    return unsafe condition("gecon", a.rows, reals: 4, norm: norm) {
      unsafe E._gecon(one, n, a.storage, lda, norm, $0, $1, $2)
    }
  }

  /// The common frame of the routines that estimate a reciprocal condition number.
  static func condition<E: Scalar>(
    _ routine: StaticString, _ order: Int, reals: Int, norm: E,
    _ call: (UnsafeMutablePointer<E>, UnsafeMutablePointer<E>, UnsafeMutablePointer<Int32>) -> Int32
  ) -> E {
    if order == 0 { return 1 }
    guard norm.isFinite else { return 0 }
    var result: E = 0
    var work = [E](repeating: 0, count: reals * order)
    var integers = [Int32](repeating: 0, count: order)
    run(routine, work: 0) { unsafe call(&result, &work, &integers) }
    return result
  }

  // MARK: Symmetric positive definite

  @usableFromInline
  static func potrf<E: Scalar>(_ a: inout Matrix<E>, _ triangle: Triangle) throws(LinAlgError) {
    if triangle == .lower && a.rows <= panelOrder {
      let order =
        a.rows <= mediumOrder
        ? unsafe Int(E._potrfMedium(a.rows, &a.storage, a.rows))
        : unsafe a.withUnsafeMutableMatrixPointer { unsafe PanelFactorization.cholesky($0) }
      if order > 0 { throw .notPositiveDefinite(order: order) }
      return
    }
    let (n, lda) = (try int(a.rows), try stride(a))
    let info = positiveInfo("potrf", work: a.rows * a.rows * a.rows / 6) {
      unsafe E._potrf(uplo(triangle), n, &a.storage, lda)
    }
    if info > 0 { throw .notPositiveDefinite(order: info) }
  }

  @usableFromInline
  static func potrs<E: Scalar>(
    _ a: Matrix<E>, _ triangle: Triangle, _ b: inout Matrix<E>
  ) throws(LinAlgError) {
    let (n, columns, lda) = (try int(a.rows), try int(b.columns), try stride(a))
    run("potrs", work: a.rows * a.rows * b.columns) {
      unsafe E._potrs(uplo(triangle), n, columns, a.storage, lda, &b.storage, lda)
    }
  }

  static func potri<E: Scalar>(_ a: inout Matrix<E>, _ triangle: Triangle) throws(LinAlgError) {
    let (n, lda) = (try int(a.rows), try stride(a))
    let info = positiveInfo("potri", work: a.rows * a.rows * a.rows / 3) {
      unsafe E._potri(uplo(triangle), n, &a.storage, lda)
    }
    if info > 0 { throw .singular(pivot: info - 1) }
  }

  /// For a triangle without zeros on its diagonal, and of a size that a block of another function has.
  static func trtri<E: Scalar>(_ a: UnsafeMutableMatrixPointer<E>, _ triangle: Triangle) {
    if unsafe a.rows == 0 { return }
    let (n, lda) = unsafe (Int32(a.rows), Int32(a.leadingDimension))
    run("trtri", work: 0) { unsafe E._trtri(uplo(triangle), n, a.base, lda) }
  }

  static func pocon<E: Scalar>(
    _ a: Matrix<E>, _ triangle: Triangle, norm: E
  ) throws(LinAlgError) -> E {
    let (n, lda) = (try int(a.rows), try stride(a))
    return unsafe condition("pocon", a.rows, reals: 3, norm: norm) {
      unsafe E._pocon(uplo(triangle), n, a.storage, lda, norm, $0, $1, $2)
    }
  }

  // MARK: Orthogonal

  /// The reciprocal condition, in the 1-norm, of the upper triangle of the leading square block.
  static func trcon<E: Scalar>(_ a: Matrix<E>) throws(LinAlgError) -> E {
    let order = min(a.rows, a.columns)
    let (n, lda) = (try int(order), try stride(a))
    return unsafe condition("trcon", order, reals: 3, norm: 1) {
      unsafe E._trcon(one, upper, no, n, a.storage, lda, $0, $1, $2)
    }
  }

  static func geqrf<E: Scalar>(_ a: inout Matrix<E>) throws(LinAlgError) -> [E] {
    _ = (try int(a.rows), try int(a.columns))
    var tau = [E](repeating: 0, count: min(a.rows, a.columns))
    let isMedium = tau.count <= mediumOrder && a.rows * a.columns <= mediumSize
    if isMedium || a.columns <= tallColumns {
      unsafe E._geqrfMedium(a.rows, a.columns, &a.storage, a.rows, &tau)
    } else {
      unsafe a.withUnsafeMutableMatrixPointer { unsafe PanelFactorization.qr($0, &tau) }
    }
    return tau
  }

  static func geqp3<E: Scalar>(
    _ a: inout Matrix<E>
  ) throws(LinAlgError) -> (tau: [E], pivots: [Int32]) {
    let (m, n, lda) = (try int(a.rows), try int(a.columns), try stride(a))
    var tau = [E](repeating: 0, count: min(a.rows, a.columns))
    var pivots = [Int32](repeating: 0, count: a.columns)
    _ = try unsafe withWorkspace(of: E.self, "geqp3", work: a.rows * a.columns * tau.count) {
      unsafe E._geqp3(m, n, &a.storage, lda, &pivots, &tau, $0, $1)
    }
    return (tau, pivots)
  }

  static func orgqr<E: Scalar>(_ a: inout Matrix<E>, _ tau: [E]) throws(LinAlgError) {
    let (m, n, k, lda) = (try int(a.rows), try int(a.columns), try int(tau.count), try stride(a))
    _ = try unsafe withWorkspace(of: E.self, "orgqr", work: a.rows * a.columns * tau.count) {
      unsafe E._orgqr(m, n, k, &a.storage, lda, tau, $0, $1)
    }
  }

  /// C ← op(Q) C with the reflectors below the diagonal of `a`.
  static func ormqr<E: Scalar>(
    _ a: Matrix<E>, _ tau: [E], transposed: Bool, _ c: inout Matrix<E>
  ) throws(LinAlgError) {
    try unsafe a.withUnsafeMatrixPointer { a throws(LinAlgError) in
      try unsafe c.withUnsafeMutableMatrixPointer { c throws(LinAlgError) in
        try unsafe ormqr(a, tau, transposed: transposed, c)
      }
    }
  }

  /// C ← Q C or Qᵀ C with the reflections in the first columns of `a`, as many as there are numbers in `tau`.
  static func ormqr<E: Scalar>(
    _ a: UnsafeMatrixPointer<E>, _ tau: [E], transposed: Bool, _ c: UnsafeMutableMatrixPointer<E>
  ) throws(LinAlgError) {
    let (rows, columns, k) = unsafe (c.rows, c.columns, tau.count)
    let (lda, ldc) = unsafe (a.leadingDimension, c.leadingDimension)
    if columns <= fewColumns || rows * k <= mediumSize {
      // About 0.1 ns for each element of `a` and column.
      BLASRuntime.forEachPart(of: columns, size: rows * k / 20, least: 32) { part in
        unsafe E._ormqrMedium(
          transposed, rows, part.count, k, a.base, lda, tau, c.base + part.lowerBound * ldc, ldc)
      }
      return
    }
    let (m, n, count) = (try int(rows), try int(columns), try int(k))
    let (lda32, ldc32) = (try int(lda), try int(ldc))
    _ = try unsafe withWorkspace(of: E.self, "ormqr", work: rows * columns * k) {
      unsafe E._ormqr(
        left, transposed ? transpose : no, m, n, count, a.base, lda32, tau, c.base, ldc32, $0, $1)
    }
  }

  /// C ← Q C with the reflections of `sytrd`, or of the transpose of what `gebrd` leaves, which begin one row below the
  /// diagonal: in as many rows and columns of C as `a` has.
  static func ormqr<E: Scalar>(
    belowDiagonal a: Matrix<E>, _ tau: [E], _ c: inout Matrix<E>
  ) throws(LinAlgError) {
    let (rows, columns) = (1..<a.rows, 0..<a.columns)
    try unsafe a.withUnsafeMatrixPointer { a throws(LinAlgError) in
      try unsafe c.withUnsafeMutableMatrixPointer { c throws(LinAlgError) in
        try unsafe ormqr(
          a[rows: rows, columns: 0..<rows.count], Array(tau[..<rows.count]), transposed: false,
          c[rows: rows, columns: columns])
      }
    }
  }

  // MARK: Spectral

  /// The thin decomposition; `a` is destroyed.
  static func gesdd<E: Scalar>(
    _ a: inout Matrix<E>, vectors: Bool
  ) throws(LinAlgError) -> (u: Matrix<E>, s: [E], vt: Matrix<E>) {
    let (m, n, lda) = (try int(a.rows), try int(a.columns), try stride(a))
    let k = min(a.rows, a.columns)
    var s = [E](repeating: 0, count: k)
    var u = Matrix<E>(rows: vectors ? a.rows : 0, columns: vectors ? k : 0)
    var vt = Matrix<E>(rows: vectors ? k : 0, columns: vectors ? a.columns : 0)
    var integers = [Int32](repeating: 0, count: 8 * max(1, k))
    let (ldu, ldvt) = (try stride(u), try stride(vt))
    let least =
      vectors ? 4 * k * k + 7 * k + max(a.rows, a.columns) : 10 * k + max(a.rows, a.columns)
    let info = try unsafe withWorkspace(
      of: E.self, "gesdd", work: a.rows * a.columns * k, atLeast: max(1, least)
    ) {
      unsafe E._gesdd(
        vectors ? thin : no, m, n, &a.storage, lda, &s, &u.storage, ldu, &vt.storage, ldvt, $0, $1,
        &integers)
    }
    if info > 0 { throw .notConverged(routine: "gesdd", count: info) }
    return (u, s.map(\.magnitude), vt)  // zeros may have a sign
  }

  /// Eigenvalues of the symmetric matrix in the lower triangle; `a` becomes the vectors.
  static func syevd<E: Scalar>(_ a: inout Matrix<E>) throws(LinAlgError) -> [E] {
    let (n, lda) = (try int(a.rows), try stride(a))
    var values = [E](repeating: 0, count: a.rows)
    _ = try int(1 + 6 * a.rows + 2 * a.rows * a.rows)
    var (real, integer): (E, Int32) = (0, 0)
    run("syevd", work: 0) {
      unsafe E._syevd(yes, lower, n, &a.storage, lda, &values, &real, -1, &integer, -1)
    }
    var work = [E](repeating: 0, count: max(1, Int(real.nextUp.rounded(.up))))
    var integers = [Int32](repeating: 0, count: max(1, Int(integer)))
    let (workCount, integerCount) = (try int(work.count), try int(integers.count))
    let info = positiveInfo("syevd", work: a.rows * a.rows * a.rows) {
      unsafe E._syevd(
        yes, lower, n, &a.storage, lda, &values, &work, workCount, &integers, integerCount)
    }
    if info > 0 { throw .notConverged(routine: "syevd", count: info) }
    return values
  }

  /// A = Q T Qᵀ of the symmetric matrix in the lower triangle, T tridiagonal; `a` becomes the reflectors of Q.
  static func sytrd<E: Scalar>(
    _ a: inout Matrix<E>
  ) throws(LinAlgError) -> (diagonal: [E], offDiagonal: [E], tau: [E]) {
    let (n, lda) = (try int(a.rows), try stride(a))
    var diagonal = [E](repeating: 0, count: a.rows)
    var offDiagonal = diagonal
    var tau = diagonal
    if a.rows <= tridiagonalOrder {
      unsafe a.withUnsafeMutableMatrixPointer {
        unsafe BlockedReduction.tridiagonal($0, &diagonal, &offDiagonal, &tau)
      }
      return (diagonal, offDiagonal, tau)
    }
    _ = try unsafe withWorkspace(of: E.self, "sytrd", work: a.rows * a.rows * a.rows) {
      unsafe E._sytrd(lower, n, &a.storage, lda, &diagonal, &offDiagonal, &tau, $0, $1)
    }
    return (diagonal, offDiagonal, tau)
  }

  /// `values`, the diagonal of a tridiagonal matrix, becomes its rising eigenvalues; what is beside it is lost.
  static func sterf<E: Scalar>(
    _ values: inout [E], _ offDiagonal: inout [E]
  ) throws(LinAlgError) {
    let n = try int(values.count)
    let info = positiveInfo("sterf", work: 0) { unsafe E._sterf(n, &values, &offDiagonal) }
    if info > 0 { throw .notConverged(routine: "sterf", count: info) }
  }

  /// Rising eigenvalues and the vectors of a tridiagonal matrix of a small order, with 2n numbers of work space.
  ///
  /// Returns how many were not found.
  static func steqr<E: Scalar>(
    _ d: UnsafeMutablePointer<E>, _ e: UnsafeMutablePointer<E>, _ q: UnsafeMutableMatrixPointer<E>,
    _ work: UnsafeMutablePointer<E>
  ) -> Int {
    positiveInfo("steqr", work: 0) {
      unsafe E._steqr(
        identity, Int32(q.rows), d, e, q.base, Int32(q.leadingDimension), work)
    }
  }

  /// A = Q B Pᵀ of a matrix with no more columns than rows, B upper bidiagonal; `a` becomes the reflections of Q, by columns, and
  /// of P, by rows.
  static func gebrd<E: Scalar>(
    _ a: inout Matrix<E>
  ) throws(LinAlgError) -> (diagonal: [E], offDiagonal: [E], tauQ: [E], tauP: [E]) {
    let (m, n, lda) = (try int(a.rows), try int(a.columns), try stride(a))
    var diagonal = [E](repeating: 0, count: a.columns)
    var (offDiagonal, tauQ, tauP) = (diagonal, diagonal, diagonal)
    if a.rows * a.columns <= bidiagonalSize {
      unsafe a.withUnsafeMutableMatrixPointer {
        unsafe BlockedReduction.bidiagonal($0, &diagonal, &offDiagonal, &tauQ, &tauP)
      }
      return (diagonal, offDiagonal, tauQ, tauP)
    }
    _ = try unsafe withWorkspace(of: E.self, "gebrd", work: a.rows * a.columns * a.columns) {
      unsafe E._gebrd(m, n, &a.storage, lda, &diagonal, &offDiagonal, &tauQ, &tauP, $0, $1)
    }
    return (diagonal, offDiagonal, tauQ, tauP)
  }

  /// `values`, the diagonal of an upper bidiagonal matrix, becomes its falling singular values; what is beside it is lost.
  static func bdsqr<E: Scalar>(
    _ values: inout [E], _ offDiagonal: inout [E]
  ) throws(LinAlgError) {
    let n = try int(values.count)
    let info = unsafe withUnsafeTemporaryAllocation(of: E.self, capacity: 4 * values.count) {
      work in
      positiveInfo("bdsqr", work: 0) {
        unsafe E._bdsqr(
          upper, n, 0, 0, &values, &offDiagonal, work.baseAddress!, 1, work.baseAddress!, 1,
          work.baseAddress!)
      }
    }
    if info > 0 { throw .notConverged(routine: "bdsqr", count: info) }
    for i in values.indices { values[i] = values[i].magnitude }  // zeros may have a sign
  }

  /// Falling singular values of a lower bidiagonal matrix of a small order, times the given matrices, with 4n numbers of work
  /// space: U ← U Q, Vᵀ ← Pᵀ Vᵀ.
  ///
  /// Returns how many were not found.
  static func bdsqr<E: Scalar>(
    _ d: UnsafeMutablePointer<E>, _ e: UnsafeMutablePointer<E>, _ vt: UnsafeMutablePointer<E>,
    columns: Int, _ u: UnsafeMutableMatrixPointer<E>, _ work: UnsafeMutablePointer<E>
  ) -> Int {
    positiveInfo("bdsqr", work: 0) {
      unsafe E._bdsqr(
        lower, Int32(u.columns), Int32(columns), Int32(u.rows), d, e, vt, Int32(u.columns), u.base,
        Int32(u.leadingDimension), work)
    }
  }

  /// Eigenvalues and right vectors, in LAPACK's packing of complex pairs; `a` is destroyed.
  static func geev<E: Scalar>(
    _ a: inout Matrix<E>, vectors: Bool
  ) throws(LinAlgError) -> (real: [E], imaginary: [E], right: Matrix<E>) {
    let (n, lda) = (try int(a.rows), try stride(a))
    var real = [E](repeating: 0, count: a.rows)
    var imaginary = real
    var none: E = 0
    var right = Matrix<E>(rows: vectors ? a.rows : 0, columns: vectors ? a.rows : 0)
    let ldr = try stride(right)
    let info = try unsafe withWorkspace(of: E.self, "geev", work: a.rows * a.rows * a.rows) {
      unsafe E._geev(
        no, vectors ? yes : no, n, &a.storage, lda, &real, &imaginary, &none, 1, &right.storage,
        ldr, $0, $1)
    }
    if info > 0 { throw .notConverged(routine: "geev", count: info) }
    return (real, imaginary, right)
  }
}
