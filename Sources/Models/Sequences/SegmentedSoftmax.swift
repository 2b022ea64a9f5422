public import LinAlg

/// Softmax over groups of different sizes that lie one after the other in an array.
///
///     let groups = try SegmentedSoftmax(offsets: [0, 2, 5])       // values 0–1 and 2–4
///     try groups.softmax([0, 0, 1, 1, 1])                         // [½, ½, ⅓, ⅓, ⅓]
///
/// Each segment is shifted by its own largest value, so that logits of ±10⁴ and far beyond neither
/// overflow nor lose digits. −∞ masks a value: its probability is 0.
///
/// **Policy.** A segment that is all −∞ has no probability to share: its softmax is 0 everywhere, its
/// log-softmax and log-sum-exp −∞, its cross-entropy +∞, its gradients 0. The same holds for
/// values that lie between segments. An empty segment's log-sum-exp is −∞. NaN makes its segment NaN, and that
/// one alone; +∞ has the softmax NaN, as ∞/∞, and takes everything from the rest of its segment.
public struct SegmentedSoftmax: Hashable, Sendable {
  /// Where each segment begins.
  public let starts: [Int]
  /// Where each segment ends: the position after its last value.
  public let ends: [Int]
  /// The number of values.
  public let valueCount: Int

  /// The number of segments.
  public var count: Int { starts.count }

  /// Segments that touch: segment k holds the values `offsets[k]..<offsets[k + 1]`.
  ///
  /// There is one offset more than segments. The last is the number of values. Throws: `noData`
  /// without an offset, `segmentOutOfRange` unless the first is 0, `unsortedSegment` where offsets descend.
  public init(offsets: [Int]) throws(ModelError) {
    guard let first = offsets.first, let last = offsets.last else { throw .noData }
    if first != 0 { throw .segmentOutOfRange(0, count: max(0, last)) }
    if let k = offsets.indices.dropLast().first(where: { offsets[$0 + 1] < offsets[$0] }) {
      throw .unsortedSegment(k)
    }
    try self.init(
      starts: Array(offsets.dropLast()), ends: Array(offsets.dropFirst()), valueCount: last)
  }

  /// Segments with a start and an end each, ascending, among `valueCount` values.
  ///
  /// Throws: `dimensionMismatch`; `unsortedSegment` where one begins before the one before it ends, or ends
  /// before it begins; `segmentOutOfRange`.
  public init(starts: [Int], ends: [Int], valueCount: Int) throws(ModelError) {
    if ends.count != starts.count {
      throw .dimensionMismatch("ends of segments", expected: starts.count, found: ends.count)
    }
    var end = 0
    for k in starts.indices {
      if starts[k] < 0 || ends[k] > valueCount { throw .segmentOutOfRange(k, count: valueCount) }
      if starts[k] < end || ends[k] < starts[k] { throw .unsortedSegment(k) }
      end = ends[k]
    }
    if valueCount < 0 { throw .segmentOutOfRange(0, count: valueCount) }
    self.starts = starts
    self.ends = ends
    self.valueCount = valueCount
  }

  /// exp(xⱼ) / Σ exp(xₖ) over the segment of each value.
  ///
  /// Throws: `dimensionMismatch`.
  public func softmax<Element: Scalar>(_ values: [Element]) throws(ModelError) -> [Element] {
    try check(values)
    return map(.softmax, starts: starts, ends: ends, values)
  }

  /// xⱼ − log Σ exp(xₖ) over the segment of each value.
  ///
  /// Throws: `dimensionMismatch`.
  public func logSoftmax<Element: Scalar>(_ values: [Element]) throws(ModelError) -> [Element] {
    try check(values)
    return map(.logSoftmax, starts: starts, ends: ends, values)
  }

  /// log Σ exp(xₖ) of each segment.
  ///
  /// Throws: `dimensionMismatch`.
  public func logSumExp<Element: Scalar>(_ values: [Element]) throws(ModelError) -> [Element] {
    try check(values)
    return LinAlg.logSumExp(starts: starts, ends: ends, values)
  }

  private func check<Element>(
    _ values: [Element], _ name: String = "values"
  ) throws(ModelError) {
    if values.count != valueCount {
      throw .dimensionMismatch(name, expected: valueCount, found: values.count)
    }
  }

  private func checkSegments<Element>(
    _ values: [Element], _ name: String
  ) throws(ModelError) {
    if values.count != count {
      throw .dimensionMismatch(name, expected: count, found: values.count)
    }
  }
}

// MARK: - Cross-entropy

