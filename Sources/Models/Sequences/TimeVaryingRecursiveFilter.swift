public import LinAlg

/// A recursive (IIR, ARMA) filter of any order whose coefficients vary with time:
/// y[i] = Σⱼ aⱼ[i] y[i − j] + Σₖ bₖ[i] x[i − k] with j = 1 … p and k = 0 … q.
///
///     // y[i] = 0.5 y[i − 1] + x[i]
///     let filter = try TimeVaryingRecursiveFilter<Double>(
///       feedback: [[0.5], [0.5], [0.5]], feedforward: [[1], [1], [1]])
///     try filter.apply(to: [1, 0, 0]).output     // [1, 0.5, 0.25]
///
/// What lies before the beginning is 0, or the state that the piece before left, so that a signal in
/// pieces gives what the whole would. 2n(p + q + 1) flops a channel.
public struct TimeVaryingRecursiveFilter<Element: Scalar>: Hashable, Sendable, Codable {
  /// How the recurrence is computed.
  public enum Method: String, Hashable, Sendable, Codable, CaseIterable {
    /// The fastest that is accurate for all data: the recurrence.
    case automatic
    /// One step after the other.
    case recurrence
    /// Forward substitution in a band of p subdiagonals (`tbtrs`).
    case triangularBanded
    /// Gaussian elimination with row exchanges in that band, as in `gbsv`: the reference.
    case banded
  }

  /// What a piece of a signal leaves for the next one.
  public struct State: Hashable, Sendable, Codable {
    /// The last q inputs, the newest first.
    public var inputs: [Element]
    /// The last p outputs, the newest first.
    public var outputs: [Element]

    /// A state from inputs and outputs, the newest first.
    public init(inputs: [Element], outputs: [Element]) {
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  /// The coefficients a: row i for time i, column j − 1 for the output j steps before; n×p.
  public let feedback: Matrix<Element>
  /// The coefficients b: row i for time i, column k for the input k steps before; n×(q + 1).
  public let feedforward: Matrix<Element>
  /// How the recurrence is computed.
  public var method: Method

  /// A filter with these coefficients, a row for each time.
  ///
  /// Throws: `dimensionMismatch` unless both have as many rows and `feedforward` has a column;
  /// `nonFiniteCoefficient`.
  public init(
    feedback: Matrix<Element>, feedforward: Matrix<Element>, method: Method = .automatic
  ) throws(ModelError) {
    if feedforward.rows != feedback.rows {
      throw .dimensionMismatch(
        "rows of the feedforward coefficients", expected: feedback.rows, found: feedforward.rows)
    }
    if feedforward.columns == 0 {
      throw .dimensionMismatch("columns of the feedforward coefficients", expected: 1, found: 0)
    }
    do {
      try feedback.checkFinite()
      try feedforward.checkFinite()
    } catch {
      guard case .nonFinite(let row, _) = error else { throw .linearAlgebra(error) }
      throw .nonFiniteCoefficient(row: row)
    }
    self.feedback = feedback
    self.feedforward = feedforward
    self.method = method
  }

  private enum CodingKeys: String, CodingKey {
    case feedback, feedforward, method
  }

  /// Reads the coefficients and checks them as the other initialiser does.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      feedback: container.decode(Matrix.self, forKey: .feedback),
      feedforward: container.decode(Matrix.self, forKey: .feedforward),
      method: container.decode(Method.self, forKey: .method))
  }

  /// The number p of outputs that are fed back.
  public var feedbackOrder: Int { feedback.columns }
  /// The number q of earlier inputs that take part.
  public var feedforwardOrder: Int { feedforward.columns - 1 }
  /// A state of zeros.
  public var rest: State {
    State(
      inputs: Array(repeating: 0, count: feedforwardOrder),
      outputs: Array(repeating: 0, count: feedbackOrder))
  }

  /// The filtered signal, and the state after it.
  ///
  /// Throws: `dimensionMismatch`; `nonFiniteSample`, `nonFiniteState` and `outputOverflow`, looked for only
  /// where the output says so.
  public func apply(
    to signal: [Element], from state: State? = nil
  ) throws(ModelError) -> (output: [Element], state: State) {
    let (output, states) = try apply(to: Matrix(column: signal), from: state.map { [$0] })
    return (output.elements, states[0])
  }

