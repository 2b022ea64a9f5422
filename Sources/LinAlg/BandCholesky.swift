/// The factorization A = L Lᵀ of a symmetric positive definite band matrix (`pbtrf`).
///
/// About n·k² flops for k diagonals on each side; a solve takes 4nk a right-hand side. No row exchanges, hence no
/// fill: half the memory and less than half the work of `BandLU`. With 1 to 31 diagonals on a side kernels of our own do both.
public struct BandCholesky<Element: Scalar>: Factorization {
  /// The lower band, row d holding diagonal −d.
  private let factor: Matrix<Element>
  private let norm1: Element

  /// Factors a symmetric band matrix, of which only the lower band is referenced and copied once.
  ///
  /// Throws: `notSquare`, `nonFinite` in the lower band, `notPositiveDefinite` with the order of the first
  /// leading minor that is not positive.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ a: BandMatrix<Element>) throws(LinAlgError) {
    guard a.rows == a.columns else { throw .notSquare(rows: a.rows, columns: a.columns) }
    var sums = [Element](repeating: 0, count: a.columns)
    var band = a.lowerBand(addingMagnitudesTo: &sums)
    norm1 = normInfinity(sums)
    // The sums are not finite if an element is not, or on overflow.
    if !norm1.isFinite {
      for (k, value) in band.elements.enumerated() where !value.isFinite {
        let (j, d) = k.quotientAndRemainder(dividingBy: band.rows)
        throw .nonFinite(row: j + d, column: j)
      }
    }
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

extension BandMatrix {
  /// The diagonal and what is below it, a row for each diagonal; adds the absolute values of each column of the symmetric matrix
  /// that they stand for.
  @inline(__always)
  fileprivate func lowerBand(addingMagnitudesTo sums: inout [Element]) -> Matrix<Element> {
    let (height, step, first) = (
      lowerBandwidth + 1, leadingDimension, lowerBandwidth + upperBandwidth
    )
    return unsafe Matrix(rows: height, columns: columns) { band in
      guard let band = band.baseAddress else { return }
      unsafe storage.withUnsafeBufferPointer { storage in
        unsafe sums.withUnsafeMutableBufferPointer { sums in
          for j in 0..<columns {
            let (source, target) = unsafe (
              storage.baseAddress! + first + j * step, band + j * height
            )
            unsafe target.initialize(from: source, count: height)
            unsafe sums[j] += source[0].magnitude
            for d in 1..<max(1, min(height, columns - j)) {
              let size = unsafe source[d].magnitude
              unsafe sums[j] += size
              unsafe sums[j + d] += size
            }
          }
        }
      }
    }
  }
}
