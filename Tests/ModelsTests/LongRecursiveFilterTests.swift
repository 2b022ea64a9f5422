import LinAlg
import Models
import TestSupport
import Testing

/// Signals whose coefficients no cache holds: threads share them block by block.
///
/// In a process of its own, where no other test keeps threads from coming.
@Suite struct LongRecursiveFilterTests {
  #if arch(x86_64)
    private struct Signal<E: Scalar> {
      let filter: TimeVaryingRecursiveFilter<E>
      let samples: [E]
      let state: TimeVaryingRecursiveFilter<E>.State

      /// Stable for every coefficient drawn; an end that is no block.
      init(_ p: Int, _ q: Int) throws {
        let n = 3 * E._scanCached / (p + q + 3) + 1_011
        filter = try TimeVaryingRecursiveFilter(
          feedback: E(0.9) / E(max(1, p)) * .random(n, p, seed: 1),
          feedforward: .random(n, q + 1, seed: 2))
        samples = Matrix<E>.random(n, 1, seed: 3).elements
        state = .init(inputs: (0..<q).map { E($0) - 1.5 }, outputs: (0..<p).map { 2 - E($0) })
      }

      /// Against the definition in 80 bits.
      func check(sourceLocation: SourceLocation = #_sourceLocation) throws {
        // So many threads lose their processors to each other, and leave the rest to one.
        var found = try [1, 2, 16].map { threads in
          try BLASRuntime.withThreads(threads) { try filter.apply(to: samples, from: state) }.output
        }
        // Two channels, fewer than threads.
        let both = Matrix(column: samples).appendingColumns(Matrix(column: samples))
        let channels = try BLASRuntime.withThreads(3) {
          try filter.apply(to: both, from: [filter.rest, state])
        }.output
        found.append(channels[column: 1])

        let (p, q) = (filter.feedbackOrder, filter.feedforwardOrder)
        let past = Array(state.inputs.reversed()) + samples
        var outputs = state.outputs.reversed().map { (value: Float80($0), error: Float80(0)) }
        var wrong: [Int: String] = [:]
        for i in samples.indices {
          var (y, error, size) = (Float80(0), Float80(0), Float80(0))
          for k in 0...q {
            let term = Float80(filter.feedforward[i, k]) * Float80(past[q + i - k])
            (y, size) = (y + term, size + term.magnitude)
          }
          for j in 0..<p {
            let (factor, before) = (Float80(filter.feedback[i, j]), outputs[p + i - 1 - j])
            (y, size) = (y + factor * before.value, size + (factor * before.value).magnitude)
            error += factor.magnitude * before.error
          }
          error += Float80(p + q + 1) * Float80(E.ulpOfOne) * size
          outputs.append((y, error))
          for (place, found) in found.enumerated()
          where !((Float80(found[i]) - y).magnitude <= error) && wrong[place] == nil {
            wrong[place] = "row \(i): \(found[i]) for \(y)"
          }
        }
        #expect(wrong == [:], "\(p), \(q), \(E.self)", sourceLocation: sourceLocation)
      }
    }

    /// Where outputs overflow, in a block that is not the first, and what is not finite in a signal.
    private static func checkErrors<E: Scalar>(_: E.Type) throws {
      let n = E._scanCached
      let row = 5 * E._scanBlock + 17
      var feedback = [E](repeating: 0.5, count: n)
      for i in row - 10..<row + E._scanBlock { feedback[i] = .greatestFiniteMagnitude.squareRoot() }
      let filter = try TimeVaryingRecursiveFilter(
        feedback: Matrix(column: feedback), feedforward: Matrix(column: feedback.map { _ in 1 }))
      var samples = [E](repeating: 0, count: n)
      samples[row - 3] = 2
      func error() -> ModelError? {
        do {
          _ = try BLASRuntime.withThreads(2) { try filter.apply(to: samples) }
          return nil
        } catch { return error as? ModelError }
      }
      #expect(error() == .outputOverflow(row: row - 1, channel: 0))
      samples[row + 70] = .nan
      #expect(error() == .nonFiniteSample(row: row + 70, channel: 0))
    }

    @Test func threadsShareLongSignals() async {
      await #expect(processExitsWith: .success) {
        var members = 0
        BLASRuntime.together(2) { if $0.index == 0 { members = $0.count } }
        #expect(members == 2)
        for (p, q) in [(0, 2), (1, 3), (2, 1), (3, 2)] { try Signal<Double>(p, q).check() }
        for (p, q) in [(1, 0), (2, 1)] { try Signal<Float>(p, q).check() }
        try LongRecursiveFilterTests.checkErrors(Double.self)
        try LongRecursiveFilterTests.checkErrors(Float.self)
      }
    }
  #endif
}
