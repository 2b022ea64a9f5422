import Foundation
import LinAlg
import Models
import TestSupport
import Testing

/// What must hold for every estimator of a linear predictor: a weight of 2 is a row twice, a weight of 0 is a row less,
/// the order of rows and the units of predictors are irrelevant, an intercept is a column of ones.
@Suite struct LinearModelContractTests {
  /// One estimator: from rows, responses in −1…1 and weights to the intercept(s) and slopes.
  struct Estimator: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let penalized: Bool
    let fit:
      @Sendable (Matrix<Double>, [Double], [Int]?, _ intercept: Bool) throws -> (
        intercepts: [Double], slopes: [[Double]]
      )
  }

  static let estimators: [Estimator] = {
    var all: [Estimator] = []
    for solver in [LinearRegression.Solver.automatic, .qr, .cholesky, .svd] {
      for penalty in [0, 0.1] {
        all.append(
          Estimator(testDescription: "linear \(solver) \(penalty)", penalized: penalty > 0) {
            x, y, weights, intercept in
            let fit = try LinearRegression(
              fitsIntercept: intercept, l2Penalty: penalty, solver: solver
            ).fit(x, y, weights: weights.map { .frequency($0) })
            return ([fit.intercept], [fit.coefficients])
          })
      }
    }
    all.append(
      Estimator(testDescription: "linear extended", penalized: false) {
        x, y, weights, intercept in
        let fit = try LinearRegression(fitsIntercept: intercept, accuracy: .extended).fit(
          x, y, weights: weights.map { .frequency($0) })
        return ([fit.intercept], [fit.coefficients])
      })
    for penalty in [0, 0.1] {
      for solver in [LogisticRegression.Solver.newton, .newtonCG] {
        all.append(
          Estimator(testDescription: "logistic \(solver) \(penalty)", penalized: penalty > 0) {
            x, y, weights, intercept in
            let fit = try LogisticRegression(
              l2Penalty: penalty, fitsIntercept: intercept, solver: solver
            ).fit(x, y.map { $0 > 0 }, weights: weights?.map(Double.init))
            return ([fit.intercept], [fit.coefficients])
          })
      }
      for solver in [SoftmaxRegression.Solver.newton, .newtonCG] {
        all.append(
          Estimator(testDescription: "softmax \(solver) \(penalty)", penalized: penalty > 0) {
            x, y, weights, intercept in
            let labels = y.map { $0 < -0.3 ? 0 : $0 < 0.3 ? 1 : 2 }
            let fit = try SoftmaxRegression(
              l2Penalty: penalty, fitsIntercept: intercept, solver: solver
            ).fit(x, labels, weights: weights?.map(Double.init))
            return (fit.intercepts, (0..<3).map { fit.coefficients[column: $0] })
          })
      }
    }
    all.append(
      Estimator(testDescription: "firth", penalized: false) { x, y, weights, intercept in
        let fit = try LogisticRegression(fitsIntercept: intercept, estimator: .firth).fit(
          x, y.map { $0 > 0 }, weights: weights?.map(Double.init))
        return ([fit.intercept], [fit.coefficients])
      })
    return all
  }()

  static let x = Matrix<Double>.random(60, 3, seed: 11)
  static let y: [Double] = {
    let noise = Matrix<Double>.random(60, 1, seed: 12).elements
    return (0..<60).map { 0.4 * x[$0, 0] - 0.3 * x[$0, 2] + 0.6 * noise[$0] }
  }()

  private func agree(
    _ a: (intercepts: [Double], slopes: [[Double]]),
    _ b: (intercepts: [Double], slopes: [[Double]]), _ tolerance: Double = 1e-9
  ) -> Bool {
    let pairs = zip(
      a.intercepts + a.slopes.flatMap { $0 }, b.intercepts + b.slopes.flatMap { $0 })
    return pairs.allSatisfy { ($0 - $1).magnitude <= tolerance }
  }

  @Test(arguments: estimators) func weightsAreCopies(_ estimator: Estimator) throws {
    let (x, y) = (Self.x, Self.y)
    let weights = (0..<60).map { $0 % 4 }
    let copies = weights.enumerated().flatMap { row, k in [Int](repeating: row, count: k) }
    let weighted = try estimator.fit(x, y, weights, true)
    let copied = try estimator.fit(x.selectingRows(copies), copies.map { y[$0] }, nil, true)
    #expect(agree(weighted, copied))
    let ones = try estimator.fit(x, y, Array(repeating: 1, count: 60), true)
    #expect(agree(ones, try estimator.fit(x, y, nil, true)))
  }

  @Test(arguments: estimators) func orderIsIrrelevant(_ estimator: Estimator) throws {
    let order = Array((0..<60).reversed())
    let a = try estimator.fit(Self.x, Self.y, nil, true)
    let b = try estimator.fit(Self.x.selectingRows(order), order.map { Self.y[$0] }, nil, true)
    #expect(agree(a, b))
  }

  @Test(arguments: estimators.filter { !$0.penalized })
  func anInterceptIsAColumnOfOnes(_ estimator: Estimator) throws {
    let ones = Matrix(rows: 60, columns: 1, repeating: 1.0)
    let a = try estimator.fit(Self.x, Self.y, nil, true)
    let b = try estimator.fit(ones.appendingColumns(Self.x), Self.y, nil, false)
    #expect(agree(a, (b.slopes.map { $0[0] }, b.slopes.map { Array($0.dropFirst()) })))
  }

  /// Without a penalty units only change units; shifts of predictors change intercepts only, with a penalty too.
  @Test(arguments: estimators) func unitsAndShifts(_ estimator: Estimator) throws {
    var shifted = Self.x
    for i in 0..<60 { shifted[i, 1] += 10 }
    let a = try estimator.fit(Self.x, Self.y, nil, true)
    let b = try estimator.fit(shifted, Self.y, nil, true)
    #expect(agree((a.intercepts, a.slopes), (a.intercepts, b.slopes), 1e-8))
    if estimator.penalized { return }
    for scale in [1e-150, 1e-3, 1e150] {
      var scaled = Self.x
      for i in 0..<60 { scaled[i, 0] *= scale }
      var c = try estimator.fit(scaled, Self.y, nil, true)
      for k in c.slopes.indices { c.slopes[k][0] *= scale }
      #expect(agree(a, c, 1e-8), "\(scale)")
    }
  }

  // MARK: What linear regression alone has

  @Test func rankPolicies() throws {
    let x = Self.x.appendingColumns(Matrix(column: Self.x * [1, 1, 0]))
    #expect(throws: ModelError.self) { try LinearRegression().fit(x, Self.y) }
    let full = try LinearRegression().fit(Self.x, Self.y)
    let alias = try LinearRegression(rankPolicy: .alias).fit(x, Self.y)
    let dropped = try #require(alias.aliased.first)
    #expect(alias.aliased.count == 1 && [0, 1, 3].contains(dropped))
    #expect(alias.coefficients[dropped] == 0 && alias.standardErrors[dropped].isNaN)
    #expect(alias.degreesOfFreedom == full.degreesOfFreedom)
    #expect(Bounds.digits(alias.residualSumOfSquares, full.residualSumOfSquares) >= 12)
    #expect(Bounds.digits(alias.coefficients[2], full.coefficients[2]) >= 11)
    #expect(Bounds.digits(alias.standardErrors[2], full.standardErrors[2]) >= 11)

    let least = try LinearRegression(rankPolicy: .minimumNorm).fit(x, Self.y)
    #expect(Bounds.digits(least.residualSumOfSquares, full.residualSumOfSquares) >= 12)
    // The pseudoinverse of the centred design says which solution is the shortest.
    let means = x.columnMeans()
    let centered = Matrix<Double>(rows: 60, columns: 4) { x[$0, $1] - means[$1] }
    let mean = sum(Self.y) / 60
    let reference = try leastSquares(centered, Self.y.map { $0 - mean })
    #expect(reference.rank == 3)
    for j in 0..<4 {
      #expect((least.coefficients[j] - reference.coefficients[j]).magnitude < 1e-11)
    }
    #expect(Bounds.digits(try least.predict(x)[7], try full.predict(Self.x)[7]) >= 10)
    // More columns than rows.
    let wide = Matrix<Double>.random(5, 8, seed: 3)
    #expect(throws: ModelError.tooFewRows(rows: 5, coefficients: 9)) {
      try LinearRegression().fit(wide, [1, 2, 3, 4, 6])
    }
    let exact = try LinearRegression(rankPolicy: .minimumNorm).fit(wide, [1, 2, 3, 4, 6])
    #expect(exact.residualSumOfSquares < 1e-25 && exact.degreesOfFreedom == 0)
    let ridge = try LinearRegression(l2Penalty: 0.1).fit(wide, [1, 2, 3, 4, 6])
    #expect(ridge.effectiveParameters < 5)
  }

  @Test func frequencyAndAnalyticWeightsDifferInDegreesOfFreedom() throws {
    let counts = (0..<60).map { 1 + $0 % 3 }
    let frequency = try LinearRegression().fit(Self.x, Self.y, weights: .frequency(counts))
    let analytic = try LinearRegression().fit(
      Self.x, Self.y, weights: .analytic(counts.map(Double.init)))
    #expect(frequency.degreesOfFreedom == 116 && analytic.degreesOfFreedom == 56)
    #expect(Bounds.digits(frequency.coefficients[1], analytic.coefficients[1]) >= 12)
    let copies = counts.enumerated().flatMap { row, k in [Int](repeating: row, count: k) }
    let (x, y) = (Self.x.selectingRows(copies), copies.map { Self.y[$0] })
    let copied = try LinearRegression().fit(x, y)
    for j in 0..<3 {
      #expect(Bounds.digits(frequency.standardErrors[j], copied.standardErrors[j]) >= 11)
    }
    #expect(Bounds.digits(frequency.logLikelihood, copied.logLikelihood) >= 12)
    // Robust covariances and diagnostics count copies too.
    for kind in [RobustCovariance.hc0, .hc1, .hc2, .hc3, .cluster((0..<60).map { $0 % 9 })] {
      let weighted = try frequency.withCovariance(
        kind, Self.x, Self.y, weights: .frequency(counts))
      let kindOfCopies: RobustCovariance =
        if case .cluster(let groups) = kind { .cluster(copies.map { groups[$0] }) } else { kind }
      let plain = try copied.withCovariance(kindOfCopies, x, y)
      for j in 0..<3 {
        #expect(Bounds.digits(weighted.standardErrors[j], plain.standardErrors[j]) >= 10)
      }
    }
    let rows = try frequency.diagnostics(Self.x, Self.y, weights: .frequency(counts))
    let rowsOfCopies = try copied.diagnostics(x, y)
    for (k, row) in copies.enumerated() {
      #expect((rows.leverages[row] - rowsOfCopies.leverages[k]).magnitude < 1e-12)
      #expect((rows.cooksDistances[row] - rowsOfCopies.cooksDistances[k]).magnitude < 1e-12)
    }
    let zero = try LinearRegression().fit(
      Self.x, Self.y, weights: .analytic((0..<60).map { $0 < 30 ? 1 : 0 }))
    #expect(zero.degreesOfFreedom == 26)
  }

  @Test func gradientDescentReachesTheClosedForm() throws {
    let x: Matrix<Double> = [[1, 2], [2, 1], [3, 5], [4, 3], [5, 8]]
    let y: [Double] = [14, 15, 29, 26, 45]
    for memory in [1, 10] {
      let descent = GradientDescent(memory: memory, gradientTolerance: 1e-10)
      let fit = try LinearRegression(solver: .gradientDescent(descent)).fit(x, y)
      #expect(fit.convergence.isConverged && fit.convergence.iterations > 3)
      #expect(Bounds.digits(fit.intercept, FiveRows.intercept) >= 7)
      for j in 0..<2 {
        #expect(Bounds.digits(fit.coefficients[j], FiveRows.coefficients[j]) >= 7)
        #expect(Bounds.digits(fit.standardErrors[j], FiveRows.standardErrors[j]) >= 8)
      }
    }
    for solver in [LinearRegression.Solver.automatic, .qr, .cholesky, .svd] {
      let fit = try LinearRegression(solver: solver).fit(x, y)
      for j in 0..<2 {
        #expect(Bounds.digits(fit.coefficients[j], FiveRows.coefficients[j]) >= 13)
      }
    }
    let fixed = GradientDescent(step: .fixed(0.1))
    do {
      _ = try LinearRegression(solver: .gradientDescent(fixed)).fit(x, y)
      Issue.record("a step of 0.1 converged")
    } catch {
      guard case .diverged = error else {
        Issue.record("\(error)")
        return
      }
    }
    let short = GradientDescent(step: .fixed(0.02), maximumIterations: 10)
    let unfinished = try LinearRegression(solver: .gradientDescent(short)).fit(x, y)
    #expect(unfinished.convergence.reason == .iterationLimit)
    let residuals = try unfinished.residuals(x, y)
    #expect(Bounds.digits(unfinished.residualSumOfSquares, dot(residuals, residuals)) >= 10)
    // The objective is the mean of half the squares: its gradient agrees with differences.
    let goal = try LeastSquaresObjective(x, y, l2Penalty: 0.3, weights: [1, 2, 0, 1, 3])
    #expect(try checkGradient(of: goal, at: [0.3, -1, 2]).passes(tolerance: 1e-9))
    let newton = try Newton().minimize(goal, from: [0, 0, 0])
    let ridge = try LinearRegression(l2Penalty: 0.3).fit(
      x, y, weights: .analytic([1, 2, 0, 1, 3]))
    #expect(Bounds.digits(newton.parameters[1], ridge.coefficients[0]) >= 12)
    #expect(Bounds.digits(newton.parameters[0], ridge.intercept) >= 12)
  }

  /// The example that questions quote: 4.344435, 4.387702, 0.450958 by every solver; a fixed step of 0.05 diverges.
  @Test(arguments: FiveRows.exampleDesigns) func quotedExample(x: Matrix<Double>) throws {
    let y = FiveRows.exampleResponse
    let condition = try LinearRegression().fit(x, y).conditionNumber
    let descent = GradientDescent(memory: 10, gradientTolerance: 1e-10)
    for solver in [
      .automatic, .qr, .cholesky, .svd, LinearRegression.Solver.gradientDescent(descent),
    ] {
      let fit = try LinearRegression(solver: solver).fit(x, y)
      #expect(fit.convergence.isConverged)
      for (found, expected) in zip([fit.intercept] + fit.coefficients, FiveRows.exampleSolution) {
        let error = (found - expected).magnitude
        if case .gradientDescent = solver {
          #expect(error <= 5e-7)
        } else {
          #expect(error <= Bounds.roundoff(5, condition * norm(FiveRows.exampleSolution)))
        }
      }
    }
    let quoted = FiveRows.exampleSolution.map { ($0 * 1e6).rounded() }
    #expect(quoted == [4_344_435, 4_387_702, 450_958])
    let fixed = GradientDescent(step: .fixed(0.05))
    do {
      _ = try LinearRegression(solver: .gradientDescent(fixed)).fit(x, y)
      Issue.record("a step of 0.05 converged")
    } catch {
      guard case .diverged = error else { throw error }
    }
  }

  @Test(arguments: [true, false]) func accumulatorsAgreeWithOneFit(intercept: Bool) throws {
    let (n, p) = (5000, 6)
    var x = Matrix<Double>.random(n, p, seed: 21)
    for i in 0..<n { x[i, 2] += 1000 + Double(i) / 100 }  // blocks have other means
    let y = (0..<n).map { x[$0, 0] - 2 * x[$0, 2] + sin(Double($0)) }
    let weights = (0..<n).map { $0 % 3 }
    let model = LinearRegression(fitsIntercept: intercept)
    let whole = try model.fit(x, y, weights: .frequency(weights))
    var (first, second) = (model.accumulator(predictors: p), model.accumulator(predictors: p))
    for start in stride(from: 0, to: n, by: 313) {
      let rows = Array(start..<min(n, start + 313))
      let block = x.selectingRows(rows)
      let part = Weights.frequency(rows.map { weights[$0] })
      if start < 2000 {
        try first.add(block, rows.map { y[$0] }, weights: part)
      } else {
        try second.add(block, rows.map { y[$0] }, weights: part)
      }
    }
    try first.merge(second)
    try first.merge(model.accumulator(predictors: p))
    let merged = try first.fit()
    #expect(merged.rows == whole.rows && merged.degreesOfFreedom == whole.degreesOfFreedom)
    for j in 0..<p {
      #expect((merged.coefficients[j] - whole.coefficients[j]).magnitude < 1e-9)
      #expect(Bounds.digits(merged.standardErrors[j], whole.standardErrors[j]) >= 9)
    }
    #expect(Bounds.digits(merged.residualSumOfSquares, whole.residualSumOfSquares) >= 9)
    #expect(Bounds.digits(merged.totalSumOfSquares, whole.totalSumOfSquares) >= 9)
    // What throws adds nothing.
    let before = first
    #expect(throws: ModelError.nonFinite(row: 0, column: 1)) {
      try first.add([[0, .nan, 0, 0, 0, 0]], [1])
    }
    #expect(throws: ModelError.self) { try first.add([[1]], [1]) }
    #expect(throws: ModelError.self) { try first.merge(model.accumulator(predictors: 2)) }
    #expect(first == before)
    #expect(throws: ModelError.noData) { try model.accumulator(predictors: 2).fit() }
  }

  @Test func severalResponsesAtOnce() throws {
    let second = Self.y.map { $0 * $0 }
    let both = Matrix(column: Self.y).appendingColumns(Matrix(column: second))
    for model in [
      LinearRegression(), LinearRegression(solver: .qr), LinearRegression(l2Penalty: 0.2),
      LinearRegression(accuracy: .extended),
    ] {
      let fits = try model.fit(Self.x, responses: both)
      let alone = [try model.fit(Self.x, Self.y), try model.fit(Self.x, second)]
      for k in 0..<2 {
        for j in 0..<3 {
          #expect(Bounds.digits(fits[k].coefficients[j], alone[k].coefficients[j]) >= 11)
          #expect(Bounds.digits(fits[k].standardErrors[j], alone[k].standardErrors[j]) >= 11)
        }
        #expect(Bounds.digits(fits[k].rSquared, alone[k].rSquared) >= 11)
      }
    }
  }

  /// x̄ has the narrowest intervals; at a row of the data the half width is t σ̂ √h, and √(1 + h) for a new response.
  @Test func intervalsOfPredictions() throws {
    let fit = try LinearRegression().fit(Self.x, Self.y)
    let rows = try fit.diagnostics(Self.x, Self.y)
    let intervals = try fit.intervals(Self.x, level: 0.9)
    let t = 1.6725222866  // R: qt(0.95, 56)
    let sigma = fit.residualStandardDeviation
    for i in 0..<60 {
      let mean = intervals[i].confidence.upperBound - intervals[i].prediction
      let new = intervals[i].predictive.upperBound - intervals[i].prediction
      #expect(Bounds.digits(mean, t * sigma * rows.leverages[i].squareRoot()) >= 6)
      #expect(Bounds.digits(new, t * sigma * (1 + rows.leverages[i]).squareRoot()) >= 6)
    }
    #expect(throws: ModelError.self) { try fit.intervals(Self.x, level: 1) }
    let saturated = try LinearRegression().fit([[1], [2]], [3, 5])
    #expect(throws: ModelError.self) { try saturated.intervals([[1]]) }
  }

  @Test func summaries() throws {
    let fit = try LinearRegression().fit(Self.x, Self.y)
    let text = fit.summary(names: ["alpha", "beta", "gamma"], response: "yield")
    for part in ["yield", "alpha", "gamma", "intercept", "R²", "P(> |t|)", "[0.025", "0.975]"] {
      #expect(text.contains(part), "\(part)")
    }
    let lines = text.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("beta") })
    let logistic = try LogisticRegression().fit(Self.x, Self.y.map { $0 > 0 }).summary()
    #expect(logistic.contains("pseudo-R²") && logistic.contains("P(> |z|)"))
  }

  /// The design in blocks sees only a sample of many rows: a few that are far larger must not spoil the fit.
  @Test(arguments: [LinearRegression.Solver.automatic, .qr])
  func samplesThatAreNotLikeTheRest(_ solver: LinearRegression.Solver) throws {
    let n = 20_000
    var x = Matrix<Double>(rows: n, columns: 2) { i, j in j == 0 ? Double(i % 10) : 0 }
    x[11_117, 1] = 1e200
    x[3_331, 1] = -2e200
    let y = (0..<n).map { 1 + 3 * x[$0, 0] + 2e-200 * x[$0, 1] }
    let fit = try LinearRegression(solver: solver).fit(x, y)
    #expect(Bounds.digits(fit.coefficients[0], 3) >= 11)
    #expect(Bounds.digits(fit.coefficients[1], 2e-200) >= 11)
    let labels = y.map { $0 > 14 }
    let logistic = try LogisticRegression(l2Penalty: 0.1).fit(x, labels)
    #expect(logistic.convergence.isConverged)
  }

  /// A wide design goes through products of the columns as they are; a constant among them must still be found.
  @Test(arguments: [0.3, 1e-3, 2.7]) func constantAmongManyColumns(value: Double) {
    var x = Matrix<Double>.random(600, 140, seed: 31)
    for i in 0..<600 { x[i, 77] = value }
    #expect(throws: ModelError.collinear(columns: [77])) {
      try LinearRegression().fit(x, x[column: 3])
    }
  }

  @Test func predictionsForBadRowsAreErrors() throws {
    let fit = try LinearRegression().fit(Self.x, Self.y)
    #expect(throws: ModelError.nonFinite(row: 0, column: 1)) { try fit.intervals([[0, .nan, 1]]) }
  }

  @Test func argumentsOutOfRange() {
    #expect(throws: ModelError.self) { try LinearRegression(l2Penalty: -1).fit(Self.x, Self.y) }
    #expect(throws: ModelError.self) { try PolynomialRegression(degree: -1).fit([1], [1]) }
    #expect(throws: ModelError.invalidWeight(row: 0, weight: -2)) {
      try LinearRegression().fit([[1], [2]], [1, 2], weights: .analytic([-2, 1]))
    }
    #expect(throws: ModelError.noWeight) {
      try LinearRegression().fit([[1], [2]], [1, 2], weights: .frequency([0, 0]))
    }
    #expect(throws: ModelError.dimensionMismatch("weights", expected: 2, found: 1)) {
      try LinearRegression().fit([[1], [2]], [1, 2], weights: .frequency([1]))
    }
    #expect(throws: ModelError.collinear(columns: [1])) {
      try LinearRegression(accuracy: .extended).fit(
        [[1, 2], [2, 4], [3, 6], [5, 10]], [1, 2, 3, 4])
    }
  }

  @Test func anOtherVersionIsRefused() throws {
    let fit = try LinearRegression().fit(Self.x, Self.y)
    let text = String(decoding: try JSONEncoder().encode(fit), as: UTF8.self)
    #expect(text.contains("\"version\":1"))
    let other = text.replacingOccurrences(of: "\"version\":1", with: "\"version\":99")
    #expect(throws: ModelError.unknownVersion(99)) {
      try JSONDecoder().decode(LinearRegression.Fitted.self, from: Data(other.utf8))
    }
  }

  /// Files from before fits kept a root of their covariance hold the covariance itself.
  @Test func covariancesOfEarlierFilesAreRead() throws {
    let fit = try LinearRegression().fit(Self.x, Self.y)
    let encoded = try JSONSerialization.jsonObject(with: JSONEncoder().encode(fit))
    var file = try #require(encoded as? [String: Any])
    var covariance = try #require(file["normalizedCovariance"] as? [String: Any])
    let root = try JSONDecoder().decode(
      Matrix<Double>.self,
      from: JSONSerialization.data(withJSONObject: try #require(covariance["root"])))
    covariance["root"] = nil
    covariance["matrix"] = try JSONSerialization.jsonObject(
      with: JSONEncoder().encode(multiply(root, root, transposeB: true)))
    file["normalizedCovariance"] = covariance
    let old = try JSONDecoder().decode(
      LinearRegression.Fitted.self, from: JSONSerialization.data(withJSONObject: file))
    for (found, expected) in zip(old.standardErrors, fit.standardErrors) {
      #expect((found - expected).magnitude <= Bounds.roundoff(root.rows, expected))
    }
    let (found, expected) = (try old.intervals(Self.x)[0], try fit.intervals(Self.x)[0])
    // Both form the variance from products of the same numbers, in another order.
    #expect(
      (found.standardError - expected.standardError).magnitude
        <= Bounds.roundoff(root.rows, fit.conditionNumber * expected.standardError))
  }
}
