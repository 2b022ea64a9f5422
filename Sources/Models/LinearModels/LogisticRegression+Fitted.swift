public import LinAlg

extension LogisticRegression {
  /// A fitted logistic regression.
  public struct Fitted: Hashable, Sendable, Codable {
    /// The slopes w.
    public let coefficients: [Double]
    /// The intercept b, the logit at x = 0.
    public let intercept: Double
    /// Whether an intercept was fitted.
    public let hasIntercept: Bool
    /// The penalty of the fit.
    public let l2Penalty: Double
    /// The least value of the objective.
    public let objective: Double
    /// Σ wᵢ: the number of rows, where there are no weights.
    public let weightSum: Double
    /// Σ wᵢ log P(yᵢ | xᵢ), without the penalty.
    public let logLikelihood: Double
    /// The same of a fit without predictors.
    public let nullLogLikelihood: Double
    /// How the search ended.
    public let convergence: Convergence
    /// A direction that separates the classes, if there is one: then coefficients are where the search
    /// stopped on its way to infinity, and there are no standard errors.
    public let separation: Separation?
    let covariance: ScaledCovariance?
    private(set) var version = FormatVersion()

    // MARK: Predictions

    /// The logits b + X w of an m×p matrix of rows.
    ///
    /// Throws: `dimensionMismatch`.
    public func logits(_ x: Matrix<Double>) throws(ModelError) -> [Double] {
      guard x.columns == coefficients.count else {
        throw .dimensionMismatch(
          "columns of the predictors", expected: coefficients.count, found: x.columns)
      }
      var logits = [Double](repeating: intercept, count: x.rows)
      multiply(x, coefficients, into: &logits, beta: 1)
      return logits
    }

    /// P(y = 1 | x) of each row.
    public func probabilities(_ x: Matrix<Double>) throws(ModelError) -> [Double] {
      sigmoid(try logits(x))
    }

    /// log P(y = 1 | x) and log P(y = 0 | x) of each row, finite for every finite logit.
    public func logProbabilities(
      _ x: Matrix<Double>
    ) throws(ModelError) -> (positive: [Double], negative: [Double]) {
      let logits = try logits(x)
      return (softplus(logits.map { -$0 }).map { -$0 }, softplus(logits).map { -$0 })
    }

    /// The more probable class of each row.
    public func predict(_ x: Matrix<Double>, threshold: Double = 0.5) throws(ModelError) -> [Bool] {
      try probabilities(x).map { $0 > threshold }
    }

    // MARK: Inference

    /// The standard errors of the slopes, from the inverse of the observed information.
    ///
    /// NaN for a penalised fit, whose coefficients are biased by intent, and for separated classes.
    public var standardErrors: [Double] {
      covariance?.standardErrors ?? coefficients.map { _ in .nan }
    }

    /// The standard error of the intercept: 0 if there is none.
    public var interceptStandardError: Double {
      hasIntercept ? covariance?.interceptStandardError ?? .nan : 0
    }

    /// The covariance matrix of the parameters, intercept (if there is one) first; NaN where there is none.
    public var parameterCovariance: Matrix<Double> {
      let count = coefficients.count + (hasIntercept ? 1 : 0)
      return covariance?.inOriginalUnits
        ?? Matrix(rows: count, columns: count, repeating: .nan)
    }

    /// Coefficients over standard errors (Wald's statistic).
    public var zValues: [Double] { zip(coefficients, standardErrors).map { $0 / $1 } }
    /// The intercept over its standard error.
    public var interceptZValue: Double { intercept / interceptStandardError }
    /// The probability of a |z| at least as large under the hypothesis that the coefficient is 0.
    public var pValues: [Double] { zValues.map { Distribution.normal.twoSided($0) } }
    /// The same for the intercept.
    public var interceptPValue: Double { Distribution.normal.twoSided(interceptZValue) }

    /// Intervals that contain the coefficients with about a probability, by default 95 %.
    ///
    /// nil where there is none: without a standard error, or for a level that is not between 0 and 1.
    public func confidenceIntervals(level: Double = 0.95) -> [ClosedRange<Double>?] {
      let width = Distribution.normal.halfWidth(level: level)
      return zip(coefficients, standardErrors).map { interval($0, width * $1) }
    }

    /// The same for the intercept.
    public func interceptConfidenceInterval(level: Double = 0.95) -> ClosedRange<Double>? {
      interval(
        intercept, Distribution.normal.halfWidth(level: level) * interceptStandardError)
    }

    /// −2 log L.
    public var deviance: Double { -2 * logLikelihood }

    /// McFadden's 1 − log L / log L₀.
    public var pseudoRSquared: Double { 1 - logLikelihood / nullLogLikelihood }

    /// The probability, under the hypothesis that all slopes are 0, of a likelihood ratio at least as large.
    public var likelihoodRatioPValue: Double {
      Distribution.chiSquaredUpperTail(
        Double(coefficients.count), max(0, 2 * (logLikelihood - nullLogLikelihood)))
    }

    private var parameters: Double { Double(coefficients.count + (hasIntercept ? 1 : 0)) }
    /// Akaike's criterion, 2k − 2 log L.
    public var aic: Double { 2 * parameters - 2 * logLikelihood }
    /// The Bayesian criterion, k log n − 2 log L.
    public var bic: Double { parameters * log(weightSum) - 2 * logLikelihood }

    /// A table of the fit, as statistics programs print it.
    public func summary(
      names: [String]? = nil, response: String = "y", level: Double = 0.95
    ) -> String {
      var table = CoefficientTable(
        title: "Logistic regression of \(response)", statistic: "z", level: level)
      table.facts = [
        ("rows", compact(weightSum)), ("log-likelihood", compact(logLikelihood)),
        ("converged", "\(convergence.isConverged) (\(convergence.reason.rawValue))"),
        ("without predictors", compact(nullLogLikelihood)),
        ("iterations", String(convergence.iterations)),
        ("P(> χ²)", compact(likelihoodRatioPValue)),
        ("l2Penalty", compact(l2Penalty)), ("pseudo-R²", fixed(pseudoRSquared, 4)),
        ("AIC", compact(aic)), ("BIC", compact(bic)),
      ]
      if hasIntercept {
        table.add(
          "intercept", intercept, interceptStandardError, interceptZValue, interceptPValue,
          interceptConfidenceInterval(level: level))
      }
      let (errors, z, p) = (standardErrors, zValues, pValues)
      let intervals = confidenceIntervals(level: level)
      for j in coefficients.indices {
        table.add(name(names, j), coefficients[j], errors[j], z[j], p[j], intervals[j])
      }
      guard let separation else { return table.description }
      return table.description + "\n"
        + "The classes are separated (\(separation.kind.rawValue)): there are no finite "
        + "coefficients of greatest likelihood. Use an l2Penalty, or Firth's estimator."
    }
  }
}
