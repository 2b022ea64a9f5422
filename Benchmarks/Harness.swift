import CAllocations
import CBLAS
import CPlacement
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
  /// Whether the loop takes seconds: it is run once, and not at all in short runs and those of the library alone.
  var loopIsLong = false
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
  /// What grows from this job to others of its family, and what its number is here.
  var growth: Growth?
  let setUp: () throws -> Contest
}

/// Where a job stands in a family of jobs that differ in one size n.
struct Growth: Codable, Hashable {
  let family: String
  let n: Double

  init(_ family: String, _ n: Int) { (self.family, self.n) = (family, Double(n)) }
}

/// A contestant that works on state of its own.
///
/// The state lies in memory of its own, so that no exclusivity check is timed.
func contestant<State>(
  _ state: State, result: @escaping (State) -> [Double],
  _ body: @escaping (inout State) throws -> Void
) -> Contestant {
  let memory = UnsafeMutablePointer<State>.allocate(capacity: 1)
  unsafe memory.initialize(to: state)
  return Contestant(
    run: { repetitions in
      do {
        for _ in 0..<repetitions { try unsafe body(&memory.pointee) }
      } catch {
        // A job that fails must not pass for a fast one.
        fatalError("\(error)")
      }
    },
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

  /// Of ratios, pair by pair.
  init(_ values: [Double], over others: [Double]) {
    self.init(zip(values, others).map { $0 / $1 })
  }
}

/// What a job took.
///
/// Times are nanoseconds a run.
struct Timing: Codable {
  let job: String
  let size: String
  let rounds: Int
  /// Rounds left out, since threads shared a core or no cache; nil where no round was otherwise, and all count.
  let leftOut: Int?
  let ours: Spread
  let loop: Spread?
  let raw: Spread?
  /// Loop / ours: how many times faster than the loop.
  let speedup: Spread?
  /// Ours / raw: 1.02 is 2 % over the raw call or the memory traffic.
  let overhead: Spread?
  /// Of one run of ours.
  let allocations: Allocations?
  let growth: Growth?
  /// What ours computed; of more than 10 000 numbers every k-th, so that 10 000 are enough for them.
  let result: [Double]?
}

/// How often a run asked for memory, and the most bytes that it held at a time.
struct Allocations: Codable {
  let count: Int
  let peakBytes: Int

  /// Those of a run of a contestant; nil where they cannot be counted.
  init?(_ contestant: Contestant) {
    guard allocations_are_counted() else { return nil }
    allocations_begin()
    contestant.run(1)
    let found = allocations_end()
    (count, peakBytes) = (Int(found.count), Int(found.peak))
  }
}

struct Disagreement: Error, CustomStringConvertible {
  let description: String
}

/// Checks that all contestants agree, then times them in turn, or the library alone.
func measure(_ job: Job, quick: Bool, alone: Bool, anywhere: Bool) throws -> Timing {
  let contest = try job.setUp()
  var contestants = [contest.ours]
  let loop = contest.loopIsLong ? nil : contest.loop.map { contestants.add($0) }
  let raw = contest.raw.map { contestants.add($0) }
  for contestant in contestants { contestant.run(1) }
  let long = contest.loopIsLong && !quick && !alone ? contest.loop : nil
  let longTime = long.map { nanoseconds($0.run, 1) }
  let expected = contest.ours.result()
  let scale = max(normInfinity(expected), .leastNormalMagnitude)
  let compared = [loop, contest.rawIsMemory ? nil : raw].compactMap { $0.map { contestants[$0] } }
  for other in compared + [long].compactMap(\.self) {
    let found = other.result()
    let difference =
      found.count == expected.count
      ? normInfinity(zip(expected, found).map { $0 - $1 }) / scale : .infinity
    guard difference <= contest.tolerance else {
      throw Disagreement(description: "\(job.name) \(job.size): results differ by \(difference)")
    }
  }

  // The results that were compared are copies that share memory: only a second run has it for itself.
  contest.ours.run(1)
  let allocations = Allocations(contest.ours)

  // What the others touch would push our data out of the cache.
  if alone { contestants.removeSubrange(1...) }
  let (times, leftOut) = timeInTurn(
    contestants.indices.map { i in
      // A raw call gets the threads that ours may use, from outside the library, which leaves OpenBLAS set to one.
      let blasThreads = i == raw ? BLASRuntime.threads : 1
      return { repetitions in
        openblas_set_num_threads(Int32(blasThreads))
        defer { openblas_set_num_threads(1) }
        contestants[i].run(repetitions)
      }
    }, quick: quick, anywhere: anywhere)
  // Only what was timed, which alone is ours.
  let timed = { (i: Int?) in i.flatMap { times.indices.contains($0) ? times[$0] : nil } }
  let loopTimes = longTime.map { Array(repeating: $0, count: times[0].count) } ?? timed(loop)
  return Timing(
    job: job.name, size: job.size, rounds: times[0].count, leftOut: leftOut, ours: Spread(times[0]),
    loop: loopTimes.map { Spread($0) }, raw: timed(raw).map { Spread($0) },
    speedup: loopTimes.map { Spread($0, over: times[0]) },
    overhead: timed(raw).map { Spread(times[0], over: $0) }, allocations: allocations,
    growth: job.growth, result: sample(expected))
}

/// Numbers of a result for other programs to compare with theirs; nil where there is one that JSON has no word for.
private func sample(_ result: [Double]) -> [Double]? {
  let step = max(1, (result.count + 9999) / 10_000)
  let found = stride(from: 0, to: result.count, by: step).map { result[$0] }
  return found.allSatisfy(\.isFinite) ? found : nil
}

/// What one thread and all that are allowed make of a job.
struct ThreadPolicy {
  let job: String
  let size: String
  let one: Spread
  let many: Spread
  /// The time of what the library chooses over that of one thread: at most 1, or threads are wasted.
  let ratio: Spread
  /// As in `Timing`.
  let leftOut: Int?
}

/// Times the library alone, on one thread in turn with as many as are allowed, of which it takes what it likes.
func measureThreads(_ job: Job, quick: Bool, anywhere: Bool) throws -> ThreadPolicy {
  let contest = try job.setUp()
  let threads = BLASRuntime.threads
  let (times, leftOut) = timeInTurn(
    [1, threads].map { count in
      { repetitions in BLASRuntime.withThreads(count) { contest.ours.run(repetitions) } }
    }, quick: quick, anywhere: anywhere)
  return ThreadPolicy(
    job: job.name, size: job.size, one: Spread(times[0]), many: Spread(times[1]),
    ratio: Spread(times[1], over: times[0]), leftOut: leftOut)
}

/// Times of a run of each, in nanoseconds, round by round.
///
/// The host of a virtual machine may put two of its processors on one core, or on chips that share no cache, and move them again
/// at any time: then two threads do no more than one, in any library. Rounds that met that are left out and repeated; where
/// no round is without, all count, and how many were left out is nil.
private func timeInTurn(
  _ contestants: [(_ repetitions: Int) -> Void], quick: Bool, anywhere: Bool
) -> (times: [[Double]], leftOut: Int?) {
  let sample = quick ? 0.5e6 : 4e6  // nanoseconds
  let budget = quick ? 30e6 : 1500e6
  let repetitions = contestants.map { run in
    var count = 1
    var time = nanoseconds(run, count)
    while time < sample {
      count = max(count + 1, Int(Double(count) * min(10, 1.2 * sample / max(time, 1))))
      time = nanoseconds(run, count)
    }
    return count
  }
  // Nothing is known of one thread, and so nothing left out.
  let threads = quick || anywhere ? 1 : Int32(BLASRuntime.threads)
  let (fewest, most) = quick ? (2, 101) : (5, 101)
  var (counted, others) = ([[Double]](), [[Double]]())
  var spent = 0.0
  while counted.count < most, counted.count + others.count < 3 * most,
    counted.count < fewest ? others.count < 3 * fewest : spent < budget
  {
    let beginsWell = placement_await(threads)
    let start = ContinuousClock.now
    var round = contestants.map { _ in 0.0 }
    // Each round begins with another contestant, so that none always follows the same one.
    for k in contestants.indices {
      let i = (k + counted.count) % contestants.count
      round[i] = nanoseconds(contestants[i], repetitions[i]) / Double(repetitions[i])
    }
    spent += start.elapsed
    if beginsWell && placement_is_good(threads) {
      counted.append(round)
    } else {
      others.append(round)
    }
  }
  let rounds = counted.isEmpty ? others : counted
  return (
    contestants.indices.map { i in rounds.map { $0[i] } }, counted.isEmpty ? nil : others.count
  )
}

extension [Contestant] {
  /// Appends one and returns where it is.
  fileprivate mutating func add(_ contestant: Contestant) -> Int {
    append(contestant)
    return count - 1
  }
}

/// The time of some repetitions.
private func nanoseconds(_ run: (_ repetitions: Int) -> Void, _ repetitions: Int) -> Double {
  let start = ContinuousClock.now
  run(repetitions)
  return start.elapsed
}

extension ContinuousClock.Instant {
  /// Nanoseconds since this instant.
  var elapsed: Double {
    let (seconds, attoseconds) = duration(to: .now).components
    return Double(seconds) * 1e9 + Double(attoseconds) * 1e-9
  }
}
