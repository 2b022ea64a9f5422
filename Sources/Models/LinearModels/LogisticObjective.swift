public import LinAlg

/// The objective of logistic regression: the mean log loss plus (l2Penalty/2) ‖w‖².
///
/// (1/Σwᵢ) Σ wᵢ [log(1 + e^zᵢ) − yᵢzᵢ] with zᵢ = b + xᵢᵀw and labels yᵢ of 0 or 1. Parameters are the intercept (if
/// there is one, and it is not penalised), then the slopes. The loss is finite for every finite z. Each
/// evaluation reads X once, in row blocks that stay in cache, on the threads that `BLASRuntime` allows.
public final class LogisticObjective: CurvedObjective, HessianProductObjective {
  let design: Design
  /// 1 − 2y: −1 for label 1, 1 for label 0.
  let signs: [Double]
  let weights: [Double]
  let weightSum: Double
  /// l2Penalty in the units of the parameters; 0 for the intercept.
  let penalties: [Double]

  /// Throws: `noData`, `dimensionMismatch`, `invalidArgument`, `invalidWeight`, `noWeight`, `nonFinite`.
  public convenience init(
    _ x: Matrix<Double>, _ y: [Bool], l2Penalty: Double = 0, fitsIntercept: Bool = true,
    weights: [Double]? = nil
  ) throws(ModelError) {
    try LogisticRegression(l2Penalty: l2Penalty, fitsIntercept: fitsIntercept)
      .check(x, y, weights)
    self.init(Design(raw: x, intercept: fitsIntercept), y, weights, l2Penalty: l2Penalty)
    try design.checkFinite()
  }

  init(_ design: Design, _ y: [Bool], _ weights: [Double]?, l2Penalty: Double) {
    self.design = design
    signs = y.map { $0 ? -1 : 1 }
    self.weights = weights ?? Array(repeating: 1, count: y.count)
    weightSum = sum(self.weights)
    penalties =
      Array(repeating: 0, count: design.ones) + design.factors.map { l2Penalty * $0 * $0 }
  }

  /// The same with predictors in single precision, for searches that begin far from the minimum.
  func packing() -> LogisticObjective { LogisticObjective(self, design.packing()) }

  private init(_ objective: LogisticObjective, _ design: Design) {
    self.design = design
    (signs, weights, weightSum) = (objective.signs, objective.weights, objective.weightSum)
    penalties = objective.penalties
  }

  /// The same for some of the rows; nil if they have no weight.
  init?(_ objective: LogisticObjective, rows: [Range<Int>]) {
    design = Design(objective.design, rows: rows)
    signs = rows.flatMap { objective.signs[$0] }
    weights = rows.flatMap { objective.weights[$0] }
    weightSum = sum(weights)
    penalties = objective.penalties
    if weightSum == 0 { return nil }
  }

  /// The number of parameters.
  public var parameterCount: Int { design.unknowns }

  /// The value; writes the gradient.
  public func value(at parameters: [Double], gradient: inout [Double]) -> Double {
    let parts = design.forEachRange(state: { Terms(design.rangeRows, parameterCount) }) {
      terms, rows in
      terms.predict(self, rows, parameters)
      terms.evaluate(self, rows)
      terms.addSlopes(self, rows)
    }
    return finish(parts, parameters, &gradient)
  }

  /// The value; writes the gradient and the Hessian.
  public func value(
    at parameters: [Double], gradient: inout [Double], hessian: inout Matrix<Double>
  ) -> Double {
    let plan = Design.Plan(rows: design.rows, columns: parameterCount, forGram: true)
    let parts = unsafe design.forEachBlock(
      plan, isWeighted: false,
      state: {
        (
          terms: Terms(plan.blockRows, parameterCount),
          gram: Matrix<Double>(rows: parameterCount, columns: parameterCount)
        )
      }
    ) { state, rows, block in
      unsafe state.terms.predict(block, parameters)
      state.terms.evaluate(self, rows)
      unsafe state.terms.addSlopes(block)
      unsafe state.terms.addCurvatures(block, into: &state.gram)
    }
    let gram = parts.dropFirst().reduce(parts[0].gram) { $0 + $1.gram }
    hessian = Matrix(rows: parameterCount, columns: parameterCount) { i, j in
      gram[min(i, j), max(i, j)] / weightSum + (i == j ? penalties[j] : 0)
    }
    return finish(parts.map(\.terms), parameters, &gradient)
  }

