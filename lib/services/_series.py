"""Totals in force over time, for small charts of a few patients."""

from dataclasses import dataclass

import numpy as np

from lib.clinical.histories import prepare
from lib.clinical.instruments import BY_CODE
from lib.clinical.plain_rows import rows_of
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE
from lib.services import _clock
from lib.services._histories import load_scores
from lib.services._standing import standing_on, today
from lib.services.access import Actor
from lib.store.engine import Transaction

_READ = ("patient", "instrument", "baseline_total", "day_0", "has_session")


@dataclass(frozen=True)
class Series:
    """Days since 1970-01-01 and totals of the forms in force up to today, oldest first; baseline and first dose of the current
    course."""

    days: tuple[int, ...]
    totals: tuple[int, ...]
    baseline: int | None
    first_dose_day: int | None


def read_totals(
    connection: Transaction, actor: Actor, policy: Policy, patient_keys: list[int]
) -> dict[int, dict[str, Series]]:
    """By patient key (those in scope) and instrument's name."""
    if not patient_keys:
        return {}
    day = today(connection)
    histories = load_scores(connection, policy, patient_keys).to_day(_clock.day_number(day))
    timeline = prepare(histories, policy).timeline
    pairs = timeline.pair_of(timeline.keys)
    found: dict[int, dict[str, Series]] = {}
    for row in rows_of(standing_on(connection, actor, policy, day, patients=patient_keys), _READ):
        key, code = row["patient"], row["instrument"]
        pair = timeline.pair(key, code)
        own = slice(*np.searchsorted(pairs, (pair, pair + 1)))
        found.setdefault(key, {})[BY_CODE[code].name] = Series(
            tuple(timeline.day[own].tolist()),
            tuple(timeline.total[own].tolist()),
            None if row["baseline_total"] == NONE else row["baseline_total"],
            row["day_0"] if row["has_session"] else None,
        )
    return found
