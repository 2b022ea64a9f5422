import CNumbers

// MARK: Cells

extension CSVParser {
  struct Cell {
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
  func cell(
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
  mutating func take(
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
