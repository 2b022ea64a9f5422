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
  /// The file takes its place when it is whole. Throws: `system`.
  public func write(csv url: URL, delimiter: Character = ",") throws(FileError) {
    try OutputFile.write(to: url) { (file) throws(FileError) in
      try forEachLine(delimiter) { (line) throws(FileError) in try file.write(line) }
    }
  }

  /// The same as text.
  public func csv(delimiter: Character = ",") -> String {
    var text = ""
    forEachLine(delimiter) { text += $0 }
    return text
  }

  private func forEachLine<Failure: Error>(
    _ delimiter: Character, _ body: (String) throws(Failure) -> Void
  ) throws(Failure) {
    func quoted(_ text: String) -> String {
      let isPlain =
        !text.contains { $0 == delimiter || $0 == "\"" || $0.isNewline }
        && text == text.trimming([" ", "\t"])
      return isPlain ? text : "\"\(text.replacing("\"", with: "\"\""))\""
    }
    try body(names.map(quoted).joined(separator: String(delimiter)) + "\n")
    let categories = columns.map { column -> [String] in
      if case .texts(_, let categories) = column.values { categories.map(quoted) } else { [] }
    }
    for row in 0..<rows {
      var line = ""
      for (j, column) in columns.enumerated() {
        if j > 0 { line.append(delimiter) }
        switch column.values {
        case .numbers(let numbers): if !numbers[row].isNaN { line += numberText(numbers[row]) }
        case .texts(let indices, _): if indices[row] >= 0 { line += categories[j][indices[row]] }
        }
      }
      // A blank line would be skipped.
      try body((line.isEmpty ? "\"\"" : line) + "\n")
    }
  }
}

/// The shortest text that gives a number back.
func numberText(_ value: Double) -> String {
  unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { text in
    let count = unsafe format_double(value, text.baseAddress.unsafelyUnwrapped)
    return unsafe String(
      decoding: UnsafeBufferPointer(rebasing: text[..<count]), as: UTF8.self)
  }
}
