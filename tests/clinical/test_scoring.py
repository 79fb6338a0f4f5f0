"""Every complete form and every pattern of missing items scores as an independent oracle says, and gives the category allowed."""

from datetime import date, datetime, timedelta
from functools import cache
from itertools import product

import numpy as np
import pytest
from kernel_run import KernelRun
from slow_records import Clinic, Form, Session
from slow_rules import flag_rows
from slow_scoring import Scored, band, score
from slow_twin import status_rows

from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.policy import Policy
from lib.clinical.scoring import Scores, score_forms
from lib.clinical.segments import NONE

N_ITEMS = {"PHQ-9": 9, "GAD-7": 7}
N_FORMS = {"PHQ-9": 262_144, "GAD-7": 16_384}
BASELINES = {"PHQ-9": 18, "GAD-7": 14}
DAY_0 = date(2026, 3, 2)
MIXED_SEED = 20_260_302


def score_all(instrument: str, items: np.ndarray, policy: Policy) -> Scores:
    """items: one row a form, as many columns as the instrument has items; -1 is blank."""
    wide = np.full((len(items), 9), -1, dtype=np.int64)
    wide[:, : items.shape[1]] = items
    codes = np.full(len(items), INSTRUMENTS[instrument].code)
    return score_forms(codes, wide, np.full(len(items), NONE), policy)


def numbers(values: list[int | None]) -> np.ndarray:
    return np.array([NONE if value is None else value for value in values], dtype=np.int64)


def agree(found: Scores, expected: list[Scored], instrument: str) -> None:
    """Every column of every form."""
    for name in ("total", "low", "high", "item_9"):
        np.testing.assert_array_equal(
            getattr(found, name), numbers([getattr(one, name) for one in expected]), name
        )
    np.testing.assert_array_equal(found.is_prorated, [one.is_prorated for one in expected])
    np.testing.assert_array_equal(found.is_valid, [one.total is not None for one in expected])
    n_items = N_ITEMS[instrument]
    # A form without any item is one of totals only, and counts no missing ones.
    np.testing.assert_array_equal(found.n_missing, [one.n_missing % n_items for one in expected])
    bands = [INSTRUMENTS[instrument].band(total) if total != NONE else None for total in found.total.tolist()]
    assert bands == [one.band for one in expected]


@pytest.mark.parametrize("instrument", N_ITEMS)
def test_every_complete_form(instrument: str, policy: Policy) -> None:
    forms = list(product(range(4), repeat=N_ITEMS[instrument]))
    assert len(forms) == N_FORMS[instrument]
    found = score_all(instrument, np.array(forms), policy)
    agree(found, [score(form, N_ITEMS[instrument]) for form in forms], instrument)
    assert not found.is_item_9_blank[found.item_9 != NONE].any()


@pytest.mark.parametrize("instrument", N_ITEMS)
def test_every_total_has_its_published_band(instrument: str) -> None:
    n_items = N_ITEMS[instrument]
    totals = range(3 * n_items + 1)
    assert [INSTRUMENTS[instrument].band(total) for total in totals] == [
        band(total, n_items) for total in totals
    ]


@cache
def patterns(instrument: str, answers: str) -> tuple[tuple[int | None, ...], ...]:
    """Every subset of items left blank, the others answered all 0, all 3, or at random from a seed."""
    rng = np.random.default_rng(MIXED_SEED)
    n_items = N_ITEMS[instrument]
    forms = []
    for blanks in product((False, True), repeat=n_items):
        given = {
            "all 0": [0] * n_items,
            "all 3": [3] * n_items,
            "mixed": rng.integers(0, 4, n_items).tolist(),
        }
        forms.append(
            tuple(
                None if is_blank else answer for is_blank, answer in zip(blanks, given[answers], strict=True)
            )
        )
    assert len(forms) == 2**n_items
    return tuple(forms)


CASES = [(instrument, answers) for instrument in N_ITEMS for answers in ("all 0", "all 3", "mixed")]


@pytest.mark.parametrize(("instrument", "answers"), CASES)
def test_every_missing_pattern(instrument: str, answers: str, policy: Policy) -> None:
    forms = patterns(instrument, answers)
    items = np.array([[-1 if answer is None else answer for answer in form] for form in forms])
    found = score_all(instrument, items, policy)
    agree(found, [score(form, N_ITEMS[instrument]) for form in forms], instrument)
    n_blank = (items < 0).sum(axis=1)
    np.testing.assert_array_equal(found.is_valid, n_blank <= 2)
    np.testing.assert_array_equal(found.is_prorated, (n_blank > 0) & (n_blank <= 2))
    if instrument == "PHQ-9":
        is_blank = (items[:, 8] < 0) & (n_blank < 9)
        np.testing.assert_array_equal(found.is_item_9_blank, is_blank)
        # Never filled in: what was answered, whatever else is missing.
        np.testing.assert_array_equal(found.item_9 != NONE, items[:, 8] >= 0)


