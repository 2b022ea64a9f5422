public import LinAlg

/// A feed-forward network: layers of units, trained by backpropagation.
///
///     var network = MultilayerPerceptron<Float>([.dense(64, .relu), .dense(10, .softmax)])
///     network.epochs = 20
///     let fit = try network.fit(x, classes: labels, of: 10)
///     try fit.predict(xNew)               // probabilities, a row for each sample
///
/// Minimises the mean loss over the samples plus (l2Penalty/2) Σ w² over the weights, without the biases. The last layer
/// decides what `predict` gives; cross-entropy is computed from its logits, so that nothing overflows. One
/// epoch of n samples costs about 6·n·weights flops, nearly all of them in matrix products.
///
/// The same seed gives the same fit, on the same processor with as many threads.
public struct MultilayerPerceptron<Element: Scalar>: Hashable, Sendable, Codable {
  /// The layers, from the inputs on.
  public var layers: [NetworkLayer]
  /// What is minimised.
  public var loss: NetworkLoss
  /// The penalty on Σ w²/2, at least 0.
  public var l2Penalty: Double
  /// How the parameters move.
  public var optimizer: NetworkOptimizer
  /// What the learning rate is multiplied by, epoch by epoch.
  public var schedule: LearningRateSchedule
  /// How gradients that are too large are cut.
  public var clipping: GradientClipping?
  /// The samples of one step; nil for all.
  ///
  /// With 1 and `SGD` without momentum and clipping, up to 16 dense layers with any activation but GELU, and nothing else that
  /// works in training, learn 1.3 to 5 times as fast as otherwise: an epoch is one call.
  public var batchSize: Int?
  /// How often every sample is seen.
  public var epochs: Int
  /// Whether each epoch takes the samples in another order.
  public var shuffles: Bool
  /// When to end before the last epoch.
  public var earlyStopping: EarlyStopping?
  /// How often training begins anew, with other weights; the start with the least loss in the end is kept.
  ///
  /// A checkpoint is of one start, and goes on with that one.
  public var restarts: Int
  /// Determines weights, orders and dropout.
  public var seed: UInt64

  /// A network with these choices.
  public init(
    _ layers: [NetworkLayer], loss: NetworkLoss = .crossEntropy, l2Penalty: Double = 0,
    optimizer: NetworkOptimizer = .adam(Adam()), schedule: LearningRateSchedule = .constant,
    clipping: GradientClipping? = nil, batchSize: Int? = 32, epochs: Int = 100,
    shuffles: Bool = true, earlyStopping: EarlyStopping? = nil, restarts: Int = 1,
    seed: UInt64 = 0
  ) {
    (self.layers, self.loss, self.l2Penalty) = (layers, loss, l2Penalty)
    (self.optimizer, self.schedule, self.clipping) = (optimizer, schedule, clipping)
    (self.batchSize, self.epochs, self.shuffles) = (batchSize, epochs, shuffles)
    (self.earlyStopping, self.restarts, self.seed) = (earlyStopping, restarts, seed)
  }

  /// Fits the network to an n×p matrix of inputs and an n×K matrix of values.
  ///
  /// - Parameters:
  ///   - x: The inputs.
  ///   - y: The values, a row for each sample.
  ///   - samples: Whether a row or a column of `x` is a sample; columns are used where they are, rows are copied once.
  ///   - weights: A weight of k is as good as k copies of the sample, in batches that hold the whole set; batch
  ///     normalisation counts every sample once.
  ///   - validation: Samples that are not learnt from, whose loss is in the history.
  ///   - checkpoint: Where an earlier fit of the same network stopped: goes on as if it had not.
  ///   - progress: Is called after each epoch and returns whether to go on.
  ///
  /// Throws: `noData`, `dimensionMismatch`, `nonFinite`, `nonFiniteResponse`, `invalidWeight`, `noWeight`,
  /// `invalidLayer`, `invalidArgument`, `unknownLabel`, `trainingDiverged`, `notAvailable`; with L-BFGS
  /// `nonFiniteObjective`.
  public func fit(
    _ x: Matrix<Element>, _ y: Matrix<Element>, samples: MatrixLine = .row,
    weights: [Double]? = nil, validation: (x: Matrix<Element>, y: Matrix<Element>)? = nil,
    from checkpoint: Checkpoint? = nil, progress: ((Epoch) -> Bool)? = nil
  ) throws(ModelError) -> Fitted {
    let data = try NetworkSamples(self, x, .values(y), samples, weights)
    var others: NetworkSamples<Element>?
    if let validation {
      others = try NetworkSamples(self, validation.x, .values(validation.y), samples, nil)
    }
    return try fit(data, others, checkpoint, progress)
  }

