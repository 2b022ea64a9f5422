import Foundation

// The best loops that we can write in plain Swift: unchecked pointers, contiguous inner loops, no
// allocation inside. Column-major, like what they are compared with.

typealias Doubles = UnsafeMutablePointer<Double>

/// C = A B, order j-k-i: the inner loop runs down a column of A and of C (i-k-j for row-major).
func loopMultiply<T: BinaryFloatingPoint>(
  _ n: Int, _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ c: UnsafeMutablePointer<T>
) {
  for j in 0..<n {
    let column = unsafe c + j * n
    for i in 0..<n { unsafe column[i] = 0 }
    for k in 0..<n {
      let (factor, source) = unsafe (b[k + j * n], a + k * n)
      for i in 0..<n { unsafe column[i] += source[i] * factor }
    }
  }
}

/// B = Aᵀ by blocks of 16 rows and columns, which fit the cache on both sides.
func loopTranspose(_ n: Int, _ a: UnsafePointer<Double>, _ b: Doubles) {
  for j0 in stride(from: 0, to: n, by: 16) {
    for i0 in stride(from: 0, to: n, by: 16) {
      for i in i0..<min(i0 + 16, n) {
        for j in j0..<min(j0 + 16, n) { unsafe b[j + i * n] = a[i + j * n] }
      }
    }
  }
}

/// y = A x, down the columns of A.
func loopMultiply(_ m: Int, _ n: Int, _ a: UnsafePointer<Double>, _ x: [Double], _ y: Doubles) {
  for i in 0..<m { unsafe y[i] = 0 }
  for j in 0..<n {
    let (factor, column) = unsafe (x[j], a + j * m)
    for i in 0..<m { unsafe y[i] += column[i] * factor }
  }
}

/// Σ xᵢ yᵢ in eight lanes, since a single sum cannot be vectorised.
func loopDot(_ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> Double {
  var lanes = SIMD8<Double>.zero
  var i = 0
  while i + 8 <= n {
    let u = unsafe UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Double>.self)
    let v = unsafe UnsafeRawPointer(y + i).loadUnaligned(as: SIMD8<Double>.self)
    lanes += u * v
    i += 8
  }
  var total = lanes.sum()
  while i < n {
    unsafe total += x[i] * y[i]
    i += 1
  }
  return total
}

/// Intercept and coefficients of ordinary least squares by centred normal equations.
func loopRegression(_ n: Int, _ p: Int, _ x: UnsafePointer<Double>, _ y: [Double]) -> [Double] {
  var means = [Double](repeating: 0, count: p)
  for j in 0..<p {
    var lanes = SIMD8<Double>.zero
    let column = unsafe x + j * n
    for i in stride(from: 0, to: n - n % 8, by: 8) {
      unsafe lanes += UnsafeRawPointer(column + i).loadUnaligned(as: SIMD8<Double>.self)
    }
    var sum = lanes.sum()
    for i in n - n % 8..<n { unsafe sum += column[i] }
    means[j] = sum / Double(n)
  }
  let responseMean = y.reduce(0, +) / Double(n)
  var gram = [Double](repeating: 0, count: p * p)
  var moment = [Double](repeating: 0, count: p)
  // Blocks of rows that stay in cache while all pairs of columns are multiplied.
  for start in stride(from: 0, to: n, by: 1024) {
    let rows = min(1024, n - start)
    for j in 0..<p {
      let column = unsafe x + j * n + start
      for k in j..<p { unsafe gram[k + j * p] += loopDot(rows, column, x + k * n + start) }
      unsafe y.withUnsafeBufferPointer { y in
        unsafe moment[j] += loopDot(rows, column, y.baseAddress! + start)
      }
    }
  }
  for j in 0..<p {
    for k in j..<p { gram[k + j * p] -= Double(n) * means[j] * means[k] }
    moment[j] -= Double(n) * means[j] * responseMean
  }
  unsafe loopCholeskySolve(p, &gram, &moment)
  return [responseMean - zip(means, moment).reduce(0) { $0 + $1.0 * $1.1 }] + moment
}

