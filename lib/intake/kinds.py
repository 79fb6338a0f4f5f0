"""Which kind of record a table of our own columns is: recognised from its header alone, or refused."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from lib.clinical.frames import COMMON_COLUMNS, ITEM_COLUMNS, KINDS, Kind
from lib.intake.unreadable import UnreadableFile, shorten

_COMMON = frozenset(column.name for column in COMMON_COLUMNS)
_N_SHOWN = 8
_LONGEST_SHOWN = 30
_DELIMITERS = re.compile(r"[,;\t|]")


def _letters(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


_EVERY_NAME = {
    _letters(name): name
    for name in (*_COMMON, *(column.name for kind in KINDS.values() for column in kind.columns))
}


@lru_cache(maxsize=4096)
def fold_name(name: str) -> str:
    """The name of ours that a header's cell writes, in whatever case and with whatever between its words; else the cell's own."""
    return _EVERY_NAME.get(_letters(name), name.strip().casefold())


def known_columns(kind: Kind) -> frozenset[str]:
    """The names that a table of a kind may have."""
    return _COMMON.union(column.name for column in kind.columns)


def is_our_name(name: str) -> bool:
    """Whether a header's cell is the name of a column of ours, of whatever kind."""
    return _letters(name) in _EVERY_NAME


def is_ours(names: Sequence[str]) -> bool:
    """Whether a header has every required column of a kind."""
    return bool(_complete_kinds(set(map(fold_name, names))))


def is_meant_as_ours(names: Sequence[str]) -> bool:
    """Whether a header has nothing but our own names, as they are written: of a column that is missing it is said so."""
    ours = set(_EVERY_NAME.values())
    return all(name.casefold() in ours for name in names)


def refuse_repeated(file_name: str, names: Sequence[str]) -> None:
    """Raises UnreadableFile where two columns have one name. One that is none of ours may be a cell's text: it is not said."""
    places: dict[str, list[str]] = {}
    for place, name in enumerate(names, 1):
        if name:
            places.setdefault(name.casefold(), []).append(str(place))
    found = [
        f"more than one column {name}" if is_our_name(name) else f"one name for columns {' and '.join(at)}"
        for name, at in places.items()
        if len(at) > 1
    ]
    if found:
        raise UnreadableFile(file_name, f"the header has {'; '.join(found[:_N_SHOWN])}", "keep one of them")


def choose_kind(file_name: str, cells: Sequence[str]) -> Kind:
    """The kind whose columns a header names. Raises UnreadableFile where it is none, or could be two."""
    names = set(map(fold_name, cells))
    if not is_ours(cells):
        raise _unrecognised(file_name, cells)
    _refuse_two_alike(file_name, cells)
    best, *others = sorted(_complete_kinds(names), key=lambda kind: _rank(kind, names), reverse=True)
    if others and _rank(others[0], names) == _rank(best, names):
        found = f"the header fits {best.name} and {others[0].name} equally well"
        raise UnreadableFile(file_name, found, "add a column that only one of them has")
    # An assessments file whose date column has another name would pass as a list of patients, its answers unread.
    rival = max(KINDS.values(), key=lambda kind: _n_known(kind, names))
    if _n_known(rival, names) > _n_known(best, names):
        missing = ", ".join(sorted(set(rival.required) - names))
        found = f"the header has every required column of {best.name}, but more columns of {rival.name}"
        remedy = (
            f"add the missing column {missing} of {rival.name}" if missing else "keep one kind's columns only"
        )
        raise UnreadableFile(file_name, found, remedy)
    _check_unknown_columns(file_name, best, cells)
    return best


def _complete_kinds(names: set[str]) -> list[Kind]:
    return [kind for kind in KINDS.values() if names.issuperset(kind.required)]


def _n_known(kind: Kind, names: set[str]) -> int:
    return len(known_columns(kind) & names)


def _rank(kind: Kind, names: set[str]) -> tuple[int, int]:
    return len(kind.required), _n_known(kind, names)


def _refuse_two_alike(file_name: str, cells: Sequence[str]) -> None:
    """`Item 9` is item_9, unless the file has both."""
    folded = [fold_name(cell) for cell in cells]
    for name in folded:
        alike = [cell for cell, other in zip(cells, folded, strict=True) if other == name]
        if len(alike) > 1:
            found = f"the header has more than one column {name} ({', '.join(map(shorten, alike))})"
            raise UnreadableFile(file_name, found, "keep one of them")


def _unrecognised(file_name: str, cells: Sequence[str]) -> UnreadableFile:
    names = set(map(fold_name, cells))
    nearest = max(KINDS.values(), key=lambda kind: (_n_known(kind, names), -len(set(kind.required) - names)))
    if not _n_known(nearest, names):
        # The line may be a record: none of its words is said again.
        found = (
            f"no column name of any kind of file was found in the first line, which has {len(cells)} columns"
        )
        return UnreadableFile(
            file_name, found, "put the header line first, with the names of the data dictionary"
        )
    shown = [name for name in cells if name.replace("_", " ")[:1].isalpha() and len(name) <= _LONGEST_SHOWN]
    columns = ", ".join(shown[:_N_SHOWN])
    missing = ", ".join(name for name in nearest.required if name not in names)
    found = f"no kind of file has these columns (found: {columns})"
    return UnreadableFile(
        file_name, found, f"the nearest kind is {nearest.name}: add its missing column {missing}"
    )


def _check_unknown_columns(file_name: str, kind: Kind, cells: Sequence[str]) -> None:
    """No answer may stand unread in a column that is none of the kind's."""
    wanted = known_columns(kind) | set(ITEM_COLUMNS)
    for cell in cells:
        if fold_name(cell) in known_columns(kind):
            continue
        parts = [fold_name(part) for part in _DELIMITERS.split(cell)]
        meant = [part for part in parts if part in wanted]
        if meant and len(parts) > 1:
            raise UnreadableFile(file_name, "the header mixes delimiters", "use commas only")
        if meant:
            found = (
                f"the header has “{shorten(cell)}”, an answer of a questionnaire, in a file of {kind.name}"
            )
            raise UnreadableFile(file_name, found, "add the columns of assessments, or remove it")
