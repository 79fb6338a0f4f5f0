"""Which period a pack speaks of: a month or months that are over, or own dates; all of it in the address."""

from datetime import date, timedelta

from lib.clinical.outcomes.periods import Span, months_before, say_period
from lib.ui.choosing import OWN_DAYS, choose_days, choose_listed

_N_MONTHS = 24
_QUARTER, _YEAR, _OWN = "quarter", "year", "own"


def choose_period(as_of: date) -> Span:
    """The first and the last day of first doses."""
    after = as_of.replace(day=1)
    spans = {
        _QUARTER: (months_before(after, 3), after - timedelta(days=1)),
        _YEAR: (months_before(after, 12), after - timedelta(days=1)),
    }
    for ago in range(_N_MONTHS):
        first, end = months_before(after, ago + 1), months_before(after, ago)
        spans[f"{first:%Y-%m}"] = (first, end - timedelta(days=1))
    names = {_QUARTER: "Three months: ", _YEAR: "Twelve months: "}
    words = {name: f"{names.get(name, '')}{say_period(*span)}" for name, span in spans.items()}
    chosen = choose_listed("First doses in", "period", words | {_OWN: "Own dates"}, width=420)
    return spans[chosen] if chosen != _OWN else choose_days(OWN_DAYS, spans[_QUARTER], as_of)
