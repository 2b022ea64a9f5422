// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

internal import CBLAS
internal import CKernels

// One line a routine and nothing else; `Double+Scalar.swift` is the same with other letters.
extension Float: Scalar {
  // MARK: BLAS level 1

  public static func _dot(
    _ n: Int32, _ x: UnsafePointer<Float>, _ stepX: Int32, _ y: UnsafePointer<Float>, _ stepY: Int32
  ) -> Float {
    unsafe cblas_sdot(n, x, stepX, y, stepY)
  }

  public static func _axpy(
    _ n: Int32, _ alpha: Float, _ x: UnsafePointer<Float>, _ stepX: Int32,
    _ y: UnsafeMutablePointer<Float>, _ stepY: Int32
  ) {
    unsafe cblas_saxpy(n, alpha, x, stepX, y, stepY)
  }

  public static func _scal(
    _ n: Int32, _ alpha: Float, _ x: UnsafeMutablePointer<Float>, _ stepX: Int32
  ) {
    unsafe cblas_sscal(n, alpha, x, stepX)
  }

  public static func _nrm2(_ n: Int32, _ x: UnsafePointer<Float>, _ stepX: Int32) -> Float {
    unsafe cblas_snrm2(n, x, stepX)
  }

  // MARK: BLAS level 2

  public static func _gemv(
    _ transpose: Bool, _ m: Int32, _ n: Int32, _ alpha: Float, _ a: UnsafePointer<Float>,
    _ lda: Int32, _ x: UnsafePointer<Float>, _ stepX: Int32, _ beta: Float,
    _ y: UnsafeMutablePointer<Float>, _ stepY: Int32
  ) {
    unsafe cblas_sgemv(
      CblasColMajor, transpose ? CblasTrans : CblasNoTrans, m, n, alpha, a, lda, x, stepX, beta, y,
      stepY)
  }

  public static func _gbmv(
    _ transpose: Bool, _ m: Int32, _ n: Int32, _ kl: Int32, _ ku: Int32, _ alpha: Float,
    _ a: UnsafePointer<Float>, _ lda: Int32, _ x: UnsafePointer<Float>, _ stepX: Int32,
    _ beta: Float, _ y: UnsafeMutablePointer<Float>, _ stepY: Int32
  ) {
    unsafe cblas_sgbmv(
      CblasColMajor, transpose ? CblasTrans : CblasNoTrans, m, n, kl, ku, alpha, a, lda, x, stepX,
      beta, y, stepY)
  }

  public static func _ger(
    _ m: Int32, _ n: Int32, _ alpha: Float, _ x: UnsafePointer<Float>, _ stepX: Int32,
    _ y: UnsafePointer<Float>, _ stepY: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32
  ) {
    unsafe cblas_sger(CblasColMajor, m, n, alpha, x, stepX, y, stepY, a, lda)
  }

  // MARK: BLAS level 3

