"""Totals in force over time, for small charts of a few patients."""

from dataclasses import dataclass

import numpy as np

from lib.clinical.histories import prepare, select_points
from lib.clinical.instruments import BY_CODE
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE
from lib.clinical.sorting import INSTRUMENT, PATIENT
from lib.clinical.standing import assess
from lib.services._histories import load_histories
from lib.services._scope import clinic_keys
from lib.services.access import Actor
from lib.store.engine import Transaction


@dataclass(frozen=True)
class Series:
    """Days since 1970-01-01 and totals of the forms in force, oldest first; baseline and first dose of the current course."""

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
    loaded = load_histories(connection, policy, patient_keys)
    prepared = prepare(loaded.histories, policy)
    points = select_points(prepared, int(loaded.record_day.max(initial=0)), with_earlier_courses=False)
    rows = assess(prepared, points, policy)
    timeline = prepared.timeline
    scope = clinic_keys(connection, actor)
    patient, code = (
        timeline.layout.unpack(timeline.keys, PATIENT),
        timeline.layout.unpack(timeline.keys, INSTRUMENT),
    )
    found: dict[int, dict[str, Series]] = {}
    for row in rows.to_dict("records"):
        key = int(row["patient"])
        if scope is not None and loaded.clinic_of[key] not in scope:
            continue
        own = np.flatnonzero((patient == key) & (code == row["instrument"]))
        found.setdefault(key, {})[BY_CODE[row["instrument"]].name] = Series(
            tuple(timeline.day[own].tolist()),
            tuple(timeline.total[own].tolist()),
            None if row["baseline_total"] == NONE else int(row["baseline_total"]),
            int(row["day_0"]) if row["has_session"] else None,
        )
    return found
