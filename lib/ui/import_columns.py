"""The columns of another system's table as a form: what stands in each, what it means here, and how it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.clinical.frames import COMMON_COLUMNS, ITEM_COLUMNS
from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.wording import capitalise
from lib.intake.mapping import WAYS
from lib.intake.mapping_rows import DATE, EVERY, NOT_TAKEN, RECORDS, UNSAID, MappingRow, columns_of, kind_of
from lib.intake.suggesting import choose_way
from lib.ui.display import escape

# A record and a column of ours.
Meaning = tuple[str, str]
_WIDTHS = (4, 4, 3)
_HEADINGS = ("Column, and what stands in it", "What it means here", "Read as")
_WHY = {"alias": "a known name"}
_WAY_WORDS = {
    "text": "text, as it stands",
    "number": "a number",
    "answer": "an answer, in words or 0–3",
    "points 0-3": "points from 0 to 3",
    "points 1-4": "points from 1 to 4",
    "difficulty": "the question of difficulty",
    "complete": "the status of a form",
    "date": "a date",
    "dmy": "a date, day first",
    "mdy": "a date, month first",
    "yyyymmdd": "eight digits, year first",
    "ddmmyyyy": "eight digits, day first",
    "mmddyyyy": "eight digits, month first",
    "dose": "a dose with its unit",
    "weight": "a weight with its unit",
}


def show_rows(
    key: str, rows: Sequence[MappingRow], places: range, examples: Mapping[str, tuple[str, ...]]
) -> None:
    """Those at these places, grouped; the items of a form are folded away where each is known."""
    means, gaps = _list_meanings(rows), _find_gaps(rows)
    for column, heading in zip(st.columns(_WIDTHS, gap="small"), _HEADINGS, strict=True):
        column.caption(heading)
    groups: dict[str, list[int]] = {}
    for place in places:
        groups.setdefault(_name_group(rows[place]), []).append(place)
    for name, members in groups.items():
        with _draw_group(name, rows[members[0]], len(members), gaps):
            for member in members:
                _show_row(f"{key}-{member}", rows[member], means, examples)
    for form, missing in gaps.items():
        label = f"{form}: items that are not collected"
        st.multiselect(label, missing, format_func=_say, key=f"{key}-{form}", placeholder="None of them")


def _draw_group(name: str, row: MappingRow, n_rows: int, gaps: Mapping[str, Sequence[str]]) -> DeltaGenerator:
    """Items of a form are folded away where each is known."""
    heading = f"{escape(name)} ({n_rows:,})"
    if row.column in ITEM_COLUMNS or row.record == NOT_TAKEN:
        return st.expander(heading, expanded=row.record in gaps)
    group = st.container(gap="small")
    group.markdown(f"{':material/help: ' if row.record == UNSAID else ''}**{heading}**")
    return group


def read_rows(key: str, rows: tuple[MappingRow, ...], places: range) -> tuple[MappingRow, ...]:
    """The rows as they were left in the form; what was changed was recognised by nothing but the person."""
    said = [_read_row(f"{key}-{place}", row) if place in places else row for place, row in enumerate(rows)]
    gaps = [
        MappingRow(form, column)
        for form in _find_gaps(rows)
        for column in st.session_state.get(f"{key}-{form}", [])
    ]
    return (*said, *gaps)


def _show_row(
    key: str, row: MappingRow, means: Sequence[Meaning], examples: Mapping[str, tuple[str, ...]]
) -> None:
    if not row.source:
        st.caption(f"Every row says: {escape(row.column)} is {escape(row.value or 'not collected')}.")
        return
    name, meaning, way = st.columns(_WIDTHS, vertical_alignment="top", gap="small")
    with name, st.container(gap=None):
        st.markdown(f"**{escape(row.source)}**")
        shown = " · ".join(examples.get(row.source, ())) or "empty in every row"
        why = _WHY.get(row.why, row.why)
        st.caption(escape(f"{shown} ({why})" if why else shown))
    own = (row.record, row.column)
    options = [*means] if own in means else [own, *means]
    meaning.selectbox(
        f"What {escape(row.source)} means",
        options,
        index=options.index(own),
        format_func=_say_meaning,
        key=f"{key}-means",
        label_visibility="collapsed",
    )
    way.selectbox(
        f"How {escape(row.source)} is read",
        WAYS,
        index=WAYS.index(row.reads),
        format_func=lambda one: _WAY_WORDS.get(one, one),
        key=f"{key}-reads",
        label_visibility="collapsed",
    )


def _read_row(key: str, row: MappingRow) -> MappingRow:
    if not row.source:
        return row
    record, column = st.session_state.get(f"{key}-means", (row.record, row.column))
    reads = st.session_state.get(f"{key}-reads", row.reads)
    if (record, column, reads) == (row.record, row.column, row.reads):
        return row
    if (record, column) != (row.record, row.column) and reads == row.reads:
        reads = _usual_way(record, column)
    return replace(row, record=record, column=column, reads=reads, why="")


def _usual_way(record: str, column: str) -> str:
    """How a column of ours is read where nobody says otherwise."""
    if record in (UNSAID, NOT_TAKEN):
        return "text"
    if column in ("complete", DATE):
        return column
    if column == "value" and record.startswith("weight"):
        return "weight"
    kind = kind_of(RECORDS[0] if record == EVERY else record)
    return choose_way(next(one for one in (*kind.columns, *COMMON_COLUMNS) if one.name == column))


def _list_meanings(rows: Sequence[MappingRow]) -> list[Meaning]:
    there = dict.fromkeys(row.record for row in rows if row.record not in (UNSAID, NOT_TAKEN, EVERY))
    records = dict.fromkeys((EVERY, *there, *RECORDS))
    named = [(record, column) for record in records for column in columns_of(record)]
    return [(UNSAID, ""), (NOT_TAKEN, ""), *named]


def _say_meaning(meaning: Meaning) -> str:
    record, column = meaning
    if record == UNSAID:
        return "say what it is, or leave it out"
    return NOT_TAKEN if record == NOT_TAKEN else f"{_say(record)}: {_say(column)}"


def _say(name: str) -> str:
    return name.replace("_", " ")


def _name_group(row: MappingRow) -> str:
    if row.record == UNSAID:
        return "Columns of which nothing is known"
    if row.record == NOT_TAKEN:
        return "Left out"
    name = _say(row.record)
    return f"{name}: items" if row.column in ITEM_COLUMNS else capitalise(name)


def _find_gaps(rows: Sequence[MappingRow]) -> dict[str, list[str]]:
    """Items of a form of which the table has others, by form; without item 9 alone it is a PHQ-8, which is asked."""
    gaps = {}
    for name, instrument in INSTRUMENTS.items():
        given = {row.column for row in rows if row.record == name}
        wanted = ITEM_COLUMNS[: instrument.n_items]
        missing = [column for column in wanted if column not in given]
        if missing and given.intersection(wanted) and missing != ["item_9"]:
            gaps[name] = missing
    return gaps
