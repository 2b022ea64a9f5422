import LinAlg

/// One training of a network, from its first epoch or from a checkpoint.
struct NetworkTraining<Element: Scalar> {
  typealias Network = MultilayerPerceptron<Element>

  private let network: Network
  private let plan: NetworkPlan
  private let data: NetworkSamples<Element>
  private let validation: NetworkSamples<Element>?
  private let batchSize: Int
  private let work: NetworkWorkspace<Element>
  private let parameters, running, gradient, first, second: NetworkBuffer<Element>
  private let batch: NetworkBatch<Element>
  private let online: NetworkOnline<Element>?
  /// The momentum of steps that need no gradient of its own: nothing else is done to it.
  private let fusedMomentum: Double?
  /// Multiply-additions forwards of a batch from which threads share it (measured: between 2¹⁸ and 2¹⁹).
  private static var sharedWork: Int { 1 << 19 }
  private var generator: SplitMix64
  private var epoch = 0
  private var steps = 0
  private var history: [Network.Epoch] = []
  private var best: Network.Checkpoint.Best?
  private var convergence: Convergence?

  init(
    _ network: Network, _ plan: NetworkPlan, _ data: NetworkSamples<Element>,
    _ validation: NetworkSamples<Element>?, seed: UInt64
  ) throws(ModelError) {
    var generator = SplitMix64(seed: seed)
    let parameters: [Element] = try plan.initialParameters(network.layers, &generator)
    self.init(
      network, plan, data, validation, parameters, plan.initialStatistics(), [], [], generator)
  }

  init(
    _ network: Network, _ plan: NetworkPlan, _ data: NetworkSamples<Element>,
    _ validation: NetworkSamples<Element>?, _ checkpoint: Network.Checkpoint
  ) throws(ModelError) {
    try checkpoint.check(plan)
    guard checkpoint.layers == network.layers else {
      throw .notAvailable("training of other layers from a checkpoint")
    }
    // Another optimiser begins anew: what the last one remembered means nothing to it.
    let goesOn = checkpoint.optimizer.isSameKind(as: network.optimizer)
    self.init(
      network, plan, data, validation, checkpoint.parameters, checkpoint.running,
      goesOn ? checkpoint.first : [], goesOn ? checkpoint.second : [], checkpoint.generator)
    (epoch, steps) = (checkpoint.epoch, goesOn ? checkpoint.steps : 0)
    history = checkpoint.history
    best = network.earlyStopping == nil ? nil : checkpoint.best
  }

  private init(
    _ network: Network, _ plan: NetworkPlan, _ data: NetworkSamples<Element>,
    _ validation: NetworkSamples<Element>?, _ parameters: [Element], _ running: [Element],
    _ first: [Element], _ second: [Element], _ generator: SplitMix64
  ) {
    (self.network, self.plan, self.data, self.validation) = (network, plan, data, validation)
    batchSize =
      if case .lbfgs = network.optimizer {
        data.count
      } else {
        min(network.batchSize ?? data.count, data.count)
      }
    let zeros = [Element](repeating: 0, count: plan.parameterCount)
    self.parameters = NetworkBuffer(parameters)
    self.running = NetworkBuffer(running)
    gradient = NetworkBuffer(zeros)
    self.first = NetworkBuffer(first.isEmpty ? zeros : first)
    self.second = NetworkBuffer(second.isEmpty ? zeros : second)
    self.generator = generator
    work = NetworkWorkspace(plan, capacity: batchSize)
    fusedMomentum =
      if case .sgd(let sgd) = network.optimizer, sgd.momentum > 0, !sgd.isNesterov,
        network.clipping == nil, network.l2Penalty == 0
      {
        sgd.momentum
      } else {
        nil
      }
    online = data.count > 1 ? NetworkOnline(network, plan, batchSize: batchSize) : nil
    let gathers = network.shuffles && batchSize < data.count
    batch = NetworkBatch(data, plan.outputs, capacity: gathers ? batchSize : 1)
  }

