"""The section Dose changes: each step of the recorded doses beside the totals around it. It describes, and proposes nothing."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import streamlit as st

from lib.clinical.dose_changes import Lens
from lib.clinical.dose_steps import DoseStep, find_steps
from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.wording import say_day
from lib.services.patients import PatientPage
from lib.ui import caseload, display
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.drawn_once import draw_once
from lib.ui.wording import NB, count, is_known

CAPTION = (
    "What was recorded around each step, and never that the step did it. Doses are often changed after a bad score, and a bad "
    "score is in part bad luck: some rebound is expected. “Expected” is what the clinic’s own totals do after two such totals "
    "without a step; the difference is drawn towards the mean of all steps, with its 95 % interval."
)
COLUMNS = MappingProxyType(
    {
        "Step": (150, "Dose taken before, and from this session on"),
        "Totals": (
            130,
            "The two last before the step, and the first one 3 to 28 days after a session at the new dose",
        ),
        "Expected": (66, "The change expected after such totals without a step"),
        "Difference": (118, "Observed less expected change, shrunken; 95 % interval. Negative is better"),
        "Adverse events": (86, "Recorded in the weeks before and after; none recorded is not none"),
        "Read with care": (180, None),
    }
)


def show_steps(page: PatientPage) -> None:
    st.subheader("Dose changes", anchor=False)
    st.caption(CAPTION)
    draw_once(page, "steps", draw=lambda: _draw(page))


def _draw(page: PatientPage) -> None:
    clinic = caseload.read_clinic_lens(page.clinic_id)
    days = page.policy.tolerability.recent_days
    for name in INSTRUMENTS:
        lens = clinic.lenses[name]
        steps = find_steps(page.history, page.patient_key, clinic.looks[name], lens, days)
        if not steps:
            st.caption("No dose step is recorded.")
            return
        said = pd.DataFrame([_say(step, days) for step in reversed(steps)])
        columns = {heading: text_column(heading, *about) for heading, about in COLUMNS.items()}
        st.markdown(f"**{name}**")
        display.show_table(
            said,
            columns,
            key=f"steps-{name}-{page.patient_key}",
            alt=f"Dose steps and {name} totals, the newest first: {len(steps)}",
            row_height=display.WRAPPED,
            most_rows=8,
        )
        if lens:
            st.caption(escape(_say_reference(lens)))


def _say_reference(lens: Lens) -> str:
    return (
        f"Compared with {count(lens.n_reference, 'total')} of the clinic without a step; {count(lens.n_steps, 'step')} in the "
        f"clinic, their mean difference {_say_points(lens.mean_effect)} points."
    )


def _say(step: DoseStep, days: int) -> Mapping[str, str]:
    later = f" ({count(step.n_sessions, 'session')})"
    return {
        "Step": f"{say_day(step.on)}: {step.from_mg:g} → {step.to_mg:g}{NB}mg taken{later}",
        "Totals": _say_totals(step),
        "Expected": _say_points(step.expected),
        "Difference": _say_effect(step),
        "Adverse events": f"{step.n_events_before} → {step.n_events_after} in {days}{NB}d",
        "Read with care": _say_care(step),
    }


def _say_totals(step: DoseStep) -> str:
    """15 → 17, then 13 in 7 d."""
    if step.last is None:
        return "not recorded"
    days = (step.after_on - step.last_on).days
    return f"{step.before}{NB}→{NB}{step.last}, then {step.after} in {days}{NB}d"


def _say_points(points: float) -> str:
    if not is_known(points):
        return "unknown"
    return f"{points:+.1f}".replace("-", "−") if round(points, 1) else "0.0"


def _say_effect(step: DoseStep) -> str:
    if step.reason:
        return "unknown"
    return f"{_say_points(step.effect)} ({_say_points(step.low)} to {_say_points(step.high)})"


def _say_care(step: DoseStep) -> str:
    said = [step.reason] if step.reason else []
    said += (
        ["followed a total that was not better: some rebound is expected"] if step.is_after_no_gain else []
    )
    return "; ".join(said) or "–"
