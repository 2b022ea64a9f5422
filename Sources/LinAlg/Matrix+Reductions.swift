// Sums, means, norms and the check for finite values.

extension Matrix {
  /// The sum of each row.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func rowSums() -> [Element] {
    self * [Element](repeating: 1, count: columns)
  }

  /// The sum of each column.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func columnSums() -> [Element] {
    unsafe withUnsafeMatrixPointer { a in
      unsafe (0..<a.columns).map { unsafe Element._sum(a.rows, a.base + $0 * a.rows) }
    }
  }

  /// The mean of each column: NaN where there are no rows.
  public func columnMeans() -> [Element] { columnSums().map { $0 / Element(rows) } }

  /// The mean of each row: NaN where there are no columns.
  public func rowMeans() -> [Element] { rowSums().map { $0 / Element(columns) } }

  /// The sum of all elements.
  public func sum() -> Element { unsafe Element._sum(storage.count, storage) }

  /// The mean of all elements.
  public func mean() -> Element { sum() / Element(storage.count) }

  /// The largest sum of absolute values in a column, ‖A‖₁.
  @inlinable
  public var norm1: Element { unsafe Element._oneNorm(rows, columns, storage, rows) }

  /// The largest sum of absolute values in a row, ‖A‖∞.
  public var normInfinity: Element {
    var sums = [Element](repeating: 0, count: rows)
    return unsafe Element._infinityNorm(rows, columns, storage, rows, &sums)
  }

  /// The root of the sum of squares, ‖A‖F, without overflow on the way.
  public var normFrobenius: Element { norm(columnNorms(self, rows: 0..<rows)) }

  /// The largest absolute value of an element; NaN if there is one.
  public var normMaximum: Element { LinAlg.normInfinity(storage) }

  /// Throws `nonFinite` at the first element, by columns, that is NaN or infinite.
  @inlinable
  public func checkFinite() throws(LinAlgError) {
    let position = unsafe Element._firstNonFinite(storage.count, storage)
    if position >= 0 { throw .nonFinite(row: position % rows, column: position / rows) }
  }

  /// ‖A‖₁, and in the same pass the check that every element is finite.
  @inlinable
  func checkedNorm1() throws(LinAlgError) -> Element {
    let norm = norm1
    // A sum is not finite if an element is not, but also if it overflows.
    if !norm.isFinite { try checkFinite() }
    return norm
  }

  /// Checks a right-hand side: its rows, and that it is finite.
  @inlinable
  func checkRightHandSide(rows expected: Int) throws(LinAlgError) {
    if rows != expected {
      throw .dimensionMismatch("rows of the right-hand side", expected: expected, found: rows)
    }
    try checkFinite()
  }
}
