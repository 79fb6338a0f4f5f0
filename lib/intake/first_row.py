"""Whether the first row of a table names its columns or is its first record: told by its cells and by those below them."""

import re
from collections import Counter
from collections.abc import Sequence

from lib.clinical.instruments import INSTRUMENTS
from lib.intake.aliases import PHQ8, find_meanings, fold_name
from lib.intake.answer_labels import fold_words, parse_answer, parse_difficulty
from lib.intake.kinds import fold_name as our_name
from lib.intake.kinds import is_meant_as_ours, is_our_name, is_ours
from lib.intake.questions import find_question
from lib.intake.written_dates import recognise

NAMES, RECORD, UNSURE = "names", "record", "unsure"
# So many rows below are looked at.
_N_BELOW = 30
# What one column weighs: a known name; a word above numbers, dates or codes; the kind of its own column that no name is; a text
# that stands below once more; a number above numbers; a text that only looks like those below it.
_KNOWN, _ABOVE_VALUES, _NO_NAME, _AGAIN, _NUMBER_AMONG, _ALIKE = 3, 2, 4, 3, 2, 1
# One side is taken from this weight on, and only where it is more than so many times the other. Two words in the first record may
# stand where the others have numbers, and one of its texts may be the name of a column.
_ENOUGH, _TIMES = 4, 4
# Of the filled cells of a column, the share that makes it one of numbers, dates or codes.
_MOST = 0.8
_PROSE = 40
_DATE, _NUMBER, _ANSWER, _ADDRESS, _CODE, _WORDS, _MIXED = (
    "date",
    "number",
    "answer",
    "address",
    "code",
    "words",
    "mixed",
)
_NO_NAMES = (_DATE, _ANSWER, _ADDRESS)
_IS_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?\s*%?")
_IS_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?|[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?")
# Mail, and the identifiers that systems draw.
_IS_ADDRESS = re.compile(r"\S+@\S+\.\S+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_IS_CODE = re.compile(r"(?=.*[0-9])\S{1,40}")
_LETTER = re.compile(r"[^\W\d_]")
_NOTHING = re.compile(
    r"n ?a|nil|none|null|nan|missing|unk(nown)?|pending|refused|declined|dna|tbc|did not attend|prefer not to say|"
    r"not (done|known|assessed|applicable|available|recorded|collected)"
)
_FORMS = frozenset(map(fold_name, (*INSTRUMENTS, PHQ8)))


def judge_first_row(cells: Sequence[str], below: Sequence[Sequence[str]]) -> str:
    """NAMES, RECORD, or UNSURE. cells: of the row, stripped; below: the rows under it, each of as many cells."""
    if is_ours(cells) or is_meant_as_ours(cells):
        return NAMES
    columns = [[row[place] for row in below[:_N_BELOW] if row[place]] for place in range(len(cells))]
    known = _find_known(cells, columns)
    if len(cells) == 1:
        return NAMES if known else RECORD
    counted = _find_counted(cells)
    weights = [
        (0, 0) if place in counted else _weigh(cell, column, is_known=place in known)
        for place, (cell, column) in enumerate(zip(cells, columns, strict=True))
    ]
    for_names, for_record = (sum(side) for side in zip(*weights, strict=True))
    if for_names >= _ENOUGH and for_names > _TIMES * for_record:
        return NAMES
    return RECORD if for_record >= _ENOUGH and for_record > _TIMES * for_names else UNSURE


def kind_of_cell(text: str) -> str:
    """What a cell holds, in a word that says nothing of it; "" for one that holds nothing, also in words."""
    if _NOTHING.fullmatch(fold_words(text)) or not text:
        return ""
    if _IS_NUMBER.fullmatch(text):
        return _NUMBER
    if _IS_DAY.fullmatch(text) or recognise(text):
        return _DATE
    if parse_answer(text) is not None or parse_difficulty(text) is not None:
        return _ANSWER
    if _IS_ADDRESS.fullmatch(text):
        return _ADDRESS
    return _CODE if _IS_CODE.fullmatch(text) else _WORDS


def _find_known(cells: Sequence[str], columns: Sequence[Sequence[str]]) -> set[int]:
    """The places of names that are known by themselves, stand once, and mean something that the cells below them do not."""
    return {
        place
        for place, (cell, column) in enumerate(zip(cells, columns, strict=True))
        if cells.count(cell) == 1
        and not _is_said_in_rows(cell)
        and (meant := _find_meant([cell]))
        and meant.isdisjoint(_find_meant(column))
    }


def _is_said_in_rows(cell: str) -> bool:
    """A questionnaire's bare name is a column of its totals, and as often what a row says; and free text may have the words of a
    question in it."""
    return fold_name(cell) in _FORMS or find_question(cell) is not None


def _find_meant(texts: Sequence[str]) -> set[str]:
    """The columns of ours that texts name."""
    return {our_name(text) for text in texts if is_our_name(text)} | {
        meaning.column for meaning in find_meanings(texts).values()
    }


def _find_counted(cells: Sequence[str]) -> set[int]:
    """The places of 1, 2, 3 …: items may be called by their numbers alone."""
    counted: set[int] = set()
    for start in (place for place, cell in enumerate(cells) if cell == "1"):
        run = [place for place in range(start, len(cells)) if cells[place] == str(place - start + 1)]
        n_in_a_row = next((n for n, place in enumerate(run) if place != start + n), len(run))
        if n_in_a_row > 2:
            counted.update(run[:n_in_a_row])
    return counted


def _weigh(cell: str, column: Sequence[str], *, is_known: bool) -> tuple[int, int]:
    """What a column says for a row of names, and for a record."""
    if not cell:
        return 0, _ALIKE if column else 0
    kind, under = kind_of_cell(cell), _kind_of_column(column)
    if kind == _NUMBER:
        return 0, _NUMBER_AMONG if under == _NUMBER else 0 if column else _ALIKE
    if kind in _NO_NAMES:
        return 0, _NO_NAME if under in (kind, "") else 0
    if cell.casefold() in map(str.casefold, column):
        return 0, _AGAIN
    is_above_values = (
        kind in (_CODE, _WORDS) and _LETTER.search(cell) and under not in (kind, "", _WORDS, _MIXED)
    )
    for_names = _KNOWN * is_known + _ABOVE_VALUES * bool(is_above_values)
    return for_names, 0 if for_names else _weigh_likeness(cell, kind, column)


def _weigh_likeness(cell: str, kind: str, column: Sequence[str]) -> int:
    """Of a text above texts: whether it is made as they are."""
    if len(cell) > _PROSE and sum(len(text) > _PROSE for text in column) * 2 > len(column):
        return _AGAIN
    n_alike = sum(_shape(text) == _shape(cell) for text in column)
    if not column or n_alike * 2 < len(column):
        return 0
    return _NUMBER_AMONG if kind == _CODE else _ALIKE


def _kind_of_column(column: Sequence[str]) -> str:
    kinds = Counter(filter(None, map(kind_of_cell, column)))
    ((kind, count),) = kinds.most_common(1) or [("", 0)]
    return kind if count >= _MOST * kinds.total() else _MIXED


def _shape(text: str) -> str:
    """`P001` is A999, and `Jane Doe` is Aa Aa: a name with digits seldom has as many as the codes below it."""
    letters = _LETTER.sub(lambda found: "A" if found.group().isupper() else "a", text)
    return re.sub("a+", "a", re.sub("[0-9]", "9", letters))
