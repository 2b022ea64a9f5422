"""Writes FiveRows.swift: ordinary least squares on five rows, in exact rational arithmetic.

    python3 five_rows.py > ../FiveRows.swift        (half a minute)

The example that questions quote gives 4.344435, 4.387702, 0.450958; its data are not known to us. The three numbers say much about them,
if they were whole numbers:
(142580, 144000, 14800) / 32819 is the first fraction with one denominator that rounds to them, 20 divides its numerators, and the first
normal equation then leaves sums of 33 and 296 for whole predictors and 300 for the response: 20, 40, 60, 80, 100. `designs`
finds every pair of predictors from 0 to 120 with exactly this solution.
"""
from fractions import Fraction
from itertools import product
from decimal import Decimal, getcontext

import numpy as np

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


def designs():
    """Whole x1 ≥ 0, the last two different (equal ones give none), and 0 ≤ x2 ≤ 120 whose normal equations with y = 20, 40, 60, 80, 100 have the solution of the example."""
    d, b0, b1, b2 = 32819, 7129, 7200, 740  # the solution for y = 1, 2, 3, 4, 5 is (b0, b1, b2) / d
    values = np.arange(121)
    p, q, u = np.meshgrid(values, values, values, indexing="ij")
    for head in product(range(34), repeat=4):
        x = (*head, 33 - sum(head))
        rest = d * sum((i + 1) * x[i] for i in range(5)) - b0 * 33 - b1 * sum(k * k for k in x)
        if x[4] < 0 or rest < 0 or rest % b2 or x[3] == x[4]:
            continue
        # Σ x2 = 296 and Σ x1 x2 = rest / b2 leave three of five free.
        last = rest // b2 - x[0] * p - x[1] * q - x[2] * u - x[3] * (296 - p - q - u)
        w = last // (x[4] - x[3])
        v = 296 - p - q - u - w
        squares = p * p + q * q + u * u + v * v + w * w
        moments = p + 2 * q + 3 * u + 4 * v + 5 * w
        found = (w * (x[4] - x[3]) == last) & (v >= 0) & (w >= 0) & (v <= 120) & (w <= 120) & (
            b2 * squares == d * moments - b0 * 296 - b1 * (rest // b2))
        for at in zip(*np.nonzero(found)):
            yield [[a, int(b)] for a, b in zip(x, (p[at], q[at], u[at], v[at], w[at]))]


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

import LinAlg

enum FiveRows {{
  static let intercept = {text(beta[0])}
  static let coefficients = [{text(beta[1])}, {text(beta[2])}]
  static let interceptStandardError = {root(errors[0])}
  static let standardErrors = [{root(errors[1])}, {root(errors[2])}]
  static let rSquared = {text(1 - rss / tss)}

  /// Designs of whole numbers to 120 with the solution of the quoted example, if its response was this; and the solution.
  static let exampleDesigns: [Matrix<Double>] = [""")
for x in designs():
    print(f"    {x},")
print("""  ]
  static let exampleResponse = [20.0, 40, 60, 80, 100]
  static let exampleSolution = [142580.0 / 32819, 144000.0 / 32819, 14800.0 / 32819]
}""")
