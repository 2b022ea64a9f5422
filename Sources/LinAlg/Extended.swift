internal import CKernels

/// A vector in double-double arithmetic: element i is the sum high[i] + low[i], with about 32 digits.
///
/// Not public: the models refine their solutions with it.
package struct ExtendedVector: Sendable {
  package private(set) var high: [Double]
  package private(set) var low: [Double]

  /// A vector of numbers that are exact as they are, or have a known rest.
  package init(_ high: [Double], low: [Double]? = nil) {
    (self.high, self.low) = (high, low ?? Array(repeating: 0, count: high.count))
    precondition(self.low.count == high.count)
  }

  package var count: Int { high.count }

  /// Adds a vector of ordinary numbers.
  package mutating func add(_ other: [Double]) { add(ExtendedVector(other)) }

  /// Adds a vector.
  package mutating func add(_ other: ExtendedVector) {
    precondition(other.count == count)
    unsafe extended_add(count, other.high, other.low, &high, &low)
  }

  /// The product, element by element.
  package func multiplied(by other: ExtendedVector) -> ExtendedVector {
    precondition(other.count == count)
    var product = ExtendedVector(high)
    unsafe extended_multiply(
      count, high, low, other.high, other.low, &product.high, &product.low)
    return product
  }

  /// Subtracts the product of a matrix and a vector.
  package mutating func subtract(_ a: ExtendedMatrix, _ x: ExtendedVector) {
    precondition(a.rows == count && a.columns == x.count)
    unsafe extended_subtract_product(
      a.rows, a.columns, a.high.elements, a.low.elements, max(1, a.rows), x.high, x.low, &high,
      &low)
  }

  /// √ of each element, which must be positive or 0.
  package static func squareRoots(_ x: [Double]) -> ExtendedVector {
    let roots = x.map { $0.squareRoot() }
    // x − r² is exact in one rounding; one step of Newton's gives the rest.
    let rests = zip(x, roots).map { x, root in
      root > 0 && root.isFinite ? x.addingProduct(-root, root) / (2 * root) : 0
    }
    return ExtendedVector(roots, low: rests)
  }
}

/// A matrix in double-double arithmetic.
package struct ExtendedMatrix: Sendable {
  package let high: Matrix<Double>
  package let low: Matrix<Double>

  /// A matrix from its columns, which are not none.
  package init(columns: [ExtendedVector]) {
    let rows = columns[0].count
    precondition(columns.allSatisfy { $0.count == rows })
    func joined(_ part: (ExtendedVector) -> [Double]) -> Matrix<Double> {
      unsafe Matrix(rows: rows, columns: columns.count) { target in
        for (j, column) in columns.enumerated() {
          for (i, value) in part(column).enumerated() {
            unsafe target.initializeElement(at: i + j * rows, to: value)
          }
        }
      }
    }
    (high, low) = (joined(\.high), joined(\.low))
  }

  package var rows: Int { high.rows }
  package var columns: Int { high.columns }

  /// The product of the transpose and a vector.
  package func transposedProduct(_ x: ExtendedVector) -> ExtendedVector {
    precondition(x.count == rows)
    var (high, low) = (
      [Double](repeating: 0, count: columns), [Double](repeating: 0, count: columns)
    )
    unsafe extended_transposed_product(
      rows, columns, self.high.elements, self.low.elements, max(1, rows), x.high, x.low, &high,
      &low)
    return ExtendedVector(high, low: low)
  }
}

/// The gradient of the mean cross-entropy of softmax regression by the parameters θ, a column for each class: sums in C's
/// `long double`, with 64 bits or more on most processors.
///
/// Predictors are x·factor − shift, after a column of ones if `intercept`; penalties are those of a class's parameters.
package func extendedSoftmaxGradient(
  _ x: Matrix<Double>, intercept: Bool, shift: [Double], factor: [Double], labels: [Int],
  weights: [Double], penalties: [Double], at theta: Matrix<Double>
) -> [Double] {
  precondition(
    labels.count == x.rows && weights.count == x.rows && theta.rows == penalties.count
      && shift.count == x.columns && factor.count == x.columns
      && theta.rows == x.columns + (intercept ? 1 : 0))
  var gradient = [Double](repeating: 0, count: theta.rows * theta.columns)
  // A long double takes 16 bytes at most.
  unsafe withUnsafeTemporaryAllocation(
    byteCount: 16 * max(1, x.rows * theta.columns), alignment: 16
  ) { work in
    unsafe extended_softmax_gradient(
      x.rows, x.columns, x.elements, max(1, x.rows), intercept, shift, factor, theta.columns,
      theta.elements, labels, weights, penalties, work.baseAddress.unsafelyUnwrapped, &gradient)
  }
  return gradient
}
