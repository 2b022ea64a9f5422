import Charts
import Foundation

/// A question, and what answers it.
struct Scenario: Sendable {
  let name: String
  let question: String
  let run: @Sendable (Report) throws -> Void
}

/// All of them, in the order of their numbers.
let scenarios = [
  regularizedLogistic, logisticWithIntercept, xorNetwork, segmentedSoftmax, vectorizedSoftmax,
  inputOptimization, tanhPerceptron, singleLayer, manyInputs, digits, batchNormalization,
  timeVaryingFilter, gradientDescent, coinFlips, irisNetwork, gaussianNeurons, blobs, longleyReport,
]

struct Failure: Error, CustomStringConvertible {
  let description: String
}

/// What a scenario prints and draws.
final class Report {
  let name: String
  private let question: String
  private let folder: URL?
  private let isPNG: Bool
  private var pictures = 0

  init(_ scenario: Scenario, _ folder: URL?, isPNG: Bool) {
    (name, question) = (scenario.name, scenario.question)
    (self.folder, self.isPNG) = (folder, isPNG)
  }

  func heading() {
    print("\n\(name)\n\(String(repeating: "-", count: name.count))\nAsked    \(question)")
  }

  /// What the library gives.
  func result(_ text: String) { print("Result   \(text)") }

  /// What the hand-written attempt gives.
  func byHand(_ text: String) { print("By hand  \(text)") }

  /// Ends the program unless what was said is true.
  func check(_ isTrue: Bool, _ claim: String) throws {
    guard isTrue else { throw Failure(description: "\(name): not so: \(claim)") }
    print("Checked  \(claim)")
  }

  /// Draws a chart to the folder, if there is one.
  func draw(_ chart: Chart) throws {
    guard let folder else { return }
    pictures += 1
    let number = pictures > 1 ? "-\(pictures)" : ""
    let file = folder.appending(path: "\(name)\(number).\(isPNG ? "png" : "svg")")
    do {
      try chart.write(to: file)
      print("Picture  \(file.path)")
    } catch ChartError.noGnuplot(let script) {
      print("Picture  \(ChartError.noGnuplot(script: script))")
    }
  }

  /// A bar that grows, on a terminal only.
  func progress(_ share: Double) {
    guard isatty(2) == 1 else { return }
    let width = 40
    let done = Int(share * Double(width))
    let bar = String(repeating: "█", count: done) + String(repeating: "░", count: width - done)
    let text =
      share < 1
      ? "\r\(bar) \(Int(100 * share)) %" : "\r\(String(repeating: " ", count: width + 6))\r"
    FileHandle.standardError.write(Data(text.utf8))
  }
}

/// A number with so many significant digits.
func short(_ value: Double, _ digits: Int = 4) -> String { String(format: "%.\(digits)g", value) }

/// Numbers in brackets.
func short(_ values: some Sequence<Double>, _ digits: Int = 4) -> String {
  "[\(values.map { short($0, digits) }.joined(separator: ", "))]"
}

/// Seconds that a function takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  let (whole, rest) = start.duration(to: .now).components
  return Double(whole) + Double(rest) * 1e-18
}
