"""The mapping of a table: the one that somebody gave, or the suggested one; with what was answered to its open points."""

from collections.abc import Iterator
from dataclasses import replace

from lib.clinical.frames import ITEM_COLUMNS, KINDS
from lib.clinical.instruments import ITEM_9
from lib.intake.choices import AGAIN, Choices, NeedsChoice, Question
from lib.intake.grid import Grid
from lib.intake.mapping import Mapping, RecordMapping, Take, parse_mapping
from lib.intake.open_points import (
    POINTS,
    UNITS,
    answers_again,
    is_form,
    key_of_double,
    key_of_gap,
    named_columns,
)
from lib.intake.suggesting import choose_way, suggest_mapping

_PASSED_OVER = "another column was chosen"


def choose_mapping(grid: Grid, choices: Choices) -> Mapping:
    """The mapping that somebody gave, or the suggested one, with the answers to its questions. Raises NeedsChoice."""
    try:
        said = (
            parse_mapping(choices["mapping"], grid.names) if choices.get("mapping") else suggest_mapping(grid)
        )
    except ValueError as error:
        raise NeedsChoice(grid.file_name, Question("mapping", str(error)), grid=grid) from None
    mapping = answer_points(said, choices)
    records = tuple(_say_again(record, grid, choices) for record in mapping.records)
    return replace(mapping, records=records)


def _say_again(record: RecordMapping, grid: Grid, choices: Choices) -> RecordMapping:
    """The record with what was said of its points for this very file, whatever its mapping says."""
    again = choices.get(f"points:{record.name}{AGAIN}", "")
    way = answers_again(record, grid).get(again) if again else None
    if not way:
        return record
    takes = (replace(take, reads=way) if take.reads in ("answer", *POINTS) else take for take in record.takes)
    return replace(record, takes=tuple(takes))


def answer_points(mapping: Mapping, choices: Choices) -> Mapping:
    """The mapping with what was answered to find_open_points."""
    answered = replace(mapping, records=tuple(_answer_record(record, choices) for record in mapping.records))
    # Of two columns for one of ours, the other has been looked at.
    passed_over = sorted(mapping.sources - answered.sources)
    return replace(answered, not_taken=(*mapping.not_taken, *((name, _PASSED_OVER) for name in passed_over)))


def _answer_record(record: RecordMapping, choices: Choices) -> RecordMapping:
    constants = dict(record.constants)
    is_named = "instrument" in constants or "instrument" in named_columns(record)
    instrument = choices.get(f"instrument:{record.name}" if is_named else "instrument")
    if is_form(record) and instrument:
        constants["instrument"] = instrument
    if choices.get(f"instrument:{record.name}") == record.name:
        # A PHQ-9 all the same: its item 9 is said to be not collected, which is never a 0.
        constants |= {ITEM_COLUMNS[ITEM_9]: ""}
    answered = replace(record, constants=tuple(constants.items()))
    # What was asked of it under its old name holds under the new one.
    names = (record.name, answered.name)
    takes = [replace(take, reads=_answer_reads(take, names, choices)) for take in record.takes]
    chosen = [take for take in takes if _is_chosen(take, record, names, choices)]
    return replace(answered, takes=(*chosen, *_fill_gaps(record, choices)))


def _fill_gaps(record: RecordMapping, choices: Choices) -> Iterator[Take]:
    kind, said = (
        KINDS[record.kind],
        named_columns(record) | {name for name, text in record.constants if text},
    )
    for name in kind.required:
        source = choices.get(key_of_gap(record, name))
        if name not in said and source:
            yield Take(name, source, choose_way(kind.column(name)))


def _is_chosen(take: Take, record: RecordMapping, names: tuple[str, ...], choices: Choices) -> bool:
    """Of several columns that may be the same one of ours, whether this is the one; one alone needs no choice."""
    same = [one for one in record.takes if one.column == take.column and one.reads != "complete"]
    if take.reads == "complete" or len(same) == 1:
        return True
    keys = [key_of_double(replace(record, constants=(("instrument", name),)), take.column) for name in names]
    return next((choices[key] for key in keys if key in choices), take.source) == take.source


def _answer_reads(take: Take, names: tuple[str, ...], choices: Choices) -> str:
    if take.reads in UNITS:
        answer, options = choices.get(f"unit:{take.source}", ""), UNITS[take.reads][2]
    elif take.reads == "answer":
        keys = [f"points:{name}" for name in names]
        answer, options = next((choices[key] for key in keys if key in choices), ""), POINTS
    else:
        return take.reads
    return answer if answer in options else take.reads
