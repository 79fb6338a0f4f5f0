"""What the reader chose, kept in the address alone: reload, Back and a link that is sent all show the same.

A widget shows what the address says; when it is changed, the address follows before the page is drawn.
"""

from collections.abc import Sequence
from datetime import date

import streamlit as st

# Chosen anew with every change of what is listed: of a list, and of a second one under it.
PAGE, PAGE_BELOW = _PAGES = ("page", "page_below")
# The day as of whose knowledge every page is shown; it goes along from page to page (lib/ui/known_on.py).
KNOWN_ON = "known_on"
# Between several words of one parameter; an address carries it as it is.
_BETWEEN = "."
# What is chosen of one patient is let go of with that patient.
_OF_A_PATIENT = ("session", "items")


def read(name: str) -> str:
    return st.query_params.get(name, "")


def read_number(name: str) -> int | None:
    """A whole number of the address, or None."""
    text = read(name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def read_day(name: str) -> date | None:
    """A day of the address, 2026-03-03, or None."""
    try:
        return date.fromisoformat(read(name))
    except ValueError:
        return None


def write(name: str, value: str) -> None:
    """Where something else is listed, from its first page on."""
    for gone in (*_PAGES, *(_OF_A_PATIENT if name == "patient" else ())):
        st.query_params.pop(gone, None)
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def restate(name: str) -> None:
    """Tell the browser again what the page was drawn for. A press on something that is just going away runs with the address of
    before, while the one that came in between is still on its way: without this, page and address would name two patients. The
    browser keeps no entry of it where its address says the same."""
    if name in st.query_params:
        st.query_params[name] = read(name)


def clear(*names: str) -> None:
    for name in (*names, *_PAGES):
        st.query_params.pop(name, None)


def kept() -> dict[str, str]:
    """For a link: what goes along from page to page."""
    return {KNOWN_ON: read(KNOWN_ON)} if read(KNOWN_ON) else {}


def show_text(name: str) -> None:
    """Before a text input with this key."""
    st.session_state[name] = read(name)


def show_choice(name: str, options: Sequence[str], otherwise: str | None = None) -> None:
    """Before a choice with this key; what is not among its options is not chosen."""
    chosen = read(name)
    st.session_state[name] = chosen if chosen in options else otherwise


def follow(name: str) -> None:
    """When the widget with this key was changed."""
    write(name, str(st.session_state[name] or ""))


def show_choices(name: str, options: Sequence[str]) -> None:
    """Before a choice of several with this key: the words of the address that are among its options."""
    chosen = read(name).split(_BETWEEN)
    st.session_state[name] = [option for option in options if option in chosen]


def follow_choices(name: str) -> None:
    """When a choice of several with this key was changed."""
    write(name, _BETWEEN.join(st.session_state[name] or ()))


def follow_page(key: str) -> None:
    """When another page of a list was chosen."""
    write_page(st.session_state[key])


def write_page(number: int, name: str = PAGE) -> None:
    st.query_params[name] = str(number)


def read_page(name: str = PAGE) -> int:
    return read_number(name) or 1


def to_page(number: int) -> dict[str, str]:
    """For a link to a list: its page, from 1."""
    return {PAGE: str(number)} if number > 1 else {}
