import Foundation
import LinAlg

func elementwiseJobs() -> [Job] {
  functionJobs("", Double.self) + functionJobs(" Float", Float.self) + [
    sigmoidJob("sigmoid", 1000, Double.self), sigmoidJob("sigmoid", 30_000, Double.self),
    softmaxJob(rows: 100_000, columns: 10, each: .row),
    softmaxJob(rows: 10, columns: 100_000, each: .column),
  ]
}

@inline(__always)
private func functionJobs<T: Scalar>(_ suffix: String, _: T.Type) -> [Job] {
  [
    functionJob("exp" + suffix, .exp, T.self) { T(Foundation.exp(Double($0))) },
    functionJob("expm1" + suffix, .expm1, T.self) { T(Foundation.expm1(Double($0))) },
    functionJob("log" + suffix, .log, T.self) { T(Foundation.log(Double($0))) },
    functionJob("log1p" + suffix, .log1p, T.self) { T(Foundation.log1p(Double($0))) },
    functionJob("tanh" + suffix, .tanh, T.self) { T(Foundation.tanh(Double($0))) },
    sigmoidJob("sigmoid" + suffix, 1_000_000, T.self),
    functionJob("softplus" + suffix, .softplus, T.self) {
      max($0, 0) + T(Foundation.log1p(Foundation.exp(Double(-$0.magnitude))))
    },
    functionJob("relu" + suffix, .relu, T.self) { max($0, 0) },
  ]
}

@inline(__always)
private func sigmoidJob<T: Scalar>(_ name: String, _ n: Int, _: T.Type) -> Job {
  functionJob(name, .sigmoid, T.self, n) {
    let e = T(Foundation.exp(Double(-$0.magnitude)))
    return ($0 < 0 ? e : 1) / (1 + e)
  }
}

/// A vector function against a loop over libm, into which `scalar` is inlined, and against copying.
@inline(__always)
private func functionJob<T: Scalar>(
  _ name: String, _ function: ElementwiseFunction, _: T.Type, _ n: Int = 1_000_000,
  _ scalar: @escaping (T) -> T
) -> Job {
  Job(name: name, size: "\(n)", growth: name == "sigmoid" ? Growth(name, n) : nil) {
    let isLogarithm = function == .log || function == .log1p
    let x = numbers(n, seed: 1).map { T(isLogarithm ? 5.01 + 5 * $0 : 5 * $0) }
    return Contest(
      ours: contestant(x, result: { $0.map { Double($0) } }) { y in
        unsafe x.withUnsafeBufferPointer { x in
          unsafe y.withUnsafeMutableBufferPointer { y in unsafe apply(function, to: x, into: y) }
        }
      },
      loop: contestant(x, result: { $0.map { Double($0) } }) { y in
        unsafe x.withUnsafeBufferPointer { x in
          unsafe y.withUnsafeMutableBufferPointer { y in
            for i in 0..<n { unsafe y[i] = scalar(x[i]) }
          }
        }
      },
      raw: contestant(x, result: { _ in [] }) { y in
        unsafe x.withUnsafeBufferPointer { x in
          unsafe y.withUnsafeMutableBufferPointer { y in
            _ = unsafe memcpy(y.baseAddress!, x.baseAddress!, n * MemoryLayout<T>.size)
          }
        }
      },
      rawIsMemory: true, tolerance: 8 * Double(T.ulpOfOne))
  }
}

/// Softmax over libm's exp; the limit copies.
private func softmaxJob(rows m: Int, columns n: Int, each line: MatrixLine) -> Job {
  let name = line == .row ? "softmax of rows" : "softmax of columns"
  return Job(name: name, size: "\(m)×\(n)") {
    let x = try Matrix(rows: m, columns: n, columnMajor: numbers(m * n, seed: 1).map { 5 * $0 })
    let (count, length) = line == .row ? (m, n) : (n, m)
    let (start, step) = line == .row ? (1, m) : (m, 1)
    return Contest(
      ours: contestant(x, result: \.elements) { y in y = softmax(x, each: line) },
      loop: contestant(x.elements, result: { $0 }) { y in
        unsafe x.withUnsafeBufferPointer { x in
          unsafe y.withUnsafeMutableBufferPointer { y in
            for k in 0..<count {
              unsafe loopSoftmax(
                length, x.baseAddress! + k * start, y.baseAddress! + k * start, step: step)
            }
          }
        }
      }, raw: contestant(x.elements, result: { $0 }) { y in copy(x.elements, into: &y) },
      rawIsMemory: true, tolerance: 1e-14)
  }
}
