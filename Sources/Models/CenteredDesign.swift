import LinAlg

/// Predictors and response, centred, scaled and reduced to the triangle of a QR factorization.
///
/// With [X y] = Q [R c; 0 ρ] the least-squares problem min ‖X w − y‖ becomes R w = c, and ρ² is its
/// residual sum of squares. Rows are taken in blocks: the triangle so far stands above the next
/// block, and both are reduced together, so that the work stays in cache and Q is never kept.
struct CenteredDesign {
  let centering: Centering
  /// The number of rows of X.
  let rows: Int
  /// R, p×p.
  let triangle: Matrix<Double>
  /// c, the first p elements of Qᵀy.
  let projectedResponse: [Double]
  /// ρ².
  let residualSumOfSquares: Double
  /// ‖y‖² after centring.
  let totalSumOfSquares: Double

  init(_ x: Matrix<Double>, _ y: [Double], centers: Bool) throws(LinAlgError) {
    let p = x.columns
    rows = x.rows
    centering = Centering(x, y, centers: centers)

    var reduced = Matrix<Double>(rows: 0, columns: p + 1)
    // Blocks of a quarter of a megabyte, but never so few rows that the triangle above dominates.
    let blockRows = max(4 * (p + 1), (1 << 15) / (p + 1))
    for start in stride(from: 0, to: rows, by: blockRows) {
      let block = start..<min(rows, start + blockRows)
      reduced = try QR(centering.stack(reduced, x, y, block)).r
    }

    // There are at least p rows, and a last one with ρ unless there are exactly p.
    triangle = reduced[rows: 0..<p, columns: 0..<p]
    let last = reduced[column: p]
    projectedResponse = Array(last[..<p])
    residualSumOfSquares = last.count > p ? last[p] * last[p] : 0
    totalSumOfSquares = dot(last, last)
  }

  /// Throws `collinear` with the predictors that a pivoted factorization leaves over.
  func checkRank() throws {
    // Columns of unit norm make the rank independent of units.
    var unit = triangle
    for j in 0..<unit.columns {
      let length = norm(unit[column: j])
      if length > 0 { unit[column: j] = unit[column: j].map { $0 / length } }
    }
    let pivoted = try PivotedQR(unit)
    let rank = pivoted.rank()
    if rank < unit.columns {
      throw ModelError.collinear(columns: pivoted.columnOrder[rank...].sorted())
    }
  }
}

/// The shift and the scale that a design is given before it is factored.
struct Centering {
  /// The mean of each predictor; 0 where nothing was centred.
  let means: [Double]
  /// The power of 2 that each centred predictor is divided by.
  let scales: [Double]
  /// The mean of the response; 0 where nothing was centred.
  let responseMean: Double

  init(_ x: Matrix<Double>, _ y: [Double], centers: Bool) {
    let means = centers ? x.columnMeans() : Array(repeating: 0, count: x.columns)
    self.means = means
    responseMean = centers ? sum(y) / Double(y.count) : 0
    let rows = x.rows
    scales = x.withSpan { x in
      means.indices.map { j in
        var largest = 0.0
        for i in j * rows..<(j + 1) * rows { largest = max(largest, (x[i] - means[j]).magnitude) }
        return largest == 0 ? 1 : Double(sign: .plus, exponent: largest.exponent, significand: 1)
      }
    }
  }

  /// The triangle so far above the next rows of [X y], centred and scaled.
  func stack(
    _ reduced: Matrix<Double>, _ x: Matrix<Double>, _ y: [Double], _ block: Range<Int>
  ) -> Matrix<Double> {
    let (rows, top, p) = (x.rows, reduced.rows, x.columns)
    var stacked = Matrix<Double>(rows: top + block.count, columns: p + 1)
    stacked[rows: 0..<top] = reduced
    x.withSpan { x in
      stacked.withMutableSpan { stacked in
        for j in 0..<p {
          let (source, target) = (j * rows, j * (top + block.count) + top - block.lowerBound)
          let (mean, factor) = (means[j], 1 / scales[j])
          for i in block { stacked[target + i] = (x[source + i] - mean) * factor }
        }
      }
    }
    for i in block { stacked[top + i - block.lowerBound, p] = y[i] - responseMean }
    return stacked
  }
}
