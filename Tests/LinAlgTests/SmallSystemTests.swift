import LinAlg
import TestSupport
import Testing

/// Systems of up to eight equations: one right-hand side has kernels of its own.
@Suite struct SmallSystemTests {
  /// What the kernel leaves to `LU` is solved all the same, so that results do not tell whether it does anything.
  @Test func kernelSolves() {
    func check<Element: Scalar>(_: Element.Type) {
      for n in 1...8 {
        for seed in 1...50 as ClosedRange<UInt64> {
          // Large in the corners of the other diagonal, so that rows are exchanged.
          let other = Matrix<Element>(rows: n, columns: n) { $0 + $1 == n - 1 ? 4 : 0 }
          let a = Matrix<Element>.random(n, n, seed: seed) + other
          let b = Matrix<Element>.random(n, 1, seed: seed + 1)
          var x = b.elements
          let isSolved = unsafe a.elements.withUnsafeBufferPointer { a in
            unsafe Element._gesvSmall(n, a.baseAddress.unsafelyUnwrapped, &x)
          }
          #expect(isSolved, "order \(n), seed \(seed)")
          #expect(Bounds.residual(a, Matrix(column: x), b) <= 1, "order \(n), seed \(seed)")
        }
      }
    }
    check(Double.self)
    check(Float.self)
  }

