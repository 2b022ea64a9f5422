import Foundation
import LinAlg
import Models
import Tables
import Testing

@testable import Charts

@Suite final class ChartTests {
  /// With LINALG_KEEP_CHARTS=FOLDER the pictures stay, to be looked at.
  private static let kept = ProcessInfo.processInfo.environment["LINALG_KEEP_CHARTS"].map {
    URL(filePath: $0)
  }
  private let folder: URL

  init() throws {
    folder =
      Self.kept
      ?? FileManager.default.temporaryDirectory.appending(path: "charts-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { if Self.kept == nil { try? FileManager.default.removeItem(at: folder) } }

  static let hasGnuplot = ProcessInfo.processInfo.environment["PATH", default: ""].split(
    separator: ":"
  )
  .contains { FileManager.default.isExecutableFile(atPath: "\($0)/gnuplot") }

  /// One chart of each kind, from fitted models.
  static func charts() throws -> [String: Chart] {
    let longley = Datasets.longley
    let fit = try LinearRegression().fit(longley.x, longley.y)
    let (x, y) = Datasets.blobs(200, seed: 1)
    let labels = y.map { $0 == 1 }
    let classifier = try LogisticRegression(l2Penalty: 0.1).fit(x, labels)
    var network = MultilayerPerceptron<Double>([.dense(4, .tanh), .dense(2, .softmax)])
    network.epochs = 20
    let trained = try network.fit(x, classes: y)
    let (signal, weights) = Datasets.filterSignal(300, seed: 2)
    let posterior = try BetaBinomial().updated(successes: 6, of: 10).distribution
    let names = ["blue", "it's red"]
    return [
      "losses": .losses(trained.history),
      "residuals": try .residuals(fit, longley.x, longley.y, unit: "thousands"),
      "quantiles": .normalQuantiles(try fit.diagnostics(longley.x, longley.y).studentizedResiduals),
      "roc": try .roc(try classifier.probabilities(x), labels),
      "confusion": .confusion(
        try ConfusionMatrix(trained.predictClasses(x).map { names[$0] }, y.map { names[$0] })),
      "boundary": try .decisionBoundary(x, y, names: names) { try trained.predictClasses($0) },
      "coefficients": .coefficients(fit, names: longley.predictorNames),
      "logistic": .coefficients(classifier, names: ["x₁", "x₂"]),
      "filter": .filter(signal, try TimeVaryingFilter(weights: weights).apply(to: signal)),
      "density": try .density(posterior, prior: .uniform),
      "bars": Chart("Tosses", x: "toss", y: "heads", [.bars(x: [0, 1], y: [3, 4])]),
    ]
  }

  @Test(.enabled(if: hasGnuplot)) func pictures() throws {
    for (name, chart) in try Self.charts() {
      for format in ["svg", "png"] {
        let file = folder.appending(path: "\(name).\(format)")
        try chart.write(to: file)
        let data = try Data(contentsOf: file)
        if format == "png" {
          #expect(data.starts(with: [0x89, 0x50, 0x4E, 0x47]), "\(name)")
        } else {
          let text = String(decoding: data, as: UTF8.self)
          #expect(text.contains("<svg") && text.hasSuffix("</svg>\n\n"), "\(name)")
          let title = chart.title.replacing("'", with: "&#39;")
          #expect(text.contains(title), "\(name) without \(title)")
        }
      }
    }
    let scripts = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".gnuplot") && !$0.hasPrefix("kept") && !$0.hasPrefix("strange")
    }
    #expect(scripts == [])
  }

