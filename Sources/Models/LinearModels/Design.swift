import LinAlg

/// A design as the fits see it: a column of ones, predictors and responses, shifted and scaled, by blocks of rows.
///
/// Column j of a block is x·factor − shift: factors are powers of 2, and with an intercept the shifts bring each
/// column's mean close to 0. Both change conditioning, not the fit. They come from a sample of the
/// rows; `isExact` looks at all of them, for data whose sample is not like the rest. Nothing but one block a
/// thread is copied.
struct Design {
  let x: Matrix<Double>
  /// Responses, as many columns as there are models to fit; none for the fits that use labels.
  let y: Matrix<Double>
  /// 1 if there is a column of ones before the predictors, else 0.
  let ones: Int
  /// √ of the weights, if there are any.
  let rowScales: [Double]?
  /// Powers of 2 by which the columns of x and y are multiplied.
  let factors: [Double]
  /// The mean squares of the columns of [1 X], shifted and scaled, in the sample.
  let meanSquares: [Double]
  /// Whether factors and shifts were found from all rows.
  let isExact: Bool
  /// What is subtracted then: about the means, or 0.
  let shifts: [Double]

  private let predictorFactors: [Double]
  private let predictorShifts: [Double]

  var rows: Int { x.rows }
  /// The unknowns of a linear predictor: intercept and slopes.
  var unknowns: Int { ones + x.columns }
  var columns: Int { unknowns + y.columns }

  init(
    _ x: Matrix<Double>, _ y: Matrix<Double>, intercept: Bool, weights: [Double]? = nil,
    isExact: Bool = false
  ) {
    (self.x, self.y, ones) = (x, y, intercept ? 1 : 0)
    self.isExact = isExact
    rowScales = weights?.map { $0.squareRoot() }
    let sample = Self.sample(of: x.rows, isExact: isExact)
    var (factors, shifts): ([Double], [Double]) = ([], [])
    var meanSquares = [Double](repeating: 1, count: ones)
    for matrix in [x, y] {
      for j in 0..<matrix.columns {
        let scale = Self.scale(matrix, j, sample, isCentered: intercept)
        factors.append(scale.factor)
        shifts.append(scale.shift)
        meanSquares.append(scale.meanSquare)
      }
    }
    (self.factors, self.shifts) = (factors, shifts)
    self.meanSquares = Array(meanSquares[..<(ones + x.columns)])
    predictorFactors = Array(factors[..<x.columns])
    predictorShifts = Array(shifts[..<x.columns])
  }

  /// The predictors as they are.
  init(raw x: Matrix<Double>, intercept: Bool) {
    (self.x, y, ones) = (x, Matrix(rows: x.rows, columns: 0), intercept ? 1 : 0)
    (rowScales, isExact) = (nil, true)
    factors = Array(repeating: 1, count: x.columns)
    shifts = Array(repeating: 0, count: x.columns)
    (predictorFactors, predictorShifts) = (factors, shifts)
    meanSquares = Array(repeating: 1, count: ones + x.columns)
  }

  /// The predictors of some rows, in the same units.
  init(_ design: Design, rows: [Range<Int>]) {
    let (source, count) = (design.x, rows.reduce(0) { $0 + $1.count })
    x = unsafe Matrix(rows: count, columns: source.columns) { target in
      unsafe source.withUnsafeMatrixPointer { source in
        for j in unsafe 0..<source.columns {
          var next = unsafe target.baseAddress.unsafelyUnwrapped + j * count
          for range in rows {
            let from = unsafe source.base + j * source.leadingDimension + range.lowerBound
            unsafe next.initialize(from: from, count: range.count)
            unsafe next += range.count
          }
        }
      }
    }
    (y, ones, rowScales) = (Matrix(rows: count, columns: 0), design.ones, nil)
    (factors, shifts, isExact) = (design.factors, design.shifts, design.isExact)
    (predictorFactors, predictorShifts) = (design.predictorFactors, design.predictorShifts)
    meanSquares = design.meanSquares
  }

  /// Throws `nonFinite` or `nonFiniteResponse` if there is a number in the data that is not finite.
  func checkFinite() throws(ModelError) {
    do {
      try x.checkFinite()
    } catch {
      guard case .nonFinite(let row, let column) = error else { throw .linearAlgebra(error) }
      throw .nonFinite(row: row, column: column)
    }
    do {
      try y.checkFinite()
    } catch {
      guard case .nonFinite(let row, _) = error else { throw .linearAlgebra(error) }
      throw .nonFiniteResponse(row: row)
    }
  }

  // MARK: Shifts and scales

  /// All rows, or 64 runs of 8 rows: a cache line of each column.
  private static func sample(of rows: Int, isExact: Bool) -> [Range<Int>] {
    if isExact || rows <= 512 { return [0..<rows] }
    return (0..<64).map { k in
      let start = k * (rows - 8) / 63
      return start..<start + 8
    }
  }