  /// The product of the Hessian and a vector, in one pass over X.
  public func hessianProduct(at parameters: [Double], _ vector: [Double]) -> [Double] {
    let parts = design.forEachRange(state: { Terms(design.rangeRows, parameterCount) }) {
      terms, rows in
      terms.predict(self, rows, parameters)
      terms.evaluate(self, rows)
      terms.predict(self, rows, vector)
      terms.addCurvatureProducts(self, rows)
    }
    var product = parts.dropFirst().reduce(parts[0].gradient) { sum, part in
      zip(sum, part.gradient).map { $0 + $1 }
    }
    for j in product.indices { product[j] = product[j] / weightSum + penalties[j] * vector[j] }
    return product
  }

  /// The linear predictor of each row.
  func linearPredictor(_ parameters: [Double]) -> [Double] {
    design.forEachRange(state: { [Double]() }) { z, rows in
      var part = [Double](repeating: 0, count: rows.count)
      unsafe design.predict(parameters, rows, into: &part)
      z += part
    }.flatMap { $0 }
  }

  private func finish(
    _ parts: [Terms], _ parameters: [Double], _ gradient: inout [Double]
  ) -> Double {
    var penalty = 0.0
    for j in gradient.indices {
      let sum = parts.reduce(0) { $0 + $1.gradient[j] }
      gradient[j] = sum / weightSum + penalties[j] * parameters[j]
      penalty += penalties[j] * parameters[j] * parameters[j]
    }
    return parts.reduce(0) { $0 + $1.loss } / weightSum + penalty / 2
  }

  /// The sums of one thread, and its work space for a range of rows.
  private struct Terms {
    private(set) var loss = 0.0
    private(set) var gradient: [Double]
    /// Linear predictors, first and second derivatives of the losses by them.
    private var z, slopes, curvatures: [Double]

    init(_ rows: Int, _ parameters: Int) {
      gradient = Array(repeating: 0, count: parameters)
      z = Array(repeating: 0, count: rows)
      (slopes, curvatures) = (z, z)
    }

    // MARK: Linear predictors, from the data or from a block in cache

    mutating func predict(
      _ goal: LogisticObjective, _ rows: Range<Int>, _ parameters: [Double]
    ) {
      unsafe goal.design.predict(parameters, rows, into: &z)
    }

    mutating func predict(_ block: UnsafeMutableMatrixPointer<Double>, _ parameters: [Double]) {
      unsafe parameters.withUnsafeBufferPointer { parameters in
        unsafe z.withUnsafeMutableBufferPointer { z in
          unsafe multiply(
            block.readOnly, parameters,
            into: UnsafeMutableBufferPointer(rebasing: z[..<block.rows]))
        }
      }
    }

    mutating func evaluate(_ goal: LogisticObjective, _ rows: Range<Int>) {
      loss += unsafe goal.signs.withUnsafeBufferPointer { signs in
        unsafe goal.weights.withUnsafeBufferPointer { weights in
          guard let signs = signs.baseAddress, let weights = weights.baseAddress else { return 0 }
          return unsafe logisticTerms(
            rows.count, z, signs: signs + rows.lowerBound, weights: weights + rows.lowerBound,
            slopes: &slopes, curvatures: &curvatures)
        }
      }
    }

    // MARK: Sums

    mutating func addSlopes(_ goal: LogisticObjective, _ rows: Range<Int>) {
      unsafe goal.design.addProjection(slopes, rows, into: &gradient)
    }

    mutating func addSlopes(_ block: UnsafeMutableMatrixPointer<Double>) {
      unsafe slopes.withUnsafeBufferPointer { slopes in
        unsafe gradient.withUnsafeMutableBufferPointer { gradient in
          unsafe multiply(
            block.readOnly, UnsafeBufferPointer(rebasing: slopes[..<block.rows]), into: gradient,
            beta: 1, transposeA: true)
        }
      }
    }

    /// The predictors are those of a vector: their products with the curvatures.
    mutating func addCurvatureProducts(_ goal: LogisticObjective, _ rows: Range<Int>) {
      for i in 0..<rows.count { curvatures[i] *= z[i] }
      unsafe goal.design.addProjection(curvatures, rows, into: &gradient)
    }

    /// The Gram matrix of the rows times √ of the curvatures; overwrites the block.
    mutating func addCurvatures(
      _ block: UnsafeMutableMatrixPointer<Double>, into gram: inout Matrix<Double>
    ) {
      for i in unsafe 0..<block.rows { curvatures[i] = curvatures[i].squareRoot() }
      unsafe scaleRows(block, by: curvatures)
      unsafe gram.withUnsafeMutableMatrixPointer { gram in
        unsafe addGram(block.readOnly, into: gram)
      }
    }
  }
}
