public import LinAlg

/// What was wrong with the data that a model was given.
///
/// Rows and columns count from 0.
public enum ModelError: Error, Hashable, Sendable {
  /// There are no rows, or no columns and no intercept.
  case noData
  /// Two arguments do not fit: "response: expected 16 values, found 15".
  case dimensionMismatch(_ argument: String, expected: Int, found: Int)
  /// A predictor is NaN or infinite.
  case nonFinite(row: Int, column: Int)
  /// A response is NaN or infinite.
  case nonFiniteResponse(row: Int)
  /// Fewer rows than coefficients.
  case tooFewRows(rows: Int, coefficients: Int)
  /// These predictors are linear combinations of the others (or constant, beside an intercept).
  case collinear(columns: [Int])
  /// The linear algebra failed; carries what it said.
  case linearAlgebra(LinAlgError)
}

extension ModelError: CustomStringConvertible {
  /// One sentence that says what is wrong and where.
  public var description: String {
    switch self {
    case .noData:
      "there is nothing to fit: no rows, or no columns"
    case .dimensionMismatch(let argument, let expected, let found):
      "\(argument): expected \(expected), found \(found)"
    case .nonFinite(let row, let column):
      "the predictor at row \(row), column \(column) is NaN or infinite"
    case .nonFiniteResponse(let row):
      "the response at row \(row) is NaN or infinite"
    case .tooFewRows(let rows, let coefficients):
      "\(rows) rows do not determine \(coefficients) coefficients"
    case .collinear(let columns):
      "the predictors \(columns) are linear combinations of the others"
    case .linearAlgebra(let error):
      error.description
    }
  }
}
