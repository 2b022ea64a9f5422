import Charts
import LinAlg
import Models
import Tables

private func softmaxOfColumns(_ logits: Matrix<Double>) -> Matrix<Double> {
  LinAlg.softmax(logits, each: .column)
}

let digits = Scenario(
  name: "digits",
  question: "Handwritten digits: one-vs-rest or softmax, and which digits are mistaken for which?"
) { report in
  let (x, y) = (Datasets.digits.x / 16, Datasets.digits.y)
  let split = try TrainTestSplit(stratifying: y, testShare: 0.25, seed: 1)
  let (train, test) = (x.selectingRows(split.train), x.selectingRows(split.test))
  let (trainLabels, testLabels) = (split.train.map { y[$0] }, split.test.map { y[$0] })
  let softmax = try SoftmaxRegression(l2Penalty: 1e-3).fit(train, trainLabels)
  let rest = try OneVsRest(LogisticRegression(l2Penalty: 1e-3)).fit(train, trainLabels)
  let predictions = try softmax.predict(test)
  let a = try accuracy(predictions, testLabels)
  let b = try accuracy(rest.predict(test), testLabels)
  report.result(
    "test accuracy: softmax \(short(a)), one-vs-rest \(short(b)), on \(testLabels.count) images")
  try report.check(a > 0.94 && b > 0.94, "both above 0.94")
  let confusion = try ConfusionMatrix(predictions, testLabels)
  let worst = (0..<10).min { confusion.recall($0) < confusion.recall($1) } ?? 0
  report.result(
    "hardest: \(worst), of which \(short(100 * confusion.recall(worst), 3)) % are found")
  let wrong = softmaxOfColumns(try softmax.logits(test))
  let sums = (0..<wrong.rows).map { sum(wrong[row: $0]) }
  let guesses = (0..<wrong.rows).map { i in (0..<10).max { wrong[i, $0] < wrong[i, $1] } ?? 0 }
  report.byHand(
    "softmax over the wrong axis: an image's probabilities sum to between \(short(sums.min() ?? 0)) and \(short(sums.max() ?? 0)), accuracy \(short(try accuracy(guesses, testLabels)))"
  )
  try report.draw(.confusion(confusion, title: "Digits, softmax, test images"))
}
