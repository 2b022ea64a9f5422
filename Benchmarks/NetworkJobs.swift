import CBLAS
import Foundation
import LinAlg
import Models
import Tables

/// Training of networks.
func networkJobs() -> [Job] {
  [networkJob(isAdam: false), networkJob(isAdam: true), irisJob()]
}

private let widths = [784, 256, 128, 10]
private let samples = 60_000
private let batch = 128

/// Single-precision numbers uniform in [−limit, limit).
private func floats(_ count: Int, seed: UInt64, limit: Double = 1) -> [Float] {
  numbers(count, seed: seed).map { Float(limit * $0) }
}

/// Weights of each layer, units×inputs by columns.
private func initialWeights() -> [[Float]] {
  (0..<3).map { k in
    let limit = (6 / Double(widths[k] + widths[k + 1])).squareRoot()
    return floats(widths[k] * widths[k + 1], seed: UInt64(11 + k), limit: limit)
  }
}

private func rows(_ weights: [Float], units: Int) -> [[Double]] {
  (0..<units).map { i in
    stride(from: i, to: weights.count, by: units).map { Double(weights[$0]) }
  }
}

/// One epoch of 784-256-128-10, ReLU, batches of 128, single precision; the limit is a plain program on `sgemm`.
private func networkJob(isAdam: Bool) -> Job {
  Job(name: isAdam ? "MLP epoch Adam" : "MLP epoch SGD", size: "60000×784-256-128-10") {
    let values = floats(samples * widths[0], seed: 1)
    let x = try Matrix(rows: widths[0], columns: samples, columnMajor: values)
    // The largest of the first ten inputs.
    let labels = (0..<samples).map { s in
      (1..<10).reduce(0) { values[s * 784 + $1] > values[s * 784 + $0] ? $1 : $0 }
    }
    let weights = initialWeights()
    let layers = (0..<3).map { k in
      NetworkLayer.dense(
        widths[k + 1], k < 2 ? .relu : .softmax,
        initializer: .values(
          weights: rows(weights[k], units: widths[k + 1]),
          biases: Array(repeating: 0, count: widths[k + 1])))
    }
    let network = MultilayerPerceptron<Float>(
      layers,
      optimizer: isAdam
        ? .adam(Adam()) : .sgd(SGD(learningRate: 0.05, momentum: 0.9)),
      batchSize: batch, epochs: 1, shuffles: false)
    return Contest(
      ours: contestant([Double](), result: { $0 }) { result in
        result = try network.fit(x, classes: labels, samples: .column).history.map(\.loss)
      },
      loop: contestant([Double](), result: { $0 }) { result in
        let network = unsafe PlainNetwork(weights, isAdam: isAdam, multiply: loopProduct)
        result = unsafe [network.epoch(values, labels)]
      }, loopIsLong: true,
      raw: contestant([Double](), result: { $0 }) { result in
        let network = unsafe PlainNetwork(weights, isAdam: isAdam, multiply: gemmProduct)
        result = unsafe [network.epoch(values, labels)]
      }, tolerance: 1e-3)
  }
}

/// C ← op(A) op(B) + β C without gaps between columns: m×n with k products each.
private typealias Product = (
  _ transposes: (a: Bool, b: Bool), _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>,
  _ b: UnsafePointer<Float>, _ beta: Float, _ c: UnsafeMutablePointer<Float>
) -> Void

private func gemmProduct(
  _ transposes: (a: Bool, b: Bool), _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>,
  _ b: UnsafePointer<Float>, _ beta: Float, _ c: UnsafeMutablePointer<Float>
) {
  unsafe cblas_sgemm(
    CblasColMajor, transposes.a ? CblasTrans : CblasNoTrans,
    transposes.b ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a,
    Int32(transposes.a ? k : m), b, Int32(transposes.b ? n : k), beta, c, Int32(m))
}

/// Down the columns of C, or for AᵀB a sum in sixteen lanes for each element.
private func loopProduct(
  _ transposes: (a: Bool, b: Bool), _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>,
  _ b: UnsafePointer<Float>, _ beta: Float, _ c: UnsafeMutablePointer<Float>
) {
  for j in 0..<n {
    let column = unsafe c + j * m
    if beta == 0 { for i in 0..<m { unsafe column[i] = 0 } }
    if transposes.a {
      let other = unsafe b + j * k
      for i in 0..<m {
        var lanes = SIMD16<Float>.zero
        for l in stride(from: 0, to: k - k % 16, by: 16) {
          let u = unsafe UnsafeRawPointer(a + i * k + l).loadUnaligned(as: SIMD16<Float>.self)
          let v = unsafe UnsafeRawPointer(other + l).loadUnaligned(as: SIMD16<Float>.self)
          lanes += u * v
        }
        unsafe column[i] += lanes.sum()
        for l in k - k % 16..<k { unsafe column[i] += a[i * k + l] * other[l] }
      }
    } else {
      for l in 0..<k {
        let (source, factor) = unsafe (a + l * m, transposes.b ? b[j + l * n] : b[l + j * k])
        for i in 0..<m { unsafe column[i] += source[i] * factor }
      }
    }
  }
}

/// The same by hand: everything but the products in loops over pointers.
@safe private final class PlainNetwork {
  private typealias Memory = UnsafeMutablePointer<Float>

  private let space: Memory
  private let weights, biases, gradients, biasGradients, a, d: [Memory]
  private let first, second: [Memory]
  private let isAdam: Bool
  private let multiply: Product

