"""Choices that stand in the address: in a row, in a list, and in a list that may be left open."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeVar

import streamlit as st

from lib.ui import address

OWN_DAYS = "First doses from and to"
Shown = TypeVar("Shown")


def choose_segment(
    label: str, key: str, words: Mapping[str, str], otherwise: str = "", *, is_labelled: bool = False
) -> str:
    """One of a row. words: what each is called, by its word in the address. otherwise: where the address says none of them, by
    default the first. is_labelled: whether the label is seen."""
    first = otherwise or next(iter(words))
    address.show_choice(key, list(words), first)
    chosen = st.segmented_control(
        label,
        list(words),
        required=True,
        format_func=words.__getitem__,
        key=key,
        label_visibility="visible" if is_labelled else "collapsed",
        on_change=address.follow,
        args=(key,),
    )
    return chosen or first


def choose_section(
    label: str, key: str, sections: Mapping[str, tuple[str, Shown]], otherwise: str = ""
) -> tuple[str, Shown]:
    """The word of the chosen section, and what draws it. sections: by word what each is called, and what draws it."""
    slug = choose_segment(label, key, {name: title for name, (title, _) in sections.items()}, otherwise)
    return slug, sections[slug][1]


def choose_listed(
    label: str,
    key: str,
    words: Mapping[str, str],
    otherwise: str = "",
    *,
    width: int | Literal["stretch"] = "stretch",
) -> str:
    """One of a list, as choose_segment. width: pixels."""
    address.show_choice(key, list(words), otherwise or next(iter(words)))
    chosen: str = st.selectbox(
        label,
        list(words),
        format_func=words.__getitem__,
        key=key,
        on_change=address.follow,
        args=(key,),
        width=width,
    )
    return chosen


def choose_one(
    label: str,
    key: str,
    everything: str,
    options: Sequence[str],
    words: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """One of the options, or "" for everything. words: what an option is called, where that is not its word in the address."""
    address.show_choice(key, options)
    chosen = st.selectbox(
        label,
        options,
        index=None,
        key=key,
        placeholder=everything,
        format_func=lambda option: words.get(option, option),
        on_change=address.follow,
        args=(key,),
    )
    return chosen or ""


def choose_days(label: str, otherwise: tuple[date, date], latest: date) -> tuple[date, date]:
    """A first and a last day; otherwise: where the address (from, to) says none. None is later than `latest`."""
    first, last = (address.read_day(name) or day for name, day in zip(("from", "to"), otherwise, strict=True))
    last = min(last, latest)
    chosen = st.date_input(label, (min(first, last), last), max_value=latest)
    if isinstance(chosen, tuple) and len(chosen) == 2:
        address.write("from", chosen[0].isoformat())
        address.write("to", chosen[1].isoformat())
        return chosen
    return min(first, last), last
