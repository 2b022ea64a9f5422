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
  /// over the channels. `output` is what `apply` gave for these channels and states. Throws:
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
    var weightGradient = [Element](repeating: 0, count: n)
    if channels.isEmpty {
      return Gradients(channels: channels, weights: weightGradient, states: states)
    }
    var lambda = recurBackwards(weights, outputGradient)
    var stateGradient = states
    for c in 0..<count {
      let first = lambda[0, c]
      accumulate(c, channels, output, &lambda, &weightGradient)
      if let states {
        lambda[0, c] = weights[0] * first
        weightGradient[0] += first * (channels[0, c] - states[c])
        stateGradient?[c] = (1 - weights[0]) * first
      }
    }
    let finite =
      normInfinity(weightGradient).isFinite && (stateGradient ?? []).allSatisfy(\.isFinite)
    if !finite || (try? lambda.checkFinite()) == nil {
      throw cause(outputGradient, output, channels, states)
    }
    return Gradients(channels: lambda, weights: weightGradient, states: stateGradient)
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

  /// Adds to the gradient of the weights but the first, and turns λ into the gradient of the samples.
  @inline(__always)
  private func accumulate(
    _ c: Int, _ channels: Matrix<Element>, _ output: Matrix<Element>,
    _ lambda: inout Matrix<Element>, _ weightGradient: inout [Element]
  ) {
    let n = channels.rows
    let start = c * n
    channels.withSpan { s in
      output.withSpan { y in
        lambda.withMutableSpan { lambda in
          var gradient = weightGradient.mutableSpan
          for i in 1..<max(1, n) {
            let adjoint = lambda[start + i]
            gradient[i] += adjoint * (s[start + i] - y[start + i - 1])
            lambda[start + i] = adjoint * weights[i]
          }
        }
      }
    }
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
