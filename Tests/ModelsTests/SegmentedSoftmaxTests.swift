import Foundation
import LinAlg
import Models
import TestSupport
import Testing

@Suite struct SegmentedSoftmaxTests {
  /// Segments of these lengths, with values of this size.
  private func sample<E: Scalar>(
    _ lengths: [Int], scale: Double, _: E.Type
  ) throws -> (SegmentedSoftmax, [E]) {
    var offsets = [0]
    for length in lengths { offsets.append(offsets.last! + length) }
    var generator = SeededGenerator(UInt64(lengths.count))
    let values = (0..<offsets.last!).map { _ in E(scale * generator.uniform()) }
    return (try SegmentedSoftmax(offsets: offsets), values)
  }

  static let lengths: [[Int]] = [
    [], [0], [1], [0, 0, 0], [2, 3], [1, 1, 1, 1], [0, 5, 0, 24, 25, 0, 1, 23, 17, 16, 15],
    [1024], [1025], [5000, 3, 1023, 2, 1024, 1, 1030], Array(repeating: 1, count: 600),
    Array(repeating: 0, count: 700) + [4], (0..<3000).map { $0 * 7 % 21 }, (0..<70).map { $0 },
    (0..<600).map { $0 * 5 % 9 }, (0..<600).map { $0 * 5 % 17 },
  ]

