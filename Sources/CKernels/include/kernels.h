#pragma once
// Loops that neither BLAS nor LAPACK has, or that a library call would cost too much for.
//
// Every function exists for double (suffix _d) and float (suffix _s), written once in a template.
// On x86-64 each one is compiled for x86-64-v4 (AVX-512), v3 (AVX2 and FMA) and the baseline, and the
// loader picks the best that the processor has: no caller needs compiler flags.
//
// Matrices are column-major with a leading dimension ("ld"), as in BLAS. Lengths are ptrdiff_t.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The largest order that the small-matrix kernels take.
#define SMALL_ORDER 8
/// The largest order for which products of our own are faster than the library's on any processor, and for which they take a
/// transposed first matrix.
#define MEDIUM_ORDER 96
#define MEDIUM_TRANSPOSED 32
/// The layers that a network may have to be trained sample by sample, and their activations of z = w x + b: z above 0 and a
/// slope times z below, or a function, whose slope is then 1.
#define ONLINE_LAYERS 16
#define ONLINE_LINEAR 0
#define ONLINE_TANH 1
#define ONLINE_SIGMOID 2
// The most diagonals on one side of a band that kernels of our own take, the main one included: a power of 2.
#define BAND_WIDTH 32
// Bytes of a signal up to which three of them are in caches, or soon are, and of what threads take at a time that share a long one.
#define SCAN_CACHED (1 << 22)
#define SCAN_BLOCK (1 << 15)

