package import Foundation
internal import LinAlg

/// Bytes one after the other, from a file or from memory.
protocol ByteSource: AnyObject {
  /// What errors call it.
  var path: String { get }
  /// How many bytes are left; 0 where that is not known, as of a pipe.
  var remaining: Int { get }
  /// Reads bytes into memory; returns how many: fewer than asked for only at the end.
  func read(into memory: UnsafeMutableRawBufferPointer) throws(FileError) -> Int
}

extension ByteSource {
  /// Everything that is left.
  func readAll() throws(FileError) -> [UInt8] {
    var (bytes, piece) = ([UInt8](), max(remaining, 1 << 16))
    while true {
      let more = try read(atMost: piece)
      if bytes.isEmpty { bytes = more } else { bytes += more }
      if more.count < piece { return bytes }
      piece = max(1 << 16, bytes.count)
    }
  }

  /// The next bytes: fewer than asked for only at the end.
  func read(atMost count: Int) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(FileError) {
        filled = try unsafe read(into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// A file that is read once, from its beginning.
final class InputFile: ByteSource {
  let path: String
  private(set) var remaining: Int
  /// Whether that is known.
  let isRegular: Bool
  private let descriptor: Int32
  /// Where a regular file is read next.
  private var position = 0
  /// Bytes of a part that is worth a thread: memory that is touched for the first time costs more than they do.
  private static let part = 1 << 22

  init(_ url: URL) throws(FileError) {
    path = url.path
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw .lastSystemError(path) }
    var status = stat()
    let isKnown = unsafe fstat(descriptor, &status) == 0
    isRegular = isKnown && status.st_mode & S_IFMT == S_IFREG
    remaining = isRegular ? Int(status.st_size) : 0
  }

  deinit { close(descriptor) }

  func read(into memory: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    guard isRegular else {
      return try unsafe fill(memory) { unsafe Foundation.read(descriptor, $0, $1) }
    }
    let count = try unsafe fill(
      memory, parts: min(BLASRuntime.threads, min(memory.count, remaining) / Self.part))
    position += count
    remaining = max(0, remaining - count)
    return count
  }

  /// Reads from the position on, in parts on a thread each.
  private func fill(
    _ memory: UnsafeMutableRawBufferPointer, parts: Int
  ) throws(FileError) -> Int {
    let parts = max(1, parts)
    // There may be more than was seen at first.
    let bounds = (0..<parts).map { min(memory.count, remaining) * $0 / parts } + [memory.count]
    var results = [Result<Int, FileError>](repeating: .success(0), count: parts)
    unsafe results.withUnsafeMutableBufferPointer { results in
      BLASRuntime.concurrently(parts) { i in
        var next = position + bounds[i]
        unsafe results[i] = Result { () throws(FileError) in
          let part = unsafe UnsafeMutableRawBufferPointer(
            rebasing: memory[bounds[i]..<bounds[i + 1]])
          return try unsafe fill(part) { target, wanted in
            let count = unsafe pread(descriptor, target, wanted, next)
            next += max(0, count)
            return count
          }
        }
      }
    }
    var filled = 0
    for i in 0..<parts {
      let count = try results[i].get()
      filled += count
      // The file has ended; what another thread may have found behind is of a file that grows.
      if count < bounds[i + 1] - bounds[i] { break }
    }
    return filled
  }

  /// Calls a function that reads so many bytes at most until it finds no more.
  private func fill(
    _ memory: UnsafeMutableRawBufferPointer, _ next: (UnsafeMutableRawPointer, Int) -> Int
  ) throws(FileError) -> Int {
    var filled = 0
    while filled < memory.count, let base = memory.baseAddress {
      // The system takes no more at a time.
      let count = unsafe next(base + filled, min(memory.count - filled, 1 << 30))
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw .lastSystemError(path)
      }
      filled += count
    }
    return filled
  }
}

/// Bytes in memory.
final class InputBytes: ByteSource {
  let path: String
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8], path: String) { (self.bytes, self.path) = (bytes, path) }

  var remaining: Int { bytes.count - position }

  func read(into memory: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(memory.count, remaining)
    unsafe bytes.withUnsafeBytes { source in
      unsafe memory.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: source[position..<position + count]))
    }
    position += count
    return count
  }
}

/// A file that is written under another name beside its place, and takes its place when it is whole.
package final class OutputFile {
  private let path: String
  /// Nil where there is nothing to replace: devices and pipes are written to.
  private let temporary: String?
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isFinished = false

  /// Writes a file: what was at the place stays there if anything fails.
  package static func write(
    to url: URL, _ body: (OutputFile) throws(FileError) -> Void
  ) throws(FileError) {
    let file = try OutputFile(url)
    try body(file)
    try file.finish()
  }

  private init(_ url: URL) throws(FileError) {
    // What a link leads to is replaced, not the link.
    let target = url.resolvingSymlinksInPath()
    path = target.path
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT != S_IFREG {
      temporary = nil
      descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
    } else {
      let name = ".\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
      let place = target.deletingLastPathComponent().appending(path: name).path
      descriptor = unsafe open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      temporary = place
      // Who could not read the old file cannot read the new one.
      if descriptor >= 0 && exists { fchmod(descriptor, status.st_mode & 0o7777) }
    }
    if descriptor < 0 { throw .lastSystemError(path) }
    buffer.reserveCapacity(1 << 17)
  }

  deinit {
    close(descriptor)
    if let temporary, !isFinished { _ = unsafe unlink(temporary) }
  }

  package func write(_ text: some StringProtocol) throws(FileError) { try write(text.utf8) }

  package func write(_ bytes: some Collection<UInt8>) throws(FileError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 16 { try flush() }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try flush()
    try unsafe send(bytes)
  }

  private func flush() throws(FileError) {
    try unsafe buffer.withUnsafeBufferPointer { bytes throws(FileError) in
      unsafe try send(UnsafeRawBufferPointer(bytes))
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func send(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var sent = 0
    while sent < bytes.count, let base = bytes.baseAddress {
      let count = unsafe Foundation.write(descriptor, base + sent, min(bytes.count - sent, 1 << 30))
      if count < 0 {
        if errno == EINTR { continue }
        throw .lastSystemError(path)
      }
      sent += count
    }
  }

  private func finish() throws(FileError) {
    try flush()
    if let temporary {
      guard fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
        throw .lastSystemError(path)
      }
    }
    isFinished = true
  }
}

extension FileError {
  /// What the system said last.
  static func lastSystemError(_ path: String) -> FileError {
    .system(path: path, reason: unsafe String(cString: strerror(errno)))
  }
}
