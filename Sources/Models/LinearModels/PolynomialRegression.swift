import LinAlg

/// Regression on the powers of one predictor: y ≈ c₀ + c₁x + … + c_d x^d.
///
/// With extended accuracy the powers themselves are formed in double-double, so that the coefficients are correct to
/// nearly all digits also where the powers are as good as collinear.
public struct PolynomialRegression: Hashable, Sendable, Codable {
  /// The degree d.
  public var degree: Int
  /// The regression on the powers; by default in extended accuracy.
  public var regression: LinearRegression

  /// A polynomial of a degree.
  public init(degree: Int, regression: LinearRegression = LinearRegression(accuracy: .extended)) {
    (self.degree, self.regression) = (degree, regression)
  }

  /// Fits the polynomial to n points.
  ///
  /// Throws as `LinearRegression.fit` does, with power j + 1 as column j.
  public func fit(
    _ x: [Double], _ y: [Double], weights: Weights? = nil
  ) throws(ModelError) -> Fitted {
    guard degree >= 0 else {
      throw .invalidArgument("degree", allowed: "at least 0", found: Double(degree))
    }
    var powers: [ExtendedVector] = []
    for _ in 0..<degree {
      powers.append(powers.last?.multiplied(by: ExtendedVector(x)) ?? ExtendedVector(x))
    }
    let design = unsafe Matrix<Double>(rows: x.count, columns: degree) { target in
      for (j, power) in powers.enumerated() {
        for i in x.indices {
          unsafe target.initializeElement(at: i + j * x.count, to: power.high[i])
        }
      }
    }
    guard regression.accuracy == .extended else {
      return Fitted(regression: try regression.fit(design, y, weights: weights))
    }
    try regression.check(design, Matrix(column: y), weights)
    let context = FitContext(design, weights, l2Penalty: regression.l2Penalty)
    return Fitted(
      regression: try regression.fitExtended(powers, Matrix(column: y), weights, context)[0])
  }

  /// A fitted polynomial.
  public struct Fitted: Hashable, Sendable, Codable {
    /// The regression on the powers x, x², …, with all that is known of its errors.
    public let regression: LinearRegression.Fitted

    /// The coefficients c₀ to c_d.
    public var coefficients: [Double] { [regression.intercept] + regression.coefficients }

    /// The values of the polynomial (Horner's rule).
    public func predict(_ x: [Double]) -> [Double] {
      x.map { x in coefficients.reversed().reduce(0) { $0 * x + $1 } }
    }
  }
}
