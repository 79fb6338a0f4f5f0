"""Counts that may leave: none of 1 to 10 is shown or can be derived, the others are rounded, and rates are of rounded counts.

Suppression with its complements: lib/clinical/small_cells.py (CMS cell suppression policy). Rounding comes after it, so that what
hides a count does not depend on how others were rounded. Tables with a count in common are hidden as one network: each by itself
could hide another count, and show what the first one hid. How many there are in all stands in every table, and is hidden for its
own sake only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from lib.clinical.small_cells import Flow, hide_in_flows, say_count
from lib.research.table import ColumnNote, ExportTable, Risk

TOTAL = "all"
_UNKNOWN = "not recorded"
# What counts are told by; the second is crossed with the first, and with the third.
AGE, SEX, INDICATION, YEAR = TRAITS = ("age_band", "sex", "indication", "start_year")
# What a count is called: that of a value, or of a pair of values, of traits.
Name = tuple[str, ...]
_SAID = "counted; <11 and ≥11 hide a small count"


@dataclass(frozen=True)
class Rounding:
    """smallest: the smallest count that is shown (11). to: shown counts are multiples of it (5)."""

    smallest: int
    to: int

    @property
    def limit(self) -> int:
        """The largest count that is hidden."""
        return self.smallest - 1

    def round(self, counts: ArrayLike) -> NDArray[np.int64]:
        """To the nearest multiple, halves up; a shown count never to one that would have been hidden: 11 and 12 are 15."""
        numbers = np.asarray(counts, dtype=np.int64)
        nearest = (2 * numbers + self.to) // (2 * self.to) * self.to
        least = -(-self.smallest // self.to) * self.to
        return np.where(numbers == 0, 0, np.maximum(nearest, np.where(numbers >= self.smallest, least, 0)))

    def say(self, n: int, is_hidden: bool) -> str:
        """0, "<11", "≥11" for one that is hidden for another's sake, or the rounded count."""
        return say_count(n, True, self.limit) if is_hidden else str(self.round(n))

    def say_whole(self, n: int) -> str:
        """How many there are in all."""
        return self.say(n, 0 < n <= self.limit)

    def say_again(self, said: str) -> str:
        """A count in words (lib.clinical.small_cells.say_count), rounded."""
        plain = said.replace(",", "")
        return str(self.round(int(plain))) if plain.isdigit() else said


def tell_together(flows: Mapping[Name, Flow], rounding: Rounding) -> dict[Name, str]:
    """Counts of one network, each as it may leave."""
    hidden = hide_in_flows(list(flows.values()), rounding.limit)
    return {
        name: rounding.say(flow.n, bool(is_hidden))
        for (name, flow), is_hidden in zip(flows.items(), hidden, strict=True)
    }


def describe_people(people: pd.DataFrame, rounding: Rounding) -> tuple[ExportTable, ...]:
    """How many people have each value of each trait (trait, value, people), and each pair of values of two that are crossed.
    people: TRAITS as text, missing where not recorded."""
    of = people[list(TRAITS)].astype("object").fillna(_UNKNOWN).astype("str")
    said, total = tell_together(dict(_gather_flows(of)), rounding), rounding.say_whole(len(of))
    rows = [
        (trait, *row)
        for trait in TRAITS
        for row in [*((value, said[trait, value]) for value in _values(of, trait)), (TOTAL, total)]
    ]
    return (
        make_table("characteristics", "People by trait", ("trait", "value", "people"), rows),
        _cross(of, AGE, SEX, said, total),
        _cross(of, INDICATION, SEX, said, total),
    )


def _values(of: pd.DataFrame, trait: str) -> list[str]:
    return sorted(of[trait].unique())


def _gather_flows(of: pd.DataFrame) -> Iterator[tuple[Name, Flow]]:
    """People come by their age, go by their sex and their indication, and leave by their year."""
    ways: tuple[tuple[Name, str, str], ...] = (
        ((AGE,), "in", AGE),
        ((AGE, SEX), AGE, SEX),
        ((SEX,), SEX, "sexes"),
        ((INDICATION, SEX), "sexes", INDICATION),
        ((INDICATION,), INDICATION, "indications"),
        ((YEAR,), "indications", "out"),
    )
    for traits, source, target in ways:
        counts = of.groupby(list(traits)).size()
        for values in product(*(_values(of, trait) for trait in traits)):
            value_of = dict(zip(traits, values, strict=True))
            n = int(counts.get(values if len(values) > 1 else values[0], 0))
            places = (_place(source, value_of), _place(target, value_of))
            yield (*traits, *values), Flow(*places, n, is_total=traits in ((AGE,), (SEX,), (INDICATION,)))


def _place(name: str, value_of: Mapping[str, str]) -> Name:
    """Where people of a value are; everybody is at the places that are of none."""
    of = {"sexes": SEX}.get(name, name)
    return (name, value_of[of]) if of in value_of else (name,)


def _cross(of: pd.DataFrame, by: str, across: str, said: Mapping[Name, str], total: str) -> ExportTable:
    """by, across, people; with TOTAL at the end of each."""
    rows = [
        (row, column, said[by, across, row, column])
        for row in _values(of, by)
        for column in _values(of, across)
    ]
    rows += [(row, TOTAL, said[by, row]) for row in _values(of, by)]
    rows += [(TOTAL, column, said[across, column]) for column in _values(of, across)]
    rows.append((TOTAL, TOTAL, total))
    label = f"People by {by} and {across}"
    return make_table(f"{by}_by_{across}", label, (by, across, "people"), rows)


def make_table(
    name: str,
    label: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    labels: Mapping[str, str] = MappingProxyType({}),
) -> ExportTable:
    """Of counts that are said already: texts, since "<11" is one. labels: by column, where its name is none."""

    def read() -> Iterator[pd.DataFrame]:
        yield pd.DataFrame(list(rows), columns=list(columns), dtype="str")

    notes = tuple(
        ColumnNote(one, labels.get(one, one.replace("_", " ")), "text", derivation=_SAID, risk=Risk.NONE)
        for one in columns
    )
    return ExportTable(name, label, notes, read, len(rows))
