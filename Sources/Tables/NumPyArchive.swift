import CZip
public import Foundation
public import LinAlg

/// Arrays with names in one file, NumPy's `.npz`: a zip archive, by libzip, of `.npy` files, compressed or not.
public struct NumPyArchive<Element: Scalar>: Hashable, Sendable {
  /// The arrays by their names.
  public var arrays: [String: NumPyArray<Element>]
  /// What of a file could not be held, such as texts or three dimensions, and why.
  public private(set) var skipped: [String: FileError] = [:]

  /// Arrays by their names.
  public init(_ arrays: [String: NumPyArray<Element>] = [:]) { self.arrays = arrays }

  /// The arrays of a file.
  ///
  /// Throws: `system`; `malformed` for a damaged archive. What `NumPyArray` does not take is in `skipped`.
  public init(contentsOf url: URL) throws(FileError) {
    try self.init(InputFile(url).readAll(), path: url.path)
  }

  init(_ bytes: [UInt8], path: String) throws(FileError) {
    arrays = [:]
    // To libzip, an archive without files.
    if bytes.isEmpty { throw .malformed(path: path, reason: "no bytes") }
    let entries = try unsafe bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
      unsafe try Self.entries(UnsafeRawBufferPointer(bytes), path)
    }
    for (name, contents) in entries {
      let source = InputBytes(contents, path: "\(path): \(name)")
      do throws(FileError) {
        arrays[name] = try NumPyArray(from: source)
      } catch {
        guard case .unsupported = error else { throw error }
        skipped[name] = error
      }
    }
  }

  /// The files of an archive, the ending ".npy" left out.
  private static func entries(
    _ bytes: UnsafeRawBufferPointer, _ path: String
  ) throws(FileError) -> [(name: String, bytes: [UInt8])] {
    var error = unsafe zip_error_t()
    unsafe zip_error_init(&error)
    defer { unsafe zip_error_fini(&error) }
    let source = unsafe zip_source_buffer_create(bytes.baseAddress, UInt64(bytes.count), 0, &error)
    guard let archive = unsafe zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error)
    else {
      let reason = unsafe String(cString: zip_error_strerror(&error))
      unsafe zip_source_free(source)
      throw .malformed(path: path, reason: reason)
    }
    defer { unsafe zip_discard(archive) }
    var entries: [(String, [UInt8])] = []
    for index in 0..<UInt64(max(0, unsafe zip_get_num_entries(archive, 0))) {
      var status = unsafe zip_stat_t()
      let isKnown = unsafe zip_stat_index(archive, index, 0, &status) == 0
      guard isKnown, let cName = unsafe status.name,
        let file = unsafe zip_fopen_index(archive, index, 0)
      else { throw unsafe lastError(archive, path) }
      defer { unsafe zip_fclose(file) }
      let name = unsafe String(cString: cName)
      // Deflate makes at most about a thousand bytes of one: what promises more is refused before memory is taken.
      guard unsafe status.size <= 1040 * (status.comp_size + 16) else {
        throw .malformed(path: path, reason: "\(name) cannot be as large as the archive says")
      }
      let size = unsafe Int(status.size)
      var isWhole = false
      let contents = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
        let count = unsafe zip_fread(file, buffer.baseAddress, UInt64(size))
        // At the end the checksum is compared.
        var more = UInt8(0)
        isWhole = unsafe count == Int64(size) && zip_fread(file, &more, 1) == 0
        filled = isWhole ? size : 0
      }
      guard isWhole else { throw .malformed(path: path, reason: "\(name) is damaged") }
      entries.append((name.hasSuffix(".npy") ? String(name.dropLast(4)) : name, contents))
    }
    return entries
  }

  private static func lastError(_ archive: OpaquePointer, _ path: String) -> FileError {
    .malformed(path: path, reason: unsafe String(cString: zip_strerror(archive)))
  }

  /// Writes the arrays, uncompressed as `numpy.savez` does unless asked for; the file takes its place when it is whole.
  ///
  /// Throws: `system`.
  public func write(to url: URL, compressed: Bool = false) throws(FileError) {
    func failure(_ reason: UnsafePointer<CChar>) -> FileError {
      .system(path: url.path, reason: unsafe String(cString: reason))
    }
    // libzip would write no file.
    if arrays.isEmpty {
      return try OutputFile.write(to: url) { (file) throws(FileError) in
        try file.write([0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18))
      }
    }
    var error = unsafe zip_error_t()
    defer { unsafe zip_error_fini(&error) }
    var code = Int32(0)
    // It writes a file beside the place, and renames it.
    guard let archive = unsafe zip_open(url.path, ZIP_CREATE | ZIP_TRUNCATE, &code) else {
      unsafe zip_error_init_with_code(&error, code)
      throw unsafe failure(zip_error_strerror(&error))
    }
    do throws(FileError) {
      for (name, array) in arrays.sorted(by: { $0.key < $1.key }) {
        var contents = array.header.bytes
        try unsafe array.withElements { (bytes) throws(FileError) in unsafe contents += bytes }
        // The archive frees what it is given.
        let memory = unsafe malloc(contents.count)
        unsafe memory?.copyMemory(from: contents, byteCount: contents.count)
        let source = unsafe zip_source_buffer(archive, memory, UInt64(contents.count), 1)
        let index = unsafe zip_file_add(archive, name + ".npy", source, UInt32(ZIP_FL_ENC_UTF_8))
        if index < 0 { unsafe zip_source_free(source) }
        let method = compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE
        guard index >= 0, unsafe zip_set_file_compression(archive, UInt64(index), method, 0) == 0
        else { throw unsafe failure(zip_strerror(archive)) }
      }
      guard unsafe zip_close(archive) == 0 else { throw unsafe failure(zip_strerror(archive)) }
    } catch {
      unsafe zip_discard(archive)
      throw error
    }
  }
}
