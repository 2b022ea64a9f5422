import Charts
import Foundation
import LinAlg
import Models
import Tables
import TestSupport
import Testing

/// The snippets of the README, compiled and run.
///
/// The last test proves that they are the README's.
@Suite struct READMETests {
  @Test func matrices() throws {
    let a: Matrix<Double> = [[4, 1], [2, 3]]
    let b = a * a  // a product through BLAS
    let x = try a.solve([6, 8])  // [1, 2]
    let lu = try LU(a)  // factor once, solve many
    let y = try lu.solve([5, 5], transposed: true)  // [0.5, 1.5] solves Aᵀy = (5, 5)
    print(b, lu.rowOrder, try lu.determinant, try lu.reciprocalCondition)

    #expect(Bounds.difference(Matrix(column: x), [[1], [2]]) <= 1)
    #expect(Bounds.difference(Matrix(column: y), [[0.5], [1.5]]) <= 1)
    #expect(b == [[18, 7], [14, 11]])
  }

  @Test func products() {
    let (a, b) = (Matrix<Double>.random(3, 4, seed: 1), Matrix<Double>.random(3, 5, seed: 2))
    var c = Matrix<Double>(rows: 4, columns: 5)
    multiply(a, b, into: &c, transposeA: true)  // C ← Aᵀ B: nothing copied, nothing allocated

    #expect(Bounds.difference(c, a.transposed() * b) <= 1)
  }

  @Test func vectorFunctions() {
    let p = sigmoid([-1000, 0, 2.0])  // [0, 0.5, 0.88…]
    let q = softmax([[0, 1e4], [2, 2]] as Matrix<Double>)  // [[0, 1], [0.5, 0.5]]
    let r = softmax([[0, 1e4], [0, 1e4]] as Matrix<Double>, each: .column)  // 0.5 everywhere
    var gradient = [1, 1, 1.0]
    gradient.scaleByDerivative(of: .sigmoid, output: p)  // [0, 0.25, 0.10…]

    #expect(r == Matrix(rows: 2, columns: 2, repeating: 0.5))
    #expect(gradient[..<2] == [0, 0.25] && Bounds.digits(gradient[2], 0.10499358540350652) >= 14)
    #expect(p[0] == 0 && p[1] == 0.5 && Bounds.digits(p[2], 0.8807970779778823) >= 15)
    #expect(q == [[0, 1], [0.5, 0.5]])
  }

  @Test func bands() throws {
    let band = try BandMatrix<Double>(
      order: 4, diagonals: [-1: [1, 1, 1], 0: [4, 4, 4, 4], 1: [1, 1, 1]])
    let z = try band.solve([5, 6, 6, 5])  // [1, 1, 1, 1]

    #expect(Bounds.difference(Matrix(column: z), Matrix(column: [1, 1, 1, 1])) <= 1)
  }

  @Test func leastSquaresOfAnyRank() throws {
    let fit = try leastSquares([[1, 1], [1, 1], [1, 1]], [1, 2, 3])
    print(fit.rank, fit.coefficients)  // 1 [1.0, 1.0]: of all solutions the shortest

    #expect(fit.rank == 1)
    #expect(Bounds.difference(Matrix(column: fit.coefficients), [[1], [1]]) <= 1)
  }

  @Test func regression() throws {
    let predictors: Matrix<Double> = [[1, 2], [2, 1], [3, 5], [4, 3], [5, 8]]
    let responses = [14, 15, 29, 26, 45.0]
    let model = try LinearRegression().fit(predictors, responses)
    print(model.intercept, model.coefficients)  // 5.1 [3.1, 3.0]
    print(model.summary(names: ["age", "size"]))  // the table that statistics programs print
    let forecast = try model.intervals([[6, 9]])  // prediction, confidence and prediction interval
    let robust = try model.withCovariance(.hc3, predictors, responses)
    print(robust.pValues, forecast[0].predictive)

    #expect(Bounds.digits(model.intercept, 5.1) >= 13)
    #expect(Bounds.digits(forecast[0].prediction, 50.7) >= 13)
  }

  @Test func classification() throws {
    let hours = Matrix(column: [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4])
    let passed = [false, false, true, false, true, false, true, true]
    let exam = try LogisticRegression().fit(hours, passed)
    let chance = try exam.probabilities([[2.75]])  // 0.64…
    print(exam.standardErrors, exam.pseudoRSquared, exam.convergence.reason)
    let separated = try LogisticRegression().fit([[1], [2], [3], [4]], [0, 0, 1, 1])
    print(separated.separation?.kind == .complete)  // true: no silent huge coefficient
    let species = try SoftmaxRegression(l2Penalty: 0.01).fit(
      [[1.4, 0.2], [1.3, 0.2], [4.7, 1.4], [4.5, 1.5], [6.0, 2.5], [5.9, 2.1]],
      ["setosa", "setosa", "versicolor", "versicolor", "virginica", "virginica"])
    let guess = try species.predict([[1.5, 0.3]])  // ["setosa"]

    #expect((chance[0] - 0.644).magnitude < 0.01, "\(chance)")
    #expect(separated.separation?.kind == .complete && guess == ["setosa"])
  }

