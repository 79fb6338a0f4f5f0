"""The flag budget of the policy in force, or of two policies side by side."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from lib.clinical.flag_budget import FlagBudget
from lib.clinical.flag_budget_wording import LIMITS, say_budget, say_cohort
from lib.clinical.rules.catalogue import RULES
from lib.ui import caseload, display
from lib.ui.choosing import choose_segment
from lib.ui.columns import text_column

SPANS = {"26": "26 weeks", "52": "52 weeks", "104": "2 years", "520": "10 years"}
_USUAL = "52"


def show_budget() -> None:
    """What the policy in force would have asked for."""
    weeks = choose_weeks()
    show_budgets({"In force": caseload.read_flag_budget(weeks)})


def choose_weeks() -> int:
    """The span of history, kept in the address."""
    return int(choose_segment("Courses begun in the last", "weeks", SPANS, _USUAL, is_labelled=True))


def show_budgets(budgets: Mapping[str, FlagBudget]) -> None:
    """One column a policy, one line a figure, then a line a rule."""
    first = next(iter(budgets.values()))
    st.markdown(f"{say_cohort(first)}. **{LIMITS.partition(':')[0]}.**")
    said = {name: dict(say_budget(budget)) for name, budget in budgets.items()}
    rules = [rule for rule in RULES if any(rule in budget.by_rule for budget in budgets.values())]
    rows = [
        {"what": what, **{name: lines[what] for name, lines in said.items()}}
        for what in next(iter(said.values()))
    ]
    rows += [
        {
            "what": f"Patients with: {RULES[rule].label}",
            **{name: str(budget.by_rule.get(rule, 0)) for name, budget in budgets.items()},
        }
        for rule in rules
    ]
    columns = {
        "what": text_column("", 300),
        **{name: text_column(name, 460 // len(budgets)) for name in budgets},
    }
    display.show_table(
        pd.DataFrame(rows),
        columns,
        key="budget-table",
        alt="The flag budget, a line a figure",
    )
    st.caption(f"Shares with 95 % intervals (Wilson). {LIMITS} Exactly: docs/flag_budget.md.")
