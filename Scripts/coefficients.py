#!/usr/bin/env python3
"""Writes Sources/CKernels/coefficients.h: polynomials for exp and log, fitted in 60 digits.

    python3 -m pip install mpmath
    python3 Scripts/coefficients.py > Sources/CKernels/coefficients.h

exp(r) = 1 + r + r^2 Q(r) on |r| <= log(2)/2; tanh(x) = x + x^3 T(x^2) on |x| <= 5/8; with 1 + f between
sqrt(1/2) and sqrt(2), for double 2 atanh(s)/s = 2 + z P(z) where s = f/(2 + f) and z = s^2, and for float
log(1 + f) = f - f^2/2 + f^3 L(f). Chebyshev fits, the wanted accuracy relative to the whole function: for
double (_d) and for float (_s).
"""
from mpmath import atanh, chebyfit, exp, log, mp, mpf, nstr, sqrt, tanh

mp.dps = 60


def q(r):
    return (exp(r) - 1 - r) / r**2 if abs(r) > mpf(10) ** -20 else mpf(1) / 2 + r / 6 + r**2 / 24


def p(z):
    if abs(z) < mpf(10) ** -20:
        return mpf(2) / 3 + 2 * z / 5
    s = sqrt(z)
    return (2 * atanh(s) / s - 2) / z


def l(f):
    if abs(f) < mpf(10) ** -15:
        return mpf(1) / 3 - f / 4
    return (log(1 + f) - f + f**2 / 2) / f**3


def t(z):
    if abs(z) < mpf(10) ** -20:
        return -mpf(1) / 3 + 2 * z / 15
    return (tanh(sqrt(z)) / sqrt(z) - 1) / z


def fit(name, suffix, function, low, high, degree, note):
    coefficients, error = chebyfit(function, [low, high], degree + 1, error=True)
    real, digits = {"d": ("double", 20), "s": ("float", 11)}[suffix]
    values = ", ".join(nstr(c, digits) for c in reversed(coefficients))
    print(f"/// {note}; largest error {nstr(error, 2)}.")
    print(f"static const {real} {name}_{suffix}[] = {{{values}}};\n")


half = log(2) / 2
largest = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2
print("#pragma once")
print("// Written by Scripts/coefficients.py. Lowest power first.\n")
for suffix, degree in ("d", 10), ("s", 5):
    fit("exp_polynomial", suffix, q, -half, half, degree, "Q(r) of exp(r) = 1 + r + r^2 Q(r)")
for suffix, degree in ("d", 11), ("s", 5):
    fit("tanh_polynomial", suffix, t, mpf(0), mpf(25) / 64, degree, "T(z) of tanh(x) = x + x z T(z)")
fit("log_polynomial", "d", p, mpf(0), largest, 7, "P(z) of 2 atanh(s)/s = 2 + z P(z)")
fit("log_polynomial", "s", l, sqrt(mpf(1) / 2) - 1, sqrt(mpf(2)) - 1, 8, "L(f)")