  /// Filters each column of a matrix, a channel, with the same coefficients.
  ///
  /// Throws what the filter of one signal does.
  public func apply(
    to channels: Matrix<Element>, from states: [State]? = nil
  ) throws(ModelError) -> (output: Matrix<Element>, states: [State]) {
    var output = Matrix<Element>(rows: 0, columns: 0)
    let after = try apply(to: channels, from: states, into: &output)
    return (output, after)
  }

  /// Writes the filtered channels to a matrix, whose memory is used if the shape fits, and returns the
  /// states after them.
  @discardableResult
  public func apply(
    to channels: Matrix<Element>, from states: [State]? = nil, into output: inout Matrix<Element>
  ) throws(ModelError) -> [State] {
    let states = try checked(states, channels)
    switch method {
    case .automatic, .recurrence:
      recur(
        feedback: feedback, feedforward: feedforward, channels, pastInputs: states.map(\.inputs),
        pastOutputs: states.map(\.outputs), into: &output)
    case .triangularBanded, .banded:
      output = try solve(channels, states)
    }
    do {
      if !hasFiniteEnd(output) { try output.checkFinite() }
    } catch {
      throw diagnosis(error, channels, states)
    }
    return (0..<channels.columns).map { after(channels, output, states[$0], $0) }
  }

  /// Whether the last outputs tell that all are finite: the recurrence feeds back what is not, and 0·∞ is no number.
  private func hasFiniteEnd(_ output: Matrix<Element>) -> Bool {
    switch method {
    case .automatic, .recurrence:
      feedbackOrder > 0 && output.rows > 0 && output[row: output.rows - 1].allSatisfy(\.isFinite)
    case .triangularBanded, .banded: false
    }
  }

  /// What made the first output that is not finite.
  private func diagnosis(
    _ outputError: LinAlgError, _ channels: Matrix<Element>, _ states: [State]
  ) -> ModelError {
    if let channel = states.firstIndex(where: { !($0.inputs + $0.outputs).allSatisfy(\.isFinite) })
    {
      return .nonFiniteState(channel: channel)
    }
    do {
      try channels.checkFinite()
    } catch .nonFinite(let row, let column) {
      return .nonFiniteSample(row: row, channel: column)
    } catch {
      return .linearAlgebra(error)
    }
    // Back substitution carries it to earlier rows, too; the recurrence says where it began.
    if method == .banded {
      var plain = self
      plain.method = .recurrence
      do { _ = try plain.apply(to: channels, from: states) } catch { return error }
    }
    guard case .nonFinite(let row, let column) = outputError else {
      return .linearAlgebra(outputError)
    }
    return .outputOverflow(row: row, channel: column)
  }

  /// The states, or zeros, after a look at all shapes.
  private func checked(
    _ states: [State]?, _ channels: Matrix<Element>
  ) throws(ModelError) -> [State] {
    guard channels.rows == feedback.rows else {
      throw .dimensionMismatch("signal", expected: feedback.rows, found: channels.rows)
    }
    guard let states else { return Array(repeating: rest, count: channels.columns) }
    if states.count != channels.columns {
      throw .dimensionMismatch("states", expected: channels.columns, found: states.count)
    }
    for (c, state) in states.enumerated() {
      if state.inputs.count != feedforwardOrder {
        throw .dimensionMismatch(
          "inputs of state \(c)", expected: feedforwardOrder, found: state.inputs.count)
      }
      if state.outputs.count != feedbackOrder {
        throw .dimensionMismatch(
          "outputs of state \(c)", expected: feedbackOrder, found: state.outputs.count)
      }
    }
    return states
  }

  /// The state that a channel leaves.
  private func after(
    _ x: Matrix<Element>, _ y: Matrix<Element>, _ state: State, _ channel: Int
  ) -> State {
    let n = x.rows
    return State(
      inputs: (0..<feedforwardOrder).map {
        $0 < n ? x[n - 1 - $0, channel] : state.inputs[$0 - n]
      },
      outputs: (0..<feedbackOrder).map {
        $0 < n ? y[n - 1 - $0, channel] : state.outputs[$0 - n]
      })
  }

