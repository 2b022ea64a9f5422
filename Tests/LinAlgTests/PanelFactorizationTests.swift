import LinAlg
import TestSupport
import Testing

/// Factorizations of several panels, whose columns threads share, also more threads than there are processors.
@Suite struct PanelFactorizationTests {
  /// Tried on one thread, two and five.
  private func onThreads(_ body: (Comment) throws -> Void) rethrows {
    for threads in [1, 2, 5] {
      try BLASRuntime.withThreads(threads) { try body("\(threads) threads") }
    }
  }

  private func checkLU<Element: Scalar>(_: Element.Type, order n: Int) throws {
    let a = Matrix<Element>.random(n, n, seed: 1)
    let b = Matrix<Element>.random(n, 2, seed: 2)
    try onThreads { comment in
      let lu = try LU(a)
      #expect(Bounds.difference(lu.lower * lu.upper, a.selectingRows(lu.rowOrder)) <= 1, comment)
      // Partial pivoting leaves nothing larger than 1 in L.
      #expect(lu.lower.elements.allSatisfy { $0.magnitude <= 1 }, comment)
      #expect(Bounds.residual(a, try lu.solve(b), b) <= 1, comment)
    }
  }

  private func checkCholesky<Element: Scalar>(_: Element.Type, order n: Int) throws {
    let a = Matrix<Element>.positiveDefinite(n, seed: 3)
    // What is above the diagonal must not be read.
    let half = Matrix<Element>(rows: n, columns: n) { $0 < $1 ? .nan : a[$0, $1] }
    try onThreads { comment in
      let l = try Cholesky(half).lower
      #expect(Bounds.difference(multiply(l, l, transposeB: true), a) <= 1, comment)
    }
  }

  private func checkQR<Element: Scalar>(_ a: Matrix<Element>) throws {
    try onThreads { comment in
      let qr = try QR(a)
      let q = try qr.q()
      #expect(Bounds.difference(q * qr.r, a) <= 1, comment)
      #expect(Bounds.orthogonality(q) <= 1, comment)
    }
  }

  @Test(arguments: [257, 320, 449, 700]) func orders(n: Int) throws {
    try checkLU(Double.self, order: n)
    try checkLU(Float.self, order: n)
    try checkCholesky(Double.self, order: n)
    try checkCholesky(Float.self, order: n)
    try checkQR(Matrix<Double>.random(n, n, seed: 4))
    try checkQR(Matrix<Float>.random(n, n, seed: 5))
  }

  @Test(arguments: [(1700, 161), (700, 384), (270, 1000), (33, 9000), (600, 265)])
  func shapes(rows: Int, columns: Int) throws {
    try checkQR(Matrix<Double>.random(rows, columns, seed: 6))
    try checkQR(Matrix<Float>.random(rows, columns, seed: 7))
  }

  /// Columns that are zero or copies need no reflection, or one of nothing but roundoff.
  @Test func columnsOfNothing() throws {
    var a = Matrix<Double>.random(600, 450, seed: 8)
    for i in 0..<600 {
      for j in [0, 40, 64, 449] { a[i, j] = 0 }
      for j in [7, 100, 444] { a[i, j] = a[i, j - 1] }
    }
    try checkQR(a)
    let triangle = Matrix<Double>(rows: 520, columns: 520) { $0 <= $1 ? a[$0, $1 % 450] : 0 }
    try checkQR(triangle)
  }

  @Test(arguments: [0, 63, 64, 300, 699]) func whereItIsSingular(column: Int) {
    var a = Matrix<Double>.random(700, 700, seed: 9)
    for i in 0..<700 { a[i, column] = 0 }
    onThreads { comment in
      #expect(throws: LinAlgError.singular(pivot: column), comment) { try LU(a) }
    }
  }

  @Test(arguments: [0, 63, 64, 300, 699]) func whereItIsNotDefinite(column: Int) {
    var a = Matrix<Double>.positiveDefinite(700, seed: 10)
    a[column, column] = -1
    onThreads { comment in
      #expect(throws: LinAlgError.notPositiveDefinite(order: column + 1), comment) {
        try Cholesky(a)
      }
    }
  }
}
