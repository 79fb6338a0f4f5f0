"""Every stored PHQ-9 form and version with its item 9, and which of them a named person has closed."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import ITEM_9, PHQ9
from lib.clinical.segments import NONE, Ints
from lib.services import _clock
from lib.store import bulk
from lib.store.engine import Transaction
from lib.store.identities import first_of, spread_events
from lib.store.imports import read_held_item_9

_CLOSING = ("first_of", "on_day", "covers_assessment_id", "covers_held_row_id")


def items_of(forms: pd.DataFrame) -> NDArray[np.int64]:
    return forms[list(ITEM_COLUMNS)].to_numpy(dtype=np.int64)


def load_item_9(connection: Transaction, patients: Iterable[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of these patients every PHQ-9 form and version, and the closings of their item-9 flags, as Loaded has them."""
    chosen = sorted({int(key) for key in patients})
    closings = bulk.read_closings(connection, chosen)
    versions = bulk.read_form_versions(connection, chosen)
    return describe_item_9_forms(connection, versions, closings, chosen), closings


def item_9_forms_on(forms: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """PHQ-9 forms and versions up to a day, with is_closed as it was known on it."""
    forms = forms[forms["day"] <= as_of]
    return forms.assign(is_closed=(forms["closed_on"] != NONE) & (forms["closed_on"] <= as_of))


def describe_item_9_forms(
    connection: Transaction, versions: pd.DataFrame, closings: pd.DataFrame, chosen: list[int] | None
) -> pd.DataFrame:
    """Every stored PHQ-9 form and version, and rows that wait and whose item 9 can be read."""
    stored = versions[versions["instrument"] == PHQ9.code]
    items = items_of(stored)
    forms = pd.DataFrame(
        {
            "id": stored["id"],
            "is_held": False,
            "patient": stored["patient"],
            "first_of": first_of(connection, "assessments", stored),
            "day": stored["day"],
            "second": stored["second"],
            "recorded_at": stored["recorded_at"],
            "item_9": np.where(items[:, ITEM_9] >= 0, items[:, ITEM_9], NONE),
            "has_items": (items >= 0).any(axis=1),
            "is_current_version": stored["is_current"] == 1,
        }
    )
    held = _held_forms(read_held_item_9(connection, chosen))
    held = held.assign(first_of=first_of(connection, "held_row", held))
    held = held if chosen is None else held[held["patient"].isin(chosen)]
    every = pd.concat([forms, held], ignore_index=True) if len(held) else forms
    return every.assign(closed_on=_closed_on(every, spread_events(connection, closings)))


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


def _closed_on(forms: pd.DataFrame, closings: pd.DataFrame) -> Ints:
    """The day on which a named person closed the flag that a form raised, or NONE. A closing covers what was stored then and not
    dated later, which nobody had seen, of the identities that were this patient then."""
    closed_on = np.full(len(forms), NONE)
    for identity, on_day, last_assessment, last_held_row in closings[list(_CLOSING)].to_numpy():
        covered = np.where(forms["is_held"], last_held_row, last_assessment)
        is_seen = (forms["id"] <= covered) & (forms["day"] <= on_day)
        is_new = (forms["first_of"] == identity) & is_seen & (closed_on == NONE)
        closed_on[is_new.to_numpy()] = on_day
    return closed_on
