import LinAlg

extension SoftmaxObjective {
  /// The sums of one thread, and its work space: logits, then probabilities, then residuals of a block of rows.
  struct Work {
    var loss = 0.0
    /// blockᵀ R.
    private(set) var products: Matrix<Double>
    /// Σ R over the rows.
    private(set) var residualSums: [Double]
    private var z: [Double]
    /// Σₖ pₖ dₖ of each row.
    private var means: [Double]
    private let leading: Int
    private let ones: Int

    init(_ rows: Int, _ columns: Int, _ goal: SoftmaxObjective) {
      products = Matrix(rows: goal.order, columns: goal.classes)
      residualSums = Array(repeating: 0, count: goal.classes)
      (leading, ones) = (rows, goal.design.ones)
      z = Array(repeating: 0, count: rows * columns)
      means = Array(repeating: 0, count: rows)
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
      let leading = leading
      return unsafe z.withUnsafeMutableBufferPointer { z in
        unsafe goal.labels.withUnsafeBufferPointer { labels in
          unsafe goal.weights.withUnsafeBufferPointer { weights in
            guard let base = z.baseAddress, let labels = labels.baseAddress else { return 0 }
            let view = unsafe UnsafeMutableMatrixPointer(
              base, rows: rows.count, columns: goal.classes, leadingDimension: leading)
            let own = goal.isWeighted ? weights.baseAddress : nil
            return unsafe softmaxTerms(
              view, labels: labels + rows.lowerBound,
              weights: own.map { unsafe $0 + rows.lowerBound })
          }
        }
      }
    }

    /// Logits become w p ∘ (d − Σ p d) for the direction's linear predictors d in the columns behind them.
    mutating func multiplyByCurvature(_ goal: SoftmaxObjective, _ rows: Range<Int>) {
      toProbabilities(rows.count, goal.classes)
      let behind = goal.classes * leading
      for i in 0..<rows.count { means[i] = 0 }
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
