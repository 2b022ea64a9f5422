"""Writes classics/*.json: regressions on classic data sets, to 30 digits.

    pip install mpmath numpy scipy scikit-learn statsmodels
    python3 classics.py                    # everything, in about two minutes
    python3 classics.py mtcars infert      # only the files whose names begin so

Rscript is only needed to read the data sets that come with R.

The arithmetic has 80 digits (mpmath) and uses the binary64 numbers of the design exactly as
they are written in the files. "digits" in a file says how many digits of its results are sure.
All results that statsmodels or scikit-learn offer too are compared with theirs.
"""
# requirements: mpmath, numpy, scipy, scikit-learn, statsmodels
import csv
import json
import os
import subprocess
import sys
import warnings

import numpy as np
import statsmodels.api as sm
from mpmath import mp, mpf
from scipy import stats
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from statsmodels.stats.outliers_influence import OLSInfluence

mp.dps = 80
DIGITS = 30
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "classics")
warnings.simplefilter("ignore", ConvergenceWarning)
warnings.simplefilter("ignore", FutureWarning)


# MARK: reading

def r_frame(name):
    """The columns of a data set of R without the rows with a missing value."""
    program = (f"x <- as.data.frame(datasets::{name}); "
               "x[] <- lapply(x, function(v) if (is.numeric(v)) sprintf('%.17g', v) else as.character(v)); "
               "write.csv(x, row.names = FALSE)")
    output = subprocess.run(["Rscript", "-e", program], capture_output=True, text=True, check=True).stdout
    rows = [row for row in csv.DictReader(output.splitlines()) if "NA" not in row.values()]
    return {key: [number(row[key]) for row in rows] for key in rows[0]}


def r_source(name):
    version = subprocess.run(["Rscript", "-e", "cat(R.version$major, R.version$minor, sep = '.')"],
                             capture_output=True, text=True, check=True).stdout
    return f"R datasets {version}: {name}"


def number(cell):
    try:
        return float(cell)
    except ValueError:
        return cell


def problem(name, source, frame, predictors, response, values=None):
    """A design: `values` are the responses where they are not simply a column."""
    y = frame[response] if values is None else values
    return {"name": name, "source": source, "predictors": list(predictors), "response": response,
            "x": [list(row) for row in zip(*(frame[key] for key in predictors))], "y": list(y)}


def r_problem(name, predictors, response, values=None, frame=None):
    return problem(name, r_source(name), frame or r_frame(name), predictors, response, values)


def sklearn_problem(name, response, keep=None, values=None):
    data = getattr(datasets, "load_" + name)()
    rows = [i for i in range(len(data.target)) if keep is None or keep(data.target[i])]
    y = [data.target[i].item() for i in rows]
    if values is not None:
        y = [values(v) for v in y]
    return {"name": name, "source": f"scikit-learn: {name}", "response": response,
            "predictors": [str(v) for v in data.feature_names],
            "x": [[v.item() for v in data.data[i]] for i in rows], "y": y}


def level_codes(column, levels):
    return [levels.index(v) for v in column]


def indicator(column, level):
    return [1.0 if v == level else 0.0 for v in column]


# MARK: writing

def text(value):
    """Decimal strings for a number or for nested lists of numbers."""
    if isinstance(value, (list, tuple)):
        return [text(v) for v in value]
    return mp.nstr(value, DIGITS)


def whole(value):
    """Integers where all numbers are integers: shorter."""
    flat = [v for row in value for v in row] if isinstance(value[0], list) else value
    if any(v != int(v) for v in flat):
        return value
    return [[int(v) for v in row] if isinstance(row, list) else int(row) for row in value]


def write(problem, model, results, l2=0, suffix="", **extra):
    name = f"{problem['name']}-{model}{suffix}"
    content = {"name": problem["name"], "source": problem["source"], "model": model,
               "predictors": problem["predictors"], "response": problem["response"], "intercept": True,
               "x": whole(problem["x"]), "y": whole(problem["y"]), "l2Penalty": l2, "digits": DIGITS}
    content |= extra | results
    lines = []
    for key, value in content.items():
        body = json.dumps(value)
        if key == "x":
            body = "[\n" + ",\n".join("    " + json.dumps(row) for row in value) + "\n  ]"
        lines.append(f"  {json.dumps(key)}: {body}")
    with open(os.path.join(FOLDER, name + ".json"), "w") as file:
        file.write("{\n" + ",\n".join(lines) + "\n}\n")
    print(name, flush=True)


