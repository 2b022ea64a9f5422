public import LinAlg

/// Ordinary least squares: minimises Σ (yᵢ − b − xᵢᵀw)² over the coefficients w and the intercept b.
///
///     let fit = try LinearRegression().fit(x, y)
///     fit.coefficients        // w
///     fit.predict(xNew)       // b + X w
///
/// **Method.** Predictors are shifted by their means (with an intercept) and reduced to the triangle R of
/// a Householder QR factorization, by blocks of rows that stay in cache: 2np² flops, X is read
/// twice and never copied whole. Normal equations, which square the condition number, are not used.
public struct LinearRegression: Hashable, Sendable, Codable {
  /// Whether the model has an intercept b; without one the fit goes through the origin.
  public var fitsIntercept: Bool

  /// A regression with, or without, an intercept.
  public init(fitsIntercept: Bool = true) {
    self.fitsIntercept = fitsIntercept
  }

  /// Fits the model to an n×p matrix of predictors and n responses.
  ///
  /// Throws: `noData`, `dimensionMismatch`, `nonFinite`, `nonFiniteResponse`, `tooFewRows`, and
  /// `collinear` naming predictors that depend on the others (or on the ones of the intercept): of
  /// a shifted predictor of unit norm, a part of at most 100·p·eps is independent, however many rows there are.
  public func fit(_ x: Matrix<Double>, _ y: [Double]) throws(ModelError) -> Fitted {
    try check(x, y)
    do {
      return try Fitted(CenteredDesign(x, y, intercept: fitsIntercept))
    } catch LinAlgError.nonFinite(let row, let column) {
      throw column < x.columns ? .nonFinite(row: row, column: column) : .nonFiniteResponse(row: row)
    } catch let error as LinAlgError {
      throw .linearAlgebra(error)
    } catch let error as ModelError {
      throw error
    } catch {
      preconditionFailure("unexpected error \(error)")
    }
  }

  /// The independent part of a predictor of unit norm that counts as none.
  ///
  /// The roundoff of the data
  /// themselves is a few eps before the shift, which may magnify it.
  static func rankTolerance(_ order: Int) -> Double { 100 * Double(order) * .ulpOfOne }

  private func check(_ x: Matrix<Double>, _ y: [Double]) throws(ModelError) {
    let coefficients = x.columns + (fitsIntercept ? 1 : 0)
    if x.rows == 0 || coefficients == 0 { throw .noData }
    if y.count != x.rows {
      throw .dimensionMismatch("response", expected: x.rows, found: y.count)
    }
    if x.rows < coefficients { throw .tooFewRows(rows: x.rows, coefficients: coefficients) }
  }
}

extension LinearRegression {
  /// A fitted linear regression: what it found, and predictions for new rows.
  public struct Fitted: Hashable, Sendable, Codable {
    /// The coefficients w, one for each predictor.
    public let coefficients: [Double]
    /// The intercept b: 0 for a fit through the origin.
    public let intercept: Double
    /// √ diag (XᵀX)⁻¹ with centred X: the standard errors over σ̂.
    private let unscaledErrors: [Double]
    private let unscaledInterceptError: Double
    /// The number of rows n that were fitted.
    public let rows: Int
    /// n − p, less 1 with an intercept.
    public let degreesOfFreedom: Int
    /// Σ (yᵢ − ŷᵢ)².
    public let residualSumOfSquares: Double
    /// Σ (yᵢ − ȳ)²; for a fit through the origin Σ yᵢ².
    public let totalSumOfSquares: Double
    /// An estimate of the reciprocal condition number of the design, its columns shifted and scaled,
    /// from 0 to 1.
    public let reciprocalCondition: Double

    /// The standard errors of the coefficients, √(σ̂² diag (XᵀX)⁻¹) with centred X; NaN without degrees
    /// of freedom.
    public var standardErrors: [Double] { unscaledErrors.map { $0 * residualStandardDeviation } }
    /// The standard error of the intercept: 0 for a fit through the origin.
    public var interceptStandardError: Double {
      unscaledInterceptError == 0 ? 0 : unscaledInterceptError * residualStandardDeviation
    }

    /// 1 − residual / total sum of squares; NaN for a constant response.
    public var rSquared: Double { 1 - residualSumOfSquares / totalSumOfSquares }

    /// σ̂ = √(residual sum of squares / degrees of freedom); NaN without degrees of freedom.
    public var residualStandardDeviation: Double {
      degreesOfFreedom == 0 ? .nan : (residualSumOfSquares / Double(degreesOfFreedom)).squareRoot()
    }

    /// The predictions b + X w for an m×p matrix of new rows.
    ///
    /// Throws: `dimensionMismatch` unless X has a column for each coefficient.
    public func predict(_ x: Matrix<Double>) throws(ModelError) -> [Double] {
      guard x.columns == coefficients.count else {
        throw .dimensionMismatch(
          "columns of the predictors", expected: coefficients.count, found: x.columns)
      }
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
      let predictions = try predict(x)
      return zip(y, predictions).map { $0 - $1 }
    }

    init(_ design: CenteredDesign) throws {
      let (ones, r) = (design.shift.ones, design.triangle)
      let p = r.columns - ones
      reciprocalCondition = try QR(r).reciprocalCondition
      // The 1-norm estimate is usually within a factor p of the ratio of singular values.
      // On the safe side: the rank is only looked at closely.
      if reciprocalCondition <= 10 * Double(r.columns) * LinearRegression.rankTolerance(r.columns) {
        try design.checkRank()
      }

      let solution = try r.solveTriangular(design.projectedResponse, .upper)
      let factor = design.shift.responseFactor
      let unknowns = solution.indices.map { design.rescaled(solution[$0], $0) / factor }
      let weights = Array(unknowns[ones...])
      coefficients = weights
      rows = design.shift.rows
      degreesOfFreedom = rows - r.columns
      residualSumOfSquares = design.residualSumOfSquares
      // The first element of c is the part of the response along the ones.
      let explained = design.projectedResponse[ones...].map { $0 / factor }
      totalSumOfSquares = explained.reduce(residualSumOfSquares) { $0 + $1 * $1 }

      // With V = R⁻¹, the covariance of the scaled unknowns is σ̂² V Vᵀ.
      let v = try r.solveTriangular(.identity(r.columns), .upper)
      unscaledErrors = (0..<p).map { design.rescaled(norm(v[row: ones + $0]), ones + $0) }
      if ones == 1 {
        // Undo the shifts: b = θ₀ + ȳ − m̄ᵀw, a linear function of the unknowns.
        intercept = unknowns[0] + design.shift.response - dot(design.shift.predictors, weights)
        let function = [1] + design.shift.predictors.map { -$0 }
        let scaled = function.indices.map { design.rescaled(function[$0], $0) }
        unscaledInterceptError = norm(multiply(v, scaled, transposeA: true))
      } else {
        (intercept, unscaledInterceptError) = (0, 0)
      }
    }
  }
}
