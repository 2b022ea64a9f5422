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
  // In units of their spreads, coefficients can be compared.
  let scaled = try LinearRegression().fit(Standardization(data.x)(data.x), data.y)
  try report.draw(.coefficients(scaled, names: data.predictorNames))
  try report.draw(.residuals(fit, data.x, data.y, unit: "thousands of people"))
  try report.draw(.normalQuantiles(try fit.diagnostics(data.x, data.y).studentizedResiduals))

  // Rows that are never in memory together.
  let limit = 8e6
  let file = FileManager.default.temporaryDirectory.appending(path: "rows-\(UUID()).csv")
  defer { try? FileManager.default.removeItem(at: file) }
  let (blocks, rows, p) = (100, 2000, 5)
  for k in 0..<blocks {
    let (x, y) = block(k, rows, p)
    let table = try Table(
      (0..<p).map { Table.Column("x\($0 + 1)", x[column: $0]) } + [Table.Column("y", y)])
    let text = table.csv
    try append(k == 0 ? text : String(text.drop { $0 != "\n" }.dropFirst()), to: file)
  }
  let size = try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
  let before = residentBytes()
  var most = before
  let reader = try CSVReader(contentsOf: file)
  var (accumulator, seen) = (LinearRegression().accumulator(predictors: p), 0)
  while let part = try reader.next(rows: rows) {
    try accumulator.add(part.matrix((1...p).map { "x\($0)" }).x, part.numbers("y"))
    seen += part.rows
    most = max(most, residentBytes())
    report.progress(Double(seen) / Double(blocks * rows))
  }
  let streamed = try accumulator.fit()
  report.result(
    "\(size / 1_000_000) MB of text with \(short((most - before) / 1e6, 2)) MB more memory: \(short(streamed.coefficients, 6)), standard errors \(short(streamed.standardErrors, 3))"
  )
  try report.check(
    most - before < limit && Double(size) > limit,
    "less than \(short(limit / 1e6)) MB of memory, for a file that is larger")
  var (x, y) = (Matrix<Double>(rows: 0, columns: p), [Double]())
  for k in 0..<blocks {
    let part = block(k, rows, p)
    x = x.appendingRows(part.x)
    y += part.y
  }
  let distance = zip(streamed.coefficients, try LinearRegression().fit(x, y).coefficients).map {
    $0 - $1
  }
  try report.check(
    normInfinity(distance) < 1e-12,
    "the fit of all rows at once, to \(short(normInfinity(distance), 1))")
}

/// The rows of a block: y = 3 + x₁ + 2 x₂ + … with uniform noise.
private func block(_ k: Int, _ rows: Int, _ p: Int) -> (x: Matrix<Double>, y: [Double]) {
  var random = SplitMix64(seed: UInt64(k))
  let x = Matrix<Double>(rows: rows, columns: p) { _, _ in Double.random(in: -1...1, using: &random)
  }
  let y = (0..<rows).map { i in
    (0..<p).reduce(3 + Double.random(in: -1...1, using: &random)) { $0 + Double($1 + 1) * x[i, $1] }
  }
  return (x, y)
}

private func append(_ text: String, to url: URL) throws {
  if !FileManager.default.fileExists(atPath: url.path) { try Data().write(to: url) }
  let file = try FileHandle(forWritingTo: url)
  try file.seekToEnd()
  try file.write(contentsOf: Data(text.utf8))
  try file.close()
}

/// How much of the program is in memory; 0 where Linux's file of that does not exist.
private func residentBytes() -> Double {
  let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
  let pages = text.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
  return pages * 4096
}
