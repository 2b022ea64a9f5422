public import LinAlg

extension MultilayerPerceptron {
  /// A network that has been fitted.
  ///
  /// Two fits of one seed have equal parameters; they are not equal, because their histories tell how long each took.
  public struct Fitted: Hashable, Sendable, Codable {
    /// What was fitted.
    public let network: MultilayerPerceptron
    /// The inputs of a sample.
    public let inputs: Int
    /// The outputs of a sample.
    public let outputs: Int
    /// Every epoch of the training.
    public let history: [Epoch]
    /// Where the training stopped.
    public package(set) var checkpoint: Checkpoint
    /// All parameters, layer by layer: weights (a column for each input), then biases; scales, then shifts.
    public package(set) var parameters: [Element]
    /// The running means and variances of batch normalisation, layer by layer.
    public package(set) var runningStatistics: [Element]
    private(set) var version = FormatVersion()

    init(_ network: MultilayerPerceptron, _ plan: NetworkPlan, _ checkpoint: Checkpoint) {
      (self.network, inputs, outputs) = (network, plan.inputs, plan.outputs)
      (history, self.checkpoint) = (checkpoint.history, checkpoint)
      parameters = checkpoint.best?.parameters ?? checkpoint.parameters
      runningStatistics = checkpoint.best?.running ?? checkpoint.running
    }

    func plan() throws(ModelError) -> NetworkPlan {
      let plan = try NetworkPlan(network.layers, inputs: inputs, loss: network.loss)
      for (name, found, expected) in [
        ("outputs", outputs, plan.outputs), ("parameters", parameters.count, plan.parameterCount),
        ("running statistics", runningStatistics.count, plan.runningCount),
      ] where found != expected {
        throw .dimensionMismatch(name, expected: expected, found: found)
      }
      return plan
    }

    /// Throws unless the checkpoint is one of this network.
    package func checkCheckpoint() throws(ModelError) { try checkpoint.check(plan()) }

    /// An array of the network by the name that it has in PyTorch's `Sequential` of the same layers, elements row by row.
    package struct NamedArray {
      package let name: String
      package let shape: [Int]
      package let elements: [Element]
    }

    /// All parameters and running statistics; activations count as layers.
    package func namedArrays() throws(ModelError) -> [NamedArray] {
      try arrays().map { name, shape, places, isRunning in
        let source = isRunning ? runningStatistics : parameters
        return NamedArray(name: name, shape: shape, elements: places.map { source[$0] })
      }
    }

    /// Takes parameters and running statistics from arrays of these names and shapes.
    package mutating func take(
      _ find: (_ name: String, _ shape: [Int]) throws -> [Element]
    ) throws {
      for (name, shape, places, isRunning) in try arrays() {
        for (place, value) in zip(places, try find(name, shape)) {
          if isRunning { runningStatistics[place] = value } else { parameters[place] = value }
        }
      }
    }

    /// Names, shapes and where the elements, row by row, are among the parameters or the running statistics.
    private func arrays() throws(ModelError) -> [(String, [Int], [Int], isRunning: Bool)] {
      var result: [(String, [Int], [Int], isRunning: Bool)] = []
      for (i, stage) in try plan().stages.enumerated() {
        let units = stage.units
        func vector(_ name: String, _ first: Int, _ isRunning: Bool = false) {
          result.append(("\(i).\(name)", [units], Array(first..<first + units), isRunning))
        }
        switch stage.kind {
        case .dense(let weights, let biases):
          let places = (0..<units).flatMap { row in
            (0..<stage.inputs).map { weights + row + $0 * units }
          }
          result.append(("\(i).weight", [units, stage.inputs], places, false))
          vector("bias", biases)
        case .normalization(let scale, let shift, let mean, let variance, _, _):
          vector("weight", scale)
          vector("bias", shift)
          vector("running_mean", mean, true)
          vector("running_var", variance, true)
        case .activation, .dropout: break
        }
      }
      return result
    }

    /// The outputs of an m×p matrix of samples, m×K: probabilities after cross-entropy.
    ///
    /// Throws: `dimensionMismatch`.
    public func predict(
      _ x: Matrix<Element>, samples: MatrixLine = .row
    ) throws(ModelError) -> Matrix<Element> {
      let columns = samples == .row ? x.transposed() : x
      guard columns.rows == inputs else {
        throw .dimensionMismatch("inputs of a sample", expected: inputs, found: columns.rows)
      }
      let plan = try plan()
      let result = NetworkJudge(network.loss, plan).outputs(
        plan.stages[...], columns, parameters, runningStatistics)
      return samples == .row ? result.transposed() : result
    }

