// The recurrence y[i] = y[i − 1] + w[i] (s[i] − y[i − 1]) behind Models' TimeVaryingFilter, and those of any order.
// Lengths are the caller's to check.

/// How the first-order recurrence is computed.
package enum RecurrenceMethod {
  /// One step after the other.
  case loop
  /// As an associative scan over the maps y ↦ (1 − w) y + w s, with vectors.
  case scan
}

/// Writes the recurrence to `output`, which is made anew unless it has the right length.
///
/// Without a state y[0] = s[0].
package func recur<Element: Scalar>(
  _ method: RecurrenceMethod, _ weights: [Element], _ signal: [Element], from state: Element?,
  into output: inout [Element]
) {
  let n = signal.count
  if n == 0 { return output = [] }
  unsafe weights.withUnsafeBufferPointer { w in
    unsafe signal.withUnsafeBufferPointer { s in
      unsafe output.overwrite(count: n) { y in
        unsafe recur(method, n, w.baseAddress!, s.baseAddress!, from: state, y)
      }
    }
  }
}

/// The recurrence over each column; large ones are shared among threads.
package func recur<Element: Scalar>(
  _ method: RecurrenceMethod, _ weights: [Element], _ channels: Matrix<Element>,
  from states: [Element]?, into output: inout Matrix<Element>
) {
  let n = channels.rows
  if channels.isEmpty { return output = channels }
  unsafe output.overwrite(rows: n, columns: channels.columns) { y in
    unsafe weights.withUnsafeBufferPointer { w in
      unsafe channels.withUnsafeBufferPointer { s in
        let (w, s) = (w.baseAddress!, s.baseAddress!)
        if method == .scan, channels.columns < BLASRuntime.threads, n > Element._scanCached {
          for c in 0..<channels.columns {
            unsafe recur(.scan, n, w, s + c * n, from: states?[c], y + c * n)
          }
          return
        }
        // As many channels together as a vector has lanes, if that leaves enough for all threads.
        let (count, lanes) = (channels.columns, 64 / MemoryLayout<Element>.size)
        let width = min(lanes, (count + BLASRuntime.threads - 1) / BLASRuntime.threads)
        BLASRuntime.forEachPart(of: (count + width - 1) / width, size: n * width) { part in
          let part = part.lowerBound * width..<min(count, part.upperBound * width)
          switch method {
          case .loop:
            for c in part {
              _ = unsafe recur(.loop, n, w, s + c * n, from: states?[c], y + c * n)
            }
          case .scan:
            let first = part.lowerBound * n
            var last: [Element]
            var skipped = 0
            if let states {
              last = Array(states[part])
            } else {
              // The first samples are the first outputs.
              last = part.map { unsafe s[$0 * n] }
              skipped = 1
              for c in part { unsafe y[c * n] = s[c * n] }
            }
            unsafe Element._filterChannels(
              n - skipped, part.count, w + skipped, s + first + skipped, n, y + first + skipped, n,
              &last)
          }
        }
      }
    }
  }
}

/// λ[i] = g[i] + (1 − w[i + 1]) λ[i + 1], backwards: the adjoint of the recurrence.
package func recurBackwards<Element: Scalar>(
  _ weights: [Element], _ gradient: Matrix<Element>
) -> Matrix<Element> {
  let n = gradient.rows
  if gradient.isEmpty { return gradient }
  return unsafe Matrix(rows: n, columns: gradient.columns) { output in
    let target = output.baseAddress!
    unsafe weights.withUnsafeBufferPointer { w in
      unsafe gradient.withUnsafeBufferPointer { g in
        let (w, g) = (w.baseAddress!, g.baseAddress!)
        BLASRuntime.forEachPart(of: gradient.columns, size: n) { part in
          for c in part {
            let (source, target) = unsafe (g + c * n, target + c * n)
            unsafe target[n - 1] = source[n - 1]
            _ = unsafe Element._adjointScan(n - 1, w + 1, source, target, source[n - 1])
          }
        }
      }
    }
  }
}

/// y[i] = Σₖ b[i, k] x[i − k] + Σⱼ a[i, j] y[i − 1 − j] for each column of x, with a column of a and b for each
/// lag; what lies before the beginning comes from the newest to the oldest.
package func recur<Element: Scalar>(
  feedback a: Matrix<Element>, feedforward b: Matrix<Element>, _ x: Matrix<Element>,
  pastInputs: [[Element]], pastOutputs: [[Element]], into output: inout Matrix<Element>
) {
  let n = x.rows
  if x.isEmpty { return output = x }
  unsafe output.overwrite(rows: n, columns: x.columns) { target in
    unsafe x.withUnsafeBufferPointer { source in
      let source = source.baseAddress!
      BLASRuntime.forEachPart(of: x.columns, size: n * (a.columns + b.columns)) { part in
        for c in part {
          unsafe Element._recursiveFilter(
            n, a.columns, b.columns - 1, a.storage, n, b.storage, n, source + c * n,
            pastInputs[c], pastOutputs[c], target + c * n)
        }
      }
    }
  }
}

