"""Identities that may be one person: found by what they share, never joined by it."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import pandas as pd

from lib.clinical.births import year_of_birth
from lib.clinical.segments import NONE

_SIGNS = re.compile(r"[\W_]+")
# Between two numbers a sign tells 1-01 from 10-1.
_BETWEEN_NUMBERS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
# Of a larger group the shared thing says nothing: a filler, or a letter that everybody has.
_LARGEST_GROUP = 12
_COLUMNS = ("first", "second", "clinic_key", "what")
Person = dict[Any, Any]


def fold_id(patient_id: str) -> str:
    """p1, of P1, p-01 and p 001: one spelling of letters, without signs and leading zeros."""
    folded = unicodedata.normalize("NFKC", patient_id).casefold()
    parts = _BETWEEN_NUMBERS.sub("/", _LEADING_ZEROS.sub("", folded)).split("/")
    return "/".join(_SIGNS.sub("", part) for part in parts)


def find_alike(people: pd.DataFrame, two_people: frozenset[tuple[int, int]] = frozenset()) -> pd.DataFrame:
    """Pairs that share initials and birth date, or initials, birth year and sex, or (in one clinic) an id but for its spelling:
    first, second (the lower key first), clinic_key (NONE: of two clinics), what (is the same). The strongest reason first.

    people: patient, patient_id, clinic_key, initials, birth_date (days), birth_year, sex; None where unknown. two_people: pairs
    of which somebody has said that they are two.
    """
    reasons: list[tuple[str, Callable[[Person], tuple | None]]] = [
        ("same initials and birth date", _initials_and_birth_date),
        ("same id but for its spelling", _folded_id),
        ("same initials, birth year and sex", _initials_year_and_sex),
    ]
    rows = people.astype(object).where(people.notna(), None).to_dict("records")
    found: dict[tuple[int, int], tuple[int, str]] = {}
    for what, shared in reasons:
        for one, other in _pairs(rows, shared):
            first, second = sorted((one, other), key=lambda person: int(person["patient"]))
            pair = (int(first["patient"]), int(second["patient"]))
            is_one_clinic = first["clinic_key"] == second["clinic_key"]
            if pair not in two_people and not _are_born_apart(first, second, what):
                found.setdefault(pair, (int(first["clinic_key"]) if is_one_clinic else NONE, what))
    return pd.DataFrame([(*pair, *said) for pair, said in found.items()], columns=list(_COLUMNS))


def _pairs(rows: list[Person], shared: Callable[[Person], tuple | None]) -> Iterator[tuple[Person, Person]]:
    groups: dict[tuple, list[Person]] = {}
    for person in rows:
        if (key := shared(person)) is not None:
            groups.setdefault(key, []).append(person)
    for group in groups.values():
        if len(group) <= _LARGEST_GROUP:
            yield from combinations(group, 2)


def _initials_and_birth_date(person: Person) -> tuple | None:
    initials = _fold_initials(person)
    return (initials, person["birth_date"]) if initials and person["birth_date"] is not None else None


def _initials_year_and_sex(person: Person) -> tuple | None:
    born = year_of_birth(person["birth_year"], person["birth_date"])
    key = (_fold_initials(person), born, (person["sex"] or "").casefold())
    return key if all(key) else None


def _folded_id(person: Person) -> tuple | None:
    folded = fold_id(str(person["patient_id"]))
    return (person["clinic_key"], folded) if folded else None


def _fold_initials(person: Person) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", person["initials"] or "").casefold())


def _are_born_apart(first: Person, second: Person, what: str) -> bool:
    """Two known birth dates that differ outweigh initials; an id that differs in its spelling alone is shown all the same."""
    dates = {first["birth_date"], second["birth_date"]} - {None}
    return len(dates) == 2 and "id" not in what.split()
