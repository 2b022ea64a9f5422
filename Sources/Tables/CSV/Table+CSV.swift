import CNumbers
public import Foundation

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

  /// Writes comma-separated values with a header; numbers as the shortest text that gives them back, no value as nothing.
  ///
  /// Texts that could be taken for no value are quoted; empty texts are no value when they are read. The file takes its place
  /// when it is whole. Throws: `system`; `malformed` for a delimiter that numbers and quotes have.
  public func write(csv url: URL, delimiter: Character = ",") throws(FileError) {
    guard let delimiter = CSVFormat(delimiter: delimiter).delimiterByte else {
      throw .malformed(path: url.path, reason: "\"\(delimiter)\" cannot be a delimiter")
    }
    try OutputFile.write(to: url) { (file) throws(FileError) in
      try forEachLine(delimiter) { (line) throws(FileError) in try file.write(line) }
    }
  }

  /// The same as text, with commas.
  public var csv: String {
    var text: [UInt8] = []
    forEachLine(UInt8(ascii: ",")) { text += $0 }
    return String(decoding: text, as: UTF8.self)
  }

  private func forEachLine<Failure: Error>(
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
    var line: [UInt8] = []
    for row in 0..<rows {
      line.removeAll(keepingCapacity: true)
      for (j, column) in columns.enumerated() {
        if j > 0 { line.append(delimiter) }
        switch column.values {
        case .numbers(let numbers): if !numbers[row].isNaN { append(numbers[row], to: &line) }
        case .texts(let indices, _): if indices[row] >= 0 { line += categories[j][indices[row]] }
        }
      }
      // A blank line would be skipped.
      if line.isEmpty { line = [34, 34] }
      line.append(10)
      try body(line)
    }
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
