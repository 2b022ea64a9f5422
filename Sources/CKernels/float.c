// All kernels for float. What the names stand for is in levels.inc.
#include "kernels.h"

#include <math.h>
#include <string.h>

#include "clones.h"
#include "coefficients.h"

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
