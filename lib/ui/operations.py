"""The page Operations: what became of flags, how long decisions took, and what was recorded after them, each with its people."""

from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from lib.clinical.intervals import Share, say_share
from lib.clinical.status import dates
from lib.services.operations import Operations
from lib.ui import address, caseload, display, opening, wording
from lib.ui.columns import text_column
from lib.ui.display import escape

_FLAGS = (
    "Replayed from the records with the policy in force: what would have fired, on scores alone. Confirmed: a form a week later "
    "or more met the rule too. Acted upon: a decision was signed within {acted} days. Improved: of those acted upon and measured "
    "afterwards, a total in the next {improved} days lower by the reliable change; it does not show that the decision did it."
)
_OUTCOMES = "Meeting the target does not show that the change caused it."
COLUMNS = MappingProxyType(
    {
        "Rule": (190, None),
        "Fired": (60, "Times that the rule began to hold"),
        "Confirmed": (150, "Of those that fired; share with its 95 % interval"),
        "Acted upon": (150, "Of those that fired"),
        "Improved": (150, "Of those acted upon and measured afterwards"),
    }
)


def take_operations() -> Operations:
    operations = caseload.read_operations()
    since = wording.say_date(operations.since)
    display.show_title(
        "Operations", f"{since} to {wording.say_date(operations.as_of)}, all counts with their denominators."
    )
    return operations


def show_yield(operations: Operations) -> None:
    """One row a rule; the chosen one with its people under it."""
    st.header("What became of flags", anchor=False)
    numbers = operations.policy.flag_yield
    st.caption(_FLAGS.format(acted=numbers.acted_within_days, improved=numbers.improved_within_days))
    rows = operations.yields
    if rows.empty:
        display.show_empty("No rule on scores began to hold in this span.")
        return
    said = pd.DataFrame([_say_rule(row) for row in rows.to_dict("records")])
    columns: dict[str, Any] = {heading: text_column(heading, *about) for heading, about in COLUMNS.items()}
    columns["People"] = opening.choice_column("rule", rows["rule"].tolist())
    said["People"] = opening.READ
    alt = f"What became of flags: {len(rows)} rules"
    display.show_table(said, columns, key="yield-table", alt=alt)
    _show_people(operations)


def _say_rule(row: dict[Any, Any]) -> dict[str, str]:
    fired = int(row["n_fired"])
    return {
        "Rule": row["label"],
        "Fired": f"{fired:,}",
        "Confirmed": say_share(Share(int(row["n_confirmed"]), fired)),
        "Acted upon": say_share(Share(int(row["n_acted"]), fired)),
        "Improved": say_share(Share(int(row["n_improved"]), int(row["n_measured"])))
        if row["n_measured"]
        else "none measured",
    }


def _show_people(operations: Operations) -> None:
    """Behind the rule of the address: every flag that was counted."""
    chosen = operations.yields[operations.yields["rule"] == address.read("rule")]
    if chosen.empty:
        return
    own = operations.fired[operations.fired["rule"] == chosen["rule"].iloc[0]]
    own = own.sort_values(["started_on", "patient_id"], ascending=[False, True])
    st.subheader(f"{escape(chosen['label'].iloc[0])}: {wording.count(len(own), 'flag')}", anchor=False)
    words = {
        "is_confirmed": "Confirmed",
        "is_acted": "Acted upon",
        "is_measured": "Measured after",
        "is_improved": "Improved",
    }
    said = pd.DataFrame(
        {
            "Open": opening.OPEN,
            "Patient": own["patient_id"],
            "Clinic": own["clinic_id"],
            "Since": [wording.say_date(day) for day in dates(own["started_on"])],
            **{heading: np.where(own[name], "yes", "no") for name, heading in words.items()},
        }
    )
    columns: dict[str, Any] = {heading: text_column(heading, 96) for heading in said.columns}
    columns["Open"] = opening.open_column([f"patient-{key}" for key in own["patient_key"]])
    alt = f"Flags of this rule, the newest first: {len(own)}"
    display.show_table(said, columns, key="yield-people", alt=alt, most_rows=12)


def show_decisions(operations: Operations) -> None:
    """How long decisions took, and how their loops stand."""
    st.header(f"Decisions ({operations.n_decisions})", anchor=False)
    if not operations.n_decisions:
        st.caption("No decision was signed in this span.")
        return
    st.markdown(_say_waits(operations))
    rows = [
        {"Outcome": word, "Decisions": say_share(Share(n, operations.n_decisions))}
        for word, n in sorted(operations.outcomes.items(), key=lambda one: (-one[1], one[0]))
    ]
    columns = {"Outcome": text_column("Outcome", 200), "Decisions": text_column("Decisions", 240)}
    display.show_table(pd.DataFrame(rows), columns, key="outcomes-table", alt="Outcomes of decisions")
    st.caption(_OUTCOMES)


def _say_waits(operations: Operations) -> str:
    quartiles, n = operations.wait_quartiles, len(operations.waits)
    if quartiles is None:
        return "None of them answered an open flag of medium severity or more."
    low, median, high = quartiles
    of = wording.count(operations.n_decisions, "decision")
    return (
        f"From the first flag to the decision: median **{median:.0f} days**, middle half {low:.0f}–{high:.0f}. {n} of {of} "
        "answered an open flag of medium severity or more."
    )
