import Charts
import Foundation
import LinAlg
import Models
import Tables

let gaussianNeurons = Scenario(
  name: "gaussian-neurons",
  question:
    "How many neurons does it take to draw a Gaussian, and is my 1-2-1 backpropagation right?"
) { report in
  let (grid, curve) = Datasets.gaussianCurve(500)
  // The 1-2-1 step by hand at x = 0.5: w = (1, -1), b = (1, 1), v = (1, -1), c = 1.
  let start = MultilayerPerceptron<Double>(
    [
      .dense(2, .sigmoid, initializer: .values(weights: [[1], [-1]], biases: [1, 1])),
      .dense(1, .identity, initializer: .values(weights: [[1, -1]], biases: [1])),
    ], loss: .meanSquaredError, optimizer: .sgd(SGD(learningRate: 0.1)), batchSize: 1, epochs: 1)
  let (objective, parameters) = try start.objective([[0.5]], .values([[exp(-0.25)]]))
  var gradient = [Double](repeating: 0, count: 7)
  _ = objective.value(at: parameters, gradient: &gradient)
  let h = [1.5, 0.5].map { 1 / (1 + exp(-$0)) }
  let error = 2 * (h[0] - h[1] + 1 - exp(-0.25))
  let delta = [error * h[0] * (1 - h[0]), -error * h[1] * (1 - h[1])]
  let byHand = [
    delta[0] * 0.5, delta[1] * 0.5, delta[0], delta[1], error * h[0], error * h[1], error,
  ]
  report.byHand("dw, db, dv, dc of one step: \(short(byHand))")
  report.result("backpropagation:             \(short(gradient))")
  try report.check(
    zip(gradient, byHand).allSatisfy { ($0 - $1).magnitude < 1e-15 * 8 },
    "they agree to the last digits")
  var random = SplitMix64(seed: 4)
  let x = Matrix<Double>(rows: 50_000, columns: 1) { _, _ in
    Double.random(in: -5...5, using: &random)
  }
  let y = Matrix(column: x.elements.map { exp(-$0 * $0) })
  let fit = try start.fit(x, y)
  let two = try fit.predict(grid).elements
  let mistake = try meanSquaredError(two, curve)
  report.result("1-2-1 after 50000 single steps: mean squared error \(short(mistake))")
  try report.check(mistake < 1e-3, "below 1e-3")
  var series: [Chart.Series] = [
    .reference("exp(-x²)", x: grid.elements, y: curve),
    .line("two neurons", x: grid.elements, y: two),
  ]
  for (units, activation) in [(1, Activation.sigmoid), (6, .tanh)] {
    var network = MultilayerPerceptron<Double>(
      [.dense(units, activation), .dense(1)], loss: .meanSquaredError, optimizer: .lbfgs(LBFGS()),
      epochs: 400, seed: 2)
    network.restarts = 3
    let curveOfIts = try network.fit(grid, Matrix(column: curve)).predict(grid).elements
    report.result(
      "\(units) \(activation) by L-BFGS: \(short(try meanSquaredError(curveOfIts, curve)))")
    series.append(.line("\(units) \(activation)", x: grid.elements, y: curveOfIts))
  }
  try report.draw(Chart("A Gaussian by neurons", x: "x", y: "y", series))
  try report.draw(
    Chart(
      "What a neuron does", x: "z", y: "activation",
      [
        .line("sigmoid", x: grid.elements, y: sigmoid(grid.elements)),
        .line("tanh", x: grid.elements, y: tanh(grid.elements)),
      ]))
}
