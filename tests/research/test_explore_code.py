"""The code that stands under each number of Explore runs beside an export, and gives the number."""

import io
from contextlib import redirect_stdout
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from ui_stores import ACTOR, make_demo

from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.counting import count
from lib.clinical.outcomes.measures import MISSING_FAILS
from lib.clinical.outcomes.response_measures import build_measures
from lib.clinical.outcomes.times import EVENT, NAMES, time_event
from lib.clinical.survival import estimate_survival
from lib.research.choices import Privacy
from lib.research.criteria import Criteria, Criterion
from lib.research.explore.carried import carry_forward
from lib.research.explore.changes import derive_change
from lib.research.explore.describing import describe_people
from lib.research.explore.missing import map_missing
from lib.research.explore.mixed_model import SLOPE, fit_model
from lib.research.explore.repeated import build_design, gather_repeated
from lib.research.explore.snippets import Snippets
from lib.research.explore.studied import NO_BASELINE
from lib.research.people import UNKNOWN
from lib.services import cohorts, explore, exports, imports, stores
from lib.store import derived

CRITERIA = Criteria((Criterion("begun"),))
TOPICS = ("patients", "dosing_sessions", "assessments_wide", "course_scores")


@pytest.fixture(scope="module")
def studied_and_folder(tmp_path_factory):
    """The demo clinic, where sixty people had a worse form twelve days before the first dose."""
    place = tmp_path_factory.mktemp("explore")
    store, folder = stores.open_store(ACTOR, make_demo(place)), place / "export"
    people = cohorts.read_cohort(ACTOR, store, CRITERIA).patients
    order = exports.Order(TOPICS, privacy=Privacy.IDENTIFIED, patients=people)
    exports.write_folder(ACTOR, store, order, place / "before")
    worse = add_worse_forms(pd.read_csv(place / "before" / "derived" / "course_scores.csv"))
    with store.write() as connection:
        derived.write_about(connection, is_practice="yes")
    receipt = imports.import_files(ACTOR, store, [("worse.csv", worse)], are_made_up=True)[0]
    assert receipt.outcome == "accepted" and receipt.counts.n_rows == 60, receipt.problems
    exports.write_folder(ACTOR, store, order, folder)
    return explore.read_studied(ACTOR, store, CRITERIA), folder, store


def add_worse_forms(scores: pd.DataFrame) -> bytes:
    on = pd.to_datetime(scores["first_dose_on"]) - pd.Timedelta(days=12)
    is_before = (scores["instrument"] == "PHQ-9") & (pd.to_datetime(scores["baseline_on"]) > on)
    rows = scores[is_before & (scores["course"] == 1)].assign(
        assessed_at=on.dt.strftime("%Y-%m-%d"), total=26
    )
    return (
        rows[["patient_id", "clinic_id", "instrument", "assessed_at", "total"]]
        .head(60)
        .to_csv(index=False)
        .encode()
    )


def test_every_code_gives_the_number_above_it(studied_and_folder, monkeypatch):
    studied, folder, store = studied_and_folder
    monkeypatch.chdir(folder)
    facts, policy = studied.facts, studied.policy
    asked = Asked(0, "session_4", policy)
    code = Snippets(asked, "first", studied.drawn.as_of, asked.lowest_baseline(facts))

    table = describe_people(studied, studied.part("none", 0), 0).set_index(["characteristic", "level"])["All"]
    said = run(code.table_1())
    n, missing, mean, sd, *quartiles = said[0].replace("[", "").replace("]", "").replace(",", "").split()[1:]
    assert table["PHQ-9 at baseline", "known; missing"] == f"{n}; {missing}"
    assert table["PHQ-9 at baseline", "mean (SD)"] == f"{mean} ({sd})"
    expected = f"{quartiles[1]} [{quartiles[0]}, {quartiles[2]}]"
    assert table["PHQ-9 at baseline", "median [quartiles]"] == expected

    for one in (asked, Asked(1, "latest", policy), Asked(0, "week_12", policy)):
        found = derive_change(one, facts)
        n, due, mean, d_baseline, d_pooled = map(float, run(replace(code, asked=one).change())[-1].split())
        assert (n, due) == (found.change.n, found.n_due)
        effects = [found.effect(sd)[0] for sd in (found.baseline.sd, found.pooled_sd)]
        assert np.allclose([mean, d_baseline, d_pooled], [found.change.value, *effects], atol=0.006)

    repeated = gather_repeated(studied, 0, policy, 11)
    model = fit_model(repeated)
    said = run(code.model(repeated, build_design(repeated).names[1:], has_slope=model.random == SLOPE))
    assert said[0].split() == [str(model.is_converged), str(len(repeated.change)), str(repeated.n_patients)]
    ours = [(one.value, one.se) for one in model.means.values()]
    theirs = [tuple(map(float, line.split()[-2:])) for line in said if line.startswith("C(visit)")]
    assert np.allclose(theirs, ours, atol=0.011)

    for event in NAMES:
        times = time_event(asked, facts, event)
        n, events, last = map(float, run(code.time(event))[-1].split())
        curve = estimate_survival(times.days, times.cause == EVENT)
        assert (n, events) == (len(times.days), int((times.cause == EVENT).sum()))
        assert last == pytest.approx(curve.survival[-1], abs=1e-4)

    said = {tuple(line.split()[-2:]) for line in run(code.missing())}
    for by in ("band", "dose"):
        rows = map_missing(studied, asked, ("session_4",), studied.part(by, 0), 0)
        shares = [row.shares[0] for row in rows if row.group not in (NO_BASELINE, UNKNOWN)]
        assert {(str(one.n), str(one.total)) for one in shares if one.total} <= said

    counted = count(build_measures(asked)["response"], facts, MISSING_FAILS)
    assert run(code.bounds())[-1].split()[:3] == [
        str(n) for n in (counted.met, counted.total, counted.missing)
    ]
    found = explore.count_under_rules(ACTOR, store, CRITERIA, 0, "session_4")
    by_rule = {one.rule: f"{one.response.met} {one.response.total}" for one in found}
    assert by_rule["last_before_dose"] == f"{counted.met} {counted.total}" == by_rule["first_assessment"]
    assert by_rule["worst_in_30_days"] != by_rule["last_before_dose"]
    assert run(code.rules())[-2:] == [by_rule["last_before_dose"], by_rule["worst_in_30_days"]]

    carried = carry_forward(asked, facts)
    said = [tuple(map(float, line.split())) for line in run(code.carried())[-2:]]
    for (n, mean), ours in zip(said, (carried.observed, carried.carried), strict=True):
        assert n == ours.n and mean == pytest.approx(ours.value, abs=0.006)
    assert carried.n_carried > 0


def run(code: str) -> list[str]:
    said = io.StringIO()
    with redirect_stdout(said):
        exec(compile(code, "snippet", "exec"), {})  # Our own code, and the test is that it runs.
    return said.getvalue().splitlines()
