"""The answers of PHQ-9 and GAD-7 as the forms print them: words to points, in one place for every reader."""

import re
import unicodedata

from lib.clinical.instruments import ANSWERS
from lib.intake.loinc import whole_text

_NO_LETTER = re.compile(r"[\W_]+")
# "2 - More than half the days", "(2) More …", "More than half the days (2)": forms print the points beside the words.
_POINTS_BESIDE = re.compile(r"^([0-9]) | ([0-9])$")
# "3 - Nearly every day (since May)": a number, and then something that makes it no other number.
_BEGUN = re.compile(r"\W{0,3}([0-9]{1,2})(?![0-9.,])")
# The question after the items has words of its own (Kroenke 2001).
_DIFFICULTY = ("not difficult at all", "somewhat difficult", "very difficult", "extremely difficult")
_ALSO = {
    "over half the days": 2,
    "more than half of the days": 2,
    "over half of the days": 2,
    "nearly everyday": 3,
}
_POINTS = {text: points for points, text in enumerate(ANSWERS)} | _ALSO
_DIFFICULTY_POINTS = {text: points for points, text in enumerate(_DIFFICULTY)}


def parse_answer(text: str) -> int | None:
    """0 to 3 for the English words of an answer, in any case, spacing and punctuation; points that are written beside the words
    must agree with them. None for everything else, a bare number among it."""
    return _parse(text, _POINTS)


def parse_difficulty(text: str) -> int | None:
    """As parse_answer, for the question after the items: 0 not difficult at all … 3 extremely difficult."""
    return _parse(text, _DIFFICULTY_POINTS)


def read_points(text: str, *, of_difficulty: bool = False) -> str:
    """The points of an answer by its words, or as a number; "" where it is neither."""
    points, number = (parse_difficulty if of_difficulty else parse_answer)(text), whole_text(text)
    if points is not None:
        return str(points)
    if number.isascii() and number.replace(".", "", 1).isdecimal():
        return str(int(number)) if number.isdecimal() else number
    return ""


def find_points(text: str, *, of_difficulty: bool = False) -> set[str]:
    """The points that a longer text speaks of: by a number that it begins with, and by every answer's words in it."""
    folded = f" {fold_words(text)} "
    labels = _DIFFICULTY_POINTS if of_difficulty else _POINTS
    begun = _BEGUN.match(text)
    found = {str(int(begun.group(1)))} if begun else set()
    return found | {str(points) for words, points in labels.items() if f" {words} " in folded}


def _parse(text: str, points: dict[str, int]) -> int | None:
    folded = fold_words(text)
    beside = _POINTS_BESIDE.search(folded)
    said = points.get(_POINTS_BESIDE.sub("", folded, count=1))
    return said if beside is None or beside.group().strip() == str(said) else None


def fold_words(text: str) -> str:
    """Words in lower case with one space between them, without punctuation: "Several  days." and "several_days" are one text."""
    return _NO_LETTER.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
