import LinAlg

/// Samples as a training takes them: a column each.
struct NetworkSamples<Element: Scalar>: Sendable {
  let x: Matrix<Element>
  /// Class indices, where the loss takes them.
  let labels: [Int32]?
  /// Values, a column for each sample, otherwise.
  let values: Matrix<Element>?
  let weights: [Element]?
  let weightSum: Double

  var count: Int { x.columns }
  var inputs: Int { x.rows }

  init(
    _ network: MultilayerPerceptron<Element>, _ x: Matrix<Element>,
    _ targets: NetworkTargets<Element>, _ line: MatrixLine, _ weights: [Double]?
  ) throws(ModelError) {
    let isRow = line == .row
    let (count, inputs) = isRow ? (x.rows, x.columns) : (x.columns, x.rows)
    guard count > 0, inputs > 0 else { throw .noData }
    do {
      try x.checkFinite()
    } catch {
      guard case .nonFinite(let i, let j) = error else { throw .linearAlgebra(error) }
      throw isRow ? .nonFinite(row: i, column: j) : .nonFinite(row: j, column: i)
    }
    self.x = isRow ? x.transposed() : x
    let outputs = try NetworkPlan(network.layers, inputs: inputs, loss: network.loss).outputs
    switch targets {
    case .classes(let classes):
      guard classes.count == count else {
        throw .dimensionMismatch("classes", expected: count, found: classes.count)
      }
      switch network.loss {
      case .crossEntropy:
        try checkIndices(classes, classes: outputs)
        (labels, values) = (classes.map { Int32($0) }, nil)
      case .binaryCrossEntropy where outputs == 1:
        try checkIndices(classes, classes: 2)
        (labels, values) = (nil, Matrix(rows: 1, columns: count) { Element(classes[$1 + $0]) })
      default: throw .notAvailable("classes with \(network.loss.rawValue) and \(outputs) outputs")
      }
    case .values(let y):
      guard network.loss != .crossEntropy else {
        throw .notAvailable("cross-entropy of values: give classes")
      }
      let found = isRow ? (y.rows, y.columns) : (y.columns, y.rows)
      guard found.0 == count else {
        throw .dimensionMismatch("values", expected: count, found: found.0)
      }
      guard found.1 == outputs else {
        throw .dimensionMismatch("columns of the values", expected: outputs, found: found.1)
      }
      let columns = isRow ? y.transposed() : y
      let isProbability = network.loss == .binaryCrossEntropy
      for (i, value) in columns.elements.enumerated() {
        guard value.isFinite else { throw .nonFiniteResponse(row: i / outputs) }
        if isProbability && !(value >= 0 && value <= 1) {
          throw .invalidArgument("values", allowed: "from 0 to 1", found: Double(value))
        }
      }
      (labels, values) = (nil, columns)
    }
    if let weights { try checkWeights(weights, rows: count) }
    // Only ratios matter: the largest is brought to 1, so that nothing leaves the range.
    let largest = weights?.max() ?? 1
    let scaled = weights?.map { $0 / largest }
    self.weights = scaled?.map { Element($0) }
    weightSum = scaled.map { sum($0) } ?? Double(count)
  }
}

/// Where samples are.
@unsafe struct NetworkPointers<Element: Scalar> {
  let x: UnsafePointer<Element>
  let labels: UnsafePointer<Int32>?
  let values: UnsafePointer<Element>?
  let weights: UnsafePointer<Element>?
}

extension NetworkSamples {
  /// Calls a function with pointers to all samples, which are good as long as it runs.
  func withPointers<Result>(_ body: (NetworkPointers<Element>) -> Result) -> Result {
    unsafe x.withUnsafeMatrixPointer { x in
      unsafe (labels ?? []).withUnsafeBufferPointer { labels in
        unsafe (values?.elements ?? []).withUnsafeBufferPointer { values in
          unsafe (weights ?? []).withUnsafeBufferPointer { weights in
            unsafe body(
              NetworkPointers(
                x: x.base, labels: self.labels == nil ? nil : labels.baseAddress,
                values: self.values == nil ? nil : values.baseAddress,
                weights: self.weights == nil ? nil : weights.baseAddress))
          }
        }
      }
    }
  }
}
