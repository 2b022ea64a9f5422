/// One half of a square matrix, its diagonal included.
public enum Triangle: Hashable, Sendable {
  /// The elements on and above the diagonal.
  case upper
  /// The elements on and below the diagonal.
  case lower
}

// MARK: - Products of matrices

/// C ← alpha op(A) op(B) + beta C, in place.
///
/// op(X) is X or, where transposed, Xᵀ; no operand is copied. With `beta` 0, C is overwritten whatever it
/// held. Traps, with the shapes, unless op(A) is m×k, op(B) k×n and C m×n. 2mnk flops (`gemm`; loops
/// of our own up to order 32).
@inlinable
public func multiply<Element: Scalar>(
  _ a: Matrix<Element>, _ b: Matrix<Element>, into c: inout Matrix<Element>, alpha: Element = 1,
  beta: Element = 0, transposeA: Bool = false, transposeB: Bool = false
) {
  let order = a.rows
  // A call less in front of these, which take no longer than a call.
  if order == 4 || order == 8, a.columns == order, b.rows == order, b.columns == order,
    c.rows == order, c.columns == order, alpha == 1, beta == 0, !transposeA, !transposeB
  {
    return unsafe Element._gemmSquare(order, a.storage, b.storage, &c.storage)
  }
  multiplyAny(a, b, &c, alpha, beta, transposeA, transposeB)
}

@specialized(where Element == Double)
@specialized(where Element == Float)
@usableFromInline
func multiplyAny<Element: Scalar>(
  _ a: Matrix<Element>, _ b: Matrix<Element>, _ c: inout Matrix<Element>, _ alpha: Element,
  _ beta: Element, _ transposeA: Bool, _ transposeB: Bool
) {
  unsafe a.withUnsafeMatrixPointer { a in
    unsafe b.withUnsafeMatrixPointer { b in
      unsafe c.withUnsafeMutableMatrixPointer { c in
        unsafe BLAS.gemm(
          a, transposeA: transposeA, b, transposeB: transposeB, alpha: alpha, beta: beta, into: c)
      }
    }
  }
}

/// C ← alpha op(A) op(B) + beta C on views: blocks of larger matrices, or memory from elsewhere.
///
/// The memory of C must overlap neither A nor B.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func multiply<Element: Scalar>(
  _ a: UnsafeMatrixPointer<Element>, _ b: UnsafeMatrixPointer<Element>,
  into c: UnsafeMutableMatrixPointer<Element>, alpha: Element = 1, beta: Element = 0,
  transposeA: Bool = false, transposeB: Bool = false
) {
  unsafe BLAS.gemm(
    a, transposeA: transposeA, b, transposeB: transposeB, alpha: alpha, beta: beta, into: c)
}

/// The product op(A) op(B) as a new matrix.
///
/// No operand is copied, also where transposed.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func multiply<Element: Scalar>(
  _ a: Matrix<Element>, _ b: Matrix<Element>, transposeA: Bool = false, transposeB: Bool = false
) -> Matrix<Element> {
  let rows = transposeA ? a.columns : a.rows
  let columns = transposeB ? b.rows : b.columns
  return unsafe Matrix(rows: rows, columns: columns) { buffer in
    let c = unsafe UnsafeMutableMatrixPointer(
      mutating: UnsafeMatrixPointer(
        UnsafeBufferPointer(buffer).address, rows: rows, columns: columns))
    unsafe a.withUnsafeMatrixPointer { a in
      unsafe b.withUnsafeMatrixPointer { b in
        unsafe BLAS.gemm(
          a, transposeA: transposeA, b, transposeB: transposeB, alpha: 1, beta: 0, into: c)
      }
    }
  }
}

// MARK: - Products with vectors

/// y ← alpha op(A) x + beta y, in place.
///
/// Traps, with the shapes, unless op(A) is m×n, x has n elements and y has m. 2mn flops (`gemv`).
@specialized(where Element == Double)
@specialized(where Element == Float)
public func multiply<Element: Scalar>(
  _ a: Matrix<Element>, _ x: [Element], into y: inout [Element], alpha: Element = 1,
  beta: Element = 0, transposeA: Bool = false
) {
  unsafe a.withUnsafeMatrixPointer { a in
    unsafe x.withUnsafeBufferPointer { x in
      unsafe y.withUnsafeMutableBufferPointer { y in
        unsafe BLAS.gemv(a, transposed: transposeA, x, alpha: alpha, beta: beta, into: y)
      }
    }
  }
}

