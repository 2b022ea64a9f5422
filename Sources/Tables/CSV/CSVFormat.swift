/// How a file of comma-separated values is written (RFC 4180), and what is wanted of it.
///
/// Cells may be quoted, and then hold commas, line ends and doubled quotes; lines end in LF or CRLF; blank lines are skipped,
/// and spaces around numbers.
public struct CSVFormat: Hashable, Sendable {
  /// What becomes of cells without a value.
  public enum MissingValues: Hashable, Sendable {
    /// The file is refused, with the line and the column of the first.
    case refused
    /// Numbers are NaN, texts nil, and `Table.Column.missing` lists the rows.
    case kept
  }

  /// Between cells: one ASCII character, such as "," or ";" or a tab.
  public var delimiter: Character
  /// Whether the first line names the columns; else they are called "1", "2" and so on.
  public var hasHeader: Bool
  /// The columns that are wanted, in this order; all of them if nil.
  public var columns: [String]?
  /// Columns whose values are labels even where they look like numbers.
  ///
  /// Of the others those are numbers whose first value is one.
  public var texts: Set<String>
  /// Columns whose values are numbers: anything else in them is refused, also in the first row.
  public var numbers: Set<String>
  /// What becomes of cells without a value.
  public var missing: MissingValues
  /// What stands for no value, beside every NaN; in a column of texts only where it is not quoted.
  public var missingMarkers: Set<String>

  /// A format with these choices.
  public init(
    delimiter: Character = ",", hasHeader: Bool = true, columns: [String]? = nil,
    texts: Set<String> = [], numbers: Set<String> = [], missing: MissingValues = .refused,
    missingMarkers: Set<String> = CSVFormat.usualMarkers
  ) {
    (self.delimiter, self.hasHeader, self.columns) = (delimiter, hasHeader, columns)
    (self.texts, self.numbers) = (texts, numbers)
    (self.missing, self.missingMarkers) = (missing, missingMarkers)
  }

  /// The delimiter, unless numbers, quotes or ends of lines have it.
  var delimiterByte: UInt8? {
    delimiter.asciiValue.flatMap { "\"\r\n0123456789+-.eE".utf8.contains($0) ? nil : $0 }
  }

  /// What most programs write for no value.
  public static let usualMarkers: Set<String> = [
    "", "NA", "N/A", "n/a", "<NA>", "#N/A", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None",
    "?",
  ]
}
