"""The code that stands under each number of Explore runs beside an export, and gives the number."""

import io
from contextlib import redirect_stdout
from dataclasses import replace

import numpy as np
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
from lib.services import cohorts, explore, exports, stores

CRITERIA = Criteria((Criterion("begun"),))
TOPICS = ("patients", "dosing_sessions", "assessments_wide", "course_scores")


@pytest.fixture(scope="module")
def studied_and_folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("explore")
    store, folder = stores.open_store(ACTOR, make_demo(place)), place / "export"
    people = cohorts.read_cohort(ACTOR, store, CRITERIA).patients
    exports.write_folder(
        ACTOR, store, exports.Order(TOPICS, privacy=Privacy.IDENTIFIED, patients=people), folder
    )
    return explore.read_studied(ACTOR, store, CRITERIA), folder, store


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

    for by in ("band", "dose"):
        rows = map_missing(studied, asked, ("session_4",), studied.part(by, 0), 0)
        shares = {(row.shares[0].n, row.shares[0].total) for row in rows}
        said = run(code.missing())
        told = {tuple(int(one) for one in line.split()[-2:]) for line in said if line.split()[-1].isdecimal()}
        assert shares - told <= {
            (row.shares[0].n, row.shares[0].total)
            for row in rows
            if row.group in ("no baseline", "not recorded")
        }

    counted = count(build_measures(asked)["response"], facts, MISSING_FAILS)
    assert run(code.bounds())[-1].split()[:3] == [
        str(n) for n in (counted.met, counted.total, counted.missing)
    ]
    found = explore.count_under_rules(ACTOR, store, CRITERIA, 0, "session_4")
    by_rule = {one.rule: f"{one.response.met} {one.response.total}" for one in found}
    assert by_rule["last_before_dose"] == f"{counted.met} {counted.total}" == by_rule["first_assessment"]
    assert run(code.rules())[-2:] == [by_rule["last_before_dose"], by_rule["worst_in_30_days"]]

    carried = carry_forward(asked, facts)
    ours = [f"{mean.n} {mean.value:.2f}" for mean in (carried.observed, carried.carried)]
    assert [line.split()[0] for line in run(code.carried())[-2:]] == [line.split()[0] for line in ours]
    assert np.allclose(
        [float(line.split()[1]) for line in run(code.carried())[-2:]],
        [carried.observed.value, carried.carried.value],
        atol=0.006,
    )
    assert carried.n_carried > 0


def run(code: str) -> list[str]:
    said = io.StringIO()
    with redirect_stdout(said):
        exec(compile(code, "snippet", "exec"), {})  # Our own code, and the test is that it runs.
    return said.getvalue().splitlines()
