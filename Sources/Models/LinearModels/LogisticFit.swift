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
        guard !isPenalized, decrease > 0.05 * last || decrease < 1e-12 else { return false }
        found = separations.certificate(at: point, direction)
        return found != nil
      }
    case .lbfgs:
      minimum = try LBFGS(
        tolerance: model.tolerance, gradientTolerance: 1e-15,
        maximumIterations: model.maximumIterations
      ).minimize(goal, from: initial, progress: progress)
    case .newtonCG:
      minimum = try NewtonCG(
        tolerance: model.tolerance, gradientTolerance: 1e-15,
        maximumIterations: model.maximumIterations
      ).minimize(goal, from: initial, progress: progress)
    case .gradientDescent(let descent):
      minimum = try descent.minimize(goal, from: initial, progress: progress)
    }

    var covariance: Matrix<Double>?
    var convergence = minimum.convergence
    if !isPenalized {
      let information = information(at: minimum.parameters)
      if found == nil, convergence.reason != .stopped {
        try checkRank(information)
        if let direction = Newton.direction(information.hessian, information.gradient) {
          found = separations.certificate(at: minimum.parameters, direction)
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
      minimum.parameters, objective: minimum.value, convergence, covariance, separation: found)
  }

  /// Where to begin: an earlier fit, or the optimum of a sample of many rows, which costs next to nothing.
  private func initialParameters() -> [Double] {
    if let start {
      return goal.design.parameters(
        intercept: start.intercept, coefficients: start.coefficients)
    }
    let zero = [Double](repeating: 0, count: goal.parameterCount)
    let rows = goal.design.rows
    let size = max(rows / 32, 64 * goal.parameterCount)
    guard progress == nil, rows * goal.parameterCount >= 1 << 20, size <= rows / 8 else {
      return zero
    }
    let runs = (0..<64).map { k in
      let begin = k * (rows - size / 64) / 63
      return begin..<begin + size / 64
    }
    // A sample of one class, or a separated one, tells nothing: few steps do no harm.
    guard let sample = LogisticObjective(goal, rows: runs) else { return zero }
    let newton = Newton(tolerance: 1e-4, maximumIterations: 10)
    guard let minimum = try? newton.minimize(sample, from: zero), minimum.convergence.isConverged
    else { return zero }
    return minimum.parameters
  }

  private func information(
    at parameters: [Double]
  ) -> (gradient: [Double], hessian: Matrix<Double>) {
    var gradient = parameters
    var hessian = Matrix<Double>(rows: parameters.count, columns: parameters.count)
    _ = goal.value(at: parameters, gradient: &gradient, hessian: &hessian)
    return (gradient, hessian)
  }

  /// Throws `collinear` if the Hessian is singular because predictors depend on each other.
  private func checkRank(
    _ information: (gradient: [Double], hessian: Matrix<Double>)
  ) throws(ModelError) {
    var scaled = information.hessian
    let roots = scaled.diagonal.map { $0 > 0 ? $0.squareRoot() : 1 }
    for j in roots.indices {
      for i in roots.indices { scaled[i, j] /= roots[i] * roots[j] }
    }
    let reciprocal = (try? Cholesky(scaled).reciprocalCondition) ?? 0
    if reciprocal > 1e-11 { return }
    // Only now is a look at the design itself worth its cost.
    do {
      let probe = LinearRegression(fitsIntercept: model.fitsIntercept, solver: .qr)
      let y = goal.signs
      _ = try probe.fit(goal.design.x, y, weights: .analytic(goal.weights))
    } catch {
      if case .collinear = error { throw error }
    }
  }

  /// Newton's method on the modified score (Firth 1993), with steps halved until the penalised likelihood increases.
  private func firth(from initial: [Double]) throws(ModelError) -> LogisticRegression.Fitted {
    var parameters = initial
    guard var state = FirthState(goal, parameters) else {
      try checkRank(information(at: parameters))
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
      parameters, objective: state.value, convergence, state.inverse, separation: nil)
  }

  private func fit(
    _ parameters: [Double], objective: Double, _ convergence: Convergence,
    _ covariance: Matrix<Double>?, separation: Separation?
  ) -> LogisticRegression.Fitted {
    let (intercept, slopes) = goal.design.originalUnits(parameters)
    let positive = zip(goal.signs, goal.weights).reduce(0) { $1.0 < 0 ? $0 + $1.1 : $0 }
    let share = positive / goal.weightSum
    var gradient = parameters
    let value = goal.value(at: parameters, gradient: &gradient)
    let penalty = zip(goal.penalties, parameters).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / 2
    // Without predictors: the constant probability of the label 1, or ½.
    let null =
      goal.design.ones == 1
      ? goal.weightSum * (share * log(share) + (1 - share) * log(1 - share))
      : -goal.weightSum * log(2)
    return LogisticRegression.Fitted(
      coefficients: slopes, intercept: intercept, hasIntercept: goal.design.ones == 1,
      l2Penalty: model.l2Penalty, objective: objective, weightSum: goal.weightSum,
      logLikelihood: -(value - penalty) * goal.weightSum, nullLogLikelihood: null,
      convergence: convergence, separation: separation,
      covariance: covariance.map {
        ScaledCovariance(
          matrix: $0, units: Array(repeating: 1, count: goal.design.ones) + goal.design.factors,
          centers: goal.design.shifts)
      })
  }
}

/// Firth's penalised likelihood at a point, and the next step.
private struct FirthState {
  /// −log L − ½ log det I, in sums and not means.
  let value: Double
  let score: [Double]
  let step: [Double]
  let inverse: Matrix<Double>

  init?(_ goal: LogisticObjective, _ parameters: [Double]) {
    let count = goal.parameterCount
    var gradient = parameters
    var hessian = Matrix<Double>(rows: count, columns: count)
    let loss = goal.value(at: parameters, gradient: &gradient, hessian: &hessian)
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
