public import LinAlg
public import Models

// One call from a fitted model, or from what it says of data.

extension Chart {
  /// The loss of each epoch of a network, of training and of validation samples.
  public static func losses<Element: Scalar>(
    _ history: [MultilayerPerceptron<Element>.Epoch], title: String = "Loss"
  ) -> Chart {
    let epochs = history.map { Double($0.number) }
    var chart = Chart(
      title, x: "epoch", y: "mean loss", [.line("training", x: epochs, y: history.map(\.loss))])
    if history.contains(where: { $0.validationLoss != nil }) {
      chart.series.append(
        .line("validation", x: epochs, y: history.map { $0.validationLoss ?? .nan }))
    }
    let all = history.flatMap { [$0.loss, $0.validationLoss ?? $0.loss] }.filter(\.isFinite)
    if let least = all.min(), let largest = all.max() {
      chart.isLogarithmic = least > 0 && largest > 100 * least
    }
    return chart
  }

  /// The residuals of a linear regression over its predictions: a cloud without shape if the model is right.
  ///
  /// Throws: `ModelError.dimensionMismatch`.
  public static func residuals(
    _ fit: LinearRegression.Fitted, _ x: Matrix<Double>, _ y: [Double], unit: String = ""
  ) throws(ModelError) -> Chart {
    let fitted = try fit.predict(x)
    let suffix = unit.isEmpty ? "" : " (\(unit))"
    return Chart(
      "Residuals over fitted values", x: "fitted value\(suffix)", y: "residual\(suffix)",
      [
        .reference(x: [fitted.min() ?? 0, fitted.max() ?? 1], y: [0, 0]),
        .points(x: fitted, y: try fit.residuals(x, y)),
      ])
  }

  /// Quantiles of values over those of the normal distribution: on the line if they are normal.
  ///
  /// Of n values the i-th in order stands at the probability (i − ½)/n; the line goes through the quartiles.
  public static func normalQuantiles(
    _ values: [Double], title: String = "Normal Q–Q plot", y label: String = "residual"
  ) -> Chart {
    let sorted = values.sorted()
    let n = Double(sorted.count)
    let quantiles = sorted.indices.map { Distribution.normalQuantile((Double($0) + 0.5) / n) }
    guard sorted.count > 3, let first = quantiles.first, let last = quantiles.last else {
      return Chart(title, x: "normal quantile", y: label, [.points(x: quantiles, y: sorted)])
    }
    // Between the values beside it, as R and NumPy have it by default.
    func quantile(_ p: Double) -> Double {
      let place = p * (n - 1)
      let below = Int(place)
      return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
    }
    let (low, high) = (quantile(0.25), quantile(0.75))
    let a = Distribution.normalQuantile(0.25)
    let slope = (high - low) / (-2 * a)
    return Chart(
      title, x: "normal quantile", y: label,
      [
        .reference(
          "through the quartiles", x: [first, last],
          y: [low + slope * (first - a), low + slope * (last - a)]),
        .points(x: quantiles, y: sorted),
      ])
  }

  /// The receiver operating characteristic of scores: true over false positives as the threshold falls, with the area below.
  ///
  /// Throws: `ModelError` as `areaUnderROC`.
  public static func roc(_ scores: [Double], _ labels: [Bool]) throws(ModelError) -> Chart {
    let area = try areaUnderROC(scores, labels)
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    let positives = labels.count { $0 }
    var (x, y, hits) = ([0.0], [0.0], 0)
    for (seen, i) in order.enumerated() {
      if labels[i] { hits += 1 }
      // Equal scores are passed together.
      if seen + 1 < order.count && scores[order[seen + 1]] == scores[i] { continue }
      x.append(Double(seen + 1 - hits) / Double(max(1, labels.count - positives)))
      y.append(Double(hits) / Double(max(1, positives)))
    }
    var chart = Chart(
      "ROC curve, area \(rounded(area, 3))", x: "false positive rate", y: "true positive rate",
      [.reference("chance", x: [0, 1], y: [0, 1]), .line("classifier", x: x, y: y)])
    (chart.xRange, chart.yRange) = (0...1, 0...1.005)
    return chart
  }

  /// How many samples of each class were taken for which.
  public static func confusion<Label: ClassLabel>(
    _ matrix: ConfusionMatrix<Label>, title: String = "Confusion matrix"
  ) -> Chart {
    let places = matrix.classes.indices.map { Double($0) }
    var chart = Chart(
      title, x: "predicted class", y: "class",
      [.shades(x: places, y: places, values: matrix.counts.flatMap { $0.map { Double($0) } })])
    (chart.xNames, chart.yNames) = (matrix.classes.map { "\($0)" }, matrix.classes.map { "\($0)" })
    for (i, row) in matrix.counts.enumerated() {
      for (j, count) in row.enumerated() {
        chart.labels.append(Chart.Label("\(count)", x: Double(j), y: Double(i)))
      }
    }
    let edge = -0.5...Double(places.count) - 0.5
    (chart.xRange, chart.yRange) = (edge, edge)
    return chart
  }

