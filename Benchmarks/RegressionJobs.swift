import CBLAS
import LinAlg
import Models

/// Jobs of the models.
func regressionJobs() -> [Job] {
  [
    linearJob(rows: 10_000, columns: 20), linearJob(rows: 100_000, columns: 20),
    linearJob(rows: 1_000_000, columns: 20),
    linearJob(rows: 100_000, columns: 100), linearJob(rows: 2000, columns: 500),
    householderJob(rows: 1_000_000, columns: 20), logisticJob(rows: 10_000, columns: 20),
    logisticJob(rows: 100_000, columns: 20), logisticJob(rows: 1_000_000, columns: 20),
    logisticJob(rows: 100_000, columns: 100), logisticJob(rows: 10_000, columns: 1000),
    softmaxJob(rows: 10_000, columns: 50, classes: 10),
    softmaxJob(rows: 100_000, columns: 50, classes: 10),
    softmaxFitJob(rows: 100_000, columns: 50, classes: 10),
    softmaxFitJob(rows: 60_000, columns: 784, classes: 10),
  ]
}

/// Rows and predictors of the regressions that other programs run too.
let regressionSizes = [
  (1_000_000, 20), (100_000, 100), (2000, 500), (10_000, 1000), (100_000, 50), (60_000, 784),
]

/// Predictors uniform in [−1, 1), and a linear function of them with noise.
func regressionData(_ n: Int, _ p: Int) throws -> (x: Matrix<Double>, y: [Double]) {
  let values = numbers(n * p, seed: 1)
  let x = unsafe Matrix<Double>(rows: n, columns: p) { memory in
    for (i, value) in values.enumerated() { unsafe memory.initializeElement(at: i, to: value) }
  }
  let noise = numbers(n, seed: 2)
  let signal = x * (0..<p).map { 1 / Double(1 + $0 % 5) }
  return (x, zip(signal, noise).map { 0.25 + $0 + 2 * $1 })
}

/// Ordinary least squares with standard errors and p-values; the limit is `dsyrk` and `dposv` on [1 X] that is there.
private func linearJob(rows n: Int, columns p: Int) -> Job {
  Job(
    name: "OLS", size: "\(n)×\(p)", growth: p == 20 ? Growth("OLS of 20 predictors", n) : nil
  ) {
    let (x, y) = try regressionData(n, p)
    let design = [Double](repeating: 1, count: n) + x.elements
    let (rows, order) = (Int32(n), Int32(p + 1))
    struct State {
      var gram: [Double]
      var moment: [Double]
    }
    let empty = State(
      gram: Array(repeating: 0, count: (p + 1) * (p + 1)),
      moment: Array(repeating: 0, count: p + 1))
    return Contest(
      ours: contestant([Double](), result: { $0 }) { result in
        let fit = try LinearRegression().fit(x, y)
        result = [fit.intercept] + fit.coefficients
        precondition(fit.pValues.count == p)
      },
      loop: contestant([Double](), result: { $0 }) { result in
        result = unsafe loopRegression(n, p, x.elements, y)
      },
      raw: contestant(empty, result: { $0.moment }) { s in
        unsafe cblas_dsyrk(
          CblasColMajor, CblasUpper, CblasTrans, order, rows, 1, design, rows, 0, &s.gram, order)
        unsafe cblas_dgemv(
          CblasColMajor, CblasTrans, rows, order, 1, design, rows, y, 1, 0, &s.moment, 1)
        _ = unsafe LAPACKE_dposv_work(
          LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), order, 1, &s.gram, order, &s.moment, order)
      }, tolerance: 1e-9)
  }
}

/// The same by Householder QR; the limit is `dgels` on [1 X], which it destroys, so that copying is part of it.
private func householderJob(rows n: Int, columns p: Int) -> Job {
  Job(name: "OLS by QR", size: "\(n)×\(p)") {
    let (x, y) = try regressionData(n, p)
    let (rows, columns) = (Int32(n), Int32(p + 1))
    var work = leastSquaresWorkspace(rows, columns)
    struct State {
      var design: [Double]
      var x: [Double]
    }
    let empty = State(design: Array(repeating: 1, count: n * (p + 1)), x: y)
    return Contest(
      ours: contestant([Double](), result: { $0 }) { result in
        let fit = try LinearRegression(solver: .qr).fit(x, y)
        result = [fit.intercept] + fit.coefficients
      },
      loop: contestant([Double](), result: { $0 }) { result in
        result = unsafe loopRegression(n, p, x.elements, y)
      },
      raw: contestant(empty, result: { Array($0.x[...p]) }) { s in
        copy(y, into: &s.x)
        unsafe s.design.withUnsafeMutableBufferPointer { design in
          unsafe design[..<n].update(repeating: 1)
          _ = unsafe design[n...].update(fromContentsOf: x.elements)
        }
        _ = unsafe LAPACKE_dgels_work(
          LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), rows, columns, 1, &s.design, rows, &s.x,
          rows, &work, Int32(work.count))
      }, tolerance: 1e-9)
  }
}

