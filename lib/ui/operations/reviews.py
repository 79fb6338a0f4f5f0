"""The review queue as a whole: how old what is open is, how soon urgent flags were seen, and how long decisions took."""

from typing import Any

import pandas as pd
import streamlit as st

from lib.charts.clinic.ageing import Ageing, Span, describe_ageing, plot_ageing
from lib.charts.theme import Theme
from lib.clinical.intervals import Share, say_share
from lib.clinical.operations.ageing import AGE_LABELS, AGES
from lib.clinical.rules.catalogue import MEDIUM, SEVERITIES
from lib.services import operations, queue_ageing
from lib.services.operations import Decided
from lib.services.queue_ageing import QueueAgeing
from lib.ui import display, wording
from lib.ui.asking import ask_alike, bring_up_to_date
from lib.ui.operations.counted import (
    Columns,
    find_few,
    read_chosen,
    say_dates,
    say_n,
    show_counts,
    show_figure,
    show_people,
)
from lib.ui.operations.period import Period
from lib.ui.operations.urgent import show_hours, show_urgent

_AGES = "Open flags of {on}, snoozed ones too, by the days since the record that each goes back to."
_OUTCOMES = "Meeting the target does not show that the change caused it."


def show_reviews(period: Period) -> None:
    bring_up_to_date()
    found: QueueAgeing = ask_alike(queue_ageing.read_queue_ageing, *period.asked)
    _show_ages(found)
    show_urgent(found)
    show_hours(found)
    _show_decisions(ask_alike(operations.read_decided, *period.asked))


def _show_ages(found: QueueAgeing) -> None:
    st.header(f"Open flags ({say_n(int(found.ages['n'].sum()), found.policy)})", anchor=False)
    st.caption(_AGES.format(on=wording.say_date(found.as_of)))
    if found.ages.empty:
        display.show_empty("No flag is open.")
        return
    n_of = {(row["age"], row["severity"]): int(row["n"]) for row in found.ages.to_dict("records")}
    severities = range(len(SEVERITIES) - 1, -1, -1)
    parts = [[n_of.get((at, code), 0) for code in severities] for at in range(len(AGES))]
    few = find_few(parts, found.policy)
    asked = [sum(n for n, code in zip(row, severities, strict=True) if code >= MEDIUM) for row in parts]
    # The figure tells sums of severities, and so also where some of them are few.
    if not any(find_few([[n] for n in asked], found.policy)):
        show_figure(found, "ageing", lambda theme: _draw(found, asked, theme))
    names = [SEVERITIES[code].capitalize() for code in severities]
    rows = [
        {"Age": label, **{name: f"{n:,}" for name, n in zip(names, row, strict=True)}}
        for label, row in zip(AGE_LABELS, parts, strict=True)
    ]
    columns: Columns = {heading: (140 if heading == "Age" else 86, None) for heading in rows[0]}
    slugs = [str(at) for at in range(len(AGES))]
    opens = ("age", slugs)
    alt = "Open flags by age and severity"
    show_counts(pd.DataFrame(rows), columns, key="ages", alt=alt, opens=opens, few=few)
    at = read_chosen("age", slugs)
    if at is not None:
        _show_flags(found, at)


def _draw(found: QueueAgeing, n_of_age: list[int], theme: Theme) -> tuple[Any, str]:
    """Flags that ask for a review, against the days within which a decision counts as an answer to one."""
    limit = found.policy.flag_yield.acted_within_days
    spans = [
        Span(label, n, low >= limit) for label, n, (low, _) in zip(AGE_LABELS, n_of_age, AGES, strict=True)
    ]
    data = Ageing("Flags of medium severity or more", spans, f"a decision within {limit} days")
    return plot_ageing(data, theme), describe_ageing(data)


def _show_flags(found: QueueAgeing, at: int) -> None:
    own = found.flags[found.flags["age"] == at]
    said = {
        "Flag": own["label"],
        "Severity": own["severity"],
        "Since": say_dates(own["since"]),
        "Days": own["age_days"],
    }
    show_people(f"Open flags, {AGE_LABELS[at]}", own, said, key="age-people")


def _show_decisions(decided: Decided) -> None:
    """How long decisions took, and how their loops stand."""
    st.header(f"Decisions ({say_n(decided.n_decisions, decided.policy)})", anchor=False)
    if not decided.n_decisions:
        st.caption("No decision was signed in this span.")
        return
    words = sorted(decided.outcomes.items(), key=lambda one: (-one[1], one[0]))
    few = find_few([[n] for _, n in words], decided.policy)
    n_waited = len(decided.waits)
    if not any(find_few([[n_waited, decided.n_decisions - n_waited]], decided.policy)):
        st.markdown(_say_waits(decided))
    rows = [{"Outcome": word, "Decisions": say_share(Share(n, decided.n_decisions))} for word, n in words]
    columns: Columns = {"Outcome": (200, None), "Decisions": (240, None)}
    slugs = [word for word, _ in words]
    alt, opens = "Outcomes of decisions", ("outcome", slugs)
    show_counts(pd.DataFrame(rows), columns, key="outcomes-table", alt=alt, opens=opens, few=few)
    st.caption(_OUTCOMES)
    at = read_chosen("outcome", slugs)
    if at is not None:
        own = decided.signed[decided.signed["outcome"] == slugs[at]]
        said = {
            "Signed": say_dates(own["signed_on"]),
            "By": own["signer"],
            "Waited": [wording.say_days(days, "no flag") for days in own["waited"]],
        }
        show_people(display.escape(f"Decisions, {slugs[at]}"), own, said, key="outcome-people")


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
