"""A table of one kind of record as text, nothing typed yet: what every reader gives, whatever the format."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b

from lib.clinical.frames import CLOSINGS, Kind
from lib.intake.doubt import Doubt
from lib.intake.gathered import BrokenRow
from lib.intake.texts import Texts
from lib.intake.unreadable import UnreadableFile

__all__ = ["BrokenRow", "Doubt", "RawTable", "UnreadableFile", "order_files", "rank_kind"]

# The cell in which a row that waits keeps the birth date of its patient by the same file.
BORN = "birth_date"
# Every other kind refers to patients, and sessions and assessments are placed in courses. What a closing is about need not be
# there yet; a flag that opened first would stay in the queue until somebody here closes it.
_FIRST_KINDS = ("patients", "courses", CLOSINGS)


@dataclass(frozen=True)
class RawTable:
    """One file as text, nothing typed yet.

    cells: the known columns by name, in the file's order, stripped text, one a row · lines: the line of the
    file on which each row begins (the first line is 1) · broken: lines that gave no row · unknown_columns, header_cells:
    names as given · doubts: rows that are not taken as they are, whatever their cells say · read_as: how the file was read, in
    words · warnings: what was taken as read and should be known; neither has the text of a cell · is_confirmed: somebody has
    looked at each row, so that what is only unlikely is taken · born: the birth_date by patient_id in the file's own rows of
    patients, of tables of other records
    """

    file_name: str
    kind: Kind
    cells: dict[str, Texts]
    lines: Sequence[int]
    broken: list[BrokenRow]
    unknown_columns: tuple[str, ...]
    header_cells: tuple[str, ...]
    doubts: tuple[Doubt, ...] = ()
    read_as: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    is_confirmed: bool = False
    born: Mapping[str, str] = field(default_factory=dict)

    @property
    def n_rows(self) -> int:
        """Of the file, also those that could not be read."""
        return len(self.lines) + len(self.broken)

    def column(self, name: str) -> Texts:
        """The cells of a column, empty ones where the file does not have it."""
        return self.cells[name] if name in self.cells else Texts.same("", len(self.lines))

    @cached_property
    def digest(self) -> str:
        """Of what the file says as it was read: the same bytes read with other answers say something else."""
        digest = blake2b(digest_size=16)
        for name in sorted(self.cells):
            digest.update(f"\x1e{name}\x1f".encode())
            for place, texts in enumerate(self.cells[name].blocks()):
                digest.update(f"{chr(31) if place else ''}{chr(31).join(texts)}".encode())
        return digest.hexdigest()


def split_table(raw: RawTable, n_rows: int) -> Iterator[RawTable]:
    """The same rows in tables of at most n_rows, in their order; what is said of the whole file stands with the first."""
    for start in range(0, max(len(raw.lines), 1), n_rows):
        stop = start + n_rows
        yield replace(
            raw,
            cells={name: texts[start:stop] for name, texts in raw.cells.items()},
            lines=raw.lines[start:stop],
            broken=raw.broken if start == 0 else [],
            doubts=tuple(
                replace(doubt, row=doubt.row - start) for doubt in raw.doubts if start <= doubt.row < stop
            ),
            warnings=raw.warnings if start == 0 else (),
        )


def order_files(tables: Iterable[RawTable]) -> list[RawTable]:
    """The order in which files of one import are checked: patients, courses, closings, then the others as they came."""
    return sorted(tables, key=lambda table: rank_kind(table.kind))


def rank_kind(kind: Kind) -> int:
    """The place of a kind in that order."""
    return _FIRST_KINDS.index(kind.name) if kind.name in _FIRST_KINDS else len(_FIRST_KINDS)
