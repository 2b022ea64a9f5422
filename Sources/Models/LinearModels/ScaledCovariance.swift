import LinAlg

/// The covariance of intercept and slopes, kept for predictors that are shifted and scaled.
///
/// The linear predictor is Σ θⱼ (xⱼ unitⱼ − centerⱼ), with the unit of the intercept in front; the covariance is that
/// of θ. So neither large means nor extreme scales of predictors cost digits.
struct ScaledCovariance: Hashable, Sendable, Codable {
  private enum Form: Hashable, Sendable {
    /// A matrix V of which the covariance is V Vᵀ: that of a linear regression has one before it has the covariance,
    /// which takes as long again and is seldom asked for.
    case root(Matrix<Double>)
    case covariance(Matrix<Double>)
  }
  private let form: Form
  /// The variances of θ.
  private let diagonal: [Double]
  /// Of the intercept, if there is one, and of the slopes.
  let units: [Double]
  /// Of the slopes.
  let centers: [Double]

  var ones: Int { units.count - centers.count }
  var hasIntercept: Bool { ones == 1 }

  init(root: Matrix<Double>, units: [Double], centers: [Double]) {
    (form, self.units, self.centers) = (.root(root), units, centers)
    diagonal = root.rowSumsOfSquares
  }

  init(_ covariance: Matrix<Double>, units: [Double], centers: [Double]) {
    (form, self.units, self.centers) = (.covariance(covariance), units, centers)
    diagonal = covariance.diagonal
  }

  private enum CodingKeys: CodingKey { case root, matrix, units, centers }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let units = try values.decode([Double].self, forKey: .units)
    let centers = try values.decode([Double].self, forKey: .centers)
    if let root = try values.decodeIfPresent(Matrix<Double>.self, forKey: .root) {
      self.init(root: root, units: units, centers: centers)
    } else {
      self.init(
        try values.decode(Matrix<Double>.self, forKey: .matrix), units: units, centers: centers)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch form {
    case .root(let root): try values.encode(root, forKey: .root)
    case .covariance(let covariance): try values.encode(covariance, forKey: .matrix)
    }
    try values.encode(units, forKey: .units)
    try values.encode(centers, forKey: .centers)
  }

  func replacing(_ covariance: Matrix<Double>) -> Self {
    ScaledCovariance(covariance, units: units, centers: centers)
  }

  /// The covariance of θ.
  var matrix: Matrix<Double> {
    switch form {
    case .covariance(let covariance): return covariance
    case .root(let root):
      var covariance = Matrix<Double>(rows: root.rows, columns: root.rows)
      symmetricRankUpdate(root, into: &covariance)
      return covariance
    }
  }

  /// √ of the variances of the slopes.
  var standardErrors: [Double] {
    centers.indices.map { diagonal[ones + $0].squareRoot() * units[ones + $0] }
  }

  /// √ of the variance of the intercept, the prediction at 0; 0 if there is none.
  var interceptStandardError: Double {
    guard hasIntercept else { return 0 }
    return variances(design(Matrix(rows: 1, columns: centers.count)))[0].squareRoot()
  }

  /// The covariance of intercept (if there is one) and slopes in the units of the data.
  var inOriginalUnits: Matrix<Double> {
    var transform = Matrix(diagonal: units)
    if hasIntercept {
      for j in centers.indices { transform[0, 1 + j] = -centers[j] }
    }
    return multiply(transform * matrix, transform, transposeB: true)
  }

  /// Rows [1 X], shifted and scaled.
  func design(_ x: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: x.rows, columns: units.count) { i, j in
      j < ones ? units[0] : x[i, j - ones] * units[j] - centers[j - ones]
    }
  }

  /// The variance of the linear predictor for each row of such a design.
  func variances(_ design: Matrix<Double>) -> [Double] {
    switch form {
    case .root(let root): return (design * root).rowSumsOfSquares
    case .covariance(let covariance):
      let product = design * covariance
      return (0..<design.rows).map { i in
        let variance = (0..<design.columns).reduce(0) { $0 + product[i, $1] * design[i, $1] }
        return variance < 0 ? 0 : variance  // keeps NaN
      }
    }
  }
}

extension Matrix<Double> {
  /// The squared lengths of the rows.
  fileprivate var rowSumsOfSquares: [Double] {
    var sums = [Double](repeating: 0, count: rows)
    unsafe withUnsafeMatrixPointer { a in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        for j in unsafe 0..<a.columns {
          let column = unsafe a.base + j * a.leadingDimension
          for i in sums.indices { unsafe sums[i] += column[i] * column[i] }
        }
      }
    }
    return sums
  }
}
