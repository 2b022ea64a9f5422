import Charts
import LinAlg
import Models
import Tables

let inputOptimization = Scenario(
  name: "input-optimization",
  question: "Which input, between 0 and 1, makes my network's output largest?"
) { report in
  let x: Matrix<Double> = [[0, 0], [0, 1], [1, 0], [1, 1]]
  let y = [0, 1, 0, 0]  // only (0, 1) is positive
  let network = MultilayerPerceptron<Double>(
    [.dense(4, .tanh), .dense(1, .sigmoid)], loss: .binaryCrossEntropy,
    optimizer: .adam(Adam(learningRate: 0.05)), batchSize: nil, epochs: 600, seed: 1)
  let fit = try network.fit(x, classes: y)
  let best = try fit.maximize(output: 0, within: [0...1, 0...1])
  report.result(
    "input \(short(best.input)) with output \(short(best.output, 6)), \(best.convergence.reason)")
  try report.check(best.input == [0, 1], "the corner (0, 1), not beyond the box")
  let free = try fit.maximize(output: 0, within: [-100...100, -100...100])
  report.byHand("within ±100 the ascent runs to \(short(free.input)), where no data are")
  let steps = 60
  let grid = (0..<steps).map { Double($0) / Double(steps - 1) }
  let points = Matrix<Double>(rows: steps * steps, columns: 2) {
    $1 == 0 ? grid[$0 % steps] : grid[$0 / steps]
  }
  var chart = Chart(
    "Output of the network", x: "x₁", y: "x₂",
    [
      .shades(x: grid, y: grid, values: try fit.predict(points).elements),
      .points("maximum", x: [best.input[0]], y: [best.input[1]]),
    ])
  (chart.xRange, chart.yRange) = (-0.02...1.02, -0.02...1.02)
  try report.draw(chart)
}
