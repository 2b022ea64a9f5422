import LinAlg
import Testing

/// The kernels of dense layers: whole numbers, whose products and sums are exact in any order.
@Suite struct DenseLayerTests {
  /// Every number of units that has code of its own, others between, and every remainder of inputs.
  @Test(arguments: [1, 2, 3, 4, 5, 8, 10, 16, 20, 31, 32, 33]) func forwards(units: Int) {
    check(Double.self, units)
    check(Float.self, units)
  }

  private func check<T: Scalar>(_: T.Type, _ units: Int) {
    for inputs in 1...9 {
      let samples = 3
      let w = (0..<units * inputs).map { T(($0 * 7) % 11 - 5) }
      let b = (0..<units).map { T($0 % 4 - 2) }
      let x = (0..<inputs * samples).map { T(($0 * 5) % 9 - 4) }
      var z = [T](repeating: .nan, count: units * samples)
      unsafe T._denseForward(units, inputs, samples, w, b, x, &z)
      for s in 0..<samples {
        for i in 0..<units {
          var sum = b[i]
          for k in 0..<inputs { sum += w[i + k * units] * x[k + s * inputs] }
          #expect(z[i + s * units] == sum, "\(units)×\(inputs)")
        }
      }
    }
  }
}
