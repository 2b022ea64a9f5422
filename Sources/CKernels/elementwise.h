#pragma once
// exp, log and what follows from them, on one double, without branches: the compiler vectorises the
// loops around them. No table, no call.
//
// "brief" leaves out the terms that a result rounded to float does not need; it is a constant wherever
// these functions are inlined.

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "clones.h"
#include "coefficients.h"

// log(2) in two parts; the first has zeros enough that multiples up to 2^11 are exact.
#define LOG2_HIGH 0x1.62e42fefa3800p-1
#define LOG2_LOW 0x1.ef35793c76730p-45

// Adding and subtracting this rounds to an integer, which is left in the lowest bits.
#define TO_INTEGER 0x1.8p52

INLINE uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

INLINE double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/// 2^k for an integer -1022 <= k <= 1023.
INLINE double power_of_2(double k) {
  return from_bits((bits_of(k + TO_INTEGER) + 1023) << 52);
}

#define POLYNOMIAL(coefficients, x, sum)                                             \
  double sum = coefficients[sizeof coefficients / sizeof coefficients[0] - 1];       \
  UNROLL for (int c = (int)(sizeof coefficients / sizeof coefficients[0]) - 2; c >= 0; c--) \
    sum = sum * x + coefficients[c];

/// exp(r + low) - 1 for |r| <= log(2)/2 and a low that corrects the last place of r.
INLINE double expm1_reduced(double r, double low, bool brief) {
  if (brief) {
    POLYNOMIAL(exp_polynomial_short, r, sum)
    return r + r * r * sum;
  }
  POLYNOMIAL(exp_polynomial, r, sum)
  return r + (r * r * sum + low);
}

/// x = k log(2) + r + low with an integer k.
typedef struct {
  double k, r, low;
} reduction;

INLINE reduction reduced(double x) {
  double k = (x * 0x1.71547652b82fep+0 + TO_INTEGER) - TO_INTEGER;
  double high = x - k * LOG2_HIGH, small = k * LOG2_LOW;  // high is exact
  double r = high - small;
  return (reduction){k, r, (high - r) - small};
}

INLINE double clamped(double x, double low, double high) {
  x = x < low ? low : x;  // both leave NaN as it is
  return x > high ? high : x;
}

INLINE double exp_value(double x, bool brief) {
  reduction part = reduced(clamped(x, -750, 750));
  double half = (part.k * 0.5 + TO_INTEGER) - TO_INTEGER;
  // Two steps, so that the result overflows or underflows with one rounding.
  return (1 + expm1_reduced(part.r, part.low, brief)) * power_of_2(half) *
         power_of_2(part.k - half);
}

INLINE double expm1_value(double x, bool brief) {
  reduction part = reduced(clamped(x, -100, 709.79));
  // 2^k q + (2^k - 1), halved so that k = 1024 is in range.
  double q = expm1_reduced(part.r, part.low, brief), scale = power_of_2(part.k - 1);
  double result = 2 * (scale * q + (scale - 0.5));
  return part.k == 0 ? (x == 0 ? x : q) : result;
}

/// log(u + c) where u is normal and positive and c a correction of its last place.
INLINE double log_corrected(double u, double c, double shift, bool brief) {
  uint64_t bits = bits_of(u);
  // The exponent is counted from sqrt(1/2), so that 1 + f lies between sqrt(1/2) and sqrt(2).
  uint64_t offset = bits - 0x3fe6a09e667f3bcd + (UINT64_C(1023) << 52);
  double k = from_bits((offset >> 52) | 0x4330000000000000) - (0x1p52 + 1023);
  double f = from_bits((bits & 0x000fffffffffffff) +
                       ((bits & 0x000fffffffffffff) > 0x6a09e667f3bcc ? 0x3fe0000000000000
                                                                      : 0x3ff0000000000000)) - 1;
  double s = f / (2 + f), z = s * s, rest;
  if (brief) {
    POLYNOMIAL(log_polynomial_short, z, sum)
    rest = z * sum;
  } else {
    POLYNOMIAL(log_polynomial, z, sum)
    rest = z * sum;
  }
  k += shift;
  double half_square = 0.5 * f * f;
  // log(1 + f) = f - (f^2/2 - s (f^2/2 + rest)), small terms first.
  double low = s * (half_square + rest) + (k * LOG2_LOW + c / u);
  return k * LOG2_HIGH - ((half_square - low) - f);
}

/// What log gives where its argument is not a positive finite number.
INLINE double log_special(double x, double value) {
  value = x == 0 ? -INFINITY : value;
  value = x == INFINITY ? x : value;
  return x >= 0 ? value : NAN;
}

INLINE double log_value(double x, bool brief) {
  bool tiny = x < 0x1p-1022;
  double u = tiny ? x * 0x1p54 : x;
  return log_special(x, log_corrected(u, 0, tiny ? -54 : 0, brief));
}

INLINE double log1p_value(double x, bool brief) {
  double u = 1 + x;
  // What the sum rounded away.
  double c = x < 1 ? x - (u - 1) : 1 - (u - x);
  double value = log_corrected(u, c, 0, brief);
  // Where 1 + x is 1, log(1 + x) is x - x^2/2.
  value = u == 1 ? x - 0.5 * x * x : value;
  value = x == -1 ? -INFINITY : value;
  value = x == INFINITY ? x : value;
  return x >= -1 ? (x == 0 ? x : value) : NAN;
}

/// From t = exp(2|x|) - 1 as t/(t + 2), corrected for the rounding of the sum.
INLINE double tanh_value(double x, bool brief) {
  double size = x < 0 ? -x : x;
  double t = expm1_value(2 * (size > 22 ? 22 : size), brief), sum = t + 2;
  double lost = t > 2 ? (t - sum) + 2 : (2 - sum) + t;
  double value = t / sum;
  value -= value * lost * (0.5 - 0.5 * value);  // 1/sum = (1 - value)/2
  value = x < 0 ? -value : value;
  return x == 0 ? x : value;
}

/// 1/(1 + exp(-x)), from exp(-|x|) so that nothing overflows, corrected likewise.
INLINE double sigmoid_value(double x, bool brief) {
  double e = exp_value(x < 0 ? x : -x, brief), sum = 1 + e;
  double lost = (1 - sum) + e;
  double value = (x < 0 ? e : 1) / sum;
  return value - value * lost * (x < 0 ? 1 - value : value);  // the last factor is 1/sum
}

/// log(1 + exp(x)), likewise.
INLINE double softplus_value(double x, bool brief) {
  double e = exp_value(x < 0 ? x : -x, brief);
  double value = log1p_value(e, brief);
  // From here on e itself is log(1 + e), also where it is subnormal.
  value = e < 0x1p-53 ? e : value;
  return x > 0 ? x + value : value;
}

INLINE double relu_value(double x, bool brief) {
  (void)brief;
  return x < 0 ? 0 : x;  // keeps NaN
}
