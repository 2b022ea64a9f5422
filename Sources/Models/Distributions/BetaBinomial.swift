internal import CDistributions

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
    return log_beta(
      distribution.a + Double(successes), distribution.b + Double(trials - successes))
      - log_beta(distribution.a, distribution.b)
  }

  // MARK: Prediction

  /// log P(k) of k successes in n trials; −∞ outside 0...n.
  public func predictiveLogProbability(_ k: Int, of trials: Int) -> Double {
    guard k >= 0, k <= trials else { return -.infinity }
    // (n choose k) = 1/((n + 1) B(k + 1, n − k + 1)).
    return log_beta(distribution.a + Double(k), distribution.b + Double(trials - k))
      - log_beta(distribution.a, distribution.b)
      - log_beta(Double(k) + 1, Double(trials - k) + 1) - log(Double(trials) + 1)
  }

  /// P(k) of k successes in n trials.
  public func predictiveProbability(_ k: Int, of trials: Int) -> Double {
    exp(predictiveLogProbability(k, of: trials))
  }

  private func check(_ successes: Int, _ trials: Int) throws(ModelError) {
    guard trials >= 0, successes >= 0, successes <= trials else {
      throw .invalidArgument(
        "successes", allowed: "from 0 to \(trials)", found: Double(successes))
    }
  }
}
