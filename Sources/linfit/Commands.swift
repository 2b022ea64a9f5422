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

  struct Filter: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "filter",
      abstract:
        "A time-varying filter y[i] = (1 - w[i]) y[i - 1] + w[i] s[i]; prints the output as CSV.")
    @Argument(help: "The file.", completion: .file(extensions: ["csv"])) var file: String
    @Option(help: "The column that is filtered.") var target: String
    @Option(help: "The column of weights, or one number for all rows.") var weights: String
    @OptionGroup var reading: Reading
    @Option(help: "Writes the output to this file instead of printing it.", completion: .file())
    var save: String?
    @Option(help: "Draws a picture into this folder, by gnuplot.", completion: .directory) var plot:
      String?

    func run() throws {
      let table = try reading.table(file)
      let signal = try table.numbers(target)
      let own = Double(weights)
      let weights =
        try own.map { Array(repeating: $0, count: signal.count) } ?? table.numbers(self.weights)
      let output = try TimeVaryingFilter(weights: weights).apply(to: signal)
      let result = try Table([Table.Column(target, signal), Table.Column("filtered", output)])
      if let save { try result.write(csv: URL(filePath: save)) } else { try printCSV(result) }
      if let plot { try draw(["filter": .filter(signal, output, title: target)], into: plot) }
    }
  }

  struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "predict",
      abstract: "Predicts the rows of a file by a model that was saved; prints CSV.")
    @Argument(help: "The model.", completion: .file(extensions: ["json"])) var model: String
    @Argument(help: "The file.", completion: .file(extensions: ["csv"])) var file: String
    @OptionGroup var reading: Reading

    func run() throws {
      try printCSV(
        SavedModel(contentsOf: URL(filePath: model)).predictions(of: file, reading))
    }
  }
}

/// What is said of a classifier.
struct Classification: Encodable {
  let names, classes: [String]
  let rows: Int
  let accuracy, objective: Double
  let confusion: [[Int]]
  var coefficients: [[Double]]?
  var intercepts: [Double]?

  init(
    _ names: [String], _ classes: [String], _ labels: [String], _ predictions: [String],
    objective: Double, coefficients: [[Double]]? = nil, intercepts: [Double]? = nil
  ) throws {
    (self.names, self.classes, rows) = (names, classes, labels.count)
    accuracy = try Models.accuracy(predictions, labels)
    confusion = try ConfusionMatrix(predictions, labels).counts
    self.objective = objective
    (self.coefficients, self.intercepts) = (coefficients, intercepts)
  }

  func summary(_ title: String) -> String {
    var lines = [
      "\(title), \(rows) rows, \(classes.count) classes, in sample",
      "accuracy   \(short(accuracy))",
      "objective  \(short(objective))",
    ]
    let width = max(12, (names + classes).map(\.count).max() ?? 0) + 2
    func row(_ title: String, _ cells: [String]) -> String {
      title.padding(toLength: width, withPad: " ", startingAt: 0)
        + cells.map { String(repeating: " ", count: max(1, width - $0.count)) + $0 }.joined()
    }
    if let coefficients, let intercepts {
      lines += ["", row("coefficients", classes), row("intercept", intercepts.map(short))]
      for (j, name) in names.enumerated() {
        lines.append(row(name, coefficients.map { short($0[j]) }))
      }
    }
    lines += ["", row("class \\ found", classes)]
    for (k, counts) in confusion.enumerated() {
      lines.append(row(classes[k], counts.map(String.init)))
    }
    return lines.joined(separator: "\n")
  }
}

struct LinfitError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
