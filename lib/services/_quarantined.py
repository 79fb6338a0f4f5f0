"""The rows that wait for somebody here, and how long they have."""

from collections.abc import Sequence

import pandas as pd

from lib.clinical.moments import SECONDS_A_DAY
from lib.services import _clock
from lib.store import derived
from lib.store import imports as store_imports
from lib.store import quarantine as store_quarantine
from lib.store.engine import Transaction


def may_hold_item_9(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows that wait only a clinician ends: an answer above 0 was read in them, or nobody can say. rows: columns of
    lib.store.imports.read_held_rows."""
    return (rows["may_hold_item_9"] == 1) | (pd.to_numeric(rows["item_9"]).fillna(0) > 0)


def read_quarantined(connection: Transaction, scope: Sequence[int] | None) -> pd.DataFrame:
    """Columns of lib.store.imports.read_held_rows, and age_days: without the rows that a clinician closed, and those that were
    taken with other cells and wait for a clinician alone."""
    rows = store_imports.read_held_rows(connection, scope)
    events = store_quarantine.read_events(connection)
    beside = events.loc[events["event"] == store_quarantine.BESIDE, "held_row_key"]
    done = derived.closed_held_rows(connection) | set(beside)
    rows = rows[~rows["id"].isin(done)].reset_index(drop=True)
    # Of a store as it was known on a day, to the end of that day.
    until = derived.read_about(connection).get("known_until")
    now = int(until) if until else _clock.seconds(_clock.now())
    age = (now - pd.to_numeric(rows["recorded_at"]).astype("int64")) // SECONDS_A_DAY
    return rows.assign(age_days=age.clip(lower=0))
