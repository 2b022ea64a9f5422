public import Foundation
import LinAlg

/// Reads a file of comma-separated values in blocks of rows, with memory for one block: for files of any size.
///
///     let reader = try CSVReader(contentsOf: url)
///     while let block = try reader.next(rows: 10_000) { … }
///
/// Not for several threads at once.
public final class CSVReader {
  /// The columns that are read, in the order of the format.
  public let names: [String]

  private let source: any ByteSource
  private var parser: CSVParser
  private var buffer: CSVBuffer
  /// The line at which the text in the buffer begins, from 1.
  private var line: Int
  private var blocks: [CSVBlock] = []

  /// Opens a file and reads its header.
  ///
  /// Throws: `system`; `malformed` for a file without columns, columns that are not there or have the same name;
  /// `malformedCell`.
  public convenience init(
    contentsOf url: URL, format: CSVFormat = CSVFormat()
  ) throws(FileError) {
    try self.init(InputFile(url), format)
  }

  /// With a buffer that begins with so many bytes, of which a sixteenth is shared among threads.
  ///
  /// By itself it is as long as a file, but at most 4 MiB, and 64 KiB are shared.
  init(
    _ source: any ByteSource, _ format: CSVFormat, bufferSize: Int? = nil
  ) throws(FileError) {
    guard let delimiter = format.delimiterByte else {
      throw .malformed(path: source.path, reason: "\"\(format.delimiter)\" cannot be a delimiter")
    }
    var parser = CSVParser(format, delimiter: delimiter)
    let usual = source.remaining > 0 ? min(source.remaining + 1, 1 << 22) : 1 << 20
    var buffer = CSVBuffer(size: bufferSize ?? usual, share: (bufferSize ?? 1 << 20) / 16)
    var header: (cells: [String], bytes: Int, lines: Int)?
    while header == nil {
      try buffer.fill(from: source)
      header = unsafe try buffer.withText { (text) throws(FileError) in
        do throws(CSVProblem) {
          return unsafe try parser.header(text, isLast: buffer.isAtEnd)
        } catch {
          throw FileError(error, path: source.path, line: 1)
        }
      }
      if header == nil && buffer.isAtEnd { break }
    }
    guard let header, !header.cells.isEmpty else {
      throw .malformed(path: source.path, reason: "no columns")
    }
    if format.hasHeader { buffer.drop(header.bytes) }
    line = format.hasHeader ? header.lines + 1 : 1
    let all =
      format.hasHeader
      ? header.cells.map { String($0.trimming([" ", "\t"])) }
      : header.cells.indices.map { "\($0 + 1)" }
    if let twice = Dictionary(grouping: all, by: { $0 }).first(where: { $0.value.count > 1 }) {
      throw .malformed(path: source.path, reason: "\(twice.value.count) columns \"\(twice.key)\"")
    }
    names = format.columns ?? all
    let present = Set(all)
    for name in names + format.texts.sorted() + format.numbers.sorted()
    where !present.contains(name) {
      throw .malformed(
        path: source.path,
        reason: "no column \"\(name)\" among \(all.prefix(20).joined(separator: ", "))")
    }
    let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    guard places.count == names.count else {
      throw .malformed(path: source.path, reason: "a column is asked for twice")
    }
    parser.take(
      all.map { name in
        let kind: CSVParser.Kind =
          format.texts.contains(name) ? .texts : format.numbers.contains(name) ? .numbers : .unknown
        return (places[name], kind)
      })
    (self.source, self.parser, self.buffer) = (source, parser, buffer)
  }

  // MARK: Blocks

  /// The next rows, so many at most; nil at the end.
  ///
  /// Categories keep their indices from block to block, and new ones come behind them: all of them are kept. For matrices of
  /// the same columns take the `TableEncoding` of one block for all. A column that has had no value yet has no kind, and is
  /// numbers: name it among `texts` or `numbers` of the format. Throws: `system`, `malformedCell`.
  public func next(rows limit: Int) throws(FileError) -> Table? {
    precondition(limit > 0, "blocks of \(limit) rows")
    var columns = CSVColumns(count: names.count)
    while columns.rows < limit {
      if try parse(rows: limit - columns.rows, into: &columns) > 0 { continue }
      if buffer.isAtEnd { break }
      try buffer.fill(from: source)
    }
    return columns.rows == 0 ? nil : columns.table(names, parser)
  }

  private func parse(into block: CSVBlock) throws(FileError) {
    let (bytes, lines) = unsafe try buffer.withText { (text) throws(FileError) in
      do throws(CSVProblem) {
        return unsafe try parser.parse(text, isLast: buffer.isAtEnd, into: block)
      } catch {
        throw FileError(error, path: source.path, line: line)
      }
    }
    buffer.drop(bytes)
    line += lines
  }

  /// All rows that are left.
  func rest() throws(FileError) -> Table {
    var columns = CSVColumns(count: names.count)
    // A few rows tell what most columns hold: then the others need not come one after the other.
    _ = try parse(rows: 100, into: &columns)
    while true {
      let parts = parser.isSettled ? buffer.parts(BLASRuntime.threads) : []
      if parts.count > 1 {
        try parse(parts, into: &columns)
      } else {
        _ = try parse(rows: .max, into: &columns)
      }
      if buffer.isAtEnd && buffer.count == 0 { break }
      try buffer.fill(from: source)
      columns.expect(source.remaining + buffer.count, after: buffer.capacity)
    }
    return columns.table(names, parser)
  }

  /// Parses so many rows of the buffer at most; returns how many there were.
  private func parse(rows limit: Int, into columns: inout CSVColumns) throws(FileError) -> Int {
    let block = self.block(0, bytes: buffer.count)
    block.limit = min(block.capacity, limit)
    try parse(into: block)
    columns.append([block])
    return block.rows
  }

  /// A block for the rows of so many bytes, where a cell takes at least one.
  private func block(_ i: Int, bytes: Int) -> CSVBlock {
    let capacity = bytes / parser.kinds.count + 1
    while blocks.count <= i || blocks[i].capacity < capacity {
      let new = CSVBlock(capacity: capacity, slots: names.count)
      if i < blocks.count { blocks[i] = new } else { blocks.append(new) }
    }
    blocks[i].empty()
    return blocks[i]
  }

  /// Parses parts of the text on a thread each, where rows depend on no rows before them.
  private func parse(_ parts: [Range<Int>], into columns: inout CSVColumns) throws(FileError) {
    let blocks = parts.indices.map { block($0, bytes: parts[$0].count) }
    var results = [Result<(bytes: Int, lines: Int), CSVProblem>](
      repeating: .success((0, 0)), count: parts.count)
    let parser = self.parser
    unsafe buffer.withText { text in
      unsafe results.withUnsafeMutableBufferPointer { results in
        BLASRuntime.concurrently(parts.count) { i in
          var own = parser
          unsafe results[i] = Result { () throws(CSVProblem) in
            unsafe try own.parse(
              UnsafeBufferPointer(rebasing: text[parts[i]]), isLast: true, into: blocks[i])
          }
        }
      }
    }
    for result in results {
      switch result {
      case .success(let (_, lines)): line += lines
      case .failure(let problem): throw FileError(problem, path: source.path, line: line)
      }
    }
    columns.append(blocks)
    buffer.drop(parts[parts.count - 1].upperBound)
  }
}

extension FileError {
  init(_ problem: CSVProblem, path: String, line: Int) {
    self = .malformedCell(
      path: path, line: line + problem.line, column: problem.column + 1, reason: problem.reason)
  }
}
