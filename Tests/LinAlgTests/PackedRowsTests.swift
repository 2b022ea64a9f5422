import LinAlg
import TestSupport
import Testing

@Suite struct PackedRowsTests {
  /// Products with the copy are those with x·f − s rounded to single precision, whole tiles or not, from any tile on.
  @Test(arguments: [1, 63, 64, 65, 200], [1, 3, 20]) func products(rows: Int, columns: Int) {
    let x = Matrix<Double>.random(rows, columns, seed: 1)
    let shift = (0..<columns).map { Double($0) / 7 }
    let factor = (0..<columns).map { 1 / Double(1 + $0) }
    let packed = PackedRows(x, shift: shift, factor: factor, workers: 2)
    let rounded = Matrix<Double>(rows: rows, columns: columns) {
      Double(Float(x[$0, $1] * factor[$1] - shift[$1]))
    }
    let theta = Matrix<Double>.random(columns, 1, seed: 2).elements
    for first in stride(from: 0, to: rows, by: 64) {
      let range = first..<rows
      var z = [Double](repeating: .nan, count: range.count)
      unsafe packed.product(range, theta, bias: 0.5, into: &z)
      let r = Matrix<Double>.random(range.count, 1, seed: 3).elements
      var g = [Double](repeating: 1, count: columns)
      unsafe packed.addProjection(range, r, into: &g)
      let part = rounded[rows: range]
      let (products, projections) = (part * theta, multiply(part, r, transposeA: true))
      let size = Double(columns + range.count)
      for i in range.indices {
        #expect((z[i - first] - products[i - first] - 0.5).magnitude <= 8 * size * .ulpOfOne)
      }
      for j in 0..<columns {
        #expect((g[j] - projections[j] - 1).magnitude <= 8 * size * .ulpOfOne)
      }
    }
  }
}
