import LinAlg

/// Gradient descent a sample a step, an epoch in one call: for dense networks whose activations are piecewise linear, tanh or
/// sigmoid.
///
/// Such a step is over in a tenth of a microsecond, so that calls for each layer and pass would be most of it.
struct NetworkOnline<Element: Scalar> {
  /// As kernels.h numbers them.
  private enum Function: Int32 {
    /// x above 0, a slope times x below.
    case linear
    case tanh
    case sigmoid
  }

  private let widths: [Int]
  private let activations: [Int32]
  private let slopes: [Element]
  private let isBinary: Bool
  private let space: NetworkBuffer<Element>

  /// Nil for networks, optimisers and batches that need more.
  init?(_ network: MultilayerPerceptron<Element>, _ plan: NetworkPlan, batchSize: Int) {
    guard batchSize == 1, case .sgd(let sgd) = network.optimizer, sgd.momentum == 0,
      network.clipping == nil
    else { return nil }
    var widths = [plan.inputs]
    var functions: [(Function, slope: Double)] = []
    var isLinear = false
    for stage in plan.trainedStages {
      switch stage.kind {
      case .dense:
        widths.append(stage.units)
        functions.append((.linear, 1))
        isLinear = true
      case .activation(let activation):
        guard isLinear else { return nil }
        isLinear = activation == .identity
        switch activation {
        case .identity: break
        case .relu: functions[functions.count - 1] = (.linear, 0)
        case .leakyReLU(let slope): functions[functions.count - 1] = (.linear, slope)
        case .tanh: functions[functions.count - 1] = (.tanh, 1)
        case .sigmoid: functions[functions.count - 1] = (.sigmoid, 1)
        case .gelu, .softmax: return nil
        }
      case .dropout(let rate): guard rate == 0 else { return nil }
      case .normalization: return nil
      }
    }
    let space = unsafe Element._onlineSpace(functions.count, widths)
    guard space > 0 else { return nil }
    self.widths = widths
    activations = functions.map(\.0.rawValue)
    slopes = functions.map { Element($0.slope) }
    isBinary = network.loss == .binaryCrossEntropy
    self.space = NetworkBuffer(count: space)
  }

  /// Steps along so many samples, in their order or this one; returns the weighted sum of the losses.
  func descend(
    _ samples: NetworkPointers<Element>, _ count: Int, _ order: [Int], rate: Double,
    penalty: Double, _ parameters: UnsafeMutablePointer<Element>
  ) -> Double {
    unsafe order.withUnsafeBufferPointer { order in
      unsafe Double(
        Element._onlineDescent(
          activations.count, widths, activations, slopes, count,
          order.isEmpty ? nil : order.baseAddress, samples.x, samples.labels, samples.values,
          isBinary, samples.weights, Element(rate), Element(penalty), parameters, space.base))
    }
  }
}
