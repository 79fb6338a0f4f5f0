"""The people behind a number, for whoever may see them and has said what for."""

from typing import Any

import pandas as pd

from lib.clinical.outcomes.counting import MET, MISSING, NOT_MET, place
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.measures import Measure
from lib.clinical.outcomes.reported import Reported
from lib.clinical.segments import NONE, Ints
from lib.clinical.wording import capitalise
from lib.services import outcome_people
from lib.ui import display, opening, wording
from lib.ui.asking import ask
from lib.ui.choosing import choose_one
from lib.ui.columns import text_column
from lib.ui.outcomes import naming
from lib.ui.outcomes.choices import Choice

_INSIDE = {
    "met": (MET, "counted as met"),
    "not-met": (NOT_MET, "not met"),
    "missing": (MISSING, "a score is missing"),
}
_MOST_ROWS = 14


def show_people(choice: Choice, measure: Measure) -> None:
    """Whoever stands in the place that the address names, of a measure of courses."""
    places = place(measure, choice.facts, choice.denominator)
    if (found := _choose_place(measure, choice.denominator, places, "Whose courses", "course")) is None:
        return
    number, words = found
    show_list(choice, choice.facts.select(places == number), f"{measure.title}, {choice.asked.name}: {words}")


def _choose_place(
    measure: Measure, denominator: str, places: Ints, label: str, noun: str
) -> tuple[int, str] | None:
    """Number and words of the place that the address names, of those where somebody stands: exits first, in their order."""
    exits = {step.name: (number, step.words) for number, step in enumerate(measure.exits_of(denominator))}
    named = {f"{measure.name}.{slug}": where for slug, where in (exits | _INSIDE).items()}
    counts = {one: int((places == number).sum()) for one, (number, _) in named.items()}
    words = {one: f"{capitalise(named[one][1])}: {wording.count(n, noun)}" for one, n in counts.items() if n}
    chosen = choose_one(label, "who", "Choose who of them", list(words), words)
    return named[chosen] if chosen else None


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


def show_patients(row: Reported) -> None:
    """Whoever stands in the place that the address names, of a measure of patients."""
    found = _choose_place(row.measure, row.denominator, row.places, "Whose", "patient")
    if found is None:
        return
    number, words = found
    patients, what = row.patients_at(number), f"{row.measure.title}: {words}"
    naming.note_list(what, tuple(patients.tolist()), row.time_point)
    names = ask(outcome_people.read_names, tuple(sorted(set(patients.tolist())))).sort_values("patient_id")
    told = pd.DataFrame({"Open": opening.OPEN, "Patient": names["patient_id"], "Clinic": names["clinic_id"]})
    columns: dict[str, Any] = {heading: text_column(heading, 140) for heading in told.columns}
    columns["Open"] = opening.open_column([f"patient-{key}" for key in names["patient_key"]])
    display.show_table(told, columns, key="measure-people", alt=f"{what}: {len(told)}", most_rows=_MOST_ROWS)
