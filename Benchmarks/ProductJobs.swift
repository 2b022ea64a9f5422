import CBLAS
import LinAlg

func productJobs() -> [Job] {
  [4, 8, 16, 64, 256, 512, 1024].map(gemmJob) + [floatGemmJob(1024)]
    + [64, 512, 2000].map(gemvJob) + [100, 10_000, 1_000_000].map(dotJob)
    + [transpositionJob(1000), elementAccessJob(500)]
}

private func gemmJob(_ n: Int) -> Job {
  Job(name: "gemm", size: "\(n)×\(n)", growth: Growth("gemm", n)) {
    let a = try Matrix(rows: n, columns: n, columnMajor: numbers(n * n, seed: 1))
    let b = try Matrix(rows: n, columns: n, columnMajor: numbers(n * n, seed: 2))
    let zero = [Double](repeating: 0, count: n * n)
    let order = Int32(n)
    return Contest(
      ours: contestant(Matrix<Double>(rows: n, columns: n), result: \.elements) { c in
        multiply(a, b, into: &c)
      },
      loop: contestant(zero, result: { $0 }) { c in
        unsafe loopMultiply(n, a.elements, b.elements, &c)
      },
      raw: contestant(zero, result: { $0 }) { c in
        unsafe cblas_dgemm(
          CblasColMajor, CblasNoTrans, CblasNoTrans, order, order, order, 1, a.elements, order,
          b.elements, order, 0, &c, order)
      })
  }
}

private func floatGemmJob(_ n: Int) -> Job {
  Job(name: "gemm Float", size: "\(n)×\(n)") {
    let a = try Matrix(rows: n, columns: n, columnMajor: numbers(n * n, seed: 1).map { Float($0) })
    let b = try Matrix(rows: n, columns: n, columnMajor: numbers(n * n, seed: 2).map { Float($0) })
    let zero = [Float](repeating: 0, count: n * n)
    let order = Int32(n)
    let widen = { (c: [Float]) in c.map { Double($0) } }
    return Contest(
      ours: contestant(Matrix<Float>(rows: n, columns: n), result: { widen($0.elements) }) { c in
        multiply(a, b, into: &c)
      },
      loop: contestant(zero, result: widen) { c in
        unsafe loopMultiply(n, a.elements, b.elements, &c)
      },
      raw: contestant(zero, result: widen) { c in
        unsafe cblas_sgemm(
          CblasColMajor, CblasNoTrans, CblasNoTrans, order, order, order, 1, a.elements, order,
          b.elements, order, 0, &c, order)
      }, tolerance: 1e-4)
  }
}

private func gemvJob(_ n: Int) -> Job {
  Job(name: "gemv", size: "\(n)×\(n)", growth: Growth("gemv", n)) {
    let a = try Matrix(rows: n, columns: n, columnMajor: numbers(n * n, seed: 1))
    let x = numbers(n, seed: 2)
    let zero = [Double](repeating: 0, count: n)
    let order = Int32(n)
    return Contest(
      ours: contestant(zero, result: { $0 }) { y in multiply(a, x, into: &y) },
      loop: contestant(zero, result: { $0 }) { y in unsafe loopMultiply(n, n, a.elements, x, &y) },
      raw: contestant(zero, result: { $0 }) { y in
        unsafe cblas_dgemv(
          CblasColMajor, CblasNoTrans, order, order, 1, a.elements, order, x, 1, 0, &y, 1)
      })
  }
}

private func dotJob(_ n: Int) -> Job {
  Job(name: "dot", size: "\(n)", growth: Growth("dot", n)) {
    let (x, y) = (numbers(n, seed: 1), numbers(n, seed: 2).map { $0 + 2 })
    let count = Int32(n)
    return Contest(
      ours: contestant(0.0, result: { [$0] }) { $0 = dot(x, y) },
      loop: contestant(0.0, result: { [$0] }) { $0 = unsafe loopDot(n, x, y) },
      raw: contestant(0.0, result: { [$0] }) { $0 = unsafe cblas_ddot(count, x, 1, y, 1) },
      tolerance: 1e-9)
  }
}

/// In new memory, against a loop over blocks into memory that is there; the limit copies.
private func transpositionJob(_ n: Int) -> Job {
  Job(name: "transposed", size: "\(n)×\(n)") {
    let a = try Matrix(rows: n, columns: n, columnMajor: numbers(n * n, seed: 1))
    return Contest(
      ours: contestant(a, result: \.elements) { b in b = a.transposed() },
      loop: contestant(a.elements, result: { $0 }) { b in unsafe loopTranspose(n, a.elements, &b) },
      raw: contestant(a.elements, result: { _ in [] }) { b in copy(a.elements, into: &b) },
      rawIsMemory: true, tolerance: 0)
  }
}

/// Every element read and written through the public subscript, against the same over an array.
private func elementAccessJob(_ n: Int) -> Job {
  Job(name: "subscript", size: "\(n)×\(n)") {
    let zero = [Double](repeating: 0, count: n * n)
    return Contest(
      ours: contestant(Matrix<Double>(rows: n, columns: n), result: \.elements) { touch(&$0) },
      loop: contestant(zero, result: { $0 }) { touch(&$0, n) }, tolerance: 0)
  }
}

@inline(never)
private func touch(_ a: inout Matrix<Double>) {
  for j in 0..<a.columns {
    for i in 0..<a.rows { a[i, j] = 0.5 * a[i, j] + Double(i) }
  }
}

@inline(never)
private func touch(_ a: inout [Double], _ n: Int) {
  for j in 0..<n {
    for i in 0..<n { a[i + j * n] = 0.5 * a[i + j * n] + Double(i) }
  }
}