def agree(ours, theirs, tolerance=1e-6, floor=0.0):
    """Compares with binary64 results, relative to the size of each or to `floor`."""
    ours = np.array(ours, dtype=float)
    theirs = np.asarray(theirs, dtype=float)
    assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
    worst = np.max(np.abs(ours - theirs) / np.maximum(np.abs(ours), max(floor, 1e-290)))
    assert worst < tolerance, (worst, ours, theirs)


# MARK: matrices of mpf as lists of rows

def exact(rows):
    return [[mpf(v) for v in row] for row in rows]


def with_intercept(x):
    return [[mpf(1)] + row for row in exact(x)]


def columns(rows):
    return [list(column) for column in zip(*rows)]


def gram(x, weights=None):
    """X^T diag(weights) X."""
    right = columns(x)
    left = right if weights is None else [[v * w for v, w in zip(c, weights)] for c in right]
    return [[mp.fdot(a, b) for b in right] for a in left]


def times(matrix, vector):
    return [mp.fdot(row, vector) for row in matrix]


def inverse(matrix):
    return mp.matrix(matrix).__pow__(-1).tolist()


def solve(matrix, vector):
    return list(mp.lu_solve(mp.matrix(matrix), mp.matrix(vector)))


def diagonal_roots(matrix):
    return [mp.sqrt(matrix[j][j]) for j in range(len(matrix))]


# MARK: tails

def t_two_sided(t, df):
    """P(|T| > |t|)."""
    return mp.betainc(mpf(df) / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True)


def t_quantile(p, df):
    start = mpf(stats.t.ppf(float(p), df))
    return mp.findroot(lambda t: t_two_sided(t, df) / 2 - (1 - p), start)


def f_tail(f, d1, d2):
    return mp.betainc(mpf(d2) / 2, mpf(d1) / 2, 0, d2 / (d2 + d1 * f), regularized=True)


def normal_two_sided(z):
    return mp.erfc(abs(z) / mp.sqrt(2))


# MARK: linear regression

def least_squares(x, y, weights=None):
    """The coefficients, the inverse of X^T W X, and the residuals."""
    weighted = y if weights is None else [v * w for v, w in zip(y, weights)]
    information = gram(x, weights)
    beta = solve(information, times(columns(x), weighted))
    fitted = times(x, beta)
    return beta, inverse(information), [a - b for a, b in zip(y, fitted)]


def sandwich(bread, x, scales):
    """Standard errors from bread * (sum of scales_i x_i x_i^T) * bread."""
    half = [times(bread, row) for row in x]
    return [mp.sqrt(mp.fdot(scales, [row[j] ** 2 for row in half])) for j in range(len(bread))]


def clustered(bread, x, residuals, groups):
    n, k, count = len(x), len(bread), len(set(groups))
    factor = mpf(count) / (count - 1) * (n - 1) / (n - k)
    sums = [[mp.fsum(row[j] * e for row, e, g in zip(x, residuals, groups) if g == group)
             for j in range(k)] for group in sorted(set(groups))]
    return [mp.sqrt(factor) * v for v in sandwich(bread, sums, [mpf(1)] * count)]


def linear_summary(beta, bread, residuals, x, y):
    n, k = len(x), len(beta)
    rss = mp.fsum(e * e for e in residuals)
    mean = mp.fsum(y) / n
    tss = mp.fsum((v - mean) ** 2 for v in y)
    errors = [mp.sqrt(rss / (n - k)) * v for v in diagonal_roots(bread)]
    t = [b / s for b, s in zip(beta, errors)]
    width = t_quantile(mpf("0.975"), n - k)
    f = (tss - rss) / (k - 1) / (rss / (n - k))
    likelihood = -mpf(n) / 2 * (mp.log(2 * mp.pi * rss / n) + 1)
    return {
        "coefficients": beta[1:], "interceptValue": beta[0],
        "standardErrors": errors[1:], "interceptStandardError": errors[0],
        "rSquared": 1 - rss / tss, "adjustedRSquared": 1 - rss / (n - k) / (tss / (n - 1)),
        "fStatistic": f, "fPValue": f_tail(f, k - 1, n - k),
        "logLikelihood": likelihood, "aic": -2 * likelihood + 2 * k,
        "bic": -2 * likelihood + k * mp.log(n), "residualSumOfSquares": rss,
        "tValues": t[1:], "pValues": [t_two_sided(v, n - k) for v in t[1:]],
        "confidenceIntervals95": [[b - width * s, b + width * s] for b, s in zip(beta[1:], errors[1:])],
    }