  private static func scale(
    _ a: Matrix<Double>, _ j: Int, _ sample: [Range<Int>], isCentered: Bool
  ) -> (factor: Double, shift: Double, meanSquare: Double) {
    unsafe a.withUnsafeBufferPointer { elements in
      let column = unsafe UnsafeBufferPointer(
        rebasing: elements[j * a.rows..<(j + 1) * a.rows])
      guard let first = unsafe column.first else { return (1, 0, 1) }
      let count = Double(sample.reduce(0) { $0 + $1.count })
      var (largest, isConstant) = (0.0, true)
      for run in sample {
        for i in run {
          largest = unsafe max(largest, column[i].magnitude)
          if unsafe column[i] != first { isConstant = false }
        }
      }
      let factor = reciprocalPowerOf2(largest)
      // A constant must leave exact zeros, not the roundoff of its mean.
      if isConstant && isCentered { return (factor, first * factor, 1) }
      var sum = 0.0
      for run in sample {
        for i in run { unsafe sum += column[i] * factor }
      }
      let mean = isCentered ? sum / count : 0
      var squares = 0.0
      for run in sample {
        for i in run {
          let rest = unsafe column[i] * factor - mean
          squares += rest * rest
        }
      }
      // Scaled again, by what is left: a year is a large number with a small spread.
      let spread = (squares / count).squareRoot()
      let second = reciprocalPowerOf2(spread)
      return (factor * second, mean * second, max(spread * second * spread * second, 1e-6))
    }
  }

  /// The power of 2 that brings a number to between 1 and 2; 1 for 0 and what is not finite.
  private static func reciprocalPowerOf2(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    return Double(sign: .plus, exponent: max(-1022, min(1022, -value.exponent)), significand: 1)
  }

  // MARK: Blocks of rows

  /// How many rows a block has, and how many threads work on blocks.
  struct Plan {
    let workers: Int
    let blockRows: Int

    /// Blocks of `numbers` numbers, in cache; where a Gram matrix is large, enough rows to be worth its traffic.
    init(rows: Int, columns: Int, numbers: Int = 1 << 16, forGram: Bool) {
      let isWide = forGram && columns > 128
      // A wide product keeps all threads busy by itself.
      workers = isWide || rows * columns < 1 << 16 ? 1 : max(1, min(BLASRuntime.threads, rows))
      let least = isWide ? 4 * columns : 64
      // Whole tiles of the kernels.
      blockRows = max(1, min(rows, max(least, numbers / max(1, columns)) / 64 * 64))
    }
  }

  /// Calls a function with each block of rows; every thread has a state of its own, and blocks in order.
  ///
  /// A block has a column of ones (with an intercept), the predictors and, if `withResponses`, the responses. Rows
  /// are multiplied by the square roots of their weights if `isWeighted`.
  func forEachBlock<State>(
    _ plan: Plan, withResponses: Bool = true, isWeighted: Bool = true, state: () -> State,
    _ body: (inout State, Range<Int>, UnsafeMutableMatrixPointer<Double>) -> Void
  ) -> [State] {
    var states = (0..<plan.workers).map { _ in state() }
    let width = withResponses ? columns : unknowns
    // A leading dimension that is no multiple of a page keeps columns apart in cache.
    let leading = (plan.blockRows + 7) / 8 * 8 + 8
    unsafe states.withUnsafeMutableBufferPointer { states in
      BLASRuntime.concurrently(plan.workers) { worker in
        // Whole cache lines: vectors that straddle two of them cost twice.
        let space = UnsafeMutableRawPointer.allocate(
          byteCount: max(1, leading * width) * MemoryLayout<Double>.stride, alignment: 64)
        defer { unsafe space.deallocate() }
        let memory = unsafe space.bindMemory(to: Double.self, capacity: max(1, leading * width))
        let end = rows * (worker + 1) / plan.workers
        for start in stride(
          from: rows * worker / plan.workers, to: end, by: plan.blockRows)
        {
          let range = start..<min(end, start + plan.blockRows)
          let block = unsafe UnsafeMutableMatrixPointer(
            memory, rows: range.count, columns: width, leadingDimension: leading)
          unsafe fill(block, range, isWeighted: isWeighted)
          unsafe body(&states[worker], range, block)
        }
      }
    }
    return states
  }

  /// Calls a function with ranges of rows, whose predictors may stay in cache between two looks at them; every thread
  /// has a state of its own, and ranges in order.
  func forEachRange<State>(
    state: () -> State, _ body: (inout State, Range<Int>) -> Void
  ) -> [State] {
    let plan = Plan(rows: rows, columns: x.columns, forGram: false)
    var states = (0..<plan.workers).map { _ in state() }
    unsafe states.withUnsafeMutableBufferPointer { states in
      BLASRuntime.concurrently(plan.workers) { worker in
        let end = rows * (worker + 1) / plan.workers
        for start in stride(
          from: rows * worker / plan.workers, to: end, by: plan.blockRows)
        {
          unsafe body(&states[worker], start..<min(end, start + plan.blockRows))
        }
      }
    }
    return states
  }

