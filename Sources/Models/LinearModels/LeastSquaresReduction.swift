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

  /// From the triangle of [1 X Y].
  init(_ full: Matrix<Double>, unknowns: Int) {
    var leading = full[rows: 0..<unknowns, columns: 0..<unknowns]
    scales = leading.scaleColumnsToUnitNorm()
    triangle = leading
    projected = full[rows: 0..<unknowns, columns: unknowns..<full.columns]
    let rest = full[rows: unknowns..<full.rows, columns: unknowns..<full.columns]
    residualSumsOfSquares = (0..<rest.columns).map { k in
      let length = norm(rest[column: k])
      return length * length
    }
  }

  /// From the Gram matrix of [1 X Y], in its upper triangle; nil unless the unknowns' part, scaled, is well enough
  /// conditioned for R to be accurate.
  init?(gram: Matrix<Double>, unknowns: Int) {
    let scales = (0..<unknowns).map { j -> Double in
      let norm = gram[j, j].squareRoot()
      return norm > 0 && norm.isFinite
        ? Double(sign: .plus, exponent: norm.exponent, significand: 1) : 1
    }
    let scaled = Matrix<Double>(rows: unknowns, columns: unknowns) { i, j in
      gram[min(i, j), max(i, j)] / (scales[i] * scales[j])
    }
    // The condition number of the Gram matrix is the square of the design's: R loses as many digits.
    guard let factor = try? Cholesky(scaled), let reciprocal = try? factor.reciprocalCondition,
      reciprocal >= Self.leastReciprocalCondition
    else { return nil }
    let r = factor.lower.transposed()
    var projected = gram[rows: 0..<unknowns, columns: unknowns..<gram.columns]
    for i in 0..<unknowns {
      for k in 0..<projected.columns { projected[i, k] /= scales[i] }
    }
    guard let c = try? r.solveTriangular(projected, .upper, transposed: true) else { return nil }
    (triangle, self.scales, self.projected) = (r, scales, c)
    residualSumsOfSquares = (0..<projected.columns).map { k in
      let explained = norm(c[column: k])
      return max(0, gram[unknowns + k, unknowns + k] - explained * explained)
    }
  }

  /// Standard errors from a Gram matrix no worse conditioned than this keep 10 digits.
  private static let leastReciprocalCondition = 1e-5
}

extension Design {
  /// Reduces the design by QR factorizations of row blocks: 2nc² flops, X is read once.
  func triangle() throws(LinAlgError) -> Matrix<Double> {
    let plan = Plan(rows: rows, columns: columns, numbers: 1 << 16, forGram: false)
      .atLeast(4 * columns)
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

  /// The Gram matrix of [1 X Y] on and above the diagonal: nc² flops, X is read once.
  func gram() -> Matrix<Double> {
    let plan = Plan(rows: rows, columns: columns, forGram: true)
    let parts = unsafe forEachBlock(
      plan, state: { Matrix<Double>(rows: columns, columns: columns) }
    ) { sum, _, block in
      unsafe sum.withUnsafeMutableMatrixPointer { sum in
        unsafe addGram(block.readOnly, into: sum)
      }
    }
    return parts.dropFirst().reduce(parts[0]) { $0 + $1 }
  }

  /// The residuals' sums of squares at a solution, and their products with the columns of the design, [1 X]ᵀ(y − [1 X]θ).
  func residualProducts(
    _ parameters: Matrix<Double>
  ) -> (sumsOfSquares: [Double], products: Matrix<Double>) {
    let (unknowns, responses) = (unknowns, y.columns)
    let parts = unsafe forEachBlock(
      Plan(rows: rows, columns: columns, forGram: false),
      state: {
        (
          squares: [Double](repeating: 0, count: responses),
          products: Matrix<Double>(rows: unknowns, columns: responses)
        )
      }
    ) { state, range, block in
      let x = unsafe block[rows: 0..<range.count, columns: 0..<unknowns]
      let r = unsafe block[rows: 0..<range.count, columns: unknowns..<columns]
      unsafe parameters.withUnsafeMatrixPointer { parameters in
        unsafe multiply(x.readOnly, parameters, into: r, alpha: -1, beta: 1)
      }
      unsafe state.products.withUnsafeMutableMatrixPointer { products in
        unsafe multiply(x.readOnly, r.readOnly, into: products, beta: 1, transposeA: true)
      }
      for k in 0..<responses {
        let column = unsafe UnsafeBufferPointer(
          start: r.base + k * r.leadingDimension, count: range.count)
        let length = unsafe norm(Array(column))
        state.squares[k] += length * length
      }
    }
    let squares = (0..<responses).map { k in parts.reduce(0) { $0 + $1.squares[k] } }
    return (squares, parts.dropFirst().reduce(parts[0].products) { $0 + $1.products })
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
