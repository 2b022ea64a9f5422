import LinAlg
import TestSupport
import Testing

/// Bands of up to 31 diagonals on a side have kernels of their own, in vectors of 2 to 32 numbers; wider ones go to LAPACK.
@Suite struct NarrowBandTests {
  static let widths = [1, 2, 3, 4, 7, 8, 15, 16, 31, 32]

  /// Matrices whose rows are exchanged and those whose are not, of orders around the width and the vectors.
  private func checkLU<Element: Scalar>(_: Element.Type, _ lower: Int) throws {
    for upper in [0, 1, 2, 3, 4, 5, lower, 40] {
      let small = [1, 2, lower, lower + 1, lower + upper + 2, lower + upper + 3, lower + upper + 5]
      for n in small + [3 * lower + upper + 4, 120] {
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
          for columns in [1, 3, 5] {
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
      let b = Matrix<Element>.random(n, 6, seed: 2)
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

  /// A pivot that is 0, or not positive after elimination, is found where it is: at both ends and in the middle.
  private func checkFailures<Element: Scalar>(_: Element.Type, _ width: Int) throws {
    let n = 100
    for k in [0, 50, n - 1] {
      var a = BandMatrix<Element>.dominant(n, lower: width, upper: width, seed: 3)
      for i in max(0, k - width)...min(n - 1, k + width) { a[i, k] = 0 }
      #expect(throws: LinAlgError.singular(pivot: k)) { try BandLU(a) }
      #expect(throws: LinAlgError.singular(pivot: k)) {
        try a.solve([Element](repeating: 1, count: n))
      }
      var b = BandMatrix<Element>.positiveDefinite(n, bandwidth: width, seed: 4)
      // Positive itself, but not what elimination leaves of it.
      if k > 0 { (b[k, k], b[k, k - 1], b[k - 1, k]) = (0.25, Element(width), Element(width)) }
      if k == 0 { b[0, 0] = 0 }
      #expect(throws: LinAlgError.notPositiveDefinite(order: k + 1)) { try BandCholesky(b) }
      b[k, k] = -1
      #expect(throws: LinAlgError.notPositiveDefinite(order: k + 1)) { try BandCholesky(b) }
    }
  }
  @Test(arguments: widths) func failuresDouble(width: Int) throws {
    try checkFailures(Double.self, width)
  }
  @Test(arguments: widths) func failuresFloat(width: Int) throws {
    try checkFailures(Float.self, width)
  }

  /// Pivots without a reciprocal among others; LAPACK takes reciprocals all the same.
  private func checkRange<Element: Scalar>(_: Element.Type, _ width: Int, _ large: Element) throws {
    let (n, least) = (120, Element.leastNonzeroMagnitude)
    var a = BandMatrix<Element>(order: n, lowerBandwidth: width, upperBandwidth: 1)
    a[diagonal: 0] = Array(repeating: 2, count: n)
    var b = [Element](repeating: 4, count: n)
    for (i, scale) in [(0, 16 * least), (30, large), (60, least), (n - 1, 16 * least)] {
      (a[i, i], b[i]) = (scale, 2 * scale)
    }
    let two = [Element](repeating: 2, count: n)
    #expect(try a.solve(b) == two)
    #expect(try BandLU(a).solve(b) == two)
    // Of these scales, even powers of 2 but for one, roots are as good as exact.
    let x = try BandCholesky(a).solve(b)
    #expect(x.allSatisfy { ($0 - 2).magnitude <= 4 * .ulpOfOne })

    // The same where such a pivot is found in the row below.
    for i in [0, 30, 60] {
      (a[i, i], a[i, i + 1], a[i + 1, i], a[i + 1, i + 1]) = (0, 2, a[i, i], 0)
      b.swapAt(i, i + 1)
    }
    #expect(try a.solve(b) == two)
    #expect(try BandLU(a).solve(b) == two)
  }
  @Test(arguments: widths.filter { $0 < 32 }) func rangeDouble(width: Int) throws {
    try checkRange(Double.self, width, 0x1p1022)
  }
  @Test(arguments: widths.filter { $0 < 32 }) func rangeFloat(width: Int) throws {
    try checkRange(Float.self, width, 0x1p126)
  }

  /// A column whose pivot has no reciprocal in the middle of elimination: what was computed so far must be in memory there.
  @Test(arguments: [1, 2, 3, 5, 20]) func tinyColumn(width: Int) throws {
    func check<Element: Scalar>(_: Element.Type, _ tiny: Element) throws {
      for upper in [1, 2, 3, width] {
        var a = BandMatrix<Element>.dominant(90, lower: width, upper: upper, seed: 3)
        a[diagonal: 0] = Matrix<Element>.random(90, 1, seed: 5).elements
        // Nothing above it, or elimination would fill it.
        for i in max(0, 40 - upper)...min(89, 40 + width) { a[i, 40] *= i < 40 ? 0 : tiny }
        let b = Matrix<Element>.random(90, 1, seed: 4) * 0x1p-40
        // In units in which that column is like the others.
        var dense = Matrix(a)
        for i in 0..<90 { dense[i, 40] /= tiny }
        for var x in [try a.solve(b), try BandLU(a).solve(b)] {
          x[40, 0] *= tiny
          #expect(Bounds.residual(dense, x, b) <= 1, "(\(width), \(upper))")
        }
      }
    }
    try check(Double.self, 0x1p-1021)
    try check(Float.self, 0x1p-125)
  }

  /// What overflows in elimination reaches lanes outside the band.
  @Test func overflowInElimination() {
    func check<Element: Scalar>(_: Element.Type) {
      for (lower, upper) in [(2, 5), (2, 2), (5, 5), (20, 3)] {
        var a = BandMatrix<Element>(order: 60, lowerBandwidth: lower, upperBandwidth: upper)
        a[diagonal: 0] = Array(repeating: 1, count: 60)
        for d in 1...lower { a[diagonal: -d] = Array(repeating: 0.5, count: 60 - d) }
        let large = Element.greatestFiniteMagnitude * 0.95
        (a[1, 0], a[2, 0], a[0, 2], a[1, 2]) = (-1, 0, large, large)
        #expect(throws: Never.self) { _ = try BandLU(a) }
        #expect(throws: Never.self) { _ = try a.solve([Element](repeating: 1, count: 60)) }
      }
    }
    check(Double.self)
    check(Float.self)
  }

  /// Many right-hand sides are shared among threads, by fours.
  @Test(arguments: [1, 6, 20]) func manyColumns(width: Int) throws {
    func check<Element: Scalar>(_: Element.Type) throws {
      let a = BandMatrix<Element>.dominant(3000, lower: width, upper: width, seed: 7)
      let s = BandMatrix<Element>.positiveDefinite(3000, bandwidth: width, seed: 8)
      let (lu, cholesky) = (try BandLU(a), try BandCholesky(s))
      let b = Matrix<Element>.random(3000, 30, seed: 9)
      let found = try BLASRuntime.withThreads(3) {
        (try a.solve(b), try lu.solve(b), try cholesky.solve(b))
      }
      for c in 0..<30 {
        let x = (try a.solve(b[column: c]), try cholesky.solve(b[column: c]))
        for (one, many) in [(x.0, found.0), (x.0, found.1), (x.1, found.2)] {
          let difference = zip(one, many[column: c]).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
          #expect(difference <= Bounds.roundoff(2 * width + 1, normInfinity(one)), "column \(c)")
        }
      }
    }
    try check(Double.self)
    try check(Float.self)
  }

  /// Pivots that differ in the last bits alone, which the search does not look at.
  @Test func nearlyEqualPivots() throws {
    func check<Element: Scalar>(_: Element.Type) throws {
      for width in [1, 3, 8, 20] {
        var a = BandMatrix<Element>.dominant(90, lower: width, upper: width, seed: 5)
        for j in 0..<90 {
          for i in j...min(89, j + width) { a[i, j] = 1 + Element(i % 7) * .ulpOfOne }
        }
        let b = Matrix<Element>.random(90, 2, seed: 6)
        #expect(Bounds.residual(Matrix(a), try a.solve(b), b) <= 1)
      }
    }
    try check(Double.self)
    try check(Float.self)
  }
}
