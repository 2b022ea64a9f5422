/// A matrix that is zero outside a band around its diagonal, in LAPACK's band storage.
///
/// Element (i, j) may differ from 0 only where −`lowerBandwidth` ≤ j − i ≤ `upperBandwidth`. It lies
/// at row `lowerBandwidth + upperBandwidth + i − j` of column j of the storage. The
/// `lowerBandwidth` rows above the band are kept free from the start: row exchanges fill
/// them, so a band that nobody else holds is factored where it lies.
///
///     let a = try BandMatrix<Double>(
///       order: 4, diagonals: [-1: [1, 1, 1], 0: [4, 4, 4, 4], 1: [1, 1, 1]])
///     let x = try a.solve([5, 6, 6, 5])   // [1, 1, 1, 1]
public struct BandMatrix<Element: Scalar>: Hashable, Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The number of diagonals below the main one.
  public let lowerBandwidth: Int
  /// The number of diagonals above the main one.
  public let upperBandwidth: Int
  @usableFromInline var storage: [Element]

  /// A band of zeros.
  public init(rows: Int, columns: Int, lowerBandwidth: Int, upperBandwidth: Int) {
    precondition(
      lowerBandwidth >= 0 && upperBandwidth >= 0,
      "negative bandwidth (\(lowerBandwidth), \(upperBandwidth))")
    precondition(rows >= 0, "negative band matrix shape \(rows)×\(columns)")
    self.rows = rows
    self.columns = columns
    self.lowerBandwidth = lowerBandwidth
    self.upperBandwidth = upperBandwidth
    let height = 2 * lowerBandwidth + upperBandwidth + 1
    storage = Array(filling: Matrix<Element>.count(height, columns), with: 0)
  }

  /// A square band of zeros.
  public init(order: Int, lowerBandwidth: Int, upperBandwidth: Int) {
    self.init(
      rows: order, columns: order, lowerBandwidth: lowerBandwidth, upperBandwidth: upperBandwidth)
  }

  /// The square band with these diagonals: key k holds the elements (i, i + k), from the top.
  ///
  /// The bandwidths are those of the outermost keys; diagonals in between that are not given are 0. One
  /// pass over memory. Throws: `dimensionMismatch` unless diagonal k has `order` − |k| elements.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(order: Int, diagonals: [Int: [Element]]) throws(LinAlgError) {
    for k in diagonals.keys where k.magnitude > Int32.max { throw .sizeOverflow(k) }
    for (k, diagonal) in diagonals where diagonal.count != max(0, order - abs(k)) {
      throw .dimensionMismatch(
        "elements of diagonal \(k)", expected: max(0, order - abs(k)), found: diagonal.count)
    }
    let (kl, ku) = (max(0, -(diagonals.keys.min() ?? 0)), max(0, diagonals.keys.max() ?? 0))
    let step = 2 * kl + ku + 1
    (rows, columns, lowerBandwidth, upperBandwidth) = (order, order, kl, ku)
    let count = Matrix<Element>.count(step, order)
    storage = unsafe Array(count: count) { band in
      // Row r of the storage holds diagonal kl + ku - r; blocks of columns stay in cache meanwhile.
      for start in stride(from: 0, to: order, by: 512) {
        let block = start..<min(order, start + 512)
        for r in 0..<step {
          let k = kl + ku - r
          // Element t of diagonal k lies in column t + max(0, k); what is left of the row is 0.
          let shift = max(0, k)
          let diagonal = diagonals[k] ?? []
          let first = min(max(block.lowerBound, shift), block.upperBound)
          let end = min(max(first, shift + diagonal.count), block.upperBound)
          for j in block.lowerBound..<first { unsafe band[r + j * step] = 0 }
          unsafe diagonal.withUnsafeBufferPointer { diagonal in
            for j in first..<end { unsafe band[r + j * step] = diagonal[j - shift] }
          }
          for j in end..<block.upperBound { unsafe band[r + j * step] = 0 }
        }
      }
    }
  }

  /// The square band whose element (i, j) is `element(i, j)`, asked for within the band only, by columns.
  ///
  /// One pass over memory.
  @inlinable
  public init(
    order: Int, lowerBandwidth kl: Int, upperBandwidth ku: Int,
    _ element: (_ row: Int, _ column: Int) -> Element
  ) {
    precondition(kl >= 0 && ku >= 0, "negative bandwidth (\(kl), \(ku))")
    (rows, columns, lowerBandwidth, upperBandwidth) = (order, order, kl, ku)
    let step = 2 * kl + ku + 1
    storage = unsafe Array(count: Matrix<Element>.count(step, order)) { band in
      // Between the corners every column has the same rows, as offsets from the diagonal.
      let whole = min(ku, order)..<max(min(ku, order), order - kl)
      for j in 0..<order {
        let column = j * step + kl + ku
        for r in -kl - ku..<(-ku) { unsafe band[column + r] = 0 }
        if whole.contains(j) {
          for r in -ku...kl { unsafe band[column + r] = element(j + r, j) }
        } else {
          for r in -ku...kl {
            unsafe band[column + r] = (0..<order).contains(j + r) ? element(j + r, j) : 0
          }
        }
      }
    }
  }

  /// The band of a dense matrix.
  ///
  /// Throws: `dimensionMismatch` if an element outside the band is not 0.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(
    _ dense: Matrix<Element>, lowerBandwidth: Int, upperBandwidth: Int
  ) throws(LinAlgError) {
    self.init(
      rows: dense.rows, columns: dense.columns, lowerBandwidth: lowerBandwidth,
      upperBandwidth: upperBandwidth)
    for j in 0..<columns {
      for i in 0..<rows {
        if contains(i, j) {
          self[i, j] = dense[i, j]
        } else if dense[i, j] != 0 {
          throw .dimensionMismatch(
            "\(i > j ? "lower" : "upper") bandwidth for element (\(i), \(j))",
            expected: abs(j - i), found: i > j ? lowerBandwidth : upperBandwidth)
        }
      }
    }
  }

  /// The distance, in elements, from a column of the storage to the next.
  @inlinable
  var leadingDimension: Int { 2 * lowerBandwidth + upperBandwidth + 1 }

  @inlinable
  func contains(_ row: Int, _ column: Int) -> Bool {
    column - row <= upperBandwidth && row - column <= lowerBandwidth
  }

  @inlinable
  func position(_ row: Int, _ column: Int) -> Int {
    lowerBandwidth + upperBandwidth + row - column + column * leadingDimension
  }

  /// The element at a row and a column: 0 outside the band, where nothing can be written.
  @inlinable
  public subscript(row: Int, column: Int) -> Element {
    get {
      checkPosition(row, column)
      return contains(row, column) ? storage[position(row, column)] : 0
    }
    set {
      checkPosition(row, column)
      precondition(
        contains(row, column),
        "element (\(row), \(column)) outside the band (\(lowerBandwidth), \(upperBandwidth))")
      storage[position(row, column)] = newValue
    }
  }

  @inlinable
  func checkPosition(_ row: Int, _ column: Int) {
    precondition(
      row >= 0 && row < rows && column >= 0 && column < columns,
      "position (\(row), \(column)) outside a \(rows)×\(columns) band matrix")
  }

  /// The elements (i, i + k) of diagonal k, from the top: negative below, positive above the main one.
  ///
  /// Reading a diagonal outside the band gives zeros; writing one traps.
  @inlinable
  public subscript(diagonal k: Int) -> [Element] {
    get {
      let (row, column) = (max(0, -k), max(0, k))
      guard contains(row, column) else {
        return Array(repeating: 0, count: diagonalCount(k))
      }
      let (start, step) = (position(row, column), leadingDimension)
      return (0..<diagonalCount(k)).map { storage[start + $0 * step] }
    }
    set {
      precondition(
        -lowerBandwidth <= k && k <= upperBandwidth,
        "diagonal \(k) outside the band (\(lowerBandwidth), \(upperBandwidth))")
      precondition(
        newValue.count == diagonalCount(k),
        "\(newValue.count) elements for diagonal \(k) of length \(diagonalCount(k))")
      let (start, step) = (position(max(0, -k), max(0, k)), leadingDimension)
      for i in 0..<newValue.count { storage[start + i * step] = newValue[i] }
    }
  }

  @inlinable
  func diagonalCount(_ k: Int) -> Int {
    max(0, min(rows - max(0, -k), columns - max(0, k)))
  }

  /// Replaces every element of the band by `element(row, column)`, one column after the other.
  @inlinable
  public mutating func fill(_ element: (_ row: Int, _ column: Int) -> Element) {
    let (rows, columns, kl, ku) = (rows, columns, lowerBandwidth, upperBandwidth)
    let step = leadingDimension
    unsafe storage.withUnsafeMutableBufferPointer { band in
      for j in 0..<columns where j - ku < rows {
        let start = kl + ku - j + j * step
        for i in max(0, j - ku)..<min(rows, j + kl + 1) { unsafe band[start + i] = element(i, j) }
      }
    }
  }

  /// Throws `nonFinite` at the first element, by columns, that is NaN or infinite.
  public func checkFinite() throws(LinAlgError) {
    let position = unsafe Element._firstNonFinite(storage.count, storage)
    if position < 0 { return }
    let (column, height) = position.quotientAndRemainder(dividingBy: leadingDimension)
    throw .nonFinite(row: height - lowerBandwidth - upperBandwidth + column, column: column)
  }

  /// The largest sum of absolute values in a column.
  public var norm1: Element {
    unsafe Element._oneNorm(leadingDimension, columns, storage, leadingDimension)
  }
}

