import LinAlg
import TestSupport
import Testing

/// Bands of up to 31 diagonals on a side have kernels of their own, in vectors of 2 to 32 numbers; wider ones go to LAPACK.
@Suite struct NarrowBandTests {
  static let widths = [1, 2, 3, 4, 7, 8, 15, 16, 31, 32]

  /// Matrices whose rows are exchanged and those whose are not, of orders around the width and the vectors.
  private func checkLU<Element: Scalar>(_: Element.Type, _ lower: Int) throws {
    for upper in [0, 1, 5, lower, 40] {
      for n in [1, 2, lower, lower + 1, lower + upper + 2, 3 * lower + upper + 4, 120] {
        for isDominant in [true, false] {
          // A triangle at random would be singular but for roundoff.
          if upper == 0 && !isDominant { continue }
          var a = BandMatrix<Element>.dominant(n, lower: lower, upper: upper, seed: UInt64(n))
          if !isDominant {
            let diagonal = Matrix<Element>.random(n, 1, seed: 1).elements
            a[diagonal: 0] = diagonal
          }
          let dense = Matrix(a)
          let comment: Comment = "order \(n), (\(lower), \(upper)), dominant: \(isDominant)"
          let factors = try BandLU(a)
          for columns in [1, 3] {
            let b = Matrix<Element>.random(n, columns, seed: 2)
            #expect(Bounds.residual(dense, try a.solve(b), b) <= 1, comment)
            #expect(Bounds.residual(dense, try factors.solve(b), b) <= 1, comment)
            let x = try factors.solve(b, transposed: true)
            #expect(Bounds.residual(dense, x, b, transposed: true) <= 1, comment)
          }
        }
      }
    }
  }
  @Test(arguments: widths) func luDouble(lower: Int) throws { try checkLU(Double.self, lower) }
  @Test(arguments: widths) func luFloat(lower: Int) throws { try checkLU(Float.self, lower) }

  private func checkCholesky<Element: Scalar>(_: Element.Type, _ width: Int) throws {
    for n in [1, 2, width, width + 1, width + 2, 2 * width + 3, 120] {
      let a = BandMatrix<Element>.positiveDefinite(n, bandwidth: width, seed: UInt64(n))
      let b = Matrix<Element>.random(n, 3, seed: 2)
      // Above the diagonal may be anything.
      var half = a
      for d in 1...width { half[diagonal: d] = half[diagonal: d].map { _ in .nan } }
      let x = try BandCholesky(half).solve(b)
      #expect(Bounds.residual(Matrix(a), x, b) <= 1, "order \(n), width \(width)")
      let (found, expected) = (try BandCholesky(a).logDeterminant, try LU(Matrix(a)).logDeterminant)
      #expect(
        (found.logMagnitude - expected.logMagnitude).magnitude
          <= Bounds.roundoff(n, expected.logMagnitude.magnitude + 1))
    }
  }
  @Test(arguments: widths) func choleskyDouble(width: Int) throws {
    try checkCholesky(Double.self, width)
  }
  @Test(arguments: widths) func choleskyFloat(width: Int) throws {
    try checkCholesky(Float.self, width)
  }

  /// A pivot that is 0, or not positive, is found where it is, in the middle and at the end.
  @Test(arguments: widths) func failures(width: Int) throws {
    let n = 100
    for k in [0, 50, n - 1] {
      var a = BandMatrix<Double>.dominant(n, lower: width, upper: width, seed: 3)
      for i in max(0, k - width)...min(n - 1, k + width) { a[i, k] = 0 }
      #expect(throws: LinAlgError.singular(pivot: k)) { try BandLU(a) }
      #expect(throws: LinAlgError.singular(pivot: k)) {
        try a.solve([Double](repeating: 1, count: n))
      }
      for wrong in [0.0, -1] {
        a[k, k] = wrong
        for d in 1...width { a[diagonal: -d] = a[diagonal: -d].map { _ in 0 } }
        for i in 0..<n where i != k { a[i, i] = 1 }
        #expect(throws: LinAlgError.notPositiveDefinite(order: k + 1)) { try BandCholesky(a) }
      }
    }
  }

  /// Pivots without a reciprocal among others; LAPACK takes reciprocals all the same.
  @Test(arguments: widths.filter { $0 < 32 }) func pivotsAtTheEndsOfTheRange(width: Int) throws {
    let n = 120
    var a = BandMatrix<Double>(order: n, lowerBandwidth: width, upperBandwidth: 1)
    a[diagonal: 0] = Array(repeating: 2, count: n)
    var b = [Double](repeating: 4, count: n)
    for (i, scale) in [(0, 0x1p-1070), (30, 0x1p1022), (60, 0x1p-1074), (n - 1, 0x1p-1070)] {
      (a[i, i], b[i]) = (scale, 2 * scale)
    }
    let two = [Double](repeating: 2, count: n)
    #expect(try a.solve(b) == two)
    #expect(try BandLU(a).solve(b) == two)
    let x = try BandCholesky(a).solve(b)
    // Roots of numbers with few bits have few.
    #expect((0..<n).allSatisfy { [60, 0, n - 1].contains($0) || (x[$0] - 2).magnitude < 1e-15 })
  }
}
