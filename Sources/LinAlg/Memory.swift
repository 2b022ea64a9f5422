#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Array where Element: Scalar {
  /// An array whose elements `body` sets, all of them; nothing is zeroed first.
  ///
  /// Fresh memory costs more than most passes over it, since the system maps it page by page at first
  /// touch. Large arrays ask for huge pages.
  @inlinable
  package init<Failure: Error>(
    count: Int, settingAll body: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    // All empty arrays share one object, whose count would be written to. The address is never read.
    if count == 0 {
      let address = unsafe UnsafeMutablePointer<Element>(
        bitPattern: MemoryLayout<Element>.alignment)
      try unsafe body(UnsafeMutableBufferPointer(start: address, count: 0))
      self = []
      return
    }
    var failure: Failure?
    self = unsafe Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      let memory = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<count])
      if count >= 1 << 19 { unsafe adviseHugePages(UnsafeMutableRawBufferPointer(memory)) }
      do throws(Failure) {
        try unsafe body(memory)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// An array of equal elements.
  @inlinable
  package init(filling count: Int, with value: Element) {
    self = unsafe Array(count: count) { memory in unsafe memory.initialize(repeating: value) }
  }
}

/// Advice only: whether it is taken changes nothing but the time.
@usableFromInline
package func adviseHugePages(_ memory: UnsafeMutableRawBufferPointer) {
  #if os(Linux)
    guard let base = memory.baseAddress else { return }
    let page = 4096
    let offset = (page - Int(bitPattern: base) % page) % page
    if memory.count > offset {
      _ = unsafe madvise(base + offset, (memory.count - offset) / page * page, MADV_HUGEPAGE)
    }
  #endif
}