private func recur<Element: Scalar>(
  _ method: RecurrenceMethod, _ n: Int, _ w: UnsafePointer<Element>, _ s: UnsafePointer<Element>,
  from state: Element?, _ y: UnsafeMutablePointer<Element>
) {
  guard let state else {
    let first = unsafe s[0]
    unsafe y[0] = first
    return unsafe recur(method, n - 1, w + 1, s + 1, from: first, y + 1)
  }
  switch method {
  case .loop: _ = unsafe Element._filterLoop(n, w, s, y, state)
  case .scan: unsafe scan(n, w, s, from: state, y)
  }
}

/// The scan of a signal: of one that caches do not hold in blocks that threads take in turn.
///
/// A block's maps are composed to one first, which says where the next block begins before this one's outputs are there. Where a
/// thread loses its processor to other programs, the rest is done alone.
@specialized(where Element == Double)
@specialized(where Element == Float)
private func scan<Element: Scalar>(
  _ n: Int, _ w: UnsafePointer<Element>, _ s: UnsafePointer<Element>, from state: Element,
  _ y: UnsafeMutablePointer<Element>
) {
  let threads = n > Element._scanCached ? BLASRuntime.threads : 1
  if threads == 1 {
    _ = unsafe Element._filterScan(n, w, s, y, state)
    return
  }
  let length = Element._scanBlock
  let count = (n + length - 1) / length
  // The first block of each thread in which an output overflows.
  var overflows = Array(repeating: count, count: threads)
  // How many blocks have had their turn, and where the next one begins.
  var next = (block: 0, start: state)
  unsafe overflows.withUnsafeMutableBufferPointer { overflows in
    unsafe withUnsafeMutablePointer(to: &next) { next in
      BLASRuntime.inTeam(isLarge: true) { member in
        if member.count == 1 { return }
        var isAlone = false
        member.forEachLeft(of: count) { block in
          if isAlone { return }
          let i = block * length
          // Asks for what this thread will take next, if none is late.
          func outputs(from start: Element) -> Element {
            unsafe Element._filterStream(
              min(length, n - i), member.count * length, w + i, s + i, y + i, start)
          }
          let map = unsafe i + length < n ? BlockMap(w + i, s + i) : nil
          var start: Element?
          let hadTurn = member.inTurn(block) {
            if let end = unsafe map?.end(from: next.pointee.start) {
              start = unsafe next.pointee.start
              unsafe next.pointee.start = end
            } else {
              unsafe next.pointee.start = outputs(from: next.pointee.start)
            }
            unsafe next.pointee.block = block + 1
          }
          isAlone = !hadTurn
          if let start, !outputs(from: start).isFinite {
            unsafe overflows[member.index] = min(overflows[member.index], block)
          }
        }
      }
    }
  }
  // What had no turn; and from an overflow on all, since what is not finite stays so, but the next block began with what is.
  let i = overflows.reduce(next.block, min) * length
  if i < n { _ = unsafe Element._filterScan(n - i, w + i, s + i, y + i, i > 0 ? y[i - 1] : state) }
}

/// The map from the state before a block to its last output.
private struct BlockMap<Element: Scalar> {
  private var product: Element = 0
  private var sum: Element = 0
  private var largestInput: Element = 0

  init(_ w: UnsafePointer<Element>, _ s: UnsafePointer<Element>) {
    unsafe Element._filterMap(w, s, &product, &sum, &largestInput)
  }

  /// The last output, nil where it may not be as accurate as that of the loop.
  func end(from start: Element) -> Element? {
    let end = product * start + sum
    // Below the normal numbers products lose at most the least of these each, times an input or the start. Of these losses there
    // are at most 4 n²: less than eps of what is left, unless that is very little of much.
    let n = Element(Element._scanBlock)
    let largest = max(start.magnitude, largestInput)
    let losses = 4 * n * n * (.leastNormalMagnitude / .ulpOfOne) * largest
    return end.isFinite && (product.isNormal || end.magnitude >= losses) ? end : nil
  }
}

extension Array where Element: Scalar {
  /// Calls a function that sets all elements: in this memory if there are as many, else in new memory.
  fileprivate mutating func overwrite(
    count: Int, _ body: (UnsafeMutablePointer<Element>) -> Void
  ) {
    if self.count == count {
      unsafe withUnsafeMutableBufferPointer { unsafe body($0.baseAddress!) }
    } else {
      self = unsafe Array(count: count) { unsafe body($0.baseAddress!) }
    }
  }
}

extension Matrix {
  /// The same for a matrix of a shape.
  fileprivate mutating func overwrite(
    rows: Int, columns: Int, _ body: (UnsafeMutablePointer<Element>) -> Void
  ) {
    var memory = storage
    storage = []
    unsafe memory.overwrite(count: rows * columns, body)
    self = Self(rows: rows, columns: columns, storage: memory)
  }
}
