import LinAlg

/// Gradient descent: x ← x − t ∇f(x).
///
/// With steps found by the line search the value never increases (`memory` 1). A fixed step that is too long
/// makes the values grow without bound; that is reported as `diverged`, not run to infinity.
public struct GradientDescent: Hashable, Sendable, Codable {
  /// How the length t of a step is chosen.
  public enum StepRule: Hashable, Sendable, Codable {
    /// Always the same.
    case fixed(Double)
    /// Twice the last one, halved until the value decreases enough (Armijo, c = 10⁻⁴).
    case backtracking
    /// sᵀs/sᵀy of the last change s of x and y of the gradient (Barzilai & Borwein 1988), halved like the others.
    case barzilaiBorwein
  }

  /// How the length of a step is chosen.
  public var step: StepRule
  /// A line search compares with the largest of so many last values: 1 never lets the value increase; about
  /// 10 lets Barzilai–Borwein steps run (Grippo, Lampariello & Lucidi 1986).
  public var memory: Int
  /// Stops when no element of the gradient is larger.
  public var gradientTolerance: Double
  /// The largest number of steps.
  public var maximumIterations: Int

  /// The method with these choices.
  public init(
    step: StepRule = .barzilaiBorwein, memory: Int = 1, gradientTolerance: Double = 1e-8,
    maximumIterations: Int = 100_000
  ) {
    (self.step, self.memory) = (step, max(1, memory))
    (self.gradientTolerance, self.maximumIterations) = (gradientTolerance, maximumIterations)
  }

  /// So many steps in a row that increase the value are divergence.
  private static let patience = 20

  /// Minimises an objective from a starting point.
  ///
  /// Throws: `dimensionMismatch`, `nonFiniteObjective`, and for a fixed step `diverged`.
  public func minimize(
    _ objective: some Objective, from start: [Double], progress: ProgressHandler? = nil
  ) throws(ModelError) -> Minimum {
    var search = try Search(objective, from: start, progress)
    try search.beginWithValueAndGradient()
    var last = (parameters: search.parameters, gradient: search.gradient)
    var (length, increases) = (0.0, 0)
    var recent = [search.value]
    while true {
      if search.gradientNorm <= gradientTolerance { return search.ended(.gradient) }
      if search.isStopped { return search.ended(.stopped) }
      if search.iterations >= maximumIterations { return search.ended(.iterationLimit) }
      let direction = search.gradient.map { -$0 }
      let slope = -dot(search.gradient, search.gradient)
      let before = (parameters: search.parameters, gradient: search.gradient)

      if case .fixed(let step) = step {
        let point = search.moved(along: direction, by: step)
        var gradient = search.gradient
        let value = objective.value(at: point, gradient: &gradient)
        increases = value > search.value ? increases + 1 : 0
        if !value.isFinite || increases >= Self.patience
          || !gradient.allSatisfy({ $0.isFinite })
        {
          throw .diverged(iteration: search.iterations + 1, value: value, step: step)
        }
        search.accept(point, value, gradient)
        continue
      }
      // The first step moves by about a hundredth of the point, or by 1.
      var first = length > 0 ? 2 * length : max(norm(start) / 100, 1) / norm(search.gradient)
      if step == .barzilaiBorwein, length > 0 {
        let s = zip(search.parameters, last.parameters).map { $0 - $1 }
        let y = zip(search.gradient, last.gradient).map { $0 - $1 }
        let curvature = dot(s, y)
        if curvature > 0 { first = dot(s, s) / curvature }
      }
      guard
        let taken = search.backtrack(
          along: direction, slope: slope, from: first, reference: recent.max(), slack: 0)
      else { return search.endedWithoutDescent(promised: -slope * first / 2) }
      length = taken
      last = before
      recent.append(search.value)
      if recent.count > memory { recent.removeFirst() }
    }
  }
}
