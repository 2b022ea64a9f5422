import Charts
import Foundation
import LinAlg
import Models

let segmentedSoftmax = Scenario(
  name: "segmented-softmax",
  question:
    "Softmax within groups of different sizes: without a loop, without padding, without overflow?"
) { report in
  let sizes = [2, 3, 1, 5]
  let values = [1000, 1001, -1, 0, 1, 7, 0.1, 0.2, 0.3, 0.4, -800.0]
  let groups = try SegmentedSoftmax(
    offsets: sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) })
  let shares = try groups.softmax(values)
  report.result("shares \(short(shares, 3))")
  let sums = (0..<groups.count).map { k in shares[groups.starts[k]..<groups.ends[k]].reduce(0, +) }
  try report.check(sums.allSatisfy { ($0 - 1).magnitude < 1e-15 * 4 }, "each group sums to 1")
  let naive = values.map { exp($0) }
  let sum = naive.reduce(0, +)
  report.byHand(
    "exp(x)/sum(exp(x)) over everything: \(short(naive.map { $0 / sum }, 3)): no groups, and NaN from overflow"
  )
  let losses = try groups.crossEntropy(values, labels: [1, 2, 0, 3])
  report.result("cross-entropies of the labels 1, 2, 0, 3: \(short(losses))")
  let places = values.indices.map { Double($0) }
  try report.draw(
    Chart(
      "Softmax of groups of 2, 3, 1 and 5", x: "value", y: "share of its group",
      [.bars(x: places, y: shares)]))
}
