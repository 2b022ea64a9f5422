public import Foundation
public import LinAlg

/// Rows with labels in the text format of LIBSVM: "label index:value index:value …".
///
/// Indices begin with 1 and ascend, what is not listed is 0, and comments begin with #.
public struct LIBSVM: Hashable, Sendable {
  /// The rows.
  public var x: Matrix<Double>
  /// The label, or response, of each row.
  public var labels: [Double]

  /// Rows with labels.
  ///
  /// Traps unless there are as many.
  public init(x: Matrix<Double>, labels: [Double]) {
    precondition(x.rows == labels.count, "\(labels.count) labels for \(x.rows) rows")
    (self.x, self.labels) = (x, labels)
  }

  /// Reads a file into a dense matrix, of as many columns as asked for, or as the largest index.
  ///
  /// Throws: `system`; `malformedCell` with line and cell; `malformed` where the matrix would have more elements than
  /// `maximumElements`, since one large index makes a dense matrix large.
  public init(
    contentsOf url: URL, columns: Int? = nil, maximumElements: Int = 1 << 27
  ) throws(FileError) {
    try self.init(InputFile(url).readAll(), path: url.path, columns, maximumElements)
  }

  init(
    _ bytes: [UInt8], path: String, _ columns: Int?, _ maximumElements: Int
  ) throws(FileError) {
    labels = []
    var elements: [(row: Int, column: Int, value: Double)] = []
    var largest = 0
    for (i, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
    {
      let cells = line.prefix { $0 != UInt8(ascii: "#") }.split {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
      }
      guard let first = cells.first else { continue }
      func malformed(_ cell: Int, _ reason: String) -> FileError {
        .malformedCell(path: path, line: i + 1, column: cell + 1, reason: reason)
      }
      func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
      guard let label = CSVParser.number(text(first)) else {
        throw malformed(0, "\"\(text(first))\" is not a number")
      }
      var last = 0
      for (cell, pair) in cells.enumerated().dropFirst() {
        let parts = pair.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2 else {
          throw malformed(cell, "\"\(text(pair))\" is not index:value")
        }
        // What ranking programs call the group of a row.
        if cell == 1 && text(parts[0]) == "qid" { continue }
        guard let index = Int(text(parts[0])), let value = CSVParser.number(text(parts[1])) else {
          throw malformed(cell, "\"\(text(pair))\" is not index:value")
        }
        guard index > last else {
          throw malformed(cell, "index \(index) does not come after \(last)")
        }
        if let columns, index > columns {
          throw malformed(cell, "index \(index), but \(columns) columns")
        }
        last = index
        elements.append((labels.count, index - 1, value))
      }
      largest = max(largest, last)
      labels.append(label)
    }
    let width = columns ?? largest
    let (count, overflow) = width.multipliedReportingOverflow(by: labels.count)
    guard width >= 0, !overflow, count <= maximumElements else {
      throw .malformed(
        path: path, reason: "\(labels.count)×\(width) elements are more than \(maximumElements)")
    }
    x = Matrix(rows: labels.count, columns: width)
    for (row, column, value) in elements { x[row, column] = value }
  }

  /// Writes a file without the zeros; it takes its place when it is whole.
  ///
  /// Throws: `system`.
  public func write(to url: URL) throws(FileError) {
    try OutputFile.write(to: url) { (file) throws(FileError) in
      var line: [UInt8] = []
      for i in 0..<x.rows {
        line.removeAll(keepingCapacity: true)
        append(labels[i], to: &line)
        for j in 0..<x.columns where x[i, j] != 0 {
          line.append(UInt8(ascii: " "))
          append(Double(j + 1), to: &line)
          line.append(UInt8(ascii: ":"))
          append(x[i, j], to: &line)
        }
        line.append(UInt8(ascii: "\n"))
        try file.write(line)
      }
    }
  }
}
