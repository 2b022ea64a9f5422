import Foundation
import LinAlg
import Models
import Tables

/// A fitted model with all that it takes to predict rows of other files.
struct SavedModel: Codable {
  enum Model: Codable {
    case ols(LinearRegression.Fitted)
    /// With the labels of the negative and of the positive class.
    case logistic(LogisticRegression.Fitted, classes: [String])
    case softmax(SoftmaxRegression.Fitted<String>)
    case classifier(MLPClassifier.Fitted<String>)
    case regressor(MLPRegressor.Fitted)
    /// A column of weights, or one number.
    case filter(weights: String)
  }

  var version = 1
  let target: String
  let encoding: TableEncoding
  let model: Model

  init(target: String, encoding: TableEncoding, _ model: Model) {
    (self.target, self.encoding, self.model) = (target, encoding, model)
  }

  init(contentsOf url: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw FileError.system(path: url.path, reason: error.localizedDescription)
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw FileError.malformed(path: url.path, reason: "not a model that linfit saved")
    }
    guard version == 1 else {
      throw FileError.malformed(path: url.path, reason: "a model of version \(version)")
    }
  }

  /// Writes JSON, under another name first.
  func write(to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let json = try encoder.encode(self)
    try OutputFile.write(to: url) { (file) throws(FileError) in try file.write(json) }
  }

  /// The predictions of each row of a file, of which other columns are not looked at.
  func predictions(of file: String, _ reading: Reading) throws -> Table {
    let table = try reading.table(file, encoding.columns, texts: encoding.texts)
    let x = try encoding(table)
    switch model {
    case .ols(let fit):
      let intervals = try fit.intervals(x)
      return try Table([
        Table.Column(target, intervals.map(\.prediction)),
        Table.Column("lower", intervals.map(\.predictive.lowerBound)),
        Table.Column("upper", intervals.map(\.predictive.upperBound)),
      ])
    case .logistic(let fit, let classes):
      let probabilities = try fit.probabilities(x)
      return try Table([
        Table.Column(target, try fit.predict(x).map { classes[$0 ? 1 : 0] }),
        Table.Column("P(\(classes[1]))", probabilities),
      ])
    case .softmax(let fit):
      return try classified(fit.predict(x), fit.probabilities(x), fit.classes)
    case .classifier(let fit):
      return try classified(fit.predict(x), fit.probabilities(x), fit.classes)
    case .filter(let weights):
      let signal = try table.numbers(target)
      let own = Double(weights).map { Array(repeating: $0, count: signal.count) }
      let filter = TimeVaryingFilter(weights: try own ?? table.numbers(weights))
      return try Table([
        Table.Column(target, signal), Table.Column("filtered", filter.apply(to: signal)),
      ])
    case .regressor(let fit): return try Table([Table.Column(target, fit.predict(x))])
    }
  }

  private func classified(
    _ labels: [String], _ probabilities: Matrix<Double>, _ classes: [String]
  ) throws -> Table {
    try Table(
      [Table.Column(target, labels)]
        + classes.indices.map { Table.Column("P(\(classes[$0]))", probabilities[column: $0]) })
  }
}
