import Foundation
public import LinAlg
import Models

// Data of our own making: the same seed gives the same data.
extension Datasets {
  /// Points around centres, in turn, each coordinate normal with a standard deviation: what clusters and classifiers are tried
  /// on.
  public static func blobs(
    _ count: Int, centers: [[Double]] = [[-2, -2], [2, 2]], spread: Double = 1, seed: UInt64
  ) -> (x: Matrix<Double>, y: [Int]) {
    var random = SplitMix64(seed: seed)
    let y = (0..<count).map { $0 % max(1, centers.count) }
    var x = Matrix<Double>(rows: count, columns: centers.first?.count ?? 0)
    for i in 0..<count {
      for j in 0..<x.columns { x[i, j] = centers[y[i]][j] + spread * random.normal() }
    }
    return (x, y)
  }

  /// The exclusive or of two truth values, four rows: what no straight line divides.
  public static let xor: (x: Matrix<Double>, y: [Int]) = (
    [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
  )

  /// exp(−x²) at points of equal distance from one end of a range to the other.
  public static func gaussianCurve(
    _ count: Int, over range: ClosedRange<Double> = -5...5
  ) -> (x: Matrix<Double>, y: [Double]) {
    let step = (range.upperBound - range.lowerBound) / Double(max(1, count - 1))
    let points = (0..<count).map { range.lowerBound + Double($0) * step }
    return (Matrix(column: points), points.map { exp(-$0 * $0) })
  }

  /// Tosses of a coin that shows heads (true) with a probability.
  public static func coinTosses(_ count: Int, probability: Double = 0.5, seed: UInt64) -> [Bool] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in random.unit() < probability }
  }

  /// A signal for a time-varying filter yᵢ = (1 − wᵢ) yᵢ₋₁ + wᵢ sᵢ: a slow sine with normal noise, and weights that
  /// follow a faster one between 0.02 and 0.5.
  public static func filterSignal(
    _ count: Int, noise: Double = 0.3, seed: UInt64
  ) -> (signal: [Double], weights: [Double]) {
    var random = SplitMix64(seed: seed)
    let signal = (0..<count).map { i in
      sin(2 * .pi * 3 * Double(i) / Double(max(1, count))) + noise * random.normal()
    }
    let weights = (0..<count).map { i in
      0.26 + 0.24 * sin(2 * .pi * 7 * Double(i) / Double(max(1, count)))
    }
    return (signal, weights)
  }
}
