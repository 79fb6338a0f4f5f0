"""A course in one sentence: what stands under a patient's chart, and what a screen reader says instead of it.

It tells what the records say, and says of the unknown that it is unknown. It proposes nothing.
"""

from collections.abc import Sequence

from lib.clinical.gone_findings import PRESSURE, say_gone
from lib.clinical.history import PatientHistory
from lib.clinical.plain_rows import Row
from lib.clinical.policy import Policy
from lib.clinical.pressure import PressureLimits
from lib.clinical.sentence_doses import describe_doses, describe_pressure
from lib.clinical.sentence_rows import (
    known,
    read_forms,
    read_sessions,
    read_status,
    select_course,
    select_instrument,
)
from lib.clinical.sentence_safety import describe_absence, describe_item_9, say_no_form
from lib.clinical.sentence_scores import describe_change
from lib.clinical.sentence_totals import say_age, say_total
from lib.clinical.sentence_unknown import describe_unknown
from lib.clinical.wording import capitalise, say_day


def describe_course(history: PatientHistory, policy: Policy) -> str:
    """The current course of a patient in one sentence: scores, doses, item 9, blood pressure, and what is unknown."""
    forms, sessions, status = read_forms(history), read_sessions(history), read_status(history)
    course = select_course(sessions)
    parts = [
        *(
            _describe_scores(name, history, select_instrument(forms, name), sessions, policy)
            for name in ("PHQ-9", "GAD-7")
        ),
        describe_doses(course, history.as_of),
        describe_item_9(select_instrument(forms, "PHQ-9"), history.waiting, history.as_of, policy),
        describe_pressure(course, PressureLimits.of(policy), is_all=not say_gone(history.gone, PRESSURE)),
        say_gone(history.gone),
        describe_absence(course),
        describe_unknown(forms, course, status, history.waiting),
    ]
    sentence = "; ".join(part for part in parts if part)
    return f"{capitalise(sentence)}."


def _describe_scores(
    name: str, history: PatientHistory, forms: Sequence[Row], sessions: Sequence[Row], policy: Policy
) -> str:
    """forms: of this instrument."""
    valid = [form for form in forms if known(form, "total") is not None]
    if not valid:
        none = say_no_form(history.waiting) if name == "PHQ-9" else "form yet"
        return f"no {name} total: too many items blank" if forms else f"no {name} {none}"
    row = read_status(history).get(name, {})
    baseline, latest = known(row, "baseline_total"), known(row, "latest_total")
    if latest is not None:
        return describe_change(row, valid, sessions, policy)
    if baseline is not None:
        age = say_age((history.as_of - row["baseline_on"].date()).days)
        since = f"no score since the first dose on {say_day(row['first_dose_on'])}"
        return f"{name} baseline {say_total(row, 'baseline', age)}, {since}: not assessable"
    last, reason = valid[-1], known(row, "reason")
    # Without a dosing session there is nothing to judge; the part on doses says so.
    why = f", {reason}" if reason and reason != "no dosing session" else ""
    age = say_age((history.as_of - last["on"].date()).days)
    return f"{name} last {last['total']} ({say_day(last['on'])}{age}){why}"
