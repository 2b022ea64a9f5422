internal import CDistributions

/// The number k of successes in n independent trials of probability θ.
///
/// Probabilities are computed from their logarithms by Loader's saddle-point expansion (2000), whose error does not grow
/// with the counts: 10⁹ trials are as good as 10.
public struct Binomial: Hashable, Sendable, Codable {
  /// The number n of trials.
  public let trials: Int
  /// The probability θ of a success.
  public let probability: Double

  /// Throws `invalidArgument` unless 0 ≤ n ≤ 2⁵³ and 0 ≤ θ ≤ 1.
  public init(trials: Int, probability: Double) throws(ModelError) {
    guard trials >= 0, trials <= 1 << 53 else {
      throw .invalidArgument("trials", allowed: "from 0 to 2^53", found: Double(trials))
    }
    guard probability >= 0, probability <= 1 else {
      throw .invalidArgument("probability", allowed: "from 0 to 1", found: probability)
    }
    (self.trials, self.probability) = (trials, probability)
  }

  /// The fit of greatest likelihood, θ = k/n.
  ///
  /// Throws `noData` for n = 0, `invalidArgument` unless 0 ≤ k ≤ n.
  public init(fittingSuccesses successes: Int, of trials: Int) throws(ModelError) {
    guard trials > 0 else { throw .noData }
    guard successes >= 0, successes <= trials else {
      throw .invalidArgument("successes", allowed: "from 0 to \(trials)", found: Double(successes))
    }
    try self.init(trials: trials, probability: Double(successes) / Double(trials))
  }

  /// nθ.
  public var mean: Double { Double(trials) * probability }
  /// nθ(1 − θ).
  public var variance: Double { mean * (1 - probability) }

  // MARK: Probabilities

  /// log P(k); −∞ outside 0...n.
  public func logProbability(_ k: Int) -> Double {
    guard k >= 0, k <= trials else { return -.infinity }
    if probability == 0 { return k == 0 ? 0 : -.infinity }
    if probability == 1 { return k == trials ? 0 : -.infinity }
    return binomialLogDensity(Double(k), Double(trials - k), probability, 1 - probability)
  }

  /// P(k) = (n choose k) θᵏ (1 − θ)ⁿ⁻ᵏ.
  public func probability(_ k: Int) -> Double { exp(logProbability(k)) }

  /// P(K ≤ k).
  public func cdf(_ k: Int) -> Double {
    if k < 0 { return 0 }
    if k >= trials || probability == 0 { return 1 }
    if probability == 1 { return 0 }
    return beta_sf(Double(k) + 1, Double(trials - k), probability)
  }

  /// P(K > k), accurate where it is small.
  public func upperTail(_ k: Int) -> Double {
    if k < 0 { return 1 }
    if k >= trials || probability == 0 { return 0 }
    if probability == 1 { return 1 }
    return beta_cdf(Double(k) + 1, Double(trials - k), probability)
  }

  /// log P(K ≤ k), also where the probability underflows.
  public func logCDF(_ k: Int) -> Double {
    let p = cdf(k)
    if p > 0.5 { return log1p(-upperTail(k)) }
    if p > 1e-290 || k < 0 || probability == 1 { return log(p) }
    // P(k) (1 + P(k−1)/P(k) + …): far below the mean the terms fall fast.
    let odds = (1 - probability) / probability
    return logProbability(k) + logSeries(k) { Double($0) / Double(trials - $0 + 1) * odds }
  }

  /// log P(K > k), likewise.
  public func logUpperTail(_ k: Int) -> Double {
    let p = upperTail(k)
    if p > 0.5 { return log1p(-cdf(k)) }
    if p > 1e-290 || k >= trials || probability == 0 { return log(p) }
    let odds = probability / (1 - probability)
    // From k + 1 upwards; counted by failures, so that the series walks down as the other one does.
    return logProbability(k + 1)
      + logSeries(trials - k - 1) { Double($0) / Double(trials - $0 + 1) * odds }
  }

  /// log(1 + r(first) + r(first) r(first − 1) + …).
  private func logSeries(_ first: Int, _ ratio: (Int) -> Double) -> Double {
    var (sum, term, k) = (1.0, 1.0, first)
    while k > 0, term > sum * .ulpOfOne / 4 {
      term *= ratio(k)
      sum += term
      k -= 1
    }
    return log(sum)
  }

  /// The least k with P(K ≤ k) ≥ p.
  ///
  /// Throws `invalidArgument` unless 0 ≤ p ≤ 1.
  public func quantile(_ p: Double) throws(ModelError) -> Int {
    guard p >= 0, p <= 1 else {
      throw .invalidArgument("p", allowed: "from 0 to 1", found: p)
    }
    if p == 0 || trials == 0 || probability == 0 { return 0 }
    if p == 1 || probability == 1 { return trials }
    // By bisection: the distribution function is monotone.
    var (low, high) = (-1, trials)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if cdf(middle) >= p { high = middle } else { low = middle }
    }
    return high
  }
}

/// log [Γ(n + 1)/(Γ(x + 1) Γ(y + 1)) pˣ qʸ] with n = x + y and q = 1 − p, for real x and y from 0 on (Loader 2000).
func binomialLogDensity(_ x: Double, _ y: Double, _ p: Double, _ q: Double) -> Double {
  let n = x + y
  if x == 0 { return y == 0 ? 0 : y * (p < 0.5 ? log1p(-p) : log(q)) }
  if y == 0 { return x * (q < 0.5 ? log1p(-q) : log(p)) }
  return factorialError(n) - factorialError(x) - factorialError(y) - deviance(x, n * p)
    - deviance(y, n * q) + 0.5 * (log(n) - log(x) - log(y) - log(2 * .pi))
}

/// The error of Stirling's formula for log Γ(x + 1).
private func factorialError(_ x: Double) -> Double {
  if x >= 16 { return stirlingError(x) }
  return log_gamma(x + 1) - (0.5 * log(2 * .pi * x) + x * log(x) - x)
}

/// x log(x/m) + m − x, without cancellation where x is close to m.
private func deviance(_ x: Double, _ m: Double) -> Double {
  let difference = x - m
  guard difference.magnitude < 0.1 * (x + m) else { return x * log(x / m) - difference }
  // With v = (x − m)/(x + m): log(x/m) = 2 (v + v³/3 + v⁵/5 + …).
  let v = difference / (x + m)
  var (sum, term) = (difference * v, 2 * x * v)
  for j in 1..<1000 {
    term *= v * v
    let next = sum + term / Double(2 * j + 1)
    if next == sum { break }
    sum = next
  }
  return sum
}
