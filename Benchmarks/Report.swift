import Foundation
import LinAlg

/// Where the numbers were measured.
struct Machine: Codable {
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

enum Report {
  static let header =
    pad("job", 26) + pad("size", 17) + left("ours", 10) + left("Swift loop", 12) + left("limit", 10)
    + "   " + pad("faster than loop", 24) + "over the limit"

  static func line(_ row: Measurement) -> String {
    pad(row.job, 26) + pad(row.size, 17) + left(time(row.ours.median), 10)
      + left(row.loop.map { time($0.median) } ?? "", 12)
      + left(row.raw.map { time($0.median) } ?? "", 10)
      + "   " + pad(row.speedup.map(ratio) ?? "", 24) + (row.overhead.map(ratio) ?? "")
  }

  /// Writes to a temporary file beside the target and renames it.
  static func write(_ machine: Machine, _ rows: [Measurement], to path: String) throws {
    struct File: Encodable {
      let machine: Machine
      let rows: [Measurement]
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(File(machine: machine, rows: rows)).write(
      to: URL(filePath: path), options: .atomic)
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private static func left(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }

  private static func ratio(_ spread: Spread) -> String {
    String(format: "%.2f× (%.2f–%.2f)", spread.median, spread.lower, spread.upper)
  }

  private static func time(_ nanoseconds: Double) -> String {
    let (value, unit) =
      nanoseconds < 1e3
      ? (nanoseconds, "ns")
      : nanoseconds < 1e6 ? (nanoseconds / 1e3, "µs") : (nanoseconds / 1e6, "ms")
    return String(format: value < 10 ? "%.2f %@" : value < 100 ? "%.1f %@" : "%.0f %@", value, unit)
  }
}