/// y ← alpha op(A) x + beta y on views.
///
/// The memory of y must overlap neither A nor x.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func multiply<Element: Scalar>(
  _ a: UnsafeMatrixPointer<Element>, _ x: UnsafeBufferPointer<Element>,
  into y: UnsafeMutableBufferPointer<Element>, alpha: Element = 1, beta: Element = 0,
  transposeA: Bool = false
) {
  unsafe BLAS.gemv(a, transposed: transposeA, x, alpha: alpha, beta: beta, into: y)
}

/// The product op(A) x as a new vector; A is not copied, also where transposed.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func multiply<Element: Scalar>(
  _ a: Matrix<Element>, _ x: [Element], transposeA: Bool = false
) -> [Element] {
  unsafe Array(count: transposeA ? a.columns : a.rows) { y in
    unsafe a.withUnsafeMatrixPointer { a in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe BLAS.gemv(a, transposed: transposeA, x, alpha: 1, beta: 0, into: y)
      }
    }
  }
}

extension Matrix {
  /// The matrix product AB (2mnk flops, `gemm`).
  ///
  /// Traps, with both shapes, if they do not chain.
  public static func * (a: Self, b: Self) -> Self { multiply(a, b) }

  /// The product Ax with a vector (2mn flops, `gemv`).
  ///
  /// Traps if the lengths differ.
  public static func * (a: Self, x: [Element]) -> [Element] { multiply(a, x) }
}

// MARK: - Rank updates

/// C ← alpha A Aᵀ + beta C, or alpha Aᵀ A + beta C when `transposed`, both triangles of C.
///
/// Half the flops of the same `multiply` (`syrk`), then one triangle is copied to the other. C must be
/// symmetric beforehand unless `beta` is 0: its upper triangle is read.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func symmetricRankUpdate<Element: Scalar>(
  _ a: Matrix<Element>, into c: inout Matrix<Element>, alpha: Element = 1, beta: Element = 0,
  transposed: Bool = false
) {
  unsafe a.withUnsafeMatrixPointer { a in
    unsafe c.withUnsafeMutableMatrixPointer { c in
      unsafe symmetricRankUpdate(a, into: c, alpha: alpha, beta: beta, transposed: transposed)
    }
  }
}

/// C ← alpha A Aᵀ + beta C, or alpha Aᵀ A + beta C when `transposed`, on views.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func symmetricRankUpdate<Element: Scalar>(
  _ a: UnsafeMatrixPointer<Element>, into c: UnsafeMutableMatrixPointer<Element>,
  alpha: Element = 1, beta: Element = 0, transposed: Bool = false
) {
  unsafe BLAS.syrk(a, transposed: transposed, upper: true, alpha: alpha, beta: beta, into: c)
  unsafe Element._symmetrize(true, c.rows, c.base, c.leadingDimension)
}

/// A ← A + alpha x yᵀ, in place (2mn flops, `ger`).
///
/// Traps unless A has the shape of x yᵀ.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func rankOneUpdate<Element: Scalar>(
  _ x: [Element], _ y: [Element], into a: inout Matrix<Element>, alpha: Element = 1
) {
  unsafe a.withUnsafeMutableMatrixPointer { unsafe BLAS.ger(alpha, x, y, $0) }
}

extension Matrix {
  /// The Gram matrix AᵀA, exactly symmetric, at half the flops of a product.
  public func gram() -> Self {
    var result = Self(rows: columns, columns: columns)
    symmetricRankUpdate(self, into: &result, transposed: true)
    return result
  }

  /// The outer product x yᵀ.
  public init(outerProduct x: [Element], _ y: [Element]) {
    self.init(rows: x.count, columns: y.count)
    rankOneUpdate(x, y, into: &self)
  }
}
