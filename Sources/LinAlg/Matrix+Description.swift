#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Matrix: CustomStringConvertible {
  /// The matrix as aligned columns with six significant digits; more than 12 rows or 10 columns are
  /// elided in the middle.
  public var description: String {
    let header = "Matrix<\(Element.self)> \(rows)×\(columns)"
    if isEmpty { return header }
    let shownRows = Self.shown(rows, limit: 12)
    let cells: [[String]] = Self.shown(columns, limit: 10).map { column in
      guard let column else { return shownRows.map { $0 == nil ? "⋱" : "…" } }
      var values = Self.aligned(shownRows.compactMap { row in row.map { self[$0, column] } })[...]
      return shownRows.map { $0 == nil ? "⋮" : values.removeFirst() }
    }
    let widths = cells.map { column in column.map(\.count).max() ?? 0 }
    let lines = shownRows.indices.map { row in
      zip(cells, widths).map { column, width in
        "  " + String(repeating: " ", count: width - column[row].count) + column[row]
      }.joined()
    }
    return ([header] + lines).joined(separator: "\n")
  }

  /// All indices, or the first and last with nil in between.
  private static func shown(_ count: Int, limit: Int) -> [Int?] {
    if count <= limit { return (0..<count).map { $0 } }
    let edge = limit / 2 - 1
    return (0..<edge).map { $0 } + [nil] + (count - edge..<count).map { $0 }
  }

  /// Numbers with as many decimals as the one that needs most, or all with an exponent.
  private static func aligned(_ values: [Element]) -> [String] {
    let short = values.map { format("%.6g", Double($0)) }
    let finite = zip(short, values).filter { $1.isFinite }.map(\.0)
    if finite.contains(where: { $0.contains("e") }) {
      return values.map { format("%.5e", Double($0)) }
    }
    let decimals = finite.map { text in
      text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 1 } ?? 0
    }
    let pattern = "%.\(decimals.max() ?? 0)f"
    return values.map { format(pattern, Double($0)) }
  }

  private static func format(_ pattern: String, _ value: Double) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
      unsafe withVaList([value]) {
        _ = unsafe vsnprintf(text.baseAddress!, text.count, pattern, $0)
      }
      return unsafe String(cString: text.baseAddress!)
    }
  }
}