  /// Whether the means of the predictors are not far larger than their spreads, so that shifts may be undone after
  /// products instead of before: that costs as many digits as the shifts are large.
  var hasSmallShifts: Bool { shifts.allSatisfy { $0.magnitude <= 8 } }

  /// What X itself is multiplied by, and what is added, to give the linear predictors of columns of parameters.
  func rawParameters(_ theta: Matrix<Double>) -> (slopes: Matrix<Double>, biases: [Double]) {
    let slopes = Matrix<Double>(rows: x.columns, columns: theta.columns) {
      theta[ones + $0, $1] * factors[$0]
    }
    let biases = (0..<theta.columns).map { k in
      (0..<x.columns).reduce(ones == 1 ? theta[0, k] : 0) { $0 - shifts[$1] * theta[ones + $1, k] }
    }
    return (slopes, biases)
  }

  /// The most rows that such a range has.
  var rangeRows: Int { Plan(rows: rows, columns: x.columns, forGram: false).blockRows }

  /// The linear predictor of a range of rows.
  func predict(
    _ parameters: [Double], _ range: Range<Int>, into z: UnsafeMutablePointer<Double>
  ) {
    unsafe x.withUnsafeMatrixPointer { x in
      unsafe parameters.withUnsafeBufferPointer { parameters in
        guard let base = parameters.baseAddress else { return }
        unsafe standardizedProduct(
          x[rows: range, columns: 0..<x.columns], shift: predictorShifts,
          factor: predictorFactors, base + ones, bias: ones == 1 ? parameters[0] : 0, into: z)
      }
    }
  }

  /// Adds [1 X]ᵀ r of a range of rows.
  func addProjection(
    _ r: UnsafePointer<Double>, _ range: Range<Int>, into sums: inout [Double]
  ) {
    unsafe x.withUnsafeMatrixPointer { x in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        guard let base = sums.baseAddress else { return }
        if ones == 1 {
          for i in 0..<range.count { unsafe sums[0] += r[i] }
        }
        unsafe addStandardizedProjection(
          x[rows: range, columns: 0..<x.columns], shift: predictorShifts,
          factor: predictorFactors, r, into: base + ones)
      }
    }
  }

  /// Writes a block of rows.
  func fill(
    _ block: UnsafeMutableMatrixPointer<Double>, _ range: Range<Int>, isWeighted: Bool
  ) {
    if ones == 1 { unsafe block.base.update(repeating: 1, count: range.count) }
    let p = x.columns
    unsafe x.withUnsafeMatrixPointer { x in
      unsafe standardize(
        x[rows: range, columns: 0..<p], shift: predictorShifts, factor: predictorFactors,
        into: block[rows: 0..<range.count, columns: ones..<unknowns])
    }
    if unsafe block.columns > unknowns {
      unsafe y.withUnsafeMatrixPointer { y in
        unsafe standardize(
          y[rows: range, columns: 0..<y.columns], shift: Array(shifts[p...]),
          factor: Array(factors[p...]),
          into: block[rows: 0..<range.count, columns: unknowns..<columns])
      }
    }
    if isWeighted, let rowScales {
      unsafe rowScales.withUnsafeBufferPointer { scales in
        if let base = scales.baseAddress {
          unsafe scaleRows(block, by: base + range.lowerBound)
        }
      }
    }
  }

  // MARK: Units

  /// From parameters of the blocks' columns (intercept first) to the slopes and the intercept of the data.
  ///
  /// `response` is the column of y that the parameters predict, or nil where they predict logits.
  func originalUnits(
    _ parameters: [Double], response: Int? = nil
  ) -> (intercept: Double, coefficients: [Double]) {
    let p = x.columns
    let (factor, shift) = response.map { (factors[p + $0], shifts[p + $0]) } ?? (1, 0)
    let slopes = (0..<p).map { parameters[ones + $0] * (factors[$0] / factor) }
    guard ones == 1 else { return (0, slopes) }
    var intercept = parameters[0] + shift
    for j in 0..<p { intercept -= shifts[j] * parameters[1 + j] }
    return (intercept / factor, slopes)
  }

  /// The other way, for logits.
  func parameters(intercept: Double, coefficients: [Double]) -> [Double] {
    let slopes = coefficients.indices.map { coefficients[$0] / factors[$0] }
    guard ones == 1 else { return slopes }
    return [slopes.indices.reduce(intercept) { $0 + shifts[$1] * slopes[$1] }] + slopes
  }
}
