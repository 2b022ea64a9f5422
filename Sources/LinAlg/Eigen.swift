/// Eigenvalues and right eigenvectors of a general square matrix, A v = λ v (`geev`).
///
/// About 25n³ flops. Complex eigenvalues come in conjugate pairs, the one with the positive imaginary part
/// first. There is no `solve` here: the vectors of a general matrix can be arbitrarily
/// ill-conditioned. Use `LU`.
public struct Eigen<Element: Scalar>: Sendable {
  /// The real parts of the eigenvalues.
  public let realParts: [Element]
  /// The imaginary parts of the eigenvalues; 0 for a real one.
  public let imaginaryParts: [Element]
  @usableFromInline let packed: Matrix<Element>

  /// Decomposes a matrix, using its memory as work space if the caller gives it up.
  ///
  /// Throws: `notSquare`, `nonFinite`, `notConverged`.
  public init(_ a: consuming Matrix<Element>) throws(LinAlgError) {
    guard a.isSquare else { throw .notSquare(rows: a.rows, columns: a.columns) }
    try a.checkFinite()
    if a.isEmpty {
      (realParts, imaginaryParts, packed) = ([], [], a)
    } else {
      (realParts, imaginaryParts, packed) = try LAPACK.geev(&a, vectors: true)
    }
  }

  /// The eigenvalues alone, at a fraction of the cost.
  ///
  /// Throws: `notSquare`, `nonFinite`, `notConverged`.
  public static func values(
    of a: consuming Matrix<Element>
  ) throws(LinAlgError) -> (realParts: [Element], imaginaryParts: [Element]) {
    guard a.isSquare else { throw .notSquare(rows: a.rows, columns: a.columns) }
    try a.checkFinite()
    if a.isEmpty { return ([], []) }
    let result = try LAPACK.geev(&a, vectors: false)
    return (result.real, result.imaginary)
  }

  /// The real parts of the eigenvectors, as columns.
  ///
  /// Each vector has Euclidean norm 1.
  @inlinable
  public var realVectors: Matrix<Element> {
    Matrix(rows: packed.rows, columns: packed.columns) { i, j in
      // LAPACK packs a conjugate pair as one column of real and one of imaginary parts.
      imaginaryParts[j] < 0 ? packed[i, j - 1] : packed[i, j]
    }
  }

  /// The imaginary parts of the eigenvectors, as columns.
  @inlinable
  public var imaginaryVectors: Matrix<Element> {
    Matrix(rows: packed.rows, columns: packed.columns) { i, j in
      imaginaryParts[j] == 0 ? 0 : imaginaryParts[j] > 0 ? packed[i, j + 1] : -packed[i, j]
    }
  }
}
