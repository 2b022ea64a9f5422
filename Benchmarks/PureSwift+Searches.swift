import Foundation

// Loops for fits whose Hessian would be too large: L-BFGS, and the objectives that it is given.

/// The minimum of a function by L-BFGS with ten pairs and backtracking, from 0 to a squared gradient of `gradientSquare`.
///
/// `evaluate` returns the value at parameters and writes the gradient.
func loopLBFGS(
  _ count: Int, gradientSquare: Double,
  _ evaluate: (_ parameters: UnsafePointer<Double>, _ gradient: Doubles) -> Double
) -> [Double] {
  let memory = 10
  var theta = [Double](repeating: 0, count: count)
  unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: (2 * memory + 4) * count) {
    space in
    unsafe space.initialize(repeating: 0)
    let (x, g) = unsafe (space.baseAddress!, space.baseAddress! + count)
    let (next, d) = unsafe (g + count, g + 2 * count)
    // Steps and changes of the gradient, each pair where the oldest was.
    let (s, y) = unsafe (g + 3 * count, g + (3 + memory) * count)
    var (products, shares) = (
      [Double](repeating: 0, count: memory), [Double](repeating: 0, count: memory)
    )
    var (value, pairs) = (unsafe evaluate(x, g), 0)
    while unsafe loopDot(count, g, g) > gradientSquare, pairs < 2000 {
      for i in 0..<count { unsafe d[i] = -g[i] }
      let kept = max(0, pairs - memory)..<pairs
      for k in kept.reversed().map({ $0 % memory }) {
        let (step, change) = unsafe (s + k * count, y + k * count)
        shares[k] = unsafe loopDot(count, step, d) / products[k]
        for i in 0..<count { unsafe d[i] -= shares[k] * change[i] }
      }
      if let k = kept.last.map({ $0 % memory }) {
        let scale = unsafe products[k] / loopDot(count, y + k * count, y + k * count)
        for i in 0..<count { unsafe d[i] *= scale }
      }
      for k in kept.map({ $0 % memory }) {
        let (step, change) = unsafe (s + k * count, y + k * count)
        let share = unsafe shares[k] - loopDot(count, change, d) / products[k]
        for i in 0..<count { unsafe d[i] += share * step[i] }
      }
      let slope = unsafe loopDot(count, g, d)
      let (step, change) = unsafe (s + pairs % memory * count, y + pairs % memory * count)
      var length = pairs == 0 ? min(1, 1 / (-slope).squareRoot()) : 1.0
      while true {
        for i in 0..<count { unsafe next[i] = x[i] + length * d[i] }
        let found = unsafe evaluate(next, change)
        if found <= value + 1e-4 * length * slope || length < 1e-10 {
          value = found
          break
        }
        length /= 2
      }
      for i in 0..<count {
        let gradient = unsafe change[i]
        unsafe (step[i], change[i]) = unsafe (length * d[i], gradient - g[i])
        unsafe (x[i], g[i]) = unsafe (next[i], gradient)
      }
      products[pairs % memory] = unsafe loopDot(count, step, change)
      pairs += 1
    }
    for i in 0..<count { unsafe theta[i] = x[i] }
  }
  return theta
}

/// The mean logistic loss and its gradient by the intercept and the slopes, with z as work space for a block of rows.
func loopLogisticGradient(
  _ n: Int, _ p: Int, _ x: UnsafePointer<Double>, _ y: [Bool], _ theta: UnsafePointer<Double>,
  _ z: Doubles, _ gradient: Doubles
) -> Double {
  var loss = 0.0
  for j in 0...p { unsafe gradient[j] = 0 }
  // Of as many rows all columns stay in cache between the two passes.
  let block = max(8, (1 << 16) / max(1, p) / 8 * 8)
  for start in stride(from: 0, to: n, by: block) {
    let rows = min(block, n - start)
    for i in 0..<rows { unsafe z[i] = theta[0] }
    for j in 0..<p {
      let (column, factor) = unsafe (x + j * n + start, theta[1 + j])
      for i in 0..<rows { unsafe z[i] += factor * column[i] }
    }
    for i in 0..<rows {
      let t = unsafe y[start + i] ? -z[i] : z[i]
      let e = exp(-t.magnitude)
      loss += max(0, t) + log1p(e)
      let share = (t > 0 ? 1 : e) / (1 + e)
      unsafe z[i] = y[start + i] ? -share : share
      unsafe gradient[0] += z[i]
    }
    for j in 0..<p { unsafe gradient[1 + j] += loopDot(rows, x + j * n + start, z) }
  }
  for j in 0...p { unsafe gradient[j] /= Double(n) }
  return loss / Double(n)
}
