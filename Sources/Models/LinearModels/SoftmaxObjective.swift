public import LinAlg

/// The objective of softmax regression: the mean cross-entropy plus (l2Penalty/2) Σ w².
///
/// (1/Σwᵢ) Σ wᵢ [log Σₖ exp(zᵢₖ) − zᵢ,yᵢ] with zᵢₖ = bₖ + xᵢᵀwₖ and class indices yᵢ. Parameters are, class by class,
/// the intercept (if there is one, and it is not penalised) and the slopes. Each evaluation is two matrix
/// products in one pass over X, in row blocks that stay in cache.
public final class SoftmaxObjective: CurvedObjective, HessianProductObjective {
  let design: Design
  let labels: [Int]
  /// The number of classes K.
  public let classes: Int
  let weights: [Double]
  let weightSum: Double
  /// l2Penalty in the units of a class's parameters; 0 for the intercept.
  let penalties: [Double]

  /// Throws: `noData`, `dimensionMismatch`, `unknownLabel` for an index outside 0..<classes, `invalidArgument`,
  /// `invalidWeight`, `noWeight`, `nonFinite`.
  public convenience init(
    _ x: Matrix<Double>, _ y: [Int], classes: Int, l2Penalty: Double = 0,
    fitsIntercept: Bool = true, weights: [Double]? = nil
  ) throws(ModelError) {
    try SoftmaxRegression(l2Penalty: l2Penalty, fitsIntercept: fitsIntercept)
      .check(x, y.count, weights)
    if let row = y.firstIndex(where: { !(0..<classes).contains($0) }) {
      throw .unknownLabel(row: row, label: String(y[row]))
    }
    self.init(
      Design(raw: x, intercept: fitsIntercept), y, classes: classes, weights, l2Penalty: l2Penalty)
    try design.checkFinite()
  }

  init(_ design: Design, _ y: [Int], classes: Int, _ weights: [Double]?, l2Penalty: Double) {
    (self.design, labels, self.classes) = (design, y, classes)
    self.weights = weights ?? Array(repeating: 1, count: y.count)
    weightSum = sum(self.weights)
    penalties =
      Array(repeating: 0, count: design.ones) + design.factors.map { l2Penalty * $0 * $0 }
  }

  /// The same for some of the rows; nil if they have no weight.
  init?(_ objective: SoftmaxObjective, rows: [Range<Int>]) {
    design = Design(objective.design, rows: rows)
    labels = rows.flatMap { objective.labels[$0] }
    classes = objective.classes
    weights = rows.flatMap { objective.weights[$0] }
    weightSum = sum(weights)
    penalties = objective.penalties
    if weightSum == 0 { return nil }
  }

  /// The parameters of one class.
  var order: Int { design.unknowns }
  public var parameterCount: Int { order * classes }

  /// Blocks for products with K columns: larger than for vectors, since each call has a cost.
  private var plan: Design.Plan {
    Design.Plan(rows: design.rows, columns: order, numbers: 1 << 16, forGram: false)
  }

  public func value(at parameters: [Double], gradient: inout [Double]) -> Double {
    let (plan, theta) = (plan, matrix(parameters))
    let parts = unsafe design.forEachBlock(
      plan, isWeighted: false,
      state: {
        (loss: 0.0, gradient: Matrix<Double>(rows: order, columns: classes), work: Work(plan, self))
      }
    ) { state, rows, block in
      unsafe state.work.evaluate(self, theta, block, rows)
      state.loss += state.work.lossAndResiduals(self, rows)
      unsafe state.work.addProducts(block, rows.count, into: &state.gradient)
    }
    let sum = parts.dropFirst().reduce(parts[0].gradient) { $0 + $1.gradient }
    gradient = sum.elements
    var penalty = 0.0
    for k in 0..<classes {
      for j in 0..<order {
        let (index, weight) = (j + k * order, penalties[j])
        gradient[index] = gradient[index] / weightSum + weight * parameters[index]
        penalty += weight * parameters[index] * parameters[index]
      }
    }
    return parts.reduce(0) { $0 + $1.loss } / weightSum + penalty / 2
  }

  public func hessianProduct(at parameters: [Double], _ vector: [Double]) -> [Double] {
    let (plan, theta, direction) = (plan, matrix(parameters), matrix(vector))
    let parts = unsafe design.forEachBlock(
      plan, isWeighted: false,
      state: { (sum: Matrix<Double>(rows: order, columns: classes), work: Work(plan, self)) }
    ) { state, rows, block in
      unsafe state.work.evaluate(self, theta, block, rows)
      unsafe state.work.multiplyByCurvature(self, direction, block, rows)
      unsafe state.work.addProducts(block, rows.count, into: &state.sum)
    }
    var product = parts.dropFirst().reduce(parts[0].sum) { $0 + $1.sum }.elements
    for index in product.indices {
      product[index] = product[index] / weightSum + penalties[index % order] * vector[index]
    }
    return product
  }

