import LinAlg

/// Row runs spread over the data, of so many rows together; nil if that is not a small part of them.
func sampleRuns(rows: Int, size: Int) -> [Range<Int>]? {
  guard size >= 64, size <= rows / 4 else { return nil }
  let length = size / 64
  return (0..<64).map { k in
    let begin = k * (rows - length) / 63
    return begin..<begin + length
  }
}

/// A preconditioner for the search for a minimum: multiplies by an approximate inverse of the Hessian.
enum Preconditioner {
  /// The inverse of a positive definite matrix over all parameters.
  case full(Cholesky<Double>)
  /// The inverse of one matrix for every class: parameters are the columns of a matrix.
  case shared(Cholesky<Double>)
  /// The inverse of a diagonal.
  case diagonal([Double])

  func callAsFunction(_ vector: inout [Double]) {
    // OpenBLAS's threads spin for a while after a call, in the way of those of the pass over the rows that comes next.
    BLASRuntime.withThreads(1) { solve(&vector) }
  }

  private func solve(_ vector: inout [Double]) {
    let count = vector.count
    do {
      switch self {
      case .full(let factor): try factor.solveInPlace(&vector)
      case .shared(let factor):
        let order = factor.rows
        var columns = try Matrix(
          rows: order, columns: vector.count / order, columnMajor: vector)
        vector = []
        try factor.solveInPlace(&columns)
        vector = columns.elements
      case .diagonal(let diagonal):
        for j in vector.indices { vector[j] /= diagonal[j] }
      }
    } catch {
      // A vector that is not finite: no direction, as the search will see.
      vector = Array(repeating: .nan, count: count)
    }
  }
}
