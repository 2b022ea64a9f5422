/// Why a file could not be read or written.
public enum FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The system refused; carries the path and what it said.
  case system(path: String, reason: String)
  /// The contents are not what the format asks for.
  case malformed(path: String, reason: String)
  /// The contents are in order, but of a kind that the library does not hold.
  case unsupported(path: String, reason: String)
  /// Text that cannot be taken, at a line and a column of a table, both counted from 1.
  case malformedCell(path: String, line: Int, column: Int, reason: String)

  /// One sentence that says which file, where, and what is wrong with it.
  public var description: String {
    switch self {
    case .system(let path, let reason), .malformed(let path, let reason),
      .unsupported(let path, let reason):
      "\(path): \(reason)"
    case .malformedCell(let path, let line, let column, let reason):
      "\(path), line \(line), column \(column): \(reason)"
    }
  }
}
