import LinAlg
import Models
import Testing

@testable import Tables

@Suite struct DatasetTests {
  @Test func generators() throws {
    let (x, y) = Datasets.blobs(4000, centers: [[0, 5], [10, -5]], spread: 2, seed: 3)
    #expect(Datasets.blobs(4000, centers: [[0, 5], [10, -5]], spread: 2, seed: 3).x == x)
    #expect(Datasets.blobs(4000, centers: [[0, 5], [10, -5]], spread: 2, seed: 4).x != x)
    for (label, center) in [[0.0, 5], [10, -5]].enumerated() {
      let own = x.selectingRows(y.indices.filter { y[$0] == label })
      for j in 0..<2 {
        let column = own[column: j]
        let mean = sum(column) / 2000
        // Four standard errors of the mean, and of the standard deviation.
        #expect((mean - center[j]).magnitude < 4 * 2 / 2000.0.squareRoot())
        let deviation = (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1999).squareRoot()
        #expect((deviation - 2).magnitude < 4 * 2 / 4000.0.squareRoot())
      }
    }
    #expect(Datasets.xor.y == [0, 1, 1, 0] && Datasets.xor.x.rows == 4)
    let curve = Datasets.gaussianCurve(101)
    #expect(curve.x[0, 0] == -5 && curve.x[50, 0] == 0 && curve.x[100, 0] == 5 && curve.y[50] == 1)
    let heads = Datasets.coinTosses(10_000, probability: 0.3, seed: 5).count { $0 }
    #expect((Double(heads) - 3000).magnitude < 4 * (10_000 * 0.3 * 0.7).squareRoot())
    let (signal, weights) = Datasets.filterSignal(1000, seed: 6)
    #expect(signal.count == 1000 && weights.allSatisfy { 0.02 - 1e-12...0.5 + 1e-12 ~= $0 })
    #expect(try TimeVaryingFilter(weights: weights).apply(to: signal).count == 1000)
  }
}
