import Foundation
import LinAlg
import Models
import TestSupport
import Testing

/// All methods against the recurrence in 80 bits, and pieces against the whole.
@Suite struct TimeVaryingFilterTests {
  typealias Filter = TimeVaryingFilter<Double>

  #if arch(x86_64)
    /// The outputs in extended precision, and what rounding may add: E of the type's documentation.
    private func reference<E: Scalar>(
      _ w: [E], _ s: [E], _ state: E?
    ) -> (outputs: [Float80], errors: [Float80]) {
      var (y, error) = (Float80(state ?? 0), Float80(0))
      var result: (outputs: [Float80], errors: [Float80]) = ([], [])
      for i in s.indices {
        let weight = i == 0 && state == nil ? 1 : Float80(w[i])
        let (kept, added) = ((1 - weight) * y, weight * Float80(s[i]))
        error = (1 - weight).magnitude * error + kept.magnitude + added.magnitude
        y = kept + added
        result.outputs.append(y)
        result.errors.append(error)
      }
      return result
    }

    private func check<E: Scalar>(_ test: Case, _ type: E.Type) throws {
      let (w, s) = (test.weights.map { E($0) }, test.signal.map { E($0) })
      let state = test.state.map { E($0) }
      let (exact, errors) = reference(w, s, state)
      guard exact.allSatisfy({ $0.magnitude < Float80(E.greatestFiniteMagnitude) }) else {
        // Also where a weight is infinite as a Float.
        for method in TimeVaryingFilter<E>.Method.allCases {
          #expect(throws: ModelError.self, "\(method)") {
            try TimeVaryingFilter(weights: w, method: method).apply(to: s, from: state)
          }
          #expect(throws: ModelError.self, "\(method), channels") {
            try TimeVaryingFilter(weights: w, method: method)
              .apply(
                to: Matrix(rows: s.count, columns: 5) { i, _ in s[i] },
                from: state.map { Array(repeating: $0, count: 5) })
          }
        }
        return
      }
      let largest = errors.max() ?? 0
      for method in TimeVaryingFilter<E>.Method.allCases {
        let filter = TimeVaryingFilter(weights: w, method: method)
        guard let found = try unlessRefused(filter, s, state) else { continue }
        #expect(found.count == s.count)
        // Many channels at once go another way through the kernels.
        let channels = try filter.apply(
          to: Matrix(rows: s.count, columns: 5) { i, _ in s[i] },
          from: state.map { Array(repeating: $0, count: 5) })
        for c in 0..<5 {
          for i in s.indices {
            #expect(
              (Float80(channels[i, c]) - Float80(found[i])).magnitude
                <= 16 * Float80(E.ulpOfOne) * largest + Float80(E.leastNormalMagnitude),
              "\(method), row \(i)")
          }
        }
        for i in s.indices {
          let error = (Float80(found[i]) - exact[i]).magnitude
          let scale = method == .banded ? largest : errors[i]
          #expect(
            error <= 8 * Float80(E.ulpOfOne) * scale + Float80(E.leastNormalMagnitude) * 1024,
            "\(method), \(E.self), row \(i): \(found[i]) for \(exact[i])")
        }
      }
    }

    /// The output, or nil where a method refuses with reason: the product that it names is not a normal
    /// number, or for the closed form a quotient by it is not.
    private func unlessRefused<E: Scalar>(
      _ filter: TimeVaryingFilter<E>, _ signal: [E], _ state: E?
    ) throws -> [E]? {
      let result = Result { try filter.apply(to: signal, from: state) }
      if [.closedForm, .banded].contains(filter.method), case .failure(let error) = result,
        case .productOutOfRange(let row, _)? = error as? ModelError
      {
        // Row exchanges of a band put coefficients above 1 on the diagonal, and leave 1 over their product.
        let isBand = filter.method == .banded
        let coefficients = filter.weights[1..<row + 1].map { 1 - Float80($0) }
        let product = coefficients.filter { !isBand || $0.magnitude > 1 }.reduce(1, *)
        let quotients = (0...row).map { (filter.weights[$0] * signal[$0]).magnitude }
        let largest = (quotients.max() ?? 0) + (state ?? 0).magnitude * 1e3 + signal[0].magnitude
        #expect(
          !E(isBand ? 1 / product : product).isNormal
            || filter.method == .closedForm
              && !E(Float80(largest) * Float80(signal.count) / product).isFinite
        )
        return nil
      }
      return try result.get()
    }

    @Test(arguments: cases) func everyMethodEveryCase(_ test: Case) throws {
      try check(test, Double.self)
      try check(test, Float.self)
    }
  #endif

  @Test func theDefinition() throws {
    for method in Filter.Method.allCases where method != .closedForm {
      let filter = Filter(weights: [1, 0.5, 0.25], method: method)
      #expect(try filter.apply(to: [4, 8, 8]) == [4, 6, 6.5])
      #expect(try filter.apply(to: [4, 8, 8], from: 100) == [4, 6, 6.5])
      #expect(try Filter(weights: [], method: method).apply(to: []) == [])
    }
    #expect(
      try Filter(weights: [9, 0.5, 0.25], method: .closedForm).apply(to: [4, 8, 8]) == [4, 6, 6.5])
  }

  @Test(arguments: Filter.Method.allCases) func channels(_ method: Filter.Method) throws {
    var generator = SeededGenerator(3)
    for (n, count) in [(1, 3), (5, 1), (64, 2), (515, 5), (1030, 70), (3, 0), (0, 4)] {
      let weights = (0..<n).map { _ in 0.3 + generator.uniform() / 4 }
      let filter = Filter(weights: weights, method: method)
      let s = Matrix<Double>.random(n, count, seed: 4)
      let states = (0..<count).map { Double($0) - 2 }
      for start in [nil, states] {
        do {
          let all = try BLASRuntime.withThreads(2) { try filter.apply(to: s, from: start) }
          #expect(all.rows == n && all.columns == count)
          for c in 0..<count {
            let one = try filter.apply(to: s[column: c], from: start?[c])
            let worst = zip(one, all[column: c]).map { ($0 - $1).magnitude }.max() ?? 0
            #expect(worst <= 100 * .ulpOfOne)
          }
        } catch ModelError.productOutOfRange {
          #expect(method == .closedForm && n > 500)
        }
      }
    }
  }

  /// Channels are taken together by the lanes of a vector, what is left of them alone: every count, every end.
  @Test func groupsOfChannels() throws {
    func check<E: Scalar>(_: E.Type) throws {
      for count in 1...40 {
        for n in [1, 2, 8, 9, 17, 40] {
          let w = (0..<n).map { E($0 % 5) / 4 }
          let s = Matrix<E>.random(n, count, seed: 4)
          for states in [nil, (0..<count).map { E($0) - 2 }] {
            let filter = TimeVaryingFilter(weights: w)
            var found = Matrix<E>(rows: n, columns: count, repeating: .nan)
            try filter.apply(to: s, from: states, into: &found)
            for c in 0..<count {
              var y = states?[c] ?? s[0, c]
              for i in 0..<n {
                if i > 0 || states != nil { y += w[i] * (s[i, c] - y) }
                let allowed = 8 * E.ulpOfOne * (1 + (states?[c] ?? 0).magnitude)
                #expect((found[i, c] - y).magnitude <= allowed, "(\(i), \(c)) of \(n)×\(count)")
              }
            }
          }
        }
      }
    }
    try check(Double.self)
    try check(Float.self)
  }

  /// Large enough for threads, in parts of all widths: the same as a signal alone.
  @Test func partsOfChannels() throws {
    func check<E: Scalar>(_: E.Type, _ count: Int) throws {
      let filter = TimeVaryingFilter(weights: (0..<33_000).map { E($0 % 5) / 4 })
      let s = Matrix<E>.random(33_000, count, seed: 4)
      for states in [nil, (0..<count).map { E($0) - 2 }] {
        let all = try filter.apply(to: s, from: states)
        for c in 0..<count {
          let one = try filter.apply(to: s[column: c], from: states?[c])
          let worst = zip(one, all[column: c]).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
          #expect(worst <= 8 * .ulpOfOne * (1 + (states?[c] ?? 0).magnitude), "\(c) of \(count)")
        }
      }
    }
    for (threads, count) in [(2, 2), (2, 3), (3, 9), (2, 17), (3, 33)] {
      try BLASRuntime.withThreads(threads) {
        try check(Double.self, count)
        try check(Float.self, count)
      }
    }
  }

  @Test(arguments: Filter.Method.allCases) func piecesAreTheWhole(_ method: Filter.Method) throws {
    let test = Self.cases.first { $0.weights.count == 300 && $0.weights.allSatisfy { $0 == 0.5 } }!
    let whole = try Filter(weights: test.weights).apply(to: test.signal)
    var (pieces, state) = ([Double](), nil as Double?)
    for range in [0..<1, 1..<14, 14..<14, 14..<200, 200..<300] {
      let filter = Filter(weights: Array(test.weights[range]), method: method)
      pieces += try filter.apply(to: Array(test.signal[range]), from: state)
      state = pieces.last
    }
    for i in whole.indices { #expect((pieces[i] - whole[i]).magnitude <= 160 * .ulpOfOne) }
  }

  @Test func outputMemoryIsUsedAgain() throws {
    let n = 1000
    let filter = Filter(weights: Array(repeating: 0.5, count: n))
    var output = [Double](repeating: 0, count: n)
    let before = unsafe output.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    try filter.apply(to: Array(repeating: 1, count: n), into: &output)
    let after = unsafe output.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    #expect(before == after && output == Array(repeating: 1, count: n))
  }

  @Test func closedFormSaysWhyItRefuses() {
    let half = Filter(weights: Array(repeating: 0.5, count: 2000), method: .closedForm)
    #expect {
      try half.apply(to: Array(repeating: 1, count: 2000))
    } throws: { error in
      guard case ModelError.productOutOfRange(let row, let product) = error else { return false }
      // 2⁻¹⁰²³ is the first power that is not normal.
      return row == 1023 && product == 0x1p-1023 && "\(error)".contains("scan")
    }
    #expect(throws: ModelError.productOutOfRange(row: 2, product: 0)) {
      try Filter(weights: [0, 0, 1], method: .closedForm).apply(to: [1, 2, 3])
    }
    #expect(throws: ModelError.self) {
      try Filter(weights: Array(repeating: -1, count: 1100), method: .closedForm)
        .apply(to: Array(repeating: 1, count: 1100))
    }
  }

  @Test(arguments: Filter.Method.allCases) func whatDoesNotFitIsAnError(_ method: Filter.Method) {
    let filter = Filter(weights: [0.5, 0.5, 0.5], method: method)
    #expect(throws: ModelError.dimensionMismatch("signal", expected: 3, found: 2)) {
      try filter.apply(to: [1, 2])
    }
    #expect(throws: ModelError.dimensionMismatch("states", expected: 2, found: 1)) {
      try filter.apply(to: Matrix(rows: 3, columns: 2), from: [1])
    }
    #expect(throws: ModelError.nonFiniteSample(row: 1, channel: 0)) {
      try filter.apply(to: [1, .nan, 3])
    }
    #expect(throws: ModelError.nonFiniteSample(row: 2, channel: 1)) {
      try filter.apply(to: [[1, 2], [1, 2], [3, .infinity]])
    }
    #expect(throws: ModelError.nonFiniteState(channel: 0)) {
      try filter.apply(to: [1, 2, 3], from: .nan)
    }
    #expect(throws: ModelError.nonFiniteCoefficient(row: 1)) {
      try Filter(weights: [0, .nan, 0], method: method).apply(to: [1, 2, 3])
    }
    // Not used without a state.
    #expect(throws: Never.self) {
      try Filter(weights: [.nan, 0.5], method: method).apply(to: [1, 2])
    }
    // 1 − w = 10³⁰⁰ twice: an output beyond all numbers from finite data.
    let overflow = Filter(weights: [0, -1e300, -1e300], method: method)
    if [.closedForm, .banded].contains(method) {
      #expect(throws: ModelError.productOutOfRange(row: 2, product: .infinity)) {
        try overflow.apply(to: [1, 2, 3])
      }
    } else {
      #expect(throws: ModelError.outputOverflow(row: 2, channel: 0)) {
        try overflow.apply(to: [1, 2, 3])
      }
    }
  }

  /// Where the output overflowed, also if back substitution has carried it to earlier rows.
  @Test(arguments: [Filter.Method.scan, .recurrence, .triangularBanded, .banded])
  func placeOfOverflow(_ method: Filter.Method) throws {
    var weights = [Double](repeating: 0.5, count: 30)
    weights[17] = 2
    let x = Matrix<Double>(rows: 30, columns: 2) { i, c in i == 17 && c == 1 ? 1e308 : 1 }
    #expect(throws: ModelError.outputOverflow(row: 17, channel: 1)) {
      try Filter(weights: weights, method: method).apply(to: x)
    }
  }

  /// 10⁷ samples: the output and at most two more copies.
  ///
  /// Memory is that of a process of its own.
  @Test
  func memoryOfTenMillionSamples() async {
    await #expect(processExitsWith: .success) {
      func peak() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return 1024 * Int(line?.filter(\.isNumber) ?? "")!
      }
      let n = 10_000_000
      let (weights, signal) = ([Double](repeating: 0.5, count: n), [Double](repeating: 1, count: n))
      let filter = TimeVaryingFilter(weights: weights)
      let before = peak()
      let output = try filter.apply(to: signal)
      precondition(output.count == n && peak() - before <= 3 * 8 * n + 1 << 22)
    }
  }

  @Test func codable() throws {
    let filter = Filter(weights: [1, 0.25], method: .banded)
    let data = try JSONEncoder().encode(filter)
    #expect(try JSONDecoder().decode(Filter.self, from: data) == filter)
  }
}
