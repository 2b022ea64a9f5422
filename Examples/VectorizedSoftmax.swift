import Charts
import Foundation
import LinAlg
import Models
import Tables

let vectorizedSoftmax = Scenario(
  name: "softmax-loss",
  question:
    "Softmax loss and gradient: does the vectorised form agree with the loops, and what does it gain?"
) { report in
  let (images, labels) = Datasets.digits
  let x = images / 16
  let w = Matrix<Double>(rows: 64, columns: 10) { sin(Double($0 * 10 + $1)) / 10 }
  let (loss, gradient) = try softmaxLoss(w, x, labels, penalty: 0.01)
  let (naiveLoss, naiveGradient) = naiveSoftmaxLoss(w, x, labels, penalty: 0.01)
  report.result(
    "loss \(short(loss, 12)), largest derivative \(short(normInfinity(gradient.elements)))")
  report.byHand("loss \(short(naiveLoss, 12)) by loops over samples and classes")
  let difference = normInfinity((gradient - naiveGradient).elements)
  try report.check(
    (loss - naiveLoss).magnitude < 1e-12 && difference < 1e-14,
    "they agree to \(short(difference, 1))")
  let sizes = [200, 400, 800, 1600]
  var (fast, slow) = ([Double](), [Double]())
  for n in sizes {
    let (part, own) = (x.selectingRows(Array(0..<n)), Array(labels[..<n]))
    fast.append(
      try seconds { for _ in 0..<20 { _ = try softmaxLoss(w, part, own, penalty: 0.01) } } / 20)
    slow.append(seconds { _ = naiveSoftmaxLoss(w, part, own, penalty: 0.01) })
  }
  report.result("\(short(slow[3] / fast[3], 2)) times as fast at \(sizes[3]) samples")
  var chart = Chart(
    "One value and gradient", x: "samples", y: "milliseconds",
    [
      .line("two matrix products", x: sizes.map { Double($0) }, y: fast.map { $0 * 1e3 }),
      .line("loops", x: sizes.map { Double($0) }, y: slow.map { $0 * 1e3 }),
    ])
  chart.isLogarithmic = true
  try report.draw(chart)
}

private func naiveSoftmaxLoss(
  _ w: Matrix<Double>, _ x: Matrix<Double>, _ y: [Int], penalty: Double
) -> (Double, Matrix<Double>) {
  var (loss, gradient) = (0.0, w * penalty)
  for i in 0..<x.rows {
    let logits = (0..<w.columns).map { k in (0..<w.rows).reduce(0) { $0 + x[i, $1] * w[$1, k] } }
    let largest = logits.max() ?? 0
    let e = logits.map { exp($0 - largest) }
    let sum = e.reduce(0, +)
    loss += (log(sum) + largest - logits[y[i]]) / Double(x.rows)
    for k in 0..<w.columns {
      let d = (e[k] / sum - (k == y[i] ? 1 : 0)) / Double(x.rows)
      for j in 0..<w.rows { gradient[j, k] += d * x[i, j] }
    }
  }
  return (loss + penalty / 2 * w.elements.reduce(0) { $0 + $1 * $1 }, gradient)
}
