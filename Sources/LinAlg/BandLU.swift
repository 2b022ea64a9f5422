/// The factorization A = P L U of a square band matrix, with row exchanges (`gbtrf`).
///
/// About 2n·kl(kl + ku) flops for kl lower and ku upper diagonals; a solve takes 2n(2kl + ku) a
/// right-hand side. For one solve alone `BandMatrix.solve` is a single call. With 1 to 31 lower diagonals
/// the factorization runs in a kernel of our own, and with at most 32 on both sides solves with A (not Aᵀ), too: of
/// pivots whose magnitudes differ in the last five bits alone any may be taken.
public struct BandLU<Element: Scalar>: Factorization {
  private let factors: BandMatrix<Element>
  private let pivots: [Int32]
  private let norm1: Element

  /// Factors a band matrix, in its own memory if the caller gives it up.
  ///
  /// Throws: `notSquare`, `nonFinite`, `singular` at the first pivot that is exactly 0.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: consuming BandMatrix<Element>) throws(LinAlgError) {
    guard a.rows == a.columns else { throw .notSquare(rows: a.rows, columns: a.columns) }
    norm1 = a.norm1
    if !norm1.isFinite { try a.checkFinite() }
    pivots = a.rows == 0 ? [] : try LAPACK.gbtrf(&a)
    factors = a
  }

  /// The number of rows of A.
  public var rows: Int { factors.rows }
  /// The number of columns of A.
  public var columns: Int { factors.rows }

  /// Overwrites B by the solution X of A X = B or Aᵀ X = B (`gbtrs`).
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func solveInPlace(_ b: inout Matrix<Element>, transposed: Bool) throws(LinAlgError) {
    try b.checkRightHandSide(rows: rows)
    if !b.isEmpty { try LAPACK.gbtrs(factors, pivots, transposed: transposed, &b) }
  }

  /// The diagonal of U.
  public var determinantFactors: [Element] { factors[diagonal: 0] }

  /// −1 for an odd number of row exchanges.
  public var determinantSign: Element { exchangeSign(pivots) }

  /// An estimate of 1/(‖A‖₁·‖A⁻¹‖₁) (`gbcon`).
  public var reciprocalCondition: Element {
    get throws(LinAlgError) { try LAPACK.gbcon(factors, pivots, norm: norm1) }
  }
}
