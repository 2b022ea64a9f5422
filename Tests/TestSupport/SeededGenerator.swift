/// SplitMix64 (Steele, Lea, Flood 2014): a small generator whose sequence its seed fixes everywhere.
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// A generator at the start of its sequence.
  public init(_ seed: UInt64) { state = seed }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number uniform in [−1, 1), the same for Double and Float but for rounding.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-52 - 1
  }
}
