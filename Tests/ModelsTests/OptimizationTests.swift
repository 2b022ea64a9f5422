import Foundation
import LinAlg
import Models
import TestSupport
import Testing

@Suite struct OptimizationTests {
  /// Rosenbrock's valley, with its minimum where all are 1.
  struct Valley: CurvedObjective, HessianProductObjective {
    let parameterCount: Int

    func value(at x: [Double], gradient: inout [Double]) -> Double {
      var hessian = Matrix<Double>(rows: 0, columns: 0)
      return value(at: x, gradient: &gradient, hessian: &hessian)
    }

    func value(
      at x: [Double], gradient: inout [Double], hessian: inout Matrix<Double>
    ) -> Double {
      var value = 0.0
      gradient = x.map { _ in 0 }
      hessian = Matrix(rows: x.count, columns: x.count)
      for j in 0..<x.count - 1 {
        let (a, b) = (x[j + 1] - x[j] * x[j], 1 - x[j])
        value += 100 * a * a + b * b
        gradient[j] += -400 * a * x[j] - 2 * b
        gradient[j + 1] += 200 * a
        hessian[j, j] += -400 * a + 800 * x[j] * x[j] + 2
        hessian[j + 1, j + 1] += 200
        hessian[j, j + 1] -= 400 * x[j]
        hessian[j + 1, j] -= 400 * x[j]
      }
      return value
    }

    func hessianProduct(at x: [Double], _ vector: [Double]) -> [Double] {
      var (gradient, hessian) = (x, Matrix<Double>(rows: 0, columns: 0))
      _ = value(at: x, gradient: &gradient, hessian: &hessian)
      return hessian * vector
    }
  }

