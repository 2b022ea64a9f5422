public import LinAlg

extension SoftmaxRegression {
  /// A fitted softmax regression.
  public struct Fitted<Label: ClassLabel>: Hashable, Sendable, Codable {
    /// The classes, sorted: the columns of what follows.
    public let classes: [Label]
    /// The slopes, p×K.
    public let coefficients: Matrix<Double>
    /// The intercepts of the classes, which sum to 0.
    public let intercepts: [Double]
    /// Whether intercepts were fitted.
    public let hasIntercept: Bool
    /// The penalty of the fit.
    public let l2Penalty: Double
    /// The least value of the objective.
    public let objective: Double
    /// Σ wᵢ log P(yᵢ | xᵢ), without the penalty.
    public let logLikelihood: Double
    /// Σ wᵢ: the number of rows, where there are no weights.
    public let weightSum: Double
    /// How the search ended.
    public let convergence: Convergence
    /// Whether a linear function separates the classes, so that an unpenalised likelihood has no maximum.
    public let isSeparated: Bool
    let covariance: ScaledCovariance?
    private(set) var version = FormatVersion()

    /// The logits X W + b of an m×p matrix of rows, m×K.
    ///
    /// Throws: `dimensionMismatch`.
    public func logits(_ x: Matrix<Double>) throws(ModelError) -> Matrix<Double> {
      guard x.columns == coefficients.rows else {
        throw .dimensionMismatch(
          "columns of the predictors", expected: coefficients.rows, found: x.columns)
      }
      var z = Matrix<Double>(rows: x.rows, columns: classes.count) { intercepts[$1] }
      multiply(x, coefficients, into: &z, beta: 1)
      return z
    }

    /// P(y = k | x), m×K; every row sums to 1.
    public func probabilities(_ x: Matrix<Double>) throws(ModelError) -> Matrix<Double> {
      softmax(try logits(x))
    }

    /// log P(y = k | x), m×K, finite for finite logits.
    public func logProbabilities(_ x: Matrix<Double>) throws(ModelError) -> Matrix<Double> {
      logSoftmax(try logits(x))
    }

    /// The most probable class of each row.
    @specialized(where Label == Int)
    @specialized(where Label == String)
    public func predict(_ x: Matrix<Double>) throws(ModelError) -> [Label] {
      largestInEachRow(try logits(x)).map { classes[$0] }
    }

    /// The fit relative to one class, with standard errors: log P(k)/P(baseline) = b + xᵀw.
    public struct Baseline: Hashable, Sendable {
      /// The classes but for the baseline, the columns of the matrices.
      public let classes: [Label]
      /// The slopes, p×(K − 1).
      public let coefficients: Matrix<Double>
      /// The intercepts.
      public let intercepts: [Double]
      /// The standard errors of the slopes, p×(K − 1).
      public let standardErrors: Matrix<Double>
      /// The standard errors of the intercepts.
      public let interceptStandardErrors: [Double]

      /// Coefficients over standard errors, p×(K − 1).
      public var zValues: Matrix<Double> {
        Matrix(rows: coefficients.rows, columns: coefficients.columns) {
          coefficients[$0, $1] / standardErrors[$0, $1]
        }
      }

      /// The probability of a |z| at least as large under the hypothesis that the coefficient is 0.
      public var pValues: Matrix<Double> {
        let z = zValues
        return Matrix(rows: z.rows, columns: z.columns) {
          Distribution.normal.twoSided(z[$0, $1])
        }
      }
    }

    /// The fit relative to a baseline class.
    ///
    /// Throws: `unknownLabel` unless it is one of the classes; `notAvailable` for a penalised fit, for separated classes, and
    /// for more than 4096 parameters.
    public func relative(to baseline: Label) throws(ModelError) -> Baseline {
      guard let base = classes.firstIndex(of: baseline) else {
        throw .unknownLabel(row: 0, label: "\(baseline)")
      }
      guard let covariance else {
        throw .notAvailable("standard errors of a penalised fit, or of separated classes")
      }
      let order = covariance.units.count
      let others = classes.indices.filter { $0 != base }
      let fits = others.map { k in
        // The covariance of a difference.
        let difference = Matrix<Double>(rows: order, columns: order) { i, j in
          let c = covariance.matrix
          return c[i + k * order, j + k * order] - c[i + k * order, j + base * order]
            - c[i + base * order, j + k * order] + c[i + base * order, j + base * order]
        }
        return covariance.replacing(difference)
      }
      return Baseline(
        classes: others.map { classes[$0] },
        coefficients: Matrix(rows: coefficients.rows, columns: others.count) {
          coefficients[$0, others[$1]] - coefficients[$0, base]
        },
        intercepts: others.map { intercepts[$0] - intercepts[base] },
        standardErrors: Matrix(rows: coefficients.rows, columns: others.count) {
          fits[$1].standardErrors[$0]
        },
        interceptStandardErrors: fits.map(\.interceptStandardError))
    }
  }
}

/// The position of the largest element of each row.
func largestInEachRow(_ a: Matrix<Double>) -> [Int] {
  var largest = a.columns == 0 ? [] : a[column: 0]
  var indices = [Int](repeating: 0, count: a.rows)
  for k in 1..<max(1, a.columns) {
    let column = a[column: k]
    // Without branches, which nothing foretells.
    for i in column.indices {
      let isLarger = column[i] > largest[i]
      largest[i] = isLarger ? column[i] : largest[i]
      indices[i] = isLarger ? k : indices[i]
    }
  }
  return indices
}
