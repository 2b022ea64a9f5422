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
/// A column is a sample. Layers are one matrix product forwards and two back; small ones are loops of our own.
@safe final class NetworkWorkspace<Element: Scalar> {
  let plan: NetworkPlan
  /// The largest batch.
  let capacity: Int
  private let memory: NetworkBuffer<Element>
  /// Where the output of each stage is: its own, or that of the stage before, in place.
  private let outputs: [Int]
  /// What a stage keeps for the way back.
  private let sides: [Int]
  private let deltas: (Int, Int)
  private var delta: UnsafeMutablePointer<Element>

  init(_ plan: NetworkPlan, capacity: Int) {
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
    let widest = plan.stages.reduce(plan.inputs) { max($0, $1.units) }
    deltas = (space(widest * capacity), space(widest * capacity))
    (self.outputs, self.sides) = (outputs, sides)
    memory = NetworkBuffer(count: size)
    unsafe delta = unsafe memory.base + deltas.0
  }

  /// The output of the last stage that has run: a column for each sample.
  func output(of stages: ArraySlice<NetworkStage>) -> UnsafeMutablePointer<Element> {
    unsafe memory.base + outputs[stages.endIndex - 1]
  }

  /// A product this small is not worth a call.
  private func isSmall(_ stage: NetworkStage, _ m: Int) -> Bool {
    stage.units * stage.inputs * m <= 1 << 13
  }

  /// Whether the gradient by the weights of a stage is a product of the library's.
  func isProduct(_ stage: NetworkStage, _ m: Int) -> Bool { stage.isDense && !isSmall(stage, m) }

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

  /// Runs stages on m samples.
  func forward(
    _ stages: ArraySlice<NetworkStage>, _ phase: Phase, _ parameters: UnsafePointer<Element>,
    _ running: UnsafeMutablePointer<Element>, _ input: UnsafePointer<Element>, _ m: Int,
    _ generator: inout SplitMix64
  ) {
    var x = unsafe input
    for i in stages.indices {
      let stage = stages[i]
      let z = unsafe memory.base + outputs[i]
      let count = stage.units * m
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
        unsafe activate(activation, stage.units, m, z, memory.base + sides[i])
      case .normalization:
        unsafe normalize(stage, phase, parameters, running, z, memory.base + sides[i], m)
      case .dropout(let rate):
        if phase != .use && rate > 0 {
          let (mask, kept) = unsafe (memory.base + sides[i], Element(1 / (1 - rate)))
          for j in 0..<count {
            unsafe mask[j] = generator.unit() < rate ? 0 : kept
            unsafe z[j] *= mask[j]
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

  /// The weighted sum of the losses of the batch; its gradient times a scale is where the way back begins.
  func loss(
    _ loss: NetworkLoss, _ stages: ArraySlice<NetworkStage>, _ m: Int,
    labels: UnsafePointer<Int32>?, values: UnsafePointer<Element>?,
    weights: UnsafePointer<Element>?, scale: Element
  ) -> Element {
    let units = stages[stages.endIndex - 1].units
    unsafe delta = unsafe memory.base + deltas.0
    unsafe delta.update(from: output(of: stages), count: units * m)
    if let labels = unsafe labels {
      return unsafe Element._crossEntropy(units, m, delta, labels, weights, scale)
    }
    guard let values = unsafe values else { return 0 }
    if loss == .binaryCrossEntropy {
      return unsafe Element._binaryCrossEntropy(units, m, delta, values, weights, scale)
    }
    let share = 1 / Element(units)
    return unsafe share
      * Element._squaredError(units, m, delta, values, weights, scale * share)
  }

  /// The gradient of one output instead, for a search among the inputs.
  func beginAtOutput(_ k: Int, _ stages: ArraySlice<NetworkStage>) {
    let units = stages[stages.endIndex - 1].units
    unsafe delta = unsafe memory.base + deltas.0
    unsafe delta.update(repeating: 0, count: units)
    unsafe delta[k] = 1
  }

  // MARK: Back

  /// Writes the gradient by the parameters; returns that by the inputs if it is wanted, else what is left in its place.
  ///
  /// With a velocity v, gradients by weights that are products go into it, v ← momentum·v + product, not into the gradient:
  /// a product reads and writes its target in any case.
  @discardableResult
  func backward(
    _ stages: ArraySlice<NetworkStage>, _ phase: Phase, _ parameters: UnsafePointer<Element>,
    _ input: UnsafePointer<Element>, _ m: Int, _ gradient: UnsafeMutablePointer<Element>,
    wantsInput: Bool = false, velocity: (v: UnsafeMutablePointer<Element>, momentum: Element)? = nil
  ) -> UnsafeMutablePointer<Element> {
    let (products, momentum) = unsafe velocity ?? (gradient, 0)
    for i in stages.indices.reversed() {
      let stage = stages[i]
      let (y, side) = unsafe (memory.base + outputs[i], memory.base + sides[i])
      let count = stage.units * m
      switch stage.kind {
      case .dense(let weights, let biases):
        let x = unsafe i == 0 ? input : UnsafePointer(memory.base + outputs[i - 1])
        let first = unsafe memory.base + deltas.0
        let next = unsafe delta == first ? memory.base + deltas.1 : first
        let (w, gw, gb) = unsafe (parameters + weights, gradient + weights, gradient + biases)
        let goesOn = i > 0 || wantsInput
        if isSmall(stage, m) {
          unsafe Element._denseBackward(
            stage.units, stage.inputs, m, w, x, delta, gw, gb, goesOn ? next : nil)
        } else {
          let d = unsafe view(delta, stage.units, m)
          unsafe multiply(
            d, view(x, stage.inputs, m),
            into: mutableView(products + weights, stage.units, stage.inputs), beta: momentum,
            transposeB: true)
          unsafe Element._sumColumns(stage.units, m, delta, gb)
          if goesOn {
            unsafe multiply(
              view(w, stage.units, stage.inputs), d, into: mutableView(next, stage.inputs, m),
              transposeA: true)
          }
        }
        if goesOn { unsafe delta = next }
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
    return unsafe delta
  }
}
