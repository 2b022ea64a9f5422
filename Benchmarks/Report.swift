import Foundation
import LinAlg

/// Where the numbers were measured.
struct Machine: Codable, Equatable {
  let processor: String
  let processors: Int
  let blas: String
  let coreName: String
  let threads: Int
  let build: String

  init() {
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = information.split(separator: "\n").first { $0.hasPrefix("model name") }
    processor =
      model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    processors = ProcessInfo.processInfo.processorCount
    blas = BLASRuntime.configuration.trimmingCharacters(in: .whitespaces)
    coreName = BLASRuntime.coreName
    threads = BLASRuntime.threads
    #if DEBUG
      build = "debug (times mean nothing: use -c release)"
    #else
      build = "release"
    #endif
  }

  var description: String {
    """
    CPU      \(processor), \(processors) processors
    BLAS     \(blas)
    kernels  \(coreName)
    threads  \(threads)
    build    \(build)

    """
  }
}

/// How rows are printed: in columns, or as a table of Markdown.
struct Report {
  struct File: Codable {
    let machine: Machine
    let rows: [Timing]
  }

  let isMarkdown: Bool

  var header: String {
    line([
      "job", "size", "ours", "Swift loop", "limit", "faster than the loop", "over the limit",
      "allocations", "memory",
    ]) + (isMarkdown ? "\n|---|---|--:|--:|--:|--:|--:|--:|--:|" : "")
  }

  func line(_ row: Timing) -> String {
    line([
      row.job, row.size, time(row.ours.median), row.loop.map { time($0.median) } ?? "",
      row.raw.map { time($0.median) } ?? "", row.speedup.map(ratio) ?? "",
      row.overhead.map(ratio) ?? "", row.allocations.map { String($0.count) } ?? "",
      row.allocations.map { bytes($0.peakBytes) } ?? "",
    ])
  }

  var policyHeader: String {
    line(["job", "size", "one thread", "\(BLASRuntime.threads) threads", "ratio"])
      + (isMarkdown ? "\n|---|---|--:|--:|--:|" : "")
  }

  func line(_ policy: ThreadPolicy) -> String {
    line([
      policy.job, policy.size, time(policy.one.median), time(policy.many.median),
      ratio(policy.ratio),
    ])
  }

  /// What is to be said of rounds that were left out; nothing where there are none.
  func leftOut(_ rows: [(name: String, leftOut: Int?)]) -> String {
    let (some, all) = (rows.compactMap(\.leftOut).reduce(0, +), rows.filter { $0.leftOut == nil })
    var lines: [String] = []
    if some > 0 {
      lines.append("\(some) rounds were left out: threads shared a core, or no cache.")
    }
    if !all.isEmpty {
      lines.append("No round without that: " + all.map(\.name).joined(separator: "; ") + ".")
    }
    return lines.joined(separator: "\n")
  }

  private func line(_ cells: [String]) -> String {
    if isMarkdown { return "| " + cells.joined(separator: " | ") + " |" }
    let widths = [25, 21, 10, 11, 10, 23, 20, 11, 9]
    return zip(cells.indices, cells).map { k, cell in
      let space = String(repeating: " ", count: max(0, widths[k] - cell.count))
      return k < 2 ? cell + space : space + cell
    }.joined(separator: " ")
  }

  /// Writes to a temporary file beside the target and renames it.
  static func write(_ machine: Machine, _ rows: [Timing], to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(File(machine: machine, rows: rows)).write(
      to: URL(filePath: path), options: .atomic)
  }

  private func ratio(_ spread: Spread) -> String {
    String(format: "%.2f× (%.2f–%.2f)", spread.median, spread.lower, spread.upper)
  }

  private func time(_ nanoseconds: Double) -> String {
    let (value, unit) =
      nanoseconds < 1e3
      ? (nanoseconds, "ns")
      : nanoseconds < 1e6 ? (nanoseconds / 1e3, "µs") : (nanoseconds / 1e6, "ms")
    return String(format: value < 10 ? "%.2f %@" : value < 100 ? "%.1f %@" : "%.0f %@", value, unit)
  }

  private func bytes(_ count: Int) -> String {
    let (value, unit) =
      count < 1 << 10
      ? (Double(count), "B")
      : count < 1 << 20 ? (Double(count) / 1024, "KiB") : (Double(count) / 1_048_576, "MiB")
    return String(format: unit == "B" || value >= 99.5 ? "%.0f %@" : "%.1f %@", value, unit)
  }
}
