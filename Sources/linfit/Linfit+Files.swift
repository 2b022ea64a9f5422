import ArgumentParser
import Charts
import Foundation
import LinAlg
import Models
import Tables

extension Linfit {
  struct Filter: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "filter",
      abstract:
        "A time-varying filter y[i] = (1 - w[i]) y[i - 1] + w[i] s[i]; prints the output as CSV.")
    @Argument(help: "The file.", completion: .file(extensions: ["csv"])) var file: String
    @Option(help: "The column that is filtered.") var target: String
    @Option(help: "The column of weights, or one number for all rows.") var weights: String
    @OptionGroup var reading: Reading
    @Option(help: "Saves the filter, for `linfit predict`.", completion: .file()) var save: String?
    @Option(
      help: "Filters the rows of this file instead of printing the output.",
      completion: .file(extensions: ["csv"])) var predict: String?
    @Option(help: "Draws a picture into this folder, by gnuplot.", completion: .directory)
    var plot: String?
    @Flag(help: "Prints JSON instead of CSV.") var json = false

    struct Report: Encodable {
      let signal, filtered: [Double]
    }

    func run() throws {
      let columns = [target] + (Double(weights) == nil ? [weights] : [])
      let encoding = try TableEncoding(reading.table(file, columns), columns)
      let model = SavedModel(target: target, encoding: encoding, .filter(weights: weights))
      let result = try model.predictions(of: file, reading)
      let (signal, output) = (try result.numbers(target), try result.numbers("filtered"))
      if let predict {
        try printCSV(model.predictions(of: predict, reading))
      } else if json {
        print(try jsonText(Report(signal: signal, filtered: output)))
      } else {
        try printCSV(result)
      }
      if let save { try model.write(to: URL(filePath: save)) }
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
