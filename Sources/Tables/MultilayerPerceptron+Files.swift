public import Foundation
import LinAlg
public import Models

extension MultilayerPerceptron.Fitted {
  /// Saves the network: NAME.json with its architecture, NAME.safetensors with its arrays, and NAME.training.safetensors
  /// with what it takes to go on with the training.
  ///
  /// The arrays have the names and shapes of PyTorch: `load_state_dict(load_file("NAME.safetensors"))` of a `Sequential` of
  /// the same layers, activations counted, takes them. Each file is replaced when it is written whole.
  public func save(to url: URL) throws {
    var arrays = Safetensors(metadata: ["format": "pt"])
    for array in try namedArrays() {
      arrays.tensors[array.name] = Self.tensor(array.elements, shape: array.shape)
    }
    var training = Safetensors()
    let state = checkpoint
    for (name, values) in [
      ("parameters", state.parameters), ("running", state.running), ("first", state.first),
      ("second", state.second), ("best.parameters", state.best?.parameters ?? []),
      ("best.running", state.best?.running ?? []),
    ] {
      training.tensors[name] = Self.tensor(values, shape: [values.count])
    }
    // The arrays are in their own files.
    var bare = self
    (bare.parameters, bare.runningStatistics) = ([], [])
    (bare.checkpoint.parameters, bare.checkpoint.running) = ([], [])
    (bare.checkpoint.first, bare.checkpoint.second) = ([], [])
    bare.checkpoint.best?.parameters = []
    bare.checkpoint.best?.running = []
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let json = try encoder.encode(bare)
    try arrays.write(to: url.appendingPathExtension("safetensors"))
    try training.write(to: url.appendingPathExtension("training.safetensors"))
    try OutputFile.write(to: url.appendingPathExtension("json")) { (file) throws(FileError) in
      try file.write(json)
    }
  }

  /// Loads a network that was saved; also one whose NAME.safetensors PyTorch has written since.
  ///
  /// Throws: `FileError` for files that are missing, damaged or of another network; `ModelError.unknownVersion`.
  public init(contentsOf url: URL) throws {
    let file = url.appendingPathExtension("json")
    let json = Data(try InputFile(file).readAll())
    do {
      self = try JSONDecoder().decode(Self.self, from: json)
    } catch let error as ModelError {
      throw error
    } catch {
      throw FileError.malformed(path: file.path, reason: "not a network: \(error)")
    }
    let training = url.appendingPathExtension("training.safetensors")
    let state = try Safetensors(contentsOf: training)
    func values(_ name: String) throws -> [Element] {
      guard let found = state.tensors[name]?.values else {
        throw FileError.malformed(path: training.path, reason: "there is no array \(name)")
      }
      return found.map { Element($0) }
    }
    checkpoint.parameters = try values("parameters")
    checkpoint.running = try values("running")
    checkpoint.first = try values("first")
    checkpoint.second = try values("second")
    checkpoint.best?.parameters = try values("best.parameters")
    checkpoint.best?.running = try values("best.running")
    // The right numbers of elements; their values follow.
    (parameters, runningStatistics) = (checkpoint.parameters, checkpoint.running)
    let arrays = url.appendingPathExtension("safetensors")
    let tensors = try Safetensors(contentsOf: arrays).tensors
    do {
      try take { name, shape in
        guard let tensor = tensors[name], let values = tensor.values, tensor.shape == shape else {
          let found = tensors[name].map { "\($0.type) \($0.shape)" } ?? "nothing"
          throw FileError.malformed(
            path: arrays.path, reason: "\(name) must have shape \(shape), found \(found)")
        }
        let elements = values.map { Element($0) }
        let isVariance = name.hasSuffix(".running_var")
        guard elements.allSatisfy({ $0.isFinite && (!isVariance || $0 >= 0) }) else {
          throw FileError.malformed(path: arrays.path, reason: "\(name) has a value out of range")
        }
        return elements
      }
      try checkCheckpoint()
    } catch let error as ModelError {
      throw FileError.malformed(path: url.path, reason: error.description)
    }
  }

  private static func tensor(_ values: [Element], shape: [Int]) -> Safetensors.Tensor {
    if let values = values as? [Float] { return Safetensors.Tensor(values, shape: shape) }
    return Safetensors.Tensor(values.map { Double($0) }, shape: shape)
  }
}
