import Foundation

@testable import Tables

/// What each reader does with bytes: it may refuse them, but must not crash, hang, or take memory without bounds.
let readers: [String: @Sendable ([UInt8]) -> Void] = [
  "csv": { bytes in
    // The first byte chooses the format.
    var format = CSVFormat(missing: bytes.first.map { $0 % 2 == 0 } ?? true ? .kept : .refused)
    format.hasHeader = bytes.first.map { $0 & 2 == 0 } ?? true
    let text = Array(bytes.dropFirst())
    let whole = try? CSVReader(InputBytes(text, path: "fuzz"), format).rest()
    // A small buffer, whose ends fall anywhere, and several threads change nothing.
    let size = 16 + Int(bytes.first ?? 0) / 4
    let small = try? CSVReader(InputBytes(text, path: "fuzz"), format, bufferSize: size).rest()
    precondition(
      (small?.csv ?? "") == (whole?.csv ?? ""), "another table with a buffer of \(size) bytes")
    // Blocks hold the same rows.
    guard let whole, let reader = try? CSVReader(InputBytes(text, path: "fuzz"), format) else {
      return
    }
    var rows = 0
    while let block = try? reader.next(rows: 3) { rows += block.rows }
    precondition(rows == whole.rows, "\(rows) rows in blocks, \(whole.rows) at once")
    _ = try? whole.matrix()
  },
  "npy": { bytes in
    _ = try? NumPyArray<Double>(from: InputBytes(bytes, path: "fuzz"))
    _ = try? NumPyArray<Float>(from: InputBytes(bytes, path: "fuzz"))
  },
  "npz": { bytes in _ = try? NumPyArchive<Double>(bytes, path: "fuzz") },
  "libsvm": { bytes in _ = try? LIBSVM(bytes, path: "fuzz", nil, 1 << 20) },
  "safetensors": { bytes in _ = (try? Safetensors(Data(bytes)))?.tensors.values.map(\.values) },
]
