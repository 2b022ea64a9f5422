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

  /// The same for some of the rows; nil if they have no weight.
  init?(_ objective: LogisticObjective, rows: [Range<Int>]) {
    design = Design(objective.design, rows: rows)
    signs = rows.flatMap { objective.signs[$0] }
    weights = rows.flatMap { objective.weights[$0] }
    weightSum = sum(weights)
    penalties = objective.penalties
    if weightSum == 0 { return nil }
  }

  public var parameterCount: Int { design.unknowns }

  public func value(at parameters: [Double], gradient: inout [Double]) -> Double {
    let total = pass(parameters, withHessian: false)
    return finish(total, parameters, &gradient)
  }

  public func value(
    at parameters: [Double], gradient: inout [Double], hessian: inout Matrix<Double>
  ) -> Double {
    let total = pass(parameters, withHessian: true)
    hessian = (1 / weightSum) * total.hessian
    for j in 0..<hessian.columns {
      for i in 0..<j { hessian[j, i] = hessian[i, j] }
      hessian[j, j] += penalties[j]
    }
    return finish(total, parameters, &gradient)
  }

  public func hessianProduct(at parameters: [Double], _ vector: [Double]) -> [Double] {
    let plan = Design.Plan(rows: design.rows, columns: parameterCount, forGram: false)
    let parts = unsafe design.forEachBlock(
      plan, isWeighted: false, state: { Terms(plan, parameterCount, withHessian: false) }
    ) { terms, rows, block in
      unsafe terms.addHessianProduct(self, block, rows, parameters, vector)
    }
    var product = parts.dropFirst().reduce(parts[0].gradient) { sum, part in
      zip(sum, part.gradient).map { $0 + $1 }
    }
    for j in product.indices { product[j] = product[j] / weightSum + penalties[j] * vector[j] }
    return product
  }

  /// The linear predictor of each row.
  func linearPredictor(_ parameters: [Double]) -> [Double] {
    let plan = Design.Plan(rows: design.rows, columns: parameterCount, forGram: false)
    let parts = unsafe design.forEachBlock(plan, isWeighted: false, state: { [Double]() }) {
      z, rows, block in
      var part = [Double](repeating: 0, count: rows.count)
      unsafe parameters.withUnsafeBufferPointer { parameters in
        unsafe part.withUnsafeMutableBufferPointer { part in
          unsafe multiply(block.readOnly, parameters, into: part)
        }
      }
      z += part
    }
    return parts.flatMap { $0 }
  }

  private func pass(_ parameters: [Double], withHessian: Bool) -> Terms {
    let plan = Design.Plan(rows: design.rows, columns: parameterCount, forGram: withHessian)
    let parts = unsafe design.forEachBlock(
      plan, isWeighted: false, state: { Terms(plan, parameterCount, withHessian: withHessian) }
    ) { terms, rows, block in
      unsafe terms.add(self, block, rows, parameters, withHessian: withHessian)
    }
    var total = parts[0]
    for part in parts.dropFirst() {
      total.loss += part.loss
      axpy(1, part.gradient, into: &total.gradient)
      if withHessian { total.hessian += part.hessian }
    }
    return total
  }

  private func finish(
    _ total: Terms, _ parameters: [Double], _ gradient: inout [Double]
  ) -> Double {
    var penalty = 0.0
    for j in gradient.indices {
      gradient[j] = total.gradient[j] / weightSum + penalties[j] * parameters[j]
      penalty += penalties[j] * parameters[j] * parameters[j]
    }
    return total.loss / weightSum + penalty / 2
  }

  /// The sums of one thread, and its work space.
  private struct Terms {
    var loss = 0.0
    var gradient: [Double]
    var hessian: Matrix<Double>
    private var z, slopes, curvatures: [Double]

    init(_ plan: Design.Plan, _ count: Int, withHessian: Bool) {
      gradient = Array(repeating: 0, count: count)
      hessian = Matrix(rows: withHessian ? count : 0, columns: withHessian ? count : 0)
      z = Array(repeating: 0, count: plan.blockRows)
      (slopes, curvatures) = (z, z)
    }

    /// The linear predictor, the loss and its derivatives by it.
    private mutating func evaluate(
      _ goal: LogisticObjective, _ block: UnsafeMutableMatrixPointer<Double>, _ rows: Range<Int>,
      _ parameters: [Double]
    ) -> Double {
      unsafe parameters.withUnsafeBufferPointer { parameters in
        unsafe z.withUnsafeMutableBufferPointer { z in
          unsafe multiply(
            block.readOnly, parameters,
            into: UnsafeMutableBufferPointer(rebasing: z[..<rows.count]))
        }
      }
      return unsafe goal.signs.withUnsafeBufferPointer { signs in
        unsafe goal.weights.withUnsafeBufferPointer { weights in
          guard let signs = signs.baseAddress, let weights = weights.baseAddress else { return 0 }
          return unsafe logisticTerms(
            rows.count, z, signs: signs + rows.lowerBound, weights: weights + rows.lowerBound,
            slopes: &slopes, curvatures: &curvatures)
        }
      }
    }

    mutating func add(
      _ goal: LogisticObjective, _ block: UnsafeMutableMatrixPointer<Double>, _ rows: Range<Int>,
      _ parameters: [Double], withHessian: Bool
    ) {
      loss += unsafe evaluate(goal, block, rows, parameters)
      unsafe addProducts(block, slopes, rows.count)
      if withHessian {
        for i in 0..<rows.count { curvatures[i] = curvatures[i].squareRoot() }
        unsafe scaleRows(block, by: curvatures)
        unsafe hessian.withUnsafeMutableMatrixPointer { hessian in
          unsafe addGram(block.readOnly, into: hessian)
        }
      }
    }

    mutating func addHessianProduct(
      _ goal: LogisticObjective, _ block: UnsafeMutableMatrixPointer<Double>, _ rows: Range<Int>,
      _ parameters: [Double], _ vector: [Double]
    ) {
      _ = unsafe evaluate(goal, block, rows, parameters)
      unsafe vector.withUnsafeBufferPointer { vector in
        unsafe z.withUnsafeMutableBufferPointer { z in
          unsafe multiply(
            block.readOnly, vector, into: UnsafeMutableBufferPointer(rebasing: z[..<rows.count]))
        }
      }
      for i in 0..<rows.count { curvatures[i] *= z[i] }
      unsafe addProducts(block, curvatures, rows.count)
    }

    /// gradient += blockᵀ values.
    private mutating func addProducts(
      _ block: UnsafeMutableMatrixPointer<Double>, _ values: [Double], _ count: Int
    ) {
      unsafe values.withUnsafeBufferPointer { values in
        unsafe gradient.withUnsafeMutableBufferPointer { gradient in
          unsafe multiply(
            block.readOnly, UnsafeBufferPointer(rebasing: values[..<count]), into: gradient,
            beta: 1, transposeA: true)
        }
      }
    }
  }
}
