"""Adverse events and severe hypertension by month, and the sessions behind a month."""

from functools import partial
from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st

from lib.charts.clinic.rates import MonthOfSessions, RateChart, describe_rate_chart, plot_rate_chart
from lib.charts.theme import Theme
from lib.clinical.intervals import Share, say_share
from lib.services import session_practice
from lib.services.session_practice import SessionSafety
from lib.ui import display, wording
from lib.ui.asking import ask_alike
from lib.ui.operations.counted import (
    Columns,
    find_few,
    find_few_and_sums,
    read_chosen,
    say_dates,
    show_counts,
    show_figure,
    show_people,
)
from lib.ui.operations.period import Period

_ABOUT = (
    "Adverse events per 100 sessions at which somebody asked for them; of the others nobody knows. Severe hypertension: any "
    "reading of {systolic}/{diastolic} mmHg or more, of sessions with a pressure on record. A pressure before the dose alone "
    "says nothing of the time after it. {since} to {on}: the first and the last month may be parts."
)
_COLUMNS: Columns = MappingProxyType(
    {
        "Month": (62, None),
        "Sessions": (58, "Dosing sessions that count"),
        "Asked": (86, "Sessions at which adverse events were asked for"),
        "Events": (52, "Adverse events that belong to a session that was asked about"),
        "Per 100": (68, "Events per 100 sessions that were asked about"),
        "Not asked": (70, "Events of the other sessions; in no rate"),
        "Pressure": (86, "Sessions with a pressure on record"),
        "After it": (62, "Of them with one taken after the dose"),
        "Severe": (120, "Of sessions with a pressure on record; share with its 95 % interval"),
    }
)

_NAMES = MappingProxyType({"n_events": "Adverse events", "n_severe": "Severe hypertension"})
_RATES = (
    ("events", "n_events", "n_asked", "in which they were asked for"),
    ("severe", "n_severe", "n_pressure", "with a pressure on record"),
)


def show_safety(period: Period) -> None:
    found: SessionSafety = ask_alike(session_practice.read_session_safety, *period.asked)
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
    for name, what, of, known in _RATES:
        show_figure(found, name, partial(_draw, found, what, of, known))
    said = pd.DataFrame([_say_month(row) for row in found.months.to_dict("records")])
    slugs = [f"{month:%Y-%m}" for month in found.months["month"]]
    alt = "Adverse events and severe hypertension by month"
    few = find_few([_part(row) for row in found.months.to_dict("records")], found.policy)
    opens = ("month", slugs)
    show_counts(said, _COLUMNS, key="safety", alt=alt, opens=opens, few=few, is_wrapped=True)
    at = read_chosen("month", slugs)
    if at is not None:
        _show_sessions(found, at)


def _draw(found: SessionSafety, what: str, of: str, known: str, theme: Theme) -> tuple[Any, str]:
    """A month whose events, or the sessions of which they are told, are few is not told."""
    counts = [
        (int(n), int(n_sessions)) for n, n_sessions in zip(found.months[what], found.months[of], strict=True)
    ]
    few, has_sums = find_few_and_sums(counts, found.policy)
    months = [
        MonthOfSessions(on.date(), *((None, None) if is_few else pair))
        for on, pair, is_few in zip(found.months["month"], counts, few, strict=True)
    ]
    n_events, n_sessions = (sum(column) for column in zip(*counts, strict=True))
    data = RateChart(_NAMES[what], months, (n_events, n_sessions) if has_sums else None, known)
    return plot_rate_chart(data, theme), describe_rate_chart(data)


def _part(row: dict) -> list[int]:
    """What a month's sessions fall into, and what came of them."""
    n, n_asked, n_pressure = (int(row[name]) for name in ("n_sessions", "n_asked", "n_pressure"))
    n_events, n_unasked, n_severe = (int(row[name]) for name in ("n_events", "n_events_unasked", "n_severe"))
    return [n_asked, n - n_asked, n_pressure - n_severe, n_severe, n - n_pressure, n_events, n_unasked]


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
        "Not asked": f"{row['n_events_unasked']:,}",
        "Pressure": _say_part(n_pressure, n),
        "After it": f"{row['n_after']:,}",
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
