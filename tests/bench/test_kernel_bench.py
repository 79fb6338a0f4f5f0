"""The kernel's bench measures, its table says what it measured, and the peers' rows equal the kernel's. No time is asserted."""

import os
from dataclasses import replace

import kernel
import numpy as np
import pandas as pd
import pytest
from made_histories import make_histories
from peers import PEERS

from lib.clinical import everyone
from lib.clinical.courses import derive_courses
from lib.clinical.everyone import derive_status_of_all
from lib.clinical.histories import Histories, prepare, select_points
from lib.clinical.response import CATEGORIES, REASONS
from lib.clinical.standing import assess
from lib.clinical.status import derive_status

POLICY = kernel.shipped_policy()


def whole(histories: Histories, as_of: int) -> pd.DataFrame:
    """In one piece, by the way that the rules' rows are made."""
    prepared = prepare(histories.to_day(as_of), POLICY)
    rows = assess(prepared, select_points(prepared, as_of, with_earlier_courses=False), POLICY)
    status = derive_status(rows, POLICY)
    status.insert(0, "patient", rows["patient"])
    return status


def test_made_histories_are_the_same_again_and_hold_every_category():
    made, again = (make_histories(2_000, POLICY, seed=3) for _ in range(2))
    for one, other in ((made.forms, again.forms), (made.sessions, again.sessions)):
        assert all(np.array_equal(one[name], other[name]) for name in one)
    forms = made.histories.forms
    assert len(forms.patient) == 2_000 * 24
    moments = pd.DataFrame(
        {name: getattr(forms, name) for name in ("patient", "instrument", "day", "second")}
    )
    assert not moments.duplicated().any()
    status = derive_status_of_all(made.histories, made.as_of, POLICY)
    assert set(status["category"]) == set(CATEGORIES)
    assert set(status["reason"].dropna()) == set(REASONS) - {""}
    assert status["is_provisional"].any()


@pytest.mark.parametrize("records_a_part", [1, 50, 10**9])
@pytest.mark.parametrize("cut_days", [0, 200])
def test_parts_say_what_one_piece_says(records_a_part, cut_days, monkeypatch):
    monkeypatch.setattr(everyone, "RECORDS_A_PART", records_a_part)
    made = make_histories(60, POLICY)
    as_of = made.as_of - cut_days
    # Keys far apart: a table of them would be empty for the most part.
    for factor in (1, 1_000):
        histories = spread_keys(made.histories, factor)
        pd.testing.assert_frame_equal(derive_status_of_all(histories, as_of, POLICY), whole(histories, as_of))


def spread_keys(histories: Histories, factor: int) -> Histories:
    forms, sessions = histories.forms, histories.sessions
    n = len(histories.ended_on) * factor
    return replace(
        histories,
        forms=replace(forms, patient=forms.patient * factor),
        sessions=replace(sessions, patient=sessions.patient * factor),
        ended_on=np.full(n, histories.ended_on[0]),
        collects={code: np.ones(n, dtype=bool) for code in histories.collects},
    )


def test_nobody_has_no_rows():
    made = make_histories(3, POLICY)
    nobody = made.histories.forms.select(made.histories.forms.patient < 0)
    untreated = made.histories.sessions.select(made.histories.sessions.patient < 0)
    histories = replace(made.histories, forms=nobody, sessions=untreated)
    assert derive_status_of_all(histories, made.as_of, POLICY).empty
    assert not len(derive_courses(untreated, histories.given_courses, POLICY).patient)


def test_the_table_has_a_line_for_each_and_the_growth():
    found = [kernel.measure(n, (), 1) for n in (20, 40)]
    lines = [line for n, one in zip((20, 40), found, strict=True) for line in kernel.lines_of(n, one)]
    assert [line.split()[0] for line in lines] == ["20", "20", "40", "40"]
    assert all(wall > 0 for one in found for wall, _ in one.values())
    assert "to the power of" in kernel.say_growth([20, 40], found)
    assert kernel.exponent([1, 10, 100], [0.5, 5.0, 50.0]) == pytest.approx(1)


@pytest.mark.skipif(not os.environ.get("PROVE"), reason="under PROVE=1")
@pytest.mark.skipif(not kernel.peers_python().exists(), reason="make bench makes the peers' environment")
def test_peers_derive_the_same_rows():
    kernel.measure(200, tuple(PEERS), 1)


def test_a_row_that_differs_is_told():
    status = derive_status_of_all(make_histories(20, POLICY).histories, 20_400, POLICY)
    wrong = status.copy()
    wrong.loc[3, "n_assessments"] += 1
    kernel.check_equal(status, status, "itself")
    with pytest.raises(AssertionError):
        kernel.check_equal(status, wrong, "another")
