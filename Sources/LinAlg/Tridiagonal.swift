/// The factorization A = P L U of a tridiagonal matrix, with row exchanges (`gttrf`).
///
/// 5n flops or so; a solve takes about 8n a right-hand side. For one solve alone
/// `Tridiagonal.solve(lower:diagonal:upper:_:)` is a single call.
public struct Tridiagonal<Element: Scalar>: Factorization {
  private let factors: TridiagonalFactors<Element>
  private let norm1: Element

  /// Factors the matrix with these three diagonals; arrays that the caller gives up are worked on in place.
  ///
  /// `lower` and `upper` have one element less than `diagonal` (none if that is empty). Throws:
  /// `dimensionMismatch`, `nonFinite`, `singular` at the first pivot that is exactly 0.
  public init(
    lower: consuming [Element], diagonal: consuming [Element], upper: consuming [Element]
  ) throws(LinAlgError) {
    try Self.check(lower, diagonal, upper)
    var factors = TridiagonalFactors(
      lower: lower, diagonal: diagonal, upper: upper,
      secondUpper: Array(repeating: 0, count: max(0, diagonal.count - 2)),
      pivots: Array(repeating: 0, count: diagonal.count))
    norm1 = factors.computedNorm1()
    if !factors.diagonal.isEmpty { try LAPACK.gttrf(&factors) }
    self.factors = factors
  }

  /// The number of rows of A.
  public var rows: Int { factors.diagonal.count }
  /// The number of columns of A.
  public var columns: Int { factors.diagonal.count }

  /// Overwrites B by the solution X of A X = B or Aᵀ X = B (`gttrs`).
  public func solveInPlace(_ b: inout Matrix<Element>, transposed: Bool) throws(LinAlgError) {
    try b.checkRightHandSide(rows: rows)
    if !b.isEmpty { try LAPACK.gttrs(factors, transposed: transposed, &b) }
  }

  /// The diagonal of U.
  public var determinantFactors: [Element] { factors.diagonal }

  /// −1 for an odd number of row exchanges.
  public var determinantSign: Element { exchangeSign(factors.pivots) }

  /// An estimate of 1/(‖A‖₁·‖A⁻¹‖₁) (`gtcon`).
  public var reciprocalCondition: Element {
    get throws(LinAlgError) { try LAPACK.gtcon(factors, norm: norm1) }
  }

  /// The solution X of A X = B for the matrix with these diagonals, in one call (`gtsv`; one right-hand side in half its
  /// time by a kernel with the same row exchanges, which copies no diagonal).
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public static func solve(
    lower: consuming [Element], diagonal: consuming [Element], upper: consuming [Element],
    _ b: consuming Matrix<Element>
  ) throws(LinAlgError) -> Matrix<Element> {
    let n = diagonal.count
    if n > 0, b.columns == 1, b.rows == n, lower.count == n - 1, upper.count == n - 1,
      unsafe solvesTridiagonal(n, step: 1, lower, diagonal, upper, &b.storage)
    {
      return b
    }
    // What the kernel declines is an error, or solved with more care.
    try check(lower, diagonal, upper)
    try b.checkRightHandSide(rows: n)
    if !b.isEmpty { try LAPACK.gtsv(&lower, &diagonal, &upper, &b) }
    return b
  }

  /// The solution x of A x = b for the matrix with these diagonals, in one call (`gtsv`).
  public static func solve(
    lower: consuming [Element], diagonal: consuming [Element], upper: consuming [Element],
    _ b: consuming [Element]
  ) throws(LinAlgError) -> [Element] {
    try solve(lower: lower, diagonal: diagonal, upper: upper, Matrix(column: b)).storage
  }

  private static func check(
    _ lower: [Element], _ diagonal: [Element], _ upper: [Element]
  ) throws(LinAlgError) {
    let off = max(0, diagonal.count - 1)
    guard lower.count == off else {
      throw .dimensionMismatch("lower diagonal", expected: off, found: lower.count)
    }
    guard upper.count == off else {
      throw .dimensionMismatch("upper diagonal", expected: off, found: upper.count)
    }
    for (values, rowOffset, columnOffset) in [(lower, 1, 0), (diagonal, 0, 0), (upper, 0, 1)] {
      let position = unsafe Element._firstNonFinite(values.count, values)
      if position >= 0 {
        throw .nonFinite(row: position + rowOffset, column: position + columnOffset)
      }
    }
  }
}

/// Overwrites b by the solution for the tridiagonal matrix of these diagonals, whose elements are `step` apart; false, and b as
/// it was, where a number is not finite or a pivot 0 or out of the range of reciprocals.
func solvesTridiagonal<Element: Scalar>(
  _ order: Int, step: Int, _ lower: UnsafePointer<Element>?, _ diagonal: UnsafePointer<Element>,
  _ upper: UnsafePointer<Element>?, _ b: UnsafeMutablePointer<Element>
) -> Bool {
  unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: 4 * order) { work in
    unsafe Element._tridiagonalSolve(
      order, step, lower, diagonal, upper, b, work.baseAddress.unsafelyUnwrapped)
  }
}

/// The three diagonals of a tridiagonal matrix, and what `gttrf` makes of them.
struct TridiagonalFactors<Element: Scalar>: Sendable {
  var lower: [Element]
  var diagonal: [Element]
  var upper: [Element]
  var secondUpper: [Element]
  var pivots: [Int32]

  /// ‖A‖₁, before the factorization.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  func computedNorm1() -> Element {
    let n = diagonal.count
    return normInfinity(
      (0..<n).map { j in
        (j > 0 ? upper[j - 1].magnitude : 0) + diagonal[j].magnitude
          + (j < n - 1 ? lower[j].magnitude : 0)
      })
  }
}
