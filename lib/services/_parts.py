"""A long table is taken a part at a time, so that what it needs in memory does not grow with the file."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime

import pandas as pd

from lib.clinical.frames import stored_columns
from lib.intake.table import RawTable, split_table
from lib.intake.texts import ROWS_A_STRETCH
from lib.intake.twins import Twins, find_twins_among
from lib.services._rows import TakenRows, Way, take_rows
from lib.store.engine import Transaction
from lib.store.first_load import holds_records, indexed_afterwards
from lib.store.saving import Saved

# About 40 MB while they are checked and saved; 200,000 need 400 MB, and are hardly faster.
ROWS_A_PART = ROWS_A_STRETCH
# Rows of the other kinds are compared with others of their file (weights), or are few.
_PARTED = ("assessments", "dosing_sessions")

Report = Callable[[float], None]


def take_table(
    connection: Transaction, raw: RawTable, way: Way, now: datetime, report: Report = lambda _: None
) -> TakenRows:
    """As take_rows, of a table of any length. report: the share done. Of a long one `accepted` has only clinic and day."""
    way = replace(way, is_any_stored=holds_records(connection, raw.kind.name))
    if len(raw.lines) <= ROWS_A_PART or raw.kind.name not in _PARTED:
        return take_rows(connection, raw, way, now)
    with nullcontext() if way.is_any_stored else indexed_afterwards(connection, raw.kind.name):
        return _take_long_table(connection, raw, way, now, report)


def _take_long_table(
    connection: Transaction, raw: RawTable, way: Way, now: datetime, report: Report
) -> TakenRows:
    before = connection.begin_nested()
    taken = list(_take_parts(connection, raw, way, now, report=report))
    twins = find_twins_among([part.checked.prints for part in taken])
    if all(part.checked.twins.equals(own) for part, own in zip(taken, twins, strict=True)):
        before.commit()
        return _join(taken)
    # Rows of one record stand in several parts: once more, now that it is known which.
    before.rollback()
    return _join(list(_take_parts(connection, raw, way, now, twins=twins, report=report)))


def _take_parts(
    connection: Transaction,
    raw: RawTable,
    way: Way,
    now: datetime,
    *,
    report: Report,
    twins: Sequence[Twins] = (),
) -> Iterator[TakenRows]:
    event = raw.kind.event_column
    kept = ["clinic_key", *(stored_columns(event)[:1] if event else [])]
    for number, part in enumerate(split_table(raw, ROWS_A_PART)):
        report(number * ROWS_A_PART / len(raw.lines))
        taken = take_rows(connection, part, way, now, twins[number] if twins else None)
        # What had waited is stored now, and a later part may say it again; the parts themselves have no row in common.
        way = replace(way, is_any_stored=way.is_any_stored or taken.n_released > 0)
        # Keys of clinics and days need no more, and of a long file they are kept until its end.
        accepted = taken.checked.accepted[kept].astype(dict.fromkeys(kept, "Int32"))
        yield replace(taken, checked=replace(taken.checked, accepted=accepted))


def _join(parts: Sequence[TakenRows]) -> TakenRows:
    checked = [part.checked for part in parts]
    problems = [one.problems for one in checked if len(one.problems)]
    return TakenRows(
        checked=replace(
            checked[0],
            accepted=pd.concat([one.accepted for one in checked], ignore_index=True),
            problems=pd.concat(problems, ignore_index=True) if problems else checked[0].problems,
            n_repeated=sum(one.n_repeated for one in checked),
            warnings=tuple(dict.fromkeys(text for one in checked for text in one.warnings)),
        ),
        saved=Saved(
            n_new=sum(part.saved.n_new for part in parts),
            n_unchanged=sum(part.saved.n_unchanged for part in parts),
            n_behind=sum(part.saved.n_behind for part in parts),
            changed_lines=tuple(line for part in parts for line in part.saved.changed_lines),
            patients=frozenset().union(*(part.saved.patients for part in parts)),
        ),
        patients=frozenset().union(*(part.patients for part in parts)),
        n_released=sum(part.n_released for part in parts),
    )
