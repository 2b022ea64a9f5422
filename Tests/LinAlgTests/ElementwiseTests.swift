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

  /// Runs over all 2³² floats and 10⁷ doubles take long: set LINALG_LONG_TESTS, and build for release.
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
      let count = Self.long ? 1_500_000 : 5_000
      var largest = 0.0
      for scale in [1e-300, 1e-9, 1e-3, 0.3, 2, 30, 750] {
        largest = max(
          largest, worst(function, (0..<count).map { _ in generator.uniform() * scale }))
      }
      let patterns = (0..<count).map { _ in Double(bitPattern: generator.next()) }
      largest = max(largest, worst(function, patterns))
      if Self.long { print("\(function): \(largest) ulp over \(8 * count) doubles") }
      #expect(largest <= 2)
    }

    /// Where 1 + 2^k is not a number any more, what it loses must not be lost: 2.4 units otherwise.
    @Test func sigmoidWhereOneIsHalfAUnit() {
      let floats = (0..<50_000).map { Float(-16.6) - Float($0) * Float(16).ulp }
      #expect(worst(.sigmoid, floats) <= 2)
      let doubles = (0..<50_000).map { -36.73 - 4e-7 * Double($0) }
      #expect(worst(.sigmoid, doubles) <= 2)
    }
  #endif

  /// The function in double precision, which is exact enough for a float.
  private func double(_ function: F, _ x: Double) -> Double {
    switch function {
    case .exp: Foundation.exp(x)
    case .expm1: Foundation.expm1(x)
    case .log: Foundation.log(x)
    case .log1p: Foundation.log1p(x)
    case .tanh: Foundation.tanh(x)
    case .sigmoid: 1 / (1 + Foundation.exp(-x))
    case .softplus: max(x, 0) + Foundation.log1p(Foundation.exp(-x.magnitude))
    case .relu: x < 0 ? 0 : x
    }
  }

  /// Every 65521st float, or all of them.
  @Test(arguments: F.allCases) func floats(_ function: F) {
    let step: UInt64 = Self.long ? 1 : 65521
    var (largest, at) = (0.0, Float.zero)
    var x: [Float] = []
    for start in stride(from: UInt64(0), to: 1 << 32, by: 1 << 22) {
      let first = (start + step - 1) / step * step
      x.removeAll(keepingCapacity: true)
      for bits in stride(from: first, to: start + (1 << 22), by: Int(step)) {
        x.append(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
      }
      let y = x.applying(function)
      for i in x.indices {
        // NaN + softplus's max is NaN only in this order of arguments.
        let exact = x[i].isNaN ? .nan : double(function, Double(x[i]))
        let rounded = Float(exact)
        var error = 0.0
        if exact.isNaN || y[i].isNaN {
          error = exact.isNaN == y[i].isNaN ? 0 : .infinity
        } else if rounded.isInfinite || y[i].isInfinite {
          error = rounded == y[i] ? 0 : .infinity
        } else {
          error = (Double(y[i]) - exact).magnitude / Double(rounded.ulp)
        }
        if error > largest { (largest, at) = (error, x[i]) }
      }
    }
    if Self.long { print("\(function): \(largest) ulp at \(at), of all floats") }
    #expect(largest <= 2, "at \(at)")
  }

  /// f′(x) from f(x), against the derivative of the exact function.
  @Test(arguments: F.allCases) func derivatives(_ function: F) {
    func exact(_ x: Double) -> Double {
      switch function {
      case .exp, .expm1: Foundation.exp(x)
      case .log: 1 / x
      case .log1p: 1 / (1 + x)
      case .tanh: 1 / (Foundation.cosh(x) * Foundation.cosh(x))
      case .sigmoid: 1 / (2 + Foundation.exp(x) + Foundation.exp(-x))
      case .softplus: 1 / (1 + Foundation.exp(-x))
      case .relu: x > 0 ? 1 : 0
      }
    }
    for n in [1, 9, 100, 70_000] {
      let x = (0..<n).map { i in Double(i + 1) / Double(n) * 3 - (function == .log ? 0 : 0.9) }
      let y = x.applying(function)
      var gradient = [Double](repeating: -2, count: n)
      gradient.scaleByDerivative(of: function, output: y)
      for i in 0..<n {
        let expected = -2 * exact(x[i])
        // y is rounded, and 1 − y² or 1 − y lose what y ≈ 1 has lost: 2 ulp of y, doubled.
        #expect(
          (gradient[i] - expected).magnitude <= 20 * Double.ulpOfOne * max(1, expected.magnitude))
      }
      let (a, b) = (Matrix(column: gradient), Matrix(column: y))
      var scaled = a
      scaled.scaleByDerivative(of: function, output: b)
      gradient.scaleByDerivative(of: function, output: y)
      #expect(scaled.elements == gradient)
    }
    #expect([Float.nan].applying(function)[0].isNaN)
  }

  /// Parts on several threads give the same bits, in place and out of place.
  @Test(arguments: F.allCases) func threads(_ function: F) {
    let x = (0..<200_003).map { Double($0) / 1e4 - 10 }
    let alone = BLASRuntime.withThreads(1) { x.applying(function) }
    let together = BLASRuntime.withThreads(3) { x.applying(function) }
    for i in x.indices { #expect(alone[i].bitPattern == together[i].bitPattern) }
  }

  private func checkNeighbours<E: Scalar>(_ function: F, _ x: [E]) {
    let alone = x.applying(function)
    // Every other number takes the way that is for all numbers, and its neighbour with it.
    let together = x.flatMap { [$0, -.infinity] }.applying(function)
    for i in x.indices where alone[i] != together[2 * i] && !alone[i].isNaN {
      Issue.record("\(function)(\(x[i])): \(alone[i]), \(together[2 * i])")
      return
    }
  }

  /// The same bits, whatever stands beside a number.
  ///
  /// Exponentials that are nearly subnormal were rounded twice where the processor has no fused multiply-add, hence
  /// under the sanitizers.
  @Test(arguments: F.allCases) func neighboursDoNotMatter(_ function: F) {
    var generator = SeededGenerator(3)
    for largest in [1.0, 87, 708] {
      let x = (0..<20_000).map { _ in generator.uniform() * largest }
      checkNeighbours(function, x)
      checkNeighbours(function, x.map { Float($0) })
    }
  }

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
      for i in 0..<n { #expect(y[i] == [x[i]].applying(function)[0]) }
      var z = x
      z.apply(function)
      #expect(z == y)
      let matrix = Matrix(column: x)
      var inPlace = matrix
      inPlace.apply(function)
      #expect(matrix.applying(function).elements == y && inPlace.elements == y)
    }
  }

  @Test func lossesOfFiniteLogitsAreFinite() {
    let largest = Double.greatestFiniteMagnitude
    #expect(softplus([-largest, -745, 0, 745, largest]).allSatisfy { $0.isFinite })
    #expect(
      softplus([-Float.greatestFiniteMagnitude, .greatestFiniteMagnitude]).allSatisfy {
        $0.isFinite
      })
    for line in MatrixLine.allCases {
      #expect(
        logSumExp([[1e308, -1e308], [-1e308, 1e308]] as Matrix<Double>, each: line)
          == [1e308, 1e308])
    }
  }

  /// Sums of terms that round once each, and functions of 2 ulp: (n + 10) roundoffs relative to the terms.
  private func checkSoftmax<E: Scalar>(_ x: Matrix<E>) {
    let (p, logP, total) = (softmax(x), logSoftmax(x), logSumExp(x))
    for i in 0..<x.rows {
      let row = x[row: i].map { Double($0) }
      let largest = row.max() ?? 0
      let sum = row.reduce(0) { $0 + Foundation.exp($1 - largest) }
      let expected = largest + Foundation.log(sum)
      let allowed = Double(x.columns + 10) * Double(E.ulpOfOne)
      #expect((Double(total[i]) - expected).magnitude <= allowed * max(1, expected.magnitude))
      for j in 0..<x.columns {
        let exact = Foundation.exp(row[j] - largest) / sum
        // The shifted argument is rounded, which the exponential magnifies by its size.
        let shift = Double(E.ulpOfOne) * (largest - row[j])
        #expect(
          (Double(p[i, j]) - exact).magnitude
            <= (allowed + shift) * exact + Double(E.leastNormalMagnitude))
        #expect(
          (Double(logP[i, j]) - (row[j] - expected)).magnitude
            <= allowed * max(1, row[j].magnitude + expected.magnitude))
      }
    }
    // Columns are the rows of the transpose, in place is out of place, a view is the matrix.
    let xt = x.transposed()
    let close = { (a: Matrix<E>, b: Matrix<E>) in
      zip(a.elements, b.elements).allSatisfy {
        ($0 - $1).magnitude <= E(2 * (x.columns + 10)) * .ulpOfOne * max(1, $1.magnitude)
      }
    }
    #expect(close(softmax(xt, each: .column).transposed(), p))
    #expect(close(logSoftmax(xt, each: .column).transposed(), logP))
    #expect(close(Matrix(column: logSumExp(xt, each: .column)), Matrix(column: total)))
    for line in MatrixLine.allCases {
      let (p, logP) = (softmax(x, each: line), logSoftmax(x, each: line))
      var (inPlace, logInPlace) = (x, x)
      softmaxInPlace(&inPlace, each: line)
      logSoftmaxInPlace(&logInPlace, each: line)
      #expect(inPlace == p && logInPlace == logP)
      // In a larger matrix, whose border stays as it is.
      var frame = Matrix<E>(rows: x.rows + 3, columns: x.columns + 2, repeating: 7)
      unsafe x.withUnsafeMatrixPointer { x in
        unsafe frame.withUnsafeMutableMatrixPointer { frame in
          let block = unsafe frame[rows: 1..<x.rows + 1, columns: 1..<x.columns + 1]
          unsafe logSoftmax(x, each: line, into: block)
          unsafe softmax(x, each: line, into: block)
        }
      }
      #expect(frame[rows: 1..<x.rows + 1, columns: 1..<x.columns + 1] == p)
      frame[rows: 1..<x.rows + 1, columns: 1..<x.columns + 1] = Matrix(
        rows: x.rows, columns: x.columns, repeating: 7)
      #expect(frame.elements.allSatisfy { $0 == 7 })
    }
    if x.rows == 1 {
      #expect(softmax(x.elements) == softmax(xt, each: .column).elements)
      #expect(logSoftmax(x.elements) == logSoftmax(xt, each: .column).elements)
      #expect(logSumExp(x.elements) == logSumExp(xt, each: .column)[0])
    }
  }

  @Test(arguments: [
    (1, 1), (1, 2500), (3, 5), (63, 4), (64, 10), (65, 3), (129, 17), (300, 2), (2, 1030),
    (19, 128), (33, 129), (18, 256), (65, 257),  // where exponentials cease to wait in a buffer
  ])
  func softmaxOfLines(rows: Int, columns: Int) {
    for scale in [1.0, 50, 1e4] {
      checkSoftmax(scale * Matrix<Double>.random(rows, columns, seed: 1))
      checkSoftmax(Float(scale) * Matrix<Float>.random(rows, columns, seed: 1))
    }
  }

  @Test func softmaxOnThreads() {
    for (rows, columns) in [(70_001, 3), (3, 70_001), (300, 301)] {
      let x = 9 * Matrix<Double>.random(rows, columns, seed: 2)
      for line in MatrixLine.allCases {
        let alone = BLASRuntime.withThreads(1) {
          (softmax(x, each: line), logSumExp(x, each: line))
        }
        let together = BLASRuntime.withThreads(2) {
          (softmax(x, each: line), logSumExp(x, each: line))
        }
        #expect(Bounds.difference(alone.0, together.0) <= 1)
        #expect(Bounds.difference(Matrix(column: alone.1), Matrix(column: together.1)) <= 1)
      }
    }
  }

  @Test func softmaxAtItsLimits() {
    let inf = Double.infinity
    let x: Matrix<Double> = [[-inf, 0, 0], [1e4, -1e4, -inf], [-inf, -inf, -inf], [0, .nan, 0]]
    for line in MatrixLine.allCases {
      let x = line == .row ? x : x.transposed()
      let p = line == .row ? softmax(x) : softmax(x, each: .column).transposed()
      #expect(p[row: 0] == [0, 0.5, 0.5] && p[row: 1] == [1, 0, 0])
      #expect(p[row: 2].allSatisfy(\.isNaN) && p[row: 3].allSatisfy(\.isNaN))
      let logP = line == .row ? logSoftmax(x) : logSoftmax(x, each: .column).transposed()
      #expect(logP[row: 1] == [0, -2e4, -inf] && logP[row: 2].allSatisfy(\.isNaN))
      let total = logSumExp(x, each: line)
      #expect(total[1] == 1e4 && total[2] == -inf && total[3].isNaN)
    }
    #expect(logSumExp([[inf, 1]] as Matrix<Double>) == [inf] && logSumExp([inf, 1]) == inf)
    #expect(logSumExp(Matrix<Double>(rows: 2, columns: 0)) == [-inf, -inf])
    #expect(logSumExp(Matrix<Double>(rows: 0, columns: 2), each: .column) == [-inf, -inf])
    #expect(logSumExp([Double]()) == -inf && softmax([Double]()).isEmpty)
    #expect(softmax(Matrix<Double>(rows: 0, columns: 2)) == Matrix(rows: 0, columns: 2))
  }
}
