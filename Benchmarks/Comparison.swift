import Foundation

/// A job then and now.
///
/// What is compared is the time over that of the Swift loop, or of the limit, of the same run, so that a machine that is faster
/// or slower by now counts little; and the time itself where a row has neither, or was timed alone.
struct Change {
  let name: String
  /// Now over then: above 1 is slower.
  let ratio: Double
  let basis: String
  let isBeyondNoise: Bool

  /// The change of a row; nil if the two runs have nothing in common to compare.
  init(_ before: Timing, _ now: Timing) {
    name = "\(now.job) \(now.size)"
    // Of memory, scheduling and a shared machine: what two runs of the same program differ by.
    typealias Basis = (name: String, ratio: Double, areApart: Bool, allowance: Double)
    func compared(_ name: String, _ then: Spread?, _ now: Spread?, _ allowance: Double) -> Basis? {
      guard let then, let now else { return nil }
      return (
        name, now.median / then.median, now.lower > then.upper || now.upper < then.lower, allowance
      )
    }
    let byLoop = compared("by the loop", before.speedup, now.speedup, 0.1)
      .map { ($0.name, 1 / $0.ratio, $0.areApart, $0.allowance) as Basis }
    let bases = [byLoop, compared("by the limit", before.overhead, now.overhead, 0.1)].compactMap(
      \.self)
    // Where there are both, the one that changed less: threads that share a core slow down ours and the limit, not the loop.
    let chosen =
      bases.min { $0.ratio.logarithm < $1.ratio.logarithm }
      ?? (
        "time", now.ours.median / before.ours.median,
        now.ours.lower > before.ours.upper || now.ours.upper < before.ours.lower, 0.3
      )
    (basis, ratio) = (chosen.0, chosen.1)
    isBeyondNoise = chosen.2 && (ratio > 1 + chosen.3 || ratio < 1 / (1 + chosen.3))
  }

  var line: String {
    let verdict = ratio > 1 ? "slower" : "faster"
    return
      "\(name): \(String(format: "%.2f", ratio > 1 ? ratio : 1 / ratio))× \(verdict) (\(basis))"
  }
}

extension Double {
  /// How far a ratio is from 1, up or down.
  fileprivate var logarithm: Double { Foundation.log(self).magnitude }
}

/// The rows of an earlier run, and what has become of them.
struct Comparison {
  let changes: [Change]
  let new: [String]
  let gone: [String]
  let warning: String?

  /// Of rows with those of an old file; of its jobs only those that are wanted now can be gone.
  init(
    _ machine: Machine, _ rows: [Timing], with path: String,
    isWanted: (_ name: String) -> Bool = { _ in true }
  ) throws {
    let old = try JSONDecoder().decode(
      Report.File.self, from: Data(contentsOf: URL(filePath: path)))
    let then = Dictionary(old.rows.map { ("\($0.job) \($0.size)", $0) }) { first, _ in first }
    changes = rows.compactMap { row in then["\(row.job) \(row.size)"].map { Change($0, row) } }
    let names = rows.map { "\($0.job) \($0.size)" }
    new = names.filter { then[$0] == nil }
    gone = then.keys.filter { !names.contains($0) && isWanted($0) }.sorted()
    warning =
      old.machine == machine
      ? nil : "warning: then it was\n\(old.machine.description)"
  }

  var regressions: [Change] { changes.filter { $0.isBeyondNoise && $0.ratio > 1 } }

  var text: String {
    let beyond = changes.filter(\.isBeyondNoise).sorted { $0.ratio > $1.ratio }
    var lines = warning.map { [$0] } ?? []
    lines += beyond.map(\.line)
    lines += new.map { "\($0): new" } + gone.map { "\($0): gone" }
    lines.append(
      "\(changes.count) jobs compared: \(regressions.count) slower, "
        + "\(beyond.count - regressions.count) faster, the others within the noise")
    return lines.joined(separator: "\n")
  }
}
