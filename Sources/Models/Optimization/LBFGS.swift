import LinAlg

/// The limited-memory BFGS method (Liu & Nocedal 1989) with a line search for the strong Wolfe conditions.
///
/// An iteration costs 4·memory·n flops and about one evaluation. A preconditioner, an approximate inverse of the
/// Hessian, takes the place of the scaled identity that the method otherwise begins with.
public struct LBFGS: Hashable, Sendable, Codable {
  /// The number of changes that are remembered.
  public var memory: Int
  /// Stops when the decrease that is left is no more than this part of the value, by what the next step promises and by
  /// how the values have decreased so far.
  public var tolerance: Double
  /// Stops when no element of the gradient is larger.
  public var gradientTolerance: Double
  /// The largest number of steps.
  public var maximumIterations: Int

  /// The method with these choices.
  public init(
    memory: Int = 10, tolerance: Double = 1e-14, gradientTolerance: Double = 1e-10,
    maximumIterations: Int = 10_000
  ) {
    (self.memory, self.tolerance) = (max(1, memory), tolerance)
    (self.gradientTolerance, self.maximumIterations) = (gradientTolerance, maximumIterations)
  }

  /// Minimises an objective from a starting point.
  ///
  /// Throws: `dimensionMismatch`, `nonFiniteObjective`.
  public func minimize<Goal: Objective>(
    _ objective: Goal, from start: [Double], progress: ProgressHandler? = nil,
    preconditioner: ((inout [Double]) -> Void)? = nil
  ) throws(ModelError) -> Minimum {
    var search = try Search(objective, from: start, progress)
    try search.beginWithValueAndGradient()
    var memory = Memory(capacity: self.memory, preconditioner)
    while true {
      if search.gradientNorm <= gradientTolerance { return search.ended(.gradient) }
      if search.isStopped { return search.ended(.stopped) }
      if search.iterations >= maximumIterations { return search.ended(.iterationLimit) }
      var direction = memory.direction(search.gradient)
      var slope = dot(search.gradient, direction)
      if !(slope < 0) {  // the memory is of no use here
        memory = Memory(capacity: self.memory, preconditioner)
        direction = memory.direction(search.gradient)
        slope = dot(search.gradient, direction)
        guard slope < 0 else { return search.endedWithoutDescent(promised: .infinity) }
      }
      let promised = -slope / 2
      if memory.hasScale, isEnough(promised, search) { return search.ended(.decrease) }
      let first = memory.hasScale ? 1 : min(1, 1 / norm(search.gradient))
      let before = (parameters: search.parameters, gradient: search.gradient)
      guard WolfeSearch.take(&search, along: direction, slope: slope, first: first) else {
        if memory.isEmpty { return search.endedWithoutDescent(promised: promised) }
        if promised <= 1e3 * search.roundoff { return search.ended(.precision) }
        memory = Memory(capacity: self.memory, preconditioner)
        continue
      }
      memory.remember(
        zip(search.parameters, before.parameters).map { $0 - $1 },
        zip(search.gradient, before.gradient).map { $0 - $1 })
    }
  }

  /// Whether what is left to gain is within the tolerance.
  ///
  /// What a step promises is all of it only if the Hessian is known in every direction; where convergence is slow it is
  /// not. A promise of roundoff, or of a thousandth of the tolerance, is enough whatever came before.
  private func isEnough(_ promised: Double, _ search: Search<some Objective>) -> Bool {
    let limit = tolerance * search.value.magnitude
    return promised <= limit
      && (promised <= max(search.roundoff, 1e-3 * limit) || search.extrapolatedDecrease <= limit)
  }

  /// The last changes s of the parameters and y of the gradient.
  private struct Memory {
    let capacity: Int
    let preconditioner: ((inout [Double]) -> Void)?
    private var pairs: [(s: [Double], y: [Double], product: Double)] = []

    init(capacity: Int, _ preconditioner: ((inout [Double]) -> Void)?) {
      (self.capacity, self.preconditioner) = (max(1, capacity), preconditioner)
    }

    var isEmpty: Bool { pairs.isEmpty }
    /// Whether directions have a length that means something.
    var hasScale: Bool { !pairs.isEmpty || preconditioner != nil }

