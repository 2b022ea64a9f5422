import LinAlg

/// One operation of a network on a batch.
struct NetworkStage: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// z = W x + b; where W (units×inputs, by columns) and b begin among the parameters.
    case dense(weights: Int, biases: Int)
    /// Where scale and shift begin among the parameters, and mean and variance among the running statistics.
    case normalization(scale: Int, shift: Int, mean: Int, variance: Int, Double, epsilon: Double)
    case activation(Activation)
    case dropout(Double)
  }

  let kind: Kind
  let inputs: Int
  let units: Int
  /// The layer that it belongs to.
  let layer: Int

  /// The same with a momentum of 1: running statistics become those of the next batch.
  var learningAtOnce: NetworkStage {
    guard case .normalization(let scale, let shift, let mean, let variance, _, let epsilon) = kind
    else { return self }
    return NetworkStage(
      kind: .normalization(
        scale: scale, shift: shift, mean: mean, variance: variance, 1, epsilon: epsilon),
      inputs: inputs, units: units, layer: layer)
  }

  var isDense: Bool { if case .dense = kind { true } else { false } }
}

/// Parameters of a stage: weights, of some of its inputs, or others.
struct NetworkPart {
  let stage: NetworkStage
  let range: Range<Int>
  let isWeights: Bool
}

/// A network for inputs of a known width: its operations, and where their parameters are.
struct NetworkPlan: Hashable, Sendable {
  let inputs: Int
  private(set) var stages: [NetworkStage] = []
  private(set) var parameterCount = 0
  private(set) var runningCount = 0
  /// Whether the loss takes what goes into the last activation.
  private(set) var endsInLoss = false

  var outputs: Int { stages.last?.units ?? inputs }
  /// The operations of a training: without the last activation where the loss takes logits.
  var trainedStages: ArraySlice<NetworkStage> { endsInLoss ? stages.dropLast() : stages[...] }
  /// Where weights are, which the penalty is for.
  var weightRanges: [Range<Int>] {
    stages.compactMap {
      if case .dense(let weights, _) = $0.kind {
        weights..<weights + $0.units * $0.inputs
      } else {
        nil
      }
    }
  }
  /// What a member of a team moves: weights of its part of the inputs of each layer, and the last member all else.
  func parameterParts(of member: TeamMember) -> [NetworkPart] {
    stages.flatMap { stage -> [NetworkPart] in
      func others(_ range: Range<Int>) -> [NetworkPart] {
        member.isLast ? [NetworkPart(stage: stage, range: range, isWeights: false)] : []
      }
      switch stage.kind {
      case .dense(let weights, let biases):
        let inputs = member.part(of: stage.inputs)
        let own =
          weights + stage.units * inputs.lowerBound..<weights + stage.units * inputs.upperBound
        return [NetworkPart(stage: stage, range: own, isWeights: true)]
          + others(biases..<biases + stage.units)
      case .normalization(let scale, let shift, _, _, _, _):
        return others(scale..<shift + stage.units)
      case .activation, .dropout: return []
      }
    }
  }
  /// Whether a stage must leave alone what comes before it: the way back through an activation needs its output.
  func hasOwnOutput(_ i: Int) -> Bool {
    if i == 0 || stages[i].isDense { return true }
    if case .activation(let before) = stages[i - 1].kind { return before != .identity }
    return false
  }
  var hasNormalization: Bool {
    stages.contains { if case .normalization = $0.kind { true } else { false } }
  }
  var hasDropout: Bool {
    stages.contains { if case .dropout(let rate) = $0.kind { rate > 0 } else { false } }
  }

  /// Throws `invalidLayer`, `noData` for inputs without columns.
  init(
    _ layers: [NetworkLayer], inputs: Int, loss: NetworkLoss
  ) throws(ModelError) {
    guard inputs > 0 else { throw .noData }
    guard inputs <= Int(Int32.max) else {
      throw .invalidArgument("inputs", allowed: "at most 2^31", found: Double(inputs))
    }
    self.inputs = inputs
    guard !layers.isEmpty else {
      throw .invalidLayer(0, reason: "a network has at least one layer")
    }
    var width = inputs
    for (index, layer) in layers.enumerated() {
      switch layer {
      case .dense(let units, let activation, _):
        guard units > 0 else { throw .invalidLayer(index, reason: "\(units) units") }
        let (product, overflow) = units.multipliedReportingOverflow(by: width + 1)
        guard !overflow, product <= Int(Int32.max) - parameterCount else {
          throw .invalidLayer(index, reason: "more than 2^31 parameters")
        }
        let weights = parameterCount
        append(.dense(weights: weights, biases: weights + units * width), width, units, index)
        parameterCount += units * (width + 1)
        width = units
        if activation != .identity { try append(activation, width, index, layers.count) }
      case .batchNormalization(let momentum, let epsilon):
        guard momentum >= 0, momentum <= 1, epsilon > 0, epsilon.isFinite else {
          throw .invalidLayer(
            index, reason: "batch normalisation with momentum \(momentum), epsilon \(epsilon)")
        }
        guard 2 * width <= Int(Int32.max) - parameterCount else {
          throw .invalidLayer(index, reason: "more than 2^31 parameters")
        }
        append(
          .normalization(
            scale: parameterCount, shift: parameterCount + width, mean: runningCount,
            variance: runningCount + width, momentum, epsilon: epsilon), width, width, index)
        parameterCount += 2 * width
        runningCount += 2 * width
      case .activation(let activation): try append(activation, width, index, layers.count)
      case .dropout(let rate):
        guard rate >= 0, rate < 1 else {
          throw .invalidLayer(index, reason: "a dropout rate of \(rate) is not from 0 to below 1")
        }
        append(.dropout(rate), width, width, index)
      }
    }
    try checkLoss(loss, last: layers.count - 1)
  }

