"""Makes cases.json: what independent implementations say, for the tests of hrm-stats.

    python3 -m venv env && env/bin/pip install scipy==1.17.1 statsmodels==0.15.0
    env/bin/python crates/hrm-stats/tests/data/make_cases.py

Exact results come from SciPy and statsmodels. A bootstrap has no exact result for a finite number
of resamples, but its limit has one: the distribution of the resampled mean is a sum of independent
draws, computed here by convolution. An empirical quantile of B draws lies between the exact
quantiles of the levels p - 5s and p + 5s, s = sqrt(p(1-p)/B), except with a probability of about
6e-7; these two bounds are stored. For BCa, p itself depends on the estimated bias, whose own 5
standard errors widen the bounds. A variance of B draws lies within 5 sqrt((k - 1)/B) of the exact
one relative to it, k their kurtosis; 3 stands in for it, as the means are close to normal.
"""

import itertools
import json
import math
from pathlib import Path

import numpy as np
from scipy import stats
from scipy.optimize import brentq
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import (
    power_proportions_2indep,
    samplesize_proportions_2indep_onetail,
)

RESAMPLES = 20_000
STANDARD_ERRORS = 5


def mcnemar_cases():
    tables = [
        (5, 0, 0, 5),
        (3, 1, 0, 2),
        (10, 3, 9, 4),
        (700, 40, 62, 198),
        (9000, 350, 351, 299),
        (9000, 700, 500, 9800),
        (1, 7, 7, 1),
        (0, 1000, 1100, 0),
        (0, 50_000, 50_600, 0),
        (0, 2, 900, 0),
        (0, 201_000, 200_000, 0),
    ]
    for both, a, b, neither in tables:
        exact = mcnemar([[both, a], [b, neither]], exact=True).pvalue
        tail = 2 * stats.binom.cdf(min(a, b), a + b, 0.5) - stats.binom.pmf(min(a, b), a + b, 0.5)
        yield {"counts": [both, a, b, neither], "exact": exact, "mid_p": min(tail, 1.0)}


def multiple_cases():
    rng = np.random.default_rng(1)
    samples = [
        [],
        [0.03],
        [0.01, 0.04, 0.03, 0.005],
        [0.5, 0.5, 0.5],
        [1.0, 0.0, 1e-12, 0.2],
        list(rng.uniform(0, 1, 25) ** 3),
    ]
    for p in samples:
        adjusted = lambda method: list(multipletests(p, method=method)[1]) if p else []
        yield {"p_values": p, "holm": adjusted("holm"), "benjamini_hochberg": adjusted("fdr_bh")}


def design(significance, power):
    return {"design": {"significance": significance, "power": power}}


def unpaired_cases():
    for a, b, significance, power in [
        (0.5, 0.55, 0.05, 0.8),
        (0.874, 0.86, 0.05, 0.9),
        (0.99, 0.95, 0.01, 0.8),
        (0.0, 0.02, 0.05, 0.8),
        (1.0, 0.9, 0.05, 0.95),
        (0.45, 0.403, 0.1, 0.5),
    ]:
        low, high = min(a, b), max(a, b)
        n = samplesize_proportions_2indep_onetail(
            high - low, low, power, alpha=significance / 2, alternative="larger"
        )
        yield {"a": a, "b": b, **design(significance, power), "puzzles": math.ceil(n)}


def unpaired_detectable_cases():
    for puzzles, accuracy, significance, power in [
        (400, 0.5, 0.05, 0.8),
        (1000, 0.874, 0.05, 0.8),
        (15_000, 0.55, 0.01, 0.9),
        (422_786, 0.99, 0.05, 0.8),
        (100, 0.0, 0.05, 0.8),
    ]:

        def lack(difference):
            return (
                samplesize_proportions_2indep_onetail(
                    difference, accuracy, power, alpha=significance / 2, alternative="larger"
                )
                - puzzles
            )

        difference = brentq(lack, 1e-6, 1 - accuracy, xtol=1e-15, rtol=1e-14)
        # The same from the power: without the other tail, which adds next to nothing.
        check = power_proportions_2indep(difference, accuracy, puzzles, alpha=significance)
        assert abs(check.power - power) < 1e-5
        yield {
            "puzzles": puzzles,
            "accuracy": accuracy,
            **design(significance, power),
            "difference": difference,
        }


