import LinAlg
import TestSupport
import Testing

@Suite struct LeastSquaresTests {
  /// The pseudo-inverse applied in double precision: an independent way to the minimum-norm solution.
  private func minimumNorm<E: Scalar>(_ a: Matrix<E>, _ b: Matrix<E>, rank: Int) throws -> Matrix<E>
  {
    var x = b.converted(to: Double.self)
    try SVD(a.converted(to: Double.self)).solveInPlace(&x, rank: rank)
    return x.converted(to: E.self)
  }

  private func check<E: Scalar>(_: E.Type, _ rows: Int, _ columns: Int, rank: Int) throws {
    let full = rank == min(rows, columns)
    let a =
      full
      ? Matrix<E>.random(rows, columns, seed: 1)
      : Matrix<E>.random(rows, columns, rank: rank, seed: 1)
    let b = Matrix<E>.random(rows, 2, seed: 3)
    // Rounding the product of the factors alone perturbs A by a few eps.
    let result = try leastSquares(a, b, rankTolerance: full ? nil : 100 * .ulpOfOne)
    let comment = Comment("\(E.self) \(rows)×\(columns), rank \(rank)")
    #expect(result.rank == rank, comment)
    #expect(result.solution.rows == columns && result.solution.columns == 2, comment)
    #expect((result.singularValues == nil) == (rank == columns), comment)

    let expected = try minimumNorm(a, b, rank: rank)
    let values = try SVD.singularValues(of: a)
    let condition = rank == 0 ? 1 : values[0] / values[rank - 1]
    let allowed = Bounds.roundoff(
      max(rows, columns), condition * condition * expected.normFrobenius)
    #expect((result.solution - expected).normFrobenius <= allowed, comment)

    let residual = b - a * result.solution
    for j in 0..<2 {
      let exact = norm(residual[column: j])
      #expect(
        (result.residualNorms[j] - exact).magnitude
          <= Bounds.roundoff(max(rows, columns), condition * norm(b[column: j])), comment)
    }
    // The residual is orthogonal to the columns of A.
    let normal = multiply(a, residual, transposeA: true).normFrobenius
    #expect(
      normal <= Bounds.roundoff(rows, a.normFrobenius * condition * b.normFrobenius), comment)
  }

  @Test(arguments: [
    (1, 1, 1), (5, 3, 3), (40, 8, 8), (300, 20, 20), (3, 5, 3), (8, 40, 8), (30, 10, 4),
    (10, 30, 4), (12, 12, 5), (257, 33, 32),
  ])
  func shapesAndRanks(rows: Int, columns: Int, rank: Int) throws {
    try check(Double.self, rows, columns, rank: rank)
    try check(Float.self, rows, columns, rank: rank)
  }

  @Test func theRankDoesNotDependOnUnits() throws {
    let a: Matrix<Double> = [[1, 2e-200, 3], [1, 5e-200, 4], [1, 7e-200, 9], [1, 1e-200, 2]]
    let result = try leastSquares(a, [1, 2, 3, 4])
    #expect(result.rank == 3 && result.reciprocalCondition > 1e-3)
    let scaled = try leastSquares(a * 1e-100, [1, 2, 3, 4])
    #expect(scaled.rank == 3)
  }

  /// Columns whose norm overflows, or nearly does, are still scaled into range.
  @Test func hugeColumns() throws {
    for size in [1e308, 1.7e308] {
      let a: Matrix<Double> = [[size, 1], [size, 2], [size, 3], [size, 5]]
      let x = try leastSquares(a, [2, 3, 4, 6])
      #expect(x.rank == 2)
      #expect(Bounds.digits(x.coefficients[1], 1) >= 14)
      #expect(Bounds.digits(x.coefficients[0] * size, 1) >= 12)
    }
  }

  /// Minimum norm is meant in the caller's units, not in those of the scaled columns.
  @Test func theNormIsTheCallersNorm() throws {
    // x₁ + 100 x₂ = 101: of all solutions (1, 100)·101/10001 is shortest.
    let a: Matrix<Double> = [[1, 100], [1, 100], [1, 100]]
    let x = try leastSquares(a, [101, 101, 101])
    #expect(x.rank == 1)
    #expect(Bounds.digits(x.coefficients[0], 101.0 / 10001) >= 14)
    #expect(Bounds.digits(x.coefficients[1], 10100.0 / 10001) >= 14)
    #expect(x.singularValues?.count == 2)
  }

  @Test func duplicatedAndZeroColumns() throws {
    let a: Matrix<Double> = [[1, 1, 0], [2, 2, 0], [4, 4, 0]]
    let x = try leastSquares(a, [2, 4, 8])
    #expect(x.rank == 1)
    #expect(Bounds.difference(Matrix(column: x.coefficients), Matrix(column: [1, 1, 0])) <= 1)
    #expect(x.coefficients[2] == 0)
    let zero = try leastSquares(Matrix<Double>(rows: 3, columns: 2), [1, 2, 2])
    #expect(zero.rank == 0 && zero.coefficients == [0, 0] && zero.residualNorms == [3])
  }

  @Test func factorizationsSolveRectangularSystems() throws {
    let a = Matrix<Double>.random(9, 4, seed: 1)
    let b = Matrix<Double>.random(9, 2, seed: 2), c = Matrix<Double>.random(4, 2, seed: 3)
    let tall = try minimumNorm(a, b, rank: 4)
    let wide = try minimumNorm(a.transposed(), c, rank: 4)
    func check<F: Factorization>(_ f: F) throws where F.Element == Double {
      #expect(Bounds.difference(try f.solve(b), tall) <= 10)
      #expect(Bounds.residual(a, try f.solve(c, transposed: true), c, transposed: true) <= 1)
    }
    try check(QR(a))
    try check(SVD(a))
    try check(PivotedQR(a))
    #expect(Bounds.difference(try QR(a).solve(c, transposed: true), wide) <= 10)
    #expect(Bounds.difference(try SVD(a).solve(c, transposed: true), wide) <= 10)
    #expect(Bounds.difference(try SVD(a).pseudoInverse() * b, tall) <= 10)
    #expect(try QR(a.transposed()).r.rows == 4)
  }

  @Test func ranks() throws {
    for rank in 0...6 {
      let a = Matrix<Double>.random(12, 9, rank: rank, seed: UInt64(rank))
      #expect(try SVD(a).rank(tolerance: 1e-13) == rank)
      #expect(try PivotedQR(a).rank(tolerance: 1e-13) == rank)
    }
    #expect(try SymmetricEigen<Double>([[1, 1], [1, 1]]).rank() == 1)
    #expect(try SymmetricEigen(Matrix<Double>.identity(3)).rank() == 3)
    #expect(try SVD(Matrix<Double>.hilbert(12)).rank(tolerance: 1e-3) < 12)
    #expect(try PivotedQR(Matrix<Double>.random(4, 9, seed: 1)).reciprocalCondition == 0)
    // The basic solution of a rank-deficient system still fits.
    let a = try Matrix<Double>([[1, 2, 1], [2, 4, 2], [3, 6, 4]])
    let x = try PivotedQR(a).solve([3, 6, 10])
    #expect(Bounds.difference(Matrix(column: a * x), Matrix(column: [3, 6, 10])) <= 1)
    #expect(x.contains(0))
  }

  /// Aᵀ X ≈ B with inconsistent equations: A wide, or of less than full rank.
  @Test(arguments: [(2, 5, 2), (7, 4, 2), (6, 6, 3), (9, 4, 4), (3, 3, 3), (1, 2, 1), (4, 4, 0)])
  func pivotedTransposedSolves(rows: Int, columns: Int, rank: Int) throws {
    let a =
      rank == min(rows, columns)
      ? Matrix<Double>.random(rows, columns, seed: 3)
      : .random(rows, columns, rank: rank, seed: 3)
    let b = Matrix<Double>.random(columns, 2, seed: 4)
    let x = try PivotedQR(a).solve(b, transposed: true)
    // At the minimum the residual is orthogonal to the range: A (Aᵀ X − B) = 0.
    let residual = multiply(a, x, transposeA: true) - b
    let normal = a * residual
    let scale = a.normFrobenius * (a.normFrobenius * x.normFrobenius + b.normFrobenius)
    #expect(normal.normFrobenius <= Bounds.roundoff(max(rows, columns) * 10, scale))
    #expect(x.rows == rows)
  }

  @Test func theTransposedExample() throws {
    let x = try PivotedQR<Double>([[1, 1]]).solve([0, 2], transposed: true)
    #expect((x[0] - 1).magnitude <= 4 * .ulpOfOne)
  }
}
