import LinAlg

/// Every job, in the order of the report.
func allJobs() -> [Job] {
  productJobs() + elementwiseJobs() + solveJobs() + factorizationJobs() + bandJobs()
    + sequenceJobs()
    + regressionJobs() + networkJobs() + fileJobs()
}

/// Copies into memory that is there, at the speed of memory.
func copy(_ source: [Double], into target: inout [Double]) {
  unsafe target.withUnsafeMutableBufferPointer { _ = unsafe $0.update(fromContentsOf: source) }
}

/// Numbers uniform in [−1, 1), always the same.
func numbers(_ count: Int, seed: UInt64) -> [Double] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-52 - 1
  }
}

/// A random matrix with a heavy diagonal, so that it is well conditioned.
func systemMatrix(_ n: Int) throws -> Matrix<Double> {
  try Matrix(rows: n, columns: n, columnMajor: numbers(n * n, seed: 1))
    + Double(n) * .identity(n)
}

/// The same, symmetric positive definite.
func definiteMatrix(_ n: Int) throws -> Matrix<Double> {
  let a = try systemMatrix(n)
  return a + a.transposed()
}
