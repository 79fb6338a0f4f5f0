"""From stored records to what the kernel and the rules read."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.courses import CountingSessions, GivenCourses
from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.histories import Histories
from lib.clinical.instruments import BY_CODE, ITEM_9, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.scoring import score_forms
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.trajectory import Forms
from lib.services import _clock
from lib.services._protocols import shipped_protocols
from lib.store import bulk
from lib.store.engine import Transaction
from lib.store.identities import first_of, spread_events
from lib.store.imports import read_held_item_9
from lib.store.records import read_clinics, read_patients

_CLOSING = ("first_of", "on_day", "covers_assessment_id", "covers_held_row_id")


@dataclass(frozen=True)
class Loaded:
    """Histories of patients (their key is their index), the PHQ-9 forms and sessions that the rules read, and their clinics.

    clinic_of: clinic key by patient key. record_day: the last day of any record by patient key (NONE: no record).
    """

    histories: Histories
    phq9_forms: pd.DataFrame
    sessions: pd.DataFrame
    clinic_of: Ints
    record_day: Ints


def load_histories(connection: Transaction, policy: Policy, patients: Iterable[int] | None) -> Loaded:
    """Histories of these patients, or of everyone."""
    chosen = None if patients is None else sorted({int(key) for key in patients})
    clinic_of = _read_clinic_of(connection, chosen)
    versions = bulk.read_form_versions(connection, chosen)
    sessions = _read_sessions(connection, chosen)
    histories = _gather(connection, chosen, clinic_of, sessions, _score(versions, policy))
    return Loaded(
        histories,
        _phq9_forms(connection, versions, chosen),
        sessions,
        clinic_of,
        _record_days(histories, len(clinic_of)),
    )


def load_scores(connection: Transaction, policy: Policy, patients: Iterable[int]) -> Histories:
    """The same without what only the rules read."""
    chosen = sorted({int(key) for key in patients})
    clinic_of = _read_clinic_of(connection, chosen)
    forms = _score(bulk.read_form_versions(connection, chosen), policy)
    return _gather(connection, chosen, clinic_of, _read_sessions(connection, chosen), forms)


def _read_clinic_of(connection: Transaction, chosen: list[int] | None) -> Ints:
    people = read_patients(connection, chosen, with_merged=True)
    size = int(people["patient_key"].max()) + 1 if len(people) else 0
    clinic_of = np.full(size, NONE)
    clinic_of[people["patient_key"]] = people["clinic_key"]
    return clinic_of


def _gather(
    connection: Transaction, chosen: list[int] | None, clinic_of: Ints, sessions: pd.DataFrame, forms: Forms
) -> Histories:
    given = bulk.read_given_courses(connection, chosen)
    return Histories(
        forms=forms,
        sessions=CountingSessions(*(sessions[name].to_numpy() for name in ("patient", "day", "second"))),
        given_courses=GivenCourses(
            *(given[name].to_numpy() for name in ("patient", "started_on", "ended_on"))
        ),
        ended_on=bulk.read_ends(connection, chosen, len(clinic_of)),
        collects=_collects(read_clinics(connection), clinic_of),
    )


def _read_sessions(connection: Transaction, chosen: list[int] | None) -> pd.DataFrame:
    ends = {name: protocol.end_min for name, protocol in shipped_protocols().items()}
    known = {name: end.high for name, end in ends.items() if end is not None}
    return bulk.read_counting_sessions(connection, chosen, known)


def _items(forms: pd.DataFrame) -> NDArray[np.int64]:
    return forms[list(ITEM_COLUMNS)].to_numpy(dtype=np.int64)


def _score(versions: pd.DataFrame, policy: Policy) -> Forms:
    """Of the versions those in force."""
    forms = versions[versions["is_current"] == 1]
    instrument = forms["instrument"].to_numpy()
    scores = score_forms(instrument, _items(forms), forms["total"].to_numpy(), policy)
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


def _phq9_forms(connection: Transaction, versions: pd.DataFrame, chosen: list[int] | None) -> pd.DataFrame:
    """Every stored PHQ-9 form and version, and rows that wait and whose item 9 can be read."""
    stored = versions[versions["instrument"] == PHQ9.code]
    items = _items(stored)
    closings = spread_events(connection, bulk.read_closings(connection, chosen))
    forms = pd.DataFrame(
        {
            "id": stored["id"],
            "is_held": False,
            "patient": stored["patient"],
            "first_of": first_of(connection, "assessments", stored),
            "day": stored["day"],
            "second": stored["second"],
            "recorded_at": stored["recorded_at"],
            "item_9": np.where(items[:, ITEM_9] >= 0, items[:, ITEM_9], NONE),
            "has_items": (items >= 0).any(axis=1),
            "is_current_version": stored["is_current"] == 1,
        }
    )
    held = _held_forms(read_held_item_9(connection, chosen))
    held = held.assign(first_of=first_of(connection, "held_row", held))
    held = held if chosen is None else held[held["patient"].isin(chosen)]
    every = pd.concat([forms, held], ignore_index=True) if len(held) else forms
    return every.assign(closed_on=_closed_on(every, closings))


def _held_forms(held: pd.DataFrame) -> pd.DataFrame:
    """A row whose date cannot be read, or lies ahead, counts on the day on which it was offered, by the clinic's calendar."""
    offered = [
        _clock.local_day(moment, zone)
        for moment, zone in zip(held["recorded_at"], held["time_zone"], strict=True)
    ]
    offered_on = pd.Series(offered, index=held.index, dtype="int64")
    event_day = held["event_day"].astype("Int64").fillna(offered_on).astype("int64")
    return pd.DataFrame(
        {
            "id": held["id"].astype("int64"),
            "is_held": True,
            "patient": held["patient_key"].astype("int64"),
            "day": np.minimum(event_day, offered_on),
            "second": held["event_second"].astype("Int64").fillna(NONE).astype("int64"),
            "recorded_at": held["recorded_at"].astype("int64"),
            "item_9": held["item_9"].astype("int64"),
            "has_items": True,
            "is_current_version": False,
        }
    )


def _closed_on(forms: pd.DataFrame, closings: pd.DataFrame) -> Ints:
    """The day on which a named person closed the flag that a form raised, or NONE. A closing covers what was stored then, of the
    identities that were this patient then."""
    closed_on = np.full(len(forms), NONE)
    for identity, on_day, last_assessment, last_held_row in closings[list(_CLOSING)].to_numpy():
        covered = np.where(forms["is_held"], last_held_row, last_assessment)
        is_new = (forms["first_of"] == identity) & (forms["id"] <= covered) & (closed_on == NONE)
        closed_on[is_new.to_numpy()] = on_day
    return closed_on


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
