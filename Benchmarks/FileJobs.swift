import Foundation
import LinAlg
import Tables

func fileJobs() -> [Job] {
  [
    csvJob(rows: 500_000, columns: 20), csvWritingJob(rows: 100_000, columns: 20),
    arrayJob(rows: 500_000, columns: 20), arrayWritingJob(rows: 500_000, columns: 20),
  ]
}

/// A file that goes with the last that knows it.
private final class TemporaryFile {
  let url = FileManager.default.temporaryDirectory.appending(path: "linalg-\(UUID()).data")

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Reads all of it, piece by piece into the same memory; the sum of the first byte of each piece.
  func read(_ memory: inout [UInt8]) -> Int {
    guard let file = unsafe fopen(url.path, "r") else { return 0 }
    defer { unsafe fclose(file) }
    var total = 0
    while unsafe fread(&memory, 1, memory.count, file) > 0 { total += Int(memory[0]) }
    return total
  }
}

/// A CSV file of such numbers with 16 or 17 digits; the limit only reads its bytes.
private func csvJob(rows n: Int, columns p: Int) -> Job {
  Job(name: "CSV", size: "\(n)×\(p)") {
    let x = try Matrix(rows: n, columns: p, columnMajor: numbers(n * p, seed: 1))
    let file = TemporaryFile()
    try Table((0..<p).map { Table.Column("x\($0)", x[column: $0]) }).write(csv: file.url)
    let count = try file.url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    return Contest(
      ours: contestant(Matrix<Double>(), result: { $0.elements }) { result in
        result = try Table(contentsOfCSV: file.url).matrix().x
      },
      loop: contestant([Double](), result: { $0 }) { result in
        result = loopCSV(file.url.path, n, p, bytes: count)
      },
      raw: contestant([UInt8](repeating: 0, count: 1 << 20), result: { _ in [] }) { memory in
        _ = file.read(&memory)
      }, rawIsMemory: true, tolerance: 0)
  }
}

/// Numbers by `strtod`, one after the other, from the whole file in memory into columns.
private func loopCSV(_ path: String, _ n: Int, _ p: Int, bytes: Int) -> [Double] {
  guard let file = unsafe fopen(path, "r") else { return [] }
  defer { unsafe fclose(file) }
  var text = [CChar](repeating: 0, count: bytes + 1)
  _ = unsafe fread(&text, 1, bytes, file)
  return unsafe [Double](unsafeUninitializedCapacity: n * p) { result, filled in
    unsafe text.withUnsafeMutableBufferPointer { text in
      guard let base = text.baseAddress else { return }
      var position = unsafe strchr(base, 10) + 1
      for i in 0..<n {
        for j in 0..<p {
          var end: UnsafeMutablePointer<CChar>?
          unsafe result[i + j * n] = unsafe strtod(position, &end)
          unsafe position = unsafe end.unsafelyUnwrapped + 1
        }
      }
    }
    filled = n * p
  }
}

/// The same numbers in NumPy's format, column-major as the library writes them; the limit reads them into memory that is there.
private func arrayJob(rows n: Int, columns p: Int) -> Job {
  Job(name: "npy", size: "\(n)×\(p)") {
    let x = try Matrix(rows: n, columns: p, columnMajor: numbers(n * p, seed: 1))
    let file = TemporaryFile()
    try NumPyArray(x).write(to: file.url)
    let bytes = [UInt8](repeating: 0, count: 8 * n * p + 128)
    return Contest(
      ours: contestant(Matrix<Double>(), result: { $0.elements }) { result in
        result = try NumPyArray<Double>(contentsOf: file.url).matrix
      },
      loop: contestant((bytes: bytes, numbers: x.elements), result: \.numbers) { s in
        unsafe loopArray(file.url.path, n * p, &s.bytes, &s.numbers)
      },
      raw: contestant(bytes, result: { _ in [] }) {
        memory in
        _ = file.read(&memory)
      }, rawIsMemory: true, tolerance: 0)
  }
}

/// The bytes of the file into memory that is there, then the numbers from the bytes.
private func loopArray(_ path: String, _ count: Int, _ bytes: inout [UInt8], _ result: Doubles) {
  guard let file = unsafe fopen(path, "r") else { return }
  defer { unsafe fclose(file) }
  _ = unsafe fread(&bytes, 1, bytes.count, file)
  // Magic, version, and the length of the text that describes the array.
  let start = 10 + Int(bytes[8]) + 256 * Int(bytes[9])
  unsafe bytes.withUnsafeBytes { bytes in
    for i in 0..<count {
      unsafe result[i] = bytes.loadUnaligned(fromByteOffset: start + 8 * i, as: Double.self)
    }
  }
}

/// Shortest texts that read back as the same numbers, for the loop too: descriptions of numbers, appended to a buffer.
private func csvWritingJob(rows n: Int, columns p: Int) -> Job {
  Job(name: "CSV writing", size: "\(n)×\(p)") {
    let x = try Matrix(rows: n, columns: p, columnMajor: numbers(n * p, seed: 1))
    let table = try Table((0..<p).map { Table.Column("x\($0)", x[column: $0]) })
    let (file, other) = (TemporaryFile(), TemporaryFile())
    func readBack(_ file: TemporaryFile) -> [Double] {
      let size = try? file.url.resourceValues(forKeys: [.fileSizeKey]).fileSize
      return loopCSV(file.url.path, n, p, bytes: size ?? 0)
    }
    return Contest(
      ours: contestant(0, result: { _ in readBack(file) }) { _ in try table.write(csv: file.url) },
      loop: contestant([UInt8](), result: { _ in readBack(other) }) { text in
        text.removeAll(keepingCapacity: true)
        text += table.names.joined(separator: ",").utf8
        text.append(10)
        for i in 0..<n {
          for j in 0..<p {
            text += x.elements[i + j * n].description.utf8
            text.append(j + 1 < p ? 44 : 10)
          }
        }
        guard let output = unsafe fopen(other.url.path, "w") else { return }
        _ = unsafe fwrite(text, 1, text.count, output)
        unsafe fclose(output)
      }, tolerance: 0)
  }
}

/// The limit writes the same bytes to a file that is there.
private func arrayWritingJob(rows n: Int, columns p: Int) -> Job {
  Job(name: "npy writing", size: "\(n)×\(p)") {
    let x = try Matrix(rows: n, columns: p, columnMajor: numbers(n * p, seed: 1))
    let (file, other) = (TemporaryFile(), TemporaryFile())
    return Contest(
      ours: contestant(0, result: { _ in [] }) { _ in try NumPyArray(x).write(to: file.url) },
      raw: contestant(0, result: { _ in [] }) { _ in
        guard let output = unsafe fopen(other.url.path, "w") else { return }
        _ = unsafe fwrite(x.elements, 8, n * p, output)
        unsafe fclose(output)
      }, rawIsMemory: true)
  }
}