  init(_ initial: [[Float]], isAdam: Bool, multiply: @escaping Product) {
    unsafe (self.isAdam, self.multiply) = unsafe (isAdam, multiply)
    let matrices = initial.map(\.count)
    let outputs = Array(widths[1...])
    let states = widths.map { $0 * batch }
    let sizes =
      matrices + outputs + matrices + outputs + states + states + matrices + outputs + matrices
      + outputs
    unsafe space = .allocate(capacity: sizes.reduce(0, +))
    unsafe space.initialize(repeating: 0, count: sizes.reduce(0, +))
    var next = unsafe space
    func take(_ sizes: [Int]) -> [Memory] {
      var result: [Memory] = unsafe []
      for size in sizes {
        unsafe result.append(next)
        unsafe next += size
      }
      return unsafe result
    }
    unsafe (weights, biases) = unsafe (take(matrices), take(outputs))
    unsafe (gradients, biasGradients) = unsafe (take(matrices), take(outputs))
    unsafe (a, d) = unsafe (take(states), take(states))
    unsafe (first, second) = unsafe (take(matrices + outputs), take(matrices + outputs))
    for k in 0..<3 { unsafe weights[k].update(from: initial[k], count: matrices[k]) }
  }

  deinit { unsafe space.deallocate() }

  /// Learns from all samples once; returns their mean loss.
  func epoch(_ x: UnsafePointer<Float>, _ labels: [Int]) -> Double {
    var (loss, powers) = (0.0, (Float(1), Float(1)))
    for begin in stride(from: 0, to: samples, by: batch) {
      let m = min(batch, samples - begin)
      for k in 0..<3 {
        let (units, inputs) = (widths[k + 1], widths[k])
        let (z, b) = unsafe (a[k + 1], biases[k])
        for s in 0..<m { for i in 0..<units { unsafe z[s * units + i] = b[i] } }
        unsafe multiply(
          (false, false), units, m, inputs, weights[k],
          k == 0 ? x + begin * inputs : UnsafePointer(a[k]), 1, z)
        if k < 2 { for i in 0..<units * m { unsafe z[i] = z[i] > 0 ? z[i] : 0 } }
      }
      for s in 0..<m {
        let (z, p) = unsafe (a[3] + 10 * s, d[3] + 10 * s)
        var (largest, total) = unsafe (z[0], Float(0))
        for i in 1..<10 { largest = unsafe max(largest, z[i]) }
        for i in 0..<10 {
          unsafe p[i] = Foundation.exp(z[i] - largest)
          unsafe total += p[i]
        }
        let label = labels[begin + s]
        loss += unsafe Double(Foundation.log(total) + largest - z[label])
        for i in 0..<10 { unsafe p[i] /= total * Float(m) }
        unsafe p[label] -= 1 / Float(m)
      }
      powers = (powers.0 * 0.9, powers.1 * 0.999)
      let factors = (1 / (1 - powers.0), 1 / (1 - powers.1))
      for k in (0..<3).reversed() {
        let (units, inputs) = (widths[k + 1], widths[k])
        let (back, gb) = unsafe (d[k + 1], biasGradients[k])
        unsafe multiply(
          (false, true), units, inputs, m, back,
          k == 0 ? x + begin * inputs : UnsafePointer(a[k]), 0, gradients[k])
        for i in 0..<units { unsafe gb[i] = 0 }
        for s in 0..<m { for i in 0..<units { unsafe gb[i] += back[s * units + i] } }
        if k > 0 {
          let (y, next) = unsafe (a[k], d[k])
          unsafe multiply((true, false), inputs, m, units, weights[k], back, 0, next)
          for i in 0..<inputs * m { unsafe next[i] = y[i] > 0 ? next[i] : 0 }
        }
        unsafe move(factors, units * inputs, weights[k], gradients[k], first[k], second[k])
        unsafe move(factors, units, biases[k], gb, first[3 + k], second[3 + k])
      }
    }
    return loss / Double(samples)
  }

  private func move(
    _ factors: (Float, Float), _ count: Int, _ w: Memory, _ g: Memory, _ m: Memory, _ v: Memory
  ) {
    if isAdam {
      for i in 0..<count {
        unsafe m[i] = 0.9 * m[i] + 0.1 * g[i]
        unsafe v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i]
        let root = unsafe (v[i] * factors.1).squareRoot()
        unsafe w[i] -= 1e-3 * (m[i] * factors.0) / (root + 1e-8)
      }
    } else {
      for i in 0..<count {
        unsafe m[i] = 0.9 * m[i] + g[i]
        unsafe w[i] -= 0.05 * m[i]
      }
    }
  }
}

/// 50 epochs of 4-16-3 on the irises, a sample a step.
private func irisJob() -> Job {
  Job(name: "MLP sample by sample", size: "iris, 4-16-3, ×50") {
    let (x, y) = Datasets.iris
    let columns = try Standardization(x)(x).transposed()
    let (first, second) = (numbers(64, seed: 5).map { $0 / 2 }, numbers(48, seed: 6).map { $0 / 2 })
    func rows(_ w: [Double], _ units: Int) -> [[Double]] {
      (0..<units).map { i in stride(from: i, to: w.count, by: units).map { w[$0] } }
    }
    let network = MultilayerPerceptron<Double>(
      [
        .dense(
          16, .relu,
          initializer: .values(weights: rows(first, 16), biases: Array(repeating: 0, count: 16))),
        .dense(
          3, .softmax, initializer: .values(weights: rows(second, 3), biases: [0, 0, 0])),
      ], optimizer: .sgd(SGD(learningRate: 0.01)), batchSize: 1, epochs: 50, shuffles: false)
    return Contest(
      ours: contestant([Double](), result: { $0 }) { result in
        result = try network.fit(columns, classes: y, samples: .column).parameters
      },
      loop: contestant([Double](), result: { $0 }) { result in
        result = unsafe loopIris(columns.elements, y, first, second)
      }, tolerance: 1e-9)
  }
}
