import LinAlg

extension MultilayerPerceptron.Fitted {
  /// An input at which an output is greatest.
  public struct Maximum: Hashable, Sendable, Codable {
    /// The input.
    public let input: [Double]
    /// The output there.
    public let output: Double
    /// How the search ended.
    public let convergence: Convergence
  }

  /// Looks for the input within a box at which an output is greatest.
  ///
  /// Projected gradient ascent with Barzilai–Borwein steps and backtracking (Birgin, Martínez & Raydan 2000), from a point and
  /// from others at random; the best local maximum is returned. Its convergence is by the projected gradient,
  /// the largest element of which is at most 10⁻⁸ (10⁻⁴ for Float).
  ///
  /// - Parameters:
  ///   - k: The index of the output: of a class, its probability.
  ///   - start: The first point, moved into the box; its middle by default.
  ///   - bounds: The interval of each input.
  ///   - starts: From how many points.
  ///   - seed: Where the random numbers for the others begin.
  ///
  /// Throws: `dimensionMismatch`, `invalidArgument`.
  public func maximize(
    output k: Int, startingAt start: [Double]? = nil, within bounds: [ClosedRange<Double>],
    starts: Int = 8, seed: UInt64 = 0
  ) throws(ModelError) -> Maximum {
    let plan = try plan()
    guard bounds.count == inputs else {
      throw .dimensionMismatch("bounds", expected: inputs, found: bounds.count)
    }
    if let start, start.count != inputs {
      throw .dimensionMismatch("inputs of the start", expected: inputs, found: start.count)
    }
    guard (0..<outputs).contains(k) else {
      throw .invalidArgument("output", allowed: "from 0 to \(outputs - 1)", found: Double(k))
    }
    for value in bounds.flatMap({ [$0.lowerBound, $0.upperBound] }) + (start ?? []) {
      guard (2 * value).isFinite, Element(value).isFinite else {
        throw .invalidArgument("bounds and start", allowed: "finite", found: value)
      }
    }
    let search = InputSearch(self, plan, k, bounds)
    var generator = SplitMix64(seed: seed)
    var best = search.ascend(
      from: start ?? bounds.map { $0.lowerBound / 2 + $0.upperBound / 2 })
    for _ in 1..<max(1, starts) {
      let point = bounds.map {
        $0.lowerBound + generator.unit() * ($0.upperBound - $0.lowerBound)
      }
      let found = search.ascend(from: point)
      if !(found.output <= best.output) { best = found }
    }
    return best
  }
}

/// One output of a network as a function of its inputs.
private struct InputSearch<Element: Scalar> {
  private let plan: NetworkPlan
  private let bounds: [ClosedRange<Double>]
  private let output: Int
  private let work: NetworkWorkspace<Element>
  private let parameters, running, gradient, input: NetworkBuffer<Element>

  init(
    _ fit: MultilayerPerceptron<Element>.Fitted, _ plan: NetworkPlan, _ output: Int,
    _ bounds: [ClosedRange<Double>]
  ) {
    (self.plan, self.output, self.bounds) = (plan, output, bounds)
    work = NetworkWorkspace(plan, capacity: 1, givesInputs: true)
    parameters = NetworkBuffer(fit.parameters)
    running = NetworkBuffer(fit.runningStatistics)
    gradient = NetworkBuffer(count: plan.parameterCount)
    input = NetworkBuffer(count: plan.inputs)
  }

  private func value(_ x: [Double]) -> (value: Double, gradient: [Double]) {
    input.values = x.map { Element($0) }
    var generator = SplitMix64(seed: 0)
    let stages = plan.stages[...]
    unsafe work.forward(
      stages, .use, parameters.base, running.base, input.base, 0..<1, &generator)
    let value = unsafe Double(work.output(of: stages)[output])
    work.beginAtOutput(output, stages)
    let slopes = unsafe work.backward(
      stages, .use, parameters.base, input.base, 0..<1, gradient.base, wantsInput: true)
    return (value, (0..<plan.inputs).map { unsafe Double(slopes[$0]) })
  }

  private func projected(_ x: [Double]) -> [Double] {
    zip(x, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) }
  }

  func ascend(from start: [Double]) -> MultilayerPerceptron<Element>.Fitted.Maximum {
    var x = projected(start)
    var (f, g) = value(x)
    var (trace, step) = ([f], 1.0)
    var reason = Convergence.Reason.iterationLimit
    let tolerance = Element.self == Double.self ? 1e-8 : 1e-4
    func reach(_ x: [Double], _ g: [Double]) -> Double {
      normInfinity(zip(projected(zip(x, g).map { $0 + $1 }), x).map { $0 - $1 })
    }
    while trace.count <= 1000 {
      if reach(x, g) <= tolerance {
        reason = .gradient
        break
      }
      var length = step
      var next = x
      var found = (value: f, gradient: g)
      while true {
        next = projected(zip(x, g).map { $0 + length * $1 })
        found = value(next)
        let gain = zip(zip(next, x), g).reduce(0) { $0 + ($1.0.0 - $1.0.1) * $1.1 }
        if found.value >= f + 1e-4 * gain { break }
        length /= 2
        if length < 1e-14 * step { break }
      }
      guard found.value >= f, next != x else {
        reason = found.value.isNaN || f.isNaN ? .noDescent : .precision
        break
      }
      let s = zip(next, x).map { $0 - $1 }
      let y = zip(g, found.gradient).map { $0 - $1 }
      let curvature = dot(s, y)
      step = curvature > 0 ? min(1e10, max(1e-10, dot(s, s) / curvature)) : 4 * length
      (x, f, g) = (next, found.value, found.gradient)
      trace.append(f)
    }
    return .init(
      input: x, output: f,
      convergence: Convergence(
        reason: reason, iterations: trace.count - 1, gradientNorm: reach(x, g), trace: trace))
  }
}
