"""Numbers, days and unknowns in words: the same on every screen, each with its unit."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd

from lib.clinical import standing_words
from lib.clinical import wording as clinical
from lib.clinical.wording import say_day, say_signed

STANDING_LINE = standing_words.STANDING_LINE
ITEM_9_POSITIVE = standing_words.ITEM_9_POSITIVE
ITEM_9_ZERO = standing_words.ITEM_9_ZERO
SYNTHETIC = standing_words.SYNTHETIC
NB = clinical.NB
count = clinical.count

Row = Mapping[Any, Any]


def is_known(value: Any) -> bool:
    """Of one cell. What is not equal to itself is one of the ways to say "not recorded"; NA alone does not answer."""
    return value is not None and value is not pd.NA and bool(value == value)  # noqa: PLR0124


def say_days(value: Any, unknown: str) -> str:
    return f"{int(value):,}{NB}d" if is_known(value) else unknown


def say_ago(value: Any, unknown: str) -> str:
    return f"{say_days(value, unknown)} ago" if is_known(value) else unknown


def say_date(value: Any, unknown: str = "not recorded") -> str:
    return say_day(value) if is_known(value) else unknown


def say_scores(row: Row, prefix: str) -> str:
    """23 → 8, n 8, −15 (−65 %): baseline, latest, how many valid forms there are, change and percent change."""
    baseline, latest, n_forms = row[f"{prefix}_baseline"], row[f"{prefix}_latest"], row[f"{prefix}_n"]
    count = f"n{NB}{int(n_forms)}" if is_known(n_forms) else "no form"
    if not is_known(baseline) and not is_known(latest):
        return f"no baseline, {count}" if is_known(n_forms) else count
    first = str(int(baseline)) if is_known(baseline) else "no baseline"
    last = str(int(latest)) if is_known(latest) else "no score since"
    # A word that is longer than its narrow column is cut within: "no baseline → 1" once stood above the 3 of 13.
    before, after = (NB if is_known(total) else " " for total in (baseline, latest))
    said = [f"{first}{before}→{after}{last}", count]
    change, percent = row[f"{prefix}_change"], row[f"{prefix}_percent"]
    if is_known(change):
        share = f" ({say_signed(percent)}{NB}%)" if is_known(percent) else ""
        said.append(f"{say_signed(change)}{share}")
    return ", ".join(said)


def say_dose(row: Row) -> str:
    """300 mg (3.1 mg/kg), 6 sessions: the last dose taken."""
    n_sessions = int(row["n_dosing_sessions"]) if is_known(row["n_dosing_sessions"]) else 0
    count = f"{n_sessions}{NB}session{'' if n_sessions == 1 else 's'}"
    if not is_known(row["dose_mg"]):
        return "no dose taken"
    return f"{row['dose_mg']:g}{NB}mg {say_per_kg(row['dose_mg_per_kg'])}, {count}"


def say_per_kg(value: Any) -> str:
    return f"({value:.1f}{NB}mg/kg)" if is_known(value) else f"(no{NB}weight)"


def say_who(row: Row) -> str:
    """P-0114 · JM, hillcrest, dr-abebe: who, where, and with whom; where somebody has taken the flags, "owner Dr Cole". A
    death comes first: nobody is to call them."""
    who = row["patient_id"] if is_known(row["patient_id"]) and row["patient_id"] else "patient unknown"
    if is_known(row["initials"]):
        who = f"{who} · {row['initials']}"
    if is_known(row.get("died_on")):
        who = f"{who}, died on {say_day(day_of(row['died_on']))}"
    clinician = row["clinician_id"] if is_known(row["clinician_id"]) else "no clinician"
    with_whom = f"owner {row['owner']}" if row.get("owner") else clinician
    clinic = row["clinic_id"] if is_known(row["clinic_id"]) else "clinic unknown"
    return f"{who}, {clinic}, {with_whom}"


def say_instant(second: Any) -> str:
    """20 Nov 2026, 08:12 UTC, from seconds since 1970."""
    if not is_known(second):
        return "not recorded"
    moment = datetime.fromtimestamp(int(second), UTC)
    return f"{say_day(moment)}, {moment:%H:%M} UTC"


def day_of(number: Any) -> date:
    """The date, from days since 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=int(number))


def say_short_date(day: date) -> str:
    """20 Nov."""
    return say_day(day).rpartition(" ")[0]


def say_second(second: int) -> str:
    """20 Nov 2026, 08:12:31 UTC, from seconds since 1970."""
    moment = datetime.fromtimestamp(int(second), UTC)
    return f"{say_day(moment)}, {moment:%H:%M:%S} UTC"


def say_what_vanishes(*, is_demo: bool) -> str:
    """Beside what is typed or signed; begins with a space. "" but on the demo."""
    return " Made-up clinic: what is entered here vanishes when the demo is built again." if is_demo else ""
