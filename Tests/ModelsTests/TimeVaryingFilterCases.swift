import TestSupport
import Testing

extension TimeVaryingFilterTests {
  /// A signal and its weights, for every method.
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var weights: [Double]
    var signal: [Double]
    var state: Double?
  }

  static let cases: [Case] = {
    var generator = SeededGenerator(1)
    func signal(_ n: Int) -> [Double] { (0..<n).map { _ in 10 * generator.uniform() } }
    func weights(_ n: Int, _ range: ClosedRange<Double>) -> [Double] {
      (0..<n).map { _ in
        range.lowerBound + (generator.uniform() + 1) / 2 * (range.upperBound - range.lowerBound)
      }
    }
    var cases: [Case] = []
    for n in [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 64, 100, 1000, 1031] {
      for state in [nil, -3.5] {
        cases.append(
          Case(
            testDescription: "n = \(n), state \(state as Double?)", weights: weights(n, 0...1),
            signal: signal(n), state: state))
      }
    }
    for (name, range) in [
      ("0", 0.0...0.0), ("1", 1...1), ("0.5", 0.5...0.5), ("small", 1e-12...1e-9),
      ("next to 1", (1 - 1e-15)...1), ("above 1", 1.1...1.9), ("up to 3", 0...3),
      ("negative", -0.02...0), ("very negative", -2...(-1)), ("of both signs", -1...2.5),
    ] {
      for n in [40, 300] {
        cases.append(
          Case(
            testDescription: "weights \(name), n = \(n)", weights: weights(n, range),
            signal: signal(n), state: 2))
      }
    }
    var mixed = weights(200, 0...1)
    for i in stride(from: 0, to: 200, by: 7) { mixed[i] = i % 2 == 0 ? 1 : 0 }
    cases.append(
      Case(testDescription: "ones and zeros between", weights: mixed, signal: signal(200)))
    // Products of 1 − w overflow within one vector, the outputs do not.
    cases.append(
      Case(
        testDescription: "products overflow", weights: Array(repeating: -1e60, count: 64),
        signal: Array(repeating: 0, count: 64), state: 0))
    // At each place of the lanes and of what they compose, behind weights that leave the state as it is.
    for phase in 0..<8 {
      func add(_ description: String, _ weights: [Double], from state: Double) {
        let before = Array(repeating: 0.0, count: 64 + phase)
        cases.append(
          Case(
            testDescription: "\(description), phase \(phase)",
            weights: before + weights + before,
            signal: Array(repeating: 0, count: 2 * before.count + weights.count),
            state: state))
      }
      // Of a vector only inner lanes overflow, and a weight of 1 hides it from the last.
      add("overflow between", [-1e200, -1e200, 0, 1, 1], from: 1e-300)
      // The same beyond the largest number: every method must say so.
      add("overflow", [-1e200, -1e200, 0, 1, 1], from: 1)
      // One output overflows, the products of coefficients do not, and small ones hide it: in Double, in Float.
      add("one overflows", [-1e150] + Array(repeating: 1 - 0x1p-53, count: 4), from: 1e200)
      add("one overflows in Float", [-1e20, 1 - 0x1p-23, 1 - 0x1p-23], from: 1e25)
      // Products lose digits below the normal numbers, the outputs do not: in Float, within a lane and over several.
      add(
        "products underflow in a lane", Array(repeating: 1 - 20 * 0x1p-24, count: 7) + [-1e37],
        from: 1e30)
      // Row exchanges of a band leave a pivot below the normal numbers, in Float.
      add("a pivot underflows", [-1e21, -1e21], from: 1e-20)
      let step = Array(repeating: 1 - 75 * 0x1p-24, count: 4) + Array(repeating: 0, count: 4)
      add("products of lanes underflow", step + step, from: 1e30)
    }
    // Over a longer way, on which outputs become a small part of the state: in Float, in Double. With a signal they are not.
    for (weight, state) in [(0.95, 1e30), (1 - 1e-11, 1e300)] {
      for signal in [0.0, 1] {
        cases.append(
          Case(
            testDescription: "products underflow over a piece, \(weight), signal \(signal)",
            weights: Array(repeating: weight, count: 600),
            signal: Array(repeating: signal, count: 600), state: state))
      }
    }
    // From 0 the same inputs would overflow.
    cases.append(
      Case(
        testDescription: "sums overflow without the state",
        weights: Array(repeating: 0, count: 70) + [2, 2] + Array(repeating: 0, count: 300),
        signal: Array(repeating: 0, count: 70) + [0.8e308, -0.8e308]
          + Array(repeating: 0, count: 300), state: 1.6e308))
    // An output overflows, and the state at the end of its piece does not follow from it.
    cases.append(
      Case(
        testDescription: "an output overflows within a piece",
        weights: Array(repeating: 0, count: 70) + [2, 2] + Array(repeating: 0, count: 300),
        signal: Array(repeating: 0, count: 70) + [-0.5e308, -0.5e308]
          + Array(repeating: 0, count: 300), state: 1e308))
    // One weight in many that lets the state grow: a piece goes another way than those before and behind it.
    var growing = weights(1100, 0...1)
    for i in [0, 300, 700, 1099] { growing[i] = -0.5 }
    cases.append(
      Case(testDescription: "a few grow", weights: growing, signal: signal(1100), state: 1))
    // Products of 1 − w underflow, the outputs do not, in Float.
    for weight in [0.999, 0.998] {
      cases.append(
        Case(
          testDescription: "products underflow, \(weight)",
          weights: Array(repeating: weight, count: 40),
          signal: (0..<40).map { $0 < 20 ? 0 : 1 }, state: 1e30))
    }
    return cases
  }()
}
