public import Models

/// The library's generator, with what tests need of it.
public typealias SeededGenerator = SplitMix64

extension SplitMix64 {
  /// A generator at the start of its sequence.
  public init(_ seed: UInt64) { self.init(seed: seed) }

  /// A number uniform in [−1, 1), the same for Double and Float but for rounding.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-52 - 1
  }
}