#define DECLARE_KERNELS(REAL, S)                                                                    \
  /* Position of the first element that is NaN or infinite, or -1. */                               \
  ptrdiff_t first_non_finite_##S(ptrdiff_t n, const REAL *_Nonnull x);                              \
  /* b[j, i] = a[i, j] for an m x n matrix a. */                                                    \
  void transpose_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull a, ptrdiff_t lda,               \
                     REAL *_Nonnull b, ptrdiff_t ldb);                                              \
  /* Copies one strict triangle of a square matrix to the other. */                                 \
  void symmetrize_##S(bool from_upper, ptrdiff_t n, REAL *_Nonnull a, ptrdiff_t lda);               \
  /* Sums of elements, absolute values and products, in as many as 4 vectors of partial sums. */     \
  REAL sum_##S(ptrdiff_t n, const REAL *_Nonnull x);                                                \
  REAL absolute_sum_##S(ptrdiff_t n, const REAL *_Nonnull x);                                       \
  REAL dot_small_##S(ptrdiff_t n, const REAL *_Nonnull x, const REAL *_Nonnull y);                  \
  /* Largest absolute value; NaN if there is one. */                                                \
  REAL absolute_maximum_##S(ptrdiff_t n, const REAL *_Nonnull x);                                   \
  /* Largest sum of absolute values in a column, or in a row (with m numbers of work space); NaN if  \
     there is one. */                                                                               \
  REAL one_norm_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull a, ptrdiff_t lda);               \
  REAL infinity_norm_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull a, ptrdiff_t lda,           \
                         REAL *_Nonnull sums);                                                      \
  /* one_norm of the symmetric matrix in one triangle of a, with n numbers of work space. */        \
  REAL symmetric_norm_##S(bool from_upper, ptrdiff_t n, const REAL *_Nonnull a, ptrdiff_t lda,      \
                          REAL *_Nonnull sums);                                                     \
  /* Elementwise functions; y may be x. The _gradient of each multiplies by its derivative, as a    \
     function of the result y. */                                                                   \
  void exp_##S(ptrdiff_t n, const REAL *_Nonnull x, REAL *_Nonnull y);                              \
  void expm1_##S(ptrdiff_t n, const REAL *_Nonnull x, REAL *_Nonnull y);                            \
  void log_##S(ptrdiff_t n, const REAL *_Nonnull x, REAL *_Nonnull y);                              \
  void log1p_##S(ptrdiff_t n, const REAL *_Nonnull x, REAL *_Nonnull y);                            \
  void tanh_##S(ptrdiff_t n, const REAL *_Nonnull x, REAL *_Nonnull y);                             \
  void sigmoid_##S(ptrdiff_t n, const REAL *_Nonnull x, REAL *_Nonnull y);                          \
  void softplus_##S(ptrdiff_t n, const REAL *_Nonnull x, REAL *_Nonnull y);                         \
  void relu_##S(ptrdiff_t n, const REAL *_Nonnull x, REAL *_Nonnull y);                             \
  void exp_gradient_##S(ptrdiff_t n, const REAL *_Nonnull y, REAL *_Nonnull gradient);              \
  void expm1_gradient_##S(ptrdiff_t n, const REAL *_Nonnull y, REAL *_Nonnull gradient);            \
  void log_gradient_##S(ptrdiff_t n, const REAL *_Nonnull y, REAL *_Nonnull gradient);              \
  void log1p_gradient_##S(ptrdiff_t n, const REAL *_Nonnull y, REAL *_Nonnull gradient);            \
  void tanh_gradient_##S(ptrdiff_t n, const REAL *_Nonnull y, REAL *_Nonnull gradient);             \
  void sigmoid_gradient_##S(ptrdiff_t n, const REAL *_Nonnull y, REAL *_Nonnull gradient);          \
  void softplus_gradient_##S(ptrdiff_t n, const REAL *_Nonnull y, REAL *_Nonnull gradient);         \
  void relu_gradient_##S(ptrdiff_t n, const REAL *_Nonnull y, REAL *_Nonnull gradient);             \
  /* Of the m rows or n columns of a matrix: log(sum(exp)), softmax and its logarithm; y may be a.  \
     A row of -inf has the softmax NaN. */                                                          \
  void row_log_sum_exp_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull a, ptrdiff_t lda,         \
                       REAL *_Nonnull y);                                                           \
  void row_softmax_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull a, ptrdiff_t lda,             \
                   REAL *_Nonnull y, ptrdiff_t ldy);                                                \
  void row_log_softmax_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull a, ptrdiff_t lda,         \
                   REAL *_Nonnull y, ptrdiff_t ldy);                                                \
  void column_log_sum_exp_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull a, ptrdiff_t lda,      \
                       REAL *_Nonnull y);                                                           \
  void column_softmax_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull a, ptrdiff_t lda,          \
                   REAL *_Nonnull y, ptrdiff_t ldy);                                                \
  void column_log_softmax_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull a, ptrdiff_t lda,      \
                   REAL *_Nonnull y, ptrdiff_t ldy);                                                \
  /* The same of the segments x[starts[k]] to x[ends[k] - 1], which ascend without overlap. Output  \
     from position `done` on: elements of no segment, and of one that is all -inf, get 0 or -inf. */\
  void segment_softmax_##S(ptrdiff_t done, ptrdiff_t count, const ptrdiff_t *_Nonnull starts,       \
                           const ptrdiff_t *_Nonnull ends, const REAL *_Nonnull x,                  \
                           REAL *_Nonnull y);                                                       \
  void segment_log_softmax_##S(ptrdiff_t done, ptrdiff_t count, const ptrdiff_t *_Nonnull starts,   \
                               const ptrdiff_t *_Nonnull ends, const REAL *_Nonnull x,              \
                               REAL *_Nonnull y);                                                   \
  void segment_log_sum_exp_##S(ptrdiff_t count, const ptrdiff_t *_Nonnull starts,                   \
                               const ptrdiff_t *_Nonnull ends, const REAL *_Nonnull x,              \
                               REAL *_Nonnull y);                                                   \
  /* From the softmax p of segments, gradients through it, p (g - sum of p g), through its logarithm, \
     factor (g - p sum of g), and through log-sum-exp, factor p, and of cross-entropies, factor (p - [label]), from position\
     `done` on; 0 between segments. Where p is 0, in the second and the fourth in all of a segment, they are 0. A factor for\
     each segment, or in the second none. y may be p. */                                            \
  void segment_softmax_gradient_##S(ptrdiff_t done, ptrdiff_t count,                                \
                                    const ptrdiff_t *_Nonnull starts,                               \
                                    const ptrdiff_t *_Nonnull ends, const REAL *_Nonnull p,         \
                                    const REAL *_Nonnull g, REAL *_Nonnull y);                      \
  void segment_log_softmax_gradient_##S(                                                            \
      ptrdiff_t done, ptrdiff_t count, const ptrdiff_t *_Nonnull starts,                            \
      const ptrdiff_t *_Nonnull ends, const REAL *_Nonnull p, const REAL *_Nonnull g,               \
      const REAL *_Nullable factors, REAL *_Nonnull y);                                             \
  void segment_log_sum_exp_gradient_##S(                                                            \
      ptrdiff_t done, ptrdiff_t count, const ptrdiff_t *_Nonnull starts,                            \
      const ptrdiff_t *_Nonnull ends, const REAL *_Nonnull p, const REAL *_Nonnull factors,         \
      REAL *_Nonnull y);                                                                            \
  void segment_label_gradient_##S(ptrdiff_t done, ptrdiff_t count,                                  \
                                  const ptrdiff_t *_Nonnull starts,                                 \
                                  const ptrdiff_t *_Nonnull ends, const REAL *_Nonnull p,           \
                                  const ptrdiff_t *_Nonnull labels, const REAL *_Nonnull factors,   \
                                  REAL *_Nonnull y);                                                \
  /* y[i] = y[i - 1] + w[i] (s[i] - y[i - 1]) from y[-1] = state; returns the last. y may be s. The loop\
     as it stands, and the same as a scan with vectors. */                                          \
  REAL filter_loop_##S(ptrdiff_t n, const REAL *_Nonnull w, const REAL *_Nonnull s,                 \
                       REAL *_Nonnull y, REAL state);                                               \
  REAL filter_scan_##S(ptrdiff_t n, const REAL *_Nonnull w, const REAL *_Nonnull s,                 \
                       REAL *_Nonnull y, REAL state);                                               \
  /* For threads that share a long one: the map of SCAN_BLOCK bytes from the state before them to the last output, product state\
     + sum, and the largest |w x|; where an |1 - w| is above 1 the sum is NaN. Backwards the inputs are x, not w x, and\
     the map leads from the state behind them to the first. And\
     filter_scan for what no cache holds, which asks for the inputs so many numbers ahead. */       \
  void filter_map_##S(bool is_backward, const REAL *_Nonnull w, const REAL *_Nonnull x,             \
                      REAL *_Nonnull product, REAL *_Nonnull sum, REAL *_Nonnull largest);          \
  REAL filter_stream_##S(ptrdiff_t n, ptrdiff_t ahead, const REAL *_Nonnull w,                      \
                         const REAL *_Nonnull s, REAL *_Nonnull y, REAL state);                     \
  /* Backwards: lambda[i] = g[i] + (1 - w[i + 1]) lambda[i + 1] from lambda[n] = next, by_sample[i] = w[i] lambda[i], by_weight[i]\
     = lambda[i] (s[i] - before[i]), which is added where asked for. Reads w[n]. Returns lambda[0], NaN where a gradient is not\
     finite. */                                                                                     \
  REAL filter_gradients_##S(bool adds, ptrdiff_t n, const REAL *_Nonnull w, const REAL *_Nonnull g, \
                            const REAL *_Nonnull s, const REAL *_Nonnull before, REAL next,         \
                            REAL *_Nonnull by_sample, REAL *_Nonnull by_weight);                    \
  /* filter_loop down each column of s, with a state each that is replaced by the last output. */    \
  void filter_channels_##S(ptrdiff_t n, ptrdiff_t channels, const REAL *_Nonnull w,                 \
                           const REAL *_Nonnull s, ptrdiff_t lds, REAL *_Nonnull y, ptrdiff_t ldy,  \
                           REAL *_Nonnull states);                                                  \
  /* y[i] = sum b[k][i] x[i - k] + sum a[j][i] y[i - j - 1], k = 0 to q, j = 0 to p - 1, with columns a[j]\
     and b[k]; past_x[0] = x[-1] and past_y[0] = y[-1], from the newest to the oldest, null where they lie before x and y. With q = -1\
     the first sum is x. A stream is for what no cache holds. */                                    \
  void recursive_filter_##S(bool is_stream, ptrdiff_t n, ptrdiff_t p, ptrdiff_t q,                  \
                            const REAL *_Nonnull a, ptrdiff_t lda, const REAL *_Nonnull b,          \
                            ptrdiff_t ldb, const REAL *_Nonnull x, const REAL *_Nullable past_x,    \
                            const REAL *_Nullable past_y, REAL *_Nonnull y);                        \
  /* Backwards: lambda[i] = g[i] + sum a[j][i + 1 + j] lambda[i + 1 + j], where behind the n rows there are `left` more, and\
     max(p, q) lambda, 0 beyond these. Then by_x[i] = sum b[k][i + k] lambda[i + k], by_a[j][i] = lambda[i] y[i - 1 - j], by_b[k][i] = lambda[i] x[i - k];\
     returns NaN where a gradient is not finite, else 0. */                                         \
  void recursive_adjoints_##S(ptrdiff_t n, ptrdiff_t p, ptrdiff_t left, const REAL *_Nonnull a,     \
                              ptrdiff_t lda, const REAL *_Nonnull g, REAL *_Nonnull lambda);        \
  REAL recursive_gradients_##S(                                                                     \
      ptrdiff_t n, ptrdiff_t p, ptrdiff_t q, ptrdiff_t left, const REAL *_Nonnull lambda,           \
      const REAL *_Nonnull b, ptrdiff_t ldb, const REAL *_Nonnull x, const REAL *_Nullable past_x,  \
      const REAL *_Nonnull y, const REAL *_Nullable past_y, REAL *_Nonnull by_x,                    \
      REAL *_Nonnull by_a, ptrdiff_t ldda, REAL *_Nonnull by_b, ptrdiff_t lddb);                    \
  /* Asks for an m x n matrix to come to a cache. */                                                \
  void prefetch_columns_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull a, ptrdiff_t lda);       \
  /* y[i, j] = x[i, j] factor[j] - shift[j] for an m x n matrix, and y[i, j] *= factors[i]. */         \
  void standardize_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull x, ptrdiff_t ldx,             \
                       const REAL *_Nonnull shift, const REAL *_Nonnull factor, REAL *_Nonnull y,   \
                       ptrdiff_t ldy);                                                              \
  void scale_rows_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull factors, REAL *_Nonnull y,     \
                      ptrdiff_t ldy);                                                               \
  /* With the standardized matrix y of the first: z = bias + y theta, and g += transpose(y) r. */     \
  void standardized_product_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull x, ptrdiff_t ldx,    \
                                const REAL *_Nonnull shift, const REAL *_Nonnull factor,            \
                                const REAL *_Nonnull theta, REAL bias, REAL *_Nonnull z);           \
  void standardized_projection_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull x, ptrdiff_t ldx, \
                                   const REAL *_Nonnull shift, const REAL *_Nonnull factor,         \
                                   const REAL *_Nonnull r, REAL *_Nonnull g);                       \
  /* c += transpose(x) x, on and above the diagonal. */                                             \
  void gram_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull x, ptrdiff_t ldx, REAL *_Nonnull c,  \
                ptrdiff_t ldc);                                                                     \
  /* The loss log(1 + exp(sign z)), sign = +-1, times the weights: returns the sum, sets first and second\
     derivatives by z. */                                                                           \
  REAL logistic_terms_##S(ptrdiff_t n, const REAL *_Nonnull z, const REAL *_Nonnull sign,           \
                          const REAL *_Nonnull weight, REAL *_Nonnull slope,                        \
                          REAL *_Nonnull curvature);                                                \
  /* The same for the loss log(sum exp(z)) - z[label] of each row; the logits become first derivatives.\
     Without weights all are 1. */                                                                  \
  REAL softmax_terms_##S(ptrdiff_t m, ptrdiff_t n, REAL *_Nonnull z, ptrdiff_t ldz,                 \
                         const ptrdiff_t *_Nonnull labels, const REAL *_Nullable weights);          \
  /* c = a b for squares of order 4 or 8 without gaps between their columns. */                     \
  void gemm_square_##S(ptrdiff_t n, const REAL *_Nonnull a, const REAL *_Nonnull b, REAL *_Nonnull c); \
  /* c = alpha op(a) op(b) + beta c with m, n, k <= SMALL_ORDER; beta = 0 overwrites c. */          \
  void gemm_small_##S(bool transpose_a, bool transpose_b, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k,    \
                      REAL alpha, const REAL *_Nonnull a, ptrdiff_t lda, const REAL *_Nonnull b,    \
                      ptrdiff_t ldb, REAL beta, REAL *_Nonnull c, ptrdiff_t ldc);                   \
  /* The same for 8 <= m and m, n, k <= MEDIUM_ORDER (a transposed: MEDIUM_TRANSPOSED). Returns false, and leaves c alone,   */ \
  /* where this processor's library is faster. */                                                   \
  bool gemm_medium_##S(bool transpose_a, bool transpose_b, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k,   \
                       REAL alpha, const REAL *_Nonnull a, ptrdiff_t lda, const REAL *_Nonnull b,   \
                       ptrdiff_t ldb, REAL beta, REAL *_Nonnull c, ptrdiff_t ldc);                  \
  /* As getrf: a = P L U in place, pivots counted from 1; returns the first zero pivot, or 0. */    \
  int32_t getrf_small_##S(ptrdiff_t n, REAL *_Nonnull a, ptrdiff_t lda, int32_t *_Nonnull pivots);  \
  void getrs_small_##S(bool transpose, ptrdiff_t n, ptrdiff_t columns, const REAL *_Nonnull a,      \
                       ptrdiff_t lda, const int32_t *_Nonnull pivots, REAL *_Nonnull b,             \
                       ptrdiff_t ldb);                                                              \
  /* b becomes the x of a x = b, a of order n without gaps between its columns; false, and b as it was, where an element\
     is not finite, or a pivot too small or large for a reciprocal. */                              \
  bool gesv_small_##S(ptrdiff_t n, const REAL *_Nonnull a, REAL *_Nonnull b);                       \
  /* As gesv_small for a positive definite a, of which the lower triangle is read. */               \
  bool posv_small_##S(ptrdiff_t n, const REAL *_Nonnull a, REAL *_Nonnull b);                       \
  /* As potrf with the lower triangle, and one_norm of the symmetric matrix; returns the order of the first minor that\
     is not positive, or -1 and leaves a alone where sums are not finite. */                        \
  int32_t potrf_small_##S(ptrdiff_t n, REAL *_Nonnull a, ptrdiff_t lda, REAL *_Nonnull norm);       \
  void potrs_small_##S(ptrdiff_t n, ptrdiff_t columns, const REAL *_Nonnull a, ptrdiff_t lda,       \
                       REAL *_Nonnull b, ptrdiff_t ldb);                                            \
  /* As getrf of m >= n rows and as potrf with the lower triangle, for up to some hundred columns: the first zero pivot, or the\
     order of the first minor that is not positive, or 0. What is above the diagonal of potrf's a is lost. laswp makes the\
     exchanges of rows first to next - 1 in columns of a, and trsm solves for n columns of b with the unit lower triangle of m\
     rows, a multiple of 8. */                                                                       \
  int32_t getrf_medium_##S(ptrdiff_t m, ptrdiff_t n, REAL *_Nonnull a, ptrdiff_t lda,               \
                           int32_t *_Nonnull pivots);                                               \
  void laswp_##S(ptrdiff_t first, ptrdiff_t next, REAL *_Nonnull a, ptrdiff_t columns,              \
                 ptrdiff_t lda, const int32_t *_Nonnull pivots);                                    \
  void trsm_medium_##S(ptrdiff_t m, ptrdiff_t n, const REAL *_Nonnull l, ptrdiff_t ldl,             \
                       REAL *_Nonnull b, ptrdiff_t ldb);                                            \
  int32_t potrf_medium_##S(ptrdiff_t n, REAL *_Nonnull a, ptrdiff_t lda);                           \
  /* As geqrf, and as ormqr from the left, on one thread. */                                         \
  void geqrf_medium_##S(ptrdiff_t m, ptrdiff_t n, REAL *_Nonnull a, ptrdiff_t lda,                  \
                        REAL *_Nonnull tau);                                                        \
  void ormqr_medium_##S(bool transpose, ptrdiff_t m, ptrdiff_t n, ptrdiff_t count,                  \
                        const REAL *_Nonnull a, ptrdiff_t lda, const REAL *_Nonnull tau,            \
                        REAL *_Nonnull c, ptrdiff_t ldc);                                           \
  /* The first `count` columns and rows of an m x n matrix, n <= m, become those of an upper bidiagonal one: d, e, and\
     reflections as gebrd leaves them, but for the first number of each. What is right of and below them lacks - P W^T, P\
     and W of 2 count columns. Columns of A and P have whole vectors of LANES rows; those of A are 0 behind row m, and all\
     of it is finite. `space` is for m + n + 2 count numbers and a vector. Fast where all but W starts at addresses of\
     whole vectors. */                                                                              \
  void labrd_##S(ptrdiff_t m, ptrdiff_t n, ptrdiff_t count, REAL *_Nonnull a, ptrdiff_t lda,        \
                 REAL *_Nonnull d, REAL *_Nonnull e, REAL *_Nonnull tau, REAL *_Nonnull sigma,      \
                 REAL *_Nonnull p, ptrdiff_t ldp, REAL *_Nonnull w, ptrdiff_t ldw,                  \
                 REAL *_Nonnull space);                                                             \
  /* The first `count` columns of a symmetric matrix of order n, of which the lower triangle is read, become those of a\
     tridiagonal one, d, e and reflections as sytrd leaves them; the rest is what is left to be reduced. `count` is the\
     number of lanes, or n if that is less. Columns of A, V and W have whole vectors of LANES rows; those of A are 0\
     behind row n - 1, and before their diagonal in its vector. V and W, of LANES columns, are work space. Fast where\
     all start at addresses of whole vectors. */                                                    \
  void latrd_##S(ptrdiff_t n, ptrdiff_t count, REAL *_Nonnull a, ptrdiff_t lda, REAL *_Nonnull d,   \
                 REAL *_Nonnull e, REAL *_Nonnull tau, REAL *_Nonnull v, REAL *_Nonnull w,          \
                 ptrdiff_t ld);                                                                     \
  /* Of the matrix diag(d) + rho z z^T, d rising, rho > 0: the j-th eigenvalue x and delta[i] = d[i] - x, false if it was not\
     found; rows first..last-1 of the z for which these would be exact; and from it and all deltas, whose\
     rows it puts into an order, columns first..last-1 of the eigenvectors. With `squares` (rho = 1) the same for\
     diag(d)^2 + z z^T, d[0] = 0: x^2 is the eigenvalue, delta[i] = d[i]^2 - x^2, the vectors are the right singular\
     vectors of diag(d) with row 0 replaced by z, and `left` receives the left ones. `space` is for n numbers. */\
  bool secular_root_##S(ptrdiff_t n, ptrdiff_t j, const REAL *_Nonnull d, const REAL *_Nonnull z,   \
                        REAL rho, bool squares, REAL *_Nonnull delta, REAL *_Nonnull root);         \
  void secular_weights_##S(ptrdiff_t first, ptrdiff_t last, ptrdiff_t n, const REAL *_Nonnull d,    \
                           const REAL *_Nonnull z, bool squares, const REAL *_Nonnull deltas,       \
                           ptrdiff_t ld, REAL *_Nonnull w);                                         \
  void secular_vectors_##S(ptrdiff_t first, ptrdiff_t last, ptrdiff_t n, const REAL *_Nonnull d,    \
                           const REAL *_Nonnull w, const int32_t *_Nonnull order,                   \
                           REAL *_Nonnull deltas, ptrdiff_t ld, REAL *_Nullable left,               \
                           ptrdiff_t left_ld, REAL *_Nonnull space);                                \
  /* As gbtrf and gbtrs of a square matrix with 0 < kl < BAND_WIDTH, whose storage is 0 outside the \
     band: the first zero pivot, or 0. Of pivots that differ in their last five bits alone any may be\
     taken. With b one right-hand side is eliminated on the way, which gbtrs_narrow without pivots  \
     then solves; what is below the diagonal is not kept then. */                                   \
  ptrdiff_t gbtrf_narrow_##S(ptrdiff_t n, ptrdiff_t kl, ptrdiff_t ku, REAL *_Nonnull a,             \
                             ptrdiff_t lda, int32_t *_Nonnull pivots, REAL *_Nullable b);           \
  void gbtrs_narrow_##S(ptrdiff_t n, ptrdiff_t kl, ptrdiff_t ku, ptrdiff_t columns,                 \
                        const REAL *_Nonnull a, ptrdiff_t lda, const int32_t *_Nullable pivots,     \
                        REAL *_Nonnull b, ptrdiff_t ldb);                                           \
  /* As pbtrf and pbtrs with the lower triangle and 0 < k < BAND_WIDTH: the order of the first minor\
     that is not positive, or 0. */                                                                 \
  ptrdiff_t pbtrf_narrow_##S(ptrdiff_t n, ptrdiff_t k, REAL *_Nonnull a, ptrdiff_t lda);            \
  void pbtrs_narrow_##S(ptrdiff_t n, ptrdiff_t k, ptrdiff_t columns, const REAL *_Nonnull a,        \
                        ptrdiff_t lda, REAL *_Nonnull b, ptrdiff_t ldb);                            \
  /* b becomes the x of a x = b for the matrix with these diagonals, `step` apart, null for zeros; work has room for 4n.\
     False, and b as it was, where a number is not finite, or a pivot too small or large for a reciprocal. */\
  bool tridiagonal_solve_##S(ptrdiff_t n, ptrdiff_t step, const REAL *_Nullable lower,              \
                             const REAL *_Nonnull diagonal, const REAL *_Nullable upper,            \
                             REAL *_Nonnull b, REAL *_Nonnull work);                                \
  /* Neural networks, a column for each sample. Dense layers z = w x + b, and back: gradients by w and b are\
     set, and the one by x unless dx is null. */                                                    \
  void dense_forward_##S(ptrdiff_t units, ptrdiff_t inputs, ptrdiff_t m, const REAL *_Nonnull w,    \
                         const REAL *_Nonnull b, const REAL *_Nonnull x, REAL *_Nonnull z);         \
  void dense_backward_##S(ptrdiff_t units, ptrdiff_t inputs, ptrdiff_t m, const REAL *_Nonnull w,   \
                          const REAL *_Nonnull x, const REAL *_Nonnull d, REAL *_Nonnull gw, REAL   \
                          *_Nonnull gb, REAL *_Nullable dx);                                        \
  void repeat_column_##S(ptrdiff_t units, ptrdiff_t m, const REAL *_Nonnull b, REAL *_Nonnull z);   \
  void sum_columns_##S(ptrdiff_t units, ptrdiff_t m, const REAL *_Nonnull d, REAL *_Nonnull b);     \
  /* Activations; gelu_gradient takes the input, the others the result. */                          \
  void leaky_relu_##S(ptrdiff_t n, REAL slope, const REAL *_Nonnull x, REAL *_Nonnull y);           \
  void leaky_relu_gradient_##S(ptrdiff_t n, REAL slope, const REAL *_Nonnull y, REAL *_Nonnull d);  \
  void gelu_##S(ptrdiff_t n, const REAL *_Nonnull x, REAL *_Nonnull y);                             \
  void gelu_gradient_##S(ptrdiff_t n, const REAL *_Nonnull x, REAL *_Nonnull d);                    \
  void softmax_gradient_##S(ptrdiff_t units, ptrdiff_t m, const REAL *_Nonnull y, REAL *_Nonnull    \
                            d);                                                                     \
  /* Losses: return the weighted sum, turn outputs into gradients of scale times it. */             \
  REAL cross_entropy_##S(ptrdiff_t classes, ptrdiff_t m, REAL *_Nonnull z, const int32_t *_Nonnull  \
                         labels, const REAL *_Nullable weights, REAL scale);                        \
  REAL binary_cross_entropy_##S(ptrdiff_t outputs, ptrdiff_t m, REAL *_Nonnull z, const REAL        \
                              *_Nonnull y, const REAL *_Nullable weights, REAL scale);              \
  REAL squared_error_##S(ptrdiff_t outputs, ptrdiff_t m, REAL *_Nonnull a, const REAL *_Nonnull y,  \
                         const REAL *_Nullable weights, REAL scale);                                \
  /* Batch normalisation: x = scale (x - mean) inverse + shift, and what is scaled is kept. */      \
  void batch_statistics_##S(ptrdiff_t units, ptrdiff_t m, const REAL *_Nonnull x, REAL *_Nonnull    \
                            mean, REAL *_Nonnull variance);                                         \
  void normalize_##S(ptrdiff_t units, ptrdiff_t m, REAL *_Nonnull x, const REAL *_Nonnull mean,     \
                     const REAL *_Nonnull inverse, const REAL *_Nonnull scale, const REAL           \
                     *_Nonnull shift, REAL *_Nonnull kept);                                         \
  void normalize_gradient_##S(ptrdiff_t units, ptrdiff_t m, const REAL *_Nonnull kept, const REAL   \
                              *_Nonnull inverse, const REAL *_Nonnull scale, REAL *_Nonnull         \
                              gscale, REAL *_Nonnull gshift, REAL *_Nonnull d);                     \
  /* A step of gradient descent for each of m samples, or in this order of them, by cross-entropy (labels), binary\
     cross-entropy or squared error (values), in as much space as the first says, which is 0 for too many layers. Returns\
     the weighted sum of the losses. */\
  ptrdiff_t online_space_##S(ptrdiff_t count, const ptrdiff_t *_Nonnull widths);                   \
  REAL online_descent_##S(ptrdiff_t count, const ptrdiff_t *_Nonnull widths,                        \
                        const int32_t *_Nonnull activations, const REAL *_Nonnull slopes,           \
                        ptrdiff_t m, const ptrdiff_t *_Nullable order, const REAL *_Nonnull x,      \
                        const int32_t *_Nullable labels, const REAL *_Nullable values, bool binary, \
                        const REAL *_Nullable weights, REAL rate, REAL penalty,                     \
                        REAL *_Nonnull parameters, REAL *_Nonnull space);                           \
  /* Steps of optimisers. */                                                                        \
  void add_scaled_##S(ptrdiff_t n, REAL factor, const REAL *_Nonnull x, REAL *_Nonnull y);          \
  void clamp_##S(ptrdiff_t n, REAL limit, REAL *_Nonnull x);                                        \
  REAL sum_of_squares_##S(ptrdiff_t n, const REAL *_Nonnull x);                                     \
  void momentum_step_##S(ptrdiff_t n, REAL *_Nonnull w, const REAL *_Nonnull g, REAL *_Nonnull      \
                         velocity, REAL rate, REAL momentum, bool nesterov);                        \
  void adam_step_##S(ptrdiff_t n, REAL *_Nonnull w, const REAL *_Nonnull g, REAL *_Nonnull m, REAL  \
                     *_Nonnull v, REAL rate, REAL beta1, REAL beta2, REAL epsilon, REAL decay,      \
                     REAL first, REAL second);                                                      \
  void rms_step_##S(ptrdiff_t n, REAL *_Nonnull w, const REAL *_Nonnull g, REAL *_Nonnull v, REAL   \
                    rate, REAL decay, REAL epsilon);

