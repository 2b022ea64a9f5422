import Charts
import LinAlg
import Models
import Tables

let timeVaryingFilter = Scenario(
  name: "time-varying-filter",
  question: "y[i] = (1 - w[i]) y[i - 1] + w[i] s[i] without a loop in an interpreter: how?"
) { report in
  let (signal, weights) = Datasets.filterSignal(500_000, seed: 1)
  var filter = TimeVaryingFilter(weights: weights)
  var reference: [Double] = []
  reference = Array(repeating: 0, count: signal.count)
  let loop = seconds {
    var y = 0.0
    for i in signal.indices {
      y = (1 - weights[i]) * y + weights[i] * signal[i]
      reference[i] = y
    }
  }
  report.byHand(
    "a compiled loop: \(short(loop * 1e3)) ms; the methods below are timed on memory that is there, like it"
  )
  for method in TimeVaryingFilter<Double>.Method.allCases {
    filter.method = method
    do {
      var output: [Double] = []
      // Once before, so that memory is there, as it is for a program that filters often.
      try filter.apply(to: signal, from: 0, into: &output)
      let time = try seconds { try filter.apply(to: signal, from: 0, into: &output) }
      let difference = zip(output, reference).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
      report.result("\(method): \(short(time * 1e3)) ms, differs by \(short(difference, 1))")
      try report.check(difference < 1e-12, "\(method) agrees with the loop")
    } catch let error as ModelError {
      report.result("\(method): \(error)")
      try report.check(
        method == .closedForm,
        "only the closed form breaks: its products leave the range of numbers")
    }
  }
  let (short, few) = Datasets.filterSignal(400, seed: 1)
  try report.draw(
    .filter(
      short, try TimeVaryingFilter(weights: few).apply(to: short),
      title: "A filter whose weights vary"))
}