    /// The class of each sample: that of the largest output, or with one output whether it is above ½.
    public func predictClasses(
      _ x: Matrix<Element>, samples: MatrixLine = .row
    ) throws(ModelError) -> [Int] {
      let columns = samples == .row ? x.transposed() : x
      let outputs = try predict(columns, samples: .column)
      return (0..<outputs.columns).map { NetworkJudge.classOf(outputs, $0) }
    }
  }
}

/// A network in use, on any number of samples.
struct NetworkJudge<Element: Scalar> {
  private let loss: NetworkLoss
  private let plan: NetworkPlan
  private static var block: Int { 256 }

  init(_ loss: NetworkLoss, _ plan: NetworkPlan) { (self.loss, self.plan) = (loss, plan) }

  static func classOf(_ outputs: Matrix<Element>, _ j: Int) -> Int {
    if outputs.rows == 1 { return outputs[0, j] > 0.5 ? 1 : 0 }
    var best = 0
    for k in 1..<outputs.rows where outputs[k, j] > outputs[best, j] { best = k }
    return best
  }

  /// The outputs of some stages, a column for each sample.
  func outputs(
    _ stages: ArraySlice<NetworkStage>, _ x: Matrix<Element>, _ parameters: [Element],
    _ running: [Element]
  ) -> Matrix<Element> {
    let work = NetworkWorkspace<Element>(plan, capacity: min(Self.block, max(1, x.columns)))
    let (parameters, running) = (NetworkBuffer(parameters), NetworkBuffer(running))
    var generator = SplitMix64(seed: 0)
    let units = plan.outputs
    return unsafe Matrix(rows: units, columns: x.columns) { target in
      unsafe x.withUnsafeMatrixPointer { x in
        for begin in unsafe stride(from: 0, to: x.columns, by: Self.block) {
          let m = unsafe min(Self.block, x.columns - begin)
          unsafe work.forward(
            stages, .use, parameters.base, running.base, x.base + begin * x.rows, 0..<m, &generator)
          unsafe (target.baseAddress.unsafelyUnwrapped + begin * units).initialize(
            from: work.output(of: stages), count: m * units)
        }
      }
    }
  }

  /// The mean loss of samples, without the penalty, and the share of classes that are right.
  func judge(
    _ samples: NetworkSamples<Element>, _ parameters: [Element], _ running: [Element]
  ) -> (loss: Double, accuracy: Double?) {
    let work = NetworkWorkspace<Element>(plan, capacity: min(Self.block, samples.count))
    let (parameters, running) = (NetworkBuffer(parameters), NetworkBuffer(running))
    let batches = NetworkBatch(samples, plan.outputs, capacity: 1)
    var generator = SplitMix64(seed: 0)
    let stages = plan.trainedStages
    let units = plan.outputs
    var (total, right) = (0.0, 0)
    unsafe samples.withPointers { pointers in
      for begin in stride(from: 0, to: samples.count, by: Self.block) {
        let m = min(Self.block, samples.count - begin)
        let batch = unsafe batches.take(pointers, [], begin, m, 0..<m).samples
        unsafe work.forward(
          stages, .use, parameters.base, running.base, batch.x, 0..<m, &generator)
        // Logits order classes as probabilities do; the sigmoid of 0 is ½.
        let output = unsafe work.output(of: stages)
        for j in 0..<m {
          if let labels = unsafe batch.labels {
            var best = 0
            for k in 0..<units where unsafe output[j * units + k] > output[j * units + best] {
              best = k
            }
            if unsafe best == Int(labels[j]) { right += 1 }
          } else if loss == .binaryCrossEntropy, units == 1, let values = unsafe batch.values {
            if unsafe (output[j] > 0) == (values[j] > 0.5) { right += 1 }
          }
        }
        total += unsafe Double(work.loss(loss, stages, batch, 0..<m, scale: 1))
      }
    }
    let hasClasses = samples.labels != nil || loss == .binaryCrossEntropy && units == 1
    return (
      total / samples.weightSum, hasClasses ? Double(right) / Double(samples.count) : nil
    )
  }
}
