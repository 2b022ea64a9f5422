import LinAlg

extension LinearRegression.Fitted {
  /// A table of the fit, as statistics programs print it.
  ///
  /// - Parameters:
  ///   - names: Of the predictors; x1, x2, … where there are none.
  ///   - response: The name of the response.
  ///   - level: Of the confidence intervals.
  public func summary(
    names: [String]? = nil, response: String = "y", level: Double = 0.95
  ) -> String {
    var table = CoefficientTable(
      title: "Linear regression of \(response)", statistic: "t", level: level)
    table.facts = [
      ("rows", String(rows)), ("R²", fixed(rSquared, 4)),
      ("degrees of freedom", compact(degreesOfFreedom)),
      ("adjusted R²", fixed(adjustedRSquared, 4)),
      ("covariance", covarianceKind.rawValue), ("F", compact(fStatistic)),
      ("σ̂", compact(residualStandardDeviation)), ("P(> F)", compact(fPValue)),
      ("log-likelihood", compact(logLikelihood)), ("condition number", compact(conditionNumber)),
      ("AIC", compact(aic)), ("BIC", compact(bic)),
    ]
    if hasIntercept {
      table.add(
        "intercept", intercept, interceptStandardError, interceptTValue, interceptPValue,
        interceptConfidenceInterval(level: level))
    }
    let (errors, t, p) = (standardErrors, tValues, pValues)
    let intervals = confidenceIntervals(level: level)
    for j in coefficients.indices {
      table.add(
        name(names, j) + (aliased.contains(j) ? " (aliased)" : ""), coefficients[j], errors[j],
        t[j], p[j], intervals[j])
    }
    return table.description
  }
}

/// The name of a predictor: its own, or x and its number.
func name(_ names: [String]?, _ j: Int) -> String {
  if let names, names.indices.contains(j) { names[j] } else { "x\(j + 1)" }
}

/// The table that summaries of fits print.
struct CoefficientTable: CustomStringConvertible {
  let title: String
  let statistic: String
  let level: Double
  /// Two a line.
  var facts: [(name: String, value: String)] = []
  private var rows: [[String]] = []

  init(title: String, statistic: String, level: Double) {
    (self.title, self.statistic, self.level) = (title, statistic, level)
  }

  mutating func add(
    _ name: String, _ value: Double, _ error: Double, _ statistic: Double, _ p: Double,
    _ interval: ClosedRange<Double>?
  ) {
    rows.append([
      name, compact(value), compact(error), fixed(statistic, 3), fixed(p, 3),
      interval.map { compact($0.lowerBound) } ?? "–",
      interval.map { compact($0.upperBound) } ?? "–",
    ])
  }

  var description: String {
    let tail = (1 - level) / 2
    let header = [
      "", "coefficient", "std. error", statistic, "P(> |\(statistic)|)", "[" + fixed(tail, 3),
      fixed(1 - tail, 3) + "]",
    ]
    let lines = [header] + rows
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let body = lines.map { line in
      zip(line, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + padding : padding + cell.0
      }.joined(separator: "  ")
    }
    let width = body[0].count
    let rule = String(repeating: "─", count: width)
    let nameWidth = facts.map(\.name.count).max() ?? 0
    let head = stride(from: 0, to: facts.count, by: 2).map { k in
      facts[k..<min(k + 2, facts.count)].map { fact in
        fact.name + String(repeating: " ", count: nameWidth - fact.name.count) + "  "
          + fact.value + String(repeating: " ", count: max(0, 14 - fact.value.count))
      }.joined(separator: "  ")
    }
    return ([title, rule] + head + [rule, body[0], rule] + body.dropFirst() + [rule])
      .joined(separator: "\n")
  }
}

/// A number with so many places after the point.
func fixed(_ x: Double, _ places: Int) -> String {
  guard x.isFinite, x.magnitude < 1e15 else { return "\(x)" }
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  let rounded = (x.magnitude * scale).rounded()
  if rounded >= 9e15 { return compact(x) }
  let digits = String(Int(rounded))
  let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  let sign = x < 0 && rounded > 0 ? "-" : ""
  return sign + padded.dropLast(places) + (places > 0 ? "." + padded.suffix(places) : "")
}

/// A number with six significant digits, with an exponent where it is very large or small.
func compact(_ x: Double) -> String {
  guard x.isFinite, x != 0 else { return x == 0 ? "0" : "\(x)" }
  var exponent = 0
  var mantissa = x.magnitude
  while mantissa >= 10 {
    mantissa /= 10
    exponent += 1
  }
  while mantissa < 1 {
    mantissa *= 10
    exponent -= 1
  }
  if exponent >= -4 && exponent < 7 {
    let text = fixed(x, max(0, 5 - exponent))
    guard text.contains(".") else { return text }
    var trimmed = Substring(text)
    while trimmed.hasSuffix("0") { trimmed = trimmed.dropLast() }
    return String(trimmed.hasSuffix(".") ? trimmed.dropLast() : trimmed)
  }
  return (x < 0 ? "-" : "") + fixed(mantissa, 4) + "e\(exponent)"
}