  private mutating func append(
    _ kind: NetworkStage.Kind, _ inputs: Int, _ units: Int, _ layer: Int
  ) {
    stages.append(NetworkStage(kind: kind, inputs: inputs, units: units, layer: layer))
  }

  private mutating func append(
    _ activation: Activation, _ width: Int, _ index: Int, _ count: Int
  ) throws(ModelError) {
    if activation == .softmax && index != count - 1 {
      throw .invalidLayer(index, reason: "softmax is for the last layer")
    }
    if case .leakyReLU(let slope) = activation, !(slope > 0 && slope.isFinite) {
      throw .invalidLayer(index, reason: "a slope of \(slope) is not positive")
    }
    append(.activation(activation), width, width, index)
  }

  /// The last layer must give what the loss takes; a linear one gives logits.
  private mutating func checkLoss(_ loss: NetworkLoss, last: Int) throws(ModelError) {
    guard let stage = stages.last, loss != .meanSquaredError else { return }
    let own: Activation = loss == .crossEntropy ? .softmax : .sigmoid
    if loss == .crossEntropy && stage.units < 2 {
      throw .invalidLayer(last, reason: "cross-entropy needs a unit for each class")
    }
    if case .activation(let activation) = stage.kind, activation != .identity {
      guard activation == own else {
        throw .invalidLayer(last, reason: "\(loss.rawValue) takes logits or \(own) units")
      }
      endsInLoss = true
    } else {
      // Logits are made probabilities in use.
      append(.activation(own), stage.units, stage.units, last)
      endsInLoss = true
    }
  }

  /// What a parameter is: its layer, its name and its place in it.
  func place(of parameter: Int) -> (layer: Int, name: String, row: Int, column: Int) {
    for stage in stages {
      switch stage.kind {
      case .dense(let weights, let biases):
        if (weights..<biases).contains(parameter) {
          let index = parameter - weights
          return (stage.layer, "weights", index % stage.units, index / stage.units)
        }
        if (biases..<biases + stage.units).contains(parameter) {
          return (stage.layer, "biases", parameter - biases, 0)
        }
      case .normalization(let scale, let shift, _, _, _, _):
        if (scale..<shift).contains(parameter) {
          return (stage.layer, "scale", parameter - scale, 0)
        }
        if (shift..<shift + stage.units).contains(parameter) {
          return (stage.layer, "shift", parameter - shift, 0)
        }
      case .activation, .dropout: break
      }
    }
    preconditionFailure("the network has \(parameterCount) parameters, not \(parameter)")
  }

  // MARK: Where training begins

  /// Parameters as the initialisers say.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  func initialParameters<Element: Scalar>(
    _ layers: [NetworkLayer], _ generator: inout SplitMix64
  ) throws(ModelError) -> [Element] {
    var parameters = [Element](repeating: 0, count: parameterCount)
    for (index, stage) in stages.enumerated() {
      switch stage.kind {
      case .dense(let weights, let biases):
        guard case .dense(_, _, let initializer) = layers[stage.layer] else { continue }
        let count = stage.units * stage.inputs
        switch resolved(initializer, before: index + 1) {
        case .values(let rows, let values):
          guard rows.count == stage.units, rows.allSatisfy({ $0.count == stage.inputs }),
            values.count == stage.units
          else {
            throw .invalidLayer(
              stage.layer, reason: "values are not \(stage.units)×\(stage.inputs) and biases")
          }
          for i in 0..<stage.units {
            for k in 0..<stage.inputs {
              parameters[weights + i + k * stage.units] = Element(rows[i][k])
            }
            parameters[biases + i] = Element(values[i])
          }
        case .he:
          let deviation = (2 / Double(stage.inputs)).squareRoot()
          for j in 0..<count { parameters[weights + j] = Element(deviation * generator.normal()) }
        case .uniform(let limit):
          for j in 0..<count { parameters[weights + j] = Element(limit * generator.symmetric()) }
        case .glorot, .automatic:
          let limit = (6 / Double(stage.inputs + stage.units)).squareRoot()
          for j in 0..<count { parameters[weights + j] = Element(limit * generator.symmetric()) }
        }
      case .normalization(let scale, let shift, _, _, _, _):
        for j in scale..<shift { parameters[j] = 1 }
      case .activation, .dropout: break
      }
    }
    if let wrong = parameters.firstIndex(where: { !$0.isFinite }) {
      throw .invalidLayer(place(of: wrong).layer, reason: "a value is not finite")
    }
    return parameters
  }

  private func resolved(_ initializer: Initializer, before stage: Int) -> Initializer {
    guard initializer == .automatic else { return initializer }
    for next in stages[stage...] {
      switch next.kind {
      case .activation(.relu), .activation(.leakyReLU), .activation(.gelu): return .he
      case .normalization, .dropout: continue
      default: return .glorot
      }
    }
    return .glorot
  }

  /// Means of 0 and variances of 1.
  func initialStatistics<Element: Scalar>() -> [Element] {
    var running = [Element](repeating: 0, count: runningCount)
    for stage in stages {
      if case .normalization(_, _, _, let variance, _, _) = stage.kind {
        for j in variance..<variance + stage.units { running[j] = 1 }
      }
    }
    return running
  }
}

extension SplitMix64 {
  /// Uniform in [0, 1).
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in [−1, 1).
  package mutating func symmetric() -> Double { 2 * unit() - 1 }

  /// Normal with mean 0 and variance 1 (the polar method of Marsaglia & Bray 1964).
  package mutating func normal() -> Double {
    while true {
      let (a, b) = (symmetric(), symmetric())
      let square = a * a + b * b
      if square > 0 && square < 1 { return a * (-2 * log(square) / square).squareRoot() }
    }
  }
}
