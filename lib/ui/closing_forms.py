"""Closing item 9 and what is critical: a named person says why. Every key names whom it is about."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from lib.services import closing
from lib.services.closing import CLOSING_REASONS, CRITICAL_REASONS, Closing
from lib.services.errors import StoreError
from lib.services.flag_life import FlagSeen
from lib.services.patients import PatientPage
from lib.ui import access
from lib.ui.display import escape
from lib.ui.unfolding import unfold

# The reason that names a tool and its result.
_ASSESSED = "assessed"
_FIELDS = ("reason", "tool", "result", "note")


def offer_closing(page: PatientPage, flag: dict[Any, Any]) -> None:
    """The form under an item-9 flag; it closes what it was drawn over, and nothing newer."""
    if not access.may_close():
        return
    about = f"flag-{page.patient_key}"
    _offer(about, CLOSING_REASONS, _close_flag, (page.patient_key, flag["evidence"], about))


def offer_critical_closing(page: PatientPage, flag: dict[Any, Any]) -> None:
    """The form under a critical flag other than item 9."""
    if not access.may_close():
        return
    about = f"critical-{flag['rule']}-{page.patient_key}"
    seen = FlagSeen(page.patient_key, flag["rule"], int(flag["instrument_code"]), flag["evidence"])
    _offer(about, CRITICAL_REASONS, _close_critical, (seen, about))


def _offer(about: str, reasons: Mapping[str, str], save: Callable[..., None], args: tuple[Any, ...]) -> None:
    with unfold("Close this flag", f"closing-{about}", icon=":material/task_alt:") as is_open:
        if is_open:
            ask(about, reasons)
            st.button("Close the flag", type="primary", key=f"close-{about}", on_click=save, args=args)
            show_error(about)


def ask(about: str, reasons: Mapping[str, str] = CLOSING_REASONS) -> None:
    """Who, reason, tool and result where the reason needs them, note."""
    st.text(f"Closed by {access.actor().name}. A closing is kept for good.")
    reason = st.selectbox(
        "Reason",
        list(reasons),
        index=None,
        format_func=reasons.__getitem__,
        key=f"reason-{about}",
        placeholder="Choose one",
    )
    if reason == _ASSESSED:
        st.text_input("Tool", key=f"tool-{about}", placeholder="C-SSRS", max_chars=100)
        st.text_input("Result", key=f"result-{about}", placeholder="no plan, no intent", max_chars=200)
    placeholder = "What was done, and what comes next"
    st.text_area("Note", key=f"note-{about}", placeholder=placeholder, height=80, max_chars=2000)


def close(about: str, save: Callable[[Closing], None]) -> bool:
    """Save what was answered; whether it was taken. What is missing is said by show_error."""
    said = _answers(about)
    st.session_state.pop(f"error-{about}", None)
    try:
        save(Closing(reason_code=said["reason"], note=said["note"], tool=said["tool"], result=said["result"]))
    except StoreError as error:
        st.session_state[f"error-{about}"] = (said, str(error))
        return False
    return True


def _answers(about: str) -> dict[str, str]:
    return {name: st.session_state.get(f"{name}-{about}") or "" for name in _FIELDS}


def show_error(about: str) -> None:
    """What was missing, as long as nothing was answered since: a run that is broken off does not take it away."""
    said, message = st.session_state.get(f"error-{about}", (None, ""))
    if said == _answers(about):
        st.error(escape(message), icon=":material/error:")


def _close_flag(patient_key: int, evidence: str, about: str) -> None:
    """evidence: of the flag as it was on the screen."""

    def save(answers: Closing) -> None:
        closing.close_flag(access.actor(), access.store(), patient_key, answers, evidence=evidence)

    if close(about, save):
        st.session_state[f"done-flag-{patient_key}"] = True


def _close_critical(seen: FlagSeen, about: str) -> None:
    """seen: the flag as it was on the screen."""

    def save(said: Closing) -> None:
        closing.close_critical(access.actor(), access.store(), seen, said.reason_code, said.note)

    if close(about, save):
        st.session_state[f"done-flag-{seen.patient_key}"] = True


def show_done(patient_key: int) -> None:
    """Once, after a flag of this patient was closed."""
    if st.session_state.pop(f"done-flag-{patient_key}", False):
        st.success("The flag is closed. The closing is listed below.", icon=":material/task_alt:")
