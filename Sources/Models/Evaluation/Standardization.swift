public import LinAlg

/// Columns shifted to mean 0 and scaled to standard deviation 1.
///
/// The fits of this library do that inside where it helps; this is for other uses. Fit it on training data, apply it to all.
public struct Standardization: Hashable, Sendable, Codable {
  /// The means of the columns.
  public let means: [Double]
  /// Their standard deviations √(Σ (x − mean)²/n); 1 for constant columns, which become 0.
  public let standardDeviations: [Double]

  /// Throws: `noData` without rows, `nonFinite`.
  public init(_ x: Matrix<Double>) throws(ModelError) {
    guard x.rows > 0 else { throw .noData }
    try Design(raw: x, intercept: false).checkFinite()
    var moments = [(mean: Double, deviation: Double)](repeating: (0, 1), count: x.columns)
    unsafe moments.withUnsafeMutableBufferPointer { moments in
      BLASRuntime.concurrently(x.columns, size: x.rows) { j in
        var rest = x[column: j]
        let (first, n) = (rest[0], Double(x.rows))
        // Around the first value, so that a constant has a deviation of exactly 0; halved, and where sums overflow divided before,
        // so that nothing overflows.
        for i in rest.indices { rest[i] = rest[i] / 2 - first / 2 }
        let total = sum(rest)
        let shift = total.isFinite ? total / n : sum(rest.map { $0 / n })
        for i in rest.indices { rest[i] -= shift }
        let deviation = 2 * (norm(rest) / n.squareRoot())
        unsafe moments[j] = (2 * (first / 2 + shift), deviation > 0 ? deviation : 1)
      }
    }
    (means, standardDeviations) = (moments.map(\.mean), moments.map(\.deviation))
  }

  /// (x − mean)/deviation of each column.
  ///
  /// Throws: `dimensionMismatch`.
  public func callAsFunction(_ x: Matrix<Double>) throws(ModelError) -> Matrix<Double> {
    try checkColumns(x)
    return Matrix(rows: x.rows, columns: x.columns) {
      (x[$0, $1] - means[$1]) / standardDeviations[$1]
    }
  }

  /// mean + deviation·z of each column: the way back.
  ///
  /// Throws: `dimensionMismatch`.
  public func inverse(_ z: Matrix<Double>) throws(ModelError) -> Matrix<Double> {
    try checkColumns(z)
    return Matrix(rows: z.rows, columns: z.columns) {
      means[$1] + standardDeviations[$1] * z[$0, $1]
    }
  }

  private func checkColumns(_ x: Matrix<Double>) throws(ModelError) {
    for count in [means.count, standardDeviations.count] where count != x.columns {
      throw .dimensionMismatch("columns", expected: count, found: x.columns)
    }
  }
}
