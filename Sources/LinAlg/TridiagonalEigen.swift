/// Eigenvalues and vectors of a symmetric tridiagonal matrix T by divide and conquer.
///
/// T is two blocks and a matrix of rank 1 (Cuppen 1981). With the blocks decomposed it is Q (D + ρ z zᵀ) Qᵀ; where z is
/// negligible, or can be made so by a rotation because two eigenvalues agree, there is an eigenvector already ("deflation"), and
/// the others come from the secular equation, with a z for which its roots are exact (Gu and Eisenstat 1995). As LAPACK's
/// `stedc`, with its tolerances; but roots are found with vectors and on all threads, and so are the two largest blocks. The
/// pointers are those of one call of `decompose`.
@safe struct TridiagonalEigen<Element: Scalar> {
  /// Blocks up to this order are left to LAPACK (the time hardly depends on it from 10 to 40).
  static var leafOrder: Int { 25 }

  /// The diagonal, that becomes the eigenvalues, and what is beside it, which is lost.
  private let d: UnsafeMutablePointer<Element>
  private let e: UnsafeMutablePointer<Element>
  /// The vectors: zero at first.
  private let q: UnsafeMutableMatrixPointer<Element>
  /// The columns in the order of rising eigenvalues.
  private let order: UnsafeMutablePointer<Int32>
  /// n² + 6n numbers and 4n integers.
  private let space: UnsafeMutablePointer<Element>
  private let integers: UnsafeMutablePointer<Int32>

