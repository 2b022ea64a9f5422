import ArgumentParser
import Charts
import Foundation
import LinAlg
import Models
import Tables

extension Linfit {
  struct Softmax: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "softmax",
      abstract: "Softmax (multinomial logistic) regression of any number of classes.")
    @OptionGroup var fitting: Fitting
    @Option(help: "The penalty on half the squared slopes, at least 0.") var l2: Double = 1e-4

    func run() throws {
      let (table, x, encoding) = try fitting.read()
      let labels = try table.labels(fitting.target)
      let fit = try SoftmaxRegression(l2Penalty: l2).fit(x, labels)
      if fit.isSeparated {
        complain(
          "linfit: the classes are separated: coefficients have no finite optimum; try a larger --l2"
        )
      }
      let report = try Classification(
        encoding.names, fit.classes, labels, fit.predict(x), objective: fit.objective,
        coefficients: (0..<fit.classes.count).map { fit.coefficients[column: $0] },
        intercepts: fit.intercepts)
      try fitting.finish(
        SavedModel(target: fitting.target, encoding: encoding, .softmax(fit)), report,
        summary: report.summary("Softmax regression of \(fitting.target)"),
        charts: ["confusion": .confusion(try ConfusionMatrix(fit.predict(x), labels))])
    }
  }

  struct MLP: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "mlp",
      abstract: "A network: a classifier for a target of texts, a regression for numbers.")
    @OptionGroup var fitting: Fitting
    @Option(help: "Units of the hidden layers, with commas between.") var hidden = "32"
    @Option(help: "How often all rows are learnt from.") var epochs = 200
    @Option(help: "Where random numbers begin.") var seed: UInt64 = 0

    struct Regression: Encodable {
      let names: [String]
      let hidden: [Int]
      let loss, rSquared, meanSquaredError: Double
    }

    func validate() throws {
      guard list(hidden).allSatisfy({ Int($0).map { $0 > 0 } ?? false }) else {
        throw ValidationError("--hidden must be positive numbers with commas between")
      }
    }

    func run() throws {
      let (table, x, encoding) = try fitting.read()
      let units = list(hidden).compactMap { Int($0) }
      if try table.column(fitting.target).isText {
        let labels = try table.labels(fitting.target)
        var model = MLPClassifier(hidden: units)
        (model.training.epochs, model.training.seed) = (epochs, seed)
        let fit = try model.fit(x, labels)
        let report = try Classification(
          encoding.names, fit.classes, labels, fit.predict(x),
          objective: fit.network.history.last?.loss ?? .nan)
        try fitting.finish(
          SavedModel(target: fitting.target, encoding: encoding, .classifier(fit)), report,
          summary: report.summary("Network \(units) of \(fitting.target)"),
          charts: [
            "losses": .losses(fit.network.history),
            "confusion": .confusion(try ConfusionMatrix(fit.predict(x), labels)),
          ])
      } else {
        let y = try table.numbers(fitting.target)
        var model = MLPRegressor(hidden: units)
        (model.training.epochs, model.training.seed) = (epochs, seed)
        let fit = try model.fit(x, y)
        let predictions = try fit.predict(x)
        let report = Regression(
          names: encoding.names, hidden: units, loss: fit.network.history.last?.loss ?? .nan,
          rSquared: try rSquared(predictions, y),
          meanSquaredError: try meanSquaredError(predictions, y))
        try fitting.finish(
          SavedModel(target: fitting.target, encoding: encoding, .regressor(fit)), report,
          summary: """
            Network \(units) of \(fitting.target), \(x.rows) rows, in sample
            R²                  \(short(report.rSquared))
            mean squared error  \(short(report.meanSquaredError))
            """,
          charts: ["losses": .losses(fit.network.history)])
      }
    }
  }
}
