/// A function that is applied to each element of a vector or matrix.
///
/// Vectorised, without tables or calls, and at most 2 units in the last place from the exact value
/// (over all floats: exp 1.04, expm1 1.58, log 0.85, log1p 0.88, tanh 1.33, sigmoid 1.69, softplus 1.66; over
/// 1.2·10⁷ doubles: 1.01, 1.77, 0.78, 0.87, 1.32, 1.67, 1.57; `ElementwiseTests` with LINALG_LONG_TESTS). Limits at ±∞ and 0 are exact, NaN stays NaN, nothing overflows before its result does. Large
/// arrays are worked on by several threads, see `BLASRuntime`.
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
  /// Multiplies each element by the derivative f′(x) where the function f has the result `output` = f(x).
  ///
  /// That is the step back through f: a gradient with respect to f(x) becomes the one with respect to x.
  mutating func scaleByDerivative(of function: ElementwiseFunction, output: Self)
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
  BLASRuntime.forEachPart(of: x.count) { part in
    unsafe kernel(part.count, source + part.lowerBound, target + part.lowerBound)
  }
}

/// Multiplies the elements of a gradient by the derivative of a function, given the function's results.
///
/// exp: y; expm1: 1 + y; log, log1p: e⁻ʸ; tanh: 1 − y²; sigmoid: y(1 − y); softplus: 1 − e⁻ʸ;
/// relu: 1 for y > 0, else 0. Traps unless the lengths agree; the buffers must not overlap.
public func scaleByDerivative<Element: Scalar>(
  of function: ElementwiseFunction, output: UnsafeBufferPointer<Element>,
  _ gradient: UnsafeMutableBufferPointer<Element>
) {
  precondition(
    output.count == gradient.count, "\(output.count) results for \(gradient.count) elements")
  guard let source = output.baseAddress, let target = gradient.baseAddress else { return }
  let kernel = unsafe function.gradientKernel(for: Element.self)
  BLASRuntime.forEachPart(of: output.count) { part in
    unsafe kernel(part.count, source + part.lowerBound, target + part.lowerBound)
  }
}

extension ElementwiseFunction {
  fileprivate typealias Kernel<Element> = (
    Int, UnsafePointer<Element>, UnsafeMutablePointer<Element>
  ) -> Void

  fileprivate func kernel<Element: Scalar>(for type: Element.Type) -> Kernel<Element> {
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

  fileprivate func gradientKernel<Element: Scalar>(for type: Element.Type) -> Kernel<Element> {
    switch self {
    case .exp: unsafe Element._expGradient
    case .expm1: unsafe Element._expm1Gradient
    case .log: unsafe Element._logGradient
    case .log1p: unsafe Element._log1pGradient
    case .tanh: unsafe Element._tanhGradient
    case .sigmoid: unsafe Element._sigmoidGradient
    case .softplus: unsafe Element._softplusGradient
    case .relu: unsafe Element._reluGradient
    }
  }
}

extension Array: ElementwiseOperand where Element: Scalar {
  /// The elements are numbers.
  public typealias Scalars = Element

  /// The result of a function on each element, in new memory.
  public func applying(_ function: ElementwiseFunction) -> Self {
    unsafe Array(count: count) { target in
      unsafe withUnsafeBufferPointer { source in
        unsafe LinAlg.apply(function, to: source, into: target)
      }
    }
  }

  /// Replaces each element by the function of it.
  public mutating func apply(_ function: ElementwiseFunction) {
    unsafe withUnsafeMutableBufferPointer { target in
      unsafe LinAlg.apply(function, to: UnsafeBufferPointer(target), into: target)
    }
  }

  /// Multiplies each element by the derivative of a function with these results.
  ///
  /// Traps unless the lengths agree.
  public mutating func scaleByDerivative(of function: ElementwiseFunction, output: Self) {
    unsafe withUnsafeMutableBufferPointer { gradient in
      unsafe output.withUnsafeBufferPointer { output in
        unsafe LinAlg.scaleByDerivative(of: function, output: output, gradient)
      }
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

  /// Multiplies each element by the derivative of a function with these results.
  ///
  /// Traps unless the shapes agree.
  public mutating func scaleByDerivative(of function: ElementwiseFunction, output: Self) {
    precondition(
      rows == output.rows && columns == output.columns,
      "\(output.rows)×\(output.columns) results for \(rows)×\(columns) elements")
    storage.scaleByDerivative(of: function, output: output.storage)
  }
}
