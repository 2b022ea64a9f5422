import CNumbers

/// What a parser could not take: lines and columns are counted from the beginning of its text, and from 0.
struct CSVProblem: Error {
  let line: Int
  let column: Int
  let reason: String
}

/// Rows of numbers, as they are parsed: a column has `capacity` places.
@safe final class CSVBlock {
  let capacity: Int
  /// How many rows are wanted, at most the capacity.
  var limit: Int
  private let memory: UnsafeMutableBufferPointer<Double>
  var rows = 0
  /// Cells without a value.
  var missing: [(slot: Int, row: Int)] = []

  init(capacity: Int, slots: Int) {
    (self.capacity, limit) = (capacity, capacity)
    unsafe memory = .allocate(capacity: max(1, capacity * slots))
    // Only what is written to is ever mapped, or read.
  }

  deinit { unsafe memory.deallocate() }

  @inline(__always)
  func set(_ slot: Int, _ value: Double) {
    unsafe memory.baseAddress.unsafelyUnwrapped[slot * capacity + rows] = value
  }

  /// Where the next row goes: its columns are `capacity` apart.
  var target: UnsafeMutablePointer<Double> {
    unsafe memory.baseAddress.unsafelyUnwrapped + rows
  }

  /// The values of a column.
  func values(_ slot: Int) -> UnsafeBufferPointer<Double> {
    unsafe UnsafeBufferPointer(
      start: memory.baseAddress.unsafelyUnwrapped + slot * capacity, count: rows)
  }

  func empty() {
    (rows, limit) = (0, capacity)
    missing.removeAll(keepingCapacity: true)
  }
}

/// Turns text into rows of numbers; texts become the indices of their categories.
struct CSVParser {
  enum Kind {
    case skipped
    /// Nothing but missing values so far.
    case unknown
    case numbers
    case texts
  }

  let delimiter: UInt8
  private let markers: Set<String>
  /// Whether a number may stand for no value, so that each must be looked at as text.
  private let hasNumericMarkers: Bool
  private let refusesMissing: Bool
  /// For each column of the file, and where its values go.
  private(set) var kinds: [Kind] = []
  private var slots: [Int] = []
  /// For each column that is wanted: its categories as they come.
  private(set) var categories: [[String]] = []
  private var indices: [[String: Int]] = []

  init(_ format: CSVFormat, delimiter: UInt8) {
    self.delimiter = delimiter
    markers = format.missingMarkers
    hasNumericMarkers = markers.contains { Self.number($0)?.isFinite ?? false }
    refusesMissing = format.missing == .refused
  }

  /// Sets up the columns of a file: where the values of each go, or nil, and what they are known to hold.
  mutating func take(_ columns: [(slot: Int?, kind: Kind)]) {
    kinds = columns.map { $0.slot == nil ? .skipped : $0.kind }
    slots = columns.map { $0.slot ?? 0 }
    let count = columns.count { $0.slot != nil }
    categories = Array(repeating: [], count: count)
    indices = Array(repeating: [:], count: count)
  }

  /// Whether what goes to each slot is texts.
  var slotsOfTexts: [Bool] {
    var result = Array(repeating: false, count: categories.count)
    for (column, kind) in kinds.enumerated() where kind == .texts { result[slots[column]] = true }
    return result
  }

  /// Whether rows depend on no rows before them.
  var isSettled: Bool { kinds.allSatisfy { $0 == .numbers || $0 == .skipped } }

  /// Whether every column is wanted, in the order of the file, and holds numbers.
  private var isPlain: Bool {
    !hasNumericMarkers && kinds.allSatisfy { $0 == .numbers }
      && slots.elementsEqual(slots.indices)
  }

  // MARK: Rows

  private enum Ending {
    case cell, row
    /// The text ends before the cell does.
    case cutOff
  }

  /// Parses rows until the block is full or the text ends; returns how many bytes and lines that were.
  ///
  /// A row that the text cuts off is left, unless the text is the last.
  mutating func parse(
    _ text: UnsafeBufferPointer<UInt8>, isLast: Bool, into block: CSVBlock
  ) throws(CSVProblem) -> (bytes: Int, lines: Int) {
    var (position, line) = (0, 0)
    let width = kinds.count
    rows: while block.rows < block.limit && position < text.count {
      if isPlain {
        // Most rows are numbers that fill their cells.
        var rows = 0
        let bytes = unsafe parse_rows(
          text.baseAddress.unsafelyUnwrapped + position, text.count - position, delimiter, width,
          block.limit - block.rows, block.target, block.capacity, &rows)
        position += bytes
        line += rows
        block.rows += rows
        if position == text.count || block.rows == block.limit { break }
      }
      let (begin, firstLine, missing) = (position, line, block.missing.count)
      if unsafe skipLineEnd(text, isLast, &position) {
        line += 1
        continue
      }
      var column = 0
      while true {
        let ending =
          unsafe try parseCell(column, text, isLast, &position, &line, firstLine, block)
        switch ending {
        case .cell:
          column += 1
          guard column < width else {
            throw CSVProblem(
              line: firstLine, column: column, reason: "more cells than the \(width) columns")
          }
        case .row:
          guard column == width - 1 else {
            throw CSVProblem(
              line: firstLine, column: column + 1, reason: "\(column + 1) cells, not \(width)")
          }
          block.rows += 1
          line += 1
          continue rows
        case .cutOff:
          block.missing.removeLast(block.missing.count - missing)
          return (begin, firstLine)
        }
      }
    }
    return (position, line)
  }

