"""Taking rows in: check them, make the patients they name, save versions, keep what cannot be taken, release what had waited."""

from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from lib.clinical.frames import Kind, stored_columns
from lib.clinical.moments import SECONDS_A_DAY
from lib.intake.check import CheckedRows, check_rows
from lib.intake.table import RawTable
from lib.intake.twins import Twins
from lib.services._admission import admit_patients, make_patients, read_directory
from lib.services._identities import note_arrivals
from lib.services._waiting import has_arrived, keep_problems, read_scope, tables_that_waited
from lib.store import imports as store_imports
from lib.store.engine import Transaction
from lib.store.saving import Saved, save_records


@dataclass(frozen=True)
class Way:
    """How rows are taken: for which import, when they were offered, whether that was the first load of their kind, whether
    patients that nobody knows may be made, in which clinics whoever offers them may look (None: all), and whether any record is
    stored that these rows may be of."""

    import_key: int
    offered_at: int
    is_back_loaded: bool
    creates_patients: bool = False
    scope: frozenset[str] | None = None
    is_any_stored: bool = True


@dataclass(frozen=True)
class TakenRows:
    """patients: whose record, or whose waiting item 9, changed. n_released: rows that had waited and are taken now."""

    checked: CheckedRows
    saved: Saved
    patients: frozenset[int]
    n_released: int


def take_rows(
    connection: Transaction, raw: RawTable, way: Way, now: datetime, twins: Twins | None = None
) -> TakenRows:
    """Take the rows of a table, and then those that had waited for a patient whom it brought. twins: of a part of a file, what is
    known of its rows from the whole; None where the parts have not been compared yet."""
    checked = check_rows(raw, read_directory(connection, raw, way.scope), now, twins)
    brings_patients = raw.kind.name == "patients"
    if brings_patients:
        checked = admit_patients(connection, raw, checked)
    elif way.creates_patients and make_patients(connection, checked.problems):
        brings_patients = True
        checked = check_rows(raw, read_directory(connection, raw, way.scope), now, twins)
    checked = replace(checked, accepted=_date_knowledge(raw.kind, checked.accepted, way))
    said = (raw.kind.name, checked.accepted, way.import_key)
    saved = save_records(connection, *said, is_any_stored=way.is_any_stored)
    keep_problems(connection, way.import_key, raw.kind, checked.problems, way.offered_at)
    note_arrivals(connection, raw.kind.name, way.import_key, checked.accepted)
    named = frozenset(int(key) for key in checked.problems["patient_key"].dropna())
    arrived = checked.accepted["patient_id"].unique().tolist() if brings_patients else []
    waiting = store_imports.read_waiting(connection, patient_ids=arrived) if arrived else pd.DataFrame()
    released = release(connection, waiting, now)
    return TakenRows(checked, saved, saved.patients | named | released.patients, released.n_rows)


def _date_knowledge(kind: Kind, accepted: pd.DataFrame, way: Way) -> pd.DataFrame:
    """Since when each row counts as known: as the file says, of a first load since its event, else since it was offered."""
    known_at = accepted["recorded_at"]
    if way.is_back_loaded and kind.event_column:
        day, *second = (accepted[name].fillna(0) for name in stored_columns(kind.event_column))
        happened_at = day * SECONDS_A_DAY + (second[0] if second else 0)
        # What is only planned is not known any earlier, nor any later, than it was offered.
        known_at = known_at.fillna(happened_at.clip(upper=way.offered_at))
    return accepted.assign(
        recorded_at=known_at.fillna(way.offered_at).astype("int64"), is_dated=accepted["recorded_at"].notna()
    )


@dataclass(frozen=True)
class Released:
    n_rows: int
    patients: frozenset[int]


def release(
    connection: Transaction, waiting: pd.DataFrame, now: datetime, *, creates_patients: bool = False
) -> Released:
    """Try rows again that had waited, each as part of the import that had brought it. waiting: columns of read_waiting."""
    n_rows, patients = 0, frozenset[int]()
    if waiting.empty:
        return Released(n_rows, patients)
    # Who still waits stays as they are: a row for every try would be kept else.
    if not creates_patients:
        waiting = waiting[has_arrived(connection, waiting)]
    for rows, raw in tables_that_waited(waiting):
        first = rows.iloc[0]
        way = Way(
            int(first["import_key"]),
            int(first["recorded_at"]),
            first["is_back_loaded"] == 1,
            creates_patients,
            read_scope(first["scope"]),
        )
        store_imports.release(connection, rows["id"].tolist())
        taken = take_rows(connection, raw, way, now)
        shares = taken.checked.accepted["clinic_key"].value_counts()
        store_imports.finish_import(
            connection, way.import_key, {}, {int(key): int(n) for key, n in shares.items()}
        )
        n_rows += len(taken.checked.accepted) + taken.n_released
        patients |= taken.patients
    return Released(n_rows, patients)
