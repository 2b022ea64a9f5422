import Foundation

/// What libFuzzer calls with bytes of its making; the environment variable FUZZ_READER names the reader.
///
/// `Scripts/fuzz.sh` builds and runs it; it is no part of the package otherwise. The main function is libFuzzer's.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  unsafe reader(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

private let reader: @Sendable ([UInt8]) -> Void = {
  let name = ProcessInfo.processInfo.environment["FUZZ_READER"] ?? ""
  guard let reader = readers[name] else {
    fatalError("FUZZ_READER must be one of \(readers.keys.sorted())")
  }
  return reader
}()
