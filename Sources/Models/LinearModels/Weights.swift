import LinAlg

/// How much each row counts in a linear regression.
///
/// Both kinds give the same coefficients; they differ in what the degrees of freedom are.
public enum Weights: Hashable, Sendable {
  /// Weight k stands for k rows that are equal: the data have Σ kᵢ rows.
  case frequency([Int])
  /// Weight w says that the variance of the row's response is σ²/w: the data have as many rows as have a
  /// positive weight.
  case analytic([Double])

  /// The weights as numbers.
  public var values: [Double] {
    switch self {
    case .frequency(let counts): counts.map(Double.init)
    case .analytic(let values): values
    }
  }

  /// The number of rows that the data stand for.
  var rows: Int {
    switch self {
    case .frequency(let counts): counts.reduce(0, +)
    case .analytic(let values): values.count { $0 > 0 }
    }
  }
}

/// Throws `dimensionMismatch`, `invalidWeight`, `noWeight` or, for counts that are too many, `invalidArgument` unless
/// these are weights of so many rows.
func checkWeights(_ weights: Weights, rows: Int) throws(ModelError) {
  try checkWeights(weights.values, rows: rows)
  let total = sum(weights.values)
  if case .frequency = weights, total > 0x1p53 {
    throw .invalidArgument("the sum of the weights", allowed: "at most 2^53", found: total)
  }
}

/// The number of rows that count.
func countedRows(_ weights: [Double]?, rows: Int) -> Int {
  weights?.count { $0 > 0 } ?? rows
}

/// Throws `dimensionMismatch`, `invalidWeight` or `noWeight` unless these are weights of so many rows.
func checkWeights(_ weights: [Double], rows: Int) throws(ModelError) {
  guard weights.count == rows else {
    throw .dimensionMismatch("weights", expected: rows, found: weights.count)
  }
  if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
    throw .invalidWeight(row: row, weight: weights[row])
  }
  guard weights.contains(where: { $0 > 0 }) else { throw .noWeight }
}
