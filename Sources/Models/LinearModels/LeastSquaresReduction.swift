import LinAlg

/// The triangles to which row blocks of [1 X y] are reduced by Householder QR factorizations.
///
/// With [1 X Y] = Q [R C; 0 P] the least-squares problem min ‖[1 X] θ − y‖ becomes R θ = c, and the squares of the
/// columns of P are the residual sums of squares. Triangles of many blocks are reduced together, so that roundoff
/// grows with the depth of this tree and not with the rows, and Q is never kept.
struct TriangleStack: Hashable, Sendable {
  private(set) var triangles: [Matrix<Double>] = []
  let columns: Int

  init(columns: Int) { self.columns = columns }

  init(_ triangle: Matrix<Double>) { (triangles, columns) = ([triangle], triangle.columns) }

  func mapped(_ change: (Matrix<Double>) -> Matrix<Double>) -> TriangleStack {
    var result = self
    result.triangles = triangles.map(change)
    return result
  }

  /// So many triangles are reduced to one at a time: their rows make a block.
  private var capacity: Int { max(4, (1 << 16) / (columns * columns)) }

  /// Adds a block of rows; it is overwritten.
  mutating func add(_ block: UnsafeMutableMatrixPointer<Double>) throws(LinAlgError) {
    let (rows, leading) = unsafe (block.rows, block.leadingDimension)
    let copy = unsafe Matrix<Double>(rows: rows, columns: columns) { target in
      for j in 0..<columns {
        unsafe (target.baseAddress.unsafelyUnwrapped + j * rows).initialize(
          from: block.base + j * leading, count: rows)
      }
    }
    try add(copy)
  }

  mutating func add(_ rows: consuming Matrix<Double>) throws(LinAlgError) {
    triangles.append(try QR(rows).r)
    if triangles.count >= capacity { triangles = [try reduced()] }
  }

  mutating func merge(_ other: TriangleStack) throws(LinAlgError) {
    triangles += other.triangles
    if triangles.count >= capacity { triangles = [try reduced()] }
  }

  /// One triangle of `columns` rows; rows that the data do not fill are 0.
  func reduced() throws(LinAlgError) -> Matrix<Double> {
    let count = triangles.reduce(0) { $0 + $1.rows }
    var stacked = Matrix<Double>(rows: max(count, columns), columns: columns)
    var top = 0
    for triangle in triangles {
      stacked[rows: top..<top + triangle.rows] = triangle
      top += triangle.rows
    }
    return triangles.count == 1 ? stacked : try QR(stacked).r
  }
}

/// A least-squares problem reduced to its triangle, columns scaled to about unit norm.
struct ReducedLeastSquares {
  /// R, upper triangular, of as many rows as unknowns.
  let triangle: Matrix<Double>
  /// The powers of 2 by which its columns were divided.
  let scales: [Double]
  /// C: a column for each response.
  let projected: Matrix<Double>
  /// What no θ explains, for each response.
  let residualSumsOfSquares: [Double]
  /// R⁻¹, where it is known already.
  let inverse: Matrix<Double>?
  /// An estimate of the reciprocal condition number of R.
  let reciprocalCondition: Double

  /// From the triangle of [1 X Y].
  init(_ full: Matrix<Double>, unknowns: Int) throws(LinAlgError) {
    var leading = full[rows: 0..<unknowns, columns: 0..<unknowns]
    var scales = leading.scaleColumnsToUnitNorm()
    for j in scales.indices where scales[j] < Self.leastScale {
      leading[column: j] = leading[column: j].map { $0 * (scales[j] / Self.leastScale) }
      scales[j] = Self.leastScale
    }
    (triangle, inverse, self.scales) = (leading, nil, scales)
    reciprocalCondition = try leading.triangularReciprocalCondition
    projected = full[rows: 0..<unknowns, columns: unknowns..<full.columns]
    let rest = full[rows: unknowns..<full.rows, columns: unknowns..<full.columns]
    residualSumsOfSquares = (0..<rest.columns).map { k in
      let length = norm(rest[column: k])
      return length * length
    }
  }