  /// Trains until the last epoch, or until something ends it before.
  mutating func run(
    _ progress: ((Network.Epoch) -> Bool)?
  ) throws(ModelError) -> Network.Fitted {
    if case .lbfgs(let lbfgs) = network.optimizer { return try minimize(lbfgs, progress) }
    let clock = ContinuousClock()
    while epoch < network.epochs {
      let start = clock.now
      let factor = network.schedule.factor(epoch: epoch, of: network.epochs)
      let loss = learn(factor: factor)
      epoch += 1
      guard loss.isFinite else { throw .trainingDiverged(epoch: epoch, loss: loss) }
      guard parameters.isFinite, running.isFinite else {
        throw .trainingDiverged(epoch: epoch, loss: .nan)
      }
      let judged = validation.map { judge($0) }
      if let judged, !judged.loss.isFinite {
        throw .trainingDiverged(epoch: epoch, loss: judged.loss)
      }
      let (seconds, attoseconds) = start.duration(to: clock.now).components
      let record = Network.Epoch(
        number: epoch, loss: loss, validationLoss: judged?.loss,
        validationAccuracy: judged?.accuracy, learningRate: network.optimizer.rate * factor,
        seconds: Double(seconds) + Double(attoseconds) * 1e-18)
      history.append(record)
      let goesOn = progress?(record) ?? true
      if isOver(record) || !goesOn { break }
    }
    return fitted()
  }

  /// The loss by which starts are compared: of the validation samples, or of those that were learnt, as the network is now.
  var finalLoss: Double { best?.loss ?? judge(validation ?? data).loss }

  /// Whether there was no improvement for too long; remembers the best epoch.
  private mutating func isOver(_ record: Network.Epoch) -> Bool {
    guard let rule = network.earlyStopping else { return false }
    // Of the parameters as they are now: the loss of the record is from before the steps of the epoch.
    let loss = record.validationLoss ?? judge(data).loss
    if best.map({ loss < $0.loss - rule.minimumDecrease }) ?? true {
      best = Network.Checkpoint.Best(
        epoch: record.number, loss: loss, parameters: parameters.values, running: running.values)
    }
    return record.number - (best?.epoch ?? 0) >= rule.patience
  }

  private func fitted() -> Network.Fitted {
    let checkpoint = Network.Checkpoint(
      layers: network.layers, optimizer: network.optimizer, epoch: epoch, steps: steps,
      inputs: plan.inputs, parameters: parameters.values,
      running: running.values, first: first.values, second: second.values, generator: generator,
      history: history, best: best, convergence: convergence)
    return Network.Fitted(network, plan, checkpoint)
  }

  // MARK: One epoch

