"""Starting a review, signing its decision, adding to it: what was saved is read back, what was not is said with the reason."""

from collections.abc import Callable

import streamlit as st

from lib.clinical.decision_words import UNVERIFIED, VERIFIED
from lib.services import decisions, dose_reviews
from lib.services.decisions import DrawnDecision, DrawnForm, Signed
from lib.services.errors import StoreError
from lib.ui import access, wording
from lib.ui.decision_answers import read_answers, read_draft, read_signature
from lib.ui.decision_keys import FormKey, begin_anew, is_current
from lib.ui.display import escape
from lib.ui.entry_saving import stay_with

# Whose it is, and what is said: of one patient at a time.
_RECEIPT = "decision-receipt"


def sign(keys: FormKey, drawn: DrawnDecision) -> None:
    """drawn: what the form showed when the button was drawn; the answers are those of the moment of the press."""
    stay_with(keys.patient_key)
    st.session_state.pop(_RECEIPT, None)
    try:
        signed = decisions.sign_decision(
            access.actor(),
            access.store(),
            keys.patient_key,
            read_answers(keys),
            read_signature(keys),
            drawn=drawn,
        )
    except StoreError as error:
        st.session_state[keys.of("refusal")] = (read_draft(keys), str(error))
        return
    st.session_state[_RECEIPT] = (keys.patient_key, _say_signed(signed))
    if is_current(keys):
        begin_anew(keys.patient_key)


def _say_signed(signed: Signed) -> str:
    """As it was read back from the store."""
    verified = VERIFIED if signed.is_verified else UNVERIFIED
    return f"Saved at {wording.say_second(signed.signed_at)} by {signed.signer}, {verified}."


def show_refusal(keys: FormKey) -> None:
    """Why nothing was signed, as long as nothing was answered since."""
    draft, why = st.session_state.get(keys.of("refusal"), (None, ""))
    if draft == read_draft(keys):
        st.error(escape(why), icon=":material/error:")


def show_receipt(patient_key: int) -> None:
    """What was signed last for this patient, until another patient is opened."""
    whose, said = st.session_state.get(_RECEIPT, (None, ""))
    if whose == patient_key:
        st.success(escape(said), icon=":material/task_alt:")
    else:
        st.session_state.pop(_RECEIPT, None)


def start(patient_key: int, drawn: DrawnForm, takes_over: bool) -> None:
    _attempt(
        patient_key,
        lambda: dose_reviews.start_review(
            access.actor(), access.store(), patient_key, drawn, takes_over=takes_over
        ),
    )


def leave(patient_key: int, drawn: DrawnForm) -> None:
    _attempt(
        patient_key, lambda: dose_reviews.leave_review(access.actor(), access.store(), patient_key, drawn)
    )


def add(decision_key: int, text_key: str, drawn: DrawnForm) -> None:
    """text_key: of the field that holds what is added; it is emptied where it was taken."""
    text = str(st.session_state.get(text_key) or "")

    def save() -> None:
        decisions.add_addendum(access.actor(), access.store(), decision_key, text, drawn=drawn)
        st.session_state[text_key] = ""

    _attempt(drawn.patient_key, save)


def _attempt(patient_key: int, save: Callable[[], None]) -> None:
    stay_with(patient_key)
    try:
        save()
    except StoreError as error:
        st.session_state[f"review-error-{patient_key}"] = str(error)


def show_error(patient_key: int) -> None:
    """Once, why the last press did nothing."""
    message = st.session_state.pop(f"review-error-{patient_key}", None)
    if message:
        st.error(escape(message), icon=":material/error:")