/// Intercept and coefficients of a penalised logistic regression by Newton's method.
func loopLogistic(
  _ n: Int, _ p: Int, _ x: UnsafePointer<Double>, _ y: [Bool], l2Penalty: Double
) -> [Double] {
  let order = p + 1
  var theta = [Double](repeating: 0, count: order)
  var columns = [Double](repeating: 0, count: order * 1024)
  var (residuals, roots) = (
    [Double](repeating: 0, count: 1024), [Double](repeating: 0, count: 1024)
  )
  for _ in 0..<20 {
    var gram = [Double](repeating: 0, count: order * order)
    var moment = [Double](repeating: 0, count: order)
    for start in stride(from: 0, to: n, by: 1024) {
      let rows = min(1024, n - start)
      for i in 0..<rows { residuals[i] = theta[0] }
      for j in 0..<p {
        let column = unsafe x + j * n + start
        for i in 0..<rows { unsafe residuals[i] += theta[1 + j] * column[i] }
      }
      for i in 0..<rows {
        let probability = 1 / (1 + exp(-residuals[i]))
        residuals[i] = probability - (y[start + i] ? 1 : 0)
        roots[i] = (probability * (1 - probability)).squareRoot()
        columns[i] = roots[i]
      }
      unsafe columns.withUnsafeMutableBufferPointer { columns in
        let base = columns.baseAddress!
        for j in 0..<p {
          let (source, target) = unsafe (x + j * n + start, base + (1 + j) * 1024)
          for i in 0..<rows { unsafe target[i] = source[i] * roots[i] }
        }
        for j in 0..<order {
          let column = unsafe base + j * 1024
          for k in j..<order {
            unsafe gram[k + j * order] += loopDot(rows, column, base + k * 1024)
          }
        }
      }
      for i in 0..<rows { moment[0] += residuals[i] }
      unsafe residuals.withUnsafeBufferPointer { residuals in
        for j in 0..<p {
          unsafe moment[1 + j] += loopDot(rows, residuals.baseAddress!, x + j * n + start)
        }
      }
    }
    for j in 1..<order {
      gram[j + j * order] += Double(n) * l2Penalty
      moment[j] += Double(n) * l2Penalty * theta[j]
    }
    let gradient = moment
    unsafe loopCholeskySolve(order, &gram, &moment)
    for j in 0..<order { theta[j] -= moment[j] }
    if zip(gradient, moment).reduce(0, { $0 + $1.0 * $1.1 }) <= 2e-8 * Double(n) { break }
  }
  return theta
}

/// The mean cross-entropy of softmax(X W) and its gradient (1/n) Xᵀ(softmax(X W) − Y), with Z as work space.
func loopSoftmaxGradient(
  _ n: Int, _ p: Int, _ k: Int, _ x: UnsafePointer<Double>, _ y: [Int],
  _ w: UnsafePointer<Double>, _ z: Doubles, _ gradient: Doubles
) -> Double {
  var loss = 0.0
  for c in 0..<k {
    let column = unsafe z + c * n
    for i in 0..<n { unsafe column[i] = 0 }
    for j in 0..<p {
      let (source, factor) = unsafe (x + j * n, w[j + c * p])
      for i in 0..<n { unsafe column[i] += factor * source[i] }
    }
  }
  for i in 0..<n { unsafe loopSoftmax(k, z + i, z + i, step: n) }
  for i in 0..<n {
    // A probability that underflows would be a loss that is not a number.
    loss -= unsafe log(max(z[i + y[i] * n], .leastNormalMagnitude))
    unsafe z[i + y[i] * n] -= 1
  }
  for c in 0..<k {
    for j in 0..<p { unsafe gradient[j + c * p] = loopDot(n, x + j * n, z + c * n) / Double(n) }
  }
  return loss / Double(n)
}

/// The softmax of n numbers, `step` apart, over libm's exp.
@inline(__always)
func loopSoftmax(_ n: Int, _ x: UnsafePointer<Double>, _ y: Doubles, step: Int = 1) {
  var (largest, sum) = (-Double.infinity, 0.0)
  for j in 0..<n { unsafe largest = max(largest, x[j * step]) }
  for j in 0..<n {
    let e = unsafe exp(x[j * step] - largest)
    unsafe y[j * step] = e
    sum += e
  }
  let inverse = 1 / sum
  for j in 0..<n { unsafe y[j * step] *= inverse }
}

/// y[i] = y[i − 1] + w[i] (s[i] − y[i − 1]) in the form whose chain is shortest: a product and a sum.
func loopFilter(_ n: Int, _ w: UnsafePointer<Double>, _ s: UnsafePointer<Double>, _ y: Doubles) {
  var state = unsafe s[0]
  unsafe y[0] = state
  for i in 1..<n {
    let weight = unsafe w[i]
    state = unsafe (1 - weight) * state + weight * s[i]
    unsafe y[i] = state
  }
}

/// The gradients of a loss with respect to weights and samples from that with respect to the outputs, backwards in one pass.
func loopFilterGradients(
  _ n: Int, _ w: UnsafePointer<Double>, _ s: UnsafePointer<Double>, _ y: UnsafePointer<Double>,
  _ g: UnsafePointer<Double>, byWeight: Doubles, bySample: Doubles
) {
  var adjoint = unsafe g[n - 1]
  for i in stride(from: n - 1, to: 0, by: -1) {
    let weight = unsafe w[i]
    unsafe byWeight[i] = adjoint * (s[i] - y[i - 1])
    unsafe bySample[i] = weight * adjoint
    adjoint = unsafe (1 - weight) * adjoint + g[i - 1]
  }
  unsafe byWeight[0] = 0
  unsafe bySample[0] = adjoint
}

