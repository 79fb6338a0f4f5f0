"""The people of a release: who they are in a project, and the traits by which they could be found."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from lib.clinical.policy_research_tables import Research
from lib.research.age_bands import classify_ages
from lib.research.people import YES, judge_consent
from lib.research.plan import OTHER
from lib.services import _clock
from lib.services._standing import today
from lib.services.errors import NotFoundError, StoreError
from lib.store import cohorts, releases
from lib.store.engine import Transaction
from lib.store.records import read_patients, read_record_table

# 80 bits, of which 32 letters and digits take 16: among a million people two are alike with odds of one to a trillion.
_ID_BYTES = 10
# A year: seasons are as good as gone, and no shift is 0 (evidence/reliability.md 5).
_LONGEST_SHIFT_DAYS = 364
_TRAITS = ("sex", "indication", "birth_year", "birth_date", "enrolled_on")
_DAYS_A_YEAR = 365.25


def name_people(connection: Transaction, project: str, patients: Sequence[int], now: datetime) -> None:
    """Everybody who has none yet gets a random id of this project, and a number of days by which dates may be moved in it."""
    known = set(releases.read_subjects(connection, project)["patient_key"])
    made_at = _clock.seconds(now)
    rows = [
        {
            "project": project,
            "patient_key": key,
            "research_id": "R" + base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode().lower(),
            "shift_days": -1 - secrets.randbelow(_LONGEST_SHIFT_DAYS),
            "made_at": made_at,
        }
        for key in patients
        if key not in known
    ]
    releases.add_subjects(connection, rows)


def read_research_people(
    connection: Transaction, project: str, patients: Sequence[int], policy: Research, *, asks_consent: bool
) -> pd.DataFrame:
    """As lib.research.disclosure.prepare_rows takes them, in the order of their keys: patient_key, patient_id, clinic_id,
    research_id, day_0, shift_days, sex, indication, age_band, start_year (text), item_9 (ever above 0: yes, no, unknown).

    asks_consent: raises StoreError where not everybody has said yes to research. Raises NotFoundError for somebody unknown.
    """
    keys = sorted(patients)
    people = read_patients(connection, keys).set_index("patient_key")
    if not set(keys) <= set(people.index):
        raise NotFoundError("Not everybody of this cohort is a patient any more; define it again.")
    own = read_record_table(connection, "patients", keys, _TRAITS).set_index("patient_key").reindex(keys)
    n_without = int((read_consent(connection, keys) != YES).sum())
    if asks_consent and n_without:
        raise StoreError(f"{n_without:,} of these patients have not agreed to research, or no longer do.")
    subjects = releases.read_subjects(connection, project).set_index("patient_key")
    first = releases.read_first_days(connection, keys).reindex(keys).astype("float64")
    day_0 = first.fillna(own["enrolled_on"].astype("float64"))
    item_9 = releases.read_highest_item_9(connection, keys).reindex(keys)
    frame = (
        people.loc[keys, ["patient_id", "clinic_id"]]
        .join(subjects)
        .assign(
            day_0=day_0,
            sex=_fold(own["sex"], policy.smallest_class),
            indication=_fold(own["indication"], policy.smallest_class),
            age_band=classify_ages(_age_on(own, day_0), policy.band_years, policy.oldest_band),
            start_year=_year_of(day_0).map("{:.0f}".format, na_action="ignore"),
            item_9=np.where(item_9.isna(), "unknown", np.where(item_9 > 0, "yes", "no")),
        )
    )
    return frame.reset_index(names="patient_key")


def read_consent(connection: Transaction, patients: Sequence[int]) -> "pd.Series[str]":
    """By patient key the word of lib.research.people, today, by the rule of every cohort: a no outweighs a yes."""
    keys = np.array(sorted(patients), dtype=np.int64)
    day = _clock.day_number(today(connection))
    said = judge_consent(
        cohorts.read_consents(connection), cohorts.read_waiting_objections(connection), keys, day
    )
    return pd.Series(said, index=keys)


def _fold(words: pd.Series, k: int) -> pd.Series:
    """A word that fewer than k people have is "other"."""
    counts = words.map(words.value_counts())
    return words.astype("object").mask(counts < k, OTHER)


def _year_of(days: pd.Series) -> pd.Series:
    return pd.to_datetime(days.astype("float64"), unit="D").dt.year


def _age_on(own: pd.DataFrame, day_0: pd.Series) -> pd.Series:
    """Whole years on the first day; of somebody whose year of birth alone is known, those that they reach in that year."""
    by_date = np.floor((day_0 - own["birth_date"].astype("float64")) / _DAYS_A_YEAR)
    return by_date.fillna(_year_of(day_0) - own["birth_year"].astype("float64"))
