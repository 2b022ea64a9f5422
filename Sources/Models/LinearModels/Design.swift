import LinAlg

/// A design as the fits see it: a column of ones, predictors and responses, shifted and scaled, by blocks of rows.
///
/// Column j of a block is x·factor − shift: factors are powers of 2, and with an intercept the shifts bring each
/// column's mean close to 0, rows counted by their weights. Both change conditioning, not the fit. They come from a
/// sample of the rows; `isExact` looks at all of them, for data whose sample is not like the rest. Nothing but one
/// block a thread is copied.
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

  /// The predictors, shifted and scaled, in single precision: what products with vectors use if it is there.
  private(set) var packed: PackedRows?

  /// Those of x alone.
  let predictorFactors: [Double]
  let predictorShifts: [Double]

  var rows: Int { x.rows }
  /// The unknowns of a linear predictor: intercept and slopes.
  var unknowns: Int { ones + x.columns }
  var columns: Int { unknowns + y.columns }

  init(
    _ x: Matrix<Double>, _ y: Matrix<Double>, intercept: Bool, weights: [Double]? = nil,
    isPenalized: Bool = false, isExact: Bool = false
  ) {
    (self.x, self.y, ones) = (x, y, intercept ? 1 : 0)
    self.isExact = isExact || x.rows <= Self.sampleRows
    rowScales = weights?.map { $0.squareRoot() }
    let sample = Sample(of: x.rows, isExact: self.isExact, weights)
    var (factors, shifts): ([Double], [Double]) = ([], [])
    var meanSquares = [Double](repeating: 1, count: ones)
    var values = [Double](repeating: 0, count: sample.count)
    for matrix in [x, y] {
      for j in 0..<matrix.columns {
        let scale = Self.scale(matrix, j, sample, isCentered: intercept, in: &values)
        // A penalty is multiplied by squares of factors, which must stay in range.
        let rest = isPenalized ? min(1, 0x1p400 / scale.factor) : 1
        factors.append(scale.factor * rest)
        shifts.append(scale.shift * rest)
        meanSquares.append(scale.meanSquare * rest * rest)
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

  /// The same with the predictors copied in single precision, for products with vectors.
  func packing() -> Design {
    var result = self
    result.packed = PackedRows(
      x, shift: predictorShifts, factor: predictorFactors, workers: BLASRuntime.threads)
    return result
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

  private static let sampleRows = 256

  /// The rows that units are found from, all or 32 runs of 8 rows (a cache line of each column), with their shares
  /// of the weight: none where all are alike.
  private struct Sample {
    let runs: [Range<Int>]
    let shares: [Double]?
    let count: Int

    init(of rows: Int, isExact: Bool, _ weights: [Double]?) {
      let all =
        isExact
        ? [0..<rows]
        : (0..<32).map { k in
          let start = k * (rows - 8) / 31
          return start..<start + 8
        }
      // Rows of weight 0 are no part of it.
      guard let weights else {
        (runs, shares, count) = (all, nil, all.reduce(0) { $0 + $1.count })
        return
      }
      let kept = all.joined().filter { weights[$0] > 0 }
      let total = kept.reduce(0) { $0 + weights[$1] }
      (runs, shares) = (kept.map { $0..<$0 + 1 }, kept.map { weights[$0] / total })
      count = kept.count
    }
  }

  /// Of one column; `values` is room for the sample.
  private static func scale(
    _ a: Matrix<Double>, _ j: Int, _ sample: Sample, isCentered: Bool, in values: inout [Double]
  ) -> (factor: Double, shift: Double, meanSquare: Double) {
    guard sample.count > 0 else { return (1, 0, 1) }
    unsafe values.withUnsafeMutableBufferPointer { values in
      unsafe a.withUnsafeMatrixPointer { a in
        var next = unsafe values.baseAddress.unsafelyUnwrapped
        let column = unsafe a.base + j * a.leadingDimension
        for run in sample.runs {
          let from = unsafe column + run.lowerBound
          if run.count == 8 {
            // As one vector, so that the next runs are on their way from memory while this one is waited for.
            let numbers = unsafe UnsafeRawPointer(from).loadUnaligned(as: SIMD8<Double>.self)
            unsafe UnsafeMutableRawPointer(next).storeBytes(of: numbers, as: SIMD8<Double>.self)
          } else {
            unsafe next.update(from: from, count: run.count)
          }
          unsafe next += run.count
        }
      }
    }
    let first = values[0]
    let factor = reciprocalPowerOf2(normInfinity(values))
    // A constant must leave exact zeros, not the roundoff of its mean.
    if isCentered, values.allSatisfy({ $0 == first }) { return (factor, first * factor, 1) }
    LinAlg.scale(&values, by: factor)
    let count = Double(sample.count)
    let mean = !isCentered ? 0 : sample.shares.map { dot($0, values) } ?? sum(values) / count
    unsafe values.withUnsafeMutableBufferPointer { values in
      for i in values.indices { unsafe values[i] -= mean }
    }
    let square =
      sample.shares.map { shares in
        zip(shares, values).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
      } ?? dot(values, values) / count
    // Scaled again, by what is left: a year is a large number with a small spread.
    let second = reciprocalPowerOf2(square.squareRoot())
    return (factor * second, mean * second, max(square * second * second, 1e-6))
  }

  /// The power of 2 that brings a number to between 1 and 2; 1 for 0 and what is not finite.
  private static func reciprocalPowerOf2(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    return Double(sign: .plus, exponent: max(-1022, min(1022, -value.exponent)), significand: 1)
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
