/// Row numbers of two parts of the data, at random: one to fit, one to judge the fit by.
public struct TrainTestSplit: Hashable, Sendable {
  /// The rows to fit.
  public let train: [Int]
  /// The rows to judge by.
  public let test: [Int]

  /// Splits 0..<rows, with a share (rounded to whole rows) of them for the test.
  ///
  /// The same seed gives the same split. Throws `invalidArgument` unless 0 ≤ share ≤ 1 and 0 ≤ rows.
  public init(rows: Int, testShare: Double = 0.25, seed: UInt64) throws(ModelError) {
    guard rows >= 0 else {
      throw .invalidArgument("rows", allowed: "at least 0", found: Double(rows))
    }
    try self.init(groups: [Array(0..<rows)], testShare: testShare, seed: seed)
  }

  /// Splits the rows of each class alike, so that both parts have its share.
  public init<Label: ClassLabel>(
    stratifying labels: [Label], testShare: Double = 0.25, seed: UInt64
  ) throws(ModelError) {
    let index = LabelIndex(labels)
    var groups = index.classes.map { _ in [Int]() }
    for (row, k) in index.indices.enumerated() { groups[k].append(row) }
    try self.init(groups: groups, testShare: testShare, seed: seed)
  }

  private init(groups: [[Int]], testShare: Double, seed: UInt64) throws(ModelError) {
    guard testShare >= 0, testShare <= 1 else {
      throw .invalidArgument("testShare", allowed: "from 0 to 1", found: testShare)
    }
    var generator = SplitMix64(seed: seed)
    var isTested = [Bool](repeating: false, count: groups.reduce(0) { $0 + $1.count })
    for group in groups {
      let shuffled = group.shuffled(using: &generator)
      let count = Int((testShare * Double(group.count)).rounded())
      for row in shuffled[..<count] { isTested[row] = true }
    }
    train = isTested.indices.filter { !isTested[$0] }
    test = isTested.indices.filter { isTested[$0] }
  }
}

/// A small generator of random numbers whose sequence a seed determines (Steele, Lea & Flood 2014).
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable, Codable {
  private var state: UInt64

  /// The generator whose sequence begins at a seed.
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
