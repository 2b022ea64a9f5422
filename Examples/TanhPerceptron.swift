import Charts
import LinAlg
import Models

let tanhPerceptron = Scenario(
  name: "tanh-perceptron",
  question:
    "Is the mean of ten numbers above average? A tanh perceptron with shuffled mini-batches."
) { report in
  var random = SplitMix64(seed: 7)
  let x = Matrix<Double>(rows: 1200, columns: 10) { _, _ in
    Double.random(in: -1...1, using: &random)
  }
  let y = (0..<1200).map { sum(x[row: $0]) > 0 ? 1 : 0 }
  let split = try TrainTestSplit(rows: 1200, testShare: 1.0 / 3, seed: 1)
  let (train, test) = (x.selectingRows(split.train), x.selectingRows(split.test))
  let (trainClasses, testClasses) = (split.train.map { y[$0] }, split.test.map { y[$0] })
  var network = MultilayerPerceptron<Double>(
    [.dense(8, .tanh), .dense(2, .softmax)], optimizer: .sgd(SGD(learningRate: 0.1)), batchSize: 16,
    epochs: 30, seed: 2)
  let fit = try network.fit(train, classes: trainClasses, validation: (test, testClasses))
  let score = try accuracy(fit.predictClasses(test), testClasses)
  report.result("accuracy on 400 held-out rows: \(short(score))")
  try report.check(score >= 0.85, "at least 0.85")
  // Sorted by class and never shuffled, most batches hold one class only.
  let order = split.train.indices.sorted { trainClasses[$0] < trainClasses[$1] }
  network.shuffles = false
  let sorted = try network.fit(train.selectingRows(order), classes: order.map { trainClasses[$0] })
  let worse = try accuracy(sorted.predictClasses(test), testClasses)
  report.byHand("the same without shuffling, on data sorted by class: \(short(worse))")
  try report.check(worse < score, "shuffling helps")
  try report.draw(.losses(fit.history, title: "Tanh perceptron, mini-batches of 16"))
}
