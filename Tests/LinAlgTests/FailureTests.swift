import LinAlg
import TestSupport
import Testing

/// What users get wrong, and what data do: each has one clear error.
@Suite struct FailureTests {
  typealias M = Matrix<Double>

  @Test func singularMatricesNameThePivot() {
    let small: M = [[1, 2], [2, 4]]
    #expect(throws: LinAlgError.singular(pivot: 1)) { try LU(small) }
    #expect(throws: LinAlgError.singular(pivot: 1)) { try small.solve([1, 2]) }
    #expect(throws: LinAlgError.singular(pivot: 1)) { try small.inverse() }
    var large = M.identity(20)
    large[13, 13] = 0
    #expect(throws: LinAlgError.singular(pivot: 13)) { try LU(large) }
    #expect(throws: LinAlgError.singular(pivot: 13)) { try QR(large).solve(M.identity(20)) }
    var band = BandMatrix<Double>(order: 3, lowerBandwidth: 1, upperBandwidth: 0)
    band[diagonal: 0] = [1, 0, 1]
    let singularBand = band
    #expect(throws: LinAlgError.singular(pivot: 1)) { try BandLU(singularBand) }
    #expect(throws: LinAlgError.singular(pivot: 1)) { try singularBand.solve([1, 1, 1]) }
    #expect(throws: LinAlgError.singular(pivot: 1)) {
      try Tridiagonal(lower: [0], diagonal: [1, 0], upper: [0])
    }
    #expect(throws: LinAlgError.singular(pivot: 1)) {
      try Tridiagonal.solve(lower: [0], diagonal: [1, 0], upper: [0], [1, 1])
    }
    #expect(throws: LinAlgError.singular(pivot: 0)) {
      try SymmetricEigen(M(rows: 2, columns: 2)).solve([1, 1])
    }
    #expect(throws: LinAlgError.singular(pivot: 2)) {
      try M(diagonal: [1, 1, 0]).solveTriangular([1, 1, 1], .upper)
    }
    #expect(throws: LinAlgError.singular(pivot: 2)) {
      try M(diagonal: [1, 1, 0]).triangularInverse(.lower)
    }
    #expect(throws: LinAlgError.rankDeficient(rank: 1, columns: 2)) { try SVD(small).inverse() }
    #expect(throws: LinAlgError.rankDeficient(rank: 1, columns: 2)) {
      try PivotedQR(small).inverse()
    }
  }

  @Test func aSingularMatrixHasDeterminantZero() throws {
    #expect(try M([[1, 2], [2, 4]]).determinant() == 0)
    #expect(try M([[0, 0], [0, 0]]).determinant() == 0)
    #expect(try SVD(M(rows: 3, columns: 3)).logDeterminant == (0, -.infinity))
  }

  @Test func indefiniteMatricesNameTheOrder() {
    let small: M = [[1, 2, 0], [2, 1, 0], [0, 0, 1]]
    #expect(throws: LinAlgError.notPositiveDefinite(order: 2)) { try Cholesky(small) }
    var large = M.identity(20)
    large[13, 13] = -1
    #expect(throws: LinAlgError.notPositiveDefinite(order: 14)) { try Cholesky(large) }
    var band = BandMatrix<Double>(order: 3, lowerBandwidth: 0, upperBandwidth: 0)
    band[diagonal: 0] = [1, 1, -1]
    let indefinite = band
    #expect(throws: LinAlgError.notPositiveDefinite(order: 3)) { try BandCholesky(indefinite) }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity], [3, 40])
  func nonFiniteElementsAreNamed(_ value: Double, order: Int) {
    var a = M.positiveDefinite(order, seed: 1)
    a[1, 2] = value
    let spoiled = a
    let expected = LinAlgError.nonFinite(row: 1, column: 2)
    #expect(throws: expected) { try LU(spoiled) }
    #expect(throws: expected) { try spoiled.solve([Double](repeating: 1, count: order)) }
    #expect(throws: LinAlgError.nonFinite(row: 2, column: 0)) {
      try M.identity(order).solve((0..<order).map { $0 == 2 ? value : 1 })
    }
    // Cholesky reads the lower triangle only.
    #expect(throws: LinAlgError.nonFinite(row: 2, column: 1)) {
      try Cholesky(spoiled.transposed())
    }
    #expect(throws: Never.self) { try Cholesky(spoiled) }
    #expect(throws: expected) { try Cholesky(spoiled, triangle: .upper) }
    // Nor does what lies above show in the position of what is wrong below.
    let junk: M = [[1, .nan, .nan], [0, 1, .nan], [0, .nan, 1]]
    #expect(throws: LinAlgError.nonFinite(row: 2, column: 1)) { try Cholesky(junk) }
    #expect(throws: expected) { try QR(spoiled) }
    #expect(throws: expected) { try PivotedQR(spoiled) }
    #expect(throws: expected) { try SVD(spoiled) }
    #expect(throws: expected) { try SVD.singularValues(of: spoiled) }
    #expect(throws: expected) { try SymmetricEigen(spoiled) }
    #expect(throws: expected) { try SymmetricEigen.values(of: spoiled) }
    #expect(throws: expected) { try Eigen(spoiled) }
    #expect(throws: expected) { try Eigen.values(of: spoiled) }
    #expect(throws: expected) { try leastSquares(spoiled, [Double](repeating: 1, count: order)) }
    #expect(throws: expected) { try spoiled.checkFinite() }

    var band = BandMatrix<Double>.dominant(order, lower: 1, upper: 1, seed: 2)
    band[1, 2] = value
    let spoiledBand = band
    #expect(throws: expected) { try BandLU(spoiledBand) }
    // It reads the lower band only.
    #expect(throws: Never.self) { try BandCholesky(spoiledBand) }
    band[2, 1] = value
    let spoiledBelow = band
    #expect(throws: LinAlgError.nonFinite(row: 2, column: 1)) { try BandCholesky(spoiledBelow) }
    #expect(throws: expected) { try spoiledBand.solve([Double](repeating: 1, count: order)) }
    #expect(throws: expected) {
      try Tridiagonal(
        lower: spoiledBand[diagonal: -1], diagonal: spoiledBand[diagonal: 0],
        upper: spoiledBand[diagonal: 1])
    }
  }

  @Test func elementsWhoseSumOverflowsAreStillFinite() throws {
    let huge = M(rows: 2, columns: 2) { i, j in i == j ? .greatestFiniteMagnitude : 1e308 }
    let lu = try LU(huge)
    #expect(try lu.reciprocalCondition == 0)
    let band = try BandMatrix(huge, lowerBandwidth: 1, upperBandwidth: 1)
    #expect(try BandLU(band).reciprocalCondition == 0)
  }

  @Test func shapesThatDoNotFitAreNamed() {
    let wide = M(rows: 2, columns: 3, repeating: 1)
    let notSquare = LinAlgError.notSquare(rows: 2, columns: 3)
    #expect(throws: notSquare) { try LU(wide) }
    #expect(throws: notSquare) { try wide.solve([1, 1]) }
    #expect(throws: notSquare) { try Cholesky(wide) }
    #expect(throws: notSquare) { try SymmetricEigen(wide) }
    #expect(throws: notSquare) { try SymmetricEigen.values(of: wide) }
    #expect(throws: notSquare) { try Eigen(wide) }
    #expect(throws: notSquare) { try Eigen.values(of: wide) }
    #expect(throws: notSquare) { try wide.determinant() }
    #expect(throws: notSquare) { try QR(wide).determinant }
    #expect(throws: notSquare) { try SVD(wide).inverse() }
    #expect(throws: notSquare) { try wide.solveTriangular([1, 1], .upper) }
    #expect(throws: notSquare) { try wide.triangularInverse(.upper) }
    let wideBand = BandMatrix<Double>(rows: 2, columns: 3, lowerBandwidth: 0, upperBandwidth: 0)
    #expect(throws: notSquare) { try BandLU(wideBand) }
    #expect(throws: notSquare) { try BandCholesky(wideBand) }
    #expect(throws: notSquare) { try wideBand.solve([1, 1]) }
    #expect(throws: LinAlgError.underdetermined(rows: 2, columns: 3)) {
      try QR(wide).solve([1, 1])
    }
    let three = LinAlgError.dimensionMismatch("rows of the right-hand side", expected: 3, found: 2)
    #expect(throws: three) { try M.identity(3).solve([1, 1]) }
    #expect(throws: three) { try M.identity(3).solveTriangular([1, 1], .lower) }
    #expect(throws: three) { try leastSquares(M.identity(3), [1, 1]) }
    #expect(
      throws: LinAlgError.dimensionMismatch(
        "rows of the matrix to multiply by Q", expected: 3, found: 2)
    ) {
      var c = M(rows: 2, columns: 2)
      try QR(M.identity(3)).multiplyByQ(&c)
    }
    #expect(throws: LinAlgError.dimensionMismatch("lower diagonal", expected: 1, found: 2)) {
      try Tridiagonal(lower: [1, 1], diagonal: [1, 1], upper: [1])
    }
    #expect(throws: LinAlgError.dimensionMismatch("upper diagonal", expected: 1, found: 0)) {
      try Tridiagonal(lower: [1], diagonal: [1, 1], upper: [])
    }
    #expect(throws: LinAlgError.dimensionMismatch("length of row 1", expected: 2, found: 1)) {
      try M([[1, 2], [3]])
    }
    #expect(
      throws: LinAlgError.dimensionMismatch("elements of a 2×2 matrix", expected: 4, found: 3)
    ) { try M(rows: 2, columns: 2, columnMajor: [1, 2, 3]) }
    #expect(
      throws: LinAlgError.dimensionMismatch("elements of a 2×2 matrix", expected: 4, found: 3)
    ) { try M(rows: 2, columns: 2, rowMajor: [1, 2, 3]) }
    #expect(
      throws: LinAlgError.dimensionMismatch(
        "upper bandwidth for element (0, 2)", expected: 2, found: 1)
    ) { try BandMatrix(M(rows: 3, columns: 3, repeating: 1), lowerBandwidth: 2, upperBandwidth: 1) }
  }

  @Test func sizesBeyondInt32AreRefused() {
    let long = 1 << 32
    let empty = M(rows: long, columns: 0)
    #expect(throws: LinAlgError.sizeOverflow(long)) { try QR(empty) }
    #expect(throws: LinAlgError.sizeOverflow(long)) { try PivotedQR(M(rows: 0, columns: long)) }
    #expect(throws: LinAlgError.tooManyElements(rows: .max, columns: 2)) {
      try M(rows: .max, columns: 2, columnMajor: [])
    }
  }

  @Test func emptyMatricesWork() throws {
    let none = M(rows: 0, columns: 0)
    #expect(try LU(none).determinant == 1)
    #expect(try LU(none).reciprocalCondition == 1)
    #expect(try LU(none).solve([]) == [])
    #expect(try LU(none).inverse() == none)
    #expect(try Cholesky(none).inverse() == none)
    #expect(try QR(none).solve([]) == [])
    #expect(try PivotedQR(none).rank() == 0)
    #expect(try SVD(none).reciprocalCondition == 1)
    #expect(try SVD.singularValues(of: none) == [])
    #expect(try SymmetricEigen(none).reciprocalCondition == 1)
    #expect(try SymmetricEigen.values(of: none) == [])
    #expect(try Eigen(none).realParts == [])
    #expect(try Eigen.values(of: none).realParts == [])
    let band = BandMatrix<Double>(order: 0, lowerBandwidth: 1, upperBandwidth: 1)
    #expect(try BandLU(band).solve([]) == [])
    #expect(try BandCholesky(band).solve([]) == [])
    #expect(try band.solve([]) == [])
    #expect(try Tridiagonal<Double>(lower: [], diagonal: [], upper: []).solve([]) == [])
    #expect(try Tridiagonal.solve(lower: [], diagonal: [], upper: [], [Double]()) == [])

    let tall = M(rows: 3, columns: 0)
    #expect(try SVD(tall).solve([1, 2, 3]) == [])
    #expect(try QR(tall).solve([1, 2, 3]) == [])
    #expect(try leastSquares(tall, [3, 0, 4]).residualNorms == [5])
    #expect(try SVD(M(rows: 0, columns: 3)).solve([]) == [0, 0, 0])
    #expect(try leastSquares(M(rows: 0, columns: 3), []).coefficients == [0, 0, 0])
    #expect(M(rows: 0, columns: 3) * [1, 2, 3] == [])
    #expect(tall * [] == [0, 0, 0])
    #expect(tall * M(rows: 0, columns: 2) == M(rows: 3, columns: 2))
    #expect(try LU(M.identity(3)).solve(M(rows: 3, columns: 0)) == M(rows: 3, columns: 0))
    #expect(try LU(M.identity(30)).solve(M(rows: 30, columns: 0)) == M(rows: 30, columns: 0))
  }

  @Test func everyErrorReadsAsASentence() {
    let errors: [LinAlgError] = [
      .dimensionMismatch("rows", expected: 1, found: 2), .notSquare(rows: 1, columns: 2),
      .nonFinite(row: 1, column: 2), .singular(pivot: 1), .notPositiveDefinite(order: 1),
      .rankDeficient(rank: 1, columns: 2), .underdetermined(rows: 1, columns: 2),
      .notConverged(routine: "gesdd", count: 1), .sizeOverflow(1 << 32),
      .tooManyElements(rows: 1, columns: 2),
    ]
    for error in errors {
      #expect(error.description.contains("1") || error == .sizeOverflow(1 << 32))
    }
    #expect(LinAlgError.sizeOverflow(1 << 32).description.contains("4294967296"))
    #expect(
      LinAlgError.nonFinite(row: 3, column: 4).description
        == "the element at row 3, column 4 is NaN or infinite")
  }
}

