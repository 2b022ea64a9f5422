/// LU, Cholesky and QR factorizations of some hundred columns and more: panels of columns by kernels of our own, and what is right
/// of them by products, which threads share column by column.
///
/// The next panel is updated first and factored while the other threads still update what is right of it, so that none waits for
/// a panel.
enum PanelFactorization {
  /// Multiply-additions from which threads share a factorization (measured: two are no faster at order 260, by 1.2 to 1.6 at 350).
  private static var sharedWork: Int { 1 << 23 }
  /// The columns that a thread updates at a time.
  private static var tile: Int { 128 }

  /// P L U of a square matrix; the number of the first pivot that is 0, from 1, after which nothing more is done, or 0.
  static func lu<E: Scalar>(
    _ a: UnsafeMutableMatrixPointer<E>, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int {
    let (n, lda, width) = unsafe (a.rows, a.leadingDimension, 64)
    let zero = forEachPanel(of: n, columns: n, width: width, work: n * n * n / 3) { panel in
      let first = panel.lowerBound
      let own = unsafe a[rows: first..<n, columns: panel]
      let zero = unsafe Int(E._getrfMedium(own.rows, own.columns, own.base, lda, pivots + first))
      for i in panel { unsafe pivots[i] += Int32(first) }
      return zero > 0 ? first + zero : 0
    } update: { columns, panel, _ in
      let (first, next) = (panel.lowerBound, panel.upperBound)
      unsafe E._laswp(
        first, next, a.base + columns.lowerBound * lda, columns.count, lda, pivots)
      let u = unsafe a[rows: panel, columns: columns]
      unsafe E._trsmMedium(
        panel.count, columns.count, a.base + first * (lda + 1), lda, u.base, lda)
      unsafe BLAS.gemm(
        a[rows: next..<n, columns: panel].readOnly, transposeA: false, u.readOnly,
        transposeB: false, alpha: -1, beta: 1, into: a[rows: next..<n, columns: columns])
    }
    if zero > 0 { return zero }
    // Rows that were exchanged after a panel.
    BLASRuntime.concurrently((n - 1) / width, size: n * width / 2) { panel in
      unsafe E._laswp((panel + 1) * width, n, a.base + panel * width * lda, width, lda, pivots)
    }
    return 0
  }

  /// L Lᵀ in the lower triangle, and what is above it is lost; the order of the first minor that is not positive, or 0.
  static func cholesky<E: Scalar>(_ a: UnsafeMutableMatrixPointer<E>) -> Int {
    let n = unsafe a.rows
    return forEachPanel(of: n, columns: n, width: 64, work: n * n * n / 6) { panel in
      let diagonal = unsafe a[rows: panel, columns: panel]
      let order = unsafe Int(E._potrfMedium(diagonal.rows, diagonal.base, a.leadingDimension))
      if order > 0 { return panel.lowerBound + order }
      unsafe BLAS.trsm(
        diagonal.readOnly, .lower, transposed: true, unit: false, right: true, alpha: 1,
        a[rows: panel.upperBound..<n, columns: panel])
      return 0
    } update: { columns, panel, _ in
      let own = unsafe a[rows: columns, columns: panel].readOnly
      unsafe BLAS.syrk(
        own, transposed: false, upper: false, alpha: -1, beta: 1,
        into: a[rows: columns, columns: columns])
      let below = columns.upperBound..<n
      unsafe BLAS.gemm(
        a[rows: below, columns: panel].readOnly, transposeA: false, own, transposeB: true,
        alpha: -1, beta: 1, into: a[rows: below, columns: columns])
    }
  }

  /// Q R as LAPACK's `geqrf`.
  ///
  /// The reflections I − τ v vᵀ of a panel are together I − V S⁻ᵀ Vᵀ, where S has 1/τ on its diagonal and the products of the
  /// vectors above it (Joffrain, Low, Quintana-Ortí, van de Geijn and Van Zee, ACM TOMS 32, 2006). V has ones and zeros where R's
  /// numbers belong, which wait elsewhere until the end.
  static func qr<E: Scalar>(
    _ a: UnsafeMutableMatrixPointer<E>, _ tau: UnsafeMutablePointer<E>
  ) {
    let (m, n, lda, width) = unsafe (a.rows, a.columns, a.leadingDimension, 32)
    let (count, product) = (min(m, n), width * max(width, tile))
    unsafe withUnsafeTemporaryAllocation(
      of: E.self, capacity: 2 * width * count + BLASRuntime.threads * product
    ) { space in
      let r = space.baseAddress!
      let s = unsafe r + width * count
      let products = unsafe s + width * count
      _ = forEachPanel(of: count, columns: n, width: width, work: m * n * count) { panel in
        let first = panel.lowerBound
        let v = unsafe a[rows: first..<m, columns: panel]
        unsafe E._geqrfMedium(v.rows, v.columns, v.base, lda, tau + first)
        for (k, j) in panel.enumerated() {
          let top = unsafe v.base + k * lda
          unsafe (r + j * width).update(from: top, count: k + 1)
          unsafe top.update(repeating: 0, count: k)
          unsafe top[k] = 1
        }
        let square = unsafe UnsafeMutableMatrixPointer(
          s + first * width, rows: v.columns, columns: v.columns, leadingDimension: width)
        unsafe BLAS.syrk(
          v.readOnly, transposed: true, upper: true, alpha: 1, beta: 0, into: square)
        for (k, j) in panel.enumerated() { unsafe s[j * width + k] = 1 / tau[j] }
        return 0
      } update: { columns, panel, member in
        let rows = panel.lowerBound..<m
        let v = unsafe a[rows: rows, columns: panel].readOnly
        let c = unsafe a[rows: rows, columns: columns]
        let w = unsafe UnsafeMutableMatrixPointer(
          products + member * product, rows: v.columns, columns: c.columns)
        unsafe BLAS.gemm(
          v, transposeA: true, c.readOnly, transposeB: false, alpha: 1, beta: 0, into: w)
        let square = unsafe UnsafeMatrixPointer(
          s + panel.lowerBound * width, rows: v.columns, columns: v.columns,
          leadingDimension: width)
        unsafe BLAS.trsm(square, .upper, transposed: true, unit: false, right: false, alpha: 1, w)
        unsafe BLAS.gemm(
          v, transposeA: false, w.readOnly, transposeB: false, alpha: -1, beta: 1, into: c)
      }
      for j in 0..<count {
        let k = j % width
        unsafe (a.base + j * lda + j - k).update(from: r + j * width, count: k + 1)
      }
    }
  }

  /// Factors panels of the first `count` columns from left to right, and updates all columns right of each.
  ///
  /// `factor` gets a panel that all before it have updated, and returns what is wrong with it, or 0; `update` gets columns, the panel
  /// to update them by, and the place of its thread. Returns what was wrong first, after which no more is done, or 0.
  private static func forEachPanel(
    of count: Int, columns: Int, width: Int, work: Int, factor: (_ panel: Range<Int>) -> Int,
    update: (_ columns: Range<Int>, _ panel: Range<Int>, _ member: Int) -> Void
  ) -> Int {
    let panels = (count + width - 1) / width
    return unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: panels) { wrong in
      unsafe wrong.initialize(repeating: 0)
      BLASRuntime.together(work < sharedWork ? 1 : BLASRuntime.threads) { member in
        var panel = 0..<min(width, count)
        if member.index == 0 { unsafe wrong[0] = factor(panel) }
        for k in 0..<panels {
          member.wait()
          if unsafe wrong[k] != 0 { return }
          let next = panel.upperBound..<min(panel.upperBound + width, count)
          let rest = next.upperBound..<columns
          member.forEachLeft(of: 1 + (rest.count + tile - 1) / tile) { part in
            if part > 0 {
              let first = rest.lowerBound + (part - 1) * tile
              update(first..<min(first + tile, columns), panel, member.index)
            } else if !next.isEmpty {
              update(next, panel, member.index)
              unsafe wrong[k + 1] = factor(next)
            }
          }
          panel = next
        }
      }
      return unsafe wrong.first { $0 != 0 } ?? 0
    }
  }
}
