/// Counts of successes whose probability θ is itself uncertain: θ ~ Beta(a, b), k | θ ~ Binomial(n, θ).
///
///     let prior = BetaBinomial()                        // uniform
///     let posterior = prior.updated(successes: 6, of: 10)
///     try posterior.distribution.equalTailedInterval()  // what is known of θ
///     posterior.predictiveProbability(3, of: 5)         // of 3 successes in 5 more trials
public struct BetaBinomial: Hashable, Sendable, Codable {
  /// What is known of θ.
  public let distribution: Beta

  /// Throws `invalidArgument` unless both shapes are positive and finite.
  public init(_ a: Double, _ b: Double) throws(ModelError) {
    distribution = try Beta(a, b)
  }

  /// With what is known of θ, by default nothing: every probability is as likely as another.
  public init(_ distribution: Beta = .uniform) { self.distribution = distribution }

  // MARK: Learning

  /// The posterior Beta(a + k, b + n − k) after k successes in n trials; data in portions give the same as all at once.
  ///
  /// Throws `invalidArgument` unless 0 ≤ k ≤ n.
  public func updated(successes: Int, of trials: Int) throws(ModelError) -> Self {
    try check(successes, trials)
    return Self(
      Beta(
        unchecked: distribution.a + Double(successes),
        distribution.b + Double(trials - successes)))
  }

  /// The posterior after outcomes.
  public func updated(_ outcomes: [Bool]) -> Self {
    let successes = outcomes.count { $0 }
    return Self(
      Beta(
        unchecked: distribution.a + Double(successes),
        distribution.b + Double(outcomes.count - successes)))
  }

  /// The logarithm of the probability of a sequence with k successes in n trials, θ integrated out:
  /// log B(a + k, b + n − k) − log B(a, b).
  ///
  /// Throws `invalidArgument` unless 0 ≤ k ≤ n.
  public func logMarginalLikelihood(
    successes: Int, of trials: Int
  ) throws(ModelError) -> Double {
    try check(successes, trials)
    let (k, m) = (Double(successes), Double(trials - successes))
    let (p, q) = posteriorMean(k, m)
    return weighted(k, log(p)) + weighted(m, log(q)) + logRatio(k, m)
  }

  /// The mean of the posterior, and 1 less it.
  private func posteriorMean(_ k: Double, _ m: Double) -> (Double, Double) {
    let (a, b) = (distribution.a + k, distribution.b + m)
    return (a / (a + b), b / (a + b))
  }

  /// log B(a + k, b + m) − log B(a, b), less k log p + m log q for the mean p of the posterior.
  ///
  /// Each term is a binomial density near its mode, so that no large logarithms cancel.
  private func logRatio(_ k: Double, _ m: Double) -> Double {
    let (a, b) = (distribution.a, distribution.b)
    let (p, q) = posteriorMean(k, m)
    let factors = a / (a + k) * (b / (b + m)) * ((a + b + k + m) / (a + b))
    return binomialLogDensity(a, b, p, q) - binomialLogDensity(a + k, b + m, p, q) + log(factors)
  }

  // MARK: Prediction

  /// log P(k) of k successes in n trials; −∞ outside 0...n.
  public func predictiveLogProbability(_ k: Int, of trials: Int) -> Double {
    guard k >= 0, k <= trials else { return -.infinity }
    let (k, m) = (Double(k), Double(trials - k))
    let (p, q) = posteriorMean(k, m)
    return binomialLogDensity(k, m, p, q) + logRatio(k, m)
  }

  /// P(k) of k successes in n trials.
  public func predictiveProbability(_ k: Int, of trials: Int) -> Double {
    exp(predictiveLogProbability(k, of: trials))
  }

  private func check(_ successes: Int, _ trials: Int) throws(ModelError) {
    guard trials <= 1 << 53 else {
      throw .invalidArgument("trials", allowed: "at most 2^53", found: Double(trials))
    }
    guard trials >= 0, successes >= 0, successes <= trials else {
      throw .invalidArgument(
        "successes", allowed: "from 0 to \(trials)", found: Double(successes))
    }
  }
}
