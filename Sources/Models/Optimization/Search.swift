import LinAlg

/// The state that all optimisers share: where the search is, how it went, and whether it may go on.
struct Search<Goal: Objective> {
  let goal: Goal
  private(set) var parameters: [Double]
  private(set) var value = 0.0
  var gradient: [Double]
  private(set) var iterations = 0
  private var trace: [Double] = []
  private let progress: ProgressHandler?
  private(set) var isStopped = false
  /// The least decrease that a step promised.
  private var leastPromise = Double.infinity

  /// Throws: `dimensionMismatch`, `nonFiniteObjective` if the value or gradient at the start is not finite.
  init(_ goal: Goal, from start: [Double], _ progress: ProgressHandler?) throws(ModelError) {
    guard start.count == goal.parameterCount else {
      throw .dimensionMismatch("parameters", expected: goal.parameterCount, found: start.count)
    }
    (self.goal, self.progress, parameters) = (goal, progress, start)
    gradient = Array(repeating: 0, count: start.count)
  }

  /// Takes the value at the start, with the gradient in place.
  mutating func begin(_ value: Double) throws(ModelError) {
    guard value.isFinite, gradient.allSatisfy({ $0.isFinite }) else {
      throw .nonFiniteObjective(value)
    }
    self.value = value
    trace = [value]
  }

  mutating func beginWithValueAndGradient() throws(ModelError) {
    let first = goal.value(at: parameters, gradient: &gradient)
    try begin(first)
  }

  /// Moves to a point whose value and gradient are known.
  mutating func accept(_ parameters: [Double], _ value: Double, _ gradient: [Double]) {
    (self.parameters, self.value, self.gradient) = (parameters, value, gradient)
    iterations += 1
    trace.append(value)
    if let progress {
      isStopped = !progress(
        Iteration(number: iterations, value: value, gradientNorm: gradientNorm))
    }
  }

  var gradientNorm: Double { normInfinity(gradient) }

  func moved(along direction: [Double], by step: Double) -> [Double] {
    var point = parameters
    axpy(step, direction, into: &point)
    return point
  }

  /// What is below roundoff in the value.
  var roundoff: Double { 64 * .ulpOfOne * value.magnitude }

  /// The decrease that is left if it goes on as it did.
  ///
  /// The third and the last quarter of the steps, two steps at least, are taken for terms of a geometric series (Aitken
  /// 1926). 0 before there are four steps, and where it would be roundoff; infinite while the decrease speeds up.
  var extrapolatedDecrease: Double {
    let quarter = max(2, iterations / 4)
    guard iterations >= 2 * quarter else { return 0 }
    let middle = trace[iterations - quarter]
    let (before, last) = (trace[iterations - 2 * quarter] - middle, middle - value)
    let left = last < before ? last * (last / (before - last)) : .infinity
    return min(left, last) <= roundoff ? 0 : left
  }

  /// Whether a Newton step is roundoff: it promises less than the value can show, and no less than an earlier one did.
  mutating func isRoundoff(promised decrease: Double) -> Bool {
    if decrease >= leastPromise, decrease <= roundoff { return true }
    leastPromise = min(leastPromise, decrease)
    return false
  }

  /// Halves a step until it gives the Armijo decrease, and takes it; false if roundoff is reached first.
  mutating func backtrack(
    along direction: [Double], slope: Double, from first: Double = 1, reference: Double? = nil,
    slack: Double
  ) -> Double? {
    let reference = reference ?? value
    var (step, trial) = (first, gradient)
    for _ in 0..<100 {
      let point = moved(along: direction, by: step)
      if point == parameters { return nil }
      let next = goal.value(at: point, gradient: &trial)
      if next.isFinite, next <= reference + 1e-4 * step * slope + slack,
        trial.allSatisfy({ $0.isFinite })
      {
        accept(point, next, trial)
        return step
      }
      step /= 2
    }
    return nil
  }

  func ended(_ reason: Convergence.Reason) -> Minimum {
    let convergence = Convergence(
      reason: reason, iterations: iterations, gradientNorm: gradientNorm, trace: trace)
    return Minimum(parameters: parameters, value: value, convergence: convergence)
  }

  /// The end where a line search found nothing: the minimum, if no more than roundoff was to be gained.
  func endedWithoutDescent(promised decrease: Double) -> Minimum {
    ended(decrease <= 1e3 * max(roundoff, .leastNormalMagnitude) ? .precision : .noDescent)
  }
}
