// More digits than double has. Matrix-vector products in double-double arithmetic: a number is the unevaluated sum of two, of which the second is
// below half a unit in the last place of the first (Dekker 1971; Hida, Li & Bailey 2001).
#include "kernels.h"

#include <math.h>

#include "clones.h"

#pragma STDC FP_CONTRACT OFF

typedef struct {
  double high, low;
} extended;

INLINE extended quick_two_sum(double a, double b) {
  double sum = a + b;
  return (extended){sum, b - (sum - a)};
}

INLINE extended two_sum(double a, double b) {
  double sum = a + b, part = sum - a;
  return (extended){sum, (a - (sum - part)) + (b - part)};
}

INLINE extended two_product(double a, double b) {
  double product = a * b;
  return (extended){product, __builtin_fma(a, b, -product)};
}

INLINE extended add(extended a, extended b) {
  extended high = two_sum(a.high, b.high), low = two_sum(a.low, b.low);
  high = quick_two_sum(high.high, high.low + low.high);
  return quick_two_sum(high.high, high.low + low.low);
}

INLINE extended multiply(extended a, extended b) {
  extended product = two_product(a.high, b.high);
  return quick_two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

#define EACH_ROW _Pragma("clang loop vectorize(assume_safety) vectorize_width(8)") \
  for (ptrdiff_t i = 0; i < m; i++)

CLONES void extended_subtract_product(ptrdiff_t m, ptrdiff_t n, const double *a, const double *a_low,
                                      ptrdiff_t lda, const double *x, const double *x_low, double *y,
                                      double *y_low) {
  for (ptrdiff_t j = 0; j < n; j++) {
    const double *high = a + j * lda, *low = a_low + j * lda;
    extended factor = {-x[j], -x_low[j]};
    EACH_ROW {
      extended term = multiply((extended){high[i], low[i]}, factor);
      extended sum = add((extended){y[i], y_low[i]}, term);
      y[i] = sum.high;
      y_low[i] = sum.low;
    }
  }
}

CLONES void extended_transposed_product(ptrdiff_t m, ptrdiff_t n, const double *a, const double *a_low,
                                        ptrdiff_t lda, const double *x, const double *x_low, double *y,
                                        double *y_low) {
  enum { lanes = 8 };
  for (ptrdiff_t j = 0; j < n; j++) {
    const double *high = a + j * lda, *low = a_low + j * lda;
    extended sums[lanes] = {0}, total = {0, 0};
    ptrdiff_t i = 0;
    for (; i + lanes <= m; i += lanes)
      UNROLL for (int l = 0; l < lanes; l++)
        sums[l] = add(sums[l], multiply((extended){high[i + l], low[i + l]},
                                        (extended){x[i + l], x_low[i + l]}));
    for (; i < m; i++)
      total = add(total, multiply((extended){high[i], low[i]}, (extended){x[i], x_low[i]}));
    for (int l = 0; l < lanes; l++) total = add(total, sums[l]);
    y[j] = total.high;
    y_low[j] = total.low;
  }
}

CLONES void extended_multiply(ptrdiff_t n, const double *a, const double *a_low, const double *b,
                              const double *b_low, double *y, double *y_low) {
  for (ptrdiff_t i = 0; i < n; i++) {
    extended product = multiply((extended){a[i], a_low[i]}, (extended){b[i], b_low[i]});
    y[i] = product.high;
    y_low[i] = product.low;
  }
}

CLONES void extended_add(ptrdiff_t n, const double *a, const double *a_low, double *y, double *y_low) {
  for (ptrdiff_t i = 0; i < n; i++) {
    extended sum = add((extended){a[i], a_low[i]}, (extended){y[i], y_low[i]});
    y[i] = sum.high;
    y_low[i] = sum.low;
  }
}

// Where exponentials are needed too, long double: Σ wᵢ (pᵢ − yᵢ) x̃ᵢᵀ / Σ w + penalty θ with x̃ = (1, x factor − shift) and p the softmax of x̃ᵀθ. On processors
// where that is double itself, no more accurate than the fit was.
void extended_softmax_gradient(ptrdiff_t m, ptrdiff_t n, const double *x, ptrdiff_t ldx, bool ones,
                               const double *shift, const double *factor, ptrdiff_t classes,
                               const double *theta, const ptrdiff_t *labels, const double *weights,
                               const double *penalties, void *work, double *gradient) {
  long double *z = work;
  const ptrdiff_t order = n + ones;
  long double weight_sum = 0;
  for (ptrdiff_t i = 0; i < m; i++) {
    long double *row = z + i * classes, largest = -INFINITY, sum = 0;
    for (ptrdiff_t k = 0; k < classes; k++) {
      const double *own = theta + k * order;
      row[k] = ones ? own[0] : 0;
      for (ptrdiff_t j = 0; j < n; j++)
        row[k] += ((long double)x[i + j * ldx] * factor[j] - shift[j]) * own[ones + j];
      largest = row[k] > largest ? row[k] : largest;
    }
    for (ptrdiff_t k = 0; k < classes; k++) sum += row[k] = expl(row[k] - largest);
    for (ptrdiff_t k = 0; k < classes; k++)
      row[k] = weights[i] * (row[k] / sum - (k == labels[i]));
    weight_sum += weights[i];
  }
  for (ptrdiff_t k = 0; k < classes; k++)
    for (ptrdiff_t j = 0; j < order; j++) {
      long double sum = 0;
      for (ptrdiff_t i = 0; i < m; i++) {
        ptrdiff_t p = j - ones;
        sum += z[i * classes + k]
               * (p < 0 ? 1 : (long double)x[i + p * ldx] * factor[p] - shift[p]);
      }
      gradient[j + k * order] =
          (double)(sum / weight_sum + (long double)penalties[j] * theta[j + k * order]);
    }
}
