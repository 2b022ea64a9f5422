internal import CDistributions
import LinAlg

/// The beta distribution on [0, 1], with density θ^(a−1) (1−θ)^(b−1) / B(a, b): what is known of a probability.
public struct Beta: Hashable, Sendable, Codable {
  /// The first shape: one more than the successes of a sample that would say as much, after a uniform prior.
  public let a: Double
  /// The second shape: one more than the failures.
  public let b: Double

  /// Throws `invalidArgument` unless both shapes are positive and finite.
  public init(_ a: Double, _ b: Double) throws(ModelError) {
    for (name, value) in [("a", a), ("b", b)] where !(value > 0 && value.isFinite) {
      throw .invalidArgument(name, allowed: "positive and finite", found: value)
    }
    (self.a, self.b) = (a, b)
  }

  init(unchecked a: Double, _ b: Double) { (self.a, self.b) = (a, b) }

  /// The uniform distribution, a = b = 1.
  public static let uniform = Beta(unchecked: 1, 1)

  /// a/(a + b).
  public var mean: Double { a / (a + b) }
  /// ab/((a + b)²(a + b + 1)).
  public var variance: Double { mean * (b / (a + b)) / (a + b + 1) }
  /// The point of greatest density; nil where it is not one point (both shapes at most 1).
  public var mode: Double? {
    if a > 1 || b > 1 { return a <= 1 ? 0 : b <= 1 ? 1 : (a - 1) / (a + b - 2) }
    if a == 1 && b < 1 { return 1 }
    return b == 1 && a < 1 ? 0 : nil
  }

  /// log of the density.
  public func logDensity(_ theta: Double) -> Double {
    guard theta >= 0, theta <= 1 else { return -.infinity }
    return weighted(a - 1, log(theta)) + weighted(b - 1, log1p(-theta)) - logBeta(a, b)
  }

  /// P(θ ≤ x), the regularised incomplete beta function.
  public func cdf(_ x: Double) -> Double { x <= 0 ? 0 : x >= 1 ? 1 : beta_cdf(a, b, x) }
  /// P(θ > x), accurate where it is small.
  public func upperTail(_ x: Double) -> Double { x <= 0 ? 1 : x >= 1 ? 0 : beta_sf(a, b, x) }

  /// The x with cdf p; NaN outside [0, 1].
  public func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? 0 : p == 1 ? 1 : .nan }
    // Far in the lower tail P(θ ≤ x) = x^a/(a B(a, b)) but for a factor 1 + O(x).
    let x = exp((log(p) + log(a) + logBeta(a, b)) / a)
    return x * max(1, b) < 1e-18 ? x : beta_quantile(a, b, p)
  }

  /// P(lower < θ ≤ upper), from the tail in which it is more accurate.
  public func probability(_ interval: ClosedRange<Double>) -> Double {
    interval.lowerBound > mean
      ? upperTail(interval.lowerBound) - upperTail(interval.upperBound)
      : cdf(interval.upperBound) - cdf(interval.lowerBound)
  }

  // MARK: Credible intervals

  /// The interval with as much probability below it as above.
  ///
  /// Throws `invalidArgument` unless 0 < mass < 1.
  public func equalTailedInterval(mass: Double = 0.95) throws(ModelError) -> ClosedRange<Double> {
    try check(mass)
    let tail = (1 - mass) / 2
    // The upper end is 1 less the lower end of the mirror image, which is as accurate.
    return try interval(quantile(tail), 1 - Beta(unchecked: b, a).quantile(tail))
  }

  /// The shortest interval of a probability: no point outside is denser than one inside.
  ///
  /// Throws `invalidArgument` unless 0 < mass < 1; `notAvailable` where the densest points are no interval (both shapes
  /// below 1) or any interval will do (both are 1).
  public func highestDensityInterval(
    mass: Double = 0.95
  ) throws(ModelError) -> ClosedRange<Double> {
    try check(mass)
    guard a > 1 || b > 1 || a != b, max(a, b) >= 1 else {
      throw .notAvailable("a highest-density interval of Beta(\(a), \(b))")
    }
    if a <= 1 && b >= 1 { return 0...quantile(mass) }
    if b <= 1 { return (1 - Beta(unchecked: b, a).quantile(mass))...1 }
    // The lower tail t at which both ends are equally dense; the difference of densities falls with t.
    var (low, high) = (0.0, 1 - mass)
    func ends(_ tail: Double) -> (Double, Double) {
      (quantile(tail), 1 - Beta(unchecked: b, a).quantile(max(0, 1 - mass - tail)))
    }
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      let (lower, upper) = ends(middle)
      if logDensity(lower) < logDensity(upper) { low = middle } else { high = middle }
    }
    let (lower, upper) = ends(low + (high - low) / 2)
    return try interval(lower, upper)
  }

  /// Roundoff may let the ends of a tiny interval cross.
  private func interval(_ a: Double, _ b: Double) throws(ModelError) -> ClosedRange<Double> {
    if a.isNaN || b.isNaN { throw .notAvailable("an interval of \(self)") }
    return min(a, b)...max(a, b)
  }

  private func check(_ mass: Double) throws(ModelError) {
    guard mass > 0, mass < 1 else {
      throw .invalidArgument("mass", allowed: "between 0 and 1", found: mass)
    }
  }
}

/// count·logarithm, where nothing times minus infinity is nothing.
func weighted(_ count: Double, _ logarithm: Double) -> Double {
  count == 0 ? 0 : count * logarithm
}

/// log B(a, b) without the difference of large logarithms (Didonato & Morris 1992).
func logBeta(_ a: Double, _ b: Double) -> Double {
  let (small, large) = (min(a, b), max(a, b))
  if large < 10 { return log_gamma(small) + log_gamma(large) - log_gamma(small + large) }
  let total = small + large
  let rest = log1p(-small / total)
  let errors = stirlingError(large) - stirlingError(total)
  if small < 10 {
    return log_gamma(small) + errors + small - small * log(total) + (large - 0.5) * rest
  }
  return 0.5 * (log(2 * .pi) - log(large)) + stirlingError(small) + errors
    + (small - 0.5) * log(small / total) + large * rest
}

/// log Γ(x + 1) − [½ log(2πx) + x log x − x], the error of Stirling's formula, for x ≥ 10.
func stirlingError(_ x: Double) -> Double {
  let square = 1 / (x * x)
  let series =
    1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188)))
  return (1.0 / 12 - square * series) / x
}
