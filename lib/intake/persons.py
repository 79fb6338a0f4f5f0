"""What is known of a person already, and what a file says of the same person that cannot be, or should be looked at."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.intake.columns import Typed
from lib.intake.events import Event
from lib.intake.findings import BoolArray, Findings
from lib.intake.people import Directory, People
from lib.intake.table import RawTable
from lib.intake.values import UnreadableCell, parse_day

_Facts = npt.NDArray[np.float64]


def look_up(name: str, directory: Directory, people: People) -> _Facts:
    """Row by row what the directory says of the row's patient in a column of numbers; NaN where it says nothing."""
    known = directory.patients
    if name not in known:
        return np.full(len(people.patient_key), np.nan)
    facts = known.dropna(subset=[name]).drop_duplicates("patient_key").set_index("patient_key")[name]
    return facts.astype("float64").reindex(people.patient_key).to_numpy()


def check_persons(
    raw: RawTable,
    columns: Mapping[str, Typed],
    people: People,
    directory: Directory,
    findings: Findings,
) -> None:
    """The rules of patients.csv: an id that has become somebody else's is held, a person with a second id is told."""
    if raw.kind.name != "patients":
        return
    born, known = columns["birth_date"], look_up("birth_day", directory, people)
    is_other = ~born.is_missing & ~np.isnan(known) & (born.values != known)
    reason = (
        "The patient with this patient_id has another birth_date: is this a different person? Give each person an id of their "
        "own; a wrong date is corrected on the patient's page."
    )
    if not raw.is_confirmed:
        findings.hold(is_other, "different-person", "birth_date", reason)
    twins = _find_twins(columns, people, directory)
    findings.warn(
        twins, "the initials and birth_date are those of another patient: possibly the same person."
    )


def compare_with_file(raw: RawTable, people: People, directory: Directory, findings: Findings) -> None:
    """Holds the records of a patient of whom the same file says another birth date than the known one."""
    if not raw.born or raw.is_confirmed:
        return
    days = {patient_id: _day(text) for patient_id, text in raw.born.items()}
    said = pd.Series(list(raw.cells["patient_id"]), dtype=object).map(days).to_numpy(np.float64)
    known = look_up("birth_day", directory, people)
    is_other = ~np.isnan(said) & ~np.isnan(known) & (said != known)
    reason = (
        "The file says another birth_date of this patient than the known one: is this a different person? Correct patient_id, or "
        "the date on the patient's page."
    )
    findings.hold(is_other, "different-person", "patient_id", reason)


def days_of_birth(raw: RawTable) -> set[int]:
    """Every birth date that a file of patients says, days since 1970-01-01."""
    days = map(_day, raw.column("birth_date").distinct)
    return {int(day) for day in days if not np.isnan(day)}


def _day(text: str) -> float:
    try:
        return parse_day(text)
    except UnreadableCell:
        return np.nan


def compare_with_life(event: Event, people: People, directory: Directory, findings: Findings) -> None:
    born = look_up("birth_day", directory, people)
    is_before = ~event.day.is_missing & (event.day.values < np.nan_to_num(born, nan=-np.inf))
    reason = f"{event.column} lies before the patient's date of birth: correct the one that is wrong."
    findings.reject(is_before, "before-birth", event.column, reason)
    joined = look_up("enrolled_day", directory, people)
    is_early = ~event.day.is_missing & (event.day.values < np.nan_to_num(joined, nan=-np.inf))
    findings.warn(is_early, f"{event.column} lies before the patient's enrolled_on.")


def warn_above_ceiling(
    raw: RawTable, columns: Mapping[str, Typed], people: People, directory: Directory, findings: Findings
) -> None:
    if "dose_mg" in columns and raw.kind.name in ("dosing_sessions", "dose_orders"):
        dose, ceiling = columns["dose_mg"], look_up("dose_ceiling_mg", directory, people)
        is_above = ~dose.is_missing & (dose.values > np.nan_to_num(ceiling, nan=np.inf))
        findings.warn(is_above, "dose_mg is above the highest dose that this patient is allowed.")


def _find_twins(columns: Mapping[str, Typed], people: People, directory: Directory) -> BoolArray:
    """New patients with the initials and the date of birth of somebody else in the same clinic."""
    born, initials = columns["birth_date"], columns["initials"]
    is_told = ~born.is_missing & ~initials.is_missing
    offered = pd.DataFrame(
        {
            "clinic": people.clinic_id,
            "born": born.values,
            "initials": [str(text).casefold() for text in initials.values],
            "patient": people.patient_id,
        }
    )[is_told]
    known = directory.patients
    if {"birth_day", "initials"} <= set(known):
        told = known.dropna(subset=["birth_day", "initials"])
        others = {"clinic": told["clinic_id"], "born": told["birth_day"].astype("int64")}
        others |= {"initials": told["initials"].map(str.casefold), "patient": told["patient_id"]}
        everybody = pd.concat([offered, pd.DataFrame(others)])
    else:
        everybody = offered
    names = everybody.groupby(["clinic", "born", "initials"])["patient"].nunique()
    several = set(names[names > 1].index)
    is_twin = np.zeros(len(people.patient_key), np.bool_)
    marks = offered[["clinic", "born", "initials"]].itertuples(index=False, name=None)
    is_twin[offered.index] = [mark in several for mark in marks]
    return np.asarray(is_twin & ~people.is_known, np.bool_)
