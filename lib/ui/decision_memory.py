"""Past decisions in similar courses, on a patient's page: what happened, with intervals; refused below a handful."""

import streamlit as st

from lib.clinical.decision_memory import Memory
from lib.clinical.intervals import Share, say_share
from lib.clinical.policy import Policy
from lib.clinical.policy_review_tables import DecisionMemory
from lib.services.patients import PatientPage
from lib.ui import caseload
from lib.ui.display import escape
from lib.ui.wording import count

CAPTION = (
    "What happened, never what works: these patients were given what they were given for reasons. Similar: baseline, change so "
    "far, dosing sessions, dose per kg and GAD-7 as they stood at the decision."
)


def show_memory(page: PatientPage) -> None:
    memory = caseload.read_memory(page.patient_key)
    with st.expander(
        "Past decisions in similar courses", icon=":material/history:", key=f"memory-{page.patient_key}"
    ):
        st.caption(CAPTION)
        st.markdown(escape(say_memory(memory, page.policy)))


def say_memory(memory: Memory, policy: Policy) -> str:
    """In sentences: how many, what was decided, and what the totals did afterwards."""
    if memory.reason:
        return f"Nothing is said: {memory.reason} (of {count(memory.n_decisions, 'decision')} compared)."
    limits, n = policy.decision_memory, len(memory.neighbours)
    decided = ", ".join(f"{name} {k} of {n}" for name, k in memory.count_options())
    said = f"{count(n, 'decision')} in similar courses, of {memory.n_decisions} compared."
    return f"{said} Decided, several may stand together: {decided}. {_say_after(memory, limits, n)}"


def _say_after(memory: Memory, limits: DecisionMemory, n: int) -> str:
    after = f"after {count(limits.after_sessions, 'dosing session')}, within {limits.within_days} days"
    fallen, measured = memory.count_fallen(limits.fall_points)
    if not measured:
        return f"None has a PHQ-9 total {after}."
    share = (
        f"PHQ-9 {after}: lower by {limits.fall_points} points or more in {say_share(Share(fallen, measured))}"
    )
    median = memory.median_change()
    middle = "; median change {} (95 % interval {} to {})".format(*map(_say_points, median)) if median else ""
    missing = f"; {n - measured} without such a total" if n > measured else ""
    return f"{share}{middle}{missing}."


def _say_points(points: float) -> str:
    return f"{points:+g}".replace("-", "−")
