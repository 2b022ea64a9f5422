import Foundation
import LinAlg
import Models
import TestSupport
import Testing

@testable import Tables

@Suite struct CSVTests {
  @Test func numbersAndTexts() throws {
    let table = try Table(
      csv: "x, y ,kind\n1,2.5,b\n-3e2, +4 ,\"a, \"\"b\"\"\"\r\n\n0x,5,c\n".replacing(
        "0x", with: "0"))
    #expect(table.names == ["x", "y", "kind"])
    #expect(try table.numbers("x") == [1, -300, 0])
    #expect(try table.numbers("y") == [2.5, 4, 5])
    #expect(try table.texts("kind") == ["b", "a, \"b\"", "c"])
    #expect(table.rows == 3)
    let (x, names) = try table.matrix()
    // Without the first in alphabetical order, a, "b".
    #expect(names == ["x", "y", "kind=b", "kind=c"])
    #expect(x == [[1, 2.5, 1, 0], [-300, 4, 0, 0], [0, 5, 0, 1]])
    #expect(try table.matrix(["kind"], keepsFirst: true).x == [[0, 1, 0], [1, 0, 0], [0, 0, 1]])
  }

  @Test(arguments: [
    ("a,b\n1,2", CSVFormat()), ("\u{FEFF}a,b\r\n1,2\r\n", CSVFormat()),
    ("a;b\n1;2\n", CSVFormat(delimiter: ";")), ("a\tb\n1\t2\n\n\n", CSVFormat(delimiter: "\t")),
    ("\"a\",\"b\"\n\"1\",\"2\"\n", CSVFormat()), ("\n\r\na,b\n1,2", CSVFormat()),
    ("a,b\r\n1,2\r", CSVFormat()),
    ("a,b\n1,2\n\r", CSVFormat()), ("a,b\n1,\"2\"\r", CSVFormat()),
    ("zero,b,a\nx y z,2,1\n", CSVFormat(columns: ["a", "b"])),
  ]) func sameTable(_ text: String, _ format: CSVFormat) throws {
    let table = try Table(csv: text, format: format)
    #expect(table.names == ["a", "b"])
    #expect(try table.matrix().x == [[1, 2]])
  }

  @Test func withoutHeader() throws {
    let table = try Table(csv: "1,2\n3,4\n", format: CSVFormat(hasHeader: false))
    #expect(table.names == ["1", "2"])
    #expect(try table.matrix().x == [[1, 2], [3, 4]])
    #expect(try Table(csv: "a,b\n").rows == 0)
  }

  @Test func textsThatLookLikeNumbers() throws {
    let text = "zip,x\n01234,1\n98765,2\n"
    #expect(try Table(csv: text).numbers("zip") == [1234, 98765])
    let table = try Table(csv: text, format: CSVFormat(texts: ["zip"]))
    #expect(try table.labels("zip") == ["01234", "98765"])
    #expect(throws: TableError.notNumbers("zip")) { try table.numbers("zip") }
    #expect(try table.labels("x") == ["1", "2"])
  }

  /// What cannot be taken is refused where it stands.
  @Test(arguments: [
    ("a,b\n1,2\n3,x\n", 3, 2, "\"x\" is not a number"),
    ("a,b\n1,2\n3\n", 3, 2, "1 cells, not 2"),
    ("a,b\n1,2,3\n", 2, 3, "more cells than the 2 columns"),
    ("a,b\n1,\n", 2, 2, "no value"),
    ("a,b\n\"u\nv\",1\n\"w,2\n", 4, 1, "a quote that never closes"),
    ("a,b\n\"u\nv\",1\nw,x\n", 4, 2, "\"x\" is not a number"),
    ("a,b\n\"1\"2,3\n", 2, 1, "text after a closing quote"),
    ("a\n1\n1e400\n", 3, 1, "1e400 is out of range"),
    ("a\n1\n1,5\n", 3, 2, "more cells than the 1 columns"),
    ("\"a,b\n", 1, 1, "a quote that never closes"),
  ]) func refusals(_ text: String, _ line: Int, _ column: Int, _ reason: String) {
    let expected = FileError.malformedCell(path: "text", line: line, column: column, reason: reason)
    #expect(throws: expected) { try Table(csv: text) }
  }

