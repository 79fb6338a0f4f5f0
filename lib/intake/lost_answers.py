"""Columns that nobody has taken, and that may hold answers of a form: by their name, or by what stands in them."""

import re
from collections.abc import Iterator, Sequence

from lib.intake.aliases import fold_name
from lib.intake.choices import Choices, NeedsChoice, Question
from lib.intake.grid import Grid
from lib.intake.header_row import is_by_place
from lib.intake.suggesting import has_answer_words
from lib.intake.table import RawTable
from lib.intake.texts import Texts
from lib.intake.unreadable import shorten

NOT_TAKEN = "not_taken"
_NOT_AN_ITEM = "not an item"
_ITEM_9_WORDS = (
    "suicid",
    "self_harm",
    "better_off_dead",
    "selfharm",
    "ideation",
    "hurt_self",
    "hurting_self",
)
_ITEM_9_NAME = re.compile(
    r"(?:.*_)?(?:(?:q|item|question|number|no)_?(?:0?9|nine)|(?:9th|ninth)_(?:item|question)|si)(?:_.*)?"
)
_FORM = re.compile(r"phq_?[89]|gad_?7")
# The shorter of the two forms has as many; of fewer columns in a row their cells have to speak.
_FAMILY = frozenset("1234567")
_ANSWERS = frozenset("0123")


def find_lost_answers(names: Sequence[str], columns: Sequence[Texts]) -> Iterator[str]:
    """Of columns that are not taken, those that may be items of a form. names: as given; columns: their cells."""
    families = _find_families([fold_name(name) for name in names])
    for name, cells in zip(names, columns, strict=True):
        folded = fold_name(name)
        # Of a table without a header only the cells speak.
        is_alike = is_by_place(name) and _has_only_points(cells)
        if is_alike or _speaks_of_a_form(folded) or folded in families or has_answer_words(cells):
            yield name


def ask_about_lost_answers(raw: RawTable, grid: Grid, choices: Choices) -> None:
    """Of a table of our own columns: no column beside them may hold answers unread. Raises NeedsChoice until somebody has said
    that it holds none (`not_taken:COLUMN`)."""
    beside = {name: cells for name, cells in zip(grid.names, grid.columns, strict=True)
              if name in raw.unknown_columns}  # fmt: skip
    found = set(find_lost_answers(tuple(beside), tuple(beside.values())))
    if raw.kind.name == "assessments":
        found |= {name for name, cells in beside.items() if _has_only_points(cells)}
    asked = [name for name in beside if name in found and choices.get(f"{NOT_TAKEN}:{name}") != _NOT_AN_ITEM]
    if asked:
        raise NeedsChoice(raw.file_name, *map(_ask, asked), grid=grid)


def _ask(name: str) -> Question:
    text = (
        f"The column “{shorten(name)}” looks like an answer of a form, and is none of ours. If it is, name it item_1 to item_9 "
        "in the file, and offer it again. If it is not, say so."
    )
    return Question(f"{NOT_TAKEN}:{name}", text, {_NOT_AN_ITEM: "It is not an item of the form: not taken"})


def _speaks_of_a_form(folded: str) -> bool:
    is_item_9 = _ITEM_9_NAME.fullmatch(folded) is not None or any(word in folded for word in _ITEM_9_WORDS)
    return is_item_9 or _FORM.search(folded) is not None


def _find_families(folded: Sequence[str]) -> set[str]:
    """Names that differ by a number only, from 1 to 7 at least."""
    families: dict[tuple[str, str], dict[str, str]] = {}
    for name in folded:
        for found in re.finditer(r"(?<![0-9])0?([1-9])(?![0-9])", name):
            around = name[: found.start()], name[found.end() :]
            families.setdefault(around, {})[found.group(1)] = name
    return {name for members in families.values() if members.keys() >= _FAMILY for name in members.values()}


def _has_only_points(cells: Texts) -> bool:
    given = set(filter(None, cells.distinct))
    return bool(given) and {cell.removesuffix(".0") for cell in given} <= _ANSWERS