/// Logistic regression, l2Penalty 10⁻⁴, to a relative suboptimality of 10⁻⁸.
///
/// The loop is Newton's method, with very many predictors L-BFGS.
private func logisticJob(rows n: Int, columns p: Int) -> Job {
  Job(
    name: "logistic", size: "\(n)×\(p)",
    growth: p == 20 ? Growth("logistic of 20 predictors", n) : nil
  ) {
    let (x, y) = try regressionData(n, p)
    let labels = y.map { $0 > 0.25 }
    let isWide = p > 500
    return Contest(
      ours: contestant([Double](), result: { $0 }) { result in
        // Where it converges slowly what L-BFGS takes to be left may be little more than half of it.
        let fit = try LogisticRegression(l2Penalty: 1e-4, tolerance: isWide ? 5e-9 : 1e-8)
          .fit(x, labels)
        result = [fit.intercept] + fit.coefficients
      },
      loop: contestant([Double](), result: { $0 }) { result in
        if !isWide {
          result = unsafe loopLogistic(n, p, x.elements, labels, l2Penalty: 1e-4)
          return
        }
        var z = [Double](repeating: 0, count: n)
        result = unsafe loopLBFGS(p + 1, gradientSquare: gradientSquare(1e-8)) { theta, gradient in
          let loss = unsafe loopLogisticGradient(n, p, x.elements, labels, theta, &z, gradient)
          return unsafe loss + addPenalty(1..<p + 1, theta, gradient)
        }
      }, loopIsLong: isWide, tolerance: isWide ? 1e-2 : 1e-4)
  }
}

private let penalty = 1e-4

/// The squared gradient at which a value of about 1 is suboptimal by at most so much: ‖g‖²/(2 penalty).
private func gradientSquare(_ suboptimality: Double) -> Double { 2 * penalty * suboptimality }

/// Adds the gradient of the penalty on some of the parameters; returns its value.
private func addPenalty(
  _ penalized: Range<Int>, _ theta: UnsafePointer<Double>, _ gradient: Doubles
) -> Double {
  var sum = 0.0
  for j in penalized {
    unsafe gradient[j] += penalty * theta[j]
    unsafe sum += theta[j] * theta[j]
  }
  return penalty / 2 * sum
}

/// Class indices from responses.
private func classLabels(_ y: [Double], _ k: Int) -> [Int] {
  y.map { min(k - 1, max(0, Int($0) + k / 2)) }
}

/// Softmax regression, l2Penalty 10⁻⁴, to a relative suboptimality of 10⁻⁶.
///
/// The loop is L-BFGS; with very many predictors it would take minutes.
private func softmaxFitJob(rows n: Int, columns p: Int, classes k: Int) -> Job {
  Job(name: "softmax fit", size: "\(n)×\(p)×\(k)") {
    let (x, y) = try regressionData(n, p)
    let labels = classLabels(y, k)
    return Contest(
      ours: contestant([Double](), result: { $0 }) { result in
        // Where it converges slowly what L-BFGS takes to be left may be little more than half of it.
        let fit = try SoftmaxRegression(l2Penalty: 1e-4, tolerance: p > 500 ? 5e-7 : 1e-6)
          .fit(x, labels)
        result = fit.intercepts + fit.coefficients.elements
      },
      loop: p > 500
        ? nil
        : contestant([Double](), result: { $0 }) { result in
          let design = [Double](repeating: 1, count: n) + x.elements
          var z = [Double](repeating: 0, count: n * k)
          let theta = unsafe loopLBFGS((p + 1) * k, gradientSquare: gradientSquare(1e-6)) {
            theta, gradient in
            var value = unsafe loopSoftmaxGradient(
              n, p + 1, k, design, labels, theta, &z, gradient)
            for c in 0..<k {
              value += unsafe addPenalty(c * (p + 1) + 1..<(c + 1) * (p + 1), theta, gradient)
            }
            return value
          }
          let columns = (0..<k).map { theta[$0 * (p + 1)..<($0 + 1) * (p + 1)] }
          result = columns.map { $0.first! } + columns.flatMap { $0.dropFirst() }
        }, loopIsLong: true, tolerance: 1e-2)
  }
}

/// One value and gradient of softmax regression; the limit is its two matrix products.
private func softmaxJob(rows n: Int, columns p: Int, classes k: Int) -> Job {
  Job(
    name: "softmax loss", size: "\(n)×\(p)×\(k)",
    growth: p == 50 ? Growth("softmax loss of 50 predictors", n) : nil
  ) {
    let (x, y) = try regressionData(n, p)
    let labels = classLabels(y, k)
    let w = try Matrix(rows: p, columns: k, columnMajor: numbers(p * k, seed: 3))
    let goal = try SoftmaxObjective(x, labels, classes: k, fitsIntercept: false)
    struct State {
      var z: [Double]
      var gradient: [Double]
    }
    let empty = State(
      z: Array(repeating: 0, count: n * k), gradient: Array(repeating: 0, count: p * k))
    let (rows, columns, classes) = (Int32(n), Int32(p), Int32(k))
    return Contest(
      ours: contestant(empty.gradient, result: { $0 }) { gradient in
        _ = goal.value(at: w.elements, gradient: &gradient)
      },
      loop: contestant(empty, result: { $0.gradient }) { s in
        _ = unsafe loopSoftmaxGradient(
          n, p, k, x.elements, labels, w.elements, &s.z, &s.gradient)
      },
      raw: contestant(empty, result: { $0.gradient }) { s in
        unsafe cblas_dgemm(
          CblasColMajor, CblasNoTrans, CblasNoTrans, rows, classes, columns, 1, x.elements, rows,
          w.elements, columns, 0, &s.z, rows)
        unsafe cblas_dgemm(
          CblasColMajor, CblasTrans, CblasNoTrans, columns, classes, rows, 1, x.elements, rows,
          s.z, rows, 0, &s.gradient, columns)
      }, rawIsMemory: true)
  }
}
