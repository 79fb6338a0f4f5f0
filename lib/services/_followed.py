"""What became of signed decisions: the stored rows and the records that followed them, through lib.clinical.decisions."""

import json
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.courses import derive_courses
from lib.clinical.decision_records import TARGETS, Dated, Decisions, Followed
from lib.clinical.decisions import derive_outcomes
from lib.clinical.held_columns import beside, typed
from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE
from lib.clinical.trajectory import build_timeline
from lib.services import _clock
from lib.services._histories import load_scores
from lib.store import bulk
from lib.store.engine import Transaction
from lib.store.records import read_clinics, read_record_table

_REFERRAL, _STOP = "referral", "stop"
# Planned says nothing of what happened.
_HAPPENED = ("taken", "partial", "missed")


def follow(connection: Transaction, rows: pd.DataFrame, as_of: int, policy: Policy) -> pd.DataFrame:
    """Rows of the table `decision` signed up to a day, with effect (dict) and the columns of derive_outcomes."""
    rows = rows if rows.empty else rows[rows["on_day"] <= as_of].reset_index(drop=True)
    if rows.empty:
        nothing = typed([])
        return beside(rows, {"effect": nothing.astype(object), "state": nothing, "outcome": nothing})
    effects = [json.loads(text) for text in rows["expected_effect"]]
    rows = rows.assign(effect=pd.Series(effects, index=rows.index, dtype=object))
    patients = sorted({int(key) for key in rows["patient_key"]})
    followed = _read_followed(connection, patients, as_of, policy)
    arrays = _as_arrays(rows, effects, _read_local_moments(connection, rows))
    return rows.join(derive_outcomes(arrays, followed, as_of))


def _read_local_moments(connection: Transaction, rows: pd.DataFrame) -> list[int]:
    """When each was signed, by the clock of its clinic."""
    zones = read_clinics(connection).set_index("clinic_key")["time_zone"]
    return [
        _clock.local_seconds(int(moment), zones[clinic])
        for moment, clinic in zip(rows["signed_at"], rows["clinic_key"], strict=True)
    ]


def _as_arrays(rows: pd.DataFrame, effects: list[dict[str, Any]], signed_at: list[int]) -> Decisions:
    def of_effect(name: str) -> np.ndarray:
        return np.array([_or_none(effect.get(name)) for effect in effects], dtype=np.int64)

    codes = [INSTRUMENTS[one["instrument"]].code if one.get("instrument") else NONE for one in effects]
    review_by = rows["review_by"].to_numpy(dtype=np.int64)
    return Decisions(
        number=rows["id"].to_numpy(dtype=np.int64),
        patient=rows["patient_key"].to_numpy(dtype=np.int64),
        on_day=rows["on_day"].to_numpy(dtype=np.int64),
        review_by=review_by,
        last_day=review_by + of_effect("follow_up_days"),
        target=np.array([TARGETS.index(effect["target"]) for effect in effects], dtype=np.int64),
        instrument=np.array(codes, dtype=np.int64),
        points=of_effect("points"),
        from_total=of_effect("from_total"),
        new_dose_mg=rows["new_dose_mg"].to_numpy(dtype=float, na_value=np.nan),
        is_stop=np.array([_STOP in json.loads(codes) for codes in rows["options"]], dtype=bool),
        signed_at=np.array(signed_at, dtype=np.int64),
    )


def _or_none(value: int | None) -> int:
    return NONE if value is None else int(value)


def _read_followed(connection: Transaction, patients: list[int], as_of: int, policy: Policy) -> Followed:
    """The records of these patients up to a day."""
    histories = load_scores(connection, policy, patients).to_day(as_of)
    courses = derive_courses(histories.sessions, histories.given_courses, policy)
    timeline = build_timeline(histories.forms, courses)
    doses = bulk.read_doses(connection, as_of, patients)
    contacts = _read_dated(connection, "contacts", "at_day", patients, as_of, "kind", "outcome")
    has_outcome = contacts["outcome"].fillna("").str.strip() != ""
    is_referral = contacts["kind"].str.strip().str.lower() == _REFERRAL
    visits = _read_dated(connection, "dosing_sessions", "started_at_day", patients, as_of, "status")
    visits = visits[visits["status"].isin(_HAPPENED)]
    forms = pd.DataFrame({"patient": histories.forms.patient, "day": histories.forms.day})
    looks = pd.concat([forms, contacts[has_outcome]], ignore_index=True)
    return Followed(
        timeline=timeline,
        sessions=_dated(doses),
        session_mg=doses["dose_mg"].to_numpy(dtype=float),
        session_second=doses["second"].to_numpy(dtype=np.int64),
        referrals=_dated(contacts[has_outcome & is_referral]),
        visits=_dated(pd.concat([doses, visits], ignore_index=True)),
        looks=_dated(looks),
    )


def _read_dated(
    connection: Transaction, kind: str, day: str, patients: list[int], as_of: int, *columns: str
) -> pd.DataFrame:
    """patient, day and these columns of the records in force up to a day."""
    rows = read_record_table(connection, kind, patients, (day, *columns))
    rows = rows.rename(columns={"patient_key": "patient", day: "day"})[["patient", "day", *columns]]
    rows = rows.astype(dict.fromkeys(columns, "string") | {"patient": "int64", "day": "int64"})
    return rows[rows["patient"].isin(patients) & (rows["day"] <= as_of)]


def _dated(rows: pd.DataFrame) -> Dated:
    return Dated(*(rows[name].to_numpy(dtype=np.int64) for name in ("patient", "day")))
