import Foundation
import LinAlg
import Models
import TestSupport
import Testing

@Suite struct LogisticRegressionTests {
  static let classics = Classic.all("logistic")
  static let solvers: [LogisticRegression.Solver] = [.automatic, .newton, .lbfgs, .newtonCG]

  static func labels(_ set: Classic) -> [Bool] { set.y.map { $0 == 1 } }

  /// The classics by every solver: values to the accuracy that first-order methods reach, better by Newton's.
  @Test(arguments: solvers, classics)
  func coefficients(_ solver: LogisticRegression.Solver, _ set: Classic) throws {
    let fit = try LogisticRegression(l2Penalty: set.l2Penalty ?? 0, solver: solver).fit(
      set.design, Self.labels(set), weights: set.sampleWeights)
    let digits = 9.0
    #expect(fit.convergence.isConverged && fit.separation == nil, "\(fit.convergence.reason)")
    #expect(Classic.digits(fit.coefficients, set.coefficients) >= digits)
    #expect(Classic.digits([fit.intercept], try #require(set.interceptValue)) >= digits)
    #expect(Classic.digits([fit.logLikelihood], try #require(set.logLikelihood)) >= digits)
  }

  @Test func thereAreEnough() {
    #expect(Set(Self.classics.map(\.name)).count >= 6)
  }