  /// Fits the network to class indices.
  ///
  /// With one output unit and binary cross-entropy the classes are 0 and 1.
  public func fit(
    _ x: Matrix<Element>, classes y: [Int], samples: MatrixLine = .row,
    weights: [Double]? = nil, validation: (x: Matrix<Element>, classes: [Int])? = nil,
    from checkpoint: Checkpoint? = nil, progress: ((Epoch) -> Bool)? = nil
  ) throws(ModelError) -> Fitted {
    let data = try NetworkSamples(self, x, .classes(y), samples, weights)
    var others: NetworkSamples<Element>?
    if let validation {
      others = try NetworkSamples(self, validation.x, .classes(validation.classes), samples, nil)
    }
    return try fit(data, others, checkpoint, progress)
  }

  private func fit(
    _ data: NetworkSamples<Element>, _ validation: NetworkSamples<Element>?,
    _ checkpoint: Checkpoint?, _ progress: ((Epoch) -> Bool)?
  ) throws(ModelError) -> Fitted {
    let plan = try NetworkPlan(layers, inputs: data.inputs, loss: loss)
    if let validation, validation.inputs != data.inputs {
      throw .dimensionMismatch(
        "columns of the validation inputs", expected: data.inputs, found: validation.inputs)
    }
    try checkArguments(plan, samples: data.count)
    if case .lbfgs = optimizer, validation != nil {
      throw .notAvailable("L-BFGS with validation samples")
    }
    if let checkpoint {
      var training = try NetworkTraining(self, plan, data, validation, checkpoint)
      return try training.run(progress)
    }
    // Every start has a seed of its own.
    var seeds = SplitMix64(seed: seed)
    var (best, isStopped) = ((fit: Fitted, loss: Double)?.none, false)
    var failure = ModelError.invalidArgument(
      "restarts", allowed: "at least 1", found: Double(restarts))
    for start in 0..<restarts where !isStopped {
      let ownSeed = start == 0 ? seed : seeds.next()
      var training = try NetworkTraining(self, plan, data, validation, seed: ownSeed)
      do throws(ModelError) {
        let fit = try training.run { epoch in
          isStopped = !(progress?(epoch) ?? true)
          return !isStopped
        }
        if restarts == 1 { return fit }
        let loss = training.finalLoss
        if best.map({ loss < $0.loss }) ?? true { best = (fit, loss) }
      } catch {
        failure = error
      }
    }
    // One start that runs away does not spoil the others.
    guard let best else { throw failure }
    return best.fit
  }

