import Charts
import Foundation
import LinAlg
import Models
import Tables

let regularizedLogistic = Scenario(
  name: "regularized-logistic",
  question: "My regularised logistic regression's cost goes up. Is the gradient wrong?"
) { report in
  // Versicolor and virginica: not separable by a line.
  let rows = Array(50..<150)
  let x = try Standardization(Datasets.iris.x.selectingRows(rows))(
    Datasets.iris.x.selectingRows(rows))
  let y = rows.map { Datasets.iris.y[$0] == 2 }
  let penalty = 0.1

  let objective = try LogisticObjective(x, y, l2Penalty: penalty)
  let check = try checkGradient(of: objective, at: [0.3, -0.2, 0.5, 0.1, -0.4])
  try report.check(check.passes(), "each of the 5 derivatives equals central differences to 1e-6")

  var descent = LogisticRegression(l2Penalty: penalty)
  descent.solver = .gradientDescent(GradientDescent(step: .backtracking))
  let slow = try descent.fit(x, y)
  let fast = try LogisticRegression(l2Penalty: penalty).fit(x, y)
  report.result(
    "gradient descent: \(slow.convergence.iterations) steps to \(short(slow.objective, 10)); Newton: \(fast.convergence.iterations) steps to \(short(fast.objective, 10))"
  )
  let trace = slow.convergence.trace
  try report.check(zip(trace, trace.dropFirst()).allSatisfy { $0 >= $1 }, "the cost never goes up")

  // Summed instead of averaged, with a fixed step, the intercept penalised too.
  var (w, costs) = ([Double](repeating: 0, count: 5), [Double]())
  for _ in 0..<60 {
    var (gradient, cost) = (w.map { penalty * $0 }, penalty / 2 * dot(w, w))
    for i in 0..<x.rows {
      let row = [1] + x[row: i]
      let z = dot(row, w)
      cost += log(1 + exp(y[i] ? -z : z)) / Double(x.rows)
      axpy(1 / (1 + exp(-z)) - (y[i] ? 1 : 0), row, into: &gradient)
    }
    costs.append(cost)
    axpy(-0.5, gradient, into: &w)
  }
  report.byHand(
    "a sum without 1/m, the intercept penalised, a step of 0.5: the cost begins at \(short(costs[0])), rises to \(short(costs.max() ?? 0)) and is \(short(costs[59])) after 60 steps"
  )
  let steps = { (values: [Double]) in values.indices.map { Double($0) } }
  let shown = Array(trace.prefix(60))
  try report.draw(
    Chart(
      "Cost of regularised logistic regression", x: "iteration", y: "mean log loss",
      [
        .line("backtracking gradient descent", x: steps(shown), y: shown),
        .line("by hand, sum instead of mean", x: steps(costs), y: costs),
      ]))
}
