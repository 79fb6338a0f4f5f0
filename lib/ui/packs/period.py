"""Which period a pack speaks of: a month or months that are over, or own dates; all of it in the address."""

from datetime import date, timedelta

import streamlit as st

from lib.clinical.outcomes.periods import Span, months_before, say_period
from lib.ui import address

_N_MONTHS = 24
_QUARTER, _YEAR, _OWN = "quarter", "year", "own"


def choose_period(as_of: date) -> Span:
    """The first and the last day of first doses."""
    after = as_of.replace(day=1)
    spans = {
        _QUARTER: (months_before(after, 3), after - timedelta(days=1)),
        _YEAR: (months_before(after, 12), after - timedelta(days=1)),
    }
    for ago in range(_N_MONTHS):
        first, end = months_before(after, ago + 1), months_before(after, ago)
        spans[f"{first:%Y-%m}"] = (first, end - timedelta(days=1))
    names = {_QUARTER: "Three months", _YEAR: "Twelve months", _OWN: "Own dates"}
    options = [_QUARTER, _YEAR, *list(spans)[2:], _OWN]
    address.show_choice("period", options, _QUARTER)
    chosen = st.selectbox(
        "First doses in",
        options,
        format_func=lambda name: (
            f"{names[name]}: {say_period(*spans[name])}"
            if name in (_QUARTER, _YEAR)
            else names.get(name) or say_period(*spans[name])
        ),
        key="period",
        on_change=address.follow,
        args=("period",),
        width=420,
    )
    return spans[chosen] if chosen != _OWN else _choose_days(as_of, spans[_QUARTER])


def _choose_days(as_of: date, otherwise: Span) -> Span:
    first, last = _read_day("from") or otherwise[0], _read_day("to") or otherwise[1]
    last = min(last, as_of)
    chosen = st.date_input("First doses from and to", (min(first, last), last), max_value=as_of)
    if isinstance(chosen, tuple) and len(chosen) == 2:
        address.write("from", chosen[0].isoformat())
        address.write("to", chosen[1].isoformat())
        return chosen
    return min(first, last), last


def _read_day(name: str) -> date | None:
    try:
        return date.fromisoformat(address.read(name))
    except ValueError:
        return None
