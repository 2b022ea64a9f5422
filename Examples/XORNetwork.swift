import Charts
import LinAlg
import Models
import Tables

let xorNetwork = Scenario(
  name: "xor",
  question: "My 2-2-2 network does not learn XOR. Is backpropagation wrong?"
) { report in
  let (x, y) = Datasets.xor
  var network = MultilayerPerceptron<Double>(
    [.dense(2, .sigmoid), .dense(2, .softmax)],
    optimizer: .sgd(SGD(learningRate: 0.5, momentum: 0.9)), batchSize: nil, epochs: 2000)
  let wrong = try network.checkGradients(x, .classes(y))
  try report.check(wrong.isEmpty, "all 12 derivatives equal central differences to 1e-6")
  var (learnt, curves) = (0, [Chart.Series]())
  for seed in 0..<UInt64(10) {
    network.seed = seed
    let fit = try network.fit(x, classes: y)
    if try fit.predictClasses(x) == y { learnt += 1 }
    if seed < 5 {
      let history = fit.history
      curves.append(
        .line("seed \(seed)", x: history.map { Double($0.number) }, y: history.map(\.loss)))
    }
    report.progress(Double(seed + 1) / 10)
  }
  report.byHand(
    "no mistake: \(learnt) of 10 seeds learn it, the others stay on a plateau, as such a small network does"
  )
  network.restarts = 6
  let restarted = try (0..<UInt64(10)).count { seed in
    network.seed = seed
    return try network.fit(x, classes: y).predictClasses(x) == y
  }
  report.result("with restarts: \(restarted) of 10")
  try report.check(restarted == 10, "restarts bring all ten to the answer")
  try report.draw(Chart("XOR, 2-2-2", x: "epoch", y: "cross-entropy", curves))
}