extension Matrix {
  /// The dense matrix with the elements of a band matrix.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public init(_ band: BandMatrix<Element>) {
    self.init(rows: band.rows, columns: band.columns) { band[$0, $1] }
  }
}

extension BandMatrix: Codable {
  private enum CodingKeys: String, CodingKey {
    case rows, columns, lowerBandwidth, upperBandwidth, bandStorage
  }

  /// Reads the shape, the bandwidths and `bandStorage`; refuses a count that does not fit.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    rows = try container.decode(Int.self, forKey: .rows)
    columns = try container.decode(Int.self, forKey: .columns)
    lowerBandwidth = try container.decode(Int.self, forKey: .lowerBandwidth)
    upperBandwidth = try container.decode(Int.self, forKey: .upperBandwidth)
    storage = try container.decode([Element].self, forKey: .bandStorage)
    // No band is wider than what was read; that also keeps the product from overflowing.
    let sizes = [rows, columns, lowerBandwidth, upperBandwidth]
    let widest = columns == 0 ? Int(Int32.max) : storage.count
    guard
      sizes.allSatisfy({ $0 >= 0 }), max(lowerBandwidth, upperBandwidth) <= widest,
      columns <= Int(Int32.max), storage.count == leadingDimension * columns
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .bandStorage, in: container,
        debugDescription: "\(storage.count) elements for a \(rows)×\(columns) band "
          + "(\(lowerBandwidth), \(upperBandwidth))")
    }
    // What lies outside the band is 0, whatever the file says.
    let read = self
    storage = Array(repeating: 0, count: storage.count)
    fill { i, j in read[i, j] }
  }

  /// Writes the shape, the bandwidths and `bandStorage`, LAPACK's storage with room for row exchanges.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rows, forKey: .rows)
    try container.encode(columns, forKey: .columns)
    try container.encode(lowerBandwidth, forKey: .lowerBandwidth)
    try container.encode(upperBandwidth, forKey: .upperBandwidth)
    try container.encode(storage, forKey: .bandStorage)
  }
}