  @Test func refusedColumns() {
    func fails(_ text: String, _ format: CSVFormat) {
      #expect(throws: FileError.self) { try Table(csv: text, format: format) }
    }
    fails("", CSVFormat())
    fails("\n\n", CSVFormat())
    fails("a,a\n1,2\n", CSVFormat())
    fails("a,b\n1,2\n", CSVFormat(columns: ["c"]))
    fails("a,b\n1,2\n", CSVFormat(columns: ["a", "a"]))
    fails("a,b\n1,2\n", CSVFormat(texts: ["c"]))
    fails("a,b\n1,2\n", CSVFormat(delimiter: "é"))
    fails("a.b\n1.2\n", CSVFormat(delimiter: "."))
    let missing = URL(filePath: "/nowhere/data.csv")
    #expect(throws: FileError.system(path: missing.path, reason: "No such file or directory")) {
      try Table(contentsOfCSV: missing)
    }
    #expect(throws: FileError.self) { try Table(contentsOfCSV: URL(filePath: "/")) }
  }

  @Test func missingValues() throws {
    let table = try Table(
      csv: "a,b,c\n,u,NA\n2,,NA\n3, NA ,NA\n", format: CSVFormat(missing: .kept))
    #expect(table.columns.map(\.missing) == [[0], [1, 2], [0, 1, 2]])
    #expect(try table.numbers("a")[0].isNaN)
    #expect(try table.texts("b") == ["u", nil, nil])
    #expect(try table.numbers("c").allSatisfy(\.isNaN))
    #expect(try table.rowsWithMissing(["a", "b"]) == [0, 1, 2])
    #expect(try table.rowsWithMissing(["a"]) == [0])
    #expect(throws: TableError.noColumn("A", columns: ["a", "b", "c"])) {
      try table.droppingMissing(["A"])
    }
    #expect(try table.droppingMissing(["a"]).numbers("a") == [2, 3])
    #expect(try table.droppingMissing().rows == 0)
    #expect(throws: TableError.missing(column: "b", row: 1)) { try table.labels("b") }
    #expect(try table.matrix(["b"], keepsFirst: true).x[1, 0].isNaN)
  }

  /// Numbers that stand for nothing, every kind of NaN, and texts that only look like nothing.
  @Test func markers() throws {
    let format = CSVFormat(missing: .kept, missingMarkers: ["-999"])
    let table = try Table(csv: "a,b\n1,-999\n-999,2\n-999.0,3\n2,-nan\n", format: format)
    #expect(table.columns.map(\.missing) == [[1], [0, 3]])
    #expect(try table.numbers("a")[2] == -999)
    for text in ["nan", "-nan", "NAN", "NaN", "nan(ind)"] {
      #expect(
        try Table(csv: "a\n1\n\(text)\n", format: CSVFormat(missing: .kept)).columns[0].missing == [
          1
        ])
      #expect(throws: FileError.self) { try Table(csv: "a\n1\n\(text)\n") }
    }
    let quoted = try Table(
      csv: "a,n\n\"NA\",1\nNA,\"NA\"\nx,2\n", format: CSVFormat(missing: .kept))
    #expect(try quoted.texts("a") == ["NA", nil, "x"])
    #expect(quoted.columns[1].missing == [1])
    // A column without any value is what it was said to be.
    let empty = try Table(csv: "a,b\n,\n", format: CSVFormat(texts: ["a"], missing: .kept))
    #expect(empty.columns.map(\.isText) == [true, false])
  }

  @Test func saidToBeNumbers() throws {
    let format = CSVFormat(numbers: ["a"])
    let error = FileError.malformedCell(
      path: "text", line: 2, column: 1, reason: "\"-\" is not a number")
    #expect(throws: error) { try Table(csv: "a\n-\n1\n", format: format) }
    #expect(throws: FileError.self) { try Table(csv: "b\n1\n", format: format) }
  }

  /// The ends of what is read at once may fall anywhere.
  @Test func smallBuffers() throws {
    let text =
      "a,b,c\r\n1.25,\"x,\n\"\"y\",3\r\n\r\n4,zz,5e1\r\n,é,7\r\n"
      + String(repeating: "1,2,3\r\n", count: 40)
    let format = CSVFormat(missing: .kept)
    let whole = try Table(csv: text, format: format)
    #expect(whole.rows == 43)
    for size in 16..<200 {
      let reader = try CSVReader(
        InputBytes(Array(text.utf8), path: "text"), format, bufferSize: size)
      let table = try BLASRuntime.withThreads(2) { try reader.rest() }
      #expect(table.csv == whole.csv, "\(size)")
    }
    // A limit is no promise.
    let reader = try CSVReader(InputBytes(Array(text.utf8), path: "text"), format)
    #expect(try reader.next(rows: .max)?.rows == 43)
    let commas = [UInt8](repeating: UInt8(ascii: ","), count: 100_000)
    let wide = try CSVReader(
      InputBytes(commas, path: "text"), CSVFormat(hasHeader: false, missing: .kept))
    #expect(try wide.next(rows: 10_000)?.rows == 1)
  }

  @Test func strangeTexts() throws {
    let texts: [String?] = ["x,\u{301}y", "x \"\u{FE0F}z", "NA", "nan", " a ", nil, "?", "1", "\r"]
    let table = try Table([
      Table.Column("t", texts), Table.Column("n", texts.indices.map { Double($0) * 1e5 }),
    ])
    #expect(try Table(csv: table.csv, format: CSVFormat(missing: .kept)).texts("t") == texts)
    #expect(table.csv.contains("400000"))
    let url = try NetworkFileTests.folder().appending(path: "t.csv")
    defer { try? FileManager.default.removeItem(at: url.deletingLastPathComponent()) }
    #expect(throws: FileError.self) { try table.write(csv: url, delimiter: ".") }
    func fails(_ bytes: [UInt8], line: Int, column: Int, _ reason: String) {
      let error = FileError.malformedCell(path: "text", line: line, column: column, reason: reason)
      #expect(throws: error) { try CSVReader(InputBytes(bytes, path: "text"), CSVFormat()).rest() }
    }
    fails(Array("a\ncaf".utf8) + [0xE9, 10], line: 2, column: 1, "bytes that are not UTF-8")
    fails(Array("a,b\r1,2\r3,4\r".utf8), line: 1, column: 2, "lines must end with a line feed")
    fails(Array("a,\"b\"x,c\n".utf8), line: 1, column: 2, "text after a closing quote")
    #expect(try Table(csv: "a, \"b\"\n1, \"x, y\"\n").labels("b") == ["x, y"])
  }

  /// Links, modes, devices and long names.
  @Test func places() throws {
    let folder = try NetworkFileTests.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = FileManager.default
    let table = try Table([Table.Column("a", [1.0])])
    let (file, link) = (folder.appending(path: "file.csv"), folder.appending(path: "link.csv"))
    try Data("old".utf8).write(to: file)
    try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    try files.createSymbolicLink(at: link, withDestinationURL: file)
    try table.write(csv: link)
    #expect(try files.destinationOfSymbolicLink(atPath: link.path) == file.path)
    #expect(try String(contentsOf: file, encoding: .utf8) == "a\n1\n")
    #expect(try files.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
    try table.write(csv: URL(filePath: "/dev/null"))
    let type = try files.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
    #expect(type == .typeCharacterSpecial)
    try table.write(csv: folder.appending(path: String(repeating: "n", count: 250)))
    #expect(try files.contentsOfDirectory(atPath: folder.path).count == 3)
    #expect(throws: FileError.self) { try table.write(csv: URL(filePath: "/dev/full")) }
  }

  /// Every double comes back: the hardest, those of every exponent, and what the formats of others print.
  @Test func roundTrip() throws {
    var numbers = [
      0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
      .leastNormalMagnitude, Double.leastNormalMagnitude.nextDown, 9007199254740992, 0.1, 1 / 3,
      8.98846567431158e307, 1e23, 4.35, 123456789012345680,
    ]
    var random = SeededGenerator(seed: 1)
    while numbers.count < 20_000 {
      let value = Double(bitPattern: random.next())
      if value.isFinite { numbers.append(value) }
    }
    let texts: [String?] = numbers.indices.map { $0 % 7 == 3 ? nil : "t\"\($0 % 5),\n" }
    let table = try Table([Table.Column("x", numbers), Table.Column("a \"text\"", texts)])
    let file = try NetworkFileTests.folder().appending(path: "table.csv")
    defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
    try table.write(csv: file)
    let read = try Table(contentsOfCSV: file, format: CSVFormat(missing: .kept))
    #expect(try read.numbers("x").map(\.bitPattern) == numbers.map(\.bitPattern))
    #expect(read == table)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: file.deletingLastPathComponent().path)
        == ["table.csv"])
    // Seventeen digits, as printf gives them.
    let printed = numbers.map { String(format: "%.16e", $0) }.joined(separator: "\n")
    #expect(
      try Table(csv: "x\n" + printed).numbers("x").map(\.bitPattern) == numbers.map(\.bitPattern))
  }

  /// Numbers without quotes are parsed in parts by several threads, the same with quotes by one, in blocks by none.
  @Test(arguments: [false, true]) func longFiles(_ isQuoted: Bool) throws {
    var random = SeededGenerator(seed: 2)
    let x = Matrix<Double>(rows: 60_000, columns: 3) { _, _ in
      (Double.random(in: -1e6...1e6, using: &random) * 1e3).rounded() / 1e3
    }
    let quote = isQuoted ? "\"" : ""
    var text = "a,b,c\r\n"
    for i in 0..<x.rows { text += "\(x[i, 0]),\(quote)\(x[i, 1])\(quote),\(x[i, 2])\r\n" }
    #expect(text.utf8.count > 3 << 19)
    #expect(try Table(csv: text).matrix().x == x)
    for threads in [1, 2, 3] {
      for size in [nil, 1 << 17] {
        let read = try BLASRuntime.withThreads(threads) {
          try CSVReader(
            InputBytes(Array(text.utf8), path: "text"), CSVFormat(), bufferSize: size
          ).rest().matrix().x
        }
        #expect(read == x)
      }
    }
    for size in [1, 999, 70_000] {
      let reader = try CSVReader(InputBytes(Array(text.utf8), path: "text"), CSVFormat())
      var rows = 0
      while let block = try reader.next(rows: size), rows < 5000 || size > 1 {
        let expected = x[rows: rows..<rows + block.rows]
        #expect(try block.matrix().x == expected)
        rows += block.rows
      }
      #expect(size == 1 || rows == x.rows)
    }
    // The line of what is wrong, in any part.
    for row in [10, 50_000, 59_999] {
      var lines = text.split(separator: "\r\n").map(String.init)
      lines[row + 1] = "1,oops,3"
      #expect(
        throws: FileError.malformedCell(
          path: "text", line: row + 2, column: 2, reason: "\"oops\" is not a number")
      ) {
        try BLASRuntime.withThreads(2) { try Table(csv: lines.joined(separator: "\n")) }
      }
    }
  }

  /// Pieces of the text are made on several threads, and rows without a value found in any part of it.
  @Test(arguments: [1, 2, 3]) func manyPieces(threads: Int) throws {
    let rows = 50_000
    func numbers(_ part: Int) -> [Double] {
      (0..<rows).map { $0 % 1000 == part ? .nan : Double($0) / 7 }
    }
    let texts: [String?] = (0..<rows).map { $0 % 11 == 10 ? nil : ["a", "b,", "c"][$0 % 3] }
    let plain = try Table([Table.Column("x", numbers(3)), Table.Column("y", numbers(-1))])
    let mixed = try Table(
      [Table.Column("x", numbers(0)), Table.Column("t", texts), Table.Column("y", numbers(999))])
    for table in [plain, mixed] {
      let missing = table.columns.map { column in
        switch column.values {
        case .numbers(let numbers): numbers.indices.filter { numbers[$0].isNaN }
        case .texts(let indices, _): indices.indices.filter { indices[$0] < 0 }
        }
      }
      let lines =
        [table.names.joined(separator: ",")]
        + (0..<rows).map { row in
          table.columns.map { column in
            switch column.values {
            case .numbers(let numbers): numbers[row].isNaN ? "" : numberText(numbers[row])
            case .texts(let indices, let categories):
              indices[row] < 0
                ? "" : categories[indices[row]] == "b," ? "\"b,\"" : categories[indices[row]]
            }
          }.joined(separator: ",")
        }
      let (written, read) = try BLASRuntime.withThreads(threads) {
        let text = table.csv
        return (text, try Table(csv: text, format: CSVFormat(missing: .kept)))
      }
      // As Booleans: a failure would print all of it.
      let isWritten = written == lines.joined(separator: "\n") + "\n"
      let isRead = read.csv == written && read.columns.map(\.missing) == missing
      #expect(isWritten && isRead)
    }
  }

  /// Rows that are longer than what is read at once.
  @Test func longRows() throws {
    let long = String(repeating: "x", count: 3 << 16)
    let table = try CSVReader(
      InputBytes(Array("a,b\n\"\(long)\",1\ny,2\n".utf8), path: "text"), CSVFormat(),
      bufferSize: 1 << 16
    ).rest()
    #expect(try table.labels("a") == [long, "y"])
    let names = (0..<50_000).map { "column \($0)" }
    let wide = try Table(
      csv: names.joined(separator: ",") + "\n" + names.map { _ in "7" }.joined(separator: ","))
    #expect(wide.names == names && wide.rows == 1)
  }

  @Test func tables() throws {
    #expect(throws: TableError.lengths(column: "b", expected: 1, found: 2)) {
      try Table([Table.Column("a", [1]), Table.Column("b", [1, 2])])
    }
    #expect(throws: TableError.duplicateColumn("a")) {
      try Table([Table.Column("a", [1]), Table.Column("a", ["x"])])
    }
    let table = try Table([Table.Column("a", [1, .nan]), Table.Column("b", ["x", nil])])
    #expect(throws: TableError.noColumn("c", columns: ["a", "b"])) { try table.column("c") }
    #expect(try table.selectingRows([1, 0]).texts("b") == [nil, "x"])
    #expect(table.columns[1].isText && !table.columns[0].isText)
    #expect(try table.matrix(["a"]).x.rows == 2)
  }
}

