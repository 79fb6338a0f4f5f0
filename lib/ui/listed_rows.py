"""What a table says of the patients of its page beside who they are: read of the rows that are shown, and of no others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from lib.clinical.plain_rows import Row, rows_of
from lib.services import review, views
from lib.services.access import Actor
from lib.services.errors import Store
from lib.ui import access
from lib.ui.asking import ask_alike
from lib.ui.sparklines import Trend


@dataclass(frozen=True)
class QueuePage:
    """Of the patients of a page of the queue, by patient key: a row of lib.services.review.read_listed, what read_reviews says,
    and by instrument their totals over time."""

    listed: Mapping[int, Row]
    reviews: Mapping[int, str]
    series: Mapping[int, Mapping[str, Trend]]


def read_listed(patient_keys: list[int]) -> pd.DataFrame:
    """How these patients stand, in their order: columns of lib.services.review.read_listed."""
    listed: pd.DataFrame = ask_alike(review.read_listed, patient_keys)
    return listed


def read_queue_page(patient_keys: list[int]) -> QueuePage:
    """What the queue says of these patients."""
    page: QueuePage = ask_alike(_read_queue_page, patient_keys)
    return page


def _read_queue_page(actor: Actor, store: Store, patient_keys: list[int]) -> QueuePage:
    return QueuePage(
        {row["patient_key"]: row for row in rows_of(review.read_listed(actor, store, patient_keys))},
        review.read_reviews(actor, store, patient_keys),
        review.read_series(actor, store, patient_keys),
    )


def read_listed_later(patient_keys: "pd.Series[int]", name: str) -> Callable[[], pd.DataFrame]:
    """The same as read_listed for a file when it is called, which may be when the page has been drawn and nobody can be asked who
    looks; that rows with names leave is written down first. name: of the list."""
    actor, store = access.actor(), access.store()

    def read() -> pd.DataFrame:
        rows = review.read_listed(actor, store, patient_keys.tolist())
        views.note_listing(actor, store, name, len(rows))
        return rows

    return read
