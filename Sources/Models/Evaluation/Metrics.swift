public import LinAlg

/// The share of predictions that equal their labels.
///
/// Throws: `noData`, `dimensionMismatch`.
@specialized(where Label == Bool)
@specialized(where Label == Int)
@specialized(where Label == String)
public func accuracy<Label: Equatable>(
  _ predictions: [Label], _ labels: [Label]
) throws(ModelError) -> Double {
  try checkCounts("predictions", predictions.count, labels.count)
  var count = 0
  for i in labels.indices where predictions[i] == labels[i] { count += 1 }
  return Double(count) / Double(labels.count)
}

/// The mean of −log P(label): −log pᵢ where `labels[i]`, −log(1 − pᵢ) elsewhere.
///
/// Infinite where something impossible happened. Throws: `noData`, `dimensionMismatch`, `invalidArgument` for a
/// probability outside [0, 1].
public func logLoss(_ probabilities: [Double], _ labels: [Bool]) throws(ModelError) -> Double {
  try checkCounts("probabilities", probabilities.count, labels.count)
  try checkProbabilities(probabilities)
  let losses = zip(probabilities, labels).map { p, label in -(label ? log(p) : log1p(-p)) }
  return sum(losses) / Double(labels.count)
}

/// The mean of −log P(label) for probabilities of K classes, m×K, and class indices.
///
/// Throws also `unknownLabel`.
public func logLoss(
  _ probabilities: Matrix<Double>, _ labels: [Int]
) throws(ModelError) -> Double {
  try checkCounts("rows of probabilities", probabilities.rows, labels.count)
  try checkProbabilities(probabilities.elements)
  try checkIndices(labels, classes: probabilities.columns)
  let own = labels.enumerated().map { probabilities[$0, $1] }
  return -sum(LinAlg.log(own)) / Double(labels.count)
}

/// How often each label was predicted as each other.
public struct ConfusionMatrix<Label: ClassLabel>: Hashable, Sendable {
  /// The labels and predictions that occur, sorted: rows and columns of `counts`.
  public let classes: [Label]
  /// `counts[i][j]`: rows of class i that were predicted as class j.
  public let counts: [[Int]]

  /// Throws: `noData`, `dimensionMismatch`.
  public init(_ predictions: [Label], _ labels: [Label]) throws(ModelError) {
    try checkCounts("predictions", predictions.count, labels.count)
    let index = LabelIndex(labels + predictions)
    var counts = index.classes.map { _ in [Int](repeating: 0, count: index.classes.count) }
    for i in labels.indices { counts[index.indices[i]][index.indices[labels.count + i]] += 1 }
    (classes, self.counts) = (index.classes, counts)
  }

  /// Of the rows that were predicted as a class, the share that belong to it; NaN if there are none.
  public func precision(_ label: Label) -> Double {
    guard let k = classes.firstIndex(of: label) else { return .nan }
    return Double(counts[k][k]) / Double(counts.reduce(0) { $0 + $1[k] })
  }

  /// Of the rows of a class, the share that were predicted as it; NaN if there are none.
  public func recall(_ label: Label) -> Double {
    guard let k = classes.firstIndex(of: label) else { return .nan }
    return Double(counts[k][k]) / Double(counts[k].reduce(0, +))
  }
}

/// The area under the ROC curve, O(n log n).
///
/// It is the probability that a row with label `true` scores higher than one with `false`; ties count by half.
///
/// Throws: `noData`, `dimensionMismatch`, `oneClass`, `invalidArgument` for a NaN.
public func areaUnderROC(_ scores: [Double], _ labels: [Bool]) throws(ModelError) -> Double {
  try checkCounts("scores", scores.count, labels.count)
  if let nan = scores.first(where: \.isNaN) {
    throw .invalidArgument("scores", allowed: "numbers", found: nan)
  }
  let positive = Double(labels.count { $0 }), negative = Double(labels.count) - positive
  guard positive > 0, negative > 0 else { throw .oneClass }
  // The sum of the ranks of positive rows; equal scores share their mean rank (Mann & Whitney 1947).
  let order = scores.indices.sorted { scores[$0] < scores[$1] }
  var (rankSum, start) = (0.0, 0)
  while start < order.count {
    var end = start
    while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
    let rank = Double(start + end + 1) / 2
    for k in start..<end where labels[order[k]] { rankSum += rank }
    start = end
  }
  return (rankSum - positive * (positive + 1) / 2) / (positive * negative)
}

/// 1 − Σ (yᵢ − ŷᵢ)² / Σ (yᵢ − ȳ)²; NaN for a constant response that is met, −∞ for one that is not.
///
/// Throws: `noData`, `dimensionMismatch`.
public func rSquared(_ predictions: [Double], _ y: [Double]) throws(ModelError) -> Double {
  let residual = try meanSquaredError(predictions, y)
  // Around the first value, so that a constant has a total of exactly 0.
  let rest = y.map { $0 - y[0] }
  let mean = sum(rest) / Double(y.count)
  let total = rest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(y.count)
  return 1 - residual / total
}

/// (1/n) Σ (yᵢ − ŷᵢ)².
///
/// Throws: `noData`, `dimensionMismatch`.
public func meanSquaredError(_ predictions: [Double], _ y: [Double]) throws(ModelError) -> Double {
  try checkCounts("predictions", predictions.count, y.count)
  return zip(predictions, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(y.count)
}

private func checkCounts(_ name: String, _ found: Int, _ expected: Int) throws(ModelError) {
  if expected == 0 && found == 0 { throw .noData }
  if found != expected { throw .dimensionMismatch(name, expected: expected, found: found) }
}

private func checkProbabilities(_ values: [Double]) throws(ModelError) {
  if let wrong = values.first(where: { !($0 >= 0 && $0 <= 1) }) {
    throw .invalidArgument("probabilities", allowed: "from 0 to 1", found: wrong)
  }
}
