"""Curves over time, against statsmodels and a patient list worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from lib.clinical.survival import estimate_incidence, estimate_survival

PATIENTS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 2)), min_size=1, max_size=80)
CLOSE = {"rel": 1e-9, "abs": 1e-9, "nan_ok": True}


def test_ten_patients_by_hand():
    curve = estimate_survival([7, 14, 14, 14, 21, 28, 28, 35, 42, 42], [1, 1, 1, 0, 0, 1, 1, 0, 0, 0])
    assert curve.days.tolist() == [7, 14, 21, 28, 35, 42]
    assert curve.n_at_risk.tolist() == [10, 9, 6, 5, 3, 2] and curve.n_censored.tolist() == [0, 1, 1, 0, 1, 2]
    after = [0.9, 0.9 * 7 / 9, 0.7, 0.7 * 3 / 5, 0.42, 0.42]
    assert curve.survival == pytest.approx(after, rel=1e-9)
    greenwood = 1 / 90 + 2 / 63 + 2 / 15
    spread = 1.959963984540054 * np.sqrt(greenwood) / -np.log(0.42)
    assert curve.low[-1] == pytest.approx(0.42 ** np.exp(spread), rel=1e-9)
    assert curve.high[-1] == pytest.approx(0.42 ** np.exp(-spread), rel=1e-9)
    assert curve.median == 28 and curve.n == 10
    assert curve.count_at_risk([0, 7, 8, 28, 43]).tolist() == [10, 10, 9, 5, 0]


@given(PATIENTS)
def test_the_curve_and_its_error_are_those_of_statsmodels(patients):
    days, causes = np.array(patients).T
    if not (causes == 1).any():
        return
    curve, theirs = estimate_survival(days, causes == 1), SurvfuncRight(days, causes == 1)
    is_event = curve.n_events > 0
    assert curve.days[is_event].tolist() == theirs.surv_times.tolist()
    assert curve.n_at_risk[is_event].tolist() == theirs.n_risk.tolist()
    assert curve.survival[is_event] == pytest.approx(theirs.surv_prob, **CLOSE)
    inside = theirs.surv_prob > 0
    prob, se = theirs.surv_prob[inside], theirs.surv_prob_se[inside]
    spread = 1.959963984540054 * se / (prob * -np.log(prob))
    assert curve.low[is_event][inside] == pytest.approx(prob ** np.exp(spread), **CLOSE)
    assert curve.high[is_event][inside] == pytest.approx(prob ** np.exp(-spread), **CLOSE)


@given(PATIENTS)
def test_the_median_is_the_one_of_statsmodels(patients):
    days, causes = np.array(patients).T
    if not (causes == 1).any():
        return
    curve, theirs = estimate_survival(days, causes == 1), SurvfuncRight(days, causes == 1)
    # Theirs is not defined where a product of fractions comes out a rounding error beside one half.
    if (abs(theirs.surv_prob - 0.5) > 1e-9).all():
        assert curve.median == pytest.approx(theirs.quantile(0.5), nan_ok=True)
    if theirs.surv_prob[-1] > 0:
        low, high = theirs.quantile_ci(0.5)
        mine = curve.median_interval
        if not np.isnan(low):
            assert mine[0] == low and (mine[1] == high or (np.isnan(mine[1]) and np.isinf(high)))


@given(PATIENTS)
def test_incidence_beside_a_competing_event_is_that_of_statsmodels(patients):
    days, causes = np.array(patients).T
    if set(causes) < {0, 1, 2} and not {1, 2} <= set(causes):
        return
    ours = estimate_incidence(days, causes)
    with np.errstate(divide="ignore", invalid="ignore"):
        theirs = CumIncidenceRight(days, causes)
    assert ours.days.tolist() == theirs.times.tolist()
    assert ours.share == pytest.approx(theirs.cinc[0], **CLOSE)
    assert ours.competing == pytest.approx(theirs.cinc[1], **CLOSE)
    is_left = ~np.isnan(theirs.cinc_se[0])
    assert ours.se[is_left] == pytest.approx(theirs.cinc_se[0][is_left], abs=1e-7)


def test_without_competing_events_incidence_is_what_survival_leaves():
    days, events = [3, 5, 5, 8, 13, 21], [1, 0, 1, 1, 0, 1]
    assert estimate_incidence(days, events).share == pytest.approx(
        1 - estimate_survival(days, events).survival
    )


def test_nobody_and_what_cannot_be():
    nobody = estimate_survival([], [])
    assert nobody.n == 0 and np.isnan(nobody.median) and nobody.count_at_risk([0]).tolist() == [0]
    assert len(estimate_incidence([], []).share) == 0
    for days, causes in (([-1], [0]), ([float("nan")], [1]), ([1], [3])):
        with pytest.raises(ValueError):
            estimate_incidence(days, causes)
