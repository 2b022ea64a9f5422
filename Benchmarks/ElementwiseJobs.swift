import Foundation
import LinAlg

func elementwiseJobs() -> [Job] {
  [
    elementwiseJob("exp", .exp) { Foundation.exp($0) },
    elementwiseJob("tanh", .tanh) { Foundation.tanh($0) },
    elementwiseJob("sigmoid", .sigmoid) {
      let e = Foundation.exp(-$0.magnitude)
      return ($0 < 0 ? e : 1) / (1 + e)
    },
    elementwiseJob("softplus", .softplus) {
      max($0, 0) + Foundation.log1p(Foundation.exp(-$0.magnitude))
    },
    softmaxJob(rows: 100_000, columns: 10),
  ]
}

/// A vector function against a loop over libm, into which `scalar` is inlined.
@inline(__always)
private func elementwiseJob(
  _ name: String, _ function: ElementwiseFunction, _ scalar: @escaping (Double) -> Double
) -> Job {
  let n = 1_000_000
  return Job(name: name, size: "\(n)") {
    let x = numbers(n, seed: 1).map { 5 * $0 }
    return Contest(
      ours: contestant(x, result: { $0 }) { y in
        unsafe x.withUnsafeBufferPointer { x in
          unsafe y.withUnsafeMutableBufferPointer { y in unsafe apply(function, to: x, into: y) }
        }
      },
      loop: contestant(x, result: { $0 }) { y in
        unsafe y.withUnsafeMutableBufferPointer { y in
          for i in 0..<n { unsafe y[i] = scalar(x[i]) }
        }
      }, tolerance: 1e-15)
  }
}

private func softmaxJob(rows m: Int, columns n: Int) -> Job {
  Job(name: "softmax of rows", size: "\(m)×\(n)") {
    let x = try Matrix(rows: m, columns: n, columnMajor: numbers(m * n, seed: 1).map { 5 * $0 })
    return Contest(
      ours: contestant(x, result: \.elements) { y in y = softmax(x) },
      loop: contestant(x.elements, result: { $0 }) { y in
        unsafe x.withUnsafeBufferPointer { x in
          unsafe y.withUnsafeMutableBufferPointer { y in
            for i in 0..<m {
              var (largest, sum) = (-Double.infinity, 0.0)
              for j in 0..<n { unsafe largest = max(largest, x[i + j * m]) }
              for j in 0..<n {
                let e = unsafe Foundation.exp(x[i + j * m] - largest)
                unsafe y[i + j * m] = e
                sum += e
              }
              for j in 0..<n { unsafe y[i + j * m] /= sum }
            }
          }
        }
      }, tolerance: 1e-14)
  }
}
