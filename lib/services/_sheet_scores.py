"""A patient's scores, doses and readings in words for paper: every unknown is said to be unknown."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lib.clinical.gone_findings import PRESSURE, say_gone
from lib.clinical.history import PatientHistory
from lib.clinical.policy import Policy
from lib.clinical.sentence_rows import read_forms, select_instrument
from lib.clinical.sentence_safety import describe_item_9
from lib.clinical.sentence_scores import say_open
from lib.clinical.standing_words import ITEM_9_ZERO
from lib.clinical.wording import capitalise, say_day, say_percent, say_signed
from lib.printing.sheet import Score
from lib.services._lists import say_category

_RELIABLE = {
    "improved": "reliable improvement",
    "deteriorated": "reliable deterioration",
    "none": "no reliable change",
}
_READINGS = (("pre", "before the dose"), ("40", "at 40 min"), ("120", "at 120 min"))


def describe_scores(history: PatientHistory) -> tuple[Score, ...]:
    """A row for each instrument of the current course."""
    return tuple(
        Score(
            row["instrument"],
            _say_baseline(row),
            _say_latest(row, history),
            _say_change(row),
            _say_status(row, history),
            str(row["n_assessments"]),
        )
        for row in history.status_rows
    )


def _say_baseline(row: Mapping) -> str:
    if pd.isna(row["baseline_total"]):
        return "no baseline"
    stale = ", more than 14 days before the first dose" if _is_true(row["is_baseline_stale"]) else ""
    return f"{row['baseline_total']} on {say_day(row['baseline_on'])}{stale}"


def _say_latest(row: Mapping, history: PatientHistory) -> str:
    if pd.isna(row["latest_total"]):
        return "no follow-up"
    form = _find_latest(row, history)
    bounds = f", prorated, {form['total_low']}–{form['total_high']} possible" if form["is_prorated"] else ""
    days = int(row["days_since_latest"])
    return f"{row['latest_total']} on {say_day(row['latest_on'])}, {days} day{'' if days == 1 else 's'} ago{bounds}"


def _find_latest(row: Mapping, history: PatientHistory) -> "pd.Series[Any]":
    forms = history.assessments
    same_day = (forms["instrument"] == row["instrument"]) & (forms["on"] == row["latest_on"])
    return forms[same_day & forms["is_in_force"].astype(bool)].iloc[-1]


def _say_change(row: Mapping) -> str:
    if pd.isna(row["change"]):
        return "not known"
    percent = say_percent(row["change"], row["baseline_total"])
    points = f"{say_signed(row['change'])} point{'' if abs(row['change']) == 1 else 's'}"
    return f"{points}{f' ({percent})' if percent else ''}, {_RELIABLE[str(row['reliable_change'])]}"


def _say_status(row: Mapping, history: PatientHistory) -> str:
    """response, confirmed; remission (response confirmed); "?" and why where a blank item leaves it open."""
    words = say_category(row)  # type: ignore[arg-type]
    if _is_true(row["is_provisional"]):
        return f"{words}, provisional: {say_open(_find_latest(row, history).to_dict())}"
    if row["category"] not in ("response", "remission"):
        return words
    return f"{words}{_say_confirmed(row)}"


def _say_confirmed(row: Mapping) -> str:
    """What the second score confirms is the response, also where the category is remission."""
    confirmed, is_remission = row["is_response_confirmed"], row["category"] == "remission"
    if _is_true(confirmed):
        said = "confirmed"
    elif pd.isna(confirmed):
        said = "not yet confirmed"
    else:
        return " (first response not confirmed)" if is_remission else ", first one not confirmed"
    return f" (response {said})" if is_remission else f", {said}"


def _is_true(value: Any) -> bool:
    return bool(pd.notna(value) and value)


def say_item_9(history: PatientHistory, policy: Policy, persisting: str) -> str:
    """The highest and the latest answer; what only adds to a closing, which nobody has closed; of a zero on the latest form what
    the definitions ask to be said. persisting: of PatientPage."""
    stored = select_instrument(read_forms(history), "PHQ-9")
    said = describe_item_9(stored, history.waiting, history.as_of, policy)
    forms = history.assessments[history.assessments["instrument"] == "PHQ-9"]
    is_zero = len(forms) > 0 and pd.notna(forms["item_9"].iloc[-1]) and forms["item_9"].iloc[-1] == 0
    added = f"{persisting}; not closed since." if persisting else ""
    return " ".join(filter(None, (f"{capitalise(said)}.", added, ITEM_9_ZERO if is_zero else "")))


def say_pressure(history: PatientHistory) -> str:
    """Every reading of the latest counting session, also that it was not read; and an open flag on a reading that was corrected
    or taken back."""
    taken = history.dosing_sessions[history.dosing_sessions["counts"].astype(bool)]
    gone = say_gone(history.gone, PRESSURE)
    if taken.empty:
        return "; ".join(filter(None, ("no dose taken", gone)))
    last = taken.iloc[-1]
    readings = [f"{_say_reading(last, name)} {words}" for name, words in _READINGS]
    return "; ".join(filter(None, (f"session of {say_day(last['on'])}, mmHg: {', '.join(readings)}", gone)))


def _say_reading(session: "pd.Series[Any]", name: str) -> str:
    values = [session[f"{kind}_{name}_mmhg"] for kind in ("sbp", "dbp")]
    if all(pd.isna(value) for value in values):
        return "not recorded"
    return "/".join("?" if pd.isna(value) else f"{value:g}" for value in values)
