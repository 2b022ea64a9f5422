// Matrix-vector products with rows that are packed in tiles of PACKED_ROWS, in single precision; all arithmetic is
// in double precision. A tile is read from one end to the other, which memory likes best.
#include "kernels.h"

#include "clones.h"

enum { WIDTH = 8, VECTORS = PACKED_ROWS / WIDTH };
typedef double doubles __attribute__((vector_size(WIDTH * sizeof(double)), aligned(sizeof(double))));
typedef float floats __attribute__((vector_size(WIDTH * sizeof(float)), aligned(sizeof(float))));

// Not a function: what returns such a vector would need the processor that the clones are there to find.
#define LOAD(x) __builtin_convertvector(*(const floats *)(x), doubles)

CLONES void packed_fill(ptrdiff_t m, ptrdiff_t n, const double *restrict x, ptrdiff_t ldx,
                        const double *restrict shift, const double *restrict factor,
                        float *restrict tile) {
  for (ptrdiff_t j = 0; j < n; j++) {
    const double *column = x + j * ldx, s = shift[j], f = factor[j];
    float *target = tile + j * PACKED_ROWS;
    for (ptrdiff_t i = 0; i < m; i++) target[i] = (float)(column[i] * f - s);
    for (ptrdiff_t i = m; i < PACKED_ROWS; i++) target[i] = 0;
  }
}

WIDE_CLONES void packed_product(ptrdiff_t n, const float *restrict tile,
                                const double *restrict theta, double bias, double *restrict z) {
  doubles sum[VECTORS];
  UNROLL for (int v = 0; v < VECTORS; v++) sum[v] = (doubles){0} + bias;
  for (ptrdiff_t j = 0; j < n; j++)
    UNROLL for (int v = 0; v < VECTORS; v++)
      sum[v] += LOAD(tile + j * PACKED_ROWS + v * WIDTH) * theta[j];
  UNROLL for (int v = 0; v < VECTORS; v++) *(doubles *)(z + v * WIDTH) = sum[v];
}

WIDE_CLONES void packed_projection(ptrdiff_t n, const float *restrict tile,
                                   const double *restrict r, double *restrict g) {
  doubles weight[VECTORS];
  UNROLL for (int v = 0; v < VECTORS; v++) weight[v] = *(const doubles *)(r + v * WIDTH);
  for (ptrdiff_t j = 0; j < n; j++) {
    doubles sum[2] = {0};
    UNROLL for (int v = 0; v < VECTORS; v++)
      sum[v % 2] += LOAD(tile + j * PACKED_ROWS + v * WIDTH) * weight[v];
    sum[0] += sum[1];
    double total = 0;
    for (int l = 0; l < WIDTH; l++) total += sum[0][l];
    g[j] += total;
  }
}
