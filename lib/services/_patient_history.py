"""One patient's history for the patient page: records with what follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.courses import Courses, derive_courses, does_count
from lib.clinical.form_uses import Moment, compare_with_doses, moments_in_force, name_baselines
from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.held_columns import frame_of, texts
from lib.clinical.history import PatientHistory, WaitingForms
from lib.clinical.instruments import INSTRUMENTS
from lib.clinical.moments import moments_among
from lib.clinical.policy import Policy
from lib.clinical.scoring import Scores, score_forms
from lib.clinical.segments import NONE, Ints
from lib.clinical.sorting import known_second
from lib.clinical.trajectory import Timeline, build_timeline
from lib.services import _clock
from lib.services._histories import load_scored
from lib.services._item_9_forms import find_replaced_answers, read_waiting_answers
from lib.services._people import weights_among
from lib.services._record_frames import read_arrays, read_records
from lib.store import derived
from lib.store.engine import Transaction

_TEXT = pd.StringDtype()
# Of _people.weights_among.
Weights = tuple[Ints, pd.array]
_SCORE_COLUMNS = ("total", "total_low", "total_high", "n_missing")


@dataclass(frozen=True)
class Subject:
    """Whose page it is, and on which day; nothing dated later is on it."""

    key: int
    patient_id: str
    as_of: date


def build_history(
    connection: Transaction, subject: Subject, status: pd.DataFrame, policy: Policy
) -> PatientHistory:
    """The patient's records up to the day. status: rows of the current course."""
    day = _clock.day_number(subject.as_of)
    scored = load_scored(connection, policy, subject.key)
    histories = scored.histories.to_day(day)
    courses = derive_courses(histories.sessions, histories.given_courses, policy)
    timeline = build_timeline(histories.forms, courses)
    baselines = name_baselines(subject.key, timeline, courses, day, policy)

    def read(kind: str) -> pd.DataFrame:
        return read_records(connection, kind, subject.key, subject.as_of)

    def arrays(kind: str) -> dict[str, Any]:
        return read_arrays(connection, kind, subject.key, subject.as_of)

    patient = read_records(connection, "patients", subject.key)
    observations = read("observations")
    return PatientHistory(
        patient_id=subject.patient_id,
        as_of=subject.as_of,
        patient=patient.iloc[0] if len(patient) else pd.Series(dtype=object),
        status=status,
        assessments=_describe_assessments(arrays("assessments"), timeline, courses, baselines, policy),
        dosing_sessions=_describe_sessions(arrays("dosing_sessions"), courses, weights_among(observations)),
        dose_orders=read("dose_orders"),
        adverse_events=read("adverse_events"),
        integration_events=read("integration_events"),
        events=read("events"),
        medications=read("medications"),
        observations=observations,
        waiting=_read_waiting(connection, scored.versions, subject.key, day),
    )


def _read_waiting(
    connection: Transaction, versions: pd.DataFrame, patient_key: int, day: int
) -> WaitingForms:
    """versions: of their forms."""
    waiting = read_waiting_answers(connection, patient_key, day)
    replaced = find_replaced_answers(versions, day)
    return WaitingForms(
        _dated(waiting),
        *derived.count_unreadable(connection, [patient_key]).get(patient_key, (0, 0)),
        replaced=_dated(replaced),
    )


def _dated(answers: list[tuple[int, int]]) -> tuple[tuple[date, int], ...]:
    return tuple((_clock.EPOCH + timedelta(days=on), answer) for on, answer in answers)


def _describe_assessments(
    held: Mapping[str, Any],
    timeline: Timeline,
    courses: Courses,
    baselines: Mapping[Moment, str],
    policy: Policy,
) -> pd.DataFrame:
    """The assessments of PatientHistory; of instruments without rules the file's total as it is. baselines: of name_baselines."""
    codes = {name: one.code for name, one in INSTRUMENTS.items()}
    code = np.array([codes.get(name, NONE) for name in held["instrument"].tolist()], dtype=np.int64)
    has_rules = code != NONE
    items = np.column_stack([_whole(held[name]) for name in ITEM_COLUMNS])
    file_total = _whole(held["total"])
    scores = score_forms(np.where(has_rules, code, 0), items, file_total, policy)
    found = set(moments_in_force(timeline))
    moments = moments_among(held)
    second = known_second(moments.second)
    each = list(zip(code.tolist(), moments.day.tolist(), second.tolist(), strict=True))
    in_force = np.array([one in found for one in each], dtype=bool)
    is_before_first_dose, is_follow_up = compare_with_doses(moments.day, second, courses)
    said = _score_columns(scores, has_rules, file_total) | {
        "is_prorated": scores.is_prorated & has_rules,
        "has_items": (items >= 0).any(axis=1),
        "is_in_force": in_force | ~has_rules,
        "is_before_first_dose": is_before_first_dose,
        "is_follow_up": is_follow_up,
        "baseline_of": texts([baselines.get(one) for one in each], _TEXT),
    }
    return frame_of({**held, **said})


def _whole(values: pd.array) -> np.ndarray:
    return values.to_numpy(dtype=np.int64, na_value=NONE)


def _score_columns(scores: Scores, has_rules: np.ndarray, file_total: np.ndarray) -> dict[str, Any]:
    """Of instruments with rules as they were scored; of others the file's total, and nothing about blank items."""
    columns = {}
    for name, scored in zip(
        _SCORE_COLUMNS, (scores.total, scores.low, scores.high, scores.n_missing), strict=True
    ):
        is_counted = name == "n_missing"
        values = np.where(has_rules, scored, NONE if is_counted else file_total)
        is_unknown = (values == NONE) | (~scores.has_items if is_counted else False)
        columns[name] = pd.arrays.IntegerArray(values, is_unknown)
    return columns


def _describe_sessions(held: Mapping[str, Any], courses: Courses, weights: Weights) -> pd.DataFrame:
    """The dosing sessions of PatientHistory: which count, their course and number in it, and the dose per kg of body weight."""
    counts = does_count(held["dose_mg"], held["status"]).to_numpy(dtype=bool)
    begun = np.flatnonzero(courses.has_session)
    day = moments_among(held).day
    place = np.searchsorted(courses.first_day[begun], day, side="right") - 1
    has_course = place >= 0
    course = np.append(courses.number[begun], 0)[place].astype(np.int64)
    number = np.zeros(len(day), dtype=np.int64)
    for one in np.unique(place[has_course]):
        number[place == one] = np.cumsum(counts[place == one])
    weight = _weight_on(day, weights)
    said = {
        "status": held["status"].fillna(""),
        "counts": counts,
        "course": pd.arrays.IntegerArray(course, ~has_course),
        "number": pd.arrays.IntegerArray(number, ~(counts & has_course)),
        "dose_mg_per_kg": held["dose_mg"] / weight["weight_kg"],
    }
    return frame_of({**held, **said, **weight})


def _weight_on(day: np.ndarray, weights: Weights) -> dict[str, Any]:
    """The last weight on or before each day, and when it was taken."""
    weighed_on, weight_kg = weights
    position = np.searchsorted(weighed_on, day, side="right") - 1
    weight_on = np.append(weighed_on, 0)[position].astype("datetime64[D]").astype("datetime64[us]")
    return {
        # Before the first weight the position is -1: unknown.
        "weight_kg": weight_kg.take(position, allow_fill=True),
        "weight_on": np.where(position < 0, np.datetime64("NaT", "us"), weight_on),
    }