def linear_robust(bread, residuals, x, groups):
    n, k = len(x), len(bread)
    leverage = [mp.fdot(row, times(bread, row)) for row in x]
    squares = [e * e for e in residuals]
    variance = mp.fsum(squares) / (n - k)
    inside = [e / mp.sqrt(variance * (1 - h)) for e, h in zip(residuals, leverage)]
    return {
        "hc0": sandwich(bread, x, squares),
        "hc1": sandwich(bread, x, [s * n / (n - k) for s in squares]),
        "hc2": sandwich(bread, x, [s / (1 - h) for s, h in zip(squares, leverage)]),
        "hc3": sandwich(bread, x, [s / (1 - h) ** 2 for s, h in zip(squares, leverage)]),
        "cluster": clustered(bread, x, residuals, groups),
        "leverage": leverage, "studentizedInternal": inside,
        "studentizedExternal": [r * mp.sqrt((n - k - 1) / (n - k - r * r)) for r in inside],
        "cooksDistance": [r * r * h / (1 - h) / k for r, h in zip(inside, leverage)],
    }


def check_linear(problem, ours, groups):
    fit = sm.OLS(np.array(problem["y"]), sm.add_constant(np.array(problem["x"]), has_constant="add")).fit()
    agree([ours["interceptValue"]] + ours["coefficients"], fit.params)
    agree([ours["interceptStandardError"]] + ours["standardErrors"], fit.bse)
    pairs = {"rSquared": fit.rsquared, "adjustedRSquared": fit.rsquared_adj, "fStatistic": fit.fvalue,
             "fPValue": fit.f_pvalue, "logLikelihood": fit.llf, "aic": fit.aic, "bic": fit.bic,
             "residualSumOfSquares": fit.ssr, "tValues": fit.tvalues[1:], "pValues": fit.pvalues[1:],
             "confidenceIntervals95": fit.conf_int()[1:], "hc0": fit.HC0_se, "hc1": fit.HC1_se,
             "hc2": fit.HC2_se, "hc3": fit.HC3_se}
    influence = OLSInfluence(fit)
    pairs |= {"leverage": influence.hat_matrix_diag,
              "studentizedInternal": influence.resid_studentized_internal,
              "studentizedExternal": influence.resid_studentized_external,
              "cooksDistance": influence.cooks_distance[0],
              "cluster": fit.get_robustcov_results("cluster", groups=np.array(groups)).bse}
    for key, theirs in pairs.items():
        agree(ours[key], theirs, floor=1e-6)


def linear(problem):
    x, y = with_intercept(problem["x"]), [mpf(v) for v in problem["y"]]
    groups = [i % 7 for i in range(len(y))]
    beta, bread, residuals = least_squares(x, y)
    results = linear_summary(beta, bread, residuals, x, y) | linear_robust(bread, residuals, x, groups)
    check_linear(problem, results, groups)
    results = {key: text(value) for key, value in results.items()}
    results["cluster"] = {"groups": groups, "standardErrors": results["cluster"]}
    write(problem, "linear", results)


def linear_weighted(problem):
    x, y = with_intercept(problem["x"]), [mpf(v) for v in problem["y"]]
    weights = [1 + (i % 3) * 0.5 for i in range(len(y))]
    beta, bread, residuals = least_squares(x, y, [mpf(w) for w in weights])
    rss = mp.fsum(mpf(w) * e * e for w, e in zip(weights, residuals))
    errors = [mp.sqrt(rss / (len(y) - len(beta))) * v for v in diagonal_roots(bread)]
    theirs = sm.WLS(np.array(problem["y"]), sm.add_constant(np.array(problem["x"])), weights).fit()
    agree(beta, theirs.params)
    agree(errors, theirs.bse)
    agree(rss, theirs.ssr)
    results = {"coefficients": beta[1:], "interceptValue": beta[0], "standardErrors": errors[1:],
               "interceptStandardError": errors[0], "residualSumOfSquares": rss}
    write(problem, "linear", {k: text(v) for k, v in results.items()}, suffix="-weighted", weights=weights)


