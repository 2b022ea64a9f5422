public import LinAlg

/// A covariance that does not rely on errors of one variance.
public enum RobustCovariance: Hashable, Sendable {
  /// White's; see `CovarianceKind`.
  case hc0
  case hc1
  case hc2
  case hc3
  /// Errors correlated within groups: one number for each row, equal within a group. The factor for small samples is
  /// G/(G − 1) · (n − 1)/(n − k) for G groups.
  case cluster([Int])

  var kind: CovarianceKind {
    switch self {
    case .hc0: .hc0
    case .hc1: .hc1
    case .hc2: .hc2
    case .hc3: .hc3
    case .cluster: .cluster
    }
  }
}

extension LinearRegression.Fitted {
  /// How each row took part in the fit.
  public struct Diagnostics: Hashable, Sendable, Codable {
    /// yᵢ − ŷᵢ.
    public let residuals: [Double]
    /// hᵢ, the diagonal of the hat matrix: how much yᵢ moves ŷᵢ.
    public let leverages: [Double]
    /// Residuals over their standard deviations σ̂ √(1 − hᵢ) (internally studentised).
    public let standardizedResiduals: [Double]
    /// The same with σ̂ from the other rows (externally studentised): t distributed with one degree of freedom less.
    public let studentizedResiduals: [Double]
    /// Cook's distances: how far the fit moves without the row.
    public let cooksDistances: [Double]
  }

  /// Diagnostics of the rows that were fitted; of one copy where weights count copies.
  ///
  /// What has no value is NaN: studentised residuals of a row of leverage 1, which nothing but itself determines, or
  /// without degrees of freedom.
  ///
  /// Throws: `dimensionMismatch`, `nonFinite`, `nonFiniteResponse`, `invalidWeight`; `notAvailable` for a penalised
  /// fit, where they are not defined.
  public func diagnostics(
    _ x: Matrix<Double>, _ y: [Double], weights: Weights? = nil
  ) throws(ModelError) -> Diagnostics {
    let rows = try FittedRows(self, x, y, weights)
    let (sigma, k, df) = (residualStandardDeviation, effectiveParameters, degreesOfFreedom)
    let standardized = rows.residuals.indices.map { i in
      rows.rootWeights[i] * rows.residuals[i] / (sigma * (1 - rows.leverages[i]).squareRoot())
    }
    return Diagnostics(
      residuals: rows.residuals, leverages: rows.leverages, standardizedResiduals: standardized,
      studentizedResiduals: standardized.map {
        $0 * ((df - 1) / max(0, df - $0 * $0)).squareRoot()
      },
      cooksDistances: zip(standardized, rows.leverages).map { residual, leverage in
        residual * residual / k * leverage / (1 - leverage)
      })
  }

  /// The same fit with standard errors, tests and intervals from another covariance.
  ///
  /// X, y and the weights are those that were fitted. Throws: `dimensionMismatch`, `nonFinite`, `nonFiniteResponse`,
  /// `invalidWeight`; `notAvailable` for a penalised fit, one without degrees of freedom, `.hc2` and `.hc3` where a
  /// row has leverage 1 (nothing tells its error), and less than two groups of positive weight.
  public func withCovariance(
    _ covariance: RobustCovariance, _ x: Matrix<Double>, _ y: [Double], weights: Weights? = nil
  ) throws(ModelError) -> Self {
    guard degreesOfFreedom > 0 else {
      throw .notAvailable("a robust covariance of a fit without degrees of freedom")
    }
    let fitted = try FittedRows(self, x, y, weights)
    let (n, k) = (Double(rows), effectiveParameters)
    // What one copy of each row adds to the gradient, over σ̂; nothing where the fit is exact.
    let sigma = residualStandardDeviation
    let scores = fitted.residuals.indices.map { i in
      sigma == 0
        ? 0 : fitted.rootWeights[i] * fitted.rootWeights[i] * fitted.residuals[i] / sigma
    }
    var (contributions, factor): (Matrix<Double>, Double)
    switch covariance {
    case .hc0, .hc1, .hc2, .hc3:
      if covariance == .hc2 || covariance == .hc3,
        let row = fitted.leverages.indices.first(where: {
          fitted.counts[$0] > 0 && 1 - fitted.leverages[$0] <= 100 * k * .ulpOfOne
        })
      {
        throw .notAvailable("\(covariance.kind.rawValue) with row \(row), whose leverage is 1")
      }
      let scales = scores.indices.map { i in
        let rest = 1 - fitted.leverages[i]
        let adjustment =
          switch covariance {
          case .hc2: rest.squareRoot()
          case .hc3: rest
          default: 1.0
          }
        return fitted.counts[i].squareRoot() * scores[i] / adjustment
      }
      contributions = Matrix(rows: scores.count, columns: fitted.design.columns) {
        fitted.design[$0, $1] * scales[$0]
      }
      factor = covariance == .hc1 ? n / (n - k) : 1
    case .cluster(let groups):
      guard groups.count == x.rows else {
        throw .dimensionMismatch("groups", expected: x.rows, found: groups.count)
      }
      var index: [Int: Int] = [:]
      for (i, group) in groups.enumerated() where fitted.hasWeight(i) && index[group] == nil {
        index[group] = index.count
      }
      let count = Double(index.count)
      guard count > 1 else { throw .notAvailable("a cluster covariance of one group") }
      contributions = Matrix(rows: index.count, columns: fitted.design.columns)
      for (i, group) in groups.enumerated() {
        guard let row = index[group] else { continue }
        for j in 0..<contributions.columns {
          contributions[row, j] += fitted.counts[i] * scores[i] * fitted.design[i, j]
        }
      }
      factor = count / (count - 1) * (n - 1) / (n - k)
    }
    let bread = normalizedCovariance.matrix
    let sandwich = bread * contributions.gram() * bread
    return Self(self, covariance: factor * sandwich, kind: covariance.kind)
  }
}

/// The rows of a fit with their residuals and leverages.
private struct FittedRows {
  /// Rows of [1 X] in the units of the scaled parameters.
  let design: Matrix<Double>
  let residuals: [Double]
  /// √ of analytic weights; 1 for other rows.
  let rootWeights: [Double]
  /// Frequency weights; 1 for other rows.
  let counts: [Double]
  let leverages: [Double]

  func hasWeight(_ i: Int) -> Bool { rootWeights[i] > 0 && counts[i] > 0 }

  init(
    _ fit: LinearRegression.Fitted, _ x: Matrix<Double>, _ y: [Double], _ weights: Weights?
  ) throws(ModelError) {
    if let weights { try checkWeights(weights, rows: x.rows) }
    guard fit.covarianceKind == .classic, fit.l2Penalty == 0 else {
      throw .notAvailable("diagnostics of a penalised fit, or of one with a robust covariance")
    }
    residuals = try fit.residuals(x, y)
    try Design(x, Matrix(column: y), intercept: false).checkFinite()
    design = fit.normalizedCovariance.design(x)
    let ones = [Double](repeating: 1, count: x.rows)
    (rootWeights, counts) =
      switch weights {
      case .analytic(let values): (values.map { $0.squareRoot() }, ones)
      case .frequency(let counts): (ones, counts.map(Double.init))
      case nil: (ones, ones)
      }
    let roots = rootWeights
    leverages = fit.normalizedCovariance.variances(design).enumerated().map {
      $1 * roots[$0] * roots[$0]
    }
  }
}
