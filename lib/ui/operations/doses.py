"""Doses by prescriber, sessions beyond a recorded limit, and tablets dispensed against taken."""

from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.clinical.intervals import Share, say_share
from lib.clinical.operations.limits import LIMITS
from lib.clinical.operations.supply import LEFT_OVER, MORE_TAKEN, STATES
from lib.services import dosing_practice
from lib.services.dosing_practice import Balances, BeyondLimits, Prescribed
from lib.ui import address, display, wording
from lib.ui.asking import ask
from lib.ui.display import escape
from lib.ui.operations.counted import Columns, say_dates, show_counts, show_people
from lib.ui.operations.period import Period

_PRESCRIBED = (
    "The last dose in this span of each patient, by whoever ordered it last, else by whose patient it is. In alphabetical order: "
    "patients differ, and a dose is chosen for a patient. The software proposes none."
)
_LIMITS = (
    "Of the {n} in this span. A ceiling is the patient's own, as recorded. In person: more than {days} days after the last "
    "evaluation; of sessions before it, or without one on record, nobody knows."
)
_TABLETS = (
    "Tablets × strength against the doses taken since the first dispensing, of whoever got tablets or took a dose in this span. "
    "A difference has plain reasons too: a lost tablet, a session that nobody recorded."
)
_PRESCRIBER_COLUMNS: Columns = MappingProxyType(
    {
        "Prescriber": (140, None),
        "Drug": (140, None),
        "Patients": (70, None),
        "mg": (200, "Median and middle half of the last dose taken"),
        "mg/kg": (220, "Of patients with a weight on record by then"),
        "No weight": (84, "Their mg/kg is unknown"),
    }
)
_LIMIT_COLUMNS: Columns = MappingProxyType(
    {
        "Limit": (200, None),
        "Over": (220, "Of sessions of which it is known; share with its 95 % interval"),
        "Within": (80, None),
        "Unknown": (80, "Nothing is on record to hold the session against"),
    }
)
_NAMES = MappingProxyType(
    {"ceiling": "The patient's dose ceiling", "in_person": "In-person evaluation overdue"}
)
_TABLET_COLUMNS: Columns = MappingProxyType(
    {
        "By the records": (250, None),
        "Patients": (70, None),
        "Tablets": (70, None),
        "Dispensed": (100, None),
        "Taken": (100, None),
    }
)


def show_doses(period: Period) -> None:
    _show_prescribed(ask(dosing_practice.read_prescribed, *period.asked))
    _show_limits(ask(dosing_practice.read_beyond_limits, *period.asked))
    _show_tablets(ask(dosing_practice.read_balances, *period.asked))


def _show_prescribed(found: Prescribed) -> None:
    st.header("Doses by prescriber", anchor=False)
    st.caption(_PRESCRIBED)
    if found.counts.empty:
        display.show_empty("No dose was taken in this span.")
        return
    rows = found.counts.to_dict("records")
    slugs = [f"{row['prescriber']}:{row['drug']}" for row in rows]
    said = pd.DataFrame([_say_prescriber(row) for row in rows])
    show_counts(
        said, _PRESCRIBER_COLUMNS, key="prescribers", alt="Doses by prescriber", opens=("prescriber", slugs)
    )
    chosen = address.read("prescriber")
    if chosen in slugs:
        row = rows[slugs.index(chosen)]
        is_own = (found.people["prescriber"] == row["prescriber"]) & (found.people["drug"] == row["drug"])
        own = found.people[is_own]
        words = {
            "Last dose": say_dates(own["on"]),
            "mg": [f"{mg:g}" for mg in own["dose_mg"]],
            "mg/kg": ["unknown" if pd.isna(kg) else f"{kg:.1f}" for kg in own["mg_per_kg"]],
        }
        show_people(f"Patients of {escape(row['prescriber'])}", own, words, key="prescriber-people")