def linear_ridge(problem, l2):
    """Least squares with n l2 on the diagonal of X^T X, but not for the intercept."""
    x, y = with_intercept(problem["x"]), [mpf(v) for v in problem["y"]]
    information = gram(x)
    for j in range(1, len(information)):
        information[j][j] += len(y) * mpf(l2)
    beta = solve(information, times(columns(x), y))
    theirs = Ridge(alpha=len(y) * l2, solver="svd").fit(problem["x"], problem["y"])
    agree(beta, [theirs.intercept_, *theirs.coef_])
    results = {"coefficients": text(beta[1:]), "interceptValue": text(beta[0])}
    write(problem, "linear", results, l2=l2, suffix="-ridge")


# MARK: logistic, softmax and baseline-class regression
#
# One fit does all three: classes first..K-1 have parameters, with first = 1 where class 0 is the
# baseline (logistic regression has K = 2), else first = 0. Parameters: a list for each class, the
# intercept first. The objective is the mean cross-entropy + l2/2 * sum of squared slopes.

class Likelihood:
    def __init__(self, problem, classes, first, l2, weights):
        self.rows = with_intercept(problem["x"])
        self.columns = columns(self.rows)
        self.y, self.classes, self.first, self.l2 = problem["y"], classes, first, mpf(l2)
        self.weights = [mpf(w) for w in weights or [1] * len(self.y)]
        self.total = mp.fsum(self.weights)

    def log_probabilities(self, parameters):
        result = []
        for row in self.rows:
            scores = [mpf(0)] * self.first + [mp.fdot(row, b) for b in parameters]
            top = max(scores)
            offset = top + mp.log(mp.fsum(mp.exp(s - top) for s in scores))
            result.append([s - offset for s in scores])
        return result

    def log_likelihood(self, parameters):
        logs = self.log_probabilities(parameters)
        return mp.fsum(w * row[c] for w, row, c in zip(self.weights, logs, self.y))

    def objective(self, parameters):
        penalty = mp.fsum(v * v for b in parameters for v in b[1:])
        return -self.log_likelihood(parameters) / self.total + self.l2 / 2 * penalty

    def probabilities(self, parameters):
        return [[mp.exp(v) for v in row] for row in self.log_probabilities(parameters)]

    def gradient(self, parameters):
        fitted = self.probabilities(parameters)
        result = []
        for b, c in zip(parameters, range(self.first, self.classes)):
            errors = [w * (row[c] - (y == c)) for w, row, y in zip(self.weights, fitted, self.y)]
            data = [mp.fdot(column, errors) / self.total for column in self.columns]
            result.append([data[0]] + [g + self.l2 * v for g, v in zip(data[1:], b[1:])])
        return result

    def information(self, parameters):
        """The Hessian of the negative log-likelihood, class by class."""
        fitted = self.probabilities(parameters)
        free = range(self.first, self.classes)
        blocks = [[gram(self.rows, [w * p[a] * ((a == b) - p[b]) for w, p in zip(self.weights, fitted)])
                   for b in free] for a in free]
        size = len(self.columns)
        return [[blocks[a][b][i][j] for b in range(len(free)) for j in range(size)]
                for a in range(len(free)) for i in range(size)]


