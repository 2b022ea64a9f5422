#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// How the parameters of a network move.
public enum NetworkOptimizer: Hashable, Sendable, Codable {
  /// Stochastic gradient descent.
  case sgd(SGD)
  /// Adam, or AdamW where it has a weight decay.
  case adam(Adam)
  /// RMSProp.
  case rmsProp(RMSProp)
  /// L-BFGS on the whole set, where an epoch is a step: without dropout, validation and early stopping, and without any use
  /// of schedules and clipping. From a checkpoint it goes on with an empty memory.
  case lbfgs(LBFGS)
}

extension NetworkOptimizer {
  func isSameKind(as other: NetworkOptimizer) -> Bool {
    switch (self, other) {
    case (.sgd, .sgd), (.adam, .adam), (.rmsProp, .rmsProp), (.lbfgs, .lbfgs): true
    default: false
    }
  }
}

/// Stochastic gradient descent: v ← momentum·v + g, w ← w − rate·v; Nesterov's form moves by g + momentum·v.
public struct SGD: Hashable, Sendable, Codable {
  /// The learning rate, positive.
  public var learningRate: Double
  /// From 0 to less than 1.
  public var momentum: Double
  /// Whether the gradient is taken, in effect, where the momentum leads.
  public var isNesterov: Bool

  /// The method with these choices.
  public init(learningRate: Double = 0.01, momentum: Double = 0, isNesterov: Bool = false) {
    (self.learningRate, self.momentum, self.isNesterov) = (learningRate, momentum, isNesterov)
  }
}

/// Adam (Kingma & Ba 2015): steps of the mean gradient over the root of the mean squared gradient.
///
/// With a `weightDecay` all parameters also shrink by rate·weightDecay a step: AdamW (Loshchilov & Hutter 2019).
public struct Adam: Hashable, Sendable, Codable {
  /// The learning rate, positive.
  public var learningRate: Double
  /// How much of the last mean gradient stays.
  public var beta1: Double
  /// How much of the last mean square stays.
  public var beta2: Double
  /// Is added to the root.
  public var epsilon: Double
  /// The decoupled weight decay of AdamW, at least 0.
  public var weightDecay: Double

  /// The method with these choices.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0
  ) {
    (self.learningRate, self.beta1, self.beta2) = (learningRate, beta1, beta2)
    (self.epsilon, self.weightDecay) = (epsilon, weightDecay)
  }
}

/// RMSProp (Tieleman & Hinton 2012): steps of the gradient over the root of the mean squared gradient.
public struct RMSProp: Hashable, Sendable, Codable {
  /// The learning rate, positive.
  public var learningRate: Double
  /// How much of the last mean square stays.
  public var decay: Double
  /// Is added to the root.
  public var epsilon: Double

  /// The method with these choices.
  public init(learningRate: Double = 0.01, decay: Double = 0.99, epsilon: Double = 1e-8) {
    (self.learningRate, self.decay, self.epsilon) = (learningRate, decay, epsilon)
  }
}

/// What the learning rate is multiplied by, epoch by epoch.
public enum LearningRateSchedule: Hashable, Sendable, Codable {
  /// 1.
  case constant
  /// The factor to the power of ⌊epoch/every⌋.
  case step(every: Int, factor: Double)
  /// The factor to the power of the epoch.
  case exponential(factor: Double)
  /// From 1 towards the last value, which it would have after the last epoch, along half a cosine.
  case cosine(last: Double = 0)
  /// Linear from 1/epochs to 1, then constant.
  case warmUp(epochs: Int)

  /// The factor of an epoch, counted from 0, of so many.
  public func factor(epoch: Int, of epochs: Int) -> Double {
    switch self {
    case .constant: return 1
    case .step(let every, let factor): return power(factor, epoch / max(1, every))
    case .exponential(let factor): return power(factor, epoch)
    case .cosine(let last):
      let part = epochs > 0 ? Double(epoch) / Double(epochs) : 0
      return last + (1 - last) * (1 + cos(.pi * part)) / 2
    case .warmUp(let epochs): return min(1, Double(epoch + 1) / Double(max(1, epochs)))
    }
  }
}

/// How gradients that are too large are cut.
public enum GradientClipping: Hashable, Sendable, Codable {
  /// Scaled so that their Euclidean norm is at most this.
  case norm(Double)
  /// Each element to within ± this.
  case value(Double)
}

/// When a training ends before its last epoch: the parameters are those of the best epoch.
public struct EarlyStopping: Hashable, Sendable, Codable {
  /// Ends after so many epochs without an improvement.
  public var patience: Int
  /// A smaller decrease of the loss is no improvement.
  public var minimumDecrease: Double

  /// Watches the validation loss; where there are no data to validate, that of the samples that are learnt, as the network is
  /// after each epoch, which costs a pass over them.
  public init(patience: Int = 10, minimumDecrease: Double = 0) {
    (self.patience, self.minimumDecrease) = (patience, minimumDecrease)
  }
}

/// By squaring: exponents count steps.
func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, factor, rest) = (1.0, base, max(0, exponent))
  while rest > 0 {
    if rest % 2 == 1 { result *= factor }
    factor *= factor
    rest /= 2
  }
  return result
}
