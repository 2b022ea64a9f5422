#pragma once
// The only portability seam: everything that LinAlg knows of the installed BLAS and LAPACK comes in here.

// C's _Complex imports badly into Swift, and no complex routine is called.
#define LAPACK_COMPLEX_STRUCTURE

#include <cblas.h>
#include <lapacke.h>

// A 64-bit-integer BLAS would read every dimension wrongly: refuse it when the module is built.
_Static_assert(sizeof(lapack_int) == 4, "LinAlg needs a BLAS and LAPACK with 32-bit integers");
_Static_assert(sizeof(blasint) == 4, "LinAlg needs a BLAS and LAPACK with 32-bit integers");
