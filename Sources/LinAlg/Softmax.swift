/// The lines of a matrix, each of which is worked on by itself.
public enum MatrixLine: Hashable, Sendable, CaseIterable {
  /// Each row is one vector: a sample, say, with a column for each class.
  case row
  /// Each column is one vector.
  case column
}

// The largest element of a line is subtracted first, so that nothing overflows. A line that holds +∞ or
// NaN, or nothing but −∞, has the softmax NaN where the quotient is not defined.

/// The softmax of each row, or of each column: exp(xⱼ) / Σ exp(xₖ).
///
/// One exponential and three passes in cache. Error about 3 + log₂(length) units in the last place.
public func softmax<Element: Scalar>(
  _ x: Matrix<Element>, each line: MatrixLine = .row
) -> Matrix<Element> {
  SoftmaxKind.softmax.of(x, each: line)
}

/// The logarithm of the softmax of each row or column, xⱼ − log Σ exp(xₖ), without forming the softmax.
public func logSoftmax<Element: Scalar>(
  _ x: Matrix<Element>, each line: MatrixLine = .row
) -> Matrix<Element> {
  SoftmaxKind.logSoftmax.of(x, each: line)
}

/// Replaces each row, or each column, by its softmax.
public func softmaxInPlace<Element: Scalar>(
  _ x: inout Matrix<Element>, each line: MatrixLine = .row
) {
  unsafe x.withUnsafeMutableMatrixPointer { x in
    unsafe softmax(x.readOnly, each: line, into: x)
  }
}

/// Replaces each row, or each column, by the logarithm of its softmax.
public func logSoftmaxInPlace<Element: Scalar>(
  _ x: inout Matrix<Element>, each line: MatrixLine = .row
) {
  unsafe x.withUnsafeMutableMatrixPointer { x in
    unsafe logSoftmax(x.readOnly, each: line, into: x)
  }
}

/// log Σ exp(xₖ) of each row or column; −∞ for a line of −∞ or without elements.
public func logSumExp<Element: Scalar>(
  _ x: Matrix<Element>, each line: MatrixLine = .row
) -> [Element] {
  let count = line == .row ? x.rows : x.columns
  return unsafe Array(count: count) { y in
    unsafe x.withUnsafeMatrixPointer { x in unsafe logSumExp(x, each: line, into: y) }
  }
}

/// The softmax of a vector, exp(xⱼ) / Σ exp(xₖ).
public func softmax<Element: Scalar>(_ x: [Element]) -> [Element] {
  softmax(Matrix(column: x), each: .column).storage
}

/// The logarithm of the softmax of a vector.
public func logSoftmax<Element: Scalar>(_ x: [Element]) -> [Element] {
  logSoftmax(Matrix(column: x), each: .column).storage
}

/// log Σ exp(xₖ); −∞ for an empty vector.
public func logSumExp<Element: Scalar>(_ x: [Element]) -> Element {
  logSumExp(Matrix(column: x), each: .column)[0]
}

// MARK: - In memory from elsewhere

/// Writes the softmax of each row or column of one matrix to another, or to the same.
///
/// Traps unless the shapes agree. The matrices must be the same memory or not overlap.
public func softmax<Element: Scalar>(
  _ x: UnsafeMatrixPointer<Element>, each line: MatrixLine = .row,
  into y: UnsafeMutableMatrixPointer<Element>
) {
  unsafe SoftmaxKind.softmax.run(x, each: line, into: y)
}

/// Writes the logarithm of the softmax of each row or column of one matrix to another, or to the same.
///
/// Traps unless the shapes agree. The matrices must be the same memory or not overlap.
public func logSoftmax<Element: Scalar>(
  _ x: UnsafeMatrixPointer<Element>, each line: MatrixLine = .row,
  into y: UnsafeMutableMatrixPointer<Element>
) {
  unsafe SoftmaxKind.logSoftmax.run(x, each: line, into: y)
}

/// Writes log Σ exp(xₖ) of each row or column of a matrix to a buffer of as many elements.
///
/// Traps unless the count fits.
public func logSumExp<Element: Scalar>(
  _ x: UnsafeMatrixPointer<Element>, each line: MatrixLine = .row,
  into y: UnsafeMutableBufferPointer<Element>
) {
  let (rows, columns, lda) = unsafe (x.rows, x.columns, x.leadingDimension)
  let (base, count) = unsafe (x.base, line == .row ? rows : columns)
  precondition(y.count == count, "\(count) sums into \(y.count) elements")
  guard let target = y.baseAddress else { return }
  BLASRuntime.forEachPart(of: count, size: line == .row ? columns : rows) { part in
    let start = part.lowerBound
    switch line {
    case .row:
      unsafe Element._rowLogSumExp(part.count, columns, base + start, lda, target + start)
    case .column:
      unsafe Element._columnLogSumExp(rows, part.count, base + start * lda, lda, target + start)
    }
  }
}

private enum SoftmaxKind {
  case softmax, logSoftmax

  func of<Element: Scalar>(_ x: Matrix<Element>, each line: MatrixLine) -> Matrix<Element> {
    unsafe Matrix(rows: x.rows, columns: x.columns) { y in
      let base = unsafe UnsafeMutablePointer(mutating: UnsafeBufferPointer(y).address)
      let y = unsafe UnsafeMutableMatrixPointer(base, rows: x.rows, columns: x.columns)
      unsafe x.withUnsafeMatrixPointer { x in unsafe run(x, each: line, into: y) }
    }
  }

  func run<Element: Scalar>(
    _ x: UnsafeMatrixPointer<Element>, each line: MatrixLine,
    into y: UnsafeMutableMatrixPointer<Element>
  ) {
    let (rows, columns) = unsafe (x.rows, x.columns)
    precondition(
      unsafe y.rows == rows && y.columns == columns,
      unsafe "softmax of \(rows)×\(columns) into \(y.rows)×\(y.columns)")
    let (source, lda) = unsafe (x.base, x.leadingDimension)
    let (target, ldy) = unsafe (y.base, y.leadingDimension)
    let kernel =
      switch (line, self) {
      case (.row, .softmax): unsafe Element._rowSoftmax
      case (.row, .logSoftmax): unsafe Element._rowLogSoftmax
      case (.column, .softmax): unsafe Element._columnSoftmax
      case (.column, .logSoftmax): unsafe Element._columnLogSoftmax
      }
    if rows == 0 || columns == 0 { return }
    let (count, size) = line == .row ? (rows, columns) : (columns, rows)
    BLASRuntime.forEachPart(of: count, size: size) { part in
      let (i, j) = line == .row ? (part.lowerBound, 0) : (0, part.lowerBound)
      unsafe kernel(
        line == .row ? part.count : rows, line == .row ? columns : part.count,
        source + i + j * lda, lda, target + i + j * ldy, ldy)
    }
  }
}
