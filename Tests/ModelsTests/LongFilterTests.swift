import Foundation
import LinAlg
import Models
import TestSupport
import Testing

/// Signals that no cache holds: threads share them block by block.
///
/// In a process of its own, where no other test keeps threads from coming.
@Suite struct LongFilterTests {
  #if arch(x86_64)
    private struct Signal<E: Scalar> {
      /// More than caches hold, and an end that is no block.
      static var count: Int { E._scanCached + 70_011 }
      static var block: Int { E._scanBlock }

      var weights: [E]
      var samples: [E]
      var state: E?

      /// Samples from 0 to 1.
      init(state: E?, weight: (_ index: Int, _ random: Double) -> Double) {
        var generator = SeededGenerator(5)
        func number() -> Double { (generator.uniform() + 1) / 2 }
        weights = (0..<Self.count).map { E(weight($0, number())) }
        samples = (0..<Self.count).map { _ in E(number()) }
        self.state = state
      }

      /// Against the recurrence in 80 bits.
      func check(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let filter = TimeVaryingFilter(weights: weights)
        // So many threads lose their processors to each other, and leave the rest to one.
        let found = try [1, 2, 16].map { threads in
          try BLASRuntime.withThreads(threads) { try filter.apply(to: samples, from: state) }
        }
        let channel = try BLASRuntime.withThreads(2) {
          try filter.apply(to: Matrix(column: samples), from: state.map { [$0] })
        }
        var (y, error) = (Float80(state ?? 0), Float80(0))
        var wrong: [Int: String] = [:]
        for i in samples.indices {
          let weight = i == 0 && state == nil ? 1 : Float80(weights[i])
          let (kept, added) = ((1 - weight) * y, weight * Float80(samples[i]))
          error = (1 - weight).magnitude * error + kept.magnitude + added.magnitude
          y = kept + added
          let allowed = 8 * Float80(E.ulpOfOne) * error + 1024 * Float80(E.leastNormalMagnitude)
          func compare(_ output: E, _ place: Int) {
            if !((Float80(output) - y).magnitude <= allowed), wrong[place] == nil {
              wrong[place] = "row \(i): \(output) for \(y)"
            }
          }
          compare(found[0][i], 1)
          compare(found[1][i], 2)
          compare(found[2][i], 16)
          compare(channel[i, 0], 0)
        }
        #expect(wrong == [:], "\(name), \(E.self), by threads", sourceLocation: sourceLocation)
      }

      func error() -> ModelError? {
        do {
          _ = try BLASRuntime.withThreads(2) {
            try TimeVaryingFilter(weights: weights).apply(to: samples, from: state)
          }
          return nil
        } catch { return error as? ModelError }
      }

      static func checkAll(state: E?) throws {
        // Weights of all kinds for 16 blocks each; then one that lets the state grow here and there; then silence.
        let ranges = [0...1, 1e-6...1e-5, 1...1.9, 1e-3...0.1]
        var mixed = Signal(state: state) { i, random in
          let range = ranges[i / (16 * block) % ranges.count]
          return range.lowerBound + (range.upperBound - range.lowerBound) * random
        }
        for i in [0, 3 * block, 65 * block + 17, 69 * block - 1, count - 1] {
          mixed.weights[i] = -0.5
        }
        for i in 100 * block..<count { mixed.samples[i] = 0 }
        try mixed.check("mixed")

        // Over a block the product of 1 − w loses its digits below the normal numbers. What is left of a large state, or of a large
        // sample, does not.
        let logarithm =
          log(2) * Double(E.leastNormalMagnitude.exponent) + 0.8 * log(Double(E.ulpOfOne))
        let weight = -expm1(logarithm / Double(block))
        let large = E.greatestFiniteMagnitude * 0x1p-30
        var decaying = Signal(state: large) { _, _ in weight }
        for i in 0..<count { decaying.samples[i] = 0 }
        try decaying.check("a large state")
        // The product of a group of maps alone, which comes to the sample before it.
        decaying.state = 0
        let group = E.self == Float.self ? block / 16 : block / 4
        for i in 0..<count { decaying.weights[i] = 0 }
        let after = 2 * block + group
        for i in after..<after + group {
          decaying.weights[i] = E(-expm1(logarithm / Double(group)))
        }
        (decaying.weights[after - 1], decaying.samples[after - 1]) = (0.5, large)
        try decaying.check("a large sample")
        // And a factor makes what lost its digits large again.
        decaying.state = large
        decaying.samples[after - 1] = 0
        let (start, end) = (2 * block, 2 * block + block * 3 / 4)
        for i in 0..<count { decaying.weights[i] = 0 }
        for i in start..<end { decaying.weights[i] = E(-expm1(logarithm / Double(end - start))) }
        decaying.weights[end] = -1 / E.leastNormalMagnitude / 4
        try decaying.check("a large factor")
      }

      static func checkErrors() {
        // An output overflows within a block whose end, from other sums, does not.
        var signal = Signal(state: 0) { _, _ in 0 }
        (signal.weights[0], signal.samples[0]) = (1, E.greatestFiniteMagnitude * 0.75)
        let row = 4 * block + 70
        for i in [row, row + 1] {
          (signal.weights[i], signal.samples[i]) = (2, -E.greatestFiniteMagnitude / 4)
        }
        #expect(signal.error() == .outputOverflow(row: row, channel: 0))

        signal = Signal(state: 3) { _, random in random }
        signal.samples[5 * block + 3] = .nan
        #expect(signal.error() == .nonFiniteSample(row: 5 * block + 3, channel: 0))
        signal.samples[5 * block + 3] = 0
        signal.weights[count - 2] = .infinity
        #expect(signal.error() == .nonFiniteCoefficient(row: count - 2))
      }
    }

    @Test func threadsShareLongSignals() async {
      await #expect(processExitsWith: .success) {
        var members = 0
        BLASRuntime.together(2) { if $0.index == 0 { members = $0.count } }
        #expect(members == 2)
        try Signal<Double>.checkAll(state: 3)
        try Signal<Float>.checkAll(state: nil)
        Signal<Double>.checkErrors()
        Signal<Float>.checkErrors()
      }
    }
  #endif
}
