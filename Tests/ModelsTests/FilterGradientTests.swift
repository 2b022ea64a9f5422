import Foundation
import LinAlg
import Models
import TestSupport
import Testing

/// Gradients against finite differences, and at any length, on any threads, against 80-bit arithmetic.
@Suite struct FilterGradientTests {
  typealias Filter = TimeVaryingFilter<Double>

  /// Memory that held other gradients makes no difference, whatever their shape, and is used where it fits.
  @Test func gradientsIntoMemoryOfOthers() throws {
    var (result, shapes) = (Filter.Gradients(), 0)
    func address(_ x: [Double]) -> Int {
      unsafe x.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    }
    for (n, count, states) in [
      (3, 1, nil), (3, 1, [2.0]), (3, 2, nil), (2, 3, [1, 2, 3]), (0, 2, nil), (9, 1, nil),
    ]
      as [(Int, Int, [Double]?)]
    {
      var generator = SeededGenerator(UInt64(n))
      let filter = Filter(weights: (0..<n).map { _ in generator.uniform() })
      for seed in 0..<2 {
        let (s, g) = (
          Matrix<Double>.random(n, count, seed: 3 + UInt64(seed)),
          Matrix<Double>.random(n, count, seed: 9)
        )
        let y = try filter.apply(to: s, from: states)
        let fresh = try filter.gradients(outputGradient: g, output: y, channels: s, from: states)
        let before = (address(result.weights), address(result.channels.elements))
        try filter.gradients(outputGradient: g, output: y, channels: s, from: states, into: &result)
        #expect(result == fresh)
        if seed == 1 && n > 0 {
          #expect(before == (address(result.weights), address(result.channels.elements)))
          shapes += 1
        }
        // A copy of them stays as it is.
        let copy = result
        try filter.gradients(outputGradient: y, output: g, channels: s, from: states, into: &result)
        #expect(copy == fresh && (n == 0 || result != fresh))
        if count == 1 {
          try filter.gradients(
            outputGradient: g.elements, output: y.elements, signal: s.elements, from: states?[0],
            into: &result)
          #expect(result == fresh)
        }
      }
    }
    #expect(shapes == 5)
    // What was not finite once leaves nothing behind, and what is written may have been given.
    let filter = Filter(weights: [1, 0.5, 0.25])
    let (s, g) = ([1, 2, 3.0], [0.5, -1, 2.0])
    let fresh = try filter.gradients(outputGradient: g, output: s, signal: s)
    #expect(throws: ModelError.self) {
      try filter.gradients(outputGradient: [1, .nan, 1], output: s, signal: s, into: &result)
    }
    try filter.gradients(outputGradient: g, output: s, signal: s, into: &result)
    #expect(result == fresh)
    let again = try filter.gradients(
      outputGradient: fresh.weights, output: fresh.channels.elements, signal: s)
    try filter.gradients(
      outputGradient: result.weights, output: result.channels.elements, signal: s, into: &result)
    #expect(result == again)
    // Threads that share channels.
    let (x, long) = (
      Matrix<Double>.random(30_000, 5, seed: 1),
      Filter(weights: Matrix<Double>.random(30_000, 1, seed: 2).elements.map { $0.magnitude })
    )
    try BLASRuntime.withThreads(2) {
      try long.gradients(outputGradient: x, output: x, channels: x, into: &result)
      let other = try long.gradients(outputGradient: x, output: x, channels: x)
      #expect(result.channels == other.channels && result.weights.count == 30_000)
    }
  }

  /// Reverse-mode gradients of Σ gᵢ yᵢ against central differences: exact up to rounding, since y is linear in
  /// each number.
  @Test(arguments: [nil, [0.7, -2]] as [[Double]?]) func gradients(states: [Double]?) throws {
    for n in [1, 2, 5, 40] {
      var generator = SeededGenerator(UInt64(n))
      let weights = (0..<n).map { _ in generator.uniform() * 1.5 }
      let (s, g) = (Matrix<Double>.random(n, 2, seed: 7), Matrix<Double>.random(n, 2, seed: 8))
      func loss(_ w: [Double], _ s: Matrix<Double>, _ states: [Double]?) throws -> Double {
        let y = try Filter(weights: w).apply(to: s, from: states)
        return dot(y.elements, g.elements)
      }
      let output = try Filter(weights: weights).apply(to: s, from: states)
      let found = try Filter(weights: weights).gradients(
        outputGradient: g, output: output, channels: s, from: states)
      let h = 0x1p-10
      for i in 0..<n {
        var (up, down) = (weights, weights)
        up[i] += h
        down[i] -= h
        let slope = try (loss(up, s, states) - loss(down, s, states)) / (2 * h)
        #expect((slope - found.weights[i]).magnitude <= 1e-9 * (1 + slope.magnitude))
        for c in 0..<2 {
          var (up, down) = (s, s)
          up[i, c] += h
          down[i, c] -= h
          let slope = try (loss(weights, up, states) - loss(weights, down, states)) / (2 * h)
          #expect((slope - found.channels[i, c]).magnitude <= 1e-9 * (1 + slope.magnitude))
        }
      }
      #expect((found.states == nil) == (states == nil))
      if let states {
        for c in 0..<2 {
          var (up, down) = (states, states)
          up[c] += h
          down[c] -= h
          let slope = try (loss(weights, s, up) - loss(weights, s, down)) / (2 * h)
          #expect((slope - found.states![c]).magnitude <= 1e-9 * (1 + slope.magnitude))
        }
      } else {
        #expect(found.weights[0] == 0)
      }
    }
    // Of no samples a loss depends on no state.
    let none = try Filter(weights: []).gradients(
      outputGradient: [], output: [], signal: [], from: 5)
    #expect(none.states == [0] && none.weights == [])
    let filter = Filter(weights: [1, 0.5])
    #expect(
      throws: ModelError.dimensionMismatch("rows of the output gradient", expected: 2, found: 1)
    ) {
      try filter.gradients(outputGradient: [1], output: [1, 2], signal: [1, 2])
    }
    #expect(throws: ModelError.nonFiniteSample(row: 1, channel: 0)) {
      try filter.gradients(outputGradient: [1, 1], output: [1, 1], signal: [1, .nan])
    }
    #expect(throws: ModelError.nonFiniteCoefficient(row: 1)) {
      try Filter(weights: [1, .nan]).gradients(
        outputGradient: [1, 1], output: [1, 1], signal: [1, 1])
    }
    // The adjoint overflows between, where a weight of 1 hides it: among the last rows, and in vectors.
    for rest in [4, 35] {
      let (weights, zeros) = (
        [1, 1, 1, -1e200, -1e200] + Array(repeating: 0, count: rest),
        [Double](repeating: 0, count: rest + 5)
      )
      #expect(throws: ModelError.gradientOverflow) {
        _ = try Filter(weights: weights).gradients(
          outputGradient: zeros.dropLast() + [1], output: zeros, signal: zeros)
      }
    }
    // Gradients by the first sample, the state and the first weight, each alone.
    for (weight, sample) in [(3.0, 0.0), (-1.5, 0), (0.5, 3)] {
      #expect(throws: ModelError.gradientOverflow) {
        try Filter(weights: [weight]).gradients(
          outputGradient: [.greatestFiniteMagnitude / 2], output: [0], signal: [sample], from: 0)
      }
    }
  }

  /// Learning the weights: gradient descent on a noisy step finds weights with less error than it began with.
  @Test func weightsCanBeLearned() throws {
    var generator = SeededGenerator(9)
    let truth = (0..<200).map { $0 < 100 ? 0.0 : 1 }
    let signal = truth.map { $0 + 0.3 * generator.uniform() }
    var filter = Filter(weights: Array(repeating: 0.5, count: 200))
    var losses: [Double] = []
    for _ in 0..<100 {
      let output = try filter.apply(to: signal)
      let gradient = zip(output, truth).map { 2 * ($0 - $1) }
      losses.append(gradient.reduce(0) { $0 + $1 * $1 } / 4)
      let step = try filter.gradients(outputGradient: gradient, output: output, signal: signal)
      axpy(-0.05, step.weights, into: &filter.weights)
    }
    #expect(losses.last! < losses.first! / 2)
    for (before, after) in zip(losses, losses.dropFirst()) { #expect(after < before) }
  }

  #if arch(x86_64)
    /// A filter's inputs, with outputs that are as good as any.
    private struct Signal<E: Scalar> {
      var weights: [E]
      var gradient, samples, outputs: Matrix<E>
      var states: [E]?

      init(
        _ n: Int, _ count: Int, weights range: ClosedRange<Double>, states: [E]? = nil
      ) {
        var generator = SeededGenerator(UInt64(n))
        weights = (0..<n).map { _ in
          E(
            range.lowerBound + generator.uniform().magnitude * (range.upperBound - range.lowerBound)
          )
        }
        func numbers() -> Matrix<E> {
          Matrix(rows: n, columns: count) { _, _ in E(generator.uniform()) }
        }
        (gradient, samples, outputs, self.states) = (numbers(), numbers(), numbers(), states)
      }

      func gradients() throws(ModelError) -> TimeVaryingFilter<E>.Gradients {
        try TimeVaryingFilter(weights: weights).gradients(
          outputGradient: gradient, output: outputs, channels: samples, from: states)
      }

      /// The first gradients by samples and by weights outside of what rounding allows, for each number of threads.
      func check(
        _ name: String, threads: [Int] = [2], sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        let (n, count, eps) = (weights.count, samples.columns, Float80(E.ulpOfOne))
        var byWeight = [(value: Float80, error: Float80)](repeating: (0, 0), count: n)
        let found = try threads.map { threads in
          try BLASRuntime.withThreads(threads) { try gradients() }
        }
        var wrong: [String: String] = [:]
        func compare(
          _ kind: String, _ row: Int, _ exact: Float80, _ allowed: Float80, _ get: (Int) -> E
        ) {
          for k in threads.indices {
            let value = Float80(get(k))
            let place = "\(kind) on \(threads[k]) threads"
            if !((value - exact).magnitude <= allowed), wrong[place] == nil {
              wrong[place] = "row \(row): \(value) for \(exact)"
            }
          }
        }
        let least = 1024 * Float80(E.leastNormalMagnitude)
        for c in 0..<count {
          var (adjoint, error) = (Float80(0), Float80(0))
          for i in (0..<n).reversed() {
            let kept = i + 1 < n ? 1 - Float80(weights[i + 1]) : 0
            error = kept.magnitude * error + (kept * adjoint).magnitude
            error += Float80(gradient[i, c].magnitude)
            adjoint = kept * adjoint + Float80(gradient[i, c])
            let weight = i == 0 && states == nil ? 1 : Float80(weights[i])
            compare("sample", i, weight * adjoint, 8 * eps * error * weight.magnitude + least) {
              found[$0].channels[i, c]
            }
            let before = i > 0 ? outputs[i - 1, c] : states?[c] ?? samples[0, c]
            let change = Float80(samples[i, c]) - Float80(before)
            byWeight[i].value += adjoint * change
            byWeight[i].error += error * change.magnitude
          }
          if states != nil {
            let kept = 1 - Float80(weights[0])
            compare("state", c, kept * adjoint, 8 * eps * error * kept.magnitude + least) {
              found[$0].states![c]
            }
          }
        }
        for i in 0..<n {
          compare("weight", i, byWeight[i].value, 8 * eps * byWeight[i].error + least) {
            found[$0].weights[i]
          }
        }
        #expect(wrong == [:], "\(n)×\(count), \(name), \(E.self)", sourceLocation: sourceLocation)
      }

      func expectOverflow(sourceLocation: SourceLocation = #_sourceLocation) {
        for threads in [1, 2, 16] {
          var thrown: ModelError?
          do {
            _ = try BLASRuntime.withThreads(threads) { try gradients() }
          } catch { thrown = error as? ModelError }
          #expect(thrown == .gradientOverflow, "\(threads) threads", sourceLocation: sourceLocation)
        }
      }

      static func checkLong(_ states: [E]?) throws {
        let block = E._scanBlock
        let n = 24 * block + 1211
        var signal = Signal(n, 1, weights: 0...1, states: states)
        try signal.check("any weights", threads: [1, 2, 16])
        // Blocks of weights of many kinds; then some that let adjoints grow here and there; then silence.
        let ranges: [ClosedRange<E>] = [0...1, 1e-6...1e-5, 1...1.9, 1e-3...0.1]
        for i in 0..<n {
          let range = ranges[i / (5 * block) % ranges.count]
          signal.weights[i] =
            range.lowerBound + signal.weights[i] * (range.upperBound - range.lowerBound)
        }
        for i in [1, 8 * block, 17 * block + 17, n - 1 - 2 * block, n - 1] {
          signal.weights[i] = -0.5
        }
        for i in 0..<6 * block { signal.gradient[i, 0] = 0 }
        try signal.check("mixed", threads: [1, 2, 16])

        // Columns that are each long enough for threads to share it, but which they take one by one.
        try Signal(70_000, 2, weights: 0...1, states: states.map { $0 + $0 })
          .check("two columns for two", threads: [2])

        // Columns that no cache holds, one after the other, whose weights' gradients add up; a last block that is whole.
        try Signal(E._scanCached + 2, 2, weights: 0...1, states: states.map { $0 + $0 })
          .check("two columns", threads: [1, 3])

        // In a group of maps the product of 1 − w loses its digits below the normal numbers. What is left of a large gradient behind
        // it does not.
        let (first, group) = (n - 1 - 3 * block, E.self == Float.self ? block / 16 : block / 4)
        let logarithm =
          log(2) * Double(E.leastNormalMagnitude.exponent) + 0.8 * log(Double(E.ulpOfOne))
        signal = Signal(n, 1, weights: 0...0, states: states)
        for i in 0..<n { signal.gradient[i, 0] = 0 }
        for i in first + group + 1...first + 2 * group {
          signal.weights[i] = E(-expm1(logarithm / Double(group)))
        }
        signal.gradient[first + 2 * group, 0] = E.greatestFiniteMagnitude * 0x1p-30
        try signal.check("a large gradient", threads: [1, 2])

        // An adjoint that overflows; then a gradient alone, in a block whose map is finite.
        let row = n - 1 - 5 * block - 100
        signal = Signal(n, 1, weights: 0...1, states: states)
        for i in row - 9...row + 9 { (signal.weights[i], signal.gradient[i, 0]) = (1, 0) }
        (signal.gradient[row, 0], signal.weights[row]) = (.greatestFiniteMagnitude / 2, -4)
        signal.expectOverflow()
        (signal.gradient[row, 0], signal.weights[row]) = (1, 1)
        let most = E.greatestFiniteMagnitude
        (signal.samples[row, 0], signal.outputs[row - 1, 0]) = (most, -most)
        signal.expectOverflow()
      }
    }

    /// At lengths around those of vectors and lines.
    @Test func anyLength() throws {
      func check<E: Scalar>(_: E.Type) throws {
        for n in [
          1, 2, 3, 4, 5, 6, 9, 10, 11, 17, 18, 19, 33, 63, 64, 65, 66, 127, 128, 129, 255, 256, 257,
          300, 512,
          1031, 2100,
        ] {
          for range in [0.0...1, 0.9...1, 1.1...1.9, 0...0.01, -0.01...0.5] {
            try Signal<E>(n, 1, weights: range, states: [0.5]).check("weights \(range)")
          }
        }
      }
      try check(Double.self)
      try check(Float.self)
      // Eight factors underflow where one after the other does not.
      var signal = Signal<Float>(64, 1, weights: 0...1)
      signal.weights = Array(repeating: Float(1).nextDown, count: 64)
      for i in 0..<64 { signal.gradient[i, 0] = i == 63 ? 1e38 : 0 }
      try signal.check("underflow")
    }

    /// Channels that threads share, each with sums of its own.
    @Test func anyChannels() throws {
      func check<E: Scalar>(_: E.Type) throws {
        for count in [2, 3, 7] {
          let signal = Signal<E>(
            40_000, count, weights: 0...1, states: (0..<count).map { E($0) - 1 })
          try signal.check("channels", threads: [1, 2, 3])
        }
        // Each thread's sum is finite, that of all is not.
        var signal = Signal<E>(40_000, 2, weights: 0.5...1, states: [0, 0])
        let large = E.greatestFiniteMagnitude / 4
        for c in 0..<2 {
          (signal.gradient[7, c], signal.samples[7, c], signal.outputs[6, c]) = (large, 3, 0)
        }
        signal.expectOverflow()
      }
      try check(Double.self)
      try check(Float.self)
    }

    /// Long signals, which threads share block by block.
    ///
    /// In a process of its own, where no other test keeps threads from coming.
    @Test func threadsShareLongSignals() async {
      await #expect(processExitsWith: .success) {
        var members = 0
        BLASRuntime.together(2) { if $0.index == 0 { members = $0.count } }
        #expect(members == 2)
        try Signal<Double>.checkLong([3])
        try Signal<Float>.checkLong(nil)
      }
    }
  #endif
}
