import LinAlg
import Models
import TestSupport
import Testing

/// Batches that threads share: the same training as on one thread, but for the order of sums.
@Suite struct NetworkTeamTests {
  typealias Network = MultilayerPerceptron<Double>

  /// 7090 weights: batches of 75 samples are large enough to be shared.
  private static let layers: [NetworkLayer] = [
    .dense(100, .tanh), .dense(30, .gelu), .dense(3, .softmax),
  ]

  private static func network(_ change: (inout Network) -> Void = { _ in }) -> Network {
    var network = Network(
      layers, optimizer: .sgd(SGD(learningRate: 0.05, momentum: 0.9)), batchSize: 75, epochs: 3,
      seed: 5)
    change(&network)
    return network
  }

  /// The last batch has 30 samples, or one: fewer than members.
  private static func classes(_ samples: Int) -> (x: Matrix<Double>, y: [Int]) {
    (.random(samples, 40, seed: 1), (0..<samples).map { $0 * $0 % 3 })
  }

  private func expectSameOnAllThreads(
    _ what: String, _ fit: () throws -> Network.Fitted
  ) throws {
    let one = try BLASRuntime.withThreads(1, fit)
    #expect(one.parameters.contains { $0.magnitude > 0.1 })
    for threads in [2, 3] {
      let many = try BLASRuntime.withThreads(threads, fit)
      let difference = normInfinity(zip(one.parameters, many.parameters).map { $0 - $1 })
      // Some hundred steps of sums of some hundred products, each within eps/2.
      #expect(difference < 1e-12 * normInfinity(one.parameters), "\(what), \(threads) threads")
      for (a, b) in zip(one.history, many.history) {
        #expect((a.loss - b.loss).magnitude < 1e-12 * a.loss, "\(what), \(threads) threads")
      }
    }
  }

  private static let networks: [(String, Network)] = [
    ("momentum", network()),
    (
      "Nesterov",
      network { $0.optimizer = .sgd(SGD(learningRate: 0.05, momentum: 0.9, isNesterov: true)) }
    ),
    ("no momentum", network { $0.optimizer = .sgd(SGD(learningRate: 0.1)) }),
    ("Adam", network { $0.optimizer = .adam(Adam(weightDecay: 0.01)) }),
    ("RMSProp", network { $0.optimizer = .rmsProp(RMSProp(learningRate: 0.001)) }),
    ("penalty", network { $0.l2Penalty = 0.01 }),
    ("clipped values", network { $0.clipping = .value(1e-3) }),
    ("clipped norm", network { $0.clipping = .norm(1e-2) }),
    ("in order", network { $0.shuffles = false }),
    ("normalisation", network { $0.layers.insert(.batchNormalization(), at: 1) }),
    ("dropout", network { $0.layers.insert(.dropout(0.3), at: 1) }),
    ("activation first", network { $0.layers.insert(.activation(.tanh), at: 0) }),
  ]

  @Test(arguments: 0..<networks.count) func classification(index: Int) throws {
    let (name, network) = Self.networks[index]
    for samples in [180, name == "normalisation" ? 152 : 151] {
      let (x, y) = Self.classes(samples)
      try expectSameOnAllThreads(name) { try network.fit(x, classes: y) }
    }
  }

  @Test func weightsOfSamples() throws {
    let (x, y) = Self.classes(180)
    // A batch without weight, and weights that differ.
    let weights = (0..<180).map { $0 < 75 ? 0 : 1 + Double($0 % 4) }
    let network = Self.network { $0.shuffles = false }
    try expectSameOnAllThreads("weights") { try network.fit(x, classes: y, weights: weights) }
  }

  @Test func valuesAndProbabilities() throws {
    let x = Matrix<Double>.random(180, 40, seed: 1)
    let y = Matrix(rows: 180, columns: 3) { i, j in x[i, j] * x[i, j + 3] }
    let regression = Self.network {
      ($0.layers[2], $0.loss) = (.dense(3), .meanSquaredError)
    }
    try expectSameOnAllThreads("values") { try regression.fit(x, y) }
    let binary = Self.network {
      ($0.layers[2], $0.loss) = (.dense(3, .sigmoid), .binaryCrossEntropy)
    }
    let p = Matrix(rows: 180, columns: 3) { i, j in x[i, j] > 0 ? 1.0 : 0 }
    try expectSameOnAllThreads("probabilities") { try binary.fit(x, p) }
  }
}
