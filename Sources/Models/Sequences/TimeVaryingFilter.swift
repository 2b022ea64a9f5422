public import LinAlg

/// A first-order filter whose coefficient varies with time: y[i] = y[i − 1] + w[i] (s[i] − y[i − 1]).
///
///     let filter = TimeVaryingFilter(weights: [1, 0.5, 0.25])
///     try filter.apply(to: [4, 8, 8])       // [4, 6, 6.5]
///
/// Without a state from before, y[0] = s[0] and w[0] is not used. With a state y[−1], the last output of
/// the piece before, a signal that is processed in pieces gives what the whole would.
///
/// **Methods** agree: for each, |y − ŷ|ᵢ is at most about 40 eps Eᵢ, and less than 2 eps Eᵢ for data at random, with
/// Eᵢ = |1 − wᵢ| Eᵢ₋₁ + |1 − wᵢ| |yᵢ₋₁| + |wᵢ sᵢ|, for weights from 0 to 1 that is a few units in
/// the last place of the largest sample over the smallest weight; `.banded` exchanges rows where
/// |1 − w| > 1 and keeps the bound relative to the largest Eᵢ. 3n flops, 5n to 7n for the scan of a channel alone, about 11n
/// where threads share it; then the last digits are others than on one thread.
public struct TimeVaryingFilter<Element: Scalar>: Hashable, Sendable, Codable {
  /// How the recurrence is computed.
  public enum Method: String, Hashable, Sendable, Codable, CaseIterable {
    /// The fastest that is accurate for all data: the scan.
    case automatic
    /// An associative scan with vectors; many channels step after step, each in a lane of a vector. Threads share what caches
    /// do not hold, more than 4 MiB, and memory is the limit.
    case scan
    /// One step after the other.
    case recurrence
    /// yᵢ = Pᵢ (y₀ + Σ wₖ sₖ / Pₖ) with Pᵢ = Π (1 − wₖ): refused (`productOutOfRange`) where the products
    /// leave the range of numbers, as they do for a weight of 1 and for long signals.
    case closedForm
    /// Forward substitution in a band of one subdiagonal (`tbtrs`).
    case triangularBanded
    /// Gaussian elimination in that band, as in `gbsv`: the reference. Refused like the closed form where products of
    /// 1 − w in rows that are exchanged leave less than a normal number for a pivot.
    case banded
  }

  /// The weights w, one for each time.
  public var weights: [Element]
  /// How the recurrence is computed.
  public var method: Method

  /// A filter with these weights.
  public init(weights: [Element], method: Method = .automatic) {
    self.weights = weights
    self.method = method
  }

  /// The filtered signal, which is as long as the weights.
  ///
  /// Throws: `dimensionMismatch`; `nonFiniteCoefficient`, `nonFiniteSample`, `nonFiniteState` and
  /// `outputOverflow`, looked for only where the output says so; `productOutOfRange` from `.closedForm`
  /// and `.banded`.
  public func apply(
    to signal: [Element], from state: Element? = nil
  ) throws(ModelError) -> [Element] {
    var output: [Element] = []
    try apply(to: signal, from: state, into: &output)
    return output
  }

  /// Writes the filtered signal to an array, whose memory is used if the length fits.
  public func apply(
    to signal: [Element], from state: Element? = nil, into output: inout [Element]
  ) throws(ModelError) {
    try checkLength(signal.count)
    switch method {
    case .automatic, .scan: recur(.scan, weights, signal, from: state, into: &output)
    case .recurrence: recur(.loop, weights, signal, from: state, into: &output)
    case .closedForm, .triangularBanded, .banded:
      output = try apply(to: Matrix(column: signal), from: state.map { [$0] }).elements
      return
    }
    // Once it is not finite the output never is again.
    guard let last = output.last, !last.isFinite else { return }
    throw diagnosis(Matrix(column: signal), state.map { [$0] }, Matrix(column: output))
  }

  /// Filters each column of a matrix, a channel, with the same weights.
  ///
  /// `states` holds one number for each channel. Throws what the filter of one signal does.
  public func apply(
    to channels: Matrix<Element>, from states: [Element]? = nil
  ) throws(ModelError) -> Matrix<Element> {
    var output = Matrix<Element>(rows: 0, columns: 0)
    try apply(to: channels, from: states, into: &output)
    return output
  }

  /// Writes the filtered channels to a matrix, whose memory is used if the shape fits.
  public func apply(
    to channels: Matrix<Element>, from states: [Element]? = nil, into output: inout Matrix<Element>
  ) throws(ModelError) {
    try checkLength(channels.rows)
    try checkStates(states, channels.columns)
    if channels.isEmpty { return output = channels }
    switch method {
    case .automatic, .scan: recur(.scan, weights, channels, from: states, into: &output)
    case .recurrence: recur(.loop, weights, channels, from: states, into: &output)
    case .closedForm: output = try closedForm(channels, states)
    case .triangularBanded, .banded: output = try solve(channels, states)
    }
    let finite =
      switch method {
      // Neither goes from one output to the next.
      case .closedForm, .banded: (try? output.checkFinite()) != nil
      // Once an output is not finite no later one is.
      default: output[row: output.rows - 1].allSatisfy(\.isFinite)
      }
    if !finite { throw diagnosis(channels, states, output) }
  }

