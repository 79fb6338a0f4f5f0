"""adqs: every answer and every total of PHQ-9 and GAD-7, one a row, beside the baseline."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import BY_CODE, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.response import reliable_change_points
from lib.clinical.scoring import Scores
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.sorting import ANSWERED_SUM, known_second
from lib.clinical.trajectory import Timeline
from lib.research.adam.codes import DIFFICULTY, N_VALUES, PARAMETERS, TOTAL
from lib.research.adam.reference import Reference, Watched, count_study_day, is_after_baseline, watch
from lib.research.written_columns import (
    write_dates,
    write_moments,
    write_number,
    write_text,
    write_where,
    write_whole,
)

_BAND_NAMES = tuple(np.array([form.band(total) for total in range(form.max_total + 1)]) for form in BY_CODE)
# A nominal week takes the days from 3 before to 3 after it; the days after the first dose belong to week 1.
_DAYS_A_WEEK, _BEFORE_BASELINE, _BASELINE = 7, -1, 0


def derive_adqs(
    forms: pd.DataFrame, scores: Scores, reference: Reference, policy: Policy, day: int
) -> pd.DataFrame:
    """forms: patient, instrument, day, second, item_1 … item_9, difficulty, in the order of the file, with their scores.

    patient, and the columns of notes.ADQS but the names of patient and clinic. ABLFL: the form that `status` has as baseline
    of the first course; BASE, CHG and PCHG follow from it; CHG only after it. A missing answer has no row, and an
    item's AVAL is never filled in.
    """
    patient, instrument, on = (forms[name].to_numpy() for name in ("patient", "instrument", "day"))
    second = forms["second"].to_numpy()
    watched = watch(reference, patient, instrument, day, policy)
    place = watched.place(patient, instrument)
    is_baseline = _is_baseline(forms, reference, watched, place)
    is_after = is_after_baseline(reference, watched, place, on, known_second(second))
    is_analysed = is_baseline | (is_after & _is_in_first_course(forms, reference, watched, place, scores))
    study_day = count_study_day(on, watched.spans.first_day[place])
    values, base = _gather_values(forms, scores, place, is_baseline)
    form, value = np.nonzero(values != NONE)
    found = pd.DataFrame({"instrument": instrument[form], "value": value, "is_after": is_after[form]})
    found = found.assign(aval=values[form, value], base=base[form, value])
    return pd.DataFrame(
        {
            "patient": patient[form],
            "ASEQ": write_whole(pd.Series(patient[form]).groupby(patient[form]).cumcount().to_numpy() + 1),
            "ADT": write_dates(on[form]),
            "ADTM": write_moments(on[form], second[form]),
            "ADY": write_whole(study_day[form]),
            **_name_visits(study_day, is_baseline, is_after, form),
            **_describe(found, policy),
            "ABLFL": write_where(is_baseline[form], "Y"),
            "ANL01FL": write_where(is_analysed[form], "Y"),
            "DTYPE": write_where((value == TOTAL) & scores.is_prorated[form], "PRORATED"),
            "TRTSDT": write_dates(reference.first_day[reference.place(patient)][form]),
        }
    )


def _gather_values(
    forms: pd.DataFrame, scores: Scores, place: Ints, is_baseline: Bools
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(forms, N_VALUES), NONE where there is no row to be: items, difficulty of PHQ-9, the total; and those of the baseline."""
    values = np.full((len(forms), N_VALUES), NONE)
    values[:, :DIFFICULTY] = forms[list(ITEM_COLUMNS)].to_numpy()
    instrument = forms["instrument"].to_numpy()
    for one in BY_CODE:
        values[instrument == one.code, one.n_items : DIFFICULTY] = NONE
    values[:, DIFFICULTY] = np.where(instrument == PHQ9.code, forms["difficulty"], NONE)
    values[:, TOTAL] = scores.total
    base = np.full((int(place.max(initial=0)) + 1, N_VALUES), NONE)
    base[place[is_baseline]] = values[is_baseline]
    return values, base[place]


