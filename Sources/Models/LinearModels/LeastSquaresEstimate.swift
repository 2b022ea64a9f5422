import LinAlg

/// How the columns of a reduced problem relate to the data: what is left of a design when its data are gone.
struct Units: Hashable, Sendable {
  let ones: Int
  /// Factors and shifts of predictors, then of responses.
  let factors: [Double]
  let shifts: [Double]
  let predictors: Int

  /// The slope that belongs to a parameter of the triangle, but for the factor of the response.
  func slope(_ j: Int, _ scales: [Double]) -> Double { factors[j - ones] / scales[j] }

  /// From intercept and slopes of the data to parameters of the blocks' columns.
  func parameters(_ original: [Double], response k: Int) -> [Double] {
    let (factor, shift) = (factors[predictors + k], shifts[predictors + k])
    let slopes = (0..<predictors).map { original[ones + $0] * (factor / factors[$0]) }
    guard ones == 1 else { return slopes }
    var intercept = original[0] * factor - shift
    for j in 0..<predictors { intercept += shifts[j] * slopes[j] }
    return [intercept] + slopes
  }
}

extension Design {
  var units: Units { Units(ones: ones, factors: factors, shifts: shifts, predictors: x.columns) }
}

/// A solution of a reduced least-squares problem, in its units.
struct LeastSquaresEstimate {
  let reduced: ReducedLeastSquares
  /// A column for each response.
  var parameters: Matrix<Double>
  /// A root V of their covariance over σ², V Vᵀ.
  var root: Matrix<Double>
  /// Residual sums of squares, in the units of the blocks.
  var residualSumsOfSquares: [Double]
  /// The trace of the matrix that takes y to ŷ: the number of parameters that the fit uses.
  var effectiveParameters: Double
  var aliased: [Int] = []
  var convergences: [Convergence]?
  /// The triangle with the penalty's rows, if there is one.
  private var penalized: Matrix<Double>?

  init(_ reduced: ReducedLeastSquares) {
    self.reduced = reduced
    let order = reduced.triangle.rows
    parameters = Matrix(rows: order, columns: reduced.projected.columns)
    root = Matrix(rows: 0, columns: 0)
    residualSumsOfSquares = reduced.residualSumsOfSquares
    effectiveParameters = Double(order)
  }

  /// (RᵀR + P) φ = Rᵀc, where the penalised triangle is a root of the matrix.
  mutating func solvePenalized(_ penalized: Matrix<Double>) throws {
    let r = reduced.triangle
    let transposed = try penalized.solveTriangular(r.transposed(), .upper, transposed: true)
    // R Rₐ⁻¹, transposed; its squares sum to the trace of the hat matrix.
    effectiveParameters = dot(transposed.elements, transposed.elements)
    root = try penalized.solveTriangular(transposed, .upper)
    parameters = try penalized.solveTriangular(transposed * reduced.projected, .upper)
    self.penalized = penalized
    addMisfit()
  }

  /// With columns left out: their parameters are 0.
  mutating func solve(without columns: [Int]) throws {
    let kept = (0..<reduced.triangle.columns).filter { !columns.contains($0) }
    let qr = try QR(reduced.triangle.selectingColumns(kept))
    let solution = try qr.solve(reduced.projected)
    let part = try qr.r.solveTriangular(.identity(kept.count), .upper)
    var inverse = Matrix<Double>(rows: parameters.rows, columns: kept.count)
    for (i, row) in kept.enumerated() {
      for k in 0..<parameters.columns { parameters[row, k] = solution[i, k] }
      for k in 0..<kept.count { inverse[row, k] = part[i, k] }
    }
    root = inverse
    effectiveParameters = Double(kept.count)
    addMisfit()
  }

  /// The least norm of the slopes in the units of the data; `slopes` are theirs for parameters of 1.
  mutating func solveMinimumNorm(
    ones: Int, _ slopes: [Double], tolerance: Double
  ) throws {
    let (r, c) = (reduced.triangle, reduced.projected)
    let range = ones..<r.rows
    let core = Matrix<Double>(rows: range.count, columns: range.count) {
      r[ones + $0, ones + $1] / slopes[$1]
    }
    let rightSides = c[rows: range].appendingColumns(.identity(range.count))
    let least = try leastSquares(core, rightSides, rankTolerance: tolerance)
    let solution = least.solution
    var inverse = Matrix<Double>(rows: r.rows, columns: r.rows)
    for (i, row) in range.enumerated() {
      for k in 0..<c.columns { parameters[row, k] = solution[i, k] / slopes[i] }
      for k in 0..<range.count { inverse[row, ones + k] = solution[i, c.columns + k] / slopes[i] }
    }
    if ones == 1 {
      let first = (1..<r.columns).map { r[0, $0] }
      for k in 0..<c.columns {
        parameters[0, k] = (c[0, k] - dot(first, Array(parameters[column: k][1...]))) / r[0, 0]
      }
      inverse[0, 0] = 1 / r[0, 0]
      for k in 1..<r.columns {
        inverse[0, k] = -dot(first, Array(inverse[column: k][1...])) / r[0, 0]
      }
    }
    root = inverse
    effectiveParameters = Double(ones + least.rank)
    addMisfit()
  }