  private func checkLength(_ rows: Int) throws(ModelError) {
    guard rows == weights.count else {
      throw .dimensionMismatch("signal", expected: weights.count, found: rows)
    }
  }

  private func checkStates(_ states: [Element]?, _ channels: Int) throws(ModelError) {
    guard let states, states.count != channels else { return }
    throw .dimensionMismatch("states", expected: channels, found: states.count)
  }

  /// What made an output that is not finite.
  private func diagnosis(
    _ channels: Matrix<Element>, _ states: [Element]?, _ output: Matrix<Element>
  ) -> ModelError {
    // The first weight is not used without a state.
    let used = states == nil ? 1 : 0
    if let row = weights.indices.dropFirst(used).first(where: { !weights[$0].isFinite }) {
      return .nonFiniteCoefficient(row: row)
    }
    if let channel = states?.firstIndex(where: { !$0.isFinite }) {
      return .nonFiniteState(channel: channel)
    }
    for c in 0..<channels.columns {
      if let row = (0..<channels.rows).first(where: { !channels[$0, c].isFinite }) {
        return .nonFiniteSample(row: row, channel: c)
      }
    }
    // Back substitution carries it to earlier rows, too; the recurrence says where it began.
    if method == .banded {
      var plain = self
      plain.method = .recurrence
      do { _ = try plain.apply(to: channels, from: states) } catch { return error }
    }
    for c in 0..<channels.columns {
      if let row = (0..<channels.rows).first(where: { !output[$0, c].isFinite }) {
        return .outputOverflow(row: row, channel: c)
      }
    }
    preconditionFailure("all finite")
  }
}

// MARK: - Methods beside the recurrence

extension TimeVaryingFilter {
  /// The right-hand side of the band system: wᵢ sᵢ, and in the first row what comes from before.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  private func rightHandSide(_ channels: Matrix<Element>, _ states: [Element]?) -> Matrix<Element> {
    let n = channels.rows
    return unsafe Matrix(rows: n, columns: channels.columns) { b in
      channels.withSpan { s in
        weights.withSpan { w in
          for c in 0..<channels.columns {
            let start = c * n
            for i in 0..<n { unsafe b[start + i] = w[i] * s[start + i] }
            if let states {
              unsafe b[start] += (1 - w[0]) * states[c]
            } else {
              unsafe b[start] = s[start]
            }
          }
        }
      }
    }
  }

  /// Throws where a pivot of the band system underflows: a row exchange puts 1 − w on the diagonal and divides the pivot by it,
  /// whose digits would be lost below the normal numbers, and with them all outputs from there on.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  private func checkPivots() throws(ModelError) {
    var pivot: Element = 1
    for row in weights.indices.dropFirst() {
      let below = (1 - weights[row]).magnitude
      pivot = below > pivot ? pivot / below : 1
      if pivot < .leastNormalMagnitude {
        if !weights[row].isFinite { throw .nonFiniteCoefficient(row: row) }
        throw .productOutOfRange(row: row, product: .infinity)
      }
    }
  }

  @specialized(where Element == Double)
  @specialized(where Element == Float)
  private func solve(
    _ channels: Matrix<Element>, _ states: [Element]?
  ) throws(ModelError) -> Matrix<Element> {
    if method == .banded { try checkPivots() }
    let system = weights.withSpan { w in
      BandMatrix<Element>(order: w.count, lowerBandwidth: 1, upperBandwidth: 0) { i, j in
        i == j ? 1 : w[i] - 1
      }
    }
    let b = rightHandSide(channels, states)
    do {
      switch method {
      // What is not finite shows in the result.
      case .banded: return try system.solveUnchecked(b)
      default: return try system.solveTriangular(b, .lower, unitDiagonal: true)
      }
    } catch {
      throw .linearAlgebra(error)
    }
  }

  @specialized(where Element == Double)
  @specialized(where Element == Float)
  private func closedForm(
    _ channels: Matrix<Element>, _ states: [Element]?
  ) throws(ModelError) -> Matrix<Element> {
    let n = channels.rows
    var products = weights
    var product: Element = 1
    // The first output takes no part in the products.
    products[0] = 1
    var outside: Int?
    products.withMutableSpan { products in
      for i in 1..<max(1, n) {
        product *= 1 - products[i]
        products[i] = product
        if !product.isNormal && outside == nil { outside = i }
      }
    }
    if let row = outside {
      if !weights[row].isFinite { throw .nonFiniteCoefficient(row: row) }
      throw .productOutOfRange(row: row, product: Double(products[row]))
    }
    var output = rightHandSide(channels, states)
    for c in 0..<output.columns {
      var (sum, overflow): (Element, Int?) = (0, nil)
      products.withSpan { products in
        output.withMutableSpan { output in
          for i in 0..<n {
            let (before, input) = (sum, output[c * n + i])
            sum += input / products[i]
            if !sum.isFinite && before.isFinite && input.isFinite { overflow = i }
            output[c * n + i] = sum * products[i]
          }
        }
      }
      if let row = overflow { throw .productOutOfRange(row: row, product: Double(products[row])) }
    }
    return output
  }
}

extension Array {
  fileprivate func withSpan<Result: ~Copyable>(_ body: (Span<Element>) -> Result) -> Result {
    body(span)
  }

  fileprivate mutating func withMutableSpan(_ body: (inout MutableSpan<Element>) -> Void) {
    var span = mutableSpan
    body(&span)
  }
}
