"""What the text of one cell says, by its column's declared type. A text that is not plainly of that type says nothing."""

import re
from datetime import date

from lib.clinical.frames import Column
from lib.intake.caps import MAX_TEXT

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]+([.,' ][0-9]+)+")
_UNIT = re.compile(r"[+-]?[0-9][0-9.,]*\s*[^0-9\s.,].*")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YES_NO = {"yes": 1, "true": 1, "no": 0, "false": 0}
_EPOCH = date(1970, 1, 1).toordinal()
# Before and after these no patient of an at-home clinic lived: a year outside is a slip or another system's filler.
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


class UnreadableCell(ValueError):  # noqa: N818 - as UnreadableFile
    """A cell whose text is not of its column's type: a code, and a sentence (without the text itself) of what to do."""

    def __init__(self, code: str, advice: str) -> None:
        super().__init__(advice)
        self.code, self.advice = code, advice


def parse_cell(column: Column, text: str) -> int | float | str:
    """The value of a cell that is not empty. Raises UnreadableCell."""
    if column.type == "date":
        return parse_day(text)
    if column.type == "yes_no":
        return _parse_yes_no(text)
    if column.type == "choice":
        return _parse_choice(column, text)
    if column.type in ("whole", "number"):
        return _parse_within_limits(column, text)
    if len(text) > MAX_TEXT:
        raise UnreadableCell("too-long", f"is longer than {MAX_TEXT} characters: shorten it")
    return text


def parse_day(text: str) -> int:
    """Days since 1970-01-01 of a date written YYYY-MM-DD. Raises UnreadableCell."""
    found = _DATE.fullmatch(text)
    if not found:
        advice = "is not a date: write YYYY-MM-DD (year, month, day; for example 2026-03-01)"
        if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text):
            advice = "is a bare number, perhaps a spreadsheet's day number: format the column as YYYY-MM-DD"
        raise UnreadableCell("not-a-date", advice)
    year, month, day = map(int, found.groups())
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        advice = f"has a year outside {_FIRST_YEAR} to {_LAST_YEAR}: correct it, or leave it empty if unknown"
        raise UnreadableCell("no-such-date", advice)
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        raise UnreadableCell("no-such-date", "is a date that no calendar has: correct it") from None


def _parse_within_limits(column: Column, text: str) -> int | float:
    value = _parse_whole(text) if column.type == "whole" else _parse_number(text)
    if (column.low is not None and value < column.low) or (column.high is not None and value > column.high):
        raise UnreadableCell("off-scale", f"must be {_limits(column)}: correct it")
    return value


def _limits(column: Column) -> str:
    if column.high is None:
        return f"{column.low:g} or more"
    return f"{column.high:g} or less" if column.low is None else f"from {column.low:g} to {column.high:g}"


def _parse_whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise UnreadableCell(
            "not-a-whole-number", "is not a whole number: write digits only, without decimals"
        )
    return int(text)


def _parse_number(text: str) -> float:
    if _NUMBER.fullmatch(text):
        # Adding zero makes minus zero plain zero.
        return float(text) + 0.0
    if _COMMA_NUMBER.fullmatch(text):
        advice = "is ambiguous: write a decimal point, no comma and no thousands sign (for example 1200.5)"
    elif _UNIT.fullmatch(text):
        advice = "has a unit or other text: write the number alone, in the unit that the column's name says"
    else:
        advice = "is not a number: write digits with a decimal point (for example 0.5)"
    raise UnreadableCell("not-a-number", advice)


def _parse_yes_no(text: str) -> int:
    answer = _YES_NO.get(text.casefold())
    if answer is None:
        raise UnreadableCell("not-yes-or-no", "is neither yes nor no: write yes or no, or leave it empty")
    return answer


def _parse_choice(column: Column, text: str) -> str:
    for choice in column.choices:
        if choice.casefold() == text.casefold():
            return choice
    raise UnreadableCell("not-a-choice", f"must be one of: {', '.join(column.choices)}; or leave it empty")
