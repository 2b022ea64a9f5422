/// The least-squares solution of A X ≈ B, and how well A determined it.
public struct LeastSquaresSolution<Element: Scalar>: Sendable {
  /// X: one column for each column of B.
  public let solution: Matrix<Element>
  /// The number of independent columns of A.
  public let rank: Int
  /// An estimate of the reciprocal condition number of A with its columns scaled to unit norm: in the
  /// 1-norm, or from the singular values where they were computed.
  public let reciprocalCondition: Element
  /// The singular values of the scaled A, falling, where A was close enough to rank-deficient (or
  /// had fewer rows than columns) for them to be needed.
  public let singularValues: [Element]?
  /// The residual norm ‖A x − b‖ for each column of B.
  public let residualNorms: [Element]

  /// The first column of the solution: all of it for a vector b.
  public var coefficients: [Element] { solution.columns == 0 ? [] : solution[column: 0] }
}

/// Minimises ‖A X − B‖ column by column, for any shape and rank of A.
///
/// The columns of A are first scaled by powers of 2 to norms between 0.7 and 1.5: that is exact and
/// makes the rank independent of units. If A then has full column rank, X comes from
/// Householder QR; otherwise X is, among all minimisers, the one of least norm ‖x‖, from the singular
/// value decomposition of R. A singular value counts as 0 when it is at most `rankTolerance` times
/// the largest; the default n·eps, for n columns, does not grow with the rows.
///
/// A and B are worked on in place if the caller gives them up, and copied once otherwise. 2mn² flops at full
/// rank. Throws: `dimensionMismatch`, `nonFinite`, `notConverged`.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func leastSquares<Element: Scalar>(
  _ a: consuming Matrix<Element>, _ b: consuming Matrix<Element>, rankTolerance: Element? = nil
) throws(LinAlgError) -> LeastSquaresSolution<Element> {
  try a.checkFinite()
  try b.checkRightHandSide(rows: a.rows)
  let (rows, columns) = (a.rows, a.columns)
  let tolerance = rankTolerance ?? Element(columns) * .ulpOfOne
  let scales = a.scaleColumnsToUnitNorm()

  let core: Matrix<Element>  // whose singular values decide: R where there are rows enough
  var outside = [Element](repeating: 0, count: b.columns)
  if rows >= columns {
    let qr = try QR(a)
    try qr.multiplyByQ(&b, transposed: true)
    outside = columnNorms(b, rows: columns..<rows)
    b.setRowCount(columns)
    let condition = try qr.reciprocalCondition
    // The 1-norm estimate is within a factor n of the ratio of singular values.
    if condition > 10 * Element(columns) * tolerance {
      try qr.r.solveTriangularInPlace(&b, .upper)
      b.divideRows(by: scales)
      return LeastSquaresSolution(
        solution: b, rank: columns, reciprocalCondition: condition, singularValues: nil,
        residualNorms: outside)
    }
    core = qr.r
  } else {
    core = a
  }

  let svd = try SVD(core)
  let rank = svd.rank(tolerance: tolerance)
  let leadingU = svd.u[columns: 0..<rank]
  let missed = b - leadingU * multiply(leadingU, b, transposeA: true)
  let inside = columnNorms(missed, rows: 0..<missed.rows)
  try svd.solveInPlace(&b, rank: rank)
  b.divideRows(by: scales)
  if rank < columns && scales.contains(where: { $0 != scales[0] }) {
    // Of least norm in the caller's units, where they differ: project on the range of Aᵀ, spanned by scaled rows of Vᵀ.
    var basis = svd.vTransposed[rows: 0..<rank].transposed()
    basis.multiplyRows(by: scales)
    let q = try QR(basis).q()
    b = q * multiply(q, b, transposeA: true)
  }
  return LeastSquaresSolution(
    solution: b, rank: rank, reciprocalCondition: svd.reciprocalCondition,
    singularValues: svd.singularValues,
    residualNorms: zip(outside, inside).map { norm([$0, $1]) })
}

/// Minimises ‖A x − b‖; the solution is in `coefficients`.
public func leastSquares<Element: Scalar>(
  _ a: consuming Matrix<Element>, _ b: consuming [Element], rankTolerance: Element? = nil
) throws(LinAlgError) -> LeastSquaresSolution<Element> {
  try leastSquares(a, Matrix(column: b), rankTolerance: rankTolerance)
}

extension Matrix {
  /// Divides each column by the power of 2 nearest to its norm, and returns those powers.
  ///
  /// Exact, unless elements are so much smaller than their column's norm that they underflow.
  package mutating func scaleColumnsToUnitNorm() -> [Element] {
    let scales = columnNorms(self, rows: 0..<rows).map { norm -> Element in
      guard norm > 0 else { return 1 }
      // A norm may exceed the largest number, or round up to a power that does, though no element is.
      let largest = Element.greatestFiniteMagnitude.exponent
      let rounding: Element.Exponent = norm.significand > 1.4142 ? 1 : 0
      let power = norm.exponent < largest ? norm.exponent + rounding : largest
      return Element(sign: .plus, exponent: power, significand: 1)
    }
    unsafe withUnsafeMutableMatrixPointer { a in
      for (j, scale) in scales.enumerated() where scale != 1 {
        let column = unsafe a.base + j * a.leadingDimension
        for i in unsafe 0..<a.rows { unsafe column[i] /= scale }
      }
    }
    return scales
  }

  mutating func divideRows(by divisors: [Element]) {
    for j in 0..<columns {
      for i in 0..<rows { self[i, j] /= divisors[i] }
    }
  }

  mutating func multiplyRows(by factors: [Element]) {
    for j in 0..<columns {
      for i in 0..<rows { self[i, j] *= factors[i] }
    }
  }
}

/// The Euclidean norm of a range of rows of each column.
func columnNorms<Element: Scalar>(_ a: Matrix<Element>, rows: Range<Int>) -> [Element] {
  unsafe a.withUnsafeMatrixPointer { a in
    unsafe (0..<a.columns).map { j in
      unsafe BLAS.nrm2(a.base + j * a.leadingDimension + rows.lowerBound, rows.count)
    }
  }
}
