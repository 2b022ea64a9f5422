#include "kernels.h"

#include <math.h>
#include <string.h>

#include "clones.h"
#include "coefficients.h"

// The formats. LOG2_HIGH + LOG2_LOW is log(2); multiples of the first by exponents are exact. Adding and
// subtracting TO_INTEGER rounds to an integer, which it leaves in the lowest bits.

#define REAL double
#define SUFFIX d
#define BUILTIN(function) __builtin_##function
#define BITS uint64_t
#define IBITS int64_t
#define LANES 8
#define MANTISSA 52
#define BIAS 1023
#define EPSILON 0x1p-52
#define TO_INTEGER 0x1.8p52
#define LOG2_HIGH 0x1.62e42fefa3800p-1
#define LOG2_LOW 0x1.ef35793c76730p-45
#define EXP_EASY 670
#define EXP_NORMAL 708
#define EXP_CLAMP 750
#define LOG_DIVIDES 1
#define EXP_OVERFLOW 709.79
#define ROOT_HALF UINT64_C(0x3fe6a09e667f3bcd)
#define LEAST_NORMAL 0x1p-1022
#define BELOW_NORMAL 0x1p54
#define BELOW_NORMAL_LOG2 54
#include "levels.inc"

#define REAL float
#define SUFFIX s
#define BUILTIN(function) __builtin_##function##f
#define BITS uint32_t
#define IBITS int32_t
#define LANES 16
#define MANTISSA 23
#define BIAS 127
#define EPSILON 0x1p-23f
#define TO_INTEGER 0x1.8p23f
#define LOG2_HIGH 0x1.62ep-1f
#define LOG2_LOW 0x1.0bfbe8p-15f
#define EXP_EASY 69
#define EXP_NORMAL 87
#define EXP_CLAMP 110
#define LOG_DIVIDES 0
#define EXP_OVERFLOW 88.73f
#define ROOT_HALF UINT32_C(0x3f3504f3)
#define LEAST_NORMAL 0x1p-126f
#define BELOW_NORMAL 0x1p25f
#define BELOW_NORMAL_LOG2 25
#include "levels.inc"
