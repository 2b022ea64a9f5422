/// The version of the format in which fitted models are written.
///
/// It is the number 1 in encoded models; decoding another one throws `ModelError.unknownVersion`.
struct FormatVersion: Hashable, Sendable, Codable {
  private static let current = 1

  init() {}

  init(from decoder: any Decoder) throws {
    let version = try decoder.singleValueContainer().decode(Int.self)
    if version != Self.current { throw ModelError.unknownVersion(version) }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Self.current)
  }
}
