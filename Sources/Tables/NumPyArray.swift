public import Foundation
public import LinAlg

/// An array as NumPy's files hold it: of no, one or two dimensions, with elements that fit a `Scalar`.
///
/// Of elements in column-major order, of the same type as asked for, the file is read straight into the matrix; in
/// row-major order (NumPy's own) they are transposed once. Floats of 4 and 8 bytes, integers of 1 to 8 and truth values are
/// read, in both byte orders; what has more digits than `Element` is rounded.
public struct NumPyArray<Element: Scalar>: Hashable, Sendable {
  /// The lengths of the dimensions.
  public let shape: [Int]
  /// The elements: a column for an array of one dimension.
  public let matrix: Matrix<Element>

  /// A matrix as an array of two dimensions.
  public init(_ matrix: Matrix<Element>) {
    (shape, self.matrix) = ([matrix.rows, matrix.columns], matrix)
  }

  /// A vector as an array of one dimension.
  public init(_ vector: [Element]) {
    (shape, matrix) = ([vector.count], Matrix(column: vector))
  }

  /// The array in a `.npy` file.
  ///
  /// Throws: `system`; `malformed` where it is damaged; `unsupported` for three dimensions or more, or other elements.
  public init(contentsOf url: URL) throws(FileError) {
    let file = try InputFile(url)
    if file.isRegular {
      try self.init(from: file)
    } else {
      // Of a pipe the length is not known before.
      try self.init(from: InputBytes(file.readAll(), path: file.path))
    }
  }

  init(from source: any ByteSource) throws(FileError) {
    let header = try NumPyHeader(from: source)
    guard header.shape.count <= 2 else {
      throw .unsupported(path: source.path, reason: "\(header.shape.count) dimensions")
    }
    shape = header.shape
    let (rows, columns) = (shape.first ?? 1, shape.count == 2 ? shape[1] : 1)
    // By columns, or by rows: then they are the columns of the transpose.
    let isTransposed = !header.isColumnMajor && rows > 1 && columns > 1
    let (first, second) = isTransposed ? (columns, rows) : (rows, columns)
    let read = try unsafe Matrix<Element>(rows: first, columns: second) {
      (target) throws(FileError) in
      unsafe try Self.read(header, source, into: target)
    }
    matrix = isTransposed ? read.transposed() : read
  }

  private static func read(
    _ header: NumPyHeader, _ source: any ByteSource,
    into target: UnsafeMutableBufferPointer<Element>
  ) throws(FileError) {
    switch header.type {
    case .float64:
      try unsafe convert(UInt64.self, header, source, into: target) {
        Element(Double(bitPattern: $0))
      }
    case .float32:
      try unsafe convert(UInt32.self, header, source, into: target) {
        Element(Float(bitPattern: $0))
      }
    case .int8: try unsafe convert(Int8.self, header, source, into: target) { Element($0) }
    case .int16: try unsafe convert(Int16.self, header, source, into: target) { Element($0) }
    case .int32: try unsafe convert(Int32.self, header, source, into: target) { Element($0) }
    case .int64: try unsafe convert(Int64.self, header, source, into: target) { Element($0) }
    case .uint8: try unsafe convert(UInt8.self, header, source, into: target) { Element($0) }
    case .uint16: try unsafe convert(UInt16.self, header, source, into: target) { Element($0) }
    case .uint32: try unsafe convert(UInt32.self, header, source, into: target) { Element($0) }
    case .uint64: try unsafe convert(UInt64.self, header, source, into: target) { Element($0) }
    case .bool:
      try unsafe convert(UInt8.self, header, source, into: target) { $0 == 0 ? 0 : 1 }
    }
  }

  @inline(__always)
  private static func convert<Bits: FixedWidthInteger>(
    _ bits: Bits.Type, _ header: NumPyHeader, _ source: any ByteSource,
    into target: UnsafeMutableBufferPointer<Element>, _ element: (Bits) -> Element
  ) throws(FileError) {
    let isSame =
      header.isBigEndian == (1.bigEndian == 1)
      && header.type == (Element.self == Double.self ? .float64 : .float32)
    if isSame {
      let memory = UnsafeMutableRawBufferPointer(target)
      let count = unsafe try source.read(into: memory)
      guard count == memory.count else { throw cutOff(source) }
      return
    }
    // Piece by piece, in cache.
    let piece = 1 << 14
    for start in stride(from: 0, to: target.count, by: piece) {
      let count = min(piece, target.count - start)
      let bytes = try source.read(atMost: count * MemoryLayout<Bits>.size)
      guard bytes.count == count * MemoryLayout<Bits>.size else { throw cutOff(source) }
      unsafe bytes.withUnsafeBytes { bytes in
        for i in 0..<count {
          let raw = unsafe bytes.loadUnaligned(
            fromByteOffset: i * MemoryLayout<Bits>.size, as: Bits.self)
          let value = header.isBigEndian ? Bits(bigEndian: raw) : Bits(littleEndian: raw)
          unsafe target.initializeElement(at: start + i, to: element(value))
        }
      }
    }
  }

  private static func cutOff(_ source: any ByteSource) -> FileError {
    .malformed(path: source.path, reason: "the elements are cut off")
  }

  /// Writes a `.npy` file, column-major, which NumPy maps and reads without copying; it takes its place when it is whole.
  ///
  /// Throws: `system`.
  public func write(to url: URL) throws(FileError) {
    try OutputFile.write(to: url) { (file) throws(FileError) in
      try file.write(header.bytes)
      try unsafe withElements { (bytes) throws(FileError) in unsafe try file.write(bytes) }
    }
  }

  var header: NumPyHeader {
    NumPyHeader(
      type: Element.self == Double.self ? .float64 : .float32, isColumnMajor: shape.count == 2,
      shape: shape)
  }

  /// The bytes of the elements, least significant byte first.
  func withElements(_ body: (UnsafeRawBufferPointer) throws(FileError) -> Void) throws(FileError) {
    precondition(1.littleEndian == 1, "written on little-endian machines only")
    try unsafe matrix.withUnsafeBufferPointer { (elements) throws(FileError) in
      unsafe try body(UnsafeRawBufferPointer(elements))
    }
  }
}

extension NumPyArray {
  /// The elements as whole numbers, for class labels; nil unless all are, and exactly.
  public var integers: [Int]? {
    // Beyond, several whole numbers have been rounded to one.
    let limit = Element(1 << (Element.significandBitCount + 1))
    var result: [Int] = []
    result.reserveCapacity(matrix.elements.count)
    for element in matrix.elements {
      guard let value = Int(exactly: element), element.magnitude < limit else { return nil }
      result.append(value)
    }
    return result
  }
}
