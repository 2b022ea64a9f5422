public import LinAlg

extension LinearRegression {
  /// A linear regression of rows that come in blocks: O(p²) memory, however many rows there are.
  ///
  ///     var accumulator = LinearRegression().accumulator(predictors: 20)
  ///     for (x, y) in blocks { try accumulator.add(x, y) }
  ///     let fit = try accumulator.fit()
  ///
  /// What is kept are triangles of QR factorizations. Two accumulators, say of two files, can be merged. Fits agree
  /// with that of all rows at once to roundoff.
  public struct Accumulator: Hashable, Sendable {
    private let model: LinearRegression
    private let predictors: Int
    private var stack: TriangleStack
    private var units: Units?
    private var rows = 0
    private var weightSum = 0.0
    private var logWeightSum = 0.0

    init(_ model: LinearRegression, predictors: Int) {
      (self.model, self.predictors) = (model, predictors)
      stack = TriangleStack(columns: predictors + 1 + (model.fitsIntercept ? 1 : 0))
    }

    /// Adds a block of rows; if it throws, none of them is added.
    ///
    /// Throws: `dimensionMismatch`, `nonFinite`, `nonFiniteResponse`, `invalidWeight`.
    public mutating func add(
      _ x: Matrix<Double>, _ y: [Double], weights: Weights? = nil
    ) throws(ModelError) {
      guard x.columns == predictors else {
        throw .dimensionMismatch(
          "columns of the predictors", expected: predictors, found: x.columns)
      }
      guard y.count == x.rows else {
        throw .dimensionMismatch("response", expected: x.rows, found: y.count)
      }
      do {
        if let weights { try checkWeights(weights, rows: x.rows) }
      } catch .noWeight {
        return
      }
      if x.rows == 0 { return }
      if predictors == 0 && !model.fitsIntercept { throw .noData }
      let block = model.design(x, Matrix(column: y), weights, isExact: true)
      try block.checkFinite()
      do {
        try add(TriangleStack(block.triangle()), block.units)
      } catch {
        throw .linearAlgebra(error)
      }
      let context = FitContext(x, weights, l2Penalty: model.l2Penalty)
      rows += context.rows
      weightSum += context.weightSum
      logWeightSum += context.logWeightSum
    }

    /// Adds the rows of another accumulator.
    ///
    /// Throws: `dimensionMismatch` unless both have as many predictors; `notAvailable` unless they belong to the
    /// same model.
    public mutating func merge(_ other: Accumulator) throws(ModelError) {
      guard other.predictors == predictors else {
        throw .dimensionMismatch(
          "columns of the predictors", expected: predictors, found: other.predictors)
      }
      guard other.model == model else {
        throw .notAvailable("a merger of accumulators of different models")
      }
      guard let theirs = other.units else { return }
      do {
        try add(other.stack, theirs)
      } catch {
        throw .linearAlgebra(error)
      }
      rows += other.rows
      weightSum += other.weightSum
      logWeightSum += other.logWeightSum
    }

    /// Adds triangles, or throws and adds nothing.
    private mutating func add(_ other: TriangleStack, _ theirs: Units) throws(LinAlgError) {
      let common = units.map { $0.merged(with: theirs) } ?? theirs
      var sum = stack
      if let units, units != common { sum = stack.mapped { $0.converted(from: units, to: common) } }
      try sum.merge(other.mapped { $0.converted(from: theirs, to: common) })
      (stack, units) = (sum, common)
    }

    /// The fit of all rows so far.
    ///
    /// Throws as `LinearRegression.fit` does; `notAvailable` for gradient descent and extended accuracy, which need
    /// the data.
    public func fit() throws(ModelError) -> Fitted {
      try model.checkArguments()
      if case .gradientDescent = model.solver {
        throw .notAvailable("gradient descent on accumulated rows")
      }
      if model.accuracy == .extended {
        throw .notAvailable("extended accuracy of accumulated rows")
      }
      guard let units else { throw .noData }
      let context = FitContext(
        rows: rows, weightSum: weightSum, logWeightSum: logWeightSum, l2Penalty: model.l2Penalty)
      do {
        let reduced = try ReducedLeastSquares(
          stack.reduced(), unknowns: units.ones + predictors)
        return try model.solve(reduced, units, context).fits(units, context)[0]
      } catch let error as ModelError {
        throw error
      } catch let error as LinAlgError {
        throw .linearAlgebra(error)
      } catch {
        preconditionFailure("unexpected error \(error)")
      }
    }
  }

  /// An accumulator for rows of so many predictors.
  public func accumulator(predictors: Int) -> Accumulator {
    precondition(predictors >= 0, "\(predictors) predictors")
    return Accumulator(self, predictors: predictors)
  }
}

extension Units {
  /// Units in which the columns of both are in range: the larger ones where they are far apart.
  fileprivate func merged(with other: Units) -> Units {
    let takesOther = factors.indices.map { other.factors[$0] < 0x1p-64 * factors[$0] }
    return Units(
      ones: ones, factors: factors.indices.map { takesOther[$0] ? other.factors[$0] : factors[$0] },
      shifts: shifts.indices.map { takesOther[$0] ? other.shifts[$0] : shifts[$0] },
      predictors: predictors)
  }
}

extension Matrix<Double> {
  /// The triangle of rows x·f − s, for those of other factors and shifts: x·g − t = (x·f − s) g/f + (s g/f − t)·1.
  fileprivate func converted(from: Units, to: Units) -> Matrix {
    var result = self
    for j in from.factors.indices {
      let ratio = to.factors[j] / from.factors[j]
      let shift = from.shifts[j] * ratio - to.shifts[j]
      for i in 0..<rows {
        let column = from.ones + j
        result[i, column] *= ratio
        if from.ones == 1 { result[i, column] += shift * self[i, 0] }
      }
    }
    return result
  }
}
