import Foundation
import LinAlg
import Models
import Tables
import TestSupport
import Testing

@Suite struct LinearRegressionTests {
  /// NIST's certified values for Longley (StRD, "Longley", 15 digits).
  @Test func longleyToTenDigits() throws {
    let data = Datasets.longley
    let fit = try LinearRegression().fit(data.x, data.y)
    let coefficients = [
      15.0618722713733, -0.358191792925910E-01, -2.02022980381683, -1.03322686717359,
      -0.511041056535807E-01, 1829.15146461355,
    ]
    let errors = [
      84.9149257747669, 0.334910077722432E-01, 0.488399681651699, 0.214274163161675,
      0.226073200069370, 455.478499142212,
    ]
    for j in 0..<6 {
      #expect(Bounds.digits(fit.coefficients[j], coefficients[j]) >= 10)
      #expect(Bounds.digits(fit.standardErrors[j], errors[j]) >= 10)
    }
    #expect(Bounds.digits(fit.intercept, -3482258.63459582) >= 10)
    #expect(Bounds.digits(fit.interceptStandardError, 890420.383607373) >= 10)
    #expect(Bounds.digits(fit.residualStandardDeviation, 304.854073561965) >= 10)
    #expect(Bounds.digits(fit.rSquared, 0.995479004577296) >= 12)
    #expect(fit.degreesOfFreedom == 9 && fit.rows == 16)
    let residuals = try fit.residuals(data.x, data.y)
    #expect(Bounds.digits(dot(residuals, residuals), 836424.055505915) >= 8)
  }

  /// Five rows in small integers, solved exactly in rational arithmetic by `Reference/five_rows.py`.
  @Test func fiveRowsEqualTheClosedForm() throws {
    let x: Matrix<Double> = [[1, 2], [2, 1], [3, 5], [4, 3], [5, 8]]
    let y: [Double] = [14, 15, 29, 26, 45]
    let fit = try LinearRegression().fit(x, y)
    let reference = FiveRows.self
    #expect(Bounds.digits(fit.intercept, reference.intercept) >= 13)
    for j in 0..<2 {
      #expect(Bounds.digits(fit.coefficients[j], reference.coefficients[j]) >= 13)
      #expect(Bounds.digits(fit.standardErrors[j], reference.standardErrors[j]) >= 12)
    }
    #expect(Bounds.digits(fit.interceptStandardError, reference.interceptStandardError) >= 12)
    #expect(Bounds.digits(fit.rSquared, reference.rSquared) >= 13)
    #expect(fit.degreesOfFreedom == 2)

    // The same through (XᵀX)⁻¹Xᵀy with a column of ones.
    let design = Matrix(rows: 5, columns: 1, repeating: 1.0).appendingColumns(x)
    let closed = try Cholesky(design.gram()).solve(multiply(design, y, transposeA: true))
    #expect(Bounds.digits(fit.intercept, closed[0]) >= 11)
    #expect(Bounds.digits(fit.coefficients[0], closed[1]) >= 11)
    #expect(Bounds.digits(fit.coefficients[1], closed[2]) >= 11)
  }

