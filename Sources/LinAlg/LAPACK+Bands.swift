// Band and tridiagonal matrices.
extension LAPACK {
  /// Lower bandwidths whose factorizations run in kernels of our own: with a solve 1.3 to 3 times as fast (measured with
  /// OpenBLAS 0.3.21).
  private static var narrowBands: ClosedRange<Int> { 1...31 }

  /// Whether solves do: with more diagonals above, LAPACK's are faster.
  private static func solvesNarrow<E>(_ a: BandMatrix<E>) -> Bool {
    narrowBands.contains(a.lowerBandwidth) && a.lowerBandwidth + a.upperBandwidth <= 32
  }

  static func gbtrf<E: Scalar>(_ a: inout BandMatrix<E>) throws(LinAlgError) -> [Int32] {
    let (n, kl, ku, ldab) = try dimensions(a)
    var pivots = [Int32](repeating: 0, count: a.columns)
    if narrowBands.contains(a.lowerBandwidth) {
      let zero = unsafe E._gbtrfNarrow(
        a.columns, a.lowerBandwidth, a.upperBandwidth, &a.storage, a.leadingDimension, &pivots, nil)
      if zero > 0 { throw .singular(pivot: zero - 1) }
      return pivots
    }
    let info = positiveInfo("gbtrf", work: bandWork(a)) {
      unsafe E._gbtrf(n, n, kl, ku, &a.storage, ldab, &pivots)
    }
    if info > 0 { throw .singular(pivot: info - 1) }
    return pivots
  }

  static func gbtrs<E: Scalar>(
    _ a: BandMatrix<E>, _ pivots: [Int32], transposed: Bool, _ b: inout Matrix<E>
  ) throws(LinAlgError) {
    let (n, kl, ku, ldab) = try dimensions(a)
    let (columns, ldb) = (try int(b.columns), try stride(b))
    if !transposed && solvesNarrow(a) {
      return unsafe forEachColumns(&b, diagonals: a.lowerBandwidth + a.upperBandwidth + 1) {
        unsafe E._gbtrsNarrow(
          a.columns, a.lowerBandwidth, a.upperBandwidth, $1, a.storage, a.leadingDimension, pivots,
          $0, a.columns)
      }
    }
    run("gbtrs", work: 0) {
      unsafe E._gbtrs(
        transposed ? transpose : no, n, kl, ku, columns, a.storage, ldab, pivots, &b.storage, ldb)
    }
  }

  static func gbcon<E: Scalar>(
    _ a: BandMatrix<E>, _ pivots: [Int32], norm: E
  ) throws(LinAlgError) -> E {
    let (n, kl, ku, ldab) = try dimensions(a)
    return unsafe condition("gbcon", a.columns, reals: 3, norm: norm) {
      unsafe E._gbcon(one, n, kl, ku, a.storage, ldab, pivots, norm, $0, $1, $2)
    }
  }

