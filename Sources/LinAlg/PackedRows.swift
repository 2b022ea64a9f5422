internal import CKernels

/// A copy of a matrix for many products with vectors: half as large, and read from one end to the other.
///
/// Elements are kept in single precision, shifted and scaled; products are summed in double precision, so that they are
/// smooth functions of the vector, those of a matrix that differs by 6·10⁻⁸ of its elements. Not public:
/// searches for a minimum begin with it.
package struct PackedRows: Sendable {
  /// So many rows are together.
  package static let tile = Int(PACKED_ROWS)

  package let rows: Int
  package let columns: Int
  private let storage: [Float]

  /// The rows of x · diag(factor) − 1 shiftᵀ.
  package init(_ x: Matrix<Double>, shift: [Double], factor: [Double], workers: Int) {
    precondition(shift.count == x.columns && factor.count == x.columns)
    (rows, columns) = (x.rows, x.columns)
    let (rows, columns) = (x.rows, x.columns)
    let tiles = (rows + Self.tile - 1) / Self.tile
    storage = unsafe Array(count: tiles * columns * Self.tile) { memory in
      unsafe x.withUnsafeMatrixPointer { x in
        guard let base = memory.baseAddress else { return }
        BLASRuntime.concurrently(workers) { worker in
          for k in tiles * worker / workers..<tiles * (worker + 1) / workers {
            let first = k * Self.tile
            unsafe packed_fill(
              min(Self.tile, rows - first), columns, x.base + first, x.leadingDimension, shift,
              factor, base + first * columns)
          }
        }
      }
    }
  }

  /// z ← bias + y θ for a range of rows that begins with a tile.
  package func product(
    _ range: Range<Int>, _ parameters: UnsafePointer<Double>, bias: Double,
    into z: UnsafeMutablePointer<Double>
  ) {
    unsafe forEachTile(range) { tile, first, count in
      if count == Self.tile {
        unsafe packed_product(columns, tile, parameters, bias, z + first)
      } else {
        unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.tile) { all in
          guard let all = all.baseAddress else { return }
          unsafe packed_product(columns, tile, parameters, bias, all)
          unsafe (z + first).update(from: all, count: count)
        }
      }
    }
  }

  /// g ← g + yᵀ r for such a range.
  package func addProjection(
    _ range: Range<Int>, _ r: UnsafePointer<Double>, into g: UnsafeMutablePointer<Double>
  ) {
    unsafe forEachTile(range) { tile, first, count in
      if count == Self.tile {
        unsafe packed_projection(columns, tile, r + first, g)
      } else {
        unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.tile) { all in
          guard let all = all.baseAddress else { return }
          unsafe all.initialize(repeating: 0, count: Self.tile)
          unsafe all.update(from: r + first, count: count)
          unsafe packed_projection(columns, tile, all, g)
        }
      }
    }
  }

  /// Calls a function with each tile, its first row in the range and its number of rows.
  private func forEachTile(
    _ range: Range<Int>, _ body: (UnsafePointer<Float>, Int, Int) -> Void
  ) {
    precondition(
      range.lowerBound % Self.tile == 0 && range.upperBound <= rows, "no tiles of rows \(range)")
    unsafe storage.withUnsafeBufferPointer { storage in
      guard let base = storage.baseAddress else { return }
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.tile) {
        unsafe body(
          base + start * columns, start - range.lowerBound,
          min(Self.tile, range.upperBound - start))
      }
    }
  }
}
