import Foundation
import LinAlg

func elementwiseJobs() -> [Job] {
  functionJobs("", Double.self) + functionJobs(" Float", Float.self) + [
    sigmoidJob("sigmoid", 1000, Double.self), sigmoidJob("sigmoid", 30_000, Double.self),
    softmaxJob(rows: 100_000, columns: 10, each: .row),
    softmaxJob(rows: 10, columns: 100_000, each: .column),
  ]
}

/// The C library's functions in a scalar's own precision.
private protocol LibraryFunctions: Scalar {
  static func exp(_ x: Self) -> Self
  static func expm1(_ x: Self) -> Self
  static func log(_ x: Self) -> Self
  static func log1p(_ x: Self) -> Self
  static func tanh(_ x: Self) -> Self
}

extension Double: LibraryFunctions {
  static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  static func expm1(_ x: Double) -> Double { Foundation.expm1(x) }
  static func log(_ x: Double) -> Double { Foundation.log(x) }
  static func log1p(_ x: Double) -> Double { Foundation.log1p(x) }
  static func tanh(_ x: Double) -> Double { Foundation.tanh(x) }
}

extension Float: LibraryFunctions {
  static func exp(_ x: Float) -> Float { Foundation.exp(x) }
  static func expm1(_ x: Float) -> Float { Foundation.expm1(x) }
  static func log(_ x: Float) -> Float { Foundation.log(x) }
  static func log1p(_ x: Float) -> Float { Foundation.log1p(x) }
  static func tanh(_ x: Float) -> Float { Foundation.tanh(x) }
}

@inline(__always)
private func functionJobs<T: LibraryFunctions>(_ suffix: String, _: T.Type) -> [Job] {
  [
    unsafe functionJob("exp" + suffix, .exp, T.self) { unsafe loop($0, $1) { T.exp($0) } },
    unsafe functionJob("expm1" + suffix, .expm1, T.self) { unsafe loop($0, $1) { T.expm1($0) } },
    unsafe functionJob("log" + suffix, .log, T.self) { unsafe loop($0, $1) { T.log($0) } },
    unsafe functionJob("log1p" + suffix, .log1p, T.self) { unsafe loop($0, $1) { T.log1p($0) } },
    unsafe functionJob("tanh" + suffix, .tanh, T.self) { unsafe loop($0, $1) { T.tanh($0) } },
    sigmoidJob("sigmoid" + suffix, 1_000_000, T.self),
    unsafe functionJob("softplus" + suffix, .softplus, T.self) {
      unsafe loop($0, $1) { ($0 > 0 ? $0 : 0) + T.log1p(T.exp(-$0.magnitude)) }
    },
    unsafe functionJob("relu" + suffix, .relu, T.self) { unsafe loop($0, $1) { $0 > 0 ? $0 : 0 } },
  ]
}

@inline(__always)
private func sigmoidJob<T: LibraryFunctions>(_ name: String, _ n: Int, _: T.Type) -> Job {
  unsafe functionJob(name, .sigmoid, T.self, n) {
    unsafe loop($0, $1) {
      let e = T.exp(-$0.magnitude)
      return ($0 < 0 ? e : 1) / (1 + e)
    }
  }
}

/// The loop over a function of one number, which is inlined.
@inline(__always)
private func loop<T>(
  _ x: UnsafeBufferPointer<T>, _ y: UnsafeMutableBufferPointer<T>, _ scalar: (T) -> T
) {
  guard let source = x.baseAddress, let target = y.baseAddress else { return }
  for i in 0..<x.count { unsafe target[i] = scalar(source[i]) }
}

/// A vector function against a loop over libm, and against copying.
@inline(__always)
private func functionJob<T: Scalar>(
  _ name: String, _ function: ElementwiseFunction, _: T.Type, _ n: Int = 1_000_000,
  _ loop: @escaping (UnsafeBufferPointer<T>, UnsafeMutableBufferPointer<T>) -> Void
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
          unsafe y.withUnsafeMutableBufferPointer { y in unsafe loop(x, y) }
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