  /// Factors `a` and solves for `b`, both in place.
  static func gbsv<E: Scalar>(
    _ a: inout BandMatrix<E>, _ b: inout Matrix<E>
  ) throws(LinAlgError) {
    if narrowBands.contains(a.lowerBandwidth) && (b.columns > 1 || !solvesNarrow(a)) {
      let pivots = try gbtrf(&a)
      return try gbtrs(a, pivots, transposed: false, &b)
    }
    let (n, kl, ku, ldab) = try dimensions(a)
    let (columns, ldb) = (try int(b.columns), try stride(b))
    let info = unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: max(1, a.columns)) {
      pivots in
      let pivots = pivots.baseAddress!
      if solvesNarrow(a) { return unsafe gbsvNarrow(&a, &b.storage, pivots) }
      return positiveInfo("gbsv", work: bandWork(a)) {
        unsafe E._gbsv(
          n, kl, ku, columns, &a.storage, ldab, pivots, &b.storage, ldb)
      }
    }
    if info > 0 { throw .singular(pivot: info - 1) }
  }

  /// One right-hand side is eliminated together with the matrix.
  private static func gbsvNarrow<E: Scalar>(
    _ a: inout BandMatrix<E>, _ b: inout [E], _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int {
    let (n, kl, ku, step) = (a.columns, a.lowerBandwidth, a.upperBandwidth, a.leadingDimension)
    let zero = unsafe E._gbtrfNarrow(n, kl, ku, &a.storage, step, pivots, &b)
    if zero == 0 { unsafe E._gbtrsNarrow(n, kl, ku, 1, a.storage, step, nil, &b, n) }
    return zero
  }

  /// Calls a function with columns of b, their first and how many; on several threads if that many diagonals make it worth it.
  private static func forEachColumns<E: Scalar>(
    _ b: inout Matrix<E>, diagonals: Int, _ body: (UnsafeMutablePointer<E>, Int) -> Void
  ) {
    // By fours, as the kernels take them.
    let (n, count, group) = (b.rows, b.columns, 4)
    unsafe b.storage.withUnsafeMutableBufferPointer { b in
      guard let first = b.baseAddress else { return }
      BLASRuntime.forEachPart(of: (count + group - 1) / group, size: group * n * diagonals) {
        part in
        let columns = part.lowerBound * group..<min(count, part.upperBound * group)
        unsafe body(first + columns.lowerBound * n, columns.count)
      }
    }
  }

  private static func dimensions<E>(
    _ a: BandMatrix<E>
  ) throws(LinAlgError) -> (n: Int32, kl: Int32, ku: Int32, ldab: Int32) {
    (
      try int(a.columns), try int(a.lowerBandwidth), try int(a.upperBandwidth),
      try int(a.leadingDimension)
    )
  }

  // Threads pay in the blocked code only, that is for bands of some width.
  private static func bandWork<E>(_ a: BandMatrix<E>) -> Int {
    a.lowerBandwidth < 64 ? 0 : a.columns * a.lowerBandwidth * (a.lowerBandwidth + a.upperBandwidth)
  }

  /// The lower band, `bandwidth` + 1 rows, of a symmetric matrix.
  static func pbtrf<E: Scalar>(_ band: inout Matrix<E>) throws(LinAlgError) {
    let (n, kd, ldab) = (try int(band.columns), try int(band.rows - 1), try stride(band))
    if narrowBands.contains(band.rows - 1) {
      let order = unsafe E._pbtrfNarrow(
        band.columns, band.rows - 1, &band.storage, band.rows)
      if order > 0 { throw .notPositiveDefinite(order: order) }
      return
    }
    let info = positiveInfo(
      "pbtrf", work: band.rows < 64 ? 0 : band.columns * band.rows * band.rows
    ) {
      unsafe E._pbtrf(lower, n, kd, &band.storage, ldab)
    }
    if info > 0 { throw .notPositiveDefinite(order: info) }
  }

  static func pbtrs<E: Scalar>(_ band: Matrix<E>, _ b: inout Matrix<E>) throws(LinAlgError) {
    let (n, kd, ldab) = (try int(band.columns), try int(band.rows - 1), try stride(band))
    let (columns, ldb) = (try int(b.columns), try stride(b))
    if narrowBands.contains(band.rows - 1) {
      return unsafe forEachColumns(&b, diagonals: 2 * band.rows) {
        unsafe E._pbtrsNarrow(
          band.columns, band.rows - 1, $1, band.storage, band.rows, $0, band.columns)
      }
    }
    run("pbtrs", work: 0) {
      unsafe E._pbtrs(lower, n, kd, columns, band.storage, ldab, &b.storage, ldb)
    }
  }

  static func pbcon<E: Scalar>(_ band: Matrix<E>, norm: E) throws(LinAlgError) -> E {
    let (n, kd, ldab) = (try int(band.columns), try int(band.rows - 1), try stride(band))
    return unsafe condition("pbcon", band.columns, reals: 3, norm: norm) {
      unsafe E._pbcon(lower, n, kd, band.storage, ldab, norm, $0, $1, $2)
    }
  }

  /// The triangle of a band matrix, without a look at the other side of its diagonal.
  static func tbtrs<E: Scalar>(
    _ a: BandMatrix<E>, _ triangle: Triangle, transposed: Bool, unit: Bool, _ b: inout Matrix<E>
  ) throws(LinAlgError) {
    let (n, kl, ku, ldab) = try dimensions(a)
    let (columns, ldb) = (try int(b.columns), try stride(b))
    let (side, bandwidth) = triangle == .lower ? (lower, kl) : (upper, ku)
    let diagonal = CChar(bitPattern: unit ? UInt8(ascii: "U") : UInt8(ascii: "N"))
    // The band begins below the rows that are kept for row exchanges, the lower one at its diagonal.
    let offset = a.lowerBandwidth + (triangle == .lower ? a.upperBandwidth : 0)
    let info = unsafe a.storage.withUnsafeBufferPointer { band in
      positiveInfo("tbtrs", work: 0) {
        unsafe E._tbtrs(
          side, transposed ? transpose : no, diagonal, n, bandwidth, columns,
          band.baseAddress! + offset, ldab, &b.storage, ldb)
      }
    }
    if info > 0 { throw .singular(pivot: info - 1) }
  }

  static func gttrf<E: Scalar>(_ t: inout TridiagonalFactors<E>) throws(LinAlgError) {
    let n = try int(t.diagonal.count)
    let info = positiveInfo("gttrf", work: 0) {
      unsafe E._gttrf(
        n, &t.lower, &t.diagonal, &t.upper, &t.secondUpper, &t.pivots)
    }
    if info > 0 { throw .singular(pivot: info - 1) }
  }

  static func gttrs<E: Scalar>(
    _ t: TridiagonalFactors<E>, transposed: Bool, _ b: inout Matrix<E>
  ) throws(LinAlgError) {
    let (n, columns, ldb) = (try int(t.diagonal.count), try int(b.columns), try stride(b))
    run("gttrs", work: 0) {
      unsafe E._gttrs(
        transposed ? transpose : no, n, columns, t.lower, t.diagonal, t.upper, t.secondUpper,
        t.pivots, &b.storage, ldb)
    }
  }

  static func gtcon<E: Scalar>(_ t: TridiagonalFactors<E>, norm: E) throws(LinAlgError) -> E {
    let n = try int(t.diagonal.count)
    return unsafe condition("gtcon", t.diagonal.count, reals: 2, norm: norm) {
      unsafe E._gtcon(
        one, n, t.lower, t.diagonal, t.upper, t.secondUpper, t.pivots, norm, $0, $1, $2)
    }
  }

  /// Factors and solves in one pass; the diagonals are destroyed.
  static func gtsv<E: Scalar>(
    _ lower: inout [E], _ diagonal: inout [E], _ upper: inout [E], _ b: inout Matrix<E>
  ) throws(LinAlgError) {
    let (n, columns, ldb) = (try int(diagonal.count), try int(b.columns), try stride(b))
    let info = positiveInfo("gtsv", work: 0) {
      unsafe E._gtsv(n, columns, &lower, &diagonal, &upper, &b.storage, ldb)
    }
    if info > 0 { throw .singular(pivot: info - 1) }
  }
}
