#pragma once
// Numbers in text: read by fast_float (Lemire 2021), written by the C++ standard library. Exact to the last bit both
// ways, and of no locale.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Reads the number that a text of so many bytes begins with; returns its length, 0 if there is none.
///
/// Beyond the range of doubles it is infinite, below it 0.
ptrdiff_t parse_double(const uint8_t *text, ptrdiff_t count, double *value);

/// Reads rows of so many finite numbers, between delimiters and before a line feed, with or without a carriage return.
///
/// Stops before the first row that is anything else, or is not whole, or at the limit. Number (i, j) goes to
/// target[i + j * stride]. Returns how many bytes that were.
ptrdiff_t parse_rows(const uint8_t *text, ptrdiff_t count, uint8_t delimiter, ptrdiff_t columns,
                     ptrdiff_t limit, double *target, ptrdiff_t stride, ptrdiff_t *rows);

/// Writes the shortest text that reads back as the same number, at most 24 characters, whole numbers below 2^53 without an
/// exponent; returns its length.
ptrdiff_t format_double(double value, uint8_t *text);

#ifdef __cplusplus
}
#endif
