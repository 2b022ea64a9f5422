public import LinAlg

/// Which columns of a table make the columns of a matrix, kept with a model so that other tables give the same ones.
public struct TableEncoding: Hashable, Sendable, Codable {
  private struct Part: Hashable, Sendable, Codable {
    let name: String
    /// Of texts: those that have an indicator, in alphabetical order, and all that there are.
    let indicators: [String]?
    let categories: [String]?
  }

  private let parts: [Part]

  /// The encoding of columns of a table (all if nil): numbers as they are, texts as indicators.
  ///
  /// A column of K texts becomes K − 1 columns "name=text" of 0 and 1, without the first in alphabetical order, which is what
  /// a model with an intercept takes, or K columns if `keepsFirst`. Throws: `noColumn`.
  public init(
    _ table: Table, _ names: [String]? = nil, keepsFirst: Bool = false
  ) throws(TableError) {
    var parts: [Part] = []
    for name in names ?? table.names {
      switch try table.column(name).values {
      case .numbers: parts.append(Part(name: name, indicators: nil, categories: nil))
      case .texts(_, let categories):
        let sorted = categories.sorted()
        parts.append(
          Part(
            name: name, indicators: Array(sorted.dropFirst(keepsFirst ? 0 : 1)), categories: sorted)
        )
      }
    }
    self.parts = parts
  }

  /// The names of the columns of the table.
  public var columns: [String] { parts.map(\.name) }

  /// Those of them that hold texts, which a file must be told where they look like numbers.
  public var texts: Set<String> { Set(parts.filter { $0.categories != nil }.map(\.name)) }

  /// The names of the columns of the matrix.
  public var names: [String] {
    parts.flatMap { part in part.indicators?.map { "\(part.name)=\($0)" } ?? [part.name] }
  }

  /// The matrix of a table that has these columns, rows without a value NaN.
  ///
  /// Throws: `noColumn`, `notNumbers`; `unknownCategory` for a text that the first table did not have.
  public func callAsFunction(_ table: Table) throws(TableError) -> Matrix<Double> {
    var columns: [Table.Column] = []
    var categories: [[Int]] = []
    for part in parts {
      let column = try table.column(part.name)
      columns.append(column)
      guard let known = part.categories else {
        guard !column.isText else { throw .notNumbers(part.name) }
        categories.append([])
        continue
      }
      let places = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, $0) })
      var own: [Int] = []
      own.reserveCapacity(table.rows)
      for (row, text) in try table.texts(part.name).enumerated() {
        guard let text else {
          own.append(-1)
          continue
        }
        guard let place = places[text] else {
          throw .unknownCategory(column: part.name, row: row, text: text)
        }
        own.append(place)
      }
      categories.append(own)
    }
    // For each column of the matrix its part and, of texts, the category: all, or all but the first.
    let sources = parts.enumerated().flatMap { k, part -> [(part: Int, category: Int)] in
      guard let indicators = part.indicators, let known = part.categories else { return [(k, 0)] }
      return (known.count - indicators.count..<known.count).map { (k, $0) }
    }
    let rows = table.rows
    return unsafe Matrix<Double>(rows: rows, columns: sources.count) { target in
      BLASRuntime.concurrently(sources.count, size: rows) { j in
        let (k, wanted) = sources[j]
        let column = unsafe UnsafeMutableBufferPointer(rebasing: target[j * rows..<(j + 1) * rows])
        if parts[k].categories == nil, case .numbers(let numbers) = columns[k].values {
          _ = unsafe column.update(fromContentsOf: numbers)
        } else {
          let places = categories[k]
          for (i, place) in places.enumerated() {
            unsafe column[i] = place < 0 ? .nan : place == wanted ? 1 : 0
          }
        }
      }
    }
  }
}

extension Table {
  /// A matrix with a column for each of numbers, and indicators for each of texts: see `TableEncoding`.
  ///
  /// Throws: `noColumn`.
  public func matrix(
    _ names: [String]? = nil, keepsFirst: Bool = false
  ) throws(TableError) -> (x: Matrix<Double>, names: [String]) {
    let encoding = try TableEncoding(self, names, keepsFirst: keepsFirst)
    return (try encoding(self), encoding.names)
  }
}
