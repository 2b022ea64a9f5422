/// Singular values and vectors of an upper bidiagonal matrix B by divide and conquer.
///
/// Blocks have n rows and n + 1 columns, B a last one of zeros, and so a right vector that they map to 0, kept last. Without its
/// middle row a block is two, and `SecularMerge` adds the row to their decompositions (Gu and Eisenstat 1995; LAPACK's `bdsdc`). The
/// two largest blocks are decomposed at once. The pointers are those of one call of `decompose`.
@safe struct BidiagonalSVD<Element: Scalar> {
  /// Blocks up to this order are left to LAPACK (measured as for `TridiagonalEigen`).
  static var leafOrder: Int { 10 }

  /// The diagonal, that becomes the singular values, and what is right of it, which is lost.
  private let d: UnsafeMutablePointer<Element>
  private let e: UnsafeMutablePointer<Element>
  /// The left vectors, n×n, and the right ones, (n + 1)×(n + 1): zero at first.
  private let u: UnsafeMutableMatrixPointer<Element>
  private let v: UnsafeMutableMatrixPointer<Element>
  /// The columns in the order of rising singular values.
  private let order: UnsafeMutablePointer<Int32>
  /// (n + 1)(2n + 10) numbers and 4n integers.
  private let space: UnsafeMutablePointer<Element>
  private let integers: UnsafeMutablePointer<Int32>

  /// Overwrites the diagonal by the singular values, `e`, of n numbers too, by anything, U by the left vectors, and V by the right
  /// ones, in its first n rows and columns.
  ///
  /// Returns the order in which the singular values rise. Throws `notConverged`.
  static func decompose(
    _ d: UnsafeMutablePointer<Element>, _ e: UnsafeMutablePointer<Element>,
    _ u: UnsafeMutableMatrixPointer<Element>, _ v: UnsafeMutableMatrixPointer<Element>
  ) throws(LinAlgError) -> [Int32] {
    let n = unsafe u.columns
    unsafe u.setToZero()
    unsafe v.setToZero()
    unsafe e[n - 1] = 0
    return try unsafe SecularMerge.decompose(n, d, e, space: (n + 1) * (2 * n + 10)) {
      unsafe Self(d: d, e: e, u: u, v: v, order: $0, space: $1, integers: $2).solve()
    }
  }

  private var n: Int { unsafe u.columns }

  /// Rows of a range, with space of their own.
  private func block(_ range: Range<Int>) -> Self {
    let first = range.lowerBound
    let columns = first..<range.upperBound + 1
    return unsafe Self(
      d: d + first, e: e + first, u: u[rows: range, columns: range],
      v: v[rows: columns, columns: columns], order: order + first,
      space: space + first * (2 * first + 8), integers: integers + 4 * first)
  }

  /// Returns how many singular values were not found.
  private func solve() -> Int {
    if n <= Self.leafOrder { return solveLeaf() }
    let middle = n / 2
    let missing = SecularMerge<Element>.both(of: n, sets: 2) { half in
      block(half == 0 ? 0..<middle : middle + 1..<n).solve()
    }
    return missing > 0 ? missing : merge(middle)
  }

  /// Rotations from the right make the block lower bidiagonal, with a column of zeros; the rest is LAPACK's.
  private func solveLeaf() -> Int {
    for i in 0...n { unsafe v.base[i + i * v.leadingDimension] = 1 }
    for i in 0..<n {
      unsafe u.base[i + i * u.leadingDimension] = 1
      let size = unsafe max(d[i].magnitude, e[i].magnitude)
      if size > 0 {
        let (x, y) = unsafe (d[i] / size, e[i] / size)
        let length = (x * x + y * y).squareRoot()
        let (c, s) = (x / length, y / length)
        unsafe v.rotate(i, i + 1, c, s)
        unsafe d[i] = size * length
        if i + 1 < n { unsafe (d[i + 1], e[i]) = (c * d[i + 1], s * d[i + 1]) }
      }
      // LAPACK's values fall.
      unsafe order[i] = Int32(n - 1 - i)
    }
    let (transposed, ld) = unsafe (space + 4 * n, v.leadingDimension)
    for i in 0..<n { for j in 0...n { unsafe transposed[i + j * n] = v.base[j + i * ld] } }
    let missing = unsafe LAPACK.bdsqr(d, e, transposed, columns: n + 1, u, space)
    for i in 0..<n { for j in 0...n { unsafe v.base[j + i * ld] = transposed[i + j * n] } }
    for i in 0..<n { unsafe d[i] = d[i].magnitude }  // LAPACK leaves zeros with a sign
    return missing
  }

  /// From the decompositions of the blocks before and behind the middle row to that of the whole.
  private func merge(_ middle: Int) -> Int {
    let (ld, cut) = unsafe (v.leadingDimension, middle + 1)
    unsafe u.base[middle + middle * u.leadingDimension] = 1
    for i in cut..<n { unsafe order[i] += Int32(cut) }
    unsafe order[middle] = Int32(middle)
    var (alpha, beta) = unsafe (d[middle], e[middle])
    unsafe d[middle] = 0
    var largest = max(alpha.magnitude, beta.magnitude)
    for j in 0..<n { largest = unsafe max(largest, d[j]) }
    if largest == 0 { return 0 }

    // By a power of 2, so that squares neither overflow nor vanish.
    let exponent = largest.exponent
    alpha.scale(byPowerOf2: -exponent)
    beta.scale(byPowerOf2: -exponent)
    largest.scale(byPowerOf2: -exponent)
    for j in 0..<n { unsafe d[j].scale(byPowerOf2: -exponent) }
    defer { for j in 0..<n { unsafe d[j].scale(byPowerOf2: exponent) } }

    let tolerance = 4 * Element.ulpOfOne * largest
    let merge = unsafe SecularMerge(
      cut: cut, d: d, order: order, right: v[rows: 0..<n + 1, columns: 0..<n], left: u,
      space: space, integers: integers)
    for j in 0..<n {
      unsafe merge.z[j] = j < cut ? alpha * v.base[middle + j * ld] : beta * v.base[cut + j * ld]
    }
    // Of both null vectors one combination meets the middle row, and the other does not.
    let (x, y) = unsafe (merge.z[middle], beta * v.base[cut + n * ld])
    let length = (x * x + y * y).squareRoot()
    if length > tolerance { unsafe v.rotate(middle, n, x / length, y / length) }
    unsafe merge.z[middle] = max(length, tolerance)
    return merge.join(rho: 1, tolerance: tolerance)
  }
}
