"""Kept rows of courses for the clinic's figures, and as they stood on a day."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.clinical.histories import Prepared, prepare, select_points
from lib.clinical.outcomes.course_scores import derive_course_scores
from lib.clinical.outcomes.facts import Facts, gather_facts
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Ints
from lib.clinical.spans import Points
from lib.clinical.standing import assess
from lib.services._histories import PATIENTS_A_PART, load_scores, read_clinic_of
from lib.store import bulk_outcomes, derived
from lib.store.engine import Transaction
from lib.store.records import read_patients


def describe_courses(prepared: Prepared, standing: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Rows for the table `course_score`. standing: of `_derived_rows.keep_rows`, of the same histories."""
    rows = standing[standing["is_in_full_list"] == 1]
    horizon = int(rows["as_of"].max()) if len(rows) else 0
    points = select_points(prepared, horizon, with_earlier_courses=True)
    return _describe(prepared, points, rows, policy)


def facts_on(
    connection: Transaction,
    policy: Policy,
    day: int,
    instruments: Sequence[int],
    scope: Sequence[int] | None,
) -> Facts:
    """Courses of these clinics (None: of all) as they stood on a day; nothing dated later is in them. Whoever has records after
    it is computed again without those."""
    if "flags_as_of" not in derived.read_about(connection):
        # A store of an earlier release, whose rows nobody has worked out yet.
        own = read_patients(connection, clinics=scope, with_ids=False)
        return facts_of(connection, policy, day, instruments, own["patient_key"].to_numpy(dtype=np.int64))
    rows = bulk_outcomes.read_course_scores(connection, instruments, scope)
    later = np.unique(rows.loc[rows["record_day"] > day, "patient"])
    if len(later):
        again = _compute_again(connection, policy, day, later)
        rows = pd.concat([rows[~rows["patient"].isin(later)], again[again["instrument"].isin(instruments)]])
    return gather_facts(rows, day, instruments)


def facts_anew(
    connection: Transaction,
    policy: Policy,
    day: int,
    instruments: Sequence[int],
    scope: Sequence[int] | None,
) -> Facts:
    """The same by a policy that is not the one in force: everybody is computed again, a part of the patients at a time."""
    kept = bulk_outcomes.read_course_scores(connection, instruments, scope)
    return facts_of(connection, policy, day, instruments, np.unique(kept["patient"]))


def facts_of(
    connection: Transaction, policy: Policy, day: int, instruments: Sequence[int], patients: Ints
) -> Facts:
    """The same of these patients (keys)."""
    none = bulk_outcomes.read_course_scores(connection, instruments, ())
    parts = np.array_split(patients, max(1, -(-len(patients) // PATIENTS_A_PART)))
    rows = pd.concat([none, *(_compute_again(connection, policy, day, part) for part in parts if len(part))])
    return gather_facts(rows[rows["instrument"].isin(instruments)], day, instruments)


def _compute_again(connection: Transaction, policy: Policy, day: int, patients: Ints) -> pd.DataFrame:
    clinic_of = read_clinic_of(connection, patients.tolist())
    prepared = prepare(load_scores(connection, policy, patients.tolist()).to_day(day), policy)
    points = select_points(prepared, day, with_earlier_courses=True)
    rows = assess(prepared, points, policy).assign(clinic_key=clinic_of[points.patient], record_day=day)
    rows["course_row"] = np.where(points.course == NONE, 0, rows["course"])
    rows = rows.rename(columns={"patient": "patient_key"})
    return _describe(prepared, points, rows, policy).rename(columns={"patient_key": "patient"})


def _describe(prepared: Prepared, points: Points, rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """rows: of every course, as the points list them."""
    has_session = (rows["has_session"] == 1).to_numpy()
    begun = rows[has_session].reset_index(drop=True)
    is_daily = prepared.courses.begins_daily(points.course[has_session], policy)
    plain = begun[
        [
            "patient_key",
            "instrument",
            "course_row",
            "clinic_key",
            "day_0",
            "ended_on",
            "last_session_on",
            "record_day",
        ]
    ]
    return pd.concat(
        [
            plain.assign(n_sessions=begun["n_dosing_sessions"], is_daily=is_daily.astype("int64")),
            derive_course_scores(prepared, points.take(has_session), policy),
        ],
        axis=1,
    )