class Binary64:
    """The same in binary64, to find the neighbourhood of the minimum."""

    def __init__(self, exact):
        self.x = np.array(exact.rows, dtype=float)
        self.first, self.classes, self.l2 = exact.first, exact.classes, float(exact.l2)
        self.weights = np.array(exact.weights, dtype=float) / float(exact.total)
        self.targets = np.eye(self.classes)[np.array(exact.y)]
        self.penalty = np.full(self.x.shape[1], self.l2)
        self.penalty[0] = 0

    def state(self, parameters):
        """The objective and the probabilities."""
        scores = np.hstack([np.zeros((len(self.x), self.first)), self.x @ parameters.T])
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        loss = -np.sum(self.weights[:, None] * self.targets * logs)
        return loss + np.sum(self.penalty * parameters**2) / 2, np.exp(logs)

    def gradient(self, parameters, fitted):
        errors = self.weights[:, None] * (fitted - self.targets)
        return (self.x.T @ errors).T[self.first:] + self.penalty * parameters

    def hessian(self, fitted):
        free, size = range(self.first, self.classes), self.x.shape[1]
        result = np.zeros((len(free), size, len(free), size))
        for i, a in enumerate(free):
            for j, b in enumerate(free):
                scale = self.weights * fitted[:, a] * ((a == b) - fitted[:, b])
                result[i, :, j, :] = (self.x * scale[:, None]).T @ self.x
            result[i, :, i, :] += np.diag(self.penalty)
        if self.first == 0:
            result[:, 0, :, 0] += 1 / self.classes  # fixes the sum of the intercepts
        return result.reshape(len(free) * size, -1)

    def newton_step(self, fitted):
        """A function that solves with the Hessian, scaled to a unit diagonal."""
        hessian = self.hessian(fitted)
        scale = 1 / np.sqrt(np.diag(hessian))
        scaled = np.linalg.inv(hessian * scale[:, None] * scale)
        return lambda g: (scale * (scaled @ (scale * g.ravel()))).reshape(g.shape)

    def minimum(self):
        parameters = np.zeros((self.classes - self.first, self.x.shape[1]))
        value, fitted = self.state(parameters)
        for _ in range(200):
            step = self.newton_step(fitted)(self.gradient(parameters, fitted))
            while True:
                next_value, next_fitted = self.state(parameters - step)
                if next_value < value or np.all(np.abs(step) <= 1e-9 * np.abs(parameters).max()):
                    break
                step /= 2
            if next_value >= value:
                return parameters, fitted
            parameters, value, fitted = parameters - step, next_value, next_fitted
        raise ArithmeticError("no minimum: the classes may be separable")


def minimize(likelihood):
    """Steps with the binary64 Hessian and the exact gradient, to the full precision."""
    rough = Binary64(likelihood)
    start, fitted = rough.minimum()
    solver = rough.newton_step(fitted)
    parameters = [[mpf(float(v)) for v in row] for row in start]
    for _ in range(100):
        gradient = likelihood.gradient(parameters)
        size = max(abs(g) for row in gradient for g in row)
        scaled = np.array([[float(g / size) for g in row] for row in gradient]) if size > 0 else start * 0
        step = solver(scaled)
        parameters = [[b - size * mpf(float(s)) for b, s in zip(*rows)] for rows in zip(parameters, step)]
        largest = max(abs(v) for row in parameters for v in row)
        if size * mpf(float(np.abs(step).max())) <= largest * mpf(10) ** -60:
            return parameters
    raise ArithmeticError("the refinement did not converge")


def null_log_likelihood(likelihood):
    result = mpf(0)
    for c in range(likelihood.classes):
        count = mp.fsum(w for w, y in zip(likelihood.weights, likelihood.y) if y == c)
        result += count * mp.log(count / likelihood.total)
    return result


def check_penalised(problem, ours, l2, weights=None):
    total = sum(weights) if weights else len(problem["y"])
    fit = LogisticRegression(C=1 / (total * l2), solver="newton-cholesky", tol=1e-12, max_iter=1000)
    fit.fit(problem["x"], problem["y"], sample_weight=weights)
    intercepts = fit.intercept_ - (fit.intercept_.mean() if len(ours) > 1 else 0)
    theirs = np.hstack([intercepts[:, None], fit.coef_])
    ours = np.array(ours, dtype=float)
    agree(ours, theirs, 1e-5, floor=1e-3 * np.abs(ours[:, 1:]).max())


def repeated(values, weights):
    return [v for v, w in zip(values, weights or [1] * len(values)) for _ in range(w)]


def check_logit(problem, ours, weights):
    x, y = repeated(problem["x"], weights), repeated(problem["y"], weights)
    fit = sm.Logit(np.array(y), sm.add_constant(np.array(x))).fit(disp=0, maxiter=200, tol=1e-12)
    agree([ours["interceptValue"]] + ours["coefficients"], fit.params)
    agree([ours["interceptStandardError"]] + ours["standardErrors"], fit.bse)
    pairs = {"logLikelihood": fit.llf, "nullLogLikelihood": fit.llnull, "mcFaddenRSquared": fit.prsquared,
             "zValues": fit.tvalues[1:], "pValues": fit.pvalues[1:], "aic": fit.aic, "bic": fit.bic}
    for key, theirs in pairs.items():
        agree(ours[key], theirs, 1e-5)


