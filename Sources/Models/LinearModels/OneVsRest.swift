public import LinAlg

/// A model that tells two classes apart and gives probabilities.
public protocol BinaryClassifier: Sendable {
  /// What a fit gives.
  associatedtype Fitted: FittedBinaryClassifier
  /// Fits the model to rows and labels.
  func fitClassifier(
    _ x: Matrix<Double>, _ y: [Bool], weights: [Double]?
  ) throws(ModelError) -> Fitted
}

/// A fitted model of two classes.
public protocol FittedBinaryClassifier: Codable, Hashable, Sendable {
  /// The probability of `true` for each row.
  func probabilities(_ x: Matrix<Double>) throws(ModelError) -> [Double]
}

extension LogisticRegression: BinaryClassifier {
  /// The fit of logistic regression.
  public func fitClassifier(
    _ x: Matrix<Double>, _ y: [Bool], weights: [Double]?
  ) throws(ModelError) -> Fitted {
    try fit(x, y, weights: weights)
  }
}

extension LogisticRegression.Fitted: FittedBinaryClassifier {}

/// Many classes from a model of two: one fit for each class against all others.
///
///     let fit = try OneVsRest(LogisticRegression(l2Penalty: 1e-3)).fit(x, labels)
public struct OneVsRest<Classifier: BinaryClassifier>: Sendable {
  /// The model of two classes.
  public var classifier: Classifier

  /// Many classes from this model of two.
  public init(_ classifier: Classifier) { self.classifier = classifier }

  /// Fits a model for each class.
  ///
  /// A class whose rows all have weight 0 is none. Throws `oneClass`, and what the classifier throws.
  public func fit<Label: ClassLabel>(
    _ x: Matrix<Double>, _ labels: [Label], weights: [Double]? = nil
  ) throws(ModelError) -> Fitted<Label> {
    guard labels.count == x.rows else {
      throw .dimensionMismatch("labels", expected: x.rows, found: labels.count)
    }
    if labels.isEmpty { throw .noData }
    if let weights { try checkWeights(weights, rows: x.rows) }
    let index = try LabelIndex(checking: labels, weights)
    var models: [Classifier.Fitted] = []
    for k in index.classes.indices {
      models.append(
        try classifier.fitClassifier(x, index.indices.map { $0 == k }, weights: weights))
    }
    return Fitted(classes: index.classes, models: models)
  }

  /// The fitted models.
  public struct Fitted<Label: ClassLabel>: Hashable, Sendable, Codable {
    /// The classes, sorted.
    public let classes: [Label]
    /// A model for each class.
    public let models: [Classifier.Fitted]
    private(set) var version = FormatVersion()

    /// The probability of each class by its own model, m×K; rows do not sum to 1.
    public func scores(_ x: Matrix<Double>) throws(ModelError) -> Matrix<Double> {
      var columns = Matrix<Double>(rows: x.rows, columns: classes.count)
      for (k, model) in models.enumerated() { columns[column: k] = try model.probabilities(x) }
      return columns
    }

    /// The scores over their sum in each row, m×K; equal where all are 0.
    public func probabilities(_ x: Matrix<Double>) throws(ModelError) -> Matrix<Double> {
      let scores = try scores(x)
      let sums = scores * [Double](repeating: 1, count: classes.count)
      return Matrix(rows: x.rows, columns: classes.count) {
        sums[$0] > 0 ? scores[$0, $1] / sums[$0] : 1 / Double(classes.count)
      }
    }

    /// The class with the largest score for each row.
    public func predict(_ x: Matrix<Double>) throws(ModelError) -> [Label] {
      largestInEachRow(try scores(x)).map { classes[$0] }
    }
  }
}
