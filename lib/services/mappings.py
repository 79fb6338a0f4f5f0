"""What the columns of another system's table mean: as somebody said, or as their names suggest; for a person to look at."""

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lib.clinical.frames import COMMON_COLUMNS, KINDS
from lib.intake.answering import answer_points
from lib.intake.choices import NO_CHOICES, Choices, NeedsChoice
from lib.intake.grid import Grid
from lib.intake.mapping import (
    ColumnChanges,
    Mapping,
    RecordMapping,
    diff_columns,
    parse_mapping,
    rename_columns,
)
from lib.intake.mapping_rows import MappingRow, list_rows
from lib.intake.reading import MAPPING, read_file
from lib.intake.suggesting import suggest_mapping
from lib.intake.texts import Texts
from lib.intake.unreadable import UnreadableFile, shorten
from lib.services._sources import name_source, read_answers
from lib.services.access import Actor, Permission, permitted
from lib.store.engine import Store

_N_EXAMPLES = 3


@dataclass(frozen=True)
class ForeignColumns:
    """The columns of one table. examples: up to three texts of each, as they stand in the file · rows: what they mean, those of
    which nothing is said first · said_by, said_at (seconds since 1970): who confirmed that, for the last file of this source ·
    changes: since then"""

    examples: MappingOf[str, tuple[str, ...]]
    rows: tuple[MappingRow, ...]
    said_by: str = ""
    said_at: int | None = None
    changes: ColumnChanges = field(default_factory=ColumnChanges)


@permitted(Permission.IMPORT_RECORDS)
def read_columns(
    actor: Actor, store: Store, file_name: str, data: bytes, choices: Choices = NO_CHOICES
) -> ForeignColumns | None:
    """None for a file whose columns need no mapping, and for one of which something has to be said first. choices: answers of
    now; those of before are known."""
    before = read_answers(store, [file_name], None).remembered.get(name_source(file_name))
    said = {**(before.choices if before else {}), **choices}
    # An empty answer asks anew: what was confirmed before is shown, to be changed.
    text = said.pop(MAPPING, "") or (before.choices.get(MAPPING, "") if before else "")
    grid = _read_grid(file_name, data, said)
    if grid is None:
        return None
    is_known = before is not None and bool(before.columns)
    changes = diff_columns(before.columns, grid.names) if before and is_known else ColumnChanges()
    mapping = answer_points(_find_mapping(text, grid, changes), said)
    return ForeignColumns(
        examples={
            name: _choose_examples(column) for name, column in zip(grid.names, grid.columns, strict=True)
        },
        rows=list_rows(mapping, grid.names),
        said_by=before.actor if before and is_known else "",
        said_at=before.saved_at if before and is_known else None,
        changes=changes,
    )


@permitted(Permission.IMPORT_RECORDS)
def read_confirmations(
    actor: Actor, store: Store, file_names: Sequence[str]
) -> dict[str, tuple[str, int | None]]:
    """Who said how files of these sources are read, and when (seconds since 1970), by file name; a source of which nobody
    spoke is left out."""
    known = read_answers(store, file_names, None).remembered
    said = {name: known.get(name_source(name)) for name in file_names}
    return {name: (one.actor, one.saved_at) for name, one in said.items() if one}


def _read_grid(file_name: str, data: bytes, said: Choices) -> Grid | None:
    """Whatever is mapped is read as far as the mapping, and no further."""
    try:
        read_file(file_name, data, said)
    except NeedsChoice as asked:
        is_mapped = any(question.key == MAPPING for question in asked.questions)
        return asked.grid if is_mapped else None
    except UnreadableFile:
        return None
    return None


def _find_mapping(text: str, grid: Grid, changes: ColumnChanges) -> Mapping:
    """The one of before, without the columns that are gone; columns that are only spelled in another way are the same."""
    try:
        mapping = rename_columns(parse_mapping(text), changes) if text else suggest_mapping(grid)
    except ValueError:
        mapping = suggest_mapping(grid)
    records = [_without_gone(record, grid) for record in mapping.records]
    left_out = tuple(pair for pair in mapping.not_taken if pair[0] in grid.names)
    return Mapping(tuple(record for record in records if record.takes), left_out)


def _without_gone(record: RecordMapping, grid: Grid) -> RecordMapping:
    """Whose and when alone is no record: where nothing else is left, nothing is."""
    left = tuple(take for take in record.takes if take.source in grid.names)
    event = KINDS[record.kind].event_column
    beside = {"patient_id", *(column.name for column in COMMON_COLUMNS), event.name if event else ""}
    says_more = len(left) == len(record.takes) or any(take.column not in beside for take in left)
    return replace(record, takes=left if says_more else ())


def _choose_examples(cells: Texts) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for cell in cells:
        if cell:
            found.setdefault(shorten(cell))
        if len(found) == _N_EXAMPLES:
            break
    return tuple(found)
