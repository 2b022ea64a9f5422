import CBLAS
import LinAlg
import Models

/// Ordinary least squares with an intercept: ours also gives standard errors and the residual sum.
func regressionJob(rows n: Int, columns p: Int) -> Job {
  Job(name: "OLS", size: "\(n)×\(p)") {
    let x = try Matrix(rows: n, columns: p, columnMajor: numbers(n * p, seed: 1))
    let noise = numbers(n, seed: 2)
    let signal = x * (1...p).map { Double($0) }
    let y = zip(signal, noise).map { 1 + $0 + $1 }
    let (rows, columns) = (Int32(n), Int32(p + 1))
    let none = CChar(UInt8(ascii: "N"))
    var work = leastSquaresWorkspace(rows, columns)
    struct State {
      var design: [Double]
      var x: [Double]
    }
    let empty = State(design: Array(repeating: 1, count: n * (p + 1)), x: y)
    return Contest(
      ours: contestant([Double](), result: { $0 }) { result in
        let fit = try? LinearRegression().fit(x, y)
        result = fit.map { [$0.intercept] + $0.coefficients } ?? []
      },
      loop: contestant([Double](), result: { $0 }) { result in
        result = unsafe loopRegression(n, p, x.elements, y)
      },
      raw: contestant(empty, result: { Array($0.x[...p]) }) { s in
        for i in 0..<n {
          s.design[i] = 1
          s.x[i] = y[i]
        }
        for i in 0..<n * p { s.design[n + i] = x.elements[i] }
        _ = unsafe LAPACKE_dgels_work(
          LAPACK_COL_MAJOR, none, rows, columns, 1, &s.design, rows, &s.x, rows, &work,
          Int32(work.count))
      }, tolerance: 1e-9)
  }
}
