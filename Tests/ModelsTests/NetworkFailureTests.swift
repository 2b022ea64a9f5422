import Foundation
import LinAlg
import Models
import TestSupport
import Testing

/// What networks do not accept, and how a training fails.
@Suite struct NetworkFailureTests {
  typealias Network = MultilayerPerceptron<Double>

  @Test func whatIsWrongIsSaid() throws {
    let (x, y) = (NetworkTests.x, NetworkTests.classes)
    func fails(_ change: (inout Network) -> Void) {
      var network = NetworkTests.network("sgd")
      change(&network)
      #expect(throws: ModelError.self) { try network.fit(x, classes: y) }
    }
    fails { $0.layers = [] }
    fails { $0.layers = [.dense(0), .dense(3)] }
    fails { $0.layers = [.dense(.max), .dense(3)] }
    fails { $0.layers = [.dense(1 << 20), .dense(1 << 20), .dense(3)] }
    fails { $0.layers = [.dense(4, .softmax), .dense(3)] }
    fails { $0.layers = [.dense(1)] }
    fails { $0.layers = [.dense(2)] }  // label 2
    fails { $0.layers = [.dropout(1), .dense(3)] }
    fails { $0.layers = [.dense(3, .relu)] }
    fails { $0.layers = [.dense(2, .leakyReLU(slope: -1)), .dense(3)] }
    fails {
      $0.layers = [.dense(3, .identity, initializer: .values(weights: [[1]], biases: [1, 2, 3]))]
    }
    fails { $0.optimizer = .sgd(SGD(learningRate: 0)) }
    fails { $0.optimizer = .sgd(SGD(learningRate: .nan)) }
    fails { $0.optimizer = .sgd(SGD(momentum: 1)) }
    fails { $0.optimizer = .adam(Adam(beta2: 1)) }
    fails { $0.optimizer = .rmsProp(RMSProp(decay: -1)) }
    fails { $0.l2Penalty = -1 }
    fails { $0.batchSize = 0 }
    fails { $0.restarts = 0 }
    fails { $0.epochs = -1 }
    fails { $0.clipping = .norm(0) }
    fails { $0.schedule = .exponential(factor: -1) }
    fails { $0.schedule = .step(every: 0, factor: 0.5) }
    fails { $0.schedule = .cosine(last: -1) }
    fails { $0.earlyStopping = EarlyStopping(patience: 0) }
    fails { $0.earlyStopping = EarlyStopping(minimumDecrease: .nan) }
    fails {
      $0.layers = [.dropout(0.1), .dense(3)]
      $0.optimizer = .lbfgs(LBFGS())
    }
    // Batches of 2, 2 and 1.
    fails {
      $0.layers = [.batchNormalization(), .dense(3)]
      $0.batchSize = 2
    }
    let network = NetworkTests.network("sgd")
    var broken = x
    broken[3, 1] = .nan
    #expect(throws: ModelError.nonFinite(row: 3, column: 1)) { try network.fit(broken, classes: y) }
    #expect(throws: ModelError.nonFinite(row: 3, column: 1)) {
      try network.fit(broken.transposed(), classes: y, samples: .column)
    }
    #expect(throws: ModelError.unknownLabel(row: 0, label: "-1")) {
      try network.fit(x, classes: [-1, 0, 1, 2, 0])
    }
    #expect(throws: ModelError.dimensionMismatch("classes", expected: 5, found: 2)) {
      try network.fit(x, classes: [0, 1])
    }
    #expect(throws: ModelError.noData) { try network.fit(Matrix(rows: 0, columns: 3), classes: []) }
    #expect(throws: ModelError.noData) {
      try network.fit(Matrix(rows: 3, columns: 0), classes: [0, 1, 2])
    }
    #expect(throws: ModelError.self) { try network.fit(x, NetworkTests.values) }
    #expect(throws: ModelError.noWeight) {
      try network.fit(x, classes: y, weights: [0, 0, 0, 0, 0])
    }
    let squares = NetworkTests.network("relu")
    #expect(throws: ModelError.nonFiniteResponse(row: 2)) {
      var values = NetworkTests.values
      values[2, 1] = .infinity
      _ = try squares.fit(x, values)
    }
    let fit = try squares.fit(x, NetworkTests.values)
    #expect(throws: ModelError.dimensionMismatch("inputs of a sample", expected: 3, found: 2)) {
      try fit.predict([[1, 2]])
    }
  }

  @Test func divergenceIsAnError() throws {
    var network = NetworkTests.network("relu")
    network.optimizer = .sgd(SGD(learningRate: 1e3))
    network.epochs = 1000
    do {
      _ = try network.fit(NetworkTests.x, NetworkTests.values)
      Issue.record("did not diverge")
    } catch {
      guard case .trainingDiverged(let epoch, let loss) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(epoch > 1 && !loss.isFinite)
    }
  }

  /// The last step of a training is looked at too.
  @Test func divergenceInTheLastStep() {
    var network = NetworkTests.network("relu")
    network.optimizer = .sgd(SGD(learningRate: 1e308))
    network.epochs = 1
    #expect(throws: ModelError.self) { try network.fit(NetworkTests.x, 1000 * NetworkTests.values) }
  }

  /// Checkpoints of other counts, as a file may hold them, are refused before anything is written to memory.
  @Test func damagedCheckpoints() throws {
    let network = NetworkTests.network("momentum")
    let fit = try NetworkTests.fit(network)
    let text = String(decoding: try JSONEncoder().encode(fit.checkpoint), as: UTF8.self)
    func loaded(_ old: Regex<Substring>, _ new: String) throws -> Network.Checkpoint {
      let changed = text.replacing(old, with: new)
      #expect(changed != text)
      return try JSONDecoder().decode(Network.Checkpoint.self, from: Data(changed.utf8))
    }
    for checkpoint in [
      try loaded(/"first":\[[^\]]*\]/, "\"first\":[1]"),
      try loaded(/"second":\[[^\]]*\]/, "\"second\":[]"),
      try loaded(/"parameters":\[[^\]]*\]/, "\"parameters\":[1,2]"),
      try loaded(/"steps":6/, "\"steps\":-1"),
      try loaded(/"epoch":6/, "\"epoch\":-9223372036854775808"),
      try loaded(/"inputs":3/, "\"inputs\":2"),
    ] {
      #expect(throws: ModelError.self) {
        try network.fit(NetworkTests.x, classes: NetworkTests.classes, from: checkpoint)
      }
    }
    // A fit whose counts do not agree neither.
    let whole = String(decoding: try JSONEncoder().encode(fit), as: UTF8.self)
    for (old, new) in [
      ("\"outputs\":3", "\"outputs\":1000000"), ("\"inputs\":3", "\"inputs\":9223372036854775807"),
    ] {
      let changed = whole.replacingOccurrences(of: old, with: new)
      let broken = try JSONDecoder().decode(Network.Fitted.self, from: Data(changed.utf8))
      #expect(throws: ModelError.self) { try broken.predict(NetworkTests.x) }
      #expect(throws: ModelError.self) {
        try broken.maximize(output: 99, within: [0...1, 0...1, 0...1])
      }
    }
  }

  @Test func anOtherVersionIsRefused() throws {
    let fit = try NetworkTests.fit(NetworkTests.network("sgd"))
    let text = String(decoding: try JSONEncoder().encode(fit), as: UTF8.self)
    let other = text.replacingOccurrences(of: "\"version\":1", with: "\"version\":99")
    #expect(other != text)
    #expect(throws: ModelError.unknownVersion(99)) {
      try JSONDecoder().decode(Network.Fitted.self, from: Data(other.utf8))
    }
  }
}
