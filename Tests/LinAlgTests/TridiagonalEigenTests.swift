import Foundation
import LinAlg
import TestSupport
import Testing

/// Reduction to three diagonals and divide and conquer for `SymmetricEigen`, against closed forms, eigenvalues by other algorithms of
/// LAPACK, and the definition: reconstruction, orthogonality.
@Suite struct TridiagonalEigenTests {
  /// A matrix whose tridiagonal form is itself.
  private func tridiagonal<E: Scalar>(
    _ n: Int, _ diagonal: (Int) -> E, _ beside: (Int) -> E
  ) -> Matrix<E> {
    Matrix(rows: n, columns: n) {
      $0 == $1 ? diagonal($0) : abs($0 - $1) == 1 ? beside(min($0, $1)) : 0
    }
  }

  private func check<E: Scalar>(_ a: Matrix<E>, _ comment: Comment) throws {
    let eigen = try SymmetricEigen(a)
    let v = eigen.vectors
    #expect(
      Bounds.difference(multiply(v * Matrix(diagonal: eigen.values), v, transposeB: true), a) <= 1,
      comment)
    #expect(Bounds.orthogonality(v) <= 1, comment)
    #expect(eigen.values == eigen.values.sorted(), comment)
    let others = try SymmetricEigen.values(of: a)
    #expect(
      Bounds.difference(Matrix(diagonal: eigen.values), Matrix(diagonal: others)) <= 1, comment)
  }

  private func checkAll<E: Scalar>(_: E.Type, _ n: Int) throws {
    let random = Matrix<E>.random(n, n, seed: UInt64(n))
    try check(random + random.transposed(), "random, order \(n)")
    // Few distinct eigenvalues, and none but 0.
    let q = try QR(random).q()
    let few = Matrix<E>(diagonal: (0..<n).map { E($0 % 3) })
    let clustered = multiply(q * few, q, transposeB: true)
    try check((clustered + clustered.transposed()) * E(0.5), "clustered, order \(n)")
    try check(Matrix<E>(rows: n, columns: n), "zero, order \(n)")
    try check(Matrix<E>.identity(n), "identity, order \(n)")
    try check(Matrix(diagonal: (0..<n).map { E((7 * $0) % n) }), "diagonal, order \(n)")
    // Two blocks that nothing couples; the same with couplings of either sign and next to nothing.
    for coupling: E in [0, .ulpOfOne, -1e-3, -1] {
      try check(
        tridiagonal(n, { E(abs($0 % 21 - 10)) }, { ($0 + 1) % 21 == 0 ? coupling : 1 }),
        "Wilkinson's, \(coupling), order \(n)")
    }
    try check(tridiagonal(n, { $0 % 2 == 0 ? 1 : -1 }, { _ in -0.5 }), "alternating, order \(n)")
    try check(
      tridiagonal(n, { E(sign: .plus, exponent: E.Exponent(-$0 / 4), significand: 1) }) {
        E(sign: .minus, exponent: E.Exponent(-$0 / 4 - 2), significand: 1)
      }, "graded, order \(n)")
    // The same numbers at the ends of the range.
    let symmetric = random + random.transposed()
    // Rows and columns of very different size, in any order.
    let unit = E.leastNormalMagnitude.exponent / 3
    let sizes = (0..<n).map {
      E(sign: .plus, exponent: unit * E.Exponent(3 * $0 % 5 % 3), significand: 1)
    }
    try check(
      Matrix(rows: n, columns: n) { symmetric[$0, $1] * sizes[$0] * sizes[$1] },
      "rows of different size, order \(n)")
    for exponent in [E.greatestFiniteMagnitude.exponent - 8, E.leastNormalMagnitude.exponent + 24] {
      let scale = E(sign: .plus, exponent: exponent, significand: 1)
      let (far, near) = (try SymmetricEigen(scale * symmetric), try SymmetricEigen(symmetric))
      let alone = try SymmetricEigen.values(of: scale * symmetric)
      // Exactly, but for what is lost below the range of normal numbers.
      #expect(
        Bounds.difference(
          Matrix(diagonal: far.values.map { $0 / scale }), Matrix(diagonal: near.values)) <= 1)
      #expect(Bounds.orthogonality(far.vectors) <= 1)
      #expect(
        Bounds.difference(
          Matrix(diagonal: alone.map { $0 / scale }), Matrix(diagonal: near.values)) <= 1)
    }
    // 2 and −1: the eigenvalues are 4 sin²(kπ/(2n + 2)).
    let path = try SymmetricEigen(tridiagonal(n, { _ in 2 }, { _ in -1 }) as Matrix<E>)
    for (k, value) in path.values.enumerated() {
      let s = sin(.pi * Double(k + 1) / Double(2 * n + 2))
      #expect((Double(value) - 4 * s * s).magnitude <= 4 * Double(Bounds.roundoff(n, E(1))))
    }
  }

  @Test(arguments: [11, 12, 21, 26, 33, 50, 64, 100, 129, 200, 257])
  func decompositions(n: Int) throws {
    try checkAll(Double.self, n)
    try checkAll(Float.self, n)
  }

  /// Matrices so small that LAPACK finds their vectors.
  @Test(arguments: 1...10) func smallMatrices(n: Int) throws {
    try checkAll(Double.self, n)
    try checkAll(Float.self, n)
  }

  /// Where LAPACK's reduction begins.
  @Test(arguments: [512, 513]) func largeMatrices(n: Int) throws {
    let random = Matrix<Double>.random(n, n, seed: 5)
    try check(random + random.transposed(), "random, order \(n)")
    let floats = Matrix<Float>.random(n, n, seed: 5)
    try check(floats + floats.transposed(), "random, order \(n)")
  }

  /// Above the diagonal anything finite may stand, of any size.
  @Test(arguments: [11, 40]) func lowerTriangleAlone(n: Int) throws {
    func check<E: Scalar>(_ size: E, _ other: E) throws {
      let random = Matrix<E>.random(n, n, seed: 3)
      let a = (random + random.transposed()) * size
      let half = Matrix(rows: n, columns: n) { $0 < $1 ? other : a[$0, $1] }
      #expect(try SymmetricEigen(half).values == SymmetricEigen(a).values)
      #expect(try SymmetricEigen(half).vectors == SymmetricEigen(a).vectors)
    }
    for other in [1e200, 1e-200] {
      for size in [1e-200, 1, 1e200] { try check(size, other) }
    }
    for other: Float in [1e25, 1e-25] {
      for size: Float in [1e-25, 1, 1e25] { try check(size, other) }
    }
  }

  /// With one thread, with all, and several at once.
  @Test func threads() async throws {
    let random = Matrix<Double>.random(300, 300, seed: 1)
    let a = random + random.transposed()
    let alone = try BLASRuntime.withThreads(1) { try SymmetricEigen(a) }
    #expect(Bounds.orthogonality(alone.vectors) <= 1)
    let found = try await withThrowingTaskGroup(of: SymmetricEigen<Double>.self) { group in
      for _ in 0..<4 { group.addTask { try SymmetricEigen(a) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(found.count == 4)
    for eigen in found {
      #expect(
        Bounds.difference(Matrix(diagonal: alone.values), Matrix(diagonal: eigen.values)) <= 1)
      #expect(Bounds.orthogonality(eigen.vectors) <= 1)
    }
  }
}
