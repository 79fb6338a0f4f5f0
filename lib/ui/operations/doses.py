"""Doses: by prescriber, sessions beyond a recorded limit, and tablets dispensed against taken."""

from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.clinical.intervals import Share, say_share
from lib.clinical.operations.limits import LIMITS
from lib.clinical.operations.supply import LEFT_OVER, MORE_TAKEN, STATES
from lib.services import dosing_practice
from lib.services.dosing_practice import Balances, BeyondLimits
from lib.ui import display
from lib.ui.asking import ask_alike
from lib.ui.operations.counted import (
    Columns,
    find_few,
    read_chosen,
    say_dates,
    say_n,
    show_counts,
    show_people,
)
from lib.ui.operations.period import Period
from lib.ui.operations.prescribers import show_prescribed

_LIMITS = (
    "Of the {n} dosing sessions in this span. A ceiling is the patient's own, as recorded. In person: more than {days} days "
    "after the last evaluation; of sessions before it, or without one on record, nobody knows."
)
_TABLETS = (
    "Tablets × strength against the doses taken since the first dispensing, of whoever got tablets or took a dose in this span. "
    "A difference has plain reasons too: a lost tablet, a session that nobody recorded."
)
_LIMIT_COLUMNS: Columns = MappingProxyType(
    {
        "Limit": (190, None),
        "Over": (200, "Of sessions of which it is known; share with its 95 % interval"),
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
    show_prescribed(ask_alike(dosing_practice.read_prescribed, *period.asked))
    _show_limits(ask_alike(dosing_practice.read_beyond_limits, *period.asked))
    _show_tablets(ask_alike(dosing_practice.read_balances, *period.asked))


def _show_limits(found: BeyondLimits) -> None:
    st.header("Sessions beyond a recorded limit", anchor=False)
    n = say_n(found.n_sessions, found.policy)
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
    few = find_few(found.counts[["n_over", "n_within", "n_unknown"]].to_numpy().tolist(), found.policy)
    alt = "Sessions beyond a recorded limit"
    show_counts(said, _LIMIT_COLUMNS, key="limits", alt=alt, opens=("limit", LIMITS), few=few)
    at = read_chosen("limit", LIMITS)
    if at is not None:
        own = found.rows[found.rows["limit"] == LIMITS[at]]
        words = {
            "Session": say_dates(own["on"]),
            "Taken": [f"{mg:g} mg" for mg in own["dose_mg"]],
            "Ceiling": ["none" if pd.isna(mg) else f"{mg:g} mg" for mg in own["ceiling_mg"]],
            "Evaluated in person": say_dates(own["evaluated_on"], "not by then"),
        }
        show_people(f"{_NAMES[LIMITS[at]]}, sessions", own, words, key="limit-people")


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
    few = find_few([[int(n)] for n in found.counts["n_patients"]], found.policy)
    alt = "Tablets dispensed and taken"
    show_counts(said, _TABLET_COLUMNS, key="tablets", alt=alt, opens=("tablets", slugs), few=few)
    at = read_chosen("tablets", slugs)
    if at is not None:
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
