public import LinAlg

/// A network for classes: standardised inputs, hidden layers, softmax.
///
///     let fit = try MLPClassifier(hidden: [64]).fit(x, ["setosa", "virginica", …])
///     try fit.predict(xNew)               // labels
///
/// For other architectures and trainings see `MultilayerPerceptron`.
public struct MLPClassifier: Hashable, Sendable, Codable {
  /// The units of the hidden layers.
  public var hidden: [Int]
  /// What hidden units make of their sums.
  public var activation: Activation
  /// How the network is trained; its layers and loss are those that follow from the data.
  public var training: MultilayerPerceptron<Double>

  /// A network with these hidden layers, trained by Adam on batches of 32.
  public init(
    hidden: [Int] = [100], activation: Activation = .relu, l2Penalty: Double = 1e-4,
    epochs: Int = 100, seed: UInt64 = 0
  ) {
    (self.hidden, self.activation) = (hidden, activation)
    training = MultilayerPerceptron([], l2Penalty: l2Penalty, epochs: epochs, seed: seed)
  }

  /// Fits the network to an n×p matrix of predictors and n labels of any type.
  ///
  /// Throws as `MultilayerPerceptron.fit` does, and `oneClass`.
  public func fit<Label: ClassLabel>(
    _ x: Matrix<Double>, _ labels: [Label], weights: [Double]? = nil,
    progress: ((MultilayerPerceptron<Double>.Epoch) -> Bool)? = nil
  ) throws(ModelError) -> Fitted<Label> {
    guard labels.count == x.rows else {
      throw .dimensionMismatch("labels", expected: x.rows, found: labels.count)
    }
    if labels.isEmpty { throw .noData }
    if let weights { try checkWeights(weights, rows: x.rows) }
    let index = try LabelIndex(checking: labels, weights)
    let standardization = try Standardization(x.selectingRows(countedIndices(weights, x.rows)))
    var network = training
    network.layers =
      hidden.map { .dense($0, activation) } + [.dense(index.classes.count, .softmax)]
    network.loss = .crossEntropy
    let fit = try network.fit(
      standardization(x), classes: index.indices, weights: weights, progress: progress)
    return Fitted(classes: index.classes, standardization: standardization, network: fit)
  }

  /// A fitted network for classes.
  public struct Fitted<Label: ClassLabel>: Hashable, Sendable, Codable {
    /// The classes, sorted.
    public let classes: [Label]
    /// What is done to inputs first.
    public let standardization: Standardization
    /// The network behind it.
    public let network: MultilayerPerceptron<Double>.Fitted
    private(set) var version = FormatVersion()

    /// The probability of each class, m×K.
    public func probabilities(_ x: Matrix<Double>) throws(ModelError) -> Matrix<Double> {
      guard classes.count == network.outputs else {
        throw .dimensionMismatch("classes", expected: network.outputs, found: classes.count)
      }
      return try network.predict(standardization(x))
    }

    /// The most probable class of each row.
    public func predict(_ x: Matrix<Double>) throws(ModelError) -> [Label] {
      largestInEachRow(try probabilities(x)).map { classes[$0] }
    }
  }
}

/// A network for one number: standardised inputs and responses, hidden layers, a linear output.
public struct MLPRegressor: Hashable, Sendable, Codable {
  /// The units of the hidden layers.
  public var hidden: [Int]
  /// What hidden units make of their sums.
  public var activation: Activation
  /// How the network is trained; its layers and loss are those that follow from the data.
  public var training: MultilayerPerceptron<Double>

  /// A network with these hidden layers, trained by Adam on batches of 32.
  public init(
    hidden: [Int] = [100], activation: Activation = .relu, l2Penalty: Double = 1e-4,
    epochs: Int = 100, seed: UInt64 = 0
  ) {
    (self.hidden, self.activation) = (hidden, activation)
    training = MultilayerPerceptron([], l2Penalty: l2Penalty, epochs: epochs, seed: seed)
  }

  /// Fits the network to an n×p matrix of predictors and n responses.
  ///
  /// Throws as `MultilayerPerceptron.fit` does.
  public func fit(
    _ x: Matrix<Double>, _ y: [Double], weights: [Double]? = nil,
    progress: ((MultilayerPerceptron<Double>.Epoch) -> Bool)? = nil
  ) throws(ModelError) -> Fitted {
    guard y.count == x.rows else {
      throw .dimensionMismatch("response", expected: x.rows, found: y.count)
    }
    if let row = y.firstIndex(where: { !$0.isFinite }) { throw .nonFiniteResponse(row: row) }
    if let weights { try checkWeights(weights, rows: x.rows) }
    let counted = countedIndices(weights, x.rows)
    let inputs = try Standardization(x.selectingRows(counted))
    let response = try Standardization(Matrix(column: counted.map { y[$0] }))
    var network = training
    network.layers = hidden.map { .dense($0, activation) } + [.dense(1)]
    network.loss = .meanSquaredError
    let fit = try network.fit(
      inputs(x), response(Matrix(column: y)), weights: weights, progress: progress)
    return Fitted(standardization: inputs, response: response, network: fit)
  }

  /// A fitted network for one number.
  public struct Fitted: Hashable, Sendable, Codable {
    /// What is done to inputs first.
    public let standardization: Standardization
    /// What the network's output is undone by.
    public let response: Standardization
    /// The network behind it.
    public let network: MultilayerPerceptron<Double>.Fitted
    private(set) var version = FormatVersion()

    /// The prediction for each row.
    public func predict(_ x: Matrix<Double>) throws(ModelError) -> [Double] {
      try response.inverse(network.predict(standardization(x))).elements
    }
  }
}

/// The rows that count; their weights do not change the units that inputs are learnt in.
private func countedIndices(_ weights: [Double]?, _ rows: Int) -> [Int] {
  guard let weights else { return Array(0..<rows) }
  return weights.indices.filter { weights[$0] > 0 }
}
