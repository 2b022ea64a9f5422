import Foundation
import LinAlg
import TestSupport
import Testing

/// Divide and conquer for `SVD`, against closed forms, LAPACK's `bdsqr` (another algorithm), and the definition:
/// reconstruction, orthogonality.
@Suite struct BidiagonalSVDTests {
  /// A matrix that is its own bidiagonal form.
  private func bidiagonal<E: Scalar>(
    _ n: Int, _ diagonal: (Int) -> E, _ beside: (Int) -> E
  ) -> Matrix<E> {
    Matrix(rows: n, columns: n) {
      $0 == $1 ? diagonal($0) : $0 + 1 == $1 ? beside($0) : 0
    }
  }

  private func check<E: Scalar>(_ a: Matrix<E>, _ comment: Comment) throws {
    let svd = try SVD(a)
    let (u, vt) = (svd.u, svd.vTransposed)
    #expect(
      Bounds.difference(u * Matrix(diagonal: svd.singularValues) * vt, a) <= 1, comment)
    #expect(Bounds.orthogonality(u) <= 1, comment)
    #expect(Bounds.orthogonality(vt.transposed()) <= 1, comment)
    #expect(svd.singularValues == svd.singularValues.sorted().reversed(), comment)
    let others = try SVD.singularValues(of: a)
    #expect((svd.singularValues + others).allSatisfy { $0.sign == .plus }, comment)
    #expect(
      Bounds.difference(Matrix(diagonal: svd.singularValues), Matrix(diagonal: others)) <= 1,
      comment)
  }

  private func checkAll<E: Scalar>(_: E.Type, _ n: Int) throws {
    let random = Matrix<E>.random(n, n, seed: UInt64(n))
    try check(random, "random, order \(n)")
    for rows in [n + 1, n + n / 2, 2 * n, 5 * n] {
      let tall = Matrix<E>.random(rows, n, seed: UInt64(rows))
      try check(tall, "random, \(rows)×\(n)")
      try check(tall.transposed(), "random, \(n)×\(rows)")
    }
    // Few distinct singular values, and none but 0.
    let (q, other) = (try QR(random).q(), try QR(random.transposed()).q())
    try check(q * Matrix<E>(diagonal: (0..<n).map { E($0 % 3) }) * other, "clustered, order \(n)")
    try check(q, "orthogonal, order \(n)")
    try check(Matrix<E>(rows: n, columns: n), "zero, order \(n)")
    try check(Matrix<E>.identity(n), "identity, order \(n)")
    try check(Matrix(diagonal: (0..<n).map { E((7 * $0) % n) }), "diagonal, order \(n)")
    try check(Matrix(diagonal: (0..<n).map { $0 < n / 3 ? 0 : E(-$0) }), "zeros, order \(n)")
    // Blocks that nothing couples; the same with couplings of either sign and next to nothing.
    for coupling: E in [0, .ulpOfOne, -1e-3, -1] {
      try check(
        bidiagonal(n, { E(abs($0 % 21 - 10)) }, { ($0 + 1) % 21 == 0 ? coupling : 1 }),
        "Wilkinson's, \(coupling), order \(n)")
    }
    try check(bidiagonal(n, { $0 % 2 == 0 ? 1 : -1 }, { _ in -0.5 }), "alternating, order \(n)")
    try check(bidiagonal(n, { _ in 1 }, { _ in -1 }), "differences, order \(n)")
    try check(bidiagonal(n, { _ in 0 }, { _ in 1 }), "shift, order \(n)")
    try check(Matrix<E>(rows: n, columns: n) { $0 == $1 + 1 ? -1 : 0 }, "shift down, order \(n)")
    try check(bidiagonal(n, { $0 == n / 2 ? 0 : 1 }, { _ in 2 }), "growing, order \(n)")
    for step in [4, -4] {
      try check(
        bidiagonal(n, { E(sign: .plus, exponent: E.Exponent($0 / step), significand: 1) }) {
          E(sign: .minus, exponent: E.Exponent($0 / step - 2), significand: 1)
        }, "graded, \(step), order \(n)")
    }
    // A block next to nothing beside the others.
    let tiny = E.leastNormalMagnitude * 1024
    try check(
      bidiagonal(n, { $0 < n / 2 ? 1 : tiny }, { $0 < n / 2 - 1 ? 1 : tiny }), "tiny, order \(n)")
    // The same numbers at the ends of the range.
    for rows in [n, 2 * n] {
      let a = Matrix<E>.random(rows, n, seed: 7)
      let near = try SVD(a)
      for exponent in [E.greatestFiniteMagnitude.exponent, E.leastNormalMagnitude.exponent + 24] {
        let scale = E(sign: .plus, exponent: exponent, significand: 1)
        // The largest one may be beyond the range.
        let values = near.singularValues.filter { $0 * scale < .infinity }
        let far = try SVD(scale * a)
        #expect(
          Bounds.difference(
            Matrix(diagonal: far.singularValues.suffix(values.count).map { $0 / scale }),
            Matrix(diagonal: values)) <= 1, "\(rows)×\(n) times \(scale)")
        #expect(Bounds.orthogonality(far.u) <= 1)
        #expect(Bounds.orthogonality(far.vTransposed.transposed()) <= 1)
      }
    }
    // Ones on both diagonals: the singular values are 2 cos(kπ/(2n + 1)).
    let path = try SVD(bidiagonal(n, { _ in 1 }, { _ in 1 }) as Matrix<E>)
    for (k, value) in path.singularValues.enumerated() {
      let exact = 2 * cos(.pi * Double(k + 1) / Double(2 * n + 1))
      #expect((Double(value) - exact).magnitude <= 2 * Double(Bounds.roundoff(n, E(1))))
    }
  }

  @Test(arguments: [11, 12, 21, 22, 26, 33, 53, 64, 100, 129, 257])
  func decompositions(n: Int) throws {
    try checkAll(Double.self, n)
    try checkAll(Float.self, n)
  }

  /// Up to order 10 by LAPACK alone.
  @Test(arguments: 1...10) func small(n: Int) throws {
    try check(Matrix<Double>.random(n, n, seed: 9), "random, order \(n)")
    for sign in [-1.0, 1] {
      try check(
        Matrix(rows: n, columns: n) { $0 == $1 + 1 ? sign : 0 }, "shift by \(sign), order \(n)")
      try check(Matrix(rows: n, columns: n + 1) { i, _ in i == 0 ? sign : 0 }, "row, order \(n)")
    }
  }

  /// A row whose products with columns have next to no digits still has a direction.
  @Test(arguments: [11, 40]) func subnormalRow(n: Int) throws {
    func check<E: Scalar>(_: E.Type) throws {
      let random = Matrix<E>.random(n, n, seed: 5)
      for tiny in [E.leastNormalMagnitude, E.leastNonzeroMagnitude * 64] {
        try self.check(
          Matrix(rows: n, columns: n) { i, j in
            j == 0 ? (i == 0 ? 1 : 0) : i == 0 ? (tiny * random[i, j]) : random[i, j]
          }, "row of \(tiny), order \(n)")
      }
    }
    try check(Double.self)
    try check(Float.self)
  }

  /// Rows of very different size, each with a direction.
  @Test(arguments: [12, 50]) func tinyRows(n: Int) throws {
    func check<E: Scalar>(_ tiny: E) throws {
      let random = Matrix<E>.random(n + 3, n, seed: 6)
      for isTiny in [{ $0 >= n / 2 }, { $0 < n / 2 }, { $0 % 2 == 1 }] as [(Int) -> Bool] {
        try self.check(
          Matrix(rows: n + 3, columns: n) { (isTiny($0) ? tiny : 1) * random[$0, $1] },
          "rows of \(tiny), order \(n)")
      }
    }
    for tiny in [1e-20, 1e-140, 1e-200, 1e-300] { try check(tiny) }
    for tiny: Float in [1e-12, 1e-30, 1e-38] { try check(tiny) }
  }

  /// Where LAPACK reduces to two diagonals.
  @Test func large() throws {
    try check(Matrix<Double>.random(740, 730, seed: 8), "740×730")
    try check(Matrix<Float>.random(740, 730, seed: 8), "740×730")
  }

  /// With one thread, with all, and several at once.
  @Test func threads() async throws {
    let a = Matrix<Double>.random(320, 300, seed: 1)
    let alone = try BLASRuntime.withThreads(1) { try SVD(a) }
    #expect(Bounds.orthogonality(alone.u) <= 1)
    let found = try await withThrowingTaskGroup(of: SVD<Double>.self) { group in
      for _ in 0..<4 { group.addTask { try SVD(a) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(found.count == 4)
    for svd in found {
      #expect(
        Bounds.difference(
          Matrix(diagonal: alone.singularValues), Matrix(diagonal: svd.singularValues)) <= 1)
      #expect(Bounds.orthogonality(svd.u) <= 1)
      #expect(Bounds.orthogonality(svd.vTransposed.transposed()) <= 1)
    }
  }
}
