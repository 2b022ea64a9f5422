import Foundation

extension Chart {
  /// What gnuplot is told to draw the chart, the data included; `output` ends in .svg or .png.
  public func script(output: String) -> String {
    var lines = [
      "set encoding utf8",
      output.hasSuffix(".png")
        ? "set terminal pngcairo size 960,640 font 'sans,14' background rgb 'white'"
        : "set terminal svg size 720,480 dynamic font 'sans,14' background rgb 'white'",
      "set output \(Self.quoted(output))",
      "set title \(Self.quoted(title)) noenhanced",
      "set xlabel \(Self.quoted(xLabel)) noenhanced",
      "set ylabel \(Self.quoted(yLabel)) noenhanced",
      "set border 3 lc rgb '#444444'", "set tics nomirror", "set grid lc rgb '#e0e0e0' lw 1",
      "set key tmargin center horizontal noenhanced",
      "set offsets graph \(margin), graph \(margin), graph 0.03, graph 0.03",
    ]
    if isLogarithmic { lines += ["set logscale y", "set format y '10^{%T}'"] }
    if series.contains(where: { if case .bars = $0 { true } else { false } }) {
      lines += [
        "set boxwidth 0.8 relative", "set yrange [*<0:0<*]", "set offsets 0.6, 0.6, graph 0.03, 0",
      ]
    }
    if isSquare { lines.append("set size ratio -1") }
    if !xNames.isEmpty { lines.append("set xtics (\(Self.ticks(xNames))) noenhanced") }
    if !yNames.isEmpty {
      lines += ["set ytics (\(Self.ticks(yNames))) noenhanced", "set yrange [] reverse"]
    }
    if let xRange, xRange.isFinite {
      lines.append("set xrange [\(xRange.lowerBound):\(xRange.upperBound)]")
    }
    if let yRange, yRange.isFinite {
      let (low, high) = (yRange.lowerBound, yRange.upperBound)
      lines.append(yNames.isEmpty ? "set yrange [\(low):\(high)]" : "set yrange [\(high):\(low)]")
    }
    for label in labels {
      lines.append(
        "set label \(Self.quoted(label.text)) at \(label.x),\(label.y) center noenhanced front")
    }
    var plots: [String] = []
    var color = 0
    for (i, series) in series.enumerated() {
      let (rows, style, name) = series.drawing(&color)
      // gnuplot refuses to draw nothing.
      guard rows.contains(where: { !$0.contains("NaN") }) else { continue }
      lines.append("$data\(i) << END\n\(rows.joined(separator: "\n"))\nEND")
      plots.append("$data\(i) \(style) \(name.map { "title \(Self.quoted($0))" } ?? "notitle")")
      lines += series.palette
    }
    if plots.isEmpty {
      lines += ["set xrange [0:1]", "set yrange [0:1]"]
      plots = ["NaN notitle"]
    }
    lines.append("plot " + plots.joined(separator: ", \\\n     "))
    return lines.joined(separator: "\n") + "\nunset output\n"
  }

  /// Lines may end at the edge; points would be cut off.
  private var margin: Double {
    series.contains { if case .line = $0 { true } else { false } } ? 0 : 0.03
  }

  private static func ticks(_ names: [String]) -> String {
    names.enumerated().map { "\(quoted($1)) \($0)" }.joined(separator: ", ")
  }

  /// In single quotes nothing but they themselves has a meaning; control characters have no place in names.
  ///
  /// By scalars: a quote with a combining mark is a quote to gnuplot.
  static func quoted(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "'" { plain.append(scalar) }
      plain.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    return "'\(String(plain))'"
  }

  /// Colours that the colour-blind tell apart (Okabe & Ito 2008), and light ones of the same order for regions.
  static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]
  static let lightColors = [
    "#c2dcec", "#f5d5c0", "#c0e7dc", "#f2dde9", "#f9e7c0", "#d5edfa", "#cccccc",
  ]
}

extension ClosedRange<Double> {
  fileprivate var isFinite: Bool { lowerBound.isFinite && upperBound.isFinite }
}

extension Chart.Series {
  /// The rows of its data, how gnuplot draws them, and its name; takes a colour if it needs one.
  fileprivate func drawing(_ color: inout Int) -> (rows: [String], style: String, name: String?) {
    func next() -> String {
      defer { color += 1 }
      return Chart.colors[color % Chart.colors.count]
    }
    func rows(_ columns: [Double]...) -> [String] {
      (0..<(columns.map(\.count).min() ?? 0)).map { i in
        columns.map { $0[i].isFinite ? "\($0[i])" : "NaN" }.joined(separator: " ")
      }
    }
    switch self {
    case .line(let name, let x, let y):
      return (rows(x, y), "using 1:2 with lines lw 2 lc rgb '\(next())'", name)
    case .reference(let name, let x, let y):
      return (rows(x, y), "using 1:2 with lines lw 1.5 dt 2 lc rgb '#666666'", name)
    case .points(let name, let x, let y):
      return (rows(x, y), "using 1:2 with points pt 7 ps 0.7 lc rgb '\(next())'", name)
    case .area(let name, let x, let from, let to):
      let style = "using 1:2:3 with filledcurves fs transparent solid 0.25 lc rgb '\(next())'"
      return (rows(x, from, to), style, name)
    case .intervals(let name, let x, let y, let from, let to):
      let style = "using 1:2:3:4 with xerrorbars pt 7 ps 0.7 lw 1.5 lc rgb '\(next())'"
      return (rows(x, y, from, to), style, name)
    case .bars(let name, let x, let y):
      return (rows(x, y), "using 1:2 with boxes fs solid 0.6 lc rgb '\(next())'", name)
    case .shades(let x, let y, let values):
      return (grid(x, y, values), "using 1:2:3 with image pixels", nil)
    case .regions(let x, let y, let values):
      return (grid(x, y, values.map { Double($0) }), "using 1:2:3 with image", nil)
    }
  }

  private func grid(_ x: [Double], _ y: [Double], _ values: [Double]) -> [String] {
    zip(values.indices, values).map { k, value in
      "\(x[k % max(1, x.count)]) \(y[k / max(1, x.count)]) \(value)"
    }
  }

  /// What the grids need besides.
  fileprivate var palette: [String] {
    switch self {
    case .shades:
      return [
        "set palette defined (0 '#ffffff', 1 '#5b9bd5')", "unset colorbox", "set cbrange [0:*]",
      ]
    case .regions(_, _, let values):
      let count = max(2, (values.max() ?? 0) + 1)
      let steps = (0..<count).map { k in
        let color = Chart.lightColors[k % Chart.lightColors.count]
        return "\(k) '\(color)', \(k + 1) '\(color)'"
      }
      return [
        "set palette maxcolors \(count) defined (\(steps.joined(separator: ", ")))",
        "unset colorbox", "set cbrange [-0.5:\(Double(count) - 0.5)]",
      ]
    default: return []
    }
  }
}
