import LinAlg
import TestSupport
import Testing

/// The kernels of QR: every remainder of panels and vectors, and columns of any scale.
@Suite struct ReflectionTests {
  @Test(arguments: [1, 2, 7, 8, 9, 12, 15, 16, 17, 23, 24, 25, 31, 33, 40, 41, 100])
  func shapes(rows: Int) throws {
    for columns in [1, 3, 4, 7, 8, 9, 11, 12, 13, 16, 17, 20, 24, 30, 45] {
      try check(Matrix<Double>.random(rows, columns, seed: UInt64(columns)))
      try check(Matrix<Float>.random(rows, columns, seed: UInt64(columns)))
    }
  }

  /// Around the sizes where LAPACK takes over, and columns of more rows than meet all others at a time.
  @Test(arguments: [
    (300, 256), (300, 257), (256, 300), (1030, 250), (1060, 250), (1800, 150), (1800, 151),
  ])
  func largeShapes(rows: Int, columns: Int) throws {
    try check(Matrix<Double>.random(rows, columns, seed: 1))
    try check(Matrix<Float>.random(rows, columns, seed: 2))
  }

  /// Columns of many rows are no less orthogonal than those of few: sums of all their terms, which have one sign here, in one go
  /// would be wrong by a hundred times as much.
  @Test func longColumns() throws {
    let (rows, bound) = (400_000, 16 * Double(Float.ulpOfOne))
    let a = Matrix<Float>(rows: rows, columns: 10) { i, j in
      (0..<j).reduce(0.1) { power, _ in power * Float(i) / Float(rows) }
    }
    let qr = try QR(a)
    let q = try Matrix(rows: rows, columns: 10, columnMajor: qr.q().elements.map { Double($0) })
    #expect((q.gram() - .identity(10)).normMaximum < bound)
    for j in 0..<10 {
      let (length, found) = (norm(a[column: j].map { Double($0) }), norm(qr.r[column: j]))
      #expect((Double(found) / length - 1).magnitude < bound, "column \(j)")
    }
    var ones = Matrix<Float>(rows: rows, columns: 1, repeating: 1)
    try qr.multiplyByQ(&ones, transposed: true)
    let squares = ones.elements.reduce(0) { $0 + Double($1) * Double($1) }
    #expect((squares / Double(rows) - 1).magnitude < bound)
  }

  /// A panel of columns whose products would overflow or vanish, though all their squares but one's are in range.
  @Test func products() throws {
    func check<T: Scalar>(_ first: T, _ other: T) throws {
      let random = Matrix<T>.random(41, 17, seed: 3)
      for k in 0..<8 {
        try self.check(Matrix(rows: 41, columns: 17) { random[$0, $1] * ($1 == k ? other : first) })
        // The first row and the last are not in whole vectors with others.
        for i in [0, 40] where other > first {
          var a = random * first
          a[i, k] = other
          try self.check(a)
        }
      }
    }
    try check(1e130, 1e200)
    try check(1e-130, 1e-250)
    try check(1e-130, 1e130)
    try check(1e10 as Float, 1e30)
    try check(1e-10 as Float, 1e-34)
  }

  /// Each column in turn depends on those before it so that it leaves nothing to reflect, or numbers whose squares are subnormal.
  @Test func dependentColumns() throws {
    func check<T: Scalar>(_ tiny: T) throws {
      for n in [8, 9, 30] {
        for dependent in 0..<8 {
          let random = Matrix<T>.random(n, 12, seed: 4)
          for rest: T in [0, tiny] {
            try self.check(
              Matrix<T>(rows: n, columns: 12) { i, j in
                if j < dependent && i > j { return 0 }
                return j == dependent && i >= j ? rest * random[i, j] : random[i, j]
              })
          }
        }
      }
    }
    try check(1e-161)
    try check(1e-22 as Float)
  }

  /// Norms whose squares over- or underflow, zeros, columns that are reduced already, subnormal numbers.
  @Test func scales() throws {
    let factors = [
      1e-308, 1e300, 1, 1e-200, 1e160, 0, 1e-160, 600 * .leastNonzeroMagnitude, 1e-12, 1e155,
    ]
    let random = Matrix<Double>.random(30, factors.count, seed: 1)
    try check(Matrix(rows: 30, columns: factors.count) { random[$0, $1] * factors[$1] })
    let few: [Float] = [
      1e-38, 1e37, 1, 1e-25, 1e19, 0, 1e-20, 7 * .leastNonzeroMagnitude, 1e-6, 1e20,
    ]
    let floats = Matrix<Float>.random(30, few.count, seed: 1)
    try check(Matrix(rows: 30, columns: few.count) { floats[$0, $1] * few[$1] })
    try check(Matrix<Double>(rows: 12, columns: 12) { $0 <= $1 ? 1 : 0 })
    // What is below the diagonal is too small to turn anything.
    try check(Matrix<Double>(rows: 12, columns: 3) { $0 <= $1 ? 1 : 1e-300 })
    try check(Matrix<Double>(rows: 9, columns: 20, repeating: 0))
  }

  /// R is what LAPACK's would be: its diagonal has the opposite sign of what was reflected, and single rows are left alone.
  @Test func signs() throws {
    let qr = try QR<Double>([[3, 1], [4, 2]])
    #expect((qr.r[0, 0] + 5).magnitude <= 5 * .ulpOfOne * 5)
    #expect(try QR<Double>([[-2, 5, 1]]).r == [[-2, 5, 1]])
    #expect(try QR(Matrix<Double>.identity(20)).r == .identity(20))
  }

  /// Each column of Q R is the matrix's to the rounding of its own norm (Higham 2002, theorem 19.4), and Q is orthogonal;
  /// products with few columns and with many are the same.
  private func check<T: Scalar>(_ a: Matrix<T>) throws {
    let comment: Comment = "\(a.rows)×\(a.columns) \(T.self)"
    let (qr, least) = (try QR(a), min(a.rows, a.columns))
    let (q, r) = (try qr.q(), qr.r)
    #expect(Bounds.orthogonality(q) <= 1, comment)
    for j in 0..<a.columns {
      let largest = normInfinity(a[column: j])
      // By powers of 2 to about 1, in two steps: one alone may overflow. What was rounded below the normal numbers stays.
      let exponent = largest == 0 ? 0 : Int(largest.exponent)
      let half = T(sign: .plus, exponent: T.Exponent(-exponent / 2), significand: 1)
      let rest = T(sign: .plus, exponent: T.Exponent(-exponent + exponent / 2), significand: 1)
      let found = multiply(q, Matrix(column: (0..<least).map { r[$0, j] * half * rest }))
      let lost = T(a.rows) * .leastNonzeroMagnitude * half * rest
      let limit = Bounds.roundoff(a.rows, T(a.rows).squareRoot()) + lost
      for i in 0..<a.rows {
        #expect((found[i, 0] - a[i, j] * half * rest).magnitude <= limit, comment)
      }
    }
    for transposed in [false, true] {
      let c = Matrix<T>.random(a.rows, 5, seed: 9)
      var (many, few, one) = (c, c[columns: 0..<4], c[columns: 4..<5])
      try qr.multiplyByQ(&many, transposed: transposed)
      try qr.multiplyByQ(&few, transposed: transposed)
      try qr.multiplyByQ(&one, transposed: transposed)
      #expect(Bounds.difference(few, many[columns: 0..<4]) <= 1, comment)
      #expect(Bounds.difference(one, many[columns: 4..<5]) <= 1, comment)
    }
  }
}
