"""Counts that leave without a row of anybody: right where they are told, and no small one told by all of them together."""

import json
import os
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from built_stores import copy_of
from clinic_files import ACTOR

from lib.clinical.segments import NONE
from lib.research.aggregates import SEX, TOTAL, TRAITS, Rounding, describe_people
from lib.research.choices import Privacy
from lib.research.criteria import Criteria
from lib.services import cohorts, outcomes, stores
from lib.services.cohort_releases import Purpose, release_cohort
from lib.services.exports import Order

ROUNDING = Rounding(11, 5)
HIDDEN = ("<11", "≥11")
N_CLINICS = 2_000 if os.environ.get("PROVE") == "1" else 40


def make_people(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 400))
    words = {
        "age_band": (["18-29", "30-39", "40-49", "90+"], [0.2, 0.5, 0.29, 0.01]),
        "sex": (["female", "male", "other"], [0.6, 0.37, 0.03]),
        "indication": (["depression", "anxiety", None], [0.7, 0.25, 0.05]),
        "start_year": (["2024", "2025"], [0.97, 0.03]),
    }
    drawn = {
        trait: rng.choice(np.array(values, object), n, p=odds) for trait, (values, odds) in words.items()
    }
    return pd.DataFrame(drawn)


def read(table) -> pd.DataFrame:
    return next(iter(table.read()))


@pytest.mark.parametrize("block", range(4))
def test_no_small_count_of_people_follows_from_all_tables_together(block):
    """Every sum that the tables show is an equation of their cells; what is hidden must be left open by all of them."""
    for seed in range(block * N_CLINICS // 4, (block + 1) * N_CLINICS // 4):
        people = make_people(seed)
        cells: dict[tuple, int] = {}
        is_hidden: dict[tuple, bool] = {}
        for table in describe_people(people, ROUNDING):
            for *about, said in read(table).itertuples(index=False, name=None):
                by = about[:1] if table.name == "characteristics" else table.name.split("_by_")
                values = about[1:] if table.name == "characteristics" else about
                name = tuple(
                    (trait, value) for trait, value in zip(by, values, strict=True) if value != TOTAL
                )
                n = int(
                    people[list(TRAITS)]
                    .fillna("not recorded")
                    .eq(pd.Series(dict(name)))
                    .sum(axis=1)
                    .eq(len(name))
                    .sum()
                )
                assert said == ROUNDING.say(n, said in HIDDEN) and (said in HIDDEN or n == 0 or n >= 11)
                # The same count has one word wherever it stands.
                assert is_hidden.setdefault(name, said in HIDDEN) == (said in HIDDEN), (seed, name)
                cells[name] = n
        unknown = [name for name, hidden in is_hidden.items() if hidden]
        if not unknown:
            continue
        rows = []
        for name in cells:
            for trait in TRAITS:
                parts = [
                    one
                    for one in cells
                    if dict(one).keys() == dict(name).keys() | {trait} and set(name) < set(one)
                ]
                if parts and trait not in dict(name):
                    rows.append([(one in parts) - (one == name) for one in unknown])
        found = np.array(rows, dtype=float)
        rank = np.linalg.matrix_rank(found)
        for at, name in enumerate(unknown):
            if len(people) < 11:
                continue
            with_it = np.vstack([found, np.eye(len(unknown))[at]])
            assert np.linalg.matrix_rank(with_it) > rank, (seed, name, cells[name])


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    folder = tmp_path_factory.mktemp("counts")
    store = copy_of("demo", folder / "demo.sqlite", lambda url: stores.load_demo(ACTOR, url))
    cohort = cohorts.read_cohort(ACTOR, store, Criteria(()))
    order = Order((), privacy=Privacy.AGGREGATE)
    made = release_cohort(
        ACTOR, store, order, cohort, Purpose("report", "For the board"), path=folder / "a.zip"
    )
    courses = outcomes.read_courses(ACTOR, store)
    facts = courses.facts.select(np.isin(courses.facts.patient, cohort.patients))
    first = np.append(True, facts.patient[1:] != facts.patient[:-1])
    with ZipFile(made.path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    rows = pd.read_csv(BytesIO(files["data/derived/outcomes.csv"]), dtype=str, keep_default_na=False)
    return files, rows, facts.select(first), courses.policy


def test_outcomes_are_those_of_a_count_by_hand(released):
    """Response, remission and reliable change after session 4, of both instruments, counted course by course."""
    _, rows, facts, policy = released
    for code, name in ((0, "PHQ-9"), (1, "GAD-7")):
        scores, limits = facts.scores[code], policy.categories
        caseness = (limits.phq9_caseness, limits.gad7_caseness)[code]
        change = (limits.phq9_reliable_change, limits.gad7_reliable_change)[code]
        n = dict.fromkeys(("due", "response", "remission", "missing", "known"), 0)
        improved = 0
        for at in range(len(facts)):
            before, after = int(scores["baseline_total"][at]), int(scores["session_4_total"][at])
            is_due = (
                facts.day_0[at] + policy.outcomes.session_due_days <= facts.as_of and not facts.is_daily[at]
            )
            has_both = NONE not in (before, after)
            firm = not scores.is_unsure("session_4")[at]
            improved += is_due and has_both and firm and before - after >= change
            if not is_due or NONE != before < caseness:
                continue
            n["due"] += 1
            n["missing"] += not has_both
            n["known"] += has_both
            n["response"] += has_both and firm and 2 * (before - after) >= before
            n["remission"] += has_both and firm and after < limits.remission_below
        own = rows[(rows["instrument"] == name) & (rows["time_point"] == "session_4")].set_index("measure")
        for measure in ("response", "remission"):
            row = own.loc[measure]
            shown = {what: int(ROUNDING.round(n[what])) for what in n}
            assert row[["due", "met", "missing"]].tolist() == [
                str(shown[one]) for one in ("due", measure, "missing")
            ]
            assert float(row["percent_of_due"]) == round(100 * shown[measure] / shown["due"], 1)
            assert float(row["percent_of_known"]) == round(100 * shown[measure] / shown["known"], 1)
        assert own.loc["reliable_improvement", "met"] == str(int(ROUNDING.round(improved)))


def test_every_count_of_an_aggregate_release_is_rounded_or_hidden(released):
    files, rows, *_ = released
    steps = pd.read_csv(BytesIO(files["consort.csv"]), dtype=str, keep_default_na=False)
    for said in [
        *rows[["due", "met", "not_met", "missing"]].to_numpy().ravel(),
        *steps["left"],
        *steps["remaining"],
    ]:
        assert said in ("", *HIDDEN) or (int(said) % 5 == 0 and (int(said) == 0 or int(said) >= 15)), said
    assert not {"research_id", "patient_id"} & set(
        b"".join(files.values()).decode(errors="ignore").split(",")
    )
    assert json.loads(files["manifest.json"])["files"]["data/derived/outcomes.csv"]["rows"] == len(rows)
    assert (
        SEX in files["dictionary.csv"].decode()
        and "from the rounded counts" in files["dictionary.csv"].decode()
    )


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0"), (4, "<11"), (10, "<11"), (11, "15"), (12, "15"), (13, "15"), (18, "20")]
)
def test_a_whole_is_hidden_for_its_own_sake_only(n, said):
    assert ROUNDING.say_whole(n) == said and ROUNDING.say_again("1,234") == "1235"
