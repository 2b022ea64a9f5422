#include "kernels.h"

#include <math.h>
#include <string.h>

#include "clones.h"
#include "elementwise.h"

#define REAL double
#define SUFFIX d
#include "arrays.inc"
#include "elementwise.inc"
#include "small.inc"
#undef REAL
#undef SUFFIX

#define REAL float
#define SUFFIX s
#include "arrays.inc"
#include "elementwise.inc"
#include "small.inc"
