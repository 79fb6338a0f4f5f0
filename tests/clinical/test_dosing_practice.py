"""Doses by prescriber, limits and tablets: hand-made patients named after their case."""

import numpy as np
import pandas as pd
from session_rows import session_rows

from lib.clinical.operations.limits import OVER, UNKNOWN, WITHIN, derive_limits, summarise_limits
from lib.clinical.operations.prescribers import NOT_RECORDED, derive_last_doses, summarise_prescribers
from lib.clinical.operations.supply import EVEN, LEFT_OVER, MORE_TAKEN, derive_balances, summarise_balances
from lib.clinical.operations.supply import UNKNOWN as NO_STRENGTH
from lib.clinical.segments import NONE

# Dose, ceiling, session day, last evaluation in person; what is said of the ceiling and of the evaluation.
LIMITS = {
    "nothing on record": (300, np.nan, 1_000, NONE, (UNKNOWN, UNKNOWN)),
    "at the ceiling": (300, 300, 1_000, 1_000, (WITHIN, WITHIN)),
    "over it": (300.5, 300, 1_000, 1_000, (OVER, WITHIN)),
    "a ceiling of 0": (50, 0, 1_000, NONE, (OVER, UNKNOWN)),
    "365 days after": (100, np.nan, 1_000, 635, (UNKNOWN, WITHIN)),
    "366 days after": (100, np.nan, 1_000, 634, (UNKNOWN, OVER)),
    "evaluated after the session": (100, np.nan, 1_000, 1_001, (UNKNOWN, UNKNOWN)),
}


def test_limits_are_passed_on_one_side_of_them(policy):
    cases = list(LIMITS.values())
    sessions = session_rows({"dose_mg": case[0], "day": case[2]} for case in cases)
    ceiling, seen = np.array([case[1] for case in cases], dtype=float), np.array([case[3] for case in cases])
    judged = derive_limits(sessions, ceiling, seen, policy)
    found = list(zip(judged["ceiling"], judged["in_person"], strict=True))
    assert dict(zip(LIMITS, found, strict=True)) == {name: case[4] for name, case in LIMITS.items()}
    assert (summarise_limits(judged)[["n_over", "n_within", "n_unknown"]].sum(axis=1) == len(cases)).all()


# Dispensed (day, tablets, strength); doses (day, mg); tablets, dispensed, taken, state.
TABLETS = {
    "all taken": ([(10, 2, 50)], [(12, 100)], (2, 100, 100, EVEN)),
    "one left": ([(10, 3, 50)], [(12, 100)], (3, 150, 100, LEFT_OVER)),
    "one too many": ([(10, 2, 50)], [(12, 100), (19, 50)], (2, 100, 150, MORE_TAKEN)),
    "taken before the first": ([(10, 2, 50)], [(9, 400), (10, 100)], (2, 100, 100, EVEN)),
    "a strength unknown": ([(10, 2, 50), (20, 2, np.nan)], [(12, 100)], (4, np.nan, 100, NO_STRENGTH)),
    "nothing taken": ([(10, 2, 50)], [], (2, 100, 0, LEFT_OVER)),
    "never dispensed": ([], [(12, 100)], None),
}


def test_tablets_are_balanced_since_the_first_dispensing():
    given = [(key, *one) for key, case in enumerate(TABLETS.values()) for one in case[0]]
    dispensing = pd.DataFrame(given, columns=["patient", "day", "tablets", "strength_mg"])
    doses = session_rows(
        {"patient": key, "day": day, "dose_mg": mg, "prescribed_mg": 400.0}
        for key, case in enumerate(TABLETS.values())
        for day, mg in case[1]
    )
    balances = derive_balances(doses, dispensing).set_index("patient")
    for key, (name, case) in enumerate(TABLETS.items()):
        if case[2] is None:
            assert key not in balances.index
            continue
        row = balances.loc[key, ["tablets", "dispensed_mg", "taken_mg", "state"]]
        assert row.fillna(-1).tolist() == pd.Series(case[2]).fillna(-1).tolist(), name
    counts = summarise_balances(balances.reset_index()).set_index("state")
    assert counts["n_patients"].sum() == len(balances) and np.isnan(counts.loc[NO_STRENGTH, "dispensed_mg"])
    nobody = derive_balances(doses, dispensing.iloc[:0])
    assert nobody.empty and summarise_balances(nobody)["n_patients"].sum() == 0


def test_the_last_dose_goes_to_whoever_ordered_it_last():
    doses = pd.DataFrame(
        [
            (1, 10, 0, 100.0, "racemic_ketamine"),
            (1, 20, 0, 200.0, "racemic_ketamine"),
            (2, 20, 0, 150.0, ""),
            (3, 20, 0, 50.0, "racemic_ketamine"),
            (4, 20, 0, 300.0, "racemic_ketamine"),
        ],
        columns=["patient", "day", "second", "dose_mg", "drug"],
    )
    orders = pd.DataFrame(
        [(1, 5, "dr-b"), (1, 20, "dr-a"), (1, 21, "dr-c"), (2, 20, "")],
        columns=["patient", "day", "clinician_id"],
    )
    weights = pd.DataFrame(
        {"patient": [1, 1, 1, 4], "day": [1, 20, 21, 21], "weight_kg": [100.0, 50.0, 40.0, 60.0]}
    )
    clinicians = pd.Series({2: "dr-a", 3: "Dr-A"})
    last = derive_last_doses(doses, orders, clinicians, weights).set_index("patient").sort_index()
    assert last["prescriber"].tolist() == ["dr-a", "dr-a", "Dr-A", NOT_RECORDED]
    assert last["dose_mg"].tolist() == [200, 150, 50, 300] and last["drug"].loc[2] == NOT_RECORDED
    assert last["mg_per_kg"].fillna(-1).tolist() == [4, -1, -1, -1]
    counts = summarise_prescribers(last.reset_index())
    assert counts["prescriber"].tolist()[-1] == NOT_RECORDED and counts["n_patients"].sum() == 4
    assert counts["n_weighed"].sum() == 1 and counts["kg_median"].notna().sum() == 1
    assert summarise_prescribers(last.reset_index().iloc[:0]).empty


def test_quartiles_are_those_of_patients():
    last = pd.DataFrame(
        {
            "prescriber": ["a"] * 5 + ["b"],
            "drug": "k",
            "dose_mg": [100.0, 200, 300, 400, 500, 50],
            "mg_per_kg": [1.0, 2, 3, 4, np.nan, 5],
        }
    )
    first, second = summarise_prescribers(last).to_dict("records")
    assert (first["mg_low"], first["mg_median"], first["mg_high"], first["kg_median"]) == (200, 300, 400, 2.5)
    # The upper quartile of 1 to 5 mg/kg is 4.
    assert (first["n_weighed"], first["n_above"], second["n_above"]) == (4, 0, 1)
