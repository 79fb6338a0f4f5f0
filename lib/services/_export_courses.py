"""Files of courses: status, scores at the time points, and what was decided."""

import json
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from lib.clinical.histories import Prepared, prepare, select_points
from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.course_scores import derive_course_scores
from lib.clinical.segments import NONE
from lib.clinical.spans import Points
from lib.clinical.status import derive_status
from lib.research import derived_notes as notes
from lib.research.table import ColumnNote, ExportTable
from lib.research.written_columns import write_dates, write_number, write_text, write_whole, write_yes_no
from lib.services import _clock
from lib.services._export_ground import Ground, in_blocks
from lib.services._followed import follow
from lib.services._histories import load_scores
from lib.services._standing import standing_on
from lib.store import decisions


def make_status(ground: Ground) -> ExportTable:
    """How every course stands today."""
    columns = notes.note_status(ground.dictionary)
    return _make("status", "how each course stands, by instrument", columns, ground, _read_status)


def make_course_scores(ground: Ground) -> ExportTable:
    """Totals of courses at the time points that outcomes look at."""
    label = "totals of each course at its time points"
    return _make("course_scores", label, notes.COURSE_SCORES, ground, _read_course_scores)


def make_decisions(ground: Ground) -> ExportTable:
    """Signed decisions, and what became of them."""
    return _make("decisions", "signed decisions", notes.DECISIONS, ground, _read_decisions)


def _make(
    name: str,
    label: str,
    columns: tuple[ColumnNote, ...],
    ground: Ground,
    read_block: Callable[[Ground, list[int]], pd.DataFrame],
) -> ExportTable:
    def read() -> Iterator[pd.DataFrame]:
        for patients in ground.batches(ground.one_each):
            yield from in_blocks(read_block(ground, patients))

    return ExportTable(name, label, columns, read, sum(len(rows) for rows in read()))


def _read_status(ground: Ground, patients: list[int]) -> pd.DataFrame:
    as_of = _clock.day_of(ground.day)
    found = standing_on(
        ground.connection, ground.actor, ground.policy, as_of, all_courses=True, patients=patients
    )
    found = found[found["patient"].isin(patients)]
    rank = ground.rank(found["patient"].to_numpy())
    found = found.iloc[np.lexsort([found["instrument"], found["course"], rank])].reset_index(drop=True)
    status = derive_status(found, ground.policy)
    columns = ground.name(found["patient"].to_numpy())
    return pd.DataFrame(columns | {name: _write_plain(status[name]) for name in status})


def _write_plain(values: pd.Series) -> pd.Series:
    """Dates as text, booleans as yes and no."""
    if values.dtype.kind == "M":
        return values.dt.strftime("%Y-%m-%d").astype("string")
    if values.dtype == "boolean":
        return write_yes_no([None if pd.isna(one) else int(one) for one in values])
    return values


def prepare_patients(ground: Ground, patients: list[int]) -> Prepared:
    """Their histories to today."""
    return prepare(load_scores(ground.connection, ground.policy, patients).to_day(ground.day), ground.policy)


def _read_course_scores(ground: Ground, patients: list[int]) -> pd.DataFrame:
    prepared = prepare_patients(ground, patients)
    every = select_points(prepared, ground.day, with_earlier_courses=True)
    first_day = prepared.timeline.at(prepared.courses.first_day, every.course)
    points, day_0 = every.take(first_day != NONE), first_day[first_day != NONE]
    scores, course = derive_course_scores(prepared, points, ground.policy), points.course
    columns = {
        **ground.name(points.patient),
        "course": write_whole(prepared.courses.number[points.course]),
        "instrument": write_text([BY_CODE[code].name for code in points.instrument]),
        "first_dose_on": write_dates(day_0),
        "n_sessions": write_whole(
            prepared.courses.session_stop[course] - prepared.courses.session_start[course]
        ),
        "is_daily": write_yes_no(prepared.courses.begins_daily(course, ground.policy).astype(int).tolist()),
        "provisional": write_whole(scores["unsure"].to_numpy()),
    }
    for note in notes.COURSE_SCORES:
        if note.name not in columns:
            write = write_dates if note.type == "date" else write_whole
            columns[note.name] = write(scores[note.name].to_numpy())
    return pd.DataFrame(columns).iloc[_order(ground, prepared, points)]


def _order(ground: Ground, prepared: Prepared, points: Points) -> np.ndarray:
    return np.lexsort(
        [points.instrument, prepared.courses.number[points.course], ground.rank(points.patient)]
    )


def _read_decisions(ground: Ground, patients: list[int]) -> pd.DataFrame:
    rows = decisions.read_decisions(ground.connection, None, patients)
    rows = rows[rows["patient_key"].isin(patients)]
    rows = follow(ground.connection, rows, ground.day, ground.policy)
    rows = rows.iloc[np.lexsort([rows["id"], ground.rank(rows["patient_key"])])]
    doses = ("old_dose_mg", "new_dose_mg", "old_interval_days", "new_interval_days")
    return pd.DataFrame(
        {
            **ground.name(rows["patient_key"]),
            "decided_on": write_dates(rows["on_day"].tolist()),
            "signer": write_text(rows["signer"].tolist()),
            **{
                name: write_text([";".join(json.loads(one)) for one in rows[name]])
                for name in ("options", "reasons")
            },
            **{name: write_number([None if pd.isna(one) else one for one in rows[name]]) for name in doses},
            "review_on": write_dates(rows["review_by"].tolist()),
            **{
                name: write_text([one or None for one in rows[name]]) for name in ("state", "outcome", "note")
            },
            "policy_version": write_whole(rows["policy_version"].tolist()),
        }
    )[[note.name for note in notes.DECISIONS]]
