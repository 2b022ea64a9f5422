/// A function that is applied to each element of a vector or matrix.
///
/// Vectorised, without tables or calls, and at most 2 units in the last place from the exact value
/// (measured on 6·10⁶ numbers each against extended precision: exp 0.83, expm1 1.54, log 0.79, log1p
/// 0.79, tanh 1.90, sigmoid 1.77, softplus 1.51; at most 0.51 for Float, which is computed in double
/// precision). Limits at ±∞ and 0 are exact, NaN stays NaN, nothing overflows before its result does.
public enum ElementwiseFunction: Hashable, Sendable, CaseIterable {
  /// eˣ.
  case exp
  /// eˣ − 1, accurate for small x.
  case expm1
  /// The natural logarithm; NaN below 0.
  case log
  /// log(1 + x), accurate for small x; NaN below −1.
  case log1p
  /// The hyperbolic tangent.
  case tanh
  /// 1/(1 + e⁻ˣ), the logistic function.
  case sigmoid
  /// log(1 + eˣ).
  case softplus
  /// max(x, 0).
  case relu
}

/// What functions are applied to element by element: vectors, that is arrays, and matrices.
public protocol ElementwiseOperand {
  /// The type of the elements.
  associatedtype Scalars: Scalar
  /// The result of a function on each element, in new memory.
  func applying(_ function: ElementwiseFunction) -> Self
  /// Replaces each element by the function of it.
  mutating func apply(_ function: ElementwiseFunction)
}

/// eˣ of each element.
public func exp<T: ElementwiseOperand>(_ x: T) -> T { x.applying(.exp) }
/// eˣ − 1 of each element.
public func expm1<T: ElementwiseOperand>(_ x: T) -> T { x.applying(.expm1) }
/// The natural logarithm of each element.
public func log<T: ElementwiseOperand>(_ x: T) -> T { x.applying(.log) }
/// log(1 + x) of each element.
public func log1p<T: ElementwiseOperand>(_ x: T) -> T { x.applying(.log1p) }
/// The hyperbolic tangent of each element.
public func tanh<T: ElementwiseOperand>(_ x: T) -> T { x.applying(.tanh) }
/// 1/(1 + e⁻ˣ) of each element.
public func sigmoid<T: ElementwiseOperand>(_ x: T) -> T { x.applying(.sigmoid) }
/// log(1 + eˣ) of each element.
public func softplus<T: ElementwiseOperand>(_ x: T) -> T { x.applying(.softplus) }
/// max(x, 0) of each element.
public func relu<T: ElementwiseOperand>(_ x: T) -> T { x.applying(.relu) }

/// Applies a function to each element of one buffer and writes to another, or to the same.
///
/// Traps unless the lengths agree. The buffers must be the same memory or not overlap.
public func apply<Element: Scalar>(
  _ function: ElementwiseFunction, to x: UnsafeBufferPointer<Element>,
  into y: UnsafeMutableBufferPointer<Element>
) {
  precondition(x.count == y.count, "\(x.count) elements into \(y.count)")
  guard let source = x.baseAddress, let target = y.baseAddress else { return }
  let kernel = unsafe function.kernel(for: Element.self)
  unsafe kernel(x.count, source, target)
}

extension ElementwiseFunction {
  fileprivate func kernel<Element: Scalar>(
    for type: Element.Type
  ) -> (Int, UnsafePointer<Element>, UnsafeMutablePointer<Element>) -> Void {
    switch self {
    case .exp: unsafe Element._exp
    case .expm1: unsafe Element._expm1
    case .log: unsafe Element._log
    case .log1p: unsafe Element._log1p
    case .tanh: unsafe Element._tanh
    case .sigmoid: unsafe Element._sigmoid
    case .softplus: unsafe Element._softplus
    case .relu: unsafe Element._relu
    }
  }
}

extension Array: ElementwiseOperand where Element: Scalar {
  /// The elements are numbers.
  public typealias Scalars = Element

  /// The result of a function on each element, in new memory.
  public func applying(_ function: ElementwiseFunction) -> Self {
    unsafe Array(unsafeUninitializedCapacity: count) { target, initialized in
      unsafe withUnsafeBufferPointer { source in
        let target = unsafe UnsafeMutableBufferPointer(rebasing: target[..<count])
        unsafe LinAlg.apply(function, to: source, into: target)
      }
      initialized = count
    }
  }

  /// Replaces each element by the function of it.
  public mutating func apply(_ function: ElementwiseFunction) {
    unsafe withUnsafeMutableBufferPointer { target in
      unsafe LinAlg.apply(function, to: UnsafeBufferPointer(target), into: target)
    }
  }
}

extension Matrix: ElementwiseOperand {
  /// The elements are numbers.
  public typealias Scalars = Element

  /// The result of a function on each element, in new memory.
  public func applying(_ function: ElementwiseFunction) -> Self {
    Self(rows: rows, columns: columns, storage: storage.applying(function))
  }

  /// Replaces each element by the function of it.
  public mutating func apply(_ function: ElementwiseFunction) { storage.apply(function) }
}

// MARK: - Softmax

/// The softmax of each row, exp(xⱼ) / Σ exp(xₖ), shifted by the largest element of the row.
///
/// Rows that are all −∞, or hold +∞ or NaN, become NaN where the quotient is not defined.
public func softmax<Element: Scalar>(_ x: Matrix<Element>) -> Matrix<Element> {
  unsafe Matrix(rows: x.rows, columns: x.columns) { y in
    unsafe Element._rowSoftmax(
      x.rows, x.columns, x.storage, x.rows,
      UnsafeMutablePointer(mutating: UnsafeBufferPointer(y).address), x.rows)
  }
}

/// The logarithm of the softmax of each row, xⱼ − log Σ exp(xₖ), without forming the softmax.
public func logSoftmax<Element: Scalar>(_ x: Matrix<Element>) -> Matrix<Element> {
  unsafe Matrix(rows: x.rows, columns: x.columns) { y in
    unsafe Element._rowLogSoftmax(
      x.rows, x.columns, x.storage, x.rows,
      UnsafeMutablePointer(mutating: UnsafeBufferPointer(y).address), x.rows)
  }
}

/// log Σ exp(xₖ) of each row; −∞ for a row of −∞ or without elements.
public func logSumExp<Element: Scalar>(_ x: Matrix<Element>) -> [Element] {
  var result = [Element](repeating: 0, count: x.rows)
  unsafe Element._rowLogSumExp(x.rows, x.columns, x.storage, x.rows, &result)
  return result
}
