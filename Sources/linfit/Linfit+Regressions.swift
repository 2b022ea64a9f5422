import ArgumentParser
import Charts
import Foundation
import LinAlg
import Models
import Tables

extension Linfit {
  struct OLS: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ols", abstract: "Linear regression by least squares, with inference.")
    @OptionGroup var fitting: Fitting
    @Option(help: "The penalty on the squared slopes, at least 0.") var l2: Double = 0
    @Flag(help: "Fits through the origin.") var noIntercept = false

    struct Report: Encodable {
      let names: [String]
      let intercept, interceptStandardError: Double?
      let coefficients, standardErrors, tValues, pValues: [Double]
      let confidenceIntervals: [[Double]?]
      let rows: Int
      let rSquared, adjustedRSquared, residualStandardDeviation, fStatistic, fPValue: Double
      let logLikelihood, aic, bic, conditionNumber: Double
    }

    func run() throws {
      let (table, x, encoding) = try fitting.read()
      let y = try table.numbers(fitting.target)
      let fit = try LinearRegression(fitsIntercept: !noIntercept, l2Penalty: l2).fit(x, y)
      let report = Report(
        names: encoding.names, intercept: noIntercept ? nil : fit.intercept,
        interceptStandardError: noIntercept ? nil : fit.interceptStandardError,
        coefficients: fit.coefficients, standardErrors: fit.standardErrors, tValues: fit.tValues,
        pValues: fit.pValues,
        confidenceIntervals: fit.confidenceIntervals().map {
          $0.map { [$0.lowerBound, $0.upperBound] }
        },
        rows: fit.rows, rSquared: fit.rSquared, adjustedRSquared: fit.adjustedRSquared,
        residualStandardDeviation: fit.residualStandardDeviation, fStatistic: fit.fStatistic,
        fPValue: fit.fPValue, logLikelihood: fit.logLikelihood, aic: fit.aic, bic: fit.bic,
        conditionNumber: fit.conditionNumber)
      try fitting.finish(
        SavedModel(target: fitting.target, encoding: encoding, .ols(fit)), report,
        summary: fit.summary(names: encoding.names, response: fitting.target),
        charts: fitting.plot == nil
          ? [:]
          : [
            "residuals": .residuals(fit, x, y),
            "coefficients": .coefficients(fit, names: encoding.names),
            "quantiles": .normalQuantiles(try fit.residuals(x, y)),
          ])
    }
  }

  struct Logistic: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "logistic", abstract: "Logistic regression of two classes, with inference.")
    @OptionGroup var fitting: Fitting
    @Option(help: "The penalty on half the squared slopes, at least 0.") var l2: Double = 0
    @Option(
      help: "The class whose probability is modelled; by default the last in alphabetical order.")
    var positive: String?

    struct Report: Encodable {
      let names, classes: [String]
      let intercept: Double
      let coefficients, standardErrors, zValues, pValues: [Double]
      let logLikelihood, pseudoRSquared, aic, accuracy, areaUnderROC: Double
      let convergence: String
    }

    func run() throws {
      let (table, x, encoding) = try fitting.read()
      let labels = try table.labels(fitting.target)
      var classes = LabelIndex(labels).classes
      guard classes.count == 2 else {
        throw LinfitError(
          "column \"\(fitting.target)\" has \(classes.count) classes, not 2: see `linfit softmax`")
      }
      if let positive {
        guard classes.contains(positive) else {
          throw LinfitError("no row of column \"\(fitting.target)\" is \"\(positive)\"")
        }
        if classes[0] == positive { classes.reverse() }
      }
      let y = labels.map { $0 == classes[1] }
      let fit = try LogisticRegression(l2Penalty: l2).fit(x, y)
      if let separation = fit.separation {
        complain(
          "linfit: the classes are separated (\(separation.kind)): coefficients have no finite optimum; try --l2 0.01"
        )
      }
      let probabilities = try fit.probabilities(x)
      let report = Report(
        names: encoding.names, classes: classes, intercept: fit.intercept,
        coefficients: fit.coefficients, standardErrors: fit.standardErrors, zValues: fit.zValues,
        pValues: fit.pValues, logLikelihood: fit.logLikelihood, pseudoRSquared: fit.pseudoRSquared,
        aic: fit.aic, accuracy: try accuracy(fit.predict(x), y),
        areaUnderROC: try areaUnderROC(probabilities, y),
        convergence: fit.convergence.reason.rawValue)
      try fitting.finish(
        SavedModel(target: fitting.target, encoding: encoding, .logistic(fit, classes: classes)),
        report,
        summary: fit.summary(names: encoding.names, response: "\(fitting.target)=\(classes[1])"),
        charts: fitting.plot == nil
          ? [:]
          : [
            "roc": .roc(probabilities, y),
            "coefficients": .coefficients(fit, names: encoding.names),
          ])
    }
  }
}

struct LinfitError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
