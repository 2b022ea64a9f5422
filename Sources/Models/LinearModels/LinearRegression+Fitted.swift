public import LinAlg

extension LinearRegression {
  /// A fitted linear regression: what it found, how sure that is, and predictions for new rows.
  public struct Fitted: Hashable, Sendable, Codable {
    /// The slopes w, one for each predictor.
    public let coefficients: [Double]
    /// The intercept b: 0 for a fit through the origin.
    public let intercept: Double
    /// The penalty of the fit.
    public let l2Penalty: Double
    /// Whether an intercept was fitted.
    public let hasIntercept: Bool
    /// The number of rows n that the data stand for: frequency weights count as copies, rows of weight 0 do not
    /// count.
    public let rows: Int
    /// The number of parameters that the fit uses: the rank of the design, or the trace of the hat matrix of a
    /// penalised fit.
    public let effectiveParameters: Double
    /// An estimate of the reciprocal condition number of the design, its columns shifted and scaled, from 0 to 1.
    public let reciprocalCondition: Double
    /// The predictors that were left out because they depend on others (rank policy `.alias`).
    public let aliased: [Int]
    /// How the solution was found: `.direct` unless by gradient descent, or by a refinement (extended accuracy) that
    /// roundoff ended.
    public let convergence: Convergence
    /// How the covariance was estimated: `.classic` unless `withCovariance` changed it.
    public let covarianceKind: CovarianceKind

    /// The covariance over σ̂².
    let normalizedCovariance: ScaledCovariance
    /// Sums of squares of the response times a power of 2, so that they are in range for every response.
    let scaledResidualSumOfSquares: Double
    let scaledTotalSumOfSquares: Double
    let responseFactor: Double
    private(set) var version = FormatVersion()
    let logWeightSum: Double

    init(
      coefficients: [Double], intercept: Double, context: FitContext,
      effectiveParameters: Double, residualSumOfSquares: Double, totalSumOfSquares: Double,
      responseFactor: Double, reciprocalCondition: Double, aliased: [Int], convergence: Convergence,
      normalizedCovariance: ScaledCovariance
    ) {
      (self.coefficients, self.intercept) = (coefficients, intercept)
      (rows, logWeightSum, l2Penalty) = (context.rows, context.logWeightSum, context.l2Penalty)
      self.effectiveParameters = effectiveParameters
      scaledResidualSumOfSquares = residualSumOfSquares
      scaledTotalSumOfSquares = totalSumOfSquares
      self.responseFactor = responseFactor
      self.reciprocalCondition = reciprocalCondition
      (self.aliased, self.convergence) = (aliased, convergence)
      self.normalizedCovariance = normalizedCovariance
      hasIntercept = normalizedCovariance.hasIntercept
      covarianceKind = .classic
    }

    /// The same fit with another covariance.
    init(_ fit: Fitted, covariance: Matrix<Double>, kind: CovarianceKind) {
      (coefficients, intercept, hasIntercept) = (fit.coefficients, fit.intercept, fit.hasIntercept)
      (rows, effectiveParameters) = (fit.rows, fit.effectiveParameters)
      scaledResidualSumOfSquares = fit.scaledResidualSumOfSquares
      scaledTotalSumOfSquares = fit.scaledTotalSumOfSquares
      responseFactor = fit.responseFactor
      (reciprocalCondition, aliased) = (fit.reciprocalCondition, fit.aliased)
      (convergence, logWeightSum) = (fit.convergence, fit.logWeightSum)
      l2Penalty = fit.l2Penalty
      normalizedCovariance = fit.normalizedCovariance.replacing(covariance)
      covarianceKind = kind
    }

    /// Σ wᵢ (yᵢ − ŷᵢ)²; infinite, or 0, where that is out of range: of responses of about 1e±160.
    public var residualSumOfSquares: Double {
      scaledResidualSumOfSquares / responseFactor / responseFactor
    }
    /// Σ wᵢ (yᵢ − ȳ)², likewise; for a fit through the origin Σ wᵢ yᵢ².
    public var totalSumOfSquares: Double {
      scaledTotalSumOfSquares / responseFactor / responseFactor
    }

    /// n less the effective parameters.
    public var degreesOfFreedom: Double { Double(rows) - effectiveParameters }

    // MARK: Predictions

    /// The predictions b + X w for an m×p matrix of new rows.
    ///
    /// Throws: `dimensionMismatch` unless X has a column for each coefficient.
    public func predict(_ x: Matrix<Double>) throws(ModelError) -> [Double] {
      try checkColumns(x)
      var predictions = [Double](repeating: intercept, count: x.rows)
      multiply(x, coefficients, into: &predictions, beta: 1)
      return predictions
    }

    /// The residuals yᵢ − b − xᵢᵀw.
    ///
    /// Throws: `dimensionMismatch`.
    public func residuals(_ x: Matrix<Double>, _ y: [Double]) throws(ModelError) -> [Double] {
      guard y.count == x.rows else {
        throw .dimensionMismatch("response", expected: x.rows, found: y.count)
      }
      var residuals = try predict(x).map { -$0 }
      axpy(1, y, into: &residuals)
      return residuals
    }

    func checkColumns(_ x: Matrix<Double>) throws(ModelError) {
      guard x.columns == coefficients.count else {
        throw .dimensionMismatch(
          "columns of the predictors", expected: coefficients.count, found: x.columns)
      }
    }
  }
}
