public import LinAlg

/// Small data sets for examples, benchmarks and tests, with their sources.
public enum Datasets {
  /// A design matrix with the names of its columns, and a response.
  public struct Regression: Sendable {
    /// The predictors, one row an observation.
    public let x: Matrix<Double>
    /// The names of the predictors, column by column.
    public let predictorNames: [String]
    /// The response.
    public let y: [Double]
    /// The name of the response.
    public let responseName: String
  }
}
