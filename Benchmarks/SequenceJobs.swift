import CBLAS
import LinAlg
import Models

/// Filters and segments: what people loop over.
func sequenceJobs() -> [Job] {
  [100_000, 1_000_000, 10_000_000].map { filterJob(.scan, $0) }
    + [.recurrence, .closedForm, .triangularBanded, .banded].map { filterJob($0, 1_000_000) }
    + [
      filterJob(.banded, 100_000),
      channelJob(.scan, 100_000), channelJob(.banded, 100_000),
      gradientJob(100_000), gradientJob(1_000_000), recursiveJob(1_000_000),
      recursiveGradientJob(100_000), recursiveGradientJob(1_000_000),
      segmentJob(10_000), segmentJob(100_000), segmentJob(1_000_000),
      segmentGradientJob(100_000), segmentGradientJob(1_000_000),
    ]
}

/// Weights from 0 to `largest`.
private func weights(_ n: Int, largest: Double = 1) -> [Double] {
  numbers(n, seed: 1).map { (0.5 + 0.5 * $0) * largest }
}

private func filterJob(_ method: TimeVaryingFilter<Double>.Method, _ n: Int) -> Job {
  Job(name: "filter \(method)", size: "\(n)", growth: Growth("filter \(method)", n)) {
    // The products of the closed form stay in range only while the weights add up to less than 700.
    let w = weights(n, largest: method == .closedForm ? 1000 / Double(n) : 1)
    let s = numbers(n, seed: 2)
    let filter = TimeVaryingFilter(weights: w, method: method)
    // Threads share a scan of what no cache holds.
    let isShared = method == .scan && n > Double._scanCached
    var raw = contestant(s, result: { _ in [] }) { y in
      unsafe traffic(n, w, s, &y, threads: isShared ? BLASRuntime.threads : 1)
    }
    if method == .banded {
      raw = contestant(s, result: { $0 }) { y in
        unsafe solveFilter(n, 1, w, s, &y)
      }
    }
    return Contest(
      ours: contestant(s, result: { $0 }) { y in try filter.apply(to: s, into: &y) },
      loop: contestant(s, result: { $0 }) { y in unsafe loopFilter(n, w, s, &y) },
      raw: raw, rawIsMemory: method != .banded, tolerance: 1e-12)
  }
}

/// What learning the weights takes besides the filter; the limit reads four arrays and writes two.
private func gradientJob(_ n: Int) -> Job {
  Job(name: "filter gradients", size: "\(n)", growth: Growth("filter gradients", n)) {
    let (w, s, g) = (weights(n), numbers(n, seed: 2), numbers(n, seed: 3))
    let filter = TimeVaryingFilter(weights: w)
    let y = try filter.apply(to: s)
    let zeros = [Double](repeating: 0, count: 2 * n)
    return Contest(
      ours: contestant(
        try filter.gradients(outputGradient: g, output: y, signal: s),
        result: { $0.weights + $0.channels.elements }
      ) { result in
        try filter.gradients(outputGradient: g, output: y, signal: s, into: &result)
      },
      loop: contestant(zeros, result: { $0 }) { target in
        unsafe target.withUnsafeMutableBufferPointer { target in
          let (byWeight, bySample) = unsafe (target.baseAddress!, target.baseAddress! + n)
          unsafe loopFilterGradients(n, w, s, y, g, byWeight: byWeight, bySample: bySample)
        }
      },
      raw: contestant(zeros, result: { _ in [] }) { target in
        unsafe traffic(n, w, s, &target, threads: BLASRuntime.threads)
        unsafe target.withUnsafeMutableBufferPointer { target in
          unsafe traffic(n, y, g, target.baseAddress! + n, threads: BLASRuntime.threads)
        }
      }, rawIsMemory: true, tolerance: 1e-12)
  }
}

/// As much traffic with memory as a filter has that stores through the caches.
private func traffic(
  _ n: Int, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ y: Doubles, threads: Int
) {
  inParts(of: n, threads: threads) { part in
    let first = part.lowerBound
    unsafe loopTriad(part.count, a + first, b + first, y + first)
  }
}

/// A part for each thread.
private func inParts(of n: Int, threads: Int, _ body: (Range<Int>) -> Void) {
  BLASRuntime.concurrently(threads) { body(n * $0 / threads..<n * ($0 + 1) / threads) }
}

