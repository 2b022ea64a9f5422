/// A recurrence over a long signal, in blocks that threads take in turn.
///
/// A block's maps are composed to one first, which says where the next block begins before this one's outputs are there. `map` is nil
/// for the last block; `outputs` computes a block from the state before it, and returns the state behind it, or what is
/// not finite. Where a thread loses its processor to other programs, the rest is left. Returns how many blocks were done, the state
/// behind them, and the first whose outputs overflowed though its map did not say so.
func scanBlocks<Element: Scalar>(
  _ count: Int, from state: Element, map: (_ block: Int) -> BlockMap<Element>?,
  outputs: (_ block: Int, _ start: Element, _ members: Int) -> Element
) -> (done: Int, end: Element, overflow: Int?) {
  // Of each thread.
  var overflows = [Int?](repeating: nil, count: BLASRuntime.threads)
  // How many blocks have had their turn, and where the next one begins.
  var next = (block: 0, start: state)
  unsafe overflows.withUnsafeMutableBufferPointer { overflows in
    unsafe withUnsafeMutablePointer(to: &next) { next in
      BLASRuntime.inTeam(isLarge: true) { member in
        if member.count == 1 { return }
        member.forEachTurn(of: count) { block in
          let map = map(block)
          var start: Element?
          let hadTurn = member.inTurn(block) {
            if let end = unsafe map?.end(from: next.pointee.start) {
              start = unsafe next.pointee.start
              unsafe next.pointee.start = end
            } else {
              unsafe next.pointee.start = outputs(block, next.pointee.start, member.count)
            }
            unsafe next.pointee.block = block + 1
          }
          if let start, !outputs(block, start, member.count).isFinite {
            unsafe overflows[member.index] = overflows[member.index] ?? block
          }
          return hadTurn
        }
      }
    }
  }
  return (next.block, next.start, overflows.compactMap { $0 }.min())
}

/// The map from the state before a block to the state behind it.
struct BlockMap<Element: Scalar> {
  private var product: Element = 0
  private var sum: Element = 0
  private var largestInput: Element = 0

  /// Of a block of inputs w x, or backwards x, where w[i] is the weight between x[i] and the one behind it.
  init(_ w: UnsafePointer<Element>, _ x: UnsafePointer<Element>, isBackward: Bool) {
    unsafe Element._filterMap(isBackward, w, x, &product, &sum, &largestInput)
  }

  /// The state behind the block, nil where it may not be as accurate as that of the loop.
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
