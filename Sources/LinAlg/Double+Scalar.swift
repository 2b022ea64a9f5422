// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

internal import CBLAS
internal import CKernels

// One line a routine and nothing else; `Float+Scalar.swift` is the same with other letters.
extension Double: Scalar {
  // MARK: BLAS level 1

  public static func _dot(
    _ n: Int32, _ x: UnsafePointer<Double>, _ stepX: Int32, _ y: UnsafePointer<Double>,
    _ stepY: Int32
  ) -> Double {
    unsafe cblas_ddot(n, x, stepX, y, stepY)
  }

  public static func _axpy(
    _ n: Int32, _ alpha: Double, _ x: UnsafePointer<Double>, _ stepX: Int32,
    _ y: UnsafeMutablePointer<Double>, _ stepY: Int32
  ) {
    unsafe cblas_daxpy(n, alpha, x, stepX, y, stepY)
  }

  public static func _scal(
    _ n: Int32, _ alpha: Double, _ x: UnsafeMutablePointer<Double>, _ stepX: Int32
  ) {
    unsafe cblas_dscal(n, alpha, x, stepX)
  }

  public static func _nrm2(_ n: Int32, _ x: UnsafePointer<Double>, _ stepX: Int32) -> Double {
    unsafe cblas_dnrm2(n, x, stepX)
  }

  // MARK: BLAS level 2

  public static func _gemv(
    _ transpose: Bool, _ m: Int32, _ n: Int32, _ alpha: Double, _ a: UnsafePointer<Double>,
    _ lda: Int32, _ x: UnsafePointer<Double>, _ stepX: Int32, _ beta: Double,
    _ y: UnsafeMutablePointer<Double>, _ stepY: Int32
  ) {
    unsafe cblas_dgemv(
      CblasColMajor, transpose ? CblasTrans : CblasNoTrans, m, n, alpha, a, lda, x, stepX, beta, y,
      stepY)
  }

  public static func _gbmv(
    _ transpose: Bool, _ m: Int32, _ n: Int32, _ kl: Int32, _ ku: Int32, _ alpha: Double,
    _ a: UnsafePointer<Double>, _ lda: Int32, _ x: UnsafePointer<Double>, _ stepX: Int32,
    _ beta: Double, _ y: UnsafeMutablePointer<Double>, _ stepY: Int32
  ) {
    unsafe cblas_dgbmv(
      CblasColMajor, transpose ? CblasTrans : CblasNoTrans, m, n, kl, ku, alpha, a, lda, x, stepX,
      beta, y, stepY)
  }

  public static func _ger(
    _ m: Int32, _ n: Int32, _ alpha: Double, _ x: UnsafePointer<Double>, _ stepX: Int32,
    _ y: UnsafePointer<Double>, _ stepY: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32
  ) {
    unsafe cblas_dger(CblasColMajor, m, n, alpha, x, stepX, y, stepY, a, lda)
  }

  // MARK: BLAS level 3

