"""What was done about a patient in reviews and conferences: only ever added to."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, insert, select

from lib.store.records import of_patients, read_frame
from lib.store.review_tables import review_event


def add_review_event(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(review_event).values(dict(values)))


def read_review_events(
    connection: Connection, patients: Iterable[int] | None, *, event: str = "", on_day: int | None = None
) -> pd.DataFrame:
    """The oldest first: the columns of review_event; of one event, and of one day, where they are given."""
    query = select(review_event).order_by(review_event.c.id)
    if event:
        query = query.where(review_event.c.event == event)
    if on_day is not None:
        query = query.where(review_event.c.on_day == on_day)
    return read_frame(connection, of_patients(query, review_event, patients))
