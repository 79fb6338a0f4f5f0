"""Overdue: whose form is missing by the policy, with the calls since; and who came back after a call."""

from itertools import pairwise
from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.clinical.instruments import BY_CODE
from lib.clinical.intervals import Share, say_share
from lib.services import overdue
from lib.services.overdue import Overdue
from lib.ui import display, wording
from lib.ui.asking import ask_alike
from lib.ui.display import escape
from lib.ui.operations.counted import Columns, find_few, read_chosen, say_dates, show_counts, show_people
from lib.ui.operations.period import Period

_ABOUT = (
    "Today, of those in treatment where the clinic collects the form: without a valid one for more than {early} days ({late} "
    "once the course is older than {old} days). Called: a contact since the day on which it was due."
)
_RETURNS = (
    "The first call, from {since} on, to each patient at each time of being overdue for a PHQ-9. Came back: a valid PHQ-9 on the "
    "day of the call or within {days} days of it; it does not show that the call did it."
)
_OVERDUE: Columns = MappingProxyType(
    {
        "Form": (66, None),
        "Overdue": (200, "Of patients in treatment whose clinic collects the form"),
        "Called since": (200, "Of those who are overdue"),
        "Reached": (200, "At the last call, of those who were called"),
    }
)
_CAME_BACK: Columns = MappingProxyType(
    {
        "Outcome of the call": (200, None),
        "Came back": (
            240,
            "Of calls whose days are over, or after which a form came; share with its 95 % interval",
        ),
        "Too early to say": (120, "Their days are not over, and no form has come"),
    }
)


def show_overdue(period: Period) -> None:
    found: Overdue = ask_alike(overdue.read_overdue, *period.asked)
    _show_list(found)
    _show_returns(found)


def _show_list(found: Overdue) -> None:
    numbers = found.policy.no_recent_score
    st.header("Overdue for a form", anchor=False)
    st.caption(
        _ABOUT.format(early=numbers.after_days, late=numbers.later_after_days, old=numbers.later_from_day)
    )
    if not found.counts["n_treated"].sum():
        display.show_empty("Nobody is in treatment.")
        return
    said = pd.DataFrame([_say_form(row) for row in found.counts.to_dict("records")])
    slugs = [BY_CODE[code].name for code in found.counts["instrument"]]
    parts = [_part(row) for row in found.counts.to_dict("records")]
    few, opens = find_few(parts, found.policy), ("overdue", slugs)
    show_counts(said, _OVERDUE, key="overdue", alt="Who is overdue for a form", opens=opens, few=few)
    at = read_chosen("overdue", slugs)
    if at is not None:
        own = found.people[found.people["instrument"] == found.counts["instrument"].iloc[at]]
        words = {
            "Due since": say_dates(own["since"]),
            "Last form": say_dates(own["last_valid_on"], "none"),
            "Calls": [str(n) for n in own["n_calls"]],
            "Last call": say_dates(own["called_on"], "none"),
            "About": own["kind"],
            "Outcome": own["outcome"],
        }
        title = f"Overdue for a {escape(slugs[at])}, longest first"
        show_people(title, own, words, key="overdue-people")


def _part(row: dict) -> list[int]:
    """Not overdue, not called, not reached, reached."""
    n = [int(row[name]) for name in ("n_treated", "n_overdue", "n_called", "n_reached")]
    return [*(before - after for before, after in pairwise(n)), n[-1]]


def _say_form(row: dict) -> dict[str, str]:
    pairs = (("Overdue", "n_overdue", "n_treated"), ("Called since", "n_called", "n_overdue"))
    shares = {
        heading: say_share(Share(int(row[n]), int(row[total])))
        for heading, n, total in (*pairs, ("Reached", "n_reached", "n_called"))
    }
    return {"Form": BY_CODE[row["instrument"]].name, **shares}


def _show_returns(found: Overdue) -> None:
    st.header("Who came back after a call", anchor=False)
    since = wording.say_date(found.since)
    st.caption(_RETURNS.format(since=since, days=found.policy.operations.return_days))
    if found.returns.empty:
        st.caption("Nobody was called while overdue.")
        return
    rows = found.returns.to_dict("records")
    said = pd.DataFrame(
        {
            "Outcome of the call": str(row["outcome"]),
            "Came back": say_share(Share(int(row["n_returned"]), int(row["n_judged"]))),
            "Too early to say": f"{row['n_open']:,}",
        }
        for row in rows
    )
    outcomes = [str(row["outcome"]) for row in rows]
    parts = [
        [int(row[name]) for name in ("n_returned", "n_open")] + [int(row["n_judged"] - row["n_returned"])]
        for row in rows
    ]
    few, opens = find_few(parts, found.policy), ("call", outcomes)
    show_counts(said, _CAME_BACK, key="returns", alt="Returns after a call", opens=opens, few=few)
    at = read_chosen("call", outcomes)
    if at is not None:
        own = found.calls[found.calls["outcome"] == outcomes[at]]
        words = {
            "Due since": say_dates(own["since"]),
            "Called": say_dates(own["day"]),
            "About": own["kind"],
            "Came back": [
                wording.say_date(on, "no" if is_judged else "not yet")
                for on, is_judged in zip(own["returned_on"], own["is_judged"], strict=True)
            ],
        }
        show_people(f"Called, {escape(outcomes[at])}", own, words, key="call-people")