  /// Blocks of rows must not show: many rows in one fit against normal equations in one piece.
  @Test(arguments: [4, 5, 2000, 13107, 13108, 40000]) func rowBlocks(rows: Int) throws {
    let p = 3
    let x = Matrix<Double>.random(rows, p, seed: 1)
    let noise = Matrix<Double>.random(rows, 1, seed: 2).elements
    let truth = [1.5, -2, 0.25]
    let y = zip(x * truth, noise).map { 3 + $0 + $1 }
    let fit = try LinearRegression().fit(x, y)
    let design = Matrix(rows: rows, columns: 1, repeating: 1.0).appendingColumns(x)
    let solution = try leastSquares(design, y)
    let condition = try 1 / QR(design).reciprocalCondition
    let allowed = Bounds.roundoff(p + 1, condition * norm(solution.coefficients)) * 10
    #expect((fit.intercept - solution.coefficients[0]).magnitude <= allowed)
    for j in 0..<p {
      #expect((fit.coefficients[j] - solution.coefficients[j + 1]).magnitude <= allowed)
    }
    let rss = solution.residualNorms[0] * solution.residualNorms[0]
    if rows > p + 1 { #expect(Bounds.digits(fit.residualSumOfSquares, rss) >= 11) }
  }

  /// Enough columns and rows for the residuals of refinement to be computed column by column.
  @Test(arguments: [700, 5000]) func manyColumns(rows: Int) throws {
    let p = 261
    let x = Matrix<Double>.random(rows, p, seed: 5)
    let y = Matrix<Double>.random(rows, 1, seed: 6).elements
    let fit = try LinearRegression(solver: .cholesky).fit(x, y)
    let other = try LinearRegression(solver: .qr).fit(x, y)
    let allowed = Bounds.roundoff(p, fit.conditionNumber * norm(other.coefficients))
    for j in 0..<p {
      #expect((fit.coefficients[j] - other.coefficients[j]).magnitude <= allowed)
    }
    #expect(Bounds.digits(fit.residualSumOfSquares, other.residualSumOfSquares) >= 12)
  }

  @Test func throughTheOrigin() throws {
    let fit = try LinearRegression(fitsIntercept: false).fit([[1], [2], [3]], [2, 4, 7])
    #expect(Bounds.digits(fit.coefficients[0], 31.0 / 14) >= 15)
    #expect(fit.intercept == 0 && fit.interceptStandardError == 0)
    #expect(fit.degreesOfFreedom == 2)
    #expect(Bounds.digits(fit.totalSumOfSquares, 69) >= 15)
  }

  @Test func interceptEqualsAColumnOfOnes() throws {
    let data = Datasets.longley
    let ones = Matrix(rows: 16, columns: 1, repeating: 1.0)
    let a = try LinearRegression().fit(data.x, data.y)
    let b = try LinearRegression(fitsIntercept: false).fit(ones.appendingColumns(data.x), data.y)
    #expect(Bounds.digits(a.intercept, b.coefficients[0]) >= 6)
    #expect(Bounds.digits(a.interceptStandardError, b.standardErrors[0]) >= 6)
    for j in 0..<6 { #expect(Bounds.digits(a.coefficients[j], b.coefficients[j + 1]) >= 6) }
    #expect(a.degreesOfFreedom == b.degreesOfFreedom)
  }

  @Test func orderOfRowsIsIrrelevantAndScalesAreToo() throws {
    let data = Datasets.longley
    let order = Array((0..<16).reversed())
    let a = try LinearRegression().fit(data.x, data.y)
    let b = try LinearRegression().fit(data.x.selectingRows(order), order.map { data.y[$0] })
    var stretched = data.x
    for i in 0..<16 {
      stretched[i, 0] *= 1e150
      stretched[i, 1] *= 1e-150
    }
    let c = try LinearRegression().fit(stretched, data.y)
    for j in 0..<6 {
      let factor = j == 0 ? 1e150 : j == 1 ? 1e-150 : 1
      #expect(Bounds.digits(b.coefficients[j], a.coefficients[j]) >= 9)
      #expect(Bounds.digits(c.coefficients[j] * factor, a.coefficients[j]) >= 9)
      #expect(Bounds.digits(c.standardErrors[j] * factor, a.standardErrors[j]) >= 9)
    }
  }

  /// The sum of a predictor overflows though no element does.
  @Test func sumsThatOverflow() throws {
    let x = Matrix<Double>(rows: 5, columns: 1) { i, _ in 1e308 + Double(i) * 1e306 }
    let fit = try LinearRegression().fit(x, [1, 2, 3, 4, 5])
    #expect(Bounds.digits(fit.coefficients[0] * 1e306, 1) >= 12)
  }

  @Test func interceptAlone() throws {
    let fit = try LinearRegression().fit(Matrix(rows: 4, columns: 0), [1, 2, 3, 6])
    #expect(fit.intercept == 3 && fit.coefficients == [])
    #expect(Bounds.digits(fit.residualSumOfSquares, 14) >= 15 && fit.degreesOfFreedom == 3)
    #expect(Bounds.digits(fit.interceptStandardError, (14.0 / 12).squareRoot()) >= 15)
    #expect(try fit.predict(Matrix(rows: 2, columns: 0)) == [3, 3])
  }

  @Test func asManyRowsAsCoefficientsHasNoSpread() throws {
    let fit = try LinearRegression().fit([[1], [2]], [3, 5])
    #expect(Bounds.digits(fit.coefficients[0], 2) >= 15)
    #expect(fit.degreesOfFreedom == 0 && fit.residualStandardDeviation.isNaN)
    #expect(fit.standardErrors[0].isNaN && fit.interceptStandardError.isNaN)
  }

  @Test func badInputIsNamed() {
    let model = LinearRegression()
    #expect(throws: ModelError.noData) { try model.fit(Matrix(rows: 0, columns: 2), []) }
    #expect(throws: ModelError.noData) {
      try LinearRegression(fitsIntercept: false).fit(Matrix(rows: 2, columns: 0), [1, 2])
    }
    #expect(throws: ModelError.dimensionMismatch("response", expected: 2, found: 1)) {
      try model.fit([[1], [2]], [1])
    }
    #expect(throws: ModelError.nonFinite(row: 1, column: 0)) {
      try model.fit([[1], [.nan], [3]], [1, 2, 3])
    }
    #expect(throws: ModelError.nonFiniteResponse(row: 2)) {
      try model.fit([[1], [2], [3]], [1, 2, .infinity])
    }
    #expect(throws: ModelError.tooFewRows(rows: 2, coefficients: 3)) {
      try model.fit([[1, 2], [2, 3]], [1, 2])
    }
    #expect(throws: ModelError.collinear(columns: [1])) {
      try model.fit([[1, 7], [2, 7], [4, 7]], [1, 2, 3])
    }
    // A constant whose mean is not exact: what is left after centring is roundoff.
    let tenths = Matrix<Double>(rows: 1000, columns: 2) { i, j in j == 0 ? 0.1 : Double(i % 7) }
    #expect(throws: ModelError.collinear(columns: [0])) {
      try model.fit(tenths, tenths[column: 1])
    }
    #expect(
      throws: ModelError.dimensionMismatch("columns of the predictors", expected: 1, found: 2)
    ) {
      try model.fit([[1], [2], [4]], [1, 2, 4]).predict([[1, 2]])
    }
    #expect(throws: ModelError.dimensionMismatch("response", expected: 1, found: 2)) {
      try model.fit([[1], [2], [4]], [1, 2, 4]).residuals([[1]], [1, 2])
    }
    let errors: [ModelError] = [
      .noData, .dimensionMismatch("x", expected: 1, found: 2), .nonFinite(row: 1, column: 2),
      .nonFiniteResponse(row: 1), .tooFewRows(rows: 1, coefficients: 2), .collinear(columns: [1]),
      .linearAlgebra(.singular(pivot: 1)),
    ]
    #expect(Set(errors.map(\.description)).count == errors.count)
  }

  /// Roundoff does not hide the dependence where the rows are many.
  @Test(arguments: [30, 1000, 100_000, 300_000]) func oneOfThreeDependentColumnsIsNamed(rows: Int) {
    let base = Matrix<Double>.random(rows, 3, seed: 5)
    let sum = Matrix(column: base * [1, 1, 1])
    do {
      _ = try LinearRegression().fit(base.appendingColumns(sum), sum.elements)
      Issue.record("collinear columns were fitted")
    } catch {
      guard case .collinear(let columns) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(columns.count == 1)
    }
  }

  /// Two units of one quantity, of which only roundoff is independent.
  @Test func celsiusAndFahrenheitAreCollinear() {
    for rows in [30, 30_000] {
      let celsius = Matrix<Double>.random(rows, 1, seed: 2).elements.map { 20 + 10 * $0 }
      let x = Matrix(column: celsius).appendingColumns(
        Matrix(column: celsius.map { 1.8 * $0 + 32 }))
      #expect(throws: ModelError.self) { try LinearRegression().fit(x, celsius) }
    }
  }

  /// Differences and norms of finite data may overflow, the fit does not.
  @Test func theLargestNumbers() throws {
    let fit = try LinearRegression().fit([[1.7e308], [-1.7e308], [-1.7e308]], [2, 1, 1])
    #expect((fit.coefficients[0] * 1.7e308 - 0.5).magnitude <= 1e-15)
    #expect((fit.intercept - 1.5).magnitude <= 1e-15 && fit.rSquared == 1)
    let through = try LinearRegression(fitsIntercept: false).fit([[1.5e308], [1.5e308]], [3, 3])
    #expect((through.coefficients[0] * 1e308 - 2).magnitude <= 1e-15)
    let response = try LinearRegression().fit([[0], [1], [2]], [-1.5e308, 0, 1.5e308])
    #expect((response.coefficients[0] / 1.5e308 - 1).magnitude <= 1e-15)
    #expect(throws: ModelError.nonFinite(row: 1, column: 0)) {
      try LinearRegression().fit([[1.7e308], [.infinity], [-1.7e308]], [2, 1, 1])
    }
    #expect(throws: ModelError.nonFiniteResponse(row: 2)) {
      try LinearRegression().fit([[1.7e308], [1], [-1.7e308]], [2, 1, .nan])
    }
  }

  @Test func aConstantResponseHasNoRSquared() throws {
    let fit = try LinearRegression().fit(
      Matrix(column: (0..<10).map { Double($0) }), Array(repeating: 0.1, count: 10))
    #expect(fit.rSquared.isNaN && fit.coefficients[0] == 0 && fit.intercept == 0.1)
  }

  /// Also a fit without degrees of freedom, whose standard errors are NaN.
  @Test func aFitIsCodable() throws {
    for x in [[[1], [2]], [[1], [2], [4]]] as [Matrix<Double>] {
      let fit = try LinearRegression().fit(x, Array([3.0, 5, 8][..<x.rows]))
      let data = try JSONEncoder().encode(fit)
      #expect(try JSONDecoder().decode(LinearRegression.Fitted.self, from: data) == fit)
      #expect(fit.standardErrors[0].isNaN == (x.rows == 2))
    }
  }
}
