import ArgumentParser
import Foundation
import LinAlg

/// Fits a regression to real data, then compares the library with pure-Swift loops and raw C calls.
@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Benchmarks",
    abstract: "Compares LinAlg and Models with pure-Swift loops and raw BLAS/LAPACK calls.",
    discussion: """
      The limit is the raw library call, or the traffic with memory where there is none. Contestants of a row run in turn, so that a machine whose speed drifts treats them alike. Before \
      anything is timed their results are compared. Times are medians; ratios are medians of the \
      ratios pair by pair, with the quartiles behind them. Rounds in which a virtual machine's \
      host has threads share a core, or no cache, are left out where there are others.
      """)

  @Option(help: "Only jobs whose name and size contain this text, such as \"gemm 8\".")
  var filter = ""

  @Flag(help: "Only list the jobs.")
  var list = false

  @Flag(help: "Short runs: to see that all works, not to quote.")
  var quick = false

  @Flag(help: "Time the library alone, after its results have been compared.")
  var alone = false

  @Flag(help: "Count rounds wherever the host of a virtual machine has put the threads.")
  var anywhere = false

  @Option(help: "Also write the results to this file.")
  var json: String?

  @Option(
    help: "Compare with results of --json, and fail if a job became slower beyond the noise.")
  var compare: String?

  @Option(
    help: "Also draw times over sizes, an .svg file for each family, into this folder (by gnuplot)."
  )
  var plot: String?

  @Option(help: "Only write the jobs' data into this folder, as .npy files for other programs.")
  var arrays: String?

  @Flag(help: "Print tables of Markdown.")
  var markdown = false

  @Flag(help: "Compare the library's choice of threads with one thread, and nothing else.")
  var policy = false

  @Option(help: "Threads for large BLAS and LAPACK calls; default: what OpenBLAS starts with.")
  var threads: Int?

  func validate() throws {
    if policy && (compare != nil || json != nil || plot != nil || alone) {
      throw ValidationError("--policy goes with --filter, --threads, --quick and --markdown only")
    }
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func run() throws {
    if let arrays { return try writeArrays(into: URL(filePath: arrays)) }
    let jobs = allJobs().filter { filter.isEmpty || "\($0.name) \($0.size)".contains(filter) }
    if jobs.isEmpty { throw ValidationError("no job contains \"\(filter)\"; see --list") }
    if list {
      for job in jobs { print(job.name, job.size) }
      return
    }
    try BLASRuntime.withThreads(threads ?? BLASRuntime.threads) {
      let machine = Machine()
      print(machine.description)
      try printFirstFit()
      let report = Report(isMarkdown: markdown)
      if policy { return try printPolicy(jobs, report) }
      print(report.header)
      var rows: [Timing] = []
      for job in jobs {
        let row = try measure(job, quick: quick, alone: alone, anywhere: anywhere)
        print(report.line(row))
        rows.append(row)
      }
      print(report.leftOut(rows.map { ("\($0.job) \($0.size)", $0.leftOut) }))
      let scalings = Scaling.all(rows)
      if !scalings.isEmpty { print("\n" + scalings.map(\.line).joined(separator: "\n")) }
      if let plot { try Scaling.draw(scalings, into: plot) }
      if let json { try Report.write(machine, rows, to: json) }
      if let compare {
        let comparison = try Comparison(machine, rows, with: compare) {
          filter.isEmpty || $0.contains(filter)
        }
        print("\n" + comparison.text)
        if comparison.changes.isEmpty || !comparison.regressions.isEmpty { throw ExitCode.failure }
      }
    }
  }

  private func printPolicy(_ jobs: [Job], _ report: Report) throws {
    print(report.policyHeader)
    var rows: [ThreadPolicy] = []
    for job in jobs {
      rows.append(try measureThreads(job, quick: quick, anywhere: anywhere))
      print(report.line(rows[rows.count - 1]))
    }
    print(report.leftOut(rows.map { ("\($0.job) \($0.size)", $0.leftOut) }))
  }
}