  private func check<E: Scalar>(_ lengths: [Int], scale: Double, _ type: E.Type) throws {
    let (groups, x) = try sample(lengths, scale: scale, type)
    let (p, logP) = (try groups.softmax(x), try groups.logSoftmax(x))
    let total = try groups.logSumExp(x)
    #expect(p.count == x.count && logP.count == x.count && total.count == lengths.count)
    for k in lengths.indices {
      let segment = groups.starts[k]..<groups.ends[k]
      let row = x[segment].map { Double($0) }
      let largest = row.max() ?? 0
      let sum = row.reduce(0) { $0 + Foundation.exp($1 - largest) }
      let expected = row.isEmpty ? -.infinity : largest + Foundation.log(sum)
      // As for the softmax of rows: sums of rounded terms, functions of 2 ulp, the shifted argument.
      let allowed = Double(row.count + 10) * Double(E.ulpOfOne)
      #expect(
        Double(total[k]) == expected
          || (Double(total[k]) - expected).magnitude <= allowed * max(1, expected.magnitude))
      for j in segment {
        let shifted = Double(x[j]) - largest
        let exact = Foundation.exp(shifted) / sum
        let error = (Double(p[j]) - exact).magnitude
        let logError = (Double(logP[j]) - (Double(x[j]) - expected)).magnitude
        #expect(
          error <= (allowed - shifted * Double(E.ulpOfOne)) * exact + Double(E.leastNormalMagnitude)
        )
        #expect(logError <= allowed * max(1, expected.magnitude + Double(x[j]).magnitude))
      }
    }
  }

  @Test(arguments: lengths) func everyShape(_ lengths: [Int]) throws {
    for scale in [1, 30, 1e4] {
      try check(lengths, scale: scale, Double.self)
      try check(lengths, scale: scale, Float.self)
    }
  }

  @Test func threads() throws {
    let (groups, x) = try sample((0..<20_000).map { $0 * 13 % 20 }, scale: 10, Double.self)
    let alone = try BLASRuntime.withThreads(1) { (try groups.softmax(x), try groups.logSumExp(x)) }
    let together = try BLASRuntime.withThreads(3) {
      (try groups.softmax(x), try groups.logSumExp(x))
    }
    for i in x.indices { #expect((alone.0[i] - together.0[i]).magnitude <= 4 * .ulpOfOne) }
    for k in alone.1.indices where alone.1[k].isFinite {
      #expect((alone.1[k] - together.1[k]).magnitude <= 64 * .ulpOfOne)
    }
  }

  /// Gaps at the ends of the parts that threads take.
  @Test func gapsBetweenThreads() throws {
    let count = 30_000
    let starts = (0..<count).map { $0 * 5 + 1 }
    let groups = try SegmentedSoftmax(
      starts: starts, ends: starts.map { $0 + 3 }, valueCount: 5 * count + 7)
    let x = [Double](repeating: 2, count: groups.valueCount)
    let (p, logP) = try BLASRuntime.withThreads(4) {
      (try groups.softmax(x), try groups.logSoftmax(x))
    }
    for i in x.indices {
      let inside = i < 5 * count && (1...3).contains(i % 5)
      #expect(inside ? (p[i] - 1.0 / 3).magnitude < 1e-15 : p[i] == 0)
      #expect(inside ? logP[i].isFinite : logP[i] == -.infinity)
    }
  }

  /// Segments are worked on in groups according to the longest one.
  @Test(arguments: [3, 12, 20, 40]) func masks(_ longest: Int) throws {
    func check<E: Scalar>(_: E.Type) throws {
      let inf = E.infinity
      let groups = try SegmentedSoftmax(offsets: [0, 3, 5, 5, 6, 8, 10, 10 + longest])
      let x =
        [0, -inf, 0, -inf, -inf, -inf, .nan, 1, inf, 1] + [E](repeating: -inf, count: longest)
      let p = try groups.softmax(x)
      #expect(p[0..<6] == [0.5, 0, 0.5, 0, 0, 0])
      #expect(p[6].isNaN && p[7].isNaN && p[8].isNaN && p[9] == 0)
      #expect(p[10...].allSatisfy { $0 == 0 })
      let logP = try groups.logSoftmax(x)
      #expect(logP[1] == -inf && logP[3] == -inf && logP[5] == -inf && logP[6].isNaN)
      #expect((Double(logP[0]) + Foundation.log(2)).magnitude <= Double(E.ulpOfOne))
      #expect(logP[7].isNaN && logP[8].isNaN && logP[9] == -inf)
      #expect(logP[10...].allSatisfy { $0 == -inf })
      let total = try groups.logSumExp(x)
      #expect(total[1] == -inf && total[2] == -inf && total[3] == -inf && total[4].isNaN)
      #expect(total[5] == inf && total[6] == -inf)
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test func maskedGradients() throws {
    let inf = Double.infinity
    // Gradients of masked segments are 0.
    let masked = try SegmentedSoftmax(offsets: [0, 2])
    let none = [-inf, -inf]
    #expect(try masked.crossEntropy(none, labels: [1]) == [inf])
    #expect(try masked.crossEntropyGradient(none, labels: [1], lossGradient: [1]) == [0, 0])
    #expect(try masked.crossEntropy(none, targets: [0.5, 0.5]) == [inf])
    #expect(try masked.crossEntropy(none, targets: [0, 0]) == [0])
    #expect(
      try masked.crossEntropyGradient(none, targets: [0.5, 0.5], lossGradient: [1]) == [0, 0])
    #expect(
      try masked.logSoftmaxGradient(probabilities: [0, 0], outputGradient: [1, 2]) == [0, 0])
    #expect(try masked.softmaxGradient(probabilities: [0, 0], outputGradient: [1, 2]) == [0, 0])
    #expect(try masked.crossEntropyGradient(none, labels: [1], lossGradient: [inf]) == [0, 0])
    #expect(
      try masked.softmaxGradient(probabilities: [0, 1], outputGradient: [inf, 2]) == [0, 0])
    #expect(try masked.logSumExpGradient(probabilities: [0, 0], outputGradient: [inf]) == [0, 0])
    // A masked label cannot be right, a masked other class does not matter.
    let one = try SegmentedSoftmax(offsets: [0, 2])
    #expect(try one.crossEntropy([-inf, 0], labels: [0]) == [inf])
    #expect(try one.crossEntropy([-inf, 0], labels: [1]) == [0])
    #expect(try one.crossEntropy([-1e308, 1e308], labels: [1]) == [0])
    #expect(try one.crossEntropy([1e4, -1e4], labels: [1]) == [2e4])
  }

  /// Bounds with gaps between the segments.
  @Test func startsAndEnds() throws {
    let groups = try SegmentedSoftmax(
      starts: [1, 4, 7, 2000], ends: [3, 4, 9, 2002], valueCount: 2005)
    let x = [Double](repeating: 1, count: 2005)
    let (p, logP) = (try groups.softmax(x), try groups.logSoftmax(x))
    let inside = [1, 2, 7, 8, 2000, 2001]
    for i in x.indices {
      #expect(p[i] == (inside.contains(i) ? 0.5 : 0))
      #expect(
        inside.contains(i) ? (logP[i] + Foundation.log(2)).magnitude < 1e-15 : logP[i] == -.infinity
      )
    }
    #expect(try groups.logSumExp(x)[1] == -.infinity)
    #expect(try SegmentedSoftmax(starts: [], ends: [], valueCount: 2).softmax([1, 2.0]) == [0, 0])
  }

  @Test func wrongBoundsAreErrors() throws {
    #expect(throws: ModelError.noData) { try SegmentedSoftmax(offsets: []) }
    #expect(throws: ModelError.unsortedSegment(1)) { try SegmentedSoftmax(offsets: [0, 3, 2, 5]) }
    #expect(throws: ModelError.unsortedSegment(1)) { try SegmentedSoftmax(offsets: [0, 5, 3]) }
    #expect(throws: ModelError.segmentOutOfRange(0, count: 5)) {
      try SegmentedSoftmax(offsets: [1, 5])
    }
    #expect(throws: ModelError.self) { try SegmentedSoftmax(offsets: [0, -1]) }
    #expect(throws: ModelError.unsortedSegment(1)) {
      try SegmentedSoftmax(starts: [0, 2], ends: [3, 4], valueCount: 5)  // overlap
    }
    #expect(throws: ModelError.unsortedSegment(0)) {
      try SegmentedSoftmax(starts: [3], ends: [2], valueCount: 5)
    }
    #expect(throws: ModelError.segmentOutOfRange(1, count: 5)) {
      try SegmentedSoftmax(starts: [0, 4], ends: [2, 6], valueCount: 5)
    }
    #expect(throws: ModelError.dimensionMismatch("ends of segments", expected: 1, found: 0)) {
      try SegmentedSoftmax(starts: [0], ends: [], valueCount: 5)
    }
    let groups = try SegmentedSoftmax(offsets: [0, 2, 2])
    #expect(throws: ModelError.dimensionMismatch("values", expected: 2, found: 1)) {
      try groups.softmax([1.0])
    }
    #expect(throws: ModelError.labelOutOfRange(segment: 0, label: 2, classes: 2)) {
      try groups.crossEntropy([1.0, 2], labels: [2, 0])
    }
    #expect(throws: ModelError.labelOutOfRange(segment: 1, label: 0, classes: 0)) {
      try groups.crossEntropy([1.0, 2], labels: [0, 0])
    }
    #expect(throws: ModelError.dimensionMismatch("labels", expected: 2, found: 1)) {
      try groups.crossEntropy([1.0, 2], labels: [0])
    }
  }

  /// Vector-Jacobian products and gradients against central differences of the losses that they belong to.
  @Test func gradients() throws {
    let (groups, x) = try sample([3, 1, 0, 5, 2], scale: 2, Double.self)
    let g = Matrix<Double>.random(11, 1, seed: 3).elements
    let targets = g.map { $0.magnitude }
    let (perSegment, labels) = ([0.5, -1, 7, 2, 0.25], [2, 0, 0, 4, 1])
    let p = try groups.softmax(x)
    func compare(_ found: [Double], _ loss: ([Double]) throws -> Double) rethrows {
      let h = 0x1p-17
      for i in x.indices {
        var (up, down) = (x, x)
        up[i] += h
        down[i] -= h
        let slope = try (loss(up) - loss(down)) / (2 * h)
        // h² of the third derivative, and rounding over h.
        #expect((slope - found[i]).magnitude <= 1e-8)
      }
    }
    try compare(groups.softmaxGradient(probabilities: p, outputGradient: g)) {
      dot(try groups.softmax($0), g)
    }
    try compare(groups.logSoftmaxGradient(probabilities: p, outputGradient: g)) {
      dot(try groups.logSoftmax($0), g)
    }
    try compare(groups.logSumExpGradient(probabilities: p, outputGradient: perSegment)) {
      zip(try groups.logSumExp($0), perSegment).reduce(0) {
        $0 + ($1.0.isFinite ? $1.0 * $1.1 : 0)
      }
    }
    try compare(groups.crossEntropyGradient(x, targets: targets, lossGradient: perSegment)) {
      dot(try groups.crossEntropy($0, targets: targets), perSegment)
    }
    // Labels need a class in every segment.
    let full = try SegmentedSoftmax(offsets: [0, 3, 4, 6, 9, 11])
    let fullLabels = [labels[0], 0, 1, 2, 1]
    try compare(full.crossEntropyGradient(x, labels: fullLabels, lossGradient: perSegment)) {
      dot(try full.crossEntropy($0, labels: fullLabels), perSegment)
    }
  }

  #if arch(x86_64)
    /// All gradients against their definitions in 80 bits.
    ///
    /// Allowed are a rounding for each term of a sum, and four.
    private func checkGradients<E: Scalar>(
      _ groups: SegmentedSoftmax, _ x: [E], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      var generator = SeededGenerator(7)
      let g = x.map { _ in E(generator.uniform()) }
      let factors = groups.starts.map { _ in E(generator.uniform()) }
      let p = try groups.softmax(x)
      let labels = groups.starts.indices.map { k in (groups.ends[k] - groups.starts[k]) / 2 }
      let hasLabels = groups.starts.indices.allSatisfy { groups.starts[$0] < groups.ends[$0] }
      func gradients(threads: Int) throws -> [String: [E]] {
        try BLASRuntime.withThreads(threads) {
          [
            "softmax": try groups.softmaxGradient(probabilities: p, outputGradient: g),
            "logSoftmax": try groups.logSoftmaxGradient(probabilities: p, outputGradient: g),
            "logSumExp": try groups.logSumExpGradient(probabilities: p, outputGradient: factors),
            "targets": try groups.crossEntropyGradient(x, targets: g, lossGradient: factors),
            "labels": hasLabels
              ? try groups.crossEntropyGradient(x, labels: labels, lossGradient: factors) : [],
          ]
        }
      }
      let found = try gradients(threads: 1)
      var inside = [Bool](repeating: false, count: x.count)
      var wrong: [String: String] = [:]
      let eps = Float80(E.ulpOfOne)
      for k in groups.starts.indices {
        let segment = groups.starts[k]..<groups.ends[k]
        var (mean, sum, size, total): (Float80, Float80, Float80, Float80) = (0, 0, 0, 0)
        for j in segment {
          inside[j] = true
          mean += Float80(g[j]) * Float80(p[j])
          size += Float80(g[j] * p[j]).magnitude
          sum += Float80(g[j])
          total += Float80(g[j]).magnitude
        }
        let roundings = eps * Float80(segment.count + 4)
        for j in segment {
          let (p, g, factor) = (Float80(p[j]), Float80(g[j]), Float80(factors[k]))
          func compare(_ name: String, _ exact: Float80, _ allowed: Float80) {
            guard let value = found[name], !value.isEmpty else { return }
            // Products of subnormal probabilities lose digits.
            if !((Float80(value[j]) - exact).magnitude
              <= allowed + 4 * Float80(E.leastNonzeroMagnitude))
            {
              wrong[name] = "\(value[j]) for \(exact) in segment \(k), \(segment)"
            }
          }
          compare("softmax", p * (g - mean), roundings * p * (size + g.magnitude))
          compare("logSoftmax", g - p * sum, roundings * (g.magnitude + p * total))
          compare("logSumExp", factor * p, eps * (factor * p).magnitude)
          compare(
            "targets", factor * (p * sum - g),
            roundings * factor.magnitude * (g.magnitude + p * total))
          let off = p - (j == segment.lowerBound + labels[k] ? 1 : 0)
          compare("labels", factor * off, 2 * eps * (factor * off).magnitude)
        }
      }
      #expect(wrong == [:], "\(E.self)", sourceLocation: sourceLocation)
      // Where a part ends makes no difference to a segment.
      for threads in [2, 3, 16] {
        let others = try gradients(threads: threads)
        for name in ["softmax", "logSoftmax", "logSumExp"] {
          let same = others[name] == found[name]
          #expect(same, "\(name)", sourceLocation: sourceLocation)
        }
      }
      for (name, values) in found where !values.isEmpty {
        let between = inside.indices.filter { !inside[$0] }
        let areZero = between.allSatisfy { values[$0] == 0 }
        #expect(areZero, "\(name) between segments", sourceLocation: sourceLocation)
      }
    }

    @Test(arguments: lengths) func gradientsOfEveryShape(_ lengths: [Int]) throws {
      for scale in [1, 30, 1e4] {
        let (groups, x) = try sample(lengths, scale: scale, Double.self)
        try checkGradients(groups, x)
        let (floats, y) = try sample(lengths, scale: scale, Float.self)
        try checkGradients(floats, y)
      }
    }

    /// Lengths of each number of vectors, gaps of several lengths, also where threads' parts end.
    @Test(arguments: [3, 8, 11, 12, 16, 20, 24, 31, 39, 47, 60, 95, 1100])
    func gradientsBetweenGaps(longest: Int) throws {
      var (starts, ends, at) = ([Int](), [Int](), 0)
      while at < 150_000 {
        let gap = starts.count % 1000 == 999 ? 2000 : starts.count % 100 == 50 ? 50 : 1
        starts.append(at + starts.count * 5 % 4 * gap)
        ends.append(starts.last! + 1 + starts.count * 17 % longest)
        at = ends.last!
      }
      let groups = try SegmentedSoftmax(starts: starts, ends: ends, valueCount: at + 5000)
      try checkGradients(groups, Matrix<Double>.random(at + 5000, 1, seed: 5).elements)
      try checkGradients(groups, Matrix<Float>.random(at + 5000, 1, seed: 5).elements)
    }
  #endif

  /// What is masked depends on nothing, whatever comes back to it; what is not a number stays in its segment.
  @Test(arguments: [1, 5, 20, 40, 100, 1100]) func gradientsOfMasks(_ length: Int) throws {
    func check<E: Scalar>(_: E.Type) throws {
      let inf = E.infinity
      let groups = try SegmentedSoftmax(offsets: [0, length, 2 * length, 3 * length])
      var x = [E](repeating: 1, count: 3 * length)
      var g = [E](repeating: 0.5, count: 3 * length)
      for j in length..<2 * length { (x[j], g[j]) = (-inf, j % 2 == 0 ? inf : .nan) }
      g[0] = .nan
      if length > 2 { (x[2 * length + 2], g[2 * length + 2]) = (-inf, inf) }
      let p = try groups.softmax(x)
      let factors: [E] = [1, inf, 2]
      for (name, found) in [
        "softmax": try groups.softmaxGradient(probabilities: p, outputGradient: g),
        "logSoftmax": try groups.logSoftmaxGradient(probabilities: p, outputGradient: g),
        "logSumExp": try groups.logSumExpGradient(probabilities: p, outputGradient: factors),
        "targets": try groups.crossEntropyGradient(x, targets: g, lossGradient: factors),
        "labels": try groups.crossEntropyGradient(x, labels: [0, 0, 0], lossGradient: factors),
      ] {
        let takesGradient = name != "logSumExp" && name != "labels"
        let (masked, last) = (found[length..<2 * length], found[(2 * length)...])
        let areZero = masked.allSatisfy { $0 == 0 }
        let areNaN = found[..<length].filter(\.isNaN).count
        #expect(areZero && areNaN == (takesGradient ? length : 0), "\(name)")
        // Log-softmax is −∞ there, and its sum infinite.
        let areFinite = last.allSatisfy(\.isFinite)
        #expect(areFinite == (length < 3 || name == "softmax" || !takesGradient), "\(name)")
      }
      // A loss that is not a number is one for all that it depends on, also where the label is certain.
      let certain = [E(1000)] + [E](repeating: 0, count: length - 1)
      let one = try SegmentedSoftmax(offsets: [0, length])
      let lost = try one.crossEntropyGradient(certain, labels: [0], lossGradient: [.nan])
      let areNaN = lost.allSatisfy(\.isNaN)
      #expect(areNaN)
      #expect(try one.crossEntropyGradient(certain, labels: [0], lossGradient: [2])[0] == 0)
    }
    try check(Double.self)
    try check(Float.self)
    let none = try SegmentedSoftmax(starts: [], ends: [], valueCount: 2)
    #expect(try none.softmaxGradient(probabilities: [1, 2.0], outputGradient: [3, 4]) == [0, 0])
    #expect(try none.logSumExpGradient(probabilities: [1, 2.0], outputGradient: []) == [0, 0])
    #expect(
      try none.crossEntropyGradient([1, 2.0], labels: [], lossGradient: []) == [0, 0])
    #expect(
      try none.crossEntropyGradient([1, 2.0], targets: [1, 1], lossGradient: []) == [0, 0])
  }

  /// A label is the target that is 1 there.
  @Test func labelsAreTargets() throws {
    let (groups, x) = try sample([3, 1, 5, 2], scale: 2, Double.self)
    let labels = [2, 0, 4, 1]
    var targets = [Double](repeating: 0, count: 11)
    for (k, label) in labels.enumerated() { targets[groups.starts[k] + label] = 1 }
    let (a, b) = (
      try groups.crossEntropy(x, labels: labels), try groups.crossEntropy(x, targets: targets)
    )
    for (u, v) in zip(a, b) { #expect((u - v).magnitude <= 32 * .ulpOfOne) }
    let gradient = [1.0, 2, 3, 4]
    let (c, d) = (
      try groups.crossEntropyGradient(x, labels: labels, lossGradient: gradient),
      try groups.crossEntropyGradient(x, targets: targets, lossGradient: gradient)
    )
    for (u, v) in zip(c, d) { #expect((u - v).magnitude <= 32 * .ulpOfOne) }
  }

  /// Segments of the same length are the columns of a matrix, but for the order in which terms are added.
  @Test func equalSegmentsAreColumns() throws {
    let x = Matrix<Double>.random(7, 200, seed: 5)
    let groups = try SegmentedSoftmax(offsets: Array(stride(from: 0, through: 1400, by: 7)))
    let columns = softmax(x, each: .column)
    let segments = try Matrix(rows: 7, columns: 200, columnMajor: groups.softmax(x.elements))
    #expect(Bounds.difference(segments, columns) <= 1)
    let (a, b) = (try groups.logSumExp(x.elements), logSumExp(x, each: .column))
    for (u, v) in zip(a, b) {
      #expect((u - v).magnitude <= Bounds.roundoff(7, max(1, v.magnitude)))
    }
  }

  @Test func codable() throws {
    let groups = try SegmentedSoftmax(offsets: [0, 2, 5])
    let data = try JSONEncoder().encode(groups)
    #expect(try JSONDecoder().decode(SegmentedSoftmax.self, from: data) == groups)
    let broken = #"{"starts": [0, 1], "ends": [2, 3], "valueCount": 3}"#
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(SegmentedSoftmax.self, from: Data(broken.utf8))
    }
  }
}
