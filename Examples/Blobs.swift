import Charts
import LinAlg
import Models
import Tables

let blobs = Scenario(
  name: "blobs",
  question:
    "Two clouds of points, a logistic neuron, mini-batches: accuracy on points it has not seen?"
) { report in
  let (x, y) = Datasets.blobs(600, centers: [[-1.5, -1], [1.5, 1]], spread: 0.9, seed: 9)
  let split = try TrainTestSplit(stratifying: y, testShare: 0.3, seed: 1)
  let (train, test) = (x.selectingRows(split.train), x.selectingRows(split.test))
  let (trainClasses, testClasses) = (split.train.map { y[$0] }, split.test.map { y[$0] })
  let neuron = MultilayerPerceptron<Double>(
    [.dense(1, .sigmoid)], loss: .binaryCrossEntropy, optimizer: .sgd(SGD(learningRate: 0.1)),
    batchSize: 32, epochs: 40, seed: 1)
  let fit = try neuron.fit(train, classes: trainClasses, validation: (test, testClasses))
  let score = try accuracy(fit.predictClasses(test), testClasses)
  report.result("accuracy on \(testClasses.count) held-out points: \(short(score))")
  try report.check(score >= 0.95, "at least 0.95")
  let exact = try LogisticRegression().fit(train, trainClasses.map { $0 == 1 })
  report.result(
    "where the mini-batches go: \(short(fit.parameters)); the exact minimum: \(short(exact.coefficients + [exact.intercept]))"
  )
  let seen = try accuracy(fit.predictClasses(train), trainClasses)
  report.byHand(
    "measured on the points it has learnt from: \(short(seen)), which says nothing of new ones")
  try report.draw(
    .decisionBoundary(test, testClasses, title: "Test points and the boundary") {
      try fit.predictClasses($0)
    })
  try report.draw(.losses(fit.history))
}
