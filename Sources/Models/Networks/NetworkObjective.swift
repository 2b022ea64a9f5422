public import LinAlg

/// The objective of a network on all samples at once, as a function of its parameters: for `LBFGS`, and to check
/// gradients.
///
/// Batch normalisation works with the statistics of the samples; dropout drops the same units every time.
public final class NetworkObjective<Element: Scalar>: Objective {
  let plan: NetworkPlan
  private let network: MultilayerPerceptron<Element>
  private let data: NetworkSamples<Element>
  private let work: NetworkWorkspace<Element>
  private let parameters, gradient, running: NetworkBuffer<Element>

  init(
    _ network: MultilayerPerceptron<Element>, _ plan: NetworkPlan, _ data: NetworkSamples<Element>
  ) {
    (self.network, self.plan, self.data) = (network, plan, data)
    work = NetworkWorkspace(plan, capacity: data.count)
    parameters = NetworkBuffer(count: plan.parameterCount)
    gradient = NetworkBuffer(count: plan.parameterCount)
    running = NetworkBuffer(count: plan.runningCount)
  }

  /// The number of weights, biases, scales and shifts.
  public var parameterCount: Int { plan.parameterCount }

  /// The value; writes the gradient.
  public func value(at point: [Double], gradient result: inout [Double]) -> Double {
    precondition(
      point.count == parameterCount, "\(point.count) values for \(parameterCount) parameters")
    parameters.values = point.map { Element($0) }
    var generator = SplitMix64(seed: 0)
    let (stages, m) = (plan.trainedStages, data.count)
    let loss = unsafe data.withPointers { data in
      unsafe work.forward(
        stages, .training, parameters.base, running.base, data.x, 0..<m, &generator)
      let loss = unsafe work.loss(
        network.loss, stages, data, 0..<m, scale: Element(1 / self.data.weightSum))
      unsafe work.backward(stages, .training, parameters.base, data.x, 0..<m, gradient.base)
      unsafe work.gradients(stages, data.x, m, gradient.base)
      return loss
    }
    var value = Double(loss) / data.weightSum
    result = gradient.values.map { Double($0) }
    for range in plan.weightRanges {
      for j in range {
        result[j] += network.l2Penalty * point[j]
        value += network.l2Penalty / 2 * point[j] * point[j]
      }
    }
    return value
  }
}

/// A derivative of a network that differs from that by differences, and where it is.
public struct NetworkGradientError: Hashable, Sendable, CustomStringConvertible {
  /// The layer, counted from 0.
  public let layer: Int
  /// "weights", "biases", "scale" or "shift".
  public let parameter: String
  /// The unit.
  public let row: Int
  /// The input, of weights.
  public let column: Int
  /// Both derivatives.
  public let entry: GradientCheck.Entry

  /// One line that says where and how much.
  public var description: String {
    "layer \(layer), \(parameter)[\(row), \(column)]: \(entry.analytic), by differences \(entry.numeric)"
  }
}

extension MultilayerPerceptron {
  /// The objective of all samples, and parameters to look at it from: those that training would begin with.
  ///
  /// Throws as `fit` does.
  public func objective(
    _ x: Matrix<Element>, _ targets: NetworkTargets<Element>, weights: [Double]? = nil
  ) throws(ModelError) -> (objective: NetworkObjective<Element>, parameters: [Double]) {
    let data = try NetworkSamples(self, x, targets, .row, weights)
    let plan = try NetworkPlan(layers, inputs: data.inputs, loss: loss)
    try checkArguments(plan, samples: data.count)
    var generator = SplitMix64(seed: seed)
    let parameters: [Element] = try plan.initialParameters(layers, &generator)
    return (NetworkObjective(self, plan, data), parameters.map { Double($0) })
  }

  /// Compares every derivative with central differences; returns those that differ, the worst first.
  ///
  /// Works in double precision at the parameters that training would begin with. Activations with a kink disagree where
  /// a step crosses it.
  public func checkGradients(
    _ x: Matrix<Element>, _ targets: NetworkTargets<Element>, weights: [Double]? = nil,
    tolerance: Double = 1e-6
  ) throws(ModelError) -> [NetworkGradientError] {
    let double = MultilayerPerceptron<Double>(layers, loss: loss, l2Penalty: l2Penalty, seed: seed)
    let wide: NetworkTargets<Double> =
      switch targets {
      case .classes(let classes): .classes(classes)
      case .values(let y):
        .values(Matrix(rows: y.rows, columns: y.columns) { Double(y[$0, $1]) })
      }
    let (objective, parameters) = try double.objective(
      Matrix(rows: x.rows, columns: x.columns) { Double(x[$0, $1]) }, wide, weights: weights)
    let plan = objective.plan
    return try objective.errors(
      in: checkGradient(of: objective, at: parameters), plan, tolerance: tolerance)
  }
}

extension NetworkObjective {
  /// The failures of a check, by their places in the network.
  public func errors(in check: GradientCheck, tolerance: Double = 1e-6) -> [NetworkGradientError] {
    errors(in: check, plan, tolerance: tolerance)
  }

  func errors(
    in check: GradientCheck, _ plan: NetworkPlan, tolerance: Double
  ) -> [NetworkGradientError] {
    check.failures(tolerance: tolerance).map { entry in
      let place = plan.place(of: entry.parameter)
      return NetworkGradientError(
        layer: place.layer, parameter: place.name, row: place.row, column: place.column,
        entry: entry)
    }
  }
}