@Suite struct TableEncodingTests {
  /// Another table, with its categories in another order, gives the same columns.
  @Test func otherTables() throws {
    let table = try Table(csv: "x,kind,size\n1,b,l\n2,a,s\n3,c,s\n")
    let encoding = try TableEncoding(table, ["kind", "x", "size"])
    #expect(encoding.names == ["kind=b", "kind=c", "x", "size=s"])
    #expect(encoding.columns == ["kind", "x", "size"])
    #expect(try encoding(table) == [[1, 0, 1, 0], [0, 0, 2, 1], [0, 1, 3, 1]])
    let other = try Table(csv: "size,more,kind,x\nl,1,c,5\nl,1,a,6\n")
    #expect(try encoding(other) == [[0, 1, 5, 0], [0, 0, 6, 0]])
    let copy = try JSONDecoder().decode(TableEncoding.self, from: JSONEncoder().encode(encoding))
    #expect(copy == encoding)
    #expect(throws: TableError.unknownCategory(column: "kind", row: 1, text: "d")) {
      try encoding(Table(csv: "size,kind,x\nl,c,5\nl,d,6\n"))
    }
    #expect(throws: TableError.notNumbers("x")) {
      try encoding(Table(csv: "size,kind,x\nl,c,large\n"))
    }
    #expect(throws: TableError.noColumn("x", columns: ["size", "kind"])) {
      try encoding(Table(csv: "size,kind\nl,c\n"))
    }
  }

  /// Texts that look like numbers elsewhere are categories still.
  @Test func numbersAsCategories() throws {
    let encoding = try TableEncoding(
      Table(csv: "zip\n1\n2\n", format: CSVFormat(texts: ["zip"])), keepsFirst: true)
    #expect(try encoding(Table(csv: "zip\n2\n1\n")) == [[0, 1], [1, 0]])
  }
}
