"""What a foreign column's name means, where it is known: by an alias, a code, or the words of a whole question."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lib.clinical.instruments import INSTRUMENTS
from lib.intake import alias_words as words
from lib.intake.questions import find_question

# The parts of a table that one row may give: forms by their name, a form whose name a column says, and other records.
PHQ8, FORM, SESSION, WEIGHT, PATIENT, SHARED = "PHQ-8", "form", "session", "weight", "patient", ""
_PREFIXES = {"phq9": "PHQ-9", "phq8": PHQ8, "gad7": "GAD-7"}
_N_ITEMS = {"PHQ-9": 9, PHQ8: 8, "GAD-7": 7, FORM: 9}
_SDTM = re.compile(r"(phq01|gad0[12])(0[1-9]|1[01])")
_NHANES = re.compile(r"dpq0([1-9])0")
_LOINC = re.compile(r"(?<![0-9])([0-9]{4,5})_([0-9])(?![0-9])")
_NUMBERED = re.compile(r"(?:sc_)?(phq9|phq8|gad7)_?(?:q|item|i|question)?_?0?([1-9]|10)(?:_(.+))?")
_UNPREFIXED = re.compile(r"((?:sc_)?(?:phq|gad)|)_?(?:q|item|question)?_?0?([1-9]|10)")
_TOTAL = re.compile(
    r"(?:sc_)?(phq9|phq8|gad7)_?(?:total|score|total_?score|sum|sum_score|tot|scrdtotal|raw_score)?"
)
_DATE_OF = re.compile(
    r"(?:sc_)?(phq9|phq8|gad7)_(?:date|timestamp|completed_at|completed_on|assessed_at|date_completed)"
)
_COMPLETE = re.compile(r"(?:sc_)?(phq9|phq8|gad7|gad)(?:_.*)?_complete")
_EVENT = re.compile(r"_s[0-9]+_r[0-9]+_e[0-9]+$")
_LOINC_CODES = {
    code: (name, column)
    for name, instrument in INSTRUMENTS.items()
    for code, column in (
        (instrument.loinc_total, "total"),
        *((code, f"item_{number}") for number, code in enumerate(instrument.loinc_items, 1)),
    )
}


@dataclass(frozen=True)
class Meaning:
    """part: the record of the row that the column belongs to, "" for all of them · column: ours; `date` is when a record
    happened, `complete` REDCap's status of a form · unit: what its numbers are of · missing: cells that are no answer"""

    part: str
    column: str
    why: str = "alias"
    unit: str = ""
    missing: tuple[str, ...] = ()


def fold_name(name: str) -> str:
    """`PHQ-9: Item 1` and `phq9_item_1` are one name: small letters and digits, with one `_` between them."""
    folded = re.sub(r"[\W_]+", "_", unicodedata.normalize("NFKC", name).casefold()).strip("_")
    folded = re.sub(r"(?<![a-z])(phq|gad)_([789])(?=_|$)", r"\1\2", folded)
    return folded.replace("patient_health_questionnaire_9", "phq9").replace(
        "generalized_anxiety_disorder_7", "gad7"
    )


def find_meanings(names: Sequence[str]) -> dict[str, Meaning]:
    """What each of a table's columns means, by its name as given; one that nobody can tell is not among them."""
    folded = {name: _EVENT.sub("", fold_name(name)) for name in names}
    families = _find_families(folded.values())
    found = {name: _find_meaning(name, text, families) for name, text in folded.items()}
    return {name: meaning for name, meaning in found.items() if meaning}


def _find_meaning(name: str, folded: str, families: Mapping[str, str]) -> Meaning | None:
    member = families.get(folded)
    if member is not None:
        return _number_item(_name_family(folded), int(member))
    return _find_form(folded) or _find_question(name) or _find_other(folded)


def _find_families(names: Iterable[str]) -> dict[str, str]:
    """Columns called only by a number behind a prefix (q1, phq_2, sc_gad3), where the first three items stand beside one another.

    phq9 and gad7 alone are totals, but in such a family they are items.
    """
    numbered = {
        name: (found.group(1), found.group(2)) for name in names if (found := _UNPREFIXED.fullmatch(name))
    }
    starts = [
        prefix
        for prefix in {prefix for prefix, _ in numbered.values()}
        if _has_start(prefix, numbered.values())
    ]
    return {
        name: number for name, (prefix, number) in numbered.items() if prefix in starts and not name.isdigit()
    }