def paired_power(puzzles, a, b, significance, power):
    """Exact share of test sets on which the uncorrected McNemar test finds the difference."""
    z = stats.norm.isf(significance / 2)
    found = 0.0
    for differing in range(puzzles + 1):
        weight = stats.binom.pmf(differing, puzzles, a + b)
        if weight < 1e-12:
            continue
        split = np.arange(differing + 1)
        rejects = np.abs(2 * split - differing) > z * np.sqrt(differing)
        found += weight * stats.binom.pmf(split, differing, a / (a + b))[rejects].sum()
    return found


def paired_cases():
    for discordant, difference, significance, power in [
        (0.2, 0.05, 0.05, 0.8),
        (0.1, 0.04, 0.05, 0.9),
        (0.3, 0.1, 0.01, 0.8),
        (0.25, -0.1, 0.05, 0.8),
    ]:
        lack = lambda n: (
            abs(difference) * math.sqrt(n)
            - (
                stats.norm.isf(significance / 2) * math.sqrt(discordant)
                + stats.norm.ppf(power) * math.sqrt(discordant - difference**2)
            )
        )
        n = math.ceil(brentq(lack, 1, 1e9, xtol=1e-9))
        a, b = (discordant + difference) / 2, (discordant - difference) / 2
        yield {
            "discordant": discordant,
            "difference": difference,
            **design(significance, power),
            "puzzles": n,
            "true_power": paired_power(n, a, b, significance, power),
        }


def paired_detectable_cases():
    for puzzles, discordant, significance, power in [
        (1000, 0.1, 0.05, 0.8),
        (15_000, 0.05, 0.05, 0.9),
        (200, 0.4, 0.01, 0.8),
        (422_786, 1.0, 0.05, 0.8),
    ]:
        lack = lambda d: (
            d * math.sqrt(puzzles)
            - (
                stats.norm.isf(significance / 2) * math.sqrt(discordant)
                + stats.norm.ppf(power) * math.sqrt(discordant - d**2)
            )
        )
        difference = brentq(lack, 1e-12, discordant, xtol=1e-15, rtol=1e-14)
        yield {
            "puzzles": puzzles,
            "discordant": discordant,
            **design(significance, power),
            "difference": difference,
        }


def mean_distribution(values):
    """Values and probabilities of the mean of as many draws; the values are multiples of `unit`."""
    values = np.asarray(values)
    unit = 0.25
    steps = np.rint(values / unit).astype(int)
    assert np.allclose(steps * unit, values)
    low = steps.min()
    one = np.bincount(steps - low) / len(values)
    total, square, left = np.ones(1), one, len(values)
    while left:
        if left & 1:
            total = np.convolve(total, square)
        square = np.convolve(square, square)
        left >>= 1
    support = (np.arange(len(total)) + low * len(values)) * unit / len(values)
    return support, total / total.sum()


def bounds(support, cumulative, low_level, high_level):
    """Exact quantiles of levels below and above an empirical one."""
    error = lambda p: STANDARD_ERRORS * math.sqrt(p * (1 - p) / RESAMPLES)
    at = lambda p: float(support[np.searchsorted(cumulative, min(max(p, 1e-12), 1 - 1e-12))])
    return [at(low_level - error(low_level)), at(high_level + error(high_level))]


def bootstrap_cases():
    rng = np.random.default_rng(2)
    signs = lambda a, b, same: [1.0] * a + [-1.0] * b + [0.0] * same
    samples = [
        (signs(12, 5, 83), 0.95),
        (signs(40, 62, 898), 0.95),
        (signs(3, 0, 97), 0.95),
        (signs(200, 180, 1620), 0.99),
        (signs(25, 24, 1), 0.9),
        (list(np.round(4 * rng.beta(0.5, 3, 120)) / 4), 0.95),
    ]
    for values, confidence in samples:
        mean, n = float(np.mean(values)), len(values)
        support, weights = mean_distribution(values)
        cumulative = np.cumsum(weights)
        outside = (1 - confidence) / 2
        # Percentile.
        percentile = [bounds(support, cumulative, p, p) for p in (outside, 1 - outside)]
        # BCa, with the share of ties halved, as in SciPy.
        tie = float(weights[np.abs(support - mean) < 1e-9].sum())
        below = float(weights[support < mean - 1e-9].sum()) + tie / 2
        jackknife = (np.sum(values) - np.asarray(values)) / (n - 1)
        around = jackknife.mean() - jackknife
        acceleration = (around**3).sum() / (6 * (around**2).sum() ** 1.5)
        error = STANDARD_ERRORS * math.sqrt(below * (1 - below) / RESAMPLES)
        biases = [stats.norm.ppf(below + sign * error) for sign in (-1, 1)]

        def level(bias, p):
            shifted = bias + stats.norm.ppf(p)
            return stats.norm.cdf(bias + shifted / (1 - acceleration * shifted))

        bca = [
            bounds(support, cumulative, *(level(bias, p) for bias in biases))
            for p in (outside, 1 - outside)
        ]
        # SciPy's own bootstrap must lie within the same bounds.
        for method, limits in (("percentile", percentile), ("BCa", bca)):
            found = stats.bootstrap(
                (values,),
                np.mean,
                method=method,
                n_resamples=RESAMPLES,
                confidence_level=confidence,
                rng=np.random.default_rng(3),
                batch=1000,
            ).confidence_interval
            for end, (low, high) in zip(found, limits):
                assert low <= end <= high, (method, values[:3], end, low, high)
        yield {
            "values": values,
            "confidence": confidence,
            "mean": mean,
            "standard_error": float(np.std(values)) / math.sqrt(n),
            "percentile": percentile,
            "bca": bca,
        }


