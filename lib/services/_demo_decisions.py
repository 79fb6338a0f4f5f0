"""The demo's clinicians have signed decisions after dose reviews: files carry orders, not decisions.

Doses and intervals are those of the made-up patients' recorded orders; no number of a dose comes from here.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from lib.clinical.contraindications import CONTRAINDICATIONS
from lib.clinical.decision_answers import BELOW, CHECKS, FALL, Answers, Effect
from lib.clinical.policy import Policy
from lib.demo.planted import CASES
from lib.services import _clock
from lib.services._decision_rows import describe_answers
from lib.services._derived_rows import flags_on
from lib.services._flag_marks import keep_flags
from lib.services._histories import load_histories
from lib.services._refresh import current_policy
from lib.services._signing import describe_effect
from lib.services.errors import StoreError
from lib.store import decisions
from lib.store.bulk_care import read_care_records
from lib.store.engine import Transaction
from lib.store.records import read_patients, read_record_table

_ORDER = ("ordered_at_day", "ordered_at_second", "dose_mg", "interval_days", "clinician_id")
# Of the changed orders of the last months some, so that reviewed and unreviewed changes stand side by side.
_LAST_DAYS, _N_FROM_ORDERS, _N_OTHERS = 150, 24, 16
_REVIEW_DAYS = (14, 21, 28)
# A decision signed so long before its order is not followed: the new dose is taken after its window.
_EARLY_DAYS, _EARLY_REVIEW, _N_EARLY = 45, 7, 2
_POINTS = 5
# What else is decided, by turns, on the day after somebody's last session.
_OTHERS = (
    ("hold", "safety"),
    ("refer", "efficacy"),
    ("technique", "efficacy"),
    ("need_data", "adherence"),
    ("stop", "patient_preference"),
    ("continue", "efficacy"),
    ("integration", "efficacy"),
)


@dataclass(frozen=True)
class _Past:
    patient_key: int
    clinic_key: int
    on_day: int
    signer: str
    answers: Answers


def sign_past_decisions(connection: Transaction, as_of: int) -> None:
    """As if they had been signed on their days; as_of: the demo's last day, since 1970."""
    policy = current_policy(connection)
    past = sorted(_from_orders(connection, as_of), key=lambda one: (one.on_day, one.patient_key))
    past += _beside_orders(connection, {one.patient_key for one in past}, as_of)
    for one in past:
        # Alone: the rules look at nobody else.
        loaded = load_histories(connection, policy, [one.patient_key])
        care = read_care_records(connection, [one.patient_key], len(loaded.clinic_of))
        flags = flags_on(loaded, care, one.on_day, policy).assign(policy_version=policy.version)
        decisions.add_decision(connection, _describe(connection, one, policy) | {"flags": keep_flags(flags)})


def _from_orders(connection: Transaction, as_of: int) -> Iterator[_Past]:
    """Of some orders that changed the dose, the decision that goes with them."""
    orders = _of_others(connection, read_record_table(connection, "dose_orders", None, _ORDER))
    orders = orders.sort_values(["patient_key", "ordered_at_day", "ordered_at_second"], kind="stable")
    before = orders.groupby("patient_key")[["dose_mg", "interval_days", "ordered_at_day"]].shift()
    changed = orders.assign(
        old_dose_mg=before["dose_mg"],
        old_interval=before["interval_days"],
        day_before=before["ordered_at_day"],
    )
    is_change = (
        (changed["old_dose_mg"] > 0)
        & (changed["dose_mg"] > 0)
        & (changed["dose_mg"] != changed["old_dose_mg"])
    )
    changed = changed[is_change & (changed["ordered_at_day"] > as_of - _LAST_DAYS)]
    is_late = changed["ordered_at_day"] - changed["day_before"] > _EARLY_DAYS
    for number, row in enumerate(_spread(changed[~is_late], _N_FROM_ORDERS)):
        yield _past(row, int(row["ordered_at_day"]), _as_ordered(row), number)
    for row in _spread(changed[is_late], _N_EARLY):
        early = _past(row, int(row["day_before"]) + 1, _as_ordered(row), 0)
        yield replace(early, answers=replace(early.answers, review_by=early.on_day + _EARLY_REVIEW))


