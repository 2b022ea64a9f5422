/// A matrix in somebody else's memory, to read: a pointer, a shape and a leading dimension.
///
/// Element (i, j) lies at `base + i + j * leadingDimension`. A block of rows or columns of a matrix is
/// one of these, so that no block costs a copy: `multiply`, `symmetricRankUpdate` and the other
/// in-place products take it wherever they take a matrix. As with `UnsafeBufferPointer`, whoever
/// makes one answers for the memory.
@unsafe
public struct UnsafeMatrixPointer<Element: Scalar> {
  /// The address of element (0, 0).
  public let base: UnsafePointer<Element>
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The distance, in elements, from a column to the next.
  public let leadingDimension: Int

  /// A view of memory in column-major order.
  @inlinable
  public init(
    _ base: UnsafePointer<Element>, rows: Int, columns: Int, leadingDimension: Int? = nil
  ) {
    let leadingDimension = leadingDimension ?? max(1, rows)
    precondition(
      rows >= 0 && columns >= 0 && leadingDimension >= max(1, rows),
      "no \(rows)×\(columns) matrix has leading dimension \(leadingDimension)")
    unsafe self.base = unsafe base
    unsafe self.rows = rows
    unsafe self.columns = columns
    unsafe self.leadingDimension = leadingDimension
  }

  /// A block of it, in the same memory.
  @inlinable
  public subscript(rows rowRange: Range<Int>, columns columnRange: Range<Int>) -> Self {
    unsafe checkBlock(rowRange, columnRange, rows, columns)
    return unsafe Self(
      base + rowRange.lowerBound + columnRange.lowerBound * leadingDimension,
      rows: rowRange.count, columns: columnRange.count, leadingDimension: leadingDimension)
  }

  /// The transpose, in new memory.
  public func transposed() -> Matrix<Element> {
    unsafe Matrix(rows: columns, columns: rows) { buffer in
      unsafe Element._transpose(
        rows, columns, base, leadingDimension, buffer.baseAddress.unsafelyUnwrapped, columns)
    }
  }
}

/// A matrix in somebody else's memory, to read and write.
@unsafe
public struct UnsafeMutableMatrixPointer<Element: Scalar> {
  /// The address of element (0, 0).
  public let base: UnsafeMutablePointer<Element>
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The distance, in elements, from a column to the next.
  public let leadingDimension: Int

  /// A view of memory in column-major order.
  @inlinable
  public init(
    _ base: UnsafeMutablePointer<Element>, rows: Int, columns: Int, leadingDimension: Int? = nil
  ) {
    let view = unsafe UnsafeMatrixPointer(
      UnsafePointer(base), rows: rows, columns: columns, leadingDimension: leadingDimension)
    unsafe self.init(mutating: view)
  }

  @inlinable
  init(mutating view: UnsafeMatrixPointer<Element>) {
    unsafe self.base = unsafe UnsafeMutablePointer(mutating: view.base)
    unsafe self.rows = unsafe view.rows
    unsafe self.columns = unsafe view.columns
    unsafe self.leadingDimension = unsafe view.leadingDimension
  }

  /// The same memory, to read only.
  @inlinable
  public var readOnly: UnsafeMatrixPointer<Element> {
    unsafe UnsafeMatrixPointer(
      UnsafePointer(base), rows: rows, columns: columns, leadingDimension: leadingDimension)
  }

  /// A block of it, in the same memory.
  @inlinable
  public subscript(rows rowRange: Range<Int>, columns columnRange: Range<Int>) -> Self {
    unsafe Self(mutating: readOnly[rows: rowRange, columns: columnRange])
  }
}

@inlinable
func checkBlock(_ rowRange: Range<Int>, _ columnRange: Range<Int>, _ rows: Int, _ columns: Int) {
  precondition(
    rowRange.lowerBound >= 0 && rowRange.upperBound <= rows && columnRange.lowerBound >= 0
      && columnRange.upperBound <= columns,
    "block (\(rowRange), \(columnRange)) outside a \(rows)×\(columns) matrix")
}

extension Matrix {
  /// Calls a function with a view of the matrix; the view must not outlive the call.
  @inlinable
  public func withUnsafeMatrixPointer<Result, Failure: Error>(
    _ body: (UnsafeMatrixPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe storage.withUnsafeBufferPointer { buffer throws(Failure) in
      try unsafe body(UnsafeMatrixPointer(buffer.address, rows: rows, columns: columns))
    }
  }

  /// Calls a function with a view of the matrix to read and write; the view must not outlive the
  /// call.
  @inlinable
  public mutating func withUnsafeMutableMatrixPointer<Result, Failure: Error>(
    _ body: (UnsafeMutableMatrixPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let (rows, columns) = (rows, columns)
    return try unsafe storage.withUnsafeMutableBufferPointer { buffer throws(Failure) in
      let base = unsafe UnsafeMutablePointer(mutating: UnsafeBufferPointer(buffer).address)
      return try unsafe body(UnsafeMutableMatrixPointer(base, rows: rows, columns: columns))
    }
  }
}

extension UnsafeBufferPointer {
  /// The base address; for an empty buffer some address that is never read, since BLAS wants one.
  @inlinable
  var address: UnsafePointer<Element> {
    unsafe baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Element>.alignment)!
  }
}