    mutating func remember(_ s: [Double], _ y: [Double]) {
      let product = dot(s, y)
      // Only changes with positive curvature keep the approximation positive definite.
      guard product > 1e-14 * norm(s) * norm(y) else { return }
      if pairs.count == capacity { pairs.removeFirst() }
      pairs.append((s, y, product))
    }

    /// −H g by the two loops (Nocedal & Wright 2006, algorithm 7.4).
    func direction(_ gradient: [Double]) -> [Double] {
      var q = gradient.map { -$0 }
      var factors: [Double] = []
      for pair in pairs.reversed() {
        let factor = dot(pair.s, q) / pair.product
        axpy(-factor, pair.y, into: &q)
        factors.append(factor)
      }
      if let preconditioner {
        preconditioner(&q)
      } else if let last = pairs.last {
        scale(&q, by: last.product / dot(last.y, last.y))
      }
      for (pair, factor) in zip(pairs, factors.reversed()) {
        axpy(factor - dot(pair.y, q) / pair.product, pair.s, into: &q)
      }
      return q
    }
  }
}

/// A line search for the strong Wolfe conditions: bracketing, then cubic interpolation.
///
/// Nocedal & Wright 2006, algorithms 3.5 and 3.6, with c₁ = 10⁻⁴ and c₂ = 0.9.
enum WolfeSearch {
  private struct Trial {
    let step: Double
    let value: Double
    let slope: Double
    let point: [Double]
    let gradient: [Double]
  }

  /// Moves the search to a point that fulfils the conditions; false if there is none to be found.
  static func take<Goal: Objective>(
    _ search: inout Search<Goal>, along direction: [Double], slope: Double, first: Double
  ) -> Bool {
    let (start, slack, goal) = (search.value, search.roundoff, search.goal)
    let origin = search.parameters
    func trial(_ step: Double) -> Trial {
      var (point, gradient) = (origin, search.gradient)
      axpy(step, direction, into: &point)
      let value = goal.value(at: point, gradient: &gradient)
      let isUsable = value.isFinite && gradient.allSatisfy { $0.isFinite }
      return Trial(
        step: step, value: isUsable ? value : .infinity,
        slope: isUsable ? dot(gradient, direction) : .infinity, point: point, gradient: gradient)
    }
    func isTooHigh(_ t: Trial) -> Bool { !(t.value <= start + 1e-4 * t.step * slope + slack) }
    func isFlat(_ t: Trial) -> Bool { t.slope.magnitude <= -0.9 * slope }

    var low = Trial(
      step: 0, value: start, slope: slope, point: origin, gradient: search.gradient)
    var high: Trial?
    var step = first
    for _ in 0..<60 {
      let next = trial(step)
      let isBracketed = high != nil || low.step > 0
      if isTooHigh(next) || (isBracketed && next.value > low.value + slack) {
        high = next
      } else if isFlat(next) {
        search.accept(next.point, next.value, next.gradient)
        return true
      } else {
        // The minimum lies between `low`, the best so far, and `high`; here that is the side of the last `low`.
        if next.slope * ((high?.step ?? .infinity) - low.step) >= 0 { high = low }
        low = next
      }
      if let high {
        step = interpolated(low, high)
        if (high.step - low.step).magnitude <= 1e-12 * max(high.step, low.step) { break }
      } else {
        step = 3 * low.step
      }
    }
    // Not flat, but lower: better than nothing.
    guard low.step > 0, low.value < start, low.point != origin else { return false }
    search.accept(low.point, low.value, low.gradient)
    return true
  }

  /// The minimum of the cubic through both values and slopes, kept well inside the bracket.
  private static func interpolated(_ a: Trial, _ b: Trial) -> Double {
    let width = b.step - a.step
    let middle = a.step + width / 2
    guard b.value.isFinite else { return a.step + width / 10 }
    let d = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step)
    let square = d * d - a.slope * b.slope
    guard square >= 0 else { return middle }
    let root = width > 0 ? square.squareRoot() : -square.squareRoot()
    let step = b.step - width * (b.slope + root - d) / (b.slope - a.slope + 2 * root)
    let (lower, upper) = (min(a.step, b.step), max(a.step, b.step))
    let margin = (upper - lower) / 10
    return step.isFinite && step > lower + margin && step < upper - margin ? step : middle
  }
}
