// Loops for linear systems and factorizations.

/// Solves A x = b by elimination with partial pivoting, columns innermost; A and b are overwritten.
func loopSolve(_ n: Int, _ a: Doubles, _ b: Doubles) {
  for k in 0..<n {
    let pivotColumn = unsafe a + k * n
    var pivot = k
    for i in k + 1..<max(k + 1, n)
    where unsafe pivotColumn[i].magnitude > pivotColumn[pivot].magnitude {
      pivot = i
    }
    if pivot != k {
      for j in 0..<n { unsafe swap(&a[k + j * n], &a[pivot + j * n]) }
      unsafe swap(&b[k], &b[pivot])
    }
    let inverse = unsafe 1 / pivotColumn[k]
    for i in k + 1..<max(k + 1, n) { unsafe pivotColumn[i] *= inverse }
    for j in k + 1..<max(k + 1, n) {
      let column = unsafe a + j * n
      let factor = unsafe column[k]
      for i in k + 1..<n { unsafe column[i] -= pivotColumn[i] * factor }
    }
    let factor = unsafe b[k]
    for i in k + 1..<max(k + 1, n) { unsafe b[i] -= pivotColumn[i] * factor }
  }
  unsafe loopBackSubstitute(n, a, n, b)
}

/// Solves U x = b for the upper triangle of A.
func loopBackSubstitute(_ n: Int, _ a: Doubles, _ stride: Int, _ b: Doubles) {
  for k in (0..<n).reversed() {
    let column = unsafe a + k * stride
    unsafe b[k] /= column[k]
    let factor = unsafe b[k]
    for i in 0..<k { unsafe b[i] -= column[i] * factor }
  }
}

/// Solves A x = b for a symmetric positive definite A; both are overwritten.
func loopCholeskySolve(_ n: Int, _ a: Doubles, _ b: Doubles) {
  for k in 0..<n {
    let source = unsafe a + k * n
    let root = unsafe source[k].squareRoot()
    for i in k..<n { unsafe source[i] /= root }
    for j in k + 1..<max(k + 1, n) {
      let (column, factor) = unsafe (a + j * n, source[j])
      for i in j..<n { unsafe column[i] -= source[i] * factor }
    }
    unsafe b[k] /= source[k]
    let factor = unsafe b[k]
    for i in k + 1..<max(k + 1, n) { unsafe b[i] -= source[i] * factor }
  }
  for k in (0..<n).reversed() {
    let column = unsafe a + k * n
    var sum = unsafe b[k]
    for i in k + 1..<max(k + 1, n) { unsafe sum -= column[i] * b[i] }
    unsafe b[k] = sum / column[k]
  }
}

/// Solves min ‖A x − b‖ for m ≥ n by Householder reflections; A and b are overwritten.
func loopLeastSquares(_ m: Int, _ n: Int, _ a: Doubles, _ b: Doubles) {
  // A column of one number is a triangle already.
  for k in 0..<min(n, m - 1) {
    let v = unsafe a + k * m
    let length = unsafe loopDot(m - k, v + k, v + k).squareRoot()
    let head = unsafe v[k] > 0 ? -length : length
    unsafe v[k] -= head
    let scale = unsafe 1 / (-head * v[k])
    for j in k + 1..<max(k + 1, n) {
      let column = unsafe a + j * m
      let factor = unsafe scale * loopDot(m - k, v + k, column + k)
      for i in k..<m { unsafe column[i] -= factor * v[i] }
    }
    let factor = unsafe scale * loopDot(m - k, v + k, b + k)
    for i in k..<m { unsafe b[i] -= factor * v[i] }
    unsafe v[k] = head
  }
  unsafe loopBackSubstitute(n, a, m, b)
}

/// Eigenvalues and vectors of a symmetric matrix by Jacobi's method, cyclic by rows; A is overwritten.
func loopSymmetricEigen(_ n: Int, _ a: Doubles, _ v: Doubles, _ values: Doubles) {
  for i in 0..<n * n { unsafe v[i] = i % (n + 1) == 0 ? 1 : 0 }
  var rest = Double.infinity
  var size = 0.0
  for i in 0..<n * n { unsafe size += a[i] * a[i] }
  while rest > 1e-28 * size {
    rest = 0
    for q in 1..<n {
      for p in 0..<q {
        let (x, y) = unsafe (a + p * n, a + q * n)
        let between = unsafe y[p]
        rest += between * between
        if between.magnitude < 1e-300 { continue }
        let ratio = unsafe (y[q] - x[p]) / (2 * between)
        let t = (ratio < 0 ? -1 : 1) / (ratio.magnitude + (1 + ratio * ratio).squareRoot())
        let c = 1 / (1 + t * t).squareRoot()
        let s = t * c
        unsafe rotate(n, x, y, c, s)
        for j in 0..<n {
          let (first, second) = unsafe (a[p + j * n], a[q + j * n])
          unsafe a[p + j * n] = c * first - s * second
          unsafe a[q + j * n] = s * first + c * second
        }
        unsafe rotate(n, v + p * n, v + q * n, c, s)
      }
    }
  }
  for i in 0..<n { unsafe values[i] = a[i * (n + 1)] }
}

