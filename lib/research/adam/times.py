"""adtte: days to the first response, remission, deterioration and relapse of the first course, or to the last look without it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.instruments import BY_CODE
from lib.clinical.policy import Policy
from lib.clinical.response import Course, derive_course, is_at_caseness
from lib.clinical.response_days import find_deteriorations, find_relapses, find_remissions, find_responses
from lib.clinical.segments import NONE, Bools, Ints
from lib.research.adam.codes import PARAMETERS, TOTAL
from lib.research.adam.reference import Reference, Watched, watch
from lib.research.written_columns import write_dates, write_text, write_where, write_whole


@dataclass(frozen=True)
class Endpoint:
    """code: after the stem of the instrument (PHQ, GAD). words: what the event is."""

    code: str
    words: str


@dataclass(frozen=True)
class Found:
    """An endpoint with the day it is counted from, the day of its event (NONE: none), and of whom it is asked, an entry a patient
    and instrument."""

    endpoint: Endpoint
    start: Ints
    event: Ints
    is_asked: Bools


ENDPOINTS = (
    Endpoint("RESP", "first response confirmed by a form at least a week later"),
    Endpoint("REM", "first remission"),
    Endpoint("DET", "first reliable deterioration confirmed by a form at least a week later"),
    Endpoint("REL", "relapse after a confirmed response"),
)
LAST_FORM, FIRST_DOSE = "last follow-up without it", "no follow-up: the day it is counted from"


def derive_adtte(reference: Reference, adqs: pd.DataFrame, policy: Policy, day: int) -> pd.DataFrame:
    """A row a patient, instrument and endpoint, of courses with a baseline: response and remission where it is at caseness,
    relapse where a response was confirmed (counted from it). AVAL: days from STARTDT, which is day 1. CNSR: 0 an event, 1 none.
    SRCSEQ: ASEQ of the row in adqs that says so. adqs: of derive_adqs, of the same patients."""
    patient = np.repeat(reference.patient, len(BY_CODE))
    instrument = np.tile([one.code for one in BY_CODE], len(reference.patient))
    watched = watch(reference, patient, instrument, day, policy)
    timeline = reference.prepared.timeline
    course = derive_course(timeline, watched.points, watched.spans, policy)
    parts = [_describe(watched, course, found) for found in _find_events(reference, watched, course, policy)]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.sort_values(["patient", "instrument", "place"], kind="stable", ignore_index=True)
    return _write(rows, _number_sources(adqs))


def _find_events(reference: Reference, watched: Watched, course: Course, policy: Policy) -> Iterator[Found]:
    prepared, points = reference.prepared, watched.points
    start, timeline = watched.spans.first_day, prepared.timeline
    has_baseline = watched.spans.has_baseline & (start != NONE)
    is_case = has_baseline & is_at_caseness(course, policy)
    responded = find_responses(timeline, points, course, policy).first_confirmed_day
    remitted = find_remissions(timeline, course, prepared.provisional, policy)
    yield Found(ENDPOINTS[0], start, responded, is_case)
    yield Found(ENDPOINTS[1], start, remitted, is_case)
    yield Found(ENDPOINTS[2], start, find_deteriorations(timeline, points, course, policy), has_baseline)
    relapsed = find_relapses(prepared, points, course, responded, policy)
    yield Found(ENDPOINTS[3], responded, relapsed, is_case & (responded != NONE))


def _describe(watched: Watched, course: Course, found: Found) -> pd.DataFrame:
    has_event = found.event != NONE
    last = np.where(course.latest_day == NONE, found.start, course.latest_day)
    on = np.where(has_event, found.event, last)
    words = np.select([has_event, course.latest_day != NONE], [found.endpoint.words, LAST_FORM], FIRST_DOSE)
    rows = pd.DataFrame(
        {
            "patient": watched.points.patient,
            "instrument": watched.points.instrument,
            "place": ENDPOINTS.index(found.endpoint),
            "start": found.start,
            "on": on,
            "censored": np.where(has_event, 0, 1),
            "words": words,
        }
    )
    return rows[found.is_asked]


def _number_sources(adqs: pd.DataFrame) -> Mapping[tuple[int, str, str], int]:
    """ASEQ of the total that is analysed, by patient, PARAMCD and ADT."""
    totals = {of_form[TOTAL].code for of_form in PARAMETERS}
    rows = adqs[adqs["PARAMCD"].isin(totals) & (adqs["ANL01FL"] == "Y")]
    return {
        (patient, code, on): number
        for patient, code, on, number in zip(
            rows["patient"], rows["PARAMCD"], rows["ADT"], rows["ASEQ"], strict=True
        )
    }


def _write(rows: pd.DataFrame, sources: Mapping[tuple[int, str, str], int]) -> pd.DataFrame:
    form = [BY_CODE[code] for code in rows["instrument"]]
    endpoint = [ENDPOINTS[place] for place in rows["place"]]
    dates = pd.Series(write_dates(rows["on"].to_numpy()))
    totals = [PARAMETERS[one.code][TOTAL].code for one in form]
    sequence = [
        sources.get((patient, code, on)) if words != FIRST_DOSE else None
        for patient, code, on, words in zip(rows["patient"], totals, dates, rows["words"], strict=True)
    ]
    has_source = np.array([number is not None for number in sequence], dtype=bool)
    return pd.DataFrame(
        {
            "patient": rows["patient"].to_numpy(),
            "PARAMCD": write_text(
                [f"{one.name[:3]}{end.code}" for one, end in zip(form, endpoint, strict=True)]
            ),
            "PARAM": write_text(
                [f"{one.name}: days to {end.words}" for one, end in zip(form, endpoint, strict=True)]
            ),
            "STARTDT": write_dates(rows["start"].to_numpy()),
            "ADT": dates,
            "AVAL": write_whole((rows["on"] - rows["start"] + 1).to_numpy()),
            "CNSR": write_whole(rows["censored"].to_numpy()),
            "EVNTDESC": write_text(rows["words"]),
            "SRCDOM": write_where(has_source, "ADQS"),
            "SRCVAR": write_where(has_source, "ADT"),
            "SRCSEQ": write_whole(sequence),
        }
    )
