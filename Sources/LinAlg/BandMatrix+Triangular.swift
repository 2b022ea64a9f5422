extension BandMatrix {
  /// Overwrites B by the solution X of op(T) X = B for the lower or upper triangle T of this band.
  ///
  /// The other triangle, and with `unitDiagonal` the diagonal too, is not looked at. No row exchanges,
  /// nothing copied; 2n(k + 1) flops a column for k diagonals beside the main one (`tbtrs`). NaN and
  /// infinities pass through. Throws: `notSquare`, `dimensionMismatch`, `singular` at the first 0 on
  /// the diagonal.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func solveTriangularInPlace(
    _ b: inout Matrix<Element>, _ triangle: Triangle, transposed: Bool = false,
    unitDiagonal: Bool = false
  ) throws(LinAlgError) {
    guard rows == columns else { throw .notSquare(rows: rows, columns: columns) }
    guard b.rows == rows else {
      throw .dimensionMismatch("rows of the right-hand side", expected: rows, found: b.rows)
    }
    if b.isEmpty { return }
    try LAPACK.tbtrs(self, triangle, transposed: transposed, unit: unitDiagonal, &b)
  }

  /// The solution X of op(T) X = B for a triangle T of this band.
  public func solveTriangular(
    _ b: consuming Matrix<Element>, _ triangle: Triangle, transposed: Bool = false,
    unitDiagonal: Bool = false
  ) throws(LinAlgError) -> Matrix<Element> {
    try solveTriangularInPlace(&b, triangle, transposed: transposed, unitDiagonal: unitDiagonal)
    return b
  }

  /// The solution x of op(T) x = b for a triangle T of this band.
  public func solveTriangular(
    _ b: consuming [Element], _ triangle: Triangle, transposed: Bool = false,
    unitDiagonal: Bool = false
  ) throws(LinAlgError) -> [Element] {
    try solveTriangular(
      Matrix(column: b), triangle, transposed: transposed, unitDiagonal: unitDiagonal
    ).storage
  }
}
