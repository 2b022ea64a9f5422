import CBLAS
import LinAlg

/// A system in memory of its own, solved anew each time from a fresh copy.
private struct System {
  var a: [Double]
  var b: [Double]
  var x: [Double]
  var pivots: [Int32]

  init(_ a: Matrix<Double>, _ b: [Double]) {
    (self.a, self.b, x) = (a.elements, b, b)
    pivots = Array(repeating: 0, count: a.columns)
  }

  /// Copies the data into the memory that is about to be overwritten, without allocating.
  mutating func refresh(_ matrix: Matrix<Double>, _ rightHandSide: [Double]) {
    copy(matrix.elements, into: &a)
    copy(rightHandSide, into: &x)
  }
}

func solveJobs() -> [Job] {
  [4, 8, 100, 1000].flatMap { [luJob($0), choleskyJob($0)] } + [
    luJob(4, isReversed: true), luJob(8, isReversed: true),
    qrJob(100, 100), qrJob(1000, 200), leastSquaresJob(1000, 200, rank: 200),
    leastSquaresJob(1000, 200, rank: 150),
  ]
}

/// A matrix whose diagonal is larger than the rest of each row, or one whose rows must be exchanged.
private func luJob(_ n: Int, isReversed: Bool = false) -> Job {
  Job(
    name: "LU solve", size: isReversed ? "\(n)×\(n), rows reversed" : "\(n)×\(n)",
    growth: isReversed ? nil : Growth("LU solve", n)
  ) {
    let (system, b) = (try systemMatrix(n), numbers(n, seed: 2))
    let a = isReversed ? Matrix(rows: n, columns: n) { system[n - 1 - $0, $1] } : system
    let order = Int32(n)
    return Contest(
      ours: contestant(b, result: { $0 }) { x in x = try a.solve(b) },
      loop: contestant(System(a, b), result: \.x) { s in
        s.refresh(a, b)
        unsafe loopSolve(n, &s.a, &s.x)
      },
      raw: contestant(System(a, b), result: \.x) { s in
        s.refresh(a, b)
        _ = unsafe LAPACKE_dgesv_work(
          LAPACK_COL_MAJOR, order, 1, &s.a, order, &s.pivots, &s.x, order)
      })
  }
}

private func choleskyJob(_ n: Int) -> Job {
  Job(name: "Cholesky solve", size: "\(n)×\(n)", growth: Growth("Cholesky solve", n)) {
    let (a, b) = (try definiteMatrix(n), numbers(n, seed: 2))
    let order = Int32(n)
    return Contest(
      ours: contestant(b, result: { $0 }) { x in x = try a.solve(b, positiveDefinite: .lower) },
      loop: contestant(System(a, b), result: \.x) { s in
        s.refresh(a, b)
        unsafe loopCholeskySolve(n, &s.a, &s.x)
      },
      raw: contestant(System(a, b), result: \.x) { s in
        s.refresh(a, b)
        _ = unsafe LAPACKE_dposv_work(
          LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), order, 1, &s.a, order, &s.x, order)
      })
  }
}

/// The workspace that `dgels` asks for.
func leastSquaresWorkspace(_ rows: Int32, _ columns: Int32) -> [Double] {
  var best = 0.0
  _ = unsafe LAPACKE_dgels_work(
    LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), rows, columns, 1, nil, rows, nil, rows, &best, -1)
  return Array(repeating: 0, count: Int(best))
}

private func qrJob(_ m: Int, _ n: Int) -> Job {
  Job(name: "QR solve", size: "\(m)×\(n)") {
    let a = try Matrix(rows: m, columns: n, columnMajor: numbers(m * n, seed: 1))
    let b = numbers(m, seed: 2)
    let (rows, columns) = (Int32(m), Int32(n))
    let none = CChar(UInt8(ascii: "N"))
    var work = leastSquaresWorkspace(rows, columns)
    return Contest(
      ours: contestant(b, result: { $0 }) { x in x = try QR(a).solve(b) },
      loop: contestant(System(a, b), result: { Array($0.x[..<n]) }) { s in
        s.refresh(a, b)
        unsafe loopLeastSquares(m, n, &s.a, &s.x)
      },
      raw: contestant(System(a, b), result: { Array($0.x[..<n]) }) { s in
        s.refresh(a, b)
        _ = unsafe LAPACKE_dgels_work(
          LAPACK_COL_MAJOR, none, rows, columns, 1, &s.a, rows, &s.x, rows, &work, Int32(work.count)
        )
      }, tolerance: 1e-8)
  }
}

/// Least squares of any rank: least norm where columns depend on others; the limit is `dgelsd`, the loop Jacobi's method then.
private func leastSquaresJob(_ m: Int, _ n: Int, rank: Int) -> Job {
  Job(name: "least squares", size: rank == n ? "\(m)×\(n)" : "\(m)×\(n), rank \(rank)") {
    let basis = try Matrix(rows: m, columns: rank, columnMajor: numbers(m * rank, seed: 1))
    let mixing = try Matrix(rows: rank, columns: n, columnMajor: numbers(rank * n, seed: 3))
    let a = rank == n ? basis : basis * mixing
    let b = numbers(m, seed: 2)
    let (rows, columns) = (Int32(m), Int32(n))
    var (best, integers, found) = (0.0, Int32(0), Int32(0))
    _ = unsafe LAPACKE_dgelsd_work(
      LAPACK_COL_MAJOR, rows, columns, 1, nil, rows, nil, rows, nil, 1e-12, &found, &best, -1,
      &integers)
    struct State {
      var system: System
      var values: [Double]
      var vectors: [Double]
      var work: [Double]
      var integers: [Int32]
    }
    let empty = State(
      system: System(a, b), values: Array(repeating: 0, count: n),
      vectors: Array(repeating: 0, count: n * n),
      work: Array(repeating: 0, count: Int(best)),
      integers: Array(repeating: 0, count: Int(integers)))
    return Contest(
      ours: contestant(b, result: { $0 }) { x in
        x = try leastSquares(a, b).coefficients
      },
      loop: contestant(empty, result: { Array($0.system.x[..<n]) }) { s in
        s.system.refresh(a, b)
        if rank < n {
          unsafe loopMinimumNorm(m, n, &s.system.a, &s.vectors, &s.values, &s.system.x)
        } else {
          unsafe loopLeastSquares(m, n, &s.system.a, &s.system.x)
        }
      },
      raw: contestant(empty, result: { Array($0.system.x[..<n]) }) { s in
        s.system.refresh(a, b)
        var rank: Int32 = 0
        _ = unsafe LAPACKE_dgelsd_work(
          LAPACK_COL_MAJOR, rows, columns, 1, &s.system.a, rows, &s.system.x, rows, &s.values,
          1e-12,
          &rank, &s.work, Int32(s.work.count), &s.integers)
      }, tolerance: 1e-8)
  }
}