def _has_start(prefix: str, members: Iterable[tuple[str, str]]) -> bool:
    return {number for start, number in members if start == prefix} >= {"1", "2", "3"}


def _name_family(folded: str) -> str:
    return "PHQ-9" if "phq" in folded else "GAD-7" if "gad" in folded else FORM


def _number_item(part: str, number: int) -> Meaning | None:
    """The question after the items is the one about difficulty."""
    if number <= _N_ITEMS[part]:
        return Meaning(part, f"item_{number}")
    return Meaning(part, "difficulty") if number == _N_ITEMS[part] + 1 else None


def _find_form(folded: str) -> Meaning | None:
    for pattern, read in ((_SDTM, _read_sdtm), (_NUMBERED, _read_numbered), (_COMPLETE, _read_complete)):
        if found := pattern.fullmatch(folded):
            return read(found)
    if found := _NHANES.fullmatch(folded):
        # National Health and Nutrition Examination Survey: 7 refused, 9 don't know. They are no points.
        return Meaning("PHQ-9", f"item_{found.group(1)}", "NHANES", missing=("7", "9", "."))
    if folded == "dpq100":
        return Meaning("PHQ-9", "difficulty", "NHANES", missing=("7", "9", "."))
    for pattern, column in ((_TOTAL, "total"), (_DATE_OF, "date")):
        if found := pattern.fullmatch(folded):
            return Meaning(_PREFIXES[found.group(1)], column)
    return _find_loinc(folded) or _find_short_name(folded)


def _read_sdtm(found: re.Match[str]) -> Meaning | None:
    part, number = "PHQ-9" if found.group(1) == "phq01" else "GAD-7", int(found.group(2))
    return (
        Meaning("PHQ-9", "total", "SDTM code")
        if number == 11 and part == "PHQ-9"
        else _number_item(part, number)
    )


def _read_numbered(found: re.Match[str]) -> Meaning | None:
    part, number, tail = _PREFIXES[found.group(1)], int(found.group(2)), found.group(3)
    meaning = _number_item(part, number)
    # phq9_1_interest is item 1; phq9_1_sleep contradicts itself, and phq9_1_notes is no answer.
    if meaning and tail not in (None, "score", "value", "answer"):
        return meaning if words.ITEM_NAMES[part].get(tail) == meaning.column else None
    return meaning


def _read_complete(found: re.Match[str]) -> Meaning | None:
    return Meaning(_PREFIXES.get(found.group(1), "GAD-7"), "complete", "REDCap's status of the form")


def _find_loinc(folded: str) -> Meaning | None:
    codes = ["-".join(code) for code in _LOINC.findall(folded)]
    if len(codes) != 1 or codes[0] not in _LOINC_CODES:
        return None
    return Meaning(*_LOINC_CODES[codes[0]], "LOINC code")


def _find_short_name(folded: str) -> Meaning | None:
    start, _, rest = folded.removeprefix("sc_").partition("_")
    part = _PREFIXES.get(start)
    column = words.ITEM_NAMES[part].get(rest) if part else None
    return Meaning(part, column) if part and column else None


def _find_question(name: str) -> Meaning | None:
    """The words of one whole question, whatever stands around them; of two questions in one header nothing is taken."""
    found = find_question(name)
    return Meaning(*found, "full question") if found else None


def _find_other(folded: str) -> Meaning | None:
    if folded in words.SHARED:
        return Meaning(SHARED, words.SHARED[folded])
    for pattern, units, part, column in (
        (words.DOSES, words.UNITS, SESSION, "dose_mg"),
        ({"weight", "body_weight", "bodyweight", "wt"}, words.WEIGHT_UNITS, WEIGHT, "value"),
    ):
        for unit, meant in (("", ""), *((f"_{unit}", meant) for unit, meant in units.items())):
            if folded.endswith(unit) and folded.removesuffix(unit) in pattern:
                return Meaning(part, column, unit=meant)
    for part, table in ((SESSION, words.SESSION), (FORM, words.FORM), (PATIENT, words.PATIENT)):
        if folded in table:
            return Meaning(part, table[folded])
    return None
