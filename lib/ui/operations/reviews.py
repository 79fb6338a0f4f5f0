"""The review queue as a whole: how old what is open is, how soon urgent flags were seen, and how long decisions took."""

from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.clinical.intervals import Share, say_share
from lib.clinical.operations.acknowledging import IN_TIME, LATE, NEVER, TOO_NEW
from lib.clinical.operations.ageing import AGE_LABELS
from lib.clinical.rules.catalogue import SEVERITIES
from lib.services import operations, queue_ageing
from lib.services.operations import Decided
from lib.services.queue_ageing import CRITICAL_FLAGS, ITEM_9_ALERTS, URGENT, QueueAgeing
from lib.ui import address, display, wording
from lib.ui.asking import ask
from lib.ui.operations.counted import Columns, say_dates, show_counts, show_people
from lib.ui.operations.period import Period

_AGES = "Open flags of {on}, snoozed ones too, by the days since the record that each goes back to."
_URGENT = (
    "What became critical, and every item 9 alert, since {since}, from the moment at which this product knew. Seen: anybody's "
    "look, attempt to reach the patient, taking over or closing. In time: within {hours} h."
)
_OUTCOMES = "Meeting the target does not show that the change caused it."
_ITEM_9 = "Alerts are not risk assessments, and an alert that was seen is not one that was acted upon."
_NAMES = MappingProxyType({CRITICAL_FLAGS: "Critical flags", ITEM_9_ALERTS: "Item 9 alerts"})
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Three hours a column: 24 columns of small numbers say less.
_BLOCK = 3
_URGENT_COLUMNS: Columns = MappingProxyType(
    {
        "Flags": (120, None),
        "Seen in time": (
            190,
            "Of those whose limit has passed, or that were seen; share with its 95 % interval",
        ),
        "Seen later": (90, None),
        "Not seen": (90, "Open and unseen, or ended without a look"),
        "Too new": (80, "Their limit has not passed, and nobody has looked yet; in no share"),
        "Hours to the look": (190, "Of those that were seen"),
    }
)


def show_reviews(period: Period) -> None:
    found: QueueAgeing = ask(queue_ageing.read_queue_ageing, *period.asked)
    _show_ages(found)
    _show_urgent(found)
    _show_hours(found)
    _show_decisions(ask(operations.read_decided, *period.asked))


def _show_ages(found: QueueAgeing) -> None:
    st.header(f"Open flags ({found.ages['n'].sum():,})", anchor=False)
    st.caption(_AGES.format(on=wording.say_date(found.as_of)))
    if found.ages.empty:
        display.show_empty("No flag is open.")
        return
    n_of = {(row["age"], row["severity"]): int(row["n"]) for row in found.ages.to_dict("records")}
    severities = range(len(SEVERITIES) - 1, -1, -1)
    rows = [
        {
            "Age": label,
            **{SEVERITIES[code].capitalize(): f"{n_of.get((at, code), 0):,}" for code in severities},
        }
        for at, label in enumerate(AGE_LABELS)
    ]
    columns: Columns = {heading: (140 if heading == "Age" else 86, None) for heading in rows[0]}
    slugs = [str(at) for at in range(len(AGE_LABELS))]
    show_counts(
        pd.DataFrame(rows), columns, key="ages", alt="Open flags by age and severity", opens=("age", slugs)
    )
    at = address.read_number("age")
    if at is not None and at < len(AGE_LABELS):
        own = found.flags[found.flags["age"] == at]
        said = {
            "Flag": own["label"],
            "Severity": own["severity"],
            "Since": say_dates(own["since"]),
            "Days": [f"{days:,}" for days in own["age_days"]],
        }
        show_people(f"Open flags, {AGE_LABELS[at]}", own, said, key="age-people")


def _show_urgent(found: QueueAgeing) -> None:
    st.header("Urgent flags", anchor=False)
    st.caption(_URGENT.format(since=wording.say_date(found.since), hours=found.limit_hours))
    said = pd.DataFrame([_say_urgent(found, kind) for kind in URGENT])
    slugs = [kind.replace(" ", "-") for kind in URGENT]
    alt = "How soon urgent flags were seen"
    show_counts(said, _URGENT_COLUMNS, key="urgent", alt=alt, opens=("urgent", slugs))
    st.caption(_ITEM_9)
    chosen = address.read("urgent")
    if chosen in slugs:
        is_own = found.urgent["is_critical" if chosen == slugs[0] else "is_item_9"]
        own = found.urgent[is_own.astype(bool)]
        words = {
            "Flag": own["label"],
            "Severity": own["severity"],
            "Raised": [wording.say_instant(second) for second in own["opened_at"]],
            "Waited": [f"{hours:,.1f} h" for hours in own["waited_hours"]],
            "Seen": own["state"],
        }
        show_people(
            f"{_NAMES[URGENT[slugs.index(chosen)]]}, with those of before that nobody has seen",
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


def _show_hours(found: QueueAgeing) -> None:
    """Weekday by hour, on the clinics' clocks."""
    st.subheader("When those were raised that nobody saw in time", anchor=False)
    if not found.hours["n_waited"].sum():
        st.caption("None: nothing urgent of this span waited longer.")
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


def _say_block(at: int) -> str:
    return f"{at * _BLOCK}–{(at + 1) * _BLOCK} h"


def _say_cell(counts: tuple[int, int] | None) -> str:
    return f"{counts[0]} / {counts[1]}" if counts else "–"


def _show_decisions(decided: Decided) -> None:
    """How long decisions took, and how their loops stand."""
    st.header(f"Decisions ({decided.n_decisions})", anchor=False)
    if not decided.n_decisions:
        st.caption("No decision was signed in this span.")
        return
    st.markdown(_say_waits(decided))
    words = sorted(decided.outcomes.items(), key=lambda one: (-one[1], one[0]))
    rows = [{"Outcome": word, "Decisions": say_share(Share(n, decided.n_decisions))} for word, n in words]
    columns: Columns = {"Outcome": (200, None), "Decisions": (240, None)}
    slugs = [word for word, _ in words]
    show_counts(
        pd.DataFrame(rows),
        columns,
        key="outcomes-table",
        alt="Outcomes of decisions",
        opens=("outcome", slugs),
    )
    st.caption(_OUTCOMES)
    if address.read("outcome") in slugs:
        own = decided.signed[decided.signed["outcome"] == address.read("outcome")]
        said = {
            "Signed": say_dates(own["signed_on"]),
            "By": own["signer"],
            "Waited": [wording.say_days(days, "no flag") for days in own["waited"]],
        }
        show_people(display.escape(f"Decisions, {address.read('outcome')}"), own, said, key="outcome-people")


def _say_waits(decided: Decided) -> str:
    quartiles, n = decided.wait_quartiles, len(decided.waits)
    if quartiles is None:
        return "None of them answered an open flag of medium severity or more."
    low, median, high = quartiles
    of = wording.count(decided.n_decisions, "decision")
    return (
        f"From the first flag to the decision: median **{median:.0f} days**, middle half {low:.0f}–{high:.0f}. {n} of {of} "
        "answered an open flag of medium severity or more."
    )
