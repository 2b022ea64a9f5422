import LinAlg

/// Newton's method with a Cholesky factorization of the Hessian and backtracking.
///
/// Where the Hessian is not positive definite a multiple of its diagonal is added until it is. Close to the minimum it
/// is kept as long as each step gains two digits (Shamanskii 1967), so that the last iterations cost a gradient
/// each. The last step is taken when the decrease that it promises is within the tolerance. An iteration costs n³/3 flops for n parameters, and the Hessian.
public struct Newton: Hashable, Sendable, Codable {
  /// Stops after a step that promised a decrease ½gᵀH⁻¹g of no more than this part of the value.
  public var tolerance: Double
  /// Stops when no element of the gradient is larger.
  public var gradientTolerance: Double
  /// The largest number of steps.
  public var maximumIterations: Int

  /// The method with these choices.
  public init(
    tolerance: Double = 1e-24, gradientTolerance: Double = 1e-12, maximumIterations: Int = 100
  ) {
    self.tolerance = tolerance
    (self.gradientTolerance, self.maximumIterations) = (gradientTolerance, maximumIterations)
  }

  /// Minimises an objective from a starting point.
  ///
  /// Throws: `dimensionMismatch`, `nonFiniteObjective`.
  public func minimize(
    _ objective: some CurvedObjective, from start: [Double], progress: ProgressHandler? = nil
  ) throws(ModelError) -> Minimum {
    try minimize(objective, from: start, progress: progress) { _, _, _ in false }
  }

  /// The same; `isEndless` sees each point, its direction and the promised decrease, and ends a search that
  /// runs to infinity.
  func minimize<Goal: CurvedObjective>(
    _ objective: Goal, from start: [Double], progress: ProgressHandler?,
    isEndless: (_ point: [Double], _ direction: [Double], _ decrease: Double) -> Bool
  ) throws(ModelError) -> Minimum {
    let count = objective.parameterCount
    var search = try Search(objective, from: start, progress)
    var hessian = Matrix<Double>(rows: count, columns: count)
    try search.begin(
      objective.value(at: start, gradient: &search.gradient, hessian: &hessian))
    var factor = Self.factor(hessian)
    // What the last step promised, if the Hessian is not that of the current point.
    var lastPromise: Double?
    while true {
      if search.gradientNorm <= gradientTolerance { return search.ended(.gradient) }
      if search.isStopped { return search.ended(.stopped) }
      if search.iterations >= maximumIterations { return search.ended(.iterationLimit) }
      var gradient = search.gradient
      guard let direction = Self.direction(factor, gradient) else {
        return search.ended(.noDescent)
      }
      let slope = dot(gradient, direction)
      let promise = -slope / 2
      if let last = lastPromise, promise > 0.01 * last {
        // The old Hessian no longer does.
        _ = objective.value(at: search.parameters, gradient: &gradient, hessian: &hessian)
        (factor, lastPromise) = (Self.factor(hessian), nil)
        continue
      }
      if search.isRoundoff(promised: promise) { return search.ended(.precision) }
      if isEndless(search.parameters, direction, promise) { return search.ended(.separated) }
      let isLast = promise <= tolerance * search.value.magnitude
      // Close to the minimum the Hessian hardly changes: it is kept as long as steps gain two digits each.
      let keepsHessian = isLast || promise <= 1e-3 * search.value.magnitude

      // The full step first: it nearly always does.
      let point = search.moved(along: direction, by: 1)
      let next =
        keepsHessian
        ? objective.value(at: point, gradient: &gradient)
        : objective.value(at: point, gradient: &gradient, hessian: &hessian)
      if next.isFinite, next <= search.value + 1e-4 * slope + search.roundoff,
        gradient.allSatisfy({ $0.isFinite })
      {
        search.accept(point, next, gradient)
        if isLast { return search.ended(.decrease) }
        if keepsHessian {
          lastPromise = promise
        } else {
          factor = Self.factor(hessian)
        }
      } else {
        guard
          search.backtrack(
            along: direction, slope: slope, from: 0.5, slack: search.roundoff) != nil
        else { return search.endedWithoutDescent(promised: promise) }
        _ = objective.value(at: search.parameters, gradient: &gradient, hessian: &hessian)
        (factor, lastPromise) = (Self.factor(hessian), nil)
      }
    }
  }

  /// The Cholesky factorization of H + τ diag H with the least τ of 0, 10⁻¹⁰, 10⁻⁸, … for which there is one.
  static func factor(_ hessian: Matrix<Double>) -> Cholesky<Double>? {
    var damping = 0.0
    let largest = max(hessian.diagonal.map(\.magnitude).max() ?? 0, .leastNormalMagnitude)
    while damping < 1e12 {
      var damped = hessian
      if damping > 0 {
        for j in 0..<damped.columns {
          damped[j, j] += damping * max(hessian[j, j].magnitude, 1e-8 * largest)
        }
      }
      if let factor = try? Cholesky(damped) { return factor }
      damping = damping == 0 ? 1e-10 : 100 * damping
    }
    return nil
  }

  /// −H⁻¹ g; nil if that is no direction of descent.
  static func direction(_ factor: Cholesky<Double>?, _ gradient: [Double]) -> [Double]? {
    guard let step = try? factor?.solve(gradient), step.allSatisfy({ $0.isFinite }),
      dot(step, gradient) >= 0
    else { return nil }
    return step.map { -$0 }
  }
}