// MARK: - Products

/// y ← alpha op(A) x + beta y with a band matrix, in place (`gbmv`).
///
/// Traps, with the shapes, unless they fit. About 2n(lowerBandwidth + upperBandwidth + 1) flops.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func multiply<Element: Scalar>(
  _ a: BandMatrix<Element>, _ x: [Element], into y: inout [Element], alpha: Element = 1,
  beta: Element = 0, transposeA: Bool = false
) {
  let (m, n) = BLAS.shape(a.rows, a.columns, transposed: transposeA)
  precondition(
    n == x.count && m == y.count, "product of \(m)×\(n) and \(x.count) elements into \(y.count)")
  if m == 0 { return }
  if n == 0 { return unsafe y.withUnsafeMutableBufferPointer { unsafe BLAS.scale($0, by: beta) } }
  let (rows, columns) = (BLAS.int(a.rows), BLAS.int(a.columns))
  let (kl, ku) = (BLAS.int(a.lowerBandwidth), BLAS.int(a.upperBandwidth))
  let step = BLAS.int(a.leadingDimension)
  unsafe a.storage.withUnsafeBufferPointer { band in
    // The band begins below the rows that are kept for row exchanges.
    let base = unsafe band.baseAddress! + a.lowerBandwidth
    BLASRuntime.run(threaded: a.storage.count >= BLASRuntime.threadedPass) {
      unsafe Element._gbmv(
        transposeA, rows, columns, kl, ku, alpha, base, step, x, 1, beta, &y, 1)
    }
  }
}

