public import LinAlg

/// Logistic regression for two classes: P(y = 1 | x) = σ(b + xᵀw).
///
///     let fit = try LogisticRegression().fit(x, labels)
///     try fit.probabilities(xNew)
///     print(fit.summary())
///
/// Minimises the mean log loss plus (l2Penalty/2) ‖w‖², in which the intercept is not penalised (the C of other
/// programs is 1/(n·l2Penalty)). Predictors are shifted and scaled inside without changing the objective.
///
/// **Separation.** If a direction separates the classes, completely or but for rows that lie on its boundary, an
/// unpenalised likelihood has no maximum: coefficients run to infinity. That is found, with a
/// certificate, and reported in `Fitted.separation`; a penalty or `.firth` are the remedies.
public struct LogisticRegression: Hashable, Sendable, Codable {
  /// How the objective is minimised.
  public enum Solver: Hashable, Sendable, Codable {
    /// Newton up to 256 predictors, else L-BFGS.
    case automatic
    /// Newton's method (iteratively reweighted least squares), np² flops an iteration.
    case newton
    /// L-BFGS, 4np flops an iteration.
    case lbfgs
    /// Newton's method with conjugate gradients.
    case newtonCG
    /// Gradient descent, whose objective never increases unless its memory is longer than 1.
    case gradientDescent(GradientDescent)
  }

  /// What is maximised.
  public enum Estimator: String, Hashable, Sendable, Codable {
    /// The likelihood, less the penalty if there is one.
    case maximumLikelihood
    /// The likelihood times √det of the information (Firth 1993; Heinze & Schemper 2002): less bias in small samples,
    /// and finite also for separated classes. Takes no penalty.
    case firth
  }

  /// How much rows of a class count, besides their own weights.
  public enum ClassWeights: Hashable, Sendable, Codable {
    /// All the same.
    case none
    /// So that both classes have the same total weight: n/(2 nₖ).
    case balanced
    /// These.
    case fixed(negative: Double, positive: Double)
  }

  /// The penalty on ‖w‖²/2, at least 0.
  public var l2Penalty: Double
  /// Whether the model has an intercept.
  public var fitsIntercept: Bool
  /// How the objective is minimised.
  public var solver: Solver
  /// What is maximised.
  public var estimator: Estimator
  /// How much rows of a class count.
  public var classWeights: ClassWeights
  /// The fit stops when the decrease that is left, as the method estimates it, is at most this part of the objective;
  /// after Newton steps the result is more accurate than that by far.
  public var tolerance: Double
  /// The largest number of steps.
  public var maximumIterations: Int

  /// A model with these choices.
  public init(
    l2Penalty: Double = 0, fitsIntercept: Bool = true, solver: Solver = .automatic,
    estimator: Estimator = .maximumLikelihood, classWeights: ClassWeights = .none,
    tolerance: Double = 1e-24, maximumIterations: Int = 1000
  ) {
    (self.l2Penalty, self.fitsIntercept, self.solver) = (l2Penalty, fitsIntercept, solver)
    (self.estimator, self.classWeights) = (estimator, classWeights)
    (self.tolerance, self.maximumIterations) = (tolerance, maximumIterations)
  }

  /// Fits the model to an n×p matrix of predictors and n labels.
  ///
  /// - Parameters:
  ///   - x: The predictors, a row for each label.
  ///   - y: The labels.
  ///   - weights: A weight of k is as good as k copies of the row.
  ///   - start: Where to begin, for example an earlier fit; 0 otherwise.
  ///   - progress: Is called after each step and returns whether to go on.
  ///
  /// Throws: `noData`, `dimensionMismatch`, `nonFinite`, `oneClass`, `invalidWeight`, `noWeight`,
  /// `invalidArgument`; without a penalty `tooFewRows` and `collinear`.
  public func fit(
    _ x: Matrix<Double>, _ y: [Bool], weights: [Double]? = nil, start: Fitted? = nil,
    progress: ProgressHandler? = nil
  ) throws(ModelError) -> Fitted {
    try check(x, y, weights)
    let effective = try effectiveWeights(y, weights)
    let counted = countedRows(weights, rows: x.rows)
    if l2Penalty == 0 && counted < x.columns + (fitsIntercept ? 1 : 0) {
      throw .tooFewRows(rows: counted, coefficients: x.columns + (fitsIntercept ? 1 : 0))
    }
    if let start, start.coefficients.count != x.columns {
      throw .dimensionMismatch(
        "coefficients to start from", expected: x.columns, found: start.coefficients.count)
    }
    let empty = Matrix<Double>(rows: x.rows, columns: 0)
    func fit(_ design: Design) throws(ModelError) -> Fitted {
      let goal = LogisticObjective(design, y, effective, l2Penalty: l2Penalty)
      return try LogisticFit(self, goal, start, progress).fitted()
    }
    func design(isExact: Bool) -> Design {
      Design(
        x, empty, intercept: fitsIntercept, weights: weights, isPenalized: l2Penalty > 0,
        isExact: isExact)
    }
    let sampled = design(isExact: false)
    do {
      let result = try fit(sampled)
      if result.convergence.reason != .noDescent || sampled.isExact { return result }
    } catch .nonFiniteObjective {}
    // The data are not finite, or a sample of the rows did not show how large they are.
    let exact = design(isExact: true)
    try exact.checkFinite()
    return try fit(exact)
  }

  /// Fits the model to labels of 0 and 1.
  ///
  /// Throws also `unknownLabel`.
  public func fit(
    _ x: Matrix<Double>, _ y: [Int], weights: [Double]? = nil, start: Fitted? = nil,
    progress: ProgressHandler? = nil
  ) throws(ModelError) -> Fitted {
    if let row = y.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw .unknownLabel(row: row, label: String(y[row]))
    }
    return try fit(x, y.map { $0 == 1 }, weights: weights, start: start, progress: progress)
  }

  func check(_ x: Matrix<Double>, _ y: [Bool], _ weights: [Double]?) throws(ModelError) {
    guard l2Penalty >= 0, l2Penalty.isFinite else {
      throw .invalidArgument("l2Penalty", allowed: "finite and at least 0", found: l2Penalty)
    }
    if estimator == .firth && l2Penalty > 0 {
      throw .invalidArgument("l2Penalty", allowed: "0 with Firth's estimator", found: l2Penalty)
    }
    if x.rows == 0 || x.columns + (fitsIntercept ? 1 : 0) == 0 { throw .noData }
    if y.count != x.rows { throw .dimensionMismatch("labels", expected: x.rows, found: y.count) }
    if let weights { try checkWeights(weights, rows: x.rows) }
  }

  private func effectiveWeights(
    _ y: [Bool], _ weights: [Double]?
  ) throws(ModelError) -> [Double] {
    var result = weights ?? Array(repeating: 1, count: y.count)
    let total = sum(result)
    let positive = zip(y, result).reduce(0) { $1.0 ? $0 + $1.1 : $0 }
    let negative = zip(y, result).reduce(0) { $1.0 ? $0 : $0 + $1.1 }
    if positive == 0 || negative == 0 { throw .oneClass }
    let factors: (negative: Double, positive: Double)
    switch classWeights {
    case .none: return result
    case .balanced: factors = (total / (2 * negative), total / (2 * positive))
    case .fixed(let negative, let positive):
      for factor in [negative, positive] where !(factor > 0 && factor.isFinite) {
        throw .invalidArgument("class weights", allowed: "positive and finite", found: factor)
      }
      factors = (negative, positive)
    }
    for i in result.indices { result[i] *= y[i] ? factors.positive : factors.negative }
    return result
  }
}
