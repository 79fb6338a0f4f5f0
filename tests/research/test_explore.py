"""The numbers of Explore against an independent computation on fixed data, and what it does not tell."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from lib.clinical.intervals import Share
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.course_scores import SCORE_COLUMNS, TIME_POINTS
from lib.clinical.outcomes.facts import Facts, Scores
from lib.clinical.segments import NONE
from lib.research.cohort import Drawn
from lib.research.explore.carried import carry_forward
from lib.research.explore.changes import derive_change
from lib.research.explore.describing import FEW, describe_people
from lib.research.explore.missing import map_missing
from lib.research.explore.mixed_model import SLOPE, can_fit, fit_model
from lib.research.explore.reading import read_model
from lib.research.explore.repeated import Repeated, build_design, gather_repeated
from lib.research.explore.studied import EVERYONE, Studied
from lib.research.people import UNKNOWN, People

AS_OF, DRAWN = 20_700, Drawn("abcdefghijkl", 1, date(2026, 9, 4), ("north", "south"))


@pytest.fixture(scope="module")
def studied(policy):
    return make_studied(policy)


def make_studied(policy, n: int = 180, seed: int = 5) -> Studied:
    """Patients who improve at a pace of their own; the worse somebody begins, the sooner they are missing."""
    rng = np.random.default_rng(seed)
    baseline = rng.integers(10, 27, n)
    level, pace = rng.normal(0, 3, n), rng.normal(-1.1, 0.7, n)
    scores = {name: np.full(n, NONE) for name in SCORE_COLUMNS} | {"unsure": np.zeros(n, dtype=np.int64)}
    scores["baseline_total"] = np.where(np.arange(n) % 20 == 0, NONE, baseline)
    for session in range(1, 7):
        total = np.clip(np.rint(baseline + level + pace * session + rng.normal(0, 2, n)), 0, 27).astype(int)
        is_missing = rng.random(n) < 0.02 * session + 0.01 * (baseline - 10)
        scores[f"session_{session}_total"] = np.where(is_missing, NONE, total)
    day_0 = AS_OF - rng.integers(20, 400, n)
    facts = Facts(
        AS_OF,
        *(np.arange(n), np.ones(n, dtype=np.int64), np.arange(n) % 2, day_0),
        *(np.full(n, NONE), day_0 + 40, rng.integers(1, 9, n), np.arange(n) % 30 == 7),
        scores={0: Scores(0, scores), 1: Scores(1, dict.fromkeys(SCORE_COLUMNS, np.full(n, NONE)))},
    )

    def pick(*values: object) -> np.ndarray:
        return np.array(values, dtype=object)[rng.integers(0, len(values), n)]

    sex = pick("female", "male", UNKNOWN)
    sex[:3] = "intersex"
    people = People(
        facts,
        *(np.where(np.arange(n) % 3 == 0, "north", "south").astype(object), np.full(n, "yes", dtype=object)),
        *(sex, pick("depression", "depression;anxiety", "anxiety"), pick("odt", UNKNOWN), pick("x")),
        *(
            np.where(rng.random(n) < 0.1, NONE, rng.integers(20, 80, n)),
            rng.integers(0, 5, n),
            np.zeros(n, int),
        ),
    )
    return Studied(people, rng.choice([100.0, 200.0, 300.0, np.nan], n), policy, DRAWN, "everybody", seed)


def test_the_mixed_model_is_that_of_the_formula_and_of_least_squares(studied, policy):
    repeated = gather_repeated(studied, 0, policy, 11)
    model = fit_model(repeated)
    assert model.is_converged and model.random == SLOPE and model.has_sites and len(model.means) == 6

    # statsmodels by its formula interface, rows in another order, another parametrisation of the visits.
    rows = pd.DataFrame(
        {name: getattr(repeated, name) for name in ("patient", "visit", "change", "baseline", "site")}
    )
    rows = rows.sample(frac=1, random_state=1).assign(time=lambda one: one["visit"] - repeated.visit.mean())
    fit = smf.mixedlm("change ~ C(visit) + baseline + site", rows, groups="patient", re_formula="~time").fit()
    each = rows.drop_duplicates("patient")
    ours = [model.means[visit].value for visit in model.means]
    at = pd.DataFrame({"visit": list(model.means), "baseline": each["baseline"].mean()})
    theirs = (
        fit.params["Intercept"]
        + np.append(0, [fit.params[f"C(visit)[T.{visit}]"] for visit in range(2, 7)])
        + fit.params["baseline"] * at["baseline"]
        + fit.params["site[T.south]"] * (each["site"] == "south").mean()
    )
    assert ours == pytest.approx(theirs.tolist(), abs=1e-3)
    assert model.baseline.value == pytest.approx(fit.params["baseline"], abs=1e-4)
    assert model.baseline.se == pytest.approx(fit.bse["baseline"], abs=1e-4)

    # Generalised least squares in NumPy, with the variances that were estimated.
    design, precision, weighted = build_design(repeated), 0, 0
    for patient in range(repeated.n_patients):
        own = repeated.patient == patient
        x, z = design.fixed[own], design.random[own]
        inverse = np.linalg.inv(z @ model.covariance @ z.T + model.residual * np.eye(own.sum()))
        precision, weighted = precision + x.T @ inverse @ x, weighted + x.T @ inverse @ repeated.change[own]
    solved, errors = np.linalg.solve(precision, weighted), np.sqrt(np.diag(np.linalg.inv(precision)))
    assert ours == pytest.approx(solved[:6].tolist(), abs=1e-6)
    # statsmodels' errors come of a numeric second derivative in all parameters, those of the variances among them.
    assert [one.se for one in model.means.values()] == pytest.approx(errors[:6].tolist(), rel=1e-3)

    said = read_model(model, 0, 0)
    assert said[0] == "The model converged." and "lower than at baseline (change −" in said[1]
    assert f"{len(rows):,} totals of {len(each)} patients" in said[3]


def test_a_model_that_cannot_be_fitted_says_so_and_shows_no_number(studied, policy):
    assert not can_fit(gather_repeated(studied, 0, policy, 1_000)) and not can_fit(
        gather_repeated(studied, 1, policy, 11)
    )
    rows = np.repeat(np.arange(12), 2)
    flat = Repeated(
        rows,
        np.tile([1, 2], 12),
        np.tile([-1.0, -2.0], 12),
        np.repeat(np.arange(12.0), 2),
        np.full(24, "a"),
        (1, 2),
        (),
        0,
        0,
    )
    model = fit_model(flat)
    said = read_model(model, 0, 0)
    assert model.tried or model.is_at_edge or not model.is_converged
    assert said[0] != "The model converged."
    if not model.is_converged:
        assert not any("interval" in one for one in said)


def test_table_1_is_that_of_pandas(studied):
    people, groups = studied.people, studied.part("clinic", 0)
    table = describe_people(studied, groups, 0).set_index(["characteristic", "level"])
    plain = pd.DataFrame(
        {"clinic": people.clinic, "age": people.age, "sex": people.sex, "indication": people.indication}
    ).replace({"age": {NONE: np.nan}})
    for group, own in [(EVERYONE, plain), *plain.groupby("clinic")]:
        age, quartiles = own["age"], own["age"].quantile([0.25, 0.5, 0.75])
        said = table.loc["Age at the first dose, years", group]
        assert said["known; missing"] == f"{age.count()}; {age.isna().sum()}"
        assert said["mean (SD)"] == f"{age.mean():.1f} ({age.std():.1f})"
        assert said["median [quartiles]"] == "{1:.1f} [{0:.1f}, {2:.1f}]".format(*quartiles)
        for word, n in own["sex"].value_counts().items():
            assert table.loc[("Sex", word), group] == f"{n} ({100 * n / len(own):.0f} %)"
        n = own["indication"].str.contains("anxiety").sum()
        assert (
            table.loc[("Indication (several may hold)", "anxiety"), group]
            == f"{n} ({100 * n / len(own):.0f} %)"
        )


def test_whoever_may_not_see_patients_can_work_out_no_small_cell(studied):
    table = describe_people(studied, studied.part("sex", 0), 10).set_index(["characteristic", "level"])
    assert set(table["intersex"].iloc[1:]) == {FEW} and table.loc[("People", "n"), "intersex"] == "<11"
    # One group more is hidden, or the three would be everybody less the others.
    assert (table.loc[("People", "n")].str.startswith("≥")).sum() == 1
    assert table.loc[("Sex", "intersex"), EVERYONE] == "<11"
    rows = map_missing(
        studied, Asked(0, "session_4", studied.policy), TIME_POINTS, studied.part("band", 0), 10
    )
    told = [share for row in rows for share in row.shares if share]
    assert told and not any(0 < n <= 10 for share in told for n in (share.n, share.total - share.n))


def test_changes_intervals_and_effect_sizes(studied, policy):
    asked = Asked(0, "session_4", policy)
    found, facts = derive_change(asked, studied.facts), studied.facts
    due = (facts.day_0 + asked.due_days <= AS_OF) & ~facts.is_daily
    rows = pd.DataFrame({"a": facts.scores[0]["baseline_total"], "b": facts.scores[0]["session_4_total"]})[
        due
    ]
    rows = rows.replace(NONE, np.nan).dropna()
    test = stats.ttest_rel(rows["b"], rows["a"])
    assert (found.n_due, found.change.n) == (due.sum(), len(rows))
    assert found.change.interval == pytest.approx(tuple(test.confidence_interval()))
    assert found.effect(found.baseline.sd)[0] == pytest.approx(
        (rows["b"] - rows["a"]).mean() / rows["a"].std()
    )
    pooled = np.sqrt(rows.var().mean())
    assert found.effect(found.pooled_sd)[0] == pytest.approx((rows["b"] - rows["a"]).mean() / pooled)

    carried = carry_forward(asked, facts)
    sessions = pd.DataFrame({k: facts.scores[0][f"session_{k}_total"] for k in range(1, 5)}).replace(
        NONE, np.nan
    )
    change = (sessions.ffill(axis=1)[4] - pd.Series(facts.scores[0]["baseline_total"]).replace(NONE, np.nan))[
        due
    ].dropna()
    assert carried.observed == found.change and carried.n_carried > 0
    assert (carried.carried.n, carried.carried.value) == (len(change), pytest.approx(change.mean()))
    with pytest.raises(ValueError):
        carry_forward(Asked(0, "week_12", policy), facts)


def test_the_interval_of_a_share_is_that_of_statsmodels():
    for n, total in ((0, 12), (7, 31), (160, 283), (40, 40)):
        assert Share(n, total).interval == pytest.approx(
            proportion_confint(n, total, method="wilson"), abs=1e-12
        )
