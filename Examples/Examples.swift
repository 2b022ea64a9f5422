import ArgumentParser
import Foundation

/// Runs the scenarios that the library grew out of.
@main
struct Examples: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Examples",
    abstract: "Questions that people ask when they write models by hand, answered.",
    discussion:
      "Each scenario prints what was asked, what we get, and how it compares with the hand-written attempt; checks what it says; and draws a picture.",
    subcommands: [List.self, All.self, Run.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the scenarios.")

    func run() {
      for (i, scenario) in scenarios.enumerated() {
        let name = scenario.name.padding(toLength: 24, withPad: " ", startingAt: 0)
        print("\(i + 1 < 10 ? " " : "")\(i + 1)  \(name)\(scenario.question)")
      }
    }
  }

  struct All: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs all scenarios.")
    @OptionGroup var output: Output

    func run() throws { try output.run(scenarios) }
  }

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs some scenarios.")
    @Argument(help: "Names or numbers, as `list` gives them.") var names: [String]
    @OptionGroup var output: Output

    func run() throws {
      try output.run(
        names.map { name in
          if let number = Int(name), scenarios.indices.contains(number - 1) {
            return scenarios[number - 1]
          }
          guard let scenario = scenarios.first(where: { $0.name == name }) else {
            throw ValidationError("no scenario \"\(name)\"; see `Examples list`")
          }
          return scenario
        })
    }
  }

  struct Output: ParsableArguments {
    @Option(help: "The folder for the pictures; none are drawn without.", completion: .directory)
    var output: String?
    @Flag(help: "Pictures as PNG instead of SVG.") var png = false

    func run(_ scenarios: [Scenario]) throws {
      let folder = output.map { URL(filePath: $0, directoryHint: .isDirectory) }
      if let folder {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      }
      for scenario in scenarios {
        let report = Report(scenario, folder, isPNG: png)
        report.heading()
        try scenario.run(report)
      }
    }
  }
}
