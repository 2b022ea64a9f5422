import CPlacement
import Foundation
import Testing

@testable import Benchmarks

@Suite struct BenchmarksTests {
  private func row(
    _ job: String, ours: Double, loop: Spread? = nil, raw: Spread? = nil, growth: Growth? = nil
  ) -> Timing {
    Timing(
      job: job, size: "1", rounds: 3, leftOut: 0, ours: Spread([ours]), loop: nil, raw: nil,
      speedup: loop,
      overhead: raw, allocations: nil, growth: growth, result: nil)
  }

  @Test func quartiles() {
    let spread = Spread([4, 1, 3, 2])
    #expect(spread.lower == 1.75 && spread.median == 2.5 && spread.upper == 3.25)
    #expect(Spread([2, 9], over: [1, 3]).median == 2.5)
  }

  /// Half the advantage over the loop is twice the time, also on a machine that is faster by now.
  @Test func changesBeyondTheNoise() {
    let before = row("a", ours: 100, loop: Spread([3.9, 4, 4.1]))
    let slower = Change(before, row("a", ours: 80, loop: Spread([1.9, 2, 2.1])))
    #expect(slower.ratio == 2 && slower.isBeyondNoise)
    #expect(slower.line == "a 1: 2.00× slower (by the loop)")
    let overlapping = Change(before, row("a", ours: 80, loop: Spread([1, 2, 8])))
    #expect(overlapping.ratio == 2 && !overlapping.isBeyondNoise)
    let small = Change(before, row("a", ours: 100, loop: Spread([3.8, 3.8, 3.8])))
    #expect(!small.isBeyondNoise)
    let faster = Change(
      row("a", ours: 1, raw: Spread([2])), row("a", ours: 1, raw: Spread([1])))
    #expect(faster.ratio == 0.5 && faster.isBeyondNoise && faster.basis == "by the limit")
    // Half as fast against the loop, but nearly as far from the limit: the lesser change counts.
    let both = Change(
      row("a", ours: 1, loop: Spread([4]), raw: Spread([1])),
      row("a", ours: 1, loop: Spread([2]), raw: Spread([1.05])))
    #expect(both.basis == "by the limit" && both.ratio == 1.05 && !both.isBeyondNoise)
    let alone = Change(row("a", ours: 1), row("a", ours: 1.2))
    #expect(alone.basis == "time" && !alone.isBeyondNoise)
  }

  @Test func comparisonWithAFile() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let machine = Machine()
    try Report.write(
      machine, [row("a", ours: 100, loop: Spread([4])), row("b", ours: 1)], to: file.path)
    let now = [row("a", ours: 100, loop: Spread([2])), row("b", ours: 1), row("c", ours: 1)]
    let comparison = try Comparison(machine, now, with: file.path)
    #expect(comparison.regressions.map(\.name) == ["a 1"])
    #expect(comparison.new == ["c 1"] && comparison.gone == [] && comparison.warning == nil)
    let fewer = try Comparison(machine, [now[1]], with: file.path)
    #expect(fewer.gone == ["a 1"])
    #expect(try Comparison(machine, [now[1]], with: file.path) { $0 == "b 1" }.gone == [])
    #expect(
      comparison.text.hasSuffix("2 jobs compared: 1 slower, 0 faster, the others within the noise"))
  }

  @Test func powersOfGrowth() throws {
    let rows = [10, 100, 1000].map { n in
      row("f \(n)", ours: 3 * Double(n * n), growth: Growth("f", n))
    }
    let scaling = try #require(Scaling.all(rows + [row("g", ours: 1)]).first)
    #expect((scaling.exponent - 2).magnitude < 1e-12)
    #expect(scaling.line == "f, n from 10 to 1000: time grows with n^2.00")
    #expect(Scaling.all([rows[0]]).isEmpty)
  }

  /// All threads count, also those of other tests: one of many attempts is alone.
  @Test func memoryOfARun() {
    let array = contestant([Double](), result: { $0 }) {
      $0 = Array(repeating: 1, count: 1000)
    }
    let nothing = contestant(0.0, result: { [$0] }) { $0 += 1 }
    guard Allocations(array) != nil else { return }
    func isSeen(_ contestant: Contestant, _ condition: (Allocations) -> Bool) -> Bool {
      (0..<100_000).contains { _ in Allocations(contestant).map(condition) ?? false }
    }
    #expect(isSeen(nothing) { $0.count == 0 && $0.peakBytes == 0 })
    #expect(isSeen(array) { $0.count == 1 && (8000..<8100).contains($0.peakBytes) })
  }

  @Test func roundsLeftOut() {
    let report = Report(isMarkdown: false)
    #expect(report.leftOut([("a", 0), ("b", 0)]) == "")
    #expect(
      report.leftOut([("a", 1), ("b", nil), ("c", 2)])
        == "3 rounds were left out: threads shared a core, or no cache.\nNo round without that: b.")
  }

  /// Of one thread nothing is known, which is good; of two both numbers are, where there are two processors.
  @Test func placementOfThreads() {
    var found = placement()
    #expect(unsafe !placement_measure(1, &found) && placement_is_good(1) && placement_await(1))
    guard unsafe placement_measure(2, &found) else { return }
    #expect(found.distance > 1 && found.distance < 1e6 && found.share > 0 && found.share < 2)
  }

  /// What `--compare` and the peers go by.
  @Test func jobsHaveDifferentNames() {
    let names = allJobs().map { "\($0.name) \($0.size)" }
    #expect(Set(names).count == names.count)
  }
}
