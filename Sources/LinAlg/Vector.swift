// Vectors are arrays. These are BLAS level 1 and the reductions that BLAS lacks.

/// The dot product Σ xᵢ yᵢ.
///
/// Traps, with both lengths, if they differ.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func dot<Element: Scalar>(_ x: [Element], _ y: [Element]) -> Element { BLAS.dot(x, y) }

/// y ← alpha x + y, in place.
///
/// Traps, with both lengths, if they differ.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func axpy<Element: Scalar>(_ alpha: Element, _ x: [Element], into y: inout [Element]) {
  BLAS.axpy(alpha, x, &y)
}

/// x ← alpha x, in place.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func scale<Element: Scalar>(_ x: inout [Element], by alpha: Element) {
  BLAS.scal(alpha, &x)
}

/// The Euclidean norm √Σ xᵢ², which neither overflows nor underflows on the way.
@specialized(where Element == Double)
@specialized(where Element == Float)
public func norm<Element: Scalar>(_ x: [Element]) -> Element {
  unsafe x.withUnsafeBufferPointer { x in unsafe BLAS.nrm2(x.address, x.count) }
}

/// The sum of absolute values Σ |xᵢ|.
public func norm1<Element: Scalar>(_ x: [Element]) -> Element {
  unsafe Element._absoluteSum(x.count, x)
}

/// The largest absolute value max |xᵢ|; 0 for an empty vector, NaN if there is one.
public func normInfinity<Element: Scalar>(_ x: [Element]) -> Element {
  unsafe Element._absoluteMaximum(x.count, x)
}

/// The sum Σ xᵢ, in 32 interleaved partial sums or more: of long arrays the error is about n/32 units in the last place at
/// worst.
public func sum<Element: Scalar>(_ x: [Element]) -> Element {
  unsafe Element._sum(x.count, x)
}
