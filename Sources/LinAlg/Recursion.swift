// Recurrences of any order, behind Models' TimeVaryingRecursiveFilter. Lengths are the caller's to check.

/// y[i] = Σₖ b[i, k] x[i − k] + Σⱼ a[i, j] y[i − 1 − j] for each column of x, with a column of a and b for each
/// lag; what lies before the beginning comes from the newest to the oldest.
///
/// Threads take columns, or share a single one that caches do not hold, block by block: the second sums wait for each other, all else does
/// not.
@specialized(where Element == Double)
@specialized(where Element == Float)
package func recur<Element: Scalar>(
  feedback a: Matrix<Element>, feedforward b: Matrix<Element>, _ x: Matrix<Element>,
  pastInputs: [[Element]], pastOutputs: [[Element]], into output: inout Matrix<Element>
) {
  let (n, p, q) = (x.rows, a.columns, b.columns - 1)
  if x.isEmpty { return output = x }
  unsafe output.overwrite(rows: n, columns: x.columns) { target in
    unsafe x.withUnsafeBufferPointer { source in
      unsafe a.withUnsafeBufferPointer { a in
        unsafe b.withUnsafeBufferPointer { b in
          let (source, b) = (source.baseAddress!, b.baseAddress!)
          let recursion = unsafe Recursion(n: n, p: p, q: q, a: a.baseAddress ?? b, b: b)
          func column(_ c: Int, isShared: Bool) {
            unsafe recursion.outputs(
              source + c * n, pastInputs[c], pastOutputs[c], target + c * n, isShared: isShared)
          }
          if x.columns == 1 && recursion.isLong {
            column(0, isShared: true)
          } else {
            BLASRuntime.forEachPart(of: x.columns, size: n * (p + q + 1)) { part in
              for c in part { column(c, isShared: false) }
            }
          }
        }
      }
    }
  }
}

/// Writes the gradients of a loss with respect to x, a and b of one column from that with respect to the outputs, g:
/// Σₖ b[i + k, k] λᵢ₊ₖ, λᵢ yᵢ₋₁₋ⱼ and λᵢ xᵢ₋ₖ with λᵢ = gᵢ + Σⱼ a[i + 1 + j, j] λᵢ₊₁₊ⱼ, backwards.
///
/// Returns λ of as many of the first rows as there are lags, and whether all gradients are finite. Threads share large ones block
/// by block: only λ waits. There must be a row. What is written is made anew unless it has the right shape.
@specialized(where Element == Double)
@specialized(where Element == Float)
package func recurBackwards<Element: Scalar>(
  feedback a: Matrix<Element>, feedforward b: Matrix<Element>, _ gradient: [Element],
  inputs: [Element], pastInputs: [Element], outputs: [Element], pastOutputs: [Element],
  byInput: inout [Element], byFeedback: inout Matrix<Element>, byFeedforward: inout Matrix<Element>
) -> (first: [Element], areFinite: Bool) {
  let (n, p, q) = (inputs.count, a.columns, b.columns - 1)
  var result = (first: [Element](), areFinite: true)
  unsafe byInput.overwrite(count: n) { byInput in
    unsafe byFeedback.overwrite(rows: n, columns: p) { byFeedback in
      unsafe byFeedforward.overwrite(rows: n, columns: q + 1) { byFeedforward in
        unsafe a.withUnsafeBufferPointer { a in
          unsafe b.withUnsafeBufferPointer { b in
            let b = b.baseAddress!
            let recursion = unsafe Recursion(n: n, p: p, q: q, a: a.baseAddress ?? b, b: b)
            result = unsafe recursion.gradients(
              gradient, inputs, pastInputs, outputs, pastOutputs, byInput, byFeedback,
              byFeedforward)
          }
        }
      }
    }
  }
  return result
}

/// n rows of coefficients: p columns a, which do not matter without feedback, and q + 1 columns b.
@safe private struct Recursion<Element: Scalar> {
  let n, p, q: Int
  let a, b: UnsafePointer<Element>

  /// Whether caches do not hold signal, output and p + q + 1 columns: more numbers than three of the signals that they just hold.
  var isLong: Bool { n * (p + q + 3) > 3 * Element._scanCached }
  /// The rows that a thread takes at a time, no fewer than lags, and how often.
  private var length: Int { max(Element._scanBlock, p, q) }
  private var blocks: Int { (n + length - 1) / length }

