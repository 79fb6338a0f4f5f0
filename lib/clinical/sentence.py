"""A course in one sentence: what stands under a patient's chart, and what a screen reader says instead of it.

It tells what the records say, and says of the unknown that it is unknown. It proposes nothing.
"""

from typing import Any

import pandas as pd

from lib.clinical.history import PatientHistory
from lib.clinical.sentence_safety import describe_item_9, describe_pressure
from lib.clinical.wording import say_day, say_percent, say_signed

CATEGORY_WORDS = {
    "relapse": "relapse after an earlier response",
    "worse": "worse than baseline, beyond measurement error",
    "below caseness": "baseline below caseness",
    "partial": "partial response",
}
RELIABLE_WORDS = {
    "improved": "reliable improvement",
    "deteriorated": "reliable deterioration",
    "none": "no reliable change",
}


def describe_course(history: PatientHistory) -> str:
    """The current course of a patient in one sentence."""
    parts = [
        _describe_scores(history, "PHQ-9"),
        _describe_scores(history, "GAD-7"),
        describe_item_9(history.assessments),
        describe_pressure(history.dosing_sessions),
    ]
    sentence = "; ".join(part for part in parts if part)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _describe_scores(history: PatientHistory, instrument: str) -> str:
    forms = history.assessments[history.assessments["instrument"] == instrument]
    valid = forms[forms["total"].notna()]
    if valid.empty:
        return f"no {instrument} form yet" if forms.empty else f"no {instrument} total: too many items blank"
    row = _status_row(history.status, instrument)
    baseline, latest = _known(row, "baseline_total"), _known(row, "latest_total")
    if baseline is not None and latest is not None:
        return _describe_change(history, row, valid) + _judge(row, instrument)
    if latest is not None:
        doses = _sessions_before(history, row) if instrument == "PHQ-9" else ""
        return f"{instrument} latest {_total_on(row, 'latest')}, no baseline{doses}{_age(row)}"
    if baseline is not None:
        days = (history.as_of - row["first_dose_on"].date()).days
        return f"{instrument} baseline {_total_on(row, 'baseline')}, no score since the first dose ({days} days ago)"
    last, reason = valid.iloc[-1], _known(row, "reason")
    # Without a dosing session there is nothing to judge; the last part of the sentence says so.
    why = f", {reason}" if reason and reason != "no dosing session" else ""
    return f"{instrument} last {last['total']} ({say_day(last['on'])}){why}"


def _describe_change(history: PatientHistory, row: pd.Series, valid: pd.DataFrame) -> str:
    """From which total to which; at length for the PHQ-9, on which most rules stand."""
    baseline, latest = int(row["baseline_total"]), int(row["latest_total"])
    change = latest - baseline
    if row["instrument"] != "PHQ-9":
        return f"{row['instrument']} {baseline} → {latest}"
    old = ", more than 14 days before the first dose" if _known(row, "is_baseline_stale") else ""
    first = f"{baseline} ({say_day(row['baseline_on'])}{old})"
    in_force = valid[(valid["on"] == row["latest_on"]) & valid["is_in_force"].fillna(True).astype(bool)]
    prorated = ", prorated" if not in_force.empty and _known(in_force.iloc[-1], "is_prorated") else ""
    second = f"{latest} ({say_day(row['latest_on'])}{prorated})"
    percent = say_percent(change, baseline)
    points = f"{say_signed(change)} point{'s' * (abs(change) > 1)}"
    size = f"{points} ({percent})" if percent and change else points if change else "no change"
    verb = "fell" if change < 0 else "rose" if change > 0 else "went"
    return f"PHQ-9 {verb} from {first} to {second}, {size}{_sessions_before(history, row)}"


def _judge(row: pd.Series, instrument: str) -> str:
    """What the change amounts to; of a stale one only what it last was."""
    category, days = str(row["category"]), int(row["days_since_latest"])
    name = CATEGORY_WORDS.get(category, category)
    if category == "not assessable":
        name = "too early to judge" if row["reason"] == "too early" else f"not assessable, {row['reason']}"
    if _known(row, "is_provisional"):
        name = f"provisional {name} (a blank item could change it)"
    elif instrument == "PHQ-9":
        name += _confirmation(row)
    if instrument != "PHQ-9":
        reliable = RELIABLE_WORDS.get(str(_known(row, "reliable_change")), "")
        marked = category == "relapse" or bool(_known(row, "is_provisional"))
        name = ", ".join(word for word in (reliable, name if marked else "") if word)
    if _known(row, "is_current"):
        return f": {name}" if instrument == "PHQ-9" else f", {name}"
    return f"; no {instrument} score for {days} days: last known {name}"


def _confirmation(row: pd.Series) -> str:
    if row["category"] not in ("response", "remission"):
        return ""
    confirmed = _known(row, "is_response_confirmed")
    if confirmed is None:
        return ", not yet confirmed by a second score"
    return ", confirmed by a second score" if confirmed else ", the first one not confirmed by the next score"


def _sessions_before(history: PatientHistory, row: pd.Series) -> str:
    """How many doses were taken in the course before the day of the latest form."""
    sessions = history.dosing_sessions
    in_course = sessions["course"] == row["course"]
    before = sessions[in_course & sessions["counts"].astype(bool) & (sessions["on"] < row["latest_on"])]
    if before.empty:
        return ", on the day of the first dose"
    low, high = before["dose_mg"].min(), before["dose_mg"].max()
    dose = f"{low:g}" if low == high else f"{low:g}–{high:g}"
    since = sessions["on"].between(row["first_dose_on"], row["latest_on"])
    n_missed = int((since & (sessions["status"] == "missed")).sum())
    missed = f" ({n_missed} missed)" if n_missed else ""
    course = f" of course {row['course']}" if row["course"] > 1 else ""
    return f", after {len(before)} session{'s' * (len(before) > 1)}{course}{missed} at {dose} mg"


def _total_on(row: pd.Series, which: str) -> str:
    return f"{int(row[f'{which}_total'])} ({say_day(row[f'{which}_on'])})"


def _age(row: pd.Series) -> str:
    return "" if _known(row, "is_current") else f", no score for {int(row['days_since_latest'])} days"


def _status_row(status: pd.DataFrame, instrument: str) -> pd.Series:
    rows = status[status["instrument"] == instrument]
    return pd.Series(dtype=object) if rows.empty else rows.iloc[-1]


def _known(row: pd.Series, name: str) -> Any:
    value = row.get(name)
    return None if value is None or pd.isna(value) else value