extension BandMatrix {
  /// The product Ax with a vector.
  ///
  /// Traps if the lengths differ.
  public static func * (a: Self, x: [Element]) -> [Element] {
    var y = [Element](repeating: 0, count: a.rows)
    multiply(a, x, into: &y)
    return y
  }
}

// MARK: - One-shot solution

extension BandMatrix {
  /// The solution X of AX = B in one call (`gbsv`, in narrow bands the kernel of `BandLU`); `BandLU` keeps the factors for more.
  ///
  /// With at most one diagonal on each side it is solved as `Tridiagonal.solve` does, with the same row exchanges in a
  /// fraction of the time.
  ///
  /// A matrix or right-hand side that the caller gives up (its last use) is worked on in place;
  /// otherwise it is copied once. About 2n·kl(kl + ku) + 2n(2kl + ku) flops a column. Throws:
  /// `notSquare`, `dimensionMismatch`, `nonFinite`, `singular`.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  public consuming func solve(
    _ b: consuming Matrix<Element>
  ) throws(LinAlgError) -> Matrix<Element> {
    guard rows == columns else { throw .notSquare(rows: rows, columns: columns) }
    let isTridiagonal = lowerBandwidth <= 1 && upperBandwidth <= 1 && !b.isEmpty
    if isTridiagonal, b.columns == 1, b.rows == rows, unsafe solvesTridiagonal(&b.storage) {
      return b
    }
    try b.checkRightHandSide(rows: rows)
    try checkFinite()
    if isTridiagonal {
      var (below, diagonal, above) = (self[diagonal: -1], self[diagonal: 0], self[diagonal: 1])
      try LAPACK.gtsv(&below, &diagonal, &above, &b)
      return b
    }
    return try (consume self).solveUnchecked(b)
  }

  /// As the function of this name for three diagonals, on those of the band where they are.
  private func solvesTridiagonal(_ b: UnsafeMutablePointer<Element>) -> Bool {
    unsafe storage.withUnsafeBufferPointer { band in
      let band = unsafe band.baseAddress.unsafelyUnwrapped
      func diagonal(_ row: Int, _ column: Int) -> UnsafePointer<Element>? {
        rows > 1 && contains(row, column) ? unsafe band + position(row, column) : nil
      }
      return unsafe LinAlg.solvesTridiagonal(
        rows, step: leadingDimension, diagonal(1, 0), band + position(0, 0), diagonal(0, 1),
        b)
    }
  }

  /// The same by elimination, whatever the bandwidths, for shapes that fit, NaN and infinities passing through.
  @specialized(where Element == Double)
  @specialized(where Element == Float)
  package consuming func solveUnchecked(
    _ b: consuming Matrix<Element>
  ) throws(LinAlgError) -> Matrix<Element> {
    if !b.isEmpty { try LAPACK.gbsv(&self, &b) }
    return b
  }

  /// The solution x of Ax = b in one call.
  public consuming func solve(_ b: consuming [Element]) throws(LinAlgError) -> [Element] {
    try (consume self).solve(Matrix(column: b)).storage
  }
}
