// Rows, columns and blocks as values: each costs one copy of what it names. Inside products use
// views (`UnsafeMatrixPointer`), which cost nothing.

extension Matrix {
  /// A matrix of one column; takes over the array.
  @inlinable
  public init(column: [Element]) {
    self.init(rows: column.count, columns: 1, storage: column)
  }

  /// A matrix of one row; takes over the array.
  @inlinable
  public init(row: [Element]) {
    self.init(rows: 1, columns: row.count, storage: row)
  }

  /// The elements of a row, or new ones for it.
  @inlinable
  public subscript(row index: Int) -> [Element] {
    get { (0..<columns).map { self[index, $0] } }
    set {
      precondition(newValue.count == columns, "\(newValue.count) elements for \(columns) columns")
      for j in 0..<columns { self[index, j] = newValue[j] }
    }
  }

  /// The elements of a column, or new ones for it.
  @inlinable
  public subscript(column index: Int) -> [Element] {
    get { Array(storage[columnRange(index)]) }
    set {
      precondition(newValue.count == rows, "\(newValue.count) elements for \(rows) rows")
      storage.replaceSubrange(columnRange(index), with: newValue)
    }
  }

  @inlinable
  func columnRange(_ index: Int) -> Range<Int> {
    precondition(index >= 0 && index < columns, "column \(index) of \(columns)")
    return index * rows..<(index + 1) * rows
  }

  /// The block where a range of rows and a range of columns meet, or new elements for it.
  @inlinable
  public subscript(rows rowRange: Range<Int>, columns columnRange: Range<Int>) -> Self {
    get {
      checkBlock(rowRange, columnRange, rows, columns)
      if rowRange == 0..<rows {
        return Self(
          rows: rows, columns: columnRange.count,
          storage: Array(storage[columnRange.lowerBound * rows..<columnRange.upperBound * rows]))
      }
      let (height, start) = (rowRange.count, rowRange.lowerBound + columnRange.lowerBound * rows)
      return unsafe Self(rows: height, columns: columnRange.count) { block in
        guard let block = block.baseAddress else { return }
        unsafe storage.withUnsafeBufferPointer { all in
          let source = unsafe all.baseAddress! + start
          for j in 0..<columnRange.count {
            unsafe (block + j * height).initialize(from: source + j * rows, count: height)
          }
        }
      }
    }
    set {
      checkBlock(rowRange, columnRange, rows, columns)
      precondition(
        newValue.rows == rowRange.count && newValue.columns == columnRange.count,
        "\(newValue.rows)×\(newValue.columns) matrix for a block "
          + "\(rowRange.count)×\(columnRange.count)")
      if newValue.isEmpty { return }
      let (height, start) = (rowRange.count, rowRange.lowerBound + columnRange.lowerBound * rows)
      unsafe newValue.storage.withUnsafeBufferPointer { block in
        unsafe storage.withUnsafeMutableBufferPointer { all in
          let (block, target) = unsafe (block.baseAddress!, all.baseAddress! + start)
          for j in 0..<columnRange.count {
            unsafe (target + j * rows).update(from: block + j * height, count: height)
          }
        }
      }
    }
  }

  /// The block where the rows and columns in these ranges meet: `a[rows: 2..., columns: ..<3]`.
  @inlinable
  public subscript(
    rows rowRange: some RangeExpression<Int>, columns columnRange: some RangeExpression<Int>
  ) -> Self {
    get {
      self[rows: rowRange.relative(to: 0..<rows), columns: columnRange.relative(to: 0..<columns)]
    }
    set {
      self[rows: rowRange.relative(to: 0..<rows), columns: columnRange.relative(to: 0..<columns)] =
        newValue
    }
  }

  /// The columns in a range, all rows.
  @inlinable
  public subscript(columns columnRange: some RangeExpression<Int>) -> Self {
    get { self[rows: 0..<rows, columns: columnRange.relative(to: 0..<columns)] }
    set { self[rows: 0..<rows, columns: columnRange.relative(to: 0..<columns)] = newValue }
  }

  /// The rows in a range, all columns.
  @inlinable
  public subscript(rows rowRange: some RangeExpression<Int>) -> Self {
    get { self[rows: rowRange.relative(to: 0..<rows), columns: 0..<columns] }
    set { self[rows: rowRange.relative(to: 0..<rows), columns: 0..<columns] = newValue }
  }

  /// Forgets all but the leading rows and columns, in the same memory.
  package mutating func keepLeading(rows newRows: Int, columns newColumns: Int) {
    precondition(newRows <= rows && newColumns <= columns, "more than there is")
    var elements = storage
    storage = []  // so that the array is alone in holding the memory
    unsafe elements.withUnsafeMutableBufferPointer { all in
      guard newRows < rows, let base = all.baseAddress else { return }
      for j in 1..<max(1, newColumns) {
        unsafe (base + j * newRows).update(from: base + j * rows, count: newRows)
      }
    }
    elements.removeLast(elements.count - newRows * newColumns)
    self = Self(rows: newRows, columns: newColumns, storage: elements)
  }

  /// The rows at these positions, in this order, repetitions allowed.
  @inlinable
  public func selectingRows(_ indices: [Int]) -> Self {
    Self(rows: indices.count, columns: columns) { self[indices[$0], $1] }
  }

  /// The columns at these positions, in this order, repetitions allowed.
  public func selectingColumns(_ indices: [Int]) -> Self {
    unsafe Self(rows: rows, columns: indices.count) { buffer in
      unsafe withUnsafeMatrixPointer { a in
        for (j, index) in indices.enumerated() {
          precondition(index >= 0 && index < columns, "column \(index) of \(columns)")
          let column = unsafe a.base + index * a.leadingDimension
          unsafe (buffer.baseAddress.unsafelyUnwrapped + j * rows).initialize(
            from: column, count: rows)
        }
      }
    }
  }

  /// The transpose, in new memory.
  ///
  /// Products take `transposeA` and `transposeB` instead of a copy.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func transposed() -> Self {
    if rows <= 1 || columns <= 1 { return Self(rows: columns, columns: rows, storage: storage) }
    return unsafe Self(rows: columns, columns: rows) { buffer in
      unsafe Element._transpose(rows, columns, storage, rows, buffer.baseAddress!, columns)
    }
  }

  /// The matrix [A B].
  ///
  /// Traps if the numbers of rows differ.
  @inlinable
  public func appendingColumns(_ other: Self) -> Self {
    precondition(rows == other.rows, "\(rows) rows beside \(other.rows)")
    return unsafe Self(rows: rows, columns: columns + other.columns) { buffer in
      guard let target = buffer.baseAddress else { return }
      unsafe target.initialize(from: storage, count: storage.count)
      unsafe (target + storage.count).initialize(from: other.storage, count: other.storage.count)
    }
  }

  /// The matrix of A above B.
  ///
  /// Traps if the numbers of columns differ.
  @inlinable
  public func appendingRows(_ other: Self) -> Self {
    precondition(columns == other.columns, "\(columns) columns above \(other.columns)")
    return unsafe Self(rows: rows + other.rows, columns: columns) { buffer in
      guard var target = buffer.baseAddress else { return }
      unsafe withUnsafeMatrixPointer { a in
        unsafe other.withUnsafeMatrixPointer { b in
          for j in 0..<columns {
            unsafe target.initialize(from: a.base + j * a.rows, count: a.rows)
            unsafe (target + a.rows).initialize(from: b.base + j * b.rows, count: b.rows)
            unsafe target += a.rows + b.rows
          }
        }
      }
    }
  }
}
