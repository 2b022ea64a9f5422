import LinAlg
import TestSupport
import Testing

/// Products against sums written out in double precision.
@Suite struct ProductTests {
  /// alpha op(A) op(B) + beta C, and for each element the sum of magnitudes that bounds its error.
  private func reference<E: Scalar>(
    _ a: Matrix<E>, _ b: Matrix<E>, _ c: Matrix<E>, alpha: E, beta: E, transposeA: Bool,
    transposeB: Bool
  ) -> (value: Matrix<Double>, size: Matrix<Double>) {
    let (a, b) = (transposeA ? a.transposed() : a, transposeB ? b : b.transposed())
    var (value, size) = (c.converted(to: Double.self), c.converted(to: Double.self))
    for i in 0..<c.rows {
      let row = a[row: i].map { Double(alpha) * Double($0) }
      for j in 0..<c.columns {
        let start = beta == 0 ? 0 : Double(beta) * Double(c[i, j])
        let terms = zip(row, b[row: j]).map { $0 * Double($1) }
        value[i, j] = terms.reduce(start, +)
        size[i, j] = terms.reduce(start.magnitude) { $0 + $1.magnitude }
      }
    }
    return (value, size)
  }

  private func check<E: Scalar>(_: E.Type, _ m: Int, _ n: Int, _ k: Int) {
    for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
      let a = Matrix<E>.random(transposeA ? k : m, transposeA ? m : k, seed: 1)
      let b = Matrix<E>.random(transposeB ? n : k, transposeB ? k : n, seed: 2)
      for (alpha, beta): (E, E) in [(1, 0), (-0.5, 1), (2, -3)] {
        let c = Matrix<E>.random(m, n, seed: 3)
        let expected = reference(
          a, b, c, alpha: alpha, beta: beta, transposeA: transposeA, transposeB: transposeB)
        var found = c
        multiply(
          a, b, into: &found, alpha: alpha, beta: beta, transposeA: transposeA,
          transposeB: transposeB)
        let error = found.converted(to: Double.self) - expected.value
        let within = zip(error.elements, expected.size.elements).allSatisfy {
          $0.magnitude <= Double(k + 2) * Double(E.ulpOfOne) * $1
        }
        #expect(within, "\(E.self) \(m)×\(n)×\(k) \(transposeA) \(transposeB) \(alpha) \(beta)")
        if alpha == 1 {
          let product = multiply(a, b, transposeA: transposeA, transposeB: transposeB)
          #expect(Bounds.difference(product, found) <= 1)
          if !transposeA && !transposeB { #expect(Bounds.difference(a * b, found) <= 1) }
        }
      }
    }
  }

  /// Every order that the small kernels take, and the first beyond.
  @Test func smallOrders() {
    for m in 0...9 {
      for n in 0...9 {
        for k in 0...9 {
          check(Double.self, m, n, k)
          check(Float.self, m, n, k)
        }
      }
    }
  }

