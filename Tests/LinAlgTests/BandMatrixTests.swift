import Foundation
import LinAlg
import TestSupport
import Testing

@Suite struct BandMatrixTests {
  @Test func elementsAndDiagonals() throws {
    var a = BandMatrix<Double>(order: 4, lowerBandwidth: 1, upperBandwidth: 2)
    a[diagonal: -1] = [1, 2, 3]
    a[diagonal: 0] = [4, 5, 6, 7]
    a[diagonal: 2] = [8, 9]
    a[0, 1] = 10
    let dense: Matrix<Double> = [[4, 10, 8, 0], [1, 5, 0, 9], [0, 2, 6, 0], [0, 0, 3, 7]]
    #expect(Matrix(a) == dense)
    #expect(a[diagonal: 2] == [8, 9] && a[diagonal: 1] == [10, 0, 0])
    #expect(a[diagonal: 3] == [0] && a[diagonal: -2] == [0, 0] && a[diagonal: 9] == [])
    #expect(a[3, 0] == 0 && a[3, 2] == 3)
    #expect(try BandMatrix(dense, lowerBandwidth: 1, upperBandwidth: 2) == a)
    #expect(a.norm1 == dense.norm1)
    let data = try JSONEncoder().encode(a)
    #expect(try JSONDecoder().decode(BandMatrix<Double>.self, from: data) == a)
    for broken in [
      #"{"rows":2,"columns":2,"lowerBandwidth":1,"upperBandwidth":0,"bandStorage":[1]}"#,
      #"{"rows":-2,"columns":2,"lowerBandwidth":0,"upperBandwidth":0,"bandStorage":[1,1]}"#,
      #"{"rows":2,"columns":1,"lowerBandwidth":-1,"upperBandwidth":2,"bandStorage":[1]}"#,
      #"{"rows":2,"columns":2,"lowerBandwidth":9223372036854775807,"upperBandwidth":0,"bandStorage":[]}"#,
      #"{"rows":2,"columns":9223372036854775807,"lowerBandwidth":0,"upperBandwidth":0,"bandStorage":[]}"#,
    ] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(BandMatrix<Double>.self, from: Data(broken.utf8))
      }
    }
  }

  @Test(arguments: [
    (5, 5, 0, 0), (6, 4, 2, 1), (4, 6, 1, 3), (30, 30, 5, 0), (1, 1, 2, 2), (3, 9, 0, 1),
  ])
  func products(rows: Int, columns: Int, lower: Int, upper: Int) {
    var generator = SeededGenerator(1)
    var a = BandMatrix<Float>(
      rows: rows, columns: columns, lowerBandwidth: lower, upperBandwidth: upper)
    a.fill { _, _ in Float(generator.uniform()) }
    let dense = Matrix(a)
    #expect(a.norm1 == dense.norm1)
    let x = Matrix<Float>.random(columns, 1, seed: 2), y = Matrix<Float>.random(rows, 1, seed: 3)
    #expect(Bounds.difference(Matrix(column: a * x.elements), dense * x) <= 1)
    var z = x.elements
    multiply(a, y.elements, into: &z, alpha: 2, beta: -1, transposeA: true)
    #expect(Bounds.difference(Matrix(column: z), 2 * (dense.transposed() * y) - x) <= 1)
  }

  @Test(arguments: [(1, 0, 0), (1, 2, 2), (5, 1, 0), (50, 1, 1), (257, 3, 2), (300, 70, 65)])
  func oneShotSolves(order: Int, lower: Int, upper: Int) throws {
    let a = BandMatrix<Double>.dominant(order, lower: lower, upper: upper, seed: 1)
    let b = Matrix<Double>.random(order, 3, seed: 2)
    #expect(Bounds.residual(Matrix(a), try a.solve(b), b) <= 1)
    let x = try a.solve(b[column: 0])
    #expect(Bounds.residual(Matrix(a), Matrix(column: x), Matrix(column: b[column: 0])) <= 1)
    #expect(Bounds.residual(Matrix(a), try BandLU(a).solve(b), b) <= 1)
  }

  /// Without a heavy diagonal rows are exchanged, and U fills the rows kept free for it.
  @Test func rowExchanges() throws {
    var generator = SeededGenerator(4)
    var a = BandMatrix<Double>(order: 60, lowerBandwidth: 2, upperBandwidth: 3)
    a.fill { i, j in generator.uniform() * (i > j ? 10 : 1) }
    let b = Matrix<Double>.random(60, 2, seed: 5)
    let band = try BandLU(a)
    #expect(Bounds.residual(Matrix(a), try band.solve(b), b) <= 1)
    #expect(
      Bounds.residual(Matrix(a), try band.solve(b, transposed: true), b, transposed: true) <= 1)
    let (expected, found) = (try LU(Matrix(a)).logDeterminant, try band.logDeterminant)
    #expect(found.sign == expected.sign)
    #expect((found.logMagnitude - expected.logMagnitude).magnitude < 1e-10)
  }

  @Test func theDocumentedExample() throws {
    let a = try BandMatrix<Double>(
      order: 4, diagonals: [-1: [1, 1, 1], 0: [4, 4, 4, 4], 1: [1, 1, 1]])
    let x = try a.solve([5, 6, 6, 5])
    #expect(Bounds.difference(Matrix(column: x), Matrix(column: [1, 1, 1, 1])) <= 1)
  }

  /// From diagonals, some not given, over orders around the blocks in which they are written.
  @Test(arguments: [0, 1, 2, 5, 511, 512, 513, 1100]) func fromDiagonals(order: Int) throws {
    for keys in [[], [0], [-2, 0], [-1, 2], [1], [-1], [-2, -1, 0, 1, 2]] {
      let diagonals = Dictionary(
        uniqueKeysWithValues: keys.map { k in
          (k, (0..<max(0, order - abs(k))).map { Double($0 + 10 * k + 100) })
        })
      let a = try BandMatrix(order: order, diagonals: diagonals)
      var expected = BandMatrix<Double>(
        order: order, lowerBandwidth: max(0, -(keys.min() ?? 0)),
        upperBandwidth: max(0, keys.max() ?? 0))
      for (k, diagonal) in diagonals { expected[diagonal: k] = diagonal }
      #expect(a == expected)
    }
    #expect(throws: LinAlgError.dimensionMismatch("elements of diagonal 1", expected: 2, found: 3))
    {
      try BandMatrix<Double>(order: 3, diagonals: [1: [1, 2, 3]])
    }
  }

  @Test(arguments: [1, 2, 3, 50]) func tridiagonalOneShot(order: Int) throws {
    let a = BandMatrix<Float>.dominant(order, lower: 1, upper: 1, seed: 6)
    let b = Matrix<Float>.random(order, 2, seed: 7)
    let x = try Tridiagonal.solve(
      lower: a[diagonal: -1], diagonal: a[diagonal: 0], upper: a[diagonal: 1], b)
    #expect(Bounds.residual(Matrix(a), x, b) <= 1)
    let y = try Tridiagonal.solve(
      lower: a[diagonal: -1], diagonal: a[diagonal: 0], upper: a[diagonal: 1], b[column: 1])
    #expect(Bounds.residual(Matrix(a), Matrix(column: y), Matrix(column: b[column: 1])) <= 1)
  }

  /// One right-hand side has a kernel of its own, which leaves what it cannot do to `gtsv`.
  private func checkTridiagonal<Element: Scalar>(
    _: Element.Type, tiny: Element, huge: Element, back: Element
  ) throws {
    for n in [1, 2, 3, 4, 7, 50] {
      for (kl, ku) in [(1, 1), (1, 0), (0, 1), (0, 0)] {
        for (seed, scale) in [(1, 1), (2, 1), (3, 1), (4, tiny), (5, huge)] as [(UInt64, Element)] {
          // Elimination at the ends of the range loses digits or overflows whoever does it: diagonals alone.
          if scale != 1 && kl + ku > 0 { continue }
          // No diagonal dominates where there are rows to exchange.
          let shift: Element = kl == 1 ? 0 : 2
          let numbers = Matrix<Element>.random(n, 4, seed: seed)
          var a = BandMatrix<Element>(order: n, lowerBandwidth: kl, upperBandwidth: ku)
          for i in 0..<n {
            a[i, i] = scale * (numbers[i, 0] + shift)
            if kl == 1, i > 0 { a[i, i - 1] = scale * (numbers[i, 1] + 1 - shift) }
            if ku == 1, i + 1 < n { a[i, i + 1] = scale * numbers[i, 2] }
          }
          let b = Matrix(column: numbers[column: 3].map { $0 * scale })
          let comment: Comment = "order \(n), (\(kl), \(ku)), \(scale)"
          // Brought back by a power of two, so that the check itself stays in range.
          let factor = scale > 1 ? 1 / back : scale < 1 ? back : 1
          let (dense, right) = (Matrix(a) * factor, b * factor)
          #expect(Bounds.residual(dense, try a.solve(b), right) <= 1, comment)
          let x = try Tridiagonal.solve(
            lower: a[diagonal: -1], diagonal: a[diagonal: 0], upper: a[diagonal: 1],
            b[column: 0])
          #expect(Bounds.residual(dense, Matrix(column: x), right) <= 1, comment)
        }
      }
      let ones = [Element](repeating: 1, count: n)
      for bad in [Element.nan, .infinity] {
        for k in -1...1 where n > 1 || k == 0 {
          for i in Set([0, n / 2, n - 1]) where i + k >= 0 && i + k < n {
            var a = BandMatrix<Element>.dominant(n, lower: 1, upper: 1, seed: 9)
            a[i, i + k] = bad
            let error = LinAlgError.nonFinite(row: i, column: i + k)
            #expect(throws: error) { try a.solve(ones) }
            #expect(throws: error) {
              try Tridiagonal.solve(
                lower: a[diagonal: -1], diagonal: a[diagonal: 0], upper: a[diagonal: 1], ones)
            }
            let whole = BandMatrix<Element>.dominant(n, lower: 1, upper: 1, seed: 9)
            var b = ones
            b[i] = bad
            #expect(throws: LinAlgError.nonFinite(row: i, column: 0)) { try whole.solve(b) }
          }
        }
      }
      var a = BandMatrix<Element>(order: n, lowerBandwidth: 1, upperBandwidth: 1)
      for i in 0..<n - 1 { a[i, i] = 1 }
      #expect(throws: LinAlgError.singular(pivot: n - 1)) { try a.solve(ones) }
    }
  }

  /// A quotient of the upper triangle that underflows, and belongs to a large solution.
  @Test func tridiagonalQuotientsOutOfRange() throws {
    let x = try Tridiagonal.solve(
      lower: [0], diagonal: [1e-200, 1e-300].map { 1 / $0 }, upper: [1e-200], [1e100, 1])
    #expect((x[0] / 1e-100 - 1).magnitude < 1e-15 && (x[1] / 1e-300 - 1).magnitude < 1e-15)
    let y = try Tridiagonal.solve(
      lower: [0], diagonal: [1e200, 1e-290], upper: [1e-200], [2.0, 1e10])
    #expect((y[1] / 1e300 - 1).magnitude < 1e-15)
    #expect((y[0] / ((2 - 1e100) / 1e200) - 1).magnitude < 1e-15)
  }

  @Test func tridiagonalDouble() throws {
    try checkTridiagonal(Double.self, tiny: 0x1p-1060, huge: 0x1p1020, back: 0x1p900)
  }
  @Test func tridiagonalFloat() throws {
    try checkTridiagonal(Float.self, tiny: 0x1p-140, huge: 0x1p124, back: 0x1p100)
  }

  /// Both triangles of bands of every shape, against the dense triangle.
  @Test(arguments: [(0, 0), (1, 0), (0, 2), (3, 1), (2, 4), (9, 9)])
  func triangularSolves(lower: Int, upper: Int) throws {
    for n in [1, 2, 7, 20] {
      let band = BandMatrix<Double>.dominant(n, lower: lower, upper: upper, seed: 5)
      let dense = Matrix(band)
      let b = Matrix<Double>.random(n, 3, seed: 6)
      for triangle in [Triangle.lower, .upper] {
        for transposed in [false, true] {
          for unit in [false, true] {
            let x = try band.solveTriangular(
              b, triangle, transposed: transposed, unitDiagonal: unit)
            let t = Matrix<Double>(rows: n, columns: n) { i, j in
              unit && i == j ? 1 : (triangle == .lower ? i >= j : i <= j) ? dense[i, j] : 0
            }
            #expect(Bounds.residual(t, x, b, transposed: transposed) <= 1)
          }
        }
      }
      #expect(
        try band.solveTriangular(b[column: 0], .lower)
          == band.solveTriangular(b, .lower)[column: 0])
    }
    let singular = BandMatrix<Double>(order: 3, lowerBandwidth: 1, upperBandwidth: 1)
    #expect(throws: LinAlgError.singular(pivot: 0)) {
      try singular.solveTriangular([1, 2, 3], .lower)
    }
    #expect(throws: LinAlgError.self) { try singular.solveTriangular([1, 2], .lower) }
    #expect(try singular.solveTriangular([1, 2, 3], .lower, unitDiagonal: true) == [1, 2, 3])
    #expect(throws: LinAlgError.notSquare(rows: 2, columns: 3)) {
      try BandMatrix<Double>(rows: 2, columns: 3, lowerBandwidth: 0, upperBandwidth: 0)
        .solveTriangular([1, 2], .upper)
    }
  }

  /// Numbers in places that no element has are not read back.
  @Test func decodingIgnoresWhatIsOutside() throws {
    let json = #"""
      {"rows": 2, "columns": 2, "lowerBandwidth": 1, "upperBandwidth": 0,
       "bandStorage": [9, 1, 2, 9, 3, 9]}
      """#
    let band = try JSONDecoder().decode(BandMatrix<Double>.self, from: Data(json.utf8))
    #expect(band == (try BandMatrix(order: 2, diagonals: [-1: [2], 0: [1, 3]])))
    #expect(band.norm1 == 3)
  }
}