def seed_cases():
    rng = np.random.default_rng(4)
    for seeds, puzzles, seed_sd, confidence, binary in [
        (2, 20, 0.3, 0.95, True),
        (3, 40, 0.0, 0.95, True),
        (5, 60, 0.8, 0.9, True),
        (4, 25, 0.2, 0.99, False),
        (3, 30, 0.5, 0.95, True),
    ]:
        latent = (
            rng.normal(0.2, seed_sd, (seeds, 1))
            + rng.normal(0, 1, (1, puzzles))
            + rng.normal(0, 1, (seeds, puzzles))
        )
        rows = (latent > 0).astype(float) if binary else np.round(latent, 3)
        cells = list(itertools.product(range(seeds), range(puzzles)))
        table = anova_lm(
            ols(
                "y ~ C(seed) + C(puzzle)",
                {"y": rows.ravel(), "seed": [s for s, _ in cells], "puzzle": [p for _, p in cells]},
            ).fit()
        )
        seed, puzzle, residual = (table.sum_sq / table.df)[["C(seed)", "C(puzzle)", "Residual"]]
        parts = [max(seed - residual, 0), max(puzzle - residual, 0), residual]
        parts = [part / (seeds * puzzles) for part in parts]
        mean = rows.mean()
        used = []
        if seed > residual:
            used.append((seed, seeds - 1))
        if puzzle > residual:
            used.append((puzzle, puzzles - 1))
        used.append(((1 - len(used)) * residual, (seeds - 1) * (puzzles - 1)))
        freedom = sum(m for m, _ in used) ** 2 / sum(m**2 / df for m, df in used)
        interval = stats.t.interval(confidence, freedom, mean, math.sqrt(sum(parts)))
        # The bootstrap's exact variances: seeds - 1 seeds and all puzzles drawn with replacement.
        by_seed, by_puzzle = rows.mean(1) - mean, rows.mean(0) - mean
        rest = rows - mean - by_seed[:, None] - by_puzzle
        from_seeds = (by_seed**2).mean() / (seeds - 1)
        from_test_set = (by_puzzle**2).mean() / puzzles
        variance = from_seeds + from_test_set + (rest**2).mean() / ((seeds - 1) * puzzles)
        yield {
            "rows": rows.tolist(),
            "confidence": confidence,
            "mean": mean,
            "parts": parts,
            "degrees_of_freedom": freedom,
            "interval": list(interval),
            "bootstrap_variances": [from_seeds, from_test_set, variance],
        }


CASES = {
    "resamples": RESAMPLES,
    "variance_tolerance": STANDARD_ERRORS * math.sqrt(2 / RESAMPLES),
    "mcnemar": list(mcnemar_cases()),
    "multiple": list(multiple_cases()),
    "unpaired": list(unpaired_cases()),
    "unpaired_detectable": list(unpaired_detectable_cases()),
    "paired": list(paired_cases()),
    "paired_detectable": list(paired_detectable_cases()),
    "bootstrap": list(bootstrap_cases()),
    "seeds": list(seed_cases()),
}

if __name__ == "__main__":
    path = Path(__file__).with_name("cases.json")
    text = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in CASES.items())
    path.write_text("{\n" + text + "\n}\n")