  /// Which class a classifier gives to each place of a plane, with samples of the classes 0, 1, ….
  ///
  /// Traps unless there are two columns and a label for each row.
  public static func decisionBoundary<Failure: Error>(
    _ x: Matrix<Double>, _ labels: [Int], names: [String] = [],
    title: String = "Decision boundary", axes: (String, String) = ("x₁", "x₂"), steps: Int = 160,
    classes: (Matrix<Double>) throws(Failure) -> [Int]
  ) throws(Failure) -> Chart {
    precondition(x.columns == 2 && labels.count == x.rows, "\(x.rows)×\(x.columns) for a plane")
    func grid(_ values: [Double]) -> [Double] {
      let (low, high) = (values.min() ?? 0, values.max() ?? 1)
      let margin = high > low ? 0.08 * (high - low) : max(1, high.magnitude) / 2
      let step = (high - low + 2 * margin) / Double(steps - 1)
      return (0..<steps).map { low - margin + Double($0) * step }
    }
    let (across, up) = (grid(x[column: 0]), grid(x[column: 1]))
    let points = Matrix<Double>(rows: steps * steps, columns: 2) { k, j in
      j == 0 ? across[k % steps] : up[k / steps]
    }
    var chart = Chart(
      title, x: axes.0, y: axes.1,
      [.regions(x: across, y: up, values: try classes(points))])
    for label in 0...(labels.max() ?? 0) {
      let rows = labels.indices.filter { labels[$0] == label }
      let name = label < names.count ? names[label] : "class \(label)"
      chart.series.append(
        .points(name, x: rows.map { x[$0, 0] }, y: rows.map { x[$0, 1] }))
    }
    chart.xRange = across[0]...across[steps - 1]
    chart.yRange = up[0]...up[steps - 1]
    return chart
  }

  /// Coefficients with their confidence intervals.
  public static func coefficients(
    _ fit: LinearRegression.Fitted, names: [String], level: Double = 0.95
  ) -> Chart {
    intervals(fit.coefficients, fit.confidenceIntervals(level: level), names, level)
  }

  /// Coefficients with their confidence intervals.
  public static func coefficients(
    _ fit: LogisticRegression.Fitted, names: [String], level: Double = 0.95
  ) -> Chart {
    intervals(fit.coefficients, fit.confidenceIntervals(level: level), names, level)
  }

  private static func intervals(
    _ coefficients: [Double], _ intervals: [ClosedRange<Double>?], _ names: [String],
    _ level: Double
  ) -> Chart {
    let places = coefficients.indices.map { Double($0) }
    let ends = zip(coefficients, intervals).map { ($1?.lowerBound ?? $0, $1?.upperBound ?? $0) }
    var chart = Chart(
      "Coefficients, \(rounded(100 * level, 1)) % intervals", x: "coefficient", y: "",
      [
        .reference(x: [0, 0], y: [-0.5, Double(places.count) - 0.5]),
        .intervals(x: coefficients, y: places, from: ends.map(\.0), to: ends.map(\.1)),
      ])
    chart.yNames = coefficients.indices.map { $0 < names.count ? names[$0] : "x\($0 + 1)" }
    chart.yRange = -0.5...max(0.5, Double(places.count) - 0.5)
    return chart
  }

  /// A signal and what a filter makes of it.
  public static func filter(
    _ input: [Double], _ output: [Double], title: String = "Filter", unit: String = "sample"
  ) -> Chart {
    let time = { (values: [Double]) in values.indices.map { Double($0) } }
    return Chart(
      title, x: unit, y: "value",
      [.line("in", x: time(input), y: input), .line("out", x: time(output), y: output)])
  }

  /// The density of a probability, before and after the data, with its interval of highest density.
  ///
  /// Throws: `ModelError` for a level outside 0 to 1.
  public static func density(
    _ posterior: Beta, prior: Beta? = nil, level: Double = 0.95,
    title: String = "Posterior density"
  ) throws(ModelError) -> Chart {
    let interval = try posterior.highestDensityInterval(mass: level)
    let grid = (0...400).map { Double($0) / 400 }
    let inside = grid.filter(interval.contains)
    let edges = [interval.lowerBound] + inside + [interval.upperBound]
    func density(_ beta: Beta, _ points: [Double]) -> [Double] {
      points.map { exp([beta.logDensity($0)])[0] }
    }
    var chart = Chart(
      title, x: "probability θ", y: "density",
      [
        .area(
          "\(rounded(100 * level, 1)) % interval, \(rounded(interval.lowerBound, 3)) to \(rounded(interval.upperBound, 3))",
          x: edges, from: edges.map { _ in 0 }, to: density(posterior, edges)),
        .line("posterior", x: grid, y: density(posterior, grid)),
      ])
    if let prior { chart.series.append(.reference("prior", x: grid, y: density(prior, grid))) }
    chart.xRange = 0...1
    chart.yRange = 0...1.05 * (density(posterior, edges + grid).filter(\.isFinite).max() ?? 1)
    return chart
  }
}

/// A number with so many places behind the point, without zeros at the end.
private func rounded(_ value: Double, _ places: Int) -> String {
  let power = (0..<places).reduce(1.0) { result, _ in result * 10 }
  let result = (value * power).rounded() / power
  return result == result.rounded() && result.magnitude < 1e15 ? "\(Int(result))" : "\(result)"
}
