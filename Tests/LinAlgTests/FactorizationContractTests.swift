import LinAlg
import TestSupport
import Testing

/// Every factorization goes through the same identities, for both scalars, at every size, with a vector
/// and with several right-hand sides.
@Suite struct FactorizationContractTests {
  static let sizes = [1, 2, 3, 5, 8, 9, 16, 33, 100, 257]

  /// Solutions, transposed solutions, inverse, determinant and condition of a well-conditioned A.
  private func check<F: Factorization>(
    _ factorization: F, of a: Matrix<F.Element>, _ comment: Comment
  ) throws {
    let n = a.rows
    #expect(factorization.rows == n && factorization.columns == n, comment)
    for transposed in [false, true] {
      for columns in [1, 3, 20] {
        let b = Matrix<F.Element>.random(n, columns, seed: UInt64(columns))
        let x = try factorization.solve(b, transposed: transposed)
        #expect(Bounds.residual(a, x, b, transposed: transposed) <= 1, comment)
        var inPlace = b
        try factorization.solveInPlace(&inPlace, transposed: transposed)
        // Not the same to the last bit: the number of threads may differ from call to call.
        #expect(Bounds.residual(a, inPlace, b, transposed: transposed) <= 1, comment)
      }
      let b = Matrix<F.Element>.random(n, 1, seed: 7)
      let x = try factorization.solve(b.elements, transposed: transposed)
      #expect(Bounds.residual(a, Matrix(column: x), b, transposed: transposed) <= 1, comment)
      var inPlace = b.elements
      try factorization.solveInPlace(&inPlace, transposed: transposed)
      #expect(
        Bounds.residual(a, Matrix(column: inPlace), b, transposed: transposed) <= 1, comment)
    }

    let inverse = try factorization.inverse()
    #expect(Bounds.residual(a, inverse, .identity(n)) <= 1, comment)

    // det A, also where it overflows: against LU in double precision.
    let reference = try LU(a.converted(to: Double.self)).logDeterminant
    let found = try factorization.logDeterminant
    #expect(Double(found.sign) == reference.sign, comment)
    let allowed =
      Double(Bounds.roundoff(n * n, F.Element(1))) + reference.logMagnitude.magnitude * 1e-6
    #expect((Double(found.logMagnitude) - reference.logMagnitude).magnitude <= allowed, comment)
    if reference.logMagnitude.magnitude < 80 {
      let determinant = Double(try factorization.determinant)
      let expected = try LU(a.converted(to: Double.self)).determinant
      let tolerance = Double(Bounds.roundoff(n * n, F.Element(1))) * expected.magnitude
      #expect((determinant - expected).magnitude <= tolerance, comment)
    }

    // The estimate is within a factor n of the exact value, in whichever norm.
    let exact = 1 / (a.norm1 * (try LU(a).inverse()).norm1)
    let estimate = try factorization.reciprocalCondition
    #expect(estimate > 0 && estimate <= 1 + 4 * .ulpOfOne, comment)
    #expect(estimate <= exact * F.Element(3 * n) && exact <= estimate * F.Element(3 * n), comment)