def _say_prescriber(row: dict) -> dict[str, str]:
    n, n_weighed = int(row["n_patients"]), int(row["n_weighed"])
    kilo = _say_quartiles(row, "kg", ".1f")
    return {
        "Prescriber": row["prescriber"],
        "Drug": row["drug"],
        "Patients": f"{n:,}",
        "mg": _say_quartiles(row, "mg", ".0f"),
        "mg/kg": f"{kilo} (n {n_weighed})" if n_weighed else "unknown",
        "No weight": f"{n - n_weighed:,}",
    }


def _say_quartiles(row: dict, prefix: str, form: str) -> str:
    low, median, high = (format(row[f"{prefix}_{name}"], form) for name in ("low", "median", "high"))
    return f"{median}, {low}–{high}"


def _show_limits(found: BeyondLimits) -> None:
    st.header("Sessions beyond a recorded limit", anchor=False)
    n = wording.count(found.n_sessions, "dosing session")
    st.caption(_LIMITS.format(n=n, days=found.policy.in_person_due.after_days))
    said = pd.DataFrame(
        {
            "Limit": _NAMES[row["limit"]],
            "Over": say_share(Share(int(row["n_over"]), int(row["n_over"] + row["n_within"])))
            if row["n_over"] + row["n_within"]
            else "unknown of all",
            "Within": f"{row['n_within']:,}",
            "Unknown": f"{row['n_unknown']:,}",
        }
        for row in found.counts.to_dict("records")
    )
    alt = "Sessions beyond a recorded limit"
    show_counts(said, _LIMIT_COLUMNS, key="limits", alt=alt, opens=("limit", LIMITS))
    chosen = address.read("limit")
    if chosen in LIMITS:
        own = found.rows[found.rows["limit"] == chosen]
        words = {
            "Session": say_dates(own["on"]),
            "Taken": [f"{mg:g} mg" for mg in own["dose_mg"]],
            "Ceiling": ["none" if pd.isna(mg) else f"{mg:g} mg" for mg in own["ceiling_mg"]],
            "Evaluated in person": say_dates(own["evaluated_on"], "not by then"),
        }
        show_people(f"{_NAMES[chosen]}, sessions", own, words, key="limit-people")


def _show_tablets(found: Balances) -> None:
    st.header("Tablets dispensed and taken", anchor=False)
    st.caption(_TABLETS)
    if not found.counts["n_patients"].sum():
        display.show_empty("No tablets were dispensed to anybody of this span.")
        return
    said = pd.DataFrame(
        {
            "By the records": row["state"].capitalize(),
            "Patients": f"{row['n_patients']:,}",
            "Tablets": f"{row['tablets']:,.0f}",
            "Dispensed": "unknown" if pd.isna(row["dispensed_mg"]) else f"{row['dispensed_mg']:,.0f} mg",
            "Taken": f"{row['taken_mg']:,.0f} mg",
        }
        for row in found.counts.to_dict("records")
    )
    slugs = [str(at) for at in range(len(STATES))]
    alt = "Tablets dispensed and taken"
    show_counts(said, _TABLET_COLUMNS, key="tablets", alt=alt, opens=("tablets", slugs))
    at = address.read_number("tablets")
    if at is not None and at < len(STATES):
        _show_balances(found, STATES[at])


def _show_balances(found: Balances, state: str) -> None:
    own = found.people[found.people["state"] == state]
    if state == LEFT_OVER:
        own = own.sort_values("left_mg", ascending=False)
    words = {
        "First dispensed": say_dates(own["first_on"]),
        "Last dispensed": say_dates(own["last_on"]),
        "Tablets": [f"{n:g}" for n in own["tablets"]],
        "Dispensed": _say_mg(own["dispensed_mg"]),
        "Taken": _say_mg(own["taken_mg"]),
        "Missing" if state == MORE_TAKEN else "Left": _say_mg(own["left_mg"].abs()),
    }
    show_people(state.capitalize(), own, words, key="tablet-people")


def _say_mg(milligrams: "pd.Series[float]") -> list[str]:
    return ["unknown" if pd.isna(mg) else f"{mg:,.0f} mg" for mg in milligrams]
