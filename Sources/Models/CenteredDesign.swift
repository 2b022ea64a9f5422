import LinAlg

/// Predictors and response, shifted and reduced to the triangle of a QR factorization.
///
/// With [1 X y] = Q [R c; 0 ρ] the least-squares problem min ‖[1 X] θ − y‖ becomes R θ = c, and ρ² is
/// its residual sum of squares. Rows are taken in blocks that stay in cache; the triangles of many blocks
/// are reduced together, so that roundoff grows with the depth of this tree and not with the rows,
/// and Q is never kept. With an intercept, predictors and response are shifted by their means first: that
/// changes the intercept only, and the condition number for the better.
struct CenteredDesign {
  let shift: Shift
  /// The power of 2 by which each column of R was divided, so that all have about unit norm.
  let scales: [Double]
  /// R with its columns divided by `scales`.
  let triangle: Matrix<Double>
  /// c, the leading elements of Qᵀy, times the shift's factor for the response.
  let projectedResponse: [Double]
  /// ρ².
  let residualSumOfSquares: Double

  /// Throws: `nonFinite`, counting the response as the column after the predictors.
  init(_ x: Matrix<Double>, _ y: [Double], intercept: Bool) throws(LinAlgError) {
    var shift = try Shift(x, y, intercept: intercept)
    // The data are finite; norms and differences of the largest numbers are not.
    let usual = try? Self.reduced(x, y, shift)
    let reduced: Matrix<Double>
    if let usual, usual.elements.allSatisfy(\.isFinite) {
      reduced = usual
    } else {
      shift.scaleDown(x, y)
      reduced = try Self.reduced(x, y, shift)
    }
    self.shift = shift

    // There are at least as many rows as unknowns; one more holds ρ, unless there are just as many.
    let unknowns = shift.ones + x.columns
    var leading = reduced[rows: 0..<unknowns, columns: 0..<unknowns]
    scales = leading.scaleColumnsToUnitNorm()
    triangle = leading
    let last = reduced[column: unknowns]
    projectedResponse = Array(last[..<unknowns])
    let rest = last.count > unknowns ? last[unknowns] / shift.responseFactor : 0
    residualSumOfSquares = rest * rest
  }

  /// A number that belongs to unknown j, from the units of the triangle to those of the data or, since
  /// functions of the unknowns change like their coefficients, the other way.
  func rescaled(_ value: Double, _ j: Int) -> Double {
    value / scales[j] * (j < shift.ones ? 1 : shift.factors[j - shift.ones])
  }

  private static func reduced(
    _ x: Matrix<Double>, _ y: [Double], _ shift: Shift
  ) throws(LinAlgError) -> Matrix<Double> {
    let columns = shift.ones + x.columns + 1
    // Blocks of half a megabyte, but never so few rows that their triangles are hardly smaller.
    let blockRows = max(4 * columns, (1 << 16) / columns)
    var triangles: [Matrix<Double>] = []
    for start in stride(from: 0, to: x.rows, by: blockRows) {
      triangles.append(try QR(shift.rows(x, y, start..<min(x.rows, start + blockRows))).r)
      if triangles.count * columns >= blockRows { triangles = [try QR(stack(triangles)).r] }
    }
    return triangles.count == 1 ? triangles[0] : try QR(stack(triangles)).r
  }

  /// Matrices of as many columns, one below the other.
  private static func stack(_ matrices: [Matrix<Double>]) -> Matrix<Double> {
    let rows = matrices.reduce(0) { $0 + $1.rows }
    var stacked = Matrix<Double>(rows: rows, columns: matrices[0].columns)
    var top = 0
    for matrix in matrices {
      stacked[rows: top..<top + matrix.rows] = matrix
      top += matrix.rows
    }
    return stacked
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
    let tolerance = LinearRegression.rankTolerance(order)
    let dependent = diagonal.firstIndex { $0 <= tolerance } ?? rest.columns
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
  /// Powers of 2 by which predictors are multiplied before anything else: 1, but for the largest numbers.
  private(set) var factors: [Double]
  /// The same for the response.
  private(set) var responseFactor = 1.0

  init(_ x: Matrix<Double>, _ y: [Double], intercept: Bool) throws(LinAlgError) {
    (rows, ones) = (x.rows, intercept ? 1 : 0)
    // A sum is finite only if every element is; the check costs no pass of its own.
    let (sums, responseSum) = (x.columnSums(), sum(y))
    if !sums.allSatisfy(\.isFinite) { try x.checkFinite() }
    if !responseSum.isFinite, let row = y.firstIndex(where: { !$0.isFinite }) {
      throw .nonFinite(row: row, column: x.columns)
    }
    let n = Double(rows)
    func center(_ sum: Double, _ first: Double) -> Double {
      // Any shift near the mean will do; where the sum overflows, an element is near enough.
      let mean = sum.isFinite ? sum / n : first
      // A constant must leave exact zeros, not the roundoff of its mean.
      let isFirst = (mean - first).magnitude <= n * .ulpOfOne * first.magnitude
      return intercept ? (isFirst ? first : mean) : 0
    }
    predictors = (0..<x.columns).map { center(sums[$0], x[0, $0]) }
    response = center(responseSum, y[0])
    factors = Array(repeating: 1, count: x.columns)
  }

  /// Makes all columns so small that neither differences nor norms overflow.
  mutating func scaleDown(_ x: Matrix<Double>, _ y: [Double]) {
    func factor(_ largest: Double) -> Double {
      largest < 0x1p400 ? 1 : Double(sign: .plus, exponent: -largest.exponent, significand: 1)
    }
    factors = (0..<x.columns).map { factor(normInfinity(x[column: $0])) }
    responseFactor = factor(normInfinity(y))
  }

  /// Some rows of [1 X y], scaled and shifted.
  func rows(_ x: Matrix<Double>, _ y: [Double], _ block: Range<Int>) -> Matrix<Double> {
    let (height, p) = (block.count, x.columns)
    var result = Matrix<Double>(rows: height, columns: ones + p + 1, repeating: 1)
    x.withSpan { x in
      result.withMutableSpan { result in
        for j in 0..<p {
          let (factor, mean) = (factors[j], predictors[j] * factors[j])
          let source = x.extracting((j * rows + block.lowerBound)..<(j * rows + block.upperBound))
          let target = (ones + j) * height
          for i in source.indices { result[target + i] = source[i] * factor - mean }
        }
        let (target, mean) = ((ones + p) * height, response * responseFactor)
        for i in block { result[target + i - block.lowerBound] = y[i] * responseFactor - mean }
      }
    }
    return result
  }
}
