"""The columns that the review queue and the caseload share: one row a patient, both instruments side by side."""

from collections.abc import Collection
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.held_columns import arrays_of, beside, spread, texts
from lib.clinical.instruments import GAD7, PHQ9
from lib.clinical.plain_rows import rows_of
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

_PREFIX = {PHQ9: "phq9", GAD7: "gad7"}
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
    day = _clock.day_number(as_of)
    doses = read_doses(connection, day, chosen)
    deaths = read_deaths(connection, chosen, day)
    died_on = pd.arrays.IntegerArray(deaths["died_on"].to_numpy(), np.zeros(len(deaths), dtype=bool))
    return beside(
        people,
        spread(arrays_of(doses), doses.index, people.index)
        | _scores(rows, people.index, policy)
        | spread({"died_on": died_on}, deaths["patient"], people.index)
        | _days(rows, people.index, day)
        | _phases(rows, people.index, policy),
    )


def _scores(rows: pd.DataFrame, keys: pd.Index, policy: Policy) -> dict[str, Any]:
    """What the columns of each instrument say of these patients."""
    status = derive_status(rows, policy)
    held = arrays_of(status) | {"words": texts([say_category(row) for row in rows_of(status, _SAID)])}
    patient, code = rows["patient"].to_numpy(), rows["instrument"].to_numpy()
    columns: dict[str, Any] = {}
    for one, prefix in _PREFIX.items():
        own = np.flatnonzero(code == one.code)
        said = {f"{prefix}_{new}": held[name][own] for name, new in _SCORES.items()}
        columns |= spread(said, patient[own], keys)
    return columns


def _days(rows: pd.DataFrame, keys: pd.Index, day: int) -> dict[str, Any]:
    """Of two instruments the later score, and the sessions of either."""
    place = keys.get_indexer(rows["patient"])
    is_listed = place >= 0
    scored_on, n_sessions = np.full(len(keys), NONE), np.zeros(len(keys), dtype=np.int64)
    np.maximum.at(scored_on, place[is_listed], rows["last_valid_on"].to_numpy()[is_listed])
    np.maximum.at(n_sessions, place[is_listed], rows["n_dosing_sessions"].to_numpy()[is_listed])
    return {
        "days_since_score": pd.arrays.IntegerArray(day - scored_on, scored_on == NONE),
        "n_dosing_sessions": pd.arrays.IntegerArray(n_sessions, np.zeros(len(keys), dtype=bool)),
    }


def _phases(rows: pd.DataFrame, keys: pd.Index, policy: Policy) -> dict[str, Any]:
    phases = say_phases(rows, policy)
    phase = spread({"phase": phases.array}, phases.index, keys)["phase"]
    return {"phase": phase.fillna("no dosing session")}


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
