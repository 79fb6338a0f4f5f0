"""Files of records: each kind as its own file has it, so that what was exported can be imported again."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from lib.clinical.frames import KINDS, Kind, stored_columns
from lib.clinical.record_names import KIND_NAMES
from lib.research.dictionary import note_kind
from lib.research.run_behind import run_behind
from lib.research.table import ExportTable
from lib.research.written_columns import Values, write_column, write_instants
from lib.services._export_ground import Ground, in_blocks
from lib.store import export_rows
from lib.store.arrow_rows import Arrays

# Earlier versions of forms, in a file of their own: a rule on item 9 reads them too.
SUPERSEDED = "assessments_superseded"


def make_record_table(ground: Ground, name: str) -> ExportTable:
    """A kind of record in force, or SUPERSEDED: the columns of its file, clinic_id and recorded_at, by patient and time."""
    if name == SUPERSEDED:
        table = _make(ground, KINDS["assessments"], export_rows.SUPERSEDED)
        return replace(table, name=SUPERSEDED, label="earlier versions of forms that were corrected")
    return _make(ground, KINDS[name], export_rows.IN_FORCE)


def _make(ground: Ground, kind: Kind, state: str) -> ExportTable:
    names = [
        name for column in kind.columns if column.name != "patient_id" for name in stored_columns(column)
    ]
    counts = export_rows.count_by_patient(ground.connection, kind.name, state)

    def read() -> Iterator[pd.DataFrame]:
        fetched = (
            export_rows.fetch_rows(ground.connection, kind.name, patients, names, state)
            for patients in ground.batches(counts)
        )
        for rows in run_behind(partial(_make_block, ground, kind), fetched):
            yield from in_blocks(rows)

    n_rows = int(ground.count(counts).sum())
    columns = note_kind(kind, ground.dictionary)
    return ExportTable(kind.name, f"{KIND_NAMES[kind.name]}: each record", columns, read, n_rows)


def _make_block(ground: Ground, kind: Kind, fetched: Callable[[], Arrays]) -> pd.DataFrame:
    stored = fetched()
    whose = stored["patient_key"].to_numpy()
    columns = ground.name(whose)
    columns |= {
        column.name: write_column(column, stored) for column in kind.columns if column.name != "patient_id"
    }
    columns["recorded_at"] = write_instants(stored["recorded_at"])
    order = np.lexsort([*_times(kind, stored), ground.rank(whose)])
    rows = pd.DataFrame(columns, copy=False)
    # As they mostly stand already.
    is_sorted = bool((order[1:] > order[:-1]).all())
    return rows if is_sorted else rows.iloc[order].reset_index(drop=True)


def _times(kind: Kind, stored: Mapping[str, Values]) -> list[np.ndarray]:
    """What rows of one patient are sorted by, the most significant last: the store's own order, then the time, then the day."""
    event = kind.event_column
    names = reversed(stored_columns(event)) if event else ()
    times = [stored[name].fill_null(-1).to_numpy() for name in names]
    return [stored["id"].to_numpy(), *times]
