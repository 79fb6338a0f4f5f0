"""Which columns may leave, by an allow-list of risks, and what becomes of each."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from lib.research.plan import (
    CLASSES,
    OTHER,
    PERSON,
    PERSON_NAMES,
    RESEARCH_ID,
    SUPPRESSED,
    TELLS_SEX,
    TRAITS,
    Plan,
)
from lib.research.rare_values import Known, Numbers, Texts
from lib.research.study_days import describe_dates, tell_dates
from lib.research.table import ColumnNote, ExportTable, Risk

# What may pass at all; a risk that is not here is dropped with its column.
_ALLOWED = (Risk.QUASI, Risk.SENSITIVE, Risk.NONE)
_TEXTS = ("text", "choice")
_NUMBERS = ("whole", "number")
# Amounts that can single somebody out, whatever risk is written beside them.
_AMOUNTS = ("mg", "kg")

Change = Callable[[pd.DataFrame, pd.DataFrame], pd.Series]
"""From rows, and the people of these rows, to what leaves."""
Which = Callable[[pd.Series, pd.DataFrame], "pd.Series[bool]"]
"""Of which values, of these people, nothing is told but that."""


@dataclass
class Leaving:
    """folding: learns what few people have, of those of whom it is told; is_hidden: of whom it is not."""

    note: ColumnNote
    change: Change
    folding: Texts | Numbers | Known | None = None
    source: str = ""
    is_hidden: Which | None = None

    def learn(self, rows: pd.DataFrame, whose: pd.DataFrame) -> None:
        """To be done with all rows before any leaves."""
        if self.folding is not None:
            values = rows[self.source]
            told = values.mask(self.is_hidden(values, whose)) if self.is_hidden else values
            self.folding.add(whose.index, told)


def choose_columns(table: ExportTable, plan: Plan) -> list[Leaving]:
    is_of_people = any(note.name == PERSON for note in table.columns)
    found = [column for note in table.columns for column in _columns_of(note, plan, is_of_people)]
    # A day that is told already (ADaM's ADY beside ADT) is not told twice.
    own = {column.note.name for column in found if column.source == column.note.name}
    chosen: dict[str, Leaving] = {}
    for column in found:
        if column.source == column.note.name or column.note.name not in own:
            chosen.setdefault(column.note.name, column)
    return list(chosen.values())


def _columns_of(note: ColumnNote, plan: Plan, is_of_people: bool) -> list[Leaving]:
    """Nothing for a column that does not leave; two where the year of the start goes with the age."""
    is_date = note.type in ("date", "moment")
    if not is_of_people:
        passes = note.risk == Risk.NONE and not is_date
        return [Leaving(note, lambda rows, _: rows[note.name], source=note.name)] if passes else []
    if note.name.lower() in PERSON_NAMES:
        return [_identify(note)]
    trait = TRAITS.get(note.name.lower())
    if trait == "age_band":
        return _bands(note, plan)
    if is_date:
        return [_tell_dates(note, plan)] if note.risk in (Risk.DATE, Risk.QUASI) else []
    if note.risk not in _ALLOWED:
        return []
    return [_tell_trait(note, trait, plan) if trait else _fold(note, plan)]


def _tell_dates(note: ColumnNote, plan: Plan) -> Leaving:
    told, folding = describe_dates(note, plan), None
    if note.risk == Risk.QUASI:
        folding = Known(plan.smallest_class)
        few = f"empty where fewer than {plan.smallest_class} people have one"
        told = replace(told, derivation=f"{told.derivation}; {few}", risk=Risk.QUASI)

    def change(rows: pd.DataFrame, whose: pd.DataFrame) -> pd.Series:
        dates = rows[note.name]
        return tell_dates(folding.fold(dates) if folding else dates, whose, plan)

    return Leaving(told, change, folding, note.name)


def _identify(note: ColumnNote) -> Leaving:
    name = RESEARCH_ID if note.name == PERSON else note.name
    made = replace(
        note,
        name=name,
        label="Person, by a random id of this project",
        type="text",
        derivation="random; the key to it stays in the clinic's store",
        risk=Risk.NONE,
    )
    return Leaving(made, lambda _, whose: whose[RESEARCH_ID], source=note.name)


def _bands(note: ColumnNote, plan: Plan) -> list[Leaving]:
    band = ColumnNote(
        "AGEGR1" if note.name.isupper() else "age_band",
        "Age at the first dose",
        "text",
        "years",
        derivation=f"bands of {plan.band_years} years, {plan.oldest_band}+ together; {SUPPRESSED} in small classes",
        source=note.source,
        risk=Risk.QUASI,
    )
    columns = [Leaving(band, lambda _, whose: whose["age_band"], source=note.name)]
    if plan.has_start_year:
        year = replace(
            band, name="start_year", label="Year of the first dose", unit="year", derivation=SUPPRESSED
        )
        columns.append(Leaving(year, lambda _, whose: whose["start_year"], source=note.name))
    return columns


def _tell_trait(note: ColumnNote, trait: str, plan: Plan) -> Leaving:
    """The table's own word, unless the person's class is too small for it."""
    folded = _fold(note, plan)

    def change(rows: pd.DataFrame, whose: pd.DataFrame) -> pd.Series:
        told = folded.change(rows, whose).astype("object")
        of = whose[trait].to_numpy()
        return told.mask(of == SUPPRESSED, SUPPRESSED).mask(of == OTHER, OTHER)

    said = f"{folded.note.derivation}; {SUPPRESSED} in small classes"
    values = _with_word(folded.note, SUPPRESSED)
    told = replace(folded.note, derivation=said, values=values, risk=Risk.QUASI)

    def is_hidden(values: pd.Series, whose: pd.DataFrame) -> "pd.Series[bool]":
        return pd.Series(whose[trait].isin((SUPPRESSED, OTHER)).to_numpy(), index=values.index)

    return replace(folded, note=told, change=change, is_hidden=is_hidden)


def _tells_hidden_sex(texts: pd.Series, whose: pd.DataFrame) -> "pd.Series[bool]":
    """Of whose sex is suppressed, no other column tells it."""
    telling = [one for one in texts.dropna().unique() if TELLS_SEX.search(str(one))]
    return texts.isin(telling) & whose["sex"].isin((SUPPRESSED, OTHER)).to_numpy()


def _with_word(note: ColumnNote, word: str) -> tuple[tuple[str, str], ...]:
    """The values of a choice, and what stands in the place of some of them."""
    return (*note.values, (word, word)) if note.values else ()


def _fold(note: ColumnNote, plan: Plan) -> Leaving:
    folding: Texts | Numbers | None = None
    said = note.derivation
    if note.type in _TEXTS:
        classify = CLASSES.get(note.name.lower())
        its_class = "its class, or " if classify else ""
        folding = Texts(plan.smallest_class, classify)
        said = f"{said}; {its_class}{OTHER} where fewer than {plan.smallest_class} people have it"
    elif note.type in _NUMBERS and (note.risk == Risk.QUASI or note.unit in _AMOUNTS):
        folding = Numbers(plan.smallest_class)
        said = f"{said}; no further than {plan.smallest_class} people's values go at either end"

    is_hidden = _tells_hidden_sex if isinstance(folding, Texts) else None

    def change(rows: pd.DataFrame, whose: pd.DataFrame) -> pd.Series:
        told = rows[note.name] if folding is None else folding.fold(rows[note.name])
        return told.mask(is_hidden(rows[note.name], whose), OTHER) if is_hidden else told

    values = _with_word(note, OTHER) if isinstance(folding, Texts) else note.values
    return Leaving(replace(note, derivation=said, values=values), change, folding, note.name, is_hidden)