  public static func _gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int32, _ n: Int32, _ k: Int32, _ alpha: Float,
    _ a: UnsafePointer<Float>, _ lda: Int32, _ b: UnsafePointer<Float>, _ ldb: Int32, _ beta: Float,
    _ c: UnsafeMutablePointer<Float>, _ ldc: Int32
  ) {
    unsafe cblas_sgemm(
      CblasColMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
  }

  public static func _syrk(
    _ upper: Bool, _ transpose: Bool, _ n: Int32, _ k: Int32, _ alpha: Float,
    _ a: UnsafePointer<Float>, _ lda: Int32, _ beta: Float, _ c: UnsafeMutablePointer<Float>,
    _ ldc: Int32
  ) {
    unsafe cblas_ssyrk(
      CblasColMajor, upper ? CblasUpper : CblasLower, transpose ? CblasTrans : CblasNoTrans, n, k,
      alpha, a, lda, beta, c, ldc)
  }

  public static func _trmm(
    _ right: Bool, _ upper: Bool, _ transpose: Bool, _ unit: Bool, _ m: Int32, _ n: Int32,
    _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: Int32, _ b: UnsafeMutablePointer<Float>,
    _ ldb: Int32
  ) {
    unsafe cblas_strmm(
      CblasColMajor, right ? CblasRight : CblasLeft, upper ? CblasUpper : CblasLower,
      transpose ? CblasTrans : CblasNoTrans, unit ? CblasUnit : CblasNonUnit, m, n, alpha, a, lda,
      b, ldb)
  }

  public static func _trsm(
    _ right: Bool, _ upper: Bool, _ transpose: Bool, _ unit: Bool, _ m: Int32, _ n: Int32,
    _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: Int32, _ b: UnsafeMutablePointer<Float>,
    _ ldb: Int32
  ) {
    unsafe cblas_strsm(
      CblasColMajor, right ? CblasRight : CblasLeft, upper ? CblasUpper : CblasLower,
      transpose ? CblasTrans : CblasNoTrans, unit ? CblasUnit : CblasNonUnit, m, n, alpha, a, lda,
      b, ldb)
  }

  public static func _trsv(
    _ upper: Bool, _ transpose: Bool, _ unit: Bool, _ n: Int32, _ a: UnsafePointer<Float>,
    _ lda: Int32, _ x: UnsafeMutablePointer<Float>
  ) {
    unsafe cblas_strsv(
      CblasColMajor, upper ? CblasUpper : CblasLower, transpose ? CblasTrans : CblasNoTrans,
      unit ? CblasUnit : CblasNonUnit, n, a, lda, x, 1)
  }

  // MARK: LAPACK

  public static func _getrf(
    _ m: Int32, _ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32,
    _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_sgetrf_work(LAPACK_COL_MAJOR, m, n, a, lda, pivots)
  }

  public static func _getrs(
    _ transpose: CChar, _ n: Int32, _ columns: Int32, _ a: UnsafePointer<Float>, _ lda: Int32,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Float>, _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_sgetrs_work(LAPACK_COL_MAJOR, transpose, n, columns, a, lda, pivots, b, ldb)
  }

  public static func _getri(
    _ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32, _ pivots: UnsafePointer<Int32>,
    _ work: UnsafeMutablePointer<Float>, _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_sgetri_work(LAPACK_COL_MAJOR, n, a, lda, pivots, work, lwork)
  }

  public static func _gecon(
    _ norm: CChar, _ n: Int32, _ a: UnsafePointer<Float>, _ lda: Int32, _ anorm: Float,
    _ rcond: UnsafeMutablePointer<Float>, _ work: UnsafeMutablePointer<Float>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_sgecon_work(LAPACK_COL_MAJOR, norm, n, a, lda, anorm, rcond, work, iwork)
  }

  public static func _potrf(
    _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32
  ) -> Int32 {
    unsafe LAPACKE_spotrf_work(LAPACK_COL_MAJOR, uplo, n, a, lda)
  }

  public static func _potrs(
    _ uplo: CChar, _ n: Int32, _ columns: Int32, _ a: UnsafePointer<Float>, _ lda: Int32,
    _ b: UnsafeMutablePointer<Float>, _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_spotrs_work(LAPACK_COL_MAJOR, uplo, n, columns, a, lda, b, ldb)
  }

  public static func _potri(
    _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32
  ) -> Int32 {
    unsafe LAPACKE_spotri_work(LAPACK_COL_MAJOR, uplo, n, a, lda)
  }

  public static func _trtri(
    _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32
  ) -> Int32 {
    unsafe LAPACKE_strtri_work(
      LAPACK_COL_MAJOR, uplo, CChar(bitPattern: UInt8(ascii: "N")), n, a, lda)
  }

  public static func _pocon(
    _ uplo: CChar, _ n: Int32, _ a: UnsafePointer<Float>, _ lda: Int32, _ anorm: Float,
    _ rcond: UnsafeMutablePointer<Float>, _ work: UnsafeMutablePointer<Float>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_spocon_work(LAPACK_COL_MAJOR, uplo, n, a, lda, anorm, rcond, work, iwork)
  }

  public static func _trcon(
    _ norm: CChar, _ uplo: CChar, _ diag: CChar, _ n: Int32, _ a: UnsafePointer<Float>,
    _ lda: Int32, _ rcond: UnsafeMutablePointer<Float>, _ work: UnsafeMutablePointer<Float>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_strcon_work(LAPACK_COL_MAJOR, norm, uplo, diag, n, a, lda, rcond, work, iwork)
  }

  public static func _geqp3(
    _ m: Int32, _ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32,
    _ pivots: UnsafeMutablePointer<Int32>, _ tau: UnsafeMutablePointer<Float>,
    _ work: UnsafeMutablePointer<Float>, _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_sgeqp3_work(LAPACK_COL_MAJOR, m, n, a, lda, pivots, tau, work, lwork)
  }

  public static func _orgqr(
    _ m: Int32, _ n: Int32, _ k: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32,
    _ tau: UnsafePointer<Float>, _ work: UnsafeMutablePointer<Float>, _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_sorgqr_work(LAPACK_COL_MAJOR, m, n, k, a, lda, tau, work, lwork)
  }

  public static func _ormqr(
    _ side: CChar, _ transpose: CChar, _ m: Int32, _ n: Int32, _ k: Int32,
    _ a: UnsafePointer<Float>, _ lda: Int32, _ tau: UnsafePointer<Float>,
    _ c: UnsafeMutablePointer<Float>, _ ldc: Int32, _ work: UnsafeMutablePointer<Float>,
    _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_sormqr_work(
      LAPACK_COL_MAJOR, side, transpose, m, n, k, a, lda, tau, c, ldc, work, lwork)
  }

  public static func _gesdd(
    _ job: CChar, _ m: Int32, _ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32,
    _ s: UnsafeMutablePointer<Float>, _ u: UnsafeMutablePointer<Float>, _ ldu: Int32,
    _ vt: UnsafeMutablePointer<Float>, _ ldvt: Int32, _ work: UnsafeMutablePointer<Float>,
    _ lwork: Int32, _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_sgesdd_work(
      LAPACK_COL_MAJOR, job, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, iwork)
  }

  public static func _syevd(
    _ job: CChar, _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32,
    _ w: UnsafeMutablePointer<Float>, _ work: UnsafeMutablePointer<Float>, _ lwork: Int32,
    _ iwork: UnsafeMutablePointer<Int32>, _ liwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_ssyevd_work(
      LAPACK_COL_MAJOR, job, uplo, n, a, lda, w, work, lwork, iwork, liwork)
  }

  public static func _sytrd(
    _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32,
    _ d: UnsafeMutablePointer<Float>, _ e: UnsafeMutablePointer<Float>,
    _ tau: UnsafeMutablePointer<Float>, _ work: UnsafeMutablePointer<Float>, _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_ssytrd_work(LAPACK_COL_MAJOR, uplo, n, a, lda, d, e, tau, work, lwork)
  }

  public static func _sterf(
    _ n: Int32, _ d: UnsafeMutablePointer<Float>, _ e: UnsafeMutablePointer<Float>
  ) -> Int32 {
    unsafe LAPACKE_ssterf_work(n, d, e)
  }

  public static func _steqr(
    _ job: CChar, _ n: Int32, _ d: UnsafeMutablePointer<Float>, _ e: UnsafeMutablePointer<Float>,
    _ z: UnsafeMutablePointer<Float>, _ ldz: Int32, _ work: UnsafeMutablePointer<Float>
  ) -> Int32 {
    unsafe LAPACKE_ssteqr_work(LAPACK_COL_MAJOR, job, n, d, e, z, ldz, work)
  }

  public static func _gebrd(
    _ m: Int32, _ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32,
    _ d: UnsafeMutablePointer<Float>, _ e: UnsafeMutablePointer<Float>,
    _ tauQ: UnsafeMutablePointer<Float>, _ tauP: UnsafeMutablePointer<Float>,
    _ work: UnsafeMutablePointer<Float>, _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_sgebrd_work(LAPACK_COL_MAJOR, m, n, a, lda, d, e, tauQ, tauP, work, lwork)
  }

  public static func _bdsqr(
    _ uplo: CChar, _ n: Int32, _ vtColumns: Int32, _ uRows: Int32, _ d: UnsafeMutablePointer<Float>,
    _ e: UnsafeMutablePointer<Float>, _ vt: UnsafeMutablePointer<Float>, _ ldvt: Int32,
    _ u: UnsafeMutablePointer<Float>, _ ldu: Int32, _ work: UnsafeMutablePointer<Float>
  ) -> Int32 {
    var none: Float = 0
    return unsafe LAPACKE_sbdsqr_work(
      LAPACK_COL_MAJOR, uplo, n, vtColumns, uRows, 0, d, e, vt, ldvt, u, ldu, &none, 1, work)
  }

  public static func _geev(
    _ left: CChar, _ right: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32,
    _ real: UnsafeMutablePointer<Float>, _ imaginary: UnsafeMutablePointer<Float>,
    _ vl: UnsafeMutablePointer<Float>, _ ldvl: Int32, _ vr: UnsafeMutablePointer<Float>,
    _ ldvr: Int32, _ work: UnsafeMutablePointer<Float>, _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_sgeev_work(
      LAPACK_COL_MAJOR, left, right, n, a, lda, real, imaginary, vl, ldvl, vr, ldvr, work, lwork)
  }

  public static func _gbtrf(
    _ m: Int32, _ n: Int32, _ kl: Int32, _ ku: Int32, _ ab: UnsafeMutablePointer<Float>,
    _ ldab: Int32, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_sgbtrf_work(LAPACK_COL_MAJOR, m, n, kl, ku, ab, ldab, pivots)
  }

  public static func _gbtrs(
    _ transpose: CChar, _ n: Int32, _ kl: Int32, _ ku: Int32, _ columns: Int32,
    _ ab: UnsafePointer<Float>, _ ldab: Int32, _ pivots: UnsafePointer<Int32>,
    _ b: UnsafeMutablePointer<Float>, _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_sgbtrs_work(
      LAPACK_COL_MAJOR, transpose, n, kl, ku, columns, ab, ldab, pivots, b, ldb)
  }

  public static func _gbcon(
    _ norm: CChar, _ n: Int32, _ kl: Int32, _ ku: Int32, _ ab: UnsafePointer<Float>, _ ldab: Int32,
    _ pivots: UnsafePointer<Int32>, _ anorm: Float, _ rcond: UnsafeMutablePointer<Float>,
    _ work: UnsafeMutablePointer<Float>, _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_sgbcon_work(
      LAPACK_COL_MAJOR, norm, n, kl, ku, ab, ldab, pivots, anorm, rcond, work, iwork)
  }

  public static func _gbsv(
    _ n: Int32, _ kl: Int32, _ ku: Int32, _ columns: Int32, _ ab: UnsafeMutablePointer<Float>,
    _ ldab: Int32, _ pivots: UnsafeMutablePointer<Int32>, _ b: UnsafeMutablePointer<Float>,
    _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_sgbsv_work(LAPACK_COL_MAJOR, n, kl, ku, columns, ab, ldab, pivots, b, ldb)
  }

  public static func _tbtrs(
    _ uplo: CChar, _ transpose: CChar, _ unit: CChar, _ n: Int32, _ bandwidth: Int32,
    _ columns: Int32, _ ab: UnsafePointer<Float>, _ ldab: Int32, _ b: UnsafeMutablePointer<Float>,
    _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_stbtrs_work(
      LAPACK_COL_MAJOR, uplo, transpose, unit, n, bandwidth, columns, ab, ldab, b, ldb)
  }

  public static func _pbtrf(
    _ uplo: CChar, _ n: Int32, _ kd: Int32, _ ab: UnsafeMutablePointer<Float>, _ ldab: Int32
  ) -> Int32 {
    unsafe LAPACKE_spbtrf_work(LAPACK_COL_MAJOR, uplo, n, kd, ab, ldab)
  }

  public static func _pbtrs(
    _ uplo: CChar, _ n: Int32, _ kd: Int32, _ columns: Int32, _ ab: UnsafePointer<Float>,
    _ ldab: Int32, _ b: UnsafeMutablePointer<Float>, _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_spbtrs_work(LAPACK_COL_MAJOR, uplo, n, kd, columns, ab, ldab, b, ldb)
  }

  public static func _pbcon(
    _ uplo: CChar, _ n: Int32, _ kd: Int32, _ ab: UnsafePointer<Float>, _ ldab: Int32,
    _ anorm: Float, _ rcond: UnsafeMutablePointer<Float>, _ work: UnsafeMutablePointer<Float>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_spbcon_work(LAPACK_COL_MAJOR, uplo, n, kd, ab, ldab, anorm, rcond, work, iwork)
  }

  public static func _gttrf(
    _ n: Int32, _ dl: UnsafeMutablePointer<Float>, _ d: UnsafeMutablePointer<Float>,
    _ du: UnsafeMutablePointer<Float>, _ du2: UnsafeMutablePointer<Float>,
    _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_sgttrf_work(n, dl, d, du, du2, pivots)
  }

  public static func _gttrs(
    _ transpose: CChar, _ n: Int32, _ columns: Int32, _ dl: UnsafePointer<Float>,
    _ d: UnsafePointer<Float>, _ du: UnsafePointer<Float>, _ du2: UnsafePointer<Float>,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Float>, _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_sgttrs_work(
      LAPACK_COL_MAJOR, transpose, n, columns, dl, d, du, du2, pivots, b, ldb)
  }

  public static func _gtcon(
    _ norm: CChar, _ n: Int32, _ dl: UnsafePointer<Float>, _ d: UnsafePointer<Float>,
    _ du: UnsafePointer<Float>, _ du2: UnsafePointer<Float>, _ pivots: UnsafePointer<Int32>,
    _ anorm: Float, _ rcond: UnsafeMutablePointer<Float>, _ work: UnsafeMutablePointer<Float>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_sgtcon_work(norm, n, dl, d, du, du2, pivots, anorm, rcond, work, iwork)
  }

  public static func _gtsv(
    _ n: Int32, _ columns: Int32, _ dl: UnsafeMutablePointer<Float>,
    _ d: UnsafeMutablePointer<Float>, _ du: UnsafeMutablePointer<Float>,
    _ b: UnsafeMutablePointer<Float>, _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_sgtsv_work(LAPACK_COL_MAJOR, n, columns, dl, d, du, b, ldb)
  }

  // MARK: Kernels of our own, see CKernels

  public static func _firstNonFinite(_ n: Int, _ x: UnsafePointer<Float>) -> Int {
    unsafe first_non_finite_s(n, x)
  }

  public static func _sum(_ n: Int, _ x: UnsafePointer<Float>) -> Float {
    unsafe sum_s(n, x)
  }

  public static func _absoluteSum(_ n: Int, _ x: UnsafePointer<Float>) -> Float {
    unsafe absolute_sum_s(n, x)
  }

  public static func _dotSmall(
    _ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>
  ) -> Float {
    unsafe dot_small_s(n, x, y)
  }

  public static func _absoluteMaximum(_ n: Int, _ x: UnsafePointer<Float>) -> Float {
    unsafe absolute_maximum_s(n, x)
  }

  public static func _symmetricNorm(
    _ fromUpper: Bool, _ n: Int, _ a: UnsafePointer<Float>, _ lda: Int,
    _ sums: UnsafeMutablePointer<Float>
  ) -> Float {
    unsafe symmetric_norm_s(fromUpper, n, a, lda, sums)
  }

  public static func _oneNorm(_ m: Int, _ n: Int, _ a: UnsafePointer<Float>, _ lda: Int) -> Float {
    unsafe one_norm_s(m, n, a, lda)
  }

  public static func _infinityNorm(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ sums: UnsafeMutablePointer<Float>
  ) -> Float {
    unsafe infinity_norm_s(m, n, a, lda, sums)
  }

  public static func _transpose(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafeMutablePointer<Float>,
    _ ldb: Int
  ) {
    unsafe transpose_s(m, n, a, lda, b, ldb)
  }

  public static func _symmetrize(
    _ fromUpper: Bool, _ n: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int
  ) {
    unsafe symmetrize_s(fromUpper, n, a, lda)
  }

  public static func _exp(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    unsafe exp_s(n, x, y)
  }

  public static func _expm1(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    unsafe expm1_s(n, x, y)
  }

  public static func _log(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    unsafe log_s(n, x, y)
  }

  public static func _log1p(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    unsafe log1p_s(n, x, y)
  }

  public static func _tanh(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    unsafe tanh_s(n, x, y)
  }

  public static func _sigmoid(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>)
  {
    unsafe sigmoid_s(n, x, y)
  }

  public static func _softplus(
    _ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe softplus_s(n, x, y)
  }

  public static func _relu(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    unsafe relu_s(n, x, y)
  }

  public static func _rowLogSumExp(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe row_log_sum_exp_s(m, n, a, lda, y)
  }

  public static func _rowSoftmax(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ y: UnsafeMutablePointer<Float>,
    _ ldy: Int
  ) {
    unsafe row_softmax_s(m, n, a, lda, y, ldy)
  }

  public static func _rowLogSoftmax(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ y: UnsafeMutablePointer<Float>,
    _ ldy: Int
  ) {
    unsafe row_log_softmax_s(m, n, a, lda, y, ldy)
  }

  public static func _expGradient(
    _ n: Int, _ y: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
  ) {
    unsafe exp_gradient_s(n, y, gradient)
  }

  public static func _expm1Gradient(
    _ n: Int, _ y: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
  ) {
    unsafe expm1_gradient_s(n, y, gradient)
  }

  public static func _logGradient(
    _ n: Int, _ y: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
  ) {
    unsafe log_gradient_s(n, y, gradient)
  }

  public static func _log1pGradient(
    _ n: Int, _ y: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
  ) {
    unsafe log1p_gradient_s(n, y, gradient)
  }

  public static func _tanhGradient(
    _ n: Int, _ y: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
  ) {
    unsafe tanh_gradient_s(n, y, gradient)
  }

  public static func _sigmoidGradient(
    _ n: Int, _ y: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
  ) {
    unsafe sigmoid_gradient_s(n, y, gradient)
  }

  public static func _softplusGradient(
    _ n: Int, _ y: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
  ) {
    unsafe softplus_gradient_s(n, y, gradient)
  }

  public static func _reluGradient(
    _ n: Int, _ y: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
  ) {
    unsafe relu_gradient_s(n, y, gradient)
  }

  public static func _columnLogSumExp(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe column_log_sum_exp_s(m, n, a, lda, y)
  }

  public static func _columnSoftmax(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ y: UnsafeMutablePointer<Float>,
    _ ldy: Int
  ) {
    unsafe column_softmax_s(m, n, a, lda, y, ldy)
  }

  public static func _columnLogSoftmax(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ y: UnsafeMutablePointer<Float>,
    _ ldy: Int
  ) {
    unsafe column_log_softmax_s(m, n, a, lda, y, ldy)
  }

  public static func _segmentSoftmax(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe segment_softmax_s(done, count, starts, ends, x, y)
  }

  public static func _segmentLogSoftmax(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe segment_log_softmax_s(done, count, starts, ends, x, y)
  }

  public static func _segmentLogSumExp(
    _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe segment_log_sum_exp_s(count, starts, ends, x, y)
  }

  public static func _segmentSoftmaxGradient(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ p: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe segment_softmax_gradient_s(done, count, starts, ends, p, g, y)
  }

  public static func _segmentLogSoftmaxGradient(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ p: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ factors: UnsafePointer<Float>?,
    _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe segment_log_softmax_gradient_s(done, count, starts, ends, p, g, factors, y)
  }

  public static func _segmentLogSumExpGradient(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ p: UnsafePointer<Float>, _ factors: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe segment_log_sum_exp_gradient_s(done, count, starts, ends, p, factors, y)
  }

  public static func _segmentLabelGradient(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ p: UnsafePointer<Float>, _ labels: UnsafePointer<Int>, _ factors: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe segment_label_gradient_s(done, count, starts, ends, p, labels, factors, y)
  }

  public static func _filterLoop(
    _ n: Int, _ w: UnsafePointer<Float>, _ s: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>, _ state: Float
  ) -> Float {
    unsafe filter_loop_s(n, w, s, y, state)
  }

  public static func _filterScan(
    _ n: Int, _ w: UnsafePointer<Float>, _ s: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>, _ state: Float
  ) -> Float {
    unsafe filter_scan_s(n, w, s, y, state)
  }

  public static var _scanCached: Int { Int(SCAN_CACHED) / MemoryLayout<Float>.size }
  public static var _scanBlock: Int { Int(SCAN_BLOCK) / MemoryLayout<Float>.size }

  public static func _filterMap(
    _ isBackward: Bool, _ w: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
    _ product: UnsafeMutablePointer<Float>, _ sum: UnsafeMutablePointer<Float>,
    _ largest: UnsafeMutablePointer<Float>
  ) {
    unsafe filter_map_s(isBackward, w, x, product, sum, largest)
  }

  public static func _filterStream(
    _ n: Int, _ ahead: Int, _ w: UnsafePointer<Float>, _ s: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>, _ state: Float
  ) -> Float {
    unsafe filter_stream_s(n, ahead, w, s, y, state)
  }

  public static func _filterGradients(
    _ adds: Bool, _ n: Int, _ w: UnsafePointer<Float>, _ g: UnsafePointer<Float>,
    _ s: UnsafePointer<Float>, _ before: UnsafePointer<Float>, _ next: Float,
    _ bySample: UnsafeMutablePointer<Float>, _ byWeight: UnsafeMutablePointer<Float>
  ) -> Float {
    unsafe filter_gradients_s(adds, n, w, g, s, before, next, bySample, byWeight)
  }

  public static func _filterChannels(
    _ n: Int, _ channels: Int, _ w: UnsafePointer<Float>, _ s: UnsafePointer<Float>, _ lds: Int,
    _ y: UnsafeMutablePointer<Float>, _ ldy: Int, _ states: UnsafeMutablePointer<Float>
  ) {
    unsafe filter_channels_s(n, channels, w, s, lds, y, ldy, states)
  }

  public static func _recursiveFilter(
    _ isStream: Bool, _ n: Int, _ p: Int, _ q: Int, _ a: UnsafePointer<Float>, _ lda: Int,
    _ b: UnsafePointer<Float>, _ ldb: Int, _ x: UnsafePointer<Float>,
    _ pastX: UnsafePointer<Float>?, _ pastY: UnsafePointer<Float>?,
    _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe recursive_filter_s(isStream, n, p, q, a, lda, b, ldb, x, pastX, pastY, y)
  }

  public static func _recursiveAdjoints(
    _ n: Int, _ p: Int, _ left: Int, _ a: UnsafePointer<Float>, _ lda: Int,
    _ g: UnsafePointer<Float>, _ lambda: UnsafeMutablePointer<Float>
  ) {
    unsafe recursive_adjoints_s(n, p, left, a, lda, g, lambda)
  }

  public static func _recursiveGradients(
    _ n: Int, _ p: Int, _ q: Int, _ left: Int, _ lambda: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>, _ ldb: Int, _ x: UnsafePointer<Float>,
    _ pastX: UnsafePointer<Float>?, _ y: UnsafePointer<Float>, _ pastY: UnsafePointer<Float>?,
    _ byX: UnsafeMutablePointer<Float>, _ byA: UnsafeMutablePointer<Float>, _ ldda: Int,
    _ byB: UnsafeMutablePointer<Float>, _ lddb: Int
  ) -> Float {
    unsafe recursive_gradients_s(
      n, p, q, left, lambda, b, ldb, x, pastX, y, pastY, byX, byA, ldda, byB, lddb)
  }

  public static func _prefetchColumns(_ m: Int, _ n: Int, _ a: UnsafePointer<Float>, _ lda: Int) {
    unsafe prefetch_columns_s(m, n, a, lda)
  }

  public static func _standardize(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Float>, _ ldx: Int, _ shift: UnsafePointer<Float>,
    _ factor: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ ldy: Int
  ) {
    unsafe standardize_s(m, n, x, ldx, shift, factor, y, ldy)
  }

  public static func _standardizedProduct(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Float>, _ ldx: Int, _ shift: UnsafePointer<Float>,
    _ factor: UnsafePointer<Float>, _ theta: UnsafePointer<Float>, _ bias: Float,
    _ z: UnsafeMutablePointer<Float>
  ) {
    unsafe standardized_product_s(m, n, x, ldx, shift, factor, theta, bias, z)
  }

  public static func _standardizedProjection(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Float>, _ ldx: Int, _ shift: UnsafePointer<Float>,
    _ factor: UnsafePointer<Float>, _ r: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>
  ) {
    unsafe standardized_projection_s(m, n, x, ldx, shift, factor, r, g)
  }

  public static func _scaleRows(
    _ m: Int, _ n: Int, _ factors: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    _ ldy: Int
  ) {
    unsafe scale_rows_s(m, n, factors, y, ldy)
  }

  public static func _gram(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Float>, _ ldx: Int, _ c: UnsafeMutablePointer<Float>,
    _ ldc: Int
  ) {
    unsafe gram_s(m, n, x, ldx, c, ldc)
  }

  public static func _logisticTerms(
    _ n: Int, _ z: UnsafePointer<Float>, _ sign: UnsafePointer<Float>,
    _ weight: UnsafePointer<Float>, _ slope: UnsafeMutablePointer<Float>,
    _ curvature: UnsafeMutablePointer<Float>
  ) -> Float {
    unsafe logistic_terms_s(n, z, sign, weight, slope, curvature)
  }

  public static func _softmaxTerms(
    _ m: Int, _ n: Int, _ z: UnsafeMutablePointer<Float>, _ ldz: Int,
    _ labels: UnsafePointer<Int>, _ weights: UnsafePointer<Float>?
  ) -> Float {
    unsafe softmax_terms_s(m, n, z, ldz, labels, weights)
  }

  public static func _gemmSquare(
    _ n: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
  ) {
    unsafe gemm_square_s(n, a, b, c)
  }

  public static func _gemmSmall(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Float,
    _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int, _ beta: Float,
    _ c: UnsafeMutablePointer<Float>, _ ldc: Int
  ) {
    unsafe gemm_small_s(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
  }

  public static func _gemmMedium(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Float,
    _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int, _ beta: Float,
    _ c: UnsafeMutablePointer<Float>, _ ldc: Int
  ) -> Bool {
    unsafe gemm_medium_s(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
  }

  public static func _getrfSmall(
    _ n: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe getrf_small_s(n, a, lda, pivots)
  }

  public static func _getrsSmall(
    _ transpose: Bool, _ n: Int, _ columns: Int, _ a: UnsafePointer<Float>, _ lda: Int,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Float>, _ ldb: Int
  ) {
    unsafe getrs_small_s(transpose, n, columns, a, lda, pivots, b, ldb)
  }

  public static func _gesvSmall(
    _ n: Int, _ a: UnsafePointer<Float>, _ b: UnsafeMutablePointer<Float>
  ) -> Bool {
    unsafe gesv_small_s(n, a, b)
  }

  public static func _posvSmall(
    _ n: Int, _ a: UnsafePointer<Float>, _ b: UnsafeMutablePointer<Float>
  ) -> Bool {
    unsafe posv_small_s(n, a, b)
  }

  public static func _potrfSmall(
    _ n: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int, _ norm: UnsafeMutablePointer<Float>
  ) -> Int32 {
    unsafe potrf_small_s(n, a, lda, norm)
  }

  public static func _potrsSmall(
    _ n: Int, _ columns: Int, _ a: UnsafePointer<Float>, _ lda: Int,
    _ b: UnsafeMutablePointer<Float>, _ ldb: Int
  ) {
    unsafe potrs_small_s(n, columns, a, lda, b, ldb)
  }

  public static func _geqrfMedium(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int,
    _ tau: UnsafeMutablePointer<Float>
  ) {
    unsafe geqrf_medium_s(m, n, a, lda, tau)
  }

  public static func _ormqrMedium(
    _ transpose: Bool, _ m: Int, _ n: Int, _ count: Int, _ a: UnsafePointer<Float>, _ lda: Int,
    _ tau: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
  ) {
    unsafe ormqr_medium_s(transpose, m, n, count, a, lda, tau, c, ldc)
  }

  public static func _labrd(
    _ m: Int, _ n: Int, _ count: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int,
    _ d: UnsafeMutablePointer<Float>, _ e: UnsafeMutablePointer<Float>,
    _ tauQ: UnsafeMutablePointer<Float>, _ tauP: UnsafeMutablePointer<Float>,
    _ p: UnsafeMutablePointer<Float>, _ ldp: Int, _ w: UnsafeMutablePointer<Float>, _ ldw: Int,
    _ space: UnsafeMutablePointer<Float>
  ) {
    unsafe labrd_s(m, n, count, a, lda, d, e, tauQ, tauP, p, ldp, w, ldw, space)
  }

  public static func _latrd(
    _ n: Int, _ count: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int,
    _ d: UnsafeMutablePointer<Float>, _ e: UnsafeMutablePointer<Float>,
    _ tau: UnsafeMutablePointer<Float>, _ v: UnsafeMutablePointer<Float>,
    _ w: UnsafeMutablePointer<Float>, _ ld: Int
  ) {
    unsafe latrd_s(n, count, a, lda, d, e, tau, v, w, ld)
  }

  public static func _secularRoot(
    _ n: Int, _ j: Int, _ d: UnsafePointer<Float>, _ z: UnsafePointer<Float>, _ rho: Float,
    _ squares: Bool, _ delta: UnsafeMutablePointer<Float>, _ root: UnsafeMutablePointer<Float>
  ) -> Bool {
    unsafe secular_root_s(n, j, d, z, rho, squares, delta, root)
  }

  public static func _secularWeights(
    _ first: Int, _ last: Int, _ n: Int, _ d: UnsafePointer<Float>, _ z: UnsafePointer<Float>,
    _ squares: Bool, _ deltas: UnsafePointer<Float>, _ ld: Int, _ w: UnsafeMutablePointer<Float>
  ) {
    unsafe secular_weights_s(first, last, n, d, z, squares, deltas, ld, w)
  }

  public static func _secularVectors(
    _ first: Int, _ last: Int, _ n: Int, _ d: UnsafePointer<Float>, _ w: UnsafePointer<Float>,
    _ order: UnsafePointer<Int32>, _ deltas: UnsafeMutablePointer<Float>, _ ld: Int,
    _ left: UnsafeMutablePointer<Float>?, _ leftLD: Int, _ space: UnsafeMutablePointer<Float>
  ) {
    unsafe secular_vectors_s(first, last, n, d, w, order, deltas, ld, left, leftLD, space)
  }

  public static func _getrfMedium(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int,
    _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe getrf_medium_s(m, n, a, lda, pivots)
  }

  public static func _laswp(
    _ first: Int, _ next: Int, _ a: UnsafeMutablePointer<Float>, _ columns: Int, _ lda: Int,
    _ pivots: UnsafePointer<Int32>
  ) {
    unsafe laswp_s(first, next, a, columns, lda, pivots)
  }

  public static func _trsmMedium(
    _ m: Int, _ n: Int, _ l: UnsafePointer<Float>, _ ldl: Int, _ b: UnsafeMutablePointer<Float>,
    _ ldb: Int
  ) {
    unsafe trsm_medium_s(m, n, l, ldl, b, ldb)
  }

  public static func _potrfMedium(
    _ n: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int
  ) -> Int32 {
    unsafe potrf_medium_s(n, a, lda)
  }

  public static func _gbtrfNarrow(
    _ n: Int, _ kl: Int, _ ku: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int,
    _ pivots: UnsafeMutablePointer<Int32>, _ b: UnsafeMutablePointer<Float>?
  ) -> Int {
    unsafe gbtrf_narrow_s(n, kl, ku, a, lda, pivots, b)
  }

  public static func _gbtrsNarrow(
    _ n: Int, _ kl: Int, _ ku: Int, _ columns: Int, _ a: UnsafePointer<Float>, _ lda: Int,
    _ pivots: UnsafePointer<Int32>?, _ b: UnsafeMutablePointer<Float>, _ ldb: Int
  ) {
    unsafe gbtrs_narrow_s(n, kl, ku, columns, a, lda, pivots, b, ldb)
  }

  public static func _pbtrfNarrow(
    _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Float>, _ lda: Int
  ) -> Int {
    unsafe pbtrf_narrow_s(n, k, a, lda)
  }

  public static func _pbtrsNarrow(
    _ n: Int, _ k: Int, _ columns: Int, _ a: UnsafePointer<Float>, _ lda: Int,
    _ b: UnsafeMutablePointer<Float>, _ ldb: Int
  ) {
    unsafe pbtrs_narrow_s(n, k, columns, a, lda, b, ldb)
  }

  public static func _tridiagonalSolve(
    _ n: Int, _ step: Int, _ lower: UnsafePointer<Float>?, _ diagonal: UnsafePointer<Float>,
    _ upper: UnsafePointer<Float>?, _ b: UnsafeMutablePointer<Float>,
    _ work: UnsafeMutablePointer<Float>
  ) -> Bool {
    unsafe tridiagonal_solve_s(n, step, lower, diagonal, upper, b, work)
  }

  public static func _denseForward(
    _ units: Int, _ inputs: Int, _ m: Int, _ w: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    _ x: UnsafePointer<Float>, _ z: UnsafeMutablePointer<Float>
  ) {
    unsafe dense_forward_s(units, inputs, m, w, b, x, z)
  }

  public static func _denseBackward(
    _ units: Int, _ inputs: Int, _ m: Int, _ w: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
    _ d: UnsafePointer<Float>, _ gw: UnsafeMutablePointer<Float>, _ gb: UnsafeMutablePointer<Float>,
    _ dx: UnsafeMutablePointer<Float>?
  ) {
    unsafe dense_backward_s(units, inputs, m, w, x, d, gw, gb, dx)
  }

  public static func _repeatColumn(
    _ units: Int, _ m: Int, _ b: UnsafePointer<Float>, _ z: UnsafeMutablePointer<Float>
  ) {
    unsafe repeat_column_s(units, m, b, z)
  }

  public static func _sumColumns(
    _ units: Int, _ m: Int, _ d: UnsafePointer<Float>, _ b: UnsafeMutablePointer<Float>
  ) {
    unsafe sum_columns_s(units, m, d, b)
  }

  public static func _leakyRelu(
    _ n: Int, _ slope: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe leaky_relu_s(n, slope, x, y)
  }

  public static func _leakyReluGradient(
    _ n: Int, _ slope: Float, _ y: UnsafePointer<Float>, _ d: UnsafeMutablePointer<Float>
  ) {
    unsafe leaky_relu_gradient_s(n, slope, y, d)
  }

  public static func _gelu(
    _ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe gelu_s(n, x, y)
  }

  public static func _geluGradient(
    _ n: Int, _ x: UnsafePointer<Float>, _ d: UnsafeMutablePointer<Float>
  ) {
    unsafe gelu_gradient_s(n, x, d)
  }

  public static func _softmaxGradient(
    _ units: Int, _ m: Int, _ y: UnsafePointer<Float>, _ d: UnsafeMutablePointer<Float>
  ) {
    unsafe softmax_gradient_s(units, m, y, d)
  }

  public static func _crossEntropy(
    _ classes: Int, _ m: Int, _ z: UnsafeMutablePointer<Float>, _ labels: UnsafePointer<Int32>,
    _ weights: UnsafePointer<Float>?, _ scale: Float
  ) -> Float {
    unsafe cross_entropy_s(classes, m, z, labels, weights, scale)
  }

  public static func _binaryCrossEntropy(
    _ outputs: Int, _ m: Int, _ z: UnsafeMutablePointer<Float>, _ y: UnsafePointer<Float>,
    _ weights: UnsafePointer<Float>?, _ scale: Float
  ) -> Float {
    unsafe binary_cross_entropy_s(outputs, m, z, y, weights, scale)
  }

  public static func _squaredError(
    _ outputs: Int, _ m: Int, _ a: UnsafeMutablePointer<Float>, _ y: UnsafePointer<Float>,
    _ weights: UnsafePointer<Float>?, _ scale: Float
  ) -> Float {
    unsafe squared_error_s(outputs, m, a, y, weights, scale)
  }

  public static func _batchStatistics(
    _ units: Int, _ m: Int, _ x: UnsafePointer<Float>, _ mean: UnsafeMutablePointer<Float>,
    _ variance: UnsafeMutablePointer<Float>
  ) {
    unsafe batch_statistics_s(units, m, x, mean, variance)
  }

  public static func _normalize(
    _ units: Int, _ m: Int, _ x: UnsafeMutablePointer<Float>, _ mean: UnsafePointer<Float>,
    _ inverse: UnsafePointer<Float>, _ scale: UnsafePointer<Float>, _ shift: UnsafePointer<Float>,
    _ kept: UnsafeMutablePointer<Float>
  ) {
    unsafe normalize_s(units, m, x, mean, inverse, scale, shift, kept)
  }

  public static func _normalizeGradient(
    _ units: Int, _ m: Int, _ kept: UnsafePointer<Float>, _ inverse: UnsafePointer<Float>,
    _ scale: UnsafePointer<Float>, _ gscale: UnsafeMutablePointer<Float>,
    _ gshift: UnsafeMutablePointer<Float>, _ d: UnsafeMutablePointer<Float>
  ) {
    unsafe normalize_gradient_s(units, m, kept, inverse, scale, gscale, gshift, d)
  }

  public static func _onlineSpace(_ layers: Int, _ widths: UnsafePointer<Int>) -> Int {
    unsafe online_space_s(layers, widths)
  }

  public static func _onlineDescent(
    _ layers: Int, _ widths: UnsafePointer<Int>, _ activations: UnsafePointer<Int32>,
    _ slopes: UnsafePointer<Float>, _ m: Int, _ order: UnsafePointer<Int>?,
    _ x: UnsafePointer<Float>, _ labels: UnsafePointer<Int32>?, _ values: UnsafePointer<Float>?,
    _ isBinary: Bool, _ weights: UnsafePointer<Float>?, _ rate: Float, _ penalty: Float,
    _ parameters: UnsafeMutablePointer<Float>, _ space: UnsafeMutablePointer<Float>
  ) -> Float {
    unsafe online_descent_s(
      layers, widths, activations, slopes, m, order, x, labels, values, isBinary, weights, rate,
      penalty, parameters, space)
  }

  public static func _momentumStep(
    _ n: Int, _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>,
    _ velocity: UnsafeMutablePointer<Float>, _ rate: Float, _ momentum: Float, _ nesterov: Bool
  ) {
    unsafe momentum_step_s(n, w, g, velocity, rate, momentum, nesterov)
  }

  public static func _adamStep(
    _ n: Int, _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>,
    _ m: UnsafeMutablePointer<Float>, _ v: UnsafeMutablePointer<Float>, _ rate: Float,
    _ beta1: Float, _ beta2: Float, _ epsilon: Float, _ decay: Float, _ first: Float,
    _ second: Float
  ) {
    unsafe adam_step_s(n, w, g, m, v, rate, beta1, beta2, epsilon, decay, first, second)
  }

  public static func _rmsStep(
    _ n: Int, _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>,
    _ v: UnsafeMutablePointer<Float>, _ rate: Float, _ decay: Float, _ epsilon: Float
  ) {
    unsafe rms_step_s(n, w, g, v, rate, decay, epsilon)
  }

  public static func _addScaled(
    _ n: Int, _ factor: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe add_scaled_s(n, factor, x, y)
  }

  public static func _clamp(
    _ n: Int, _ limit: Float, _ x: UnsafeMutablePointer<Float>
  ) {
    unsafe clamp_s(n, limit, x)
  }

  public static func _sumOfSquares(
    _ n: Int, _ x: UnsafePointer<Float>
  ) -> Float {
    unsafe sum_of_squares_s(n, x)
  }
}
