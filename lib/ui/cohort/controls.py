"""The controls of one criterion: they show what the address says, and change it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import streamlit as st

from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.outcomes.asked import say_time_point
from lib.clinical.outcomes.course_scores import TIME_POINTS
from lib.research.criteria import Criterion
from lib.research.questions import DATES, NUMBERS, QUESTIONS, WORDS
from lib.research.suggesting import list_options
from lib.services.cohorts import Ground
from lib.ui import wording
from lib.ui.cohort import chosen

_EPOCH = date(1970, 1, 1)
# Of a part of a criterion: its label, what can be chosen, and how that is said.
_CHOICES: Mapping[str, tuple[str, tuple[str, ...], Callable[[str], str]]] = MappingProxyType(
    {
        "instrument": ("Instrument", tuple(INSTRUMENTS), str),
        "time_point": ("Time point", TIME_POINTS, say_time_point),
    }
)


def ask_criterion(at: int, asked: Criterion, ground: Ground) -> None:
    """at: its place among the criteria."""
    question = QUESTIONS[asked.of]
    if question.has_instrument:
        _choose_one(at, asked, "instrument")
    if question.has_time_point:
        _choose_one(at, asked, "time_point")
    if question.kind == WORDS:
        _choose_words(at, asked, ground)
    elif question.kind in (NUMBERS, DATES):
        for end, label in (("low", "From"), ("high", "To")):
            _choose_end(at, asked, end, label, question.kind == DATES)


def _show(at: int, asked: Criterion, name: str, value: object) -> str:
    """The key of a control that shows a value; another criterion at this place has other keys."""
    key = f"criterion-{at}-{asked.of}-{name}"
    st.session_state[key] = value
    return key


def _change(at: int, asked: Criterion, name: str, key: str, read: Callable[[Any], Any]) -> None:
    chosen.put(at, replace(asked, **{name: read(st.session_state[key])}))


def _choose_one(at: int, asked: Criterion, name: str) -> None:
    label, options, say = _CHOICES[name]
    key = _show(at, asked, name, getattr(asked, name))
    args = (at, asked, name, key, str)
    st.selectbox(label, options, format_func=say, key=key, on_change=_change, args=args, width=200)


def _choose_words(at: int, asked: Criterion, ground: Ground) -> None:
    options = list(list_options(asked.of, ground.people, ground.policy))
    options += [word for word in asked.words if word not in options]
    key = _show(at, asked, "words", list(asked.words))
    st.multiselect("Any of", options, key=key, on_change=_change, args=(at, asked, "words", key, tuple))


def _choose_end(at: int, asked: Criterion, end: str, label: str, is_date: bool) -> None:
    value = getattr(asked, end)
    shown = wording.day_of(value) if is_date and value is not None else value
    key = _show(at, asked, end, shown)
    args = (at, asked, end, key, _day_number if is_date else _same)
    if is_date:
        st.date_input(label, value=None, key=key, on_change=_change, args=args, width=150)
    else:
        st.number_input(label, value=None, step=1, key=key, on_change=_change, args=args, width=120)


def _day_number(day: date | None) -> int | None:
    return None if day is None else (day - _EPOCH).days


def _same(number: int | None) -> int | None:
    return number