/// Callers' bugs stop the program with both shapes in the message.
@Suite struct TrapTests {
  typealias M = Matrix<Double>

  @Test func productsOfWrongShapes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = M(rows: 2, columns: 3) * M(rows: 4, columns: 5)
    }
    expectMessage(result, "product of 2×3 and 4×5")
  }

  @Test func vectorOfWrongLength() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = M(rows: 2, columns: 3) * [1, 2]
    }
    expectMessage(result, "product of 2×3 and 2 elements")
  }

  @Test func sumOfWrongShapes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = M(rows: 2, columns: 3) + M(rows: 3, columns: 2)
    }
    expectMessage(result, "shapes 2×3 and 3×2 differ")
  }

  @Test func positionOutside() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = M(rows: 2, columns: 3)[2, 0]
    }
    expectMessage(result, "position (2, 0) outside a 2×3 matrix")
  }

  @Test func negativeColumn() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = M(rows: 2, columns: 3)[1, -1]
    }
    expectMessage(result, "position (1, -1) outside a 2×3 matrix")
  }

  @Test func bandWriteOutside() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var band = BandMatrix<Double>(order: 4, lowerBandwidth: 1, upperBandwidth: 0)
      band[0, 1] = 1
    }
    expectMessage(result, "element (0, 1) outside the band (1, 0)")
  }

  @Test func raggedLiteral() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = [[1, 2], [3]] as M
    }
    expectMessage(result, "length of row 1: expected 2, found 1")
  }

  @Test func negativeRowsOfABand() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = BandMatrix<Double>(rows: -3, columns: 2, lowerBandwidth: 0, upperBandwidth: 0)
    }
    expectMessage(result, "-3×2")
  }

  @Test func sizeBeyondInt32() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = M(rows: 0, columns: 1 << 32) * M(rows: 1 << 32, columns: 0)
    }
    expectMessage(result, "32-bit limit")
  }

  private func expectMessage(_ result: ExitTest.Result?, _ message: String) {
    let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    // Release builds drop the message of a precondition.
    #if DEBUG
      #expect(output.contains(message), "\(output)")
    #endif
  }
}