  /// Adds, where there is no penalty, curvature along the shift that is common to all classes: parameters are determined
  /// but for that, and gradients have no part along it.
  public func value(
    at parameters: [Double], gradient: inout [Double], hessian: inout Matrix<Double>
  ) -> Double {
    let value = value(at: parameters, gradient: &gradient)
    let theta = matrix(parameters)
    let pairs = classes * (classes + 1) / 2
    let plan = Design.Plan(rows: design.rows, columns: order, forGram: true)
    let parts = unsafe design.forEachBlock(
      plan, isWeighted: false,
      state: {
        (
          grams: Array(repeating: Matrix<Double>(rows: order, columns: order), count: pairs),
          work: Work(plan, self), scaled: Matrix<Double>(rows: plan.blockRows, columns: order)
        )
      }
    ) { state, rows, block in
      unsafe state.work.evaluate(self, theta, block, rows)
      unsafe state.work.addCurvatures(self, block, rows, &state.grams, &state.scaled)
    }
    hessian = Matrix(rows: parameterCount, columns: parameterCount)
    var pair = 0
    for l in 0..<classes {
      for k in 0...l {
        let gram = parts.dropFirst().reduce(parts[0].grams[pair]) { $0 + $1.grams[pair] }
        let sign = (k == l ? 1 : -1) / weightSum
        for j in 0..<order {
          for i in 0..<order {
            var entry = sign * gram[min(i, j), max(i, j)]
            if i == j { entry += penalties[j] == 0 ? 1 / Double(classes) : 0 }
            if i == j && k == l { entry += penalties[j] }
            hessian[i + k * order, j + l * order] = entry
            hessian[j + l * order, i + k * order] = entry
          }
        }
        pair += 1
      }
    }
    return value
  }

  /// The Gram matrix of the design over the sum of the weights, plus what else is to be on its diagonal.
  func scaledGram(_ scale: Double, plus diagonal: [Double]) -> Matrix<Double> {
    var gram = scale / weightSum * design.gram()
    for j in 0..<order {
      for i in 0..<j { gram[j, i] = gram[i, j] }
      gram[j, j] += diagonal[j]
    }
    return gram
  }

  func matrix(_ parameters: [Double]) -> Matrix<Double> {
    do {
      return try Matrix(rows: order, columns: classes, columnMajor: parameters)
    } catch {
      preconditionFailure("\(parameters.count) parameters of \(classes) classes: \(error)")
    }
  }

  /// The work space of one thread: logits, then probabilities, then residuals of a block of rows.
  private struct Work {
    private var z: [Double]
    private var direction: [Double] = []
    private let leading: Int

    init(_ plan: Design.Plan, _ goal: SoftmaxObjective) {
      leading = plan.blockRows
      z = Array(repeating: 0, count: plan.blockRows * goal.classes)
    }

    /// The logits.
    mutating func evaluate(
      _ goal: SoftmaxObjective, _ theta: Matrix<Double>,
      _ block: UnsafeMutableMatrixPointer<Double>, _ rows: Range<Int>
    ) {
      unsafe multiply(theta, block, rows.count, into: &z)
    }

    private func multiply(
      _ theta: Matrix<Double>, _ block: UnsafeMutableMatrixPointer<Double>, _ rows: Int,
      into target: inout [Double]
    ) {
      unsafe theta.withUnsafeMatrixPointer { theta in
        unsafe target.withUnsafeMutableBufferPointer { target in
          guard let base = target.baseAddress else { return }
          let view = unsafe UnsafeMutableMatrixPointer(
            base, rows: rows, columns: theta.columns, leadingDimension: leading)
          unsafe LinAlg.multiply(block.readOnly, theta, into: view)
        }
      }
    }

    /// Turns logits into probabilities.
    private mutating func toProbabilities(_ rows: Int, _ classes: Int) {
      unsafe z.withUnsafeMutableBufferPointer { z in
        guard let base = z.baseAddress else { return }
        let view = unsafe UnsafeMutableMatrixPointer(
          base, rows: rows, columns: classes, leadingDimension: leading)
        unsafe softmax(view.readOnly, into: view)
      }
    }

    /// The loss; logits become w (p − y).
    mutating func lossAndResiduals(_ goal: SoftmaxObjective, _ rows: Range<Int>) -> Double {
      let count = rows.count
      var own = [Double](repeating: 0, count: count)
      for i in 0..<count { own[i] = z[i + goal.labels[rows.lowerBound + i] * leading] }
      var largest = [Double](repeating: 0, count: count)
      for i in 0..<count {
        var value = z[i]
        for k in 1..<max(1, goal.classes) { value = max(value, z[i + k * leading]) }
        largest[i] = value
      }
      toProbabilities(count, goal.classes)
      var probabilities = own
      for i in 0..<count { probabilities[i] = z[i + goal.labels[rows.lowerBound + i] * leading] }
      let logs = log(probabilities)
      var loss = 0.0
      for i in 0..<count {
        let weight = goal.weights[rows.lowerBound + i]
        // A probability that underflows has a finite logarithm all the same.
        loss += weight * (probabilities[i] > 1e-290 ? -logs[i] : largest[i] - own[i])
        z[i + goal.labels[rows.lowerBound + i] * leading] -= 1
      }
      if goal.isWeighted {
        for k in 0..<goal.classes {
          for i in 0..<count { z[i + k * leading] *= goal.weights[rows.lowerBound + i] }
        }
      }
      return loss
    }

