import LinAlg

/// Memory that a training writes to over and over.
@safe final class NetworkBuffer<Element: Scalar> {
  let base: UnsafeMutablePointer<Element>
  let count: Int

  init(_ values: [Element]) {
    count = values.count
    unsafe base = .allocate(capacity: max(1, count))
    for i in 0..<count { unsafe (base + i).initialize(to: values[i]) }
  }

  convenience init(count: Int) { self.init(Array(repeating: 0, count: count)) }

  deinit { unsafe base.deallocate() }

  var isFinite: Bool { unsafe Element._firstNonFinite(count, base) < 0 }

  var values: [Element] {
    get { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }
    set { for i in 0..<count { unsafe base[i] = newValue[i] } }
  }
}

/// The passes of a network over a batch, forwards and back, in memory that is allocated once.
///
/// A column is a sample. Layers are one matrix product forwards and two back; small ones are loops of our own. Samples are passed
/// on and back in parts, each by a thread; gradients by weights, which need all samples, are formed in parts afterwards.
@safe final class NetworkWorkspace<Element: Scalar> {
  let plan: NetworkPlan
  /// The largest batch.
  let capacity: Int
  private let memory: NetworkBuffer<Element>
  /// Where the output of each stage is: its own, or that of the stage before, in place.
  private let outputs: [Int]
  /// What a stage keeps for the way back.
  private let sides: [Int]
  /// Where the gradient by the output of each stage is; that by the inputs of the network comes first.
  private let deltas: [Int]

  init(_ plan: NetworkPlan, capacity: Int, givesInputs: Bool = false) {
    (self.plan, self.capacity) = (plan, capacity)
    var (outputs, sides, size) = ([Int](), [Int](), 0)
    // Whole cache lines.
    func space(_ count: Int) -> Int {
      defer { size += (count + 15) / 16 * 16 }
      return size
    }
    for (i, stage) in plan.stages.enumerated() {
      outputs.append(plan.hasOwnOutput(i) ? space(stage.units * capacity) : outputs[i - 1])
      switch stage.kind {
      case .activation(.gelu), .dropout: sides.append(space(stage.units * capacity))
      // What was scaled, the inverse deviations, means and variances.
      case .normalization: sides.append(space(stage.units * (capacity + 3)))
      default: sides.append(0)
      }
    }
    var deltas = [givesInputs || !plan.stages[0].isDense ? space(plan.inputs * capacity) : 0]
    for (i, stage) in plan.stages.enumerated() {
      deltas.append(stage.isDense ? space(stage.units * capacity) : deltas[i])
    }
    (self.outputs, self.sides, self.deltas) = (outputs, sides, deltas)
    memory = NetworkBuffer(count: size)
  }

  /// The output of the last stage that has run: a column for each sample.
  func output(of stages: ArraySlice<NetworkStage>) -> UnsafeMutablePointer<Element> {
    unsafe memory.base + outputs[stages.endIndex - 1]
  }

  /// A product this small is not worth a call (measured: above, products are up to six times as fast).
  private func isSmall(_ stage: NetworkStage, _ m: Int) -> Bool {
    stage.units * stage.inputs * m <= 1 << 9
  }

  /// Whether the gradient by the weights of a stage is a product of the library's: for a team always.
  func isProduct(_ stage: NetworkStage, _ m: Int, _ member: TeamMember) -> Bool {
    stage.isDense && (member.count > 1 || !isSmall(stage, m))
  }

  /// The gradient by the output of a stage, of the samples from one on; of stage −1: by the inputs.
  private func delta(_ i: Int, _ sample: Int = 0) -> UnsafeMutablePointer<Element> {
    let units = i < 0 ? plan.inputs : plan.stages[i].units
    return unsafe memory.base + deltas[i + 1] + units * sample
  }

  private func view(
    _ base: UnsafePointer<Element>, _ rows: Int, _ columns: Int
  ) -> UnsafeMatrixPointer<Element> {
    unsafe UnsafeMatrixPointer(base, rows: rows, columns: columns)
  }

  private func mutableView(
    _ base: UnsafeMutablePointer<Element>, _ rows: Int, _ columns: Int
  ) -> UnsafeMutableMatrixPointer<Element> {
    unsafe UnsafeMutableMatrixPointer(base, rows: rows, columns: columns)
  }

  // MARK: Forwards

  /// How batch normalisation and dropout behave.
  enum Phase {
    /// By running statistics, without dropout.
    case use
    /// By the statistics of the batch.
    case training
    /// The same, which also go into the running ones.
    case learning
  }

