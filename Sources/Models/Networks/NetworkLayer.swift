/// One layer of a network; see `MultilayerPerceptron`.
public enum NetworkLayer: Hashable, Sendable, Codable {
  /// So many units, each an activation of a weighted sum of its inputs and a bias: a(W x + b).
  case dense(Int, Activation = .identity, initializer: Initializer = .automatic)
  /// Each unit shifted and scaled to mean 0 and variance 1 over the batch, then by parameters of its own (Ioffe & Szegedy
  /// 2015).
  ///
  /// In training the statistics are those of the batch, with the biased variance; in use they are running averages,
  /// (1 − momentum)·old + momentum·new from mean 0 and variance 1, with the unbiased variance.
  case batchNormalization(momentum: Double = 0.1, epsilon: Double = 1e-5)
  /// A function of each unit.
  case activation(Activation)
  /// In training each unit is 0 with this probability, and divided by 1 less it otherwise; in use nothing changes.
  case dropout(Double)
}

/// What a unit makes of its weighted sum.
public enum Activation: Hashable, Sendable, Codable {
  /// z.
  case identity
  /// 1/(1 + e⁻ᶻ).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// max(z, 0).
  case relu
  /// z, or slope·z below 0, with a positive slope.
  case leakyReLU(slope: Double = 0.01)
  /// z Φ(z) with the normal distribution function Φ (Hendrycks & Gimpel 2016).
  case gelu
  /// exp(zⱼ)/Σ exp(zₖ) over the units of the layer; for the last layer.
  case softmax
}

/// Where weights begin; biases begin at 0 but for `values`.
public enum Initializer: Hashable, Sendable, Codable {
  /// `he` before ReLU, leaky ReLU and GELU, else `glorot`.
  case automatic
  /// Uniform within ±√(6/(inputs + units)) (Glorot & Bengio 2010).
  case glorot
  /// Normal with variance 2/inputs (He et al. 2015).
  case he
  /// Uniform within ±limit.
  case uniform(Double)
  /// These weights, a row for each unit and in each row one for each input, and biases.
  case values(weights: [[Double]], biases: [Double])
}
