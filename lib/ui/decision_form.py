"""The form of a decision. Nothing is chosen or filled in beforehand, no dose is proposed: the physician types each number."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from lib.clinical.contraindications import CONTRAINDICATIONS
from lib.clinical.decision_answers import CHECK_ANSWERS, CHECKS, OPTIONS, REASONS
from lib.clinical.decision_doses import ask_about_doses, find_doses
from lib.clinical.decision_words import REVIEW_IS_NOT_RAISE
from lib.clinical.instruments import INSTRUMENTS
from lib.services.decisions import NEEDS_SIGN_IN, PatientDecisions
from lib.services.errors import StoreError
from lib.services.patients import PatientPage
from lib.ui import access, caseload, wording
from lib.ui.decision_answers import read_doses
from lib.ui.decision_keys import FormKey, current_key
from lib.ui.decision_saving import show_refusal, sign
from lib.ui.display import escape

_NUMBER_PX, _WORDS_PX = 150, 250
_EFFECTS = {"fall": "falls by at least", "below": "is below"}


def show_form(page: PatientPage, decisions: PatientDecisions) -> None:
    """Whom it is about, what is decided, what is expected, and the signature."""
    keys = current_key(page.patient_key)
    with st.container(border=True, key=f"decision-form-{page.patient_key}"):
        st.markdown(f"Deciding for **{escape(decisions.identity)}**. {REVIEW_IS_NOT_RAISE}")
        if not decisions.may_sign:
            st.info(NEEDS_SIGN_IN, icon=":material/lock:")
            return
        _ask_what(page, keys)
        _ask_checklist(keys)
        _ask_effect(page, decisions, keys)
        _ask_who(decisions, keys)
        st.button(
            f"Sign for {escape(decisions.identity)}",
            type="primary",
            icon=":material/draw:",
            key=keys.of("sign"),
            on_click=sign,
            args=(keys, decisions.draw(page, keys.token)),
        )
        show_refusal(keys)


def _ask_what(page: PatientPage, keys: FormKey) -> None:
    st.pills(
        "Decision",
        list(OPTIONS),
        selection_mode="multi",
        format_func=OPTIONS.__getitem__,
        key=keys.of("options"),
    )
    st.caption(f"On record: {escape(say_recorded_doses(page))}")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        for name, label in (
            ("old_dose", "Old dose (mg)"),
            ("new_dose", "New dose (mg)"),
            ("old_interval", "Old interval (days)"),
            ("new_interval", "New interval (days)"),
        ):
            st.text_input(label, key=keys.of(name), max_chars=12, width=_NUMBER_PX)
    _ask_again(page, keys)
    st.pills(
        "Reasons",
        list(REASONS),
        selection_mode="multi",
        format_func=REASONS.__getitem__,
        key=keys.of("reasons"),
    )


def _ask_again(page: PatientPage, keys: FormKey) -> None:
    """As soon as the doses are typed, and again when it is signed: a slip of the pen is found where it is made."""
    try:
        # Nothing else that is typed takes the question away, or what was typed again.
        doses = read_doses(keys)
    except StoreError:
        # A dose that cannot be read is said at the signature.
        return
    sessions = page.history.dosing_sessions
    on_record = find_doses(page.history.patient, sessions[sessions["counts"]], page.history.dose_orders)
    asked = ask_about_doses(doses, on_record, page.policy)
    if not asked:
        return
    with st.container(border=True, gap="small", key=f"{keys.of('asked')}-box"):
        for said in asked:
            st.markdown(f":material/help: {escape(said)}")
        st.text_input(
            "If it is meant: new dose once more (mg)",
            key=keys.of("new_dose_again"),
            max_chars=12,
            width=_WORDS_PX,
        )


def say_recorded_doses(page: PatientPage) -> str:
    """The last dose taken, the last order and the ceiling, as they are recorded."""
    orders = page.history.dose_orders
    order = "no dose order"
    if len(orders):
        last = orders.iloc[-1]
        every = f" every {last['interval_days']:g} days" if pd.notna(last["interval_days"]) else ""
        order = f"last order {last['dose_mg']:g} mg{every}, {wording.say_date(last['on'])}"
    ceiling = page.history.patient.get("dose_ceiling_mg")
    limit = f"ceiling {ceiling:g} mg" if wording.is_known(ceiling) else "no ceiling"
    return f"{page.headline.dose}; {order}; {limit}."


def _ask_checklist(keys: FormKey) -> None:
    st.markdown("**Checklist**")
    with st.container(horizontal=True, gap="medium"):
        for name, label in CHECKS.items():
            st.segmented_control(label, CHECK_ANSWERS, key=keys.of(name), width=_WORDS_PX)
    with st.container(horizontal=True, gap="medium"):
        for name, label in (
            ("absent", "Contraindications asked about today: absent"),
            ("present", "Present"),
        ):
            st.multiselect(
                label,
                list(CONTRAINDICATIONS),
                format_func=lambda code: CONTRAINDICATIONS[code][0],
                key=keys.of(name),
                placeholder="Choose",
                width=int(1.6 * _WORDS_PX),
            )


def _ask_effect(page: PatientPage, decisions: PatientDecisions, keys: FormKey) -> None:
    st.markdown("**Expected effect**")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        st.segmented_control("Instrument", list(INSTRUMENTS), key=keys.of("instrument"))
        st.segmented_control("Total", list(_EFFECTS), format_func=_EFFECTS.__getitem__, key=keys.of("kind"))
        st.text_input("Points", key=keys.of("points"), max_chars=4, width=90)
        st.date_input(
            "Review by",
            value=None,
            min_value=page.history.as_of + timedelta(days=1),
            max_value=page.history.as_of + timedelta(days=decisions.longest_days),
            key=keys.of("review_by"),
            format="YYYY-MM-DD",
            width=_NUMBER_PX,
        )
    st.caption(
        "A hold waits for no dose before the review, a stop for none at all, a referral for its contact, data for a total: "
        "leave the effect empty."
    )
    st.text_area(
        "Note",
        key=keys.of("note"),
        height=80,
        max_chars=4_000,
        placeholder="Alternatives considered, and why",
    )


def _ask_who(decisions: PatientDecisions, keys: FormKey) -> None:
    st.markdown("**Signature.** Type again who this patient is.")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        if decisions.asks_for_patient_id:
            st.text_input("Patient id", key=keys.of("patient_id"), max_chars=60, width=_WORDS_PX)
            st.caption("Initials or year of birth are not recorded: the patient id stands for them.")
        else:
            st.text_input("Patient's initials", key=keys.of("initials"), max_chars=10, width=_NUMBER_PX)
            st.text_input("Year of birth", key=keys.of("birth_year"), max_chars=4, width=_NUMBER_PX)
    st.caption(
        f"Signed by {escape(access.actor().name)}{access.say_unverified()}. A signed decision is locked; more is said in an "
        "addendum." + wording.say_what_vanishes(is_demo=caseload.read_freshness().is_demo)
    )
