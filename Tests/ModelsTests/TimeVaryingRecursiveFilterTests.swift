import Foundation
import LinAlg
import Models
import TestSupport
import Testing

@Suite struct TimeVaryingRecursiveFilterTests {
  typealias Filter = TimeVaryingRecursiveFilter<Double>

  static let orders = [(0, 0), (1, 0), (0, 2), (1, 1), (2, 0), (3, 4), (7, 3)]

  /// Stable for every coefficient drawn: the feedback of one step adds up to less than 0.9.
  private func filter(_ n: Int, _ p: Int, _ q: Int, _ method: Filter.Method = .automatic) throws
    -> Filter
  {
    try Filter(
      feedback: 0.9 / Double(max(1, p)) * Matrix.random(n, p, seed: 1),
      feedforward: Matrix.random(n, q + 1, seed: 2), method: method)
  }

  #if arch(x86_64)
    /// The definition in extended precision.
    private func reference<E: Scalar>(
      _ filter: TimeVaryingRecursiveFilter<E>, _ x: [E],
      _ state: TimeVaryingRecursiveFilter<E>.State
    ) -> [Float80] {
      let past = Array(state.inputs.reversed()) + x
      var y = state.outputs.reversed().map { Float80($0) }
      let (p, q) = (filter.feedbackOrder, filter.feedforwardOrder)
      for i in x.indices {
        var sum: Float80 = 0
        for k in 0...q { sum += Float80(filter.feedforward[i, k]) * Float80(past[q + i - k]) }
        for j in 0..<p { sum += Float80(filter.feedback[i, j]) * y[p + i - 1 - j] }
        y.append(sum)
      }
      return Array(y.dropFirst(p))
    }

    private func check<E: Scalar>(_ n: Int, _ p: Int, _ q: Int, _: E.Type) throws {
      var filter = try TimeVaryingRecursiveFilter<E>(
        feedback: E(0.9) / E(max(1, p)) * .random(n, p, seed: 1),
        feedforward: .random(n, q + 1, seed: 2))
      let x = Matrix<E>.random(n, 1, seed: 3).elements
      let state = TimeVaryingRecursiveFilter<E>.State(
        inputs: (0..<q).map { E($0) - 1.5 }, outputs: (0..<p).map { 2 - E($0) })
      for start in [nil, state] {
        let exact = reference(filter, x, start ?? filter.rest)
        // Each step adds p + q + 1 roundings of what is at most `scale`, and keeps 0.9 of the error before.
        let scale = 10 * E(q + 1 + p) * 2 * (p + q > 0 ? 8 : 1)
        for method in TimeVaryingRecursiveFilter<E>.Method.allCases {
          filter.method = method
          let (y, _) = try filter.apply(to: x, from: start)
          for i in 0..<n {
            let error = (Float80(y[i]) - exact[i]).magnitude
            #expect(error <= Float80(Bounds.roundoff(p + q + 1, scale)), "\(method) \(i)")
          }
        }
      }
    }

    @Test(arguments: orders) func everyMethod(p: Int, q: Int) throws {
      for n in [1, 2, 5, 40, 600] {
        try check(n, p, q, Double.self)
        try check(n, p, q, Float.self)
      }
    }
  #endif