  /// Learns from all samples once; returns their mean loss.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  private mutating func learn(factor: Double) -> Double {
    var order: [Int] = []
    if network.shuffles && batchSize < data.count {
      order = Array(0..<data.count)
      order.shuffle(using: &generator)
    }
    if let online {
      steps += data.weights.map { $0.count { $0 > 0 } } ?? data.count
      let total = unsafe data.withPointers {
        unsafe online.descend(
          $0, data.count, order, rate: network.optimizer.rate * factor,
          penalty: network.l2Penalty, parameters.base)
      }
      return total / data.weightSum
    }
    return unsafe data.withPointers { unsafe learn($0, order, factor: factor) }
  }

  /// How many threads share a batch: one, whose products may run on several, where the whole batch is needed on the way.
  private var members: Int {
    let work = plan.weightRanges.reduce(0) { $0 + $1.count } * batchSize
    if case .norm = network.clipping { return 1 }
    return work < Self.sharedWork || plan.hasNormalization || plan.hasDropout
      ? 1 : min(BLASRuntime.threads, batchSize)
  }

  /// Each member of a team passes its samples on and back, then moves its part of the parameters by the gradient of all.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  private mutating func learn(
    _ pointers: NetworkPointers<Element>, _ order: [Int], factor: Double
  ) -> Double {
    let (stages, members) = (plan.trainedStages, members)
    var sums = [(loss: Double, weights: Double)](repeating: (0, 0), count: members)
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      BLASRuntime.together(members) { member in
        var (generator, steps, total, weights) = (generator, steps, 0.0, 0.0)
        let parts = plan.parameterParts(of: member)
        for begin in stride(from: 0, to: data.count, by: batchSize) {
          let m = min(batchSize, data.count - begin)
          let own = member.part(of: m)
          let (samples, weightSum) = unsafe batch.take(pointers, order, begin, m, own)
          // Nothing is learnt from a batch without weight.
          guard weightSum > 0 else { continue }
          if !own.isEmpty {
            unsafe work.forward(
              stages, .learning, parameters.base, running.base, samples.x, own, &generator)
            total += unsafe Double(
              work.loss(network.loss, stages, samples, own, scale: Element(1 / weightSum)))
            unsafe work.backward(
              stages, .learning, parameters.base, samples.x, own, gradient.base, member)
          }
          member.wait()
          unsafe work.gradients(
            stages, samples.x, m, gradient.base, member,
            velocity: fusedMomentum.map { unsafe (first.base, Element($0)) })
          (steps, weights) = (steps + 1, weights + weightSum)
          total += weightSum * addPenalty(parts)
          clip(parts)
          for part in parts {
            let isFused =
              fusedMomentum != nil && part.isWeights && work.isProduct(part.stage, m, member)
            move(part.range, isFused: isFused, steps: steps, factor: factor)
          }
          member.wait()
        }
        unsafe sums[member.index] = (total, weights)
        if member.isLast { (self.generator, self.steps) = (generator, steps) }
      }
    }
    return sums.reduce(0) { $0 + $1.loss } / sums[0].weights
  }

  /// Adds the gradient of the penalty for some weights; returns the penalty.
  private func addPenalty(_ parts: [NetworkPart]) -> Double {
    guard network.l2Penalty > 0 else { return 0 }
    let penalty = Element(network.l2Penalty)
    return parts.reduce(0) { sum, part in
      guard part.isWeights else { return sum }
      let (begin, count) = (part.range.lowerBound, part.range.count)
      let (w, g) = unsafe (parameters.base + begin, gradient.base + begin)
      unsafe Element._addScaled(count, penalty, w, g)
      return unsafe sum + Double(penalty * Element._sumOfSquares(count, w)) / 2
    }
  }

  private func clip(_ parts: [NetworkPart]) {
    switch network.clipping {
    case nil: break
    case .norm(let limit):
      // Of the whole gradient, and of the elements over the largest, whose squares are in range.
      let (g, count) = unsafe (gradient.base, gradient.count)
      var largest = Element(0)
      for j in 0..<count { largest = unsafe max(largest, g[j].magnitude) }
      guard largest > 0, largest.isFinite else { return }
      for j in 0..<count { unsafe g[j] /= largest }
      let norm = unsafe Double(Element._sumOfSquares(count, g)).squareRoot()
      let factor = min(Double(largest), limit / norm)
      for j in 0..<count { unsafe g[j] *= Element(factor) }
    case .value(let limit):
      for part in parts {
        unsafe Element._clamp(
          part.range.count, Element(limit), gradient.base + part.range.lowerBound)
      }
    }
  }

  /// Moves parameters by their gradient, or where momentum is fused by the velocity that has it already.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  private func move(_ range: Range<Int>, isFused: Bool, steps: Int, factor: Double) {
    let rate = Element(network.optimizer.rate * factor)
    let (begin, count) = (range.lowerBound, range.count)
    let (w, g) = unsafe (parameters.base + begin, gradient.base + begin)
    let (v, s) = unsafe (first.base + begin, second.base + begin)
    switch network.optimizer {
    case .sgd(let sgd):
      if sgd.momentum == 0 || isFused {
        unsafe Element._addScaled(count, -rate, isFused ? v : g, w)
      } else {
        unsafe Element._momentumStep(
          count, w, g, v, rate, Element(sgd.momentum), sgd.isNesterov)
      }
    case .adam(let adam):
      unsafe Element._adamStep(
        count, w, g, v, s, rate, Element(adam.beta1), Element(adam.beta2), Element(adam.epsilon),
        1 - rate * Element(adam.weightDecay), Element(1 / (1 - power(adam.beta1, steps))),
        Element(1 / (1 - power(adam.beta2, steps))))
    case .rmsProp(let rms):
      unsafe Element._rmsStep(count, w, g, s, rate, Element(rms.decay), Element(rms.epsilon))
    case .lbfgs: break
    }
  }

  /// The mean loss of samples as the network is in use, and the share of classes that are right.
  private func judge(
    _ samples: NetworkSamples<Element>
  ) -> (loss: Double, accuracy: Double?) {
    NetworkJudge(network.loss, plan).judge(samples, parameters.values, running.values)
  }

  // MARK: All at once

  private mutating func minimize(
    _ lbfgs: LBFGS, _ progress: ((Network.Epoch) -> Bool)?
  ) throws(ModelError) -> Network.Fitted {
    let objective = NetworkObjective(network, plan, data)
    var search = lbfgs
    search.maximumIterations = network.epochs - epoch
    let start = parameters.values.map { Double($0) }
    var (records, previous) = (history, ContinuousClock.now)
    let before = epoch
    let minimum = try search.minimize(objective, from: start) { iteration in
      let (seconds, attoseconds) = previous.duration(to: .now).components
      previous = .now
      let record = Network.Epoch(
        number: before + iteration.number, loss: iteration.value, validationLoss: nil,
        validationAccuracy: nil, learningRate: 1,
        seconds: Double(seconds) + Double(attoseconds) * 1e-18)
      records.append(record)
      return progress?(record) ?? true
    }
    parameters.values = minimum.parameters.map { Element($0) }
    // What stands for the batch in use: the statistics of the whole set.
    let stages = plan.trainedStages.map { $0.learningAtOnce }
    unsafe data.withPointers { pointers in
      unsafe work.forward(
        stages[...], .learning, parameters.base, running.base, pointers.x, 0..<data.count,
        &generator)
    }
    convergence = minimum.convergence
    (history, epoch) = (records, before + minimum.convergence.iterations)
    return fitted()
  }
}

