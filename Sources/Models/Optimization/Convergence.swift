/// How a minimisation ended.
public struct Convergence: Hashable, Sendable, Codable {
  /// Why it ended.
  public enum Reason: String, Hashable, Sendable, Codable {
    /// There was nothing to iterate: the solution came from a factorization.
    case direct
    /// The largest element of the gradient is within its tolerance.
    case gradient
    /// The decrease that is left is within its tolerance of the value, by what the next step promises, ½gᵀH⁻¹g, and
    /// in L-BFGS by how the values decreased so far.
    case decrease
    /// Roundoff hides any further decrease.
    case precision
    /// Converged to no minimum: no step along the search direction decreases the value.
    case noDescent
    /// The iterations were used up.
    case iterationLimit
    /// The progress callback asked to stop.
    case stopped
    /// The data are separated: the minimum is at infinity.
    case separated
  }

  /// Why it ended.
  public let reason: Reason
  /// The number of steps taken.
  public let iterations: Int
  /// The largest absolute element of the last gradient, in the optimiser's own units.
  public let gradientNorm: Double
  /// The value at the start and after each step.
  public let trace: [Double]

  /// Whether the result is a minimum, as far as the tolerances tell.
  public var isConverged: Bool {
    switch reason {
    case .direct, .gradient, .decrease, .precision: true
    case .noDescent, .iterationLimit, .stopped, .separated: false
    }
  }

  /// An end with its reason and history.
  public init(reason: Reason, iterations: Int, gradientNorm: Double, trace: [Double]) {
    (self.reason, self.iterations) = (reason, iterations)
    (self.gradientNorm, self.trace) = (gradientNorm, trace)
  }

  static let direct = Convergence(reason: .direct, iterations: 0, gradientNorm: 0, trace: [])
}

/// What an optimiser found.
public struct Minimum: Hashable, Sendable, Codable {
  /// The parameters with the least value.
  public let parameters: [Double]
  /// The value there.
  public let value: Double
  /// How the search ended.
  public let convergence: Convergence

  /// The same after an earlier search, whose steps count too.
  func continuing(_ before: Convergence) -> Minimum {
    Minimum(
      parameters: parameters, value: value,
      convergence: Convergence(
        reason: convergence.reason, iterations: before.iterations + convergence.iterations,
        gradientNorm: convergence.gradientNorm, trace: before.trace + convergence.trace.dropFirst())
    )
  }
}

/// One step of an optimiser, as its progress callback sees it.
public struct Iteration: Hashable, Sendable {
  /// The number of steps taken so far.
  public let number: Int
  /// The value after the step.
  public let value: Double
  /// The largest absolute element of the gradient there.
  public let gradientNorm: Double
}

/// Is called after each step; returns whether to go on.
public typealias ProgressHandler = (Iteration) -> Bool
