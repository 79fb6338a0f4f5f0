"""The columns that the review queue and the caseload share: one row a patient, both instruments side by side."""

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd

from lib.clinical.instruments import GAD7, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.rules.follow_up import is_being_treated
from lib.clinical.segments import NONE, columns_of, take
from lib.clinical.status import derive_status
from lib.services import _clock
from lib.services._people import read_doses, read_people
from lib.services._standing import standing_on
from lib.services.access import Actor
from lib.store.asked import MAX_LISTED_PATIENTS
from lib.store.bulk_courses import read_deaths
from lib.store.engine import Transaction

_PREFIX = {PHQ9.name: "phq9", GAD7.name: "gad7"}
_SCORES = {
    "baseline_total": "baseline",
    "latest_total": "latest",
    "change": "change",
    "percent_change": "percent",
    "n_assessments": "n",
    "words": "category",
}
# What a category is said with.
_SAID = ["category", "reason", "is_provisional", "is_current", "days_since_latest"]


def list_patients(
    connection: Transaction,
    actor: Actor,
    policy: Policy,
    as_of: date,
    patients: Collection[int] | None = None,
) -> pd.DataFrame:
    """Everyone in scope (of these keys), index patient_key: patient_id, initials, clinic_id, clinician_id, died_on (days; NA),
    phase, n_dosing_sessions, dose_mg, dose_mg_per_kg, days_since_score, and for phq9_ and gad7_: baseline, latest, change,
    percent, n, category (words)."""
    chosen = None if patients is None else sorted(int(key) for key in patients)
    rows = standing_on(connection, actor, policy, as_of, all_courses=False, patients=chosen)
    people = read_people(connection, actor, chosen)
    # Of many patients everyone's rows are read.
    if chosen is not None and len(chosen) > MAX_LISTED_PATIENTS:
        rows, people = rows[rows["patient"].isin(chosen)], people[people.index.isin(chosen)]
    status = derive_status(rows, policy)
    status = status.assign(
        patient_key=rows["patient"], words=[say_category(row) for row in status[_SAID].to_dict("records")]
    )
    listed = people.join(read_doses(connection, _clock.day_number(as_of), chosen))
    for instrument, prefix in _PREFIX.items():
        own = status[status["instrument"] == instrument].set_index("patient_key")
        listed = listed.join(
            own[list(_SCORES)].rename(columns={old: f"{prefix}_{new}" for old, new in _SCORES.items()})
        )
    by_patient = rows.groupby("patient")
    last_score = by_patient["last_valid_on"].max().reindex(listed.index)
    age = (_clock.day_number(as_of) - last_score).where(last_score.fillna(NONE) > NONE)
    sessions = by_patient["n_dosing_sessions"].max().reindex(listed.index)
    phase = say_phases(rows, policy).reindex(listed.index).fillna("no dosing session")
    died = read_deaths(connection, chosen).set_index("patient")["died_on"]
    return listed.assign(
        died_on=died[died <= _clock.day_number(as_of)].reindex(listed.index).astype("Int64"),
        days_since_score=age.astype("Int64"),
        n_dosing_sessions=sessions.fillna(0).astype("Int64"),
        phase=phase,
    )


def say_category(row: dict) -> str:
    """A status in words with its basis: provisional with a question mark, stale as the last known, unknown with its reason."""
    category = row["category"]
    if category == "not assessable":
        return f"not assessable: {row['reason']}"
    words = f"{category}?" if row["is_provisional"] else category
    return words if row["is_current"] else f"last known: {words}, {row['days_since_latest']} days ago"


def say_phases(rows: pd.DataFrame, policy: Policy) -> "pd.Series[str]":
    """By patient key: in treatment with the day of the course, or since when not. rows: of standing_on."""
    names = ("patient", "as_of", "day_0", "ended_on", "last_session_on", "has_session")
    begun = take(columns_of(rows, names), rows["has_session"].to_numpy(dtype=bool))
    # Of one patient's two rows, a frame's steps took most of what the top of the page costs.
    treated = take(begun, np.sort(np.unique(begun["patient"], return_index=True)[1]))
    is_treated, has_ended = is_being_treated(treated, policy), treated["ended_on"] != NONE
    is_over = has_ended & ~is_treated
    # The day on which it ended: the days since then are none of the course.
    day = np.where(is_over, treated["ended_on"], treated["as_of"]) - treated["day_0"]
    idle = treated["as_of"] - treated["last_session_on"]
    each = zip(is_treated.tolist(), is_over.tolist(), day.tolist(), idle.tolist(), strict=True)
    words = [_say_phase(*one) for one in each]
    return pd.Series(words, index=treated["patient"], dtype="string")


def _say_phase(is_treated: bool, is_over: bool, in_day: int, idle_days: int) -> str:
    if is_treated:
        return f"in treatment, day {in_day}"
    if not is_over:
        return f"no session for {idle_days} days"
    # Sessions after the recorded end are asked about by data quality.
    return f"course ended, day {in_day}" if in_day >= 0 else "course ended before its first session"
