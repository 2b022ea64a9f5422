import LinAlg

extension LinearRegression {
  /// Fits columns in double-double by refinement of the augmented system.
  ///
  /// A solution β of min ‖b − Aβ‖ and its residual r solve r + Aβ = b, Aᵀr = 0. From a QR factorization of A in double
  /// precision both are improved with residuals in double-double until they no longer change (Björck 1967; Higham 2002,
  /// section 20.5). The inverse of AᵀA comes from right-hand sides (0, −eⱼ) in the same way.
  func fitExtended(
    _ predictors: [ExtendedVector], _ y: Matrix<Double>, _ weights: Weights?, _ context: FitContext
  ) throws(ModelError) -> [Fitted] {
    let rows = y.rows
    let ones = fitsIntercept ? 1 : 0
    let plain = unsafe Matrix<Double>(rows: rows, columns: predictors.count) { target in
      for (j, column) in predictors.enumerated() {
        for (i, value) in column.high.enumerated() {
          unsafe target.initializeElement(at: i + j * rows, to: value)
        }
      }
    }
    let design = Design(plain, y, intercept: false, isExact: true)
    try design.checkFinite()
    let counted = countedRows(weights?.values, rows: rows)
    if counted < ones + predictors.count && l2Penalty == 0 {
      throw .tooFewRows(rows: counted, coefficients: ones + predictors.count)
    }

    // Columns and responses scaled by powers of 2, then by √w, and with the penalty's rows below.
    let roots = weights.map { ExtendedVector.squareRoots($0.values) }
    let penaltyRows = l2Penalty > 0 ? predictors.count : 0
    func scaled(_ vector: ExtendedVector, _ factor: Double, penalty: Int? = nil) -> ExtendedVector {
      var result = ExtendedVector(
        vector.high.map { $0 * factor }, low: vector.low.map { $0 * factor })
      if let roots { result = result.multiplied(by: roots) }
      guard penaltyRows > 0 else { return result }
      let root = ExtendedVector.squareRoots([context.weightSum * l2Penalty])
      var (high, low) = (
        [Double](repeating: 0, count: penaltyRows), [Double](repeating: 0, count: penaltyRows)
      )
      if let penalty {
        (high[penalty], low[penalty]) = (root.high[0] * factor, root.low[0] * factor)
      }
      return ExtendedVector(result.high + high, low: result.low + low)
    }
    var columns = predictors.indices.map {
      scaled(predictors[$0], design.factors[$0], penalty: $0)
    }
    if ones == 1 {
      columns.insert(scaled(ExtendedVector(Array(repeating: 1, count: rows)), 1), at: 0)
    }
    let a = ExtendedMatrix(columns: columns)
    let responseFactors = Array(design.factors[predictors.count...])
    do {
      let refinement = try AugmentedRefinement(a)
      if refinement.reciprocalCondition <= 10 * Double(a.columns) * .ulpOfOne {
        throw ModelError.collinear(columns: try refinement.dependentColumns(ones: ones))
      }
      let zero = [Double](repeating: 0, count: a.columns)
      var covariance = Matrix<Double>(rows: a.columns, columns: a.columns)
      for j in 0..<a.columns {
        var unit = zero
        unit[j] = -1
        let column = try refinement.solve(
          ExtendedVector(Array(repeating: 0, count: a.rows)), ExtendedVector(unit))
        covariance[column: j] = column.parameters.high
      }
      let units = (ones == 1 ? [1] : []) + design.factors[..<predictors.count]
      let mean = ExtendedVector(Array(repeating: 1, count: rows))
      return try (0..<y.columns).map { k in
        let factor = responseFactors[k]
        let response = scaled(ExtendedVector(y[column: k]), factor)
        let solution = try refinement.solve(response, ExtendedVector(zero))
        let residual = Array(solution.residual.high[..<rows])
        let length = norm(residual)
        // The total about the mean, or about 0.
        var centered = response
        if ones == 1 {
          let single = try AugmentedRefinement(ExtendedMatrix(columns: [scaled(mean, 1)]))
          centered = try single.solve(response, ExtendedVector([0])).residual
        }
        let total = norm(Array(centered.high[..<rows]))
        let parameters = solution.parameters.high
        return Fitted(
          coefficients: predictors.indices.map {
            parameters[ones + $0] * (design.factors[$0] / factor)
          },
          intercept: ones == 1 ? parameters[0] / factor : 0, context: context,
          effectiveParameters: Double(a.columns) - penaltyTrace(covariance, units, ones, context),
          residualSumOfSquares: length * length, totalSumOfSquares: total * total,
          responseFactor: factor,
          reciprocalCondition: refinement.reciprocalCondition, aliased: [],
          convergence: solution.convergence,
          normalizedCovariance: ScaledCovariance(
            penaltyRows > 0 ? sandwich(covariance, units, ones, context) : covariance,
            units: Array(units), centers: Array(repeating: 0, count: predictors.count)))
      }
    } catch let error as ModelError {
      throw error
    } catch let error as LinAlgError {
      throw .linearAlgebra(error)
    } catch {
      preconditionFailure("unexpected error \(error)")
    }
  }

