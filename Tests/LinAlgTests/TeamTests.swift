import Foundation
import LinAlg
import Testing

/// Threads that work together, also more of them than there are processors.
@Suite struct TeamTests {
  /// What each member returns; tried until no other test has a team.
  private func results<Result>(_ count: Int, _ body: (TeamMember) -> Result) -> [Result] {
    let found = UnsafeMutablePointer<Result?>.allocate(capacity: count)
    unsafe found.initialize(repeating: nil, count: count)
    defer {
      unsafe found.deinitialize(count: count)
      unsafe found.deallocate()
    }
    while unsafe found[0] == nil {
      BLASRuntime.together(count) {
        if $0.count == count { unsafe found[$0.index] = body($0) }
      }
      Thread.sleep(forTimeInterval: 1e-3)
    }
    return (0..<count).compactMap { unsafe found[$0] }
  }

  @Test(arguments: [1, 2, 3, 7]) func allWorkAtOnceAndOnceEach(count: Int) {
    let (rounds, slots) = (200, UnsafeMutablePointer<Int>.allocate(capacity: count))
    unsafe slots.initialize(repeating: 0, count: count)
    defer { unsafe slots.deallocate() }
    let right = results(count) { member in
      (1...rounds).count { round in
        // Now and then one is so late that the others sleep.
        if round % 50 == member.index { Thread.sleep(forTimeInterval: 2e-3) }
        unsafe slots[member.index] += round
        member.wait()
        defer { member.wait() }
        // What the others wrote in this round, and nothing of the next one.
        return (0..<count).allSatisfy { unsafe slots[$0] == round * (round + 1) / 2 }
      }
    }
    #expect(right == Array(repeating: rounds, count: count))
  }

  @Test func partsAreAll() {
    for count in [0, 1, 5, 784] {
      let parts = results(3) { $0.part(of: count) }
      #expect(parts.flatMap { Array($0) } == Array(0..<count))
    }
    #expect(results(3) { $0.isLast } == [false, false, true])
    #expect(TeamMember.alone.part(of: 5) == 0..<5 && TeamMember.alone.isLast)
  }

  /// Each index once, as often as all have waited.
  @Test(arguments: [1, 2, 5]) func whatIsLeftIsSharedAnew(count: Int) {
    let totals = [7, 0, 300, 1]
    let found = results(count) { member in
      totals.map { total in
        var own = [Int]()
        member.forEachLeft(of: total) { own.append($0) }
        member.wait()
        return own
      }
    }
    for (k, total) in totals.enumerated() {
      #expect(found.flatMap { $0[k] }.sorted() == Array(0..<total))
    }
  }

  /// Turns follow the indices, and see what those before them wrote: as often as all have waited.
  ///
  /// Members that wait too long for others have no more turns.
  @Test(arguments: [1, 2, 5]) func turnsAreInOrder(count: Int) {
    let order = UnsafeMutablePointer<[Int]>.allocate(capacity: 1)
    unsafe order.initialize(to: [])
    defer {
      unsafe order.deinitialize(count: 1)
      unsafe order.deallocate()
    }
    let right = results(count) { member in
      [300, 7].map { total in
        var isComplete = true
        member.forEachLeft(of: total) { index in
          isComplete =
            isComplete && member.inTurn(index) { unsafe order.pointee.append(index) }
        }
        member.wait()
        let found = unsafe order.pointee
        member.wait()
        if member.index == 0 { unsafe order.pointee = [] }
        member.wait()
        return (found: found, isComplete: isComplete)
      }
    }
    for (k, total) in [300, 7].enumerated() {
      let found = right[0][k].found
      #expect(found == Array(0..<found.count))
      #expect(found.count == total || !right.allSatisfy { $0[k].isComplete })
      if count == 1 { #expect(found.count == total) }
    }
  }

  @Test func whoWorksAloneDoesAllEachTime() {
    let found = results(2) { _ in
      var all = [Int]()
      BLASRuntime.together(2) { member in
        for _ in 0..<2 {
          member.forEachLeft(of: 3) { all.append($0) }
          member.wait()
        }
      }
      return all
    }
    #expect(found == [[0, 1, 2, 0, 1, 2], [0, 1, 2, 0, 1, 2]])
  }

  @Test func membersUseOneThreadEachAndHaveNoTeams() {
    BLASRuntime.withThreads(4) {
      #expect(results(2) { _ in BLASRuntime.threads } == [1, 1])
      #expect(results(1) { _ in BLASRuntime.threads } == [4])
    }
    let inner = results(2) { _ in
      var count = 0
      BLASRuntime.together(2) { count = $0.count }
      return count
    }
    #expect(inner == [1, 1])
  }
}