  /// Runs stages on some of the samples of a batch: on all at once where statistics of it are wanted.
  func forward(
    _ stages: ArraySlice<NetworkStage>, _ phase: Phase, _ parameters: UnsafePointer<Element>,
    _ running: UnsafeMutablePointer<Element>, _ input: UnsafePointer<Element>,
    _ samples: Range<Int>, _ generator: inout SplitMix64
  ) {
    let m = samples.count
    var x = unsafe input + plan.inputs * samples.lowerBound
    for i in stages.indices {
      let stage = stages[i]
      let (begin, count) = (stage.units * samples.lowerBound, stage.units * m)
      let (z, side) = unsafe (memory.base + outputs[i] + begin, memory.base + sides[i] + begin)
      if !stage.isDense && plan.hasOwnOutput(i) { unsafe z.update(from: x, count: count) }
      switch stage.kind {
      case .dense(let weights, let biases):
        let (w, b) = unsafe (parameters + weights, parameters + biases)
        if isSmall(stage, m) {
          unsafe Element._denseForward(stage.units, stage.inputs, m, w, b, x, z)
        } else {
          unsafe Element._repeatColumn(stage.units, m, b, z)
          unsafe multiply(
            view(w, stage.units, stage.inputs), view(x, stage.inputs, m),
            into: mutableView(z, stage.units, m), beta: 1)
        }
      case .activation(let activation):
        unsafe activate(activation, stage.units, m, z, side)
      case .normalization:
        unsafe normalize(stage, phase, parameters, running, z, side, m)
      case .dropout(let rate):
        if phase != .use && rate > 0 {
          let kept = Element(1 / (1 - rate))
          for j in 0..<count {
            unsafe side[j] = generator.unit() < rate ? 0 : kept
            unsafe z[j] *= side[j]
          }
        }
      }
      unsafe x = UnsafePointer(z)
    }
  }

  private func activate(
    _ activation: Activation, _ units: Int, _ m: Int, _ z: UnsafeMutablePointer<Element>,
    _ side: UnsafeMutablePointer<Element>
  ) {
    let count = units * m
    switch activation {
    case .identity: break
    case .sigmoid: unsafe Element._sigmoid(count, z, z)
    case .tanh: unsafe Element._tanh(count, z, z)
    case .relu: unsafe Element._relu(count, z, z)
    case .leakyReLU(let slope): unsafe Element._leakyRelu(count, Element(slope), z, z)
    case .gelu:
      unsafe side.update(from: z, count: count)
      unsafe Element._gelu(count, z, z)
    case .softmax: unsafe Element._columnSoftmax(units, m, z, units, z, units)
    }
  }

  private func normalize(
    _ stage: NetworkStage, _ phase: Phase, _ parameters: UnsafePointer<Element>,
    _ running: UnsafeMutablePointer<Element>, _ z: UnsafeMutablePointer<Element>,
    _ side: UnsafeMutablePointer<Element>, _ m: Int
  ) {
    guard
      case .normalization(let scale, let shift, let mean, let variance, let momentum, let epsilon) =
        stage.kind
    else { return }
    let units = stage.units
    let inverse = unsafe side + units * capacity
    var (means, variances) = unsafe (running + mean, running + variance)
    if phase != .use {
      unsafe (means, variances) = (inverse + units, inverse + 2 * units)
      unsafe Element._batchStatistics(units, m, z, means, variances)
    }
    if phase == .learning {
      let (new, unbiased) = (Element(momentum), Element(m) / Element(max(1, m - 1)))
      for j in 0..<units {
        unsafe running[mean + j] += new * (means[j] - running[mean + j])
        unsafe running[variance + j] += new * (variances[j] * unbiased - running[variance + j])
      }
    }
    for j in 0..<units { unsafe inverse[j] = 1 / (variances[j] + Element(epsilon)).squareRoot() }
    unsafe Element._normalize(
      units, m, z, means, inverse, parameters + scale, parameters + shift, side)
  }

  // MARK: The loss

  /// The weighted sum of the losses of some samples; its gradient times a scale is where the way back begins.
  func loss(
    _ loss: NetworkLoss, _ stages: ArraySlice<NetworkStage>, _ batch: NetworkPointers<Element>,
    _ samples: Range<Int>, scale: Element
  ) -> Element {
    let (units, begin, m) = (
      stages[stages.endIndex - 1].units, samples.lowerBound, samples.count
    )
    let delta = unsafe delta(stages.endIndex - 1, begin)
    unsafe delta.update(from: output(of: stages) + units * begin, count: units * m)
    let weights = unsafe batch.weights.map { unsafe $0 + begin }
    if let labels = unsafe batch.labels {
      return unsafe Element._crossEntropy(units, m, delta, labels + begin, weights, scale)
    }
    guard var values = unsafe batch.values else { return 0 }
    unsafe values += units * begin
    if loss == .binaryCrossEntropy {
      return unsafe Element._binaryCrossEntropy(units, m, delta, values, weights, scale)
    }
    let share = 1 / Element(units)
    return unsafe share
      * Element._squaredError(units, m, delta, values, weights, scale * share)
  }

