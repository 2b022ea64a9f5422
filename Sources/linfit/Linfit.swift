import ArgumentParser
import Charts
import Foundation
import LinAlg
import Models
import Tables

/// Fits models to files of comma-separated values.
@main
struct Linfit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linfit",
    abstract: "Fits models to files of comma-separated values.",
    discussion: """
      linfit ols houses.csv --target price --plot pictures
      linfit softmax iris.csv --target species --save model.json
      linfit predict model.json new.csv

      Columns of texts become indicators. The exit code is 0, 1 for data that cannot be fitted, and 64 for a wrong command line.
      """,
    subcommands: [
      OLS.self, Logistic.self, Softmax.self, MLP.self, Filter.self, Predict.self,
    ])
}

/// How files are read.
struct Reading: ParsableArguments {
  @Option(help: "Between cells; \"tab\" for a tab.") var delimiter = ","
  @Option(help: "Columns that hold labels even where they look like numbers, with commas between.")
  var texts = ""
  @Flag(help: "Leave out rows without a value; otherwise they are an error.") var dropMissing =
    false

  func validate() throws {
    guard delimiter == "tab" || delimiter.count == 1 else {
      throw ValidationError("--delimiter must be one character")
    }
  }

  /// Columns of a file, all if nil.
  func table(_ path: String, _ columns: [String]? = nil, texts more: Set<String> = []) throws
    -> Table
  {
    let format = CSVFormat(
      delimiter: delimiter == "tab" ? "\t" : Character(delimiter), columns: columns,
      texts: more.union(list(texts)), missing: dropMissing ? .kept : .refused)
    let table = try Table(contentsOfCSV: URL(filePath: path), format: format)
    return dropMissing ? try table.droppingMissing() : table
  }
}

/// What is fitted to what, and what becomes of it.
struct Fitting: ParsableArguments {
  @Argument(help: "The file.", completion: .file(extensions: ["csv"])) var file: String
  @Option(help: "The column that is predicted.") var target: String
  @Option(help: "The columns that predict it, with commas between; all others by default.")
  var predictors: String?
  @OptionGroup var reading: Reading
  @Option(help: "Saves the model, for `linfit predict`.", completion: .file()) var save: String?
  @Option(
    help:
      "Predicts the rows of this file: as CSV on standard output, the summary on standard error.",
    completion: .file(extensions: ["csv"])) var predict: String?
  @Option(help: "Draws pictures into this folder, by gnuplot.", completion: .directory) var plot:
    String?
  @Flag(help: "Prints JSON instead of the summary.") var json = false

  /// The table, the matrix of predictors and how it was made.
  func read() throws -> (table: Table, x: Matrix<Double>, encoding: TableEncoding) {
    let chosen = predictors.map(list)
    let table = try reading.table(file, chosen.map { $0 + [target] })
    let encoding = try TableEncoding(
      table, (chosen ?? table.names).filter { $0 != target })
    _ = try table.column(target)
    return (table, try encoding(table), encoding)
  }

  /// Prints, saves, predicts and draws.
  func finish(
    _ model: SavedModel, _ report: some Encodable, summary: String, charts: [String: Chart]
  ) throws {
    var text = summary
    if json { text = try jsonText(report) }
    if predict == nil { print(text) } else { complain(text) }
    if let save { try model.write(to: URL(filePath: save)) }
    if let predict { try printCSV(model.predictions(of: predict, reading)) }
    if let plot { try draw(charts, into: plot) }
  }
}

/// Draws pictures as NAME.svg.
func draw(_ charts: [String: Chart], into folder: String) throws {
  let url = URL(filePath: folder, directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  for (name, chart) in charts.sorted(by: { $0.key < $1.key }) {
    try chart.write(to: url.appending(path: "\(name).svg"))
  }
}

/// Words with commas between.
func list(_ text: String) -> [String] {
  text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
}

/// A report as JSON, numbers that are not finite as texts.
func jsonText(_ report: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return String(decoding: try encoder.encode(report), as: UTF8.self)
}

/// Prints to standard error.
func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

/// Prints a table as CSV.
func printCSV(_ table: Table) throws { print(table.csv, terminator: "") }

/// A number with six significant digits.
func short(_ value: Double) -> String { String(format: "%.6g", value) }
