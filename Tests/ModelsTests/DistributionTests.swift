import Foundation
import LinAlg
import Models
import TestSupport
import Testing

/// Distributions against 50-digit arithmetic, `Reference/distributions.py`.
@Suite struct DistributionTests {
  struct Tables: Decodable {
    struct Row: Decodable {
      let df: Double?
      let d1: Double?
      let d2: Double?
      let x: Double?
      let p: Double?
      let a: Double?
      let b: Double?
      let n: Int?
      let k: Int?
      let theta: Double?
      let mass: Double?
      let value: Classic.Numbers?
      let cdf: Classic.Numbers?
      let sf: Classic.Numbers?
      let logPMF: Classic.Numbers?
      let logCDF: Classic.Numbers?
      let logSF: Classic.Numbers?
      let equalTailed: Classic.Numbers?
      let highestDensity: Classic.Numbers?
      let logSequence: Classic.Numbers?
      let logCount: Classic.Numbers?
    }
    let studentT, studentTQuantile, fisherF, chiSquared, normal, normalQuantile: [Row]
    let beta, betaQuantile, binomial, binomialQuantile, betaBinomial, interval, marginal: [Row]
  }

  static let tables: Tables = {
    let file = Classic.folder.deletingLastPathComponent().appending(path: "distributions.json")
    do {
      return try JSONDecoder().decode(Tables.self, from: Data(contentsOf: file))
    } catch {
      preconditionFailure("\(file): \(error)")
    }
  }()

  private func check(
    _ value: Double, _ reference: Classic.Numbers?, _ digits: Double, _ what: String
  ) throws {
    let exact = try #require(reference).value
    // What underflows has no digits; the logarithms are checked there.
    if exact.magnitude < 1e-300 {
      #expect(value.magnitude < 1e-290, "\(what): \(value)")
    } else {
      #expect(Bounds.digits(value, exact) >= digits, "\(what): \(value), exact \(exact)")
    }
  }

