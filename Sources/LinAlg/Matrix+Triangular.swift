// Products, solves and inverses with one triangle of a matrix.

extension Matrix {
  /// B ← op(T) B with a triangular T, in place; the other triangle of T is not read (`trmm`).
  ///
  /// With `unitDiagonal` the diagonal of T counts as ones and is not read. Traps, with both shapes, if T
  /// is not square or does not fit.
  public mutating func multiplyFromLeft(
    triangle: Triangle, of t: Self, transposed: Bool = false, unitDiagonal: Bool = false
  ) {
    unsafe withUnsafeMutableMatrixPointer { b in
      unsafe t.withUnsafeMatrixPointer { t in
        unsafe BLAS.trmm(
          t, triangle, transposed: transposed, unit: unitDiagonal, right: false, alpha: 1, b)
      }
    }
  }

  /// B ← B op(T) with a triangular T, in place (`trmm`).
  public mutating func multiplyFromRight(
    triangle: Triangle, of t: Self, transposed: Bool = false, unitDiagonal: Bool = false
  ) {
    unsafe withUnsafeMutableMatrixPointer { b in
      unsafe t.withUnsafeMatrixPointer { t in
        unsafe BLAS.trmm(
          t, triangle, transposed: transposed, unit: unitDiagonal, right: true, alpha: 1, b)
      }
    }
  }

  /// Solves op(T) X = B for a triangle T of this matrix, overwriting B by X (n² flops a column, `trsm`).
  ///
  /// The other triangle is not read. Throws: `notSquare`, `dimensionMismatch`, `singular` at the first
  /// zero on the diagonal.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func solveTriangularInPlace(
    _ b: inout Self, _ triangle: Triangle, transposed: Bool = false, unitDiagonal: Bool = false
  ) throws(LinAlgError) {
    guard b.rows == rows || !isSquare else {
      throw .dimensionMismatch("rows of the right-hand side", expected: rows, found: b.rows)
    }
    try checkTriangle(unitDiagonal: unitDiagonal)
    unsafe b.withUnsafeMutableMatrixPointer { b in
      unsafe withUnsafeMatrixPointer { t in
        unsafe BLAS.trsm(
          t, triangle, transposed: transposed, unit: unitDiagonal, right: false, alpha: 1, b)
      }
    }
  }

  /// The solution X of op(T) X = B for a triangle T of this matrix.
  public func solveTriangular(
    _ b: Self, _ triangle: Triangle, transposed: Bool = false, unitDiagonal: Bool = false
  ) throws(LinAlgError) -> Self {
    var x = b
    try solveTriangularInPlace(&x, triangle, transposed: transposed, unitDiagonal: unitDiagonal)
    return x
  }

  /// The solution x of op(T) x = b for a triangle T of this matrix.
  public func solveTriangular(
    _ b: [Element], _ triangle: Triangle, transposed: Bool = false, unitDiagonal: Bool = false
  ) throws(LinAlgError) -> [Element] {
    var x = Self(column: b)
    try solveTriangularInPlace(&x, triangle, transposed: transposed, unitDiagonal: unitDiagonal)
    return x.elements
  }

  /// The inverse of a triangle of this matrix, with zeros in the other one, which is not read (n³/3 flops).
  ///
  /// Worked on in place if the caller gives the matrix up. Throws: `notSquare`, `singular` at the first zero on the
  /// diagonal.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public consuming func triangularInverse(_ triangle: Triangle) throws(LinAlgError) -> Self {
    try checkTriangle(unitDiagonal: false)
    unsafe withUnsafeMutableMatrixPointer { a in
      unsafe invert(triangle, of: a)
      for j in unsafe 0..<a.columns {
        let column = unsafe a.base + j * a.leadingDimension
        switch triangle {
        case .upper: unsafe (column + j + 1).update(repeating: 0, count: a.rows - j - 1)
        case .lower: unsafe column.update(repeating: 0, count: j)
        }
      }
    }
    return self
  }

  /// Throws `notSquare`, or `singular` at the first zero on the diagonal.
  private func checkTriangle(unitDiagonal: Bool) throws(LinAlgError) {
    guard isSquare else { throw .notSquare(rows: rows, columns: columns) }
    if !unitDiagonal, let zero = (0..<rows).first(where: { self[$0, $0] == 0 }) {
      throw .singular(pivot: zero)
    }
  }
}

/// Overwrites a triangle by its inverse.
///
/// By halves, [A B; 0 C]⁻¹ = [A⁻¹ −A⁻¹BC⁻¹; 0 C⁻¹]: nearly all of it is products of matrices, where OpenBLAS's own `trtri`
/// works on vectors up to orders of some hundreds and takes four times as long.
private func invert<Element: Scalar>(
  _ triangle: Triangle, of a: UnsafeMutableMatrixPointer<Element>
) {
  let order = unsafe a.rows
  if order <= 32 { return unsafe LAPACK.trtri(a, triangle) }
  let (head, tail) = (0..<order / 2, order / 2..<order)
  let (first, second) = unsafe (a[rows: head, columns: head], a[rows: tail, columns: tail])
  unsafe invert(triangle, of: first)
  unsafe invert(triangle, of: second)
  let isUpper = triangle == .upper
  let rest = unsafe isUpper ? a[rows: head, columns: tail] : a[rows: tail, columns: head]
  let (left, right) = unsafe isUpper ? (first, second) : (second, first)
  unsafe BLAS.trmm(
    left.readOnly, triangle, transposed: false, unit: false, right: false, alpha: -1, rest)
  unsafe BLAS.trmm(
    right.readOnly, triangle, transposed: false, unit: false, right: true, alpha: 1, rest)
}
