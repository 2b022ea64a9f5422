import LinAlg

extension LinearRegression {
  /// Reduces a design and solves for each response.
  func fit(_ design: Design, _ context: FitContext) throws(FitFailure) -> [Fitted] {
    do {
      let unknowns = design.unknowns
      switch solver {
      case .automatic, .cholesky:
        let gram = design.gram()
        try Self.checkScales(gram.diagonal, design)
        if let reduced = ReducedLeastSquares(gram: consume gram, unknowns: unknowns) {
          var solution = try solve(reduced, design.units, context)
          try refine(&solution, reduced, design, context)
          return solution.fits(design.units, context)
        }
        fallthrough
      case .qr, .svd, .gradientDescent:
        let triangle = try design.triangle()
        try Self.checkScales((0..<triangle.columns).map { norm(triangle[column: $0]) }, design)
        let reduced = try ReducedLeastSquares(triangle, unknowns: unknowns)
        var solution = try solve(reduced, design.units, context)
        if case .gradientDescent(let descent) = solver {
          try self.descend(descent, &solution, reduced, design, context)
        }
        return solution.fits(design.units, context)
      }
    } catch let failure as FitFailure {
      throw failure
    } catch let error as ModelError {
      throw .model(error)
    } catch LinAlgError.nonFinite where !design.isExact {
      throw .unrepresentativeSample
    } catch let error as LinAlgError {
      throw .model(.linearAlgebra(error))
    } catch {
      preconditionFailure("unexpected error \(error)")
    }
  }

  /// Whether squares were in range: the sizes of the columns tell.
  private static func checkScales(_ sizes: [Double], _ design: Design) throws {
    let isSuspicious = sizes.contains { !$0.isFinite || $0 < 1e-140 }
    if isSuspicious && !design.isExact { throw FitFailure.unrepresentativeSample }
  }

  /// Solves the reduced problem, by the solver, the penalty and the rank policy.
  func solve(
    _ reduced: ReducedLeastSquares, _ units: Units, _ context: FitContext
  ) throws -> LeastSquaresEstimate {
    let (r, c, ones) = (reduced.triangle, reduced.projected, units.ones)
    var estimate = LeastSquaresEstimate(reduced)
    if l2Penalty > 0 {
      // Rows √(nλ) w below R, in the units of the reduced problem.
      var stacked = Matrix<Double>(rows: 2 * r.rows, columns: r.columns)
      stacked[rows: 0..<r.rows] = r
      for j in ones..<r.columns {
        stacked[r.rows + j, j] =
          (context.weightSum * l2Penalty).squareRoot() * units.slope(j, reduced.scales)
      }
      let penalized = try QR(stacked).r
      try estimate.solvePenalized(penalized)
      return estimate
    }
    // The 1-norm estimate is usually within a factor p of the ratio of singular values. On the safe side: the rank
    // is only looked at closely.
    if reduced.reciprocalCondition <= 10 * Double(r.columns) * Self.rankTolerance(r.columns)
      || context.rows < r.columns
    {
      let dependent = try dependentColumns(r, ones: ones)
      if !dependent.isEmpty {
        switch rankPolicy {
        case .refuse:
          if context.rows < r.columns {
            throw ModelError.tooFewRows(rows: context.rows, coefficients: r.columns)
          }
          throw ModelError.collinear(columns: dependent)
        case .alias:
          try estimate.solve(without: dependent.map { ones + $0 })
          estimate.aliased = dependent
        case .minimumNorm:
          let slopes = (ones..<r.columns).map { units.slope($0, reduced.scales) }
          try estimate.solveMinimumNorm(
            ones: ones, slopes, tolerance: Self.rankTolerance(r.columns))
        }
        return estimate
      }
    }
    if solver == .svd {
      let svd = try SVD(r)
      estimate.parameters = try svd.solve(c)
    } else {
      estimate.parameters = try r.solveTriangular(c, .upper)
    }
    estimate.root = try reduced.inverse ?? r.triangularInverse(.upper)
    return estimate
  }

  /// The predictors that depend on the others, or on the column of ones.
  private func dependentColumns(_ triangle: Matrix<Double>, ones: Int) throws -> [Int] {
    // What the ones leave of each predictor, relative to all of it: R without its first row.
    let order = triangle.rows
    var rest = triangle[rows: ones..<order, columns: ones..<order]
    for j in 0..<rest.columns {
      let length = norm(triangle[column: ones + j])
      // Of predictors alike the first is kept: it is the greatest by more than roundoff.
      let preference = 1 - 0x1p-30 * Double(j)
      if length > 0 { rest[column: j] = rest[column: j].map { $0 / length * preference } }
    }
    let pivoted = try PivotedQR(rest)
    let diagonal = pivoted.r.diagonal.map(\.magnitude)
    let tolerance = Self.rankTolerance(order)
    let first = diagonal.firstIndex { $0 <= tolerance } ?? rest.columns
    return pivoted.columnOrder[first...].sorted()
  }

  /// One step of iterative refinement: residuals from the data, the correction from the triangle.
  ///
  /// It brings coefficients from normal equations to what QR gives, and the residual sum of squares too.
  private func refine(
    _ estimate: inout LeastSquaresEstimate, _ reduced: ReducedLeastSquares, _ design: Design,
    _ context: FitContext
  ) throws {
    var raw = estimate.parameters
    for j in 0..<raw.rows {
      for k in 0..<raw.columns { raw[j, k] /= reduced.scales[j] }
    }
    var (squares, products) = design.residualProducts(raw)
    for j in 0..<raw.rows {
      for k in 0..<raw.columns { products[j, k] /= reduced.scales[j] }
    }
    try estimate.correct(
      products, squares,
      penalty: (0..<raw.rows).map { j in
        let slope = j < design.ones ? 0 : design.units.slope(j, reduced.scales)
        return context.weightSum * l2Penalty * slope * slope
      })
  }

  /// Replaces the solution by what gradient descent finds.
  private func descend(
    _ descent: GradientDescent, _ estimate: inout LeastSquaresEstimate,
    _ reduced: ReducedLeastSquares, _ design: Design, _ context: FitContext
  ) throws {
    var convergences: [Convergence] = []
    let kept = (0..<design.x.columns).filter { !estimate.aliased.contains($0) }
    let x = estimate.aliased.isEmpty ? design.x : design.x.selectingColumns(kept)
    for k in 0..<design.y.columns {
      let objective = try LeastSquaresObjective(
        x, design.y[column: k], fitsIntercept: fitsIntercept, l2Penalty: l2Penalty,
        weights: design.rowScales.map { $0.map { $0 * $0 } })
      let start = [Double](repeating: 0, count: objective.parameterCount)
      let minimum = try descent.minimize(objective, from: start)
      convergences.append(minimum.convergence)
      var original = [Double](repeating: 0, count: design.unknowns)
      if design.ones == 1 { original[0] = minimum.parameters[0] }
      for (i, j) in kept.enumerated() {
        original[design.ones + j] = minimum.parameters[design.ones + i]
      }
      let found = design.units.parameters(original, response: k)
      estimate.move(k, to: (0..<found.count).map { found[$0] * reduced.scales[$0] })
    }
    estimate.convergences = convergences
  }
}
