"""What is done to accounts on the page of users, and what came of it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import streamlit as st

from lib import settings
from lib.services import accounts
from lib.services.access import Role
from lib.services.accounts import Wanted
from lib.services.errors import StoreError
from lib.ui import access
from lib.ui.display import escape

_SAID = "users-said"


def add() -> None:
    name, email = st.session_state["user-new-name"], st.session_state["user-new-email"]
    wanted = _wanted("user-new")
    key = _act(
        lambda: accounts.add_account(access.actor(), access.store_of_today(), email, name, wanted),
        f"{name} has an account.",
    )
    if key:
        for field in ("name", "email", "roles", "clinics", "all"):
            st.session_state.pop(f"user-new-{field}", None)


def change(key: int, name: str) -> None:
    wanted = _wanted(f"user-{key}")
    _act(
        lambda: accounts.change_account(access.actor(), access.store_of_today(), key, wanted),
        f"{name} has other roles or clinics now, and signs in again.",
    )


def switch(key: int, name: str, is_active: bool) -> None:
    _act(
        lambda: accounts.switch_account(access.actor(), access.store_of_today(), key, is_active=is_active),
        f"{name} is switched {'on' if is_active else 'off'}.",
    )


def invite(key: int, name: str) -> None:
    code = _act(
        lambda: accounts.invite(access.actor(), access.store_of_today(), key), f"Hand this link to {name}:"
    )
    if code:
        link = f"{_own_origin()}/invitation?{urlencode({'code': code})}"
        st.session_state[_SAID] = (*st.session_state[_SAID], link)


def end(reference: str, name: str) -> None:
    _act(
        lambda: accounts.end_sign_in(access.actor(), access.store_of_today(), reference),
        f"The sign-in of {name} has ended.",
    )


def _own_origin() -> str:
    here = urlsplit(st.context.url or "")
    return settings.public_url() or f"{here.scheme}://{here.netloc}"


def _wanted(key: str) -> Wanted:
    said = st.session_state
    clinics = None if said.get(f"{key}-all") else tuple(said[f"{key}-clinics"])
    return Wanted(tuple(role for role in Role if role in said[f"{key}-roles"]), clinics)


def _act(act: Callable[[], Any], done: str) -> Any:
    try:
        answer = act()
    except StoreError as error:
        st.session_state[_SAID] = ("error", str(error))
        return None
    st.session_state[_SAID] = ("done", done)
    return answer


def say_what_came_of_it() -> None:
    """Once. A link stands alone, so that it can be copied; it is not shown again."""
    kind, text, *link = st.session_state.pop(_SAID, ("", ""))
    if kind == "error":
        st.error(escape(text), icon=":material/error:")
    elif text:
        st.success(escape(text), icon=":material/check:")
        for one in link:
            st.code(one, language=None)
