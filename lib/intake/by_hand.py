"""One record that somebody types: as the row of text that a file would have brought, and a stored record spelled so again."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from lib.clinical.frames import Column, Kind, stored_columns
from lib.intake.decoding import is_damaged, name_damage, show_line
from lib.intake.gathered import BrokenRow, strip_cell
from lib.intake.table import RawTable
from lib.intake.texts import Texts

BY_HAND = "entered by hand"
_EPOCH = date(1970, 1, 1)


def make_row(kind: Kind, whose: tuple[str, str], cells: Mapping[str, str]) -> RawTable:
    """A table of one row, to be checked as a file's row is. whose: patient_id and clinic_id, never one of the cells; cells:
    text by column, empty and absent are "not recorded".

    A cell that no file could carry (control characters) makes it a broken row. Raises ValueError for a column that the kind
    does not have.
    """
    if unknown := set(cells) - {column.name for column in kind.columns if column.name != "patient_id"}:
        raise ValueError(f"{kind.name} has no column {', '.join(sorted(unknown))} to be typed into")
    typed = {"patient_id": whose[0], "clinic_id": whose[1]}
    typed |= {name: strip_cell(text) for name, text in cells.items()}
    written = {name: Texts.of([text]) for name, text in typed.items() if text or name in kind.required}
    for name in kind.required:
        written.setdefault(name, Texts.of([""]))
    damaged = [text for text in typed.values() if is_damaged(text)]
    if damaged:
        broken = [BrokenRow(1, show_line(damaged[0]), name_damage(damaged[0]))]
        return RawTable(
            BY_HAND,
            kind,
            {name: Texts() for name in written},
            [],
            broken,
            (),
            tuple(written),
            is_confirmed=True,
        )
    return RawTable(BY_HAND, kind, written, [1], [], (), tuple(written), is_confirmed=True)


def spell_record(kind: Kind, stored: Mapping[str, Any]) -> dict[str, str]:
    """A stored record as the cells of a file that say the same; what is not recorded is left out. stored: by stored column."""
    cells = {}
    for column in kind.columns:
        if column.name == "patient_id":
            continue
        first, *second = (stored[name] for name in stored_columns(column))
        if first is not None:
            cells[column.name] = _spell(column, first, second[0] if second else None)
    return cells


def _spell(column: Column, value: Any, second: int | None) -> str:
    if column.type == "date":
        return _spell_day(value)
    if column.type == "moment":
        return _spell_day(value) if second is None else f"{_spell_day(value)}T{_spell_time(second)}"
    if column.type == "yes_no":
        return "yes" if value else "no"
    if column.type == "number":
        return str(np.format_float_positional(value, trim="-"))
    return str(value)


def _spell_day(days: int) -> str:
    return (_EPOCH + timedelta(days=days)).isoformat()


def _spell_time(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    time = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{time}:{seconds:02d}" if seconds else time
