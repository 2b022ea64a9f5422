public import LinAlg

/// A smooth function of many parameters that an optimiser can minimise.
///
/// Value and gradient come from one call, since they share their passes over the data.
public protocol Objective {
  /// The number of parameters.
  var parameterCount: Int { get }

  /// The value at a point; writes the gradient, which has as many elements as there are parameters.
  ///
  /// A value that is not finite tells a line search that the step was too long.
  func value(at parameters: [Double], gradient: inout [Double]) -> Double
}

/// An objective that knows its second derivatives.
public protocol CurvedObjective: Objective {
  /// The value at a point; writes the gradient and the symmetric Hessian, of which both halves must be set.
  func value(
    at parameters: [Double], gradient: inout [Double], hessian: inout Matrix<Double>
  ) -> Double
}

/// An objective that can multiply its Hessian by a vector without forming it.
public protocol HessianProductObjective: Objective {
  /// The product H v of the Hessian at a point and a vector.
  func hessianProduct(at parameters: [Double], _ vector: [Double]) -> [Double]
}

/// An objective from a function.
public struct FunctionObjective: Objective {
  /// The number of parameters.
  public let parameterCount: Int
  private let function: (_ parameters: [Double], _ gradient: inout [Double]) -> Double

  /// The objective of `parameterCount` parameters that a function computes, with its gradient.
  public init(
    _ parameterCount: Int,
    _ function: @escaping (_ parameters: [Double], _ gradient: inout [Double]) -> Double
  ) {
    (self.parameterCount, self.function) = (parameterCount, function)
  }

  /// What the function gives.
  public func value(at parameters: [Double], gradient: inout [Double]) -> Double {
    function(parameters, &gradient)
  }
}
