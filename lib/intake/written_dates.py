"""How one date is written, other than as YYYY-MM-DD, and what a person has to say before it can be read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

ORDER, CENTURY, NUMBER, DIGITS, MONTHS = (
    "date_order",
    "century",
    "day_number",
    "date_digits",
    "month_names",
)
_ENGLISH = """january jan; february feb; march mar; april apr; may; june jun; july jul; august aug; september sept sep;
    october oct; november nov; december dec"""
_GERMAN = """januar jänner jan; februar feb; märz maerz mär mrz; april apr; mai; juni jun; juli jul; august aug;
    september sept sep; oktober okt; november nov; dezember dez"""
_FRENCH = """janvier janv jan; février fevrier févr fevr fév; mars; avril avr; mai; juin; juillet juil; août aout;
    septembre sept sep; octobre oct; novembre nov; décembre decembre déc dec"""
MONTH_NAMES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        language: {name: number for number, said in enumerate(names.split(";"), 1) for name in said.split()}
        for language, names in (("english", _ENGLISH), ("german", _GERMAN), ("french", _FRENCH))
    }
)
_TIME = r"(?:(?:[T,]|\s)\s*([0-9].*))?"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})([/.-])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_NUMERIC = re.compile(rf"([0-9]{{1,2}})([/.-])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}")
_DAY_MONTH = re.compile(
    rf"([0-9]{{1,2}})(?:st|nd|rd|th|\.)?[ /-]*([^\W\d_]+)\.?[ /-]*([0-9]{{4}}|[0-9]{{2}}){_TIME}", re.I
)
_MONTH_DAY = re.compile(
    rf"([^\W\d_]+)\.?[ -]([0-9]{{1,2}})(?:st|nd|rd|th)?,?[ -]([0-9]{{4}}|[0-9]{{2}}){_TIME}", re.I
)
_DAY_NUMBER = re.compile(r"[1-9][0-9]{4}(\.[0-9]{1,10})?")
_EIGHT_DIGITS = re.compile(r"[0-9]{8}")
_CLOCK = re.compile(
    r"([0-9]{1,2})(?::([0-9]{2}))?(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?\s*(?:([ap])\.?m\.?)?\s*(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?",
    re.I,
)
# What a workbook counts its days from: on Windows, and on old Macs.
_EPOCHS = {"1900": datetime(1899, 12, 30), "1904": datetime(1904, 1, 1)}
_PLACES = {"yyyymmdd": (0, 4, 6), "ddmmyyyy": (4, 2, 0), "mmddyyyy": (4, 0, 2)}
OPTIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        ORDER: {
            "dmy": "day first, as 31/12",
            "mdy": "month first, as 12/31",
            "ymd": "year first, as 26/12/31",
        },
        CENTURY: {"20": "2000 to 2099", "19": "1900 to 1999"},
        NUMBER: {"1900": "days of an Excel workbook", "1904": "days of a workbook of an old Mac"},
        DIGITS: {"yyyymmdd": "YYYYMMDD", "ddmmyyyy": "DDMMYYYY", "mmddyyyy": "MMDDYYYY"},
        MONTHS: {"german": "German", "french": "French"},
    }
)


@dataclass(frozen=True)
class WrittenDate:
    """parts: (year, month, day), with the first two numbers as they stand where the order is asked for · needs: questions that
    have to be answered before it says anything"""

    text: str
    needs: tuple[str, ...] = ()
    parts: tuple[int, int, int] = (0, 0, 0)
    month_name: str = ""
    time: str = ""

    def spell(self, answers: Mapping[str, str]) -> str:
        """As YYYY-MM-DD, with the time of day where there is one; "" where it is none by these answers. answers: by question."""
        if NUMBER in self.needs:
            return _spell_day_number(self.text, _EPOCHS[answers[NUMBER]])
        if DIGITS in self.needs:
            year, month, day = _PLACES[answers[DIGITS]]
            parts = (
                int(self.text[year : year + 4]),
                int(self.text[month : month + 2]),
                int(self.text[day : day + 2]),
            )
            return _spell(parts, "")
        year, month, day = self.parts
        if self.month_name:
            language = answers[MONTHS] if MONTHS in self.needs else "english"
            month = MONTH_NAMES[language].get(self.month_name, 0)
        if ORDER in self.needs:
            order = answers[ORDER]
            # As they stand: the first two numbers, and the last.
            year, month, day = {
                "dmy": (year, day, month),
                "mdy": (year, month, day),
                "ymd": (month, day, year),
            }[order]
        if CENTURY in self.needs:
            year += int(answers[CENTURY]) * 100
        return _spell((year, month, day), self.time)


def recognise(text: str) -> WrittenDate | None:
    """None where it is no date in any of the ways known here, or is one as YYYY-MM-DD already."""
    for pattern, need in ((_DAY_NUMBER, NUMBER), (_EIGHT_DIGITS, DIGITS)):
        if pattern.fullmatch(text):
            return WrittenDate(text, (need,))
    if found := _YEAR_FIRST.fullmatch(text):
        year, _, month, day, time = found.groups()
        return _with_time(WrittenDate(text, (), (int(year), int(month), int(day))), time)
    if found := _NUMERIC.fullmatch(text):
        first, _, second, year, time = found.groups()
        return _with_time(
            WrittenDate(text, (ORDER, *_century(year)), (int(year), int(first), int(second))), time
        )
    return _recognise_words(text)


def _recognise_words(text: str) -> WrittenDate | None:
    if found := _DAY_MONTH.fullmatch(text):
        day, name, year, time = found.groups()
    elif found := _MONTH_DAY.fullmatch(text):
        name, day, year, time = found.groups()
    else:
        return None
    languages = [language for language, names in MONTH_NAMES.items() if name.casefold() in names]
    if not languages:
        return None
    needs = (*(() if "english" in languages else (MONTHS,)), *_century(year))
    return _with_time(WrittenDate(text, needs, (int(year), 0, int(day)), name.casefold()), time)


def _century(year: str) -> tuple[str, ...]:
    return (CENTURY,) if len(year) == 2 else ()


def _with_time(written: WrittenDate, time: str | None) -> WrittenDate | None:
    if not time:
        return written
    found = _CLOCK.fullmatch(time.strip())
    if not found or not (found.group(2) or found.group(4)):
        return None
    hour, minute, second, half, offset = found.groups()
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half in "pP" else 0)
    spelled = f"T{hours:02}:{minute or '00'}" + (f":{second}" if second else "") + (offset or "").upper()
    return WrittenDate(written.text, written.needs, written.parts, written.month_name, spelled)


def _spell(parts: tuple[int, int, int], time: str) -> str:
    try:
        return date(*parts).isoformat() + time
    except ValueError:
        return ""


def _spell_day_number(text: str, epoch: datetime) -> str:
    days, _, fraction = text.partition(".")
    seconds = round(float(f"0.{fraction or 0}") * 86_400)
    moment = epoch + timedelta(days=int(days), seconds=seconds)
    return moment.date().isoformat() if not fraction else f"{moment:%Y-%m-%dT%H:%M:%S}"