    // What does not fit is refused, and nothing is lost.
    var wrong = Matrix<F.Element>(rows: n + 1, columns: 1, repeating: 1)
    #expect(
      throws: LinAlgError.dimensionMismatch(
        "rows of the right-hand side", expected: n, found: n + 1), comment
    ) { try factorization.solveInPlace(&wrong) }
    #expect(wrong.rows == n + 1, comment)
    var spoiled = [F.Element](repeating: 1, count: n)
    spoiled[n - 1] = .nan
    #expect(throws: LinAlgError.nonFinite(row: n - 1, column: 0), comment) {
      try factorization.solveInPlace(&spoiled)
    }
    #expect(spoiled.count == n, comment)
  }

  private func checkAll<Element: Scalar>(_: Element.Type, size n: Int) throws {
    // A heavy diagonal keeps the condition number near 1, so that the bounds hold for the inverse too.
    let general = Matrix<Element>.random(n, n, seed: 1) + Element(n) * .identity(n)
    let definite = Matrix<Element>.positiveDefinite(n, seed: 2)
    let comment = Comment("\(Element.self), order \(n)")
    try check(LU(general), of: general, "LU \(comment)")
    let b = Matrix<Element>.random(n, 2, seed: 8)
    #expect(Bounds.residual(general, try general.solve(b), b) <= 1, "one-shot \(comment)")
    let x = try general.solve(b[column: 0])
    #expect(
      Bounds.residual(general, Matrix(column: x), Matrix(column: b[column: 0])) <= 1,
      "one-shot \(comment)")
    #expect(Bounds.difference(try general.inverse(), try LU(general).inverse()) <= 1, comment)
    try check(QR(general), of: general, "QR \(comment)")
    try check(PivotedQR(general), of: general, "PivotedQR \(comment)")
    try check(SVD(general), of: general, "SVD \(comment)")
    for triangle in [Triangle.lower, .upper] {
      // The other triangle must not be read.
      let half = Matrix<Element>(rows: n, columns: n) { i, j in
        i == j || (i < j) == (triangle == .upper) ? definite[i, j] : .nan
      }
      let cholesky = try Cholesky(half, triangle: triangle)
      try check(cholesky, of: definite, "Cholesky \(triangle) \(comment)")
      let l = cholesky.lower
      #expect(Bounds.difference(multiply(l, l, transposeB: true), definite) <= 1, comment)
    }
    try check(SymmetricEigen(definite), of: definite, "SymmetricEigen \(comment)")
    let symmetric = general + general.transposed()
    try check(SymmetricEigen(symmetric), of: symmetric, "SymmetricEigen, indefinite \(comment)")

    for (lower, upper) in [(0, 0), (1, 0), (0, 2), (1, 1), (3, 2)]
    where max(lower, upper) < max(n, 2) {
      let band = BandMatrix<Element>.dominant(n, lower: lower, upper: upper, seed: 3)
      try check(BandLU(band), of: Matrix(band), "BandLU (\(lower), \(upper)) \(comment)")
    }
    for bandwidth in [0, 1, 3] {
      let band = BandMatrix<Element>.positiveDefinite(n, bandwidth: bandwidth, seed: 4)
      try check(BandCholesky(band), of: Matrix(band), "BandCholesky \(bandwidth) \(comment)")
    }
    let band = BandMatrix<Element>.dominant(n, lower: 1, upper: 1, seed: 5)
    let tridiagonal = try Tridiagonal(
      lower: band[diagonal: -1], diagonal: band[diagonal: 0], upper: band[diagonal: 1])
    try check(tridiagonal, of: Matrix(band), "Tridiagonal \(comment)")
  }

  @Test(arguments: sizes) func double(size: Int) throws { try checkAll(Double.self, size: size) }
  @Test(arguments: sizes) func float(size: Int) throws { try checkAll(Float.self, size: size) }

  /// Row exchanges: a permuted heavy diagonal forces every pivot off the diagonal.
  @Test(arguments: sizes) func pivoting(size n: Int) throws {
    let heavy = Matrix<Double>.random(n, n, seed: 6) + Double(n) * .identity(n)
    let a = heavy.selectingRows(Array((0..<n).reversed()))
    let lu = try LU(a)
    #expect(Bounds.difference(lu.lower * lu.upper, a.selectingRows(lu.rowOrder)) <= 1)
    try check(lu, of: a, "LU, permuted")
    try check(PivotedQR(a), of: a, "PivotedQR, permuted")
  }

  /// Reconstruction and orthogonality of every factorization.
  private func checkFactors<Element: Scalar>(_ a: Matrix<Element>, _ comment: Comment) throws {
    let qr = try QR(a)
    let q = try qr.q()
    #expect(Bounds.difference(q * qr.r, a) <= 1, comment)
    #expect(Bounds.orthogonality(q) <= 1, comment)
    let pivoted = try PivotedQR(a)
    let permuted = a.transposed().selectingRows(pivoted.columnOrder).transposed()
    #expect(Bounds.difference(try pivoted.q() * pivoted.r, permuted) <= 1, comment)
    #expect(Bounds.orthogonality(try pivoted.q()) <= 1, comment)
    let svd = try SVD(a)
    #expect(
      Bounds.difference(svd.u * Matrix(diagonal: svd.singularValues) * svd.vTransposed, a) <= 1,
      comment)
    #expect(Bounds.orthogonality(svd.u) <= 1, comment)
    #expect(Bounds.orthogonality(svd.vTransposed.transposed()) <= 1, comment)
    let values = try SVD.singularValues(of: a)
    #expect(
      Bounds.difference(Matrix(column: values), Matrix(column: svd.singularValues)) <= 1, comment)
    if a.isSquare {
      let symmetric = a + a.transposed()
      let eigen = try SymmetricEigen(symmetric)
      let v = eigen.vectors
      #expect(
        Bounds.difference(
          multiply(v * Matrix(diagonal: eigen.values), v, transposeB: true), symmetric) <= 1,
        comment)
      #expect(Bounds.orthogonality(v) <= 1, comment)
      #expect(eigen.values == eigen.values.sorted(), comment)
      let alone = try SymmetricEigen.values(of: symmetric)
      #expect(
        Bounds.difference(
          Matrix(diagonal: alone), Matrix(diagonal: eigen.values)) <= 1, comment)
      try checkEigen(a, comment)
    }
  }

  /// A (v + iw) = (λ + iμ)(v + iw), and unit vectors.
  private func checkEigen<Element: Scalar>(_ a: Matrix<Element>, _ comment: Comment) throws {
    let eigen = try Eigen(a)
    let (v, w) = (eigen.realVectors, eigen.imaginaryVectors)
    let (re, im) = (Matrix(diagonal: eigen.realParts), Matrix(diagonal: eigen.imaginaryParts))
    let scale = Double(a.normFrobenius) * Double(v.normFrobenius + w.normFrobenius)
    let allowed = Double(Bounds.roundoff(a.rows, Element(1))) * scale
    #expect(Double((a * v - (v * re - w * im)).normFrobenius) <= allowed, comment)
    #expect(Double((a * w - (w * re + v * im)).normFrobenius) <= allowed, comment)
    for j in 0..<a.columns {
      let length = norm(v[column: j] + w[column: j])
      #expect((length - 1).magnitude <= Bounds.roundoff(a.rows, Element(1)), comment)
    }
    let alone = try Eigen.values(of: a)
    #expect(alone.realParts.count == a.rows && alone.imaginaryParts.count == a.rows, comment)
    let trace = a.diagonal.reduce(0, +)
    #expect(
      (eigen.realParts.reduce(0, +) - trace).magnitude
        <= Bounds.roundoff(a.rows * a.rows, a.normFrobenius), comment)
  }

  private func checkHardFactors<Element: Scalar>(_: Element.Type) throws {
    for n in Self.sizes {
      try checkFactors(Matrix<Element>.random(n, n, seed: 11), "random \(n)")
      try checkFactors(Matrix<Element>.random(n + 5, n, seed: 12), "tall \(n)")
      try checkFactors(Matrix<Element>.random(n, n + 5, seed: 13), "wide \(n)")
    }
    for n in 4...12 { try checkFactors(Matrix<Element>.hilbert(n), "Hilbert \(n)") }
    try checkFactors(Matrix<Element>.kahan(30), "Kahan")
    try checkFactors(Matrix<Element>.graded(20, seed: 14), "graded")
    try checkFactors(Matrix<Element>.vandermonde(12), "Vandermonde")
    try checkFactors(Matrix<Element>.random(30, 20, rank: 7, seed: 15), "rank 7")
  }

  @Test func factorsOfHardMatricesDouble() throws { try checkHardFactors(Double.self) }
  @Test func factorsOfHardMatricesFloat() throws { try checkHardFactors(Float.self) }

  /// Ill-conditioned systems: the residual stays small whatever the condition number.
  private func checkHardSolves<Element: Scalar>(_: Element.Type, hilbertUpTo limit: Int) throws {
    var cases: [(String, Matrix<Element>)] = (4...limit).map { ("Hilbert \($0)", .hilbert($0)) }
    cases += [
      ("Kahan", .kahan(30)), ("graded", .graded(10, seed: 21)), ("Vandermonde", .vandermonde(8)),
    ]
    for (name, a) in cases {
      let b = Matrix<Element>.random(a.rows, 2, seed: 22)
      #expect(Bounds.residual(a, try LU(a).solve(b), b) <= 1, "LU \(name)")
      #expect(Bounds.residual(a, try QR(a).solve(b), b) <= 1, "QR \(name)")
      let transposed = try LU(a).solve(b, transposed: true)
      #expect(Bounds.residual(a, transposed, b, transposed: true) <= 1, "LU \(name), transposed")
      if name.hasPrefix("Hilbert") {
        #expect(Bounds.residual(a, try Cholesky(a).solve(b), b) <= 1, "Cholesky \(name)")
        let l = try Cholesky(a).lower
        #expect(Bounds.difference(multiply(l, l, transposeB: true), a) <= 1, "Cholesky \(name)")
      }
    }
  }

  @Test func solvesOfHardMatricesDouble() throws {
    try checkHardSolves(Double.self, hilbertUpTo: 12)
  }
  // The Hilbert matrix of order 8 is not positive definite once it is rounded to Float.
  @Test func solvesOfHardMatricesFloat() throws { try checkHardSolves(Float.self, hilbertUpTo: 6) }

  /// Sums of absolute values that overflow say nothing about the elements, which are finite.
  @Test(arguments: [2, 4, 8, 20]) func sumsThatOverflow(order n: Int) throws {
    let huge = Matrix<Double>(rows: n, columns: n) { $0 == $1 ? 1.5e308 : 1e308 / Double(n) }
    let x = try Cholesky(huge).solve((0..<n).map { huge[$0, 0] })
    // ‖A‖·‖A⁻¹‖ ≤ 2.5 / 0.5.
    #expect((0..<n).allSatisfy { (x[$0] - ($0 == 0 ? 1 : 0)).magnitude <= Bounds.roundoff(n, 5) })
  }

  /// The orders around those where kernels change, and what is left of panels, groups of columns and blocks.
  @Test(arguments: Array(9...20) + [255, 256, 257, 320, 383]) func mediumOrders(n: Int) throws {
    func check<Element: Scalar>(_: Element.Type) throws {
      let a = Matrix<Element>.random(n, n, seed: UInt64(n))
      let b = Matrix<Element>.random(n, 1, seed: 2)
      #expect(Bounds.residual(a, try LU(a).solve(b), b) <= 1)
      let gram = a.gram() + .identity(n)
      #expect(Bounds.residual(gram, try Cholesky(gram).solve(b), b) <= 1)
      // The upper triangle is not looked at.
      let lower = Matrix<Element>(rows: n, columns: n) { $0 >= $1 ? gram[$0, $1] : .nan }
      #expect(Bounds.difference(try Cholesky(lower).lower, try Cholesky(gram).lower) <= 1)
    }
    try check(Double.self)
    try check(Float.self)
    var singular = Matrix<Double>.random(n, n, seed: 3)
    for i in 0..<n { singular[i, n - 2] = 0 }
    #expect(throws: LinAlgError.singular(pivot: n - 2)) { try LU(singular) }
    for i in 0..<n { singular[i, n / 3] = 0 }
    #expect(throws: LinAlgError.singular(pivot: n / 3)) { try LU(singular) }
    var indefinite = Matrix<Double>.identity(n)
    indefinite[n - 1, n - 1] = -1
    #expect(throws: LinAlgError.notPositiveDefinite(order: n)) { try Cholesky(indefinite) }
    indefinite[n / 2, n / 2] = 0
    #expect(throws: LinAlgError.notPositiveDefinite(order: n / 2 + 1)) { try Cholesky(indefinite) }
  }

  /// The norm of a symmetric matrix comes from one triangle: each element counts in its row and in its column.
  ///
  /// With 1 at (i, i), 2 at (j, j) and −½ between them both the norm, 2.5 of column j, and that of the inverse, 2.5/1.75, are
  /// exact.
  @Test func normsOfOneTriangle() throws {
    func check<Element: Scalar>(_: Element.Type) throws {
      for n in [2, 3, 4, 9, 12, 37] {
        for triangle in [Triangle.lower, .upper] {
          for (i, j) in (0..<n).flatMap({ i in (0..<n).map { (i, $0) } }) where i != j {
            var a = Matrix<Element>.identity(n)
            for column in 0..<n {
              for row in triangle == .lower ? 0..<column : column + 1..<n { a[row, column] = .nan }
            }
            a[j, j] = 2
            let (first, last) = (min(i, j), max(i, j))
            if triangle == .lower { a[last, first] = -0.5 } else { a[first, last] = -0.5 }
            let found = try Cholesky(a, triangle: triangle).reciprocalCondition
            #expect(
              (found - 0.28).magnitude <= 8 * .ulpOfOne, "order \(n), (\(i), \(j)), \(triangle)")
          }
        }
      }
    }
    try check(Double.self)
    try check(Float.self)
  }
}
