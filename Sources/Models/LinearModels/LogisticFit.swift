import LinAlg

/// One fit of a logistic regression, in the units of its standardised design.
struct LogisticFit {
  private let model: LogisticRegression
  private let goal: LogisticObjective
  private let start: LogisticRegression.Fitted?
  private let progress: ProgressHandler?

  init(
    _ model: LogisticRegression, _ goal: LogisticObjective, _ start: LogisticRegression.Fitted?,
    _ progress: ProgressHandler?
  ) {
    (self.model, self.goal, self.start, self.progress) = (model, goal, start, progress)
  }

  private var isPenalized: Bool { model.l2Penalty > 0 }

  func fitted() throws(ModelError) -> LogisticRegression.Fitted {
    let initial = initialParameters()
    if model.estimator == .firth { return try firth(from: initial) }
    let separations = SeparationSearch(goal)
    var found: Separation?
    let minimum: Minimum
    let isSmall = goal.design.x.columns <= 256
    switch model.solver == .automatic ? (isSmall ? .newton : .lbfgs) : model.solver {
    case .newton, .automatic:
      let newton = Newton(
        tolerance: model.tolerance, gradientTolerance: 0,
        maximumIterations: model.maximumIterations)
      var last = Double.infinity
      minimum = try newton.minimize(goal, from: initial, progress: progress) {
        point, direction, decrease in
        defer { last = decrease }
        // Newton's method converges quadratically, unless there is nothing to converge to.
        guard !isPenalized, decrease > 0.05 * last else { return false }
        found = separations.certificate(at: point, direction)
        return found != nil
      }
    case .lbfgs:
      let preconditioner = preconditioner(at: initial)
      var search = LBFGS(
        tolerance: max(model.tolerance, 1e-13), gradientTolerance: 0,
        maximumIterations: model.maximumIterations)
      var (first, before) = (initial, Convergence?.none)
      // First with half the memory to read. What that minimum is short of the other is about 10⁻¹⁴ of it.
      if progress == nil, goal.design.x.columns > 0,
        goal.design.rows * goal.parameterCount >= 1 << 20,
        let rough = try? search.minimize(
          goal.packing(), from: initial, preconditioner: { preconditioner(&$0) })
      {
        (first, before) = (rough.parameters, rough.convergence)
        search.maximumIterations -= rough.convergence.iterations
      }
      search.tolerance = model.tolerance
      let last = try search.minimize(
        goal, from: first, progress: progress, preconditioner: { preconditioner(&$0) })
      minimum = before.map { last.continuing($0) } ?? last
    case .newtonCG:
      let preconditioner = preconditioner(at: initial)
      minimum = try NewtonCG(
        tolerance: model.tolerance, gradientTolerance: 0,
        maximumIterations: model.maximumIterations
      ).minimize(
        goal, from: initial, progress: progress, preconditioner: { preconditioner(&$0) })
    case .gradientDescent(let descent):
      minimum = try descent.minimize(goal, from: initial, progress: progress)
    }

    var covariance: Matrix<Double>?
    var convergence = minimum.convergence
    if !isPenalized {
      let information = information(at: minimum.parameters)
      let reciprocal = scaledReciprocalCondition(information.hessian)
      if found == nil, convergence.reason != .stopped {
        if reciprocal <= 1e-11 { try goal.design.checkRank() }
        // A likelihood that still increases somewhere is flat there, if the search did not end long before.
        if reciprocal <= 1e-4 || !convergence.isConverged || minimum.value < 0.01 {
          // From 0, since a search that went far is where nothing can be told any more.
          let zero = [Double](repeating: 0, count: goal.parameterCount)
          _ = try? Newton(gradientTolerance: 0, maximumIterations: 50).minimize(
            goal, from: zero, progress: nil
          ) { point, direction, _ in
            found = separations.certificate(at: point, direction)
            return found != nil
          }
        }
      }
      if found != nil {
        convergence = Convergence(
          reason: .separated, iterations: convergence.iterations,
          gradientNorm: convergence.gradientNorm, trace: convergence.trace)
      } else {
        covariance = try? Cholesky(goal.weightSum * information.hessian).inverse()
      }
    }
    return fit(
      minimum.parameters, loss: minimum.value, objective: minimum.value, convergence, covariance,
      separation: found)
  }