/// Solves min ‖A x − b‖ for A of any rank, x of least norm, by the singular values; A is overwritten, x goes where b was.
func loopMinimumNorm(
  _ m: Int, _ n: Int, _ a: Doubles, _ v: Doubles, _ values: Doubles, _ b: Doubles
) {
  unsafe loopSVD(m, n, a, v, values)
  var largest = 0.0
  for j in 0..<n { largest = unsafe max(largest, values[j]) }
  unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: n) { x in
    unsafe x.initialize(repeating: 0)
    for j in 0..<n where unsafe values[j] > 1e-12 * largest {
      let factor = unsafe loopDot(m, a + j * m, b) / (values[j] * values[j])
      for i in 0..<n { unsafe x[i] += factor * v[i + j * n] }
    }
    for i in 0..<n { unsafe b[i] = x[i] }
  }
}

/// The singular value decomposition of an m×n matrix, m ≥ n, by the one-sided Jacobi method: A becomes U diag(values).
func loopSVD(_ m: Int, _ n: Int, _ a: Doubles, _ v: Doubles, _ values: Doubles) {
  for i in 0..<n * n { unsafe v[i] = i % (n + 1) == 0 ? 1 : 0 }
  let size = unsafe loopDot(m * n, a, a)
  var isDone = false
  while !isDone {
    isDone = true
    for q in 1..<n {
      for p in 0..<q {
        let (x, y) = unsafe (a + p * m, a + q * m)
        let (xx, yy, xy) = unsafe (loopDot(m, x, x), loopDot(m, y, y), loopDot(m, x, y))
        // Between columns that are roundoff themselves there is always some angle.
        if xy.magnitude <= max(1e-15 * (xx * yy).squareRoot(), 1e-30 * size) { continue }
        isDone = false
        let ratio = (yy - xx) / (2 * xy)
        let t = (ratio < 0 ? -1 : 1) / (ratio.magnitude + (1 + ratio * ratio).squareRoot())
        let c = 1 / (1 + t * t).squareRoot()
        unsafe rotate(m, x, y, c, t * c)
        unsafe rotate(n, v + p * n, v + q * n, c, t * c)
      }
    }
  }
  for j in 0..<n { unsafe values[j] = loopDot(m, a + j * m, a + j * m).squareRoot() }
}

/// (x, y) becomes (c x − s y, s x + c y).
private func rotate(_ n: Int, _ x: Doubles, _ y: Doubles, _ c: Double, _ s: Double) {
  for i in 0..<n {
    let (first, second) = unsafe (x[i], y[i])
    unsafe x[i] = c * first - s * second
    unsafe y[i] = s * first + c * second
  }
}

/// Solves a symmetric positive definite band system, the lower band by columns, by elimination; both are overwritten.
func loopBandCholeskySolve(_ n: Int, _ k: Int, _ band: Doubles, _ b: Doubles) {
  for j in 0..<n {
    let (column, rows) = unsafe (band + j * (k + 1), min(k, n - 1 - j))
    let root = unsafe column[0].squareRoot()
    for i in 0...rows { unsafe column[i] /= root }
    for i in 0..<rows {
      let (target, factor) = unsafe (band + (j + 1 + i) * (k + 1), column[1 + i])
      for r in 0..<rows - i { unsafe target[r] -= column[1 + i + r] * factor }
    }
    unsafe b[j] /= column[0]
    for i in 0..<rows { unsafe b[j + 1 + i] -= column[1 + i] * b[j] }
  }
  for j in (0..<n).reversed() {
    let column = unsafe band + j * (k + 1)
    for i in 0..<min(k, n - 1 - j) { unsafe b[j] -= column[1 + i] * b[j + 1 + i] }
    unsafe b[j] /= column[0]
  }
}

/// Solves a band system in LAPACK's storage by elimination with partial pivoting.
func loopBandSolve(_ n: Int, _ kl: Int, _ ku: Int, _ band: Doubles, _ b: Doubles) {
  let (step, diagonal) = (2 * kl + ku + 1, kl + ku)
  // Element (i, j) lies at diagonal + i - j + j * step; along a row the distance is step - 1.
  for k in 0..<n {
    let column = unsafe band + k * step + diagonal
    let (rows, columns) = (min(kl, n - 1 - k), min(kl + ku, n - 1 - k))
    var pivot = 0
    for i in 0..<rows where unsafe column[i + 1].magnitude > column[pivot].magnitude {
      pivot = i + 1
    }
    if pivot != 0 {
      for j in 0...columns { unsafe swap(&column[j * (step - 1)], &column[pivot + j * (step - 1)]) }
      unsafe swap(&b[k], &b[k + pivot])
    }
    for i in 0..<rows { unsafe column[i + 1] /= column[0] }
    for j in 0..<columns {
      let target = unsafe column + (j + 1) * (step - 1)
      let factor = unsafe target[0]
      for i in 0..<rows { unsafe target[i + 1] -= column[i + 1] * factor }
    }
    for i in 0..<rows { unsafe b[k + i + 1] -= column[i + 1] * b[k] }
  }
  for k in (0..<n).reversed() {
    let column = unsafe band + k * step + diagonal
    unsafe b[k] /= column[0]
    for i in 0..<min(kl + ku, k) { unsafe b[k - 1 - i] -= column[-1 - i] * b[k] }
  }
}

/// Solves a tridiagonal system by elimination without row exchanges (Thomas).
func loopTridiagonalSolve(
  _ n: Int, _ lower: [Double], _ diagonal: Doubles, _ upper: [Double], _ b: Doubles
) {
  for k in 1..<n {
    let factor = unsafe lower[k - 1] / diagonal[k - 1]
    unsafe diagonal[k] -= factor * upper[k - 1]
    unsafe b[k] -= factor * b[k - 1]
  }
  unsafe b[n - 1] /= diagonal[n - 1]
  for k in (0..<n - 1).reversed() { unsafe b[k] = (b[k] - upper[k] * b[k + 1]) / diagonal[k] }
}
