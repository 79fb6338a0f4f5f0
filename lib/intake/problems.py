"""The rows that were not accepted: one record each, with what is wrong, whose it is, and what it said."""

import json
from collections.abc import Iterable

import numpy as np
import pandas as pd

from lib.clinical.frames import Kind
from lib.intake.assessments import ItemNine
from lib.intake.events import Event
from lib.intake.findings import Finding, Findings
from lib.intake.people import People
from lib.intake.table import BORN, BrokenRow, RawTable

_LONGEST_VALUE = 40
_TEXT_COLUMNS = ("outcome", "code", "column", "value", "reason", "patient_id", "cells")
# Columns of text that hold a name or a code, never a sentence.
_NAMES = (
    "patient_id",
    "clinic_id",
    "clinician_id",
    "instrument",
    "kind",
    "value",
    "name",
    "code",
    "drug",
    "protocol",
)
_write_json = json.JSONEncoder(ensure_ascii=False).encode


def list_problems(
    raw: RawTable, findings: Findings, people: People, event: Event, item_9: ItemNine
) -> pd.DataFrame:
    """One row a held, rejected or broken row of the file, in the order of its lines.

    line (int64) · outcome (held, rejected) · code · column · value (at most 40 characters; of free text and of a broken row
    none) · reason · patient_id (as given) · cells (JSON: column -> text; of a broken row {"": the line}) · patient_key (Int64, NA
    unknown) · event_day, event_second (Int64) · item_9 (Int64; of a PHQ-9 only) · may_hold_item_9 (bool)
    """
    found = findings.by_row()
    rows = np.fromiter(found, np.int64, len(found))
    described = [_describe_row(raw, row, findings_of_row) for row, findings_of_row in found.items()]
    texts = [(*texts, cells) for texts, cells in zip(described, _write_cells(raw, list(found)), strict=True)]
    problems = pd.DataFrame(
        {
            "line": np.array(raw.lines, np.int64)[rows],
            **_text_columns(texts),
            "patient_key": pd.arrays.IntegerArray(people.patient_key[rows], ~people.is_known[rows]),
            "event_day": event.day.to_array(rows),
            "event_second": event.second.to_array(rows),
            "item_9": pd.arrays.IntegerArray(item_9.answer[rows], ~item_9.is_read[rows]),
            "may_hold_item_9": item_9.may_hide[rows],
        }
    )
    both = pd.concat([problems, _list_broken(raw)], ignore_index=True)
    return both.sort_values("line", kind="stable", ignore_index=True)


def _describe_row(raw: RawTable, row: int, findings: list[Finding]) -> tuple[str, ...]:
    """As _TEXT_COLUMNS without cells; the first finding speaks for the row, and the reason tells them all."""
    first, texts = findings[0], raw.cells.get(findings[0].column)
    is_said = texts is not None and not _is_free_text(raw.kind, first.column)
    value = _shorten(texts[row]) if texts and is_said else ""
    reasons = " ".join(dict.fromkeys(finding.reason for finding in findings))
    return first.outcome, first.code, first.column, value, reasons, raw.cells["patient_id"][row]


def _write_cells(raw: RawTable, rows: list[int]) -> list[str]:
    """Each row as JSON, put together of distinct cells: a whole file may be held, when its patients come later."""
    if not rows:
        return []
    members = []
    for name, texts in raw.cells.items():
        codes, distinct = texts.take(np.array(rows, np.int64)).coded()
        written = [f"{_write_json(name)}: {_write_json(text)}" for text in distinct]
        members.append([written[code] for code in codes.tolist()])
    if raw.born:
        born = [raw.born.get(raw.cells["patient_id"][row], "") for row in rows]
        members.append([f"{_write_json(BORN)}: {_write_json(day)}" for day in born])
    return [f"{{{', '.join(cells)}}}" for cells in zip(*members, strict=True)]


def _list_broken(raw: RawTable) -> pd.DataFrame:
    """A broken row of assessments may hold anything, an item 9 too."""
    n_broken = len(raw.broken)
    unknown = pd.arrays.IntegerArray(np.zeros(n_broken, np.int64), np.ones(n_broken, np.bool_))
    return pd.DataFrame(
        {
            "line": np.array([row.line for row in raw.broken], np.int64),
            **_text_columns(map(_describe_broken, raw.broken)),
            **dict.fromkeys(("patient_key", "event_day", "event_second", "item_9"), unknown),
            "may_hold_item_9": np.full(n_broken, raw.kind.name == "assessments", np.bool_),
        }
    )


def _is_free_text(kind: Kind, column: str) -> bool:
    """Whether somebody may have written in sentences there: no message, log or receipt repeats them."""
    return column in [one.name for one in kind.columns if one.type == "text"] and column not in _NAMES


def _describe_broken(row: BrokenRow) -> tuple[str, ...]:
    """Which of its words are somebody's sentences cannot be told."""
    return "rejected", "broken-row", "", "", row.reason, "", _write_json({"": row.text})


def _text_columns(texts: Iterable[tuple[str, ...]]) -> dict[str, pd.Series]:
    rows = list(texts)
    return {
        name: pd.Series([row[position] for row in rows], dtype=object)
        for position, name in enumerate(_TEXT_COLUMNS)
    }


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
