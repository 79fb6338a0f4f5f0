"""A table as it may leave: columns by an allow-list of risks, research ids, no date, no free text, nothing that few people have.

What is done follows evidence/reliability.md 5; the rest, what a history of scores and days tells by itself, is measured and
printed (lib/research/fingerprint.py), and nothing here takes it away.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pandas as pd

from lib.research.leaving import Leaving, choose_columns
from lib.research.plan import CLINIC, PERSON, RESEARCH_ID, Plan
from lib.research.rare_values import Texts
from lib.research.sorting import sort_blocks
from lib.research.table import ExportTable


@dataclass(frozen=True)
class Deidentified:
    """table: what leaves. dropped: columns that do not. n_folded: by column how many people's values became "other"."""

    table: ExportTable
    dropped: tuple[str, ...]
    n_folded: dict[str, int] = field(default_factory=dict)


def deidentify(table: ExportTable, people: pd.DataFrame, plan: Plan) -> ExportTable:
    """The same, without what was done to it."""
    return deidentify_with_report(table, people, plan).table


def deidentify_with_report(table: ExportTable, people: pd.DataFrame, plan: Plan) -> Deidentified:
    """people: patient_id, clinic_id, research_id, day_0 (days since 1970-01-01, NA unknown), shift_days, and the plan's traits as
    lib.research.k_anonymity.protect returned them; a row each. Where two clinics use one patient_id, rows are told apart by
    clinic_id (ValueError for a table without it).

    Rows of others do not leave. The table is read once here, to learn what few people have, and once more when it is written.
    """
    is_twice = bool(people[PERSON].duplicated().any())
    of = people.set_index(_name_people(people, is_twice))
    columns = choose_columns(table, plan)
    n_rows = 0
    for rows, whose in _rows_of(table, of, is_twice):
        n_rows += len(rows)
        for column in columns:
            column.learn(rows, whose)

    def read() -> Iterator[pd.DataFrame]:
        changed = (_change(rows, whose, columns) for rows, whose in _rows_of(table, of, is_twice))
        is_of_people = any(column.note.name == RESEARCH_ID for column in columns)
        return sort_blocks(changed, n_rows, pd.Index(of[RESEARCH_ID])) if is_of_people else changed

    kept = {column.source for column in columns}
    notes = tuple(column.note for column in columns)
    return Deidentified(
        replace(table, columns=notes, read=read, n_rows=n_rows),
        tuple(note.name for note in table.columns if note.name not in kept),
        {one.note.name: one.folding.n_folded for one in columns if isinstance(one.folding, Texts)},
    )


def _name_people(rows: pd.DataFrame, is_twice: bool) -> pd.Series:
    """What tells people apart in a table."""
    if not is_twice:
        return rows[PERSON].astype("str")
    if CLINIC not in rows:
        raise ValueError("Two clinics use one patient_id, and a table does not say the clinic.")
    return rows[CLINIC].astype("str") + "\x1f" + rows[PERSON].astype("str")


def _rows_of(
    table: ExportTable, of: pd.DataFrame, is_twice: bool
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Rows of these people, and the person of each; of a table that is nobody's all rows, and nobody."""
    for block in table.read():
        if PERSON not in block:
            yield block, of.head(0)
            continue
        place = of.index.get_indexer(_name_people(block, is_twice))
        yield block[place >= 0], of.take(place[place >= 0])


def _change(rows: pd.DataFrame, whose: pd.DataFrame, columns: list[Leaving]) -> pd.DataFrame:
    changed = {column.note.name: column.change(rows, whose) for column in columns}
    return pd.DataFrame({name: series.reset_index(drop=True) for name, series in changed.items()})