def logistic(problem, l2=0, weights=None):
    likelihood = Likelihood(problem, 2, 1, l2, weights)
    beta = minimize(likelihood)[0]
    value, null = likelihood.log_likelihood([beta]), null_log_likelihood(likelihood)
    results = {"coefficients": beta[1:], "interceptValue": beta[0], "logLikelihood": value,
               "deviance": -2 * value, "nullLogLikelihood": null, "mcFaddenRSquared": 1 - value / null}
    if l2 == 0:
        errors = diagonal_roots(inverse(likelihood.information([beta])))
        z = [b / s for b, s in zip(beta[1:], errors[1:])]
        results |= {"standardErrors": errors[1:], "interceptStandardError": errors[0], "zValues": z,
                    "pValues": [normal_two_sided(v) for v in z], "aic": -2 * value + 2 * len(beta),
                    "bic": -2 * value + len(beta) * mp.log(likelihood.total)}
        check_logit(problem, results, weights)
    else:
        check_penalised(problem, [beta], l2, weights)
    extra = {"sampleWeights": weights} if weights else {}
    write(problem, "logistic", {k: text(v) for k, v in results.items()}, l2=l2,
          suffix="-weighted" if weights else "", **extra)


def softmax(problem, l2):
    classes = max(problem["y"]) + 1
    likelihood = Likelihood(problem, classes, 0, l2, None)
    parameters = minimize(likelihood)
    middle = mp.fsum(b[0] for b in parameters) / classes
    parameters = [[b[0] - middle] + b[1:] for b in parameters]
    for sums in zip(*parameters):
        assert abs(mp.fsum(sums)) < mpf(10) ** -40
    check_penalised(problem, parameters, l2)
    results = {"coefficients": columns([b[1:] for b in parameters]),
               "interceptValue": [b[0] for b in parameters],
               "objective": likelihood.objective(parameters),
               "logLikelihood": likelihood.log_likelihood(parameters)}
    write(problem, "softmax", {k: text(v) for k, v in results.items()}, l2=l2, classes=classes)


def multinomial(problem):
    classes = max(problem["y"]) + 1
    likelihood = Likelihood(problem, classes, 1, 0, None)
    parameters = minimize(likelihood)
    roots = diagonal_roots(inverse(likelihood.information(parameters)))
    size = len(parameters[0])
    errors = [roots[i * size:(i + 1) * size] for i in range(classes - 1)]
    value = likelihood.log_likelihood(parameters)
    fit = sm.MNLogit(np.array(problem["y"]), sm.add_constant(np.array(problem["x"])))
    fit = fit.fit(method="newton", disp=0, maxiter=200, tol=1e-12)
    agree(columns(parameters), fit.params, 1e-5)
    agree(columns(errors), fit.bse, 1e-5)
    agree(value, fit.llf)
    results = {"coefficients": columns([b[1:] for b in parameters]),
               "interceptValue": [b[0] for b in parameters],
               "standardErrors": columns([s[1:] for s in errors]),
               "interceptStandardErrors": [s[0] for s in errors], "logLikelihood": value}
    write(problem, "multinomial", {k: text(v) for k, v in results.items()}, classes=classes)


# MARK: Firth's logistic regression

def firth_terms(x, beta):
    probabilities = [1 / (1 + mp.exp(-mp.fdot(row, beta))) for row in x]
    information = gram(x, [p * (1 - p) for p in probabilities])
    return probabilities, information


def firth_score(x, y, beta):
    """The derivative of the log-likelihood + log det(information) / 2."""
    probabilities, information = firth_terms(x, beta)
    bread = inverse(information)
    leverage = [p * (1 - p) * mp.fdot(row, times(bread, row)) for row, p in zip(x, probabilities)]
    terms = [v - p + h * (mpf(1) / 2 - p) for v, p, h in zip(y, probabilities, leverage)]
    return times(columns(x), terms), bread


def firth_objective(x, y, beta):
    probabilities, information = firth_terms(x, beta)
    likelihood = mp.fsum(mp.log(p if v == 1 else 1 - p) for v, p in zip(y, probabilities))
    return likelihood + mp.log(mp.det(mp.matrix(information))) / 2