  /// As a band system: 1 on the diagonal, −aⱼ on subdiagonal j, the feedforward part on the right.
  private func solve(
    _ channels: Matrix<Element>, _ states: [State]
  ) throws(ModelError) -> Matrix<Element> {
    let (n, p) = (channels.rows, feedbackOrder)
    if channels.isEmpty { return channels }
    let system = BandMatrix<Element>(order: n, lowerBandwidth: p, upperBandwidth: 0) { i, j in
      i == j ? 1 : -feedback[i, i - j - 1]
    }
    var b = Matrix<Element>(rows: 0, columns: 0)
    recur(
      feedback: Matrix(rows: n, columns: 0), feedforward: feedforward, channels,
      pastInputs: states.map(\.inputs), pastOutputs: states.map { _ in [] }, into: &b)
    for c in 0..<b.columns {
      for i in 0..<min(p, n) {
        for j in i..<p { b[i, c] += feedback[i, j] * states[c].outputs[j - i] }
      }
    }
    do {
      switch method {
      case .banded: return try system.solveUnchecked(b)
      default: return try system.solveTriangular(b, .lower, unitDiagonal: true)
      }
    } catch {
      throw .linearAlgebra(error)
    }
  }
}

// MARK: - Gradients

extension TimeVaryingRecursiveFilter {
  /// The gradients of a loss with respect to what a filter was given.
  public struct Gradients: Hashable, Sendable {
    /// With respect to the signal.
    public internal(set) var signal: [Element] = []
    /// With respect to the feedback coefficients, n×p.
    public internal(set) var feedback = Matrix<Element>()
    /// With respect to the feedforward coefficients, n×(q + 1).
    public internal(set) var feedforward = Matrix<Element>()
    /// With respect to the state before the signal.
    public internal(set) var state = State(inputs: [], outputs: [])

    /// Empty gradients, for `gradients(…, into:)` to write to.
    public init() {}
  }

  /// The gradients of a loss L from that with respect to the outputs (reverse-mode differentiation).
  ///
  /// With λᵢ = ∂L/∂yᵢ + Σⱼ aⱼ[i + j] λᵢ₊ⱼ: ∂L/∂aⱼ[i] = λᵢ yᵢ₋ⱼ, ∂L/∂bₖ[i] = λᵢ xᵢ₋ₖ and
  /// ∂L/∂xᵢ = Σₖ bₖ[i + k] λᵢ₊ₖ. `output` is what `apply` gave for this signal and state. Throws:
  /// `dimensionMismatch`; where a gradient is not finite `nonFiniteState`, `nonFiniteSample` of the signal, the
  /// output or its gradient, or `gradientOverflow`.
  public func gradients(
    outputGradient: [Element], output: [Element], signal: [Element], from state: State? = nil
  ) throws(ModelError) -> Gradients {
    var result = Gradients()
    try gradients(
      outputGradient: outputGradient, output: output, signal: signal, from: state, into: &result)
    return result
  }

  /// Writes the gradients to what held others, whose memory is used if the shapes fit.
  ///
  /// Throws what the other form does; what is written is of no use then.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func gradients(
    outputGradient: [Element], output: [Element], signal: [Element], from state: State? = nil,
    into result: inout Gradients
  ) throws(ModelError) {
    let past = try checked(state.map { [$0] }, Matrix(column: signal))[0]
    let (n, p, q) = (signal.count, feedbackOrder, feedforwardOrder)
    for (name, values) in [("output", output), ("output gradient", outputGradient)]
    where values.count != n {
      throw .dimensionMismatch(name, expected: n, found: values.count)
    }
    result.state = rest
    if n == 0 {
      (result.signal, result.feedback, result.feedforward) = ([], feedback, feedforward)
      return
    }
    let (first, areFinite) = recurBackwards(
      feedback: feedback, feedforward: feedforward, outputGradient, inputs: signal,
      pastInputs: past.inputs, outputs: output, pastOutputs: past.outputs,
      byInput: &result.signal, byFeedback: &result.feedback, byFeedforward: &result.feedforward)
    for i in 0..<min(n, q) {
      for k in i..<q { result.state.inputs[k - i] += feedforward[i, k + 1] * first[i] }
    }
    for i in 0..<min(n, p) {
      for j in i..<p { result.state.outputs[j - i] += feedback[i, j] * first[i] }
    }
    if !areFinite || !(result.state.inputs + result.state.outputs).allSatisfy(\.isFinite) {
      if !(past.inputs + past.outputs).allSatisfy(\.isFinite) { throw .nonFiniteState(channel: 0) }
      for values in [signal, output, outputGradient] {
        if let row = values.firstIndex(where: { !$0.isFinite }) {
          throw .nonFiniteSample(row: row, channel: 0)
        }
      }
      throw .gradientOverflow
    }
  }
}