  /// Where to begin: an earlier fit, or the optimum of a sample of many rows, improved on a larger one; together they
  /// cost a fraction of a pass over all rows.
  private func initialParameters() -> [Double] {
    if let start {
      return goal.design.parameters(
        intercept: start.intercept, coefficients: start.coefficients)
    }
    var parameters = [Double](repeating: 0, count: goal.parameterCount)
    let rows = goal.design.rows
    guard progress == nil, rows * goal.parameterCount >= 1 << 20 else { return parameters }
    for (size, tolerance) in [(rows / 64, 1e-4), (rows / 8, 1e-5)] {
      // A sample of one class, or a separated one, tells nothing: few steps do no harm.
      guard size >= 32 * goal.parameterCount, let runs = sampleRuns(rows: rows, size: size),
        let sample = LogisticObjective(goal, rows: runs),
        let minimum = try? Newton(tolerance: tolerance, maximumIterations: 10).minimize(
          sample, from: parameters), minimum.convergence.isConverged
      else { continue }
      parameters = minimum.parameters
    }
    return parameters
  }

  /// The inverse of the Hessian of a sample that is large enough for it, or of the diagonal.
  private func preconditioner(at parameters: [Double]) -> Preconditioner {
    let (rows, count) = (goal.design.rows, goal.parameterCount)
    let isSmall = rows * count <= 1 << 16
    let full = isSmall ? [0..<rows] : sampleRuns(rows: rows, size: 8 * count)
    if let full, count <= 2048, let sample = LogisticObjective(goal, rows: full) {
      var (gradient, hessian) = (parameters, Matrix<Double>(rows: 0, columns: 0))
      _ = sample.value(at: parameters, gradient: &gradient, hessian: &hessian)
      if let factor = Newton.factor(hessian) { return .full(factor) }
    }
    // ¼ of the mean squares bounds the curvature of the loss.
    return .diagonal(zip(goal.design.meanSquares, goal.penalties).map { $0 / 4 + $1 })
  }

  private func information(
    at parameters: [Double]
  ) -> (gradient: [Double], hessian: Matrix<Double>) {
    var gradient = parameters
    var hessian = Matrix<Double>(rows: parameters.count, columns: parameters.count)
    _ = goal.value(at: parameters, gradient: &gradient, hessian: &hessian)
    return (gradient, hessian)
  }

  /// Of the matrix with its diagonal scaled to 1.
  private func scaledReciprocalCondition(_ hessian: Matrix<Double>) -> Double {
    let roots = hessian.diagonal.map { $0 > 0 ? $0.squareRoot() : 1 }
    let scaled = Matrix<Double>(rows: roots.count, columns: roots.count) {
      hessian[$0, $1] / (roots[$0] * roots[$1])
    }
    return (try? Cholesky(scaled).reciprocalCondition) ?? 0
  }

  /// Newton's method on the modified score (Firth 1993), with steps halved until the penalised likelihood increases.
  private func firth(from initial: [Double]) throws(ModelError) -> LogisticRegression.Fitted {
    var parameters = initial
    var first = FirthState(goal, parameters)
    if first == nil {
      // Far from the maximum nothing may be left of the information: begin at 0 then.
      parameters = Array(repeating: 0, count: initial.count)
      first = FirthState(goal, parameters)
    }
    guard var state = first else {
      try goal.design.checkRank()
      throw .nonFiniteObjective(.nan)
    }
    var trace = [state.value]
    var reason = Convergence.Reason.iterationLimit
    iterations: while trace.count <= model.maximumIterations {
      let size = normInfinity(state.step)
      if size <= 1e-14 * max(1, normInfinity(parameters)) {
        reason = .gradient
        break
      }
      var length = 1.0
      while true {
        var point = parameters
        axpy(length, state.step, into: &point)
        if point == parameters || length < 1e-10 {
          reason = size <= 1e-8 * max(1, normInfinity(parameters)) ? .precision : .noDescent
          break iterations
        }
        if let next = FirthState(goal, point),
          next.value <= state.value + 8 * .ulpOfOne * state.value.magnitude
        {
          (parameters, state) = (point, next)
          break
        }
        length /= 2
      }
      trace.append(state.value)
      let iteration = Iteration(
        number: trace.count - 1, value: state.value, gradientNorm: normInfinity(state.score))
      if let progress, !progress(iteration) {
        reason = .stopped
        break
      }
    }
    let convergence = Convergence(
      reason: reason, iterations: trace.count - 1, gradientNorm: normInfinity(state.score),
      trace: trace)
    return fit(
      parameters, loss: state.loss, objective: state.value, convergence, state.inverse,
      separation: nil)
  }

