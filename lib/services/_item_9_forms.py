"""Every stored PHQ-9 form and version with its item 9, and which of them a named person has closed."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.brought_closings import cover, join_days, name_forms
from lib.clinical.closing_cover import find_first_closings
from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.held_columns import arrays_of
from lib.clinical.instruments import ITEM_9, PHQ9
from lib.clinical.rules.catalogue import ITEM_9 as RULE
from lib.clinical.segments import NONE, Ints, columns_of
from lib.services import _clock
from lib.store import bulk
from lib.store.asked import MAX_LISTED_PATIENTS
from lib.store.brought_closings import read_brought
from lib.store.bulk_closings import read_closings
from lib.store.engine import Transaction
from lib.store.held_forms import read_held_item_9
from lib.store.identities import first_of, spread_events


def items_of(forms: pd.DataFrame) -> NDArray[np.int64]:
    return np.array(list(arrays_of(forms, ITEM_COLUMNS).values()), dtype=np.int64).T


def load_item_9(connection: Transaction, patients: Iterable[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of these patients every PHQ-9 form and version, and the closings of their item-9 flags, as Loaded has them."""
    chosen = sorted({int(key) for key in patients})
    # However many they are: of whoever has a closing the forms are looked up, and everybody's are never read.
    blocks = [
        chosen[at : at + MAX_LISTED_PATIENTS] for at in range(0, max(len(chosen), 1), MAX_LISTED_PATIENTS)
    ]
    versions = [bulk.read_form_versions(connection, block) for block in blocks]
    return read_item_9(connection, pd.concat(versions, ignore_index=True), chosen)


