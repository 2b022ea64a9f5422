import LinAlg

/// Newton's method with a Cholesky factorization of the Hessian and backtracking.
///
/// Where the Hessian is not positive definite a multiple of its diagonal is added until it is. The last step
/// is taken when the decrease that it promises is within the tolerance, so that the
/// result is far more accurate than that. An iteration costs n³/3 flops for n parameters, and the Hessian.
public struct Newton: Hashable, Sendable, Codable {
  /// Stops after a step that promised a decrease ½gᵀH⁻¹g of no more than this part of the value.
  public var tolerance: Double
  /// Stops when no element of the gradient is larger.
  public var gradientTolerance: Double
  /// The largest number of steps.
  public var maximumIterations: Int

  public init(
    tolerance: Double = 1e-10, gradientTolerance: Double = 1e-12, maximumIterations: Int = 100
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
    while true {
      if search.gradientNorm <= gradientTolerance { return search.ended(.gradient) }
      if search.isStopped { return search.ended(.stopped) }
      if search.iterations >= maximumIterations { return search.ended(.iterationLimit) }
      guard let direction = Self.direction(hessian, search.gradient) else {
        return search.ended(.noDescent)
      }
      let slope = dot(search.gradient, direction)
      if isEndless(search.parameters, direction, -slope / 2) { return search.ended(.separated) }
      let isLast = -slope / 2 <= tolerance * search.value.magnitude

      // The full step first: it nearly always does, and its Hessian is needed next.
      let point = search.moved(along: direction, by: 1)
      var gradient = search.gradient
      let next =
        isLast
        ? objective.value(at: point, gradient: &gradient)
        : objective.value(at: point, gradient: &gradient, hessian: &hessian)
      if next.isFinite, next <= search.value + 1e-4 * slope + search.roundoff,
        gradient.allSatisfy({ $0.isFinite })
      {
        search.accept(point, next, gradient)
      } else {
        guard
          search.backtrack(
            along: direction, slope: slope, from: 0.5, slack: search.roundoff) != nil
        else { return search.endedWithoutDescent(promised: -slope / 2) }
        _ = objective.value(at: search.parameters, gradient: &gradient, hessian: &hessian)
      }
      if isLast { return search.ended(.decrease) }
    }
  }

  /// −(H + τ diag H)⁻¹ g with the least τ of 0, 10⁻¹⁰, 10⁻⁸, … that makes the matrix positive definite.
  static func direction(_ hessian: Matrix<Double>, _ gradient: [Double]) -> [Double]? {
    var damping = 0.0
    let largest = max(hessian.diagonal.map(\.magnitude).max() ?? 0, .leastNormalMagnitude)
    while damping < 1e12 {
      var damped = hessian
      if damping > 0 {
        for j in 0..<damped.columns {
          damped[j, j] += damping * max(hessian[j, j].magnitude, 1e-8 * largest)
        }
      }
      if let factor = try? Cholesky(damped), let step = try? factor.solve(gradient),
        step.allSatisfy({ $0.isFinite }), dot(step, gradient) >= 0
      {
        return step.map { -$0 }
      }
      damping = damping == 0 ? 1e-10 : 100 * damping
    }
    return nil
  }
}
