// Softmax and its kin over segments of an array, behind Models' SegmentedSoftmax: segment k holds the elements
// starts[k]..<ends[k], which ascend without overlap within the array. The caller has checked that.

/// What is computed of each segment.
package enum SegmentFunction {
  /// exp(xⱼ) / Σ exp(xₖ); 0 for elements outside segments, and in a segment that is all −∞.
  case softmax
  /// xⱼ − log Σ exp(xₖ); −∞ for those.
  case logSoftmax
}

/// A function of the segments of x, each element in its place.
package func map<Element: Scalar>(
  _ function: SegmentFunction, starts: [Int], ends: [Int], _ x: [Element]
) -> [Element] {
  let kernel =
    switch function {
    case .softmax: unsafe Element._segmentSoftmax
    case .logSoftmax: unsafe Element._segmentLogSoftmax
    }
  return unsafe Array(count: x.count) { buffer in
    guard let y = buffer.baseAddress else { return }
    unsafe forEachSegmentPart(starts, ends, x.count) { part, done, starts, ends in
      unsafe kernel(done, part.count, starts, ends, x, y)
    }
    let end = ends.last ?? 0
    unsafe (y + end).update(
      repeating: function == .softmax ? 0 : -.infinity, count: x.count - end)
  }
}

/// log Σ exp of each segment; −∞ for one that is empty or all −∞.
package func logSumExp<Element: Scalar>(
  starts: [Int], ends: [Int], _ x: [Element]
) -> [Element] {
  unsafe Array(count: starts.count) { buffer in
    if let y = buffer.baseAddress {
      unsafe forEachSegmentPart(starts, ends, x.count) { part, _, starts, ends in
        unsafe Element._segmentLogSumExp(part.count, starts, ends, x, y + part.lowerBound)
      }
    }
  }
}

/// What a gradient goes back through, from the softmax p of segments.
package enum SegmentGradient<Element: Scalar> {
  /// p (g − Σ p g), 0 where p is, with g for each element.
  case softmax([Element])
  /// f (g − p Σ g), 0 where p is 0 in all of a segment, with g for each element and f, or 1, for each segment.
  case logSoftmax([Element], factors: [Element]?)
  /// f p, 0 where p is, with f for each segment.
  case logSumExp(factors: [Element])
  /// f (p − [label]), 0 where p is 0 in all of a segment, with f and a label, counted from its beginning, for each segment.
  case crossEntropy(labels: [Int], factors: [Element])
}

/// p becomes the gradient; elements outside segments become 0.
package func pullBack<Element: Scalar>(
  _ gradient: SegmentGradient<Element>, starts: [Int], ends: [Int], _ p: inout [Element]
) {
  let count = p.count
  unsafe p.withUnsafeMutableBufferPointer { p in
    guard let p = p.baseAddress else { return }
    unsafe pullBack(gradient, starts: starts, ends: ends, count, p, into: p)
  }
}

/// The gradient; 0 for elements outside segments.
package func pulledBack<Element: Scalar>(
  _ gradient: SegmentGradient<Element>, starts: [Int], ends: [Int], _ p: [Element]
) -> [Element] {
  unsafe Array(count: p.count) { y in
    guard let y = y.baseAddress else { return }
    unsafe pullBack(gradient, starts: starts, ends: ends, p.count, p, into: y)
  }
}

private func pullBack<Element: Scalar>(
  _ gradient: SegmentGradient<Element>, starts: [Int], ends: [Int], _ count: Int,
  _ p: UnsafePointer<Element>, into y: UnsafeMutablePointer<Element>
) {
  unsafe forEachSegmentPart(starts, ends, count) { part, done, starts, ends in
    let (n, k) = (part.count, part.lowerBound)
    switch gradient {
    case .softmax(let g):
      unsafe Element._segmentSoftmaxGradient(done, n, starts, ends, p, g, y)
    case .logSoftmax(let g, factors: nil):
      unsafe Element._segmentLogSoftmaxGradient(done, n, starts, ends, p, g, nil, y)
    case .logSoftmax(let g, let factors?):
      unsafe factors.withUnsafeBufferPointer { f in
        unsafe Element._segmentLogSoftmaxGradient(done, n, starts, ends, p, g, f.address + k, y)
      }
    case .logSumExp(let factors):
      unsafe factors.withUnsafeBufferPointer { f in
        unsafe Element._segmentLogSumExpGradient(done, n, starts, ends, p, f.address + k, y)
      }
    case .crossEntropy(let labels, let factors):
      unsafe factors.withUnsafeBufferPointer { f in
        unsafe labels.withUnsafeBufferPointer { labels in
          unsafe Element._segmentLabelGradient(
            done, n, starts, ends, p, labels.address + k, f.address + k, y)
        }
      }
    }
  }
  let end = ends.last ?? 0
  unsafe (y + end).update(repeating: 0, count: count - end)
}

/// Calls a function with each segment, on several threads where all have many elements together.
package func forEachSegment(
  starts: [Int], ends: [Int], elements: Int, _ body: (_ segment: Int, _ range: Range<Int>) -> Void
) {
  unsafe forEachSegmentPart(starts, ends, elements) { part, _, _, _ in
    for k in part { body(k, starts[k]..<ends[k]) }
  }
}

/// Calls a function with segments that a thread takes, where the one before them ends, and the bounds from the first of them on.
private func forEachSegmentPart(
  _ starts: [Int], _ ends: [Int], _ elements: Int,
  _ body: (Range<Int>, _ done: Int, UnsafePointer<Int>, UnsafePointer<Int>) -> Void
) {
  let count = starts.count
  let average = count == 0 ? 0 : max(1, elements / count)
  unsafe starts.withUnsafeBufferPointer { starts in
    unsafe ends.withUnsafeBufferPointer { ends in
      let (starts, ends) = unsafe (starts.address, ends.address)
      BLASRuntime.forEachPart(of: count, size: average) { part in
        let first = part.lowerBound
        unsafe body(part, first == 0 ? 0 : ends[first - 1], starts + first, ends + first)
      }
    }
  }
}
