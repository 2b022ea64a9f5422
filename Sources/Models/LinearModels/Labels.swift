public import LinAlg

/// What can name a class: integers, strings, cases of an enumeration.
public typealias ClassLabel = Codable & Comparable & Hashable & Sendable

/// The classes of a list of labels, in order, and each label's index among them.
public struct LabelIndex<Label: ClassLabel>: Hashable, Sendable {
  /// The different labels, sorted.
  public let classes: [Label]
  /// The position in `classes` of each label of the list.
  public let indices: [Int]

  /// The index of a list of labels: O(n + K log K).
  public init(_ labels: [Label]) {
    let classes = Set(labels).sorted()
    let positions = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    self.classes = classes
    indices = labels.map { positions[$0, default: 0] }
  }
}

extension LabelIndex {
  /// The classes of the rows that count: one whose rows all have weight 0 is none.
  ///
  /// Throws `unknownLabel` for NaN, which does not even equal itself; `oneClass` for less than two.
  init(checking labels: [Label], _ weights: [Double]?) throws(ModelError) {
    if let row = labels.firstIndex(where: { $0 != $0 }) {
      throw .unknownLabel(row: row, label: "\(labels[row])")
    }
    let counted = weights.map { zip(labels, $0).filter { $0.1 > 0 }.map { $0.0 } }
    classes = Set(counted ?? labels).sorted()
    if classes.count < 2 { throw .oneClass }
    let positions = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    indices = labels.map { positions[$0, default: 0] }
  }
}

/// The indicator matrix of class indices: element (i, k) is 1 where `indices[i]` is k, else 0.
///
/// Throws: `unknownLabel` for an index outside 0..<classes, `invalidArgument` for a negative number of classes.
public func oneHot(_ indices: [Int], classes: Int) throws(ModelError) -> Matrix<Double> {
  try checkIndices(indices, classes: classes)
  var result = Matrix<Double>(rows: indices.count, columns: classes)
  for (row, k) in indices.enumerated() { result[row, k] = 1 }
  return result
}

/// Throws `unknownLabel` for an index outside 0..<classes, `invalidArgument` for a negative number of classes.
func checkIndices(_ indices: [Int], classes: Int) throws(ModelError) {
  guard classes >= 0 else {
    throw .invalidArgument("classes", allowed: "at least 0", found: Double(classes))
  }
  if let row = indices.firstIndex(where: { !(0..<classes).contains($0) }) {
    throw .unknownLabel(row: row, label: String(indices[row]))
  }
}