def firth(problem):
    x, y = with_intercept(problem["x"]), problem["y"]
    beta = [mpf(0)] * len(x[0])
    value = firth_objective(x, y, beta)
    for _ in range(2000):
        score, bread = firth_score(x, y, beta)
        step = times(bread, score)
        if max(abs(s) for s in step) < mpf(10) ** -50:
            break
        while firth_objective(x, y, [b + s for b, s in zip(beta, step)]) < value - mpf(10) ** -70:
            step = [s / 2 for s in step]
        beta = [b + s for b, s in zip(beta, step)]
        value = firth_objective(x, y, beta)
    else:
        raise ArithmeticError("Firth's scores did not converge")
    check_firth(x, y, beta, value)
    write(problem, "firth", {"coefficients": text(beta[1:]), "interceptValue": text(beta[0])})


def check_firth(x, y, beta, value):
    """The objective is flat at beta by numerical differentiation, and lower a little further off."""
    for j in range(len(beta)):
        along = lambda v: firth_objective(x, y, beta[:j] + [v] + beta[j + 1:])
        assert abs(mp.diff(along, beta[j])) < mpf(10) ** -30
        for factor in ("0.99", "1.01"):
            assert along(beta[j] * mpf(factor)) < value


# MARK: the data sets

def names_but(frame, *others):
    return [key for key in frame if key not in others]


def all_linear(chosen):
    responses = {"mtcars": "mpg", "stackloss": "stack.loss", "swiss": "Fertility", "cars": "dist",
                 "longley": "Employed", "airquality": "Ozone", "attitude": "rating",
                 "LifeCycleSavings": "sr", "trees": "Volume", "USJudgeRatings": "RTEN"}
    for name, response in responses.items():
        if chosen(name):
            frame = r_frame(name)
            design = r_problem(name, names_but(frame, response), response, frame=frame)
            linear(design)
            if name in ("stackloss", "swiss", "longley"):
                linear_weighted(design)
            if name in ("mtcars", "longley"):
                linear_ridge(design, {"mtcars": 0.1, "longley": 0.01}[name])
    if chosen("diabetes"):
        design = sklearn_problem("diabetes", "disease progression")
        linear(design)
        linear_ridge(design, 0.001)


def infert(response, values=None):
    return r_problem("infert", ["age", "parity", "induced", "spontaneous"], response, values)


def warpbreaks_by_wool():
    frame = r_frame("warpbreaks")
    frame |= {"tension M": indicator(frame["tension"], "M"), "tension H": indicator(frame["tension"], "H")}
    wool = level_codes(frame["wool"], ["A", "B"])
    return r_problem("warpbreaks", ["breaks", "tension M", "tension H"], "wool B", wool, frame)


def titanic():
    """The 2201 people of the table."""
    frame = r_frame("Titanic")
    frame = {key: repeated(values, [int(v) for v in frame["Freq"]]) for key, values in frame.items()}
    for column, level in [("Class", "2nd"), ("Class", "3rd"), ("Class", "Crew"), ("Sex", "Female"),
                          ("Age", "Adult")]:
        frame[f"{column} {level}"] = indicator(frame[column], level)
    predictors = [key for key in frame if " " in key]
    survived = level_codes(frame["Survived"], ["No", "Yes"])
    return r_problem("Titanic", predictors, "Survived", survived, frame)


def berkeley():
    """The 24 cells of the table, and the number of people in each."""
    frame = r_frame("UCBAdmissions")
    frame["Gender Female"] = indicator(frame["Gender"], "Female")
    for level in "BCDEF":
        frame[f"Dept {level}"] = indicator(frame["Dept"], level)
    predictors = [key for key in frame if " " in key]
    admitted = level_codes(frame["Admit"], ["Rejected", "Admitted"])
    design = r_problem("UCBAdmissions", predictors, "Admit", admitted, frame)
    return design, [int(v) for v in frame["Freq"]]


