public import LinAlg

/// How the covariance of coefficients was estimated.
public enum CovarianceKind: String, Hashable, Sendable, Codable {
  /// σ̂² (XᵀX)⁻¹: errors that are independent and of one variance.
  case classic
  /// Errors of different variances, White (1980).
  case hc0
  /// `hc0` times n/(n − k).
  case hc1
  /// Squared residuals over 1 − hᵢ with the leverages hᵢ.
  case hc2
  /// Squared residuals over (1 − hᵢ)² (MacKinnon & White 1985).
  case hc3
  /// Errors that are correlated within groups of rows.
  case cluster
}

extension LinearRegression.Fitted {
  /// σ̂ = √(residual sum of squares / degrees of freedom); NaN without degrees of freedom.
  public var residualStandardDeviation: Double {
    degreesOfFreedom > 0
      ? (scaledResidualSumOfSquares / degreesOfFreedom).squareRoot() / responseFactor : .nan
  }

  /// The standard errors of the coefficients; NaN without degrees of freedom and for aliased predictors.
  public var standardErrors: [Double] {
    normalizedCovariance.standardErrors.enumerated().map { j, error in
      aliased.contains(j) ? .nan : error * residualStandardDeviation
    }
  }

  /// The standard error of the intercept: 0 for a fit through the origin.
  public var interceptStandardError: Double {
    hasIntercept ? normalizedCovariance.interceptStandardError * residualStandardDeviation : 0
  }

  /// The covariance matrix of the parameters, intercept (if there is one) first.
  public var covariance: Matrix<Double> {
    residualStandardDeviation * residualStandardDeviation * normalizedCovariance.inOriginalUnits
  }

  // MARK: Tests

  /// Coefficients over standard errors.
  public var tValues: [Double] { zip(coefficients, standardErrors).map { $0 / $1 } }
  /// The intercept over its standard error.
  public var interceptTValue: Double { intercept / interceptStandardError }

  /// The probability of a |t| at least as large under the hypothesis that the coefficient is 0, from
  /// Student's t distribution.
  public var pValues: [Double] {
    tValues.map { Distribution.studentT(degreesOfFreedom).twoSided($0) }
  }
  /// The same for the intercept.
  public var interceptPValue: Double {
    Distribution.studentT(degreesOfFreedom).twoSided(interceptTValue)
  }

  /// Intervals that contain the coefficients with a probability, by default 95 %.
  ///
  /// nil where there is none: without a standard error, or for a level that is not between 0 and 1.
  public func confidenceIntervals(level: Double = 0.95) -> [ClosedRange<Double>?] {
    let width = Distribution.studentT(degreesOfFreedom).halfWidth(level: level)
    return zip(coefficients, standardErrors).map { interval($0, width * $1) }
  }

  /// The same for the intercept.
  public func interceptConfidenceInterval(level: Double = 0.95) -> ClosedRange<Double>? {
    let width = Distribution.studentT(degreesOfFreedom).halfWidth(level: level)
    return interval(intercept, width * interceptStandardError)
  }

  // MARK: The fit as a whole

  /// 1 − residual / total sum of squares; NaN for a constant response.
  public var rSquared: Double { 1 - scaledResidualSumOfSquares / scaledTotalSumOfSquares }

  /// 1 − (residual / its degrees of freedom) / (total / its degrees of freedom).
  public var adjustedRSquared: Double {
    let total = Double(rows - (hasIntercept ? 1 : 0))
    return 1 - (scaledResidualSumOfSquares / degreesOfFreedom) / (scaledTotalSumOfSquares / total)
  }

  /// The number of slopes that are not aliased.
  private var slopes: Double { effectiveParameters - (hasIntercept ? 1 : 0) }

  /// The F statistic of the hypothesis that all slopes are 0: explained over residual mean square, or Wald's
  /// where the covariance is not the classic one; NaN where that one is singular.
  public var fStatistic: Double {
    if covarianceKind == .classic {
      return (scaledTotalSumOfSquares - scaledResidualSumOfSquares) / slopes
        / (scaledResidualSumOfSquares / degreesOfFreedom)
    }
    let (covariance, ones) = (normalizedCovariance, normalizedCovariance.ones)
    let matrix = covariance.matrix
    let kept = coefficients.indices.filter { !aliased.contains($0) }
    let scaled = kept.map {
      coefficients[$0] / covariance.units[ones + $0] / residualStandardDeviation
    }
    let block = Matrix<Double>(rows: kept.count, columns: kept.count) {
      matrix[ones + kept[$0], ones + kept[$1]]
    }
    guard let solved = try? Cholesky(block).solve(scaled) else { return .nan }
    return dot(scaled, solved) / slopes
  }

  /// The probability of an F at least as large under that hypothesis.
  public var fPValue: Double {
    Distribution.fisherFUpperTail(slopes, degreesOfFreedom, fStatistic)
  }

  /// The Gaussian log-likelihood with σ² = residual sum of squares / n.
  public var logLikelihood: Double {
    let n = Double(rows)
    return -n / 2 * (log(2 * .pi * scaledResidualSumOfSquares / n) + 1) + logWeightSum / 2
      + n * log(responseFactor)
  }

  /// Akaike's criterion, 2k − 2 log L with the k parameters of the predictor.
  public var aic: Double { 2 * effectiveParameters - 2 * logLikelihood }

  /// The Bayesian criterion, k log n − 2 log L.
  public var bic: Double { effectiveParameters * log(Double(rows)) - 2 * logLikelihood }

  /// An estimate of the condition number of the design, its columns shifted and scaled.
  public var conditionNumber: Double { 1 / reciprocalCondition }

  // MARK: Intervals of predictions

  /// A prediction with its intervals.
  public struct Interval: Hashable, Sendable, Codable {
    /// b + xᵀw.
    public let prediction: Double
    /// The standard error of the prediction as an estimate of the mean response.
    public let standardError: Double
    /// Contains the mean response at x with the probability asked for.
    public let confidence: ClosedRange<Double>
    /// Contains a new response at x with that probability.
    public let predictive: ClosedRange<Double>
  }

  /// Predictions for new rows, with confidence intervals of the mean and prediction intervals of new responses.
  ///
  /// Throws: `dimensionMismatch`; `nonFinite`; `notAvailable` without degrees of freedom; `invalidArgument`.
  public func intervals(
    _ x: Matrix<Double>, level: Double = 0.95
  ) throws(ModelError) -> [Interval] {
    guard level > 0, level < 1 else {
      throw .invalidArgument("level", allowed: "between 0 and 1", found: level)
    }
    guard degreesOfFreedom > 0 else {
      throw .notAvailable("intervals of a fit without degrees of freedom")
    }
    try Design(raw: x, intercept: false).checkFinite()
    let predictions = try predict(x)
    let (sigma, width) = (
      residualStandardDeviation, Distribution.studentT(degreesOfFreedom).halfWidth(level: level)
    )
    let variances = normalizedCovariance.variances(normalizedCovariance.design(x))
    return zip(predictions, variances).map { prediction, variance in
      let (mean, new) = (
        width * sigma * variance.squareRoot(), width * sigma * (1 + variance).squareRoot()
      )
      return Interval(
        prediction: prediction, standardError: sigma * variance.squareRoot(),
        confidence: prediction - mean...prediction + mean,
        predictive: prediction - new...prediction + new)
    }
  }
}

/// The interval around an estimate; nil if a number is NaN.
func interval(_ estimate: Double, _ halfWidth: Double) -> ClosedRange<Double>? {
  let (lower, upper) = (estimate - halfWidth, estimate + halfWidth)
  return lower <= upper ? lower...upper : nil
}
