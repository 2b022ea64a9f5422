public import LinAlg

/// What a network minimises: the mean over samples, plus (l2Penalty/2) times the sum of squares of all weights.
public enum NetworkLoss: String, Hashable, Sendable, Codable {
  /// The mean over the outputs of (output − value)².
  case meanSquaredError
  /// −log of the probability of the class, from logits: the last layer is linear, or softmax.
  case crossEntropy
  /// −y log p − (1 − y) log(1 − p), summed over the outputs, from logits: the last layer is linear, or sigmoid.
  case binaryCrossEntropy
}

/// What a network is to learn.
public enum NetworkTargets<Element: Scalar>: Hashable, Sendable {
  /// A row of values for each sample.
  case values(Matrix<Element>)
  /// The index of a class for each sample.
  case classes([Int])

  /// The number of samples.
  public var count: Int {
    switch self {
    case .values(let values): values.rows
    case .classes(let classes): classes.count
    }
  }
}
