import ArgumentParser
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
      ratios pair by pair, with the quartiles behind them.
      """)

  @Option(help: "Only jobs whose name and size contain this text, such as \"gemm 8\".")
  var filter = ""

  @Flag(help: "Only list the jobs.")
  var list = false

  @Flag(help: "Short runs: to see that all works, not to quote.")
  var quick = false

  @Flag(help: "Time the library alone, after its results have been compared.")
  var alone = false

  @Option(help: "Also write the results to this file.")
  var json: String?

  @Option(help: "Threads for large BLAS and LAPACK calls; default: what OpenBLAS starts with.")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func run() throws {
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
      print(Report.header)
      var rows: [Measurement] = []
      for job in jobs {
        let row = try measure(job, quick: quick, alone: alone)
        print(Report.line(row))
        rows.append(row)
      }
      if let json { try Report.write(machine, rows, to: json) }
    }
  }
}