extension SegmentedSoftmax {
  /// −log softmax at the label of each segment: log Σ exp(xₖ) − x[label], never infinite for finite logits.
  ///
  /// A label counts from the beginning of its segment. Throws: `dimensionMismatch`, `labelOutOfRange` (as
  /// for any label of an empty segment).
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func crossEntropy<Element: Scalar>(
    _ logits: [Element], labels: [Int]
  ) throws(ModelError) -> [Element] {
    try checkLabels(labels)
    var losses = try logSumExp(logits)
    for k in losses.indices {
      // All −∞: log Σ exp is −∞ too, the probability 0.
      losses[k] = losses[k] == -.infinity ? .infinity : losses[k] - logits[starts[k] + labels[k]]
    }
    return losses
  }

  /// −Σ tⱼ log softmaxⱼ over each segment, for target weights t; a target of 0 adds nothing.
  ///
  /// Throws: `dimensionMismatch`.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func crossEntropy<Element: Scalar>(
    _ logits: [Element], targets: [Element]
  ) throws(ModelError) -> [Element] {
    try check(targets, "targets")
    let logProbabilities = try logSoftmax(logits)
    var losses = [Element](repeating: 0, count: count)
    unsafe losses.withUnsafeMutableBufferPointer { losses in
      forEachSegment(starts: starts, ends: ends, elements: valueCount) { k, segment in
        var loss: Element = 0
        for j in segment where targets[j] != 0 { loss -= targets[j] * logProbabilities[j] }
        unsafe losses[k] = loss
      }
    }
    return losses
  }

  /// The gradient of Σ gₖ lossₖ with respect to the logits, for cross-entropies with labels: gₖ (softmax − 1 at
  /// the label).
  ///
  /// Throws: `dimensionMismatch`, `labelOutOfRange`.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func crossEntropyGradient<Element: Scalar>(
    _ logits: [Element], labels: [Int], lossGradient: [Element]
  ) throws(ModelError) -> [Element] {
    try checkLabels(labels)
    try checkSegments(lossGradient, "gradient of the losses")
    var gradient = try softmax(logits)
    pullBack(
      .crossEntropy(labels: labels, factors: lossGradient), starts: starts, ends: ends, &gradient)
    return gradient
  }

  /// The gradient of Σ gₖ lossₖ with respect to the logits, for target weights t: gₖ (softmax Σ t − t).
  ///
  /// Throws: `dimensionMismatch`.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func crossEntropyGradient<Element: Scalar>(
    _ logits: [Element], targets: [Element], lossGradient: [Element]
  ) throws(ModelError) -> [Element] {
    try check(targets, "targets")
    try checkSegments(lossGradient, "gradient of the losses")
    var gradient = try softmax(logits)
    let factors = lossGradient.map { -$0 }
    pullBack(.logSoftmax(targets, factors: factors), starts: starts, ends: ends, &gradient)
    return gradient
  }

  private func checkLabels(_ labels: [Int]) throws(ModelError) {
    try checkSegments(labels, "labels")
    for k in labels.indices where !(0..<(ends[k] - starts[k])).contains(labels[k]) {
      throw .labelOutOfRange(segment: k, label: labels[k], classes: ends[k] - starts[k])
    }
  }
}

// MARK: - Vector-Jacobian products

extension SegmentedSoftmax {
  /// The gradient with respect to the values from that with respect to their softmax p: pⱼ (gⱼ − Σ g p).
  ///
  /// Throws: `dimensionMismatch`.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func softmaxGradient<Element: Scalar>(
    probabilities p: [Element], outputGradient g: [Element]
  ) throws(ModelError) -> [Element] {
    try check(p, "probabilities")
    try check(g, "output gradient")
    return pulledBack(.softmax(g), starts: starts, ends: ends, p)
  }

  /// The gradient with respect to the values from that with respect to their log-softmax: gⱼ − pⱼ Σ g.
  ///
  /// Throws: `dimensionMismatch`.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func logSoftmaxGradient<Element: Scalar>(
    probabilities p: [Element], outputGradient g: [Element]
  ) throws(ModelError) -> [Element] {
    try check(p, "probabilities")
    try check(g, "output gradient")
    return pulledBack(.logSoftmax(g, factors: nil), starts: starts, ends: ends, p)
  }

  /// The gradient with respect to the values from that with respect to log Σ exp of each segment: gₖ pⱼ.
  ///
  /// Throws: `dimensionMismatch`.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func logSumExpGradient<Element: Scalar>(
    probabilities p: [Element], outputGradient g: [Element]
  ) throws(ModelError) -> [Element] {
    try check(p, "probabilities")
    try checkSegments(g, "output gradient")
    return pulledBack(.logSumExp(factors: g), starts: starts, ends: ends, p)
  }
}

// MARK: - Codable

extension SegmentedSoftmax: Codable {
  private enum CodingKeys: String, CodingKey {
    case starts, ends, valueCount
  }

  /// Reads the bounds and checks them as the initialiser does.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      starts: container.decode([Int].self, forKey: .starts),
      ends: container.decode([Int].self, forKey: .ends),
      valueCount: container.decode(Int.self, forKey: .valueCount))
  }
}
