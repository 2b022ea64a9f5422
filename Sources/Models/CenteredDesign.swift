import LinAlg

/// Predictors and response, shifted and reduced to the triangle of a QR factorization.
///
/// With [1 X y] = Q [R c; 0 ρ] the least-squares problem min ‖[1 X] θ − y‖ becomes R θ = c, and ρ² is
/// its residual sum of squares. Rows are taken in blocks: the triangle so far stands above the next
/// block, and both are reduced together, so that the work stays in cache and Q is never kept.
/// With an intercept, predictors and response are shifted by their means first: that
/// changes the intercept only, and the condition number for the better.
struct CenteredDesign {
  let shift: Shift
  /// The power of 2 by which each column of R was divided, so that all have about unit norm.
  let scales: [Double]
  /// R with its columns divided by `scales`.
  let triangle: Matrix<Double>
  /// c, the leading elements of Qᵀy.
  let projectedResponse: [Double]
  /// ρ².
  let residualSumOfSquares: Double

  /// Throws: `nonFinite`, counting the response as the column after the predictors.
  init(_ x: Matrix<Double>, _ y: [Double], intercept: Bool) throws(LinAlgError) {
    shift = try Shift(x, y, intercept: intercept)
    let unknowns = shift.ones + x.columns
    var reduced = Matrix<Double>(rows: 0, columns: unknowns + 1)
    // Blocks of half a megabyte, but never so few rows that the triangle above dominates.
    let blockRows = max(4 * unknowns, (1 << 16) / (unknowns + 1))
    for start in stride(from: 0, to: x.rows, by: blockRows) {
      let block = start..<min(x.rows, start + blockRows)
      reduced = try QR(shift.stack(reduced, x, y, block)).r
    }

    // There are at least as many rows as unknowns; one more holds ρ, unless there are just as many.
    var leading = reduced[rows: 0..<unknowns, columns: 0..<unknowns]
    scales = leading.scaleColumnsToUnitNorm()
    triangle = leading
    let last = reduced[column: unknowns]
    projectedResponse = Array(last[..<unknowns])
    residualSumOfSquares = last.count > unknowns ? last[unknowns] * last[unknowns] : 0
  }

  /// Throws `collinear` with the predictors that depend on the others, or on the column of ones.
  func checkRank() throws {
    // What the ones leave of each predictor, relative to all of it: R without its first row.
    let (ones, order) = (shift.ones, triangle.rows)
    var rest = triangle[rows: ones..<order, columns: ones..<order]
    for j in 0..<rest.columns {
      let length = norm(triangle[column: ones + j])
      if length > 0 { rest[column: j] = rest[column: j].map { $0 / length } }
    }
    let pivoted = try PivotedQR(rest)
    let diagonal = pivoted.r.diagonal.map(\.magnitude)
    let dependent = diagonal.firstIndex { $0 <= Double(order) * .ulpOfOne } ?? rest.columns
    if dependent < rest.columns {
      throw ModelError.collinear(columns: pivoted.columnOrder[dependent...].sorted())
    }
  }
}

/// How a design is shifted before it is factored, and given a column of ones.
struct Shift {
  let rows: Int
  /// 1 if there is a column of ones before the predictors, else 0.
  let ones: Int
  /// What is subtracted from each predictor: about its mean, or 0.
  let predictors: [Double]
  /// What is subtracted from the response: its mean, or 0.
  let response: Double

  init(_ x: Matrix<Double>, _ y: [Double], intercept: Bool) throws(LinAlgError) {
    (rows, ones) = (x.rows, intercept ? 1 : 0)
    // A sum is finite only if every element is; the check costs no pass of its own.
    let (sums, responseSum) = (x.columnSums(), sum(y))
    if !sums.allSatisfy(\.isFinite) { try x.checkFinite() }
    if !responseSum.isFinite, let row = y.firstIndex(where: { !$0.isFinite }) {
      throw .nonFinite(row: row, column: x.columns)
    }
    let n = Double(rows)
    predictors = (0..<x.columns).map { j in
      // Any shift near the mean will do; where the sum overflows, an element is near enough.
      let first = x[0, j]
      let mean = sums[j].isFinite ? sums[j] / n : first
      // A constant must leave exact zeros, not the roundoff of its mean.
      let isFirst = (mean - first).magnitude <= n * .ulpOfOne * first.magnitude
      return intercept ? (isFirst ? first : mean) : 0
    }
    response = !intercept ? 0 : responseSum.isFinite ? responseSum / n : y[0]
  }

  /// The triangle so far above the next rows of [1 X y], shifted.
  func stack(
    _ reduced: Matrix<Double>, _ x: Matrix<Double>, _ y: [Double], _ block: Range<Int>
  ) -> Matrix<Double> {
    let (top, p) = (reduced.rows, x.columns)
    let height = top + block.count
    var stacked = Matrix<Double>(rows: height, columns: ones + p + 1, repeating: 1)
    stacked[rows: 0..<top] = reduced
    x.withSpan { x in
      stacked.withMutableSpan { stacked in
        for j in 0..<p {
          let mean = predictors[j]
          let source = x.extracting((j * rows + block.lowerBound)..<(j * rows + block.upperBound))
          let target = (ones + j) * height + top
          for i in source.indices { stacked[target + i] = source[i] - mean }
        }
        let target = (ones + p) * height + top
        for i in block { stacked[target + i - block.lowerBound] = y[i] - response }
      }
    }
    return stacked
  }
}