  private mutating func parseCell(
    _ column: Int, _ text: UnsafeBufferPointer<UInt8>, _ isLast: Bool, _ position: inout Int,
    _ line: inout Int, _ firstLine: Int, _ block: CSVBlock
  ) throws(CSVProblem) -> Ending {
    if kinds[column] == .numbers && !hasNumericMarkers {
      let base = unsafe text.baseAddress.unsafelyUnwrapped
      var value = 0.0
      let length = unsafe parse_double(base + position, text.count - position, &value)
      if length > 0, value.isFinite {
        var next = position + length
        if let ending = unsafe self.ending(text, isLast, &next) {
          block.set(slots[column], value)
          position = next
          return ending
        }
      }
    }
    let cell: Cell?
    do throws(CSVProblem) {
      cell = unsafe try self.cell(
        text, isLast, &position, &line, isWanted: kinds[column] != .skipped)
    } catch {
      throw CSVProblem(line: error.line, column: column, reason: error.reason)
    }
    guard let cell, let ending = unsafe self.ending(text, isLast, &position), ending != .cutOff
    else { return .cutOff }
    try take(cell, column, firstLine, block)
    return ending
  }

  /// What comes after a cell, and is passed; nil if there is something else.
  @inline(__always)
  private func ending(
    _ text: UnsafeBufferPointer<UInt8>, _ isLast: Bool, _ position: inout Int
  ) -> Ending? {
    guard position < text.count else { return isLast ? .row : .cutOff }
    if unsafe text[position] == delimiter {
      position += 1
      return .cell
    }
    if unsafe text[position] == UInt8(ascii: "\r"), position + 1 == text.count, !isLast {
      return .cutOff
    }
    return unsafe skipLineEnd(text, isLast, &position) ? .row : nil
  }

  private func skipLineEnd(
    _ text: UnsafeBufferPointer<UInt8>, _ isLast: Bool, _ position: inout Int
  ) -> Bool {
    if unsafe text[position] == UInt8(ascii: "\n") {
      position += 1
      return true
    }
    if unsafe text[position] == UInt8(ascii: "\r"), position + 1 < text.count,
      unsafe text[position + 1] == UInt8(ascii: "\n")
    {
      position += 2
      return true
    }
    // A line feed that got lost with the end of the file.
    if unsafe text[position] == UInt8(ascii: "\r"), position + 1 == text.count, isLast {
      position += 1
      return true
    }
    return false
  }

  private struct Cell {
    let text: String
    let isQuoted: Bool