  private func fit(
    _ parameters: [Double], loss: Double, objective: Double, _ convergence: Convergence,
    _ covariance: Matrix<Double>?, separation: Separation?
  ) -> LogisticRegression.Fitted {
    let (intercept, slopes) = goal.design.originalUnits(parameters)
    let (positive, negative) = zip(goal.signs, goal.weights).reduce((0.0, 0.0)) {
      $1.0 < 0 ? ($0.0 + $1.1, $0.1) : ($0.0, $0.1 + $1.1)
    }
    // w log(w/(w + v)), also where the share is all but 1.
    func logOfShare(_ w: Double, _ v: Double) -> Double {
      w * (w < v ? log(w / (w + v)) : log1p(-v / (w + v)))
    }
    let penalty = zip(goal.penalties, parameters).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / 2
    // Without predictors: the constant probability of the label 1, or ½.
    let null =
      goal.design.ones == 1
      ? logOfShare(positive, negative) + logOfShare(negative, positive)
      : -goal.weightSum * log(2)
    return LogisticRegression.Fitted(
      coefficients: slopes, intercept: intercept, hasIntercept: goal.design.ones == 1,
      l2Penalty: model.l2Penalty, objective: objective, weightSum: goal.weightSum,
      logLikelihood: -(loss - penalty) * goal.weightSum, nullLogLikelihood: null,
      convergence: convergence, separation: separation,
      covariance: covariance.map {
        ScaledCovariance(
          $0, units: Array(repeating: 1, count: goal.design.ones) + goal.design.factors,
          centers: goal.design.shifts)
      })
  }
}

extension Design {
  /// Throws `collinear` if predictors depend on each other.
  func checkRank() throws(ModelError) {
    let probe = LinearRegression(fitsIntercept: ones == 1, solver: .qr)
    do {
      _ = try probe.fit(
        x, [Double](repeating: 0, count: rows),
        weights: rowScales.map { .analytic($0.map { $0 * $0 }) })
    } catch {
      if case .collinear = error { throw error }
    }
  }
}

/// Firth's penalised likelihood at a point, and the next step.
private struct FirthState {
  /// −log L − ½ log det I, in sums and not means.
  let value: Double
  /// The mean log loss.
  let loss: Double
  let score: [Double]
  let step: [Double]
  let inverse: Matrix<Double>

  init?(_ goal: LogisticObjective, _ parameters: [Double]) {
    let count = goal.parameterCount
    var gradient = parameters
    var hessian = Matrix<Double>(rows: count, columns: count)
    loss = goal.value(at: parameters, gradient: &gradient, hessian: &hessian)
    guard loss.isFinite, let factor = try? Cholesky(goal.weightSum * hessian),
      let logDeterminant = try? factor.logDeterminant, let inverse = try? factor.inverse()
    else { return nil }
    value = loss * goal.weightSum - logDeterminant.logMagnitude / 2
    self.inverse = inverse

    // The score gains Σ hᵢ (½ − pᵢ) xᵢ with hᵢ = wᵢ pᵢ (1 − pᵢ) xᵢᵀ I⁻¹ xᵢ.
    let lower = factor.lower
    let plan = Design.Plan(rows: goal.design.rows, columns: count, forGram: false)
    let parts = unsafe goal.design.forEachBlock(
      plan, isWeighted: false, state: { [Double](repeating: 0, count: count) }
    ) { sum, rows, block in
      let x = Matrix<Double>(rows: rows.count, columns: count) {
        unsafe block.base[$0 + $1 * block.leadingDimension]
      }
      let z = x * parameters
      guard let whitened = try? lower.solveTriangular(x.transposed(), .lower) else { return }
      var factors = z
      for i in 0..<rows.count {
        let p = sigmoid([z[i]])[0], q = sigmoid([-z[i]])[0]
        let column = whitened[column: i]
        let leverage = goal.weights[rows.lowerBound + i] * p * q * dot(column, column)
        factors[i] = leverage * (0.5 - p)
      }
      axpy(1, multiply(x, factors, transposeA: true), into: &sum)
    }
    var score = gradient.map { -$0 * goal.weightSum }
    for part in parts { axpy(1, part, into: &score) }
    self.score = score
    step = inverse * score
  }
}
