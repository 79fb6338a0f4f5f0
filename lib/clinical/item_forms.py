"""A patient's forms item by item: what was answered when, and what changed from the baseline form to the latest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.history import PatientHistory
from lib.clinical.instruments import ANSWERS, INSTRUMENTS, ITEM_9, PHQ9, Instrument
from lib.clinical.wording import say_day, say_signed


@dataclass(frozen=True, slots=True)
class ItemForm:
    """One form; answers in the instrument's order, None where an item was not answered. Without items it came as a total."""

    instrument: Instrument
    at: datetime
    is_time_known: bool
    answers: tuple[int | None, ...]
    has_items: bool
    is_in_force: bool
    total: int | None

    @property
    def on(self) -> date:
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Compared:
    """The baseline form and the latest one of the current course; either may be missing."""

    baseline: ItemForm | None
    latest: ItemForm | None

    @property
    def changes(self) -> tuple[int | None, ...]:
        """latest − baseline, item by item; None where either is not known. Below 0 is better."""
        if self.baseline is None or self.latest is None:
            return ()
        pairs = zip(self.baseline.answers, self.latest.answers, strict=True)
        return tuple(None if one is None or other is None else other - one for one, other in pairs)


@dataclass(frozen=True, slots=True)
class DayForms:
    """The k-th form of each instrument on one date: a column of the heat map."""

    on: date
    forms: Mapping[str, ItemForm]


def read_item_forms(history: PatientHistory) -> list[ItemForm]:
    """Every stored form of PHQ-9 and GAD-7, the oldest first: superseded ones too, as they may hold an item 9."""
    rows = history.assessments
    rows = rows[rows["instrument"].isin(list(INSTRUMENTS))]
    answers = zip(
        *(rows[name].astype(object).where(rows[name].notna(), None) for name in ITEM_COLUMNS), strict=True
    )
    columns = (
        rows[name] for name in ("instrument", "at", "is_time_known", "has_items", "is_in_force", "total")
    )
    forms = []
    for items, name, at, is_time_known, has_items, is_in_force, total in zip(answers, *columns, strict=True):
        instrument = INSTRUMENTS[name]
        forms.append(
            ItemForm(
                instrument,
                at.to_pydatetime(),
                bool(is_time_known),
                tuple(None if item is None else int(item) for item in items[: instrument.n_items]),
                bool(has_items),
                bool(is_in_force),
                None if pd.isna(total) else int(total),
            )
        )
    return forms


def compare_forms(history: PatientHistory, forms: list[ItemForm]) -> dict[str, Compared]:
    """By instrument: the forms that `status` calls baseline and latest."""
    found = {}
    for row in history.status_rows:
        own = [form for form in forms if form.instrument.name == row["instrument"] and form.is_in_force]
        first = _on(own, row["baseline_on"], row["baseline_total"])
        last = _on(own[::-1], row["latest_on"], row["latest_total"])
        found[row["instrument"]] = Compared(first, last)
    return found


def _on(forms: list[ItemForm], day: object, total: object) -> ItemForm | None:
    """The first of these forms on a day; on day 0 there are two, of which the total tells the right one."""
    if pd.isna(day):
        return None
    of_day = [form for form in forms if form.on == pd.Timestamp(day).date()]
    return next((form for form in of_day if form.total == total), None)


def arrange_by_date(forms: list[ItemForm]) -> list[DayForms]:
    """One column a date, the oldest first; a second form of an instrument on a date has a column of its own."""
    columns: dict[tuple[date, int], dict[str, ItemForm]] = {}
    seen: dict[tuple[date, str], int] = {}
    for form in forms:
        place = seen.get((form.on, form.instrument.name), 0)
        seen[form.on, form.instrument.name] = place + 1
        columns.setdefault((form.on, place), {})[form.instrument.name] = form
    return [DayForms(on, found) for (on, _), found in sorted(columns.items(), key=lambda one: one[0])]


def say_answer(form: ItemForm, item: int) -> str:
    """1, several days; what is not known is never a 0."""
    answer = form.answers[item]
    if answer is None:
        return "not answered" if form.has_items else "not collected: the form came as a total"
    return f"{answer}, {ANSWERS[answer]}"


def describe_items(history: PatientHistory) -> str:
    """What the heat map shows, for whoever does not see it."""
    forms = read_item_forms(history)
    compared = compare_forms(history, forms)
    said = [_describe(INSTRUMENTS[name], one) for name, one in compared.items()]
    last = next((form for form in reversed(forms) if form.instrument is PHQ9), None)
    if last:
        answer = "not collected" if not last.has_items else say_answer(last, ITEM_9)
        said.append(f"Item 9 on the last PHQ-9, {say_day(last.on)}: {answer}")
    return ". ".join(said) + "." if said else "No PHQ-9 or GAD-7 form is recorded."


def _describe(instrument: Instrument, compared: Compared) -> str:
    """PHQ-9 items from baseline 3 Mar 2026 to latest 7 Apr 2026: Interest 3 to 1 (−2), Mood not known."""
    if compared.baseline is None or compared.latest is None:
        missing = "baseline" if compared.baseline is None else "follow-up"
        return f"{instrument.name} items: no {missing} to compare"
    pairs = zip(
        instrument.item_names,
        compared.baseline.answers,
        compared.latest.answers,
        compared.changes,
        strict=True,
    )
    said = ", ".join(
        f"{name} not known" if change is None else f"{name} {one} to {other} ({say_signed(change)})"
        for name, one, other, change in pairs
    )
    days = f"baseline {say_day(compared.baseline.on)} to latest {say_day(compared.latest.on)}"
    return f"{instrument.name} items from {days}: {said}"
