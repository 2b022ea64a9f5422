"""Writes distributions.json: values of probability distributions, to 25 digits.

    pip install mpmath scipy
    python3 distributions.py

The arithmetic has 80 digits. Inputs are binary64 numbers and are used exactly, so 0.1 means
3602879701896397 / 2^55. Results are decimal strings; a logarithm of zero is "-inf".
Everything is compared with scipy, and incomplete beta functions also with mpmath's own series.
"""
import json
import math
import os

from mpmath import mp, mpf
from scipy import stats

mp.dps = 80
DIGITS = 25


def text(value):
    return mp.nstr(value, DIGITS)


def log_text(value):
    return text(mp.log(value)) if value > 0 else "-inf"


def agree(ours, theirs, tolerance=1e-8):
    """Compares with a binary64 result, unless that one has underflowed."""
    ours = float(ours)
    if abs(ours) > 1e-290:
        assert abs(ours - theirs) <= tolerance * abs(ours), (ours, theirs)


# MARK: the incomplete beta function

def log_beta(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def beta_fraction(a, b, x):
    """The continued fraction DLMF 8.17.22 by Lentz's method, for x < (a + 1) / (a + b + 2)."""
    c, d = mpf(1), 1 / (1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 10**7):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / (1 + term * d)
            c = 1 + term / c
            value *= c * d
        if abs(c * d - 1) < mpf(10) ** -75:
            return value
    raise ArithmeticError("the continued fraction did not converge")


def beta_below(a, b, x, y):
    """I_x(a, b) from the fraction; y is 1 - x."""
    front = a * mp.log(x) + b * mp.log(y) - log_beta(a, b)
    return mp.exp(front) / a * beta_fraction(a, b, x)


def beta_tails(a, b, x, y=None):
    """I_x(a, b) and 1 - I_x(a, b). y is 1 - x, to be given where x is rounded."""
    a, b, x = mpf(a), mpf(b), mpf(x)
    y = 1 - x if y is None else y
    if x <= 0 or y <= 0:
        return (mpf(0), mpf(1)) if x <= 0 else (mpf(1), mpf(0))
    if x < (a + 1) / (a + b + 2):
        lower = beta_below(a, b, x, y)
        result = lower, 1 - lower
    else:
        upper = beta_below(b, a, y, x)
        result = 1 - upper, upper
    if a + b < 300:
        assert mp.almosteq(result[0], mp.betainc(a, b, 0, x, regularized=True), mpf(10) ** -40)
    return result


def beta_density(a, b, x):
    a, b = mpf(a), mpf(b)
    return mp.exp((a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x) - log_beta(a, b))


# MARK: the distributions: each gives (cdf, sf)

def student_t(df, x):
    df, x = mpf(df), mpf(x)
    below, above = beta_tails(df / 2, mpf(1) / 2, df / (df + x * x), x * x / (df + x * x))
    tail, rest = below / 2, (1 + above) / 2
    return (rest, tail) if x > 0 else (tail, rest)


def student_t_density(df, x):
    df = mpf(df)
    return (1 + x * x / df) ** (-(df + 1) / 2) / mp.sqrt(df) / mp.exp(log_beta(df / 2, mpf(1) / 2))


def fisher_f(d1, d2, x):
    d1, d2, x = mpf(d1), mpf(d2), mpf(x)
    scale = d1 * x + d2
    return beta_tails(d1 / 2, d2 / 2, d1 * x / scale, d2 / scale)


def chi_squared(df, x):
    half, x = mpf(df) / 2, mpf(x)
    return (mp.gammainc(half, 0, x / 2, regularized=True),
            mp.gammainc(half, x / 2, mp.inf, regularized=True))


def normal(x):
    root = mp.sqrt(2)
    return mp.erfc(-mpf(x) / root) / 2, mp.erfc(mpf(x) / root) / 2


def binomial(n, k, theta):
    theta = mpf(theta)
    if k == n:
        return mpf(1), mpf(0)
    upper, lower = beta_tails(k + 1, n - k, theta)
    return lower, upper


def log_choose(n, k):
    return mp.loggamma(mpf(n) + 1) - mp.loggamma(mpf(k) + 1) - mp.loggamma(mpf(n) - k + 1)


def binomial_log_pmf(n, k, theta):
    return log_choose(n, k) + k * mp.log(mpf(theta)) + (n - k) * mp.log(1 - mpf(theta))


def quantile(tails, density, p, start):
    """Newton's method on the logarithm of the smaller tail, from a binary64 start."""
    p, x = mpf(p), mpf(start)
    for _ in range(60):
        lower, upper = tails(x)
        if p < 0.5:
            step = mp.log(lower / p) * lower / density(x)
        else:
            step = mp.log((1 - p) / upper) * upper / density(x)
        x -= step
        if abs(step) <= abs(x) * mpf(10) ** -45:
            return x
    raise ArithmeticError("the quantile did not converge")


def binomial_quantile(n, theta, p, start):
    """The smallest k with P(X <= k) >= p."""
    k = start
    while binomial(n, k, theta)[0] < p:
        k += 1
    while k > 0 and binomial(n, k - 1, theta)[0] >= p:
        k -= 1
    return k


def beta_quantile(a, b, p):
    start = (p * a * mp.exp(log_beta(a, b))) ** (1 / mpf(a))  # I_x(a, b) ~ x^a / (a B(a, b))
    if p > 1e-100:
        start = float(stats.beta.ppf(float(p), a, b))
    return quantile(lambda x: beta_tails(a, b, x), lambda x: beta_density(a, b, x), p, start)


# MARK: the tables

def student_t_rows():
    points = [(1, 0.0), (1, 1.0), (1, 1e6), (2, -0.5), (3, 2.5), (3, 40.0), (3, -40.0), (5, 1e-8),
              (10, 2.228), (30, -3.5), (100, 12.0), (1000, 1.96), (1000, 30.0), (0.5, 3.0),
              (7.3, -1.25), (1e6, 2.0), (4, 1e50), (1e6, -25.0)]
    for df, x in points:
        cdf, sf = student_t(df, x)
        agree(cdf, stats.t.cdf(x, df))
        agree(sf, stats.t.sf(x, df))
        yield {"df": df, "x": x, "cdf": text(cdf), "sf": text(sf)}


def student_t_quantile_rows():
    points = [(1, 0.975), (1, 1e-10), (2, 0.9), (3, 0.001), (3, 1e-300), (5, 0.6), (10, 0.025),
              (10, 0.995), (30, 0.95), (100, 1e-12), (1000, 0.975), (0.5, 0.8), (7.3, 0.3),
              (1e6, 0.975), (1e6, 1e-20), (4, 0.500001)]
    for df, p in points:
        scipys = stats.t.ppf(p, df)
        start = scipys if math.isfinite(scipys) else -1e99
        value = quantile(lambda x: student_t(df, x), lambda x: student_t_density(df, x), p, start)
        if math.isfinite(scipys):
            agree(value, scipys, 1e-4)  # scipy has few digits near the median
        yield {"df": df, "p": p, "value": text(value)}


def fisher_f_rows():
    points = [(1, 1, 1.0), (1, 10, 4.96), (2, 7, 0.01), (3, 20, 3.1), (5, 5, 100.0), (10, 3, 1e-6),
              (10, 21, 13.93), (4, 100, 1e6), (6, 500, 50.0), (30, 2000, 45.0), (8, 1000, 200.0),
              (1000, 1000, 1.1), (1, 1e6, 3.84), (2.5, 7.5, 2.0), (20, 4, 1e12), (100, 200, 0.5)]
    for d1, d2, x in points:
        cdf, sf = fisher_f(d1, d2, x)
        agree(cdf, stats.f.cdf(x, d1, d2))
        agree(sf, stats.f.sf(x, d1, d2))
        yield {"d1": d1, "d2": d2, "x": x, "cdf": text(cdf), "sf": text(sf)}


def chi_squared_rows():
    points = [(1, 3.84), (1, 1e-10), (1, 1300.0), (2, 5.99), (2, 0.001), (3, 7.81), (4, 600.0),
              (5, 1.0), (10, 18.3), (10, 100.0), (30, 5.0), (100, 124.3), (100, 1.0), (1000, 1000.0),
              (1000, 2500.0), (0.5, 2.0), (7.5, 6.25)]
    for df, x in points:
        cdf, sf = chi_squared(df, x)
        agree(cdf, stats.chi2.cdf(x, df))
        agree(sf, stats.chi2.sf(x, df))
        yield {"df": df, "x": x, "cdf": text(cdf), "sf": text(sf)}


def normal_rows():
    for x in [0.0, 1e-12, 0.1, -0.5, 1.0, -1.0, 1.96, -2.5758, 3.0, -5.0, 6.0, 8.3, -10.0, 20.0,
              -37.0, 38.0]:
        cdf, sf = normal(x)
        agree(cdf, stats.norm.cdf(x))
        agree(sf, stats.norm.sf(x))
        yield {"x": x, "cdf": text(cdf), "sf": text(sf)}


def normal_quantile_rows():
    for p in [1e-300, 1e-100, 1e-20, 1e-10, 1e-5, 0.001, 0.025, 0.1, 0.3, 0.425, 0.500001, 0.75,
              0.9, 0.975, 0.9999, 1 - 2.0**-40]:
        start = stats.norm.ppf(p)
        value = quantile(normal, mp.npdf, p, start)
        agree(value, start)
        yield {"p": p, "value": text(value)}


def beta_rows():
    points = [(1, 1, 0.3), (0.5, 0.5, 0.5), (0.5, 0.5, 1e-12), (2, 3, 0.4), (7, 5, 0.9), (1, 3, 0.01),
              (40, 60, 0.4), (40, 60, 0.1), (100, 0.5, 0.99), (0.01, 10, 1e-30), (1e-3, 1e-3, 0.5),
              (1000, 1000, 0.51), (1000, 1000, 0.9), (1e6, 1e6, 0.5005), (1e6, 10, 0.99999),
              (12345.5, 3.25, 0.9999), (300, 2, 0.001)]
    for a, b, x in points:
        cdf, sf = beta_tails(a, b, x)
        agree(cdf, stats.beta.cdf(x, a, b))
        agree(sf, stats.beta.sf(x, a, b))
        yield {"a": a, "b": b, "x": x, "cdf": text(cdf), "sf": text(sf)}


def beta_quantile_rows():
    points = [(1, 1, 0.3), (0.5, 0.5, 0.025), (2, 3, 0.5), (7, 5, 0.975), (1, 3, 0.025), (40, 60, 0.025),
              (40, 60, 0.975), (100, 0.5, 0.1), (0.1, 10, 0.5), (1000, 1000, 0.999), (1e6, 1e6, 0.975),
              (1e6, 10, 0.01), (12345.5, 3.25, 0.6), (3, 4, 1e-300), (5, 2, 1e-12), (0.5, 20, 0.9)]
    for a, b, p in points:
        value = beta_quantile(a, b, p)
        agree(beta_tails(a, b, value)[0], p, 1e-15)
        if p > 1e-100:  # below, scipy finds nothing
            agree(value, stats.beta.ppf(p, a, b), 1e-6)
        yield {"a": a, "b": b, "p": p, "value": text(value)}


def binomial_rows():
    points = [(10, k, t) for t in (0.2, 0.5) for k in (0, 2, 5, 9, 10)]
    points += [(10, 0, 1e-9), (10, 1, 1e-9), (10, 10, 1e-9), (10, 5, 0.999), (10, 9, 0.999),
               (1000, 200, 0.2), (1000, 150, 0.2), (1000, 400, 0.2), (1000, 0, 0.5), (1000, 500, 0.5),
               (1000, 999, 0.5), (1000, 0, 1e-9), (1000, 3, 1e-9), (1000, 999, 0.999),
               (1000, 500, 0.999), (10**6, 200000, 0.2), (10**6, 199000, 0.2), (10**6, 210000, 0.2),
               (10**6, 500000, 0.5), (10**6, 505000, 0.5), (10**6, 0, 1e-9), (10**6, 1, 1e-9),
               (10**6, 999000, 0.999), (10**6, 998500, 0.999), (10**9, 2 * 10**8, 0.2),
               (10**9, 199950000, 0.2), (10**9, 200400000, 0.2), (10**9, 5 * 10**8, 0.5),
               (10**9, 500100000, 0.5), (10**9, 1, 1e-9), (10**9, 12, 1e-9), (10**9, 0, 1e-9),
               (10**9, 999000000, 0.999), (10**9, 998990000, 0.999), (10**9, 10**9, 0.999)]
    for n, k, theta in points:
        log_pmf = binomial_log_pmf(n, k, theta)
        cdf, sf = binomial(n, k, theta)
        agree(log_pmf, stats.binom.logpmf(k, n, theta), 1e-5)
        agree(cdf, stats.binom.cdf(k, n, theta), 1e-5)
        agree(sf, stats.binom.sf(k, n, theta), 1e-5)
        if n <= 1000:
            check_binomial_sum(n, k, theta, cdf, sf)
        log_cdf = mp.log1p(-sf) if sf < 0.5 else mp.log(cdf)
        yield {"n": n, "k": k, "theta": theta, "logPMF": text(log_pmf), "cdf": text(cdf),
               "logCDF": text(log_cdf), "logSF": log_text(sf)}


def check_binomial_sum(n, k, theta, cdf, sf):
    """The definition: the probabilities up to k and those after it, added up."""
    terms = [mp.exp(binomial_log_pmf(n, i, theta)) for i in range(n + 1)]
    assert mp.almosteq(mp.fsum(terms[:k + 1]), cdf, mpf(10) ** -40)
    assert mp.almosteq(mp.fsum(terms[k + 1:]), sf, mpf(10) ** -40)


def binomial_quantile_rows():
    points = [(10, 0.2, 0.025), (10, 0.2, 0.5), (10, 0.5, 0.975), (10, 0.999, 0.01), (10, 1e-9, 0.999),
              (1000, 0.2, 0.025), (1000, 0.2, 0.975), (1000, 0.5, 1e-12), (1000, 0.999, 0.5),
              (10**6, 0.2, 0.9), (10**6, 0.5, 0.025), (10**6, 1e-9, 0.9995), (10**9, 0.2, 0.975),
              (10**9, 0.5, 1e-10), (10**9, 1e-9, 0.5), (10**9, 0.999, 0.025)]
    for n, theta, p in points:
        start = int(stats.binom.ppf(p, n, theta))
        value = binomial_quantile(n, theta, p, start)
        assert abs(value - start) <= 1
        yield {"n": n, "theta": theta, "p": p, "value": str(value)}


def beta_binomial_log_pmf(n, k, a, b):
    a, b = mpf(a), mpf(b)
    return log_choose(n, k) + log_beta(a + k, b + n - k) - log_beta(a, b)


def beta_binomial_rows():
    points = [(10, 0, 1, 1), (10, 3, 1, 1), (10, 10, 0.5, 0.5), (10, 4, 7, 5), (10, 9, 1e-6, 1e-6),
              (100, 20, 2.5, 10), (100, 99, 40, 60), (1000, 500, 500, 500), (1000, 0, 1e8, 1e8),
              (1000, 300, 1e10, 2e10), (10**6, 0, 0.5, 0.5), (10**6, 250000, 3, 9),
              (10**6, 500000, 1e6, 1e6), (10**6, 10**6, 1, 3), (10**6, 12, 0.01, 1000)]
    for n, k, a, b in points:
        value = beta_binomial_log_pmf(n, k, a, b)
        agree(value, stats.betabinom.logpmf(k, n, a, b), 1e-4)
        yield {"n": n, "k": k, "a": a, "b": b, "logPMF": text(value)}


def highest_density(a, b, mass, start):
    """The interval of the given mass whose ends have equal density, or that starts at the mode."""
    if a <= 1:
        return [mpf(0), beta_quantile(a, b, mass)]
    if b <= 1:
        upper = beta_quantile(b, a, mass)
        return [1 - upper, mpf(1)]
    probability = lambda logit: 1 / (1 + mp.exp(-logit))
    log_density = lambda x: (a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x)

    def equations(low, high):
        lo, hi = probability(low), probability(high)
        return [beta_tails(a, b, hi)[0] - beta_tails(a, b, lo)[0] - mass,
                log_density(hi) - log_density(lo)]

    logits = [mp.log(x / (1 - x)) for x in start]
    return [probability(v) for v in mp.findroot(equations, logits, tol=mpf(10) ** -90)]


def interval_rows():
    mass = 0.95
    for a, b in [(7, 5), (1, 3), (3, 1), (40, 60), (2, 2), (1.5, 30), (5000, 3000.5)]:
        tail = (1 - mpf(mass)) / 2
        equal = [beta_quantile(a, b, tail), beta_quantile(a, b, 1 - tail)]
        dense = highest_density(a, b, mpf(mass), equal)
        inside = beta_tails(a, b, dense[1])[0] - beta_tails(a, b, dense[0])[0]
        assert mp.almosteq(inside, mpf(mass), mpf(10) ** -35)
        assert dense[1] - dense[0] <= equal[1] - equal[0]
        yield {"a": a, "b": b, "mass": mass, "equalTailed": [text(v) for v in equal],
               "highestDensity": [text(v) for v in dense]}


def marginal_rows():
    points = [(0, 0, 1, 1), (10, 7, 1, 1), (10, 0, 0.5, 0.5), (10, 10, 7, 5), (50, 3, 2, 8),
              (100, 61, 40, 60), (1000, 999, 1, 3), (1000, 350, 1e6, 1e6), (10**6, 250000, 1, 1),
              (10**6, 3, 0.5, 100), (10**9, 5 * 10**8, 1, 1)]
    for n, k, a, b in points:
        sequence = log_beta(mpf(a) + k, mpf(b) + n - k) - log_beta(mpf(a), mpf(b))
        count = beta_binomial_log_pmf(n, k, a, b)
        if n == 0:
            sequence = count = mpf(0)
        else:
            agree(count, stats.betabinom.logpmf(k, n, a, b), 1e-4)
        yield {"n": n, "k": k, "a": a, "b": b, "logSequence": text(sequence), "logCount": text(count)}


def table():
    return {
        "studentT": list(student_t_rows()),
        "studentTQuantile": list(student_t_quantile_rows()),
        "fisherF": list(fisher_f_rows()),
        "chiSquared": list(chi_squared_rows()),
        "normal": list(normal_rows()),
        "normalQuantile": list(normal_quantile_rows()),
        "beta": list(beta_rows()),
        "betaQuantile": list(beta_quantile_rows()),
        "binomial": list(binomial_rows()),
        "binomialQuantile": list(binomial_quantile_rows()),
        "betaBinomial": list(beta_binomial_rows()),
        "interval": list(interval_rows()),
        "marginal": list(marginal_rows()),
    }


def write(sections, path):
    """One entry on each line."""
    parts = []
    for name, rows in sections.items():
        lines = ",\n".join("    " + json.dumps(row) for row in rows)
        parts.append(f"  {json.dumps(name)}: [\n{lines}\n  ]")
    with open(path, "w") as file:
        file.write("{\n" + ",\n".join(parts) + "\n}\n")


if __name__ == "__main__":
    folder = os.path.dirname(os.path.abspath(__file__))
    write(table(), os.path.join(folder, "distributions.json"))
