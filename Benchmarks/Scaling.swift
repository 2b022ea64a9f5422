import Charts
import Foundation
import LinAlg
import Models

/// The rows of a family, by size, and the power of n by which their times grow.
struct Scaling {
  let family: String
  let rows: [(n: Double, row: Timing)]
  /// The slope of the logarithm of the time over that of n.
  let exponent: Double

  /// Those of all families that have at least two sizes.
  static func all(_ rows: [Timing]) -> [Scaling] {
    var families: [String] = []
    for case let growth? in rows.map(\.growth) where !families.contains(growth.family) {
      families.append(growth.family)
    }
    return families.compactMap { family in
      let members = rows.compactMap { row in
        row.growth.flatMap { $0.family == family ? (n: $0.n, row: row) : nil }
      }.sorted { $0.n < $1.n }
      guard members.count > 1,
        let fit = try? LinearRegression().fit(
          Matrix(column: log(members.map(\.n))), log(members.map(\.row.ours.median)))
      else { return nil }
      return Scaling(family: family, rows: members, exponent: fit.coefficients[0])
    }
  }

  var line: String {
    String(
      format: "%@, n from %.0f to %.0f: time grows with n^%.2f", family, rows[0].n,
      rows[rows.count - 1].n, exponent)
  }

  /// Times over sizes: ours, the loop's and the limit's.
  private var chart: Chart {
    func line(_ time: (Timing) -> Double?) -> (x: [Double], y: [Double]) {
      let points = rows.compactMap { n, row in time(row).map { (log10(n), $0 / 1e3) } }
      return (points.map(\.0), points.map(\.1))
    }
    let (ours, loop, limit) = (
      line(\.ours.median), line { $0.loop?.median }, line { $0.raw?.median }
    )
    var series = [Chart.Series.line("this library", x: ours.x, y: ours.y)]
    if loop.x.count > 1 { series.append(.line("loop in Swift", x: loop.x, y: loop.y)) }
    if limit.x.count > 1 { series.append(.reference("limit", x: limit.x, y: limit.y)) }
    var chart = Chart(
      String(format: "%@: n to the power %.2f", family, exponent),
      x: "logarithm of n to base 10", y: "microseconds", series)
    chart.isLogarithmic = true
    return chart
  }

  /// Draws each family into a folder.
  static func draw(_ scalings: [Scaling], into folder: String) throws {
    let url = URL(filePath: folder)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for scaling in scalings {
      let name = scaling.family.filter { $0.isLetter || $0.isNumber || $0 == " " }
      try scaling.chart.write(
        to: url.appending(path: name.replacingOccurrences(of: " ", with: "-") + ".svg"))
    }
  }
}
