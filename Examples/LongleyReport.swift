import Charts
import Foundation
import LinAlg
import Models
import Tables

let longleyReport = Scenario(
  name: "longley-report",
  question:
    "A regression report with everything, and a fit of a file that is larger than my memory?"
) { report in
  let data = Datasets.longley
  let fit = try LinearRegression().fit(data.x, data.y)
  print(fit.summary(names: data.predictorNames))
  try report.check(
    (fit.intercept / -3482258.63459582 - 1).magnitude < 1e-10,
    "NIST's certified intercept in 10 digits")
  let design = Matrix(column: Array(repeating: 1, count: 16)).appendingColumns(data.x)
  let normal = multiply(design, design, transposeA: true)
  let naive = try normal.solve(multiply(design, data.y, transposeA: true))
  report.byHand(
    "(XᵀX)⁻¹Xᵀy gives the intercept \(short(naive[0], 12)): \(short(-log10((naive[0] / fit.intercept - 1).magnitude), 2)) digits"
  )
  try report.draw(.coefficients(fit, names: data.predictorNames))
  try report.draw(.residuals(fit, data.x, data.y, unit: "thousands of people"))
  try report.draw(.normalQuantiles(try fit.diagnostics(data.x, data.y).studentizedResiduals))

  // A file of 200 000 rows, read in blocks within a limit of 2 MB: the reader's buffer and 5 000 rows, twice.
  let file = FileManager.default.temporaryDirectory.appending(path: "rows-\(UUID()).csv")
  defer { try? FileManager.default.removeItem(at: file) }
  var random = SplitMix64(seed: 1)
  let (n, p) = (200_000, 5)
  let x = Matrix<Double>(rows: n, columns: p) { _, _ in Double.random(in: -1...1, using: &random) }
  let y = (0..<n).map { i in
    3 + (0..<p).reduce(0) { $0 + Double($1 + 1) * x[i, $1] }
      + Double.random(in: -1...1, using: &random)
  }
  try Table((0..<p).map { Table.Column("x\($0 + 1)", x[column: $0]) } + [Table.Column("y", y)])
    .write(csv: file)
  let size = try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
  let reader = try CSVReader(contentsOf: file)
  var (accumulator, rows) = (LinearRegression().accumulator(predictors: p), 0)
  while let block = try reader.next(rows: 5000) {
    try accumulator.add(block.matrix((1...p).map { "x\($0)" }).x, block.numbers("y"))
    rows += block.rows
    report.progress(Double(rows) / Double(n))
  }
  let streamed = try accumulator.fit()
  let whole = try LinearRegression().fit(x, y)
  report.result(
    "\(size / 1_000_000) MB within 2 MB, in blocks of 5000 rows: \(short(streamed.coefficients, 6)), standard errors \(short(streamed.standardErrors, 3))"
  )
  let distance = zip(streamed.coefficients, whole.coefficients).map { $0 - $1 }
  try report.check(
    normInfinity(distance) < 1e-12,
    "the fit of all rows at once, to \(short(normInfinity(distance), 1))")
}
