"""What stands at the top of a patient's page, in words: who, where in treatment, what was taken, and how they stand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lib.clinical.births import say_birth
from lib.clinical.history import PatientHistory
from lib.clinical.plain_rows import Row
from lib.clinical.policy import Policy
from lib.clinical.wording import say_day, say_percent
from lib.services._lists import say_category, say_phases

CONTRAINDICATIONS = "contraindications: not recorded"


@dataclass(frozen=True)
class Headline:
    """What stands at the top of the page, every part of it said even when it is unknown."""

    identity: str
    phase: str
    sessions: str
    dose: str
    status: str
    contraindications: str = CONTRAINDICATIONS


def say_headline(history: PatientHistory, rows: pd.DataFrame, policy: Policy) -> Headline:
    phase = next(iter(say_phases(rows, policy).tolist()), "no dosing session recorded")
    return Headline(
        identity=_say_identity(history),
        phase=_say_death_first(history, phase),
        sessions=_say_sessions(history),
        dose=_say_dose(history),
        status=_say_status(history.status_rows),
    )


def _say_death_first(history: PatientHistory, phase: str) -> str:
    """Whoever reads that somebody is to be called has to know first that they died."""
    died_on = history.patient.get("died_on")
    has_died = pd.notna(died_on) and pd.Timestamp(died_on) <= pd.Timestamp(history.as_of)
    return f"died on {say_day(pd.Timestamp(died_on))} · {phase}" if has_died else phase


def _say_identity(history: PatientHistory) -> str:
    """P-0142 · JM · F · born 1984 · depression, anxiety"""
    patient = history.patient
    known = {name: patient.get(name) for name in ("initials", "sex", "indication")}
    parts = [history.patient_id]
    parts += [str(known[name]) for name in ("initials", "sex") if pd.notna(known[name])]
    parts.append(say_birth(patient.get("birth_year"), patient.get("birth_date")))
    indication = known["indication"]
    parts.append(str(indication).replace(";", ", ") if pd.notna(indication) else "indication not recorded")
    return " · ".join(parts)


def _say_sessions(history: PatientHistory) -> str:
    """Counting sessions of the current course, of all those that were recorded for it."""
    last = _last_counting(history)
    if last is None:
        return "no dosing session taken"
    current = [row for row in history.session_rows if row["course"] == last["course"]]
    taken, status = sum(row["counts"] for row in current), Counter(row["status"] for row in current)
    # "6 of 6" alone is read as 6 of 6 planned.
    others = ", ".join(f"{status[name]} {name}" for name in ("missed", "planned"))
    return f"{taken} dosing session{'' if taken == 1 else 's'} taken of {len(current)} recorded ({others})"


def _say_dose(history: PatientHistory) -> str:
    last = _last_counting(history)
    if last is None:
        return "no dose taken"
    per_kg = (
        f" ({last['dose_mg_per_kg']:.1f} mg/kg)"
        if pd.notna(last["dose_mg_per_kg"])
        else " (weight not recorded)"
    )
    what = ", ".join(_say_field(last, name) for name in ("drug", "route"))
    return f"last dose {last['dose_mg']:g} mg{per_kg} on {say_day(last['on'])}: {what}"


def _last_counting(history: PatientHistory) -> Row | None:
    return next((row for row in reversed(history.session_rows) if row["counts"]), None)


def _say_field(session: Row, name: str) -> str:
    return str(session[name]).replace("_", " ") if pd.notna(session[name]) else f"{name} not recorded"


def _say_status(status: Sequence[Row]) -> str:
    """PHQ-9 response, 18 → 9 (−50 %), 5 scores, 3 days ago"""
    said = []
    for row in status:
        words = f"{row['instrument']} {say_category(row)}{_say_confirmation(row)}"
        if pd.notna(row["baseline_total"]) and pd.notna(row["latest_total"]):
            percent = say_percent(row["change"], row["baseline_total"])
            words += f", {row['baseline_total']} → {row['latest_total']}" + (
                f" ({percent})" if percent else ""
            )
        words += f", {row['n_assessments']} score{'' if row['n_assessments'] == 1 else 's'}"
        if pd.notna(row["days_since_latest"]) and row["is_current"]:
            words += (
                f", latest {row['days_since_latest']} day{'' if row['days_since_latest'] == 1 else 's'} ago"
            )
        said.append(words)
    return " · ".join(said) if said else "no PHQ-9 or GAD-7 recorded"


def _say_confirmation(row: dict) -> str:
    """Of a response and a remission: whether a second score at least a week later confirmed the response."""
    if row["category"] not in ("response", "remission") or row["is_provisional"]:
        return ""
    is_confirmed = pd.notna(row["is_response_confirmed"]) and row["is_response_confirmed"]
    return " (response confirmed)" if is_confirmed else " (response not confirmed)"