  /// Every remainder of rows in vectors, of columns in tiles, and where the library's call begins.
  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 15, 16, 17, 20, 21, 24, 25, 28, 31, 32, 33])
  func mediumOrders(m: Int) {
    for n in [1, 2, 3, 4, 5, 12] {
      check(Double.self, m, n, 20)
      check(Float.self, m, n, 20)
    }
    check(Double.self, m, 7, 1)
    check(Float.self, 7, m, 32)
    check(Double.self, m + 64, 7, 70)
    check(Float.self, m + 64, m, 70)
  }

  @Test(arguments: [
    (16, 16, 16), (33, 17, 64), (100, 1, 100), (1, 100, 3), (40, 50, 70), (96, 28, 96),
    (8, 96, 97),
  ])
  func largerOrders(m: Int, n: Int, k: Int) {
    check(Double.self, m, n, k)
    check(Float.self, m, n, k)
  }

  /// With beta 0 the output is overwritten, whatever it held.
  @Test(arguments: [4, 20, 31, 50]) func garbageIsOverwritten(order n: Int) {
    let a = Matrix<Double>.random(n, n, seed: 1)
    var c = Matrix<Double>(rows: n, columns: n, repeating: .nan)
    multiply(a, a, into: &c)
    #expect(c == a * a)
    symmetricRankUpdate(a, into: &c)
    #expect(c == c.transposed() && c.norm1.isFinite)
    var y = [Double](repeating: .nan, count: n)
    multiply(a, a[column: 0], into: &y)
    #expect(norm(y).isFinite)
    let b = Matrix<Float>.random(n, n, seed: 1)
    var d = Matrix<Float>(rows: n, columns: n, repeating: .nan)
    multiply(b, b, into: &d)
    #expect(d == b * b && d.norm1.isFinite)
    multiply(Matrix(rows: n, columns: 0), [], into: &y)
    #expect(y == [Double](repeating: 0, count: n))
  }

  @Test func blocksOfLargerMatrices() {
    let a = Matrix<Double>.random(20, 20, seed: 1)
    var c = Matrix<Double>(rows: 20, columns: 20)
    unsafe a.withUnsafeMatrixPointer { view in
      unsafe c.withUnsafeMutableMatrixPointer { out in
        unsafe multiply(
          view[rows: 1..<11, columns: 2..<14], view[rows: 3..<15, columns: 5..<10],
          into: out[rows: 4..<14, columns: 6..<11])
        unsafe multiply(
          view[rows: 0..<3, columns: 0..<4], view[rows: 0..<4, columns: 0..<2],
          into: out[rows: 0..<3, columns: 0..<2])
        unsafe symmetricRankUpdate(
          view[rows: 0..<3, columns: 0..<9], into: out[rows: 15..<18, columns: 15..<18])
      }
    }
    var expected = Matrix<Double>(rows: 20, columns: 20)
    expected[rows: 4..<14, columns: 6..<11] =
      a[rows: 1..<11, columns: 2..<14] * a[rows: 3..<15, columns: 5..<10]
    expected[rows: 0..<3, columns: 0..<2] =
      a[rows: 0..<3, columns: 0..<4] * a[rows: 0..<4, columns: 0..<2]
    let block = a[rows: 0..<3, columns: 0..<9]
    expected[rows: 15..<18, columns: 15..<18] = multiply(block, block, transposeB: true)
    #expect(Bounds.difference(c, expected) <= 1)
  }

  private func checkUpdates<E: Scalar>(_: E.Type, _ m: Int, _ n: Int) {
    let a = Matrix<E>.random(m, n, seed: 1)
    // Once: a second product may run on another number of threads, and round otherwise.
    let gram = a.gram()
    #expect(Bounds.difference(gram, multiply(a, a, transposeA: true)) <= 1)
    #expect(gram == gram.transposed())
    var c = Matrix<E>.identity(m)
    symmetricRankUpdate(a, into: &c, alpha: 2, beta: 3)
    #expect(Bounds.difference(c, 2 * multiply(a, a, transposeB: true) + 3 * .identity(m)) <= 1)
    let (x, y) = (a[column: 0], a[row: 0])
    var outer = a
    rankOneUpdate(x, y, into: &outer, alpha: -1)
    #expect(
      Bounds.difference(outer, a - Matrix(rows: m, columns: n) { x[$0] * y[$1] }) <= 1)
    #expect(Matrix(outerProduct: x, y) == Matrix(rows: m, columns: n) { x[$0] * y[$1] })
    // gemv in both directions.
    #expect(Bounds.difference(Matrix(column: a * y), multiply(a, Matrix(column: y))) <= 1)
    let transposed = multiply(a, x, transposeA: true)
    #expect(Bounds.difference(Matrix(column: transposed), a.transposed() * Matrix(column: x)) <= 1)
    var z = x
    multiply(a, y, into: &z, alpha: 2, beta: -1)
    #expect(
      Bounds.difference(Matrix(column: z), 2 * (a * Matrix(column: y)) - Matrix(column: x)) <= 1)
  }

  @Test(arguments: [(1, 1), (3, 5), (8, 8), (40, 7), (7, 40), (300, 200)])
  func updates(m: Int, n: Int) {
    checkUpdates(Double.self, m, n)
    checkUpdates(Float.self, m, n)
  }

  private func checkTriangles<E: Scalar>(_: E.Type, _ n: Int) throws {
    let full = Matrix<E>.random(n, n, seed: 1) + E(n) * .identity(n)
    for triangle in [Triangle.upper, .lower] {
      for unit in [false, true] {
        let t = Matrix<E>(rows: n, columns: n) { i, j in
          if i == j { return unit ? 1 : full[i, j] }
          return (i < j) == (triangle == .upper) ? full[i, j] / E(n) : 0
        }
        // The other triangle, and a unit diagonal, must not be read.
        let spoiled = Matrix<E>(rows: n, columns: n) { i, j in
          if i == j { return unit ? .nan : t[i, j] }
          return (i < j) == (triangle == .upper) ? t[i, j] : .nan
        }
        if !unit {
          let inverse = try spoiled.triangularInverse(triangle)
          #expect(Bounds.residual(t, inverse, .identity(n)) <= 1)
          let others = (0..<n * n).filter { k in
            k / n != k % n && (k % n < k / n) != (triangle == .upper)
          }
          #expect(others.allSatisfy { inverse[$0 % n, $0 / n] == 0 })
        }
        for transposed in [false, true] {
          let op = transposed ? t.transposed() : t
          let b = Matrix<E>.random(n, 3, seed: 2)
          var product = b
          product.multiplyFromLeft(
            triangle: triangle, of: spoiled, transposed: transposed, unitDiagonal: unit)
          #expect(Bounds.difference(product, op * b) <= 1)
          var right = b.transposed()
          right.multiplyFromRight(
            triangle: triangle, of: spoiled, transposed: transposed, unitDiagonal: unit)
          #expect(Bounds.difference(right, b.transposed() * op) <= 1)
          let x = try spoiled.solveTriangular(
            b, triangle, transposed: transposed, unitDiagonal: unit)
          #expect(Bounds.residual(op, x, b) <= 1)
          let y = try spoiled.solveTriangular(
            b[column: 1], triangle, transposed: transposed, unitDiagonal: unit)
          #expect(Bounds.residual(op, Matrix(column: y), Matrix(column: b[column: 1])) <= 1)
        }
      }
    }
  }

  @Test(arguments: [1, 2, 5, 8, 33, 130]) func triangles(order: Int) throws {
    try checkTriangles(Double.self, order)
    try checkTriangles(Float.self, order)
  }

  /// Whole numbers, whose products and sums are exact: every length around vectors, and where the library's call begins.
  @Test func dotProductsOfEveryLength() {
    func check<T: Scalar>(_: T.Type) {
      for n in Array(0...140) + [8191, 8192, 8193] {
        let a = (0..<n).map { $0 % 7 - 3 }
        let b = (0..<n).map { $0 % 5 + 1 }
        let (x, y) = (a.map { T($0) }, b.map { T($0) })
        let products: [Int] = zip(a, b).map { $0 * $1 }
        #expect(dot(x, y) == T(products.reduce(0, +)), "\(n)")
        #expect(sum(x) == T(a.reduce(0, +)), "\(n)")
        #expect(norm1(x) == T(a.map(\.magnitude).reduce(0, +)), "\(n)")
      }
    }
    check(Double.self)
    check(Float.self)
  }

  @Test func vectors() {
    for n in [0, 1, 5, 100, 20000, 300_000] {
      let x = [Double](repeating: 2, count: n), y = [Double](repeating: 3, count: n)
      #expect(dot(x, y) == Double(6 * n))
      var z = y
      axpy(2, x, into: &z)
      #expect(z == [Double](repeating: 7, count: n))
      scale(&z, by: 0.5)
      #expect(z == [Double](repeating: 3.5, count: n))
      #expect((norm(x) - 2 * Double(n).squareRoot()).magnitude <= 1e-13 * Double(n))
    }
    #expect(norm([3e300, 4e300]) == 5e300 && norm([3e-300, 4e-300]) == 5e-300)
    #expect(norm([Float(3e30), 4e30]) == 5e30)
    #expect(norm([Double.nan, 1]).isNaN && norm([Double.infinity]) == .infinity)
  }
}
