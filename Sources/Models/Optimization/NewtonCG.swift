import LinAlg

/// Newton's method with directions from conjugate gradients, which need products with the Hessian only.
///
/// The inner iterations stop at the accuracy that the outer ones can use (Dembo & Steihaug 1983); a
/// preconditioner is an approximate inverse of the Hessian.
public struct NewtonCG: Hashable, Sendable, Codable {
  /// Stops after a step that promised a decrease of no more than this part of the value.
  public var tolerance: Double
  /// Stops when no element of the gradient is larger.
  public var gradientTolerance: Double
  /// The largest number of steps.
  public var maximumIterations: Int

  /// The method with these choices.
  public init(
    tolerance: Double = 1e-12, gradientTolerance: Double = 1e-10, maximumIterations: Int = 200
  ) {
    self.tolerance = tolerance
    (self.gradientTolerance, self.maximumIterations) = (gradientTolerance, maximumIterations)
  }

  /// Minimises an objective from a starting point.
  ///
  /// Throws: `dimensionMismatch`, `nonFiniteObjective`.
  public func minimize<Goal: HessianProductObjective>(
    _ objective: Goal, from start: [Double], progress: ProgressHandler? = nil,
    preconditioner: ((inout [Double]) -> Void)? = nil
  ) throws(ModelError) -> Minimum {
    var search = try Search(objective, from: start, progress)
    try search.beginWithValueAndGradient()
    let initial = search.gradientNorm
    while true {
      if search.gradientNorm <= gradientTolerance { return search.ended(.gradient) }
      if search.isStopped { return search.ended(.stopped) }
      if search.iterations >= maximumIterations { return search.ended(.iterationLimit) }
      let forcing = min(0.5, (search.gradientNorm / initial).squareRoot())
      let direction = Self.direction(
        objective, search.parameters, search.gradient, accuracy: max(forcing, 1e-10),
        preconditioner)
      let slope = dot(search.gradient, direction)
      guard slope < 0 else { return search.endedWithoutDescent(promised: .infinity) }
      if search.isRoundoff(promised: -slope / 2) { return search.ended(.precision) }
      let isLast = -slope / 2 <= tolerance * search.value.magnitude
      guard
        search.backtrack(along: direction, slope: slope, slack: search.roundoff) != nil
      else { return search.endedWithoutDescent(promised: -slope / 2) }
      if isLast { return search.ended(.decrease) }
    }
  }

  /// An approximate solution d of H d = −g.
  private static func direction<Goal: HessianProductObjective>(
    _ goal: Goal, _ point: [Double], _ gradient: [Double], accuracy: Double,
    _ preconditioner: ((inout [Double]) -> Void)?
  ) -> [Double] {
    func preconditioned(_ r: [Double]) -> [Double] {
      var z = r
      preconditioner?(&z)
      return z
    }
    var d = [Double](repeating: 0, count: gradient.count)
    var r = gradient.map { -$0 }
    var z = preconditioned(r)
    var p = z
    var product = dot(r, z)
    let goalProduct = accuracy * accuracy * product
    for k in 0..<(2 * gradient.count + 10) {
      let curved = goal.hessianProduct(at: point, p)
      let curvature = dot(p, curved)
      if !(curvature > 0) { return k == 0 ? z : d }
      let length = product / curvature
      axpy(length, p, into: &d)
      axpy(-length, curved, into: &r)
      z = preconditioned(r)
      let next = dot(r, z)
      if next <= goalProduct { break }
      let momentum = next / product
      p = zip(z, p).map { $0 + momentum * $1 }
      product = next
    }
    return d
  }
}