@pytest.mark.parametrize("instrument", N_ITEMS)
def test_a_total_alone_is_the_total(instrument: str, policy: Policy) -> None:
    totals = np.arange(3 * N_ITEMS[instrument] + 1)
    codes = np.full(len(totals), INSTRUMENTS[instrument].code)
    found = score_forms(codes, np.full((len(totals), 9), NONE), totals, policy)
    for values in (found.total, found.low, found.high):
        np.testing.assert_array_equal(values, totals)
    assert found.is_valid.all()
    assert not (found.is_prorated | found.has_items | found.is_item_9_blank).any()


@pytest.mark.parametrize("file_total", [0, 13, 27])
def test_the_total_of_the_file_never_decides_where_an_item_was_given(file_total: int, policy: Policy) -> None:
    items = np.full((2, 9), NONE)
    items[0, :7], items[1, :6] = 1, 1
    found = score_forms(np.zeros(2, dtype=np.int64), items, np.full(2, file_total), policy)
    assert found.total.tolist() == [9, NONE]


# Histories before the form in question: days after the first dose -> totals.
HISTORIES = {
    "first follow-up": {},
    "first follow-up, too early": {},
    "after no change": {7: 18, 14: 18},
    "after a response": {7: 8, 14: 8},
    "up again since a response": {7: 4, 14: 13, 21: 14},
    "below caseness": {},
}
LATEST_ON = {"first follow-up, too early": 13}


def histories_with(forms: tuple[tuple[int | None, ...], ...], instrument: str, history: str) -> Clinic:
    """One patient a form: a baseline, a dose, the history, and the form as the last."""
    baseline = 7 if history == "below caseness" else BASELINES[instrument]
    found: list[Form] = []
    for number, items in enumerate(forms):
        patient = f"p{number:03d}"
        totals = {-1: baseline, **HISTORIES[history]}
        earlier = [_form(patient, instrument, day, None, total) for day, total in totals.items()]
        found += [*earlier, _form(patient, instrument, LATEST_ON.get(history, 28), items, None)]
    sessions = tuple(Session(f"p{number:03d}", DAY_0, None, 100, "taken", {}) for number in range(len(forms)))
    return Clinic(tuple(found), sessions, (), (), frozenset({instrument}))


def _form(patient: str, instrument: str, day: int, items, total: int | None) -> Form:
    on = DAY_0 + timedelta(days=day)
    return Form(patient, instrument, on, None, items, total, datetime(2026, 1, 1), 1)


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize(("instrument", "answers"), CASES)
def test_the_category_that_a_missing_pattern_allows(
    instrument: str, answers: str, history: str, policy: Policy
) -> None:
    forms = patterns(instrument, answers)
    clinic = histories_with(forms, instrument, history)
    as_of = DAY_0 + timedelta(days=28)
    found = KernelRun(clinic, as_of, policy).status().sort_values("patient_id")
    expected = status_rows(clinic, as_of)
    columns = ["category", "is_provisional", "latest_total", "n_assessments"]
    said = found[columns].astype(object).where(found[columns].notna(), None).to_numpy().tolist()
    assert said == [[row[name] for name in columns] for row in expected]
    has_total = [items.count(None) <= 2 for items in forms]
    # Without a total the form moves nothing, but it is no hole either: the history before it stands.
    latest = list(HISTORIES[history].values())[-1:] or [None]
    assert all(row[2] == latest[0] for row, is_valid in zip(said, has_total, strict=True) if not is_valid)
    assert not any(row[1] for row, items in zip(said, forms, strict=True) if None not in items)


@pytest.mark.parametrize("answers", ["all 0", "all 3", "mixed"])
def test_the_item_9_flags_that_a_missing_pattern_raises(answers: str, policy: Policy) -> None:
    clinic = histories_with(patterns("PHQ-9", answers), "PHQ-9", "first follow-up")
    as_of = DAY_0 + timedelta(days=28)
    found = [flag for flag in KernelRun(clinic, as_of, policy).flags() if "item_9" in flag[1]]
    expected = [
        tuple(row[name] for name in ("patient_id", "rule", "severity", "since", "instrument"))
        for row in flag_rows(clinic, as_of)
        if "item_9" in row["rule"]
    ]
    assert found == sorted(expected)
    # All but the form without any item: item 9 is blank, or it is positive.
    if answers == "all 3":
        assert len({flag[0] for flag in found}) == 511