  @Test(arguments: [2, 5, 20]) func everyOptimiserFindsTheValley(count: Int) throws {
    let valley = Valley(parameterCount: count)
    // Closer than the usual start −1.2, from where longer valleys have another minimum.
    let start = (0..<count).map { $0.isMultiple(of: 2) ? 0.5 : 1.5 }
    let minima = [
      try Newton().minimize(valley, from: start),
      try LBFGS().minimize(valley, from: start),
      try NewtonCG().minimize(valley, from: start),
      try GradientDescent(step: .barzilaiBorwein, memory: 10, gradientTolerance: 1e-9)
        .minimize(valley, from: start),
    ]
    for minimum in minima {
      #expect(minimum.convergence.isConverged, "\(minimum.convergence.reason)")
      for x in minimum.parameters { #expect((x - 1).magnitude < 1e-6) }
      #expect(minimum.value < 1e-12)
      #expect(minimum.convergence.trace.count == minimum.convergence.iterations + 1)
    }
    #expect(minima[0].convergence.iterations < 40)
    #expect(minima[1].convergence.iterations < 150)
  }

  @Test func theValleyFromTheUsualStart() throws {
    let valley = Valley(parameterCount: 2)
    for minimum in [
      try Newton().minimize(valley, from: [-1.2, 1]),
      try LBFGS().minimize(valley, from: [-1.2, 1]),
      try NewtonCG().minimize(valley, from: [-1.2, 1]),
    ] {
      #expect(minimum.convergence.isConverged)
      #expect((minimum.parameters[0] - 1).magnitude < 1e-6)
    }
  }

  /// A quadratic with condition number 10⁴ and known minimum.
  @Test func preconditionersHelp() throws {
    let scales = (0..<50).map { pow(10, Double($0) / 12.25) }
    let target = (0..<50).map { sin(Double($0)) }
    let quadratic = FunctionObjective(50) { x, gradient in
      var value = 1.0
      for j in x.indices {
        gradient[j] = scales[j] * (x[j] - target[j])
        value += gradient[j] * (x[j] - target[j]) / 2
      }
      return value
    }
    let start = [Double](repeating: 0, count: 50)
    let plain = try LBFGS().minimize(quadratic, from: start)
    let better = try LBFGS().minimize(
      quadratic, from: start, preconditioner: { for j in $0.indices { $0[j] /= scales[j] } })
    #expect(better.convergence.iterations <= 3)
    #expect(plain.convergence.iterations > 10)
    for minimum in [plain, better] {
      for j in target.indices { #expect((minimum.parameters[j] - target[j]).magnitude < 1e-5) }
    }
  }

  /// What is left is the tolerance, not a multiple of it, where the method converges slowly: by less than a tenth a step.
  @Test(arguments: [1e-3, 1e-5, 1e-7]) func slowSearchesEndWhereTheyWereAskedTo(
    tolerance: Double
  ) throws {
    for count in [50, 200] {
      let scales = (0..<count).map { pow(1000, Double($0) / Double(count - 1)) }
      let quadratic = FunctionObjective(count) { x, gradient in
        var value = 1.0
        for j in x.indices {
          gradient[j] = scales[j] * (x[j] - sin(Double(j)))
          value += gradient[j] * (x[j] - sin(Double(j))) / 2
        }
        return value
      }
      let minimum = try LBFGS(tolerance: tolerance).minimize(
        quadratic, from: Array(repeating: 0, count: count))
      #expect(minimum.convergence.reason == .decrease)
      // The promise of the next step alone ends searches at 8 to 22 times the tolerance.
      #expect(minimum.value - 1 <= 2 * tolerance)
    }
  }

  @Test func divergenceIsAnError() throws {
    let bowl = FunctionObjective(2) { x, gradient in
      gradient = [x[0], 100 * x[1]]
      return (x[0] * x[0] + 100 * x[1] * x[1]) / 2
    }
    do {
      _ = try GradientDescent(step: .fixed(0.05)).minimize(bowl, from: [1, 1])
      Issue.record("a step of 0.05 was taken to converge")
    } catch {
      guard case .diverged(let iteration, let value, let step) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(iteration <= 25 && value > 1e6 && step == 0.05)
    }
    let slow = try GradientDescent(step: .fixed(0.01)).minimize(bowl, from: [1, 1])
    #expect(slow.convergence.reason == .gradient)
    for step in [GradientDescent.StepRule.backtracking, .barzilaiBorwein] {
      let found = try GradientDescent(step: step).minimize(bowl, from: [1, 1])
      let trace = found.convergence.trace
      #expect(found.convergence.isConverged)
      #expect(zip(trace, trace.dropFirst()).allSatisfy { $0 >= $1 })
    }
  }

  @Test func endsAreReported() throws {
    let valley = Valley(parameterCount: 2)
    let short = try Newton(maximumIterations: 2).minimize(valley, from: [-1.2, 1])
    #expect(short.convergence.reason == .iterationLimit && !short.convergence.isConverged)
    let stopped = try LBFGS().minimize(valley, from: [-1.2, 1]) { $0.number < 3 }
    #expect(stopped.convergence.reason == .stopped && stopped.convergence.iterations == 3)
    // A gradient of the wrong sign leads uphill.
    let wrong = FunctionObjective(1) { x, gradient in
      gradient = [-2 * x[0]]
      return x[0] * x[0] + 1
    }
    for minimum in [
      try LBFGS().minimize(wrong, from: [1]),
      try GradientDescent().minimize(wrong, from: [1]),
    ] {
      #expect(minimum.convergence.reason == .noDescent)
    }
    #expect(throws: ModelError.dimensionMismatch("parameters", expected: 2, found: 1)) {
      try Newton().minimize(valley, from: [1])
    }
    #expect(throws: ModelError.self) { try LBFGS().minimize(valley, from: [.nan, 1]) }
  }

  @Test func gradientCheckFindsTheWrongParameter() throws {
    let right = Valley(parameterCount: 4)
    let point = [0.3, -0.7, 1.9, 0.2]
    #expect(try checkGradient(of: right, at: point).passes(tolerance: 1e-8))
    let wrong = FunctionObjective(4) { x, gradient in
      let value = right.value(at: x, gradient: &gradient)
      gradient[2] *= 1.001
      return value
    }
    let check = try checkGradient(of: wrong, at: point)
    #expect(!check.passes() && check.failures().map(\.parameter) == [2])
    #expect((check.entries[2].relativeError - 1e-3).magnitude < 1e-4)
    #expect(check.entries.count == 4)
    #expect(throws: ModelError.self) { try checkGradient(of: right, at: [1]) }
  }
}
