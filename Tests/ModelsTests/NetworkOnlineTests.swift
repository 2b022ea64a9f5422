import LinAlg
import TestSupport
import Testing

@testable import Models

/// Training sample by sample has a kernel of its own; with a clipping that never cuts, the same steps are taken pass by pass.
@Suite struct NetworkOnlineTests {
  private static let samples = 24

  /// Every way that lines lie in vectors: fewer, as many and more inputs than units, and all remainders of vectors.
  @Test(arguments: [
    [3], [1, 2], [4, 16, 3], [9, 8, 17, 2], [33, 7, 20], [5, 40, 40, 18], [64, 3, 64, 8],
    [16, 16, 16], [6, 18, 20, 3],
  ]) func classes(widths: [Int]) throws {
    for activation in [Activation.relu, .tanh] {
      try compare(Double.self, widths, .crossEntropy, activation)
      try compare(Float.self, widths, .crossEntropy, activation)
    }
  }

  @Test(arguments: [
    Activation.identity, .relu, .leakyReLU(slope: 0.1), .tanh, .sigmoid, .gelu,
  ]) func activations(activation: Activation) throws {
    for loss in [NetworkLoss.crossEntropy, .binaryCrossEntropy, .meanSquaredError] {
      try compare(Double.self, [6, 11, 9, 4], loss, activation)
      try compare(Float.self, [6, 11, 9, 4], loss, activation)
    }
  }

  /// The activation of the last layer, where the loss is not of logits.
  @Test(arguments: [Activation.relu, .leakyReLU(slope: 0.3), .tanh, .sigmoid])
  func lastActivation(activation: Activation) throws {
    try compare(Double.self, [5, 12, 3], .meanSquaredError, .tanh, last: activation)
    try compare(Float.self, [5, 12, 19], .meanSquaredError, .tanh, last: activation)
  }

  /// What stands between dense layers and does nothing, and activations that are layers of their own, also the last before the
  /// loss's.
  @Test func layersThatDoNothing() throws {
    for activation in [Activation.relu, .leakyReLU(slope: 0.1), .tanh] {
      for layers: [NetworkLayer] in [
        [.dense(7, activation), .dropout(0), .dense(3, activation), .dropout(0)],
        [.dense(7), .activation(.identity), .activation(activation), .dense(3)],
        [
          .dropout(0), .dense(7), .dropout(0), .activation(activation), .dense(3),
          .activation(.identity),
        ],
      ] {
        for loss in [NetworkLoss.crossEntropy, .binaryCrossEntropy, .meanSquaredError] {
          try compare(Double.self, [4, 3], loss, activation) { $0.layers = layers }
          try compare(Float.self, [4, 3], loss, activation) { $0.layers = layers }
        }
      }
    }
  }

  /// Which networks, optimisers and batches it is for.
  @Test func whatIsTaken() throws {
    func takes(
      _ layers: [NetworkLayer], batchSize: Int = 1,
      _ change: (inout MultilayerPerceptron<Double>) -> Void = { _ in }
    ) throws -> Bool {
      var network = MultilayerPerceptron<Double>(
        layers, loss: .meanSquaredError, optimizer: .sgd(SGD(learningRate: 0.1)))
      change(&network)
      let plan = try NetworkPlan(network.layers, inputs: 3, loss: network.loss)
      return NetworkOnline(network, plan, batchSize: batchSize) != nil
    }
    #expect(try takes([.dense(2)]))
    #expect(try takes([.dense(2, .relu), .dropout(0), .dense(2, .leakyReLU(slope: 2)), .dense(1)]))
    #expect(try takes([.dense(2), .activation(.sigmoid), .dense(2, .tanh)]))
    #expect(try takes([.dense(2, .relu), .dense(1)]) { $0.l2Penalty = 1 })
    #expect(try takes(Array(repeating: .dense(2, .relu), count: 16)))
    #expect(try !takes(Array(repeating: .dense(2, .relu), count: 17)))
    #expect(try !takes([.dense(2)], batchSize: 2))
    #expect(try !takes([.dense(2, .gelu)]))
    #expect(try !takes([.dense(2, .softmax)]))
    #expect(try !takes([.activation(.relu), .dense(2)]))
    #expect(try !takes([.dense(2, .relu), .activation(.relu)]))
    #expect(try !takes([.dense(2), .dropout(0.5), .dense(2)]))
    #expect(try !takes([.dense(2), .batchNormalization()]))
    #expect(try !takes([.dense(2)]) { $0.clipping = .norm(1) })
    #expect(try !takes([.dense(2)]) { $0.optimizer = .sgd(SGD(momentum: 0.5)) })
    #expect(try !takes([.dense(2)]) { $0.optimizer = .adam(Adam()) })
  }

  /// Sums of minus infinity are nothing behind a ReLU.
  @Test func infiniteSums() throws {
    var network = MultilayerPerceptron<Double>(
      [
        .dense(2, .relu, initializer: .values(weights: [[-1e200], [1]], biases: [0, 0])),
        .dense(1, initializer: .values(weights: [[1, 1]], biases: [0])),
      ], loss: .meanSquaredError, optimizer: .sgd(SGD(learningRate: 0)), batchSize: 1, epochs: 1)
    network.shuffles = false
    network.optimizer = .sgd(SGD(learningRate: 1e-300))
    let model = try network.fit([[1e200], [1]], [[1e200], [1]])
    #expect(model.history[0].loss == 0)
  }

