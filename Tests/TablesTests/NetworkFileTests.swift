import Foundation
import LinAlg
import Models
import TestSupport
import Testing

@testable import Tables

@Suite struct NetworkFileTests {
  static let reference = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Reference")
  static let x: Matrix<Float> = [
    [0.5, -1, 0.25], [1.5, 0.75, -0.5], [-0.25, 2, 1], [0, -0.5, -1.5],
  ]
  static let network = MultilayerPerceptron<Float>(
    [.dense(5), .batchNormalization(), .activation(.tanh), .dense(4, .softmax)],
    optimizer: .adam(Adam(learningRate: 0.01)), batchSize: 2, epochs: 4,
    earlyStopping: EarlyStopping(patience: 50), seed: 7)

  static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "swift-linalg-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  static func outputs(_ name: String) throws -> Matrix<Float> {
    let rows = try JSONDecoder().decode(
      [[Float]].self, from: Data(contentsOf: reference.appending(path: name)))
    return try Matrix(rows)
  }

  /// The files load again, also after PyTorch's tensors have taken the place of ours, and training goes on.
  ///
  /// With LINALG_KEEP_NETWORK=NAME the files stay, for `Reference/network_files.py --check NAME`.
  @Test func saveAndLoad() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let name = folder.appending(path: "network")
    var short = Self.network
    short.epochs = 2
    let classes = [0, 1, 2, 3]
    let fit = try short.fit(Self.x, classes: classes)
    try fit.save(to: name)
    let loaded = try MultilayerPerceptron<Float>.Fitted(contentsOf: name)
    #expect(loaded == fit)
    let outputs = try fit.predict(Self.x)
    #expect(try loaded.predict(Self.x) == outputs)
    let whole = try Self.network.fit(Self.x, classes: classes)
    let rest = try Self.network.fit(Self.x, classes: classes, from: loaded.checkpoint)
    #expect(rest.parameters == whole.parameters)
    if let keep = ProcessInfo.processInfo.environment["LINALG_KEEP_NETWORK"] {
      try fit.save(to: URL(filePath: keep))
      let rows = (0..<outputs.rows).map { outputs[row: $0] }
      try JSONEncoder().encode(rows).write(to: URL(filePath: keep + ".outputs.json"))
    }

    // PyTorch's file in the place of ours.
    let arrays = name.appendingPathExtension("safetensors")
    try FileManager.default.removeItem(at: arrays)
    try FileManager.default.copyItem(
      at: Self.reference.appending(path: "torch.safetensors"), to: arrays)
    let torch = try MultilayerPerceptron<Float>.Fitted(contentsOf: name)
    let difference = try torch.predict(Self.x) - Self.outputs("torch.json")
    #expect(normInfinity(difference.elements) < 1e-6)
  }

  @Test func damagedNetworks() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let name = folder.appending(path: "network")
    let fit = try Self.network.fit(Self.x, classes: [0, 1, 2, 3])
    let arrays = name.appendingPathExtension("safetensors")
    typealias Fitted = MultilayerPerceptron<Float>.Fitted
    #expect(throws: FileError.self) { try Fitted(contentsOf: name) }
    try fit.save(to: name)
    // Another shape.
    var tensors = try Safetensors(contentsOf: arrays)
    tensors.tensors["0.weight"] = Safetensors.Tensor(
      [Float](repeating: 0, count: 15), shape: [3, 5])
    try tensors.write(to: arrays)
    #expect(throws: FileError.self) { try Fitted(contentsOf: name) }
    // A name that is missing, integers, another architecture, another version, no JSON.
    tensors.tensors["0.weight"] = nil
    try tensors.write(to: arrays)
    #expect(throws: FileError.self) { try Fitted(contentsOf: name) }
    try fit.save(to: name)
    let json = name.appendingPathExtension("json")
    let text = try String(contentsOf: json, encoding: .utf8)
    for (old, new) in [
      ("\"inputs\" : 3,\n  \"network\"", "\"inputs\" : 4,\n  \"network\""), ("{", "["),
    ] {
      let changed = text.replacingOccurrences(of: old, with: new)
      #expect(changed != text)
      try Data(changed.utf8).write(to: json)
      #expect(throws: FileError.self) { try Fitted(contentsOf: name) }
    }
    let other = text.replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 2")
    try Data(other.utf8).write(to: json)
    #expect(throws: ModelError.unknownVersion(2)) { try Fitted(contentsOf: name) }
    // Nowhere to write.
    #expect(throws: FileError.self) { try fit.save(to: URL(filePath: "/nowhere/at/all")) }
  }

  // MARK: The format

  @Test func arraysRoundTrip() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "a.safetensors")
    let doubles: [Double] = [
      0.1, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, -0.0, 3,
    ]
    let floats: [Float] = [0.1, -7, .ulpOfOne]
    let written = Safetensors(
      [
        "d": .init(doubles, shape: [2, 3]), "f": .init(floats, shape: [3]),
        "none": .init([Float](), shape: [0, 4]),
      ], metadata: ["format": "pt"])
    try written.write(to: file)
    let read = try Safetensors(contentsOf: file)
    #expect(read.tensors == written.tensors && read.metadata == written.metadata)
    #expect(read.tensors["d"]?.values?.map(\.bitPattern) == doubles.map(\.bitPattern))
    #expect(read.tensors["f"]?.values == floats.map { Double($0) })
    #expect(read.tensors["f"]?.shape == [3] && read.tensors["none"]?.values == [])
    let names = try Safetensors(contentsOf: Self.reference.appending(path: "torch.safetensors"))
    #expect(names.tensors["1.num_batches_tracked"]?.type == "I64")
    #expect(names.tensors["1.num_batches_tracked"]?.values == nil)
    #expect(names.tensors["0.weight"]?.shape == [5, 3])
  }

  static func file(_ header: String, _ count: Int, length: UInt64? = nil) -> Data {
    var data = Data()
    let size = length ?? UInt64(header.utf8.count)
    for k in 0..<8 { data.append(UInt8(truncatingIfNeeded: size >> (8 * k))) }
    return data + Data(header.utf8) + Data(count: count)
  }

  @Test(
    arguments: [
      ("empty", Data()), ("short", Data([1, 2, 3])),
      ("length beyond the file", file("{}", 0, length: 1000)),
      ("the longest length", file("{}", 0, length: .max)), ("no JSON", file("hello", 0)),
      ("an array", file("[]", 0)),
      ("unknown type", file(#"{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}"#, 4)),
      ("negative shape", file(#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4)),
      (
        "shape that overflows",
        file(#"{"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,4]}}"#, 4)
      ),
      ("offsets beyond", file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4)),
      ("offsets backwards", file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4)),
      ("one offset", file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}"#, 4)),
      ("wrong size", file(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8)),
      ("a gap", file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8)),
      ("bytes left", file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 9)),
      (
        "an overlap",
        file(
          #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
          4)
      ),
      ("metadata of another name", file(#"{"meta":{"a":"b"}}"#, 0)),
    ] as [(String, Data)])
  func malformed(_ what: String, _ data: Data) {
    #expect(throws: Safetensors.Malformed.self, "\(what)") { try Safetensors(data) }
  }

  /// No prefix of a file is a file.
  @Test func truncated() throws {
    let whole = try Data(contentsOf: Self.reference.appending(path: "torch.safetensors"))
    #expect(throws: Never.self) { try Safetensors(whole) }
    for count in 0..<whole.count {
      #expect(throws: Safetensors.Malformed.self) { try Safetensors(whole.prefix(count)) }
    }
  }
}
