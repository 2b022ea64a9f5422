public import LinAlg

/// Softmax (multinomial logistic) regression: P(y = k | x) = exp(zₖ)/Σ exp(zₗ), zₖ = bₖ + xᵀwₖ.
///
///     let fit = try SoftmaxRegression(l2Penalty: 1e-3).fit(x, ["setosa", "virginica", …])
///     try fit.predict(xNew)               // labels
///
/// Minimises the mean cross-entropy plus (l2Penalty/2) Σ w²; intercepts are not penalised. Parameters are determined but
/// for a shift that all classes share: those of a fit sum to 0 over the classes.
public struct SoftmaxRegression: Hashable, Sendable, Codable {
  /// How the objective is minimised.
  public enum Solver: String, Hashable, Sendable, Codable {
    /// Newton up to 128 parameters, else L-BFGS.
    case automatic
    /// Newton's method: n(pK)²/4 flops an iteration.
    case newton
    /// L-BFGS with a preconditioner from a sample of the rows: 4npK flops an iteration.
    case lbfgs
    /// Newton's method with conjugate gradients and the same preconditioner.
    case newtonCG
  }

  /// The penalty on Σ w²/2, at least 0.
  public var l2Penalty: Double
  /// Whether the model has intercepts.
  public var fitsIntercept: Bool
  /// How the objective is minimised.
  public var solver: Solver
  /// The fit stops when the decrease that is left, as the method estimates it, is at most this part of the objective.
  public var tolerance: Double
  /// The largest number of steps.
  public var maximumIterations: Int

  /// A model with these choices.
  public init(
    l2Penalty: Double = 0, fitsIntercept: Bool = true, solver: Solver = .automatic,
    tolerance: Double = 1e-24, maximumIterations: Int = 2000
  ) {
    (self.l2Penalty, self.fitsIntercept, self.solver) = (l2Penalty, fitsIntercept, solver)
    (self.tolerance, self.maximumIterations) = (tolerance, maximumIterations)
  }