  /// Going on from a checkpoint is the same as not stopping, and samples without weight are no steps.
  @Test func checkpoints() throws {
    let x = Matrix<Double>.random(Self.samples, 5, seed: 3)
    let classes = (0..<Self.samples).map { $0 % 3 }
    var network = MultilayerPerceptron<Double>(
      [.dense(8, .tanh), .dense(3)], optimizer: .sgd(SGD(learningRate: 0.05)), batchSize: 1,
      epochs: 6, seed: 5)
    let all = try network.fit(x, classes: classes)
    network.epochs = 2
    let first = try network.fit(x, classes: classes)
    #expect(first.checkpoint.steps == 2 * Self.samples)
    network.epochs = 6
    let rest = try network.fit(x, classes: classes, from: first.checkpoint)
    #expect(rest.parameters == all.parameters)
    #expect(rest.checkpoint.steps == 6 * Self.samples)
    var weights = [Double](repeating: 1, count: Self.samples)
    weights[3] = 0
    #expect(
      try network.fit(x, classes: classes, weights: weights).checkpoint.steps
        == 6 * (Self.samples - 1))
  }

  @Test func penaltyWeightsAndOrder() throws {
    for loss in [NetworkLoss.crossEntropy, .binaryCrossEntropy, .meanSquaredError] {
      try compare(Double.self, [6, 11, 4], loss, .relu) { $0.l2Penalty = 0.3 }
      try compare(Double.self, [6, 11, 4], loss, .relu) { $0.shuffles = true }
      let weights = (0..<Self.samples).map { [0, 1, 2.5][$0 % 3] }
      try compare(Double.self, [6, 11, 4], loss, .relu, weights: weights) {
        $0.shuffles = true
        $0.l2Penalty = 0.1
        $0.schedule = .exponential(factor: 0.5)
      }
    }
  }

  /// Samples of every class with logits that are far apart: no exponential overflows.
  @Test func largeLogits() throws {
    let x = Matrix<Double>(rows: 6, columns: 2) { i, j in Double((i * 5 + j * 3) % 7 - 3) * 300 }
    var network = MultilayerPerceptron<Double>(
      [.dense(3, .softmax)], optimizer: .sgd(SGD(learningRate: 0.5)), batchSize: 1, epochs: 3)
    network.shuffles = false
    let model = try network.fit(x, classes: [0, 1, 2, 0, 1, 2])
    network.clipping = .value(1e30)
    let other = try network.fit(x, classes: [0, 1, 2, 0, 1, 2])
    expectClose(model, other, steps: 18, width: 2)
  }

  @Test func divergence() {
    let x = Matrix<Double>(rows: 20, columns: 3) { i, j in Double((i * 5 + j * 3) % 7 - 3) * 1e3 }
    let y = Matrix<Double>(rows: 20, columns: 1) { i, _ in Double(i) }
    let network = MultilayerPerceptron<Double>(
      [.dense(8, .relu), .dense(1)], loss: .meanSquaredError,
      optimizer: .sgd(SGD(learningRate: 10)), batchSize: 1, epochs: 50)
    #expect {
      try network.fit(x, y)
    } throws: { error in
      guard case .trainingDiverged = error as? ModelError else { return false }
      return true
    }
  }

  private func compare<T: Scalar>(
    _: T.Type, _ widths: [Int], _ loss: NetworkLoss, _ hidden: Activation,
    last: Activation = .identity, weights: [Double]? = nil,
    _ change: (inout MultilayerPerceptron<T>) -> Void = { _ in }
  ) throws {
    let (inputs, outputs) = (widths[0], widths.count > 1 ? widths[widths.count - 1] : 2)
    let own = widths.count > 1 ? Array(widths[1...]) : [2]
    let x = Matrix<T>.random(Self.samples, inputs, seed: 3)
    let y = Matrix<T>.random(Self.samples, outputs, seed: 4)
    var network = MultilayerPerceptron<T>(
      own.enumerated().map { .dense($1, $0 < own.count - 1 ? hidden : last) }, loss: loss,
      optimizer: .sgd(SGD(learningRate: 0.02)), batchSize: 1, epochs: 2)
    network.shuffles = false
    change(&network)
    var both: [MultilayerPerceptron<T>.Fitted] = []
    for clipping in [nil, GradientClipping.value(1e30)] {
      network.clipping = clipping
      switch loss {
      case .crossEntropy:
        let classes = (0..<Self.samples).map { ($0 * 7) % outputs }
        both.append(try network.fit(x, classes: classes, weights: weights))
      case .binaryCrossEntropy:
        let shares = Matrix<T>(rows: y.rows, columns: y.columns) { abs(y[$0, $1]) / 2 }
        both.append(try network.fit(x, shares, weights: weights))
      case .meanSquaredError: both.append(try network.fit(x, y, weights: weights))
      }
    }
    #expect(both[0].history.count == 2 && both[1].history.count == 2)
    expectClose(both[0], both[1], steps: 2 * Self.samples, width: widths.max() ?? 1)
  }

  /// Each step adds the rounding of sums as long as a layer is wide.
  private func expectClose<T: Scalar>(
    _ a: MultilayerPerceptron<T>.Fitted, _ b: MultilayerPerceptron<T>.Fitted, steps: Int, width: Int
  ) {
    let scale = max(1, normInfinity(b.parameters))
    let difference = normInfinity(zip(a.parameters, b.parameters).map { $0 - $1 })
    #expect(a.parameters.count == b.parameters.count)
    #expect(difference <= Bounds.roundoff(steps * width, scale), "\(difference)")
    for (one, other) in zip(a.history, b.history) {
      let limit = Double(Bounds.roundoff(steps * width, T(max(1, other.loss))))
      #expect(abs(one.loss - other.loss) <= limit, "\(one.loss) \(other.loss)")
    }
  }
}