def _is_baseline(forms: pd.DataFrame, reference: Reference, watched: Watched, place: Ints) -> Bools:
    timeline, baseline = reference.prepared.timeline, watched.spans.baseline
    on, at = timeline.at(timeline.day, baseline), timeline.at(timeline.second, baseline)
    is_same = (forms["day"].to_numpy() == on[place]) & (known_second(forms["second"].to_numpy()) == at[place])
    return (baseline != NONE)[place] & is_same


def _is_in_first_course(
    forms: pd.DataFrame, reference: Reference, watched: Watched, place: Ints, scores: Scores
) -> Bools:
    """Valid, the one that counts of its date, and before the next course."""
    timeline = reference.prepared.timeline
    moment = (forms[name].to_numpy() for name in ("patient", "instrument", "day"))
    keys = timeline.layout.pack(*moment, known_second(forms["second"].to_numpy()), 0, 0)
    is_in_force = np.isin(
        timeline.layout.above(keys, ANSWERED_SUM), timeline.layout.above(timeline.keys, ANSWERED_SUM)
    )
    next_day = Timeline.at(reference.prepared.courses.next_first_day, watched.points.course)[place]
    is_before_next = (next_day == NONE) | (forms["day"].to_numpy() < next_day)
    return scores.is_valid & is_in_force & is_before_next


def _name_visits(study_day: Ints, is_baseline: Bools, is_after: Bools, form: Ints) -> dict[str, Any]:
    week = np.maximum((study_day - 1 + _DAYS_A_WEEK // 2) // _DAYS_A_WEEK, 1)
    number = np.where(is_after, week, _BEFORE_BASELINE)
    number = np.where(is_baseline, _BASELINE, number)[form]
    number = np.where(study_day[form] == NONE, NONE, number)
    names = {NONE: None, _BEFORE_BASELINE: "Before baseline", _BASELINE: "Baseline"}
    named = [names.get(one, f"Week {one}") for one in number.tolist()]
    return {"AVISIT": write_text(named), "AVISITN": write_whole(number)}


def _describe(found: pd.DataFrame, policy: Policy) -> dict[str, Any]:
    """What a row is of, its value, and the change where there is one to be had. found: instrument, value (its place), aval, base,
    is_after."""
    instrument, value, aval, base = (
        found[name].to_numpy() for name in ("instrument", "value", "aval", "base")
    )
    parameters = [PARAMETERS[form][at] for form, at in zip(instrument.tolist(), value.tolist(), strict=True)]
    change = np.where(found["is_after"] & (base != NONE), aval - base, NONE)
    percent = [
        100 * one / of if one != NONE and of > 0 else None for one, of in zip(change, base, strict=True)
    ]
    is_total = value == TOTAL
    limit = reliable_change_points(instrument, policy)
    words = np.select([change <= -limit, change >= limit], ["IMPROVED", "WORSENED"], "NO CHANGE")
    return {
        "PARCAT1": write_text([one.category for one in parameters]),
        "PARAMCD": write_text([one.code for one in parameters]),
        "PARAM": write_text([one.name for one in parameters]),
        "PARAMN": write_whole([one.number for one in parameters]),
        "PARAMTYP": write_text(["DERIVED" if one.is_derived else None for one in parameters]),
        "AVAL": write_whole(aval),
        "AVALCAT1": write_text(_name_bands(instrument, aval, is_total)),
        "BASE": write_whole(base),
        "BASECAT1": write_text(_name_bands(instrument, base, is_total & (base != NONE))),
        "CHG": write_whole(change),
        "PCHG": write_number(percent),
        "CHGCAT1": write_where(is_total & (change != NONE), words),
    }


def _name_bands(instrument: Ints, total: Ints, is_asked: Bools) -> NDArray[np.object_]:
    """Severity bands of totals; None for what is no total."""
    named = np.full(len(total), None, dtype=object)
    for one in BY_CODE:
        own = is_asked & (instrument == one.code)
        named[own] = _BAND_NAMES[one.code][total[own]]
    return named
