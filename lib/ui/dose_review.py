"""The section Dose review of a patient's page, and the line above the flags that leads there."""

import json

import pandas as pd
import streamlit as st

from lib.clinical.decision_records import FOLLOW_UP_DUE
from lib.clinical.decision_words import REVIEW_IS_NOT_RAISE, say_options, say_state
from lib.clinical.rules.wording import say_day_number
from lib.services.decisions import DrawnForm, PatientDecisions, ReviewState
from lib.services.patients import PatientPage
from lib.services.review_card import ReviewCard
from lib.ui import access, address, caseload, decision_saving, display, wording
from lib.ui.columns import text_column
from lib.ui.decision_form import show_form
from lib.ui.decision_history import show_history
from lib.ui.decision_memory import show_memory
from lib.ui.display import escape

SLUG = "review"
# Points of the left column: the first four have as many lines as the others together.
_LEFT = 4


def show_line(page: PatientPage) -> None:
    """Above the flags: where the review stands, and the way to it."""
    decisions = caseload.read_decisions(page.patient_key)
    # Low, as what cannot wait stands under it.
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"review-line-{page.patient_key}"
    ):
        st.markdown(f":small[**Dose review:** {escape(say_review(decisions.state))}]")
        st.button(
            "Open dose review",
            icon=":material/rate_review:",
            type="tertiary",
            key=f"open-review-{page.patient_key}",
            on_click=address.write,
            args=("section", SLUG),
        )


def say_review(state: ReviewState) -> str:
    """Where it stands, in a line."""
    decision = state.decision
    last = (
        f"last decision {say_day_number(decision['on_day'])}, {say_options(_codes(decision))}"
        if decision
        else ""
    )
    if state.state == "in review":
        return f"in review by {state.reviewer} since {wording.say_second(state.started_at)}" + (
            f"; {last}" if last else ""
        )
    if state.state == "new":
        return f"new: a flag asks for it{f'; {last}, was signed before it' if last else ''}"
    if decision is None:
        return "no flag asks for one"
    # What is due by the calendar is said by the state already.
    due = f". {state.due}" if state.due and state.state != FOLLOW_UP_DUE else ""
    return f"{say_state(decision)}; {last}{due}"


def _codes(decision: dict) -> list[str]:
    codes: list[str] = json.loads(decision["options"])
    return codes


def show_review(page: PatientPage) -> None:
    """Where it stands, the card, the form for whoever reviews, and the decisions so far."""
    decisions, card = caseload.read_decisions(page.patient_key), caseload.read_review_card(page.patient_key)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{REVIEW_IS_NOT_RAISE}** {escape(say_review(decisions.state))}")
        _offer_start(page, decisions)
    decision_saving.show_error(page.patient_key)
    decision_saving.show_receipt(page.patient_key)
    show_card(card, page.patient_key)
    show_memory(page)
    if access.may_decide() and _is_own(decisions.state):
        show_form(page, decisions)
    show_history(decisions, page.patient_key)


def _is_own(state: ReviewState) -> bool:
    return state.state == "in review" and state.reviewer == access.actor().name


def _offer_start(page: PatientPage, decisions: PatientDecisions) -> None:
    """Start, take over from somebody, or put one's own review down."""
    if not access.may_decide():
        return
    key, drawn = page.patient_key, DrawnForm(page.patient_key, decisions.identity)
    if _is_own(decisions.state):
        st.button("Put down", key=f"leave-review-{key}", on_click=decision_saving.leave, args=(key, drawn))
        return
    is_taken = decisions.state.state == "in review"
    st.button(
        "Take over the review" if is_taken else "Start review",
        type="primary",
        key=f"start-review-{key}",
        on_click=decision_saving.start,
        args=(key, drawn, is_taken),
    )


def show_card(card: ReviewCard, patient_key: int) -> None:
    """The twelve points in two columns, and the contraindications with the day on which each was asked about."""
    with st.container(border=True, key=f"review-card-{patient_key}"):
        for column, points in zip(
            st.columns(2, gap="medium"), (card.points[:_LEFT], card.points[_LEFT:]), strict=True
        ):
            with column:
                for point in points:
                    lines = "\n".join(f"- {escape(line)}" for line in point.lines)
                    st.markdown(f"**{point.number} {escape(point.label)}**\n{lines}")
        known = [one for one in card.asked if one.answer]
        heading = f"Contraindications ({len(known)} of {len(card.asked)} asked about)"
        with st.expander(heading, type="compact", key=f"contraindications-{patient_key}"):
            _show_asked(card, patient_key)


def _show_asked(card: ReviewCard, patient_key: int) -> None:
    rows = pd.DataFrame(
        {
            "Contraindication": one.label,
            "Answer": one.answer or "not recorded",
            "Asked on": wording.say_date(one.asked_on),
            "By": one.signer or "–",
            "Source": one.source,
        }
        for one in card.asked
    )
    widths = {"Contraindication": 260, "Answer": 100, "Asked on": 110, "By": 130, "Source": 130}
    columns = {heading: text_column(heading, width) for heading, width in widths.items()}
    display.show_table(
        rows,
        columns,
        key=f"asked-{patient_key}",
        alt="Contraindications and when each was asked about",
        most_rows=10,
    )
