import CNumbers

/// What a parser could not take: lines and columns are counted from the beginning of its text, and from 0.
struct CSVProblem: Error {
  let line: Int
  let column: Int
  let reason: String
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
  let markers: Set<String>
  /// Whether a number may stand for no value, so that each must be looked at as text.
  private let hasNumericMarkers: Bool
  let refusesMissing: Bool
  /// For each column of the file, and where its values go.
  var kinds: [Kind] = []
  var slots: [Int] = []
  /// For each column that is wanted: its categories as they come.
  var categories: [[String]] = []
  var indices: [[String: Int]] = []

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

  enum Ending {
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
  func ending(
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

  func skipLineEnd(
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
}