  func checkArguments(_ plan: NetworkPlan, samples: Int) throws(ModelError) {
    func check(_ name: String, _ value: Double, _ isRight: Bool, _ allowed: String)
      throws(ModelError)
    {
      guard isRight else { throw .invalidArgument(name, allowed: allowed, found: value) }
    }
    // As numbers of the network's precision, too.
    func positive(_ name: String, _ value: Double) throws(ModelError) {
      let isRight = value > 0 && Element(value) > 0 && Element(value).isFinite
      try check(name, value, isRight, "positive and finite in \(Element.self)")
    }
    func share(_ name: String, _ value: Double) throws(ModelError) {
      try check(
        name, value, value >= 0 && value < 1 && Element(value) < 1,
        "from 0 to less than 1 in \(Element.self)")
    }
    try check("l2Penalty", l2Penalty, l2Penalty >= 0 && l2Penalty.isFinite, "finite, at least 0")
    try check("epochs", Double(epochs), epochs >= 0, "at least 0")
    try check("restarts", Double(restarts), restarts >= 1, "at least 1")
    switch schedule {
    case .constant: break
    case .step(let every, let factor):
      try check("every", Double(every), every >= 1, "at least 1")
      try positive("factor", factor)
    case .exponential(let factor): try positive("factor", factor)
    case .cosine(let last): try check("last", last, last >= 0 && last.isFinite, "at least 0")
    case .warmUp(let epochs): try check("epochs", Double(epochs), epochs >= 1, "at least 1")
    }
    if let rule = earlyStopping {
      try check("patience", Double(rule.patience), rule.patience >= 1, "at least 1")
      let least = rule.minimumDecrease
      try check("minimumDecrease", least, least >= 0 && least.isFinite, "finite, at least 0")
    }
    if let batchSize { try check("batchSize", Double(batchSize), batchSize >= 1, "at least 1") }
    switch optimizer {
    case .sgd(let sgd):
      try positive("learningRate", sgd.learningRate)
      try share("momentum", sgd.momentum)
    case .adam(let adam):
      try positive("learningRate", adam.learningRate)
      try share("beta1", adam.beta1)
      try share("beta2", adam.beta2)
      try positive("epsilon", adam.epsilon)
      let decay = adam.weightDecay
      try check("weightDecay", decay, decay >= 0 && decay.isFinite, "finite, at least 0")
    case .rmsProp(let rms):
      try positive("learningRate", rms.learningRate)
      try share("decay", rms.decay)
      try positive("epsilon", rms.epsilon)
    case .lbfgs:
      if plan.hasDropout { throw .notAvailable("L-BFGS with dropout") }
      if earlyStopping != nil { throw .notAvailable("L-BFGS with early stopping") }
    }
    switch clipping {
    case .norm(let limit), .value(let limit): try positive("clipping", limit)
    case nil: break
    }
    if plan.hasNormalization {
      var size = min(batchSize ?? samples, samples)
      if case .lbfgs = optimizer { size = samples }
      if size == 1 || samples % size == 1 {
        throw .invalidArgument(
          "batchSize", allowed: "such that no batch has one sample, with batch normalisation",
          found: Double(size))
      }
    }
  }
}

extension MultilayerPerceptron {
  /// One epoch of a training.
  public struct Epoch: Hashable, Sendable, Codable {
    /// Counted from 1.
    public let number: Int
    /// The mean loss of the samples as they were learnt, with the penalty.
    public let loss: Double
    /// The mean loss of the validation samples after the epoch, without the penalty.
    public let validationLoss: Double?
    /// Of classes, the share of validation samples whose class is right.
    public let validationAccuracy: Double?
    /// What the learning rate was.
    public let learningRate: Double
    /// How long it took.
    public let seconds: Double
  }

  /// Where a training stopped: all that it takes to go on as if it had not.
  public struct Checkpoint: Hashable, Sendable, Codable {
    let layers: [NetworkLayer]
    let optimizer: NetworkOptimizer
    /// The epochs that are over.
    public let epoch: Int
    let steps: Int
    let inputs: Int
    package var parameters: [Element]
    package var running: [Element]
    package var first: [Element]
    package var second: [Element]
    let generator: SplitMix64
    let history: [Epoch]
    package var best: Best?
    /// How L-BFGS ended; nil for other optimisers.
    public var convergence: Convergence?

    /// The best epoch so far.
    package struct Best: Hashable, Sendable, Codable {
      let epoch: Int
      let loss: Double
      package var parameters: [Element]
      package var running: [Element]
    }
  }
}

extension MultilayerPerceptron.Checkpoint {
  /// Throws `dimensionMismatch` or `invalidArgument` unless it is one of such a network.
  func check(_ plan: NetworkPlan) throws(ModelError) {
    func check(_ name: String, _ found: Int, _ expected: Int) throws(ModelError) {
      if found != expected {
        throw .dimensionMismatch("\(name) of the checkpoint", expected: expected, found: found)
      }
    }
    try check("inputs", inputs, plan.inputs)
    try check("parameters", parameters.count, plan.parameterCount)
    try check("running statistics", running.count, plan.runningCount)
    try check("first moments", first.count, plan.parameterCount)
    try check("second moments", second.count, plan.parameterCount)
    if let best {
      try check("best parameters", best.parameters.count, plan.parameterCount)
      try check("best running statistics", best.running.count, plan.runningCount)
    }
    for (name, count) in [("epoch", epoch), ("steps", steps)] where !(0...1 << 53).contains(count) {
      throw .invalidArgument(name, allowed: "from 0 to 2^53", found: Double(count))
    }
  }
}
