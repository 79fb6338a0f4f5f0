"""The tables of dosing next: one row a session, by date, with what is open for the patient; unknown is said as unknown."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.services.dosing_next import PLANNED, DosingNext
from lib.ui import display, opening, wording
from lib.ui.columns import shared_columns, text_column
from lib.ui.filters import Filters
from lib.ui.wording import is_known

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HEADINGS = {
    "when": (
        "When",
        128,
        "Planned, as it is recorded; or the last session and the ordered interval added up",
    ),
    "item_9": (
        "Item 9",
        104,
        "The open flag; without one, the answer on the latest PHQ-9, which is no risk assessment",
    ),
    "pressure": (
        "Blood pressure",
        96,
        "The open flag; without one, mmHg before the dose of the last session",
    ),
    "adverse": (
        "Adverse events",
        110,
        "The open flags on safety; and what was recorded since the last session",
    ),
    "medicines": (
        "New sedative",
        106,
        "Medicines begun since the last session, and benzodiazepines that go on",
    ),
    "supervisor": ("Supervisor", 78, "At the last session"),
    "age": ("Scored", 58, "How long ago the last valid PHQ-9 or GAD-7 was"),
    "decision": ("Decision", 100, "The last signed decision"),
}


def show_title(found: DosingNext) -> None:
    """What the list is, and what it is not."""
    day = wording.say_date(found.as_of)
    display.show_title(
        "Dosing next",
        f"Dosing sessions that lie ahead as of {day}, by date, with what is open for each patient. A record without a "
        "warning is not a clearance: whoever doses decides.",
    )


def show_next(found: DosingNext, rows: pd.DataFrame, filters: Filters) -> None:
    """Sessions ahead, and under them those of which nobody recorded what became of them."""
    ahead, past = rows[~rows["is_past"]], rows[rows["is_past"]].iloc[::-1]
    if ahead.empty:
        which = "" if filters.is_empty else " that these filters let pass"
        day = wording.say_date(found.as_of)
        display.show_empty(
            f"No session{which} is planned on or after {day}, and none is due by an ordered interval."
        )
    else:
        _show_page(ahead)
    if len(past):
        display.heading_row(f"Past, and nothing recorded since ({len(past):,})")
        _show_rows(past, key="past-sessions", most_rows=6)


def _show_page(rows: pd.DataFrame) -> None:
    place = st.container()
    page = display.choose_page(len(rows), "sessions")
    with place:
        _show_rows(rows.iloc[page], key="next-sessions")


def _show_rows(rows: pd.DataFrame, *, key: str, most_rows: int | None = None) -> None:
    listed = rows.to_dict("records")
    columns: dict[str, Any] = {
        "open": opening.open_column([f"patient-{row['patient_key']}" for row in listed]),
        **shared_columns("who"),
        **{name: text_column(*heading) for name, heading in _HEADINGS.items()},
    }
    said = pd.DataFrame([describe_row(row) for row in listed])
    alt = f"Dosing sessions by date: {len(rows)}, with what is open for each patient"
    display.show_table(said, columns, key=key, alt=alt, row_height=display.WRAPPED, most_rows=most_rows)


def describe_row(row: dict[Any, Any]) -> dict[str, str]:
    """The cells of one session. row: of DosingNext."""
    return {
        "open": opening.OPEN,
        "who": wording.say_who(row),
        "when": _say_when(row),
        "item_9": _say_item_9(row),
        "pressure": _say_pressure(row),
        "adverse": _say_adverse(row),
        "medicines": _say_medicines(row),
        "supervisor": _say_yes_no(row["supervisor_present"], "present", "absent") + _of_last(row),
        "age": wording.say_ago(row["days_since_score"], "no score"),
        "decision": _say_decision(row),
    }


def _say_when(row: dict[Any, Any]) -> str:
    day = f"{_WEEKDAYS[row['on'].weekday()]} {wording.say_date(row['on'])}"
    if row["basis"] == PLANNED:
        second = row["second"]
        at = f" {int(second) // 3600:02d}:{int(second) % 3600 // 60:02d}" if is_known(second) else ""
        return f"{day}{at}, planned"
    last = wording.say_short_date(row["last_on"])
    return f"{day}, not planned: session of {last} + {row['interval_days']:g} days as ordered"


def _say_item_9(row: dict[Any, Any]) -> str:
    waits = f"; {wording.count(row['n_unreadable'], 'form')} unreadable" if row["n_unreadable"] else ""
    if is_known(row["item_9_flag"]):
        return f"OPEN: {row['item_9_flag']}{waits}"
    if not is_known(row["item_9_on"]):
        return f"no PHQ-9 recorded{waits}"
    on = wording.say_date(row["item_9_on"])
    if is_known(row["item_9"]):
        return f"{row['item_9']} on {on}{_say_closed(row)}{waits}"
    return f"{'not answered' if row['has_items'] else 'not collected'} on {on}{waits}"


def _say_closed(row: dict[Any, Any]) -> str:
    """What a form without an open flag stands under. Persisting: nobody has closed it, it adds to an earlier closing."""
    if not row["item_9"]:
        return " (not a risk assessment)"
    if is_known(row["persisting"]):
        return f", not closed: {row['persisting']}"
    return ", closed by a named person"


def _say_pressure(row: dict[Any, Any]) -> str:
    if is_known(row["pressure_flag"]):
        return f"OPEN: {row['pressure_flag']}"
    values = [row[f"{kind}_pre_mmhg"] for kind in ("sbp", "dbp")]
    if not any(map(is_known, values)):
        return f"not recorded{_of_last(row)}"
    return "/".join(f"{value:g}" if is_known(value) else "?" for value in values) + _of_last(row)


def _say_adverse(row: dict[Any, Any]) -> str:
    flags = [row[name] for name in ("adverse_flag", "other_flags") if is_known(row[name])]
    open_flags = [f"OPEN: {'; '.join(flags)}"] if flags else []
    if is_known(row["adverse_events"]):
        return ". ".join([*open_flags, str(row["adverse_events"])])
    asked = _say_yes_no(row["ae_asked"], "asked", "not asked", "whether asked is not recorded")
    return ". ".join(
        [*open_flags, f"none recorded, {asked}" if is_known(row["last_on"]) else "no session yet"]
    )


def _say_medicines(row: dict[Any, Any]) -> str:
    new = f"new: {row['new_medicines']}" if is_known(row["new_medicines"]) else "none recorded as new"
    return f"{new}; goes on: {row['sedatives']}" if is_known(row["sedatives"]) else new


def _say_decision(row: dict[Any, Any]) -> str:
    if not is_known(row["decision"]):
        return "none signed"
    review_by = f", review by {wording.say_date(row['review_by'])}"
    return f"{row['decision'].replace('_', ' ')}, {wording.say_date(row['decided_on'])} by {row['signer']}{review_by}"


def _of_last(row: dict[Any, Any]) -> str:
    return f", {wording.say_short_date(row['last_on'])}" if is_known(row["last_on"]) else ", no session yet"


def _say_yes_no(value: Any, yes: str, no: str, unknown: str = "not recorded") -> str:
    if not is_known(value):
        return unknown
    return yes if value else no
