import Foundation
import LinAlg
import TestSupport
import Testing

/// Vector functions against extended precision (80 bits, hence on x86-64 only) and against their limits.
///
/// Under the sanitizers the kernels are compiled for baseline x86-64, so that those runs check the
/// variant without fused multiply-add.
@Suite struct ElementwiseTests {
  typealias F = ElementwiseFunction

  /// Runs of all 2³² floats and of 10⁷ doubles take long: set LINALG_LONG_TESTS.
  static let long = ProcessInfo.processInfo.environment["LINALG_LONG_TESTS"] != nil

  #if arch(x86_64)
    private func exact(_ function: F, _ x: Float80) -> Float80 {
      switch function {
      case .exp: Foundation.exp(x)
      case .expm1: Foundation.expm1(x)
      case .log: Foundation.log(x)
      case .log1p: Foundation.log1p(x)
      case .tanh: Foundation.tanh(x)
      case .sigmoid:
        x < 0 ? Foundation.exp(x) / (1 + Foundation.exp(x)) : 1 / (1 + Foundation.exp(-x))
      case .softplus:
        x > 0 ? x + Foundation.log1p(Foundation.exp(-x)) : Foundation.log1p(Foundation.exp(x))
      case .relu: x < 0 ? 0 : x
      }
    }

    /// The error in units in the last place of the correctly rounded result.
    private func error<E: Scalar>(_ found: E, _ exact: Float80) -> Double {
      let rounded = E(exact)
      if exact.isNaN || found.isNaN { return exact.isNaN == found.isNaN ? 0 : .infinity }
      if rounded.isInfinite || found.isInfinite { return rounded == found ? 0 : .infinity }
      return Double((Float80(found) - exact).magnitude / Float80(rounded.ulp))
    }

    private func worst<E: Scalar>(_ function: F, _ x: [E]) -> Double {
      zip(x, x.applying(function)).reduce(0) {
        max($0, error($1.1, exact(function, Float80($1.0))))
      }
    }

    @Test(arguments: F.allCases) func atMostTwoUnitsInTheLastPlace(_ function: F) {
      var generator = SeededGenerator(1)
      let count = Self.long ? 2_000_000 : 5_000
      for scale in [1e-300, 1e-9, 1e-3, 2, 30, 750] {
        let x = (0..<count).map { _ in generator.uniform() * scale }
        #expect(worst(function, x) <= 2, "\(function), up to \(scale)")
        #expect(worst(function, x.map { Float($0) }) <= 2, "\(function), Float up to \(scale)")
      }
      let patterns = (0..<count).map { _ in Double(bitPattern: generator.next()) }
      #expect(worst(function, patterns) <= 2, "\(function), any bits")
    }

    /// Every 65521st float, or all of them.
    @Test(arguments: F.allCases) func floats(_ function: F) {
      let step: UInt64 = Self.long ? 1 : 65521
      var largest = 0.0
      for start in stride(from: UInt64(0), to: 1 << 32, by: 1 << 24) {
        let first = (start + step - 1) / step * step
        let x = stride(from: first, to: start + (1 << 24), by: Int(step)).map {
          Float(bitPattern: UInt32(truncatingIfNeeded: $0))
        }
        largest = max(largest, worst(function, x))
      }
      if Self.long { print("\(function): \(largest) ulp over all floats") }
      #expect(largest <= 2)
    }
  #endif