/// The whole way through `dgbsv` by hand: memory for band and pivots, their setting up, the call.
private func solveFilter(
  _ n: Int, _ channels: Int, _ w: UnsafePointer<Double>, _ s: UnsafePointer<Double>, _ y: Doubles
) {
  let band = Doubles.allocate(capacity: 3 * n)
  let pivots = UnsafeMutablePointer<Int32>.allocate(capacity: n)
  defer {
    unsafe band.deallocate()
    unsafe pivots.deallocate()
  }
  for i in 0..<n {
    unsafe band[3 * i] = 0
    unsafe band[3 * i + 1] = 1
    unsafe band[3 * i + 2] = i + 1 < n ? w[i + 1] - 1 : 0
  }
  for c in 0..<channels {
    for i in 0..<n { unsafe y[c * n + i] = i == 0 ? s[c * n] : w[i] * s[c * n + i] }
  }
  _ = unsafe LAPACKE_dgbsv_work(
    LAPACK_COL_MAJOR, Int32(n), 1, 0, Int32(channels), band, 3, pivots, y, Int32(n))
}

/// 64 channels; the loop runs down each, the limit over all of them at each time.
private func channelJob(_ method: TimeVaryingFilter<Double>.Method, _ n: Int) -> Job {
  Job(name: "filter \(method)", size: "\(n)×64") {
    let (w, numbers) = (weights(n), numbers(64 * n, seed: 2))
    let s = try Matrix(rows: n, columns: 64, columnMajor: numbers)
    let byTime = s.transposed().elements
    let filter = TimeVaryingFilter(weights: w, method: method)
    var raw = contestant(
      byTime,
      result: { y in
        (try? Matrix(rows: n, columns: 64, rowMajor: y))?.elements ?? []
      }
    ) { y in unsafe loopFilterByTime(n, w, byTime, &y) }
    if method == .banded {
      raw = contestant(numbers, result: { $0 }) { y in
        unsafe solveFilter(n, 64, w, numbers, &y)
      }
    }
    return Contest(
      ours: contestant(s, result: \.elements) { y in try filter.apply(to: s, into: &y) },
      loop: contestant(numbers, result: { $0 }) { y in
        unsafe numbers.withUnsafeBufferPointer { s in
          unsafe y.withUnsafeMutableBufferPointer { y in
            for c in 0..<64 {
              unsafe loopFilter(n, w, s.baseAddress! + c * n, y.baseAddress! + c * n)
            }
          }
        }
      },
      raw: raw, tolerance: 1e-12)
  }
}

/// Two outputs fed back, one input before the newest; the limit reads and writes as much.
private func recursiveJob(_ n: Int) -> Job {
  Job(name: "recursive filter (2, 1)", size: "\(n)") {
    let a = try Matrix(rows: n, columns: 2, columnMajor: numbers(2 * n, seed: 1).map { 0.45 * $0 })
    let b = try Matrix(rows: n, columns: 2, columnMajor: numbers(2 * n, seed: 2))
    let x = numbers(n, seed: 3)
    let filter = try TimeVaryingRecursiveFilter(feedback: a, feedforward: b)
    return Contest(
      ours: contestant(Matrix(column: x), result: \.elements) { y in
        _ = try filter.apply(to: Matrix(column: x), into: &y)
      },
      loop: contestant(x, result: { $0 }) { y in
        unsafe a.withUnsafeBufferPointer { a in
          unsafe b.withUnsafeBufferPointer { b in
            unsafe y.withUnsafeMutableBufferPointer { y in
              var (one, two, before) = (0.0, 0.0, 0.0)
              for i in 0..<n {
                let input = unsafe b[i] * x[i] + b[n + i] * before
                let output = unsafe (input + a[n + i] * two) + a[i] * one
                (two, one, before) = (one, output, x[i])
                unsafe y[i] = output
              }
            }
          }
        }
      },
      raw: contestant(x, result: { $0 }) { y in
        let (a, b) = (a.elements, b.elements)
        unsafe a.withUnsafeBufferPointer { a in
          unsafe b.withUnsafeBufferPointer { b in
            let (a, b) = (a.baseAddress!, b.baseAddress!)
            unsafe y.withUnsafeMutableBufferPointer { y in
              for i in 0..<n { unsafe y[i] = (a[i] + a[n + i]) + (b[i] + b[n + i]) + x[i] }
            }
          }
        }
      }, rawIsMemory: true, tolerance: 1e-12)
  }
}

