import Foundation
import LinAlg
import Models
import TestSupport
import Testing

/// Data at the edge of what a fit can take: an answer that is right, a typed error, or a reported outcome.
@Suite struct LinearModelEdgeTests {
  static let x = LinearModelContractTests.x
  static let y = LinearModelContractTests.y
  static let labels = LinearModelContractTests.y.map { $0 > 0 }

  // MARK: Robust covariances and diagnostics

  /// An indicator of one row gives it leverage 1.
  @Test func aRowOfLeverageOne() throws {
    let x = Self.x.appendingColumns(Matrix(rows: 60, columns: 1) { i, _ in i == 7 ? 1 : 0 })
    let fit = try LinearRegression().fit(x, Self.y)
    for kind in [RobustCovariance.hc0, .hc1] {
      #expect(try fit.withCovariance(kind, x, Self.y).standardErrors.allSatisfy { $0.isFinite })
    }
    for kind in [RobustCovariance.hc2, .hc3] {
      #expect(throws: ModelError.self) { try fit.withCovariance(kind, x, Self.y) }
    }
    let rows = try fit.diagnostics(x, Self.y)
    #expect((rows.leverages[7] - 1).magnitude < 1e-12)
    #expect(throws: ModelError.nonFinite(row: 3, column: 1)) {
      var broken = x
      broken[3, 1] = .nan
      _ = try fit.diagnostics(broken, Self.y)
    }
  }

  @Test func robustCovariancesOfExactFits() throws {
    let (x, y): (Matrix<Double>, [Double]) = ([[1], [2], [3], [4]], [0, 0, 0, 0])
    let exact = try LinearRegression().fit(x, y)
    #expect(exact.residualSumOfSquares == 0)
    #expect(try exact.withCovariance(.hc3, x, y).standardErrors == [0])
    let saturated = try LinearRegression().fit([[1], [2]], [3, 5])
    #expect(throws: ModelError.self) { try saturated.withCovariance(.hc0, [[1], [2]], [3, 5]) }
  }

  /// Groups whose rows all have weight 0 are no groups: G/(G − 1) must not count them.
  @Test func clustersOfWeightZero() throws {
    let groups = (0..<60).map { $0 / 6 }
    let weights = groups.map { $0 < 5 ? 1 : 0 }
    let kept = Array(0..<30)
    let (x, y) = (Self.x.selectingRows(kept), kept.map { Self.y[$0] })
    let weighted = try LinearRegression().fit(Self.x, Self.y, weights: .frequency(weights))
      .withCovariance(.cluster(groups), Self.x, Self.y, weights: .frequency(weights))
    let dropped = try LinearRegression().fit(x, y)
      .withCovariance(.cluster(kept.map { groups[$0] }), x, y)
    for j in 0..<3 {
      #expect(Bounds.digits(weighted.standardErrors[j], dropped.standardErrors[j]) >= 10)
    }
    #expect(throws: ModelError.self) {
      try LinearRegression().fit(Self.x, Self.y, weights: .frequency(weights)).withCovariance(
        .cluster(weights), Self.x, Self.y, weights: .frequency(weights))
    }
  }

  // MARK: Weights

  /// What stands in a row of weight 0 must not change the units that the others are solved in.
  @Test func extremeValuesOfWeightZero() throws {
    let weights = (0..<60).map { $0 == 30 ? 0 : 1 }
    var x = Self.x
    x[30, 1] = 1e250
    let kept = (0..<60).filter { $0 != 30 }
    let (dropped, y) = (Self.x.selectingRows(kept), kept.map { Self.y[$0] })
    for solver in [LinearRegression.Solver.cholesky, .qr] {
      let model = LinearRegression(solver: solver)
      let fit = try model.fit(x, Self.y, weights: .frequency(weights))
      let reference = try model.fit(dropped, y)
      for j in 0..<3 {
        #expect(Bounds.digits(fit.coefficients[j], reference.coefficients[j]) >= 12)
        #expect(Bounds.digits(fit.standardErrors[j], reference.standardErrors[j]) >= 12)
      }
    }
    x[30, 1] = 1e20
    let doubles = weights.map(Double.init)
    let logistic = try LogisticRegression().fit(x, Self.labels, weights: doubles)
    let reference = try LogisticRegression().fit(dropped, kept.map { Self.labels[$0] })
    for j in 0..<3 {
      #expect(Bounds.digits(logistic.coefficients[j], reference.coefficients[j]) >= 10)
    }
  }

  @Test func rowsOfWeightZeroDoNotDetermineAnything() throws {
    let weights = (0..<60).map { $0 < 3 ? 1.0 : 0 }
    #expect(throws: ModelError.tooFewRows(rows: 3, coefficients: 4)) {
      try LogisticRegression().fit(Self.x, (0..<60).map { $0 % 2 == 0 }, weights: weights)
    }
    #expect(throws: ModelError.tooFewRows(rows: 3, coefficients: 4)) {
      try SoftmaxRegression().fit(Self.x, (0..<60).map { $0 % 2 }, weights: weights)
    }
    #expect(throws: ModelError.tooFewRows(rows: 3, coefficients: 4)) {
      try LinearRegression(accuracy: .extended).fit(Self.x, Self.y, weights: .analytic(weights))
    }
  }

  @Test func tooManyCopies() {
    #expect(throws: ModelError.self) {
      try LinearRegression().fit(
        [[1], [2], [4]], [1, 2, 3], weights: .frequency([.max, .max, 1]))
    }
  }

  @Test func aClassOfWeightZeroIsNone() throws {
    let labels = (0..<60).map { $0 % 3 }
    let weights = labels.map { $0 == 2 ? 0.0 : 1 }
    let fit = try OneVsRest(LogisticRegression(l2Penalty: 0.1)).fit(
      Self.x, labels, weights: weights)
    #expect(fit.classes == [0, 1])
    #expect(throws: ModelError.self) {
      try OneVsRest(LogisticRegression(l2Penalty: 0.1)).fit(
        Self.x, [Double.nan] + Self.y.dropFirst())
    }
  }

  @Test func extremeClassWeights() throws {
    let model = LogisticRegression(
      l2Penalty: 1, classWeights: .fixed(negative: 1e-20, positive: 1))
    let fit = try model.fit(Self.x, Self.labels)
    let positive = Double(Self.labels.count { $0 })
    let negative = 1e-20 * (60 - positive)
    // log(1 − share) of the share that is nearly 1 is log(negative/total).
    let expected = -negative + negative * Foundation.log(negative / positive)
    #expect(Bounds.digits(fit.nullLogLikelihood, expected) >= 12)
  }

  // MARK: Scales

  @Test func responsesWhoseSquaresAreOutOfRange() throws {
    let plain = try LinearRegression().fit(Self.x, Self.y)
    for scale in [0x1p-600, 0x1p600] {
      for model in [
        LinearRegression(), LinearRegression(solver: .qr), LinearRegression(accuracy: .extended),
      ] {
        let fit = try model.fit(Self.x, Self.y.map { $0 * scale })
        #expect(Bounds.digits(fit.rSquared, plain.rSquared) >= 12)
        #expect(Bounds.digits(fit.fStatistic, plain.fStatistic) >= 12)
        #expect(
          Bounds.digits(fit.residualStandardDeviation / scale, plain.residualStandardDeviation)
            >= 12)
        #expect(Bounds.digits(fit.tValues[0], plain.tValues[0]) >= 11)
        let shift = 60 * Foundation.log(scale)
        #expect(Bounds.digits(fit.logLikelihood + shift, plain.logLikelihood) >= 10)
        let data = try JSONEncoder().encode(fit)
        #expect(try JSONDecoder().decode(LinearRegression.Fitted.self, from: data) == fit)
      }
    }
  }

  /// λ w² in the units of predictors of 1e-160 is beyond the largest number; the fit is all but 0, and says so.
  @Test func tinyPredictorsUnderAPenalty() throws {
    var x = Self.x
    for i in 0..<60 { x[i, 0] *= 1e-170 }
    let reference = try LinearRegression(l2Penalty: 0.1).fit(
      x.selectingColumns([1, 2]), Self.y)
    let ridge = try LinearRegression(l2Penalty: 0.1).fit(x, Self.y)
    #expect(ridge.coefficients[0].magnitude < 1e-160)
    for j in 0..<2 {
      #expect(Bounds.digits(ridge.coefficients[1 + j], reference.coefficients[j]) >= 12)
    }
    let logistic = try LogisticRegression(l2Penalty: 0.1).fit(x, Self.labels)
    #expect(logistic.convergence.isConverged && logistic.coefficients[0].magnitude < 1e-160)
  }

  /// Extended accuracy reports how its refinement ended, and takes no rank policy.
  @Test func extendedAccuracySaysWhatItDoes() throws {
    let fit = try LinearRegression(accuracy: .extended).fit(Self.x, Self.y)
    #expect(fit.convergence.isConverged)
    #expect(throws: ModelError.self) {
      try LinearRegression(rankPolicy: .alias, accuracy: .extended).fit(Self.x, Self.y)
    }
  }

  // MARK: Rank

  @Test func gradientDescentLeavesAliasedPredictorsOut() throws {
    let x = Self.x.appendingColumns(Matrix(column: Self.x * [1, 1, 0]))
    let descent = GradientDescent(memory: 10, gradientTolerance: 1e-12)
    let fit = try LinearRegression(solver: .gradientDescent(descent), rankPolicy: .alias).fit(
      x, Self.y)
    let direct = try LinearRegression(rankPolicy: .alias).fit(x, Self.y)
    #expect(fit.aliased == direct.aliased && fit.coefficients[fit.aliased[0]] == 0)
    for j in 0..<4 where !fit.aliased.contains(j) {
      #expect(Bounds.digits(fit.coefficients[j], direct.coefficients[j]) >= 8)
    }
  }

  // MARK: Accumulators

  @Test func accumulatorsOfOddBlocks() throws {
    let model = LinearRegression()
    var accumulator = model.accumulator(predictors: 3)
    // A first block that says nothing of the units of the others, and one that does not count.
    try accumulator.add(Matrix(rows: 1, columns: 3, repeating: 1e-250), [1e-250])
    try accumulator.add(Self.x, Self.y, weights: .frequency(Array(repeating: 0, count: 60)))
    var big = Self.x
    for i in 0..<60 { for j in 0..<3 { big[i, j] *= 1e100 } }
    try accumulator.add(big, Self.y)
    let fit = try accumulator.fit()
    let whole = try model.fit(
      Matrix(rows: 61, columns: 3) { i, j in i == 60 ? 1e-250 : big[i, j] }, Self.y + [1e-250])
    #expect(fit.rows == 61)
    for j in 0..<3 {
      #expect(Bounds.digits(fit.coefficients[j], whole.coefficients[j]) >= 11)
      #expect(Bounds.digits(fit.standardErrors[j], whole.standardErrors[j]) >= 11)
    }
    var empty = LinearRegression(fitsIntercept: false).accumulator(predictors: 0)
    #expect(throws: ModelError.noData) { try empty.add(Matrix(rows: 2, columns: 0), [1, 2]) }
    var mean = LinearRegression().accumulator(predictors: 0)
    try mean.add(Matrix(rows: 3, columns: 0), [1, 2, 6])
    #expect(try mean.fit().intercept == 3)
  }

  // MARK: Separation

  /// One row far away makes all others look alike; they overlap all the same, and nothing is separated.
  @Test func anOutlierIsNoSeparation() throws {
    var x = Self.x
    x[5, 0] = 1e12
    let fit = try LogisticRegression().fit(x, Self.labels)
    #expect(fit.separation == nil)
  }

  @Test func firthStartsAnywhere() throws {
    let model = LogisticRegression(estimator: .firth)
    let fit = try model.fit(Self.x, Self.labels)
    let far = try LogisticRegression(l2Penalty: 1e-9).fit(
      Matrix(rows: 60, columns: 3) { Self.labels[$0] ? 1e-3 : $1 == 0 ? -1e-3 : 0 }, Self.labels)
    let again = try model.fit(Self.x, Self.labels, start: far)
    for j in 0..<3 {
      #expect(Bounds.digits(again.coefficients[j], fit.coefficients[j]) >= 8)
    }
  }

  // MARK: Arguments

  @Test func levelsWithoutIntervals() throws {
    let fit = try LinearRegression().fit(Self.x, Self.y)
    for level in [0, 1, -1, Double.nan] {
      #expect(fit.confidenceIntervals(level: level).allSatisfy { $0 == nil })
    }
  }

  @Test func numbersOutOfRange() throws {
    #expect(throws: ModelError.self) { try TrainTestSplit(rows: -5, seed: 1) }
    #expect(throws: ModelError.self) { try oneHot([0], classes: -1) }
    #expect(throws: ModelError.self) { try SoftmaxObjective([[1]], [0], classes: -1) }
    #expect(throws: ModelError.self) { try Binomial(trials: .max, probability: 0.5) }
    #expect(throws: ModelError.self) { try BetaBinomial().updated(successes: 1, of: .max) }
    let median = try Binomial(trials: 1 << 53, probability: 0.5).quantile(0.5)
    #expect((median - (1 << 52)).magnitude < 1 << 20)
    #expect(try Bernoulli(0.3).logLikelihood(successes: 4, of: 3) == -.infinity)
    #expect(try rSquared([0.1, 0.1, 0.1], [0.1, 0.1, 0.1]).isNaN)
    #expect(try rSquared([0.1, 0.1, 0.2], [0.1, 0.1, 0.1]) == -.infinity)
    // Halves whose sum overflows.
    let large = try Standardization([[-1.7e308], [1.7e308], [1.7e308], [1.7e308]])
    #expect((large.means[0] / 0.85e308 - 1).magnitude <= 8 * .ulpOfOne)
    let exact = 1.7e308 * 0.75.squareRoot()
    #expect((large.standardDeviations[0] / exact - 1).magnitude <= 8 * .ulpOfOne)
    let wide = try Standardization([[1.7e308], [-1.7e308]])
    #expect(Bounds.digits(wide.standardDeviations[0], 1.7e308) >= 14 && wide.means[0] == 0)
  }
}