extension NetworkOptimizer {
  /// The learning rate; 1 for L-BFGS.
  var rate: Double {
    switch self {
    case .sgd(let sgd): sgd.learningRate
    case .adam(let adam): adam.learningRate
    case .rmsProp(let rms): rms.learningRate
    case .lbfgs: 1
    }
  }
}

/// Mini-batches: samples where they are, or gathered.
@safe final class NetworkBatch<Element: Scalar> {
  private let inputs, outputs: Int
  private let gatheredX, gatheredValues, gatheredWeights: NetworkBuffer<Element>
  private let gatheredLabels: UnsafeMutablePointer<Int32>

  init(_ data: NetworkSamples<Element>, _ outputs: Int, capacity: Int) {
    (inputs, self.outputs) = (data.inputs, outputs)
    gatheredX = NetworkBuffer(count: inputs * capacity)
    gatheredValues = NetworkBuffer(count: data.values == nil ? 0 : outputs * capacity)
    gatheredWeights = NetworkBuffer(count: data.weights == nil ? 0 : capacity)
    unsafe gatheredLabels = .allocate(capacity: capacity)
    unsafe gatheredLabels.initialize(repeating: 0, count: capacity)
  }

  deinit { unsafe gatheredLabels.deallocate() }

  /// Takes m samples from a place in the order on, of which some are the caller's to gather; without an order, as they come.
  func take(
    _ data: NetworkPointers<Element>, _ order: [Int], _ begin: Int, _ m: Int, _ own: Range<Int>
  ) -> (samples: NetworkPointers<Element>, weightSum: Double) {
    func gathered<T>(
      _ source: UnsafePointer<T>?, _ size: Int, _ target: UnsafeMutablePointer<T>
    ) -> UnsafePointer<T>? {
      guard let source = unsafe source else { return nil }
      if order.isEmpty { return unsafe source + begin * size }
      if m == 1 { return unsafe source + order[begin] * size }
      for j in own {
        unsafe (target + j * size).update(from: source + order[begin + j] * size, count: size)
      }
      return unsafe UnsafePointer(target)
    }
    let weightSum = unsafe data.weights.map { weights in
      (begin..<begin + m).reduce(0) { unsafe $0 + Double(weights[order.isEmpty ? $1 : order[$1]]) }
    }
    return unsafe (
      NetworkPointers(
        x: gathered(data.x, inputs, gatheredX.base).unsafelyUnwrapped,
        labels: gathered(data.labels, 1, gatheredLabels),
        values: gathered(data.values, outputs, gatheredValues.base),
        weights: gathered(data.weights, 1, gatheredWeights.base)), weightSum ?? Double(m)
    )
  }
}
