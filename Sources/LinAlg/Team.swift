internal import CKernels

/// One of the threads that do a piece of work together, each its part, and wait for each other now and then.
@safe package struct TeamMember {
  /// From 0 to below `count`.
  package let index: Int
  /// The members of the team.
  package let count: Int
  private let others: OpaquePointer?

  fileprivate init(_ index: Int32, _ count: Int32, _ others: OpaquePointer?) {
    (self.index, self.count) = (Int(index), Int(count))
    unsafe self.others = others
  }

  package var isLast: Bool { index == count - 1 }
  /// A team of one.
  package static var alone: TeamMember { unsafe TeamMember(0, 1, nil) }

  /// Returns when all members have called it as often: what they wrote before may be read then.
  package func wait() {
    if count > 1, let others = unsafe others { unsafe team_wait(others) }
  }

  /// Its part of 0..<count.
  package func part(of count: Int) -> Range<Int> {
    count * index / self.count..<count * (index + 1) / self.count
  }

  /// Calls a function with each of 0..<total that no other member has taken since they all waited.
  package func forEachLeft(of total: Int, _ body: (Int) -> Void) {
    guard count > 1, let others = unsafe others else { return (0..<total).forEach(body) }
    while true {
      let index = unsafe team_next(others)
      if index >= total { return }
      body(index)
    }
  }

  /// The same for a function that waits for its turn, and says whether it had it: once one did not come, nobody gets what is left.
  package func forEachTurn(of total: Int, _ body: (Int) -> Bool) {
    var goesOn = true
    forEachLeft(of: total) { index in
      if goesOn { goesOn = body(index) }
    }
  }

  /// Calls a function when all indices that `forEachLeft` gave before this one have had their turn: what they wrote may be read.
  ///
  /// Returns false, and does not call it, if no turn ends for a tenth of a millisecond: another member may have lost its processor, and
  /// to wait for it at every turn would take a hundred times as long as to work alone. Then the member asks for no more turns.
  package func inTurn(_ index: Int, _ body: () -> Void) -> Bool {
    if count > 1, let others = unsafe others {
      guard unsafe team_begin_turn(others, index) else { return false }
      body()
      unsafe team_end_turn(others, index)
    } else {
      body()
    }
    return true
  }
}

extension BLASRuntime {
  /// Runs a function on so many threads at the same time, the caller's among them: on as many as the system gives, or on the
  /// caller's alone while another team is at work.
  ///
  /// For work that is divided anew every few microseconds, in which each thread finds what it wrote before in a cache of its
  /// own. Calls of BLAS inside run on one thread each, but for a team of one.
  package static func together(_ count: Int, _ body: (TeamMember) -> Void) {
    if count <= 1 { return body(.alone) }
    withoutActuallyEscaping(body) { body in
      var work = { (member: TeamMember) in
        if member.count == 1 { body(member) } else { withThreads(1) { body(member) } }
      }
      unsafe withUnsafeMutablePointer(to: &work) { context in
        unsafe team_run(Int32(clamping: count), context) { context, index, count, others in
          let work = unsafe context.assumingMemoryBound(to: ((TeamMember) -> Void).self)
          unsafe work.pointee(TeamMember(index, count, others))
        }
      }
    }
  }
}
