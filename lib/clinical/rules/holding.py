"""Since when something has held that begins and ends on days of its own: an event's weeks, a value until the next."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from lib.clinical.plain_rows import rows_of
from lib.clinical.rules.wording import Row
from lib.clinical.runs import ends_run
from lib.clinical.segments import Ints

# What a rule finds where nothing holds. Most rules find nothing in most patients, and that must cost nothing.
FOUND_NOTHING = pd.DataFrame(
    {**{name: np.zeros(0, dtype=np.int64) for name in ("patient", "severity", "since")}, "evidence": []}
).astype({"evidence": object})
# The end of what never ends by itself.
NEVER = np.iinfo(np.int32).max


def select_holding(intervals: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """The intervals that hold on a day. intervals: patient, start, stop (the first day on which it holds no more) and more."""
    return intervals[(intervals["start"] <= as_of) & (intervals["stop"] > as_of)]


def start_of_hold(intervals: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Of patients with an interval that holds on a day: patient, since (the first day from which one or another has held)."""
    intervals = intervals[intervals["start"] <= as_of].sort_values(["patient", "start"], kind="stable")
    patient, start = intervals["patient"].to_numpy(), intervals["start"].to_numpy()
    reach = intervals.groupby("patient")["stop"].cummax().to_numpy()
    begins = np.ones(len(intervals), dtype=bool)
    begins[1:] = (np.diff(patient) != 0) | (start[1:] > reach[:-1])
    run_start = np.maximum.accumulate(np.where(begins, np.arange(len(intervals)), 0)).astype(np.int64)
    is_last = ends_run(patient)
    found = np.flatnonzero(is_last & (reach > as_of))
    return pd.DataFrame({"patient": patient[found], "since": start[run_start[found]]})


def until_next(owner: Ints, day: Ints) -> Ints:
    """For rows sorted by owner and day: the day of the owner's next row, NEVER for the last."""
    is_last = ends_run(owner)
    return np.where(is_last, NEVER, np.append(day[1:], 0)[: len(day)])


def say_each(rows: pd.DataFrame, say: Callable[[Row], str]) -> dict[int, list[str]]:
    """What is said of each of a patient's rows, in their order. Every row once: a frame for each patient took 3 ms of each."""
    said: dict[int, list[str]] = {}
    for row in rows_of(rows):
        said.setdefault(row["patient"], []).append(say(row))
    return said


def say_all(rows: pd.DataFrame, say: Callable[[Row], str]) -> dict[int, str]:
    """By patient, what is said of the rows, one after the other."""
    return {patient: "; ".join(texts) for patient, texts in say_each(rows, say).items()}
