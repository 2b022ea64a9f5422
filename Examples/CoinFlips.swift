import Charts
import Models

let coinFlips = Scenario(
  name: "coin-flips",
  question: "Six heads in ten tosses: how likely is that, and what does it say of the coin?"
) { report in
  let tosses = [true, false, true, true, false, true, false, true, false, true]
  let coin = try Bernoulli(0.2)
  let sequence = coin.likelihood(tosses)
  let count = try Binomial(trials: 10, probability: 0.2).probability(6)
  report.result(
    "at θ = 0.2 this sequence has the likelihood \(sequence), six heads in any order \(short(count, 7))"
  )
  try report.check(
    (sequence / 2.6214400000000015e-05 - 1).magnitude < 1e-14
      && (count / 0.005505024 - 1).magnitude < 1e-13,
    "0.2⁶·0.8⁴, and 210 times that")
  let posterior = BetaBinomial().updated(tosses)
  let interval = try posterior.distribution.highestDensityInterval()
  report.result(
    "from a uniform prior: mean \(short(posterior.distribution.mean)), 95 % of the probability from \(short(interval.lowerBound)) to \(short(interval.upperBound))"
  )
  report.result(
    "the coin favours heads with probability \(short(posterior.distribution.upperTail(0.5))); the next toss shows heads with \(short(posterior.predictiveProbability(1, of: 1)))"
  )
  let one = tosses.reduce(BetaBinomial()) { $0.updated([$1]) }
  try report.check(one == posterior, "toss after toss gives the same posterior as all at once")
  report.byHand(
    "the product of 10 000 such factors is \(try Bernoulli(0.5).likelihood(Array(repeating: true, count: 10_000))), its logarithm \(short(try Bernoulli(0.5).logLikelihood(successes: 10_000, of: 10_000)))"
  )
  try report.draw(
    try .density(
      posterior.distribution, prior: .uniform, title: "The coin after six heads in ten tosses"))
}