  /// From the Gram matrix of [1 X Y], in its upper triangle above zeros; nil unless the unknowns' part, scaled, is well
  /// enough conditioned for R to be accurate.
  init?(gram: consuming Matrix<Double>, unknowns: Int) {
    let norms = (0..<unknowns).map { gram[$0, $0].squareRoot() }
    let (least, largest) = (norms.min() ?? 1, norms.max() ?? 1)
    // Columns that are about as long as each other, as they nearly always are, need no scales.
    let areAlike = least > 0 && largest <= 16 * least
    let common = norms.first.map(Self.powerOf2) ?? 1
    let scales = norms.map { areAlike ? common : max(Self.leastScale, Self.powerOf2($0)) }
    var projected = gram[rows: 0..<unknowns, columns: unknowns..<gram.columns]
    for i in 0..<unknowns {
      for k in 0..<projected.columns { projected[i, k] /= scales[i] }
    }
    let responseSquares = (unknowns..<gram.columns).map { gram[$0, $0] }
    // What follows happens in the memory of the Gram matrix: new pages would cost as much as the arithmetic.
    gram.keepLeading(rows: unknowns, columns: unknowns)
    assert(
      (0..<unknowns).allSatisfy { j in
        (j + 1..<max(j + 1, unknowns)).allSatisfy { gram[$0, j] == 0 }
      })
    if !areAlike {
      let inverses = scales.map { 1 / $0 }
      for j in 0..<unknowns {
        for i in 0...j { gram[i, j] *= inverses[j] * inverses[i] }
      }
    } else if common != 1 {
      gram *= 1 / (common * common)
    }
    guard let factor = try? Cholesky(gram, triangle: .upper),
      let inverse = try? factor.upper.triangularInverse(.upper)
    else { return nil }
    // The condition number of the Gram matrix is the square of the design's: R loses as many digits. In the 1-norm it is
    // at most this, since that of R⁻¹R⁻ᵀ is; where that is too much, an estimate may be less.
    var condition = factor.norm1 * inverse.norm1 * inverse.normInfinity
    if !(condition <= Self.largestCondition) {
      guard let estimate = try? factor.reciprocalCondition,
        estimate >= 1 / Self.largestCondition
      else { return nil }
      condition = 1 / estimate
    }
    reciprocalCondition = 1 / max(1, condition).squareRoot()
    (triangle, self.inverse, self.scales) = (factor.upper, inverse, scales)
    guard let c = try? triangle.solveTriangular(projected, .upper, transposed: true) else {
      return nil
    }
    self.projected = c
    residualSumsOfSquares = responseSquares.enumerated().map { k, square in
      let explained = norm(c[column: k])
      return max(0, square - explained * explained)
    }
  }

  private static func powerOf2(_ norm: Double) -> Double {
    norm > 0 && norm.isFinite
      ? Double(sign: .plus, exponent: norm.exponent, significand: 1) : 1
  }

  /// Columns of the design are about √n long, unless their units are out of range: squares of scales must not be.
  private static let leastScale = 0x1p-100

  /// Standard errors from a Gram matrix no worse conditioned than this keep 10 digits.
  private static let largestCondition = 1e5
}

extension Design {
  /// Reduces the design by QR factorizations of row blocks: 2nc² flops, X is read once.
  func triangle() throws(LinAlgError) -> Matrix<Double> {
    let plan = Plan(rows: rows, columns: columns, numbers: 1 << 16, forGram: false)
      .atLeast(min(rows, 4 * columns))
    let parts = unsafe forEachBlock(
      plan, state: { (stack: TriangleStack(columns: columns), failure: LinAlgError?.none) }
    ) { state, _, block in
      do throws(LinAlgError) { try unsafe state.stack.add(block) } catch { state.failure = error }
    }
    var stack = TriangleStack(columns: columns)
    for part in parts {
      if let failure = part.failure { throw failure }
      try stack.merge(part.stack)
    }
    return try stack.reduced()
  }

  /// One pass over fewer numbers is over before a second thread has begun.
  private static let threadedNumbers = 1 << 18

  /// The Gram matrix of [1 X Y] on and above the diagonal: nc² flops, X is read once.
  func gram() -> Matrix<Double> {
    let plan = Plan(rows: rows, columns: columns, forGram: true, threaded: Self.threadedNumbers)
    if columns > 128, rowScales == nil, hasSmallShifts {
      // Columns are scaled to a mean square of at least about 1: much less is what shifts have left of a constant.
      let gram = rawGram()
      if gram.diagonal.allSatisfy({ $0 >= 1e-3 * Double(rows) }) { return gram }
    }
    let parts = unsafe forEachBlock(
      plan, state: { Matrix<Double>(rows: columns, columns: columns) }
    ) { sum, _, block in
      unsafe sum.withUnsafeMutableMatrixPointer { sum in
        unsafe addGram(block.readOnly, into: sum)
      }
    }
    return parts.dropFirst().reduce(parts[0]) { $0 + $1 }
  }

