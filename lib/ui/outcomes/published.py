"""The section Published: our rate by a study's own definition beside the study's, why they differ, and our own history."""

from functools import partial

import pandas as pd
import streamlit as st

from lib.clinical.benchmarks import PER_CENT, STUDY, VENDOR_CLAIM, Published
from lib.clinical.outcomes.comparing import Compared, compare
from lib.clinical.outcomes.told import tell
from lib.services.benchmarks import read_benchmarks
from lib.ui import display, wording
from lib.ui.asking import ask_alike
from lib.ui.columns import text_column
from lib.ui.display import escape
from lib.ui.drawn_once import make_once
from lib.ui.outcomes.choices import Choice

_INTRODUCTION = (
    "Published figures are of those who had both scores. Ours stands beside each by the same definition, so the switch "
    "*Counted* is not used here; who is missing is said with it. No figure is a target: other patients, another route or design, "
    "and others left."
)
_CLAIMS = "Said by a vendor, not by a study that was read. Not compared, and never a target."


def show_published(choice: Choice) -> None:
    st.markdown(_INTRODUCTION)
    published: tuple[Published, ...] = ask_alike(read_benchmarks)
    own = [one for one in published if one.ours and one.instrument == choice.asked.name]
    for one in own:
        part = f"published {one.source.name} {one.metric} {choice.key}"
        compared = make_once(choice.courses, part, partial(_compare, choice, one))
        _show_compared(choice, compared)
    rest = [one for one in published if not one.ours and one.source.kind == STUDY]
    _show_list("Other published figures", "Nothing here is counted in the same way.", rest, "other-published")
    claims = [one for one in published if one.source.kind == VENDOR_CLAIM]
    _show_list("Claims of vendors", _CLAIMS, claims, "vendor-claims")


def _compare(choice: Choice, one: Published) -> Compared:
    before = choice.first or choice.last
    return compare(one, choice.courses.policy, choice.facts, choice.begun, before)


def _show_compared(choice: Choice, compared: Compared) -> None:
    one, source = compared.published, compared.published.source
    told = tell(compared.counted, choice.telling)
    with st.container(border=True, key=f"published-{source.name}-{one.metric}"):
        st.markdown(
            f"**{escape(one.instrument)} {escape(one.metric)} {escape(one.time_point)}, {escape(source.title)}**"
        )
        ours, theirs = st.columns(2)
        with ours:
            st.metric("Ours, by their definition", told.rate)
            st.markdown(
                "  \n".join(
                    line
                    for line in (f"**{told.counts}** · {told.interval}", told.coverage, told.bounds)
                    if line
                )
            )
            if told.is_thin:
                st.markdown(
                    f":material/warning: Fewer than {choice.telling.least_coverage} % of those due have the score."
                )
        with theirs:
            st.metric("Published", f"{one.value:g} %")
            st.markdown("  \n".join(_say_published(one)))
        difference = compared.say_difference(told)
        st.markdown(f"Ours less theirs: {difference or 'not told'}. {_say_why(choice, compared)}")
        with st.popover("Own history", type="tertiary", icon=":material/history:"):
            _show_history(choice, compared)


def _say_published(one: Published) -> list[str]:
    source, share = one.source, one.share
    n = f"{one.n_analysed:,} analysed" if one.n_analysed else "n not seen"
    if source.n_treated:
        n = f"{n} of {source.n_treated:,} treated"
    interval = ""
    if share:
        low, high = share.interval
        interval = f" · 95 % interval {100 * low:.0f}–{100 * high:.0f} %"
    return [
        f"**{n}**{interval}",
        f"{escape(source.route)}; {escape(source.design)}",
        f"Counted: {escape(one.definition)}",
        f"{escape(source.citation)}; {escape(source.evidence)}: {escape(source.read_in)}",
    ]


def _say_why(choice: Choice, compared: Compared) -> str:
    difference = escape(compared.published.source.difference)
    return f"*Not the same thing:* {difference} {compared.say_by(choice.asked.lowest_baseline(choice.facts))}"


def _show_history(choice: Choice, compared: Compared) -> None:
    rows = []
    for first, last, counted in compared.quarters:
        told = tell(counted, choice.telling)
        span = f"{wording.say_date(first)} to {wording.say_date(last)}"
        rows.append(
            (span, told.rate, told.counts, told.interval, f"{told.coverage}; {told.bounds}".strip("; "))
        )
    names = ("First doses", "Rate", "Counts", "Interval", "Coverage, worst and best case")
    widths = (150, 64, 86, 140, 310)
    columns = {name: text_column(name, width) for name, width in zip(names, widths, strict=True)}
    said = pd.DataFrame(rows, columns=list(names))
    key = f"history-{compared.published.source.name}-{compared.published.metric}"
    display.show_table(said, columns, key=key, alt="The same rate in the four quarters before")


def _show_list(heading: str, caption: str, figures: list[Published], key: str) -> None:
    st.subheader(heading, anchor=False)
    st.caption(caption)
    said = pd.DataFrame([_describe(one) for one in figures])
    widths = {
        "Source": 92,
        "Figure": 128,
        "Value": 56,
        "n": 56,
        "Route and design": 180,
        "Counted": 160,
        "Read in": 92,
    }
    columns = {name: text_column(name, width) for name, width in widths.items()}
    display.show_table(said, columns, key=key, alt=heading, row_height=display.WRAPPED, most_rows=8)


def _describe(one: Published) -> dict[str, str]:
    source = one.source
    why = f"; {one.not_compared}" if source.kind == STUDY else ""
    return {
        "Source": source.title,
        "Figure": f"{one.instrument}, {one.metric}, {one.time_point}",
        "Value": f"{one.value:g} %" if one.unit == PER_CENT else f"d {one.value:g}",
        "n": f"{one.n_analysed:,}" if one.n_analysed else "not seen",
        "Route and design": f"{source.route}; {source.design}",
        "Counted": f"{one.definition}{why}",
        "Read in": f"{source.evidence}: {source.read_in}",
    }
