import Foundation
import LinAlg
import TestSupport
import Testing

@testable import Tables

@Suite struct NumPyTests {
  static let folder = NetworkFileTests.reference.appending(path: "numpy")

  /// Files of NumPy's, from `Reference/arrays.py`: all types, orders and byte orders.
  @Test(arguments: ["C", "F", "Cbig", "Fbig"]) func types(_ order: String) throws {
    let positive: Matrix<Double> = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 120]]
    let signed = Matrix(rows: 3, columns: 4) { positive[$0, $1] * ($1 % 2 == 0 ? 1 : -1) }
    for type in ["f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"] {
      if order.hasSuffix("big") && type.hasSuffix("1") { continue }
      let url = Self.folder.appending(path: "\(order)\(type).npy")
      let expected = type.hasPrefix("u") ? positive : signed
      let array = try NumPyArray<Double>(contentsOf: url)
      #expect(array.shape == [3, 4] && array.matrix == expected)
      #expect(array.integers?.count == 12)
      let single = try NumPyArray<Float>(contentsOf: url).matrix
      #expect(single == Matrix<Float>(rows: 3, columns: 4) { Float(expected[$0, $1]) })
    }
  }

  @Test func otherShapes() throws {
    func read(_ name: String) throws -> NumPyArray<Double> {
      try NumPyArray(contentsOf: Self.folder.appending(path: name))
    }
    #expect(try read("bool.npy") == NumPyArray([1, 0, 1]))
    #expect(try read("vector.npy") == NumPyArray([0.1, -0.2, 1e300]))
    #expect(try read("vector.npy").integers == nil)
    #expect(try read("scalar.npy").shape == [] && read("scalar.npy").matrix == [[2.5]])
    #expect(try read("empty.npy").shape == [0, 3])
    for (name, reason) in [
      ("cube.npy", "3 dimensions"), ("complex.npy", "elements of type c16"),
      ("half.npy", "elements of type f2"), ("structure.npy", "elements that are structures"),
    ] {
      let path = Self.folder.appending(path: name).path
      #expect(throws: FileError.unsupported(path: path, reason: reason)) { try read(name) }
    }
  }

  @Test(arguments: ["plain.npz", "packed.npz"]) func archives(_ name: String) throws {
    let url = Self.folder.appending(path: name)
    let archive = try NumPyArchive<Double>(contentsOf: url)
    #expect(archive.arrays.keys.sorted() == ["x", "y"])
    #expect(archive.arrays["y"]?.integers == [0, 1, 2])
    #expect(archive.arrays["x"]?.matrix[2, 3] == 15)
    // Cut off, or changed anywhere: an error or the same arrays, where it was a byte that does not matter.
    let bytes = try [UInt8](Data(contentsOf: url))
    for i in 0..<bytes.count {
      #expect(throws: FileError.self) { try NumPyArchive<Double>(Array(bytes[..<i]), path: "cut") }
      var changed = bytes
      changed[i] ^= 0xFF
      if let read = try? NumPyArchive<Double>(changed, path: "changed") {
        for (name, array) in read.arrays where archive.arrays[name] != nil {
          #expect(array == archive.arrays[name])
        }
      }
    }
  }

  /// With LINALG_KEEP_ARRAYS=FOLDER the files stay, for `Reference/arrays.py --check FOLDER`.
  @Test func roundTrip() throws {
    let kept = ProcessInfo.processInfo.environment["LINALG_KEEP_ARRAYS"]
    let folder = try kept.map { URL(filePath: $0) } ?? NetworkFileTests.folder()
    defer { if kept == nil { try? FileManager.default.removeItem(at: folder) } }
    let values: Matrix<Double> = [[1.5, -2.25, .infinity], [0.1, 0x1p-1030, 3e300]]
    let single = Matrix<Float>(rows: 2, columns: 2) { Float(values[$0, $1]) }
    try NumPyArray(values).write(to: folder.appending(path: "matrix.npy"))
    try NumPyArray(values[row: 0]).write(to: folder.appending(path: "vector.npy"))
    try NumPyArray(single).write(to: folder.appending(path: "single.npy"))
    #expect(
      try NumPyArray<Double>(contentsOf: folder.appending(path: "matrix.npy")).matrix == values)
    #expect(try NumPyArray<Double>(contentsOf: folder.appending(path: "vector.npy")).shape == [3])
    #expect(
      try NumPyArray<Float>(contentsOf: folder.appending(path: "single.npy")).matrix == single)
    let archive = NumPyArchive(["a": NumPyArray(values), "b": NumPyArray(values[row: 1])])
    for (name, isCompressed) in [("arrays.npz", false), ("small.npz", true)] {
      let url = folder.appending(path: name)
      try archive.write(to: url, compressed: isCompressed)
      #expect(try NumPyArchive<Double>(contentsOf: url) == archive)
    }
    #expect(throws: FileError.self) {
      try archive.write(to: folder.appending(path: "none/arrays.npz"))
    }
    #expect(throws: FileError.self) {
      try NumPyArray(values).write(to: folder.appending(path: "none/matrix.npy"))
    }
  }

  /// Large arrays are read in parts on several threads: all of them, or of a file that ends within one what there is.
  @Test func largeArrays() throws {
    let folder = try NetworkFileTests.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "large.npy")
    let values = Matrix<Double>(rows: 1000, columns: 1600) { Double(1000 * $1 + $0) }
    try NumPyArray(values).write(to: url)
    try BLASRuntime.withThreads(3) {
      #expect(try NumPyArray<Double>(contentsOf: url).matrix == values)
      let expected = try Data(contentsOf: url)
      for size in [expected.count - 1, expected.count, 3 * expected.count / 2, 30 << 20] {
        let file = try InputFile(url)
        var bytes = [UInt8](repeating: 0, count: size)
        let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
        #expect(count == min(size, expected.count) && file.remaining == expected.count - count)
        #expect(Data(bytes[..<count]) == expected.prefix(count))
        #expect(try file.readAll().count == expected.count - count)
      }
    }
  }

  /// Of a pipe nobody knows how long it is, and there is no going to a place in it.
  @Test func pipes() async throws {
    let folder = try NetworkFileTests.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (file, pipe) = (folder.appending(path: "a.npy"), folder.appending(path: "pipe"))
    let values = Matrix<Double>(rows: 1000, columns: 100) { Double(1000 * $1 + $0) }
    try NumPyArray(values).write(to: file)
    let bytes = try Data(contentsOf: file)
    #expect(unsafe mkfifo(pipe.path, 0o600) == 0)
    // A reader that leaves early is an error of this test, not the end of all.
    _ = signal(SIGPIPE, SIG_IGN)
    async let written: Void = Task.detached {
      try FileHandle(forWritingTo: pipe).write(contentsOf: bytes)
    }.value
    let found = try await Task.detached { try NumPyArray<Double>(contentsOf: pipe).matrix }.value
    try await written
    #expect(found == values)
  }

  @Test func labelsThatWereRounded() throws {
    var header = NumPyHeader(type: .int64, isColumnMajor: false, shape: [2]).bytes
    for value in [16_777_217, 3] {
      header += (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    #expect(
      try NumPyArray<Double>(from: InputBytes(header, path: "x")).integers == [16_777_217, 3])
    #expect(try NumPyArray<Float>(from: InputBytes(header, path: "x")).integers == nil)
  }

  /// What cannot be held leaves the rest; an archive of nothing is a file all the same.
  @Test func partsOfArchives() throws {
    let mixed = try NumPyArchive<Double>(contentsOf: Self.folder.appending(path: "mixed.npz"))
    #expect(mixed.arrays.keys.sorted() == ["x"])
    #expect(mixed.skipped.keys.sorted() == ["cube", "names"])
    let folder = try NetworkFileTests.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "empty.npz")
    try Data("old".utf8).write(to: file)
    try NumPyArchive<Double>().write(to: file)
    #expect(try NumPyArchive<Double>(contentsOf: file).arrays.isEmpty)
  }

  @Test func damagedHeaders() throws {
    let whole = try [UInt8](Data(contentsOf: Self.folder.appending(path: "Cf8.npy")))
    func fails(_ bytes: [UInt8]) {
      #expect(throws: FileError.self) { try NumPyArray<Double>(from: InputBytes(bytes, path: "x")) }
    }
    for count in 0..<whole.count { fails(Array(whole[..<count])) }
    fails(whole + [0])
    func changed(_ old: String, _ new: String) -> [UInt8] {
      var bytes = whole
      let range = bytes.firstRange(of: Array(old.utf8))
      if let range { bytes.replaceSubrange(range, with: Array(new.utf8)) }
      #expect(range != nil && old.count == new.count)
      return bytes
    }
    fails(changed("(3, 4)", "(3, 5)"))
    fails(changed("(3, 4), }" + String(repeating: " ", count: 20), "(4294967296, 4294967296, 12),"))
    fails(changed("(3, 4), }" + String(repeating: " ", count: 20), "(99999999999999999999999999),"))
    for shape in ["(0, 4611686018427387904), }", "(4611686018427387904, 0), }"] {
      fails(changed("(3, 4), }" + String(repeating: " ", count: shape.count - 9), shape))
    }
    fails(changed("False", "Maybe"))
    fails(changed("<f8", "<f9"))
    fails(changed("descr", "dexcr"))
    var version = whole
    version[6] = 9
    fails(version)
  }
}
