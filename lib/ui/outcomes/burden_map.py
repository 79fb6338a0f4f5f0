"""The map of benefit and burden: two cuts that the reader moves, how many lie in each of the four parts, and who."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lib.charts.clinic.benefit_burden import (
    BenefitBurdenMap,
    describe_benefit_burden,
    plot_benefit_burden,
    say_parts,
)
from lib.clinical.outcomes.burden import Weighed, edges_of_change, kinds, weigh
from lib.clinical.outcomes.session_facts import CourseSessions
from lib.clinical.wording import capitalise, say_signed
from lib.ui import address
from lib.ui.choosing import choose_segment
from lib.ui.display import escape
from lib.ui.drawn_once import make_once
from lib.ui.outcomes import naming
from lib.ui.outcomes.choices import Choice
from lib.ui.outcomes.figures import show_figure
from lib.ui.outcomes.people import show_list

# By its word in the address: row and column of BenefitBurden.split, and what it is called.
_PARTS = {
    "better-lighter": (0, 0, "better, lighter"),
    "not-better-lighter": (0, 1, "not better, lighter"),
    "better-heavier": (1, 0, "better, heavier"),
    "not-better-heavier": (1, 1, "not better, heavier"),
}


def show_map(choice: Choice, sessions: CourseSessions) -> None:
    """sessions: of the choice's courses."""
    known = kinds(choice.courses.policy)
    titles = {name: kind.title for name, kind in known.items()}
    name = choose_segment("Burden", "burden", titles, is_labelled=True)
    weighed = make_once(
        choice.courses,
        f"weighed {name} {choice.key}",
        lambda: weigh(choice.asked, choice.facts, sessions, known[name]),
    )
    with st.container(key="burden-map", horizontal=True):
        with st.container(key="burden-cuts"):
            data = _choose_cuts(choice, weighed)
            _show_parts(data)
        with st.container(key="burden-figure"):
            show_figure(
                choice,
                f"map-{name}",
                f"Benefit and burden {choice.asked.say_time_point()}",
                lambda theme: (plot_benefit_burden(data, theme), describe_benefit_burden(data)),
                _say_whom(weighed),
                also=(data.change_cut, data.burden_cut),
            )
    naming.offer_names()
    _show_people(choice, weighed, data)


def _choose_cuts(choice: Choice, weighed: Weighed) -> BenefitBurdenMap:
    edges, change_near = edges_of_change(choice.asked)
    limit, near = choice.telling.limit, (change_near, weighed.kind.begins_at)

    def count() -> tuple[Any, ...]:
        counted = weighed.count(edges)
        return counted, *counted.find_cuts(near, limit)

    counted, changes, burdens = make_once(choice.courses, f"cuts {weighed.kind.title} {choice.key}", count)
    change_cut = _slide("change-cut", "Better: a change of at most", changes, near[0], say_signed)
    burden_cut = _slide("burden-cut", "Heavier: from", burdens, near[1], lambda cut: f"{cut:g}")
    if limit:
        st.caption(f"The lines stop only where no group of 1 to {limit} patients could be told.")
    change = f"{choice.asked.name} change {choice.asked.say_time_point()}, points"
    return BenefitBurdenMap(counted, change_cut, burden_cut, change, weighed.kind.words, limit)


def _slide(name: str, label: str, cuts: Sequence[float], near: float, say: Callable[[float], str]) -> float:
    """Where a line stands; with one place there is nothing to move."""
    options = [f"{cut:g}" for cut in cuts]
    nearest = min(cuts, key=lambda cut: abs(cut - near))
    if len(options) == 1:
        st.markdown(f"{label} **{say(nearest)}**")
        return nearest
    address.show_choice(name, options, f"{nearest:g}")
    chosen = st.select_slider(
        label,
        options,
        key=name,
        on_change=address.follow,
        args=(name,),
        format_func=lambda text: say(float(text)),
    )
    return float(chosen)


def _show_parts(data: BenefitBurdenMap) -> None:
    """Each part a button: how many, and who."""
    said = say_parts(data)
    for slug, (row, column, words) in _PARTS.items():
        st.button(
            f"**{escape(said[row][column])}** {words}",
            key=f"part-{slug}",
            width="stretch",
            type="primary" if address.read("part") == slug else "secondary",
            on_click=address.write,
            args=("part", slug),
        )


def _say_whom(weighed: Weighed) -> str:
    n_known, n_sessions = weighed.known_sessions
    said = f"{n_known:,} of the {n_sessions:,} sessions before the scores of those on the map tell it"
    return (
        "Of everyone due whose baseline was at caseness, or is not known, whatever is counted above. Burden is that of the "
        f"sessions before the score, where it was recorded ({said}): what nobody recorded or asked for is unknown, not none."
    )


def _show_people(choice: Choice, weighed: Weighed, data: BenefitBurdenMap) -> None:
    """Of the part that the address names, for whoever has said what names are for."""
    part = _PARTS.get(address.read("part"))
    if part is None:
        return
    row, column, words = part
    cuts = f"cuts at {say_signed(data.change_cut)} and {data.burden_cut:g}"
    what = f"{data.burden} against {data.change}, {cuts}: {words}"
    if not naming.is_named():
        st.caption(f"Names are hidden. Chosen: {words}.")
        return
    facts = weighed.select(
        is_better=column == 0, is_heavier=row == 1, change_cut=data.change_cut, burden_cut=data.burden_cut
    )
    st.subheader(capitalise(words), anchor=False)
    if len(facts):
        show_list(choice, facts, what)
    else:
        st.caption("Nobody.")
