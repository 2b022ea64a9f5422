#include "numbers.h"

#include <charconv>
#include <cmath>

#include <fast_float/fast_float.h>

ptrdiff_t parse_double(const uint8_t *text, ptrdiff_t count, double *value) {
  const char *begin = reinterpret_cast<const char *>(text);
  return fast_float::from_chars(begin, begin + count, *value).ptr - begin;
}

// Inlined to the bottom: a call for each number would cost a fifth of its time.
__attribute__((flatten)) ptrdiff_t parse_rows(
    const uint8_t *text, ptrdiff_t count, uint8_t delimiter, ptrdiff_t columns, ptrdiff_t limit,
    double *target, ptrdiff_t stride, ptrdiff_t *rows) {
  const char *const begin = reinterpret_cast<const char *>(text), *const end = begin + count;
  const char *row = begin;
  for (*rows = 0; *rows < limit; ++*rows) {
    const char *cell = row;
    for (ptrdiff_t j = 0; j < columns; j++) {
      double value;
      const auto [stop, error] = fast_float::from_chars(cell, end, value);
      if (error != std::errc() || !std::isfinite(value) || stop == end) return row - begin;
      target[*rows + j * stride] = value;
      cell = stop;
      if (j < columns - 1) {
        if (*cell++ != static_cast<char>(delimiter)) return row - begin;
      } else {
        if (*cell == '\r' && ++cell == end) return row - begin;
        if (*cell++ != '\n') return row - begin;
      }
    }
    row = cell;
  }
  return row - begin;
}

ptrdiff_t format_double(double value, uint8_t *text) {
  char *begin = reinterpret_cast<char *>(text);
  if (std::fabs(value) < 0x1p53 && value != 0) {
    const auto whole = static_cast<int64_t>(value);
    if (static_cast<double>(whole) == value) return std::to_chars(begin, begin + 24, whole).ptr - begin;
  }
  return std::to_chars(begin, begin + 24, value).ptr - begin;
}
