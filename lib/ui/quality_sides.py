"""Two identities side by side: what is said of each, and both histories with their counts and spans."""

import pandas as pd
import streamlit as st

from lib.services.duplicates import Side
from lib.ui import display, wording
from lib.ui.columns import text_column
from lib.ui.display import escape

_UNKNOWN = "not recorded"
_ABOUT = {
    "initials": "Initials",
    "birth_date": "Birth date",
    "birth_year": "Birth year",
    "sex": "Sex",
    "clinician_id": "Clinician",
    "died_on": "Died",
}
_DAYS = ("birth_date", "died_on")


def show_sides(first: Side, second: Side) -> None:
    """What is the same, what differs, and both histories with their spans."""
    facts = {"Clinic": (first.clinic_id, second.clinic_id)}
    for name, word in _ABOUT.items():
        facts[word] = (_say_about(first, name), _say_about(second, name))
    for kind in dict.fromkeys((*first.records, *second.records)):
        word = kind.replace("_", " ").capitalize()
        facts[word] = (_say_records(first, kind), _say_records(second, kind))
    said = pd.DataFrame(
        {
            "What": list(facts),
            first.patient_id: [one for one, _ in facts.values()],
            f"{second.patient_id} ": [other for _, other in facts.values()],
            "": [_compare(what, *both) for what, both in facts.items()],
        }
    )
    widths = dict(zip(said.columns, (140, 260, 260, 66), strict=True))
    columns = {name: text_column(name, width) for name, width in widths.items()}
    display.show_table(said, columns, key="pair-sides", alt="Both identities side by side")
    for side in (first, second):
        st.caption(escape(f"Open flags of {side.patient_id}: {'; '.join(side.flags) or 'none'}"))


def _compare(what: str, one: str, other: str) -> str:
    """Of what is said of a person; histories are compared by whoever reads them."""
    if what not in ("Clinic", *_ABOUT.values()) or _UNKNOWN in (one, other):
        return ""
    return "same" if one == other else "differs"


def _say_about(side: Side, name: str) -> str:
    value = side.about.get(name)
    if value is None:
        return _UNKNOWN
    if name in _DAYS:
        return wording.say_date(wording.day_of(value))
    return f"{int(value)}" if name == "birth_year" else str(value)


def _say_records(side: Side, kind: str) -> str:
    n, first, last = side.records.get(kind, (0, None, None))
    if first is None or last is None:
        return f"{n:,}" if n else "none"
    days = [wording.say_date(wording.day_of(day)) for day in (first, last)]
    return f"{n:,}: {days[0] if days[0] == days[1] else ' – '.join(days)}"
