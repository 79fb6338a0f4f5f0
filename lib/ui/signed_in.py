"""Who is signed in: what the gate says of it (lib/serving), looked up in the store anew in every run of the script."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib import settings
from lib.services import signing_in
from lib.services.access import Actor, server_actor
from lib.ui import opened

_KEPT = "_signed_in"
# A page that nobody touches is taken off the screen so many seconds after its sign-in ended, at the latest.
_WATCH_SECONDS = 30


def reader() -> Actor | None:
    """As the account is now: switched off or ended a moment ago, it is nobody's. Asked of the store once in a run."""
    run = _this_run()
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] is not run:
        kept = st.session_state[_KEPT] = (run, _find(is_act=True))
    found: Actor | None = kept[1]
    return found


def _this_run() -> object:
    """Streamlit makes this anew at the beginning of each run."""
    context = get_script_run_ctx()
    return None if context is None else context.cursors


def _find(*, is_act: bool) -> Actor | None:
    return signing_in.find_reader(server_actor(), opened.store_of_today(), _said(), is_act=is_act)


def _said() -> str:
    """What the gate says; nobody outside of this process can say it (lib/services/signing_in.py)."""
    return str(st.user.get("session") or "")


def sign_out() -> None:
    """For good: the cookie that the browser still has is worth nothing."""
    signing_in.end_reader(server_actor(), opened.store_of_today(), _said())
    st.session_state.clear()


def forget() -> None:
    """Ask the store again in this run: what the account may has changed."""
    st.session_state.pop(_KEPT, None)


@st.fragment(run_every=_WATCH_SECONDS)
def watch() -> None:
    """An ended sign-in takes its page off the screen."""
    if _find(is_act=False) is None:
        st.rerun()


def show_why_not() -> None:
    """Instead of a page for whoever is not signed in, or not any more, and end."""
    policy = settings.access_policy()
    if policy == "sign in" and reader() is None:
        st.title("You are signed out")
        minutes = settings.session_limits().idle_minutes
        st.text(f"Signing out, {minutes} minutes without an act, or a change of your account ends a sign-in.")
        # Streamlit's own links open a new tab. The words are ours.
        st.html(
            '<a href="/sign-in" target="_self" style="color: inherit; font-weight: 600">Sign in again</a>'
        )
        st.stop()
    if policy == "local" and opened.holds_real_patients():
        st.title("Sign-in is needed")
        st.text("This store holds a clinic's own records: they are shown only to people who sign in.")
        st.code("python -m lib serve", language=None)
        st.stop()
