"""Rows as readers of other systems' records make them, one at a time; then tables, one a kind of record."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from lib.clinical.frames import KINDS
from lib.intake.decoding import is_damaged, name_damage
from lib.intake.gathered import BrokenRow, strip_cell
from lib.intake.table import Doubt, RawTable
from lib.intake.texts import Texts

_HALF_LETTER = re.compile("[\ud800-\udfff]")
# A year, a month or an hour: FHIR and CDISC write as much of a moment as is known, a hyphen for what is not.
_PARTIAL = re.compile(
    r"[0-9]{4}(-([0-9]{2}|-)(--)?)?|[0-9]{4}---[0-9]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2}T([0-9]{2})?"
)


def is_partial(moment: str) -> bool:
    """A year, a month, or an hour without its minutes."""
    return _PARTIAL.fullmatch(moment) is not None


def hold(code: str, column: str, reason: str) -> Doubt:
    """A doubt for a person to decide; its row is known when the table is made."""
    return Doubt(-1, "held", code, column, reason)


def reject(code: str, column: str, reason: str) -> Doubt:
    """As hold, for what only another file can mend."""
    return Doubt(-1, "rejected", code, column, reason)


def find_damage(text: str) -> str:
    """Why a text cannot be kept: control characters, and halves of letters; "" where it can."""
    if _HALF_LETTER.search(text):
        return "The row has bytes that are not UTF-8, or half a letter: correct it where the file was made."
    return name_damage(text) if is_damaged(text) else ""


def name_broken(what: str, content: bytes) -> str:
    """What stands for something that could not be read, without its text: the same content has the same name."""
    return f"{what} (sha256 {sha256(content).hexdigest()[:12]})"


@dataclass(frozen=True)
class Draft:
    """A row to be. place: the line, or the number of the resource, that messages name; cells: text by column."""

    kind: str
    place: int
    cells: Mapping[str, str]
    doubts: tuple[Doubt, ...] = ()


@dataclass
class Drafts:
    """What a file gave so far. broken: by kind of record."""

    rows: list[Draft] = field(default_factory=list)
    broken: dict[str, list[BrokenRow]] = field(default_factory=dict)

    def add_broken(self, kind: str, place: int, text: str, reason: str) -> None:
        self.broken.setdefault(kind, []).append(BrokenRow(place, text, reason))

    def to_tables(
        self, file_name: str, read_as: Mapping[str, Iterable[str]], warnings: Iterable[str], always: str = ""
    ) -> list[RawTable]:
        """A table for each kind that has a row or a broken one, patients first, and for the kind `always`. read_as: by kind, ""
        for all of them; warnings stand with the first table."""
        rows = [row for row in self.rows if not self._is_damaged(row)]
        wanted = {always, *self.broken, *(row.kind for row in rows)}
        kinds = [kind for kind in KINDS if kind in wanted]
        tables = [
            _make_table(file_name, kind, [row for row in rows if row.kind == kind], self.broken.get(kind, []))
            for kind in kinds
        ]
        notes = [(*read_as.get("", ()), *read_as.get(kind, ())) for kind in kinds]
        tables = [replace(table, read_as=note) for table, note in zip(tables, notes, strict=True)]
        return [replace(tables[0], warnings=tuple(warnings)), *tables[1:]] if tables else []

    def _is_damaged(self, row: Draft) -> bool:
        """Such a row is broken, and its text stays in its file."""
        content = "\n".join(row.cells.values())
        if reason := find_damage(content):
            named = name_broken("a row", content.encode("utf-8", "surrogatepass"))
            self.add_broken(row.kind, row.place, named, reason)
        return bool(reason)


def _make_table(file_name: str, kind: str, rows: list[Draft], broken: list[BrokenRow]) -> RawTable:
    declared = KINDS[kind]
    given = {name for row in rows for name, text in row.cells.items() if text} | set(declared.required)
    names = [column.name for column in declared.columns if column.name in given]
    return RawTable(
        file_name=file_name,
        kind=declared,
        cells={name: Texts.of(strip_cell(row.cells.get(name, "")) for row in rows) for name in names},
        lines=[row.place for row in rows],
        broken=broken,
        unknown_columns=(),
        header_cells=tuple(names),
        doubts=tuple(
            replace(doubt, row=number)
            for number, row in enumerate(rows)
            for doubt in dict.fromkeys((*row.doubts, *_doubt_dates(row)))
        ),
    )


def _doubt_dates(row: Draft) -> list[Doubt]:
    columns = (column for column in KINDS[row.kind].columns if column.type in ("date", "moment"))
    names = [column.name for column in columns if is_partial(row.cells.get(column.name, ""))]
    reason = "is no whole date, or has no whole time of day: find out the rest of it."
    return [hold("partial-date", name, f"{name} {reason}") for name in names]
