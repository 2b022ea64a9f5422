// The recurrence y[i] = y[i − 1] + w[i] (s[i] − y[i − 1]) behind Models' TimeVaryingFilter.
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

/// Writes the gradients of a loss with respect to inputs and weights, the latter summed over the columns, from that with respect to
/// the outputs, g: wᵢ λᵢ and Σ λᵢ (sᵢ − yᵢ₋₁) with λᵢ = gᵢ + (1 − wᵢ₊₁) λᵢ₊₁, backwards.
///
/// In the first row they are λ₀ and 0: the rest is the caller's. Returns λ₀ of each column, NaN where another gradient is not
/// finite. Large ones are shared among threads. No matrix may be empty but those that are written, which are made anew unless they
/// have the right shape.
@specialized(where Element == Double)
@specialized(where Element == Float)
package func recurBackwards<Element: Scalar>(
  _ weights: [Element], _ gradient: Matrix<Element>, inputs: Matrix<Element>,
  outputs: Matrix<Element>, byInput: inout Matrix<Element>, byWeight: inout [Element]
) -> [Element] {
  let (n, columns) = (gradient.rows, gradient.columns)
  // Threads share a long column, or each takes some: then each adds up weights' gradients of its own.
  let isOneByOne = columns == 1 || columns < BLASRuntime.threads && n > Element._scanCached
  let isLarge = !isOneByOne && columns * n >= BLASRuntime.threadedElements
  let parts = isLarge ? min(columns, BLASRuntime.threads) : 1
  var first = [Element](repeating: 0, count: columns)
  func columnByColumn(
    _ target: UnsafeMutablePointer<Element>, _ sums: UnsafeMutablePointer<Element>
  ) {
    unsafe weights.withUnsafeBufferPointer { w in
      unsafe gradient.withUnsafeBufferPointer { g in
        unsafe inputs.withUnsafeBufferPointer { s in
          unsafe outputs.withUnsafeBufferPointer { y in
            unsafe first.withUnsafeMutableBufferPointer { first in
              let (w, g) = (w.baseAddress!, g.baseAddress!)
              let (s, y) = (s.baseAddress!, y.baseAddress!)
              BLASRuntime.concurrently(parts) { part in
                let own = columns * part / parts..<columns * (part + 1) / parts
                for c in own {
                  let at = c * n
                  unsafe first[c] = recurBackwards(
                    n, w, g + at, s + at, y + at, target + at, sums + part * n,
                    adds: c > own.lowerBound)
                }
              }
            }
          }
        }
      }
    }
  }
  unsafe byInput.overwrite(rows: n, columns: columns) { target in
    if parts == 1 {
      unsafe byWeight.overwrite(count: n) { sums in unsafe columnByColumn(target, sums) }
    } else {
      let sums = unsafe Matrix(rows: n, columns: parts) { sums in
        unsafe columnByColumn(target, sums.baseAddress!)
      }
      byWeight = sums.rowSums()
    }
  }
  if parts > 1, !normInfinity(byWeight).isFinite { first[0] = .nan }
  return first
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

/// The scan of a signal; threads share one that caches do not hold.
@specialized(where Element == Double)
@specialized(where Element == Float)
private func scan<Element: Scalar>(
  _ n: Int, _ w: UnsafePointer<Element>, _ s: UnsafePointer<Element>, from state: Element,
  _ y: UnsafeMutablePointer<Element>
) {
  var i = 0
  if n > Element._scanCached && BLASRuntime.threads > 1 {
    let length = Element._scanBlock
    let blocks = scanBlocks(
      (n + length - 1) / length, from: state,
      map: { block in
        let i = block * length
        return unsafe i + length < n ? BlockMap(w + i, s + i, isBackward: false) : nil
      },
      outputs: { block, start, members in
        let i = block * length
        // Asks for what this thread will take next, if none is late.
        return unsafe Element._filterStream(
          min(length, n - i), members * length, w + i, s + i, y + i, start)
      })
    // From an overflow on all anew: what is not finite stays so, but the next block began with what is.
    i = min(n, min(blocks.done, blocks.overflow ?? blocks.done) * length)
  }
  if i < n { _ = unsafe Element._filterScan(n - i, w + i, s + i, y + i, i > 0 ? y[i - 1] : state) }
}

/// One column of the other `recurBackwards`: returns λ₀, NaN where another gradient is not finite.
@specialized(where Element == Double)
@specialized(where Element == Float)
private func recurBackwards<Element: Scalar>(
  _ n: Int, _ w: UnsafePointer<Element>, _ g: UnsafePointer<Element>, _ s: UnsafePointer<Element>,
  _ y: UnsafePointer<Element>, _ byInput: UnsafeMutablePointer<Element>,
  _ byWeight: UnsafeMutablePointer<Element>, adds: Bool
) -> Element {
  let last = n - 1
  var adjoint = unsafe g[last]
  if n > 1 {
    // Behind the last output there is none.
    unsafe byInput[last] = w[last] * adjoint
    unsafe byWeight[last] = adjoint * (s[last] - y[last - 1]) + (adds ? byWeight[last] : 0)
    let fault = unsafe (byInput[last] - byInput[last]) + (byWeight[last] - byWeight[last])
    /// Rows first..<end from the adjoint of the next one.
    func rows(_ first: Int, _ end: Int, from next: Element) -> Element {
      unsafe Element._filterGradients(
        adds, end - first, w + first, g + first, s + first, y + first - 1, next, byInput + first,
        byWeight + first)
    }
    var end = last
    if n >= BLASRuntime.threadedElements && BLASRuntime.threads > 1 {
      let length = Element._scanBlock
      let blocks = scanBlocks(
        (last - 1 + length - 1) / length, from: adjoint,
        map: { block in
          let first = last - (block + 1) * length
          return unsafe first > 1 ? BlockMap(w + first + 1, g + first, isBackward: true) : nil
        },
        outputs: { block, start, _ in
          rows(max(1, last - (block + 1) * length), last - block * length, from: start)
        })
      end = max(1, last - blocks.done * length)
      adjoint = blocks.overflow == nil ? blocks.end : .nan
    }
    adjoint = rows(1, end, from: adjoint) + fault
    adjoint = unsafe g[0] + (1 - w[1]) * adjoint
  }
  unsafe byInput[0] = adjoint
  if !adds { unsafe byWeight[0] = 0 }
  return adjoint
}

extension Array where Element: Scalar {
  /// Calls a function that sets all elements: in this memory if there are as many, else in new memory.
  mutating func overwrite(count: Int, _ body: (UnsafeMutablePointer<Element>) -> Void) {
    if self.count == count && count > 0 {
      unsafe withUnsafeMutableBufferPointer { unsafe body($0.baseAddress!) }
    } else {
      self = unsafe Array(count: count) { unsafe body($0.baseAddress!) }
    }
  }
}

extension Matrix {
  /// The same for a matrix of a shape.
  mutating func overwrite(
    rows: Int, columns: Int, _ body: (UnsafeMutablePointer<Element>) -> Void
  ) {
    var memory = storage
    storage = []
    unsafe memory.overwrite(count: rows * columns, body)
    self = Self(rows: rows, columns: columns, storage: memory)
  }
}
