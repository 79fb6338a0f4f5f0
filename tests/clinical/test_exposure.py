"""Exposure of a course: sums, intervals and fractions worked by hand; what is not known is not estimated."""

import pandas as pd
import pytest
from source_files import imported_names, is_within, python_sources

from lib.clinical.exposure import FRACTIONS, PEAKS, derive_exposure


def sessions(*rows: tuple) -> pd.DataFrame:
    """(day of 2026, mg, counts, course, kg[, drug])."""
    frame = pd.DataFrame(
        [
            {
                "on": pd.Timestamp("2026-01-01") + pd.Timedelta(days=day),
                "dose_mg": mg,
                "counts": counts,
                "course": course,
                "weight_kg": kg,
                "drug": drug[0] if drug else "racemic_ketamine",
                "route": "sublingual",
            }
            for day, mg, counts, course, kg, *drug in rows
        ],
        columns=["on", "dose_mg", "counts", "course", "weight_kg", "drug", "route"],
    )
    return frame.astype(
        {
            "on": "datetime64[s]",
            "dose_mg": "Float64",
            "course": "Int64",
            "weight_kg": "Float64",
            "counts": bool,
        }
    )


COURSE = sessions(
    (0, 50, True, 1, 70),
    (7, 100, True, 1, 70),
    (10, None, False, 1, 70),  # missed: neither a dose nor an end of an interval
    (21, 100, True, 1, 70),
    (21, 50, True, 1, 70),
    (200, 75, True, 2, 70),
)


def test_mg_add_up_within_a_course_and_begin_anew_with_the_next(policy):
    assert derive_exposure(COURSE, policy)["cumulative_mg"].tolist() == [50, 150, 250, 300, 75]


def test_the_interval_runs_from_the_counting_session_before(policy):
    found = derive_exposure(COURSE, policy)["interval_days"]
    assert found.isna().tolist() == [True, False, False, False, False]
    assert found.dropna().tolist() == [7, 14, 0, 179]


# Evidence 4.3 at 70 kg, as printed: mg -> per cent of 2 mg/kg IV, per cent of 1,800 ng/mL.
PRINTED = {
    50: (10, 3),
    100: (21, 5),
    150: (31, 8),
    200: (41, 10),
    300: (62, 15),
    400: (83, 20),
    450: (93, 23),
}


@pytest.mark.parametrize("mg", PRINTED)
def test_the_fractions_of_the_evidence_at_their_printed_precision(policy, mg):
    row = derive_exposure(sessions((0, mg, True, 1, 70)), policy).iloc[0]
    assert (round(100 * row["iv_fraction"]), round(100 * row["peak_fraction"])) == PRINTED[mg]


def test_the_ranges_run_over_the_published_denominators_and_fractions_absorbed(policy):
    """140 mg at 70 kg are 2 mg/kg: 0.24 × 2 / 4.5 to 0.32 × 2 / 1, and 127.36 ng/mL × F / 0.29 over 2,400 and 1,200."""
    row = derive_exposure(sessions((0, 140, True, 1, 70)), policy).iloc[0]
    assert row["iv_fraction_low"] == pytest.approx(0.48 / 4.5)
    assert row["iv_fraction"] == pytest.approx(0.29)
    assert row["iv_fraction_high"] == pytest.approx(0.64)
    assert row["peak_fraction_low"] == pytest.approx(row["peak_ng_ml"] * 24 / 29 / 2400)
    assert row["peak_fraction_high"] == pytest.approx(row["peak_ng_ml"] * 32 / 29 / 1200)
    assert f"{row['peak_ng_ml']:.1f}" == "127.4"


@pytest.mark.parametrize(
    ("kg", "drug", "why"),
    [
        (None, "racemic_ketamine", "weight not recorded"),
        (70, None, "drug not recorded"),
        (70, "esketamine", "no parameters with a source for esketamine, sublingual"),
    ],
)
def test_what_is_not_known_is_not_estimated_and_says_why(policy, kg, drug, why):
    row = derive_exposure(sessions((0, 100, True, 1, kg, drug)), policy).iloc[0]
    assert row["gap"] == why
    assert row[[*FRACTIONS, *PEAKS]].isna().all()
    assert row["cumulative_mg"] == 100, "what was swallowed is known all the same"


def test_without_a_counting_session_there_is_no_row(policy):
    assert derive_exposure(sessions((0, None, False, 1, 70)), policy).empty
    assert derive_exposure(sessions(), policy).empty


def test_no_rule_knows_the_model():
    """Nothing modelled ever raises a flag: what finds, words and ranks flags does not import it."""
    finders = [
        source
        for source in python_sources()
        if source.path.startswith("lib/clinical/rules/")
        or source.path in ("lib/clinical/flags.py", "lib/clinical/dose_review.py", "lib/clinical/standing.py")
    ]
    assert len(finders) > 8
    modelled = ("lib.clinical.pharmacokinetics", "lib.clinical.exposure", "lib.clinical.technique")
    for source in finders:
        for _, name in imported_names(source):
            assert not any(is_within(name, module) for module in modelled), source.path
