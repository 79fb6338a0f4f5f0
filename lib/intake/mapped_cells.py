"""One column of a foreign table as the text of one of ours, read once for each distinct text."""

import re
from collections.abc import Callable
from functools import partial

from lib.clinical.instruments import MAX_ANSWER
from lib.intake.answer_labels import parse_answer, parse_difficulty
from lib.intake.dose_text import SURE, read_dose
from lib.intake.mapping import DATE_WAYS, Take
from lib.intake.texts import Texts
from lib.intake.weights import read_weight

_WHOLE = re.compile(r"([+-]?[0-9]{1,15})\.0{1,6}")
_PLAIN = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")
_COMPLETE = ("2", "complete", "completed")
# What a distinct text gives: the cell, and the outcome, code and reason of a doubt.
_Doubt = tuple[str, str, str]
_Read = tuple[str, _Doubt | None]


def read_cells(take: Take, cells: Texts) -> tuple[Texts, dict[int, _Doubt]]:
    """The cells as ours, and the doubts by row. One that cannot be read stays as written, so that the checks name it."""
    read = partial(_read_or_miss, take, frozenset(code.casefold() for code in take.missing))
    said = {text: read(text) for text in cells.distinct}
    texts = {text: cell for text, (cell, _) in said.items()}
    in_doubt = {text: doubt for text, (_, doubt) in said.items() if doubt}
    found = {row: in_doubt[text] for row, text in enumerate(cells) if text in in_doubt} if in_doubt else {}
    return cells.mapped(texts.__getitem__), found


def is_complete(status: str) -> bool:
    """Of a form's status in REDCap: 0 incomplete, 1 unverified, 2 complete."""
    return status.casefold() in _COMPLETE


def _read_or_miss(take: Take, missing: frozenset[str], text: str) -> _Read:
    if not text or not missing.isdisjoint((text.casefold(), _read_number(text)[0])):
        return "", None
    return _READERS[take.reads](text)


def _read_number(text: str) -> _Read:
    """1.0 is 1: programs of statistics write whole numbers so."""
    found = _WHOLE.fullmatch(text)
    return (found.group(1) if found else text), None


def _read_labels(parse: Callable[[str], int | None], text: str) -> _Read:
    points = parse(text)
    return (str(points), None) if points is not None else _read_number(text)


def _read_from_one(text: str) -> _Read:
    """Points of a form that counts from 1. Another number must not pass for points of ours."""
    number = _read_number(text)[0]
    if number in map(str, range(1, MAX_ANSWER + 2)):
        return str(int(number) - 1), None
    points = parse_answer(text)
    return (str(points) if points is not None else f"{text} of a form that counts from 1"), None


def _read_dose_cell(unit: str, text: str) -> _Read:
    said = read_dose(text, unit)
    if said.confidence == SURE:
        return (text if unit == "mg" and _PLAIN.fullmatch(text) else said.dose_mg), None
    return text, ("held", said.code, said.reason)


def _read_weight_cell(unit: str, text: str) -> _Read:
    said = read_weight(text, unit)
    return (text, (said.outcome, said.code, said.reason)) if said.outcome else (said.kg, None)


def _as_written(text: str) -> _Read:
    return text, None


_READERS: dict[str, Callable[[str], _Read]] = {
    "number": _read_number,
    **dict.fromkeys(("answer", "points 0-3"), partial(_read_labels, parse_answer)),
    "points 1-4": _read_from_one,
    "difficulty": partial(_read_labels, parse_difficulty),
    "dose": partial(_read_dose_cell, ""),
    **{unit: partial(_read_dose_cell, unit) for unit in ("mg", "g", "mg/kg", "mcg")},
    "weight": partial(_read_weight_cell, ""),
    **{unit: partial(_read_weight_cell, unit) for unit in ("kg", "lb")},
    # Dates are read as a column: their order shows only in all of them.
    **dict.fromkeys(("text", "complete", *DATE_WAYS), _as_written),
}
