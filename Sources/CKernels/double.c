// All kernels for double. What the names stand for is in levels.inc.
#include "kernels.h"

#include <math.h>
#include <string.h>

#include "clones.h"
#include "coefficients.h"

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
