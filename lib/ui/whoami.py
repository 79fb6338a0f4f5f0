"""Who is signed in, in the header of every page: the roles, signing out, and the way to patients in an emergency."""

import streamlit as st

from lib import settings
from lib.services import emergencies
from lib.services.access import Permission, can
from lib.services.emergencies import OPEN_MINUTES
from lib.services.errors import StoreError
from lib.ui import access, display, signed_in


def show() -> None:
    """Nothing where nobody signs in."""
    if settings.access_policy() != "sign in":
        return
    actor = access.actor()
    with st.popover(display.escape(actor.name), icon=":material/person:", type="tertiary", key="whoami"):
        clinics = "all" if actor.clinics is None else ", ".join(sorted(actor.clinics)) or "none"
        st.text(f"Role: {actor.role}\nClinics: {clinics}")
        st.button("Sign out", on_click=signed_in.sign_out, key="sign-out", icon=":material/logout:")
        if can(actor, Permission.BREAK_GLASS) and not can(actor, Permission.SEE_PATIENTS):
            _offer_emergency()
    signed_in.watch()


def _offer_emergency() -> None:
    with st.form("break-glass", border=False):
        st.text_area(
            "Open patients' records in an emergency: why?",
            key="break-glass-why",
            max_chars=500,
            help=f"They can be read for {OPEN_MINUTES} minutes. The reason and every page are written down.",
        )
        st.form_submit_button("Open records", on_click=_break_glass, icon=":material/emergency:")
    if problem := st.session_state.pop("break-glass-problem", ""):
        st.error(display.escape(problem))


def _break_glass() -> None:
    try:
        emergencies.break_glass(
            access.actor(), access.store_of_today(), st.session_state.get("break-glass-why", "")
        )
    except StoreError as error:
        st.session_state["break-glass-problem"] = str(error)
    signed_in.forget()
