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
  /// A weight or coefficient of a filter is NaN or infinite.
  case nonFiniteCoefficient(row: Int)
  /// A sample of a signal is NaN or infinite.
  case nonFiniteSample(row: Int, channel: Int)
  /// A state from before the signal is NaN or infinite.
  case nonFiniteState(channel: Int)
  /// All inputs are finite, but an output is beyond the largest number.
  case outputOverflow(row: Int, channel: Int)
  /// All inputs are finite, but a gradient is beyond the largest number.
  case gradientOverflow
  /// The product of all 1 − w up to this row is 0, subnormal or infinite, or a quotient by it overflows: the
  /// method that was asked for cannot take that.
  case productOutOfRange(row: Int, product: Double)
  /// A segment begins before the end of the one before it, or ends before it begins.
  case unsortedSegment(Int)
  /// A segment reaches beyond the values.
  case segmentOutOfRange(Int, count: Int)
  /// A label is not a class of its segment.
  case labelOutOfRange(segment: Int, label: Int, classes: Int)
  /// The value or gradient of an objective is NaN or infinite where the search begins.
  case nonFiniteObjective(Double)
  /// Gradient descent with a fixed step runs away: use a shorter step, or a line search.
  case diverged(iteration: Int, value: Double, step: Double)
  /// The loss of a network is NaN or infinite, first in this epoch (counted from 1): a smaller learning rate may help.
  case trainingDiverged(epoch: Int, loss: Double)
  /// The layer at an index cannot be part of such a network.
  case invalidLayer(_ index: Int, reason: String)
  /// A weight is negative, NaN or infinite.
  case invalidWeight(row: Int, weight: Double)
  /// No row has a positive weight.
  case noWeight
  /// All labels are the same.
  case oneClass
  /// The label at a row is not one that the model takes.
  case unknownLabel(row: Int, label: String)
  /// A number outside the range that its meaning allows: "l2Penalty must be at least 0, found -1".
  case invalidArgument(_ name: String, allowed: String, found: Double)
  /// What was asked for does not exist for such a fit.
  case notAvailable(String)
  /// Data were written by a version of the library that this one does not know.
  case unknownVersion(Int)
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
    case .nonFiniteCoefficient(let row):
      "the weight or coefficient at row \(row) is NaN or infinite"
    case .nonFiniteSample(let row, let channel):
      "the sample at row \(row), channel \(channel) is NaN or infinite"
    case .nonFiniteState(let channel):
      "the state of channel \(channel) is NaN or infinite"
    case .outputOverflow(let row, let channel):
      "the output at row \(row), channel \(channel) overflows"
    case .gradientOverflow:
      "a gradient overflows"
    case .productOutOfRange(let row, let product):
      "the method works with the product of 1 − w up to row \(row), which is \(product): use .scan"
    case .unsortedSegment(let segment):
      "segment \(segment) begins before the end of the one before it, or ends before it begins"
    case .segmentOutOfRange(let segment, let count):
      "segment \(segment) reaches beyond the \(count) values"
    case .labelOutOfRange(let segment, let label, let classes):
      "label \(label) is not one of the \(classes) classes of segment \(segment)"
    case .nonFiniteObjective(let value):
      "the objective or its gradient is not finite where the search begins: \(value)"
    case .diverged(let iteration, let value, let step):
      "gradient descent with step \(step) diverges: the objective is \(value) after \(iteration) steps"
    case .trainingDiverged(let epoch, let loss):
      "the training diverges: the loss is \(loss) in epoch \(epoch)"
    case .invalidLayer(let index, let reason):
      "layer \(index): \(reason)"
    case .invalidWeight(let row, let weight):
      "the weight at row \(row) is \(weight): weights are finite and not negative"
    case .noWeight:
      "no row has a positive weight"
    case .oneClass:
      "all labels are the same: there is nothing to tell apart"
    case .unknownLabel(let row, let label):
      "the label at row \(row), \(label), is not one that the model takes"
    case .invalidArgument(let name, let allowed, let found):
      "\(name) must be \(allowed), found \(found)"
    case .notAvailable(let what):
      "not available: \(what)"
    case .unknownVersion(let version):
      "the data have version \(version), which this version of the library does not read"
    case .linearAlgebra(let error):
      error.description
    }
  }
}