  @Test func studentAndFisherAndChiSquared() throws {
    for row in Self.tables.studentT {
      let (df, x) = (try #require(row.df), try #require(row.x))
      let t = Distribution.studentT(df)
      let tail = x < 0 ? row.cdf : row.sf
      try check(t.twoSided(x) / 2, tail, 12, "t \(df) \(x)")
    }
    for row in Self.tables.studentTQuantile {
      let (df, p) = (try #require(row.df), try #require(row.p))
      // halfWidth takes 1 − 2p, which is exact for these p only where p is not tiny.
      guard p > 1e-3, p < 0.5 else { continue }
      try check(
        -Distribution.studentT(df).halfWidth(level: 1 - 2 * p), row.value, 10, "t⁻¹ \(df) \(p)")
    }
    for row in Self.tables.fisherF {
      let (d1, d2, x) = (try #require(row.d1), try #require(row.d2), try #require(row.x))
      try check(Distribution.fisherFUpperTail(d1, d2, x), row.sf, 11, "F \(d1) \(d2) \(x)")
    }
    for row in Self.tables.chiSquared {
      let (df, x) = (try #require(row.df), try #require(row.x))
      try check(Distribution.chiSquaredUpperTail(df, x), row.sf, 11, "χ² \(df) \(x)")
    }
    for row in Self.tables.normal {
      let x = try #require(row.x)
      try check(
        Distribution.normal.twoSided(x) / 2, x < 0 ? row.cdf : row.sf, 12, "normal \(x)")
    }
    #expect(Distribution.studentT(0).twoSided(1).isNaN)
    #expect(Distribution.fisherFUpperTail(1, 1, -1).isNaN)
    #expect(Distribution.fisherFUpperTail(1, 2, .infinity) == 0)
  }

  @Test func betaFunctions() throws {
    for row in Self.tables.beta {
      let (a, b, x) = (try #require(row.a), try #require(row.b), try #require(row.x))
      let beta = try Beta(a, b)
      // The condition number of the incomplete beta function grows with the shapes.
      let digits = 12 - max(0, log10(max(a, b)) / 2)
      try check(beta.cdf(x), row.cdf, digits, "beta \(a) \(b) \(x)")
      try check(beta.upperTail(x), row.sf, digits, "beta \(a) \(b) \(x)")
    }
    for row in Self.tables.betaQuantile {
      let (a, b, p) = (try #require(row.a), try #require(row.b), try #require(row.p))
      try check(try Beta(a, b).quantile(p), row.value, 10, "beta⁻¹ \(a) \(b) \(p)")
    }
  }

  @Test func credibleIntervals() throws {
    for row in Self.tables.interval {
      let (a, b, mass) = (try #require(row.a), try #require(row.b), try #require(row.mass))
      let beta = try Beta(a, b)
      let equal = try beta.equalTailedInterval(mass: mass)
      #expect(
        Classic.digits([equal.lowerBound, equal.upperBound], try #require(row.equalTailed)) >= 9,
        "\(a) \(b)")
      let dense = try beta.highestDensityInterval(mass: mass)
      // At the best interval the length is flat: half the digits of a quantile are all that can be had.
      let exact = try #require(row.highestDensity).values
      #expect((dense.lowerBound - exact[0]).magnitude < 1e-8, "\(a) \(b)")
      #expect((dense.upperBound - exact[1]).magnitude < 1e-8, "\(a) \(b)")
      #expect((beta.probability(dense) - mass).magnitude < 1e-12)
      #expect(
        dense.upperBound - dense.lowerBound <= equal.upperBound - equal.lowerBound + 1e-12)
    }
    // A density that grows to infinity at 1.
    let rising = try Beta(1, 0.5).highestDensityInterval()
    #expect(rising.upperBound == 1 && (rising.lowerBound - 0.0975).magnitude < 1e-12)
    #expect(try Beta(1, 0.5).mode == 1 && Beta(0.4, 0.5).mode == nil && Beta(3, 3).mode == 0.5)
    #expect(throws: ModelError.self) { try Beta(0.5, 0.5).highestDensityInterval() }
    #expect(throws: ModelError.self) { try Beta(2, 2).equalTailedInterval(mass: 1) }
    #expect(throws: ModelError.self) { try Beta(0, 1) }
  }

  @Test func binomialProbabilities() throws {
    for row in Self.tables.binomial {
      let (n, k) = (try #require(row.n), try #require(row.k))
      let theta = try #require(row.theta)
      let binomial = try Binomial(trials: n, probability: theta)
      let what = "\(n) \(k) \(theta)"
      // log P is a difference of terms as large as n θ (1 − θ) z²; an eps of θ alone moves it by eps·n.
      let exact = try #require(row.logPMF).value
      let allowed = 4e-16 * (10 + exact.magnitude + abs(Double(k) - Double(n) * theta))
      #expect(
        (binomial.logProbability(k) - exact).magnitude <= 8 * allowed, "\(what)")
      let digits = 10.0 - max(0, log10(Double(n)) / 3)
      try check(binomial.cdf(k), row.cdf, digits, what)
      for (value, reference) in [
        (binomial.logCDF(k), row.logCDF), (binomial.logUpperTail(k), row.logSF),
      ] {
        let exact = try #require(reference).value
        if exact == -.infinity || exact.magnitude < 1e-300 {
          #expect(value == exact || value.magnitude < 1e-290, "\(what)")
        } else {
          #expect(
            Bounds.digits(value, exact) >= digits - 1 || (value - exact).magnitude < 1e-9,
            "\(what): \(value), exact \(exact)")
        }
      }
    }
    for row in Self.tables.binomialQuantile {
      let (n, theta, p) = (try #require(row.n), try #require(row.theta), try #require(row.p))
      let found = try Binomial(trials: n, probability: theta).quantile(p)
      #expect(Double(found) == row.value?.value, "\(n) \(theta) \(p)")
    }
  }

  @Test func theTenTosses() throws {
    let tosses = [true, true, true, false, true, false, true, false, true, false]
    let coin = try Bernoulli(0.2)
    #expect(coin.likelihood(tosses) == 2.6214400000000015e-05)
    #expect(Bounds.digits(coin.logLikelihood(tosses), Foundation.log(2.62144e-05)) >= 14)
    let six = try Binomial(trials: 10, probability: 0.2).probability(6)
    #expect(Bounds.digits(six, 0.005505024) >= 14)
    #expect(try Bernoulli(fitting: tosses).probability == 0.6)
    #expect(try Binomial(fittingSuccesses: 6, of: 10).probability == 0.6)
  }

  @Test func limits() throws {
    let (never, always) = (try Bernoulli(0), try Bernoulli(1))
    #expect(never.logLikelihood([]) == 0 && never.likelihood([]) == 1)
    #expect(never.logLikelihood([false, false]) == 0 && never.logLikelihood([true]) == -.infinity)
    #expect(always.logLikelihood([true]) == 0 && always.logLikelihood([false]) == -.infinity)
    #expect(try Bernoulli(0.5).logProbability(true) == Foundation.log(0.5))
    #expect(throws: ModelError.noData) { try Bernoulli(fitting: []) }
    #expect(throws: ModelError.self) { try Bernoulli(1.5) }
    #expect(throws: ModelError.self) { try Bernoulli(.nan) }
    for (theta, certain) in [(0.0, 0), (1.0, 7)] {
      let binomial = try Binomial(trials: 7, probability: theta)
      for k in -1...8 {
        #expect(binomial.probability(k) == (k == certain ? 1 : 0))
        #expect(binomial.cdf(k) == (k >= certain ? 1 : 0))
        #expect(binomial.upperTail(k) == (k >= certain ? 0 : 1))
      }
      #expect(try binomial.quantile(0.5) == certain)
    }
    let none = try Binomial(trials: 0, probability: 0.3)
    #expect(none.probability(0) == 1 && none.cdf(0) == 1)
    #expect(throws: ModelError.self) { try Binomial(trials: -1, probability: 0.3) }
    #expect(throws: ModelError.self) { try none.quantile(2) }
    #expect(throws: ModelError.noData) { try Binomial(fittingSuccesses: 0, of: 0) }
    #expect(throws: ModelError.self) { try Binomial(fittingSuccesses: 3, of: 2) }
    // Probabilities sum to 1.
    let sum = (0...40).reduce(0.0) { total, k in
      total + ((try? Binomial(trials: 40, probability: 0.3).probability(k)) ?? .nan)
    }
    #expect((sum - 1).magnitude < 1e-14)
  }

  @Test func betaBinomial() throws {
    for row in Self.tables.betaBinomial {
      let (n, k) = (try #require(row.n), try #require(row.k))
      let model = try BetaBinomial(try #require(row.a), try #require(row.b))
      let exact = try #require(row.logPMF).value
      #expect(
        (model.predictiveLogProbability(k, of: n) - exact).magnitude
          <= 1e-9 * max(1, exact.magnitude), "\(n) \(k)")
    }
    for row in Self.tables.marginal {
      let (n, k) = (try #require(row.n), try #require(row.k))
      let model = try BetaBinomial(try #require(row.a), try #require(row.b))
      let exact = try #require(row.logSequence).value
      #expect(
        (try model.logMarginalLikelihood(successes: k, of: n) - exact).magnitude
          <= 1e-9 * max(1, exact.magnitude), "\(n) \(k)")
      let count = try #require(row.logCount).value
      #expect(
        (model.predictiveLogProbability(k, of: n) - count).magnitude
          <= 1e-9 * max(1, count.magnitude), "\(n) \(k)")
    }
  }

  @Test func learningInPortionsIsLearningAtOnce() throws {
    let prior = BetaBinomial()
    let once = try prior.updated(successes: 6, of: 10)
    let portions = try prior.updated(successes: 2, of: 3).updated(successes: 0, of: 0)
      .updated(successes: 4, of: 7)
    let outcomes = prior.updated([true, true, false, true, true, true, true, false, false, false])
    #expect(once == portions && once == outcomes)
    #expect(once.distribution == (try Beta(7, 5)))
    #expect(Bounds.digits(once.distribution.mean, 7.0 / 12) >= 15)
    #expect(once.distribution.mode == 0.6)
    // The chain rule: the marginal likelihood of all is that of the first times that of the rest.
    let first = try prior.logMarginalLikelihood(successes: 2, of: 3)
    let rest = try prior.updated(successes: 2, of: 3).logMarginalLikelihood(successes: 4, of: 7)
    #expect(
      (try prior.logMarginalLikelihood(successes: 6, of: 10) - first - rest).magnitude < 1e-13)
    // A uniform prior makes every count as likely.
    for k in 0...10 {
      #expect(Bounds.digits(prior.predictiveProbability(k, of: 10), 1.0 / 11) >= 12)
    }
    #expect(prior.predictiveProbability(11, of: 10) == 0)
    #expect(throws: ModelError.self) { try prior.updated(successes: 3, of: 2) }
    let data = try JSONEncoder().encode(once)
    #expect(try JSONDecoder().decode(BetaBinomial.self, from: data) == once)
  }
}
