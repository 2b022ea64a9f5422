import Foundation
import LinAlg
import Models
import Tables
import TestSupport
import Testing

/// What networks must learn, each from a seed.
@Suite struct NetworkTrainingTests {
  typealias Network = MultilayerPerceptron<Double>

  static let xor: (x: Matrix<Double>, y: [Int]) = (
    [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
  )

  private func solves(_ fit: Network.Fitted) throws -> Bool {
    try fit.predictClasses(Self.xor.x) == Self.xor.y
  }

  /// 2-2-2 sticks on plateaus; with restarts it does not.
  @Test func xorWithRestarts() throws {
    var network = Network(
      [.dense(2, .sigmoid), .dense(2, .softmax)],
      optimizer: .sgd(SGD(learningRate: 0.5, momentum: 0.9)), batchSize: nil, epochs: 2000)
    var (plain, restarted) = (0, 0)
    for seed in 0..<UInt64(10) {
      network.seed = seed
      network.restarts = 1
      if try solves(network.fit(Self.xor.x, classes: Self.xor.y)) { plain += 1 }
      network.restarts = 6
      if try solves(network.fit(Self.xor.x, classes: Self.xor.y)) { restarted += 1 }
    }
    #expect(plain >= 4 && plain < 10)
    #expect(restarted == 10)
  }

  @Test func xorWithEightUnits() throws {
    var network = Network(
      [.dense(8, .sigmoid), .dense(2, .softmax)],
      optimizer: .sgd(SGD(learningRate: 0.5, momentum: 0.9)), batchSize: nil, epochs: 2000)
    for seed in 0..<UInt64(10) {
      network.seed = seed
      #expect(try solves(network.fit(Self.xor.x, classes: Self.xor.y)), "seed \(seed)")
    }
  }

  @Test func irisSampleBySample() throws {
    let (x, y) = Datasets.iris
    let network = Network(
      [.dense(16, .relu), .dense(3, .softmax)], optimizer: .sgd(SGD(learningRate: 0.01)),
      batchSize: 1, epochs: 50, seed: 1)
    let z = try Standardization(x)(x)
    let fit = try network.fit(z, classes: y)
    #expect(try accuracy(fit.predictClasses(z), y) >= 0.97)
    #expect(fit.history.count == 50)
    #expect(fit.history[49].loss < fit.history[0].loss)
  }

  /// With parameters that hardly move, losses of the same samples differ by what is dropped alone.
  @Test func dropoutDrawsAnewInEachEpoch() throws {
    let x = Matrix<Double>.random(40, 5, seed: 1)
    let network = Network(
      [.dense(20, .relu), .dropout(0.5), .dense(2, .softmax)],
      optimizer: .sgd(SGD(learningRate: 1e-12)), batchSize: 10, epochs: 2, shuffles: false, seed: 1)
    let losses = try network.fit(x, classes: (0..<40).map { $0 % 2 }).history.map(\.loss)
    #expect((losses[0] - losses[1]).magnitude > 1e-4 * losses[0])
  }

  @Test func manyInputsDoNotOverflow() throws {
    let x = Matrix<Double>.random(300, 120, seed: 1)
    let noise = Matrix<Double>.random(300, 1, seed: 2).elements
    let y = (0..<300).map { x[$0, 0] + x[$0, 5] + 0.1 * noise[$0] > 0 ? 1 : 0 }
    let network = Network(
      [.dense(20, .sigmoid), .dense(1, .sigmoid)], loss: .binaryCrossEntropy,
      optimizer: .adam(Adam(learningRate: 0.01)), epochs: 60, seed: 3)
    let fit = try network.fit(Standardization(x)(x), classes: y)
    #expect(fit.history.allSatisfy { $0.loss.isFinite })
    #expect(try accuracy(fit.predictClasses(Standardization(x)(x)), y) >= 0.97)
    // Logits of thousands, both ways.
    let extreme = Network(
      [.dense(1, .identity, initializer: .values(weights: [[1]], biases: [0]))],
      loss: .binaryCrossEntropy)
    let (objective, parameters) = try extreme.objective([[-1e4], [1e4]], .classes([1, 0]))
    var gradient = [0.0, 0]
    #expect(objective.value(at: parameters, gradient: &gradient) == 1e4)
    #expect(gradient == [1e4, 0])
  }

  /// A 1-2-1 network learns exp(−x²) from single samples.
  @Test func gaussianCurve() throws {
    var generator = SeededGenerator(4)
    let x = Matrix<Double>(rows: 50_000, columns: 1) { _, _ in 5 * generator.uniform() }
    let y = Matrix<Double>(rows: 50_000, columns: 1) { i, _ in Foundation.exp(-x[i, 0] * x[i, 0]) }
    let network = Network(
      [
        .dense(2, .sigmoid, initializer: .values(weights: [[1], [-1]], biases: [1, 1])),
        .dense(1, .identity, initializer: .values(weights: [[1, -1]], biases: [1])),
      ], loss: .meanSquaredError, optimizer: .sgd(SGD(learningRate: 0.1)), batchSize: 1, epochs: 1)
    let fit = try network.fit(x, y)
    let grid = Matrix<Double>(rows: 500, columns: 1) { i, _ in -5 + Double(i) / 49.9 }
    let expected = (0..<500).map { Foundation.exp(-grid[$0, 0] * grid[$0, 0]) }
    #expect(try meanSquaredError(fit.predict(grid).elements, expected) < 1e-3)
  }

  @Test func aboveAverage() throws {
    let x = Matrix<Double>.random(1200, 10, seed: 7)
    let means = (0..<1200).map { x[row: $0].reduce(0, +) / 10 }
    let y = means.map { $0 > 0 ? 1 : 0 }
    let train = Array(0..<800), test = Array(800..<1200)
    let network = Network(
      [.dense(8, .tanh), .dense(2, .softmax)], optimizer: .sgd(SGD(learningRate: 0.1)),
      batchSize: 16, epochs: 30, seed: 2)
    let fit = try network.fit(x.selectingRows(train), classes: train.map { y[$0] })
    let found = try fit.predictClasses(x.selectingRows(test))
    #expect(try accuracy(found, test.map { y[$0] }) >= 0.85)
  }

  @Test func twoBlobs() throws {
    var generator = SeededGenerator(9)
    let y = (0..<400).map { $0 % 2 }
    let x = Matrix<Double>(rows: 400, columns: 2) { i, j in
      let spread = generator.uniform() + generator.uniform() + generator.uniform()
      return spread + (y[i] == 1 ? 1.5 : -1.5)
    }
    let split = try TrainTestSplit(stratifying: y, seed: 1)
    let neuron = Network(
      [.dense(1, .sigmoid)], loss: .binaryCrossEntropy,
      optimizer: .sgd(SGD(learningRate: 0.1)), batchSize: 16, epochs: 20)
    let fit = try neuron.fit(x.selectingRows(split.train), classes: split.train.map { y[$0] })
    let found = try fit.predictClasses(x.selectingRows(split.test))
    #expect(try accuracy(found, split.test.map { y[$0] }) >= 0.95)
  }

  @Test func digits() throws {
    let (x, y) = Datasets.digits
    let split = try TrainTestSplit(stratifying: y, seed: 3)
    let fit = try MLPClassifier(hidden: [64], l2Penalty: 1e-3, seed: 1).fit(
      x.selectingRows(split.train), split.train.map { y[$0] })
    let found = try fit.predict(x.selectingRows(split.test))
    #expect(try accuracy(found, split.test.map { y[$0] }) >= 0.97)
    let p = try fit.probabilities(x.selectingRows([0, 1]))
    #expect((p[row: 0].reduce(0, +) - 1).magnitude < 1e-14)
  }

  @Test func regressor() throws {
    let x = Matrix<Double>.random(400, 2, seed: 3)
    let y = (0..<400).map { 100 + 20 * Foundation.sin(3 * x[$0, 0]) + 5 * x[$0, 1] }
    let fit = try MLPRegressor(hidden: [32, 32], activation: .tanh, epochs: 150, seed: 1).fit(x, y)
    #expect(try rSquared(fit.predict(x), y) > 0.99)
  }

  /// Two binary inputs of which only (0, 1) is positive: the maximum is at that corner, not beyond.
  @Test func inputOfTheLargestOutput() throws {
    let network = Network(
      [.dense(4, .tanh), .dense(2, .softmax)], l2Penalty: 1e-4,
      optimizer: .lbfgs(LBFGS(tolerance: 1e-6)), batchSize: nil, epochs: 200, seed: 1)
    let x = Self.xor.x
    let fit = try network.fit(x, classes: [0, 1, 0, 0])
    let box = [0.0...1.0, 0.0...1.0]
    let best = try fit.maximize(output: 1, within: box)
    #expect(best.input == [0, 1] && best.convergence.isConverged)
    #expect(best.output == (try fit.predict([[0, 1]])[0, 1]))
    let inside = try fit.maximize(output: 1, startingAt: [0.9, 0.1], within: box, starts: 1)
    #expect(inside.input.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(throws: ModelError.self) { try fit.maximize(output: 2, within: box) }
    #expect(throws: ModelError.self) { try fit.maximize(output: 0, within: [0...1]) }
  }
}
