"""The people behind a number, for whoever may see them and has said what for."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import streamlit as st

from lib.clinical.outcomes.counting import MET, MISSING, NOT_MET, place
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.measures import Measure
from lib.clinical.outcomes.reported import Reported
from lib.clinical.segments import NONE
from lib.clinical.wording import capitalise
from lib.services import outcome_people
from lib.ui import address, display, opening, wording
from lib.ui.asking import ask
from lib.ui.columns import text_column
from lib.ui.outcomes import naming
from lib.ui.outcomes.choices import Choice

_INSIDE = {
    "met": (MET, "counted as met"),
    "not-met": (NOT_MET, "not met"),
    "missing": (MISSING, "a score is missing"),
}
_MOST_ROWS = 14


def list_places(choice: Choice, measure: Measure) -> Iterator[tuple[str, str, Facts]]:
    """Word in the address, words, and courses of every place that somebody stands in: exits first, in their order."""
    places = place(measure, choice.facts, choice.denominator)
    exits = measure.exits_of(choice.denominator)
    named = {step.name: (number, step.words) for number, step in enumerate(exits)} | _INSIDE
    for slug, (number, words) in named.items():
        if (places == number).any():
            yield slug, words, choice.facts.select(places == number)


def show_people(choice: Choice, measure: Measure) -> None:
    """Whoever stands in the place that the address names."""
    found = {slug: (words, facts) for slug, words, facts in list_places(choice, measure)}
    options = [f"{measure.name}.{slug}" for slug in found]
    address.show_choice("who", options)
    chosen = st.selectbox(
        "Whose courses",
        options,
        index=None,
        key="who",
        placeholder="Choose who of them",
        format_func=lambda one: _say_option(choice, found[one.partition(".")[2]]),
        on_change=address.follow,
        args=("who",),
    )
    if not chosen:
        return
    words, facts = found[chosen.partition(".")[2]]
    show_list(choice, facts, f"{measure.title}, {choice.asked.name}: {words}")


def _say_option(choice: Choice, found: tuple[str, Facts]) -> str:
    words, facts = found
    return f"{capitalise(words)}: {wording.count(len(facts), 'course')}"


def show_list(choice: Choice, facts: Facts, what: str) -> None:
    """These courses by name; that the list is looked at is kept. Only for whoever has said what names are for."""
    naming.note_list(what, tuple(facts.patient.tolist()), choice.key)
    names = ask(outcome_people.read_names, tuple(sorted(set(facts.patient.tolist())))).set_index(
        "patient_key"
    )
    rows = [_describe(choice, facts, at) for at in range(len(facts))]
    said = pd.DataFrame(rows).join(names, on="patient_key").dropna(subset=["patient_id"])
    said = said.sort_values(["patient_id", "course"])
    told = pd.DataFrame(
        {
            "Open": opening.OPEN,
            "Patient": said["patient_id"],
            "Clinic": said["clinic_id"],
            "Course": said["course"],
            "First dose": said["first"],
            "Sessions": said["sessions"],
            "Baseline": said["baseline"],
            "At the time point": said["total"],
        }
    )
    columns: dict[str, Any] = {heading: text_column(heading, 88) for heading in told.columns}
    columns["Open"] = opening.open_column([f"patient-{key}" for key in said["patient_key"]])
    display.show_table(told, columns, key="outcome-people", alt=f"{what}: {len(told)}", most_rows=_MOST_ROWS)


def _describe(choice: Choice, facts: Facts, at: int) -> dict[str, Any]:
    scores = choice.asked.scores(facts)
    baseline, total = int(scores["baseline_total"][at]), int(scores.total(choice.asked.time_point)[at])
    return {
        "patient_key": int(facts.patient[at]),
        "course": str(facts.course[at]),
        "first": wording.say_date(wording.day_of(facts.day_0[at])),
        "sessions": str(facts.n_sessions[at]),
        "baseline": "none" if baseline == NONE else str(baseline),
        "total": "none" if total == NONE else str(total),
    }


def show_patients(choice: Choice, row: Reported) -> None:
    """Whoever stands in a place of a measure of patients, by name."""
    exits = row.measure.exits_of(row.denominator)
    named = {step.name: (number, step.words) for number, step in enumerate(exits)} | _INSIDE
    found = {slug: (words, row.patients_at(number)) for slug, (number, words) in named.items()}
    options = [slug for slug, (_, patients) in found.items() if len(patients)]
    address.show_choice("who", options)
    slug = st.selectbox(
        "Whose",
        options,
        index=None,
        key="who",
        placeholder="Choose who of them",
        format_func=lambda one: f"{capitalise(found[one][0])}: {len(found[one][1]):,}",
        on_change=address.follow,
        args=("who",),
    )
    if not slug:
        return
    words, patients = found[slug]
    what = f"{row.measure.title}: {words}"
    naming.note_list(what, tuple(patients.tolist()), row.time_point)
    names = ask(outcome_people.read_names, tuple(sorted(set(patients.tolist())))).sort_values("patient_id")
    told = pd.DataFrame({"Open": opening.OPEN, "Patient": names["patient_id"], "Clinic": names["clinic_id"]})
    columns: dict[str, Any] = {heading: text_column(heading, 140) for heading in told.columns}
    columns["Open"] = opening.open_column([f"patient-{key}" for key in names["patient_key"]])
    display.show_table(told, columns, key="measure-people", alt=f"{what}: {len(told)}", most_rows=_MOST_ROWS)
