import Foundation
import LinAlg
import Models
import Tables
import TestSupport
import Testing

@Suite struct SoftmaxRegressionTests {
  static let solvers: [SoftmaxRegression.Solver] = [.automatic, .newton, .lbfgs, .newtonCG]
  static let classics = Classic.all("softmax")
  static let small = classics.filter { $0.x[0].count * ($0.classes ?? 0) < 200 }

  private func check(
    _ fit: SoftmaxRegression.Fitted<Int>, _ set: Classic, _ digits: Double
  ) throws {
    #expect(fit.convergence.isConverged, "\(fit.convergence.reason)")
    let w = fit.coefficients
    let values = (0..<w.rows).flatMap { w[row: $0] }
    #expect(Classic.digits(values, set.coefficients) >= digits)
    #expect(Classic.digits(fit.intercepts, try #require(set.interceptValue)) >= digits)
    #expect(Classic.digits([fit.objective], try #require(set.objective)) >= 11)
    #expect(Classic.digits([fit.logLikelihood], try #require(set.logLikelihood)) >= 9)
  }

  @Test(arguments: solvers, small)
  func coefficients(_ solver: SoftmaxRegression.Solver, _ set: Classic) throws {
    let fit = try SoftmaxRegression(l2Penalty: set.l2Penalty ?? 0, solver: solver).fit(
      set.design, set.y.map { Int($0) })
    // The last step has a gradient in extended precision.
    try check(fit, set, 11)
  }

