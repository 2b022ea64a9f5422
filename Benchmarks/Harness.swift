import CBLAS
import LinAlg

/// One way to do a job: something to run over and over, and what it computed.
struct Contestant {
  /// Runs the job so many times.
  let run: (_ repetitions: Int) -> Void
  /// The result of the last run.
  let result: () -> [Double]
}

/// The ways to do one job.
struct Contest {
  let ours: Contestant
  /// The best loop in pure Swift, unless it would take minutes.
  var loop: Contestant?
  /// The limit, where there is one: the raw library call, or the traffic with memory alone.
  var raw: Contestant?
  /// Whether `raw` only moves as much memory and computes something else.
  var rawIsMemory = false
  /// How far results may differ, relative to the largest.
  var tolerance = 1e-10
}

/// A job that is set up only when it is run.
struct Job {
  let name: String
  let size: String
  let setUp: () throws -> Contest
}

/// A contestant that works on state of its own.
///
/// The state lies in memory of its own, so that no exclusivity check is timed.
func contestant<State>(
  _ state: State, result: @escaping (State) -> [Double], _ body: @escaping (inout State) -> Void
) -> Contestant {
  let memory = UnsafeMutablePointer<State>.allocate(capacity: 1)
  unsafe memory.initialize(to: state)
  return Contestant(
    run: { repetitions in for _ in 0..<repetitions { unsafe body(&memory.pointee) } },
    result: { unsafe result(memory.pointee) })
}

/// Median and quartiles of a sample.
struct Spread: Codable {
  let lower: Double
  let median: Double
  let upper: Double

  init(_ values: [Double]) {
    let sorted = values.sorted()
    func quantile(_ q: Double) -> Double {
      let position = q * Double(sorted.count - 1)
      let below = Int(position)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
    (lower, median, upper) = (quantile(0.25), quantile(0.5), quantile(0.75))
  }
}

/// What a job took.
///
/// Times are nanoseconds a run.
struct Measurement: Codable {
  let job: String
  let size: String
  let rounds: Int
  let ours: Spread
  let loop: Spread?
  let raw: Spread?
  /// Loop / ours: how many times faster than the loop.
  let speedup: Spread?
  /// Ours / raw: 1.02 is 2 % over the raw call or the memory traffic.
  let overhead: Spread?
}

struct Disagreement: Error, CustomStringConvertible {
  let description: String
}

/// Checks that all contestants agree, then times them in turn, or the library alone.
func measure(_ job: Job, quick: Bool, alone: Bool) throws -> Measurement {
  let contest = try job.setUp()
  var contestants = [contest.ours]
  let loop = contest.loop.map { contestants.add($0) }
  let raw = contest.raw.map { contestants.add($0) }
  for contestant in contestants { contestant.run(1) }
  let expected = contest.ours.result()
  let scale = max(normInfinity(expected), .leastNormalMagnitude)
  for i in [loop, contest.rawIsMemory ? nil : raw].compactMap(\.self) {
    let found = contestants[i].result()
    let difference =
      found.count == expected.count
      ? normInfinity(zip(expected, found).map { $0 - $1 }) / scale : .infinity
    guard difference <= contest.tolerance else {
      throw Disagreement(description: "\(job.name) \(job.size): results differ by \(difference)")
    }
  }

  // What the others touch would push our data out of the cache.
  if alone { contestants.removeSubrange(1...) }
  let sample = quick ? 0.5e6 : 4e6  // nanoseconds
  let budget = quick ? 30e6 : 1500e6
  let blasThreads = contestants.indices.map { $0 == raw ? BLASRuntime.threads : 1 }
  let repetitions = zip(contestants, blasThreads).map { contestant, threads in
    var count = 1
    var time = nanoseconds(contestant, count, blasThreads: threads)
    while time < sample {
      count = max(count + 1, Int(Double(count) * min(10, 1.2 * sample / max(time, 1))))
      time = nanoseconds(contestant, count, blasThreads: threads)
    }
    return count
  }
  var times = contestants.map { _ in [Double]() }
  let start = ContinuousClock.now
  var rounds = 0
  while rounds < (quick ? 2 : 5) || (start.elapsed < budget && rounds < 101) {
    // Each round begins with another contestant, so that none always follows the same one.
    for k in contestants.indices {
      let i = (k + rounds) % contestants.count
      let time = nanoseconds(contestants[i], repetitions[i], blasThreads: blasThreads[i])
      times[i].append(time / Double(repetitions[i]))
    }
    rounds += 1
  }
  // Only what was timed, which alone is ours.
  let timed = { (i: Int?) in i.flatMap { times.indices.contains($0) ? times[$0] : nil } }
  func ratio(_ a: [Double], _ b: [Double]) -> Spread { Spread(zip(a, b).map { $0 / $1 }) }
  return Measurement(
    job: job.name, size: job.size, rounds: rounds, ours: Spread(times[0]),
    loop: timed(loop).map { Spread($0) }, raw: timed(raw).map { Spread($0) },
    speedup: timed(loop).map { ratio($0, times[0]) },
    overhead: timed(raw).map { ratio(times[0], $0) })
}

extension [Contestant] {
  /// Appends one and returns where it is.
  fileprivate mutating func add(_ contestant: Contestant) -> Int {
    append(contestant)
    return count - 1
  }
}

/// The time of some repetitions.
///
/// A raw call gets the threads that ours may use, from outside the library, which
/// leaves OpenBLAS set to one.
private func nanoseconds(
  _ contestant: Contestant, _ repetitions: Int, blasThreads: Int
) -> Double {
  openblas_set_num_threads(Int32(blasThreads))
  defer { openblas_set_num_threads(1) }
  let start = ContinuousClock.now
  contestant.run(repetitions)
  return start.elapsed
}

extension ContinuousClock.Instant {
  /// Nanoseconds since this instant.
  var elapsed: Double {
    let (seconds, attoseconds) = duration(to: .now).components
    return Double(seconds) * 1e9 + Double(attoseconds) * 1e-9
  }
}
