public import Foundation
import LinAlg

/// Named arrays in a file: the safetensors format of Hugging Face, version 0.4.
///
/// Eight bytes with the length of a header, the header in JSON (names, types, shapes and places), then the
/// elements, row by row, least significant byte first.
public struct Safetensors: Sendable {
  /// One array.
  public struct Tensor: Hashable, Sendable {
    /// The type of the elements, such as "F32", "F64" or "I64".
    public let type: String
    /// The lengths of the dimensions.
    public let shape: [Int]
    /// The elements, row by row.
    public let bytes: Data

    /// Numbers as 64-bit floats.
    ///
    /// Traps unless there are as many as the shape says.
    public init(_ values: [Double], shape: [Int]) {
      precondition(values.count == shape.reduce(1, *), "\(values.count) values of shape \(shape)")
      (type, self.shape) = ("F64", shape)
      bytes = values.reduce(into: Data()) { data, value in
        Self.append(value.bitPattern, to: &data)
      }
    }

    /// Numbers as 32-bit floats, likewise.
    public init(_ values: [Float], shape: [Int]) {
      precondition(values.count == shape.reduce(1, *), "\(values.count) values of shape \(shape)")
      (type, self.shape) = ("F32", shape)
      bytes = values.reduce(into: Data()) { data, value in
        Self.append(value.bitPattern, to: &data)
      }
    }

    init(type: String, shape: [Int], bytes: Data) {
      (self.type, self.shape, self.bytes) = (type, shape, bytes)
    }

    private static func append(_ bits: some FixedWidthInteger, to data: inout Data) {
      for k in 0..<bits.bitWidth / 8 { data.append(UInt8(truncatingIfNeeded: bits >> (8 * k))) }
    }

    /// The elements as numbers; nil unless they are 32-bit or 64-bit floats.
    public var values: [Double]? {
      let all = Array(bytes)
      func bits<Bits: FixedWidthInteger>(_ type: Bits.Type, _ i: Int) -> Bits {
        let size = Bits.bitWidth / 8
        return (0..<size).reduce(0) { $0 | Bits(all[i * size + $1]) << (8 * $1) }
      }
      switch type {
      case "F64":
        return (0..<all.count / 8).map { Double(bitPattern: bits(UInt64.self, $0)) }
      case "F32":
        return (0..<all.count / 4).map { Double(Float(bitPattern: bits(UInt32.self, $0))) }
      default: return nil
      }
    }
  }

  /// The arrays by their names.
  public var tensors: [String: Tensor]
  /// What else the file says, in words.
  public var metadata: [String: String]

  /// Arrays by their names.
  public init(_ tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
    (self.tensors, self.metadata) = (tensors, metadata)
  }

  // MARK: Files

  /// The size of an element of each type, in bytes.
  private static let sizes = [
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
    "U16": 2, "I8": 1, "U8": 1, "BOOL": 1,
  ]
  private static let largestHeader = 100_000_000

  /// The contents of a file.
  public init(contentsOf url: URL) throws(FileError) {
    let data = Data(try InputFile(url).readAll())
    do throws(Malformed) {
      try self.init(data)
    } catch {
      throw .malformed(path: url.path, reason: error.reason)
    }
  }

  struct Malformed: Error { let reason: String }

  private struct Entry: Codable {
    let dtype: String
    let shape: [Int]
    let dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  /// Header values: an array's entry, or the metadata.
  private enum Value: Codable {
    case entry(Entry)
    case metadata([String: String])

    init(from decoder: any Decoder) throws {
      if let entry = try? Entry(from: decoder) {
        self = .entry(entry)
      } else {
        self = .metadata(try [String: String](from: decoder))
      }
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .entry(let entry): try entry.encode(to: encoder)
      case .metadata(let metadata): try metadata.encode(to: encoder)
      }
    }
  }

  init(_ data: Data) throws(Malformed) {
    let bytes = Data(data)
    guard bytes.count >= 8 else {
      throw Malformed(reason: "\(bytes.count) bytes are too few for a safetensors file")
    }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
    guard length <= UInt64(min(bytes.count - 8, Self.largestHeader)) else {
      throw Malformed(reason: "a header of \(length) bytes in a file of \(bytes.count)")
    }
    let start = 8 + Int(length)
    let header: [String: Value]
    do {
      header = try JSONDecoder().decode([String: Value].self, from: bytes[8..<start])
    } catch {
      throw Malformed(reason: "the header is not that of a safetensors file")
    }
    (tensors, metadata) = ([:], [:])
    var ranges: [Range<Int>] = []
    for (name, value) in header {
      switch value {
      case .metadata(let words):
        guard name == "__metadata__" else { throw Malformed(reason: "array \(name) has no entry") }
        metadata = words
      case .entry(let entry):
        let range = try Self.check(name, entry, count: bytes.count - start)
        ranges.append(range)
        tensors[name] = Tensor(
          type: entry.dtype, shape: entry.shape,
          bytes: Data(bytes[start + range.lowerBound..<start + range.upperBound]))
      }
    }
    // Arrays lie side by side and fill the file.
    var end = 0
    for range in ranges.sorted(by: {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    }) {
      guard range.lowerBound == end else {
        throw Malformed(reason: "arrays overlap, or have a gap, at byte \(end)")
      }
      end = range.upperBound
    }
    guard end == bytes.count - start else {
      throw Malformed(reason: "\(bytes.count - start - end) bytes too many")
    }
  }

  private static func check(
    _ name: String, _ entry: Entry, count: Int
  ) throws(Malformed) -> Range<Int> {
    guard let size = sizes[entry.dtype] else {
      throw Malformed(reason: "array \(name) has the unknown type \(entry.dtype)")
    }
    var length = size
    for dimension in entry.shape {
      let (product, overflow) = length.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !overflow else {
        throw Malformed(reason: "array \(name) has the shape \(entry.shape)")
      }
      length = product
    }
    guard entry.dataOffsets.count == 2, entry.dataOffsets[0] >= 0,
      entry.dataOffsets[0] <= entry.dataOffsets[1], entry.dataOffsets[1] <= count,
      entry.dataOffsets[1] - entry.dataOffsets[0] == length
    else {
      throw Malformed(
        reason: "array \(name) of shape \(entry.shape) cannot be at bytes \(entry.dataOffsets)")
    }
    return entry.dataOffsets[0]..<entry.dataOffsets[1]
  }

  /// Writes a file, under another name first: what is at the place is replaced when all is written.
  public func write(to url: URL) throws(FileError) {
    var (header, offset, contents) = ([String: Value](), 0, Data())
    if !metadata.isEmpty { header["__metadata__"] = .metadata(metadata) }
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let end = offset + tensor.bytes.count
      header[name] = .entry(
        Entry(dtype: tensor.type, shape: tensor.shape, dataOffsets: [offset, end]))
      contents.append(tensor.bytes)
      offset = end
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var json: Data
    do {
      json = try encoder.encode(header)
    } catch {
      throw .malformed(path: url.path, reason: "\(error)")
    }
    // The elements begin at a multiple of eight bytes.
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    try OutputFile.write(to: url) { (file) throws(FileError) in
      try file.write((0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) })
      try file.write(json)
      try file.write(contents)
    }
  }
}
