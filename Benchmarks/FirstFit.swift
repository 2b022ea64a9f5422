import Foundation
import LinAlg
import Models
import Tables

/// The main job on real data: Longley's regression, which single-precision programs of its day got wrong
/// in every digit.
func printFirstFit() throws {
  let data = Datasets.longley
  let fit = try LinearRegression().fit(data.x, data.y)
  let residuals = try fit.residuals(data.x, data.y)
  print("Longley: \(data.responseName), \(fit.rows) years, by Householder QR")
  print("                      coefficient   standard error")
  let names = ["intercept"] + data.predictorNames
  let values = [fit.intercept] + fit.coefficients
  let errors = [fit.interceptStandardError] + fit.standardErrors
  for (name, (value, error)) in zip(names, zip(values, errors)) {
    print(
      "  " + name.padding(toLength: 14, withPad: " ", startingAt: 0)
        + String(format: "%17.9g  %15.9g", value, error))
  }
  print(
    String(
      format: "  R² %.12f, residual standard deviation %.6f, residuals %.1f to %.1f\n",
      fit.rSquared, fit.residualStandardDeviation, residuals.min() ?? 0, residuals.max() ?? 0))
}
