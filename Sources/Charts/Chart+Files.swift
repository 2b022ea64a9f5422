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
  /// Throws: `noGnuplot`, `gnuplotFailed`, where the script is kept beside the place as NAME.gnuplot, or with a number if there
  /// is such a file; `unknownFormat`; `system`.
  public func write(to url: URL) throws(ChartError) { try write(to: url, gnuplot: "gnuplot") }

  func write(to url: URL, gnuplot: String) throws(ChartError) {
    guard ["svg", "png"].contains(url.pathExtension) else { throw .unknownFormat(path: url.path) }
    let (files, folder) = (FileManager.default, url.deletingLastPathComponent())
    let name = ".chart-\(UUID().uuidString)"
    let picture = folder.appending(path: "\(name).\(url.pathExtension)")
    let script = folder.appending(path: "\(name).gnuplot")
    defer { for file in [picture, script] { try? files.removeItem(at: file) } }
    do {
      try self.script(output: picture.path).write(to: script, atomically: false, encoding: .utf8)
    } catch {
      throw .system(path: url.path, reason: error.localizedDescription)
    }
    let (status, output) = try Self.run(gnuplot, script.path)
    let size = (try? files.attributesOfItem(atPath: picture.path))?[.size] as? Int ?? 0
    guard status == 0, size > 0 else {
      let kept = try keepScript(beside: url)
      if status == 127 { throw .noGnuplot(script: kept) }
      throw .gnuplotFailed(
        reason: output.trimmingCharacters(in: .whitespacesAndNewlines), script: kept)
    }
    guard unsafe rename(picture.path, url.path) == 0 else {
      throw .system(path: url.path, reason: unsafe String(cString: strerror(errno)))
    }
  }

  /// Writes the script beside a picture, under a name that no file has; returns its path.
  private func keepScript(beside url: URL) throws(ChartError) -> String {
    let stem = url.deletingPathExtension().path
    var kept = "\(stem).gnuplot"
    var number = 1
    while FileManager.default.fileExists(atPath: kept) {
      number += 1
      kept = "\(stem)-\(number).gnuplot"
    }
    do {
      try script(output: url.path).write(toFile: kept, atomically: true, encoding: .utf8)
    } catch {
      throw .system(path: kept, reason: error.localizedDescription)
    }
    return kept
  }

  /// The exit code of a program that is given a path (127 if there is no such program), and what it printed.
  private static func run(
    _ program: String, _ path: String
  ) throws(ChartError) -> (status: Int32, output: String) {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program, path]
    (process.standardInput, process.standardOutput) = (FileHandle.nullDevice, output)
    process.standardError = output
    do {
      try process.run()
      let printed = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: printed, as: UTF8.self))
    } catch {
      throw .system(path: path, reason: error.localizedDescription)
    }
  }
}
