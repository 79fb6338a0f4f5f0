"""The ADaM-like files: patients a batch at a time, their histories to today, and lib.research.adam on them."""

from collections.abc import Callable, Iterator
from types import MappingProxyType

import numpy as np
import pandas as pd

from lib.clinical.courses import does_count
from lib.clinical.instruments import BY_CODE
from lib.clinical.segments import Ints
from lib.research.adam import notes, subjects
from lib.research.adam.questionnaires import derive_adqs
from lib.research.adam.reference import Reference, find_reference, watch
from lib.research.adam.times import derive_adtte
from lib.research.table import ColumnNote, ExportTable
from lib.research.written_columns import Values
from lib.services._export_courses import prepare_patients
from lib.services._export_forms import read_forms
from lib.services._export_ground import Ground, in_blocks
from lib.store import export_rows

_BASELINE_COLUMNS = ("PHQ9BL", "GAD7BL")


def _refer(ground: Ground, patients: list[int]) -> Reference:
    return find_reference(prepare_patients(ground, patients), patients, ground.day)


def _read_adsl(ground: Ground, patients: list[int]) -> pd.DataFrame:
    reference = _refer(ground, patients)
    stored = export_rows.read_rows(ground.connection, "patients", patients, subjects.SUBJECT_COLUMNS)
    baselines = dict(zip(_BASELINE_COLUMNS, _baselines(ground, reference), strict=True))
    return subjects.derive_adsl(stored, reference, baselines, patients)


def _baselines(ground: Ground, reference: Reference) -> list[Ints]:
    """Totals of each instrument, an entry a patient."""
    timeline = reference.prepared.timeline
    found = []
    for one in BY_CODE:
        code = np.full(len(reference.patient), one.code)
        watched = watch(reference, reference.patient, code, ground.day, ground.policy)
        found.append(timeline.at(timeline.total, watched.spans.baseline))
    return found


def _read_adqs(ground: Ground, patients: list[int]) -> pd.DataFrame:
    return _derive_adqs(ground, patients, _refer(ground, patients))


def _derive_adqs(ground: Ground, patients: list[int], reference: Reference) -> pd.DataFrame:
    forms, scores = read_forms(ground, patients)
    return derive_adqs(forms, scores, reference, ground.policy, ground.day)


def _read_adtte(ground: Ground, patients: list[int]) -> pd.DataFrame:
    reference = _refer(ground, patients)
    adqs = _derive_adqs(ground, patients, reference)
    return _in_order(ground, derive_adtte(reference, adqs, ground.policy, ground.day))


def _in_order(ground: Ground, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.iloc[np.argsort(ground.rank(rows["patient"].to_numpy()), kind="stable")]


def _read_adex(ground: Ground, patients: list[int]) -> pd.DataFrame:
    stored = _read_dated(ground, "dosing_sessions", patients, subjects.EXPOSURE_COLUMNS)
    columns = (pd.Series(stored["dose_mg"], dtype="float64"), pd.Series(stored["status"], dtype="object"))
    day = np.array(stored["started_at_day"], dtype=np.int64)
    counts = does_count(*columns).to_numpy(bool) & (day <= ground.day)
    return subjects.derive_adex(stored, counts, _refer(ground, patients))


def _read_adae(ground: Ground, patients: list[int]) -> pd.DataFrame:
    stored = _read_dated(ground, "adverse_events", patients, subjects.EVENT_COLUMNS)
    return subjects.derive_adae(stored, _refer(ground, patients))


def _read_dated(ground: Ground, kind: str, patients: list[int], names: tuple[str, ...]) -> dict[str, Values]:
    """Records by patient and time, as lists."""
    stored = export_rows.read_rows(ground.connection, kind, patients, names)
    second = [-1 if one is None else one for one in stored["started_at_second"]]
    rank = ground.rank(stored["patient_key"])
    days = np.array(stored["started_at_day"])
    order = np.lexsort([np.array(stored["id"]), np.array(second), days, rank]).tolist()
    return {name: [values[at] for at in order] for name, values in stored.items()}


def _make(
    name: str,
    label: str,
    columns: tuple[ColumnNote, ...],
    read_block: Callable[[Ground, list[int]], pd.DataFrame],
    kind: str = "",
) -> Callable[[Ground], ExportTable]:
    """kind: of which record a batch holds no more than a block; none: a few rows a patient."""

    def make(ground: Ground) -> ExportTable:
        counts = export_rows.count_by_patient(ground.connection, kind) if kind else ground.one_each

        def read() -> Iterator[pd.DataFrame]:
            for patients in ground.batches(counts):
                rows = read_block(ground, patients)
                named = pd.DataFrame(ground.name(rows["patient"].to_numpy()), index=rows.index)
                yield from in_blocks(named.join(rows.drop(columns="patient")))

        return ExportTable(name, label, columns, read, sum(len(rows) for rows in read()))

    return make


ADAM_TABLES = MappingProxyType(
    {
        "adsl": _make("adsl", "subjects, one a row", notes.ADSL, _read_adsl),
        "adqs": _make(
            "adqs", "PHQ-9 and GAD-7, an answer or total a row", notes.ADQS, _read_adqs, "assessments"
        ),
        "adex": _make("adex", "doses taken, one a row", notes.ADEX, _read_adex, "dosing_sessions"),
        "adae": _make("adae", "unwanted events, one a row", notes.ADAE, _read_adae, "adverse_events"),
        "adtte": _make("adtte", "days to an event, one a row", notes.ADTTE, _read_adtte),
    }
)