/// What learning its coefficients takes besides; the limit reads seven arrays and writes five.
private func recursiveGradientJob(_ n: Int) -> Job {
  Job(
    name: "recursive gradients (2, 1)", size: "\(n)", growth: Growth("recursive gradients", n)
  ) {
    let a = try Matrix(rows: n, columns: 2, columnMajor: numbers(2 * n, seed: 1).map { 0.45 * $0 })
    let b = try Matrix(rows: n, columns: 2, columnMajor: numbers(2 * n, seed: 2))
    let (x, g) = (numbers(n, seed: 3), numbers(n, seed: 4))
    let filter = try TimeVaryingRecursiveFilter(feedback: a, feedforward: b)
    let y = try filter.apply(to: x).output
    let zeros = [Double](repeating: 0, count: 5 * n)
    return Contest(
      ours: contestant(
        try filter.gradients(outputGradient: g, output: y, signal: x),
        result: { $0.signal + $0.feedback.elements + $0.feedforward.elements }
      ) { result in
        try filter.gradients(outputGradient: g, output: y, signal: x, into: &result)
      },
      loop: contestant(zeros, result: { $0 }) { target in
        unsafe target.withUnsafeMutableBufferPointer { target in
          unsafe loopRecursiveGradients(
            n, a.elements, b.elements, x, y, g, target.baseAddress!)
        }
      },
      raw: contestant(zeros, result: { _ in [] }) { target in
        unsafe target.withUnsafeMutableBufferPointer { target in
          unsafe recursiveTraffic(n, a.elements, b.elements, x, y, g, target.baseAddress!)
        }
      }, rawIsMemory: true, tolerance: 1e-12)
  }
}

private func recursiveTraffic(
  _ n: Int, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
  _ y: UnsafePointer<Double>, _ g: UnsafePointer<Double>, _ target: Doubles
) {
  inParts(of: n, threads: BLASRuntime.threads) { part in
    for i in part {
      unsafe target[i] = g[i]
      unsafe target[n + i] = a[i] + a[n + i]
      unsafe target[2 * n + i] = b[i] + b[n + i]
      unsafe target[3 * n + i] = x[i] + y[i]
      unsafe target[4 * n + i] = 0
    }
  }
}

/// Offsets of segments of 1 to 20 values.
private func segments(_ n: Int) -> [Int] {
  var offsets = [0]
  for number in numbers(n, seed: 4) {
    if offsets.last! == n { break }
    offsets.append(min(n, offsets.last! + 1 + Int((number + 1) * 10)))
  }
  return offsets
}

/// The limit copies.
private func segmentJob(_ n: Int) -> Job {
  Job(name: "segmented softmax", size: "\(n), 1–20", growth: Growth("segmented softmax", n)) {
    let offsets = segments(n)
    let x = numbers(n, seed: 1).map { 5 * $0 }
    let groups = try SegmentedSoftmax(offsets: offsets)
    return Contest(
      ours: contestant(x, result: { $0 }) { y in y = try groups.softmax(x) },
      loop: contestant(x, result: { $0 }) { y in
        unsafe x.withUnsafeBufferPointer { x in
          unsafe y.withUnsafeMutableBufferPointer { y in
            for k in 0..<offsets.count - 1 {
              let start = offsets[k]
              unsafe loopSoftmax(
                offsets[k + 1] - start, x.baseAddress! + start, y.baseAddress! + start)
            }
          }
        }
      }, raw: contestant(x, result: { $0 }) { y in copy(x, into: &y) }, rawIsMemory: true,
      tolerance: 1e-14)
  }
}

/// From gradients with respect to probabilities to those with respect to values; the limit reads and writes as much.
private func segmentGradientJob(_ n: Int) -> Job {
  Job(name: "segmented gradients", size: "\(n), 1–20", growth: Growth("segmented gradients", n)) {
    let offsets = segments(n)
    let groups = try SegmentedSoftmax(offsets: offsets)
    let (p, g) = (try groups.softmax(numbers(n, seed: 1)), numbers(n, seed: 2))
    return Contest(
      ours: contestant(p, result: { $0 }) { y in
        y = try groups.softmaxGradient(probabilities: p, outputGradient: g)
      },
      loop: contestant(p, result: { $0 }) { y in
        unsafe p.withUnsafeBufferPointer { p in
          unsafe g.withUnsafeBufferPointer { g in
            unsafe y.withUnsafeMutableBufferPointer { y in
              for k in 0..<offsets.count - 1 {
                var mean = 0.0
                for j in offsets[k]..<offsets[k + 1] { unsafe mean += g[j] * p[j] }
                for j in offsets[k]..<offsets[k + 1] { unsafe y[j] = p[j] * (g[j] - mean) }
              }
            }
          }
        }
      },
      raw: contestant(p, result: { _ in [] }) { y in
        unsafe traffic(n, p, g, &y, threads: n > 1 << 16 ? BLASRuntime.threads : 1)
      }, rawIsMemory: true, tolerance: 1e-14)
  }
}
