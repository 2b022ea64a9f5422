internal import CBLAS

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The BLAS that the program runs on, and how many threads it may use.
///
/// **Threads.** A call that is large enough to gain from threads, and finds no other call under way,
/// runs on `threads` of them; calls that arrive meanwhile wait for it. Every other call runs on
/// one thread, beside any number of others. So OpenBLAS never sees two callers that both want its
/// thread pool, which is where its open reports of races lie, and a program with many tasks keeps all
/// cores busy with one call each. Between calls the library leaves OpenBLAS set to one thread.
///
/// **Passes of our own** over arrays of 2¹⁶ numbers or more (`exp`, `softmax`, …), gradients of filters, and filters of signals and coefficients of more than 12 MiB, run
/// on as many threads under the same rules. Factorizations of hundreds of columns, fits that go over their rows in blocks, epochs of networks, blocks of symmetric
/// eigenproblems, and large files are shared among as many threads, one of them at a time: another one that comes meanwhile runs on its caller's thread alone.
///
/// **Small calls.** Threads cost more than they give below 2¹⁸ multiply-additions in products and triangular
/// solves, 2²⁴ in factorizations and 2¹⁷ elements in operations that pass over their data once
/// (measured with OpenBLAS 0.3.21 on two threads; above, OpenBLAS may still decide for one). What
/// loops of our own do faster does not reach OpenBLAS at all: products up to order 32, factorizations up to order 256.
public enum BLASRuntime {
  /// What OpenBLAS says of its version, options and kernels.
  public static var configuration: String { unsafe String(cString: openblas_get_config()) }

  /// The name of the kernels that OpenBLAS chose for this processor ("Haswell", "SkylakeX", "Zen").
  public static var coreName: String { unsafe String(cString: openblas_get_corename()) }

  /// The number of threads that a large call may use: that of the innermost `withThreads`, else what
  /// OpenBLAS started with (the processors, or `OPENBLAS_NUM_THREADS`).
  public static var threads: Int { scopedThreads ?? initialThreads }

  /// Runs a function, and the tasks that it starts, with another number of threads for large calls.
  ///
  /// The number belongs to the current task: concurrent tasks do not see each other's.
  public static func withThreads<Result>(
    _ count: Int, _ body: () throws -> Result
  ) rethrows -> Result {
    precondition(count > 0, "BLAS needs at least one thread, not \(count)")
    return try $scopedThreads.withValue(count, operation: body)
  }

  /// Runs an asynchronous function with another number of threads for large calls.
  public static func withThreads<Result>(
    _ count: Int, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
  ) async rethrows -> Result {
    precondition(count > 0, "BLAS needs at least one thread, not \(count)")
    return try await $scopedThreads.withValue(count, operation: body)
  }

  /// Multiply-additions from which a product or triangular solve runs on several threads.
  static let threadedProduct = 1 << 18
  /// Multiply-additions from which a factorization runs on several threads.
  static let threadedFactorization = 1 << 24
  /// Elements from which one pass over data runs on several threads.
  static let threadedPass = 1 << 17
  /// Numbers from which a pass of our own, about 2 ns each, runs on several threads.
  static let threadedElements = 1 << 16
  /// Below this, OpenBLAS's `gemm` and its level-1 and level-2 routines never look at its thread pool, and dot products
  /// are our own.
  static let gateFreeWork = 1 << 13

  @TaskLocal private static var scopedThreads: Int?

  // The gate: large calls hold it alone, all others share it.
  private nonisolated(unsafe) static let gate: UnsafeMutablePointer<pthread_rwlock_t> = {
    let lock = UnsafeMutablePointer<pthread_rwlock_t>.allocate(capacity: 1)
    let failure = unsafe pthread_rwlock_init(lock, nil)
    precondition(failure == 0, "no read-write lock (\(failure))")
    return unsafe lock
  }()

  private static let initialThreads: Int = {
    let count = Int(openblas_get_num_threads())
    openblas_set_num_threads(1)
    return count
  }()

  /// Runs one call of BLAS or LAPACK as the rules above say.
  @inline(__always)
  static func run<Result>(threaded: Bool, _ call: () -> Result) -> Result {
    let alone = enter(threaded: threaded)
    defer { leave(alone: alone) }
    return call()
  }

  /// Whether the caller is alone, and OpenBLAS set to its threads.
  @usableFromInline
  static func enter(threaded: Bool) -> Bool {
    _ = initialThreads
    if threaded {
      let threads = threads
      if threads > 1, unsafe pthread_rwlock_trywrlock(gate) == 0 {
        openblas_set_num_threads(Int32(clamping: threads))
        return true
      }
    }
    unsafe pthread_rwlock_rdlock(gate)
    return false
  }

  @usableFromInline
  static func leave(alone: Bool) {
    if alone { openblas_set_num_threads(1) }
    unsafe pthread_rwlock_unlock(gate)
  }

  /// Runs a function for each of 0..<count, on as many threads as may be used and are not at work for another caller; calls of
  /// BLAS inside run on one thread each.
  package static func concurrently(_ count: Int, _ body: (Int) -> Void) {
    if count == 1 { return body(0) }
    together(min(count, threads)) { member in
      withThreads(1) { member.forEachLeft(of: count, body) }
    }
  }

  /// The same for any number of indices with so many numbers each, on as many threads as may be used; in turn where those
  /// are few.
  package static func concurrently(_ count: Int, size: Int, _ body: (Int) -> Void) {
    let parts = count * size < threadedElements ? 1 : min(count, threads)
    concurrently(parts) { part in
      for index in stride(from: part, to: count, by: parts) { body(index) }
    }
  }

  /// Runs a pass over `count` items of about `size` numbers each in parts, on several threads if it
  /// is large enough and nothing else is under way; in one piece otherwise.
  ///
  /// No part but the last has fewer than `least` items.
  static func forEachPart(
    of count: Int, size: Int = 1, least: Int = 1, _ body: (Range<Int>) -> Void
  ) {
    inTeam(isLarge: count > 1 && count * size >= threadedElements) { member in
      if member.count == 1 { return body(0..<count) }
      // Several parts for each thread, since one may come late; single numbers by whole cache lines.
      let unit = size == 1 ? 64 : 1
      let part = max(least, (count / (4 * member.count) + unit) / unit * unit)
      // The parts are disjoint, and all are done when this returns.
      member.forEachLeft(of: (count + part - 1) / part) { index in
        body(index * part..<min(count, (index + 1) * part))
      }
    }
  }

  /// Runs a pass on all threads if it is large and nothing else is under way, else on the caller's alone.
  static func inTeam(isLarge: Bool, _ body: (TeamMember) -> Void) {
    let threads = isLarge ? threads : 1
    guard threads > 1, unsafe pthread_rwlock_trywrlock(gate) == 0 else { return body(.alone) }
    defer { unsafe pthread_rwlock_unlock(gate) }
    together(threads, body)
  }
}
