"""Rows that were not taken: kept as they came, to be tried again."""

import json
from collections.abc import Iterator

import pandas as pd

from lib.clinical.frames import KINDS, Kind
from lib.intake.people import normalise
from lib.intake.table import BORN, RawTable
from lib.intake.texts import Texts
from lib.services._identities import note_arrivals
from lib.store import imports as store_imports
from lib.store.engine import Transaction
from lib.store.records import find_patients, read_clinics, read_patients

_WHOSE = ["patient_key", "clinic_key"]


def keep_problems(
    connection: Transaction, import_key: int, kind: Kind, problems: pd.DataFrame, offered_at: int
) -> None:
    """Keep the rows of lib.intake's problems, each with its patient's clinic, or with the one that it names: no other sees it."""
    if problems.empty:
        return
    keys = problems["patient_key"].dropna().unique().tolist()
    people = read_patients(connection, keys, with_merged=True) if keys else pd.DataFrame(columns=_WHOSE)
    clinic_of = people.set_index("patient_key")["clinic_key"]
    key_of = read_clinics(connection).set_index("clinic_id")["clinic_key"]
    named = [normalise(json.loads(cells).get("clinic_id", "")) for cells in problems["cells"]]
    of_name = pd.Series(named, index=problems.index, dtype=object).map(key_of)
    rows = problems.assign(
        kind=kind.name,
        clinic_key=problems["patient_key"].map(clinic_of).fillna(of_name),
        may_hold_item_9=problems["may_hold_item_9"].astype(int),
    )
    store_imports.add_held_rows(connection, import_key, rows, offered_at)
    named_in = rows.assign(patient_id=rows["patient_id"].map(normalise))
    note_arrivals(connection, kind.name, import_key, named_in, are_held=True)


def write_scope(clinics: frozenset[str] | None) -> str | None:
    """For whose clinics a file was offered, as it is kept with its import; None: for all."""
    return None if clinics is None else json.dumps(sorted(clinics))


def read_scope(text: str | None) -> frozenset[str] | None:
    return None if pd.isna(text) else frozenset(json.loads(str(text)))


def has_arrived(connection: Transaction, waiting: pd.DataFrame) -> "pd.Series[bool]":
    """Which waiting rows have the patient, or the clinic, that they wait for, within the clinics that they were offered for."""
    patients = find_patients(connection, waiting["patient_id"].map(normalise))
    clinics = set(read_clinics(connection)["clinic_id"])
    is_known = pd.Series(False, index=waiting.index, dtype=bool)
    for text, rows in waiting.groupby("scope", dropna=False):
        scope = read_scope(text)
        own = patients if scope is None else patients[patients["clinic_id"].isin(scope)]
        is_known[rows.index] = rows["patient_id"].map(normalise).isin(set(own["patient_id"]))
    return is_known.where(waiting["code"] != "unknown-clinic", waiting["value"].isin(clinics))


def tables_that_waited(waiting: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, RawTable]]:
    """Waiting rows by import and kind, each group also as the table that it was."""
    for _, rows in waiting.groupby(["import_key", "kind"], sort=True):
        cells = [json.loads(text) for text in rows["cells"]]
        born = _take_births(str(rows["kind"].iloc[0]), cells)
        names = list(dict.fromkeys(name for row in cells for name in row))
        columns = {name: Texts.of(row.get(name, "") for row in cells) for name in names}
        lines = [int(line) for line in rows["line"]]
        kind = KINDS[str(rows["kind"].iloc[0])]
        yield rows, RawTable("", kind, columns, lines, [], (), tuple(names), born=born)


def _take_births(kind: str, cells: list[dict[str, str]]) -> dict[str, str]:
    """The birth dates by patient_id that rows of other records came with, taken out of their cells."""
    if kind == "patients":
        return {}
    days = {row["patient_id"]: row.pop(BORN, "") for row in cells}
    return {patient_id: day for patient_id, day in days.items() if day}