DECLARE_KERNELS(double, d)
DECLARE_KERNELS(float, s)

#undef DECLARE_KERNELS

// Rows packed in tiles of single precision, in packed.c: element (i, j) of a tile is tile[i + j * PACKED_ROWS].

enum { PACKED_ROWS = 64 };

/// tile = x diag(factor) - 1 transpose(shift) for m <= PACKED_ROWS rows; the other rows are 0.
void packed_fill(ptrdiff_t m, ptrdiff_t n, const double *_Nonnull x, ptrdiff_t ldx,
                 const double *_Nonnull shift, const double *_Nonnull factor, float *_Nonnull tile);
/// z = bias + tile theta and g += transpose(tile) r, with PACKED_ROWS elements of z and r.
void packed_product(ptrdiff_t n, const float *_Nonnull tile, const double *_Nonnull theta, double bias,
                    double *_Nonnull z);
void packed_projection(ptrdiff_t n, const float *_Nonnull tile, const double *_Nonnull r,
                       double *_Nonnull g);

// Double-double arithmetic, in extended.c: every number is the sum of two arrays' elements.

/// y -= a x and y = transpose(a) x with an m x n matrix a; elementwise y = a b and y += a.
void extended_subtract_product(ptrdiff_t m, ptrdiff_t n, const double *_Nonnull a,
                               const double *_Nonnull a_low, ptrdiff_t lda, const double *_Nonnull x,
                               const double *_Nonnull x_low, double *_Nonnull y,
                               double *_Nonnull y_low);