  /// The same from products of X and Y as they are, shifted afterwards: no block is copied.
  ///
  /// Σ (f x − s)(g y − t) = f g Σ x y − s g Σ y − f t Σ x + n s t.
  private func rawGram() -> Matrix<Double> {
    let (p, r) = (x.columns, y.columns)
    var gram = Matrix<Double>(rows: columns, columns: columns)
    unsafe gram.withUnsafeMutableMatrixPointer { gram in
      let (predictors, responses) = (ones..<ones + p, ones + p..<columns)
      let raw = unsafe x.withUnsafeMatrixPointer { x in
        unsafe addGram(x, into: gram[rows: predictors, columns: predictors])
        return unsafe y.withUnsafeMatrixPointer { y in
          unsafe addGram(y, into: gram[rows: responses, columns: responses])
          return unsafe multiply(
            x, transposedBy: y, into: gram[rows: predictors, columns: responses])
        }
      }
      let n = Double(rows)
      // Sums of the scaled columns.
      let sums = zip(raw + y.columnSums(), factors).map { $0 * $1 }
      unsafe sums.withUnsafeBufferPointer { sums in
        unsafe factors.withUnsafeBufferPointer { factors in
          unsafe shifts.withUnsafeBufferPointer { shifts in
            for k in 0..<p + r {
              let column = unsafe gram.base + (ones + k) * gram.leadingDimension + ones
              let (factor, shift) = unsafe (factors[k], shifts[k])
              let rest = unsafe sums[k] - n * shift
              for j in 0...k {
                unsafe column[j] =
                  factors[j] * factor * column[j] - shifts[j] * rest - shift * sums[j]
              }
              if ones == 1 { unsafe gram.base[(1 + k) * gram.leadingDimension] = rest }
            }
          }
        }
      }
      if ones == 1 { unsafe gram.base[0] = n }
    }
    return gram
  }

  /// The residuals' sums of squares at a solution, and their products with the columns of the design, [1 X]ᵀ(y − [1 X]θ).
  func residualProducts(
    _ parameters: Matrix<Double>
  ) -> (sumsOfSquares: [Double], products: Matrix<Double>) {
    let columns = (0..<y.columns).map { parameters[column: $0] }
    // Short columns that are far apart cost more than a second way from the next cache.
    let plan = Plan(
      rows: rows, columns: x.columns, forGram: false, threaded: Self.threadedNumbers
    ).atLeast(min(rows, 2048))
    let (unknowns, offset, rows) = (unknowns, x.columns, plan.blockRows)
    let parts = forEachRange(
      plan,
      state: {
        (
          squares: columns.map { _ in 0.0 },
          products: columns.map { _ in [Double](repeating: 0, count: unknowns) },
          residuals: [Double](repeating: 0, count: rows)
        )
      }
    ) { state, range in
      for (k, column) in columns.enumerated() {
        unsafe predict(column, range, into: &state.residuals)
        let (factor, shift) = (factors[offset + k], shifts[offset + k])
        unsafe y.withUnsafeMatrixPointer { y in
          let response = unsafe y.base + k * y.leadingDimension + range.lowerBound
          for i in 0..<range.count {
            unsafe state.residuals[i] = response[i] * factor - shift - state.residuals[i]
          }
        }
        // The root of the weight once for the squares, and twice for the products.
        if let rowScales {
          for i in 0..<range.count { state.residuals[i] *= rowScales[range.lowerBound + i] }
        }
        state.squares[k] += dot(state.residuals, count: range.count)
        if let rowScales {
          for i in 0..<range.count { state.residuals[i] *= rowScales[range.lowerBound + i] }
        }
        unsafe addProjection(state.residuals, range, into: &state.products[k])
      }
    }
    let squares = columns.indices.map { k in parts.reduce(0) { $0 + $1.squares[k] } }
    let products = Matrix<Double>(rows: unknowns, columns: columns.count) { j, k in
      parts.reduce(0) { $0 + $1.products[k][j] }
    }
    return (squares, products)
  }

  /// The sum of squares of the first elements.
  private func dot(_ values: [Double], count: Int) -> Double {
    var (sums, total) = ((0.0, 0.0, 0.0, 0.0), 0.0)
    let whole = count / 4 * 4
    for i in stride(from: 0, to: whole, by: 4) {
      sums.0 += values[i] * values[i]
      sums.1 += values[i + 1] * values[i + 1]
      sums.2 += values[i + 2] * values[i + 2]
      sums.3 += values[i + 3] * values[i + 3]
    }
    for i in whole..<count { total += values[i] * values[i] }
    return total + (sums.0 + sums.1) + (sums.2 + sums.3)
  }
}

extension Design.Plan {
  /// The same with blocks of at least so many rows.
  func atLeast(_ rows: Int) -> Design.Plan {
    Design.Plan(workers: workers, blockRows: max(blockRows, rows))
  }

  private init(workers: Int, blockRows: Int) {
    (self.workers, self.blockRows) = (workers, blockRows)
  }
}
