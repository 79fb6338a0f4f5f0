"""Any record in a few words, and how two versions of it differ: unknowns are said to be unknown."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from lib.clinical.frames import KINDS
from lib.clinical.record_names import KIND_NAMES
from lib.clinical.wording import capitalise, say_day
from lib.services.review_marks import COMPUTED_TOTAL
from lib.ui import record_cells as cells
from lib.ui.record_files import HEADINGS
from lib.ui.wording import is_known

_NAMES = MappingProxyType({COMPUTED_TOTAL: "Total", "total": "Total as it was sent", "mode": "Mode"})
# Of a corrected record the first to be told.
_FIRST = (COMPUTED_TOTAL, "item_9", "dose_mg", "severity", "is_serious")
Said = Mapping[str, Any]


def say_kind(kind: str) -> str:
    return KIND_NAMES[kind]


def say_record(kind: str, said: Said) -> str:
    """PHQ-9, total 12, item 9: 0 of 3."""
    if kind == "assessments":
        return _say_form(said)
    if kind == "dosing_sessions":
        dose = f"{said['dose_mg']:g} mg" if is_known(said["dose_mg"]) else "dose not recorded"
        return f"{dose}, {said['status'] or 'status not recorded'}"
    if kind == "adverse_events":
        severity = said["severity"] or "severity not recorded"
        return f"{said['term']}, {severity}, serious: {cells.say_yes_no(said['is_serious'])}"
    known = [f"{_name(kind, name)}: {_value(name, said[name])}" for name in said if is_known(said[name])]
    return ", ".join(known) or "no value"


def _say_form(said: Said) -> str:
    total = said[COMPUTED_TOTAL]
    words = f"{said['instrument']}, {f'total {total:g}' if is_known(total) else 'no total'}"
    if said["instrument"] != "PHQ-9":
        return words
    items = [said[name] for name in said if name.startswith("item_")]
    row = {"instrument": "PHQ-9", "has_items": any(map(is_known, items))}
    answer = said["item_9"]
    return f"{words}, item 9: {cells.say_item_9(row | {'item_9': int(answer) if is_known(answer) else None})}"


def say_which(kind: str, said: Said) -> str:
    """PHQ-9 form; Adverse event Nausea: the record among those of its kind and date."""
    if kind == "assessments":
        return f"{said['instrument']} form"
    own = [said[column.name] for column in KINDS[kind].key if column.type == "text" and column.name in said]
    name = say_kind(kind)
    return " ".join([capitalise(name), *(str(one) for one in own if kind != "events" and is_known(one))])


def say_difference(kind: str, was: Said, now: Said) -> str:
    """Total: 9 → 8; Item 9: 1 → 0; what decides most comes first."""
    names = [name for name in now if not _is_equal(was.get(name), now[name])]
    names.sort(key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    said = (
        f"{_name(kind, name)}: {_value(name, was.get(name))} → {_value(name, now[name])}" for name in names
    )
    return "; ".join(said) or "withdrawn, then sent again with the same values"


def _is_equal(one: Any, other: Any) -> bool:
    if is_known(one) and is_known(other):
        return bool(one == other)
    return is_known(one) == is_known(other)


def _name(kind: str, name: str) -> str:
    """The heading of a column, with its unit."""
    if name.startswith("item_"):
        return name.replace("_", " ").capitalize()
    words = _NAMES.get(name) or HEADINGS.get(kind, {}).get(name) or name.replace("_", " ")
    return capitalise(words)


def _value(name: str, value: Any) -> str:
    if not is_known(value):
        return "not answered" if name.startswith("item_") else cells.UNKNOWN
    if isinstance(value, bool):
        return cells.say_yes_no(value)
    if isinstance(value, date):
        return say_day(value)
    return value if isinstance(value, str) else f"{value:g}"