def _spread(rows: pd.DataFrame, number: int) -> list[dict[str, Any]]:
    """So many of them, evenly."""
    return rows.iloc[:: max(1, len(rows) // number)].head(number).to_dict("records")


def _as_ordered(row: dict[str, Any]) -> Answers:
    is_up = row["dose_mg"] > row["old_dose_mg"]
    return Answers(
        options=("step_up",) if is_up else ("step_down",),
        reasons=("efficacy",) if is_up else ("tolerability",),
        old_dose_mg=row["old_dose_mg"],
        new_dose_mg=row["dose_mg"],
        old_interval_days=None if pd.isna(row["old_interval"]) else row["old_interval"],
    )


def _beside_orders(connection: Transaction, taken: set[int], as_of: int) -> list[_Past]:
    """Decisions without a new dose, the day after somebody's last session."""
    sessions = read_record_table(connection, "dosing_sessions", None, ("started_at_day", "status"))
    sessions = _of_others(connection, sessions[sessions["status"] == "taken"])
    people = read_record_table(connection, "patients", None, ("clinician_id",)).set_index("patient_key")
    sessions = sessions.sort_values(["patient_key", "started_at_day"], kind="stable")
    found = []
    for number, (patient, own) in enumerate(
        sessions[~sessions["patient_key"].isin(taken)].groupby("patient_key")
    ):
        # By turns after the last dose and after the one before it: of those who hold, some go on.
        days = own["started_at_day"].tolist()[-2:]
        on_day = int(days[-1 - number % len(days)]) + 1
        if as_of - _LAST_DAYS < on_day <= as_of:
            row = own.iloc[-1].to_dict() | {"clinician_id": people.loc[patient, "clinician_id"]}
            found.append((row, on_day))
    chosen = found[:: max(1, len(found) // _N_OTHERS)][:_N_OTHERS]
    return [
        _past(row, on_day, Answers((option,), (reason,)), number)
        for number, (row, on_day) in enumerate(chosen)
        for option, reason in [_OTHERS[number % len(_OTHERS)]]
    ]


def _of_others(connection: Transaction, rows: pd.DataFrame) -> pd.DataFrame:
    """Planted patients keep what they are there to show."""
    people = read_patients(connection)
    planted = people.loc[people["patient_id"].isin(list(CASES)), "patient_key"]
    return rows[~rows["patient_key"].isin(planted)]


def _past(row: dict[str, Any], on_day: int, answers: Answers, number: int) -> _Past:
    asked = tuple(CONTRAINDICATIONS)[number % 5 :: 4]
    filled = replace(
        answers,
        checks=dict.fromkeys(CHECKS, "yes") if answers.lets_dosing_go_on else {},
        absent=asked if answers.lets_dosing_go_on else (),
        review_by=on_day + _REVIEW_DAYS[number % len(_REVIEW_DAYS)],
    )
    effect = Effect("PHQ-9", FALL, _POINTS) if filled.target == "score" else None
    signer = row["clinician_id"] if pd.notna(row["clinician_id"]) else "dr-demo"
    return _Past(
        int(row["patient_key"]), int(row["clinic_key"]), on_day, str(signer), replace(filled, effect=effect)
    )


def _describe(connection: Transaction, one: _Past, policy: Policy) -> dict[str, Any]:
    day = _clock.day_of(one.on_day)
    try:
        effect = describe_effect(connection, one.answers, one.patient_key, day, policy)
    except StoreError:
        # Nobody has scored yet, or too low to fall.
        below = replace(one.answers, effect=Effect("PHQ-9", BELOW, 2 * _POINTS))
        effect = describe_effect(connection, below, one.patient_key, day, policy)
    return {
        **describe_answers(one.answers, asked=()),
        "patient_key": one.patient_key,
        "clinic_key": one.clinic_key,
        "token": f"demo {one.patient_key} {one.on_day}",
        "signer": one.signer,
        "signed_at": one.on_day * 86_400 + 57_600,
        "on_day": one.on_day,
        "is_verified": 0,
        "expected_effect": json.dumps(effect),
        "policy_version": policy.version,
        "covers_import_key": 0,
    }
