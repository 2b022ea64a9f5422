import LinAlg
import Models
import TestSupport
import Testing

/// Every number of a fit against 80-digit arithmetic on R's and scikit-learn's packaged data.
@Suite struct LinearRegressionClassicsTests {
  static let plain = Classic.all("linear").filter { $0.weights == nil && $0.l2Penalty == 0 }
  static let weighted = Classic.all("linear").filter { $0.weights != nil }
  static let ridge = Classic.all("linear").filter { ($0.l2Penalty ?? 0) > 0 }

  static let solvers: [LinearRegression.Solver] = [.automatic, .qr, .cholesky, .svd]

  @Test func thereAreEnough() {
    #expect(Self.plain.count >= 7 && Self.weighted.count >= 2 && Self.ridge.count >= 2)
  }

  @Test(arguments: solvers, plain)
  func coefficientsByEverySolver(_ solver: LinearRegression.Solver, _ set: Classic) throws {
    let fit = try LinearRegression(solver: solver).fit(set.design, set.y)
    #expect(Classic.digits(fit.coefficients, set.coefficients) >= 9)
    #expect(Classic.digits([fit.intercept], try #require(set.interceptValue)) >= 9)
    #expect(Classic.digits(fit.standardErrors, try #require(set.standardErrors)) >= 9)
    #expect(
      Classic.digits([fit.residualSumOfSquares], try #require(set.residualSumOfSquares)) >= 11)
  }

  @Test(arguments: plain) func extendedAccuracy(_ set: Classic) throws {
    let fit = try LinearRegression(accuracy: .extended).fit(set.design, set.y)
    #expect(Classic.digits(fit.coefficients, set.coefficients) >= 15)
    #expect(Classic.digits([fit.intercept], try #require(set.interceptValue)) >= 14)
    #expect(Classic.digits(fit.standardErrors, try #require(set.standardErrors)) >= 14)
    #expect(
      Classic.digits([fit.residualSumOfSquares], try #require(set.residualSumOfSquares)) >= 14)
  }

  @Test(arguments: plain) func inference(_ set: Classic) throws {
    let fit = try LinearRegression().fit(set.design, set.y)
    #expect(
      Classic.digits(
        [fit.interceptStandardError], try #require(set.interceptStandardError)) >= 9)
    #expect(Classic.digits([fit.rSquared], try #require(set.rSquared)) >= 11)
    #expect(Classic.digits([fit.adjustedRSquared], try #require(set.adjustedRSquared)) >= 11)
    #expect(Classic.digits([fit.fStatistic], try #require(set.fStatistic)) >= 9)
    #expect(Classic.digits([fit.fPValue], try #require(set.fPValue)) >= 8)
    #expect(Classic.digits([fit.logLikelihood], try #require(set.logLikelihood)) >= 11)
    #expect(Classic.digits([fit.aic], try #require(set.aic)) >= 11)
    #expect(Classic.digits([fit.bic], try #require(set.bic)) >= 11)
    #expect(Classic.digits(fit.tValues, try #require(set.tValues)) >= 8)
    #expect(Classic.digits(fit.pValues, try #require(set.pValues)) >= 8)
    let bounds = fit.confidenceIntervals().flatMap {
      [$0?.lowerBound ?? .nan, $0?.upperBound ?? .nan]
    }
    #expect(Classic.digits(bounds, try #require(set.confidenceIntervals95)) >= 8)
  }

  @Test(arguments: plain) func robustCovariances(_ set: Classic) throws {
    let fit = try LinearRegression().fit(set.design, set.y)
    let kinds: [(RobustCovariance, Classic.Numbers?)] = [
      (.hc0, set.hc0), (.hc1, set.hc1), (.hc2, set.hc2), (.hc3, set.hc3),
      (.cluster(try #require(set.cluster).groups), set.cluster?.standardErrors),
    ]
    for (kind, reference) in kinds {
      let robust = try fit.withCovariance(kind, set.design, set.y)
      let errors = [robust.interceptStandardError] + robust.standardErrors
      #expect(Classic.digits(errors, try #require(reference)) >= 8, "\(kind)")
      #expect(robust.coefficients == fit.coefficients)
      let diagonal = robust.covariance.diagonal.map { $0.squareRoot() }
      #expect(Classic.digits(diagonal, try #require(reference)) >= 6, "\(kind)")
    }
  }

  @Test(arguments: plain) func diagnostics(_ set: Classic) throws {
    let fit = try LinearRegression().fit(set.design, set.y)
    let rows = try fit.diagnostics(set.design, set.y)
    #expect(Classic.digits(rows.leverages, try #require(set.leverage)) >= 8)
    #expect(
      Classic.digits(rows.standardizedResiduals, try #require(set.studentizedInternal)) >= 8)
    #expect(Classic.digits(rows.studentizedResiduals, try #require(set.studentizedExternal)) >= 8)
    #expect(Classic.digits(rows.cooksDistances, try #require(set.cooksDistance)) >= 8)
  }

  @Test(arguments: solvers, weighted)
  func analyticWeights(_ solver: LinearRegression.Solver, _ set: Classic) throws {
    let weights = try #require(set.weights)
    let fit = try LinearRegression(solver: solver).fit(
      set.design, set.y, weights: .analytic(weights))
    #expect(Classic.digits(fit.coefficients, set.coefficients) >= 9)
    #expect(Classic.digits([fit.intercept], try #require(set.interceptValue)) >= 9)
    #expect(Classic.digits(fit.standardErrors, try #require(set.standardErrors)) >= 9)
    #expect(
      Classic.digits([fit.residualSumOfSquares], try #require(set.residualSumOfSquares)) >= 11)
    let extended = try LinearRegression(accuracy: .extended).fit(
      set.design, set.y, weights: .analytic(weights))
    #expect(Classic.digits(extended.coefficients, set.coefficients) >= 15)
    #expect(Classic.digits(extended.standardErrors, try #require(set.standardErrors)) >= 14)
  }

  @Test(arguments: solvers, ridge)
  func ridgeRegression(_ solver: LinearRegression.Solver, _ set: Classic) throws {
    var model = LinearRegression(l2Penalty: try #require(set.l2Penalty), solver: solver)
    let fit = try model.fit(set.design, set.y)
    #expect(Classic.digits(fit.coefficients, set.coefficients) >= 9)
    #expect(Classic.digits([fit.intercept], try #require(set.interceptValue)) >= 9)
    model.accuracy = .extended
    let extended = try model.fit(set.design, set.y)
    #expect(Classic.digits(extended.coefficients, set.coefficients) >= 14)
    #expect((extended.effectiveParameters - fit.effectiveParameters).magnitude < 1e-8)
    #expect(Bounds.digits(extended.standardErrors[0], fit.standardErrors[0]) >= 8)
  }
}
