/// Columns of numbers and of texts, all of as many rows, with names.
public struct Table: Hashable, Sendable {
  /// The values of a column.
  public enum Values: Hashable, Sendable {
    /// NaN where there is no value.
    case numbers([Double])
    /// The index of each row's text among the categories, in the order in which they came; −1 where there is none.
    case texts(indices: [Int], categories: [String])
  }

  /// A column.
  public struct Column: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its values.
    public let values: Values
    /// The rows without a value, ascending.
    public let missing: [Int]

    /// A column of numbers; NaN stands for no value.
    public init(_ name: String, _ numbers: [Double]) {
      self.init(
        name: name, values: .numbers(numbers), missing: numbers.indices.filter { numbers[$0].isNaN }
      )
    }

    /// A column of texts; nil stands for no value.
    public init(_ name: String, _ texts: [String?]) {
      var (categories, places) = ([String](), [String: Int]())
      let indices = texts.map { text in
        guard let text else { return -1 }
        if let place = places[text] { return place }
        categories.append(text)
        places[text] = categories.count - 1
        return categories.count - 1
      }
      self.init(
        name: name, values: .texts(indices: indices, categories: categories),
        missing: indices.indices.filter { indices[$0] < 0 })
    }

    init(name: String, values: Values, missing: [Int]) {
      (self.name, self.values, self.missing) = (name, values, missing)
    }

    /// The number of rows.
    public var rows: Int {
      switch values {
      case .numbers(let numbers): numbers.count
      case .texts(let indices, _): indices.count
      }
    }

    /// Whether it holds texts.
    public var isText: Bool { if case .texts = values { true } else { false } }
  }

  /// The columns, in order.
  public let columns: [Column]
  private let places: [String: Int]

  /// A table of columns.
  ///
  /// Throws: `lengths`, `duplicateColumn`.
  public init(_ columns: [Column]) throws(TableError) {
    for column in columns where column.rows != columns[0].rows {
      throw .lengths(column: column.name, expected: columns[0].rows, found: column.rows)
    }
    var names: Set<String> = []
    for column in columns where !names.insert(column.name).inserted {
      throw .duplicateColumn(column.name)
    }
    self.init(checked: columns)
  }

  init(checked columns: [Column]) {
    self.columns = columns
    places = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1.name, $0) })
  }

  /// The number of rows.
  public var rows: Int { columns.first?.rows ?? 0 }

  /// The names of the columns.
  public var names: [String] { columns.map(\.name) }

  /// The column of a name.
  ///
  /// Throws: `noColumn`.
  public func column(_ name: String) throws(TableError) -> Column {
    guard let place = places[name] else { throw .noColumn(name, columns: names) }
    return columns[place]
  }

  /// The numbers of a column; NaN where there is no value.
  ///
  /// Throws: `noColumn`, `notNumbers`.
  public func numbers(_ name: String) throws(TableError) -> [Double] {
    guard case .numbers(let numbers) = try column(name).values else { throw .notNumbers(name) }
    return numbers
  }

  /// The texts of a column, numbers as the shortest text that gives them back; nil where there is no value.
  ///
  /// Throws: `noColumn`.
  public func texts(_ name: String) throws(TableError) -> [String?] {
    switch try column(name).values {
    case .numbers(let numbers): numbers.map { $0.isNaN ? nil : numberText($0) }
    case .texts(let indices, let categories): indices.map { $0 < 0 ? nil : categories[$0] }
    }
  }

  /// A class label for each row: the texts of a column, for classifiers.
  ///
  /// Throws: `noColumn`; `missing` with the first row without a value.
  public func labels(_ name: String) throws(TableError) -> [String] {
    let texts = try texts(name)
    if let row = texts.firstIndex(of: nil) { throw .missing(column: name, row: row) }
    return texts.compactMap { $0 }
  }

  // MARK: Missing values

  /// The rows without a value in one of these columns (all of them if nil), ascending.
  ///
  /// Throws: `noColumn`.
  public func rowsWithMissing(_ names: [String]? = nil) throws(TableError) -> [Int] {
    var rows: Set<Int> = []
    for name in names ?? self.names { rows.formUnion(try column(name).missing) }
    return rows.sorted()
  }

  /// The rows that have a value in each of these columns (all of them if nil).
  ///
  /// Throws: `noColumn`.
  public func droppingMissing(_ names: [String]? = nil) throws(TableError) -> Table {
    let dropped = Set(try rowsWithMissing(names))
    return dropped.isEmpty ? self : selectingRows((0..<rows).filter { !dropped.contains($0) })
  }

  /// Some rows, in an order; categories that no row has any more are gone.
  ///
  /// Traps for a row that is not there.
  public func selectingRows(_ rows: [Int]) -> Table {
    Table(
      checked: columns.map { column in
        switch column.values {
        case .numbers(let numbers):
          return Column(column.name, rows.map { numbers[$0] })
        case .texts(let indices, let categories):
          return Column(
            column.name, rows.map { indices[$0] < 0 ? nil : categories[indices[$0]] })
        }
      })
  }
}

/// What was asked of a table that it does not have.
public enum TableError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No column has this name.
  case noColumn(String, columns: [String])
  /// Two columns have this name.
  case duplicateColumn(String)
  /// A column is longer or shorter than the first.
  case lengths(column: String, expected: Int, found: Int)
  /// The column holds texts.
  case notNumbers(String)
  /// A text in a row (counted from 0) of a column that the model has not seen.
  case unknownCategory(column: String, row: Int, text: String)
  /// There is no value in a row (counted from 0) of a column.
  case missing(column: String, row: Int)

  /// One sentence.
  public var description: String {
    switch self {
    case .noColumn(let name, let columns):
      "no column \"\(name)\" among \(columns.prefix(20).joined(separator: ", "))"
    case .duplicateColumn(let name): "two columns \"\(name)\""
    case .lengths(let column, let expected, let found):
      "column \"\(column)\" has \(found) rows, the first column \(expected)"
    case .notNumbers(let name): "column \"\(name)\" holds texts, not numbers"
    case .unknownCategory(let column, let row, let text):
      "column \"\(column)\" has the unknown value \"\(text)\" in row \(row)"
    case .missing(let column, let row): "column \"\(column)\" has no value in row \(row)"
    }
  }
}
