public import LinAlg

/// The matrices that every factorization is tried on.
extension Matrix {
  /// Elements uniform in [−1, 1).
  public static func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Self {
    var generator = SeededGenerator(seed)
    return Self(rows: rows, columns: columns) { _, _ in Element(generator.uniform()) }
  }

  /// Symmetric positive definite: AAᵀ/n + I, condition number of order 1.
  public static func positiveDefinite(_ order: Int, seed: UInt64) -> Self {
    let a = random(order, order, seed: seed)
    var result = Self.identity(order)
    symmetricRankUpdate(a, into: &result, alpha: 1 / Element(max(1, order)), beta: 1)
    return result
  }

  /// 1/(i + j + 1): positive definite, condition number growing as 33ⁿ.
  public static func hilbert(_ order: Int) -> Self {
    Self(rows: order, columns: order) { 1 / Element($0 + $1 + 1) }
  }

  /// Kahan's triangle: nearly singular, though no diagonal element is small.
  public static func kahan(_ order: Int) -> Self {
    let (s, c): (Element, Element) = (0.8, 0.6)
    var power: Element = 1
    var result = Self(rows: order, columns: order)
    for i in 0..<order {
      result[i, i] = power
      for j in i + 1..<max(i + 1, order) { result[i, j] = -c * power }
      power *= s
    }
    return result
  }

  /// Random elements whose rows and columns shrink by a factor of 2 each.
  public static func graded(_ order: Int, seed: UInt64) -> Self {
    var result = random(order, order, seed: seed)
    for j in 0..<order {
      for i in 0..<order {
        result[i, j] *= Element(sign: .plus, exponent: Element.Exponent(-i - j), significand: 1)
      }
    }
    return result
  }

  /// Powers 0 to order − 1 of points spread over [0, 1].
  public static func vandermonde(_ order: Int) -> Self {
    Self(rows: order, columns: order) { i, j in
      let x = Element(i + 1) / Element(order)
      return (0..<j).reduce(into: 1) { power, _ in power *= x }
    }
  }

  /// The product of random m×rank and rank×n factors.
  public static func random(_ rows: Int, _ columns: Int, rank: Int, seed: UInt64) -> Self {
    random(rows, rank, seed: seed) * random(rank, columns, seed: seed &+ 1)
  }

  /// The same matrix in another precision, rounded.
  public func converted<Other: Scalar>(to type: Other.Type) -> Matrix<Other> {
    Matrix<Other>(rows: rows, columns: columns) { Other(self[$0, $1]) }
  }
}

extension BandMatrix {
  /// A random band with a heavy diagonal: nonsingular, condition number of order 1.
  public static func dominant(_ order: Int, lower: Int, upper: Int, seed: UInt64) -> Self {
    var generator = SeededGenerator(seed)
    var band = Self(order: order, lowerBandwidth: lower, upperBandwidth: upper)
    band.fill { i, j in
      Element(generator.uniform()) + (i == j ? Element(lower + upper + 1) : 0)
    }
    return band
  }

  /// The symmetric positive definite band with the lower band of `dominant`.
  public static func positiveDefinite(_ order: Int, bandwidth: Int, seed: UInt64) -> Self {
    let half = dominant(order, lower: bandwidth, upper: bandwidth, seed: seed)
    var band = Self(order: order, lowerBandwidth: bandwidth, upperBandwidth: bandwidth)
    band.fill { i, j in half[max(i, j), min(i, j)] }
    return band
  }
}