/// The gradients of a loss with respect to signal and coefficients of a recursive filter of order (2, 1), backwards in one pass:
/// by the signal, by two columns of feedback and two of feedforward.
func loopRecursiveGradients(
  _ n: Int, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
  _ y: UnsafePointer<Double>, _ g: UnsafePointer<Double>, _ target: Doubles
) {
  let (byFeedback, byFeedforward) = unsafe (target + n, target + 3 * n)
  // The adjoints of the next two outputs, and what the next gives to this sample.
  var (one, two, given) = (0.0, 0.0, 0.0)
  for i in stride(from: n - 1, to: 1, by: -1) {
    var adjoint = unsafe g[i]
    if i + 2 < n { adjoint += unsafe a[n + i + 2] * two }
    if i + 1 < n { adjoint += unsafe a[i + 1] * one }
    unsafe byFeedback[i] = adjoint * y[i - 1]
    unsafe byFeedback[n + i] = adjoint * y[i - 2]
    unsafe byFeedforward[i] = adjoint * x[i]
    unsafe byFeedforward[n + i] = adjoint * x[i - 1]
    unsafe target[i] = b[i] * adjoint + given
    given = unsafe b[n + i] * adjoint
    (two, one) = (one, adjoint)
  }
  for i in [1, 0] {
    let adjoint = unsafe g[i] + a[n + i + 2] * two + a[i + 1] * one
    unsafe byFeedback[i] = i == 0 ? 0 : adjoint * y[0]
    unsafe byFeedback[n + i] = 0
    unsafe byFeedforward[i] = adjoint * x[i]
    unsafe byFeedforward[n + i] = i == 0 ? 0 : adjoint * x[0]
    unsafe target[i] = b[i] * adjoint + given
    given = unsafe b[n + i] * adjoint
    (two, one) = (one, adjoint)
  }
}

/// The filter for 64 channels at each time, laid out by time, so that the inner loop is vectorised.
func loopFilterByTime(
  _ n: Int, _ w: UnsafePointer<Double>, _ s: UnsafePointer<Double>, _ y: Doubles
) {
  for c in 0..<64 { unsafe y[c] = s[c] }
  for i in 1..<n {
    let weight = unsafe w[i]
    let keep = 1 - weight
    let (source, before, target) = unsafe (s + i * 64, y + (i - 1) * 64, y + i * 64)
    for c in stride(from: 0, to: 64, by: 8) {
      let old = unsafe UnsafeRawPointer(before + c).loadUnaligned(as: SIMD8<Double>.self)
      let new = unsafe UnsafeRawPointer(source + c).loadUnaligned(as: SIMD8<Double>.self)
      unsafe UnsafeMutableRawPointer(target + c).storeBytes(
        of: old * keep + new * weight, as: SIMD8<Double>.self)
    }
  }
}

/// a + b/2, limited by memory.
func loopTriad(_ n: Int, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ y: Doubles) {
  for i in 0..<n { unsafe y[i] = a[i] + 0.5 * b[i] }
}

/// Parameters of a 4-16-3 network with ReLU and softmax after 50 epochs of 150 samples, a sample a step of 0.01.
func loopIris(
  _ x: UnsafePointer<Double>, _ y: [Int], _ first: [Double], _ second: [Double]
) -> [Double] {
  var parameters = first + Array(repeating: 0, count: 16) + second + [0, 0, 0]
  unsafe parameters.withUnsafeMutableBufferPointer { buffer in
    guard let w1 = buffer.baseAddress else { return }
    let (b1, w2, b2) = unsafe (w1 + 64, w1 + 80, w1 + 128)
    unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: 48) { space in
      guard let h = space.baseAddress else { return }
      let (z, d) = unsafe (h + 16, h + 20)
      for _ in 0..<50 {
        for s in 0..<150 {
          let input = unsafe x + 4 * s
          for i in 0..<16 {
            var sum = unsafe b1[i]
            for k in 0..<4 { unsafe sum += w1[i + 16 * k] * input[k] }
            unsafe h[i] = sum > 0 ? sum : 0
          }
          var (largest, total) = (-Double.infinity, 0.0)
          for c in 0..<3 {
            var sum = unsafe b2[c]
            for i in 0..<16 { unsafe sum += w2[c + 3 * i] * h[i] }
            unsafe z[c] = sum
            largest = max(largest, sum)
          }
          for c in 0..<3 {
            unsafe z[c] = Foundation.exp(z[c] - largest)
            unsafe total += z[c]
          }
          for c in 0..<3 { unsafe z[c] /= total }
          unsafe z[y[s]] -= 1
          for i in 0..<16 {
            let back = unsafe z[0] * w2[3 * i] + z[1] * w2[3 * i + 1] + z[2] * w2[3 * i + 2]
            unsafe d[i] = h[i] > 0 ? back : 0
            for c in 0..<3 { unsafe w2[c + 3 * i] -= 0.01 * h[i] * z[c] }
          }
          for c in 0..<3 { unsafe b2[c] -= 0.01 * z[c] }
          for k in 0..<4 { for i in 0..<16 { unsafe w1[i + 16 * k] -= 0.01 * input[k] * d[i] } }
          for i in 0..<16 { unsafe b1[i] -= 0.01 * d[i] }
        }
      }
    }
  }
  return parameters
}
