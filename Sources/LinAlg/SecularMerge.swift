/// How divide and conquer joins two decomposed blocks (Cuppen 1981; Gu and Eisenstat 1995).
///
/// What couples them is a vector z in the coordinates of their vectors: wanted are the eigenvalues and vectors of
/// diag(d) + ρ z zᵀ or, with left vectors, the singular values and vectors of diag(d) with the row z in place of row `cut` − 1,
/// where d is 0. Where z is negligible, or can be made so by a rotation because two numbers agree, there is a vector already
/// ("deflation"); the others come from the secular equation, with a z for which its roots are exact. As LAPACK's `laed2` and
/// `laed3`, `lasd2` and `lasd3`, with their tolerances; but roots are found with vectors and on all threads.
@safe struct SecularMerge<Element: Scalar> {
  /// Columns of the first block are 0 from row `cut` on, those of the second before it.
  typealias Vectors = UnsafeMutableMatrixPointer<Element>

  private let cut: Int
  /// The numbers of both blocks, that become those of the whole.
  private let d: UnsafeMutablePointer<Element>
  /// The columns in the order in which the numbers of each block rise, the shared row between; becomes that of the whole.
  private let order: UnsafeMutablePointer<Int32>
  /// Eigenvectors, or right singular vectors.
  private let right: Vectors
  private let left: Vectors?
  /// What couples the blocks, to be set before `join`; row `cut` − 1 of singular vectors belongs to both.
  let z: UnsafeMutablePointer<Element>
  private let poles, weights, others: UnsafeMutablePointer<Element>
  private let rightSpace, leftSpace: UnsafeMutablePointer<Element>
  private let sorted, kept, types, rows: UnsafeMutablePointer<Int32>

  /// Takes (rows + 6)·rows numbers of space, with left vectors 2 (rows + 4)·rows, and 4 integers for each column.
  init(
    cut: Int, d: UnsafeMutablePointer<Element>, order: UnsafeMutablePointer<Int32>,
    right: Vectors, left: Vectors? = nil, space: UnsafeMutablePointer<Element>,
    integers: UnsafeMutablePointer<Int32>
  ) {
    let (n, rows) = unsafe (right.columns, right.rows)
    unsafe (self.cut, self.d, self.order, self.right, self.left) = (cut, d, order, right, left)
    unsafe (z, poles, weights, others) = (space, space + n, space + 2 * n, space + 3 * n)
    unsafe rightSpace = space + 4 * rows
    unsafe leftSpace = rightSpace + rows * (rows + 2)
    unsafe (sorted, kept, types) = (integers, integers + n, integers + 2 * n)
    unsafe self.rows = integers + 3 * n
  }

