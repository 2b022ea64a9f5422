import CBLAS
import LinAlg

/// Factorizations alone, from an intact matrix to the factors; the limit is the LAPACKE call after a copy into memory that is there.
///
/// Loops that solve systems solve one with 0 on the right.
/// Only the diagonal of the factors is kept, so that their memory is free again for the next, as at the end of a loop's body.
func factorizationJobs() -> [Job] {
  [
    luJob(1000), choleskyJob(1000), qrJob(1000, 1000), qrJob(20_000, 100), symmetricEigenJob(100),
    symmetricEigenJob(500), svdJob(100), svdJob(500), eigenJob(200),
  ]
}

/// What a LAPACK routine works on.
private struct Memory {
  let rows: Int
  var a: [Double]
  var values: [Double]
  var second: [Double]
  var third: [Double]
  var work: [Double]
  var integers: [Int32]

  init(_ order: Int, rows: Int? = nil, work: Int, integers: Int, vectors: Bool = false) {
    self.rows = rows ?? order
    a = Array(repeating: 0, count: self.rows * order)
    values = Array(repeating: 0, count: order)
    let column = Array(repeating: 0.0, count: self.rows)
    (second, third) = (vectors ? a : column, vectors ? a : column)
    self.work = Array(repeating: 0, count: max(1, work))
    self.integers = Array(repeating: 0, count: max(1, integers))
  }

  /// That of the factor: what results are compared by.
  var diagonal: [Double] { values.indices.map { a[$0 * (rows + 1)] } }

  /// Copies the matrix into the memory that is about to be overwritten.
  mutating func refresh(_ matrix: Matrix<Double>) { copy(matrix.elements, into: &a) }
}

private let lower = CChar(UInt8(ascii: "L"))
private let yes = CChar(UInt8(ascii: "V"))

private func luJob(_ n: Int) -> Job {
  Job(name: "LU", size: "\(n)×\(n)") {
    let (a, order) = (try systemMatrix(n), Int32(n))
    return Contest(
      ours: contestant([Double](), result: { $0 }) { $0 = try LU(a).determinantFactors },
      loop: contestant(Memory(n, work: 0, integers: 0), result: \.diagonal) { s in
        s.refresh(a)
        unsafe loopSolve(n, &s.a, &s.values)
      },
      raw: contestant(Memory(n, work: 0, integers: n), result: \.diagonal) { s in
        s.refresh(a)
        _ = unsafe LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, order, order, &s.a, order, &s.integers)
      })
  }
}

private func choleskyJob(_ n: Int) -> Job {
  Job(name: "Cholesky", size: "\(n)×\(n)") {
    let (a, order) = (try definiteMatrix(n), Int32(n))
    return Contest(
      ours: contestant([Double](), result: { Array($0.prefix(n)) }) {
        $0 = try Cholesky(a).determinantFactors
      },
      loop: contestant(Memory(n, work: 0, integers: 0), result: \.diagonal) { s in
        s.refresh(a)
        unsafe loopCholeskySolve(n, &s.a, &s.values)
      },
      raw: contestant(Memory(n, work: 0, integers: 0), result: \.diagonal) { s in
        s.refresh(a)
        _ = unsafe LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, lower, order, &s.a, order)
      })
  }
}

private func qrJob(_ m: Int, _ n: Int) -> Job {
  Job(name: "QR", size: "\(m)×\(n)") {
    let a =
      m == n
      ? try systemMatrix(n) : try Matrix(rows: m, columns: n, columnMajor: numbers(m * n, seed: 1))
    let (rows, columns) = (Int32(m), Int32(n))
    var best = 0.0
    _ = unsafe LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, rows, columns, nil, rows, nil, &best, -1)
    return Contest(
      ours: contestant([Double](), result: { $0 }) { $0 = try QR(a).determinantFactors },
      loop: contestant(Memory(n, rows: m, work: 0, integers: 0), result: \.diagonal) { s in
        s.refresh(a)
        unsafe loopLeastSquares(m, n, &s.a, &s.second)
      },
      raw: contestant(Memory(n, rows: m, work: Int(best), integers: 0), result: \.diagonal) { s in
        s.refresh(a)
        _ = unsafe LAPACKE_dgeqrf_work(
          LAPACK_COL_MAJOR, rows, columns, &s.a, rows, &s.values, &s.work, Int32(s.work.count))
      })
  }
}