  /// With M = (AᵀA + P)⁻¹ of a penalised fit, the trace of M P: the parameters that the penalty takes away.
  private func penaltyTrace(
    _ inverse: Matrix<Double>, _ units: [Double], _ ones: Int, _ context: FitContext
  ) -> Double {
    (ones..<units.count).reduce(0) {
      $0 + inverse[$1, $1] * context.weightSum * l2Penalty * units[$1] * units[$1]
    }
  }

  /// M AᵀA M = M − M P M.
  private func sandwich(
    _ inverse: Matrix<Double>, _ units: [Double], _ ones: Int, _ context: FitContext
  ) -> Matrix<Double> {
    let penalty = Matrix(
      diagonal: units.indices.map {
        $0 < ones ? 0 : context.weightSum * l2Penalty * units[$0] * units[$0]
      })
    return inverse - inverse * penalty * inverse
  }
}

/// Solves r + Aβ = f, Aᵀr = g for one design and many right-hand sides.
struct AugmentedRefinement {
  private let a: ExtendedMatrix
  private let qr: QR<Double>
  let reciprocalCondition: Double

  init(_ a: ExtendedMatrix) throws(LinAlgError) {
    self.a = a
    qr = try QR(a.high)
    reciprocalCondition = try qr.reciprocalCondition
  }

  func solve(
    _ f: ExtendedVector, _ g: ExtendedVector
  ) throws(LinAlgError) -> (
    parameters: ExtendedVector, residual: ExtendedVector, convergence: Convergence
  ) {
    var r = ExtendedVector(Array(repeating: 0, count: a.rows))
    var parameters = ExtendedVector(Array(repeating: 0, count: a.columns))
    var (last, iterations) = (Double.infinity, 0)
    var reason = Convergence.Reason.iterationLimit
    while iterations < 60 {
      // f − r − Aβ and g − Aᵀr, in double-double.
      var first = f
      first.add(ExtendedVector(r.high.map { -$0 }, low: r.low.map { -$0 }))
      first.subtract(a, parameters)
      var second = a.transposedProduct(r)
      second = ExtendedVector(second.high.map { -$0 }, low: second.low.map { -$0 })
      second.add(g)
      let (dr, db) = try correction(first.high, second.high)
      r.add(dr)
      parameters.add(db)
      let size = zip(db, parameters.high).reduce(0) {
        max($0, $1.1 == 0 ? 0 : ($1.0 / $1.1).magnitude)
      }
      // Until the high parts are settled, or corrections no longer shrink.
      iterations += 1
      let isSettled = size <= 0x1p-60
      if isSettled || size >= last / 2 && last < 1e-12 {
        reason = isSettled ? .direct : .precision
        break
      }
      last = size
    }
    let convergence = Convergence(
      reason: reason, iterations: iterations, gradientNorm: last, trace: [])
    return (parameters, r, reason == .direct ? .direct : convergence)
  }

  /// One solution in double precision.
  private func correction(
    _ f: [Double], _ g: [Double]
  ) throws(LinAlgError) -> (residual: [Double], parameters: [Double]) {
    let n = a.columns
    let h = try qr.r.solveTriangular(g, .upper, transposed: true)
    var d = Matrix(column: f)
    try qr.multiplyByQ(&d, transposed: true)
    let top = (0..<n).map { d[$0, 0] - h[$0] }
    let parameters = try qr.r.solveTriangular(top, .upper)
    for j in 0..<n { d[j, 0] = h[j] }
    try qr.multiplyByQ(&d)
    return (d.elements, parameters)
  }

  func dependentColumns(ones: Int) throws(LinAlgError) -> [Int] {
    var scaled = qr.r
    _ = scaled.scaleColumnsToUnitNorm()
    let pivoted = try PivotedQR(scaled)
    let diagonal = pivoted.r.diagonal.map(\.magnitude)
    let tolerance = 10 * Double(a.columns) * .ulpOfOne * diagonal[0]
    let first = min(diagonal.firstIndex { $0 <= tolerance } ?? a.columns - 1, a.columns - 1)
    return pivoted.columnOrder[first...].filter { $0 >= ones }.map { $0 - ones }.sorted()
  }
}
