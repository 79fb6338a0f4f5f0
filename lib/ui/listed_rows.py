"""What a table says of the patients of its page beside who they are: read of the rows that are shown, and of no others."""

from collections.abc import Callable

import pandas as pd

from lib.services import review
from lib.ui import access
from lib.ui.asking import ask
from lib.ui.sparklines import Trend


def read_listed(patient_keys: list[int]) -> pd.DataFrame:
    """How these patients stand, in their order: columns of lib.services.review.read_listed."""
    listed: pd.DataFrame = ask(review.read_listed, patient_keys)
    return listed


def read_reviews(patient_keys: list[int]) -> dict[int, str]:
    """By patient key, where their dose review stands, in words: of lib.services.review.read_reviews."""
    reviews: dict[int, str] = ask(review.read_reviews, patient_keys)
    return reviews


def read_series(patient_keys: list[int]) -> dict[int, dict[str, Trend]]:
    """By patient key and instrument, the totals of these patients over time."""
    series: dict[int, dict[str, Trend]] = ask(review.read_series, patient_keys)
    return series


def read_listed_later(patient_keys: list[int]) -> Callable[[], pd.DataFrame]:
    """The same as read_listed when it is called, which may be when the page has been drawn and nobody can be asked who looks."""
    actor, store = access.actor(), access.store()
    return lambda: review.read_listed(actor, store, patient_keys)
