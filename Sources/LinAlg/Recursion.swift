// Recurrences of any order, behind Models' TimeVaryingRecursiveFilter. Lengths are the caller's to check.

/// y[i] = Σₖ b[i, k] x[i − k] + Σⱼ a[i, j] y[i − 1 − j] for each column of x, with a column of a and b for each
/// lag; what lies before the beginning comes from the newest to the oldest.
///
/// Threads take columns, or share those that are few and that caches do not hold, block by block: the second sums wait for each other, all
/// else does not.
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
          let columns = unsafe RecursionColumns(n: n, p: p, q: q, a: a.baseAddress ?? b, b: b)
          func column(_ c: Int, isShared: Bool) {
            unsafe columns.recur(
              source + c * n, pastInputs[c], pastOutputs[c], target + c * n, isShared: isShared)
          }
          if x.columns < BLASRuntime.threads && columns.areLong {
            for c in 0..<x.columns { column(c, isShared: true) }
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

/// The coefficients of a recursion: p columns a, which do not matter without feedback, and q + 1 columns b.
@safe private struct RecursionColumns<Element: Scalar> {
  let n, p, q: Int
  let a, b: UnsafePointer<Element>

  /// Whether caches do not hold what one signal takes: as much as three of those that they just hold.
  var areLong: Bool { n * (p + q + 3) > 3 * Element._scanCached }

  func recur(
    _ x: UnsafePointer<Element>, _ pastInputs: [Element], _ pastOutputs: [Element],
    _ y: UnsafeMutablePointer<Element>, isShared: Bool
  ) {
    var first = 0
    let length = Element._scanBlock
    if isShared && length >= max(p, q) {
      let done = unsafe recursionBlocks((n + length - 1) / length, length) { block, inputs in
        let i = block * length
        unsafe Element._recursiveInputs(
          min(length, n - i), p, q, a + i, n, b + i, n, x + i, i == 0 ? pastInputs : nil, inputs)
      } outputs: { block, inputs in
        let i = block * length
        unsafe Element._recursiveFilter(
          true, min(length, n - i), p, -1, a + i, n, b, n, inputs, nil,
          i == 0 ? pastOutputs : nil, y + i)
      }
      first = min(n, done * length)
    }
    if first == n { return }
    unsafe Element._recursiveFilter(
      areLong, n - first, p, q, a + first, n, b + first, n, x + first,
      first == 0 ? pastInputs : nil, first == 0 ? pastOutputs : nil, y + first)
  }
}

/// A recursion over a long signal, in blocks that threads take in turn: `inputs` computes what waits for nothing, so many numbers, and
/// `outputs` in its turn the rest.
///
/// Where a thread loses its processor to other programs, the rest is left. Returns how many blocks were done.
private func recursionBlocks<Element: Scalar>(
  _ count: Int, _ length: Int, inputs: (_ block: Int, UnsafeMutablePointer<Element>) -> Void,
  outputs: (_ block: Int, UnsafePointer<Element>) -> Void
) -> Int {
  var done = 0
  unsafe withUnsafeMutablePointer(to: &done) { done in
    BLASRuntime.inTeam(isLarge: true) { member in
      if member.count == 1 { return }
      unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: length) { space in
        let space = space.baseAddress!
        member.forEachTurn(of: count) { block in
          unsafe inputs(block, space)
          return member.inTurn(block) {
            unsafe outputs(block, space)
            unsafe done.pointee = block + 1
          }
        }
      }
    }
  }
  return done
}
