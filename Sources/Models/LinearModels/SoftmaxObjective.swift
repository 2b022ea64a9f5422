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
  private let isWeighted: Bool
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
    isWeighted = weights != nil
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
    isWeighted = objective.isWeighted
    weightSum = sum(weights)
    penalties = objective.penalties
    if weightSum == 0 { return nil }
  }

  /// The parameters of one class.
  var order: Int { design.unknowns }
  /// The number of parameters.
  public var parameterCount: Int { order * classes }

  /// The value; writes the gradient.
  public func value(at parameters: [Double], gradient: inout [Double]) -> Double {
    let theta = matrix(parameters)
    let parts = forEachBlock(theta) { work, rows in
      work.loss += work.lossAndResiduals(self, rows)
    }
    gradient = total(parts).elements
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

  /// The product of the Hessian and a vector, in one pass over X.
  public func hessianProduct(at parameters: [Double], _ vector: [Double]) -> [Double] {
    // Logits of the parameters and those of the direction, side by side.
    let both = matrix(parameters).appendingColumns(matrix(vector))
    let parts = forEachBlock(both) { work, rows in work.multiplyByCurvature(self, rows) }
    var product = total(parts).elements
    for index in product.indices {
      product[index] = product[index] / weightSum + penalties[index % order] * vector[index]
    }
    return product
  }

  /// Computes logits Z of blocks of rows, lets a function turn their first K columns into some R, and sums [1 X]ᵀ R.
  private func forEachBlock(
    _ theta: Matrix<Double>, _ body: (inout Work, Range<Int>) -> Void
  ) -> [Work] {
    if design.hasSmallShifts {
      // (x·f − s)ᵀθ = xᵀ(f·θ) − sᵀθ: no block is copied.
      let raw = design.rawParameters(theta)
      return design.forEachRange(state: { Work(design.rangeRows, theta.columns, self) }) {
        work, rows in
        unsafe design.x.withUnsafeMatrixPointer { x in
          let x = unsafe x[rows: rows, columns: 0..<design.x.columns]
          unsafe work.predict(x, raw.slopes, biases: raw.biases)
          body(&work, rows)
          unsafe work.addRawProducts(x)
        }
      }
    }
    let plan = Design.Plan(rows: design.rows, columns: order, forGram: false)
    return unsafe design.forEachBlock(
      plan, isWeighted: false, state: { Work(plan.blockRows, theta.columns, self) }
    ) { work, rows, block in
      unsafe work.predict(
        block.readOnly, theta, biases: Array(repeating: 0, count: theta.columns))
      body(&work, rows)
      unsafe work.addProducts(block.readOnly)
    }
  }

  /// The sums of all threads, in the units of the design.
  private func total(_ parts: [Work]) -> Matrix<Double> {
    var total = parts[0].products
    for part in parts.dropFirst() { total += part.products }
    guard design.hasSmallShifts else { return total }
    for k in 0..<classes {
      let residuals = parts.reduce(0) { $0 + $1.residualSums[k] }
      for j in 0..<design.x.columns {
        total[design.ones + j, k] =
          total[design.ones + j, k] * design.factors[j] - design.shifts[j] * residuals
      }
      if design.ones == 1 { total[0, k] = residuals }
    }
    return total
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
          work: Work(plan.blockRows, classes, self),
          scaled: Matrix<Double>(rows: plan.blockRows, columns: order)
        )
      }
    ) { state, rows, block in
      unsafe state.work.predict(
        block.readOnly, theta, biases: Array(repeating: 0, count: classes))
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

  /// The mean over the classes of the Hessian's diagonal blocks, (1/n) Σ wᵢ xᵢxᵢᵀ Σₖ pₖ(1 − pₖ)/K, with the penalty.
  func meanCurvature(at parameters: [Double]) -> Matrix<Double> {
    let theta = matrix(parameters)
    let plan = Design.Plan(rows: design.rows, columns: order, forGram: true)
    let parts = unsafe design.forEachBlock(
      plan, isWeighted: false,
      state: {
        (
          gram: Matrix<Double>(rows: order, columns: order),
          work: Work(plan.blockRows, classes, self)
        )
      }
    ) { state, rows, block in
      unsafe state.work.predict(
        block.readOnly, theta, biases: Array(repeating: 0, count: classes))
      let factors = state.work.rootMeanCurvatures(self, rows)
      unsafe scaleRows(block, by: factors)
      unsafe state.gram.withUnsafeMutableMatrixPointer { gram in
        unsafe addGram(block.readOnly, into: gram)
      }
    }
    let gram = parts.dropFirst().reduce(parts[0].gram) { $0 + $1.gram }
    return Matrix(rows: order, columns: order) { i, j in
      gram[min(i, j), max(i, j)] / weightSum + (i == j ? penalties[j] : 0)
    }
  }

  func matrix(_ parameters: [Double]) -> Matrix<Double> {
    do {
      return try Matrix(rows: order, columns: classes, columnMajor: parameters)
    } catch {
      preconditionFailure("\(parameters.count) parameters of \(classes) classes: \(error)")
    }
  }

  /// The sums of one thread, and its work space: logits, then probabilities, then residuals of a block of rows.
  private struct Work {
    var loss = 0.0
    /// blockᵀ R.
    private(set) var products: Matrix<Double>
    /// Σ R over the rows.
    private(set) var residualSums: [Double]
    private var z: [Double]
    private let leading: Int
    private let ones: Int

    init(_ rows: Int, _ columns: Int, _ goal: SoftmaxObjective) {
      products = Matrix(rows: goal.order, columns: goal.classes)
      residualSums = Array(repeating: 0, count: goal.classes)
      (leading, ones) = (rows, goal.design.ones)
      z = Array(repeating: 0, count: rows * columns)
    }

    /// Z ← x θ + biases.
    mutating func predict(
      _ x: UnsafeMatrixPointer<Double>, _ theta: Matrix<Double>, biases: [Double]
    ) {
      let (leading, rows) = unsafe (leading, x.rows)
      unsafe theta.withUnsafeMatrixPointer { theta in
        unsafe z.withUnsafeMutableBufferPointer { z in
          guard let base = z.baseAddress else { return }
          for (k, bias) in biases.enumerated() {
            unsafe (base + k * leading).update(repeating: bias, count: rows)
          }
          let view = unsafe UnsafeMutableMatrixPointer(
            base, rows: rows, columns: theta.columns, leadingDimension: leading)
          unsafe multiply(x, theta, into: view, beta: 1)
        }
      }
    }

    /// products += xᵀ R, for all parameters.
    mutating func addProducts(_ x: UnsafeMatrixPointer<Double>) {
      unsafe addProducts(x, from: 0)
    }

    /// The same for the slopes alone, and the sums of R.
    mutating func addRawProducts(_ x: UnsafeMatrixPointer<Double>) {
      for k in residualSums.indices {
        for i in unsafe 0..<x.rows { residualSums[k] += z[i + k * leading] }
      }
      unsafe addProducts(x, from: ones)
    }

    private mutating func addProducts(_ x: UnsafeMatrixPointer<Double>, from first: Int) {
      unsafe z.withUnsafeBufferPointer { z in
        guard let base = z.baseAddress else { return }
        let view = unsafe UnsafeMatrixPointer(
          base, rows: x.rows, columns: products.columns, leadingDimension: leading)
        unsafe products.withUnsafeMutableMatrixPointer { sum in
          let target = unsafe sum[rows: first..<sum.rows, columns: 0..<sum.columns]
          unsafe multiply(x, view, into: target, beta: 1, transposeA: true)
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
        if probabilities[i] > 1e-290 {
          loss -= weight * logs[i]
        } else {
          let most = (0..<goal.classes).reduce(0) { max($0, z[i + $1 * leading]) }
          loss += weight * (largest[i] - own[i] - log(most))
        }
        z[i + goal.labels[rows.lowerBound + i] * leading] -= 1
      }
      if goal.isWeighted {
        for k in 0..<goal.classes {
          for i in 0..<count { z[i + k * leading] *= goal.weights[rows.lowerBound + i] }
        }
      }
      return loss
    }

    /// Logits become w p ∘ (d − Σ p d) for the direction's linear predictors d in the columns behind them.
    mutating func multiplyByCurvature(_ goal: SoftmaxObjective, _ rows: Range<Int>) {
      toProbabilities(rows.count, goal.classes)
      let behind = goal.classes * leading
      var means = [Double](repeating: 0, count: rows.count)
      for k in 0..<goal.classes {
        for i in 0..<rows.count { means[i] += z[i + k * leading] * z[behind + i + k * leading] }
      }
      for k in 0..<goal.classes {
        for i in 0..<rows.count {
          z[i + k * leading] *=
            goal.weights[rows.lowerBound + i] * (z[behind + i + k * leading] - means[i])
        }
      }
    }

    /// √(w Σ pₖ(1 − pₖ)/K) of each row.
    mutating func rootMeanCurvatures(_ goal: SoftmaxObjective, _ rows: Range<Int>) -> [Double] {
      toProbabilities(rows.count, goal.classes)
      return (0..<rows.count).map { i in
        let sum = (0..<goal.classes).reduce(0.0) { total, k in
          let p = z[i + k * leading]
          return total + p * (1 - p)
        }
        return (goal.weights[rows.lowerBound + i] * sum / Double(goal.classes)).squareRoot()
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
