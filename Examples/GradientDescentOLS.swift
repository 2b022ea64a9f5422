import Charts
import LinAlg
import Models

let gradientDescent = Scenario(
  name: "gradient-descent",
  question:
    "My gradient descent for least squares explodes. The closed form does not: what is wrong?"
) { report in
  let x: Matrix<Double> = [[1, 2], [2, 1], [3, 5], [4, 3], [5, 8]]
  let y = [14, 15, 29, 26, 45.0]
  let closed = try LinearRegression(solver: .qr).fit(x, y)
  report.result("closed form: \(short([closed.intercept] + closed.coefficients, 10))")
  let objective = try LeastSquaresObjective(x, y)
  do {
    _ = try GradientDescent(step: .fixed(0.1)).minimize(objective, from: [0, 0, 0])
    try report.check(false, "a fixed step of 0.1 diverges")
  } catch ModelError.diverged(let iteration, let value, let step) {
    report.byHand(
      "a fixed step of \(step): \(short(value)) after \(iteration) iterations, reported as divergence"
    )
  }
  let descent = GradientDescent(step: .barzilaiBorwein, memory: 10, gradientTolerance: 1e-10)
  let minimum = try descent.minimize(objective, from: [0, 0, 0])
  report.result(
    "Barzilai-Borwein: \(short(minimum.parameters, 10)) in \(minimum.convergence.iterations) iterations"
  )
  let distance = zip(minimum.parameters, [closed.intercept] + closed.coefficients).map { $0 - $1 }
  try report.check(
    normInfinity(distance) < 1e-8, "the closed form, to \(short(normInfinity(distance), 1))")
  let steady = try GradientDescent(step: .fixed(0.02), gradientTolerance: 1e-10).minimize(
    objective, from: [0, 0, 0])
  let gap = { (trace: [Double]) in trace.prefix(400).map { max(1e-16, $0 - minimum.value) } }
  let (fast, slow) = (gap(minimum.convergence.trace), gap(steady.convergence.trace))
  var chart = Chart(
    "Least squares by gradient descent", x: "iteration", y: "above the minimum",
    [
      .line("Barzilai-Borwein", x: fast.indices.map { Double($0) }, y: fast),
      .line("fixed step 0.02", x: slow.indices.map { Double($0) }, y: slow),
    ])
  chart.isLogarithmic = true
  try report.draw(chart)
}