  @Test func optimisers() throws {
    let bowl = FunctionObjective(2) { x, gradient in
      gradient = [2 * (x[0] - 3), 20 * (x[1] + 1)]
      return (x[0] - 3) * (x[0] - 3) + 10 * (x[1] + 1) * (x[1] + 1)
    }
    let minimum = try LBFGS().minimize(bowl, from: [0, 0])  // parameters [3, -1]
    let right = try checkGradient(of: bowl, at: [1, 1]).passes()  // true

    #expect((minimum.parameters[0] - 3).magnitude < 1e-8 && right)
    #expect((minimum.parameters[1] + 1).magnitude < 1e-8)
  }

  @Test func networks() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "xor")

    var network = MultilayerPerceptron<Float>([.dense(8, .sigmoid), .dense(2, .softmax)], seed: 1)
    network.optimizer = .adam(Adam(learningRate: 0.05))
    (network.batchSize, network.epochs) = (nil, 500)
    let corners: Matrix<Float> = [[0, 0], [0, 1], [1, 0], [1, 1]]
    let trained = try network.fit(corners, classes: [0, 1, 1, 0])
    let xor = try trained.predictClasses(corners)  // [0, 1, 1, 0]
    let wrong = try network.checkGradients(corners, .classes([0, 1, 1, 0]))  // []: none
    try trained.save(to: file)  // file.json, and file.safetensors for PyTorch
    let loaded = try MultilayerPerceptron<Float>.Fitted(contentsOf: file)

    #expect(xor == [0, 1, 1, 0] && wrong.isEmpty && loaded == trained)
  }

  @Test func probabilities() throws {
    let posterior = try BetaBinomial().updated(successes: 6, of: 10)  // from a uniform prior
    let credible = try posterior.distribution.highestDensityInterval()  // 0.318…0.841
    let next3 = posterior.predictiveProbability(2, of: 3)

    #expect((credible.lowerBound - 0.318).magnitude < 0.001, "\(credible)")
    #expect((credible.upperBound - 0.841).magnitude < 0.001, "\(credible)")
    // B(9, 6)/B(7, 5) · 3
    #expect(Bounds.digits(next3, 3 * 7.0 * 8 * 5 / (12 * 13 * 14)) >= 12)
  }

  @Test func filters() throws {
    var filter = TimeVaryingFilter(weights: [1, 0.5, 0.25])
    let smooth = try filter.apply(to: [4, 8, 8])  // [4, 6, 6.5]
    filter.method = .banded  // the same as a band system, with row exchanges as in gbsv
    let next = try filter.apply(to: [7, 9, 9], from: smooth.last)  // goes on from 6.5
    let learn = try filter.gradients(outputGradient: [0, 0, 1], output: smooth, signal: [4, 8, 8])
    print(next, learn.weights)  // [7.0, 8.0, 8.25] [0.0, 3.0, 2.0]

    #expect(smooth == [4, 6, 6.5] && next == [7, 8, 8.25] && learn.weights == [0, 3, 2])
  }

  @Test func segments() throws {
    let groups = try SegmentedSoftmax(offsets: [0, 2, 5])  // values 0 to 1 and 2 to 4
    let shares = try groups.softmax([0, 0, 1e4, 1e4, -.infinity])  // [0.5, 0.5, 0.5, 0.5, 0]
    let losses = try groups.crossEntropy([0, 0, 1, 1, 1], labels: [0, 2])  // [log 2, log 3]

    #expect(shares == [0.5, 0.5, 0.5, 0.5, 0])
    #expect(Bounds.digits(losses[0], 0.6931471805599453) >= 15)
    #expect(Bounds.digits(losses[1], 1.0986122886681098) >= 15)
  }

  @Test func files() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file.appendingPathExtension("npy")) }
    let table = try Table(csv: "rooms,city,price\n3,Bonn,310\n4,Köln,450\n2,Bonn,220\n5,Köln,540\n")
    let (homes, titles) = try table.matrix(["rooms", "city"])  // titles: ["rooms", "city=Köln"]
    let prices = try LinearRegression().fit(homes, table.numbers("price"))
    try NumPyArray(homes).write(to: file.appendingPathExtension("npy"))

    #expect(titles == ["rooms", "city=Köln"])
    #expect(Bounds.digits(prices.coefficients[0], 90) >= 12)
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")))
  func pictures() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file.appendingPathExtension("svg")) }
    let belief = try BetaBinomial().updated(successes: 6, of: 10).distribution
    let picture = try Chart.density(
      belief, prior: .uniform, title: "The coin after six heads in ten tosses")
    try picture.write(to: file.appendingPathExtension("svg"))
  }

  @Test func errors() throws {
    do {
      _ = try LU<Double>([[1, 2], [2, 4]])
    } catch .singular(let pivot) {
      print("the matrix is singular at pivot \(pivot)")
    }
  }

  @Test func theseAreTheSnippetsOfTheREADME() throws {
    func lines(_ text: String) -> [String] {
      text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty && !$0.hasPrefix("import ") }
    }
    let here = URL(filePath: #filePath)
    let root = here.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let source = try String(contentsOf: here, encoding: .utf8)
    let article = root.appending(path: "Sources/LinAlg/LinAlg.docc/GettingStarted.md")
    let all = readme + (try String(contentsOf: article, encoding: .utf8))
    let blocks = all.components(separatedBy: "```swift\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }.filter { !$0.contains(".package(") }
    #expect(blocks.count >= 5)
    let tested = lines(source).joined(separator: "\n")
    for block in blocks {
      #expect(tested.contains(lines(block).joined(separator: "\n")), "not tested:\n\(block)")
    }
  }
}
