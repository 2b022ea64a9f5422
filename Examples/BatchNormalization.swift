import Charts
import LinAlg
import Models

let batchNormalization = Scenario(
  name: "batch-normalization",
  question:
    "Batch normalisation by hand, forwards and back: is my backward pass right, and the running averages?"
) { report in
  let x: Matrix<Double> = [[1, 50], [2, -10], [4, 30], [-3, 70], [0, 10], [8, 20]]
  let y = [0, 1, 0, 1, 0, 1]
  let network = MultilayerPerceptron<Double>(
    [.batchNormalization(momentum: 0.1), .dense(3, .tanh), .dense(2, .softmax)],
    optimizer: .sgd(SGD(learningRate: 0.1)), batchSize: nil, epochs: 1, seed: 4)
  try report.check(
    try network.checkGradients(x, .classes(y)).isEmpty,
    "all derivatives, scale and shift included, equal central differences")
  let fit = try network.fit(x, classes: y)
  // Means 2 and 28.333…; unbiased variances.
  let running = fit.runningStatistics
  let means = (0..<2).map { sum(x[column: $0]) / 6 }
  let variances = (0..<2).map { j in
    x[column: j].reduce(0) { $0 + ($1 - means[j]) * ($1 - means[j]) } / 5
  }
  let expected = means.map { 0.1 * $0 } + variances.map { 0.9 + 0.1 * $0 }
  report.result("running means and variances after one batch: \(short(running))")
  report.byHand("0.9·old + 0.1·new from 0 and 1, variances unbiased: \(short(expected))")
  try report.check(
    zip(running, expected).allSatisfy { ($0 - $1).magnitude < 1e-12 * max(1, $1.magnitude) },
    "they agree")
  do {
    _ = try network.fit([[1, 2]], classes: [0])
  } catch {
    report.result("a batch of one: \(error)")
  }
  var longer = network
  (longer.epochs, longer.optimizer) = (200, .adam(Adam(learningRate: 0.02)))
  try report.draw(.losses(try longer.fit(x, classes: y).history, title: "With batch normalisation"))
}
