"""SDTM's QS, one row an answer, to forms of PHQ-9 and GAD-7."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import GAD7, INSTRUMENTS, PHQ9
from lib.intake.answer_labels import parse_answer, parse_difficulty
from lib.intake.drafts import Draft
from lib.intake.forms import UNREAD, Form, names_spoken
from lib.intake.loinc import Slot, whole_text

READ_AS = "The rows of one subject, visit and QSDTC are one form; QSSTRESN (else QSSTRESC) and QSORRES have to agree."
# CDISC's test codes: PHQ0101 … PHQ0109, PHQ0110 difficulty, PHQ0111 total; GAD0101 … (first version), GAD0201 …, GAD0208 total.
_TEST = re.compile(r"(PHQ01|GAD01|GAD02)([0-9]{2})")
# As CDISC writes them; other text is not said again.
_CATEGORY = re.compile(r"[A-Z0-9][A-Z0-9 .,/()+-]{0,39}( V[0-9]+)?")
_TOTAL, _DIFFICULTY = re.compile(r"\btotal\b", re.IGNORECASE), re.compile(r"\bdifficult", re.IGNORECASE)


def read_forms(rows: Iterable[tuple[int, Mapping[str, str]]], others: Counter[str]) -> list[Draft]:
    """rows: line, and cells by SDTM's names. others: counts the rows of other questionnaires."""
    forms: dict[tuple[str, ...], Form] = {}
    for line, row in rows:
        category = row.get("QSCAT", "")
        slot = _find_slot(row["QSTESTCD"].upper(), row.get("QSTEST", ""))
        named = _name(category)
        if slot is None and named not in INSTRUMENTS:
            others[f"QSCAT {category}" if _CATEGORY.fullmatch(category) else "another QSCAT"] += 1
            continue
        whose, moment = row["USUBJID"], row["QSDTC"]
        key = (whose, named or (slot or ("", ""))[0], row.get("VISITNUM", ""), row.get("VISIT", ""), moment)
        form = forms.setdefault(key, Form(line, {"patient_id": whose, "assessed_at": moment}, named))
        standard = row.get("QSSTRESN", "") or row.get("QSSTRESC", "")
        column = slot[1] if slot else ""
        said = list(_points_said(standard, row.get("QSORRES", ""), is_difficulty=column == "difficulty"))
        if slot:
            form.add(slot, said)
        elif said:
            form.unplaced.append(" or ".join(said))
    return [draft for form in forms.values() for draft in form.rows()]


@lru_cache(maxsize=1024)
def _name(category: str) -> str:
    """The questionnaire that QSCAT names, `GAD-7 V2` as GAD-7; "" where it names none, or several."""
    spoken = names_spoken(category)
    return spoken.pop() if len(spoken) == 1 else ""


@lru_cache(maxsize=4096)
def _find_slot(code: str, test: str) -> Slot | None:
    found = _TEST.fullmatch(code)
    if not found:
        return None
    instrument = PHQ9 if found.group(1) == "PHQ01" else GAD7
    number = int(found.group(2))
    if 1 <= number <= instrument.n_items:
        return instrument.name, ITEM_COLUMNS[number - 1]
    if code in ("PHQ0111", "GAD0208") or _TOTAL.search(test):
        return instrument.name, "total"
    return (instrument.name, "difficulty") if code == "PHQ0110" or _DIFFICULTY.search(test) else None


@lru_cache(maxsize=4096)
def _points_said(standard: str, original: str, *, is_difficulty: bool) -> tuple[str, ...]:
    """The points by the standardised result and by the words or the number of the original one, which have to agree; words that
    are no answer's say nothing beside a number."""
    parse = parse_difficulty if is_difficulty else parse_answer
    said = []
    for text in (standard, original):
        points = parse(text)
        number = whole_text(text)
        if points is not None:
            said.append(str(points))
        elif number.isascii() and number.replace(".", "", 1).isdecimal():
            said.append(number)
    is_given = bool(standard or original)
    return tuple(dict.fromkeys(said)) or ((UNREAD,) if is_given else ())