  /// Runs a decomposition of a matrix with numbers d and e on two diagonals, with `space` numbers and 4n integers of space.
  ///
  /// Overwrites `d` by its numbers and returns the order in which they rise; e is lost. `body` gets space for that order,
  /// numbers and integers, and returns how many were not found. Throws `notConverged`.
  static func decompose(
    _ n: Int, _ d: UnsafeMutablePointer<Element>, _ e: UnsafeMutablePointer<Element>, space: Int,
    _ body: (
      UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Element>, UnsafeMutablePointer<Int32>
    ) -> Int
  ) throws(LinAlgError) -> [Int32] {
    // A power of 2 keeps squares of quotients in range, and rounds nothing.
    var largest: Element = 0
    for i in 0..<n { largest = unsafe max(largest, d[i].magnitude, e[i].magnitude) }
    let exponent = largest == 0 ? 0 : largest.exponent
    for i in 0..<n {
      unsafe d[i].scale(byPowerOf2: -exponent)
      unsafe e[i].scale(byPowerOf2: -exponent)
    }
    var order = [Int32](repeating: 0, count: n)
    var missing = 0
    unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: space) { space in
      unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 4 * n) { integers in
        unsafe order.withUnsafeMutableBufferPointer { order in
          missing = unsafe body(order.baseAddress!, space.baseAddress!, integers.baseAddress!)
        }
      }
    }
    if missing > 0 { throw .notConverged(routine: "divide and conquer", count: missing) }
    for i in 0..<n { unsafe d[i].scale(byPowerOf2: exponent) }
    return order
  }

  /// The sum of what two blocks do not find, decomposed at once where they, with so many sets of vectors, are large.
  static func both(of n: Int, sets: Int, _ solve: (Int) -> Int) -> Int {
    var missing = (0, 0)
    unsafe withUnsafeMutableBytes(of: &missing) { missing in
      let missing = unsafe missing.assumingMemoryBound(to: Int.self)
      BLASRuntime.concurrently(2, size: 2 * sets * n * n) { half in
        unsafe missing[half] = solve(half)
      }
    }
    return missing.0 + missing.1
  }

  private var n: Int { unsafe right.columns }
  private var isSingular: Bool { unsafe left != nil }

  /// Whose columns are not 0; also the number of a column's group.
  private enum Reach {
    static var first: Int32 { 0 }
    static var both: Int32 { 1 }
    static var second: Int32 { 2 }
  }

  /// Returns how many numbers were not found.
  func join(rho: Element, tolerance: Element) -> Int {
    // The row that singular vectors of both blocks share comes first; its d is 0.
    let own = isSingular ? 1 : 0
    if isSingular { unsafe sorted[0] = Int32(cut - 1) }
    unsafe mergeOrders(order, cut - own, order + cut, n - cut, into: sorted + own)
    let count = deflate(rho, tolerance)
    if count == 0 {
      unsafe order.update(from: sorted, count: n)
      return 0
    }
    if isSingular && count > 1 { unsafe poles[1] = max(poles[1], tolerance / 2) }

    let groups = group(count)
    unsafe pack(right, rightSpace, groups)
    if let left = unsafe left { unsafe pack(left, leftSpace, groups) }
    let missing = secular(count, rho)
    if missing > 0 { return missing }
    unsafe multiply(right, rightSpace, groups)
    if let left = unsafe left { unsafe multiply(left, leftSpace, groups) }

    // The new numbers rise; those behind them are put in order.
    for i in 0..<count { unsafe sorted[i] = Int32(i) }
    for i in count..<n {
      var place = i
      while place > count, unsafe d[Int(sorted[place - 1])] > d[i] {
        unsafe sorted[place] = sorted[place - 1]
        place -= 1
      }
      unsafe sorted[place] = Int32(i)
    }
    unsafe mergeOrders(sorted, count, sorted + count, n - count, into: order)
    return 0
  }

  /// Returns how many columns are kept: `kept` with their numbers, rising.
  ///
  /// What is not goes to the end of `rows`, which those that are kept leave free.
  private func deflate(_ rho: Element, _ tolerance: Element) -> Int {
    var (count, end) = (0, n)
    func keep(_ j: Int) {
      unsafe (poles[count], weights[count], kept[count]) = (d[j], z[j], Int32(j))
      count += 1
    }
    func drop(_ j: Int) {
      end -= 1
      unsafe rows[end] = Int32(j)
    }
    for j in 0..<n { unsafe types[j] = j < cut ? Reach.first : Reach.second }
    if isSingular {
      unsafe types[cut - 1] = Reach.both
      keep(cut - 1)
    }
    var pending: Int?
    for i in count..<n {
      let j = unsafe Int(sorted[i])
      if unsafe rho * z[j].magnitude <= tolerance {
        drop(j)
        continue
      }
      if let earlier = pending {
        let length = unsafe (z[earlier] * z[earlier] + z[j] * z[j]).squareRoot()
        let (c, s) = unsafe (z[j] / length, -z[earlier] / length)
        if unsafe ((d[j] - d[earlier]) * c * s).magnitude <= tolerance {
          unsafe z[j] = length
          if unsafe types[j] != types[earlier] { unsafe types[j] = Reach.both }
          unsafe right.rotate(earlier, j, c, s)
          unsafe left?.rotate(earlier, j, c, s)
          let (lower, upper) = unsafe (d[earlier], d[j])
          unsafe d[earlier] = lower * c * c + upper * s * s
          unsafe d[j] = lower * s * s + upper * c * c
          drop(earlier)
        } else {
          keep(earlier)
        }
      }
      pending = j
    }
    if let pending { keep(pending) }
    return count
  }

  /// How many of the kept columns reach into the first block alone, into both, into the second alone.
  private typealias Groups = (first: Int, both: Int, second: Int)

  /// Puts what is kept into `rows` group by group, and the numbers of what is not behind it into `d`.
  private func group(_ count: Int) -> Groups {
    for i in 0..<(n - count) { unsafe others[i] = d[Int(rows[n - 1 - i])] }
    for i in 0..<(n - count) { unsafe d[count + i] = others[i] }
    var row = 0
    func add(_ type: Int32) -> Int {
      let start = row
      for i in 0..<count where unsafe types[Int(kept[i])] == type {
        unsafe rows[row] = Int32(i)
        row += 1
      }
      return row - start
    }
    return (add(Reach.first), add(Reach.both), add(Reach.second))
  }

  /// Moves the kept columns out of the way, group by group and without their zeros, and the others behind them, for good.
  private func pack(_ q: Vectors, _ space: UnsafeMutablePointer<Element>, _ groups: Groups) {
    let (ld, bottom) = unsafe (q.leadingDimension, q.rows - cut)
    let count = groups.first + groups.both + groups.second
    let (top, lower, behind) = unsafe parts(q, space, groups)
    for i in 0..<(n - count) {
      unsafe (behind + i * q.rows).update(from: q.base + Int(rows[n - 1 - i]) * ld, count: q.rows)
    }
    for row in 0..<count {
      let column = unsafe q.base + Int(kept[Int(rows[row])]) * ld
      if row < groups.first + groups.both {
        unsafe (top + row * cut).update(from: column, count: cut)
      }
      if row >= groups.first {
        unsafe (lower + (row - groups.first) * bottom).update(from: column + cut, count: bottom)
      }
    }
    for i in 0..<(n - count) {
      unsafe (q.base + (count + i) * ld).update(from: behind + i * q.rows, count: q.rows)
    }
  }

  /// Where packed columns are: their rows before `cut`, their rows from there on, and free space.
  private func parts(
    _ q: Vectors, _ space: UnsafeMutablePointer<Element>, _ groups: Groups
  ) -> (
    UnsafeMutablePointer<Element>, UnsafeMutablePointer<Element>, UnsafeMutablePointer<Element>
  ) {
    let lower = unsafe space + cut * (groups.first + groups.both)
    return unsafe (space, lower, lower + (q.rows - cut) * (groups.both + groups.second))
  }

  /// Q ← [upper left; lower right] S with S in the first rows and columns of Q.
  ///
  /// The lower rows of S first: the product overwrites them.
  private func multiply(_ q: Vectors, _ space: UnsafeMutablePointer<Element>, _ groups: Groups) {
    let ld = unsafe q.leadingDimension
    let count = groups.first + groups.both + groups.second
    let (top, lower, behind) = unsafe parts(q, space, groups)
    let halves = unsafe [
      (cut..<q.rows, groups.first..<count, lower), (0..<cut, 0..<groups.first + groups.both, top),
    ]
    for unsafe(range, own, old) in unsafe halves {
      let part = unsafe q[rows: range, columns: 0..<count]
      if own.isEmpty {
        unsafe part.setToZero()
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
  }

  /// The numbers into `d`, and the vectors, with rows in the order of `rows`, into the first rows and columns of Q.
  ///
  /// Returns how many were not found.
  private func secular(_ count: Int, _ rho: Element) -> Int {
    let (deltas, ld) = unsafe (right.base, right.leadingDimension)
    let exact = unsafe others
    BLASRuntime.forEachPart(of: count, size: 2 * count) { part in
      for j in part {
        let isFound = unsafe Element._secularRoot(
          count, j, poles, weights, rho, isSingular, deltas + j * ld, d + j)
        if !isFound { unsafe d[j] = .nan }
      }
    }
    let missing = (0..<count).count { unsafe d[$0].isNaN }
    if missing > 0 { return missing }
    BLASRuntime.forEachPart(of: count, size: count) { part in
      unsafe Element._secularWeights(
        part.lowerBound, part.upperBound, count, poles, weights, isSingular, deltas, ld, exact)
    }
    BLASRuntime.forEachPart(of: count, size: count) { part in
      unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: count) { space in
        unsafe Element._secularVectors(
          part.lowerBound, part.upperBound, count, poles, exact, rows, deltas, ld,
          left?.base, left?.leadingDimension ?? 0, space.baseAddress!)
      }
    }
    return 0
  }

  /// Two orders in which numbers rise become one.
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

extension UnsafeMutableMatrixPointer {
  func setToZero() {
    for j in unsafe 0..<columns {
      unsafe (base + j * leadingDimension).update(repeating: 0, count: rows)
    }
  }

  /// Columns (x, y) ← (c x + s y, c y − s x).
  func rotate(_ first: Int, _ second: Int, _ c: Element, _ s: Element) {
    let (x, y) = unsafe (base + first * leadingDimension, base + second * leadingDimension)
    for i in unsafe 0..<rows { unsafe (x[i], y[i]) = (c * x[i] + s * y[i], c * y[i] - s * x[i]) }
  }
}

extension Scalar {
  /// What brings numbers up to a size into a range in which squares neither overflow nor vanish; 1 where they are in it.
  ///
  /// A power of 2 rounds nothing but what is negligible.
  static func powerOf2(toDivide size: Self) -> Self {
    let limit = greatestFiniteMagnitude.exponent
    guard size > 0, size.exponent.magnitude > limit / 4 else { return 1 }
    return Self(sign: .plus, exponent: min(max(size.exponent, -limit), limit), significand: 1)
  }

  /// Exact where the result is a normal number.
  mutating func scale(byPowerOf2 exponent: Exponent) {
    self = Self(sign: .plus, exponent: exponent, significand: self)
  }
}
