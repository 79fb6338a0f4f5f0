"""Points 1 to 3 of a dose review's card: scores, trajectory and doses, each in words with its unknowns."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from lib.clinical.exposure import derive_exposure
from lib.clinical.history import PatientHistory
from lib.clinical.instruments import INSTRUMENTS, RECALL_DAYS
from lib.clinical.standing_words import say_unreadable
from lib.clinical.wording import count, say_day
from lib.services._sheet_scores import describe_scores, say_item_9
from lib.services.patients import PatientPage

UNKNOWN = "not recorded"
Lines = tuple[str, ...]


def say_scores(page: PatientPage) -> Lines:
    """Baseline, nadir, latest, band, change, item 9, item 10, and what the latest form's two weeks overlap."""
    history = page.history
    rows = history.status_rows
    lines = [
        f"{score.instrument}: baseline {score.baseline}; lowest {_say_nadir(row)}; latest {score.latest}{_say_band(row)}; "
        f"{score.change}; {score.category}"
        for score, row in zip(describe_scores(history), rows, strict=True)
    ]
    return (
        *(lines or ["PHQ-9 and GAD-7: not recorded"]),
        say_item_9(history, page.policy, page.persisting),
        *([f"Unreadable: {say_unreadable(page.n_unreadable)}"] if page.n_unreadable else []),
        _say_difficulty(history),
        _say_overlap(history),
    )


def _say_nadir(row: Mapping) -> str:
    return UNKNOWN if pd.isna(row["nadir_total"]) else str(row["nadir_total"])


def _say_band(row: Mapping) -> str:
    if pd.isna(row["latest_total"]):
        return ""
    return f" ({INSTRUMENTS[row['instrument']].band(int(row['latest_total']))})"


def _say_difficulty(history: PatientHistory) -> str:
    forms = history.assessments
    forms = forms[(forms["instrument"] == "PHQ-9") & forms["difficulty"].notna()]
    if forms.empty:
        return "Item 10, difficulty: not recorded"
    last = forms.iloc[-1]
    return f"Item 10, difficulty: {last['difficulty']} of 3 on {say_day(last['on'])}"


def _say_overlap(history: PatientHistory) -> str:
    """How long ago the last dose was, and how many doses the latest form's two weeks hold."""
    taken = select_taken(history)
    if taken.empty:
        return "Last dose: none taken"
    last = taken["on"].iloc[-1]
    age = f"Last dose: {count((history.as_of - last.date()).days, 'day')} ago"
    forms = history.assessments[history.assessments["instrument"] == "PHQ-9"]
    if forms.empty:
        return f"{age}; no PHQ-9 form"
    on = forms["on"].iloc[-1]
    days = ((taken["on"] <= on) & (taken["on"] > on - timedelta(days=RECALL_DAYS))).sum()
    return f"{age}; the two weeks that the latest PHQ-9 asks about hold {count(int(days), 'dosing session')}"


def select_taken(history: PatientHistory) -> pd.DataFrame:
    """The counting sessions, the oldest first."""
    sessions = history.dosing_sessions
    return sessions[sessions["counts"].astype(bool)].sort_values("at", kind="stable")


def say_trajectory(page: PatientPage) -> Lines:
    """Where the dose changed, and the last score before each change."""
    taken = select_taken(page.history)
    # A tablet that was taken in part is no step.
    taken = taken[taken["status"] != "partial"]
    if taken.empty:
        return ("Dose steps: no dose taken",)
    # The first dose differs from an unknown one before it.
    is_step = taken["dose_mg"].ne(taken["dose_mg"].shift()).fillna(True).astype(bool)
    forms = page.history.assessments
    forms = forms[
        (forms["instrument"] == "PHQ-9") & forms["is_in_force"].astype(bool) & forms["total"].notna()
    ]
    steps = [
        f"{row['dose_mg']:g} mg from {say_day(row['on'])}, PHQ-9 before it {_last_before(forms, row['on'])}"
        for row in taken[is_step].to_dict("records")
    ]
    return (
        f"Dose steps: {'; '.join(steps)}",
        "Against the expected course: the layer “Expected course” of the chart",
    )


def _last_before(forms: pd.DataFrame, on: date) -> str:
    before = forms[forms["on"] < on]
    return str(before["total"].iloc[-1]) if len(before) else UNKNOWN


def say_doses(page: PatientPage) -> Lines:
    """Sessions, cumulative and current dose, mg/kg, modelled fractions, days between."""
    headline, taken = page.headline, derive_exposure(page.history.dosing_sessions, page.policy)
    lines = [f"{headline.sessions}; {headline.dose}"]
    if taken.empty:
        return (*lines, "Cumulative dose, days between, modelled fractions: no dose taken")
    last = taken.iloc[-1]
    course = taken[taken["course"] == last["course"]]
    lines.append(f"Taken in the course: {last['cumulative_mg']:g} mg in {count(len(course), 'session')}")
    gaps = course["interval_days"].iloc[1:].dropna()
    days = f"{gaps.min()}–{gaps.max()} (median {gaps.median():g})" if len(gaps) else "one session"
    lines.append(f"Days between sessions: {days}")
    ceiling = page.history.patient.get("dose_ceiling_mg")
    limit = f"{ceiling:g} mg" if pd.notna(ceiling) else UNKNOWN
    return (*lines, f"Ceiling recorded for this patient: {limit}", _say_fractions(last.to_dict()))


def _say_fractions(session: Mapping[str, Any]) -> str:
    if session["gap"]:
        return f"Modelled for the last dose: no estimate, {session['gap']}"
    iv = [100 * session[name] for name in ("iv_fraction_low", "iv_fraction_high")]
    peak = [100 * session[name] for name in ("peak_fraction_low", "peak_fraction_high")]
    return (
        f"Modelled for the last dose: {iv[0]:.0f}–{iv[1]:.0f} % of an intravenous anaesthetic dose, "
        f"peak {peak[0]:.0f}–{peak[1]:.0f} % of an anaesthetic level"
    )
