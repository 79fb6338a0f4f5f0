"""What became of flags: one row a rule, and the flags of the chosen one."""

from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st

from lib.clinical.flag_yield import YIELD_COLUMNS
from lib.clinical.intervals import Share, say_share
from lib.clinical.status import dates
from lib.services import operations
from lib.services.operations import FlagYield
from lib.ui import display, wording
from lib.ui.asking import ask_alike
from lib.ui.display import escape
from lib.ui.operations.counted import find_few, read_chosen, say_dates, show_counts, show_people
from lib.ui.operations.period import Period

_FLAGS = (
    "Replayed from the records with the policy in force: what would have fired, on scores alone. Confirmed: a form a week later "
    "or more met the rule too. Acted upon: a decision was signed within {acted} days. Improved: of those acted upon and measured "
    "afterwards, a total in the next {improved} days lower by the reliable change; it does not show that the decision did it."
)
COLUMNS = MappingProxyType(
    {
        "Rule": (190, None),
        "Fired": (60, "Times that the rule began to hold"),
        "Confirmed": (150, "Of those that fired; share with its 95 % interval"),
        "Acted upon": (150, "Of those that fired"),
        "Improved": (150, "Of those acted upon and measured afterwards"),
    }
)


def show_yield(period: Period) -> None:
    """One row a rule; the chosen one with its people under it. The weeks are those of the policy."""
    found: FlagYield = ask_alike(operations.read_flag_yield, period.clinic_id)
    st.header("What became of flags", anchor=False)
    numbers, since = found.policy.flag_yield, wording.say_date(found.since)
    said = _FLAGS.format(acted=numbers.acted_within_days, improved=numbers.improved_within_days)
    st.caption(f"{since} to {wording.say_date(found.as_of)}, the {numbers.weeks} weeks of the policy. {said}")
    rows = found.yields
    if rows.empty:
        display.show_empty("No rule on scores began to hold in this span.")
        return
    said_rows = pd.DataFrame([_say_rule(row) for row in rows.to_dict("records")])
    alt = f"What became of flags: {len(rows)} rules"
    parts = [_part(row) for row in rows.to_dict("records")]
    few, opens = find_few(parts, found.policy), ("rule", rows["rule"].tolist())
    show_counts(said_rows, COLUMNS, key="yield-table", alt=alt, opens=opens, few=few)
    _show_people(found)


def _part(row: dict[Any, Any]) -> list[int]:
    """Improved, measured and not improved, acted upon and not measured, not acted upon; confirmed, and not."""
    fired, confirmed, acted, measured, improved = (int(row[name]) for name in YIELD_COLUMNS[1:])
    return [improved, measured - improved, acted - measured, fired - acted, confirmed, fired - confirmed]


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


def _show_people(found: FlagYield) -> None:
    """Behind the rule of the address: every flag that was counted."""
    at = read_chosen("rule", found.yields["rule"].tolist())
    if at is None:
        return
    chosen = found.yields.iloc[at]
    own = found.fired[found.fired["rule"] == chosen["rule"]]
    own = own.sort_values(["started_on", "patient_id"], ascending=[False, True])
    words = {
        "is_confirmed": "Confirmed",
        "is_acted": "Acted upon",
        "is_measured": "Measured after",
        "is_improved": "Improved",
    }
    said = {
        "Since": say_dates(dates(own["started_on"])),
        **{heading: own[name].map({True: "yes", False: "no"}) for name, heading in words.items()},
    }
    show_people(f"{escape(chosen['label'])}, flags", own, said, key="yield-people")
