import LinAlg

/// Rows of numbers, as they are parsed: a column has `capacity` places.
@safe final class CSVBlock {
  let capacity: Int
  /// How many rows are wanted, at most the capacity.
  var limit: Int
  private let memory: UnsafeMutableBufferPointer<Double>
  var rows = 0
  /// Cells without a value.
  var missing: [(slot: Int, row: Int)] = []

  init(capacity: Int, slots: Int) {
    (self.capacity, limit) = (capacity, capacity)
    unsafe memory = .allocate(capacity: max(1, capacity * slots))
    // Only what is written to is ever mapped, or read.
  }

  deinit { unsafe memory.deallocate() }

  @inline(__always)
  func set(_ slot: Int, _ value: Double) {
    unsafe memory.baseAddress.unsafelyUnwrapped[slot * capacity + rows] = value
  }

  /// Where the next row goes: its columns are `capacity` apart.
  var target: UnsafeMutablePointer<Double> {
    unsafe memory.baseAddress.unsafelyUnwrapped + rows
  }

  /// The values of a column.
  func values(_ slot: Int) -> UnsafeBufferPointer<Double> {
    unsafe UnsafeBufferPointer(
      start: memory.baseAddress.unsafelyUnwrapped + slot * capacity, count: rows)
  }

  func empty() {
    (rows, limit) = (0, capacity)
    missing.removeAll(keepingCapacity: true)
  }
}

/// Columns that grow by blocks.
struct CSVColumns {
  private var columns: [[Double]]
  private var missing: [[Int]]
  private var isReserved = false

  init(count: Int) {
    columns = Array(repeating: [], count: count)
    missing = Array(repeating: [], count: count)
  }

  var rows: Int { columns.first?.count ?? 0 }

  /// Appends the rows of blocks, columns on several threads.
  mutating func append(_ blocks: [CSVBlock]) {
    var begin = rows
    for block in blocks {
      for (slot, row) in block.missing { missing[slot].append(begin + row) }
      begin += block.rows
    }
    let size = begin - rows
    unsafe columns.withUnsafeMutableBufferPointer { columns in
      BLASRuntime.concurrently(columns.count, size: size) { slot in
        for block in blocks { unsafe columns[slot].append(contentsOf: block.values(slot)) }
      }
    }
  }

  /// Makes room for as many more rows as so many bytes may hold, once, if those so far came from so many.
  mutating func expect(_ bytes: Int, after read: Int) {
    guard !isReserved, rows > 0 else { return }
    isReserved = true
    let expected = rows + Int(Double(bytes) * Double(rows) / Double(read) * 1.02)
    // What a file says of its size is taken for a hint, not for more.
    guard expected <= (1 << 28) / columns.count else { return }
    for slot in columns.indices {
      let column = columns[slot]
      columns[slot] = unsafe [Double](unsafeUninitializedCapacity: expected) { memory, filled in
        unsafe adviseHugePages(UnsafeMutableRawBufferPointer(memory))
        filled = unsafe memory.update(fromContentsOf: column)
      }
    }
  }

  consuming func table(_ names: [String], _ parser: CSVParser) -> Table {
    var result: [Table.Column] = []
    let isText = parser.slotsOfTexts
    for (slot, name) in names.enumerated() {
      let categories = parser.categories[slot]
      let values: Table.Values =
        !isText[slot]
        ? .numbers(columns[slot])
        : .texts(indices: columns[slot].map { $0.isNaN ? -1 : Int($0) }, categories: categories)
      columns[slot] = []
      result.append(Table.Column(name: name, values: values, missing: missing[slot]))
    }
    return Table(checked: result)
  }
}
