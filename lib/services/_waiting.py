"""Rows that were not taken: kept as they came, and tried again when their patient arrives."""

import json
from datetime import datetime

import pandas as pd

from lib.clinical.frames import KINDS, Kind
from lib.intake.check import check_rows
from lib.intake.table import RawTable
from lib.services._admission import read_directory
from lib.services._clock import seconds
from lib.store import imports as store_imports
from lib.store.engine import Transaction
from lib.store.records import read_patients, save_records


def keep_problems(
    connection: Transaction, import_key: int, kind: Kind, problems: pd.DataFrame, now: datetime
) -> None:
    patients = read_patients(connection).set_index("patient_key")["clinic_key"]
    rows = problems.assign(
        kind=kind.name,
        clinic_key=problems["patient_key"].map(patients),
        may_hold_item_9=problems["may_hold_item_9"].astype(int),
    )
    store_imports.add_held_rows(connection, import_key, rows, seconds(now))


def release_waiting(
    connection: Transaction, arrived: "pd.Series[str]", now: datetime
) -> tuple[int, frozenset[int]]:
    """Take rows that had waited for a patient who is known now, each as part of the import that had brought it."""
    waiting = store_imports.read_waiting(connection, arrived.unique().tolist())
    patients: frozenset[int] = frozenset()
    n_released = 0
    for _, rows in waiting.groupby(["import_key", "kind"], sort=True):
        import_key, kind_name = int(rows["import_key"].iloc[0]), str(rows["kind"].iloc[0])
        raw = _as_table(rows, kind_name)
        checked = check_rows(raw, read_directory(connection), now)
        recorded_at = int(rows["recorded_at"].iloc[0])
        saved = save_records(connection, kind_name, checked.accepted, import_key, recorded_at)
        store_imports.release(connection, rows["id"].tolist())
        keep_problems(connection, import_key, raw.kind, checked.problems, now)
        n_released += len(checked.accepted)
        patients |= saved.patients
    return n_released, patients


def _as_table(rows: pd.DataFrame, kind_name: str) -> RawTable:
    cells = [json.loads(text) for text in rows["cells"]]
    names = list(dict.fromkeys(name for row in cells for name in row))
    columns = {name: [row.get(name, "") for row in cells] for name in names}
    return RawTable("", KINDS[kind_name], columns, [int(line) for line in rows["line"]], [], (), tuple(names))
