import Foundation

/// The text of a file that has been read and not yet parsed.
struct CSVBuffer {
  private var bytes: [UInt8]
  private var text = 0..<0
  private var isBegun = false
  private(set) var isAtEnd = false
  /// The least text that is shared among threads.
  private let share: Int

  init(size: Int, share: Int) {
    bytes = Array(repeating: 0, count: size)
    self.share = share
  }

  var count: Int { text.count }
  var capacity: Int { bytes.count }

  func withText<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe bytes.withUnsafeBufferPointer { bytes throws(Failure) in
      try unsafe body(UnsafeBufferPointer(rebasing: bytes[text]))
    }
  }

  mutating func drop(_ count: Int) { text = text.lowerBound + count..<text.upperBound }

  /// Reads more text, behind what there is.
  mutating func fill(from source: any ByteSource) throws(FileError) {
    // Of a row that fills all of it, there is more to come.
    if text.count == bytes.count { bytes += Array(repeating: 0, count: bytes.count) }
    let rest = text.count
    unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      if let base = bytes.baseAddress {
        unsafe base.update(from: base + text.lowerBound, count: rest)
      }
    }
    let read = unsafe try bytes.withUnsafeMutableBufferPointer { bytes throws(FileError) in
      unsafe try source.read(
        into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[rest...])))
    }
    isAtEnd = rest + read < bytes.count
    text = 0..<rest + read
    if !isBegun && text.count >= 3 && bytes[..<3] == [0xEF, 0xBB, 0xBF] { drop(3) }
    isBegun = true
  }

  /// Whole lines for so many threads; one part at most where quotes may hide the ends of lines, or for the little at the end.
  func parts(_ threads: Int) -> [Range<Int>] {
    guard threads > 1, text.count >= share else { return [] }
    return unsafe withText { text in
      guard let base = text.baseAddress,
        unsafe memchr(base, Int32(UInt8(ascii: "\"")), text.count) == nil
      else { return [] }
      var (parts, begin) = ([Range<Int>](), 0)
      for i in 1...threads {
        let place = max(begin, text.count * i / threads)
        let end =
          unsafe i == threads
          ? (isAtEnd ? text.count : (text.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
          : (text[..<place].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        if end > begin { parts.append(begin..<end) }
        begin = max(begin, end)
      }
      return parts
    }
  }
}
