import Foundation
import LinAlg
import Testing

/// Reference values of classic data sets, solved to 25 digits and more by `Reference/classics.py`.
struct Classic: Decodable, CustomTestStringConvertible {
  let name: String
  let model: String
  let l2Penalty: Double?
  let classes: Int?
  let x: [[Double]]
  let y: [Double]
  let weights: [Double]?
  let sampleWeights: [Double]?
  let coefficients: Numbers
  let interceptValue: Numbers?
  let standardErrors: Numbers?
  let interceptStandardError: Numbers?
  let interceptStandardErrors: Numbers?
  let rSquared: Numbers?
  let adjustedRSquared: Numbers?
  let fStatistic: Numbers?
  let fPValue: Numbers?
  let logLikelihood: Numbers?
  let deviance: Numbers?
  let nullLogLikelihood: Numbers?
  let mcFaddenRSquared: Numbers?
  let aic: Numbers?
  let bic: Numbers?
  let residualSumOfSquares: Numbers?
  let tValues: Numbers?
  let zValues: Numbers?
  let pValues: Numbers?
  let confidenceIntervals95: Numbers?
  let hc0: Numbers?
  let hc1: Numbers?
  let hc2: Numbers?
  let hc3: Numbers?
  let cluster: Cluster?
  let leverage: Numbers?
  let studentizedInternal: Numbers?
  let studentizedExternal: Numbers?
  let cooksDistance: Numbers?
  let objective: Numbers?

  struct Cluster: Decodable {
    let groups: [Int]
    let standardErrors: Numbers
  }

  /// Numbers written as decimal strings, alone, in arrays or in arrays of arrays, read in order.
  struct Numbers: Decodable {
    let values: [Double]
    var value: Double { values[0] }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        values = [try #require(Double(text))]
      } else if let number = try? container.decode(Double.self) {
        values = [number]
      } else {
        values = try container.decode([Numbers].self).flatMap(\.values)
      }
    }
  }

  var testDescription: String { "\(name) \(model)" }

  var design: Matrix<Double> {
    do {
      return try Matrix(x)
    } catch {
      preconditionFailure("\(name): \(error)")
    }
  }

  /// The smallest number of correct digits in a list of values.
  static func digits(_ values: [Double], _ reference: Numbers) -> Double {
    guard values.count == reference.values.count else { return -1 }
    // A value that is 0 but for roundoff has no relative error: it is compared with the largest.
    let scale = reference.values.map(\.magnitude).max() ?? 0
    return zip(values, reference.values).map { value, exact in
      if value == exact { return 17 }
      let size = max(exact.magnitude, 1e-6 * scale)
      return min(17, -log10((value - exact).magnitude / size))
    }.min() ?? 17
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Reference/classics")

  static func all(_ model: String) -> [Classic] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap { file in
      guard file.hasSuffix(".json"), file.contains("-\(model)") else { return nil }
      do {
        return try JSONDecoder().decode(
          Classic.self, from: Data(contentsOf: folder.appending(path: file)))
      } catch {
        preconditionFailure("\(file): \(error)")
      }
    }
  }
}
