public import LinAlg

/// Linear regression: minimises (1/2n) Σ (yᵢ − b − xᵢᵀw)² + (l2Penalty/2) ‖w‖² over slopes w and intercept b.
///
///     let fit = try LinearRegression().fit(x, y)
///     fit.coefficients                    // w
///     fit.standardErrors, fit.pValues     // and whatever else a summary has: print(fit.summary())
///     try fit.predict(xNew)               // b + X w
///
/// The defaults are ordinary least squares with an intercept. With a penalty it is ridge regression (the alpha of
/// other programs is n·l2Penalty); the intercept is never penalised.
///
/// **Solvers.** `.qr` reduces the design to its triangle by Householder QR factorizations of row blocks: 2np²
/// flops. `.cholesky` factors the Gram matrix, of columns that are centred and scaled, in np² flops, and
/// refines the solution once with residuals from the data. `.automatic` takes Cholesky where the
/// condition number of the Gram matrix allows it (below 10⁵) and QR otherwise. All read X in blocks that stay in
/// cache, on as many threads as `BLASRuntime` allows, and never copy it whole.
public struct LinearRegression: Hashable, Sendable, Codable {
  /// How the least-squares problem is solved.
  public enum Solver: Hashable, Sendable, Codable {
    /// Cholesky where it is accurate, else QR.
    case automatic
    /// Householder QR.
    case qr
    /// Normal equations, centred, scaled and refined. Falls back on QR where the Gram matrix is too
    /// ill-conditioned for accurate standard errors.
    case cholesky
    /// QR, then the singular values of R.
    case svd
    /// Gradient descent from 0 on the objective as it stands, without any scaling.
    case gradientDescent(GradientDescent)
  }

  /// What happens to predictors that are linear combinations of others.
  public enum RankPolicy: String, Hashable, Sendable, Codable {
    /// The fit throws `collinear`.
    case refuse
    /// Dependent predictors are left out: their coefficients are 0, their errors NaN, and `aliased` names them.
    case alias
    /// Among all solutions the one with the least ‖w‖.
    case minimumNorm
  }

  /// How far the arithmetic goes.
  public enum Accuracy: String, Hashable, Sendable, Codable {
    /// Double precision throughout.
    case standard
    /// Residuals in double-double and refinement of the augmented system (Björck 1967): coefficients and standard
    /// errors are correct to nearly all digits for the design as it is given. About 40 times the cost, and
    /// copies of the design. Always by QR; dependent predictors are refused.
    case extended
  }

  /// Whether the model has an intercept b; without one the fit goes through the origin.
  public var fitsIntercept: Bool
  /// The penalty on ‖w‖²/2, at least 0.
  public var l2Penalty: Double
  /// How the problem is solved.
  public var solver: Solver
  /// What happens to dependent predictors.
  public var rankPolicy: RankPolicy
  /// How far the arithmetic goes.
  public var accuracy: Accuracy

  /// A model with these choices.
  public init(
    fitsIntercept: Bool = true, l2Penalty: Double = 0, solver: Solver = .automatic,
    rankPolicy: RankPolicy = .refuse, accuracy: Accuracy = .standard
  ) {
    (self.fitsIntercept, self.l2Penalty, self.solver) = (fitsIntercept, l2Penalty, solver)
    (self.rankPolicy, self.accuracy) = (rankPolicy, accuracy)
  }

  /// Fits the model to an n×p matrix of predictors and n responses.
  ///
  /// Throws: `noData`, `dimensionMismatch`, `nonFinite`, `nonFiniteResponse`, `invalidWeight`, `noWeight`,
  /// `invalidArgument`, `diverged` (gradient descent with a fixed step); unless the rank policy says otherwise
  /// `tooFewRows`, and `collinear` naming predictors that depend on the others (or on the ones of the
  /// intercept): of a shifted predictor of unit norm, a part of at most 100·p·eps is
  /// independent, however many rows there are.
  public func fit(
    _ x: Matrix<Double>, _ y: [Double], weights: Weights? = nil
  ) throws(ModelError) -> Fitted {
    try fit(x, responses: Matrix(column: y), weights: weights)[0]
  }