def read_item_9(
    connection: Transaction, versions: pd.DataFrame, chosen: list[int] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same. versions: of read_form_versions."""
    closings = read_closings(connection, chosen)
    forms = _describe_forms(connection, versions, closings, chosen)
    brought = read_brought(connection, chosen, RULE)
    if brought.empty:
        return forms, closings
    stored = forms[~forms["is_held"]]
    stored = stored[stored["patient"].isin(brought["patient"])]
    counts, closed_on, _ = cover(brought, stored.assign(finding=name_forms(stored)))
    forms.loc[stored.index, "closed_on"] = join_days(forms.loc[stored.index, "closed_on"], closed_on)
    # One that does not count still is the last one: whoever was assessed before it is not assessed by that any more.
    brought = brought.assign(is_assessed=np.where(counts, brought["is_assessed"], 0))
    names = ["patient", "on_day", "is_assessed"]
    return forms, pd.concat([brought[names], closings[names]], ignore_index=True)


def find_assessed(connection: Transaction, patients: Iterable[int] | None, since: int) -> list[int]:
    """Patients of whom a closing of this day or later says that they were assessed, whether it counts or not."""
    every = (read_closings(connection, patients), read_brought(connection, patients, RULE))
    every = tuple(one for one in every if len(one))
    said = (one.loc[(one["is_assessed"] == 1) & (one["on_day"] >= since), "patient"] for one in every)
    return sorted({int(key) for keys in said for key in keys})


def item_9_forms_on(forms: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """PHQ-9 forms and versions up to a day, with is_closed as it was known on it."""
    forms = forms[forms["day"] <= as_of]
    return forms.assign(is_closed=(forms["closed_on"] != NONE) & (forms["closed_on"] <= as_of))


def _describe_forms(
    connection: Transaction, versions: pd.DataFrame, closings: pd.DataFrame, chosen: list[int] | None
) -> pd.DataFrame:
    """Every stored PHQ-9 form and version, and rows that wait and whose item 9 can be read."""
    stored = versions[versions["instrument"] == PHQ9.code]
    items = items_of(stored)
    # As arrays: of a few rows, laying columns beside each other by their index takes most of the time.
    known = columns_of(stored, ("id", "patient", "day", "second", "recorded_at", "is_current"))
    forms = pd.DataFrame(
        {
            "id": known["id"],
            "is_held": False,
            "patient": known["patient"],
            "first_of": first_of(connection, "assessments", stored).to_numpy(),
            "day": known["day"],
            "second": known["second"],
            "recorded_at": known["recorded_at"],
            "item_9": np.where(items[:, ITEM_9] >= 0, items[:, ITEM_9], NONE),
            "has_items": (items >= 0).any(axis=1),
            "is_current_version": known["is_current"] == 1,
        },
        index=stored.index,
    )
    held = read_held_item_9(connection, chosen)
    every = forms if held.empty else _with_held(connection, forms, _held_forms(held), chosen)
    closed_on, closed_by = _find_closings(every, spread_events(connection, closings))
    return every.assign(closed_on=closed_on, closed_by=closed_by)


def _with_held(
    connection: Transaction, forms: pd.DataFrame, held: pd.DataFrame, chosen: list[int] | None
) -> pd.DataFrame:
    held = held.assign(first_of=first_of(connection, "held_row", held))
    held = held if chosen is None else held[held["patient"].isin(chosen)]
    return pd.concat([forms, held], ignore_index=True) if len(held) else forms


def _held_forms(held: pd.DataFrame) -> pd.DataFrame:
    """A row whose date cannot be read, or lies ahead, counts on the day on which it was offered, by the clinic's calendar."""
    offered = [
        _clock.local_day(moment, zone)
        for moment, zone in zip(held["recorded_at"], held["time_zone"], strict=True)
    ]
    offered_on = pd.Series(offered, index=held.index, dtype="int64")
    event_day = held["event_day"].astype("Int64").fillna(offered_on).astype("int64")
    return pd.DataFrame(
        {
            "id": held["id"].astype("int64"),
            "is_held": True,
            "patient": held["patient_key"].astype("int64"),
            "day": np.minimum(event_day, offered_on),
            "second": held["event_second"].astype("Int64").fillna(NONE).astype("int64"),
            "recorded_at": held["recorded_at"].astype("int64"),
            "item_9": held["item_9"].astype("int64"),
            "has_items": True,
            "is_current_version": False,
        }
    )


def read_waiting_answers(connection: Transaction, patient_key: int, as_of: int) -> list[tuple[int, int]]:
    """Day and item 9 of each row that waits or was set aside, of one patient and up to a day, the oldest first."""
    held = read_held_item_9(connection, [patient_key])
    if held.empty:
        return []
    forms = _held_forms(held).sort_values(["day", "second", "recorded_at"])
    forms = forms[(forms["patient"] == patient_key) & (forms["day"] <= as_of)]
    return list(zip(forms["day"].tolist(), forms["item_9"].tolist(), strict=True))


def find_replaced_answers(versions: pd.DataFrame, as_of: int) -> list[tuple[int, int]]:
    """Day and item 9 of forms that were corrected or taken back, of one patient and up to a day, the oldest first: the highest
    answer of each form, where it is 1 or more and above what is in force of it. versions: of read_form_versions."""
    is_current = versions["is_current"].to_numpy() == 1
    # Of most patients nothing was ever corrected.
    if is_current.all():
        return []
    own = (versions["instrument"] == PHQ9.code) & (versions["day"] <= as_of)
    moment = ["day", "second"]
    highest, in_force = (
        versions[own & which].groupby(moment)[ITEM_COLUMNS[ITEM_9]].max()
        for which in (~is_current, is_current)
    )
    said = in_force.reindex(highest.index).fillna(NONE)
    found = highest[(highest >= 1) & (highest > said)]
    return [(int(day), int(answer)) for (day, _), answer in found.items()]


def _find_closings(forms: pd.DataFrame, closings: pd.DataFrame) -> tuple[Ints, Ints]:
    """The day on which a named person closed the flag that a form raised, and the closing's id, or NONE."""
    closed_on, closed_by = np.full(len(forms), NONE), np.full(len(forms), NONE)
    is_held = forms["is_held"].to_numpy(dtype=bool)
    for own, covers in ((~is_held, "covers_assessment_id"), (is_held, "covers_held_row_id")):
        closed_on[own], closed_by[own] = find_first_closings(forms[own], closings, covers)
    return closed_on, closed_by