void extended_transposed_product(ptrdiff_t m, ptrdiff_t n, const double *_Nonnull a,
                                 const double *_Nonnull a_low, ptrdiff_t lda,
                                 const double *_Nonnull x, const double *_Nonnull x_low,
                                 double *_Nonnull y, double *_Nonnull y_low);
void extended_multiply(ptrdiff_t n, const double *_Nonnull a, const double *_Nonnull a_low,
                       const double *_Nonnull b, const double *_Nonnull b_low, double *_Nonnull y,
                       double *_Nonnull y_low);
void extended_add(ptrdiff_t n, const double *_Nonnull a, const double *_Nonnull a_low,
                  double *_Nonnull y, double *_Nonnull y_low);

// The gradient of the mean cross-entropy of softmax regression in long double, of which `work` has room for m * classes: columns of
// x are multiplied and shifted, with a column of ones before them if `ones`; theta and the gradient go class by class.
void extended_softmax_gradient(ptrdiff_t m, ptrdiff_t n, const double *_Nonnull x, ptrdiff_t ldx,
                               bool ones, const double *_Nonnull shift,
                               const double *_Nonnull factor, ptrdiff_t classes,
                               const double *_Nonnull theta, const ptrdiff_t *_Nonnull labels,
                               const double *_Nonnull weights, const double *_Nonnull penalties,
                               void *_Nonnull work, double *_Nonnull gradient);

/// Threads that do a piece of work together and wait for each other in much less time than the system needs to wake one.
typedef struct team team;

/// Runs a function on so many threads at the same time, the caller's among them: on as many as the system gives, or on the
/// caller's alone while another team is at work.
///
/// It receives the context, its place from 0 on, how many there are, and what the functions below take. Returns when all have.
void team_run(int count, void *_Nonnull context,
              void (*_Nonnull work)(void *_Nonnull context, int index, int count, team *_Nonnull others));

/// Returns when all have come. Whoever waits for long gives others its processor meanwhile.
void team_wait(team *_Nonnull others);

/// 0, 1, 2 and so on: each number for one member, from 0 again after all have waited.
ptrdiff_t team_next(team *_Nonnull others);

/// Returns true when it is the turn of a number that team_next gave: after team_end_turn of all before it, whose writes may be read
/// then. Returns false if that takes a tenth of a millisecond; then there are no more turns until all have waited.
bool team_begin_turn(team *_Nonnull others, ptrdiff_t number);
void team_end_turn(team *_Nonnull others, ptrdiff_t number);
