import Foundation
import LinAlg
import TestSupport
import Testing

@testable import Models

@Suite struct EvaluationTests {
  @Test func metrics() throws {
    #expect(try accuracy(["a", "b", "b"], ["a", "b", "a"]) == 2.0 / 3)
    #expect(try meanSquaredError([1, 2, 4], [1, 3, 2]) == 5.0 / 3)
    #expect(Bounds.digits(try rSquared([1, 2, 4], [1, 3, 2]), 1 - 5.0 / 2) >= 15)
    #expect(try rSquared([1, 2], [1, 2]) == 1)
    let loss = try logLoss([0.9, 0.2, 0.5], [true, false, true])
    #expect(
      Bounds.digits(loss, -(Foundation.log(0.9) + Foundation.log(0.8) + Foundation.log(0.5)) / 3)
        >= 14)
    #expect(try logLoss([1, 0], [true, false]) == 0)
    #expect(try logLoss([0.0], [true]) == .infinity)
    let multi = try logLoss([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]], [0, 2])
    #expect(Bounds.digits(multi, -(Foundation.log(0.7) + Foundation.log(0.1)) / 2) >= 14)
    let confusion = try ConfusionMatrix([1, 2, 2, 5], [1, 2, 1, 2])
    #expect(confusion.classes == [1, 2, 5])
    #expect(confusion.counts == [[1, 1, 0], [0, 1, 1], [0, 0, 0]])
    #expect(confusion.precision(2) == 0.5 && confusion.recall(1) == 0.5)
    #expect(confusion.precision(5) == 0 && confusion.recall(5).isNaN && confusion.recall(9).isNaN)
  }

  /// By its definition: all pairs of a positive and a negative row.
  @Test func areaUnderTheCurve() throws {
    let scores = (0..<200).map { Double(($0 * 37) % 50) }
    let labels = (0..<200).map { ($0 * 13) % 7 < 3 }
    var (wins, pairs) = (0.0, 0.0)
    for i in 0..<200 where labels[i] {
      for j in 0..<200 where !labels[j] {
        pairs += 1
        wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0
      }
    }
    #expect(Bounds.digits(try areaUnderROC(scores, labels), wins / pairs) >= 15)
    #expect(try areaUnderROC([1, 2, 3], [false, true, true]) == 1)
    #expect(try areaUnderROC([1, 1], [false, true]) == 0.5)
    #expect(throws: ModelError.oneClass) { try areaUnderROC([1, 2], [true, true]) }
    #expect(throws: ModelError.self) { try areaUnderROC([1, .nan], [true, false]) }
  }

  @Test func wrongArgumentsAreNamed() {
    #expect(throws: ModelError.noData) { try accuracy([Int](), []) }
    #expect(throws: ModelError.dimensionMismatch("predictions", expected: 2, found: 1)) {
      try meanSquaredError([1], [1, 2])
    }
    #expect(throws: ModelError.self) { try logLoss([1.5], [true]) }
    #expect(throws: ModelError.unknownLabel(row: 0, label: "3")) {
      try logLoss([[0.5, 0.5]], [3])
    }
    #expect(throws: ModelError.unknownLabel(row: 1, label: "-1")) {
      try oneHot([0, -1], classes: 2)
    }
  }

  @Test func splits() throws {
    let split = try TrainTestSplit(rows: 100, testShare: 0.3, seed: 7)
    #expect(split.test.count == 30 && split.train.count == 70)
    #expect(Set(split.test).union(split.train) == Set(0..<100))
    #expect(try TrainTestSplit(rows: 100, testShare: 0.3, seed: 7) == split)
    #expect(try TrainTestSplit(rows: 100, testShare: 0.3, seed: 8) != split)
    let labels = (0..<100).map { $0 < 20 ? "rare" : "common" }
    let even = try TrainTestSplit(stratifying: labels, testShare: 0.25, seed: 7)
    #expect(even.test.count { labels[$0] == "rare" } == 5 && even.test.count == 25)
    #expect(try TrainTestSplit(rows: 0, seed: 1).train.isEmpty)
    #expect(throws: ModelError.self) { try TrainTestSplit(rows: 5, testShare: 2, seed: 1) }
    // Steele, Lea & Flood's first numbers for the seed 1234567.
    var generator = SplitMix64(seed: 1_234_567)
    #expect(generator.next() == 6_457_827_717_110_365_317)
    #expect(generator.next() == 3_203_168_211_198_807_973)
  }

  @Test func standardisation() throws {
    let x = Matrix<Double>(rows: 50, columns: 3) { i, j in
      j == 2 ? 0.1 : 1e6 + Double(i * (j + 3) % 17)
    }
    let standardize = try Standardization(x)
    let z = try standardize(x)
    for j in 0..<2 {
      #expect((sum(z[column: j]) / 50).magnitude < 1e-9)
      #expect((norm(z[column: j]) - 50.0.squareRoot()).magnitude < 1e-9)
    }
    #expect(z[column: 2].allSatisfy { $0 == 0 })
    #expect((try standardize.inverse(z) - x).elements.allSatisfy { $0.magnitude < 1e-9 })
    #expect(throws: ModelError.dimensionMismatch("columns", expected: 3, found: 1)) {
      try standardize([[1]])
    }
    #expect(throws: ModelError.noData) { try Standardization(Matrix(rows: 0, columns: 2)) }
    #expect(throws: ModelError.nonFinite(row: 0, column: 1)) { try Standardization([[1, .nan]]) }
  }

  @Test func labels() throws {
    let index = LabelIndex(["b", "a", "c", "a"])
    #expect(index.classes == ["a", "b", "c"] && index.indices == [1, 0, 2, 0])
    let hot = try oneHot(index.indices, classes: 3)
    #expect(hot == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]])
    #expect(LabelIndex([Int]()).classes.isEmpty)
    // A class that no row of weight counts for leaves no gap.
    let counted = try LabelIndex(checking: [2, 0, 1, 2, 0], [1, 1, 0, 0, 2])
    #expect(counted.classes == [0, 2] && counted.indices == [1, 0, 0, 1, 0])
    #expect(throws: ModelError.oneClass) { try LabelIndex(checking: [2, 0, 2], [1, 0, 1]) }
    #expect(throws: ModelError.unknownLabel(row: 3, label: "nan")) {
      try LabelIndex(checking: [2, 1, 2, .nan, .nan], nil)
    }
    // Of very many NaN none looks for the others.
    #expect(throws: ModelError.unknownLabel(row: 1, label: "nan")) {
      try LabelIndex(checking: [1] + Array(repeating: Double.nan, count: 1_000_000), nil)
    }
  }
}