  @Test func coefficientsOfDigits() throws {
    let set = try #require(Self.classics.first { $0.name == "digits" })
    let model = SoftmaxRegression(l2Penalty: try #require(set.l2Penalty), solver: .newtonCG)
    // 640 parameters, of which the worst has 8.7 digits without vector instructions.
    try check(try model.fit(set.design, set.y.map { Int($0) }), set, 8)
    #expect(Self.classics.count >= 6)
  }

  @Test(arguments: Classic.all("multinomial")) func baseline(_ set: Classic) throws {
    let fit = try SoftmaxRegression().fit(set.design, set.y.map { Int($0) })
    #expect(fit.convergence.isConverged && !fit.isSeparated)
    let relative = try fit.relative(to: fit.classes[0])
    func rows(_ a: Matrix<Double>) -> [Double] { (0..<a.rows).flatMap { a[row: $0] } }
    #expect(Classic.digits(rows(relative.coefficients), set.coefficients) >= 9)
    #expect(Classic.digits(relative.intercepts, try #require(set.interceptValue)) >= 9)
    #expect(Classic.digits(rows(relative.standardErrors), try #require(set.standardErrors)) >= 9)
    #expect(
      Classic.digits(
        relative.interceptStandardErrors, try #require(set.interceptStandardErrors)) >= 9)
    #expect(Classic.digits([fit.logLikelihood], try #require(set.logLikelihood)) >= 10)
    #expect(relative.pValues.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  // MARK: The loss

  /// As one would write it by hand, one row and one class at a time, straight from the formula.
  private func naiveLoss(
    _ w: Matrix<Double>, _ x: Matrix<Double>, _ y: [Int], _ penalty: Double,
    weights: [Double]? = nil
  ) -> (Double, Matrix<Double>) {
    var (loss, gradient) = (0.0, Matrix<Double>(rows: w.rows, columns: w.columns))
    for i in 0..<x.rows {
      let z = (0..<w.columns).map { k in (0..<w.rows).reduce(0) { $0 + x[i, $1] * w[$1, k] } }
      let total = z.reduce(0) { $0 + Foundation.exp($1) }
      let weight = weights?[i] ?? 1
      loss += weight * (Foundation.log(total) - z[y[i]])
      for k in 0..<w.columns {
        for j in 0..<w.rows {
          let difference = Foundation.exp(z[k]) / total - (k == y[i] ? 1 : 0)
          gradient[j, k] += weight * x[i, j] * difference
        }
      }
    }
    let n = weights?.reduce(0, +) ?? Double(x.rows)
    let square = w.elements.reduce(0) { $0 + $1 * $1 }
    return (loss / n + penalty / 2 * square, (1 / n) * gradient + penalty * w)
  }

  @Test func softmaxLossIsTheNaiveLoss() throws {
    for (n, p, k) in [(1, 1, 2), (7, 3, 4), (200, 10, 10), (3000, 6, 3), (20_000, 6, 3)] {
      let x = Matrix<Double>.random(n, p, seed: 1)
      let w = Matrix<Double>.random(p, k, seed: 2)
      let y = (0..<n).map { $0 * 7 % k }
      let (loss, gradient) = try softmaxLoss(w, x, y, penalty: 0.3)
      let (naive, naiveGradient) = naiveLoss(w, x, y, 0.3)
      #expect(Bounds.digits(loss, naive) >= 13)
      #expect((gradient - naiveGradient).elements.allSatisfy { $0.magnitude < 1e-14 })
      let weights = (0..<n).map { Double(1 + $0 * 3 % 7) }
      let goal = try SoftmaxObjective(
        x, y, classes: k, l2Penalty: 0.3, fitsIntercept: false, weights: weights)
      var found = [Double](repeating: 0, count: p * k)
      let (value, slopes) = naiveLoss(w, x, y, 0.3, weights: weights)
      #expect(Bounds.digits(goal.value(at: w.elements, gradient: &found), value) >= 13)
      #expect(zip(found, slopes.elements).allSatisfy { ($0 - $1).magnitude < 1e-14 })
    }
    // Logits of ±10⁴ overflow a naive exponential.
    let far = try softmaxLoss([[1e4, -1e4]], [[1], [-1]], [0, 0])
    #expect(far.loss == 1e4 && far.gradient.elements.allSatisfy { $0.isFinite })
    // The probability underflows, its logarithm does not: log 2 + 1000.
    let under = try softmaxLoss([[0, 0, -1000]], [[1]], [2])
    #expect(Bounds.digits(under.loss, 1000 + Foundation.log(2)) >= 14)
    #expect(throws: ModelError.unknownLabel(row: 1, label: "2")) {
      try softmaxLoss([[1, 2]], [[1], [2]], [0, 2])
    }
    #expect(throws: ModelError.dimensionMismatch("rows of the weights", expected: 1, found: 2)) {
      try softmaxLoss([[1, 2], [3, 4]], [[1], [2]], [0, 1])
    }
  }

  @Test(arguments: [true, false]) func derivatives(intercept: Bool) throws {
    let x = Matrix<Double>.random(60, 3, seed: 5)
    let weights = (0..<60).map { Double($0 % 3) }
    let goal = try SoftmaxObjective(
      x, (0..<60).map { $0 % 4 }, classes: 4, l2Penalty: 0.2, fitsIntercept: intercept,
      weights: weights)
    let point = (0..<goal.parameterCount).map { Double($0 * 7 % 5) / 5 }
    let check = try checkGradient(of: goal, at: point)
    #expect(check.passes(tolerance: 1e-9), "\(check.failures(tolerance: 1e-9))")
    var gradient = point
    var hessian = Matrix<Double>(rows: 0, columns: 0)
    _ = goal.value(at: point, gradient: &gradient, hessian: &hessian)
    // A direction without a part common to all classes, where the Hessian has curvature added.
    let order = goal.parameterCount / 4
    var direction = (0..<goal.parameterCount).map { Double($0 * 3 % 7) - 3 }
    for j in 0..<order {
      let mean = (0..<4).reduce(0) { $0 + direction[j + $1 * order] } / 4
      for k in 0..<4 { direction[j + k * order] -= mean }
    }
    let product = goal.hessianProduct(at: point, direction)
    let formed = hessian * direction
    for j in product.indices {
      #expect((product[j] - formed[j]).magnitude <= 1e-13 * max(1, normInfinity(formed)))
    }
  }

  /// A mean that is far larger than the spread: the design is shifted before products, not after them.
  @Test(arguments: solvers) func largeMeansChangeNothing(
    _ solver: SoftmaxRegression.Solver
  ) throws {
    let (x, y) = try Self.iris()
    var far = x
    for i in 0..<x.rows { far[i, 1] += 1024 }
    let model = SoftmaxRegression(l2Penalty: 1e-2, solver: solver)
    let (near, shifted) = (try model.fit(x, y), try model.fit(far, y))
    for k in 0..<3 {
      for j in 0..<4 {
        #expect((near.coefficients[j, k] - shifted.coefficients[j, k]).magnitude < 1e-6)
      }
    }
  }

  // MARK: Real digits

  @Test func digitsAreRead() throws {
    let data = Datasets.digits
    #expect(data.x.rows == 1797 && data.x.columns == 64 && Set(data.y).count == 10)
    let split = try TrainTestSplit(stratifying: data.y, testShare: 0.25, seed: 1)
    let model = SoftmaxRegression(l2Penalty: 1e-2)
    let fit = try model.fit(
      data.x.selectingRows(split.train), split.train.map { data.y[$0] })
    let truth = split.test.map { data.y[$0] }
    let found = try fit.predict(data.x.selectingRows(split.test))
    #expect(try accuracy(found, truth) > 0.94)
    let confusion = try ConfusionMatrix(found, truth)
    #expect(confusion.classes == Array(0...9))
    #expect(confusion.counts.reduce(0) { $0 + $1.reduce(0, +) } == truth.count)
    let p = try fit.probabilities(data.x.selectingRows(split.test))
    let rowSums = p * [Double](repeating: 1, count: 10)
    #expect(rowSums.allSatisfy { ($0 - 1).magnitude < 1e-14 })
    // One model against all others is nearly as good.
    let rest = try OneVsRest(LogisticRegression(l2Penalty: 1e-2)).fit(
      data.x.selectingRows(split.train), split.train.map { data.y[$0] })
    #expect(try accuracy(rest.predict(data.x.selectingRows(split.test)), truth) > 0.93)
    let shares = try rest.probabilities(data.x.selectingRows(split.test))
    #expect((shares * [Double](repeating: 1, count: 10)).allSatisfy { ($0 - 1).magnitude < 1e-14 })
  }

  // MARK: Labels, starts, failures

  static func iris() throws -> (x: Matrix<Double>, y: [Int]) {
    let set = try #require(classics.first { $0.name == "iris" })
    return (set.design, set.y.map { Int($0) })
  }

  @Test func labelsMayBeStringsOrSparse() throws {
    let (x, y) = try Self.iris()
    let model = SoftmaxRegression(l2Penalty: 1e-3)
    let plain = try model.fit(x, y)
    let names = try model.fit(x, y.map { ["setosa", "versicolor", "virginica"][$0] })
    let sparse = try model.fit(x, y.map { [-7, 40, 1_000_000][$0] })
    #expect(names.classes == ["setosa", "versicolor", "virginica"])
    #expect(sparse.classes == [-7, 40, 1_000_000])
    #expect(names.coefficients == plain.coefficients)
    #expect(sparse.coefficients == plain.coefficients)
    #expect(try names.predict(x)[0] == "setosa")
    let data = try JSONEncoder().encode(names)
    let decoded = try JSONDecoder().decode(
      SoftmaxRegression.Fitted<String>.self, from: data)
    #expect(decoded == names)
  }

  /// Two classes are logistic regression: the slopes differ by its slopes, half of them each, so penalties differ too.
  @Test func twoClassesAreLogistic() throws {
    let (x, y) = LogisticRegressionTests.small()
    let two = try SoftmaxRegression(l2Penalty: 0.2).fit(x, y.map { $0 ? 1 : 0 })
    let one = try LogisticRegression(l2Penalty: 0.1).fit(x, y)
    for j in 0..<3 {
      let slope = two.coefficients[j, 1] - two.coefficients[j, 0]
      #expect((slope - one.coefficients[j]).magnitude < 1e-10)
    }
    #expect((two.intercepts[1] - two.intercepts[0] - one.intercept).magnitude < 1e-10)
  }

  @Test func warmStartAndCallback() throws {
    let (x, y) = try Self.iris()
    let model = SoftmaxRegression(l2Penalty: 1e-3)
    let cold = try model.fit(x, y)
    let warm = try model.fit(x, y, start: cold)
    #expect(warm.convergence.iterations < cold.convergence.iterations)
    let stopped = try model.fit(x, y) { $0.number < 2 }
    #expect(stopped.convergence.reason == .stopped)
    #expect(throws: ModelError.self) { try model.fit(x, y.map { $0 % 2 }, start: cold) }
  }

  /// The search begins where a sample has its minimum, unless the sample was learned by heart: never worse than at 0.
  @Test(arguments: [SoftmaxRegression.Solver.lbfgs, .newtonCG])
  func samplesLearnedByHeart(_ solver: SoftmaxRegression.Solver) throws {
    let x = Matrix<Double>.random(2000, 40, seed: 6)
    var generator = SeededGenerator(7)
    let y = (0..<2000).map { _ in Int(5 + 5 * generator.uniform()) }
    let fit = try SoftmaxRegression(l2Penalty: 1e-4, solver: solver).fit(x, y)
    let begin = try #require(fit.convergence.trace.first)
    #expect(fit.convergence.isConverged && begin <= Foundation.log(10.0) + 1e-12)
    let plain = try SoftmaxRegression(l2Penalty: 1e-4, solver: solver).fit(x, y, start: fit)
    #expect(Bounds.digits(plain.objective, fit.objective) >= 9)
  }

  @Test func separationIsReported() throws {
    let x = Matrix<Double>(rows: 30, columns: 1) { i, _ in Double(i) }
    let y = (0..<30).map { $0 / 10 }
    let fit = try SoftmaxRegression().fit(x, y)
    #expect(fit.isSeparated && fit.convergence.reason == .separated)
    #expect(throws: ModelError.self) { try fit.relative(to: 0) }
  }

  @Test func badInputIsNamed() throws {
    let (x, y) = try Self.iris()
    let model = SoftmaxRegression(l2Penalty: 1e-3)
    #expect(throws: ModelError.oneClass) { try model.fit(x, y.map { _ in 1 }) }
    #expect(throws: ModelError.noData) { try model.fit(Matrix(rows: 0, columns: 1), [Int]()) }
    #expect(throws: ModelError.dimensionMismatch("labels", expected: 150, found: 149)) {
      try model.fit(x, Array(y.dropLast()))
    }
    var holes = x
    holes[149, 3] = -.infinity
    #expect(throws: ModelError.nonFinite(row: 149, column: 3)) { try model.fit(holes, y) }
    holes[149, 3] = .nan
    #expect(throws: ModelError.nonFinite(row: 149, column: 3)) { try model.fit(holes, y) }
    #expect(throws: ModelError.self) { try SoftmaxRegression(l2Penalty: .nan).fit(x, y) }
    let doubled = x.appendingColumns(Matrix(column: x[column: 0]))
    #expect(throws: ModelError.collinear(columns: [4])) {
      try SoftmaxRegression().fit(doubled.selectingRows(Array(50..<150)), Array(y[50...]))
    }
    #expect(throws: ModelError.invalidWeight(row: 2, weight: .infinity)) {
      var weights = [Double](repeating: 1, count: 150)
      weights[2] = .infinity
      return try model.fit(x, y, weights: weights)
    }
    #expect(throws: ModelError.oneClass) {
      try OneVsRest(LogisticRegression()).fit([[1], [2]], ["a", "a"])
    }
  }
}
