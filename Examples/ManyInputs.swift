import Charts
import Foundation
import LinAlg
import Models

let manyInputs = Scenario(
  name: "many-inputs",
  question: "120-20-1 with sigmoids: RuntimeWarning: overflow encountered in exp. What now?"
) { report in
  var random = SplitMix64(seed: 11)
  let x = Matrix<Double>(rows: 300, columns: 120) { _, j in
    Double.random(in: -1...1, using: &random) * pow(10, Double(j % 7))
  }
  let y = (0..<300).map { x[$0, 0] + x[$0, 7] > 0 ? 1 : 0 }
  let network = MultilayerPerceptron<Double>(
    [.dense(20, .sigmoid), .dense(1, .sigmoid)], loss: .binaryCrossEntropy,
    optimizer: .adam(Adam(learningRate: 0.01)), epochs: 60, seed: 3)
  let standardization = try Standardization(x)
  let fit = try network.fit(standardization(x), classes: y) { epoch in
    report.progress(Double(epoch.number) / 60)
    return true
  }
  let score = try accuracy(fit.predictClasses(standardization(x)), y)
  report.result(
    "columns of sizes 1 to 10⁶, standardised: training accuracy \(short(score)), loss \(short(fit.history[59].loss))"
  )
  try report.check(
    fit.history.allSatisfy { $0.loss.isFinite } && score > 0.97,
    "every loss is finite, accuracy above 0.97")
  let extreme = sigmoid([-1000, 0, 1000.0])
  report.result("our sigmoid at -1000, 0, 1000: \(short(extreme))")
  report.byHand(
    "1/(1 + exp(1000)) goes through \(exp(1000.0)); in single precision already exp(89) does: \(exp(Float(89)))"
  )
  try report.draw(.losses(fit.history, title: "120-20-1, standardised inputs"))
}
