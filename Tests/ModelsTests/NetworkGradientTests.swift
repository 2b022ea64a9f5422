import LinAlg
import Models
import TestSupport
import Testing

@Suite struct NetworkGradientTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let layers: [NetworkLayer]
    let loss: NetworkLoss
  }

  static let hidden: [Activation] = [
    .identity, .sigmoid, .tanh, .relu, .leakyReLU(slope: 0.1), .gelu,
  ]

  static let cases: [Case] =
    hidden.map { activation in
      Case(
        testDescription: "\(activation) cross-entropy",
        layers: [.dense(7, activation), .dense(5, activation), .dense(3, .softmax)],
        loss: .crossEntropy)
    } + [
      Case(
        testDescription: "logits", layers: [.dense(4, .tanh), .dense(3)], loss: .crossEntropy),
      Case(
        testDescription: "softmax under squares",
        layers: [.dense(4, .tanh), .dense(3, .softmax)], loss: .meanSquaredError),
      Case(
        testDescription: "binary", layers: [.dense(4, .tanh), .dense(2, .sigmoid)],
        loss: .binaryCrossEntropy),
      Case(
        testDescription: "squares", layers: [.dense(4, .sigmoid), .dense(2)],
        loss: .meanSquaredError),
      Case(
        testDescription: "normalisation first and between",
        layers: [
          .batchNormalization(), .dense(6), .batchNormalization(), .activation(.sigmoid),
          .dense(4, .tanh), .batchNormalization(), .dense(3, .softmax),
        ], loss: .crossEntropy),
      Case(
        testDescription: "dropout",
        layers: [
          .dropout(0.2), .dense(9, .sigmoid), .dropout(0.4), .dense(3, .softmax),
        ], loss: .crossEntropy),
      Case(
        testDescription: "wide enough for matrix products",
        layers: [.dense(40, .tanh), .dense(30, .gelu), .dense(3, .softmax)],
        loss: .crossEntropy),
    ]

  static let x = Matrix<Double>.random(20, 6, seed: 1)
  static let classes = (0..<20).map { ($0 * 7) % 3 }
  static let weights = (0..<20).map { Double(1 + $0 % 3) }

  static func targets(_ test: Case, outputs: Int) -> NetworkTargets<Double> {
    if test.loss == .crossEntropy { return .classes(classes) }
    let values = Matrix<Double>.random(20, outputs, seed: 2)
    return .values(Matrix(rows: 20, columns: outputs) { 0.5 + values[$0, $1] / 2 })
  }

  @Test(arguments: cases, [false, true])
  func agreesWithDifferences(_ test: Case, isWeighted: Bool) throws {
    let network = MultilayerPerceptron<Double>(
      test.layers, loss: test.loss, l2Penalty: 0.03, seed: 5)
    let outputs: Int = if case .dense(let units, _, _)? = test.layers.last { units } else { 0 }
    let errors = try network.checkGradients(
      Self.x, Self.targets(test, outputs: outputs), weights: isWeighted ? Self.weights : nil,
      tolerance: 1e-7)
    #expect(errors.isEmpty, "\(errors.first.map(\.description) ?? "")")
    // Every parameter matters, so that no derivative is 0 for the wrong reason.
    let single = MultilayerPerceptron<Float>(test.layers, loss: test.loss, seed: 5)
    let narrow = Matrix<Float>(rows: 20, columns: 6) { Float(Self.x[$0, $1]) }
    if test.loss == .crossEntropy {
      #expect(try single.checkGradients(narrow, .classes(Self.classes)).isEmpty)
    }
  }

  /// Few classes are parts of a vector, of half a vector or more.
  @Test(arguments: 2...17) func everyNumberOfClasses(count: Int) throws {
    let labels = (0..<20).map { ($0 * 7) % count }
    let layers: [NetworkLayer] = [.dense(4, .tanh), .dense(count, .softmax)]
    let network = MultilayerPerceptron<Double>(layers, loss: .crossEntropy, seed: 5)
    let errors = try network.checkGradients(
      Self.x, .classes(labels), weights: Self.weights, tolerance: 1e-7)
    #expect(errors.isEmpty, "\(errors.first.map(\.description) ?? "")")
    let single = MultilayerPerceptron<Float>(layers, loss: .crossEntropy, seed: 5)
    let narrow = Matrix<Float>(rows: 20, columns: 6) { Float(Self.x[$0, $1]) }
    #expect(try single.checkGradients(narrow, .classes(labels)).isEmpty)
  }

  /// A derivative that is wrong is found, with its place.
  @Test func brokenGradientsAreFound() throws {
    let network = MultilayerPerceptron<Double>(
      [.dense(4, .tanh), .batchNormalization(), .dense(3, .softmax)], seed: 1)
    let (objective, parameters) = try network.objective(Self.x, .classes(Self.classes))
    // 4·6 weights, 4 biases, 4 scales, 4 shifts, 3·4 weights, 3 biases.
    #expect(objective.parameterCount == 24 + 4 + 8 + 12 + 3)
    for (index, layer, name, row, column) in [
      (9, 0, "weights", 1, 2), (25, 0, "biases", 1, 0), (30, 1, "scale", 2, 0),
      (33, 1, "shift", 1, 0), (36 + 7, 2, "weights", 1, 2), (50, 2, "biases", 2, 0),
    ] {
      let broken = FunctionObjective(objective.parameterCount) { point, gradient in
        let value = objective.value(at: point, gradient: &gradient)
        gradient[index] += 0.01
        return value
      }
      let check = try checkGradient(of: broken, at: parameters)
      let errors = objective.errors(in: check)
      #expect(errors.count == 1)
      let found = try #require(errors.first)
      #expect(found.layer == layer && found.parameter == name)
      #expect(found.row == row && found.column == column)
    }
  }

  /// The loss is the mean over samples; the penalty takes weights, and no biases.
  @Test func scaling() throws {
    let layers: [NetworkLayer] = [
      .dense(1, .identity, initializer: .values(weights: [[2, -1]], biases: [3]))
    ]
    let network = MultilayerPerceptron<Double>(layers, loss: .meanSquaredError, l2Penalty: 0.5)
    let (objective, parameters) = try network.objective([[1, 2], [3, 4]], .values([[0], [1]]))
    var gradient = [Double](repeating: 0, count: 3)
    // Outputs 3 and 5, errors 3 and 4: mean square 12.5; ½·0.5·(4 + 1) = 1.25.
    #expect(objective.value(at: parameters, gradient: &gradient) == 13.75)
    #expect(gradient == [15 + 1, 22 - 0.5, 7])
  }
}
