import Charts
import Foundation
import LinAlg
import Models
import Tables

let singleLayer = Scenario(
  name: "single-layer",
  question: "Log loss of a single-layer network over the iterations: why is mine NaN?"
) { report in
  let (x, y) = Datasets.blobs(400, centers: [[-60, -60], [60, 60]], spread: 30, seed: 5)
  let network = MultilayerPerceptron<Double>(
    [.dense(1, .sigmoid)], loss: .binaryCrossEntropy, optimizer: .sgd(SGD(learningRate: 0.1)),
    batchSize: nil, epochs: 100, seed: 1)
  let fit = try network.fit(Standardization(x)(x), classes: y)
  report.result(
    "log loss \(short(fit.history[0].loss)) at first, \(short(fit.history[99].loss)) after 100 iterations on standardised data"
  )
  try report.check(
    zip(fit.history, fit.history.dropFirst()).allSatisfy { $0.loss > $1.loss },
    "it falls with each of them")
  // Probabilities first, logarithms then: 0·log 0.
  var (w, b, losses) = ([0.0, 0], 0.0, [Double]())
  for _ in 0..<100 {
    var (gw, gb, loss) = ([0.0, 0], 0.0, 0.0)
    for i in 0..<x.rows {
      let a = 1 / (1 + exp(-(dot(w, x[row: i]) + b)))
      loss -= (Double(y[i]) * log(a) + Double(1 - y[i]) * log(1 - a)) / 400
      axpy((a - Double(y[i])) / 400, x[row: i], into: &gw)
      gb += (a - Double(y[i])) / 400
    }
    losses.append(loss)
    axpy(-0.1, gw, into: &w)
    b -= 0.1 * gb
  }
  report.byHand(
    "log of the sigmoid, raw data: \(losses.count { !$0.isFinite }) of 100 losses are NaN or infinite, since 0·log 0 is NaN"
  )
  let raw = try network.fit(x, classes: y)
  report.result(
    "ours on the same raw data, from the logits: between \(short(raw.history.map(\.loss).min() ?? 0)) and \(short(raw.history.map(\.loss).max() ?? 0))"
  )
  try report.check(
    losses.contains { !$0.isFinite } && raw.history.allSatisfy { $0.loss.isFinite },
    "every loss from logits is finite")
  try report.draw(.losses(fit.history, title: "Log loss of a single layer"))
}
