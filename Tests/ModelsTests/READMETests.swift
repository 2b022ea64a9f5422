import Foundation
import LinAlg
import Models
import TestSupport
import Testing

/// The snippets of the README, compiled and run.
///
/// The last test proves that they are the README's.
@Suite struct READMETests {
  @Test func matrices() throws {
    let a: Matrix<Double> = [[4, 1], [2, 3]]
    let b = a * a  // a product through BLAS
    let x = try a.solve([6, 8])  // [1, 2]
    let lu = try LU(a)  // factor once, solve many
    let y = try lu.solve([5, 5], transposed: true)  // [0.5, 1.5] solves Aᵀy = (5, 5)
    print(b, lu.rowOrder, try lu.determinant, try lu.reciprocalCondition)

    #expect(Bounds.difference(Matrix(column: x), [[1], [2]]) <= 1)
    #expect(Bounds.difference(Matrix(column: y), [[0.5], [1.5]]) <= 1)
    #expect(b == [[18, 7], [14, 11]])
  }

  @Test func products() {
    let (a, b) = (Matrix<Double>.random(3, 4, seed: 1), Matrix<Double>.random(3, 5, seed: 2))
    var c = Matrix<Double>(rows: 4, columns: 5)
    multiply(a, b, into: &c, transposeA: true)  // C ← Aᵀ B: nothing copied, nothing allocated

    #expect(Bounds.difference(c, a.transposed() * b) <= 1)
  }

  @Test func vectorFunctions() {
    let p = sigmoid([-1000, 0, 2.0])  // [0, 0.5, 0.88…]
    let q = softmax([[0, 1e4], [2, 2]] as Matrix<Double>)  // [[0, 1], [0.5, 0.5]]

    #expect(p[0] == 0 && p[1] == 0.5 && Bounds.digits(p[2], 0.8807970779778823) >= 15)
    #expect(q == [[0, 1], [0.5, 0.5]])
  }

  @Test func bands() throws {
    let band = try BandMatrix<Double>(
      order: 4, diagonals: [-1: [1, 1, 1], 0: [4, 4, 4, 4], 1: [1, 1, 1]])
    let z = try band.solve([5, 6, 6, 5])  // [1, 1, 1, 1] through gbsv

    #expect(Bounds.difference(Matrix(column: z), Matrix(column: [1, 1, 1, 1])) <= 1)
  }

  @Test func leastSquaresOfAnyRank() throws {
    let fit = try leastSquares([[1, 1], [1, 1], [1, 1]], [1, 2, 3])
    print(fit.rank, fit.coefficients)  // 1 [1.0, 1.0]: of all solutions the shortest

    #expect(fit.rank == 1)
    #expect(Bounds.difference(Matrix(column: fit.coefficients), [[1], [1]]) <= 1)
  }

  @Test func regression() throws {
    let predictors: Matrix<Double> = [[1, 2], [2, 1], [3, 5], [4, 3], [5, 8]]
    let model = try LinearRegression().fit(predictors, [14, 15, 29, 26, 45])
    print(model.intercept, model.coefficients)  // 5.1 [3.1, 3.0]
    print(model.standardErrors, model.rSquared)
    let forecast = try model.predict([[6, 9]])

    #expect(Bounds.digits(model.intercept, 5.1) >= 13)
    #expect(Bounds.digits(forecast[0], 50.7) >= 13)
  }

  @Test func errors() throws {
    do {
      _ = try LU<Double>([[1, 2], [2, 4]])
    } catch .singular(let pivot) {
      print("the matrix is singular at pivot \(pivot)")
    }
  }

  @Test func theseAreTheSnippetsOfTheREADME() throws {
    func lines(_ text: String) -> [String] {
      text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty && !$0.hasPrefix("import ") }
    }
    let here = URL(filePath: #filePath)
    let root = here.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let source = try String(contentsOf: here, encoding: .utf8)
    let blocks = readme.components(separatedBy: "```swift\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }.filter { !$0.contains(".package(") }
    #expect(blocks.count >= 5)
    let tested = lines(source).joined(separator: "\n")
    for block in blocks {
      #expect(tested.contains(lines(block).joined(separator: "\n")), "not tested:\n\(block)")
    }
  }
}
