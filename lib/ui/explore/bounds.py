"""How far a rate could lie from the truth: bounds, tipping point, and the rule that chooses the baseline."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from lib.clinical.intervals import Share
from lib.clinical.outcomes.counting import count
from lib.clinical.outcomes.measures import MISSING_FAILS
from lib.clinical.outcomes.response_measures import build_measures
from lib.clinical.outcomes.told import tell
from lib.research.explore.rules import NAMES, WORST_BASELINE_BIAS
from lib.services import explore
from lib.ui import address, display
from lib.ui.asking import ask
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.explore.choices import Choice
from lib.ui.explore.footing import show_footing
from lib.ui.outcomes.definition import TIPPING_PERCENTS

_RULES = {"Baseline": 260, "Response": 70, "Counts": 110, "Interval": 150, "Coverage": 130}


def show_bounds(choice: Choice) -> None:
    measure = replace(build_measures(choice.asked)["response"], start="People of this cohort")
    counted, telling = count(measure, choice.facts, MISSING_FAILS), choice.telling
    st.subheader(f"{choice.asked.name} response {choice.asked.say_time_point()}", anchor=False)
    st.markdown(escape(tell(counted, telling).say()))
    st.caption(
        f"{escape(measure.say_denominator(MISSING_FAILS))} Worst case: nobody whose score is missing responded. Best case: all "
        "of them did. The truth lies between, whatever they are like; a narrower answer needs an assumption."
    )
    if telling.hides(Share(counted.bound_missing, counted.bound_total)):
        st.markdown("How many are missing is too few to be told, and with it the tipping point.")
    else:
        st.markdown("  \n".join(telling.say_tipping_point(counted, percent) for percent in TIPPING_PERCENTS))
    show_footing(choice, choice.snippets.bounds())
    _show_rules(choice)


def _show_rules(choice: Choice) -> None:
    st.subheader("The same rate under other baselines", anchor=False)
    if address.read("rules") != "yes":
        st.caption("Everybody is computed again under each rule.")
        st.button("Compute", key="explore-rules", on_click=address.write, args=("rules", "yes"))
        return
    asked = choice.asked
    found: list[explore.UnderRule] = ask(
        explore.count_under_rules, choice.criteria, asked.instrument, asked.time_point
    )
    rows = []
    for one in found:
        told = tell(one.response, choice.telling)
        name = f"{NAMES[one.rule]}{' (the policy)' if one.is_policy else ''}"
        rows.append((name, told.rate, told.counts or "–", told.interval, told.coverage))
    columns: dict[str, Any] = {name: text_column(name, width) for name, width in _RULES.items()}
    display.show_table(
        pd.DataFrame(rows, columns=list(_RULES)),
        columns,
        key="explore-rules-table",
        alt="Response under each rule of the baseline",
        row_height=display.WRAPPED,
    )
    st.caption(
        f"Everyone due at caseness by that baseline, a missing score counted as not met. {WORST_BASELINE_BIAS} The first "
        "assessment speaks only for patients without a dosing session: of courses that have one it gives what the last total "
        "gives."
    )
    show_footing(choice, choice.snippets.rules())
