"""Which kind of record a file holds, and its delimiter: recognised from the header alone, or refused."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lib.clinical.frames import COMMON_COLUMNS, ITEM_COLUMNS, KINDS, Kind
from lib.intake.decoding import UnreadableFile

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_COMMON = frozenset(column.name for column in COMMON_COLUMNS)
_N_SHOWN = 8
_LONGEST_SHOWN = 30


@dataclass(frozen=True)
class Header:
    """`position` counts lines from 0; `cells` are the names as given, `names` as compared, both in the file's order."""

    kind: Kind
    delimiter: str
    position: int
    cells: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(map(_fold, self.cells))

    @property
    def known(self) -> frozenset[str]:
        return _columns_of(self.kind)

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        return tuple(cell for cell in self.cells if _fold(cell) not in self.known)


def read_header(file_name: str, lines: Sequence[str], damaged: frozenset[int]) -> Header:
    """Raises UnreadableFile where kind, delimiter or the meaning of a column would have to be guessed."""
    position = next(number for number, line in enumerate(lines) if line.strip())
    if position in damaged:
        found = f"line {position + 1}, the header, has control characters or bytes that are not UTF-8"
        raise UnreadableFile(file_name, found, "save the file as “CSV UTF-8”")
    splits = _split_every_way(file_name, lines[position])
    readable = {cells: delimiter for cells, delimiter in splits.items() if _complete_kinds(cells)}
    if not readable:
        raise _unrecognised(file_name, max(splits, key=lambda cells: _n_known(_nearest(cells), cells)))
    if len(readable) > 1:
        ways = " and by ".join(_DELIMITERS[delimiter] for delimiter in readable.values())
        raise UnreadableFile(file_name, f"the header can be read by {ways}", "use commas only")
    ((cells, delimiter),) = readable.items()
    _check_names(file_name, cells)
    header = Header(_choose_kind(file_name, cells), delimiter, position, cells)
    _check_unknown_columns(file_name, header)
    return header


def _fold(name: str) -> str:
    return name.strip().casefold()


def _fold_further(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _columns_of(kind: Kind) -> frozenset[str]:
    return _COMMON.union(column.name for column in kind.columns)


def _n_known(kind: Kind, cells: Sequence[str], fold: Callable[[str], str] = _fold) -> int:
    return len({fold(name) for name in _columns_of(kind)} & set(map(fold, cells)))


def _split_every_way(file_name: str, line: str) -> dict[tuple[str, ...], str]:
    splits: dict[tuple[str, ...], str] = {}
    for delimiter in _DELIMITERS:
        try:
            row = next(csv.reader([line], delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        splits.setdefault(tuple(cell.strip() for cell in row), delimiter)
    if not splits:
        raise UnreadableFile(file_name, "the header's quotes do not close", "export the file again")
    return splits


def _complete_kinds(cells: Sequence[str]) -> list[Kind]:
    names = set(map(_fold, cells))
    return [kind for kind in KINDS.values() if names.issuperset(kind.required)]


def _choose_kind(file_name: str, cells: Sequence[str]) -> Kind:
    ranked = sorted(_complete_kinds(cells), key=lambda kind: _rank(kind, cells), reverse=True)
    best = ranked[0]
    if len(ranked) > 1 and _rank(ranked[1], cells) == _rank(best, cells):
        found = f"the header fits {best.name} and {ranked[1].name} equally well"
        raise UnreadableFile(file_name, found, "add a column that only one of them has")
    # An assessments file whose date column has another name would pass as a list of patients, its answers unread.
    rival = max(KINDS.values(), key=lambda kind: _n_known(kind, cells))
    if _n_known(rival, cells) > _n_known(best, cells):
        missing = ", ".join(sorted(set(rival.required) - set(map(_fold, cells))))
        found = f"the header has every required column of {best.name}, but more columns of {rival.name}"
        remedy = (
            f"add the missing column {missing} of {rival.name}" if missing else "keep one kind's columns only"
        )
        raise UnreadableFile(file_name, found, remedy)
    return best


def _rank(kind: Kind, cells: Sequence[str]) -> tuple[int, int]:
    return len(kind.required), _n_known(kind, cells)


def _nearest(cells: Sequence[str]) -> Kind:
    names = set(map(_fold, cells))
    return max(
        KINDS.values(),
        key=lambda kind: (_n_known(kind, cells, _fold_further), -len(set(kind.required) - names)),
    )


def _unrecognised(file_name: str, cells: Sequence[str]) -> UnreadableFile:
    nearest, names = _nearest(cells), set(map(_fold, cells))
    shown = [name for name in cells if name.replace("_", " ")[:1].isalpha() and len(name) <= _LONGEST_SHOWN]
    columns = ", ".join(shown[:_N_SHOWN]) or "no column name"
    if not _n_known(nearest, cells, _fold_further):
        found = f"no column name of any kind of file was found in the first line (found: {columns})"
        return UnreadableFile(
            file_name, found, "put the header line first, with the names of the data dictionary"
        )
    missing = ", ".join(name for name in nearest.required if name not in names)
    found = f"no kind of file has these columns (found: {columns})"
    return UnreadableFile(
        file_name, found, f"the nearest kind is {nearest.name}: add its missing column {missing}"
    )


def _check_names(file_name: str, cells: Sequence[str]) -> None:
    names = list(map(_fold, cells))
    if "" in names:
        found = f"column {names.index('') + 1} of the header has no name"
        raise UnreadableFile(file_name, found, "name the column or remove it")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        found = f"the header has more than one column {', '.join(repeated[:_N_SHOWN])}"
        raise UnreadableFile(file_name, found, "keep one of them")


def _check_unknown_columns(file_name: str, header: Header) -> None:
    """A column that is nearly a known one would be left unread: `item 9` must not pass as an unknown column."""
    lookalikes = {_fold_further(name): name for name in (*header.known, *ITEM_COLUMNS)}
    for cell in header.unknown_columns:
        parts = cell.replace(",", ";").replace("\t", ";").split(";")
        meant = [lookalikes[_fold_further(part)] for part in parts if _fold_further(part) in lookalikes]
        if meant and len(parts) > 1:
            raise UnreadableFile(file_name, "the header mixes delimiters", "use commas only")
        if meant:
            found = f"the header has “{cell}”, which looks like {meant[0]}"
            remedy = (
                f"rename it to {meant[0]}" if meant[0] in header.known else "add the columns of assessments"
            )
            raise UnreadableFile(file_name, found, f"{remedy}, or remove it")
