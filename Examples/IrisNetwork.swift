import Charts
import LinAlg
import Models
import Tables

let irisNetwork = Scenario(
  name: "iris-network",
  question: "Irises by a 4-16-3 network, a sample a step: what loss and accuracy should I see?"
) { report in
  let (x, y) = Datasets.iris
  let z = try Standardization(x)(x)
  let network = MultilayerPerceptron<Double>(
    [.dense(16, .relu), .dense(3, .softmax)], optimizer: .sgd(SGD(learningRate: 0.01)),
    batchSize: 1,
    epochs: 50, seed: 1)
  var fit: MultilayerPerceptron<Double>.Fitted?
  let time = try seconds { fit = try network.fit(z, classes: y) }
  guard let fit else { return }
  let score = try accuracy(fit.predictClasses(z), y)
  report.result(
    "loss \(short(fit.history[0].loss)) after the first epoch, \(short(fit.history[49].loss)) after 50; training accuracy \(short(score)); \(short(time * 1e3)) ms"
  )
  try report.check(score >= 0.97, "at least 0.97")
  let raw = try accuracy(network.fit(x, classes: y).predictClasses(x), y)
  report.byHand("without standardisation: \(short(raw))")
  let petals = Matrix<Double>(rows: 150, columns: 2) { x[$0, $1 + 2] }
  let scale = try Standardization(petals)
  let small = try network.fit(scale(petals), classes: y)
  try report.draw(.losses(fit.history, title: "Irises, 4-16-3"))
  try report.draw(
    .decisionBoundary(
      petals, y, names: ["setosa", "versicolor", "virginica"], title: "Irises by their petals",
      axes: ("petal length (cm)", "petal width (cm)")
    ) { try small.predictClasses(scale($0)) })
}
