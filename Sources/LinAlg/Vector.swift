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

/// The sum of absolute values Σ |xᵢ|, as exact as ``sum(_:)``.
public func norm1<Element: Scalar>(_ x: [Element]) -> Element {
  unsafe Element._absoluteSum(x.count, x)
}

/// The largest absolute value max |xᵢ|; 0 for an empty vector, NaN if there is one.
public func normInfinity<Element: Scalar>(_ x: [Element]) -> Element {
  unsafe Element._absoluteMaximum(x.count, x)
}

/// The sum Σ xᵢ, wrong by at most (22 u + (n u / 2048)²) Σ |xᵢ| for n numbers and u = `ulpOfOne`.
///
/// No term goes through more than 42 rounded additions: partial sums are of 32 terms in each lane of a vector, and their total
/// keeps what its additions round away, which leaves an error of second order (Ogita, Rump & Oishi 2005).
public func sum<Element: Scalar>(_ x: [Element]) -> Element {
  unsafe Element._sum(x.count, x)
}
