import Charts
import Foundation
import LinAlg
import Models

let logisticWithIntercept = Scenario(
  name: "logistic-intercept",
  question: "One feature: why does my sigmoid pass through one half at 0, whatever the data?"
) { report in
  let hours = [
    0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5,
    5.5,
  ]
  let passed = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1].map { $0 == 1 }
  let x = Matrix(column: hours)
  let fit = try LogisticRegression().fit(x, passed)
  let without = try LogisticRegression(fitsIntercept: false).fit(x, passed)
  report.result(
    "log odds = \(short(fit.intercept)) + \(short(fit.coefficients[0])) hours, standard errors \(short(fit.interceptStandardError)) and \(short(fit.standardErrors[0])), p \(short(fit.pValues[0]))"
  )
  report.result("even odds at \(short(-fit.intercept / fit.coefficients[0])) hours")
  report.byHand(
    "without an intercept: \(short(without.coefficients[0])) hours, log likelihood \(short(without.logLikelihood)) instead of \(short(fit.logLikelihood))"
  )
  try report.check(
    (fit.intercept + 4.0777134).magnitude < 1e-6
      && (fit.coefficients[0] - 1.5046454).magnitude < 1e-6,
    "the textbook's -4.0777 and 1.5046")
  let grid = (0...120).map { Double($0) / 20 }
  let column = Matrix(column: grid)
  try report.draw(
    Chart(
      "Passing an exam", x: "hours of study", y: "probability",
      [
        .line("with intercept", x: grid, y: try fit.probabilities(column)),
        .line("without", x: grid, y: try without.probabilities(column)),
        .points("students", x: hours, y: passed.map { $0 ? 1 : 0 }),
      ]))
}
