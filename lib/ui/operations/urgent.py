"""How soon somebody looked at urgent flags, and when those were raised that nobody saw in time."""

from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.clinical.intervals import Share, say_share
from lib.clinical.operations.acknowledging import IN_TIME, LATE, NEVER, STATES, TOO_NEW
from lib.services.queue_ageing import CRITICAL_FLAGS, ITEM_9_ALERTS, URGENT, QueueAgeing
from lib.ui import access, wording
from lib.ui.operations.counted import Columns, find_few, read_chosen, show_counts, show_people

_URGENT = (
    "What became critical, and every item 9 alert, since {since}, from the moment at which this product knew. Seen: anybody's "
    "look, attempt to reach the patient, taking over or closing. In time: within {hours} h."
)
_ITEM_9 = "Alerts are not risk assessments, and an alert that was seen is not one that was acted upon."
_NAMES = MappingProxyType({CRITICAL_FLAGS: "Critical flags", ITEM_9_ALERTS: "Item 9 alerts"})
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Three hours a column: 24 columns of small numbers say less.
_BLOCK = 3
_COLUMNS: Columns = MappingProxyType(
    {
        "Flags": (96, None),
        "Seen in time": (
            168,
            "Of those whose limit has passed, or that were seen; share with its 95 % interval",
        ),
        "Seen later": (70, None),
        "Not seen": (62, "Open and unseen, or ended without a look"),
        "Too new": (62, "Their limit has not passed, and nobody has looked yet; in no share"),
        "Hours to the look": (190, "Of those that were seen"),
    }
)


def show_urgent(found: QueueAgeing) -> None:
    st.header("Urgent flags", anchor=False)
    st.caption(
        _URGENT.format(since=wording.say_date(found.since), hours=found.policy.flag_life.escalate_after_hours)
    )
    said = pd.DataFrame([_say_urgent(found, kind) for kind in URGENT])
    slugs = [kind.replace(" ", "-") for kind in URGENT]
    alt = "How soon urgent flags were seen"
    parts = [[found.acknowledged[kind][state] for state in STATES] for kind in URGENT]
    few = find_few(parts, found.policy)
    show_counts(said, _COLUMNS, key="urgent", alt=alt, opens=("urgent", slugs), few=few)
    st.caption(_ITEM_9)
    at = read_chosen("urgent", slugs)
    if at is not None:
        is_own = found.urgent[("is_critical", "is_item_9")[at]]
        own = found.urgent[is_own.astype(bool)]
        words = {
            "Flag": own["label"],
            "Severity": own["severity"],
            "Raised": [wording.say_instant(second) for second in own["opened_at"]],
            "Waited": [f"{hours:,.1f} h" for hours in own["waited_hours"]],
            "Seen": own["state"],
        }
        show_people(
            f"{_NAMES[URGENT[at]]}, with those of before that nobody has seen",
            own,
            words,
            key="urgent-people",
        )


def _say_urgent(found: QueueAgeing, kind: str) -> dict[str, str]:
    n, quartiles = found.acknowledged[kind], found.seen_hours[kind]
    judged = n[IN_TIME] + n[LATE] + n[NEVER]
    return {
        "Flags": _NAMES[kind],
        "Seen in time": say_share(Share(n[IN_TIME], judged)),
        "Seen later": f"{n[LATE]:,}",
        "Not seen": f"{n[NEVER]:,}",
        "Too new": f"{n[TOO_NEW]:,}",
        "Hours to the look": "none seen"
        if quartiles is None
        else f"median {quartiles[1]:.1f}, middle half {quartiles[0]:.1f}–{quartiles[2]:.1f}",
    }


def show_hours(found: QueueAgeing) -> None:
    """Weekday by hour, on the clinics' clocks; its small counts are for whoever may see patients."""
    if not access.may_see_patients():
        return
    st.subheader("When those were raised that nobody saw in time", anchor=False)
    if not found.hours["n_waited"].sum():
        st.caption(_say_none(found))
        return
    hours = found.hours.assign(block=found.hours["hour"] // _BLOCK)
    sums = hours.groupby(["weekday", "block"])[["n_waited", "n_opened"]].sum()
    n_of = {key: (int(row["n_waited"]), int(row["n_opened"])) for key, row in sums.iterrows()}
    rows = [
        {"Raised": day, **{_say_block(at): _say_cell(n_of.get((number, at))) for at in range(24 // _BLOCK)}}
        for number, day in enumerate(_WEEKDAYS)
    ]
    columns: Columns = {heading: (96 if heading == "Raised" else 70, None) for heading in rows[0]}
    show_counts(
        pd.DataFrame(rows), columns, key="hours", alt="Urgent flags not seen in time, by weekday and hour"
    )
    st.caption("Not seen in time / raised, by the clinic's own clock; – : none was raised.")


def _say_none(found: QueueAgeing) -> str:
    """Why no count stands there: nobody to count, nobody who can be counted yet, or nobody who waited longer."""
    n_judged, n_new = int(found.hours["n_opened"].sum()), int((found.urgent["state"] == TOO_NEW).sum())
    new = (
        f"{wording.count(n_new, 'urgent flag')} of this span {'is' if n_new == 1 else 'are'} too new to count"
    )
    if n_judged:
        none = f"None waited longer, of {wording.count(n_judged, 'urgent flag')} that can be counted."
        return f"{none} {new}." if n_new else none
    return f"Not known yet: {new}." if n_new else "Nothing urgent was raised in this span: nobody to count."


def _say_block(at: int) -> str:
    return f"{at * _BLOCK}–{(at + 1) * _BLOCK} h"


def _say_cell(counts: tuple[int, int] | None) -> str:
    return f"{counts[0]} / {counts[1]}" if counts else "–"
