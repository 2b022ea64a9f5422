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

      /// Stable for every coefficient drawn; so many rows, or more than caches hold and an end that is no block.
      init(_ p: Int, _ q: Int, rows: Int? = nil) throws {
        let n = rows ?? 3 * E._scanCached / (p + q + 3) + 1_011
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
        // Two channels, on a thread each.
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

      /// Gradients against their definition in 80 bits.
      func checkGradients(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let (n, p, q) = (samples.count, filter.feedbackOrder, filter.feedforwardOrder)
        let outputs = try filter.apply(to: samples, from: state).output
        let given = Matrix<E>.random(n, 1, seed: 4).elements
        let found = try [1, 2, 16].map { threads in
          try BLASRuntime.withThreads(threads) {
            try filter.gradients(
              outputGradient: given, output: outputs, signal: samples, from: state)
          }
        }
        let (x, y) = (state.inputs.reversed() + samples, state.outputs.reversed() + outputs)
        let (a, b, eps) = (filter.feedback, filter.feedforward, Float80(E.ulpOfOne))
        var adjoints = Array(repeating: (value: Float80(0), error: Float80(0)), count: n)
        var (byInputs, byOutputs) = (
          Array(repeating: (value: Float80(0), error: Float80(0)), count: q),
          Array(repeating: (value: Float80(0), error: Float80(0)), count: p)
        )
        var wrong: [String: String] = [:]
        func compare(
          _ name: String, _ exact: (value: Float80, error: Float80),
          _ gradient: (TimeVaryingRecursiveFilter<E>.Gradients) -> E
        ) {
          for (k, found) in found.enumerated()
          where !((Float80(gradient(found)) - exact.value).magnitude <= exact.error) {
            wrong["\(name), \(k)"] = "\(gradient(found)) for \(exact.value)"
          }
        }
        func add(_ factor: E, _ adjoint: (value: Float80, error: Float80), _ terms: Int)
          -> (value: Float80, error: Float80)
        {
          let term = Float80(factor) * adjoint.value
          let lost = Float80(factor).magnitude * adjoint.error
          return (term, lost + Float80(terms) * eps * term.magnitude)
        }
        func sum(_ u: inout (value: Float80, error: Float80), _ v: (value: Float80, error: Float80))
        {
          u = (u.value + v.value, u.error + v.error)
        }
        for i in stride(from: n - 1, through: 0, by: -1) {
          var adjoint = add(given[i], (1, 0), p + 1)
          for j in 0..<p where i + 1 + j < n {
            sum(&adjoint, add(a[i + 1 + j, j], adjoints[i + 1 + j], p + 1))
          }
          adjoints[i] = adjoint
          var byInput = (value: Float80(0), error: Float80(0))
          for k in 0...q {
            if i + k < n { sum(&byInput, add(b[i + k, k], adjoints[i + k], q + 1)) }
            if i < k { sum(&byInputs[k - i - 1], add(b[i, k], adjoint, q + 1)) }
            compare("feedforward \(k)", add(x[q + i - k], adjoint, 1)) { $0.feedforward[i, k] }
          }
          compare("signal", byInput) { $0.signal[i] }
          for j in 0..<p {
            if i <= j { sum(&byOutputs[j - i], add(a[i, j], adjoint, p)) }
            compare("feedback \(j)", add(y[p + i - 1 - j], adjoint, 1)) { $0.feedback[i, j] }
          }
        }
        for k in 0..<q { compare("input \(k)", byInputs[k]) { $0.state.inputs[k] } }
        for j in 0..<p { compare("output \(j)", byOutputs[j]) { $0.state.outputs[j] } }
        #expect(wrong == [:], "\(n), \(p), \(q), \(E.self)", sourceLocation: sourceLocation)
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

    /// What is not finite in a block that is not the first.
    private static func checkGradientErrors<E: Scalar>(_: E.Type) throws {
      let n = 7 * E._scanBlock
      let row = 3 * E._scanBlock + 5
      func error(_ gradient: E, sample: E = 1, factor: E = 1) -> ModelError? {
        var (given, feedforward) = (Matrix<E>(rows: n, columns: 1), Matrix<E>.random(n, 2, seed: 2))
        var samples = [E](repeating: 1, count: n)
        (given[row, 0], samples[row], feedforward[row, 0]) = (gradient, sample, factor)
        do {
          let filter = try TimeVaryingRecursiveFilter(
            feedback: E(0.4) * .random(n, 2, seed: 1), feedforward: feedforward)
          _ = try BLASRuntime.withThreads(2) {
            try filter.gradients(
              outputGradient: given.elements, output: [E](repeating: 1, count: n), signal: samples)
          }
          return nil
        } catch { return error as? ModelError }
      }
      #expect(error(1) == nil)
      #expect(error(.nan) == .nonFiniteSample(row: row, channel: 0))
      #expect(error(1, sample: .infinity) == .nonFiniteSample(row: row, channel: 0))
      #expect(error(.greatestFiniteMagnitude, sample: 2) == .gradientOverflow)
      #expect(error(2, factor: .greatestFiniteMagnitude) == .gradientOverflow)
    }

    @Test func threadsShareLongSignals() async {
      await #expect(processExitsWith: .success) {
        var members = 0
        BLASRuntime.together(2) { if $0.index == 0 { members = $0.count } }
        #expect(members == 2)
        for (p, q) in [(0, 2), (1, 3), (2, 1)] { try Signal<Double>(p, q).check() }
        // A last block with fewer rows than lags.
        let rows = (3 * Double._scanCached / 8 / Double._scanBlock + 1) * Double._scanBlock + 1
        try Signal<Double>(3, 2, rows: rows).check()
        for (p, q) in [(1, 0), (2, 1)] { try Signal<Float>(p, q).check() }
        try LongRecursiveFilterTests.checkErrors(Double.self)
        try LongRecursiveFilterTests.checkErrors(Float.self)
        // Ends and lags at, before and behind the ends of blocks.
        let (double, float) = (Double._scanBlock, Float._scanBlock)
        for (p, q, n) in [
          (0, 2, 6 * double + 5), (1, 0, 9 * double), (2, 1, 5 * double + 1),
          (3, 9, 2 * double + 7),
          (7, 3, 3 * double - 1), (2, 3, 1), (4, 1, 3),
        ] { try Signal<Double>(p, q, rows: n).checkGradients() }
        for (p, q, n) in [(1, 3, 3 * float + 2), (2, 1, 2 * float + 9)] {
          try Signal<Float>(p, q, rows: n).checkGradients()
        }
        try LongRecursiveFilterTests.checkGradientErrors(Double.self)
        try LongRecursiveFilterTests.checkGradientErrors(Float.self)
      }
    }
  #endif
}