    init(_ bytes: some Collection<UInt8>, isQuoted: Bool, line: Int) throws(CSVProblem) {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw CSVProblem(line: line, column: 0, reason: "bytes that are not UTF-8")
      }
      (self.text, self.isQuoted) = (text, isQuoted)
    }
  }

  /// The text of a cell, unquoted; nil if it is cut off.
  ///
  /// What is not wanted is passed only.
  private func cell(
    _ text: UnsafeBufferPointer<UInt8>, _ isLast: Bool, _ position: inout Int, _ line: inout Int,
    isWanted: Bool
  ) throws(CSVProblem) -> Cell? {
    let quote = UInt8(ascii: "\"")
    // Spaces before a quote, as some programs write them.
    var start = position
    while start < text.count, unsafe text[start] == UInt8(ascii: " "), delimiter != 32 {
      start += 1
    }
    if start == text.count && !isLast { return nil }
    if start < text.count, unsafe text[start] == quote { position = start }
    guard position < text.count, unsafe text[position] == quote else {
      let begin = position
      while position < text.count {
        let byte = unsafe text[position]
        if byte == delimiter || byte == UInt8(ascii: "\n") { break }
        if byte == UInt8(ascii: "\r") {
          var next = position
          let isLineEnd = unsafe skipLineEnd(text, isLast, &next)
          if isLineEnd || position + 1 == text.count { break }
        }
        position += 1
      }
      if position == text.count && !isLast { return nil }
      let bytes = unsafe UnsafeBufferPointer(rebasing: text[begin..<(isWanted ? position : begin)])
      return unsafe try Cell(bytes, isQuoted: false, line: line)
    }
    var bytes: [UInt8] = []
    let firstLine = line
    position += 1
    while position < text.count {
      let byte = unsafe text[position]
      position += 1
      if byte == quote {
        if position == text.count && !isLast { return nil }
        guard position < text.count, unsafe text[position] == quote else {
          var next = position
          guard unsafe ending(text, isLast, &next) != nil else {
            throw CSVProblem(line: line, column: 0, reason: "text after a closing quote")
          }
          return try Cell(bytes, isQuoted: true, line: firstLine)
        }
        position += 1
      } else if byte == UInt8(ascii: "\n") {
        line += 1
      }
      if isWanted { bytes.append(byte) }
    }
    if isLast { throw CSVProblem(line: firstLine, column: 0, reason: "a quote that never closes") }
    return nil
  }

  /// Stores the text of a cell as what its column holds.
  private mutating func take(
    _ cell: Cell, _ column: Int, _ line: Int, _ block: CSVBlock
  ) throws(CSVProblem) {
    let (kind, slot) = (kinds[column], slots[column])
    if kind == .skipped { return }
    let spaces: Set<Character> = [" ", "\t"]
    let trimmed = String(cell.text.trimming(spaces))
    let number = kind == .texts ? nil : Self.number(trimmed)
    // Quotes make a text of "NA".
    let mayBeMarker = kind == .numbers || !cell.isQuoted || trimmed.isEmpty
    if mayBeMarker && markers.contains(trimmed) || number?.isNaN ?? false {
      if refusesMissing { throw CSVProblem(line: line, column: column, reason: "no value") }
      block.missing.append((slot, block.rows))
      block.set(slot, .nan)
      return
    }
    if kind != .texts {
      if let value = number {
        kinds[column] = .numbers
        guard value.isFinite || !trimmed.contains(where: { $0.isNumber }) else {
          throw CSVProblem(line: line, column: column, reason: "\(trimmed) is out of range")
        }
        return block.set(slot, value)
      }
      guard kind == .unknown else {
        throw CSVProblem(line: line, column: column, reason: "\"\(cell.text)\" is not a number")
      }
      kinds[column] = .texts
    }
    let index = indices[slot][cell.text] ?? categories[slot].count
    if index == categories[slot].count {
      categories[slot].append(cell.text)
      indices[slot][cell.text] = index
    }
    block.set(slot, Double(index))
  }

  /// The number that a text is, all of it.
  static func number(_ text: some StringProtocol) -> Double? {
    var bytes = Array(text.utf8)
    // A sign that the standard library does not take.
    if bytes.count > 1, bytes[0] == UInt8(ascii: "+"), bytes[1] != UInt8(ascii: "-") {
      bytes.removeFirst()
    }
    return unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress, !bytes.isEmpty else { return nil }
      var value = 0.0
      return unsafe parse_double(base, bytes.count, &value) == bytes.count ? value : nil
    }
  }

  /// The cells of the first row as they are, and what is left out of count; nil if they are cut off.
  func header(
    _ text: UnsafeBufferPointer<UInt8>, isLast: Bool
  ) throws(CSVProblem) -> (cells: [String], bytes: Int, lines: Int)? {
    var (cells, position, line) = ([String](), 0, 0)
    while position < text.count {
      if unsafe !skipLineEnd(text, isLast, &position) { break }
      line += 1
    }
    if position == text.count { return isLast ? ([], position, line) : nil }
    while true {
      let found: Cell?
      do throws(CSVProblem) {
        found = unsafe try cell(text, isLast, &position, &line, isWanted: true)
      } catch {
        throw CSVProblem(line: error.line, column: cells.count, reason: error.reason)
      }
      guard let found, let ending = unsafe ending(text, isLast, &position) else { return nil }
      if !found.isQuoted && found.text.utf8.contains(UInt8(ascii: "\r")) {
        throw CSVProblem(line: line, column: cells.count, reason: "lines must end with a line feed")
      }
      cells.append(found.text)
      switch ending {
      case .cell: continue
      case .row: return (cells, position, line + 1)
      case .cutOff: return nil
      }
    }
  }
}

extension String {
  /// Without such characters at both ends.
  func trimming(_ characters: Set<Character>) -> Substring {
    var rest = self[...]
    while let first = rest.first, characters.contains(first) { rest.removeFirst() }
    while let last = rest.last, characters.contains(last) { rest.removeLast() }
    return rest
  }
}
