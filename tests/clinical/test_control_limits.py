"""Limits of chance, against scipy.stats, statsmodels and a point worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from lib.clinical.control_limits import find_shifts, limit_rate, limit_share, measure_dispersion
from lib.clinical.intervals import Difference, Share

TAILS = {"low_95": 0.025, "high_95": 0.975, "low_998": 0.001, "high_998": 0.999}


def interpolate(law, tail: float, size: int) -> float:
    """Spiegelhalter 2005, A.1.1, as it is written there."""
    count = law.ppf(tail)
    count += law.cdf(count) <= tail
    return (count - (law.cdf(count) - tail) / (law.cdf(count) - law.cdf(count - 1))) / size


@pytest.mark.parametrize("target", [0.02, 0.31, 0.5, 0.97])
def test_limits_of_shares_are_exact(target):
    sizes = np.array([1, 2, 7, 40, 333, 5000])
    limits = limit_share(target, sizes)
    for name, tail in TAILS.items():
        theirs = [np.clip(interpolate(stats.binom(n, target), tail, n), 0, 1) for n in sizes]
        assert getattr(limits, name) == pytest.approx(theirs, rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize("rate", [0.004, 0.3, 6.0])
def test_limits_of_rates_are_exact(rate):
    sizes = np.array([1, 12, 100, 4000])
    limits = limit_rate(rate, sizes)
    for name, tail in TAILS.items():
        theirs = [max(0, interpolate(stats.poisson(n * rate), tail, n)) for n in sizes]
        assert getattr(limits, name) == pytest.approx(theirs, rel=1e-9, abs=1e-9), name


def test_one_limit_by_hand():
    """Ten patients, half expected: 11 of 1024 ways have at most one, 56 at most two; 2.5 % lies between them."""
    limit = limit_share(0.5, [10]).low_95[0]
    assert limit == pytest.approx((2 - (56 - 25.6) / 45) / 10, rel=1e-9)


def test_no_size_has_no_limits_and_sure_targets_have_themselves():
    assert np.isnan(limit_share(0.4, [0]).low_95[0]) and np.isnan(limit_rate(0.4, [0]).high_998[0])
    assert limit_share(0.0, [20]).high_998[0] < 0.05 and limit_share(1.0, [20]).low_998[0] > 0.94
    assert limit_rate(0.0, [20]).high_998[0] < 0.05


def test_dispersion_is_a_chi_square():
    n, total = np.array([30, 12, 44, 9, 0]), np.array([60, 40, 70, 30, 0])
    target = n.sum() / total.sum()
    found = measure_dispersion(n, total, target)
    chi = stats.chi2_contingency([n[:4], (total - n)[:4]], correction=False)
    assert found.phi == pytest.approx(chi.statistic / 4, rel=1e-9) and found.p == pytest.approx(
        chi.pvalue, rel=1e-9
    )
    assert found.is_over and found.n_groups == 4
    assert not measure_dispersion([5], [9], 5 / 9).is_over


def test_eight_on_one_side_are_a_shift_and_a_point_on_the_median_neither_helps_nor_ends_it():
    low, high = [1.0] * 8, [3.0] * 8
    assert find_shifts([*low, *high]).all()
    assert not find_shifts([*low[:7], *high[:7]]).any()
    with_median = [1, 1, 1, 1, 2, 1, 1, 1, np.nan, 1, 2, 3, 1, 3, 3, 3, 3, 3, 3, 1, 3, 3, 3]
    assert np.flatnonzero(find_shifts(with_median)).tolist() == [0, 1, 2, 3, 5, 6, 7, 9]
    assert not find_shifts([np.nan] * 9).any() and len(find_shifts([])) == 0


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 60), st.integers(1, 60))
def test_differences_have_newcombes_interval(a, rest_a, b, rest_b):
    first, second = Share(a, a + rest_a), Share(b, b + rest_b)
    theirs = confint_proportions_2indep(a, first.total, b, second.total, method="newcomb", compare="diff")
    assert Difference(first, second).interval == pytest.approx(theirs, abs=1e-9)


def test_a_published_difference():
    """Newcombe 1998 (Statistics in Medicine 17:873), table II, (a) method 10: 56/70 - 48/80."""
    assert Difference(Share(56, 70), Share(48, 80)).interval == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert Difference(Share(0, 0), Share(1, 2)).value is None
    assert Difference(Share(1, 2), Share(0, 0)).interval == (-1.0, 1.0)
