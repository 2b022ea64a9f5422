import CBLAS
import LinAlg

func bandJobs() -> [Job] {
  [(1, 0), (1, 1), (2, 2), (10, 10)].map { bandJob(100_000, $0, $1) }
    + [1000, 10_000].map { bandJob($0, 1, 1) } + [1, 10].map { definiteBandJob(100_000, $0) }
    + [1000, 10_000, 100_000].map(tridiagonalJob)
}

/// From diagonals to solution: building the band is part of the job.
private func bandJob(_ n: Int, _ kl: Int, _ ku: Int) -> Job {
  Job(
    name: "band solve", size: "\(n), (\(kl), \(ku))",
    growth: kl == 1 && ku == 1 ? Growth("band solve (1, 1)", n) : nil
  ) {
    let diagonals = (-kl...ku).map { k in
      numbers(n - abs(k), seed: UInt64(k + 100)).map { k == 0 ? $0 + Double(kl + ku + 1) : $0 }
    }
    let named = Dictionary(uniqueKeysWithValues: zip(-kl...ku, diagonals))
    let b = numbers(n, seed: 2)
    let step = 2 * kl + ku + 1

    struct State {
      var band: [Double]
      var x: [Double]
      var pivots: [Int32]
    }
    let empty = State(
      band: Array(repeating: 0, count: n * step), x: b, pivots: Array(repeating: 0, count: n))
    // Builds the band in LAPACK's storage column by column, as somebody would who calls it by hand.
    func build(_ state: inout State) {
      for j in 0..<n {
        for (index, diagonal) in diagonals.enumerated() {
          let t = j - max(0, index - kl)
          if diagonal.indices.contains(t) {
            state.band[2 * kl + ku - index + j * step] = diagonal[t]
          }
        }
      }
      for i in b.indices { state.x[i] = b[i] }
    }
    return Contest(
      ours: contestant(b, result: { $0 }) { x in
        x = try BandMatrix(order: n, diagonals: named).solve(b)
      },
      loop: contestant(empty, result: \.x) { s in
        build(&s)
        unsafe loopBandSolve(n, kl, ku, &s.band, &s.x)
      },
      raw: contestant(empty, result: \.x) { s in
        build(&s)
        _ = unsafe LAPACKE_dgbsv_work(
          LAPACK_COL_MAJOR, Int32(n), Int32(kl), Int32(ku), 1, &s.band, Int32(step), &s.pivots,
          &s.x, Int32(n))
      })
  }
}

/// A symmetric positive definite band matrix that is there, factored and solved; the limit is `dpbsv` after a copy.
private func definiteBandJob(_ n: Int, _ k: Int) -> Job {
  Job(name: "band Cholesky solve", size: "\(n), \(k)") {
    let diagonals = (0...k).map { numbers(n - $0, seed: UInt64(100 + $0)) }
    var named: [Int: [Double]] = [0: diagonals[0].map { $0 + Double(2 * k + 1) }]
    for d in 1...k { (named[d], named[-d]) = (diagonals[d], diagonals[d]) }
    let matrix = try BandMatrix(order: n, diagonals: named)
    let b = numbers(n, seed: 2)
    let band = (0..<n).flatMap { j in
      (0...k).map { j + $0 < n ? named[-$0]![j] : 0 }
    }
    struct State {
      var band: [Double]
      var x: [Double]
    }
    return Contest(
      ours: contestant(b, result: { $0 }) { x in
        x = try BandCholesky(matrix).solve(b)
      },
      loop: contestant(State(band: band, x: b), result: \.x) { s in
        copy(band, into: &s.band)
        copy(b, into: &s.x)
        unsafe loopBandCholeskySolve(n, k, &s.band, &s.x)
      },
      raw: contestant(State(band: band, x: b), result: \.x) { s in
        copy(band, into: &s.band)
        copy(b, into: &s.x)
        _ = unsafe LAPACKE_dpbsv_work(
          LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), Int32(n), Int32(k), 1, &s.band, Int32(k + 1),
          &s.x, Int32(n))
      })
  }
}

private func tridiagonalJob(_ n: Int) -> Job {
  Job(name: "tridiagonal", size: "\(n)", growth: Growth("tridiagonal", n)) {
    let (lower, upper) = (numbers(n - 1, seed: 1), numbers(n - 1, seed: 2))
    let (diagonal, b) = (numbers(n, seed: 3).map { $0 + 4 }, numbers(n, seed: 4))
    struct State {
      var lower: [Double]
      var diagonal: [Double]
      var upper: [Double]
      var x: [Double]
    }
    let empty = State(lower: lower, diagonal: diagonal, upper: upper, x: b)
    return Contest(
      ours: contestant(b, result: { $0 }) { x in
        x = try Tridiagonal.solve(lower: lower, diagonal: diagonal, upper: upper, b)
      },
      loop: contestant(empty, result: \.x) { s in
        for i in 0..<n { (s.diagonal[i], s.x[i]) = (diagonal[i], b[i]) }
        unsafe loopTridiagonalSolve(n, lower, &s.diagonal, upper, &s.x)
      },
      raw: contestant(empty, result: \.x) { s in
        for i in 0..<n { (s.diagonal[i], s.x[i]) = (diagonal[i], b[i]) }
        for i in 0..<n - 1 { (s.lower[i], s.upper[i]) = (lower[i], upper[i]) }
        _ = unsafe LAPACKE_dgtsv_work(
          LAPACK_COL_MAJOR, Int32(n), 1, &s.lower, &s.diagonal, &s.upper, &s.x, Int32(n))
      })
  }
}
