import Foundation
import LinAlg
import Models
import TestSupport
import Testing

@Suite struct NetworkTests {
  typealias Network = MultilayerPerceptron<Double>

  // MARK: PyTorch

  /// Parameters after six steps of PyTorch; see Reference/networks.py.
  struct Reference: Decodable, CustomTestStringConvertible, Sendable {
    let name: String
    let losses: [Double]
    let parameters: [Double]
    let running: [Double]
    let outputs: [Double]
    var testDescription: String { name }

    static let all: [Reference] = {
      let file = Classic.folder.deletingLastPathComponent().appending(path: "networks.json")
      do {
        return try JSONDecoder().decode([Reference].self, from: Data(contentsOf: file))
      } catch {
        preconditionFailure("\(file): \(error)")
      }
    }()
  }

  static let x: Matrix<Double> = [
    [0.5, -1, 0.25], [1.5, 0.75, -0.5], [-0.25, 2, 1], [0, -0.5, -1.5], [1, 1, 0.5],
  ]
  static let classes = [0, 1, 2, 1, 0]
  static let values: Matrix<Double> = [[0.5, -1], [1, 0.25], [-0.5, 0], [2, 1], [0, -0.25]]
  static let first = Initializer.values(
    weights: [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6], [-0.7, 0.8, 0.9], [0.15, -0.25, 0.35]],
    biases: [0.05, -0.1, 0.15, 0.2])
  static let second = (
    weights: [[0.3, -0.1, 0.2, 0.5], [-0.4, 0.6, 0.1, -0.2], [0.25, 0.35, -0.45, 0.55]],
    biases: [0.01, -0.02, 0.03]
  )

  static func network(_ name: String) -> Network {
    let activations: [String: Activation] = [
      "sigmoid": .sigmoid, "tanh": .tanh, "relu": .relu, "leakyReLU": .leakyReLU(slope: 0.1),
      "gelu": .gelu,
    ]
    let momentum = NetworkOptimizer.sgd(SGD(learningRate: 0.1, momentum: 0.9))
    let optimizers: [String: NetworkOptimizer] = [
      "sgd": .sgd(SGD(learningRate: 0.1)), "momentum": momentum,
      "nesterov": .sgd(SGD(learningRate: 0.1, momentum: 0.9, isNesterov: true)),
      "adam": .adam(Adam(learningRate: 0.02)),
      "adamW": .adam(Adam(learningRate: 0.02, weightDecay: 0.1)),
      "rmsProp": .rmsProp(RMSProp(learningRate: 0.02)),
    ]
    var network = Network([], optimizer: optimizers[name] ?? momentum, batchSize: nil, epochs: 6)
    let last = NetworkLayer.dense(
      3, .identity, initializer: .values(weights: second.weights, biases: second.biases))
    if let activation = activations[name] {
      network.loss = .meanSquaredError
      network.layers = [
        .dense(4, activation, initializer: first),
        .dense(
          2, .identity,
          initializer: .values(
            weights: Array(second.weights[..<2]), biases: Array(second.biases[..<2]))),
      ]
    } else if name == "batchNormalization" {
      network.layers = [
        .dense(4, .identity, initializer: first), .batchNormalization(), .activation(.sigmoid),
        last,
      ]
    } else {
      network.layers = [.dense(4, .tanh, initializer: first), last]
    }
    return network
  }

  static func fit(_ network: Network) throws -> Network.Fitted {
    network.loss == .crossEntropy
      ? try network.fit(x, classes: classes) : try network.fit(x, values)
  }

  @Test(arguments: Reference.all) func sameAsPyTorch(_ reference: Reference) throws {
    let network = Self.network(reference.name)
    let fit = try Self.fit(network)
    for (epoch, loss) in zip(fit.history, reference.losses) {
      #expect((epoch.loss - loss).magnitude <= 1e-13)
    }
    #expect(fit.parameters.count == reference.parameters.count)
    for (found, expected) in zip(fit.parameters, reference.parameters) {
      #expect((found - expected).magnitude <= 1e-12)
    }
    #expect(fit.runningStatistics.count == reference.running.count)
    for (found, expected) in zip(fit.runningStatistics, reference.running) {
      #expect((found - expected).magnitude <= 1e-12)
    }
    // PyTorch's outputs are logits where ours are probabilities.
    let outputs = try fit.predict(Self.x)
    var expected = Matrix<Double>(rows: 5, columns: outputs.columns) {
      reference.outputs[$0 * outputs.columns + $1]
    }
    if network.loss == .crossEntropy { softmaxInPlace(&expected) }
    #expect(normInfinity((outputs - expected).elements) <= 1e-12)
  }

  // MARK: Training

  @Test func samplesMayBeColumns() throws {
    let network = Self.network("adam")
    let rows = try Self.fit(network)
    let columns = try network.fit(
      Self.x.transposed(), classes: Self.classes, samples: .column)
    #expect(rows.parameters == columns.parameters)
    #expect(
      try rows.predict(Self.x)
        == columns.predict(Self.x.transposed(), samples: .column)
        .transposed())
  }

  /// A weight of k is k copies, in a batch that holds all; a weight of 0 is no sample.
  @Test(arguments: ["momentum", "sigmoid"]) func weightsAreCopies(_ name: String) throws {
    let network = Self.network(name)
    let copies = [0, 1, 1, 3, 4, 4, 4]
    let weights = [1.0, 2, 0, 1, 3]
    let isClass = network.loss == .crossEntropy
    let weighted =
      isClass
      ? try network.fit(Self.x, classes: Self.classes, weights: weights)
      : try network.fit(Self.x, Self.values, weights: weights)
    let copied =
      isClass
      ? try network.fit(Self.x.selectingRows(copies), classes: copies.map { Self.classes[$0] })
      : try network.fit(Self.x.selectingRows(copies), Self.values.selectingRows(copies))
    for (a, b) in zip(weighted.parameters, copied.parameters) {
      #expect((a - b).magnitude <= 1e-13)
    }
  }

  static let blobs: (x: Matrix<Double>, y: [Int]) = {
    let y = (0..<203).map { $0 % 3 }
    let noise = Matrix<Double>.random(203, 4, seed: 21)
    return (Matrix(rows: 203, columns: 4) { noise[$0, $1] + ($1 == y[$0] ? 0.7 : 0) }, y)
  }()

  static func small(_ optimizer: NetworkOptimizer = .adam(Adam(learningRate: 0.01))) -> Network {
    Network(
      [.dense(8, .relu), .batchNormalization(), .dropout(0.2), .dense(3, .softmax)],
      optimizer: optimizer, batchSize: 16, epochs: 12, seed: 4)
  }

  @Test func theSeedDecides() throws {
    var network = Self.small()
    let a = try network.fit(Self.blobs.x, classes: Self.blobs.y)
    let b = try network.fit(Self.blobs.x, classes: Self.blobs.y)
    #expect(a.parameters == b.parameters && a.runningStatistics == b.runningStatistics)
    network.seed = 5
    #expect(try network.fit(Self.blobs.x, classes: Self.blobs.y).parameters != a.parameters)
  }

  /// Twelve epochs are five and seven, with optimiser, orders and dropout as if nothing had been between, also through JSON.
  @Test(arguments: [
    NetworkOptimizer.sgd(SGD(learningRate: 0.05, momentum: 0.9)), .adam(Adam()),
    .rmsProp(RMSProp()),
  ])
  func trainingGoesOnWhereItStopped(_ optimizer: NetworkOptimizer) throws {
    var network = Self.small(optimizer)
    network.schedule = .step(every: 4, factor: 0.5)
    network.earlyStopping = EarlyStopping(patience: 50)
    let (x, y) = Self.blobs
    let whole = try network.fit(x, classes: y)
    let part = try network.fit(x, classes: y) { $0.number < 5 }
    #expect(part.history.count == 5)
    let saved = try JSONEncoder().encode(part)
    let loaded = try JSONDecoder().decode(Network.Fitted.self, from: saved)
    #expect(loaded == part)
    let rest = try network.fit(x, classes: y, from: loaded.checkpoint)
    #expect(rest.parameters == whole.parameters)
    #expect(rest.runningStatistics == whole.runningStatistics)
    #expect(rest.history.map(\.loss) == whole.history.map(\.loss))
    #expect(throws: ModelError.self) {
      try Network([.dense(3, .softmax)]).fit(x, classes: y, from: loaded.checkpoint)
    }
  }

  @Test func theBestEpochIsRestored() throws {
    let (x, y) = Self.blobs
    let train = Array(0..<60), rest = Array(60..<203)
    let validation = (x: x.selectingRows(rest), classes: rest.map { y[$0] })
    var network = Network(
      [.dense(40, .tanh), .dense(3, .softmax)], optimizer: .adam(Adam(learningRate: 0.05)),
      epochs: 300, earlyStopping: EarlyStopping(patience: 8), seed: 2)
    let fit = try network.fit(
      x.selectingRows(train), classes: train.map { y[$0] }, validation: validation)
    let losses = fit.history.compactMap(\.validationLoss)
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(fit.history.count < 300 && fit.history.count == best + 1 + 8)
    let p = try fit.predict(validation.x)
    #expect((try logLoss(p, validation.classes) - losses[best]).magnitude < 1e-12)
    let accuracies = fit.history.compactMap(\.validationAccuracy)
    #expect(
      try accuracy(fit.predictClasses(validation.x), validation.classes) == accuracies[best])
    network.earlyStopping = nil
    network.epochs = fit.history.count
    let last = try network.fit(
      x.selectingRows(train), classes: train.map { y[$0] }, validation: validation)
    #expect(last.parameters != fit.parameters)
  }

  @Test func schedules() {
    let s = LearningRateSchedule.self
    #expect(
      (0..<5).map { s.step(every: 2, factor: 0.5).factor(epoch: $0, of: 5) } == [
        1, 1, 0.5, 0.5, 0.25,
      ])
    #expect((0..<3).map { s.exponential(factor: 0.5).factor(epoch: $0, of: 3) } == [1, 0.5, 0.25])
    #expect((0..<3).map { s.warmUp(epochs: 2).factor(epoch: $0, of: 3) } == [0.5, 1, 1])
    let cosine = (0..<3).map { s.cosine(last: 0.2).factor(epoch: $0, of: 3) }
    #expect(zip(cosine, [1, 0.8, 0.4]).allSatisfy { ($0 - $1).magnitude < 1e-15 })
    #expect(s.constant.factor(epoch: 7, of: 9) == 1)
  }

  /// One step of plain descent moves by the clipped gradient.
  @Test func clipping() throws {
    var network = Self.network("sgd")
    network.epochs = 1
    let (objective, start) = try network.objective(Self.x, .classes(Self.classes))
    var gradient = start
    _ = objective.value(at: start, gradient: &gradient)
    let size = norm(gradient)
    for (clipping, expected) in [
      (GradientClipping.norm(size / 2), gradient.map { $0 / 2 }), (.norm(2 * size), gradient),
      (.value(0.05), gradient.map { max(-0.05, min(0.05, $0)) }),
    ] {
      network.clipping = clipping
      let fit = try Self.fit(network)
      for j in start.indices {
        #expect((start[j] - fit.parameters[j] - 0.1 * expected[j]).magnitude < 1e-14)
      }
    }
  }

  @Test func lbfgsFindsTheMinimum() throws {
    let (x, y) = Self.blobs
    let network = Network(
      [.dense(3, .softmax)], l2Penalty: 0.01, optimizer: .lbfgs(LBFGS()), batchSize: nil,
      epochs: 300)
    let fit = try network.fit(x, classes: y)
    let softmax = try SoftmaxRegression(l2Penalty: 0.01).fit(x, y)
    #expect((try #require(fit.history.last).loss - softmax.objective).magnitude < 1e-10)
    let difference = try fit.predict(x) - softmax.probabilities(x)
    #expect(normInfinity(difference.elements) < 1e-6)
  }

  /// After L-BFGS the running statistics are those of the whole set, whatever the batch size says.
  @Test func lbfgsWithBatchNormalization() throws {
    let (x, y) = Self.blobs
    let network = Network(
      [.batchNormalization(), .dense(3, .softmax)], l2Penalty: 0.01,
      optimizer: .lbfgs(LBFGS()), batchSize: 8, epochs: 50)
    let fit = try network.fit(x, classes: y)
    let means = x.columnMeans()
    for j in 0..<4 {
      let variance = x[column: j].reduce(0) { $0 + ($1 - means[j]) * ($1 - means[j]) } / 202
      #expect((fit.runningStatistics[j] - means[j]).magnitude < 1e-14)
      #expect((fit.runningStatistics[4 + j] - variance).magnitude < 1e-13)
    }
    for wrong in [
      Network(network.layers, optimizer: .lbfgs(LBFGS()), earlyStopping: EarlyStopping())
    ] {
      #expect(throws: ModelError.self) { try wrong.fit(x, classes: y) }
    }
    #expect(throws: ModelError.self) { try network.fit(x, classes: y, validation: (x, y)) }
  }

  @Test func aCallbackStopsAllStarts() throws {
    var network = Self.network("sgd")
    network.restarts = 5
    var epochs = 0
    let fit = try network.fit(Self.x, classes: Self.classes) { _ in
      epochs += 1
      return epochs < 3
    }
    #expect(epochs == 3 && fit.history.count == 3)
  }

  @Test func singlePrecision() throws {
    let (x, y) = Self.blobs
    let layers: [NetworkLayer] = [.dense(40, .gelu), .dense(3, .softmax)]
    let single = MultilayerPerceptron<Float>(layers, batchSize: 50, epochs: 5, seed: 1)
    let double = Network(layers, batchSize: 50, epochs: 5, seed: 1)
    let narrow = Matrix<Float>(rows: 203, columns: 4) { Float(x[$0, $1]) }
    let (a, b) = try (
      single.fit(narrow, classes: y).predict(narrow), double.fit(x, classes: y).predict(x)
    )
    // 25 steps, each with the roundoff of single precision.
    for (p, q) in zip(a.elements, b.elements) { #expect((Double(p) - q).magnitude < 1e-4) }
  }

  /// Wide layers, whose products go straight into the velocity, learn as those do whose gradient stands by itself.
  @Test func momentumOfWideLayers() throws {
    var random = SplitMix64(seed: 7)
    let x = Matrix<Double>(rows: 70, columns: 40) { _, _ in
      Double.random(in: -1...1, using: &random)
    }
    let labels = (0..<70).map { $0 % 3 }
    var network = Network(
      [.dense(30, .tanh), .batchNormalization(), .dense(25, .relu), .dense(3, .softmax)],
      optimizer: .sgd(SGD(learningRate: 0.1, momentum: 0.9)), batchSize: 32, epochs: 3)
    let fused = try network.fit(x, classes: labels)
    // A limit that no element reaches.
    network.clipping = .value(1e6)
    let plain = try network.fit(x, classes: labels)
    let distance = zip(fused.parameters, plain.parameters).map { ($0 - $1).magnitude }
    // Sums of 32 products in another order, over nine steps.
    #expect(normInfinity(distance) < 1e3 * Double.ulpOfOne)
    #expect(fused.checkpoint.first.contains { $0 != 0 })
  }

  /// What early stopping kept is of no account when training goes on without it; another optimiser begins anew.
  @Test func goingOnOtherwise() throws {
    let (x, y) = Self.blobs
    var network = Network(
      [.dense(3, .softmax)], optimizer: .sgd(SGD(learningRate: 0.1, momentum: 0.9)), epochs: 5,
      earlyStopping: EarlyStopping(), seed: 3)
    let first = try network.fit(x, classes: y)
    network.earlyStopping = nil
    network.epochs = 10
    let more = try network.fit(x, classes: y, from: first.checkpoint)
    #expect(more.history.count == 10 && more.parameters != first.parameters)
    network.optimizer = .adam(Adam())
    let adam = try network.fit(x, classes: y, from: first.checkpoint)
    let change = zip(adam.parameters, first.checkpoint.parameters).map { ($0 - $1).magnitude }
    // Adam moves by at most about its rate a step, 35 steps here.
    #expect(normInfinity(change) < 1e-3 * 35 * 1.5)
    network.layers = [.dense(3)]
    #expect(throws: ModelError.self) { try network.fit(x, classes: y, from: first.checkpoint) }
  }

  /// Only ratios of weights matter, in single precision too.
  @Test(arguments: [1e-300, 1e300]) func weightsOfAnySize(_ scale: Double) throws {
    let network = Self.network("momentum")
    let weights = [1.0, 2, 0, 1, 3]
    let plain = try network.fit(Self.x, classes: Self.classes, weights: weights)
    let scaled = try network.fit(
      Self.x, classes: Self.classes, weights: weights.map { $0 * scale })
    for (a, b) in zip(plain.parameters, scaled.parameters) { #expect((a - b).magnitude < 1e-13) }
    let single = MultilayerPerceptron<Float>([.dense(3)], batchSize: nil, epochs: 2)
    let x = Matrix<Float>(rows: 5, columns: 3) { Float(Self.x[$0, $1]) }
    #expect(throws: Never.self) {
      try single.fit(x, classes: Self.classes, weights: weights.map { $0 * scale })
    }
  }

  /// The best epoch of a whole-set training is that of its own parameters, not of those before the step.
  @Test func theBestEpochWithoutValidation() throws {
    var network = Self.network("relu")
    network.optimizer = .sgd(SGD(learningRate: 0.6))
    network.epochs = 30
    network.earlyStopping = EarlyStopping(patience: 100)
    let fit = try network.fit(Self.x, Self.values)
    func loss(_ fit: Network.Fitted) throws -> Double {
      let difference = try fit.predict(Self.x) - Self.values
      return dot(difference.elements, difference.elements) / 10
    }
    network.earlyStopping = nil
    var least = Double.infinity
    for epochs in 1...30 {
      network.epochs = epochs
      guard let one = try? network.fit(Self.x, Self.values) else { break }
      least = min(least, try loss(one))
    }
    #expect((try loss(fit) - least).magnitude < 1e-14)
  }
}