  func outputs(
    _ x: UnsafePointer<Element>, _ pastInputs: [Element], _ pastOutputs: [Element],
    _ y: UnsafeMutablePointer<Element>, isShared: Bool
  ) {
    var first = 0
    let page = 4096 / MemoryLayout<Element>.size
    if isShared {
      // What was done in turn.
      unsafe withUnsafeMutablePointer(to: &first) { first in
        BLASRuntime.inTeam(isLarge: true) { member in
          if member.count == 1 { return }
          unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: length) { inputs in
            let inputs = inputs.baseAddress!
            member.forEachTurn(of: blocks) { block in
              let i = block * length
              let count = min(length, n - i)
              unsafe Element._prefetchColumns(count, p, a + i, n)
              // Memory that is new comes now: none has to wait for it in another's turn.
              for k in stride(from: 0, to: count, by: page) { unsafe y[i + k] = 0 }
              unsafe Element._recursiveFilter(
                false, count, 0, q, a, n, b + i, n, x + i, i == 0 ? pastInputs : nil, nil, inputs)
              return member.inTurn(block) {
                unsafe Element._recursiveFilter(
                  true, count, p, -1, a + i, n, b, n, inputs, nil, i == 0 ? pastOutputs : nil, y + i
                )
                unsafe first.pointee = i + count
              }
            }
          }
        }
      }
    }
    if first == n { return }
    unsafe Element._recursiveFilter(
      isLong, n - first, p, q, a + first, n, b + first, n, x + first,
      first == 0 ? pastInputs : nil, first == 0 ? pastOutputs : nil, y + first)
  }

  /// Returns λ of the first rows, and whether all gradients are finite.
  func gradients(
    _ g: UnsafePointer<Element>, _ x: UnsafePointer<Element>, _ pastInputs: [Element],
    _ y: UnsafePointer<Element>, _ pastOutputs: [Element], _ byX: UnsafeMutablePointer<Element>,
    _ byA: UnsafeMutablePointer<Element>, _ byB: UnsafeMutablePointer<Element>
  ) -> (first: [Element], areFinite: Bool) {
    let lags = max(p, q)
    // λ of the rows behind the next block, how many blocks were done, and what is not 0 where a gradient is not finite.
    var next = (adjoints: [Element](repeating: 0, count: lags), block: 0)
    var faults = [Element](repeating: 0, count: BLASRuntime.threads)
    unsafe withUnsafeMutablePointer(to: &next) { next in
      unsafe faults.withUnsafeMutableBufferPointer { faults in
        /// The last rows come first.
        func rows(_ block: Int) -> Range<Int> {
          let start = (blocks - 1 - block) * length
          return start..<min(n, start + length)
        }
        func adjoints(_ block: Int, _ lambda: UnsafeMutablePointer<Element>) {
          let rows = rows(block)
          unsafe (lambda + rows.count).update(from: next.pointee.adjoints, count: lags)
          unsafe Element._recursiveAdjoints(
            rows.count, p, n - rows.upperBound, a + rows.lowerBound, n, g + rows.lowerBound, lambda)
          for l in 0..<lags { unsafe next.pointee.adjoints[l] = lambda[l] }
          unsafe next.pointee.block = block + 1
        }
        func products(_ block: Int, _ lambda: UnsafePointer<Element>, _ member: Int) {
          let rows = rows(block)
          let i = rows.lowerBound
          unsafe faults[member] += Element._recursiveGradients(
            rows.count, p, q, n - rows.upperBound, lambda, b + i, n, x + i,
            i == 0 ? pastInputs : nil, y + i, i == 0 ? pastOutputs : nil, byX + i, byA + i, n,
            byB + i, n)
        }
        /// Memory for λ of a block and of what is behind it.
        func withAdjoints(_ body: (UnsafeMutablePointer<Element>) -> Void) {
          unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: min(n, length) + lags) {
            unsafe body($0.baseAddress!)
          }
        }
        let isLarge = blocks > 1 && n * (p + q + 1) >= BLASRuntime.threadedElements
        BLASRuntime.inTeam(isLarge: isLarge) { member in
          if member.count == 1 { return }
          unsafe withAdjoints { lambda in
            member.forEachTurn(of: blocks) { block in
              unsafe Element._prefetchColumns(rows(block).count, p, a + rows(block).lowerBound, n)
              let hadTurn = member.inTurn(block) { unsafe adjoints(block, lambda) }
              if hadTurn { unsafe products(block, lambda, member.index) }
              return hadTurn
            }
          }
        }
        unsafe withAdjoints { lambda in
          for block in unsafe next.pointee.block..<blocks {
            unsafe adjoints(block, lambda)
            unsafe products(block, lambda, 0)
          }
        }
      }
    }
    return (next.adjoints, faults.allSatisfy { $0 == 0 })
  }
}
