/// A number that BLAS and LAPACK compute with: `Double` or `Float`.
///
/// Each routine that the library uses is one requirement here, under its Fortran name without the
/// type letter, on raw pointers and without checks. The checked forms are in `BLAS` and `LAPACK`;
/// `Double+Scalar.swift` and `Float+Scalar.swift` are twins of one-line calls. Another scalar
/// type is one more such file. The underscored names are not for use outside the library.
public protocol Scalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable, BitwiseCopyable {
  // MARK: BLAS level 1: n, then each vector with its step
  static func _dot(
    _ n: Int32, _ x: UnsafePointer<Self>, _ stepX: Int32, _ y: UnsafePointer<Self>, _ stepY: Int32
  ) -> Self
  static func _axpy(
    _ n: Int32, _ alpha: Self, _ x: UnsafePointer<Self>, _ stepX: Int32,
    _ y: UnsafeMutablePointer<Self>, _ stepY: Int32)
  static func _scal(_ n: Int32, _ alpha: Self, _ x: UnsafeMutablePointer<Self>, _ stepX: Int32)
  static func _nrm2(_ n: Int32, _ x: UnsafePointer<Self>, _ stepX: Int32) -> Self
  // MARK: BLAS level 2
  static func _gemv(
    _ transpose: Bool, _ m: Int32, _ n: Int32, _ alpha: Self, _ a: UnsafePointer<Self>,
    _ lda: Int32, _ x: UnsafePointer<Self>, _ stepX: Int32, _ beta: Self,
    _ y: UnsafeMutablePointer<Self>, _ stepY: Int32)
  static func _gbmv(
    _ transpose: Bool, _ m: Int32, _ n: Int32, _ kl: Int32, _ ku: Int32, _ alpha: Self,
    _ a: UnsafePointer<Self>, _ lda: Int32, _ x: UnsafePointer<Self>, _ stepX: Int32, _ beta: Self,
    _ y: UnsafeMutablePointer<Self>, _ stepY: Int32)
  static func _ger(
    _ m: Int32, _ n: Int32, _ alpha: Self, _ x: UnsafePointer<Self>, _ stepX: Int32,
    _ y: UnsafePointer<Self>, _ stepY: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32)
  // MARK: BLAS level 3
  static func _gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int32, _ n: Int32, _ k: Int32, _ alpha: Self,
    _ a: UnsafePointer<Self>, _ lda: Int32, _ b: UnsafePointer<Self>, _ ldb: Int32, _ beta: Self,
    _ c: UnsafeMutablePointer<Self>, _ ldc: Int32)
  static func _syrk(
    _ upper: Bool, _ transpose: Bool, _ n: Int32, _ k: Int32, _ alpha: Self,
    _ a: UnsafePointer<Self>, _ lda: Int32, _ beta: Self, _ c: UnsafeMutablePointer<Self>,
    _ ldc: Int32)
  static func _trmm(
    _ right: Bool, _ upper: Bool, _ transpose: Bool, _ unit: Bool, _ m: Int32, _ n: Int32,
    _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int32, _ b: UnsafeMutablePointer<Self>,
    _ ldb: Int32)
  static func _trsm(
    _ right: Bool, _ upper: Bool, _ transpose: Bool, _ unit: Bool, _ m: Int32, _ n: Int32,
    _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int32, _ b: UnsafeMutablePointer<Self>,
    _ ldb: Int32)
  static func _trsv(
    _ upper: Bool, _ transpose: Bool, _ unit: Bool, _ n: Int32, _ a: UnsafePointer<Self>,
    _ lda: Int32, _ x: UnsafeMutablePointer<Self>)
  // MARK: LAPACK: every routine returns info
  static func _getrf(
    _ m: Int32, _ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32,
    _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func _getrs(
    _ transpose: CChar, _ n: Int32, _ columns: Int32, _ a: UnsafePointer<Self>, _ lda: Int32,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Self>, _ ldb: Int32
  ) -> Int32
  static func _getri(
    _ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32, _ pivots: UnsafePointer<Int32>,
    _ work: UnsafeMutablePointer<Self>, _ lwork: Int32
  ) -> Int32
  static func _gecon(
    _ norm: CChar, _ n: Int32, _ a: UnsafePointer<Self>, _ lda: Int32, _ anorm: Self,
    _ rcond: UnsafeMutablePointer<Self>, _ work: UnsafeMutablePointer<Self>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func _potrf(_ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32)
    -> Int32
  static func _potrs(
    _ uplo: CChar, _ n: Int32, _ columns: Int32, _ a: UnsafePointer<Self>, _ lda: Int32,
    _ b: UnsafeMutablePointer<Self>, _ ldb: Int32
  ) -> Int32
  static func _potri(_ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32)
    -> Int32
  static func _trtri(
    _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32
  ) -> Int32
  static func _pocon(
    _ uplo: CChar, _ n: Int32, _ a: UnsafePointer<Self>, _ lda: Int32, _ anorm: Self,
    _ rcond: UnsafeMutablePointer<Self>, _ work: UnsafeMutablePointer<Self>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func _trcon(
    _ norm: CChar, _ uplo: CChar, _ diag: CChar, _ n: Int32, _ a: UnsafePointer<Self>, _ lda: Int32,
    _ rcond: UnsafeMutablePointer<Self>, _ work: UnsafeMutablePointer<Self>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func _geqp3(
    _ m: Int32, _ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32,
    _ pivots: UnsafeMutablePointer<Int32>, _ tau: UnsafeMutablePointer<Self>,
    _ work: UnsafeMutablePointer<Self>, _ lwork: Int32
  ) -> Int32
  static func _orgqr(
    _ m: Int32, _ n: Int32, _ k: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32,
    _ tau: UnsafePointer<Self>, _ work: UnsafeMutablePointer<Self>, _ lwork: Int32
  ) -> Int32
  static func _ormqr(
    _ side: CChar, _ transpose: CChar, _ m: Int32, _ n: Int32, _ k: Int32, _ a: UnsafePointer<Self>,
    _ lda: Int32, _ tau: UnsafePointer<Self>, _ c: UnsafeMutablePointer<Self>, _ ldc: Int32,
    _ work: UnsafeMutablePointer<Self>, _ lwork: Int32
  ) -> Int32
  static func _gesdd(
    _ job: CChar, _ m: Int32, _ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32,
    _ s: UnsafeMutablePointer<Self>, _ u: UnsafeMutablePointer<Self>, _ ldu: Int32,
    _ vt: UnsafeMutablePointer<Self>, _ ldvt: Int32, _ work: UnsafeMutablePointer<Self>,
    _ lwork: Int32, _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func _syevd(
    _ job: CChar, _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32,
    _ w: UnsafeMutablePointer<Self>, _ work: UnsafeMutablePointer<Self>, _ lwork: Int32,
    _ iwork: UnsafeMutablePointer<Int32>, _ liwork: Int32
  ) -> Int32
  static func _sytrd(
    _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32,
    _ d: UnsafeMutablePointer<Self>, _ e: UnsafeMutablePointer<Self>,
    _ tau: UnsafeMutablePointer<Self>, _ work: UnsafeMutablePointer<Self>, _ lwork: Int32
  ) -> Int32
  static func _sterf(
    _ n: Int32, _ d: UnsafeMutablePointer<Self>, _ e: UnsafeMutablePointer<Self>
  ) -> Int32
  static func _steqr(
    _ job: CChar, _ n: Int32, _ d: UnsafeMutablePointer<Self>, _ e: UnsafeMutablePointer<Self>,
    _ z: UnsafeMutablePointer<Self>, _ ldz: Int32, _ work: UnsafeMutablePointer<Self>
  ) -> Int32
  static func _gebrd(
    _ m: Int32, _ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32,
    _ d: UnsafeMutablePointer<Self>, _ e: UnsafeMutablePointer<Self>,
    _ tauQ: UnsafeMutablePointer<Self>, _ tauP: UnsafeMutablePointer<Self>,
    _ work: UnsafeMutablePointer<Self>, _ lwork: Int32
  ) -> Int32
  static func _bdsqr(
    _ uplo: CChar, _ n: Int32, _ vtColumns: Int32, _ uRows: Int32, _ d: UnsafeMutablePointer<Self>,
    _ e: UnsafeMutablePointer<Self>, _ vt: UnsafeMutablePointer<Self>, _ ldvt: Int32,
    _ u: UnsafeMutablePointer<Self>, _ ldu: Int32, _ work: UnsafeMutablePointer<Self>
  ) -> Int32
  static func _geev(
    _ left: CChar, _ right: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32,
    _ real: UnsafeMutablePointer<Self>, _ imaginary: UnsafeMutablePointer<Self>,
    _ vl: UnsafeMutablePointer<Self>, _ ldvl: Int32, _ vr: UnsafeMutablePointer<Self>,
    _ ldvr: Int32, _ work: UnsafeMutablePointer<Self>, _ lwork: Int32
  ) -> Int32
  static func _gbtrf(
    _ m: Int32, _ n: Int32, _ kl: Int32, _ ku: Int32, _ ab: UnsafeMutablePointer<Self>,
    _ ldab: Int32, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func _gbtrs(
    _ transpose: CChar, _ n: Int32, _ kl: Int32, _ ku: Int32, _ columns: Int32,
    _ ab: UnsafePointer<Self>, _ ldab: Int32, _ pivots: UnsafePointer<Int32>,
    _ b: UnsafeMutablePointer<Self>, _ ldb: Int32
  ) -> Int32
  static func _gbcon(
    _ norm: CChar, _ n: Int32, _ kl: Int32, _ ku: Int32, _ ab: UnsafePointer<Self>, _ ldab: Int32,
    _ pivots: UnsafePointer<Int32>, _ anorm: Self, _ rcond: UnsafeMutablePointer<Self>,
    _ work: UnsafeMutablePointer<Self>, _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func _gbsv(
    _ n: Int32, _ kl: Int32, _ ku: Int32, _ columns: Int32, _ ab: UnsafeMutablePointer<Self>,
    _ ldab: Int32, _ pivots: UnsafeMutablePointer<Int32>, _ b: UnsafeMutablePointer<Self>,
    _ ldb: Int32
  ) -> Int32
  static func _tbtrs(
    _ uplo: CChar, _ transpose: CChar, _ unit: CChar, _ n: Int32, _ bandwidth: Int32,
    _ columns: Int32, _ ab: UnsafePointer<Self>, _ ldab: Int32, _ b: UnsafeMutablePointer<Self>,
    _ ldb: Int32
  ) -> Int32
  static func _pbtrf(
    _ uplo: CChar, _ n: Int32, _ kd: Int32, _ ab: UnsafeMutablePointer<Self>, _ ldab: Int32
  ) -> Int32
  static func _pbtrs(
    _ uplo: CChar, _ n: Int32, _ kd: Int32, _ columns: Int32, _ ab: UnsafePointer<Self>,
    _ ldab: Int32, _ b: UnsafeMutablePointer<Self>, _ ldb: Int32
  ) -> Int32
  static func _pbcon(
    _ uplo: CChar, _ n: Int32, _ kd: Int32, _ ab: UnsafePointer<Self>, _ ldab: Int32, _ anorm: Self,
    _ rcond: UnsafeMutablePointer<Self>, _ work: UnsafeMutablePointer<Self>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func _gttrf(
    _ n: Int32, _ dl: UnsafeMutablePointer<Self>, _ d: UnsafeMutablePointer<Self>,
    _ du: UnsafeMutablePointer<Self>, _ du2: UnsafeMutablePointer<Self>,
    _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func _gttrs(
    _ transpose: CChar, _ n: Int32, _ columns: Int32, _ dl: UnsafePointer<Self>,
    _ d: UnsafePointer<Self>, _ du: UnsafePointer<Self>, _ du2: UnsafePointer<Self>,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Self>, _ ldb: Int32
  ) -> Int32
  static func _gtcon(
    _ norm: CChar, _ n: Int32, _ dl: UnsafePointer<Self>, _ d: UnsafePointer<Self>,
    _ du: UnsafePointer<Self>, _ du2: UnsafePointer<Self>, _ pivots: UnsafePointer<Int32>,
    _ anorm: Self, _ rcond: UnsafeMutablePointer<Self>, _ work: UnsafeMutablePointer<Self>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func _gtsv(
    _ n: Int32, _ columns: Int32, _ dl: UnsafeMutablePointer<Self>, _ d: UnsafeMutablePointer<Self>,
    _ du: UnsafeMutablePointer<Self>, _ b: UnsafeMutablePointer<Self>, _ ldb: Int32
  ) -> Int32
  // MARK: Kernels of our own, see CKernels
  static func _firstNonFinite(_ n: Int, _ x: UnsafePointer<Self>) -> Int
  static func _sum(_ n: Int, _ x: UnsafePointer<Self>) -> Self
  static func _absoluteSum(_ n: Int, _ x: UnsafePointer<Self>) -> Self
  static func _dotSmall(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self
  static func _absoluteMaximum(_ n: Int, _ x: UnsafePointer<Self>) -> Self
  static func _symmetricNorm(
    _ fromUpper: Bool, _ n: Int, _ a: UnsafePointer<Self>, _ lda: Int,
    _ sums: UnsafeMutablePointer<Self>
  ) -> Self
  static func _oneNorm(_ m: Int, _ n: Int, _ a: UnsafePointer<Self>, _ lda: Int) -> Self
  static func _infinityNorm(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Self>, _ lda: Int, _ sums: UnsafeMutablePointer<Self>
  ) -> Self
  static func _transpose(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafeMutablePointer<Self>,
    _ ldb: Int)
  static func _symmetrize(_ fromUpper: Bool, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int)
  static func _exp(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _expm1(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _log(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _log1p(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _tanh(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _sigmoid(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _softplus(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _relu(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _rowLogSumExp(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Self>, _ lda: Int, _ y: UnsafeMutablePointer<Self>)
  static func _rowSoftmax(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Self>, _ lda: Int, _ y: UnsafeMutablePointer<Self>,
    _ ldy: Int)
  static func _rowLogSoftmax(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Self>, _ lda: Int, _ y: UnsafeMutablePointer<Self>,
    _ ldy: Int)
  static func _expGradient(
    _ n: Int, _ y: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>)
  static func _expm1Gradient(
    _ n: Int, _ y: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>)
  static func _logGradient(
    _ n: Int, _ y: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>)
  static func _log1pGradient(
    _ n: Int, _ y: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>)
  static func _tanhGradient(
    _ n: Int, _ y: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>)
  static func _sigmoidGradient(
    _ n: Int, _ y: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>)
  static func _softplusGradient(
    _ n: Int, _ y: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>)
  static func _reluGradient(
    _ n: Int, _ y: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>)
  static func _columnLogSumExp(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Self>, _ lda: Int, _ y: UnsafeMutablePointer<Self>)
  static func _columnSoftmax(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Self>, _ lda: Int, _ y: UnsafeMutablePointer<Self>,
    _ ldy: Int)
  static func _columnLogSoftmax(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Self>, _ lda: Int, _ y: UnsafeMutablePointer<Self>,
    _ ldy: Int)
  static func _segmentSoftmax(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _segmentLogSoftmax(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _segmentLogSumExp(
    _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _segmentSoftmaxGradient(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ p: UnsafePointer<Self>, _ g: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _segmentLogSoftmaxGradient(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ p: UnsafePointer<Self>, _ g: UnsafePointer<Self>, _ factors: UnsafePointer<Self>?,
    _ y: UnsafeMutablePointer<Self>)
  static func _segmentLogSumExpGradient(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ p: UnsafePointer<Self>, _ factors: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _segmentLabelGradient(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ p: UnsafePointer<Self>, _ labels: UnsafePointer<Int>, _ factors: UnsafePointer<Self>,
    _ y: UnsafeMutablePointer<Self>)
  static func _filterLoop(
    _ n: Int, _ w: UnsafePointer<Self>, _ s: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>,
    _ state: Self
  ) -> Self
  static func _filterScan(
    _ n: Int, _ w: UnsafePointer<Self>, _ s: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>,
    _ state: Self
  ) -> Self
  /// Numbers of a signal up to which caches hold it, and that threads take at a time which share a long one.
  static var _scanCached: Int { get }
  static var _scanBlock: Int { get }
  static func _filterMap(
    _ isBackward: Bool, _ w: UnsafePointer<Self>, _ x: UnsafePointer<Self>,
    _ product: UnsafeMutablePointer<Self>, _ sum: UnsafeMutablePointer<Self>,
    _ largest: UnsafeMutablePointer<Self>)
  static func _filterStream(
    _ n: Int, _ ahead: Int, _ w: UnsafePointer<Self>, _ s: UnsafePointer<Self>,
    _ y: UnsafeMutablePointer<Self>, _ state: Self
  ) -> Self
  static func _filterGradients(
    _ adds: Bool, _ n: Int, _ w: UnsafePointer<Self>, _ g: UnsafePointer<Self>,
    _ s: UnsafePointer<Self>, _ before: UnsafePointer<Self>, _ next: Self,
    _ bySample: UnsafeMutablePointer<Self>, _ byWeight: UnsafeMutablePointer<Self>
  ) -> Self
  static func _filterChannels(
    _ n: Int, _ channels: Int, _ w: UnsafePointer<Self>, _ s: UnsafePointer<Self>, _ lds: Int,
    _ y: UnsafeMutablePointer<Self>, _ ldy: Int, _ states: UnsafeMutablePointer<Self>)
  static func _recursiveFilter(
    _ isStream: Bool, _ n: Int, _ p: Int, _ q: Int, _ a: UnsafePointer<Self>, _ lda: Int,
    _ b: UnsafePointer<Self>, _ ldb: Int, _ x: UnsafePointer<Self>, _ pastX: UnsafePointer<Self>?,
    _ pastY: UnsafePointer<Self>?, _ y: UnsafeMutablePointer<Self>)
  static func _recursiveAdjoints(
    _ n: Int, _ p: Int, _ left: Int, _ a: UnsafePointer<Self>, _ lda: Int, _ g: UnsafePointer<Self>,
    _ lambda: UnsafeMutablePointer<Self>)
  static func _recursiveGradients(
    _ n: Int, _ p: Int, _ q: Int, _ left: Int, _ lambda: UnsafePointer<Self>,
    _ b: UnsafePointer<Self>, _ ldb: Int, _ x: UnsafePointer<Self>, _ pastX: UnsafePointer<Self>?,
    _ y: UnsafePointer<Self>, _ pastY: UnsafePointer<Self>?, _ byX: UnsafeMutablePointer<Self>,
    _ byA: UnsafeMutablePointer<Self>, _ ldda: Int, _ byB: UnsafeMutablePointer<Self>, _ lddb: Int
  ) -> Self
  static func _prefetchColumns(_ m: Int, _ n: Int, _ a: UnsafePointer<Self>, _ lda: Int)
  static func _standardize(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Self>, _ ldx: Int, _ shift: UnsafePointer<Self>,
    _ factor: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ ldy: Int)
  static func _standardizedProduct(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Self>, _ ldx: Int, _ shift: UnsafePointer<Self>,
    _ factor: UnsafePointer<Self>, _ theta: UnsafePointer<Self>, _ bias: Self,
    _ z: UnsafeMutablePointer<Self>)
  static func _standardizedProjection(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Self>, _ ldx: Int, _ shift: UnsafePointer<Self>,
    _ factor: UnsafePointer<Self>, _ r: UnsafePointer<Self>, _ g: UnsafeMutablePointer<Self>)
  static func _scaleRows(
    _ m: Int, _ n: Int, _ factors: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ ldy: Int)
  static func _gram(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Self>, _ ldx: Int, _ c: UnsafeMutablePointer<Self>,
    _ ldc: Int)
  static func _logisticTerms(
    _ n: Int, _ z: UnsafePointer<Self>, _ sign: UnsafePointer<Self>, _ weight: UnsafePointer<Self>,
    _ slope: UnsafeMutablePointer<Self>, _ curvature: UnsafeMutablePointer<Self>
  ) -> Self
  static func _softmaxTerms(
    _ m: Int, _ n: Int, _ z: UnsafeMutablePointer<Self>, _ ldz: Int, _ labels: UnsafePointer<Int>,
    _ weights: UnsafePointer<Self>?
  ) -> Self
  static func _gemmSquare(
    _ n: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, _ c: UnsafeMutablePointer<Self>)
  static func _gemmSmall(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Self,
    _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ beta: Self,
    _ c: UnsafeMutablePointer<Self>, _ ldc: Int)
  static func _gemmMedium(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Self,
    _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ beta: Self,
    _ c: UnsafeMutablePointer<Self>, _ ldc: Int
  ) -> Bool
  static func _getrfSmall(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func _getrsSmall(
    _ transpose: Bool, _ n: Int, _ columns: Int, _ a: UnsafePointer<Self>, _ lda: Int,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Self>, _ ldb: Int)
  static func _gesvSmall(
    _ n: Int, _ a: UnsafePointer<Self>, _ b: UnsafeMutablePointer<Self>
  ) -> Bool
  static func _posvSmall(
    _ n: Int, _ a: UnsafePointer<Self>, _ b: UnsafeMutablePointer<Self>
  ) -> Bool
  static func _potrfSmall(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int, _ norm: UnsafeMutablePointer<Self>
  ) -> Int32
  static func _potrsSmall(
    _ n: Int, _ columns: Int, _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafeMutablePointer<Self>,
    _ ldb: Int)
  static func _geqrfMedium(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int,
    _ tau: UnsafeMutablePointer<Self>)
  static func _ormqrMedium(
    _ transpose: Bool, _ m: Int, _ n: Int, _ count: Int, _ a: UnsafePointer<Self>, _ lda: Int,
    _ tau: UnsafePointer<Self>, _ c: UnsafeMutablePointer<Self>, _ ldc: Int)
  static func _labrd(
    _ m: Int, _ n: Int, _ count: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int,
    _ d: UnsafeMutablePointer<Self>, _ e: UnsafeMutablePointer<Self>,
    _ tauQ: UnsafeMutablePointer<Self>, _ tauP: UnsafeMutablePointer<Self>,
    _ p: UnsafeMutablePointer<Self>, _ ldp: Int, _ w: UnsafeMutablePointer<Self>, _ ldw: Int,
    _ space: UnsafeMutablePointer<Self>)
  static func _latrd(
    _ n: Int, _ count: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int,
    _ d: UnsafeMutablePointer<Self>, _ e: UnsafeMutablePointer<Self>,
    _ tau: UnsafeMutablePointer<Self>, _ v: UnsafeMutablePointer<Self>,
    _ w: UnsafeMutablePointer<Self>, _ ld: Int)
  static func _secularRoot(
    _ n: Int, _ j: Int, _ d: UnsafePointer<Self>, _ z: UnsafePointer<Self>, _ rho: Self,
    _ squares: Bool, _ delta: UnsafeMutablePointer<Self>, _ root: UnsafeMutablePointer<Self>
  ) -> Bool
  static func _secularWeights(
    _ first: Int, _ last: Int, _ n: Int, _ d: UnsafePointer<Self>, _ z: UnsafePointer<Self>,
    _ squares: Bool, _ deltas: UnsafePointer<Self>, _ ld: Int, _ w: UnsafeMutablePointer<Self>)
  static func _secularVectors(
    _ first: Int, _ last: Int, _ n: Int, _ d: UnsafePointer<Self>, _ w: UnsafePointer<Self>,
    _ order: UnsafePointer<Int32>, _ deltas: UnsafeMutablePointer<Self>, _ ld: Int,
    _ left: UnsafeMutablePointer<Self>?, _ leftLD: Int, _ space: UnsafeMutablePointer<Self>)
  static func _getrfMedium(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int,
    _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32
  static func _laswp(
    _ first: Int, _ next: Int, _ a: UnsafeMutablePointer<Self>, _ columns: Int, _ lda: Int,
    _ pivots: UnsafePointer<Int32>)
  static func _trsmMedium(
    _ m: Int, _ n: Int, _ l: UnsafePointer<Self>, _ ldl: Int, _ b: UnsafeMutablePointer<Self>,
    _ ldb: Int)
  static func _potrfMedium(_ n: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int) -> Int32
  static func _gbtrfNarrow(
    _ n: Int, _ kl: Int, _ ku: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int,
    _ pivots: UnsafeMutablePointer<Int32>, _ b: UnsafeMutablePointer<Self>?
  ) -> Int
  static func _gbtrsNarrow(
    _ n: Int, _ kl: Int, _ ku: Int, _ columns: Int, _ a: UnsafePointer<Self>, _ lda: Int,
    _ pivots: UnsafePointer<Int32>?, _ b: UnsafeMutablePointer<Self>, _ ldb: Int)
  static func _pbtrfNarrow(
    _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int
  ) -> Int
  static func _pbtrsNarrow(
    _ n: Int, _ k: Int, _ columns: Int, _ a: UnsafePointer<Self>, _ lda: Int,
    _ b: UnsafeMutablePointer<Self>, _ ldb: Int)
  static func _tridiagonalSolve(
    _ n: Int, _ step: Int, _ lower: UnsafePointer<Self>?, _ diagonal: UnsafePointer<Self>,
    _ upper: UnsafePointer<Self>?, _ b: UnsafeMutablePointer<Self>,
    _ work: UnsafeMutablePointer<Self>
  ) -> Bool
  // MARK: Neural networks
  static func _denseForward(
    _ units: Int, _ inputs: Int, _ m: Int, _ w: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    _ x: UnsafePointer<Self>, _ z: UnsafeMutablePointer<Self>
  )
  static func _denseBackward(
    _ units: Int, _ inputs: Int, _ m: Int, _ w: UnsafePointer<Self>, _ x: UnsafePointer<Self>,
    _ d: UnsafePointer<Self>, _ gw: UnsafeMutablePointer<Self>, _ gb: UnsafeMutablePointer<Self>,
    _ dx: UnsafeMutablePointer<Self>?
  )
  static func _repeatColumn(
    _ units: Int, _ m: Int, _ b: UnsafePointer<Self>, _ z: UnsafeMutablePointer<Self>
  )
  static func _sumColumns(
    _ units: Int, _ m: Int, _ d: UnsafePointer<Self>, _ b: UnsafeMutablePointer<Self>
  )
  static func _leakyRelu(
    _ n: Int, _ slope: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  )
  static func _leakyReluGradient(
    _ n: Int, _ slope: Self, _ y: UnsafePointer<Self>, _ d: UnsafeMutablePointer<Self>
  )
  static func _gelu(
    _ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  )
  static func _geluGradient(
    _ n: Int, _ x: UnsafePointer<Self>, _ d: UnsafeMutablePointer<Self>
  )
  static func _softmaxGradient(
    _ units: Int, _ m: Int, _ y: UnsafePointer<Self>, _ d: UnsafeMutablePointer<Self>
  )
  static func _crossEntropy(
    _ classes: Int, _ m: Int, _ z: UnsafeMutablePointer<Self>, _ labels: UnsafePointer<Int32>,
    _ weights: UnsafePointer<Self>?, _ scale: Self
  ) -> Self
  static func _binaryCrossEntropy(
    _ outputs: Int, _ m: Int, _ z: UnsafeMutablePointer<Self>, _ y: UnsafePointer<Self>,
    _ weights: UnsafePointer<Self>?, _ scale: Self
  ) -> Self
  static func _squaredError(
    _ outputs: Int, _ m: Int, _ a: UnsafeMutablePointer<Self>, _ y: UnsafePointer<Self>,
    _ weights: UnsafePointer<Self>?, _ scale: Self
  ) -> Self
  static func _batchStatistics(
    _ units: Int, _ m: Int, _ x: UnsafePointer<Self>, _ mean: UnsafeMutablePointer<Self>,
    _ variance: UnsafeMutablePointer<Self>
  )
  static func _normalize(
    _ units: Int, _ m: Int, _ x: UnsafeMutablePointer<Self>, _ mean: UnsafePointer<Self>,
    _ inverse: UnsafePointer<Self>, _ scale: UnsafePointer<Self>, _ shift: UnsafePointer<Self>,
    _ kept: UnsafeMutablePointer<Self>
  )
  static func _normalizeGradient(
    _ units: Int, _ m: Int, _ kept: UnsafePointer<Self>, _ inverse: UnsafePointer<Self>,
    _ scale: UnsafePointer<Self>, _ gscale: UnsafeMutablePointer<Self>,
    _ gshift: UnsafeMutablePointer<Self>, _ d: UnsafeMutablePointer<Self>
  )
  static func _onlineSpace(_ layers: Int, _ widths: UnsafePointer<Int>) -> Int
  static func _onlineDescent(
    _ layers: Int, _ widths: UnsafePointer<Int>, _ activations: UnsafePointer<Int32>,
    _ slopes: UnsafePointer<Self>, _ m: Int, _ order: UnsafePointer<Int>?,
    _ x: UnsafePointer<Self>, _ labels: UnsafePointer<Int32>?, _ values: UnsafePointer<Self>?,
    _ isBinary: Bool, _ weights: UnsafePointer<Self>?, _ rate: Self, _ penalty: Self,
    _ parameters: UnsafeMutablePointer<Self>, _ space: UnsafeMutablePointer<Self>
  ) -> Self
  static func _momentumStep(
    _ n: Int, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
    _ velocity: UnsafeMutablePointer<Self>, _ rate: Self, _ momentum: Self, _ nesterov: Bool
  )
  static func _adamStep(
    _ n: Int, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
    _ m: UnsafeMutablePointer<Self>, _ v: UnsafeMutablePointer<Self>, _ rate: Self, _ beta1: Self,
    _ beta2: Self, _ epsilon: Self, _ decay: Self, _ first: Self, _ second: Self
  )
  static func _rmsStep(
    _ n: Int, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
    _ v: UnsafeMutablePointer<Self>, _ rate: Self, _ decay: Self, _ epsilon: Self
  )
  static func _addScaled(
    _ n: Int, _ factor: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  )
  static func _clamp(
    _ n: Int, _ limit: Self, _ x: UnsafeMutablePointer<Self>
  )
  static func _sumOfSquares(
    _ n: Int, _ x: UnsafePointer<Self>
  ) -> Self
}
