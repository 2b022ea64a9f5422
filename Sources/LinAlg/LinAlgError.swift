/// What was wrong with the data that a routine was given.
///
/// Positions count from 0, as subscripts do; orders, ranks and counts are what they say.
public enum LinAlgError: Error, Hashable, Sendable {
  /// The shape of an argument does not fit: "right-hand side: expected 3 rows, found 4".
  case dimensionMismatch(_ argument: String, expected: Int, found: Int)
  /// A square matrix was needed.
  case notSquare(rows: Int, columns: Int)
  /// An element is NaN or infinite.
  case nonFinite(row: Int, column: Int)
  /// The pivot at this position of the factor U is exactly 0: the matrix has no inverse.
  case singular(pivot: Int)
  /// The leading minor of this order is not positive.
  case notPositiveDefinite(order: Int)
  /// Fewer independent columns than the operation needs.
  case rankDeficient(rank: Int, columns: Int)
  /// More unknowns than equations, where a unique solution was asked for.
  case underdetermined(rows: Int, columns: Int)
  /// An iteration inside LAPACK did not converge; `count` is the routine's own measure of the rest.
  case notConverged(routine: String, count: Int)
  /// A dimension exceeds what BLAS and LAPACK can address, 2³¹ − 1.
  case sizeOverflow(Int)
  /// The product of two dimensions exceeds what memory can address.
  case tooManyElements(rows: Int, columns: Int)
}

extension LinAlgError: CustomStringConvertible {
  /// One sentence that says what is wrong and where.
  public var description: String {
    switch self {
    case .dimensionMismatch(let argument, let expected, let found):
      "\(argument): expected \(expected), found \(found)"
    case .notSquare(let rows, let columns):
      "a square matrix is needed, found \(rows)×\(columns)"
    case .nonFinite(let row, let column):
      "the element at row \(row), column \(column) is NaN or infinite"
    case .singular(let pivot):
      "the matrix is singular: pivot \(pivot) is zero"
    case .notPositiveDefinite(let order):
      "the matrix is not positive definite: its leading minor of order \(order) is not positive"
    case .rankDeficient(let rank, let columns):
      "the matrix has rank \(rank), but \(columns) columns"
    case .underdetermined(let rows, let columns):
      "\(rows) equations do not determine \(columns) unknowns"
    case .notConverged(let routine, let count):
      "\(routine) did not converge (\(count) left)"
    case .sizeOverflow(let size):
      "the dimension \(size) exceeds the 32-bit limit of BLAS and LAPACK"
    case .tooManyElements(let rows, let columns):
      "\(rows)×\(columns) elements exceed the address space"
    }
  }
}
