import LinAlg

/// A direction that separates the two classes of a logistic regression.
///
/// Along c·v, c → ∞, the likelihood increases for ever: there are no finite maximum-likelihood coefficients. Fit
/// with an `l2Penalty`, or with Firth's estimator.
public struct Separation: Hashable, Sendable, Codable {
  /// How far the direction separates.
  public enum Kind: String, Hashable, Sendable, Codable {
    /// Every row lies on its own side.
    case complete
    /// Every row lies on its own side or on the boundary.
    case quasiComplete
  }

  /// How far the direction separates.
  public let kind: Kind
  /// The slopes of the direction v: a row is of class 1 where b + xᵀv > 0.
  public let direction: [Double]
  /// The intercept b of the direction.
  public let intercept: Double
  /// The number of rows beyond the boundary.
  public let separatedRows: Int
}

/// Looks for separations, and proves what it finds.
struct SeparationSearch {
  private let goal: LogisticObjective

  init(_ goal: LogisticObjective) { self.goal = goal }

  /// A separation, if the point or its Newton direction gives one.
  func certificate(at point: [Double], _ direction: [Double]) -> Separation? {
    // Positive on the right side.
    func margins(_ parameters: [Double]) -> [Double] {
      zip(goal.linearPredictor(parameters), goal.signs).map { -$0 * $1 }
    }
    let counted = goal.weights.indices.filter { goal.weights[$0] > 0 }
    let margins0 = margins(point)
    if counted.allSatisfy({ margins0[$0] > 0 }) {
      return separation(point, .complete, counted.count)
    }
    let change = margins(direction)
    let largest = counted.reduce(0) { max($0, change[$1].magnitude) }
    guard largest > 0, counted.allSatisfy({ change[$0] >= -1e-3 * largest }) else { return nil }
    // Rows that no longer move must lie on the boundary: the direction is projected on what is 0 for all of them.
    let moving = counted.filter { change[$0] > 0.02 * largest }
    let still = counted.filter { change[$0] <= 0.02 * largest }
    guard let projected = projected(direction, awayFrom: still) else { return nil }
    let final = margins(projected)
    // On the boundary means: no further away than roundoff.
    let roundoff = LinearRegression.rankTolerance(goal.parameterCount) * norm(projected)
    guard moving.allSatisfy({ final[$0] > 1e-3 * largest }),
      still.allSatisfy({ final[$0].magnitude <= roundoff * norm(goal.design.row($0)) })
    else { return nil }
    return separation(projected, still.isEmpty ? .complete : .quasiComplete, moving.count)
  }

  /// The part of a direction on which the linear predictor of some rows is 0; nil if little is left.
  private func projected(_ direction: [Double], awayFrom rows: [Int]) -> [Double]? {
    guard !rows.isEmpty else { return direction }
    var block = Matrix<Double>(rows: rows.count, columns: goal.parameterCount)
    for (i, row) in rows.enumerated() { block[row: i] = goal.design.row(row) }
    guard let svd = try? SVD(block.rows < block.columns ? padded(block) : block) else { return nil }
    var result = direction
    for k in 0..<svd.rank(tolerance: LinearRegression.rankTolerance(goal.parameterCount)) {
      let row = svd.vTransposed[row: k]
      axpy(-dot(row, direction), row, into: &result)
    }
    return norm(result) > 0.1 * norm(direction) ? result : nil
  }

  private func padded(_ block: Matrix<Double>) -> Matrix<Double> {
    var result = Matrix<Double>(rows: block.columns, columns: block.columns)
    result[rows: 0..<block.rows] = block
    return result
  }

  private func separation(
    _ parameters: [Double], _ kind: Separation.Kind, _ count: Int
  ) -> Separation {
    let (intercept, slopes) = goal.design.originalUnits(parameters)
    let size = max(norm(slopes), .leastNormalMagnitude)
    return Separation(
      kind: kind, direction: slopes.map { $0 / size }, intercept: intercept / size,
      separatedRows: count)
  }
}