  /// Fits the model to an n×p matrix of predictors and n labels of any type.
  ///
  /// - Parameters:
  ///   - x: The predictors, a row for each label.
  ///   - labels: The labels.
  ///   - weights: A weight of k is as good as k copies of the row.
  ///   - start: Where to begin, for example an earlier fit of the same classes; 0 otherwise.
  ///   - progress: Is called after each step and returns whether to go on.
  ///
  /// Throws: `noData`, `dimensionMismatch`, `nonFinite`, `oneClass`, `invalidWeight`, `noWeight`,
  /// `invalidArgument`; without a penalty `tooFewRows` and `collinear`.
  public func fit<Label: ClassLabel>(
    _ x: Matrix<Double>, _ labels: [Label], weights: [Double]? = nil,
    start: Fitted<Label>? = nil, progress: ProgressHandler? = nil
  ) throws(ModelError) -> Fitted<Label> {
    try check(x, labels.count, weights)
    let index = try LabelIndex(checking: labels, weights)
    let (classes, indices) = (index.classes, index.indices)
    let order = x.columns + (fitsIntercept ? 1 : 0)
    let counted = countedRows(weights, rows: x.rows)
    if l2Penalty == 0 && counted < order {
      throw .tooFewRows(rows: counted, coefficients: order)
    }
    if let start, start.classes != classes || start.coefficients.rows != x.columns {
      throw .dimensionMismatch(
        "classes of the fit to start from", expected: classes.count, found: start.classes.count)
    }
    let empty = Matrix<Double>(rows: x.rows, columns: 0)
    func fit(_ design: Design) throws(ModelError) -> Fitted<Label> {
      let goal = SoftmaxObjective(
        design, indices, classes: classes.count, weights, l2Penalty: l2Penalty)
      let first = start.map { start in
        classes.indices.flatMap { k in
          design.parameters(
            intercept: start.intercepts[k], coefficients: start.coefficients[column: k])
        }
      }
      return try SoftmaxFit(self, goal, first, progress).fitted(classes)
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

  func check(_ x: Matrix<Double>, _ labels: Int, _ weights: [Double]?) throws(ModelError) {
    guard l2Penalty >= 0, l2Penalty.isFinite else {
      throw .invalidArgument("l2Penalty", allowed: "finite and at least 0", found: l2Penalty)
    }
    if x.rows == 0 || x.columns + (fitsIntercept ? 1 : 0) == 0 { throw .noData }
    if labels != x.rows { throw .dimensionMismatch("labels", expected: x.rows, found: labels) }
    if let weights { try checkWeights(weights, rows: x.rows) }
  }
}

/// One fit of a softmax regression, in the units of its standardised design.
private struct SoftmaxFit {
  let model: SoftmaxRegression
  let goal: SoftmaxObjective
  let start: [Double]?
  let progress: ProgressHandler?

  init(
    _ model: SoftmaxRegression, _ goal: SoftmaxObjective, _ start: [Double]?,
    _ progress: ProgressHandler?
  ) {
    (self.model, self.goal, self.start, self.progress) = (model, goal, start, progress)
  }

  func fitted<Label>(
    _ classes: [Label]
  ) throws(ModelError) -> SoftmaxRegression.Fitted<Label> {
    let minimum = polished(try minimize())
    let order = goal.order
    var covariance: ScaledCovariance?
    var convergence = minimum.convergence
    var isSeparated = false
    // The Hessian of very many parameters would not fit into memory.
    if model.l2Penalty == 0, goal.parameterCount <= 4096 {
      var gradient = minimum.parameters
      var hessian = Matrix<Double>(rows: 0, columns: 0)
      _ = goal.value(at: minimum.parameters, gradient: &gradient, hessian: &hessian)
      try goal.design.checkRank()
      let direction = Newton.direction(Newton.factor(hessian), gradient)
      isSeparated = self.isSeparated(minimum.parameters, direction)
      if isSeparated {
        convergence = Convergence(
          reason: .separated, iterations: convergence.iterations,
          gradientNorm: convergence.gradientNorm, trace: convergence.trace)
      } else if let inverse = try? Cholesky(goal.weightSum * hessian).inverse() {
        covariance = ScaledCovariance(
          inverse,
          units: Array(repeating: 1, count: goal.design.ones) + goal.design.factors,
          centers: goal.design.shifts)
      }
    }
    // Without a penalty (on intercepts always) only differences between classes mean something.
    var theta = goal.matrix(minimum.parameters)
    for j in 0..<order where goal.penalties[j] == 0 {
      let mean = theta[row: j].reduce(0, +) / Double(goal.classes)
      for k in 0..<goal.classes { theta[j, k] -= mean }
    }
    let columns = (0..<goal.classes).map { goal.design.originalUnits(theta[column: $0]) }
    let intercepts = columns.map(\.intercept)
    let mean = intercepts.reduce(0, +) / Double(goal.classes)
    let penalty = (0..<minimum.parameters.count).reduce(0.0) {
      $0 + goal.penalties[$1 % order] * minimum.parameters[$1] * minimum.parameters[$1]
    }
    return SoftmaxRegression.Fitted(
      classes: classes,
      coefficients: Matrix(rows: order - goal.design.ones, columns: goal.classes) {
        columns[$1].coefficients[$0]
      },
      intercepts: intercepts.map { $0 - mean }, hasIntercept: goal.design.ones == 1,
      l2Penalty: model.l2Penalty, objective: minimum.value,
      logLikelihood: -(minimum.value - penalty / 2) * goal.weightSum,
      weightSum: goal.weightSum, convergence: convergence, isSeparated: isSeparated,
      covariance: covariance)
  }

  /// The minimum after one Newton step with a gradient in extended precision, for fits of small data: elsewhere it would take long.
  ///
  /// What stops a search is roundoff in the gradient, of which directions of little curvature make digits of the
  /// coefficients.
  private func polished(_ minimum: Minimum) -> Minimum {
    guard minimum.convergence.isConverged, goal.parameterCount <= 128,
      goal.design.rows * goal.parameterCount <= 1 << 14
    else { return minimum }
    var gradient = minimum.parameters
    var hessian = Matrix<Double>(rows: 0, columns: 0)
    _ = goal.value(at: minimum.parameters, gradient: &gradient, hessian: &hessian)
    guard
      let step = Newton.direction(
        Newton.factor(hessian), goal.extendedGradient(at: minimum.parameters)),
      normInfinity(step) <= 1e-6 * max(1, normInfinity(minimum.parameters))
    else { return minimum }
    let parameters = zip(minimum.parameters, step).map { $0 + $1 }
    let value = goal.value(at: parameters, gradient: &gradient)
    let old = minimum.convergence
    return Minimum(
      parameters: parameters, value: value,
      convergence: Convergence(
        reason: old.reason, iterations: old.iterations, gradientNorm: normInfinity(gradient),
        trace: old.trace))
  }

  private func minimize() throws(ModelError) -> Minimum {
    let isSmall = goal.parameterCount <= 128
    switch model.solver == .automatic ? (isSmall ? .newton : .lbfgs) : model.solver {
    case .newton, .automatic:
      let zero = [Double](repeating: 0, count: goal.parameterCount)
      return try Newton(
        tolerance: model.tolerance, gradientTolerance: 0,
        maximumIterations: model.maximumIterations
      ).minimize(goal, from: start ?? zero, progress: progress)
    case .lbfgs:
      let (first, preconditioner) = sampledStart()
      return try LBFGS(
        tolerance: model.tolerance, gradientTolerance: 1e-15,
        maximumIterations: model.maximumIterations
      ).minimize(
        goal, from: first, progress: progress, preconditioner: { preconditioner(&$0) })
    case .newtonCG:
      let (first, preconditioner) = sampledStart()
      return try NewtonCG(
        tolerance: model.tolerance, gradientTolerance: 0,
        maximumIterations: model.maximumIterations
      ).minimize(
        goal, from: first, progress: progress, preconditioner: { preconditioner(&$0) })
    }
  }

  /// Where to begin, and an approximate inverse of the Hessian there: both from a sample of the rows, if they are many.
  private func sampledStart() -> (parameters: [Double], Preconditioner) {
    let zero = [Double](repeating: 0, count: goal.parameterCount)
    let order = goal.order
    let size = max(8 * order, min(goal.design.rows / 16, 64 * order))
    let runs = sampleRuns(rows: goal.design.rows, size: size)
    let isSmall = goal.design.rows <= 20_000
    guard order <= 2048,
      let sample = runs.flatMap({ SoftmaxObjective(goal, rows: $0) }) ?? (isSmall ? goal : nil),
      let first = shared(sample, at: start ?? zero)
    else { return (start ?? zero, diagonal()) }
    if sample === goal || start != nil || progress != nil { return (start ?? zero, first) }
    guard
      let minimum = try? LBFGS(tolerance: 1e-3, gradientTolerance: 0, maximumIterations: 100)
        .minimize(sample, from: zero, preconditioner: { first(&$0) })
    else { return (zero, first) }
    // Few rows may be learned by heart: then neither the minimum nor the curvature there says anything of the others.
    if sample.design.rows < 4 * goal.parameterCount {
      var gradient = zero
      let value = goal.value(at: minimum.parameters, gradient: &gradient)
      // At least half of what the sample promises must be true; at 0 all classes have the same probability.
      let promised = (log(Double(goal.classes)) + minimum.value) / 2
      guard value <= promised else { return (zero, first) }
    }
    if goal.parameterCount <= 1024 {
      var (gradient, hessian) = (zero, Matrix<Double>(rows: 0, columns: 0))
      _ = sample.value(at: minimum.parameters, gradient: &gradient, hessian: &hessian)
      if let factor = Newton.factor(hessian) { return (minimum.parameters, .full(factor)) }
    }
    return (minimum.parameters, shared(sample, at: minimum.parameters) ?? first)
  }

  private func shared(_ sample: SoftmaxObjective, at parameters: [Double]) -> Preconditioner? {
    Newton.factor(sample.meanCurvature(at: parameters)).map { .shared($0) }
  }

  private func diagonal() -> Preconditioner {
    let share = 1 / Double(goal.classes)
    let curvatures = zip(goal.design.meanSquares, goal.penalties).map { square, penalty in
      share * (1 - share) * square + penalty
    }
    return .diagonal((0..<goal.classes).flatMap { _ in curvatures })
  }

  /// Whether every row's own class has the largest logit, or gains on all others for ever.
  private func isSeparated(_ parameters: [Double], _ direction: [Double]?) -> Bool {
    func margins(_ parameters: [Double]) -> [Double] {
      let theta = goal.matrix(parameters)
      let original = (0..<goal.classes).map { goal.design.originalUnits(theta[column: $0]) }
      let w = Matrix<Double>(rows: goal.design.x.columns, columns: goal.classes) {
        original[$1].coefficients[$0]
      }
      let z = goal.design.x * w
      return (0..<z.rows).filter { goal.weights[$0] > 0 }.map { i in
        let own = goal.labels[i]
        let value = z[i, own] + original[own].intercept
        return (0..<goal.classes).filter { $0 != own }.map {
          value - z[i, $0] - original[$0].intercept
        }.min() ?? 0
      }
    }
    if margins(parameters).allSatisfy({ $0 > 0 }) { return true }
    guard let direction else { return false }
    // A step that moves rows by a whole logit, and none of them back, has no end.
    let changes = margins(direction)
    let largest = changes.reduce(0) { max($0, $1.magnitude) }
    return largest > 0.1 && changes.allSatisfy { $0 >= -1e-3 * largest }
  }
}
