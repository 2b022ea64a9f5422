/// A dense matrix, stored by columns: element (i, j) lies at `i + j * rows`.
///
/// A value: copies share storage until one of them is written to. A vector is an array,
/// `[Element]`; a matrix of one column has the same storage, and moving between the two copies
/// nothing.
///
///     let a: Matrix<Double> = [[4, 1], [2, 3]]   // by rows, as it is written on paper
///     a[0, 1]                                    // 1
///     a * a                                      // a product through BLAS
public struct Matrix<Element: Scalar>: Hashable, Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  @usableFromInline var storage: [Element]

  /// Takes over an array that is already known to fit.
  @inlinable
  init(rows: Int, columns: Int, storage: [Element]) {
    assert(storage.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.storage = storage
  }

  /// A matrix whose elements are all the same, by default 0.
  @inlinable
  public init(rows: Int, columns: Int, repeating value: Element = 0) {
    self.init(
      rows: rows, columns: columns,
      storage: Array(filling: Self.count(rows, columns), with: value))
  }

  /// A matrix from its elements in column-major order; an array is taken over without a copy.
  ///
  /// Throws: `dimensionMismatch` unless there are `rows * columns` elements.
  @inlinable
  public init(
    rows: Int, columns: Int, columnMajor elements: some Collection<Element>
  ) throws(LinAlgError) {
    try Self.check(elements.count, rows, columns)
    self.init(rows: rows, columns: columns, storage: Array(elements))
  }

  /// A matrix from its elements in row-major order, as C and NumPy store them (one transposition).
  ///
  /// Throws: `dimensionMismatch` unless there are `rows * columns` elements.
  @inlinable
  public init(
    rows: Int, columns: Int, rowMajor elements: some Collection<Element>
  ) throws(LinAlgError) {
    try Self.check(elements.count, rows, columns)
    self = Self(rows: columns, columns: rows, storage: Array(elements)).transposed()
  }

  /// A matrix from an array of rows.
  ///
  /// Throws: `dimensionMismatch` naming the first row whose length differs from that of row 0.
  @inlinable
  public init(_ rowsOfElements: [[Element]]) throws(LinAlgError) {
    let columns = rowsOfElements.first?.count ?? 0
    for (index, row) in rowsOfElements.enumerated() where row.count != columns {
      throw .dimensionMismatch("length of row \(index)", expected: columns, found: row.count)
    }
    self.init(rows: rowsOfElements.count, columns: columns) { rowsOfElements[$0][$1] }
  }

  /// A matrix whose element (i, j) is `element(i, j)`, computed column by column.
  @inlinable
  public init(rows: Int, columns: Int, _ element: (_ row: Int, _ column: Int) -> Element) {
    unsafe self.init(rows: rows, columns: columns) { buffer in
      for j in 0..<columns {
        for i in 0..<rows {
          unsafe buffer.initializeElement(at: i + j * rows, to: element(i, j))
        }
      }
    }
  }

  /// A matrix whose column-major memory `body` initialises, all of it; nothing is zeroed first.
  @inlinable
  public init<Failure: Error>(
    rows: Int, columns: Int,
    initializingWith body: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    let storage = try unsafe [Element](count: Self.count(rows, columns), settingAll: body)
    self.init(rows: rows, columns: columns, storage: storage)
  }

  /// The identity matrix of an order.
  @inlinable
  public static func identity(_ order: Int) -> Self {
    Self(diagonal: Array(repeating: 1, count: order))
  }

  /// The square matrix with these diagonal elements and 0 elsewhere.
  @inlinable
  public init(diagonal: [Element]) {
    self.init(rows: diagonal.count, columns: diagonal.count)
    for (i, value) in diagonal.enumerated() { self[i, i] = value }
  }

  @inlinable
  static func count(_ rows: Int, _ columns: Int) -> Int {
    precondition(rows >= 0 && columns >= 0, "negative matrix shape \(rows)×\(columns)")
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    precondition(!overflow, "\(rows)×\(columns) elements exceed the address space")
    return count
  }

  @inlinable
  static func check(_ found: Int, _ rows: Int, _ columns: Int) throws(LinAlgError) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    if overflow { throw .tooManyElements(rows: rows, columns: columns) }
    guard rows >= 0, columns >= 0, found == count else {
      throw .dimensionMismatch(
        "elements of a \(rows)×\(columns) matrix", expected: count, found: found)
    }
  }
}

// MARK: - Elements

extension Matrix {
  /// All elements in column-major order, without a copy.
  @inlinable
  public var elements: [Element] { storage }

  /// Whether there are no elements.
  @inlinable
  public var isEmpty: Bool { storage.isEmpty }

  /// Whether there are as many rows as columns.
  @inlinable
  public var isSquare: Bool { rows == columns }

  /// The element at a row and a column, both counted from 0.
  @inlinable
  public subscript(row: Int, column: Int) -> Element {
    get {
      checkPosition(row, column)
      return storage[row &+ column &* rows]
    }
    set {
      checkPosition(row, column)
      storage[row &+ column &* rows] = newValue
    }
  }

  // Negative numbers are large when read as unsigned: one comparison each.
  @inlinable @inline(__always)
  func checkPosition(_ row: Int, _ column: Int) {
    precondition(
      UInt(bitPattern: row) < UInt(bitPattern: rows)
        && UInt(bitPattern: column) < UInt(bitPattern: columns),
      "position (\(row), \(column)) outside a \(rows)×\(columns) matrix")
  }

  /// The elements on the main diagonal.
  @inlinable
  public var diagonal: [Element] { (0..<min(rows, columns)).map { self[$0, $0] } }

  /// Calls a function with the column-major memory.
  ///
  /// The pointer must not outlive the call.
  @inlinable
  public func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe storage.withUnsafeBufferPointer(body)
  }

  /// Calls a function with the column-major memory, to read and write.
  ///
  /// The pointer must not outlive
  /// the call.
  @inlinable
  public mutating func withUnsafeMutableBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe storage.withUnsafeMutableBufferPointer { buffer throws(Failure) in
      try unsafe body(buffer)
    }
  }

  /// Calls a function with a span over the column-major elements: bounds-checked, never copied.
  @inlinable
  public func withSpan<Result, Failure: Error>(
    _ body: (Span<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(storage.span)
  }

  /// Calls a function with a mutable span over the column-major elements.
  @inlinable
  public mutating func withMutableSpan<Result, Failure: Error>(
    _ body: (inout MutableSpan<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var span = storage.mutableSpan
    return try body(&span)
  }
}

// MARK: - Conformances

extension Matrix: ExpressibleByArrayLiteral {
  /// A matrix from its rows; all must have the same length.
  @inlinable
  public init(arrayLiteral rowsOfElements: [Element]...) {
    do {
      try self.init(rowsOfElements)
    } catch {
      preconditionFailure("matrix literal: \(error)")
    }
  }
}

extension Matrix: Codable {
  private enum CodingKeys: String, CodingKey {
    case rows, columns, columnMajor
  }

  /// Reads `rows`, `columns` and `columnMajor`; refuses a count that does not fit.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let rows = try container.decode(Int.self, forKey: .rows)
    let columns = try container.decode(Int.self, forKey: .columns)
    let elements = try container.decode([Element].self, forKey: .columnMajor)
    do {
      try self.init(rows: rows, columns: columns, columnMajor: elements)
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: .columnMajor, in: container, debugDescription: error.description)
    }
  }

  /// Writes `rows`, `columns` and `columnMajor`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rows, forKey: .rows)
    try container.encode(columns, forKey: .columns)
    try container.encode(storage, forKey: .columnMajor)
  }
}
