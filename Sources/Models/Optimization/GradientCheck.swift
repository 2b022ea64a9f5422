/// What `checkGradient` found: analytic and numerical derivatives side by side.
public struct GradientCheck: Hashable, Sendable {
  /// One parameter.
  public struct Entry: Hashable, Sendable {
    /// The index of the parameter.
    public let parameter: Int
    /// The derivative that the objective gives.
    public let analytic: Double
    /// The derivative from differences of values.
    public let numeric: Double
    /// How far the differences themselves may be off, from two step lengths and roundoff.
    public let uncertainty: Double

    /// |analytic − numeric|, relative to the larger of both.
    public var relativeError: Double {
      let size = max(analytic.magnitude, numeric.magnitude)
      return size == 0 ? 0 : (analytic - numeric).magnitude / size
    }
  }

  /// All parameters, in order.
  public let entries: [Entry]

  /// Whether each derivative agrees, within a relative tolerance or within what differences can tell.
  public func passes(tolerance: Double = 1e-6) -> Bool { failures(tolerance: tolerance).isEmpty }

  /// The parameters whose derivatives disagree, the worst first.
  public func failures(tolerance: Double = 1e-6) -> [Entry] {
    entries.filter {
      !(($0.analytic - $0.numeric).magnitude
        <= max(tolerance * max($0.analytic.magnitude, $0.numeric.magnitude), 10 * $0.uncertainty))
    }.sorted { $0.relativeError > $1.relativeError }
  }
}

/// Compares the gradient of an objective with differences of its values, parameter by parameter.
///
/// Central differences of steps h and h/2, extrapolated: an error of order h⁴ with h = eps^⅕ max(1, |x|). 4
/// evaluations a parameter. Throws: `dimensionMismatch`, `nonFiniteObjective`.
public func checkGradient(
  of objective: some Objective, at parameters: [Double]
) throws(ModelError) -> GradientCheck {
  guard parameters.count == objective.parameterCount else {
    throw .dimensionMismatch(
      "parameters", expected: objective.parameterCount, found: parameters.count)
  }
  var gradient = [Double](repeating: 0, count: parameters.count)
  var scratch = gradient
  let value = objective.value(at: parameters, gradient: &gradient)
  guard value.isFinite else { throw .nonFiniteObjective(value) }
  var point = parameters
  var entries: [GradientCheck.Entry] = []
  for j in parameters.indices {
    let x = parameters[j]
    // A power of 2, so that x ± h differ by 2h exactly.
    let size = 7e-4 * max(1, x.magnitude)
    let h = Double(sign: .plus, exponent: size.exponent, significand: 1)
    func difference(_ h: Double) -> (slope: Double, size: Double) {
      point[j] = x + h
      let above = objective.value(at: point, gradient: &scratch)
      point[j] = x - h
      let below = objective.value(at: point, gradient: &scratch)
      point[j] = x
      return ((above - below) / (2 * h), max(above.magnitude, below.magnitude))
    }
    let (wide, narrow) = (difference(h), difference(h / 2))
    let numeric = (4 * narrow.slope - wide.slope) / 3
    let roundoff = 4 * Double.ulpOfOne * max(wide.size, narrow.size, value.magnitude) / h
    entries.append(
      GradientCheck.Entry(
        parameter: j, analytic: gradient[j], numeric: numeric,
        uncertainty: roundoff + 1e-3 * (wide.slope - narrow.slope).magnitude))
  }
  return GradientCheck(entries: entries)
}
