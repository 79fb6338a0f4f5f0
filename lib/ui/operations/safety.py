"""Adverse events and severe hypertension by month, and the sessions behind a month."""

from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.clinical.intervals import Share, say_share
from lib.services import session_practice
from lib.services.session_practice import SessionSafety
from lib.ui import address, display, wording
from lib.ui.asking import ask
from lib.ui.operations.counted import Columns, say_dates, show_counts, show_people
from lib.ui.operations.period import Period

_ABOUT = (
    "Adverse events per 100 sessions at which somebody asked for them; of the others nobody knows. Severe hypertension: any "
    "reading of {systolic}/{diastolic} mmHg or more, of sessions with a pressure on record. A pressure before the dose alone "
    "says nothing of the time after it. {since} to {on}: the first and the last month may be parts."
)
_COLUMNS: Columns = MappingProxyType(
    {
        "Month": (86, None),
        "Sessions": (72, "Dosing sessions that count"),
        "Asked": (150, "Sessions at which adverse events were asked for"),
        "Events": (60, "Adverse events that belong to a session that was asked about"),
        "Per 100": (70, "Events per 100 sessions that were asked about"),
        "Not asked, but recorded": (120, "Events of other sessions; in no rate"),
        "Pressure recorded": (150, "Sessions with a pressure on record"),
        "After the dose": (100, "Of them with one taken after the dose"),
        "Severe": (190, "Of sessions with a pressure on record; share with its 95 % interval"),
    }
)


def show_safety(period: Period) -> None:
    found: SessionSafety = ask(session_practice.read_session_safety, *period.asked)
    limits, days = found.policy.blood_pressure, (found.since, found.as_of)
    st.header("Adverse events and severe hypertension", anchor=False)
    since, on = (wording.say_date(day) for day in days)
    st.caption(
        _ABOUT.format(
            systolic=limits.critical_systolic, diastolic=limits.critical_diastolic, since=since, on=on
        )
    )
    if not found.months["n_sessions"].sum():
        display.show_empty("No dosing session was taken in this span.")
        return
    said = pd.DataFrame([_say_month(row) for row in found.months.to_dict("records")])
    slugs = [f"{month:%Y-%m}" for month in found.months["month"]]
    alt = "Adverse events and severe hypertension by month"
    show_counts(said, _COLUMNS, key="safety", alt=alt, opens=("month", slugs))
    if address.read("month") in slugs:
        _show_sessions(found, slugs.index(address.read("month")))


def _say_month(row: dict) -> dict[str, str]:
    n, n_asked, n_events, n_pressure = (
        int(row[name]) for name in ("n_sessions", "n_asked", "n_events", "n_pressure")
    )
    return {
        "Month": f"{row['month']:%b %Y}",
        "Sessions": f"{n:,}",
        "Asked": _say_part(n_asked, n),
        "Events": f"{n_events:,}" if n_asked else "–",
        "Per 100": f"{100 * n_events / n_asked:.1f}" if n_asked else "unknown",
        "Not asked, but recorded": f"{row['n_events_unasked']:,}",
        "Pressure recorded": _say_part(n_pressure, n),
        "After the dose": f"{row['n_after']:,}",
        "Severe": say_share(Share(int(row["n_severe"]), n_pressure)) if n_pressure else "unknown",
    }


def _say_part(n: int, total: int) -> str:
    return f"{n:,} of {total:,}, {100 * n / total:.0f}{wording.NB}%" if total else "–"


def _show_sessions(found: SessionSafety, at: int) -> None:
    month = found.months["month"].iloc[at]
    own = found.rows[found.rows["month"] == month]
    said = {
        "Session": say_dates(own["on"]),
        "Events": [str(n) for n in own["n_events"]],
        "Asked": own["is_asked"].map({True: "yes", False: "no or not recorded"}),
        "Severe": own["is_severe"].map({True: "yes", False: "–"}),
        "mmHg before, 40, 120 min": own["pressures"],
    }
    show_people(
        f"Sessions of {month:%B %Y} with an event or a severe reading", own, said, key="safety-people"
    )
