"""What the checks of data quality read, and what each of them gives back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.scoring import Scores, score_forms
from lib.clinical.segments import NONE, Ints

# Columns of the failing rows. record: kind:key, by which a waiver finds it again; day: NONE where it has none.
FAILING = ("record", "patient", "clinic_key", "day", "what")


@dataclass(frozen=True)
class QualityRecords:
    """Records in force, of whole clinics, to as_of. NONE: unknown; patient and clinic by key.

    people: patient, clinic_key, has_clinician, born_on, died_on (born_on: the earliest possible day)
    standing: rows of standing.assess of current courses, of instruments that the clinic collects, with clinic_key
    forms: id, patient, clinic_key, instrument (code), day, second, item_1 … item_9, total (the file's own)
    other_forms: of other names: id, patient, clinic_key, day, name (text)
    sessions: id, patient, clinic_key, day, second, status (COUNTS, PLANNED or OTHER), prescribed_mg and VITALS (NaN: unknown)
    orders: patient, day, interval_days, those that name an interval
    weights: id, patient, clinic_key, day, second, kg
    waiting: id, patient, clinic_key, kind, code, days
    pairs: identities that look alike: first, second, clinic_key (NONE: of two clinics), what
    """

    as_of: int
    people: pd.DataFrame
    standing: pd.DataFrame
    forms: pd.DataFrame
    other_forms: pd.DataFrame
    sessions: pd.DataFrame
    orders: pd.DataFrame
    weights: pd.DataFrame
    waiting: pd.DataFrame
    pairs: pd.DataFrame


COUNTS, PLANNED, OTHER = 0, 1, 2
VITALS = (
    "sbp_pre_mmhg",
    "dbp_pre_mmhg",
    "sbp_40_mmhg",
    "dbp_40_mmhg",
    "sbp_120_mmhg",
    "dbp_120_mmhg",
    "heart_rate_pre_bpm",
    "spo2_min_pct",
)


@dataclass(frozen=True)
class Found:
    """asked: the clinic of each thing that was looked at; failing: columns of FAILING."""

    asked: Ints
    failing: pd.DataFrame


CheckFunction = Callable[[QualityRecords, Policy], Found]


def find(asked: pd.DataFrame, fails: Sequence[bool] | np.ndarray, kind: str, what: Sequence[str]) -> Found:
    """asked: id (or patient, where it has none), patient, clinic_key, and day; fails: of each; what: of each failing row."""
    rows = asked[np.asarray(fails, dtype=bool)]
    keys = rows["id"] if "id" in rows else rows["patient"]
    failing = pd.DataFrame(
        {
            "record": pd.Series([f"{kind}:{key}" for key in keys.tolist()], dtype=object),
            "patient": rows["patient"].to_numpy(np.int64),
            "clinic_key": rows["clinic_key"].to_numpy(np.int64),
            "day": rows["day"].to_numpy(np.int64) if "day" in rows else np.full(len(rows), NONE),
            "what": pd.Series(list(what), dtype=object),
        }
    )
    return Found(asked["clinic_key"].to_numpy(np.int64), failing)


def in_order(rows: pd.DataFrame, *by: str) -> pd.DataFrame:
    """The oldest first within each group; an unknown time of day before the others."""
    keys = [rows[name].to_numpy() for name in ("id", "second", "day", *reversed(by))]
    return rows.iloc[np.lexsort(keys)].reset_index(drop=True)


def score(forms: pd.DataFrame, policy: Policy) -> Scores:
    items = forms[[f"item_{number}" for number in range(1, 10)]].to_numpy(np.int64)
    return score_forms(
        forms["instrument"].to_numpy(np.int64), items, forms["total"].to_numpy(np.int64), policy
    )
