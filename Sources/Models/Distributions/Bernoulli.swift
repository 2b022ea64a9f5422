/// A sequence of independent yes-or-no outcomes, each `true` with probability θ.
///
///     let coin = try Bernoulli(0.2)
///     coin.likelihood([true, false, true])
public struct Bernoulli: Hashable, Sendable, Codable {
  /// The probability θ of `true`.
  public let probability: Double

  /// Throws `invalidArgument` unless 0 ≤ θ ≤ 1.
  public init(_ probability: Double) throws(ModelError) {
    guard probability >= 0, probability <= 1 else {
      throw .invalidArgument("probability", allowed: "from 0 to 1", found: probability)
    }
    self.probability = probability
  }

  /// The fit of greatest likelihood: the share of `true`.
  ///
  /// Throws `noData`.
  public init(fitting outcomes: [Bool]) throws(ModelError) {
    guard !outcomes.isEmpty else { throw .noData }
    try self.init(Double(outcomes.count { $0 }) / Double(outcomes.count))
  }

  /// log Π θ^yᵢ (1 − θ)^(1 − yᵢ): 0 for no outcomes, −∞ for an impossible one.
  public func logLikelihood(_ outcomes: [Bool]) -> Double {
    logLikelihood(successes: outcomes.count { $0 }, of: outcomes.count)
  }

  /// The same from counts: of a sequence, not of all sequences with these counts (see `Binomial`); −∞ unless
  /// 0 ≤ successes ≤ trials.
  public func logLikelihood(successes: Int, of trials: Int) -> Double {
    guard successes >= 0, successes <= trials else { return -.infinity }
    return weighted(Double(successes), log(probability))
      + weighted(Double(trials - successes), log1p(-probability))
  }

  /// Π θ^yᵢ (1 − θ)^(1 − yᵢ), multiplied out; it underflows for long sequences, its logarithm does not.
  public func likelihood(_ outcomes: [Bool]) -> Double {
    outcomes.reduce(1) { $0 * ($1 ? probability : 1 - probability) }
  }

  /// The logarithm of P(outcome).
  public func logProbability(_ outcome: Bool) -> Double {
    outcome ? log(probability) : log1p(-probability)
  }
}
