import CNumbers
public import Foundation
import LinAlg

extension Table {
  /// Reads a file of comma-separated values, on several threads where no cell is quoted.
  ///
  /// Numbers are the nearest doubles to what the text says. Throws: `FileError`, with line and column for what cannot be
  /// taken.
  public init(contentsOfCSV url: URL, format: CSVFormat = CSVFormat()) throws(FileError) {
    self = try CSVReader(contentsOf: url, format: format).rest()
  }

  /// Parses comma-separated values.
  ///
  /// Throws: `FileError`, likewise.
  public init(csv text: String, format: CSVFormat = CSVFormat()) throws(FileError) {
    self = try CSVReader(InputBytes(Array(text.utf8), path: "text"), format).rest()
  }

  /// Writes comma-separated values with a header; the text is made on several threads.
  ///
  /// Numbers are the shortest text that gives them back, no value is nothing. Texts that could be taken for no value are
  /// quoted; empty texts are no value when they are read. The file takes its place when it is whole. Throws: `system`; `malformed` for a delimiter that numbers and quotes have.
  public func write(csv url: URL, delimiter: Character = ",") throws(FileError) {
    guard let delimiter = CSVFormat(delimiter: delimiter).delimiterByte else {
      throw .malformed(path: url.path, reason: "\"\(delimiter)\" cannot be a delimiter")
    }
    try OutputFile.write(to: url) { (file) throws(FileError) in
      try forEachPiece(delimiter) { (text) throws(FileError) in try file.write(text) }
    }
  }

  /// The same as text, with commas.
  public var csv: String {
    var text: [UInt8] = []
    forEachPiece(UInt8(ascii: ",")) { text += $0 }
    return String(decoding: text, as: UTF8.self)
  }

  /// Calls a function with the text, piece by piece; pieces are made on several threads.
  private func forEachPiece<Failure: Error>(
    _ delimiter: UInt8, _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    // By bytes: to a reader a quote with a combining mark is a quote.
    func quoted(_ text: String) -> [UInt8] {
      let isPlain =
        !text.utf8.contains { $0 == delimiter || $0 == 34 || $0 == 10 || $0 == 13 }
        && text == text.trimming([" ", "\t"]) && !CSVFormat.usualMarkers.contains(text)
        && CSVParser.number(text)?.isNaN != true
      if isPlain { return Array(text.utf8) }
      return [34] + text.utf8.flatMap { $0 == 34 ? [34, 34] : [$0] } + [34]
    }
    try body(Array(names.map(quoted).joined(separator: [delimiter])) + [10])
    let categories = columns.map { column -> [[UInt8]] in
      if case .texts(_, let categories) = column.values { categories.map(quoted) } else { [] }
    }
    // About a quarter of a MiB each: large enough for a thread, small enough for its cache.
    let height = max(1, (1 << 14) / max(1, columns.count))
    let bounds = Array(stride(from: 0, to: rows, by: height)) + [rows]
    for first in stride(from: 0, to: bounds.count - 1, by: BLASRuntime.threads) {
      var pieces = [[UInt8]](
        repeating: [], count: min(BLASRuntime.threads, bounds.count - 1 - first))
      unsafe pieces.withUnsafeMutableBufferPointer { pieces in
        BLASRuntime.concurrently(pieces.count) { i in
          let rows = bounds[first + i]..<bounds[first + i + 1]
          unsafe pieces[i] = text(of: rows, delimiter, categories)
        }
      }
      for piece in pieces { try body(piece) }
    }
  }

  /// The lines of some rows; texts are those of their categories.
  private func text(of rows: Range<Int>, _ delimiter: UInt8, _ categories: [[[UInt8]]]) -> [UInt8] {
    // By rows: columns that are asked for cell by cell, on several threads, wait for each other's reference counts.
    let width = columns.count
    var cells = [Double](repeating: .nan, count: rows.count * width)
    for (j, column) in columns.enumerated() {
      switch column.values {
      case .numbers(let numbers):
        for (i, row) in rows.enumerated() { cells[i * width + j] = numbers[row] }
      case .texts(let indices, _):
        for (i, row) in rows.enumerated() where indices[row] >= 0 {
          cells[i * width + j] = Double(indices[row])
        }
      }
    }
    let isText = columns.map(\.isText)
    var text: [UInt8] = []
    text.reserveCapacity(20 * cells.count)
    for i in 0..<rows.count {
      let begin = text.count
      for j in 0..<width {
        if j > 0 { text.append(delimiter) }
        let cell = cells[i * width + j]
        if cell.isNaN { continue }
        if isText[j] { text += categories[j][Int(cell)] } else { append(cell, to: &text) }
      }
      // A blank line would be skipped.
      if text.count == begin { text += [34, 34] }
      text.append(10)
    }
    return text
  }
}

/// Appends the shortest text that gives a number back, without an exponent for whole numbers below 2⁵³.
func append(_ value: Double, to text: inout [UInt8]) {
  unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { digits in
    let count = unsafe format_double(value, digits.baseAddress.unsafelyUnwrapped)
    unsafe text.append(contentsOf: UnsafeBufferPointer(rebasing: digits[..<count]))
  }
}

/// The same as a string.
func numberText(_ value: Double) -> String {
  var text: [UInt8] = []
  append(value, to: &text)
  return String(decoding: text, as: UTF8.self)
}