  @Test(arguments: classics) func inference(_ set: Classic) throws {
    let fit = try LogisticRegression(l2Penalty: set.l2Penalty ?? 0).fit(
      set.design, Self.labels(set), weights: set.sampleWeights)
    #expect(Classic.digits([fit.deviance], try #require(set.deviance)) >= 11)
    #expect(Classic.digits([fit.nullLogLikelihood], try #require(set.nullLogLikelihood)) >= 12)
    #expect(Classic.digits([fit.pseudoRSquared], try #require(set.mcFaddenRSquared)) >= 9)
    guard let errors = set.standardErrors else {
      #expect(fit.standardErrors.allSatisfy { $0.isNaN } && fit.interceptStandardError.isNaN)
      return
    }
    #expect(Classic.digits(fit.standardErrors, errors) >= 9)
    #expect(
      Classic.digits(
        [fit.interceptStandardError], try #require(set.interceptStandardError)) >= 9)
    #expect(Classic.digits(fit.zValues, try #require(set.zValues)) >= 8)
    #expect(Classic.digits(fit.pValues, try #require(set.pValues)) >= 8)
    if let aic = set.aic { #expect(Classic.digits([fit.aic], aic) >= 11) }
    if let bic = set.bic { #expect(Classic.digits([fit.bic], bic) >= 11) }
    let first = try #require(fit.confidenceIntervals()[0])
    #expect(
      Bounds.digits(
        (first.upperBound - first.lowerBound) / fit.standardErrors[0], 2 * 1.959963984540054)
        >= 10)
  }

  @Test(arguments: Classic.all("firth")) func firth(_ set: Classic) throws {
    let fit = try LogisticRegression(estimator: .firth).fit(set.design, Self.labels(set))
    #expect(fit.convergence.isConverged, "\(fit.convergence.reason)")
    #expect(Classic.digits(fit.coefficients, set.coefficients) >= 9)
    #expect(Classic.digits([fit.intercept], try #require(set.interceptValue)) >= 9)
    #expect(fit.standardErrors.allSatisfy { $0.isFinite })
  }

  /// A large search begins on a copy in single precision; where it ends is the minimum of the data as they are.
  @Test func largeSearchesEndAtTheMinimumOfTheData() throws {
    let (n, p) = (4000, 300)
    let x = Matrix<Double>.random(n, p, seed: 41)
    let noise = Matrix<Double>.random(n, 1, seed: 42).elements
    let y = (0..<n).map { x[$0, 0] - x[$0, 7] + noise[$0] > 0.2 }
    let quick = try LogisticRegression(l2Penalty: 1e-3, solver: .lbfgs).fit(x, y)
    let newton = try LogisticRegression(l2Penalty: 1e-3, solver: .newton).fit(x, y)
    #expect(quick.convergence.isConverged && quick.convergence.iterations > 5)
    for j in 0..<p {
      #expect((quick.coefficients[j] - newton.coefficients[j]).magnitude <= 1e-10)
    }
    // A callback sees every step on the data themselves.
    var steps = 0
    let watched = try LogisticRegression(l2Penalty: 1e-3, solver: .lbfgs).fit(x, y) {
      steps += 1
      return $0.number > 0
    }
    #expect(watched.convergence.iterations == steps)
  }

  // MARK: Gradients, and the mistakes that hand-written ones have

  static func small() -> (x: Matrix<Double>, y: [Bool]) {
    let x = Matrix<Double>.random(40, 3, seed: 3)
    let noise = Matrix<Double>.random(40, 1, seed: 4)
    return (x, (0..<40).map { x[$0, 0] - 0.5 * x[$0, 1] + 0.7 * noise[$0, 0] > 0.1 })
  }

  @Test(arguments: [0, 0.3], [true, false])
  func gradientAgreesWithDifferences(l2Penalty: Double, intercept: Bool) throws {
    let (x, y) = Self.small()
    let weights = (0..<40).map { Double($0 % 4) / 2 }
    let goal = try LogisticObjective(
      x, y, l2Penalty: l2Penalty, fitsIntercept: intercept, weights: weights)
    let point = (0..<goal.parameterCount).map { 0.4 * Double($0) - 0.5 }
    let check = try checkGradient(of: goal, at: point)
    #expect(check.passes(tolerance: 1e-9), "\(check.failures(tolerance: 1e-9))")
    // Hessian by differences of gradients, and its product with a vector.
    var (gradient, hessian) = (point, Matrix<Double>(rows: point.count, columns: point.count))
    _ = goal.value(at: point, gradient: &gradient, hessian: &hessian)
    for j in point.indices {
      var (above, below) = (point, point)
      above[j] += 1e-5
      below[j] -= 1e-5
      var (first, second) = (gradient, gradient)
      _ = goal.value(at: above, gradient: &first)
      _ = goal.value(at: below, gradient: &second)
      for i in point.indices {
        #expect(((first[i] - second[i]) / 2e-5 - hessian[i, j]).magnitude < 1e-9)
      }
      var unit = [Double](repeating: 0, count: point.count)
      unit[j] = 1
      let product = goal.hessianProduct(at: point, unit)
      for i in point.indices { #expect((product[i] - hessian[i, j]).magnitude < 1e-14) }
    }
  }

  /// The value as a formula says it: mean loss (not the sum), penalty once for all rows, no penalty on the intercept.
  @Test func valueIsTheFormula() throws {
    let (x, y) = Self.small()
    let goal = try LogisticObjective(x, y, l2Penalty: 0.8)
    let (b, w) = (0.3, [1.5, -2, 0.25])
    var loss = 0.0
    for i in 0..<40 {
      let z = b + (0..<3).reduce(0) { $0 + w[$1] * x[i, $1] }
      loss += Foundation.log(1 + Foundation.exp(z)) - (y[i] ? z : 0)
    }
    let penalty = 0.4 * w.reduce(0) { $0 + $1 * $1 }
    var gradient = [Double](repeating: 0, count: 4)
    let value = goal.value(at: [b] + w, gradient: &gradient)
    #expect((value - (loss / 40 + penalty)).magnitude < 1e-14)
    // Each mistake is another number.
    #expect((value - (loss + penalty)).magnitude > 1)
    #expect((value - (loss / 40 + 40 * penalty)).magnitude > 1)
    #expect((value - (loss / 40 + penalty + 0.4 * b * b)).magnitude > 1e-2)
  }

  /// With an intercept, mean probability and share of the labels are equal; with a summed penalty, say, they are not.
  @Test func interceptMakesProbabilitiesAverageToTheShare() throws {
    let (x, y) = Self.small()
    let share = Double(y.count { $0 }) / 40
    for penalty in [0, 0.1, 10] {
      let fit = try LogisticRegression(l2Penalty: penalty).fit(x, y)
      let mean = try fit.probabilities(x).reduce(0, +) / 40
      #expect((mean - share).magnitude < 1e-12)
    }
    let without = try LogisticRegression(fitsIntercept: false).fit(x, y)
    #expect(without.intercept == 0 && without.interceptStandardError == 0)
  }

  /// The penalty is of the mean loss: all rows twice change nothing, which is refuted by a sum or a missing 1/m.
  @Test func copiesChangeNothing() throws {
    let (x, y) = Self.small()
    let once = try LogisticRegression(l2Penalty: 0.2).fit(x, y)
    let twice = try LogisticRegression(l2Penalty: 0.2).fit(
      x.selectingRows(Array(0..<40) + Array(0..<40)), y + y)
    for j in 0..<3 { #expect((once.coefficients[j] - twice.coefficients[j]).magnitude < 1e-12) }
  }

  // MARK: Gradient descent

  @Test(arguments: [GradientDescent.StepRule.backtracking, .barzilaiBorwein])
  func costNeverIncreases(_ step: GradientDescent.StepRule) throws {
    let (x, y) = Self.small()
    let descent = GradientDescent(step: step, gradientTolerance: 1e-9)
    let fit = try LogisticRegression(l2Penalty: 0.01, solver: .gradientDescent(descent)).fit(x, y)
    let trace = fit.convergence.trace
    #expect(zip(trace, trace.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(fit.convergence.isConverged && trace.count > 3)
    let newton = try LogisticRegression(l2Penalty: 0.01).fit(x, y)
    for j in 0..<3 { #expect((fit.coefficients[j] - newton.coefficients[j]).magnitude < 1e-6) }
  }

  // MARK: Separation

  @Test(arguments: solvers + [.gradientDescent(GradientDescent(maximumIterations: 300))])
  func completeSeparationIsReported(_ solver: LogisticRegression.Solver) throws {
    let x = Matrix<Double>(rows: 20, columns: 2) { i, j in
      j == 0 ? Double(i) : Double(i * 7 % 5)
    }
    let y = (0..<20).map { $0 >= 8 }
    let fit = try LogisticRegression(solver: solver).fit(x, y)
    let separation = try #require(fit.separation)
    #expect(separation.kind == .complete && separation.separatedRows == 20)
    #expect(!fit.convergence.isConverged && fit.convergence.reason == .separated)
    #expect(fit.standardErrors.allSatisfy { $0.isNaN })
    for i in 0..<20 {
      let side = separation.intercept + dot(separation.direction, x[row: i])
      #expect((side > 0) == y[i])
    }
    #expect(fit.summary().contains("separated"))
    // The remedies.
    let ridge = try LogisticRegression(l2Penalty: 0.01, solver: solver).fit(x, y)
    #expect(ridge.separation == nil && ridge.convergence.isConverged)
    let firth = try LogisticRegression(estimator: .firth).fit(x, y)
    #expect(firth.separation == nil && firth.convergence.isConverged)
  }

  @Test(arguments: solvers)
  func quasiCompleteSeparationIsReported(_ solver: LogisticRegression.Solver) throws {
    // The second predictor separates where it is not 0, and the first one overlaps.
    let x = Matrix<Double>(rows: 24, columns: 2) { i, j in
      j == 0 ? Double(i * 5 % 7) : i < 6 ? 1 : i < 10 ? -2 : 0
    }
    let y = (0..<24).map { i in i < 6 ? true : i < 10 ? false : i % 3 == 0 }
    let fit = try LogisticRegression(solver: solver).fit(x, y)
    let separation = try #require(fit.separation)
    #expect(separation.kind == .quasiComplete && separation.separatedRows == 10)
    #expect(separation.direction[0].magnitude < 1e-6 && separation.direction[1] > 0.999)
    for i in 0..<24 {
      let side = separation.intercept + dot(separation.direction, x[row: i])
      #expect(x[i, 1] == 0 ? side.magnitude < 1e-6 : (side > 0) == y[i])
    }
  }

  /// Overlapping classes are never called separated, however large the coefficients.
  @Test func steepIsNotSeparated() throws {
    let x = Matrix<Double>(rows: 2000, columns: 1) { i, _ in Double(i) / 100 }
    var y = (0..<2000).map { $0 >= 1000 }
    (y[999], y[1000]) = (true, false)
    let fit = try LogisticRegression().fit(x, y)
    #expect(fit.separation == nil && fit.convergence.isConverged)
    #expect(fit.coefficients[0] > 50 && fit.standardErrors[0].isFinite)
  }

  // MARK: Weights, starts, callbacks, extremes

  @Test func classWeights() throws {
    let (x, y) = Self.small()
    let positive = Double(y.count { $0 })
    let balanced = try LogisticRegression(classWeights: .balanced).fit(x, y)
    let byHand = try LogisticRegression().fit(
      x, y, weights: y.map { 40 / (2 * ($0 ? positive : 40 - positive)) })
    let fixed = try LogisticRegression(
      classWeights: .fixed(negative: 20 / (40 - positive), positive: 20 / positive)
    ).fit(x, y)
    for j in 0..<3 {
      #expect((balanced.coefficients[j] - byHand.coefficients[j]).magnitude < 1e-12)
      #expect((balanced.coefficients[j] - fixed.coefficients[j]).magnitude < 1e-12)
    }
  }

  @Test func warmStartAndCallback() throws {
    let (x, y) = Self.small()
    let cold = try LogisticRegression().fit(x, y)
    let warm = try LogisticRegression().fit(x, y, start: cold)
    #expect(warm.convergence.iterations <= 1 && cold.convergence.iterations > 3)
    var seen: [Int] = []
    let stopped = try LogisticRegression().fit(x, y) { iteration in
      seen.append(iteration.number)
      return iteration.number < 2
    }
    #expect(seen == [1, 2] && stopped.convergence.reason == .stopped)
  }

  @Test func probabilitiesDoNotOverflow() throws {
    let (x, y) = Self.small()
    let fit = try LogisticRegression().fit(x, y)
    let far: Matrix<Double> = [[1e6, 0, 0], [-1e6, 0, 0]]
    let logs = try fit.logProbabilities(far)
    #expect((logs.positive + logs.negative).allSatisfy { $0.isFinite && $0 <= 0 })
    let p = try fit.probabilities(far)
    #expect(p[0] == 1 && p[1] >= 0 && p[1] < 1e-300)
    #expect(try fit.predict(far) == [true, false])
  }

  @Test(arguments: [1e-150, 1e150]) func extremeScales(scale: Double) throws {
    let (x, y) = Self.small()
    let plain = try LogisticRegression().fit(x, y)
    var scaled = x
    for i in 0..<40 { scaled[i, 1] *= scale }
    let fit = try LogisticRegression().fit(scaled, y)
    #expect(Bounds.digits(fit.coefficients[1] * scale, plain.coefficients[1]) >= 11)
    #expect(Bounds.digits(fit.standardErrors[1] * scale, plain.standardErrors[1]) >= 11)
    #expect(Bounds.digits(fit.coefficients[0], plain.coefficients[0]) >= 11)
  }

  /// Enough rows for the start from a sample, and for several threads.
  @Test func manyRows() throws {
    let (n, p) = (60_000, 20)
    let x = Matrix<Double>.random(n, p, seed: 8)
    let noise = Matrix<Double>.random(n, 1, seed: 9)
    let y = (0..<n).map { x[$0, 0] - x[$0, 3] + 0.2 + 2 * noise[$0, 0] > 0 }
    let fit = try LogisticRegression().fit(x, y)
    #expect(fit.convergence.isConverged)
    let goal = try LogisticObjective(x, y)
    var gradient = [Double](repeating: 0, count: p + 1)
    _ = goal.value(at: [fit.intercept] + fit.coefficients, gradient: &gradient)
    #expect(normInfinity(gradient) < 1e-14)
    // The same from 0, by the callback, without the sample.
    let slow = try LogisticRegression().fit(x, y) { _ in true }
    #expect(slow.convergence.iterations > fit.convergence.iterations)
    #expect((slow.coefficients[0] - fit.coefficients[0]).magnitude < 1e-12)
  }

  /// No predictors at all: the logit of the share.
  @Test(arguments: solvers) func interceptAlone(_ solver: LogisticRegression.Solver) throws {
    let fit = try LogisticRegression(solver: solver).fit(
      Matrix(rows: 4, columns: 0), [true, true, false, true])
    #expect(Bounds.digits(fit.intercept, Foundation.log(3)) >= 8 && fit.coefficients.isEmpty)
    #expect(try fit.probabilities(Matrix(rows: 1, columns: 0)).count == 1)
  }

  @Test func badInputIsNamed() throws {
    let model = LogisticRegression()
    let (x, y) = Self.small()
    #expect(throws: ModelError.noData) { try model.fit(Matrix(rows: 0, columns: 1), [Bool]()) }
    #expect(throws: ModelError.oneClass) { try model.fit([[1], [2]], [true, true]) }
    #expect(throws: ModelError.oneClass) { try model.fit([[1]], [true]) }
    #expect(throws: ModelError.unknownLabel(row: 1, label: "2")) {
      try model.fit([[1], [2]], [0, 2])
    }
    #expect(throws: ModelError.dimensionMismatch("labels", expected: 2, found: 1)) {
      try model.fit([[1], [2]], [true])
    }
    var holes = x
    holes[7, 2] = .nan
    #expect(throws: ModelError.nonFinite(row: 7, column: 2)) { try model.fit(holes, y) }
    holes[7, 2] = .infinity
    #expect(throws: ModelError.nonFinite(row: 7, column: 2)) { try model.fit(holes, y) }
    #expect(throws: ModelError.tooFewRows(rows: 2, coefficients: 3)) {
      try model.fit([[1, 2], [2, 1]], [true, false])
    }
    #expect(throws: ModelError.invalidWeight(row: 1, weight: -1)) {
      try model.fit([[1], [2]], [true, false], weights: [1, -1])
    }
    #expect(throws: ModelError.noWeight) {
      try model.fit([[1], [2]], [true, false], weights: [0, 0])
    }
    #expect(throws: ModelError.self) { try LogisticRegression(l2Penalty: -1).fit(x, y) }
    #expect(throws: ModelError.self) {
      try LogisticRegression(l2Penalty: 1, estimator: .firth).fit(x, y)
    }
    // Dependent predictors are named without a penalty, and do no harm with one.
    let doubled = x.appendingColumns(Matrix(column: x[column: 1].map { 2 * $0 - 1 }))
    for solver in Self.solvers {
      #expect(throws: ModelError.collinear(columns: [3])) {
        try LogisticRegression(solver: solver).fit(doubled, y)
      }
    }
    let constant = x.appendingColumns(Matrix(rows: 40, columns: 1, repeating: 5))
    #expect(throws: ModelError.collinear(columns: [3])) { try model.fit(constant, y) }
    let ridge = try LogisticRegression(l2Penalty: 0.1).fit(constant, y)
    #expect(ridge.coefficients[3].magnitude < 1e-12 && ridge.convergence.isConverged)
    let wide = Matrix<Double>.random(10, 30, seed: 3)
    let fit = try LogisticRegression(l2Penalty: 0.1).fit(wide, (0..<10).map { $0 % 3 == 0 })
    #expect(fit.convergence.isConverged)
  }

  @Test func aFitIsCodable() throws {
    let (x, y) = Self.small()
    let fit = try LogisticRegression().fit(x, y)
    let data = try JSONEncoder().encode(fit)
    #expect(try JSONDecoder().decode(LogisticRegression.Fitted.self, from: data) == fit)
  }
}