/// Values and vectors; the loop is Jacobi's method.
private func symmetricEigenJob(_ n: Int) -> Job {
  Job(name: "SymmetricEigen", size: "\(n)×\(n)", growth: Growth("SymmetricEigen", n)) {
    let (a, order) = (try definiteMatrix(n), Int32(n))
    var (best, integers) = (0.0, Int32(0))
    _ = unsafe LAPACKE_dsyevd_work(
      LAPACK_COL_MAJOR, yes, lower, order, nil, order, nil, &best, -1, &integers, -1)
    return Contest(
      ours: contestant([Double](), result: { $0 }) { result in
        result = try SymmetricEigen(a).values
      },
      loop: contestant(
        Memory(n, work: 0, integers: 0, vectors: true), result: { $0.values.sorted() }
      ) { s in
        s.refresh(a)
        unsafe loopSymmetricEigen(n, &s.a, &s.second, &s.values)
      },
      loopIsLong: n > 100,
      raw: contestant(Memory(n, work: Int(best), integers: Int(integers)), result: \.values) { s in
        s.refresh(a)
        _ = unsafe LAPACKE_dsyevd_work(
          LAPACK_COL_MAJOR, yes, lower, order, &s.a, order, &s.values, &s.work,
          Int32(s.work.count), &s.integers, Int32(s.integers.count))
      })
  }
}

/// Values and both sides of vectors; the loop is the one-sided Jacobi method.
private func svdJob(_ n: Int) -> Job {
  Job(name: "SVD", size: "\(n)×\(n)", growth: Growth("SVD", n)) {
    let (a, order) = (try systemMatrix(n), Int32(n))
    let job = CChar(UInt8(ascii: "S"))
    var best = 0.0
    _ = unsafe LAPACKE_dgesdd_work(
      LAPACK_COL_MAJOR, job, order, order, nil, order, nil, nil, order, nil, order, &best, -1, nil)
    return Contest(
      ours: contestant([Double](), result: { $0 }) { result in
        result = try SVD(a).singularValues
      },
      loop: contestant(
        Memory(n, work: 0, integers: 0, vectors: true), result: { $0.values.sorted(by: >) }
      ) { s in
        s.refresh(a)
        unsafe loopSVD(n, n, &s.a, &s.second, &s.values)
      },
      loopIsLong: n > 100,
      raw: contestant(
        Memory(n, work: Int(best), integers: 8 * n, vectors: true), result: \.values
      ) { s in
        s.refresh(a)
        _ = unsafe LAPACKE_dgesdd_work(
          LAPACK_COL_MAJOR, job, order, order, &s.a, order, &s.values, &s.second, order, &s.third,
          order, &s.work, Int32(s.work.count), &s.integers)
      })
  }
}

/// Values and right vectors of a general matrix; nobody writes that loop.
private func eigenJob(_ n: Int) -> Job {
  Job(name: "Eigen", size: "\(n)×\(n)") {
    let (a, order) = (try systemMatrix(n), Int32(n))
    let no = CChar(UInt8(ascii: "N"))
    var best = 0.0
    _ = unsafe LAPACKE_dgeev_work(
      LAPACK_COL_MAJOR, no, yes, order, nil, order, nil, nil, nil, order, nil, order, &best, -1)
    return Contest(
      ours: contestant([Double](), result: { $0.sorted() }) { result in
        result = try Eigen(a).realParts
      },
      raw: contestant(
        Memory(n, work: Int(best), integers: 0, vectors: true), result: { $0.values.sorted() }
      ) { s in
        s.refresh(a)
        _ = unsafe LAPACKE_dgeev_work(
          LAPACK_COL_MAJOR, no, yes, order, &s.a, order, &s.values, &s.third, nil, order, &s.second,
          order, &s.work, Int32(s.work.count))
      }, tolerance: 1e-9)
  }
}