  public static func _gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int32, _ n: Int32, _ k: Int32, _ alpha: Double,
    _ a: UnsafePointer<Double>, _ lda: Int32, _ b: UnsafePointer<Double>, _ ldb: Int32,
    _ beta: Double, _ c: UnsafeMutablePointer<Double>, _ ldc: Int32
  ) {
    unsafe cblas_dgemm(
      CblasColMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
  }

  public static func _syrk(
    _ upper: Bool, _ transpose: Bool, _ n: Int32, _ k: Int32, _ alpha: Double,
    _ a: UnsafePointer<Double>, _ lda: Int32, _ beta: Double, _ c: UnsafeMutablePointer<Double>,
    _ ldc: Int32
  ) {
    unsafe cblas_dsyrk(
      CblasColMajor, upper ? CblasUpper : CblasLower, transpose ? CblasTrans : CblasNoTrans, n, k,
      alpha, a, lda, beta, c, ldc)
  }

  public static func _trmm(
    _ right: Bool, _ upper: Bool, _ transpose: Bool, _ unit: Bool, _ m: Int32, _ n: Int32,
    _ alpha: Double, _ a: UnsafePointer<Double>, _ lda: Int32, _ b: UnsafeMutablePointer<Double>,
    _ ldb: Int32
  ) {
    unsafe cblas_dtrmm(
      CblasColMajor, right ? CblasRight : CblasLeft, upper ? CblasUpper : CblasLower,
      transpose ? CblasTrans : CblasNoTrans, unit ? CblasUnit : CblasNonUnit, m, n, alpha, a, lda,
      b, ldb)
  }

  public static func _trsm(
    _ right: Bool, _ upper: Bool, _ transpose: Bool, _ unit: Bool, _ m: Int32, _ n: Int32,
    _ alpha: Double, _ a: UnsafePointer<Double>, _ lda: Int32, _ b: UnsafeMutablePointer<Double>,
    _ ldb: Int32
  ) {
    unsafe cblas_dtrsm(
      CblasColMajor, right ? CblasRight : CblasLeft, upper ? CblasUpper : CblasLower,
      transpose ? CblasTrans : CblasNoTrans, unit ? CblasUnit : CblasNonUnit, m, n, alpha, a, lda,
      b, ldb)
  }

  public static func _trsv(
    _ upper: Bool, _ transpose: Bool, _ unit: Bool, _ n: Int32, _ a: UnsafePointer<Double>,
    _ lda: Int32, _ x: UnsafeMutablePointer<Double>
  ) {
    unsafe cblas_dtrsv(
      CblasColMajor, upper ? CblasUpper : CblasLower, transpose ? CblasTrans : CblasNoTrans,
      unit ? CblasUnit : CblasNonUnit, n, a, lda, x, 1)
  }

  // MARK: LAPACK

  public static func _getrf(
    _ m: Int32, _ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32,
    _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, m, n, a, lda, pivots)
  }

  public static func _getrs(
    _ transpose: CChar, _ n: Int32, _ columns: Int32, _ a: UnsafePointer<Double>, _ lda: Int32,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Double>, _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_dgetrs_work(LAPACK_COL_MAJOR, transpose, n, columns, a, lda, pivots, b, ldb)
  }

  public static func _getri(
    _ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32, _ pivots: UnsafePointer<Int32>,
    _ work: UnsafeMutablePointer<Double>, _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_dgetri_work(LAPACK_COL_MAJOR, n, a, lda, pivots, work, lwork)
  }

  public static func _gecon(
    _ norm: CChar, _ n: Int32, _ a: UnsafePointer<Double>, _ lda: Int32, _ anorm: Double,
    _ rcond: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_dgecon_work(LAPACK_COL_MAJOR, norm, n, a, lda, anorm, rcond, work, iwork)
  }

  public static func _potrf(
    _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32
  ) -> Int32 {
    unsafe LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, uplo, n, a, lda)
  }

  public static func _potrs(
    _ uplo: CChar, _ n: Int32, _ columns: Int32, _ a: UnsafePointer<Double>, _ lda: Int32,
    _ b: UnsafeMutablePointer<Double>, _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, uplo, n, columns, a, lda, b, ldb)
  }

  public static func _potri(
    _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32
  ) -> Int32 {
    unsafe LAPACKE_dpotri_work(LAPACK_COL_MAJOR, uplo, n, a, lda)
  }

  public static func _trtri(
    _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32
  ) -> Int32 {
    unsafe LAPACKE_dtrtri_work(
      LAPACK_COL_MAJOR, uplo, CChar(bitPattern: UInt8(ascii: "N")), n, a, lda)
  }

  public static func _pocon(
    _ uplo: CChar, _ n: Int32, _ a: UnsafePointer<Double>, _ lda: Int32, _ anorm: Double,
    _ rcond: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_dpocon_work(LAPACK_COL_MAJOR, uplo, n, a, lda, anorm, rcond, work, iwork)
  }

  public static func _trcon(
    _ norm: CChar, _ uplo: CChar, _ diag: CChar, _ n: Int32, _ a: UnsafePointer<Double>,
    _ lda: Int32, _ rcond: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_dtrcon_work(LAPACK_COL_MAJOR, norm, uplo, diag, n, a, lda, rcond, work, iwork)
  }

  public static func _geqp3(
    _ m: Int32, _ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32,
    _ pivots: UnsafeMutablePointer<Int32>, _ tau: UnsafeMutablePointer<Double>,
    _ work: UnsafeMutablePointer<Double>, _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_dgeqp3_work(LAPACK_COL_MAJOR, m, n, a, lda, pivots, tau, work, lwork)
  }

  public static func _orgqr(
    _ m: Int32, _ n: Int32, _ k: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32,
    _ tau: UnsafePointer<Double>, _ work: UnsafeMutablePointer<Double>, _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_dorgqr_work(LAPACK_COL_MAJOR, m, n, k, a, lda, tau, work, lwork)
  }

  public static func _ormqr(
    _ side: CChar, _ transpose: CChar, _ m: Int32, _ n: Int32, _ k: Int32,
    _ a: UnsafePointer<Double>, _ lda: Int32, _ tau: UnsafePointer<Double>,
    _ c: UnsafeMutablePointer<Double>, _ ldc: Int32, _ work: UnsafeMutablePointer<Double>,
    _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_dormqr_work(
      LAPACK_COL_MAJOR, side, transpose, m, n, k, a, lda, tau, c, ldc, work, lwork)
  }

  public static func _gesdd(
    _ job: CChar, _ m: Int32, _ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32,
    _ s: UnsafeMutablePointer<Double>, _ u: UnsafeMutablePointer<Double>, _ ldu: Int32,
    _ vt: UnsafeMutablePointer<Double>, _ ldvt: Int32, _ work: UnsafeMutablePointer<Double>,
    _ lwork: Int32, _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_dgesdd_work(
      LAPACK_COL_MAJOR, job, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, iwork)
  }

  public static func _syevd(
    _ job: CChar, _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32,
    _ w: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>, _ lwork: Int32,
    _ iwork: UnsafeMutablePointer<Int32>, _ liwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_dsyevd_work(
      LAPACK_COL_MAJOR, job, uplo, n, a, lda, w, work, lwork, iwork, liwork)
  }

  public static func _sytrd(
    _ uplo: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32,
    _ d: UnsafeMutablePointer<Double>, _ e: UnsafeMutablePointer<Double>,
    _ tau: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>, _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_dsytrd_work(LAPACK_COL_MAJOR, uplo, n, a, lda, d, e, tau, work, lwork)
  }

  public static func _sterf(
    _ n: Int32, _ d: UnsafeMutablePointer<Double>, _ e: UnsafeMutablePointer<Double>
  ) -> Int32 {
    unsafe LAPACKE_dsterf_work(n, d, e)
  }

  public static func _steqr(
    _ job: CChar, _ n: Int32, _ d: UnsafeMutablePointer<Double>, _ e: UnsafeMutablePointer<Double>,
    _ z: UnsafeMutablePointer<Double>, _ ldz: Int32, _ work: UnsafeMutablePointer<Double>
  ) -> Int32 {
    unsafe LAPACKE_dsteqr_work(LAPACK_COL_MAJOR, job, n, d, e, z, ldz, work)
  }

  public static func _gebrd(
    _ m: Int32, _ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32,
    _ d: UnsafeMutablePointer<Double>, _ e: UnsafeMutablePointer<Double>,
    _ tauQ: UnsafeMutablePointer<Double>, _ tauP: UnsafeMutablePointer<Double>,
    _ work: UnsafeMutablePointer<Double>, _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_dgebrd_work(LAPACK_COL_MAJOR, m, n, a, lda, d, e, tauQ, tauP, work, lwork)
  }

  public static func _bdsqr(
    _ uplo: CChar, _ n: Int32, _ vtColumns: Int32, _ uRows: Int32,
    _ d: UnsafeMutablePointer<Double>,
    _ e: UnsafeMutablePointer<Double>, _ vt: UnsafeMutablePointer<Double>, _ ldvt: Int32,
    _ u: UnsafeMutablePointer<Double>, _ ldu: Int32, _ work: UnsafeMutablePointer<Double>
  ) -> Int32 {
    var none: Double = 0
    return unsafe LAPACKE_dbdsqr_work(
      LAPACK_COL_MAJOR, uplo, n, vtColumns, uRows, 0, d, e, vt, ldvt, u, ldu, &none, 1, work)
  }

  public static func _geev(
    _ left: CChar, _ right: CChar, _ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32,
    _ real: UnsafeMutablePointer<Double>, _ imaginary: UnsafeMutablePointer<Double>,
    _ vl: UnsafeMutablePointer<Double>, _ ldvl: Int32, _ vr: UnsafeMutablePointer<Double>,
    _ ldvr: Int32, _ work: UnsafeMutablePointer<Double>, _ lwork: Int32
  ) -> Int32 {
    unsafe LAPACKE_dgeev_work(
      LAPACK_COL_MAJOR, left, right, n, a, lda, real, imaginary, vl, ldvl, vr, ldvr, work, lwork)
  }

  public static func _gbtrf(
    _ m: Int32, _ n: Int32, _ kl: Int32, _ ku: Int32, _ ab: UnsafeMutablePointer<Double>,
    _ ldab: Int32, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_dgbtrf_work(LAPACK_COL_MAJOR, m, n, kl, ku, ab, ldab, pivots)
  }

  public static func _gbtrs(
    _ transpose: CChar, _ n: Int32, _ kl: Int32, _ ku: Int32, _ columns: Int32,
    _ ab: UnsafePointer<Double>, _ ldab: Int32, _ pivots: UnsafePointer<Int32>,
    _ b: UnsafeMutablePointer<Double>, _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_dgbtrs_work(
      LAPACK_COL_MAJOR, transpose, n, kl, ku, columns, ab, ldab, pivots, b, ldb)
  }

  public static func _gbcon(
    _ norm: CChar, _ n: Int32, _ kl: Int32, _ ku: Int32, _ ab: UnsafePointer<Double>, _ ldab: Int32,
    _ pivots: UnsafePointer<Int32>, _ anorm: Double, _ rcond: UnsafeMutablePointer<Double>,
    _ work: UnsafeMutablePointer<Double>, _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_dgbcon_work(
      LAPACK_COL_MAJOR, norm, n, kl, ku, ab, ldab, pivots, anorm, rcond, work, iwork)
  }

  public static func _gbsv(
    _ n: Int32, _ kl: Int32, _ ku: Int32, _ columns: Int32, _ ab: UnsafeMutablePointer<Double>,
    _ ldab: Int32, _ pivots: UnsafeMutablePointer<Int32>, _ b: UnsafeMutablePointer<Double>,
    _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_dgbsv_work(LAPACK_COL_MAJOR, n, kl, ku, columns, ab, ldab, pivots, b, ldb)
  }

  public static func _tbtrs(
    _ uplo: CChar, _ transpose: CChar, _ unit: CChar, _ n: Int32, _ bandwidth: Int32,
    _ columns: Int32, _ ab: UnsafePointer<Double>, _ ldab: Int32, _ b: UnsafeMutablePointer<Double>,
    _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_dtbtrs_work(
      LAPACK_COL_MAJOR, uplo, transpose, unit, n, bandwidth, columns, ab, ldab, b, ldb)
  }

  public static func _pbtrf(
    _ uplo: CChar, _ n: Int32, _ kd: Int32, _ ab: UnsafeMutablePointer<Double>, _ ldab: Int32
  ) -> Int32 {
    unsafe LAPACKE_dpbtrf_work(LAPACK_COL_MAJOR, uplo, n, kd, ab, ldab)
  }

  public static func _pbtrs(
    _ uplo: CChar, _ n: Int32, _ kd: Int32, _ columns: Int32, _ ab: UnsafePointer<Double>,
    _ ldab: Int32, _ b: UnsafeMutablePointer<Double>, _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_dpbtrs_work(LAPACK_COL_MAJOR, uplo, n, kd, columns, ab, ldab, b, ldb)
  }

  public static func _pbcon(
    _ uplo: CChar, _ n: Int32, _ kd: Int32, _ ab: UnsafePointer<Double>, _ ldab: Int32,
    _ anorm: Double, _ rcond: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_dpbcon_work(LAPACK_COL_MAJOR, uplo, n, kd, ab, ldab, anorm, rcond, work, iwork)
  }

  public static func _gttrf(
    _ n: Int32, _ dl: UnsafeMutablePointer<Double>, _ d: UnsafeMutablePointer<Double>,
    _ du: UnsafeMutablePointer<Double>, _ du2: UnsafeMutablePointer<Double>,
    _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_dgttrf_work(n, dl, d, du, du2, pivots)
  }

  public static func _gttrs(
    _ transpose: CChar, _ n: Int32, _ columns: Int32, _ dl: UnsafePointer<Double>,
    _ d: UnsafePointer<Double>, _ du: UnsafePointer<Double>, _ du2: UnsafePointer<Double>,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Double>, _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_dgttrs_work(
      LAPACK_COL_MAJOR, transpose, n, columns, dl, d, du, du2, pivots, b, ldb)
  }

  public static func _gtcon(
    _ norm: CChar, _ n: Int32, _ dl: UnsafePointer<Double>, _ d: UnsafePointer<Double>,
    _ du: UnsafePointer<Double>, _ du2: UnsafePointer<Double>, _ pivots: UnsafePointer<Int32>,
    _ anorm: Double, _ rcond: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>,
    _ iwork: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe LAPACKE_dgtcon_work(norm, n, dl, d, du, du2, pivots, anorm, rcond, work, iwork)
  }

  public static func _gtsv(
    _ n: Int32, _ columns: Int32, _ dl: UnsafeMutablePointer<Double>,
    _ d: UnsafeMutablePointer<Double>, _ du: UnsafeMutablePointer<Double>,
    _ b: UnsafeMutablePointer<Double>, _ ldb: Int32
  ) -> Int32 {
    unsafe LAPACKE_dgtsv_work(LAPACK_COL_MAJOR, n, columns, dl, d, du, b, ldb)
  }

  // MARK: Kernels of our own, see CKernels

  public static func _firstNonFinite(_ n: Int, _ x: UnsafePointer<Double>) -> Int {
    unsafe first_non_finite_d(n, x)
  }

  public static func _sum(_ n: Int, _ x: UnsafePointer<Double>) -> Double {
    unsafe sum_d(n, x)
  }

  public static func _absoluteSum(_ n: Int, _ x: UnsafePointer<Double>) -> Double {
    unsafe absolute_sum_d(n, x)
  }

  public static func _dotSmall(
    _ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>
  ) -> Double {
    unsafe dot_small_d(n, x, y)
  }

  public static func _absoluteMaximum(_ n: Int, _ x: UnsafePointer<Double>) -> Double {
    unsafe absolute_maximum_d(n, x)
  }

  public static func _symmetricNorm(
    _ fromUpper: Bool, _ n: Int, _ a: UnsafePointer<Double>, _ lda: Int,
    _ sums: UnsafeMutablePointer<Double>
  ) -> Double {
    unsafe symmetric_norm_d(fromUpper, n, a, lda, sums)
  }

  public static func _oneNorm(_ m: Int, _ n: Int, _ a: UnsafePointer<Double>, _ lda: Int) -> Double
  {
    unsafe one_norm_d(m, n, a, lda)
  }

  public static func _infinityNorm(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Double>, _ lda: Int, _ sums: UnsafeMutablePointer<Double>
  ) -> Double {
    unsafe infinity_norm_d(m, n, a, lda, sums)
  }

  public static func _transpose(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Double>, _ lda: Int, _ b: UnsafeMutablePointer<Double>,
    _ ldb: Int
  ) {
    unsafe transpose_d(m, n, a, lda, b, ldb)
  }

  public static func _symmetrize(
    _ fromUpper: Bool, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int
  ) {
    unsafe symmetrize_d(fromUpper, n, a, lda)
  }

  public static func _exp(_ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    unsafe exp_d(n, x, y)
  }

  public static func _expm1(_ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>)
  {
    unsafe expm1_d(n, x, y)
  }

  public static func _log(_ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    unsafe log_d(n, x, y)
  }

  public static func _log1p(_ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>)
  {
    unsafe log1p_d(n, x, y)
  }

  public static func _tanh(_ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>)
  {
    unsafe tanh_d(n, x, y)
  }

  public static func _sigmoid(
    _ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe sigmoid_d(n, x, y)
  }

  public static func _softplus(
    _ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe softplus_d(n, x, y)
  }

  public static func _relu(_ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>)
  {
    unsafe relu_d(n, x, y)
  }

  public static func _rowLogSumExp(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Double>, _ lda: Int, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe row_log_sum_exp_d(m, n, a, lda, y)
  }

  public static func _rowSoftmax(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Double>, _ lda: Int, _ y: UnsafeMutablePointer<Double>,
    _ ldy: Int
  ) {
    unsafe row_softmax_d(m, n, a, lda, y, ldy)
  }

  public static func _rowLogSoftmax(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Double>, _ lda: Int, _ y: UnsafeMutablePointer<Double>,
    _ ldy: Int
  ) {
    unsafe row_log_softmax_d(m, n, a, lda, y, ldy)
  }

  public static func _expGradient(
    _ n: Int, _ y: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
  ) {
    unsafe exp_gradient_d(n, y, gradient)
  }

  public static func _expm1Gradient(
    _ n: Int, _ y: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
  ) {
    unsafe expm1_gradient_d(n, y, gradient)
  }

  public static func _logGradient(
    _ n: Int, _ y: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
  ) {
    unsafe log_gradient_d(n, y, gradient)
  }

  public static func _log1pGradient(
    _ n: Int, _ y: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
  ) {
    unsafe log1p_gradient_d(n, y, gradient)
  }

  public static func _tanhGradient(
    _ n: Int, _ y: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
  ) {
    unsafe tanh_gradient_d(n, y, gradient)
  }

  public static func _sigmoidGradient(
    _ n: Int, _ y: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
  ) {
    unsafe sigmoid_gradient_d(n, y, gradient)
  }

  public static func _softplusGradient(
    _ n: Int, _ y: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
  ) {
    unsafe softplus_gradient_d(n, y, gradient)
  }

  public static func _reluGradient(
    _ n: Int, _ y: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
  ) {
    unsafe relu_gradient_d(n, y, gradient)
  }

  public static func _columnLogSumExp(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Double>, _ lda: Int, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe column_log_sum_exp_d(m, n, a, lda, y)
  }

  public static func _columnSoftmax(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Double>, _ lda: Int, _ y: UnsafeMutablePointer<Double>,
    _ ldy: Int
  ) {
    unsafe column_softmax_d(m, n, a, lda, y, ldy)
  }

  public static func _columnLogSoftmax(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Double>, _ lda: Int, _ y: UnsafeMutablePointer<Double>,
    _ ldy: Int
  ) {
    unsafe column_log_softmax_d(m, n, a, lda, y, ldy)
  }

  public static func _segmentSoftmax(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe segment_softmax_d(done, count, starts, ends, x, y)
  }

  public static func _segmentLogSoftmax(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe segment_log_softmax_d(done, count, starts, ends, x, y)
  }

  public static func _segmentLogSumExp(
    _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe segment_log_sum_exp_d(count, starts, ends, x, y)
  }

  public static func _segmentSoftmaxGradient(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ p: UnsafePointer<Double>, _ g: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe segment_softmax_gradient_d(done, count, starts, ends, p, g, y)
  }

  public static func _segmentLogSoftmaxGradient(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ p: UnsafePointer<Double>, _ g: UnsafePointer<Double>, _ factors: UnsafePointer<Double>?,
    _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe segment_log_softmax_gradient_d(done, count, starts, ends, p, g, factors, y)
  }

  public static func _segmentLogSumExpGradient(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ p: UnsafePointer<Double>, _ factors: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe segment_log_sum_exp_gradient_d(done, count, starts, ends, p, factors, y)
  }

  public static func _segmentLabelGradient(
    _ done: Int, _ count: Int, _ starts: UnsafePointer<Int>, _ ends: UnsafePointer<Int>,
    _ p: UnsafePointer<Double>, _ labels: UnsafePointer<Int>, _ factors: UnsafePointer<Double>,
    _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe segment_label_gradient_d(done, count, starts, ends, p, labels, factors, y)
  }

  public static func _filterLoop(
    _ n: Int, _ w: UnsafePointer<Double>, _ s: UnsafePointer<Double>,
    _ y: UnsafeMutablePointer<Double>, _ state: Double
  ) -> Double {
    unsafe filter_loop_d(n, w, s, y, state)
  }

  public static func _filterScan(
    _ n: Int, _ w: UnsafePointer<Double>, _ s: UnsafePointer<Double>,
    _ y: UnsafeMutablePointer<Double>, _ state: Double
  ) -> Double {
    unsafe filter_scan_d(n, w, s, y, state)
  }

  public static var _scanCached: Int { Int(SCAN_CACHED) / MemoryLayout<Double>.size }
  public static var _scanBlock: Int { Int(SCAN_BLOCK) / MemoryLayout<Double>.size }

  public static func _filterMap(
    _ isBackward: Bool, _ w: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    _ product: UnsafeMutablePointer<Double>, _ sum: UnsafeMutablePointer<Double>,
    _ largest: UnsafeMutablePointer<Double>
  ) {
    unsafe filter_map_d(isBackward, w, x, product, sum, largest)
  }

  public static func _filterStream(
    _ n: Int, _ ahead: Int, _ w: UnsafePointer<Double>, _ s: UnsafePointer<Double>,
    _ y: UnsafeMutablePointer<Double>, _ state: Double
  ) -> Double {
    unsafe filter_stream_d(n, ahead, w, s, y, state)
  }

  public static func _filterGradients(
    _ adds: Bool, _ n: Int, _ w: UnsafePointer<Double>, _ g: UnsafePointer<Double>,
    _ s: UnsafePointer<Double>, _ before: UnsafePointer<Double>, _ next: Double,
    _ bySample: UnsafeMutablePointer<Double>, _ byWeight: UnsafeMutablePointer<Double>
  ) -> Double {
    unsafe filter_gradients_d(adds, n, w, g, s, before, next, bySample, byWeight)
  }

  public static func _filterChannels(
    _ n: Int, _ channels: Int, _ w: UnsafePointer<Double>, _ s: UnsafePointer<Double>, _ lds: Int,
    _ y: UnsafeMutablePointer<Double>, _ ldy: Int, _ states: UnsafeMutablePointer<Double>
  ) {
    unsafe filter_channels_d(n, channels, w, s, lds, y, ldy, states)
  }

  public static func _recursiveFilter(
    _ isStream: Bool, _ n: Int, _ p: Int, _ q: Int, _ a: UnsafePointer<Double>, _ lda: Int,
    _ b: UnsafePointer<Double>, _ ldb: Int, _ x: UnsafePointer<Double>,
    _ pastX: UnsafePointer<Double>?, _ pastY: UnsafePointer<Double>?,
    _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe recursive_filter_d(isStream, n, p, q, a, lda, b, ldb, x, pastX, pastY, y)
  }

  public static func _recursiveAdjoints(
    _ n: Int, _ p: Int, _ left: Int, _ a: UnsafePointer<Double>, _ lda: Int,
    _ g: UnsafePointer<Double>, _ lambda: UnsafeMutablePointer<Double>
  ) {
    unsafe recursive_adjoints_d(n, p, left, a, lda, g, lambda)
  }

  public static func _recursiveGradients(
    _ n: Int, _ p: Int, _ q: Int, _ left: Int, _ lambda: UnsafePointer<Double>,
    _ b: UnsafePointer<Double>, _ ldb: Int, _ x: UnsafePointer<Double>,
    _ pastX: UnsafePointer<Double>?, _ y: UnsafePointer<Double>, _ pastY: UnsafePointer<Double>?,
    _ byX: UnsafeMutablePointer<Double>, _ byA: UnsafeMutablePointer<Double>, _ ldda: Int,
    _ byB: UnsafeMutablePointer<Double>, _ lddb: Int
  ) -> Double {
    unsafe recursive_gradients_d(
      n, p, q, left, lambda, b, ldb, x, pastX, y, pastY, byX, byA, ldda, byB, lddb)
  }

  public static func _prefetchColumns(_ m: Int, _ n: Int, _ a: UnsafePointer<Double>, _ lda: Int) {
    unsafe prefetch_columns_d(m, n, a, lda)
  }

  public static func _standardize(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Double>, _ ldx: Int, _ shift: UnsafePointer<Double>,
    _ factor: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ ldy: Int
  ) {
    unsafe standardize_d(m, n, x, ldx, shift, factor, y, ldy)
  }

  public static func _standardizedProduct(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Double>, _ ldx: Int, _ shift: UnsafePointer<Double>,
    _ factor: UnsafePointer<Double>, _ theta: UnsafePointer<Double>, _ bias: Double,
    _ z: UnsafeMutablePointer<Double>
  ) {
    unsafe standardized_product_d(m, n, x, ldx, shift, factor, theta, bias, z)
  }

  public static func _standardizedProjection(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Double>, _ ldx: Int, _ shift: UnsafePointer<Double>,
    _ factor: UnsafePointer<Double>, _ r: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>
  ) {
    unsafe standardized_projection_d(m, n, x, ldx, shift, factor, r, g)
  }

  public static func _scaleRows(
    _ m: Int, _ n: Int, _ factors: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>,
    _ ldy: Int
  ) {
    unsafe scale_rows_d(m, n, factors, y, ldy)
  }

  public static func _gram(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Double>, _ ldx: Int, _ c: UnsafeMutablePointer<Double>,
    _ ldc: Int
  ) {
    unsafe gram_d(m, n, x, ldx, c, ldc)
  }

  public static func _logisticTerms(
    _ n: Int, _ z: UnsafePointer<Double>, _ sign: UnsafePointer<Double>,
    _ weight: UnsafePointer<Double>, _ slope: UnsafeMutablePointer<Double>,
    _ curvature: UnsafeMutablePointer<Double>
  ) -> Double {
    unsafe logistic_terms_d(n, z, sign, weight, slope, curvature)
  }

  public static func _softmaxTerms(
    _ m: Int, _ n: Int, _ z: UnsafeMutablePointer<Double>, _ ldz: Int,
    _ labels: UnsafePointer<Int>, _ weights: UnsafePointer<Double>?
  ) -> Double {
    unsafe softmax_terms_d(m, n, z, ldz, labels, weights)
  }

  public static func _gemmSquare(
    _ n: Int, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>,
    _ c: UnsafeMutablePointer<Double>
  ) {
    unsafe gemm_square_d(n, a, b, c)
  }

  public static func _gemmSmall(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Double,
    _ a: UnsafePointer<Double>, _ lda: Int, _ b: UnsafePointer<Double>, _ ldb: Int, _ beta: Double,
    _ c: UnsafeMutablePointer<Double>, _ ldc: Int
  ) {
    unsafe gemm_small_d(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
  }

  public static func _gemmMedium(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Double,
    _ a: UnsafePointer<Double>, _ lda: Int, _ b: UnsafePointer<Double>, _ ldb: Int, _ beta: Double,
    _ c: UnsafeMutablePointer<Double>, _ ldc: Int
  ) -> Bool {
    unsafe gemm_medium_d(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
  }

  public static func _getrfSmall(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe getrf_small_d(n, a, lda, pivots)
  }

  public static func _getrsSmall(
    _ transpose: Bool, _ n: Int, _ columns: Int, _ a: UnsafePointer<Double>, _ lda: Int,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Double>, _ ldb: Int
  ) {
    unsafe getrs_small_d(transpose, n, columns, a, lda, pivots, b, ldb)
  }

  public static func _gesvSmall(
    _ n: Int, _ a: UnsafePointer<Double>, _ b: UnsafeMutablePointer<Double>
  ) -> Bool {
    unsafe gesv_small_d(n, a, b)
  }

  public static func _posvSmall(
    _ n: Int, _ a: UnsafePointer<Double>, _ b: UnsafeMutablePointer<Double>
  ) -> Bool {
    unsafe posv_small_d(n, a, b)
  }

  public static func _potrfSmall(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int, _ norm: UnsafeMutablePointer<Double>
  ) -> Int32 {
    unsafe potrf_small_d(n, a, lda, norm)
  }

  public static func _potrsSmall(
    _ n: Int, _ columns: Int, _ a: UnsafePointer<Double>, _ lda: Int,
    _ b: UnsafeMutablePointer<Double>, _ ldb: Int
  ) {
    unsafe potrs_small_d(n, columns, a, lda, b, ldb)
  }

  public static func _geqrfMedium(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int,
    _ tau: UnsafeMutablePointer<Double>
  ) {
    unsafe geqrf_medium_d(m, n, a, lda, tau)
  }

  public static func _ormqrMedium(
    _ transpose: Bool, _ m: Int, _ n: Int, _ count: Int, _ a: UnsafePointer<Double>, _ lda: Int,
    _ tau: UnsafePointer<Double>, _ c: UnsafeMutablePointer<Double>, _ ldc: Int
  ) {
    unsafe ormqr_medium_d(transpose, m, n, count, a, lda, tau, c, ldc)
  }

  public static func _labrd(
    _ m: Int, _ n: Int, _ count: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int,
    _ d: UnsafeMutablePointer<Double>, _ e: UnsafeMutablePointer<Double>,
    _ tauQ: UnsafeMutablePointer<Double>, _ tauP: UnsafeMutablePointer<Double>,
    _ p: UnsafeMutablePointer<Double>, _ ldp: Int, _ w: UnsafeMutablePointer<Double>, _ ldw: Int,
    _ space: UnsafeMutablePointer<Double>
  ) {
    unsafe labrd_d(m, n, count, a, lda, d, e, tauQ, tauP, p, ldp, w, ldw, space)
  }

  public static func _latrd(
    _ n: Int, _ count: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int,
    _ d: UnsafeMutablePointer<Double>, _ e: UnsafeMutablePointer<Double>,
    _ tau: UnsafeMutablePointer<Double>, _ v: UnsafeMutablePointer<Double>,
    _ w: UnsafeMutablePointer<Double>, _ ld: Int
  ) {
    unsafe latrd_d(n, count, a, lda, d, e, tau, v, w, ld)
  }

  public static func _secularRoot(
    _ n: Int, _ j: Int, _ d: UnsafePointer<Double>, _ z: UnsafePointer<Double>, _ rho: Double,
    _ squares: Bool, _ delta: UnsafeMutablePointer<Double>, _ root: UnsafeMutablePointer<Double>
  ) -> Bool {
    unsafe secular_root_d(n, j, d, z, rho, squares, delta, root)
  }

  public static func _secularWeights(
    _ first: Int, _ last: Int, _ n: Int, _ d: UnsafePointer<Double>, _ z: UnsafePointer<Double>,
    _ squares: Bool, _ deltas: UnsafePointer<Double>, _ ld: Int, _ w: UnsafeMutablePointer<Double>
  ) {
    unsafe secular_weights_d(first, last, n, d, z, squares, deltas, ld, w)
  }

  public static func _secularVectors(
    _ first: Int, _ last: Int, _ n: Int, _ d: UnsafePointer<Double>, _ w: UnsafePointer<Double>,
    _ order: UnsafePointer<Int32>, _ deltas: UnsafeMutablePointer<Double>, _ ld: Int,
    _ left: UnsafeMutablePointer<Double>?, _ leftLD: Int, _ space: UnsafeMutablePointer<Double>
  ) {
    unsafe secular_vectors_d(first, last, n, d, w, order, deltas, ld, left, leftLD, space)
  }

  public static func _getrfMedium(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int,
    _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    unsafe getrf_medium_d(m, n, a, lda, pivots)
  }

  public static func _laswp(
    _ first: Int, _ next: Int, _ a: UnsafeMutablePointer<Double>, _ columns: Int, _ lda: Int,
    _ pivots: UnsafePointer<Int32>
  ) {
    unsafe laswp_d(first, next, a, columns, lda, pivots)
  }

  public static func _trsmMedium(
    _ m: Int, _ n: Int, _ l: UnsafePointer<Double>, _ ldl: Int, _ b: UnsafeMutablePointer<Double>,
    _ ldb: Int
  ) {
    unsafe trsm_medium_d(m, n, l, ldl, b, ldb)
  }

  public static func _potrfMedium(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int
  ) -> Int32 {
    unsafe potrf_medium_d(n, a, lda)
  }

  public static func _gbtrfNarrow(
    _ n: Int, _ kl: Int, _ ku: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int,
    _ pivots: UnsafeMutablePointer<Int32>, _ b: UnsafeMutablePointer<Double>?
  ) -> Int {
    unsafe gbtrf_narrow_d(n, kl, ku, a, lda, pivots, b)
  }

  public static func _gbtrsNarrow(
    _ n: Int, _ kl: Int, _ ku: Int, _ columns: Int, _ a: UnsafePointer<Double>, _ lda: Int,
    _ pivots: UnsafePointer<Int32>?, _ b: UnsafeMutablePointer<Double>, _ ldb: Int
  ) {
    unsafe gbtrs_narrow_d(n, kl, ku, columns, a, lda, pivots, b, ldb)
  }

  public static func _pbtrfNarrow(
    _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int
  ) -> Int {
    unsafe pbtrf_narrow_d(n, k, a, lda)
  }

  public static func _pbtrsNarrow(
    _ n: Int, _ k: Int, _ columns: Int, _ a: UnsafePointer<Double>, _ lda: Int,
    _ b: UnsafeMutablePointer<Double>, _ ldb: Int
  ) {
    unsafe pbtrs_narrow_d(n, k, columns, a, lda, b, ldb)
  }

  public static func _tridiagonalSolve(
    _ n: Int, _ step: Int, _ lower: UnsafePointer<Double>?, _ diagonal: UnsafePointer<Double>,
    _ upper: UnsafePointer<Double>?, _ b: UnsafeMutablePointer<Double>,
    _ work: UnsafeMutablePointer<Double>
  ) -> Bool {
    unsafe tridiagonal_solve_d(n, step, lower, diagonal, upper, b, work)
  }

  public static func _denseForward(
    _ units: Int, _ inputs: Int, _ m: Int, _ w: UnsafePointer<Double>, _ b: UnsafePointer<Double>,
    _ x: UnsafePointer<Double>, _ z: UnsafeMutablePointer<Double>
  ) {
    unsafe dense_forward_d(units, inputs, m, w, b, x, z)
  }

  public static func _denseBackward(
    _ units: Int, _ inputs: Int, _ m: Int, _ w: UnsafePointer<Double>, _ x: UnsafePointer<Double>,
    _ d: UnsafePointer<Double>, _ gw: UnsafeMutablePointer<Double>,
    _ gb: UnsafeMutablePointer<Double>, _ dx: UnsafeMutablePointer<Double>?
  ) {
    unsafe dense_backward_d(units, inputs, m, w, x, d, gw, gb, dx)
  }

  public static func _repeatColumn(
    _ units: Int, _ m: Int, _ b: UnsafePointer<Double>, _ z: UnsafeMutablePointer<Double>
  ) {
    unsafe repeat_column_d(units, m, b, z)
  }

  public static func _sumColumns(
    _ units: Int, _ m: Int, _ d: UnsafePointer<Double>, _ b: UnsafeMutablePointer<Double>
  ) {
    unsafe sum_columns_d(units, m, d, b)
  }

  public static func _leakyRelu(
    _ n: Int, _ slope: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe leaky_relu_d(n, slope, x, y)
  }

  public static func _leakyReluGradient(
    _ n: Int, _ slope: Double, _ y: UnsafePointer<Double>, _ d: UnsafeMutablePointer<Double>
  ) {
    unsafe leaky_relu_gradient_d(n, slope, y, d)
  }

  public static func _gelu(
    _ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe gelu_d(n, x, y)
  }

  public static func _geluGradient(
    _ n: Int, _ x: UnsafePointer<Double>, _ d: UnsafeMutablePointer<Double>
  ) {
    unsafe gelu_gradient_d(n, x, d)
  }

  public static func _softmaxGradient(
    _ units: Int, _ m: Int, _ y: UnsafePointer<Double>, _ d: UnsafeMutablePointer<Double>
  ) {
    unsafe softmax_gradient_d(units, m, y, d)
  }

  public static func _crossEntropy(
    _ classes: Int, _ m: Int, _ z: UnsafeMutablePointer<Double>, _ labels: UnsafePointer<Int32>,
    _ weights: UnsafePointer<Double>?, _ scale: Double
  ) -> Double {
    unsafe cross_entropy_d(classes, m, z, labels, weights, scale)
  }

  public static func _binaryCrossEntropy(
    _ outputs: Int, _ m: Int, _ z: UnsafeMutablePointer<Double>, _ y: UnsafePointer<Double>,
    _ weights: UnsafePointer<Double>?, _ scale: Double
  ) -> Double {
    unsafe binary_cross_entropy_d(outputs, m, z, y, weights, scale)
  }

  public static func _squaredError(
    _ outputs: Int, _ m: Int, _ a: UnsafeMutablePointer<Double>, _ y: UnsafePointer<Double>,
    _ weights: UnsafePointer<Double>?, _ scale: Double
  ) -> Double {
    unsafe squared_error_d(outputs, m, a, y, weights, scale)
  }

  public static func _batchStatistics(
    _ units: Int, _ m: Int, _ x: UnsafePointer<Double>, _ mean: UnsafeMutablePointer<Double>,
    _ variance: UnsafeMutablePointer<Double>
  ) {
    unsafe batch_statistics_d(units, m, x, mean, variance)
  }

  public static func _normalize(
    _ units: Int, _ m: Int, _ x: UnsafeMutablePointer<Double>, _ mean: UnsafePointer<Double>,
    _ inverse: UnsafePointer<Double>, _ scale: UnsafePointer<Double>,
    _ shift: UnsafePointer<Double>, _ kept: UnsafeMutablePointer<Double>
  ) {
    unsafe normalize_d(units, m, x, mean, inverse, scale, shift, kept)
  }

  public static func _normalizeGradient(
    _ units: Int, _ m: Int, _ kept: UnsafePointer<Double>, _ inverse: UnsafePointer<Double>,
    _ scale: UnsafePointer<Double>, _ gscale: UnsafeMutablePointer<Double>,
    _ gshift: UnsafeMutablePointer<Double>, _ d: UnsafeMutablePointer<Double>
  ) {
    unsafe normalize_gradient_d(units, m, kept, inverse, scale, gscale, gshift, d)
  }

  public static func _onlineSpace(_ layers: Int, _ widths: UnsafePointer<Int>) -> Int {
    unsafe online_space_d(layers, widths)
  }

  public static func _onlineDescent(
    _ layers: Int, _ widths: UnsafePointer<Int>, _ activations: UnsafePointer<Int32>,
    _ slopes: UnsafePointer<Double>, _ m: Int, _ order: UnsafePointer<Int>?,
    _ x: UnsafePointer<Double>, _ labels: UnsafePointer<Int32>?, _ values: UnsafePointer<Double>?,
    _ isBinary: Bool, _ weights: UnsafePointer<Double>?, _ rate: Double, _ penalty: Double,
    _ parameters: UnsafeMutablePointer<Double>, _ space: UnsafeMutablePointer<Double>
  ) -> Double {
    unsafe online_descent_d(
      layers, widths, activations, slopes, m, order, x, labels, values, isBinary, weights, rate,
      penalty, parameters, space)
  }

  public static func _momentumStep(
    _ n: Int, _ w: UnsafeMutablePointer<Double>, _ g: UnsafePointer<Double>,
    _ velocity: UnsafeMutablePointer<Double>, _ rate: Double, _ momentum: Double, _ nesterov: Bool
  ) {
    unsafe momentum_step_d(n, w, g, velocity, rate, momentum, nesterov)
  }

  public static func _adamStep(
    _ n: Int, _ w: UnsafeMutablePointer<Double>, _ g: UnsafePointer<Double>,
    _ m: UnsafeMutablePointer<Double>, _ v: UnsafeMutablePointer<Double>, _ rate: Double,
    _ beta1: Double, _ beta2: Double, _ epsilon: Double, _ decay: Double, _ first: Double,
    _ second: Double
  ) {
    unsafe adam_step_d(n, w, g, m, v, rate, beta1, beta2, epsilon, decay, first, second)
  }

  public static func _rmsStep(
    _ n: Int, _ w: UnsafeMutablePointer<Double>, _ g: UnsafePointer<Double>,
    _ v: UnsafeMutablePointer<Double>, _ rate: Double, _ decay: Double, _ epsilon: Double
  ) {
    unsafe rms_step_d(n, w, g, v, rate, decay, epsilon)
  }

  public static func _addScaled(
    _ n: Int, _ factor: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    unsafe add_scaled_d(n, factor, x, y)
  }

  public static func _clamp(
    _ n: Int, _ limit: Double, _ x: UnsafeMutablePointer<Double>
  ) {
    unsafe clamp_d(n, limit, x)
  }

  public static func _sumOfSquares(
    _ n: Int, _ x: UnsafePointer<Double>
  ) -> Double {
    unsafe sum_of_squares_d(n, x)
  }
}
