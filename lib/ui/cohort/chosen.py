"""The criteria that the page is asked with: in the address alone, so that a link gives the same people."""

from dataclasses import replace

import streamlit as st

from lib.research.criteria import Criteria, CriteriaError, Criterion
from lib.research.criteria_file import parse_criteria, write_criteria
from lib.ui import address

_CRITERIA, _REFUSED = "criteria", "cohort-refused"
# Where nobody has said anything yet: who never had a dose has no day from which study days could be counted.
_BEGUN = Criteria((Criterion("begun"),))


def read_criteria() -> Criteria:
    """Those of the address; where they cannot be read, the first ones and a sentence."""
    text = address.read(_CRITERIA)
    if not text:
        return _BEGUN
    try:
        return parse_criteria(text, "The address")
    except CriteriaError as error:
        st.session_state[_REFUSED] = str(error)
        return _BEGUN


def choose_criteria(criteria: Criteria) -> None:
    """Into the address; what cannot be meant changes nothing, and is said by take_refusal."""
    text = write_criteria(criteria, indent=None)
    try:
        parse_criteria(text, "This")
    except CriteriaError as error:
        st.session_state[_REFUSED] = str(error)
    else:
        address.write(_CRITERIA, text)


def refuse(why: str) -> None:
    """Of a change that was none."""
    st.session_state[_REFUSED] = why


def take_refusal() -> str:
    """Why the last change was none, once."""
    return str(st.session_state.pop(_REFUSED, ""))


def put(at: int, criterion: Criterion) -> None:
    """In place of one criterion, or after the last."""
    now = read_criteria()
    choose_criteria(replace(now, asked=(*now.asked[:at], criterion, *now.asked[at + 1 :])))


def remove(at: int) -> None:
    now = read_criteria()
    choose_criteria(replace(now, asked=(*now.asked[:at], *now.asked[at + 1 :])))


def move_up(at: int) -> None:
    """Before the one that stands before it."""
    asked = list(read_criteria().asked)
    asked[at - 1 : at + 1] = [asked[at], asked[at - 1]]
    choose_criteria(replace(read_criteria(), asked=tuple(asked)))