def all_logistic(chosen):
    if chosen("infert"):
        design = infert("case")
        design["y"] = [int(v) for v in design["y"]]
        logistic(design)
        logistic(design, weights=[i % 4 for i in range(len(design["y"]))])
    if chosen("mtcars"):
        frame = r_frame("mtcars")
        logistic(r_problem("mtcars", ["wt"], "am", [int(v) for v in frame["am"]], frame))
    if chosen("breast_cancer"):
        logistic(sklearn_problem("breast_cancer", "benign"), l2=0.001)
    if chosen("iris"):
        logistic(sklearn_problem("iris", "virginica, not versicolor", keep=lambda c: c > 0,
                                 values=lambda c: c - 1))
    if chosen("wine"):
        logistic(sklearn_problem("wine", "class_0", values=lambda c: int(c == 0)), l2=0.01)
    if chosen("swiss"):
        frame = r_frame("swiss")
        logistic(r_problem("swiss", ["Fertility", "Agriculture", "Education"], "Catholic > 50",
                           [int(v > 50) for v in frame["Catholic"]], frame))
    if chosen("airquality"):
        frame = r_frame("airquality")
        logistic(r_problem("airquality", ["Solar.R", "Wind", "Temp"], "Ozone > 60",
                           [int(v > 60) for v in frame["Ozone"]], frame))
    if chosen("warpbreaks"):
        logistic(warpbreaks_by_wool())
    if chosen("ToothGrowth"):
        frame = r_frame("ToothGrowth")
        logistic(r_problem("ToothGrowth", ["len", "dose"], "supp VC",
                           level_codes(frame["supp"], ["OJ", "VC"]), frame))
    if chosen("Titanic"):
        logistic(titanic())
    if chosen("UCBAdmissions"):
        design, weights = berkeley()
        logistic(design, weights=weights)


def all_firth(chosen):
    frame = {"x": [1, 2, 3, 4, 5, 6, 7, 8], "y": [0, 0, 0, 0, 1, 1, 1, 1]}
    if chosen("separated"):
        firth(problem("separated", "made up: completely separated", frame, ["x"], "y"))
    if chosen("quasi-separated"):
        frame = {"a": [1, 2, 3, 4, 5, 6, 7, 8], "b": [0, 1, 0, 0, 0, 0, 0, 1], "y": [0, 1, 0, 1, 0, 0, 1, 1]}
        firth(problem("quasi-separated", "made up: b = 1 only where y = 1", frame, ["a", "b"], "y"))
    if chosen("infert"):
        design = infert("case")
        design["y"] = [int(v) for v in design["y"]]
        firth(design)


def all_softmax(chosen):
    if chosen("iris"):
        softmax(sklearn_problem("iris", "species"), 0.001)
    if chosen("wine"):
        softmax(sklearn_problem("wine", "cultivar"), 0.01)
    if chosen("infert"):
        education = level_codes(r_frame("infert")["education"], ["0-5yrs", "6-11yrs", "12+ yrs"])
        softmax(infert("education", education), 0.01)
        multinomial(infert("education", education))
    if chosen("mtcars"):
        frame = r_frame("mtcars")
        softmax(r_problem("mtcars", ["mpg", "disp", "hp", "wt"], "gear",
                          level_codes(frame["gear"], [3, 4, 5]), frame), 0.01)
    if chosen("airquality"):
        frame = r_frame("airquality")
        design = r_problem("airquality", ["Ozone", "Solar.R", "Wind", "Temp"], "Month",
                           level_codes(frame["Month"], [5, 6, 7, 8, 9]), frame)
        softmax(design, 0.001)
        multinomial(design)
    if chosen("chickwts"):
        frame = r_frame("chickwts")
        feeds = ["casein", "horsebean", "linseed", "meatmeal", "soybean", "sunflower"]
        design = r_problem("chickwts", ["weight"], "feed", level_codes(frame["feed"], feeds), frame)
        softmax(design, 0.01)
        multinomial(design)
    if chosen("InsectSprays"):
        frame = r_frame("InsectSprays")
        softmax(r_problem("InsectSprays", ["count"], "spray", level_codes(frame["spray"], list("ABCDEF")),
                          frame), 0.01)
    if chosen("digits"):
        softmax(sklearn_problem("digits", "digit"), 0.01)


def main():
    starts = sys.argv[1:]
    chosen = lambda name: not starts or any(name.startswith(start) for start in starts)
    os.makedirs(FOLDER, exist_ok=True)
    all_linear(chosen)
    all_logistic(chosen)
    all_firth(chosen)
    all_softmax(chosen)


if __name__ == "__main__":
    main()
