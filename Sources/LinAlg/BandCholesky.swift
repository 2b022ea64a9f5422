/// The factorization A = L Lᵀ of a symmetric positive definite band matrix (`pbtrf`).
///
/// About n·k² flops for k diagonals on each side; a solve takes 4nk a right-hand side. No row exchanges, hence no
/// fill: half the memory and less than half the work of `BandLU`.
public struct BandCholesky<Element: Scalar>: Factorization {
  /// The lower band, row d holding diagonal −d.
  private let factor: Matrix<Element>
  private let norm1: Element

  /// Factors a symmetric band matrix, of which only the lower band is referenced and copied once.
  ///
  /// Throws: `notSquare`, `nonFinite` (anywhere), `notPositiveDefinite` with the order of the first
  /// leading minor that is not positive.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: BandMatrix<Element>) throws(LinAlgError) {
    guard a.rows == a.columns else { throw .notSquare(rows: a.rows, columns: a.columns) }
    try a.checkFinite()
    let (first, step) = (a.lowerBandwidth + a.upperBandwidth, a.leadingDimension)
    var band = Matrix<Element>(rows: a.lowerBandwidth + 1, columns: a.columns) { d, j in
      a.storage[first + d + j * step]
    }
    norm1 = symmetricBandNorm1(band)
    if !band.isEmpty { try LAPACK.pbtrf(&band) }
    factor = band
  }

  /// The number of rows of A.
  public var rows: Int { factor.columns }
  /// The number of columns of A.
  public var columns: Int { factor.columns }

  /// Overwrites B by the solution X of A X = B (`pbtrs`); A is its own transpose.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public func solveInPlace(_ b: inout Matrix<Element>, transposed: Bool) throws(LinAlgError) {
    try b.checkRightHandSide(rows: rows)
    if !b.isEmpty { try LAPACK.pbtrs(factor, &b) }
  }

  /// The diagonal of L, twice.
  public var determinantFactors: [Element] {
    let diagonal = factor[row: 0]
    return diagonal + diagonal
  }

  /// Always 1.
  public var determinantSign: Element { 1 }

  /// An estimate of 1/(‖A‖₁·‖A⁻¹‖₁) (`pbcon`).
  public var reciprocalCondition: Element {
    get throws(LinAlgError) { try LAPACK.pbcon(factor, norm: norm1) }
  }
}

/// ‖A‖₁ of the symmetric band matrix whose lower band is given.
private func symmetricBandNorm1<Element: Scalar>(_ band: Matrix<Element>) -> Element {
  let n = band.columns
  var sums = [Element](repeating: 0, count: n)
  for j in 0..<n {
    sums[j] += band[0, j].magnitude
    for d in 1..<max(1, min(band.rows, n - j)) {
      sums[j] += band[d, j].magnitude
      sums[j + d] += band[d, j].magnitude
    }
  }
  return normInfinity(sums)
}
