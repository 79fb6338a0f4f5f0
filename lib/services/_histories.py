"""From stored records to what the kernel and the rules read."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.histories import Histories
from lib.clinical.instruments import BY_CODE
from lib.clinical.policy import Policy
from lib.clinical.scoring import score_forms
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.sorting import CountingSessions, Forms, GivenCourses
from lib.services._item_9_forms import items_of, read_item_9
from lib.services._protocols import shipped_protocols
from lib.store import bulk, bulk_courses
from lib.store.asked import MAX_LISTED_PATIENTS
from lib.store.engine import Transaction
from lib.store.records import read_clinic_keys, read_clinics

# So many at once, where everybody is worked out: with a form a week for a year about 100 MB; a part of its own costs 0.1 s. They
# are listed: of more, those between them would be read too.
PATIENTS_A_PART = MAX_LISTED_PATIENTS


@dataclass(frozen=True)
class Loaded:
    """Histories of patients (their key is their index), the PHQ-9 forms and sessions that the rules read, and their clinics.

    clinic_of: clinic key by patient key. record_day: the last day of any record by patient key (NONE: no record).
    closings: of item-9 flags, as Findings has them, of every day.
    """

    histories: Histories
    phq9_forms: pd.DataFrame
    sessions: pd.DataFrame
    clinic_of: Ints
    record_day: Ints
    closings: pd.DataFrame


@dataclass(frozen=True)
class Scored:
    """Histories of patients, the versions of forms (bulk.read_form_versions) and the sessions that they are made of, and the
    clinics, as Loaded has them."""

    histories: Histories
    versions: pd.DataFrame
    sessions: pd.DataFrame
    clinic_of: Ints


def load_histories(connection: Transaction, policy: Policy, patients: Iterable[int] | None) -> Loaded:
    """Histories of these patients, or of everyone."""
    chosen = None if patients is None else sorted({int(key) for key in patients})
    return _add_item_9(connection, _load(connection, policy, chosen), chosen)


def load_scores(connection: Transaction, policy: Policy, patients: Iterable[int]) -> Histories:
    """The same without what only the rules read."""
    return _load(connection, policy, sorted({int(key) for key in patients})).histories


def load_scored(connection: Transaction, policy: Policy, patient_key: int) -> Scored:
    """Of one patient, with what their histories are made of."""
    return _load(connection, policy, [patient_key])


def _load(connection: Transaction, policy: Policy, chosen: list[int] | None) -> Scored:
    clinic_of = read_clinic_of(connection, chosen)
    versions = bulk.read_form_versions(connection, chosen)
    sessions = _read_sessions(connection, chosen)
    histories = _gather(connection, chosen, clinic_of, sessions, _score(versions, policy))
    return Scored(histories, versions, sessions, clinic_of)


def _add_item_9(connection: Transaction, scored: Scored, chosen: list[int] | None) -> Loaded:
    forms, closings = read_item_9(connection, scored.versions, chosen)
    record_day = _record_days(scored.histories, len(scored.clinic_of))
    return Loaded(scored.histories, forms, scored.sessions, scored.clinic_of, record_day, closings)


def read_clinic_of(connection: Transaction, chosen: list[int] | None) -> Ints:
    """The clinic's key by patient key; NONE where nobody has the key."""
    keys = read_clinic_keys(connection, chosen)
    clinic_of = np.full(max(keys, default=-1) + 1, NONE)
    clinic_of[list(keys)] = list(keys.values())
    return clinic_of


def _gather(
    connection: Transaction, chosen: list[int] | None, clinic_of: Ints, sessions: pd.DataFrame, forms: Forms
) -> Histories:
    given = bulk_courses.read_given_courses(connection, chosen)
    return Histories(
        forms=forms,
        sessions=CountingSessions(*(sessions[name].to_numpy() for name in ("patient", "day", "second"))),
        given_courses=GivenCourses(
            *(given[name].to_numpy() for name in ("patient", "started_on", "ended_on"))
        ),
        ended_on=bulk_courses.read_ends(connection, chosen, len(clinic_of)),
        collects=_collects(read_clinics(connection), clinic_of),
    )


def _read_sessions(connection: Transaction, chosen: list[int] | None) -> pd.DataFrame:
    ends = {name: protocol.end_min for name, protocol in shipped_protocols().items()}
    known = {name: end.high for name, end in ends.items() if end is not None}
    return bulk.read_counting_sessions(connection, chosen, known)


def _score(versions: pd.DataFrame, policy: Policy) -> Forms:
    """Of the versions those in force."""
    is_current = versions["is_current"].to_numpy() == 1
    return score_rows(versions if is_current.all() else versions[is_current], policy)


def score_rows(forms: pd.DataFrame, policy: Policy) -> Forms:
    """forms: patient, instrument (code), day, second, item_1 … item_9, total; no two of one patient, instrument and moment."""
    instrument = forms["instrument"].to_numpy()
    scores = score_forms(instrument, items_of(forms), forms["total"].to_numpy(), policy)
    return Forms(
        forms["patient"].to_numpy(), instrument, forms["day"].to_numpy(), forms["second"].to_numpy(), scores
    )


def _collects(clinics: pd.DataFrame, clinic_of: Ints) -> dict[int, Bools]:
    """For each instrument's code, whether each patient's clinic collects it."""
    names = [instruments.split(";") for instruments in clinics["instruments"]]
    collected = dict(zip(clinics["clinic_key"], names, strict=True))
    return {
        one.code: np.isin(clinic_of, [key for key, names in collected.items() if one.name in names])
        for one in BY_CODE
    }


def _record_days(histories: Histories, size: int) -> Ints:
    last = np.full(size, NONE)
    given = histories.given_courses
    dated = (
        (histories.forms.patient, histories.forms.day),
        (histories.sessions.patient, histories.sessions.day),
        (given.patient, given.started_on),
        (given.patient, given.ended_on),
        (np.arange(size), histories.ended_on),
    )
    for patient, day in dated:
        np.maximum.at(last, patient, day)
    return last
