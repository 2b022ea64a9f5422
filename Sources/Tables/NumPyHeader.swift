import Foundation

/// What NumPy's `.npy` format, versions 1 to 3, says of an array before its elements.
struct NumPyHeader: Equatable {
  /// Types of elements: NumPy's letter for the kind and the size in bytes.
  enum ElementType: String {
    case float32 = "f4"
    case float64 = "f8"
    case int8 = "i1"
    case int16 = "i2"
    case int32 = "i4"
    case int64 = "i8"
    case uint8 = "u1"
    case uint16 = "u2"
    case uint32 = "u4"
    case uint64 = "u8"
    case bool = "b1"

    var size: Int { rawValue.last?.wholeNumberValue ?? 1 }
  }

  var type: ElementType
  var isBigEndian = false
  var isColumnMajor: Bool
  var shape: [Int]

  private static let magic = [0x93] + Array("NUMPY".utf8)

  init(type: ElementType, isColumnMajor: Bool, shape: [Int]) {
    (self.type, self.isColumnMajor, self.shape) = (type, isColumnMajor, shape)
  }

  /// Reads a header, and looks at whether the elements are as many as it says.
  init(from source: any ByteSource) throws(FileError) {
    func malformed(_ reason: String) -> FileError { .malformed(path: source.path, reason: reason) }
    func unsupported(_ reason: String) -> FileError {
      .unsupported(path: source.path, reason: reason)
    }
    let start = try source.read(atMost: 8)
    guard start.count == 8, Array(start[..<6]) == Self.magic else {
      throw malformed("not an array of NumPy")
    }
    guard 1...3 ~= start[6] else {
      throw unsupported("format version \(start[6]) of NumPy's arrays")
    }
    let lengthSize = start[6] == 1 ? 2 : 4
    let lengthBytes = try source.read(atMost: lengthSize)
    let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard lengthBytes.count == lengthSize, length <= source.remaining else {
      throw malformed("the header is cut off")
    }
    let text = String(decoding: try source.read(atMost: length), as: UTF8.self)
    guard let descr = text.firstMatch(of: /'descr'\s*:\s*'([<>=|]?)([a-zA-Z]\d*)'/) else {
      throw text.contains("'descr'")
        ? unsupported("elements that are structures") : malformed("the header has no type")
    }
    guard let type = ElementType(rawValue: String(descr.2)) else {
      throw unsupported("elements of type \(descr.2)")
    }
    guard let order = text.firstMatch(of: /'fortran_order'\s*:\s*(True|False)/),
      let shape = text.firstMatch(of: /'shape'\s*:\s*\(([\dL,\s]*)\)/)
    else { throw malformed("the header has no order or shape") }
    (self.type, isBigEndian, isColumnMajor) = (type, descr.1 == ">", order.1 == "True")
    self.shape = []
    for length in shape.1.split(separator: ",") {
      // Old versions of Python wrote 3L.
      let digits = length.filter { !$0.isWhitespace && $0 != "L" }
      if digits.isEmpty { continue }
      guard let value = Int(digits) else { throw malformed("the shape (\(shape.1))") }
      self.shape.append(value)
    }
    var bytes = type.size
    for length in self.shape {
      // A length of 0 excuses no other.
      let (product, overflow) = bytes.multipliedReportingOverflow(by: max(1, length))
      if overflow { throw malformed("the shape (\(shape.1))") }
      bytes = product
    }
    if self.shape.contains(0) { bytes = 0 }
    guard source.remaining == bytes else {
      throw malformed(
        "\(source.remaining) bytes of elements, where shape and type ask for \(bytes)")
    }
  }

  /// The number of elements.
  var count: Int { shape.reduce(1, *) }

  /// The bytes of the header, elements after them at a multiple of 64.
  var bytes: [UInt8] {
    let lengths = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text =
      "{'descr': '\(type.size == 1 ? "|" : "<")\(type.rawValue)', 'fortran_order': "
      + "\(isColumnMajor ? "True" : "False"), 'shape': (\(lengths)), }"
    text += String(repeating: " ", count: (64 - (text.utf8.count + 11) % 64) % 64) + "\n"
    let length = text.utf8.count
    return Self.magic.map { UInt8($0) } + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
      + text.utf8
  }
}
