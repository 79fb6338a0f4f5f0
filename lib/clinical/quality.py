"""The checks of data quality: frames in, one row a check out, and the rows behind each. Nothing is corrected here."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from lib.clinical import quality_forms as forms
from lib.clinical import quality_sessions as sessions
from lib.clinical.instruments import PHQ9
from lib.clinical.policy import Policy
from lib.clinical.quality_checks import CHECKS
from lib.clinical.quality_records import CheckFunction, Found, QualityRecords, find
from lib.clinical.rules.follow_up import is_in_treatment
from lib.clinical.rules.wording import say_day_number
from lib.clinical.segments import NONE

PASSED, PASSED_WITH_ROWS, FAILED, NOTHING = (
    "passed",
    "passed with failing rows",
    "failed",
    "nothing to check",
)
# Rows of patients.csv that wait for these have no clinic.
_WITHOUT_CLINIC = ("unknown-clinic", "no-clinic")


def find_failing(records: QualityRecords, policy: Policy) -> dict[str, Found]:
    """What each check looked at and which of it fails, by code, in the order of CHECKS."""
    return {code: _FUNCTIONS[code](records, policy) for code in CHECKS}


def summarise_checks(
    found: Mapping[str, Found], waived: Collection[tuple[str, str]], policy: Policy
) -> pd.DataFrame:
    """One row a check: check, n_asked, n_failing (without the waived), n_waived, limit_percent, state. waived: check and record
    of the waivers in force."""
    rows = []
    for code, one in found.items():
        is_waived = [(code, record) in waived for record in one.failing["record"]]
        n_waived, limit = sum(is_waived), int(getattr(policy.quality_limits, code))
        n_failing = len(one.failing) - n_waived
        state = judge(len(one.asked), n_failing, limit)
        rows.append((code, len(one.asked), n_failing, n_waived, limit, state))
    names = ["check", "n_asked", "n_failing", "n_waived", "limit_percent", "state"]
    return pd.DataFrame(rows, columns=names)


def judge(n_asked: int, n_failing: int, limit_percent: int) -> str:
    """Nothing to check is never passed; and a check that passed may have failing rows, which is a state of its own."""
    if not n_asked and not n_failing:
        return NOTHING
    if not n_failing:
        return PASSED
    return FAILED if 100 * n_failing > limit_percent * n_asked else PASSED_WITH_ROWS


def _treated(records: QualityRecords, policy: Policy) -> pd.DataFrame:
    rows = records.standing
    return rows[(rows["instrument"] == PHQ9.code) & is_in_treatment(rows, policy)]


def check_no_baseline(records: QualityRecords, policy: Policy) -> Found:
    rows = _treated(records, policy)
    fails = (rows["baseline_on"] == NONE).to_numpy()
    asked = rows[["patient", "clinic_key"]].assign(day=rows["day_0"])
    what = [f"no valid PHQ-9 before the first dose on {say_day_number(day)}" for day in rows["day_0"][fails]]
    return find(asked, fails, "patients", what)


def check_stale_baseline(records: QualityRecords, policy: Policy) -> Found:
    rows = _treated(records, policy)
    rows = rows[rows["baseline_on"] != NONE]
    age = (rows["day_0"] - rows["baseline_on"]).to_numpy()
    fails = age > policy.baseline.stale_after_days
    asked = rows[["patient", "clinic_key"]].assign(day=rows["baseline_on"])
    return find(asked, fails, "patients", [f"{n} days before the first dose" for n in age[fails]])


def check_after_end(records: QualityRecords, _policy: Policy) -> Found:
    """One row a patient: the last counting session of a course that has an end, patients.csv's or its own."""
    rows = records.standing.drop_duplicates("patient")
    rows = rows[rows["ended_on"] != NONE]
    last, end = rows["last_session_on"], rows["ended_on"]
    fails = (last > end).to_numpy()
    asked = rows[["patient", "clinic_key"]].assign(day=last)
    what = [
        f"a session on {say_day_number(on)}; treatment ended on {say_day_number(over)}"
        for on, over in zip(last[fails], end[fails], strict=True)
    ]
    return find(asked, fails, "patients", what)


def check_no_clinician(records: QualityRecords, _policy: Policy) -> Found:
    fails = ~records.people["has_clinician"].to_numpy(bool)
    return find(records.people, fails, "patients", ["no clinician is recorded"] * int(fails.sum()))


def check_no_clinic(records: QualityRecords, _policy: Policy) -> Found:
    waiting = records.waiting
    rows = waiting[(waiting["kind"] == "patients") & waiting["code"].isin(_WITHOUT_CLINIC)]
    held = find(rows, np.ones(len(rows), bool), "held_row", ["waits for its clinic"] * len(rows))
    known = records.people["clinic_key"].to_numpy(np.int64)
    return Found(np.concatenate([known, held.asked]), held.failing)


def check_same_person(records: QualityRecords, _policy: Policy) -> Found:
    """One row a pair, which the first of the two stands for."""
    pairs = records.pairs
    rows = pairs.assign(
        patient=pairs["first"], id=pairs["first"].astype(str) + "-" + pairs["second"].astype(str)
    )
    failing = find(rows, np.ones(len(rows), bool), "pair", pairs["what"].tolist()).failing
    return Found(records.people["clinic_key"].to_numpy(np.int64), failing)


def check_waiting_row(records: QualityRecords, policy: Policy) -> Found:
    rows = records.waiting
    fails = (rows["days"] > policy.quality.waiting_days).to_numpy()
    return find(rows, fails, "held_row", [f"has waited {n} days" for n in rows["days"][fails]])


_FUNCTIONS: Mapping[str, CheckFunction] = MappingProxyType(
    {
        "no_baseline": check_no_baseline,
        "stale_baseline": check_stale_baseline,
        "after_end": check_after_end,
        "no_session": sessions.check_no_session,
        "no_clinician": check_no_clinician,
        "no_clinic": check_no_clinic,
        "same_person": check_same_person,
        "no_total": forms.check_no_total,
        "item_9_blank": forms.check_item_9_blank,
        "prorated": forms.check_prorated,
        "total_only": forms.check_total_only,
        "near_name": forms.check_near_name,
        "outside_life": forms.check_outside_life,
        "same_answers": forms.check_same_answers,
        "big_jump": forms.check_big_jump,
        "no_pre_dose_pressure": sessions.check_no_pre_dose_pressure,
        "no_prescribed_dose": sessions.check_no_prescribed_dose,
        "same_vitals": sessions.check_same_vitals,
        "too_close": sessions.check_too_close,
        "past_plan": sessions.check_past_plan,
        "weight_change": sessions.check_weight_change,
        "waiting_row": check_waiting_row,
    }
)
