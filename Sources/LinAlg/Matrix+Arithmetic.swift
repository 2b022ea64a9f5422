// Elementwise arithmetic. Loops are inlinable, so that they are compiled for the caller's types.

extension Matrix {
  /// The matrix of `transform` of each element.
  @inlinable
  public func map(_ transform: (Element) -> Element) -> Self {
    Self(rows: rows, columns: columns, storage: storage.map(transform))
  }

  /// The matrix of `transform` of each pair of elements.
  ///
  /// Traps, with both shapes, if they differ.
  @inlinable
  public func combined(
    with other: Self, _ transform: (Element, Element) -> Element
  ) -> Self {
    checkSameShape(other)
    return unsafe Self(rows: rows, columns: columns) { result in
      unsafe storage.withUnsafeBufferPointer { x in
        unsafe other.storage.withUnsafeBufferPointer { y in
          for i in 0..<result.count {
            unsafe result.initializeElement(at: i, to: transform(x[i], y[i]))
          }
        }
      }
    }
  }

  /// Replaces each element by `transform` of it and its counterpart.
  ///
  /// Traps if the shapes differ.
  @inlinable
  public mutating func combine(
    with other: Self, _ transform: (Element, Element) -> Element
  ) {
    checkSameShape(other)
    unsafe storage.withUnsafeMutableBufferPointer { x in
      unsafe other.storage.withUnsafeBufferPointer { y in
        for i in 0..<x.count { unsafe x[i] = transform(x[i], y[i]) }
      }
    }
  }

  @inlinable
  func checkSameShape(_ other: Self) {
    precondition(
      rows == other.rows && columns == other.columns,
      "shapes \(rows)×\(columns) and \(other.rows)×\(other.columns) differ")
  }

  /// The sum, element by element.
  @inlinable
  public static func + (a: Self, b: Self) -> Self { a.combined(with: b) { $0 + $1 } }

  /// The difference, element by element.
  @inlinable
  public static func - (a: Self, b: Self) -> Self { a.combined(with: b) { $0 - $1 } }

  /// Adds a matrix, element by element.
  @inlinable
  public static func += (a: inout Self, b: Self) { a.combine(with: b) { $0 + $1 } }

  /// Subtracts a matrix, element by element.
  @inlinable
  public static func -= (a: inout Self, b: Self) { a.combine(with: b) { $0 - $1 } }

  /// The product element by element (Hadamard).
  @inlinable
  public func elementwiseProduct(_ other: Self) -> Self { combined(with: other) { $0 * $1 } }

  /// The negated matrix.
  @inlinable
  public static prefix func - (a: Self) -> Self { a.map { -$0 } }

  /// The multiple of a matrix.
  @inlinable
  public static func * (factor: Element, a: Self) -> Self { a.map { factor * $0 } }

  /// The multiple of a matrix.
  @inlinable
  public static func * (a: Self, factor: Element) -> Self { a.map { $0 * factor } }

  /// The matrix divided by a number, element by element.
  @inlinable
  public static func / (a: Self, divisor: Element) -> Self { a.map { $0 / divisor } }

  /// Multiplies every element by a number.
  @inlinable
  public static func *= (a: inout Self, factor: Element) {
    unsafe a.storage.withUnsafeMutableBufferPointer { x in
      for i in 0..<x.count { unsafe x[i] *= factor }
    }
  }
}