  @Test func theDefinition() throws {
    let filter = try Filter(feedback: [[0.5], [0.5], [0.5]], feedforward: [[1], [1], [1]])
    let (y, state) = try filter.apply(to: [1, 0, 0])
    #expect(y == [1, 0.5, 0.25] && state == .init(inputs: [], outputs: [0.25]))
    let moving = try Filter(
      feedback: Matrix(rows: 3, columns: 0), feedforward: [[1, 1], [1, 1], [2, 1]])
    #expect(
      try moving.apply(to: [1, 2, 3], from: .init(inputs: [10], outputs: [])).output == [11, 3, 8])
    #expect(try filter.apply(to: [] + Array(repeating: 0, count: 3)).output == [0, 0, 0])
  }

  /// With a₁ = 1 − w and b₀ = w it is the first-order filter.
  @Test(arguments: Filter.Method.allCases) func firstOrder(_ method: Filter.Method) throws {
    let w = Matrix<Double>.random(50, 1, seed: 4).elements.map { 0.5 + $0 / 2 }
    let s = Matrix<Double>.random(50, 1, seed: 5).elements
    let first = try TimeVaryingFilter(weights: w).apply(to: s, from: 1.5)
    let general = try Filter(
      feedback: Matrix(column: w.map { 1 - $0 }), feedforward: Matrix(column: w), method: method
    ).apply(to: s, from: .init(inputs: [], outputs: [1.5]))
    for i in s.indices { #expect((first[i] - general.output[i]).magnitude <= 100 * .ulpOfOne) }
    #expect(general.state.outputs == [general.output[49]])
  }

  @Test(arguments: Filter.Method.allCases) func piecesAndChannels(_ method: Filter.Method) throws {
    let whole = try filter(100, 3, 4, method)
    let x = Matrix<Double>.random(100, 3, seed: 6)
    let (y, end) = try whole.apply(to: x)
    var states: [Filter.State]?
    for range in [0..<1, 1..<3, 3..<3, 3..<50, 50..<100] {
      let piece = try Filter(
        feedback: whole.feedback[rows: range, columns: 0..<3],
        feedforward: whole.feedforward[rows: range, columns: 0..<5], method: method)
      let part = try piece.apply(to: x[rows: range, columns: 0..<3], from: states)
      states = part.states
      for c in 0..<3 {
        for i in range {
          #expect((part.output[i - range.lowerBound, c] - y[i, c]).magnitude <= 1000 * .ulpOfOne)
        }
        let alone = try whole.apply(to: x[column: c]).output
        for i in range { #expect((alone[i] - y[i, c]).magnitude <= 1000 * .ulpOfOne) }
      }
    }
    for (a, b) in zip(try #require(states), end) {
      #expect(a.inputs == b.inputs)
      for (u, v) in zip(a.outputs, b.outputs) { #expect((u - v).magnitude <= 1000 * .ulpOfOne) }
    }
  }

  @Test(arguments: orders) func gradients(p: Int, q: Int) throws {
    let n = 12
    let filter = try filter(n, p, q)
    let x = Matrix<Double>.random(n, 1, seed: 7).elements
    let g = Matrix<Double>.random(n, 1, seed: 8).elements
    let state = Filter.State(
      inputs: (0..<q).map { Double($0) + 0.5 }, outputs: (0..<p).map { 1 - Double($0) / 4 })
    func loss(_ a: Matrix<Double>, _ b: Matrix<Double>, _ x: [Double], _ state: Filter.State) throws
      -> Double
    {
      dot(try Filter(feedback: a, feedforward: b).apply(to: x, from: state).output, g)
    }
    let output = try filter.apply(to: x, from: state).output
    let found = try filter.gradients(outputGradient: g, output: output, signal: x, from: state)
    let h = 0x1p-10
    func compare(_ found: Double, _ loss: (Double) throws -> Double) rethrows {
      let slope = try (loss(h) - loss(-h)) / (2 * h)
      #expect((slope - found).magnitude <= 1e-9 * (1 + slope.magnitude))
    }
    let (a, b) = (filter.feedback, filter.feedforward)
    for i in 0..<n {
      try compare(found.signal[i]) {
        var x = x
        x[i] += $0
        return try loss(a, b, x, state)
      }
      for j in 0..<p {
        try compare(found.feedback[i, j]) {
          var a = a
          a[i, j] += $0
          return try loss(a, b, x, state)
        }
      }
      for k in 0...q {
        try compare(found.feedforward[i, k]) {
          var b = b
          b[i, k] += $0
          return try loss(a, b, x, state)
        }
      }
    }
    for k in 0..<q {
      try compare(found.state.inputs[k]) {
        var state = state
        state.inputs[k] += $0
        return try loss(a, b, x, state)
      }
    }
    for j in 0..<p {
      try compare(found.state.outputs[j]) {
        var state = state
        state.outputs[j] += $0
        return try loss(a, b, x, state)
      }
    }
  }

  /// Memory that held other gradients makes no difference, whatever their shape, and is used where it fits.
  @Test func gradientsIntoMemoryOfOthers() throws {
    func addresses(_ gradients: Filter.Gradients) -> [Int] {
      [gradients.signal, gradients.feedback.elements, gradients.feedforward.elements].map {
        unsafe $0.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
      }
    }
    var result = Filter.Gradients()
    for (n, p, q) in [(9, 2, 1), (9, 0, 1), (4, 3, 0), (0, 2, 2), (4, 1, 4), (5, 0, 0)] {
      let filter = try filter(n, p, q)
      let state = Filter.State(
        inputs: (0..<q).map { Double($0) + 0.5 }, outputs: (0..<p).map { 1 - Double($0) / 4 })
      for seed in 0..<2 {
        let x = Matrix<Double>.random(n, 1, seed: 3 + UInt64(seed)).elements
        let g = Matrix<Double>.random(n, 1, seed: 9).elements
        let y = try filter.apply(to: x, from: state).output
        let fresh = try filter.gradients(outputGradient: g, output: y, signal: x, from: state)
        let before = addresses(result)
        try filter.gradients(
          outputGradient: g, output: y, signal: x, from: state, into: &result)
        #expect(result == fresh, "\(n), \(p), \(q)")
        if seed == 1 && n > 0 { #expect(addresses(result) == before) }
        let copy = result
        try filter.gradients(
          outputGradient: y, output: g, signal: x, from: state, into: &result)
        #expect(copy == fresh && (n == 0 || result != fresh))
      }
    }
  }

  @Test(arguments: Filter.Method.allCases) func whatDoesNotFitIsAnError(_ method: Filter.Method)
    throws
  {
    let filter = try filter(4, 2, 1, method)
    #expect(throws: ModelError.dimensionMismatch("signal", expected: 4, found: 3)) {
      try filter.apply(to: [1, 2, 3])
    }
    #expect(throws: ModelError.dimensionMismatch("inputs of state 0", expected: 1, found: 0)) {
      try filter.apply(to: [1, 2, 3, 4], from: .init(inputs: [], outputs: [1, 2]))
    }
    #expect(throws: ModelError.dimensionMismatch("outputs of state 0", expected: 2, found: 1)) {
      try filter.apply(to: [1, 2, 3, 4], from: .init(inputs: [1], outputs: [2]))
    }
    #expect(throws: ModelError.dimensionMismatch("states", expected: 2, found: 1)) {
      try filter.apply(to: Matrix(rows: 4, columns: 2), from: [filter.rest])
    }
    #expect(throws: ModelError.nonFiniteSample(row: 2, channel: 0)) {
      try filter.apply(to: [1, 2, .infinity, 4])
    }
    #expect(throws: ModelError.nonFiniteState(channel: 0)) {
      try filter.apply(to: [1, 2, 3, 4], from: .init(inputs: [.nan], outputs: [1, 2]))
    }
    #expect(throws: ModelError.nonFiniteCoefficient(row: 1)) {
      try Filter(feedback: [[1], [.nan]], feedforward: [[1], [1]])
    }
    #expect(throws: ModelError.self) {
      try Filter(feedback: [[1], [1]], feedforward: [[1]])
    }
    #expect(
      throws: ModelError.dimensionMismatch(
        "columns of the feedforward coefficients", expected: 1, found: 0)
    ) {
      try Filter(feedback: [[1], [1]], feedforward: Matrix(rows: 2, columns: 0))
    }
    #expect(throws: ModelError.self) {
      try Filter(
        feedback: [[0], [1e300], [1e300]], feedforward: [[1], [1], [1]], method: method
      ).apply(to: [1, 1, 1])
    }
  }

  /// Found by the last output, also where all later coefficients are 0: 0·∞ is no number.
  @Test(arguments: Filter.Method.allCases, [(1, 0), (2, 1), (4, 2), (0, 1)]) func overflow(
    _ method: Filter.Method, order: (p: Int, q: Int)
  ) throws {
    let (n, row) = (30, 17)
    let filter = try Filter(
      feedback: Matrix(rows: n, columns: order.p),
      feedforward: Matrix(rows: n, columns: order.q + 1) { i, k in
        k > 0 ? 0 : i == row ? 1e200 : 1
      }, method: method)
    var x = Matrix<Double>(rows: n, columns: 2) { i, c in Double(i + c) }
    x[row, 1] = 1e200
    #expect(throws: ModelError.outputOverflow(row: row, channel: 1)) { try filter.apply(to: x) }
    x[row, 1] = .nan
    #expect(throws: ModelError.nonFiniteSample(row: row, channel: 1)) { try filter.apply(to: x) }
    x[row, 1] = 1
    #expect(try filter.apply(to: x).output[row, 1] == 1e200)
    // Vectors of twice as many lanes.
    let single = try TimeVaryingRecursiveFilter<Float>(
      feedback: Matrix(rows: n, columns: order.p),
      feedforward: Matrix(rows: n, columns: 1) { i, _ in i == row ? 1e38 : 1 })
    #expect(throws: ModelError.outputOverflow(row: row, channel: 0)) {
      try single.apply(to: Array(repeating: 10, count: n))
    }
  }

  @Test func codable() throws {
    let filter = try filter(4, 2, 1, .banded)
    let data = try JSONEncoder().encode(filter)
    #expect(try JSONDecoder().decode(Filter.self, from: data) == filter)
    let broken = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "banded", with: "x")
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(Filter.self, from: Data(broken.utf8))
    }
  }
}