  /// One right-hand side of up to eight equations has a kernel of its own, which leaves what it cannot do to `LU`.
  private func checkSmallSystems<Element: Scalar>(_: Element.Type, tiny: Element, huge: Element)
    throws
  {
    for n in 1...8 {
      var cases: [(String, Matrix<Element>)] = (0..<50).map {
        ("random \($0)", .random(n, n, seed: UInt64(100 + $0)))
      }
      cases += [
        ("Hilbert", .hilbert(n)), ("Vandermonde", .vandermonde(n)), ("identity", .identity(n)),
      ]
      let reversed = Matrix<Element>(rows: n, columns: n) { $0 + $1 == n - 1 ? Element($0 + 2) : 0 }
      cases += [("reversed", reversed), ("tiny", reversed * tiny), ("huge", reversed * huge)]
      // Diagonals larger than the rest of their rows, by much and by as little as a kernel without exchanges asks for.
      for excess: Element in [1, 0.143, 0.142] {
        let dominant = Self.dominant(n, excess)
        cases += [
          ("dominant", dominant), ("small dominant", dominant * (tiny * 0x1p100)),
          ("large dominant", dominant * (huge * 0x1p-20)),
        ]
      }
      for (name, a) in cases {
        let b = a * Matrix(rows: n, columns: 1, repeating: 0.5)
        let x = try a.solve(b)
        // Brought back, so that the check itself stays in range.
        let back: Element = norm1(a.elements) > 0x1p60 ? 0x1p-60 : 1
        let (dense, right) = (a * back, b * back)
        #expect(Bounds.residual(dense, x, right) <= 1, "\(name) of order \(n)")
        let both = try a.solve(b.appendingColumns(b))
        #expect(
          Bounds.residual(dense, both, right.appendingColumns(right)) <= 1,
          "\(name) of order \(n)")
      }
      let ones = [Element](repeating: 1, count: n)
      for (row, column) in [(0, 0), (n - 1, 0), (0, n - 1), (n / 2, n / 2)] {
        for bad in [Element.nan, .infinity] {
          var a = reversed
          a[row, column] = bad
          #expect(throws: LinAlgError.nonFinite(row: row, column: column)) { try a.solve(ones) }
          var b = ones
          b[row] = bad
          #expect(throws: LinAlgError.nonFinite(row: row, column: 0)) { try reversed.solve(b) }
        }
      }
      var a = reversed
      a[0, n - 1] = 0
      #expect(throws: LinAlgError.singular(pivot: n - 1)) { try a.solve(ones) }
      for zero in 0..<n {
        var a = Matrix<Element>.random(n, n, seed: UInt64(zero))
        for i in 0..<n { a[i, zero] = 0 }
        #expect(throws: LinAlgError.singular(pivot: zero)) { try a.solve(ones) }
        // The rows above, which have been pivots, are not 0 there.
        let triangle = Matrix<Element>(rows: n, columns: n) { i, j in
          i > j || (i == zero && j == zero) ? 0 : i == j ? 1 : 2 + Element(j % 3)
        }
        #expect(throws: LinAlgError.singular(pivot: zero)) { try triangle.solve(ones) }
      }
      #expect(
        throws: LinAlgError.dimensionMismatch(
          "rows of the right-hand side", expected: n, found: n + 1)
      ) { try reversed.solve(ones + [1]) }
    }
  }

  /// Quotients of an upper triangle that are out of range though no solution is, and pivots that are 0 but for roundoff.
  @Test func hardSmallSystems() throws {
    #expect(try Matrix<Double>([[1, 1e200], [0, 1e-200]]).solve([1, 0]) == [1, 0])
    #expect(try Matrix<Float>([[1, 1e20], [0, 1e-20]]).solve([1, 0]) == [1, 0])
    let wide: Matrix<Double> = [[1e-200, 1e-200], [0, 1e200]]
    for x in try wide.solve([2e-100, 1e300]) { #expect((x / 1e100 - 1).magnitude < 1e-15) }
    for singular: Matrix<Double> in [
      [[3, 3], [5, 5]], [[3, 3], [7, 7]], [[6, 6, 18], [4, 9, 22], [5, 0, 5]],
    ] {
      let one = Matrix<Double>(rows: singular.rows, columns: 1, repeating: 1)
      // Whether roundoff leaves a pivot of 0 depends on the processor, but not on the way to the solution.
      let factored = (try? LU(singular).solve(one)) == nil
      #expect(((try? singular.solve(one)) == nil) == factored)
    }
  }

  @Test func smallSystemsDouble() throws {
    // Elements below the least normal number and next to the greatest one.
    try checkSmallSystems(Double.self, tiny: 0x1p-1060, huge: 0x1p1020)
  }
  @Test func smallSystemsFloat() throws {
    try checkSmallSystems(Float.self, tiny: 0x1p-140, huge: 0x1p124)
  }

  /// A diagonal of both signs that exceeds the sum of the rest of each row by a part of it.
  private static func dominant<Element: Scalar>(_ n: Int, _ excess: Element) -> Matrix<Element> {
    var a = Matrix<Element>.random(n, n, seed: UInt64(n))
    for i in 0..<n {
      a[i, i] = 0
      let rest = norm1(a[row: i])
      a[i, i] = (i % 2 == 0 ? 1 : -1) * (rest == 0 ? 1 : (1 + excess) * rest)
    }
    return a
  }

  /// The solution of a positive definite system in one call: that of `Cholesky`, and its errors.
  private func checkDefinite<Element: Scalar>(
    _: Element.Type, small: Element, large: Element
  ) throws {
    for n in 1...12 {
      let factor = Matrix<Element>.random(n, n, seed: UInt64(n))
      let gram = factor.gram() + Matrix.identity(n) * 0.25
      var cases = [("Gram", gram), ("small", gram * small), ("large", gram * large)]
      if n <= 5 { cases.append(("Hilbert", .hilbert(n))) }
      for (name, a) in cases {
        let b = a * Matrix(rows: n, columns: 1, repeating: 0.5)
        let lower = Matrix<Element>(rows: n, columns: n) { $0 >= $1 ? a[$0, $1] : .nan }
        for (triangle, given) in [(Triangle.lower, lower), (.upper, lower.transposed())] {
          let x = try given.solve(b.elements, positiveDefinite: triangle)
          let matrix = try given.solve(b, positiveDefinite: triangle)
          #expect(Bounds.residual(a, Matrix(column: x), b) <= 1, "\(name) of order \(n)")
          #expect(Bounds.residual(a, matrix, b) <= 1, "\(name) of order \(n)")
        }
      }
      let ones = [Element](repeating: 1, count: n)
      for (row, column) in [(0, 0), (n - 1, 0), (n - 1, n - 1), (n / 2, n / 2)] {
        for bad in [Element.nan, .infinity] {
          var a = gram
          a[row, column] = bad
          #expect(throws: LinAlgError.nonFinite(row: row, column: column)) {
            try a.solve(ones, positiveDefinite: .lower)
          }
          var b = ones
          b[row] = bad
          #expect(throws: LinAlgError.nonFinite(row: row, column: 0)) {
            try gram.solve(b, positiveDefinite: .lower)
          }
        }
      }
      for wrong: Element in [0, -1] {
        var a = Matrix<Element>.identity(n)
        a[n - 1, n - 1] = wrong
        #expect(throws: LinAlgError.notPositiveDefinite(order: n)) {
          try a.solve(ones, positiveDefinite: .lower)
        }
      }
      #expect(
        throws: LinAlgError.dimensionMismatch(
          "rows of the right-hand side", expected: n, found: n + 1)
      ) { try gram.solve(ones + [1], positiveDefinite: .lower) }
      #expect(throws: LinAlgError.notSquare(rows: n, columns: n + 1)) {
        try gram.appendingColumns(gram[columns: 0..<1]).solve(ones, positiveDefinite: .lower)
      }
    }
  }

  @Test func definiteSystemsDouble() throws {
    try checkDefinite(Double.self, small: 0x1p-960, large: 0x1p1000)
  }
  @Test func definiteSystemsFloat() throws {
    try checkDefinite(Float.self, small: 0x1p-90, large: 0x1p100)
  }

  /// Solutions that leave the range, and those that are in it though a pivot's reciprocal is not.
  @Test func definiteSystemsOfAnyScale() throws {
    #expect(try Matrix<Double>([[0x1p-1070]]).solve([0x1p-1069], positiveDefinite: .lower) == [2])
    #expect(
      try Matrix<Double>([[0x1p-1000]]).solve([0x1p1000], positiveDefinite: .lower) == [.infinity])
    #expect(
      try Matrix<Double>([[0x1p-1010, 0], [0, 0x1p1022]]).solve(
        [0x1p-1009, 0x1p1023], positiveDefinite: .lower) == [2, 2])
  }
}
