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
    let (labels, places) = Self.distinct(labels)
    self.init(labels, places, isCounted: Array(repeating: true, count: labels.count))
  }

  /// The classes of the rows that count: one whose rows all have weight 0 is none.
  ///
  /// Throws `unknownLabel` for NaN, which does not even equal itself; `oneClass` for less than two.
  init(checking labels: [Label], _ weights: [Double]?) throws(ModelError) {
    let (labels, places) = Self.distinct(labels)
    if let k = labels.firstIndex(where: { $0 != $0 }) {
      throw .unknownLabel(row: places.firstIndex(of: k) ?? 0, label: "\(labels[k])")
    }
    var isCounted = [Bool](repeating: weights == nil, count: labels.count)
    if let weights {
      for (place, weight) in zip(places, weights) where weight > 0 { isCounted[place] = true }
    }
    self.init(labels, places, isCounted: isCounted)
    if classes.count < 2 { throw .oneClass }
  }

  /// Labels of classes that do not count have the index 0.
  private init(_ labels: [Label], _ places: [Int], isCounted: [Bool]) {
    let order = labels.indices.filter { isCounted[$0] }.sorted { labels[$0] < labels[$1] }
    var ranks = [Int](repeating: 0, count: labels.count)
    for (rank, place) in order.enumerated() { ranks[place] = rank }
    classes = order.map { labels[$0] }
    indices = places.map { ranks[$0] }
  }

  /// The different labels, in the order in which they first appear, and the place of each label among them.
  @specialized(where Label == Int)
  @specialized(where Label == String)
  private static func distinct(_ labels: [Label]) -> (labels: [Label], places: [Int]) {
    var known: [Label: Int] = [:]
    var found: [Label] = []
    var places = [Int](repeating: 0, count: labels.count)
    for i in labels.indices {
      if let place = known[labels[i]] {
        places[i] = place
      } else {
        places[i] = found.count
        // Not what does not equal itself: it would never be found, and searched for in all of its kind.
        if labels[i] == labels[i] { known[labels[i]] = found.count }
        found.append(labels[i])
      }
    }
    return (found, places)
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