  /// Adds what the parameters leave of c to the residual sums of squares.
  private mutating func addMisfit() {
    let misfit = reduced.projected - reduced.triangle * parameters
    for k in 0..<misfit.columns {
      let length = norm(misfit[column: k])
      residualSumsOfSquares[k] = reduced.residualSumsOfSquares[k] + length * length
    }
  }

  /// Moves the parameters of one response, and its residual sum of squares with them.
  mutating func move(_ k: Int, to values: [Double]) {
    let change = zip(values, parameters[column: k]).map { $0 - $1 }
    let gained = norm(reduced.triangle * change)
    let penalized = l2Gap(k, change)
    residualSumsOfSquares[k] += gained * gained + penalized
    parameters[column: k] = values
  }

  /// 2 δᵀ Rᵀ(Rφ − c), which is 0 at a minimum without a penalty.
  private func l2Gap(_ k: Int, _ change: [Double]) -> Double {
    guard penalized != nil else { return 0 }
    let residual = zip(
      reduced.triangle * parameters[column: k], reduced.projected[column: k]
    ).map { $0 - $1 }
    return 2 * dot(reduced.triangle * change, residual)
  }

  /// Corrects by products of the residuals with the design's columns, and takes over their sums of squares.
  mutating func correct(
    _ products: Matrix<Double>, _ squares: [Double], penalty: [Double]
  ) throws {
    let triangle = penalized ?? reduced.triangle
    var gradient = products
    for j in 0..<gradient.rows {
      for k in 0..<gradient.columns { gradient[j, k] -= penalty[j] * parameters[j, k] }
    }
    let half = try triangle.solveTriangular(gradient, .upper, transposed: true)
    let change = try triangle.solveTriangular(half, .upper)
    // Without a penalty Rδ is what the first of the two solves gave.
    let moved = penalized == nil ? half : reduced.triangle * change
    for k in 0..<squares.count {
      // RSS(φ + δ) = RSS(φ) − 2 δᵀXᵀr + ‖Rδ‖².
      let first = dot(change[column: k], products[column: k])
      let second = dot(moved[column: k], moved[column: k])
      residualSumsOfSquares[k] = max(0, squares[k] - 2 * first + second)
    }
    parameters = parameters + change
  }

  /// The fits, in the units of the data.
  func fits(_ units: Units, _ context: FitContext) -> [LinearRegression.Fitted] {
    let order = parameters.rows
    let slopes = (units.ones..<order).map { units.slope($0, reduced.scales) }
    return (0..<parameters.columns).map { k in
      let factor = units.factors[units.predictors + k]
      var intercept = 0.0
      if units.ones == 1 {
        intercept = parameters[0, k] / reduced.scales[0] + units.shifts[units.predictors + k]
        for j in 0..<units.predictors {
          intercept -= units.shifts[j] * (parameters[1 + j, k] / reduced.scales[1 + j])
        }
      }
      // The first element of c is the part of the response along the ones.
      let explained = norm(Array(reduced.projected[column: k][units.ones...]))
      let total = reduced.residualSumsOfSquares[k] + explained * explained
      return LinearRegression.Fitted(
        coefficients: slopes.indices.map {
          parameters[units.ones + $0, k] * slopes[$0] / factor
        },
        intercept: intercept / factor, context: context,
        effectiveParameters: effectiveParameters,
        residualSumOfSquares: residualSumsOfSquares[k],
        totalSumOfSquares: total, responseFactor: factor,
        reciprocalCondition: reduced.reciprocalCondition,
        aliased: aliased, convergence: convergences?[k] ?? .direct,
        normalizedCovariance: ScaledCovariance(
          root: root, units: (units.ones == 1 ? [1 / reduced.scales[0]] : []) + slopes,
          centers: (0..<units.predictors).map {
            units.shifts[$0] / reduced.scales[units.ones + $0]
          }))
    }
  }
}
