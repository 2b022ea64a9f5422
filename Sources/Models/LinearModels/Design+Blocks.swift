import LinAlg

extension Design {
  // MARK: Blocks of rows

  /// How many rows a block has, and how many threads work on blocks.
  struct Plan {
    let workers: Int
    let blockRows: Int

    /// Blocks of `numbers` numbers, in cache; where a Gram matrix is large, enough rows to be worth its traffic.
    ///
    /// Several threads from `threaded` numbers on: those of a pass whose functions take time, unless the caller knows
    /// better.
    init(
      rows: Int, columns: Int, numbers: Int = 1 << 16, forGram: Bool, threaded: Int = 1 << 16
    ) {
      let isWide = forGram && columns > 128
      // A wide product keeps all threads busy by itself.
      workers = isWide || rows * columns < threaded ? 1 : max(1, min(BLASRuntime.threads, rows))
      let least = isWide ? 4 * columns : 64
      // Whole tiles of the kernels.
      blockRows = max(1, min(rows, max(least, numbers / max(1, columns)) / 64 * 64))
    }

    /// Where the rows of a worker begin: with a tile.
    func firstRow(of worker: Int, _ rows: Int) -> Int {
      worker == workers ? rows : rows * worker / workers / 64 * 64
    }

    /// The rows of a worker.
    func rows(of worker: Int, _ rows: Int) -> Range<Int> {
      firstRow(of: worker, rows)..<firstRow(of: worker + 1, rows)
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
        let all = plan.rows(of: worker, rows)
        for start in stride(from: all.lowerBound, to: all.upperBound, by: plan.blockRows) {
          let range = start..<min(all.upperBound, start + plan.blockRows)
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
    _ plan: Plan? = nil, state: () -> State, _ body: (inout State, Range<Int>) -> Void
  ) -> [State] {
    let plan = plan ?? Plan(rows: rows, columns: x.columns, forGram: false)
    var states = (0..<plan.workers).map { _ in state() }
    unsafe states.withUnsafeMutableBufferPointer { states in
      BLASRuntime.concurrently(plan.workers) { worker in
        let all = plan.rows(of: worker, rows)
        for start in stride(from: all.lowerBound, to: all.upperBound, by: plan.blockRows) {
          unsafe body(&states[worker], start..<min(all.upperBound, start + plan.blockRows))
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

  /// One row of [1 X], shifted and scaled.
  func row(_ i: Int) -> [Double] {
    Array(repeating: 1, count: ones)
      + (0..<x.columns).map { x[i, $0] * factors[$0] - shifts[$0] }
  }

  /// The linear predictor of a range of rows.
  func predict(
    _ parameters: [Double], _ range: Range<Int>, into z: UnsafeMutablePointer<Double>
  ) {
    unsafe x.withUnsafeMatrixPointer { x in
      unsafe parameters.withUnsafeBufferPointer { parameters in
        guard let base = parameters.baseAddress else { return }
        if let packed {
          return unsafe packed.product(
            range, base + ones, bias: ones == 1 ? parameters[0] : 0, into: z)
        }
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
        if let packed { return unsafe packed.addProjection(range, r, into: base + ones) }
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
}
