import Foundation
import LinAlg
import Tables

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

/// Writes what the jobs work on: the numbers of each seed, as many as the longest job takes, and the responses of regressions.
func writeArrays(into folder: URL) throws {
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  var counts: [UInt64: Int] = [
    1: 60_000 * 784, 2: 10_000_000, 3: 1_000_000, 4: 1_000_000, 5: 64, 6: 48, 11: 784 * 256,
    12: 256 * 128, 13: 1280,
  ]
  // The diagonals of the band systems.
  for seed in UInt64(90)...110 { counts[seed] = 100_000 }
  for (seed, count) in counts {
    try NumPyArray(numbers(count, seed: seed)).write(
      to: folder.appending(path: "numbers-\(seed).npy"))
  }
  for (n, p) in regressionSizes {
    try NumPyArray(regressionData(n, p).y).write(
      to: folder.appending(path: "responses-\(n)x\(p).npy"))
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
