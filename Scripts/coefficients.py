#!/usr/bin/env python3
"""Writes Sources/CKernels/coefficients.h: polynomials for exp and log, fitted in 60 digits.

    python3 -m pip install mpmath
    python3 Scripts/coefficients.py > Sources/CKernels/coefficients.h

exp(r) = 1 + r + r^2 Q(r) on |r| <= log(2)/2, and 2 atanh(s)/s = 2 + z P(z) with z = s^2 for
s = f/(2 + f), 1 + f between sqrt(1/2) and sqrt(2): Chebyshev fits, the wanted accuracy relative to the
whole function. "short" ones serve results that are rounded to float.
"""
from mpmath import atanh, chebyfit, exp, inf, log, mp, mpf, nstr, sqrt

mp.dps = 60


def q(r):
    return (exp(r) - 1 - r) / r**2 if abs(r) > mpf(10) ** -20 else mpf(1) / 2 + r / 6 + r**2 / 24


def p(z):
    if abs(z) < mpf(10) ** -20:
        return mpf(2) / 3 + 2 * z / 5
    s = sqrt(z)
    return (2 * atanh(s) / s - 2) / z


def fit(name, function, low, high, degree, note):
    coefficients, error = chebyfit(function, [low, high], degree + 1, error=True)
    values = ", ".join(nstr(c, 20) for c in reversed(coefficients))
    print(f"/// {note}; largest error {nstr(error, 2)}.")
    print(f"static const double {name}[] = {{{values}}};\n")


half = log(2) / 2
largest = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2
print("#pragma once")
print("// Written by Scripts/coefficients.py. Lowest power first.\n")
fit("exp_polynomial", q, -half, half, 10, "Q(r) of exp(r) = 1 + r + r^2 Q(r)")
fit("exp_polynomial_short", q, -half, half, 5, "Q(r), for float")
fit("log_polynomial", p, mpf(0), largest, 7, "P(z) of 2 atanh(s)/s = 2 + z P(z), z = s^2")
fit("log_polynomial_short", p, mpf(0), largest, 3, "P(z), for float")