  /// Overwrites the diagonal by the eigenvalues, `e` by anything, and Q by the vectors.
  ///
  /// Returns the order in which the eigenvalues rise. Throws `notConverged`.
  static func decompose(
    _ d: UnsafeMutablePointer<Element>, _ e: UnsafeMutablePointer<Element>,
    _ q: UnsafeMutableMatrixPointer<Element>
  ) throws(LinAlgError) -> [Int32] {
    let n = unsafe q.columns
    for j in 0..<n { unsafe (q.base + j * q.leadingDimension).update(repeating: 0, count: n) }
    // A power of 2 keeps squares of quotients in range, and rounds nothing.
    var largest: Element = 0
    for i in 0..<n {
      largest = unsafe max(largest, d[i].magnitude, i < n - 1 ? e[i].magnitude : 0)
    }
    let exponent = largest == 0 ? 0 : largest.exponent
    for i in 0..<n {
      unsafe d[i].scale(byPowerOf2: -exponent)
      if i < n - 1 { unsafe e[i].scale(byPowerOf2: -exponent) }
    }
    var order = [Int32](repeating: 0, count: n)
    var missing = 0
    unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: n * n + 6 * n) { space in
      unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 4 * n) { integers in
        unsafe order.withUnsafeMutableBufferPointer { order in
          missing = unsafe TridiagonalEigen(
            d: d, e: e, q: q, order: order.baseAddress!, space: space.baseAddress!,
            integers: integers.baseAddress!
          ).solve()
        }
      }
    }
    if missing > 0 { throw .notConverged(routine: "divide and conquer", count: missing) }
    for i in 0..<n { unsafe d[i].scale(byPowerOf2: exponent) }
    return order
  }

  private var n: Int { unsafe q.columns }

  /// Rows and columns of a range, with space of their own.
  private func block(_ range: Range<Int>) -> Self {
    let first = range.lowerBound
    return unsafe Self(
      d: d + first, e: e + first, q: q[rows: range, columns: range], order: order + first,
      space: space + first * (first + 6), integers: integers + 4 * first)
  }

  /// Returns how many eigenvalues were not found.
  private func solve() -> Int {
    if n <= Self.leafOrder {
      for i in 0..<n { unsafe order[i] = Int32(i) }
      return unsafe LAPACK.steqr(d, e, q, space)
    }
    let cut = n / 2
    let coupling = unsafe e[cut - 1]
    unsafe d[cut - 1] -= coupling.magnitude
    unsafe d[cut] -= coupling.magnitude
    var missing = (0, 0)
    unsafe withUnsafeMutableBytes(of: &missing) { missing in
      let missing = unsafe missing.assumingMemoryBound(to: Int.self)
      BLASRuntime.concurrently(2, size: 4 * n * n) { half in
        unsafe missing[half] = block(half == 0 ? 0..<cut : cut..<n).solve()
      }
    }
    if missing != (0, 0) { return missing.0 + missing.1 }
    return merge(cut, coupling)
  }

  /// From the decompositions of two blocks, and the number that couples them, to that of the whole.
  private func merge(_ cut: Int, _ coupling: Element) -> Int {
    let (n, ld) = unsafe (n, q.leadingDimension)
    let (z, poles, weights, others) = unsafe (space, space + n, space + 2 * n, space + 3 * n)
    let (sorted, kept, types, rows) = unsafe (
      integers, integers + n, integers + 2 * n, integers + 3 * n
    )
    let factor: Element = coupling < 0 ? -1 : 1
    var (largestD, largestZ): (Element, Element) = (0, 0)
    for j in 0..<n {
      let element = unsafe j < cut ? q.base[cut - 1 + j * ld] : factor * q.base[cut + j * ld]
      unsafe z[j] = element * Element(0.5).squareRoot()
      unsafe types[j] = j < cut ? Self.first : Self.second
      largestD = unsafe max(largestD, d[j].magnitude)
      largestZ = unsafe max(largestZ, z[j].magnitude)
    }
    let rho = 2 * coupling.magnitude
    for i in cut..<n { unsafe order[i] += Int32(cut) }
    unsafe mergeOrders(order, cut, order + cut, n - cut, into: sorted)
    let tolerance = 4 * Element.ulpOfOne * max(largestD, largestZ)

    // Deflation. What is kept rises; what is not goes to the end of `rows`, which those that are kept leave free.
    var (count, end) = (0, n)
    func keep(_ j: Int) {
      unsafe (poles[count], weights[count], kept[count]) = (d[j], z[j], Int32(j))
      count += 1
    }
    func deflate(_ j: Int) {
      unsafe types[j] = Self.deflated
      end -= 1
      unsafe rows[end] = Int32(j)
    }
    var pending: Int?
    for i in 0..<n {
      let j = unsafe Int(sorted[i])
      if unsafe rho * z[j].magnitude <= tolerance {
        deflate(j)
        continue
      }
      if let earlier = pending {
        let length = unsafe (z[earlier] * z[earlier] + z[j] * z[j]).squareRoot()
        let (c, s) = unsafe (z[j] / length, -z[earlier] / length)
        if unsafe ((d[j] - d[earlier]) * c * s).magnitude <= tolerance {
          unsafe z[j] = length
          if unsafe types[j] != types[earlier] { unsafe types[j] = Self.both }
          unsafe rotate(q.base + earlier * ld, q.base + j * ld, c, s)
          let (lower, upper) = unsafe (d[earlier], d[j])
          unsafe d[earlier] = lower * c * c + upper * s * s
          unsafe d[j] = lower * s * s + upper * c * c
          deflate(earlier)
        } else {
          keep(earlier)
        }
      }
      pending = j
    }
    if let pending { keep(pending) }
    if count == 0 {
      unsafe order.update(from: sorted, count: n)
      return 0
    }

    // The kept columns of Q move out of the way, without their zeros: by blocks that they reach into. The others move behind
    // them, for good.
    let (top, bottom) = unsafe (space + 4 * n, n - cut)
    let unused = n - count
    for i in 0..<unused { unsafe others[i] = d[Int(rows[n - 1 - i])] }
    var groups = [0, 0, 0]
    for i in 0..<count { unsafe groups[Int(types[Int(kept[i])])] += 1 }
    let (upperCount, lowerCount) = (groups[0] + groups[1], groups[1] + groups[2])
    let lower = unsafe top + cut * upperCount
    let behind = unsafe lower + bottom * lowerCount
    for i in 0..<unused {
      unsafe (behind + i * n).update(from: q.base + Int(rows[n - 1 - i]) * ld, count: n)
    }
    var row = 0
    for type in [Self.first, Self.both, Self.second] {
      for i in 0..<count where unsafe types[Int(kept[i])] == type {
        let column = unsafe q.base + Int(kept[i]) * ld
        if type != Self.second { unsafe (top + row * cut).update(from: column, count: cut) }
        if type != Self.first {
          unsafe (lower + (row - groups[0]) * bottom).update(from: column + cut, count: bottom)
        }
        unsafe rows[row] = Int32(i)
        row += 1
      }
    }
    for i in 0..<unused {
      unsafe (q.base + (count + i) * ld).update(from: behind + i * n, count: n)
      unsafe d[count + i] = others[i]
    }

    let missing = unsafe secular(count, poles, weights, rho, exact: others, rows)
    if missing > 0 { return missing }

    // Q ← [upper left; lower right] S, both halves by one product. The lower rows of S first: the product overwrites them.
    let halves = unsafe [
      (cut..<n, groups[0]..<count, lower), (0..<cut, 0..<upperCount, top),
    ]
    for unsafe(range, own, old) in unsafe halves {
      let part = unsafe q[rows: range, columns: 0..<count]
      if own.isEmpty {
        for j in 0..<count { unsafe (part.base + j * ld).update(repeating: 0, count: range.count) }
        continue
      }
      for j in 0..<count {
        unsafe (behind + j * own.count).update(
          from: q.base + own.lowerBound + j * ld, count: own.count)
      }
      unsafe BLAS.gemm(
        UnsafeMatrixPointer(old, rows: range.count, columns: own.count), transposeA: false,
        UnsafeMatrixPointer(behind, rows: own.count, columns: count), transposeB: false,
        alpha: 1, beta: 0, into: part)
    }

    // The new ones rise; those behind them are put in order.
    for i in 0..<count { unsafe sorted[i] = Int32(i) }
    for i in count..<n {
      var place = i
      while place > count, unsafe d[Int(sorted[place - 1])] > d[i] {
        unsafe sorted[place] = sorted[place - 1]
        place -= 1
      }
      unsafe sorted[place] = Int32(i)
    }
    unsafe mergeOrders(sorted, count, sorted + count, unused, into: order)
    return 0
  }

  // Where a column of Q is not zero; also the number of its group.
  private static var first: Int32 { 0 }
  private static var both: Int32 { 1 }
  private static var second: Int32 { 2 }
  private static var deflated: Int32 { 3 }

  /// The eigenvalues of diag(poles) + rho weights weightsᵀ into `d`, and its vectors into the first rows and columns of Q, with
  /// their rows in an order; returns how many were not found.
  private func secular(
    _ count: Int, _ poles: UnsafeMutablePointer<Element>, _ weights: UnsafeMutablePointer<Element>,
    _ rho: Element, exact: UnsafeMutablePointer<Element>, _ rows: UnsafeMutablePointer<Int32>
  ) -> Int {
    let ld = unsafe q.leadingDimension
    BLASRuntime.forEachPart(of: count, size: 2 * count) { part in
      for j in part {
        let isFound = unsafe Element._secularRoot(
          count, j, poles, weights, rho, q.base + j * ld, d + j)
        if !isFound { unsafe d[j] = .nan }
      }
    }
    let missing = (0..<count).count { unsafe d[$0].isNaN }
    if missing > 0 { return missing }
    BLASRuntime.forEachPart(of: count, size: count) { part in
      unsafe Element._secularWeights(
        part.lowerBound, part.upperBound, count, poles, weights, q.base, ld, exact)
    }
    BLASRuntime.forEachPart(of: count, size: count) { part in
      unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: count) { space in
        unsafe Element._secularVectors(
          part.lowerBound, part.upperBound, count, exact, rows, q.base, ld, space.baseAddress!)
      }
    }
    return 0
  }

  /// (x, y) ← (c x + s y, c y − s x).
  private func rotate(
    _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>, _ c: Element,
    _ s: Element
  ) {
    for i in 0..<n { unsafe (x[i], y[i]) = (c * x[i] + s * y[i], c * y[i] - s * x[i]) }
  }

  /// Two orders in which eigenvalues rise become one.
  private func mergeOrders(
    _ first: UnsafePointer<Int32>, _ firstCount: Int, _ second: UnsafePointer<Int32>,
    _ secondCount: Int, into order: UnsafeMutablePointer<Int32>
  ) {
    var (i, j) = (0, 0)
    for place in 0..<firstCount + secondCount {
      let takesFirst =
        unsafe j == secondCount || (i < firstCount && d[Int(first[i])] <= d[Int(second[j])])
      unsafe order[place] = takesFirst ? first[i] : second[j]
      if takesFirst { i += 1 } else { j += 1 }
    }
  }
}

extension FloatingPoint {
  /// Exact where the result is a normal number.
  fileprivate mutating func scale(byPowerOf2 exponent: Exponent) {
    self = Self(sign: .plus, exponent: exponent, significand: self)
  }
}