  /// Fits a model for each column of an n×r matrix of responses; the work on X is shared.
  public func fit(
    _ x: Matrix<Double>, responses y: Matrix<Double>, weights: Weights? = nil
  ) throws(ModelError) -> [Fitted] {
    try check(x, y, weights)
    let context = FitContext(x, weights, l2Penalty: l2Penalty)
    if accuracy == .extended {
      guard rankPolicy == .refuse else {
        throw .notAvailable("extended accuracy with rank policy \(rankPolicy.rawValue)")
      }
      let columns = (0..<x.columns).map { ExtendedVector(x[column: $0]) }
      return try fitExtended(columns, y, weights, context)
    }
    let design = design(x, y, weights)
    if design.isExact { try design.checkFinite() }
    do {
      return try fit(design, context)
    } catch .unrepresentativeSample {
      let exact = self.design(x, y, weights, isExact: true)
      try exact.checkFinite()
      do {
        return try fit(exact, context)
      } catch {
        throw error.modelError
      }
    } catch {
      throw error.modelError
    }
  }

  func design(
    _ x: Matrix<Double>, _ y: Matrix<Double>, _ weights: Weights?, isExact: Bool = false
  ) -> Design {
    Design(
      x, y, intercept: fitsIntercept, weights: weights?.values, isPenalized: l2Penalty > 0,
      isExact: isExact)
  }

  /// The independent part of a predictor of unit norm that counts as none.
  ///
  /// The roundoff of the data themselves is a few eps before the shift, which may magnify it.
  static func rankTolerance(_ order: Int) -> Double { 100 * Double(order) * .ulpOfOne }

  func check(
    _ x: Matrix<Double>, _ y: Matrix<Double>, _ weights: Weights?
  ) throws(ModelError) {
    try checkArguments()
    if x.rows == 0 || x.columns + (fitsIntercept ? 1 : 0) == 0 || y.columns == 0 {
      throw .noData
    }
    if y.rows != x.rows {
      throw .dimensionMismatch("response", expected: x.rows, found: y.rows)
    }
    if let weights { try checkWeights(weights, rows: x.rows) }
  }

  func checkArguments() throws(ModelError) {
    guard l2Penalty >= 0, l2Penalty.isFinite else {
      throw .invalidArgument("l2Penalty", allowed: "finite and at least 0", found: l2Penalty)
    }
  }
}

/// What a fit knows of its data beyond the design.
struct FitContext {
  /// The rows that the data stand for.
  let rows: Int
  /// Σ wᵢ.
  let weightSum: Double
  /// Σ log wᵢ of analytic weights, over positive ones.
  let logWeightSum: Double
  /// The penalty of the model.
  let l2Penalty: Double

  init(rows: Int, weightSum: Double, logWeightSum: Double, l2Penalty: Double) {
    (self.rows, self.weightSum, self.logWeightSum) = (rows, weightSum, logWeightSum)
    self.l2Penalty = l2Penalty
  }

  init(_ x: Matrix<Double>, _ weights: Weights?, l2Penalty: Double) {
    guard let weights else {
      self.init(
        rows: x.rows, weightSum: Double(x.rows), logWeightSum: 0, l2Penalty: l2Penalty)
      return
    }
    var logSum = 0.0
    if case .analytic(let values) = weights {
      logSum = values.reduce(0) { $1 > 0 ? $0 + log($1) : $0 }
    }
    self.init(
      rows: weights.rows, weightSum: sum(weights.values), logWeightSum: logSum,
      l2Penalty: l2Penalty)
  }
}

/// Why a reduction gave no fit.
enum FitFailure: Error {
  /// Shifts and scales from a sample of the rows do not do for all of them; or the data are not finite.
  case unrepresentativeSample
  case model(ModelError)

  var modelError: ModelError {
    switch self {
    case .unrepresentativeSample: preconditionFailure("an exact sample is representative")
    case .model(let error): error
    }
  }
}
