// What fits of linear models do with blocks of rows. Not public: the models are.

/// y ← x · diag(factor) − 1 shiftᵀ, where x and y have as many rows and columns as there are shifts.
package func standardize<Element: Scalar>(
  _ x: UnsafeMatrixPointer<Element>, shift: [Element], factor: [Element],
  into y: UnsafeMutableMatrixPointer<Element>
) {
  precondition(
    unsafe x.rows == y.rows && x.columns == y.columns && shift.count == x.columns
      && factor.count == x.columns)
  unsafe Element._standardize(
    x.rows, x.columns, x.base, x.leadingDimension, shift, factor, y.base, y.leadingDimension)
}

/// z ← bias + y θ for the standardized y = x · diag(factor) − 1 shiftᵀ, which is not formed.
package func standardizedProduct<Element: Scalar>(
  _ x: UnsafeMatrixPointer<Element>, shift: [Element], factor: [Element],
  _ parameters: UnsafePointer<Element>, bias: Element, into z: UnsafeMutablePointer<Element>
) {
  precondition(unsafe shift.count == x.columns && factor.count == x.columns)
  unsafe Element._standardizedProduct(
    x.rows, x.columns, x.base, x.leadingDimension, shift, factor, parameters, bias, z)
}

/// g ← g + yᵀ r for the same y.
package func addStandardizedProjection<Element: Scalar>(
  _ x: UnsafeMatrixPointer<Element>, shift: [Element], factor: [Element],
  _ r: UnsafePointer<Element>, into g: UnsafeMutablePointer<Element>
) {
  precondition(unsafe shift.count == x.columns && factor.count == x.columns)
  unsafe Element._standardizedProjection(
    x.rows, x.columns, x.base, x.leadingDimension, shift, factor, r, g)
}

/// products ← xᵀy; returns the sums of the columns of x.
///
/// Short columns are summed in groups that are in cache when they are multiplied. Of long ones few would be, and many columns
/// of y would be read again for each group.
package func multiply<Element: Scalar>(
  _ x: UnsafeMatrixPointer<Element>, transposedBy y: UnsafeMatrixPointer<Element>,
  into products: UnsafeMutableMatrixPointer<Element>
) -> [Element] {
  let (rows, count) = unsafe (0..<x.rows, x.columns)
  let isShort = unsafe rows.count <= 1 << 14 && y.columns <= 4
  let width = isShort ? (1 << 16) / max(1, rows.count) : max(1, count)
  let workers = rows.count * count < 1 << 18 ? 1 : max(1, min(BLASRuntime.threads, count))
  var sums = [Element](repeating: 0, count: count)
  unsafe sums.withUnsafeMutableBufferPointer { sums in
    BLASRuntime.concurrently(workers) { worker in
      let own = count * worker / workers..<count * (worker + 1) / workers
      for first in stride(from: own.lowerBound, to: own.upperBound, by: width) {
        let columns = first..<min(own.upperBound, first + width)
        for j in columns {
          unsafe sums[j] = Element._sum(rows.count, x.base + j * x.leadingDimension)
        }
        unsafe multiply(
          x[rows: rows, columns: columns], y,
          into: products[rows: columns, columns: 0..<y.columns], transposeA: true)
      }
    }
  }
  return sums
}

/// x ← diag(factors) x.
package func scaleRows<Element: Scalar>(
  _ x: UnsafeMutableMatrixPointer<Element>, by factors: UnsafePointer<Element>
) {
  unsafe Element._scaleRows(x.rows, x.columns, factors, x.base, x.leadingDimension)
}

/// c ← c + xᵀx on and above the diagonal.
package func addGram<Element: Scalar>(
  _ x: UnsafeMatrixPointer<Element>, into c: UnsafeMutableMatrixPointer<Element>
) {
  precondition(unsafe c.rows == x.columns && c.columns == x.columns)
  // Up to here the loop of our own is faster (measured; it keeps all sums in registers).
  if unsafe x.columns <= 128 {
    unsafe Element._gram(
      x.rows, x.columns, x.base, x.leadingDimension, c.base, c.leadingDimension)
  } else {
    unsafe BLAS.syrk(x, transposed: true, upper: true, alpha: 1, beta: 1, into: c)
  }
}

/// Σ wᵢ log(1 + exp(sᵢ zᵢ)) with signs sᵢ = ±1, and the first and second derivatives of its terms by z.
package func logisticTerms<Element: Scalar>(
  _ count: Int, _ z: UnsafePointer<Element>, signs: UnsafePointer<Element>,
  weights: UnsafePointer<Element>, slopes: UnsafeMutablePointer<Element>,
  curvatures: UnsafeMutablePointer<Element>
) -> Element {
  unsafe Element._logisticTerms(count, z, signs, weights, slopes, curvatures)
}

/// Σ wᵢ (log Σₖ exp(zᵢₖ) − zᵢ,ₗ) with labels l, one for each row; z becomes its derivatives wᵢ (pᵢₖ − [k = l]).
///
/// Without weights all are 1.
package func softmaxTerms<Element: Scalar>(
  _ z: UnsafeMutableMatrixPointer<Element>, labels: UnsafePointer<Int>,
  weights: UnsafePointer<Element>?
) -> Element {
  unsafe Element._softmaxTerms(z.rows, z.columns, z.base, z.leadingDimension, labels, weights)
}
