import Foundation
import LinAlg
import Testing

@testable import Tables

@Suite struct LIBSVMTests {
  static func read(
    _ text: String, columns: Int? = nil, maximumElements: Int = 1000
  ) throws(FileError) -> LIBSVM {
    try LIBSVM(Array(text.utf8), path: "text", columns, maximumElements)
  }

  @Test func rows() throws {
    let data = try Self.read("+1 1:0.5 3:-2e1 # comment\r\n\n-1\n2 qid:4 2:1\n# nothing\n")
    #expect(data.labels == [1, -1, 2])
    #expect(data.x == [[0.5, 0, -20], [0, 0, 0], [0, 1, 0]])
    #expect(try Self.read("1 1:1\n", columns: 3).x == [[1, 0, 0]])
    #expect(try Self.read("").x.rows == 0)
  }

  @Test(arguments: [
    ("1 1:1\n1 0:1\n", 2, 2), ("1 2:1 2:1\n", 1, 3), ("1 1\n", 1, 2), ("1 1:1:1\n", 1, 2),
    ("1 1:x\n", 1, 2), ("one 1:1\n", 1, 1), ("1 x:1\n", 1, 2), ("1 99999999999999999999:1\n", 1, 2),
    ("1 4:1\n", 1, 2), ("1 1:\n", 1, 2),
  ]) func refusals(_ text: String, _ line: Int, _ cell: Int) {
    let error = #expect(throws: FileError.self) { try Self.read(text, columns: 3) }
    guard case .malformedCell(_, line, cell, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func largeIndices() {
    for index in ["1001", "\(Int.max)"] {
      #expect(throws: FileError.self) { try Self.read("1 \(index):1\n1 1:1\n") }
    }
  }

  @Test func roundTrip() throws {
    let folder = try NetworkFileTests.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "data.txt")
    let data = LIBSVM(x: [[0.1, 0, 1e300], [0, 0, 0], [0, -1 / 3, 0]], labels: [1, -1, 0.5])
    try data.write(to: url)
    #expect(try LIBSVM(contentsOf: url, columns: 3) == data)
  }
}
