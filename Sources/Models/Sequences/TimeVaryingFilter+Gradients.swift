public import LinAlg

extension TimeVaryingFilter {
  /// The gradients of a loss with respect to what a filter was given.
  public struct Gradients: Hashable, Sendable {
    /// With respect to the samples, in the shape of the channels.
    public internal(set) var channels = Matrix<Element>()
    /// With respect to the weights, summed over the channels; 0 for a first weight that is not used.
    public internal(set) var weights: [Element] = []
    /// With respect to the state of each channel; nil where there was none.
    public internal(set) var states: [Element]?

    /// Empty gradients, for `gradients(…, into:)` to write to.
    public init() {}
  }

  /// The gradients of a loss L with respect to samples, weights and states from that with respect to the
  /// outputs (reverse-mode differentiation).
  ///
  /// With λᵢ = ∂L/∂yᵢ + (1 − wᵢ₊₁) λᵢ₊₁, computed backwards as a scan: ∂L/∂sᵢ = wᵢ λᵢ and ∂L/∂wᵢ = Σ λᵢ (sᵢ − yᵢ₋₁)
  /// over the channels, in one pass, on several threads for 65536 samples or more of all channels together: then the last
  /// digits are others than on one thread. `output` is what `apply` gave for these channels and states. Throws:
  /// `dimensionMismatch`; where a gradient is not finite `nonFiniteCoefficient`, `nonFiniteState`,
  /// `nonFiniteSample` of the channels, the output or its gradient, or `gradientOverflow`.
  public func gradients(
    outputGradient: Matrix<Element>, output: Matrix<Element>, channels: Matrix<Element>,
    from states: [Element]? = nil
  ) throws(ModelError) -> Gradients {
    var result = Gradients()
    try gradients(
      outputGradient: outputGradient, output: output, channels: channels, from: states,
      into: &result)
    return result
  }

  /// Writes the gradients to what held others, whose memory is used if the shapes fit, but for the weights of several channels that
  /// threads share.
  ///
  /// Throws what the other form does; what is written is of no use then.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func gradients(
    outputGradient: Matrix<Element>, output: Matrix<Element>, channels: Matrix<Element>,
    from states: [Element]? = nil, into result: inout Gradients
  ) throws(ModelError) {
    let (n, count) = (weights.count, channels.columns)
    for (name, matrix) in [
      ("channels", channels), ("output", output), ("output gradient", outputGradient),
    ] {
      if matrix.rows != n {
        throw .dimensionMismatch("rows of the \(name)", expected: n, found: matrix.rows)
      }
      if matrix.columns != count {
        throw .dimensionMismatch("columns of the \(name)", expected: count, found: matrix.columns)
      }
    }
    if let states, states.count != count {
      throw .dimensionMismatch("states", expected: count, found: states.count)
    }
    if channels.isEmpty {
      result.states = states.map { $0.map { _ in 0 } }
      result.channels = channels
      result.weights = [Element](repeating: 0, count: n)
      return
    }
    let first = recurBackwards(
      weights, outputGradient, inputs: channels, outputs: output, byInput: &result.channels,
      byWeight: &result.weights)
    result.states = states.map { _ in first.map { (1 - weights[0]) * $0 } }
    var isFinite = first.allSatisfy(\.isFinite)
    if let states, let byState = result.states {
      for c in 0..<count {
        result.channels[0, c] = weights[0] * first[c]
        result.weights[0] += first[c] * (channels[0, c] - states[c])
        isFinite = isFinite && result.channels[0, c].isFinite && byState[c].isFinite
      }
      isFinite = isFinite && result.weights[0].isFinite
    }
    if !isFinite { throw cause(outputGradient, output, channels, states) }
  }

  /// What made a gradient that is not finite.
  private func cause(
    _ outputGradient: Matrix<Element>, _ output: Matrix<Element>, _ channels: Matrix<Element>,
    _ states: [Element]?
  ) -> ModelError {
    // The first weight is not used without a state.
    let used = states == nil ? 1 : 0
    if let row = weights.indices.dropFirst(used).first(where: { !weights[$0].isFinite }) {
      return .nonFiniteCoefficient(row: row)
    }
    if let channel = states?.firstIndex(where: { !$0.isFinite }) {
      return .nonFiniteState(channel: channel)
    }
    for matrix in [channels, output, outputGradient] {
      do {
        try matrix.checkFinite()
      } catch {
        if case .nonFinite(let row, let column) = error {
          return .nonFiniteSample(row: row, channel: column)
        }
      }
    }
    return .gradientOverflow
  }

  /// The gradients for one signal.
  public func gradients(
    outputGradient: [Element], output: [Element], signal: [Element], from state: Element? = nil
  ) throws(ModelError) -> Gradients {
    var result = Gradients()
    try gradients(
      outputGradient: outputGradient, output: output, signal: signal, from: state, into: &result)
    return result
  }

  /// Writes the gradients for one signal to what held others, whose memory is used if the length fits.
  ///
  /// Throws what the other forms do.
  public func gradients(
    outputGradient: [Element], output: [Element], signal: [Element], from state: Element? = nil,
    into result: inout Gradients
  ) throws(ModelError) {
    try gradients(
      outputGradient: Matrix(column: outputGradient), output: Matrix(column: output),
      channels: Matrix(column: signal), from: state.map { [$0] }, into: &result)
  }
}
