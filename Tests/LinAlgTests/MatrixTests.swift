import Foundation
import LinAlg
import TestSupport
import Testing

@Suite struct MatrixTests {
  typealias M = Matrix<Double>
  let a: M = [[1, 2, 3], [4, 5, 6]]

  @Test func ordersOfElements() throws {
    #expect(a.rows == 2 && a.columns == 3 && !a.isEmpty && !a.isSquare)
    #expect(a.elements == [1, 4, 2, 5, 3, 6])
    #expect(try M(rows: 2, columns: 3, columnMajor: [1, 4, 2, 5, 3, 6]) == a)
    #expect(try M(rows: 2, columns: 3, rowMajor: [1, 2, 3, 4, 5, 6]) == a)
    #expect(
      try M(rows: 2, columns: 3, rowMajor: stride(from: 1.0, through: 6, by: 1).map { $0 }[...])
        == a)
    #expect(M(rows: 2, columns: 3) { Double(3 * $0 + $1 + 1) } == a)
    #expect(a[1, 2] == 6)
    #expect(M(rows: 2, columns: 2, repeating: 7).elements == [7, 7, 7, 7])
    #expect(M.identity(2) == [[1, 0], [0, 1]])
    #expect(M(diagonal: [1, 2]) == [[1, 0], [0, 2]])
    #expect(([[1, 2, 3], [4, 5, 6]] as M).diagonal == [1, 5])
    #expect(try M([]) == M(rows: 0, columns: 0))
  }

  @Test func anArrayIsTakenOverWithoutACopy() throws {
    let elements = [Double](repeating: 1, count: 100)
    let address = unsafe elements.withUnsafeBufferPointer {
      UInt(bitPattern: $0.baseAddress)
    }
    let matrix = try M(rows: 10, columns: 10, columnMajor: elements)
    #expect(
      unsafe matrix.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) } == address)
    let back = matrix.elements
    #expect(
      unsafe back.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) } == address)
  }

  /// A factorization of a matrix that the caller gives up works in its memory.
  @Test func factorizationsReuseMemoryThatIsGivenUp() throws {
    var matrix = M.positiveDefinite(40, seed: 1)
    let address = unsafe matrix.withUnsafeMutableBufferPointer {
      UInt(bitPattern: $0.baseAddress)
    }
    let lu = try LU(consume matrix)
    #expect(
      unsafe lu.factors.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        == address)
  }

  @Test func valuesDoNotShareChanges() {
    var b = a
    b[0, 0] = 9
    #expect(a[0, 0] == 1 && b[0, 0] == 9)
    #expect(a != b && a == a && Set([a, a, b]).count == 2)
  }

  @Test func memoryIsReachable() {
    var b = a
    unsafe b.withUnsafeMutableBufferPointer { unsafe $0[5] = 7 }
    #expect(b[1, 2] == 7)
    unsafe b.withUnsafeMutableMatrixPointer { view in
      let corner = unsafe view[rows: 1..<2, columns: 1..<3]
      unsafe corner.base[corner.leadingDimension] = 8
      #expect(unsafe corner.rows == 1 && corner.columns == 2 && corner.leadingDimension == 2)
    }
    #expect(b[1, 2] == 8)
    #expect(b.withSpan { $0[5] } == 8)
    b.withMutableSpan { $0[5] = 9 }
    #expect(b[1, 2] == 9)
    let made = unsafe M(rows: 2, columns: 2) { buffer in
      for i in 0..<4 { unsafe buffer.initializeElement(at: i, to: Double(i)) }
    }
    #expect(made == [[0, 2], [1, 3]])
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try unsafe M(rows: 2, columns: 2) { (_) throws(Stop) in throw Stop() }
    }
  }

  @Test func rowsColumnsAndBlocks() {
    var b = a
    #expect(b[row: 1] == [4, 5, 6] && b[column: 1] == [2, 5])
    b[row: 0] = [7, 8, 9]
    b[column: 2] = [0, 1]
    #expect(b == [[7, 8, 0], [4, 5, 1]])
    #expect(b[rows: 0..<1, columns: 1..<3] == [[8, 0]])
    #expect(b[rows: 1..., columns: ...1] == [[4, 5]])
    #expect(b[columns: 1...] == [[8, 0], [5, 1]])
    #expect(b[rows: 1...] == [[4, 5, 1]])
    b[rows: ..<1, columns: 0..<2] = [[1, 2]]
    #expect(b == [[1, 2, 0], [4, 5, 1]])
    b[columns: 0..<1] = [[3], [3]]
    b[rows: 1..<2] = [[5, 5, 5]]
    #expect(b == [[3, 2, 0], [5, 5, 5]])
    #expect(a.selectingRows([1, 0, 1]) == [[4, 5, 6], [1, 2, 3], [4, 5, 6]])
    #expect(a.selectingColumns([2, 0]) == [[3, 1], [6, 4]])
    #expect(a.appendingColumns([[7], [8]]) == [[1, 2, 3, 7], [4, 5, 6, 8]])
    #expect(a.appendingRows([[7, 8, 9]]) == [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    #expect(M(row: [1, 2]) == [[1, 2]] && M(column: [1, 2]) == [[1], [2]])
  }

  /// Around the squares of four and eight that are turned in registers, strips of two, and parts of tall
  /// matrices.
  @Test(arguments: [
    (1, 5), (5, 1), (2, 3), (3, 4), (3, 100), (100, 3), (4, 4), (5, 4), (4, 7), (7, 70), (70, 7),
    (8, 8), (9, 8), (8, 9), (15, 13), (16, 16), (17, 33), (32, 32), (33, 31), (100, 63), (129, 66),
    (9001, 13), (5003, 20), (3001, 50),
  ])
  func transposition(rows: Int, columns: Int) {
    func check<E: Scalar>(_: E.Type) {
      let m = Matrix<E>.random(rows, columns, seed: 3)
      let t = m.transposed()
      #expect(t.rows == columns && t.columns == rows)
      #expect(Matrix<E>(rows: columns, columns: rows) { m[$1, $0] } == t)
      #expect(t.transposed() == m)
      // A block of a larger matrix.
      let frame = Matrix<E>.random(rows + 3, columns + 2, seed: 4)
      let block = unsafe frame.withUnsafeMatrixPointer {
        unsafe $0[rows: 2..<rows + 2, columns: 1..<columns + 1].transposed()
      }
      #expect(block == Matrix<E>(rows: columns, columns: rows) { frame[$1 + 2, $0 + 1] })
    }
    check(Double.self)
    check(Float.self)
  }

  /// Larger than 4 MiB, which goes around the caches where columns are whole lines of them, into memory at any place; what lies
  /// between the columns stays.
  @Test func transpositionAroundCaches() {
    func check<E: Scalar>(_: E.Type, _ leadingDimension: Int) {
      let (m, n, ldb) = (1051, 1029, leadingDimension)
      let a = Matrix<E>.random(m, n, seed: 3).elements
      for place in [0, 1, 7, 12] {
        var b = [E](repeating: 9, count: ldb * m + place)
        unsafe b.withUnsafeMutableBufferPointer {
          unsafe E._transpose(m, n, a, m, $0.baseAddress! + place, ldb)
        }
        let wrong = (0..<ldb * m).first {
          let (j, i) = ($0 % ldb, $0 / ldb)
          return b[$0 + place] != (j < n ? a[i + j * m] : 9)
        }
        #expect(wrong == nil, "\(E.self), from \(place)")
        #expect(b[..<place].allSatisfy { $0 == 9 })
      }
    }
    check(Double.self, 1040)
    check(Float.self, 1040)
    check(Double.self, 1031)
    check(Double.self, 1536)
  }

  @Test func arithmetic() {
    var b = a
    b += a
    #expect(b == 2 * a && b == a * 2 && b == a + a)
    b -= a
    #expect(b == a && a - a == M(rows: 2, columns: 3) && -a == -1 * a)
    b *= 3
    #expect(b / 3 == a)
    #expect(a.elementwiseProduct(a) == [[1, 4, 9], [16, 25, 36]])
    #expect(a.map { $0 * $0 } == a.elementwiseProduct(a))
  }

  @Test func reductions() {
    #expect(a.rowSums() == [6, 15] && a.columnSums() == [5, 7, 9])
    #expect(a.rowMeans() == [2, 5] && a.columnMeans() == [2.5, 3.5, 4.5])
    #expect(a.sum() == 21 && a.mean() == 3.5)
    let m: M = [[1, -5], [-3, 2]]
    #expect(m.norm1 == 7 && m.normInfinity == 6 && m.normMaximum == 5)
    #expect((m.normFrobenius - Double(39).squareRoot()).magnitude < 1e-15)
    #expect(M(rows: 0, columns: 0).norm1 == 0 && M(rows: 0, columns: 0).normFrobenius == 0)
    #expect(([[1e200, 1e200]] as M).normFrobenius == 1e200 * Double(2).squareRoot())
    #expect(([[3e-200, 4e-200]] as M).normFrobenius == 5e-200)
    #expect(([[.nan, 1]] as M).norm1.isNaN && ([[1, .nan]] as M).normInfinity.isNaN)
    #expect(
      ([[.nan, 1]] as M).normMaximum.isNaN && ([[.infinity, 1]] as M).normMaximum == .infinity)
    #expect(([[.infinity, 1]] as M).norm1 == .infinity)
  }

  /// Sums over lengths around the 32 lanes of the kernels, exact because the numbers are small integers.
  @Test(arguments: [0, 1, 31, 32, 33, 64, 100, 1023, 5000]) func kernelsOverAllLengths(n: Int) {
    let x = (0..<n).map { Float($0 % 7) - 3 }
    #expect(sum(x) == x.reduce(0, +))
    #expect(norm1(x) == x.reduce(0) { $0 + $1.magnitude })
    #expect(normInfinity(x) == (x.map(\.magnitude).max() ?? 0))
    for position in [0, n / 2, n - 1] where position >= 0 && position < n {
      var y = x
      y[position] = .infinity
      #expect(throws: LinAlgError.nonFinite(row: position, column: 0)) {
        try Matrix(column: y).checkFinite()
      }
      #expect(normInfinity(y) == .infinity)
      y[position] = .nan
      #expect(normInfinity(y).isNaN && norm1(y).isNaN)
    }
  }

  /// The error of a sum does not grow with its length, and what is infinite stays so.
  @Test func longSums() {
    var x = [Float](repeating: 0.1, count: 10_000_001)
    let (tenth, bound) = (Double(x[0]), 8 * Double(Float.ulpOfOne))
    #expect((Double(sum(x)) / (tenth * 10_000_001) - 1).magnitude < bound)
    #expect((Double(norm1(x)) / (tenth * 10_000_001) - 1).magnitude < bound)
    x[5] = 1
    // The logarithm itself is rounded to 24 bits of 16.
    let total = log(10_000_000 * exp(tenth) + exp(1))
    #expect((Double(logSumExp(x)) - total).magnitude < bound + 16 * Double(Float.ulpOfOne))
    x[5] = .infinity
    #expect(sum(x) == .infinity && norm1(x) == .infinity && logSumExp(x) == .infinity)
    x[500_000] = -.infinity
    #expect(sum(x).isNaN)
    #expect(sum([Float](repeating: 1e38, count: 10_000)) == .infinity)
  }

  @Test func json() throws {
    let data = try JSONEncoder().encode(a)
    #expect(try JSONDecoder().decode(M.self, from: data) == a)
    let broken = Data(#"{"rows": 2, "columns": 2, "columnMajor": [1]}"#.utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(M.self, from: broken) }
    let negative = Data(#"{"rows": -1, "columns": -1, "columnMajor": [1]}"#.utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(M.self, from: negative) }
  }

  @Test func printing() {
    #expect(
      ([[1, 0.5], [-10, 100.25]] as M).description == """
        Matrix<Double> 2×2
            1    0.50
          -10  100.25
        """)
    #expect(
      ([[1e-10, .nan], [1, .infinity]] as M).description == """
        Matrix<Double> 2×2
          1.00000e-10  nan
          1.00000e+00  inf
        """)
    #expect(M(rows: 0, columns: 3).description == "Matrix<Double> 0×3")
    let large = M(rows: 100, columns: 50) { Double(100 * $0 + $1) }.description
    let lines = large.split(separator: "\n")
    #expect(lines.count == 12 && lines[0] == "Matrix<Double> 100×50")
    #expect(lines[1] == "     0     1     2     3  …    46    47    48    49")
    #expect(lines[6] == "     ⋮     ⋮     ⋮     ⋮  ⋱     ⋮     ⋮     ⋮     ⋮")
    #expect(lines[11] == "  9900  9901  9902  9903  …  9946  9947  9948  9949")
  }
}
