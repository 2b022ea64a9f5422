"""Writes FiveRows.swift: ordinary least squares on five rows, in exact rational arithmetic.

    python3 five_rows.py > ../FiveRows.swift
"""
from fractions import Fraction
from decimal import Decimal, getcontext

getcontext().prec = 40
X = [[1, 2], [2, 1], [3, 5], [4, 3], [5, 8]]
Y = [14, 15, 29, 26, 45]


def solve(a, b):
    """Gauss-Jordan elimination of a square system with several right-hand sides."""
    n = len(a)
    rows = [list(map(Fraction, a[i])) + list(map(Fraction, b[i])) for i in range(n)]
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(n):
            if i != k:
                rows[i] = [v - rows[i][k] * w for v, w in zip(rows[i], rows[k])]
    return [row[n:] for row in rows]


def text(value):
    return str(Decimal(value.numerator) / Decimal(value.denominator))[:24]


def root(value):
    return str((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())[:24]


design = [[1] + row for row in X]
gram = [[sum(r[i] * r[j] for r in design) for j in range(3)] for i in range(3)]
moment = [[sum(r[i] * y for r, y in zip(design, Y))] for i in range(3)]
beta = [row[0] for row in solve(gram, moment)]
inverse = solve(gram, [[int(i == j) for j in range(3)] for i in range(3)])
rss = sum((y - sum(b * v for b, v in zip(beta, r))) ** 2 for r, y in zip(design, Y))
mean = Fraction(sum(Y), len(Y))
tss = sum((y - mean) ** 2 for y in Y)
variance = rss / (len(Y) - 3)
errors = [variance * inverse[j][j] for j in range(3)]

print(f"""// Written by Reference/five_rows.py.

enum FiveRows {{
  static let intercept = {text(beta[0])}
  static let coefficients = [{text(beta[1])}, {text(beta[2])}]
  static let interceptStandardError = {root(errors[0])}
  static let standardErrors = [{root(errors[1])}, {root(errors[2])}]
  static let rSquared = {text(1 - rss / tss)}
}}""")
