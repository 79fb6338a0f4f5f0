"""The clinic's own process measures over its dosing sessions, with what nobody wrote down beside each share."""

from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.clinical.intervals import Share, say_share
from lib.clinical.operations.process import MEASURES
from lib.services import session_practice
from lib.services.session_practice import ProcessMeasures
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

_ABOUT = (
    "Over the {n} dosing sessions that count in this span. Not recorded is neither yes nor no, and stays in the denominator: a "
    "share can only be too low. Integration is asked for day {low} to {high} after a session, once those days are over."
)
_COLUMNS: Columns = MappingProxyType(
    {
        "Measure": (130, None),
        "Counts as yes": (150, None),
        "Yes": (150, "Of all sessions that can be judged; share with its 95 % interval"),
        "No": (44, "Recorded as not so"),
        "Not recorded": (74, "It may have happened"),
        "Too early": (62, "The days after the session are not over; in no share"),
    }
)


def show_process(period: Period) -> None:
    found: ProcessMeasures = ask_alike(session_practice.read_process, *period.asked)
    window = found.policy.integration_missed
    st.header("Process measures", anchor=False)
    n = say_n(found.n_sessions, found.policy)
    st.caption(_ABOUT.format(n=n, low=window.from_day, high=window.to_day))
    if not found.n_sessions:
        display.show_empty("No dosing session was taken in this span.")
        return
    said = pd.DataFrame([_say_measure(row) for row in found.counts.to_dict("records")])
    slugs = found.counts["measure"].tolist()
    names = ["n_yes", "n_no", "n_unknown", "n_too_new"]
    few, opens = find_few(found.counts[names].to_numpy().tolist(), found.policy), ("measure", slugs)
    alt = "Process measures"
    show_counts(said, _COLUMNS, key="process", alt=alt, opens=opens, few=few, n_names=2, is_wrapped=True)
    st.caption(
        "How soon item 9 alerts were seen, and the days from a flag to its decision, stand under Reviews."
    )
    at = read_chosen("measure", slugs)
    if at is not None:
        chosen = slugs[at]
        own = found.rows[found.rows["measure"] == chosen]
        words = {"Session": say_dates(own["on"]), "Stands": own["state"]}
        show_people(f"{MEASURES[chosen][0]}, sessions without a yes", own, words, key="process-people")


def _say_measure(row: dict) -> dict[str, str]:
    title, counts_as_yes = MEASURES[row["measure"]]
    return {
        "Measure": title,
        "Counts as yes": counts_as_yes,
        "Yes": say_share(Share(int(row["n_yes"]), int(row["n_sessions"]))),
        "No": f"{row['n_no']:,}" if row["measure"] == "supervisor" else "–",
        "Not recorded": f"{row['n_unknown']:,}",
        "Too early": f"{row['n_too_new']:,}",
    }
