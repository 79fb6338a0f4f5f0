"""Building a cohort: the criteria in their order, how many are left after each, and the diagram."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import streamlit as st

from lib.clinical.consort import Consort, ToldStep
from lib.research.cohort import list_steps
from lib.research.criteria import Criteria
from lib.research.criteria_file import write_criteria
from lib.research.people import COURSES
from lib.research.questions import QUESTIONS
from lib.research.suggesting import suggest_criterion
from lib.services import cohorts
from lib.services.cohorts import Ground
from lib.ui import address, display
from lib.ui.asking import ask_alike
from lib.ui.cohort import chosen, saving
from lib.ui.cohort.controls import ask_criterion
from lib.ui.cohort.diagram import offer_json, show_consort
from lib.ui.display import escape
from lib.ui.drawn_once import draw_once
from lib.ui.operations.counted import limit_of

_ADD = "cohort-add"
_CONSENT = (
    "Consent to research is asked first, of every cohort, and cannot be left out: only a recorded yes, said by the day that is "
    "looked at, lets somebody in."
)
# What an added question is called, where its own label needs an instrument before it.
_ADDED: Mapping[str, str] = MappingProxyType(
    {
        "baseline": "Baseline total",
        "caseness": "Baseline at caseness",
        "paired": "Scores at baseline and a time point",
    }
)


def show_building() -> None:
    criteria = chosen.read_criteria()
    ground: Ground = ask_alike(cohorts.read_ground, criteria.course, criteria.clinics, criteria.as_of)
    counted = ground.find(criteria).count()
    limit = limit_of(ground.policy)
    _choose_ground(criteria, ground)
    if refusal := chosen.take_refusal():
        st.warning(f"{escape(refusal)} Nothing was changed.", icon=":material/info:")
    with st.container(horizontal=True, key="cohort-body"):
        with st.container(gap="small", key="cohort-criteria"):
            _show_criteria(criteria, ground, counted, limit)
            saving.offer_saving(criteria)
        with st.container(key="cohort-diagram"):
            asked = write_criteria(criteria, indent=None)
            draw_once(
                ground,
                "consort",
                asked,
                limit,
                draw=lambda: show_consort(counted, limit, "cohort-consort"),
            )
            _offer_files(criteria, counted, limit)


def _choose_ground(criteria: Criteria, ground: Ground) -> None:
    """Which course, on which day, and whose."""
    st.session_state["cohort-course"] = criteria.course
    st.session_state["cohort-as-of"] = ground.drawn.as_of
    with st.container(horizontal=True, vertical_alignment="bottom", key="cohort-ground"):
        st.selectbox(
            "Of each patient",
            list(COURSES),
            format_func=COURSES.__getitem__,
            key="cohort-course",
            on_change=_choose_course,
            width=200,
        )
        st.date_input("As of", key="cohort-as-of", on_change=_choose_day, width=150)
        st.selectbox(
            "Add a criterion",
            list(QUESTIONS),
            index=None,
            format_func=lambda name: _ADDED.get(name, QUESTIONS[name].label),
            key=_ADD,
            placeholder="Choose what is asked",
            on_change=_add,
            args=(ground,),
            width=280,
        )
    st.caption(
        f"Clinics: {escape(', '.join(ground.drawn.clinics))}. Data version {ground.drawn.data_version}."
    )


def _choose_course() -> None:
    chosen.choose_criteria(replace(chosen.read_criteria(), course=st.session_state["cohort-course"]))


def _choose_day() -> None:
    day: date | None = st.session_state["cohort-as-of"]
    chosen.choose_criteria(replace(chosen.read_criteria(), as_of=day))


def _add(ground: Ground) -> None:
    """After the last one; the choice is then free for the next."""
    name = st.session_state[_ADD]
    st.session_state[_ADD] = None
    if name:
        suggested = suggest_criterion(name, ground.people, ground.policy)
        chosen.put(len(chosen.read_criteria().asked), suggested)


def _show_criteria(criteria: Criteria, ground: Ground, counted: Consort, limit: int) -> None:
    start, (consent, *told) = counted.tell(limit)
    with st.container(border=True, gap=None, key="cohort-consent"):
        reasons = ", ".join(f"{words} {n}" for words, n in consent.reasons)
        st.markdown(_say_step(consent, f"of {start} patients; without: {reasons}"))
        st.caption(_CONSENT)
    for at, (asked, step) in enumerate(zip(criteria.asked, told, strict=True)):
        with st.container(border=True, gap="xsmall", key=f"criterion-{at}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(_say_step(step, f"{step.left} leave"))
                _offer(at, "Up", ":material/arrow_upward:", chosen.move_up, is_possible=at > 0)
                _offer(at, "Remove", ":material/close:", chosen.remove)
            with st.container(horizontal=True, vertical_alignment="bottom"):
                ask_criterion(at, asked, ground)


def _say_step(step: ToldStep, more: str) -> str:
    return f"{escape(step.words)} → **{escape(step.remaining)}** ({escape(more)})"


def _offer(at: int, label: str, icon: str, act: Callable[[int], None], *, is_possible: bool = True) -> None:
    st.button(
        label,
        key=f"{label.lower()}-{at}",
        type="tertiary",
        icon=icon,
        disabled=not is_possible,
        on_click=act,
        args=(at,),
    )


def _offer_files(criteria: Criteria, counted: Consort, limit: int) -> None:
    with st.container(horizontal=True):
        display.show_download(
            "CSV of the steps", lambda: list_steps(counted, limit), "cohort-steps.csv", key="cohort-steps"
        )
        offer_json("Criteria as JSON", write_criteria(criteria), "cohort-json")
        asked = {"criteria": write_criteria(criteria, indent=None), **address.kept()}
        st.page_link("pages/explore.py", label="Explore", icon=":material/query_stats:", query_params=asked)