  /// What cannot be drawn leaves the old picture, and the script.
  @Test func failures() throws {
    let file = folder.appending(path: "kept.svg")
    try Data("old".utf8).write(to: file)
    let chart = Chart("A", x: "x", y: "y", [.line(x: [1, 2], y: [1, 2])])
    let script = folder.appending(path: "kept.gnuplot").path
    #expect(throws: ChartError.noGnuplot(script: script)) {
      try chart.write(to: file, gnuplot: "no-such-gnuplot")
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == "old")
    #expect(try String(contentsOfFile: script, encoding: .utf8) == chart.script(output: file.path))
    // A script that is there is somebody's.
    let second = folder.appending(path: "kept-2.gnuplot").path
    #expect(throws: ChartError.gnuplotFailed(reason: "", script: second)) {
      try chart.write(to: file, gnuplot: "false")
    }
    for path in [script, second] { try FileManager.default.removeItem(atPath: path) }
    #expect(throws: ChartError.unknownFormat(path: "/tmp/a.pdf")) {
      try chart.write(to: URL(filePath: "/tmp/a.pdf"))
    }
    #expect(throws: ChartError.self) { try chart.write(to: URL(filePath: "/nowhere/a.svg")) }
  }

  /// Names are text to gnuplot, whatever is in them.
  @Test(.enabled(if: hasGnuplot)) func strangeNames() throws {
    let file = folder.appending(path: "strange.svg")
    let mark = FileManager.default.temporaryDirectory.appending(path: "mark-\(UUID())").path
    // Quotes that are part of larger characters, too.
    let name =
      "a'b\"c\n`touch \(mark)` $data0 \\ {/:Bold b}_2^3 %s '\u{301} `touch \(mark)` '\u{FE0F} `touch \(mark)`"
    var chart = Chart(
      name, x: name, y: name, [.line(name, x: [0, .nan, 2], y: [1, 2, .infinity])])
    chart.labels = [Chart.Label(name, x: 1, y: 1)]
    chart.xNames = [name]
    try chart.write(to: file)
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.contains("{/:Bold b}_2^3 %s") && text.contains("`touch \(mark)`"))
    #expect(!FileManager.default.fileExists(atPath: mark))
    try Chart("empty", x: "", y: "", []).write(to: file)
    try Chart("none", x: "", y: "", [.points("n", x: [], y: [])]).write(to: file)
  }

  @Test(.enabled(if: hasGnuplot)) func unusualData() throws {
    let file = folder.appending(path: "unusual.svg")
    for y in [[-1.0, 2, -3], [-1, -2]] {
      try Chart("bars", x: "x", y: "y", [.bars(x: [0, 1, 2], y: y)]).write(to: file)
    }
    try Chart.decisionBoundary([[1, 0], [1, 1]], [0, 1], steps: 5) {
      $0[column: 1].map { $0 > 0.5 ? 1 : 0 }
    }

    .write(to: file)
    var chart = Chart("ranges", x: "x", y: "y", [.line(x: [0, 1], y: [0, 1])])
    (chart.xRange, chart.yRange) = (1 ... .infinity, -.infinity...0)
    try chart.write(to: file)
    try FileManager.default.removeItem(at: file)
  }

  /// The numbers behind the curves.
  @Test func curves() throws {
    let roc = try Chart.roc([0.9, 0.8, 0.8, 0.3], [true, false, true, false])
    guard case .line(_, let x, let y) = roc.series[1] else { return #expect(Bool(false)) }
    #expect(x == [0, 0, 0.5, 1] && y == [0, 0.5, 1, 1])
    #expect(roc.title == "ROC curve, area 0.875")
    let normal = Chart.normalQuantiles([3, 1, 2, 4])
    guard case .points(_, let quantiles, let values) = normal.series[1] else {
      return #expect(Bool(false))
    }
    #expect(values == [1, 2, 3, 4])
    // Of the standard normal distribution at 1/8 and 3/8 (tables).
    #expect((quantiles[0] + 1.1503493803760079).magnitude < 1e-14)
    #expect((quantiles[1] + 0.3186393639643752).magnitude < 1e-14)
    let confusion = Chart.confusion(try ConfusionMatrix([0, 1, 1], [0, 0, 1]))
    #expect(confusion.labels.map(\.text) == ["1", "1", "0", "1"])
  }
}