    /// Logits become w p ∘ (d − Σ p d) for the direction's linear predictors d.
    mutating func multiplyByCurvature(
      _ goal: SoftmaxObjective, _ vector: Matrix<Double>,
      _ block: UnsafeMutableMatrixPointer<Double>, _ rows: Range<Int>
    ) {
      if direction.isEmpty { direction = Array(repeating: 0, count: z.count) }
      unsafe multiply(vector, block, rows.count, into: &direction)
      toProbabilities(rows.count, goal.classes)
      var means = [Double](repeating: 0, count: rows.count)
      for k in 0..<goal.classes {
        for i in 0..<rows.count { means[i] += z[i + k * leading] * direction[i + k * leading] }
      }
      for k in 0..<goal.classes {
        for i in 0..<rows.count {
          z[i + k * leading] *=
            goal.weights[rows.lowerBound + i] * (direction[i + k * leading] - means[i])
        }
      }
    }

    /// sum += blockᵀ z.
    func addProducts(
      _ block: UnsafeMutableMatrixPointer<Double>, _ rows: Int, into sum: inout Matrix<Double>
    ) {
      let classes = sum.columns
      unsafe z.withUnsafeBufferPointer { z in
        guard let base = z.baseAddress else { return }
        let view = unsafe UnsafeMatrixPointer(
          base, rows: rows, columns: classes, leadingDimension: leading)
        unsafe sum.withUnsafeMutableMatrixPointer { sum in
          unsafe LinAlg.multiply(block.readOnly, view, into: sum, beta: 1, transposeA: true)
        }
      }
    }

    /// Grams of rows scaled by √(w pₖ (1 − pₖ)) and √(w pₖ pₗ).
    mutating func addCurvatures(
      _ goal: SoftmaxObjective, _ block: UnsafeMutableMatrixPointer<Double>, _ rows: Range<Int>,
      _ grams: inout [Matrix<Double>], _ scaled: inout Matrix<Double>
    ) {
      let (count, order) = (rows.count, goal.order)
      toProbabilities(count, goal.classes)
      var (pair, factors) = (0, [Double](repeating: 0, count: count))
      for l in 0..<goal.classes {
        for k in 0...l {
          for i in 0..<count {
            let p = z[i + k * leading]
            let product = p * (k == l ? 1 - p : z[i + l * leading])
            factors[i] = (goal.weights[rows.lowerBound + i] * product).squareRoot()
          }
          unsafe scaled.withUnsafeMutableMatrixPointer { scaled in
            let target = unsafe scaled[rows: 0..<count, columns: 0..<order]
            for j in 0..<order {
              let from = unsafe block.base + j * block.leadingDimension
              unsafe (target.base + j * target.leadingDimension).update(from: from, count: count)
            }
            unsafe scaleRows(target, by: factors)
            unsafe grams[pair].withUnsafeMutableMatrixPointer { gram in
              unsafe addGram(target.readOnly, into: gram)
            }
          }
          pair += 1
        }
      }
    }
  }

  private lazy var isWeighted = weights.contains { $0 != 1 }
}

/// The mean cross-entropy of softmax regression and its gradient: (1/n) Σ [log Σₖ exp(zᵢₖ) − zᵢ,yᵢ] +
/// (penalty/2) Σ W², Z = X W.
///
/// - Parameters:
///   - w: p×K, a column for each class. For an intercept give X a column of ones; it is penalised like the rest.
///   - x: n×p.
///   - y: Class indices from 0 to K − 1.
/// - Returns: The loss, and its p×K gradient (1/n) Xᵀ(P − Y) + penalty·W.
///
/// Throws: `noData`, `dimensionMismatch`, `unknownLabel`, `invalidArgument`, `nonFinite`.
public func softmaxLoss(
  _ w: Matrix<Double>, _ x: Matrix<Double>, _ y: [Int], penalty: Double = 0
) throws(ModelError) -> (loss: Double, gradient: Matrix<Double>) {
  guard w.rows == x.columns else {
    throw .dimensionMismatch("rows of the weights", expected: x.columns, found: w.rows)
  }
  let goal = try SoftmaxObjective(
    x, y, classes: w.columns, l2Penalty: penalty, fitsIntercept: false)
  var gradient = [Double](repeating: 0, count: w.elements.count)
  let loss = goal.value(at: w.elements, gradient: &gradient)
  return (loss, goal.matrix(gradient))
}
