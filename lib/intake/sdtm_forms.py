"""SDTM's QS, one row an answer, to forms of PHQ-9 and GAD-7."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import GAD7, INSTRUMENTS, PHQ9
from lib.intake.answer_labels import find_points, read_points
from lib.intake.drafts import Draft
from lib.intake.forms import UNREAD, Form, names_spoken
from lib.intake.loinc import ITEM_9, SLOTS, Slot
from lib.intake.questions import speaks_of_forms, speaks_of_item_9

READ_AS = (
    "The rows of one subject, visit and QSDTC are one form; QSSTRESN, QSSTRESC and QSORRES have to agree."
)
# CDISC's test codes: PHQ0101 … PHQ0109, PHQ0110 difficulty, PHQ0111 total; GAD0101 … (first version), GAD0201 …, GAD0208 total.
_TEST = re.compile(r"(PHQ01|GAD01|GAD02)([0-9]{2})")
_RESULTS = ("QSSTRESN", "QSSTRESC", "QSORRES")
_DIGIT = re.compile("[0-9]")
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
        results = [row.get(name, "") for name in _RESULTS]
        if not (slot or named in INSTRUMENTS or (any(results) and _may_be_ours(row, named))):
            others[f"QSCAT {category}" if _CATEGORY.fullmatch(category) else "another QSCAT"] += 1
            continue
        whose, moment = row["USUBJID"], row["QSDTC"]
        instrument = named if named in INSTRUMENTS or slot else ""
        visit = (row.get("VISITNUM", ""), row.get("VISIT", ""), moment)
        key = (whose, instrument or (slot or ("", ""))[0], *visit)
        form = forms.setdefault(key, Form(line, {"patient_id": whose, "assessed_at": moment}, instrument))
        said = _points_said(*results, of_difficulty=slot is not None and slot[1] == "difficulty")
        if slot:
            form.add(slot, list(said))
        elif said:
            form.unplaced.append(" or ".join(said))
    _join_unplaced(forms)
    return [draft for form in forms.values() for draft in form.rows()]


def _may_be_ours(row: Mapping[str, str], named: str) -> bool:
    """Whether a row that no known code places speaks of PHQ-9 or GAD-7 or, by no other questionnaire's name, of suicide."""
    test, category = row.get("QSTEST", ""), row.get("QSCAT", "")
    if named and not named.startswith(tuple(INSTRUMENTS)):
        # Another questionnaire of the family, such as PHQ-15.
        return speaks_of_item_9(test)
    spoken = (test, row["QSTESTCD"], category)
    return bool(named) or any(speaks_of_forms(said, of_suicide=not category) for said in spoken)


def _join_unplaced(forms: dict[tuple[str, ...], Form]) -> None:
    """Answers of no questionnaire belong to the PHQ-9 of the same visit that lacks its item 9: one of them may be it."""
    for key in [key for key in forms if not key[1]]:
        phq9 = forms.get((key[0], PHQ9.name, *key[2:]))
        if phq9 and not phq9.slots.get(SLOTS[ITEM_9]):
            phq9.unplaced += forms.pop(key).unplaced


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
def _points_said(number: str, standard: str, original: str, *, of_difficulty: bool) -> tuple[str, ...]:
    """The points by the standardised number, the standardised result and the original one, which have to agree; text that speaks
    of no points says nothing beside a number."""
    plain, within = [], []
    for text in (number, standard, original):
        points = read_points(text, of_difficulty=of_difficulty)
        plain += [points] if points else []
        within += [] if points else sorted(find_points(text, of_difficulty=of_difficulty))
    if _DIGIT.search(number) and not read_points(number, of_difficulty=of_difficulty):
        # A number that is none of a form's, such as one below 0.
        plain.append(UNREAD)
    # What a sentence speaks of contradicts a number, and alone it is none.
    said = list(dict.fromkeys([*plain, *within] if plain else [f"{UNREAD} {points}" for points in within]))
    return tuple(said) or ((UNREAD,) if number or standard or original else ())