  @Test func limits() {
    let inf = Double.infinity
    let least = Double.leastNonzeroMagnitude
    #expect(exp([0, -inf, inf, 709.7827128933841, -745.14]) == [1, 0, inf, inf, 0])
    #expect(exp([709.782712893384])[0].isFinite && exp([-745.13])[0] == least)
    #expect(expm1([0, -inf, inf, -800, 800]) == [0, -1, inf, -1, inf])
    #expect(expm1([least, -least]) == [least, -least] && expm1([-0.0])[0].sign == .minus)
    #expect(log([0, 1, inf]) == [-inf, 0, inf] && log([-1.0])[0].isNaN)
    #expect(log1p([-1, 0, inf, least]) == [-inf, 0, inf, least] && log1p([-2.0])[0].isNaN)
    #expect(tanh([0, -inf, inf, 400, least]) == [0, -1, 1, 1, least])
    #expect(tanh([-0.0])[0].sign == .minus)
    #expect(sigmoid([0, -inf, inf, 1000, -1000]) == [0.5, 0, 1, 1, 0])
    #expect(sigmoid([-745.0])[0] == least)
    #expect(softplus([-inf, inf, 1e308, -1e308, -745.0]) == [0, inf, 1e308, 0, least])
    #expect(relu([-inf, inf, -1, 2]) == [0, inf, 0, 2])
    for function in F.allCases {
      #expect([Double.nan, 1].applying(function)[0].isNaN, "\(function)")
      #expect([1, Float.nan].applying(function)[1].isNaN, "\(function)")
    }
    let f = Float.infinity
    #expect(exp([-f, f, 89, -104]) == [0, f, f, 0])
    #expect(sigmoid([-f, f]) == [0, 1])
  }

  /// Lengths around the width of the vectors; in place equals out of place; matrices and buffers.
  @Test(arguments: F.allCases) func lengthsAndPlaces(_ function: F) {
    for n in [0, 1, 7, 8, 9, 15, 16, 17, 33, 100] {
      let x = (0..<n).map { Double($0) / 8 + 0.125 }
      let y = x.applying(function)
      for i in 0..<n {
        let alone = [x[i]].applying(function)[0]
        #expect((y[i] - alone).magnitude <= 2 * alone.ulp)
      }
      var z = x
      z.apply(function)
      #expect(z == y)
      let matrix = Matrix(column: x)
      var inPlace = matrix
      inPlace.apply(function)
      #expect(matrix.applying(function).elements == y && inPlace.elements == y)
    }
  }

  private func checkSoftmax<E: Scalar>(_: E.Type, _ rows: Int, _ columns: Int, scale: E) {
    let x = scale * Matrix<E>.random(rows, columns, seed: 1)
    let (p, logP, total) = (softmax(x), logSoftmax(x), logSumExp(x))
    for i in 0..<rows {
      let row = x[row: i].map { Double($0) }
      let largest = row.max() ?? 0
      let sum = row.reduce(0) { $0 + Foundation.exp($1 - largest) }
      let expected = largest + Foundation.log(sum)
      let allowed = Double(Bounds.roundoff(1, E(1))) * (1 + Double(columns) / 10)
      #expect((Double(total[i]) - expected).magnitude <= allowed * max(1, expected.magnitude))
      for j in 0..<columns {
        let exact = Foundation.exp(row[j] - largest) / sum
        #expect((Double(p[i, j]) - exact).magnitude <= allowed * exact + 1e-40)
        #expect(
          (Double(logP[i, j]) - (row[j] - expected)).magnitude
            <= allowed * max(1, row[j].magnitude + expected.magnitude))
      }
    }
  }

  @Test(arguments: [(1, 1), (3, 5), (63, 4), (64, 10), (65, 3), (200, 7)])
  func softmaxOfRows(rows: Int, columns: Int) {
    for scale in [1.0, 50, 1e4] {
      checkSoftmax(Double.self, rows, columns, scale: scale)
      checkSoftmax(Float.self, rows, columns, scale: Float(scale))
    }
  }

  @Test func softmaxAtItsLimits() {
    let inf = Double.infinity
    let x: Matrix<Double> = [[-inf, 0, 0], [1e4, -1e4, -inf], [-inf, -inf, -inf], [0, .nan, 0]]
    let p = softmax(x)
    #expect(p[row: 0] == [0, 0.5, 0.5] && p[row: 1] == [1, 0, 0])
    #expect(p[row: 2].allSatisfy(\.isNaN) && p[row: 3].allSatisfy(\.isNaN))
    #expect(logSoftmax(x)[row: 1] == [0, -2e4, -inf])
    let total = logSumExp(x)
    #expect(total[1] == 1e4 && total[2] == -inf && total[3].isNaN)
    #expect(logSumExp([[inf, 1]] as Matrix<Double>) == [inf])
    #expect(logSumExp(Matrix<Double>(rows: 2, columns: 0)) == [-inf, -inf])
    #expect(softmax(Matrix<Double>(rows: 0, columns: 2)) == Matrix(rows: 0, columns: 2))
  }
}
