"""Files of records: each kind as its own file has it, so that what was exported can be imported again."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from lib.clinical.frames import KINDS, Kind, stored_columns
from lib.clinical.record_names import KIND_NAMES
from lib.research.dictionary import note_kind
from lib.research.table import ExportTable
from lib.research.written_columns import Values, write_column, write_instants
from lib.services._export_ground import Ground, in_blocks
from lib.store import export_rows

# Earlier versions of forms, in a file of their own: a rule on item 9 reads them too.
SUPERSEDED = "assessments_superseded"


def make_record_table(ground: Ground, name: str) -> ExportTable:
    """A kind of record in force, or SUPERSEDED: the columns of its file, clinic_id and recorded_at, by patient and time."""
    if name == SUPERSEDED:
        table = _make(ground, KINDS["assessments"], export_rows.SUPERSEDED)
        return replace(table, name=SUPERSEDED, label="earlier versions of forms that were corrected")
    return _make(ground, KINDS[name], export_rows.IN_FORCE)


def _make(ground: Ground, kind: Kind, state: str) -> ExportTable:
    counts = export_rows.count_by_patient(ground.connection, kind.name, state)

    def read() -> Iterator[pd.DataFrame]:
        for patients in ground.batches(counts):
            yield from in_blocks(_read_block(ground, kind, patients, state))

    n_rows = int(ground.count(counts).sum())
    columns = note_kind(kind, ground.dictionary)
    return ExportTable(kind.name, f"{KIND_NAMES[kind.name]}: each record", columns, read, n_rows)


def _read_block(ground: Ground, kind: Kind, patients: list[int], state: str) -> pd.DataFrame:
    own = [column for column in kind.columns if column.name != "patient_id"]
    names = [name for column in own for name in stored_columns(column)]
    stored = export_rows.read_rows(ground.connection, kind.name, patients, names, state)
    columns = ground.name(stored["patient_key"])
    columns |= {column.name: write_column(column, stored) for column in own}
    columns["recorded_at"] = write_instants(stored["recorded_at"])
    order = np.lexsort([*_times(kind, stored), ground.rank(stored["patient_key"])])
    return pd.DataFrame(columns, copy=False).iloc[order]


def _times(kind: Kind, stored: Mapping[str, Values]) -> list[np.ndarray]:
    """What rows of one patient are sorted by, the most significant last: the store's own order, then the time, then the day."""
    event = kind.event_column
    names = reversed(stored_columns(event)) if event else ()
    times = [pd.array(stored[name], dtype="Int64").to_numpy(np.int64, na_value=-1) for name in names]
    return [np.array(stored["id"]), *times]
