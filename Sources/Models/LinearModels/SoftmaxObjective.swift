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
  let isWeighted: Bool
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
    try checkIndices(y, classes: classes)
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

  /// The product of the Hessian and a vector, in one pass over X; with the curvature that `value(at:gradient:hessian:)` adds,
  /// without which conjugate gradients would follow roundoff to where nothing changes.
  public func hessianProduct(at parameters: [Double], _ vector: [Double]) -> [Double] {
    // Logits of the parameters and those of the direction, side by side.
    let both = matrix(parameters).appendingColumns(matrix(vector))
    let parts = forEachBlock(both) { work, rows in work.multiplyByCurvature(self, rows) }
    var product = total(parts).elements
    for index in product.indices {
      product[index] = product[index] / weightSum + penalties[index % order] * vector[index]
    }
    for j in 0..<order where penalties[j] == 0 {
      let row = stride(from: j, to: parameterCount, by: order)
      let mean = row.reduce(0) { $0 + vector[$1] } / Double(classes)
      for index in row { product[index] += mean }
    }
    return product
  }

  /// Computes logits Z of blocks of rows, lets a function turn their first K columns into some R, and sums [1 X]ᵀ R.
  private func forEachBlock(
    _ theta: Matrix<Double>, _ body: (inout Work, Range<Int>) -> Void
  ) -> [Work] {
    if shiftsAfterwards {
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
    let zeros = [Double](repeating: 0, count: theta.columns)
    return unsafe design.forEachBlock(
      plan, isWeighted: false, state: { Work(plan.blockRows, theta.columns, self) }
    ) { work, rows, block in
      unsafe work.predict(block.readOnly, theta, biases: zeros)
      body(&work, rows)
      unsafe work.addProducts(block.readOnly)
    }
  }

  /// Whether products are those of X as it is, which costs up to a digit and saves a copy of every block.
  private var shiftsAfterwards: Bool {
    design.hasSmallShifts && design.rows * order >= 1 << 16
  }

  /// The sums of all threads, in the units of the design.
  private func total(_ parts: [Work]) -> Matrix<Double> {
    var total = parts[0].products
    for part in parts.dropFirst() { total += part.products }
    guard shiftsAfterwards else { return total }
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

  /// The gradient, summed in extended precision: no pass to make often.
  func extendedGradient(at parameters: [Double]) -> [Double] {
    extendedSoftmaxGradient(
      design.x, intercept: design.ones == 1, shift: design.predictorShifts,
      factor: design.predictorFactors, labels: labels, weights: weights, penalties: penalties,
      at: matrix(parameters))
  }

  func matrix(_ parameters: [Double]) -> Matrix<Double> {
    do {
      return try Matrix(rows: order, columns: classes, columnMajor: parameters)
    } catch {
      preconditionFailure("\(parameters.count) parameters of \(classes) classes: \(error)")
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
///   - penalty: On half the sum of squares of W, at least 0.
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
