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

  /// With a buffer that begins with so many bytes, of which parts are parsed on several threads from a share on.
  init(_ source: any ByteSource, _ format: CSVFormat, bufferSize: Int = 1 << 20) throws(FileError) {
    guard let delimiter = format.delimiterByte else {
      throw .malformed(path: source.path, reason: "\"\(format.delimiter)\" cannot be a delimiter")
    }
    var parser = CSVParser(format, delimiter: delimiter)
    var buffer = CSVBuffer(size: bufferSize)
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
    let known = Set(all)
    for name in names + format.texts.sorted() + format.numbers.sorted() where !known.contains(name)
    {
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
      let block = self.block(0, bytes: buffer.count)
      block.limit = min(block.capacity, limit - columns.rows)
      try parse(into: block)
      columns.append(block)
      if block.rows > 0 { continue }
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
    while true {
      let parts = parser.isSettled ? buffer.parts(BLASRuntime.threads) : []
      if parts.count > 1 {
        try parse(parts, into: &columns)
      } else {
        let block = self.block(0, bytes: buffer.count)
        try parse(into: block)
        columns.append(block)
      }
      if buffer.isAtEnd && buffer.count == 0 { break }
      try buffer.fill(from: source)
      columns.expect(source.remaining)
    }
    return columns.table(names, parser)
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
    for (block, result) in zip(blocks, results) {
      switch result {
      case .success(let (_, lines)): line += lines
      case .failure(let problem): throw FileError(problem, path: source.path, line: line)
      }
      columns.append(block)
    }
    buffer.drop(parts[parts.count - 1].upperBound)
  }
}

/// The text of a file that has been read and not yet parsed.
private struct CSVBuffer {
  private var bytes: [UInt8]
  private var text = 0..<0
  private var isBegun = false
  private(set) var isAtEnd = false

  init(size: Int) { bytes = Array(repeating: 0, count: size) }

  var count: Int { text.count }

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
    guard threads > 1, text.count >= bytes.count / 16 else { return [] }
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

/// Columns that grow by blocks.
private struct CSVColumns {
  private var columns: [[Double]]
  private var missing: [[Int]]
  private var isReserved = false

  init(count: Int) {
    columns = Array(repeating: [], count: count)
    missing = Array(repeating: [], count: count)
  }

  var rows: Int { columns.first?.count ?? 0 }

  mutating func append(_ block: CSVBlock) {
    let rows = self.rows
    for (slot, row) in block.missing { missing[slot].append(rows + row) }
    for slot in columns.indices { unsafe columns[slot].append(contentsOf: block.values(slot)) }
  }

  /// Makes room for as many rows as so many more bytes may hold, once.
  mutating func expect(_ bytes: Int) {
    guard !isReserved, rows > 0 else { return }
    isReserved = true
    // The rows so far came from one buffer.
    let expected = rows + Int(Double(bytes + 1 << 20) * Double(rows) / Double(1 << 20) * 1.02)
    // What a file says of its size is taken for a hint, not for more.
    guard expected <= (1 << 28) / columns.count else { return }
    for slot in columns.indices {
      let column = columns[slot]
      columns[slot] = unsafe [Double](unsafeUninitializedCapacity: expected) { memory, filled in
        unsafe adviseHugePages(UnsafeMutableRawBufferPointer(memory))
        filled = unsafe memory.update(fromContentsOf: column)
      }
    }
  }

  consuming func table(_ names: [String], _ parser: CSVParser) -> Table {
    var result: [Table.Column] = []
    let isText = parser.slotsOfTexts
    for (slot, name) in names.enumerated() {
      let categories = parser.categories[slot]
      let values: Table.Values =
        !isText[slot]
        ? .numbers(columns[slot])
        : .texts(indices: columns[slot].map { $0.isNaN ? -1 : Int($0) }, categories: categories)
      columns[slot] = []
      result.append(Table.Column(name: name, values: values, missing: missing[slot]))
    }
    return Table(checked: result)
  }
}

extension FileError {
  init(_ problem: CSVProblem, path: String, line: Int) {
    self = .malformedCell(
      path: path, line: line + problem.line, column: problem.column + 1, reason: problem.reason)
  }
}
