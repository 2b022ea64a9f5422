import Foundation
import LinAlg
import Tables
import Testing

/// The program as a user runs it: what it prints, what it writes, and how it ends.
@Suite final class LinfitTests {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "linfit-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let longley = Datasets.longley
    try Table(
      zip(longley.predictorNames, longley.predictorNames.indices).map {
        Table.Column($0, longley.x[column: $1])
      } + [Table.Column("employed", longley.y)]
    ).write(csv: folder.appending(path: "longley.csv"))
    let (x, y) = Datasets.iris
    try Table(
      (0..<4).map { Table.Column("x\($0)", x[column: $0]) }
        + [Table.Column("species", y.map { ["setosa", "versicolor", "virginica"][$0] })]
    ).write(csv: folder.appending(path: "iris.csv"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func run(_ arguments: String...) throws -> (status: Int32, output: String, error: String) {
    try run(arguments)
  }

  func run(_ arguments: [String]) throws -> (status: Int32, output: String, error: String) {
    let process = Process()
    // The program lies beside the tests.
    process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "linfit")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let (output, error) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, error)
    try process.run()
    let printed = try output.fileHandleForReading.readToEnd() ?? Data()
    let complained = try error.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (
      process.terminationStatus, String(decoding: printed, as: UTF8.self),
      String(decoding: complained, as: UTF8.self)
    )
  }

  @Test func ols() throws {
    let (status, output, error) = try run("ols", "longley.csv", "--target", "employed", "--json")
    #expect(status == 0 && error == "")
    struct Report: Decodable {
      let names: [String]
      let intercept, rSquared: Double
      let standardErrors: [Double]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(output.utf8))
    // NIST's certified values.
    #expect((report.intercept / -3482258.63459582 - 1).magnitude < 1e-10)
    #expect((report.rSquared - 0.995479004577296).magnitude < 1e-12)
    #expect((report.standardErrors[5] / 455.478499142212 - 1).magnitude < 1e-9)
    #expect(report.names == Datasets.longley.predictorNames)
    let text = try run("ols", "longley.csv", "--target", "employed", "--predictors", "GNP,year")
      .output
    #expect(text.contains("Linear regression of employed") && !text.contains("population"))
  }

  @Test func saveAndPredict() throws {
    for (command, extra) in [("softmax", "--l2=0.001"), ("mlp", "--epochs=200")] {
      let fit = try run(
        command, "iris.csv", "--target", "species", extra, "--save", "m.json", "--predict",
        "iris.csv")
      #expect(fit.status == 0 && fit.error.contains("accuracy"))
      // Without the target, and with columns in another order.
      var table = try Table(contentsOfCSV: folder.appending(path: "iris.csv"))
      table = try Table([table.columns[3], table.columns[1], table.columns[0], table.columns[2]])
      try table.write(csv: folder.appending(path: "new.csv"))
      let again = try run("predict", "m.json", "new.csv")
      #expect(again.status == 0 && again.output == fit.output)
      let predictions = try Table(csv: again.output)
      #expect(predictions.names == ["species", "P(setosa)", "P(versicolor)", "P(virginica)"])
      let right = zip(try predictions.labels("species"), Datasets.iris.y).count {
        $0 == ["setosa", "versicolor", "virginica"][$1]
      }
      #expect(right >= 140)
    }
    _ = try run("ols", "longley.csv", "--target", "employed", "--save", "m.json")
    let intervals = try Table(csv: run("predict", "m.json", "longley.csv").output)
    #expect(intervals.names == ["employed", "lower", "upper"])
    #expect(try intervals.numbers("lower")[0] < intervals.numbers("employed")[0])
  }

  @Test func logistic() throws {
    let iris = try Table(contentsOfCSV: folder.appending(path: "iris.csv"))
    try iris.selectingRows(Array(50..<150)).write(csv: folder.appending(path: "two.csv"))
    let fit = try run(
      "logistic", "two.csv", "--target", "species", "--positive", "versicolor", "--json")
    struct Report: Decodable {
      let classes: [String]
      let accuracy: Double
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(fit.output.utf8))
    #expect(report.classes == ["virginica", "versicolor"] && report.accuracy == 0.98)
    try iris.selectingRows(Array(0..<100)).write(csv: folder.appending(path: "apart.csv"))
    let apart = try run("logistic", "apart.csv", "--target", "species")
    #expect(apart.status == 0 && apart.error.contains("separated"))
  }

  @Test func filter() throws {
    try Data("s,w\n4,1\n8,0.5\n8,0.25\n".utf8).write(to: folder.appending(path: "f.csv"))
    try Data("w,x,s\n1,no,2\n0.5,no,4\n".utf8).write(to: folder.appending(path: "g.csv"))
    let own = try run("filter", "f.csv", "--target", "s", "--weights", "w", "--save", "m.json")
    #expect(own.output == "s,filtered\n4,4\n8,6\n8,6.5\n")
    #expect(try run("predict", "m.json", "g.csv").output == "s,filtered\n2,2\n4,3\n")
    let constant = try run(
      "filter", "f.csv", "--target", "s", "--weights", "0.5", "--predict", "g.csv")
    #expect(constant.output == "s,filtered\n2,2\n4,3\n")
    struct Report: Decodable { let filtered: [Double] }
    let json = try run("filter", "f.csv", "--target", "s", "--weights", "w", "--json").output
    #expect(try JSONDecoder().decode(Report.self, from: Data(json.utf8)).filtered == [4, 6, 6.5])
  }

  @Test func missingValues() throws {
    try Data("x,y\n1,2\n,3\n2,4.1\n3,6\n4,8\n".utf8).write(to: folder.appending(path: "m.csv"))
    let refused = try run("ols", "m.csv", "--target", "y")
    #expect(refused.status == 1 && refused.error.contains("m.csv, line 3, column 1: no value"))
    #expect(
      try run("ols", "m.csv", "--target", "y", "--drop-missing").output.contains(
        "rows                4"))
  }

  @Test func wrongUse() throws {
    for (arguments, status, words) in [
      (["ols", "none.csv", "--target", "y"], 1, "No such file"),
      (["ols", "iris.csv", "--target", "z"], 1, "no column \"z\""),
      (["ols", "iris.csv", "--target", "species"], 1, "holds texts"),
      (["logistic", "iris.csv", "--target", "species"], 1, "3 classes"),
      (["ols", "iris.csv"], 64, "--target"),
      (["mlp", "iris.csv", "--target", "species", "--hidden", "0"], 64, "--hidden"),
      (["predict", "iris.csv", "iris.csv"], 1, "not a model"),
    ] as [([String], Int32, String)] {
      let (found, output, said) = try run(arguments)
      #expect(output == "")
      #expect(found == status && said.contains(words), "\(arguments): \(said)")
    }
  }
}