  /// The gradient of one output instead, for a search among the inputs.
  func beginAtOutput(_ k: Int, _ stages: ArraySlice<NetworkStage>) {
    let delta = unsafe delta(stages.endIndex - 1)
    unsafe delta.update(repeating: 0, count: stages[stages.endIndex - 1].units)
    unsafe delta[k] = 1
  }

  // MARK: Back

  /// Passes gradients back to the first layer, or to the inputs if they are wanted; returns the latter.
  ///
  /// Writes the gradient by the parameters as far as it is had on the way: that of normalisation, which needs all samples at
  /// once, and that of small layers of all samples. `gradients` forms the rest.
  @discardableResult
  func backward(
    _ stages: ArraySlice<NetworkStage>, _ phase: Phase, _ parameters: UnsafePointer<Element>,
    _ input: UnsafePointer<Element>, _ samples: Range<Int>,
    _ gradient: UnsafeMutablePointer<Element>, _ member: TeamMember = .alone,
    wantsInput: Bool = false
  ) -> UnsafeMutablePointer<Element> {
    let m = samples.count
    for i in stages.indices.reversed() {
      let stage = stages[i]
      let (begin, count) = (stage.units * samples.lowerBound, stage.units * m)
      let (y, side) = unsafe (memory.base + outputs[i] + begin, memory.base + sides[i] + begin)
      let delta = unsafe delta(i, samples.lowerBound)
      switch stage.kind {
      case .dense(let weights, let biases):
        let goesOn = i > 0 || wantsInput
        let next = unsafe goesOn ? self.delta(i - 1, samples.lowerBound) : nil
        if !isProduct(stage, m, member) {
          let x = unsafe i == 0 ? input : UnsafePointer(memory.base + outputs[i - 1])
          unsafe Element._denseBackward(
            stage.units, stage.inputs, m, parameters + weights, x, delta, gradient + weights,
            gradient + biases, next)
        } else if let next = unsafe next {
          unsafe multiply(
            view(parameters + weights, stage.units, stage.inputs), view(delta, stage.units, m),
            into: mutableView(next, stage.inputs, m), transposeA: true)
        }
      case .activation(let activation):
        switch activation {
        case .identity: break
        case .sigmoid: unsafe Element._sigmoidGradient(count, y, delta)
        case .tanh: unsafe Element._tanhGradient(count, y, delta)
        case .relu: unsafe Element._reluGradient(count, y, delta)
        case .leakyReLU(let slope):
          unsafe Element._leakyReluGradient(count, Element(slope), y, delta)
        case .gelu: unsafe Element._geluGradient(count, side, delta)
        case .softmax: unsafe Element._softmaxGradient(stage.units, m, y, delta)
        }
      case .normalization(let scale, let shift, _, _, _, _):
        let inverse = unsafe side + stage.units * capacity
        if phase == .use {
          // Statistics that do not depend on the batch.
          for j in 0..<count {
            let unit = j % stage.units
            unsafe delta[j] *= parameters[scale + unit] * inverse[unit]
          }
        } else {
          unsafe Element._normalizeGradient(
            stage.units, m, side, inverse, parameters + scale, gradient + scale,
            gradient + shift, delta)
        }
      case .dropout(let rate):
        if phase != .use && rate > 0 { for j in 0..<count { unsafe delta[j] *= side[j] } }
      }
    }
    return unsafe delta(-1)
  }

  /// Writes a part of the gradient by weights and biases, from all m samples: what `backward` left.
  ///
  /// With a velocity v, gradients by weights that are products go into it, v ← momentum·v + product, not into the gradient:
  /// a product reads and writes its target in any case.
  func gradients(
    _ stages: ArraySlice<NetworkStage>, _ input: UnsafePointer<Element>, _ m: Int,
    _ gradient: UnsafeMutablePointer<Element>, _ member: TeamMember = .alone,
    velocity: (v: UnsafeMutablePointer<Element>, momentum: Element)? = nil
  ) {
    let (products, momentum) = unsafe velocity ?? (gradient, 0)
    for i in stages.indices {
      let stage = stages[i]
      guard case .dense(let weights, let biases) = stage.kind, isProduct(stage, m, member) else {
        continue
      }
      let x = unsafe i == 0 ? input : UnsafePointer(memory.base + outputs[i - 1])
      let columns = member.part(of: stage.inputs)
      unsafe multiply(
        view(delta(i), stage.units, m), view(x, stage.inputs, m)[rows: columns, columns: 0..<m],
        into: mutableView(
          products + weights + stage.units * columns.lowerBound, stage.units, columns.count),
        beta: momentum, transposeB: true)
      if member.isLast { unsafe Element._sumColumns(stage.units, m, delta(i), gradient + biases) }
    }
  }
}
