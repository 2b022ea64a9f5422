public import Foundation

/// Why a chart could not be drawn.
public enum ChartError: Error, Hashable, Sendable, CustomStringConvertible {
  /// gnuplot is not installed; what it would have been told is kept at the path.
  case noGnuplot(script: String)
  /// gnuplot failed, with what it said; what it was told is kept at the path.
  case gnuplotFailed(reason: String, script: String)
  /// A path that ends neither in .svg nor in .png.
  case unknownFormat(path: String)
  /// A file could not be written.
  case system(path: String, reason: String)

  /// One sentence that says what to do.
  public var description: String {
    switch self {
    case .noGnuplot(let script):
      "gnuplot is not installed (on Debian and Ubuntu: apt-get install gnuplot-nox); the script and data are in \(script)"
    case .gnuplotFailed(let reason, let script): "gnuplot failed on \(script): \(reason)"
    case .unknownFormat(let path): "\(path): pictures end in .svg or .png"
    case .system(let path, let reason): "\(path): \(reason)"
    }
  }
}

extension Chart {
  /// Draws the chart to a file that ends in .svg or .png, which takes its place when it is whole.
  ///
  /// Throws: `noGnuplot`, `gnuplotFailed`, where the script is kept beside the place as NAME.gnuplot; `unknownFormat`;
  /// `system`.
  public func write(to url: URL) throws(ChartError) { try write(to: url, gnuplot: "gnuplot") }

  func write(to url: URL, gnuplot: String) throws(ChartError) {
    guard ["svg", "png"].contains(url.pathExtension) else { throw .unknownFormat(path: url.path) }
    let name = ".\(url.lastPathComponent).\(UUID().uuidString).\(url.pathExtension)"
    let picture = url.deletingLastPathComponent().appending(path: name)
    let kept = url.deletingPathExtension().appendingPathExtension("gnuplot")
    do {
      try script(output: url.path).write(to: kept, atomically: true, encoding: .utf8)
    } catch {
      throw .system(path: kept.path, reason: error.localizedDescription)
    }
    let (status, output) = try Self.run(gnuplot, script(output: picture.path), kept.path)
    if status == 127 { throw .noGnuplot(script: kept.path) }
    let files = FileManager.default
    defer { try? files.removeItem(at: picture) }
    let size = (try? files.attributesOfItem(atPath: picture.path))?[.size] as? Int ?? 0
    guard status == 0, size > 0 else {
      throw .gnuplotFailed(
        reason: output.trimmingCharacters(in: .whitespacesAndNewlines), script: kept.path)
    }
    guard unsafe rename(picture.path, url.path) == 0 else {
      throw .system(path: url.path, reason: unsafe String(cString: strerror(errno)))
    }
    try? files.removeItem(at: kept)
  }

  /// The exit code of a program that reads a text (127 if there is no such program), and what it printed.
  private static func run(
    _ program: String, _ text: String, _ path: String
  ) throws(ChartError) -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, output)
    do {
      try process.run()
      // A program that has gone does not end this one.
      signal(SIGPIPE, SIG_IGN)
      try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
      try? input.fileHandleForWriting.close()
      let printed = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: printed, as: UTF8.self))
    } catch {
      throw .system(path: path, reason: error.localizedDescription)
    }
  }
}
