import Foundation
import Models

/// What is said of a classifier.
struct Classification: Encodable {
  let names, classes: [String]
  let rows: Int
  let accuracy, objective: Double
  let confusion: [[Int]]
  var coefficients: [[Double]]?
  var intercepts: [Double]?

  init(
    _ names: [String], _ classes: [String], _ labels: [String], _ predictions: [String],
    objective: Double, coefficients: [[Double]]? = nil, intercepts: [Double]? = nil
  ) throws {
    (self.names, self.classes, rows) = (names, classes, labels.count)
    accuracy = try Models.accuracy(predictions, labels)
    confusion = try ConfusionMatrix(predictions, labels).counts
    self.objective = objective
    (self.coefficients, self.intercepts) = (coefficients, intercepts)
  }

  func summary(_ title: String) -> String {
    var lines = [
      "\(title), \(rows) rows, \(classes.count) classes, in sample",
      "accuracy   \(short(accuracy))",
      "objective  \(short(objective))",
    ]
    let width = max(12, (names + classes).map(\.count).max() ?? 0) + 2
    func row(_ title: String, _ cells: [String]) -> String {
      title.padding(toLength: width, withPad: " ", startingAt: 0)
        + cells.map { String(repeating: " ", count: max(1, width - $0.count)) + $0 }.joined()
    }
    if let coefficients, let intercepts {
      lines += ["", row("coefficients", classes), row("intercept", intercepts.map(short))]
      for (j, name) in names.enumerated() {
        lines.append(row(name, coefficients.map { short($0[j]) }))
      }
    }
    lines += ["", row("class \\ found", classes)]
    for (k, counts) in confusion.enumerated() {
      lines.append(row(classes[k], counts.map(String.init)))
    }
    return lines.joined(separator: "\n")
  }
}
