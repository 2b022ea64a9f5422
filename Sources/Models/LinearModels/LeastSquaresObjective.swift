public import LinAlg

/// The objective of linear regression, (1/2n) Σ wᵢ (yᵢ − b − xᵢᵀw)² + (l2Penalty/2) ‖w‖², n = Σ wᵢ.
///
/// Parameters are the intercept (if there is one), then the slopes. Value and gradient take two passes over X.
public struct LeastSquaresObjective: CurvedObjective, Sendable {
  private let x: Matrix<Double>
  private let y: [Double]
  private let weights: [Double]?
  private let weightSum: Double
  private let ones: Int
  private let l2Penalty: Double

  /// Throws: `noData`, `dimensionMismatch`, `invalidWeight`, `noWeight`, `nonFinite`, `nonFiniteResponse`.
  public init(
    _ x: Matrix<Double>, _ y: [Double], fitsIntercept: Bool = true, l2Penalty: Double = 0,
    weights: [Double]? = nil
  ) throws(ModelError) {
    let model = LinearRegression(fitsIntercept: fitsIntercept, l2Penalty: l2Penalty)
    try model.check(x, Matrix(column: y), weights.map { .analytic($0) })
    try Design(x, Matrix(column: y), intercept: false).checkFinite()
    (self.x, self.y, self.weights, self.l2Penalty) = (x, y, weights, l2Penalty)
    weightSum = weights.map { sum($0) } ?? Double(y.count)
    ones = fitsIntercept ? 1 : 0
  }

  /// The number of parameters.
  public var parameterCount: Int { ones + x.columns }

  /// The value; writes the gradient.
  public func value(at parameters: [Double], gradient: inout [Double]) -> Double {
    let slopes = Array(parameters[ones...])
    var residuals = [Double](repeating: ones == 1 ? parameters[0] : 0, count: x.rows)
    multiply(x, slopes, into: &residuals, beta: 1)
    axpy(-1, y, into: &residuals)
    var weighted = residuals
    if let weights { for i in weights.indices { weighted[i] *= weights[i] } }
    let products = multiply(x, weighted, transposeA: true)
    for j in slopes.indices {
      gradient[ones + j] = products[j] / weightSum + l2Penalty * slopes[j]
    }
    if ones == 1 { gradient[0] = sum(weighted) / weightSum }
    return dot(weighted, residuals) / (2 * weightSum) + l2Penalty / 2 * dot(slopes, slopes)
  }

  /// The value; writes the gradient and the Hessian.
  public func value(
    at parameters: [Double], gradient: inout [Double], hessian: inout Matrix<Double>
  ) -> Double {
    var design = x
    if ones == 1 { design = Matrix(rows: x.rows, columns: 1, repeating: 1).appendingColumns(x) }
    if let weights {
      for j in 0..<design.columns {
        for i in 0..<design.rows { design[i, j] *= weights[i].squareRoot() }
      }
    }
    symmetricRankUpdate(design, into: &hessian, alpha: 1 / weightSum, transposed: true)
    for j in ones..<parameterCount { hessian[j, j] += l2Penalty }
    return value(at: parameters, gradient: &gradient)
  }
}
