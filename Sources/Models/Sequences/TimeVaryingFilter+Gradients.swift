public import LinAlg

extension TimeVaryingFilter {
  /// The gradients of a loss with respect to what a filter was given.
  public struct Gradients: Hashable, Sendable {
    /// With respect to the samples, in the shape of the channels.
    public let channels: Matrix<Element>
    /// With respect to the weights, summed over the channels; 0 for a first weight that is not used.
    public let weights: [Element]
    /// With respect to the state of each channel; nil where there was none.
    public let states: [Element]?
  }

  /// The gradients of a loss L with respect to samples, weights and states from that with respect to the
  /// outputs (reverse-mode differentiation).
  ///
  /// With λᵢ = ∂L/∂yᵢ + (1 − wᵢ₊₁) λᵢ₊₁, computed backwards as a scan: ∂L/∂sᵢ = wᵢ λᵢ and ∂L/∂wᵢ = Σ λᵢ (sᵢ − yᵢ₋₁)
  /// over the channels, in one pass, on several threads for 65536 samples or more of all channels together: then the last
  /// digits are others than on one thread. `output` is what `apply` gave for these channels and states. Throws:
  /// `dimensionMismatch`; where a gradient is not finite `nonFiniteCoefficient`, `nonFiniteState`,
  /// `nonFiniteSample` of the channels, the output or its gradient, or `gradientOverflow`.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func gradients(
    outputGradient: Matrix<Element>, output: Matrix<Element>, channels: Matrix<Element>,
    from states: [Element]? = nil
  ) throws(ModelError) -> Gradients {
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
      let zeros = [Element](repeating: 0, count: n)
      return Gradients(channels: channels, weights: zeros, states: states.map { $0.map { _ in 0 } })
    }
    var (byInput, byWeight, first) = recurBackwards(
      weights, outputGradient, inputs: channels, outputs: output)
    var byState: [Element]?
    var isFinite = first.allSatisfy(\.isFinite)
    if let states {
      byState = first.map { (1 - weights[0]) * $0 }
      for c in 0..<count {
        byInput[0, c] = weights[0] * first[c]
        byWeight[0] += first[c] * (channels[0, c] - states[c])
        isFinite = isFinite && byInput[0, c].isFinite && byState![c].isFinite
      }
      isFinite = isFinite && byWeight[0].isFinite
    }
    if !isFinite { throw cause(outputGradient, output, channels, states) }
    return Gradients(channels: byInput, weights: byWeight, states: byState)
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
    try gradients(
      outputGradient: Matrix(column: outputGradient), output: Matrix(column: output),
      channels: Matrix(column: signal), from: state.map { [$0] })
  }
}
