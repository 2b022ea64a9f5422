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
    if let y = buffer.baseAddress {
      unsafe forEachSegmentPart(starts, x.count) { part, starts in
        let done = part.lowerBound == 0 ? 0 : ends[part.lowerBound - 1]
        unsafe ends.withUnsafeBufferPointer { ends in
          unsafe kernel(
            done, part.count, starts + part.lowerBound, ends.address + part.lowerBound, x, y)
        }
      }
      let end = ends.last ?? 0
      for i in end..<x.count { unsafe y[i] = function == .softmax ? 0 : -.infinity }
    }
  }
}

/// log Σ exp of each segment; −∞ for one that is empty or all −∞.
package func logSumExp<Element: Scalar>(
  starts: [Int], ends: [Int], _ x: [Element]
) -> [Element] {
  unsafe Array(count: starts.count) { buffer in
    if let y = buffer.baseAddress {
      unsafe forEachSegmentPart(starts, x.count) { part, starts in
        let first = part.lowerBound
        unsafe ends.withUnsafeBufferPointer { ends in
          unsafe Element._segmentLogSumExp(
            part.count, starts + first, ends.address + first, x, y + first)
        }
      }
    }
  }
}

/// Calls a function with each segment, on several threads where all have many elements together.
package func forEachSegment(
  starts: [Int], ends: [Int], elements: Int, _ body: (_ segment: Int, _ range: Range<Int>) -> Void
) {
  unsafe forEachSegmentPart(starts, elements) { part, _ in
    for k in part { body(k, starts[k]..<ends[k]) }
  }
}

private func forEachSegmentPart(
  _ starts: [Int], _ elements: Int, _ body: (Range<Int>, UnsafePointer<Int>) -> Void
) {
  unsafe starts.withUnsafeBufferPointer { buffer in
    let starts = unsafe buffer.address
    let average = buffer.isEmpty ? 0 : max(1, elements / buffer.count)
    BLASRuntime.forEachPart(of: buffer.count, size: average) { unsafe body($0, starts) }
  }
}
