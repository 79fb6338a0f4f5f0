"""What became of signed decisions: read from the records each time, never stored, so that a correction corrects it.

Days are whole dates. A dosing session is *under* a decision when it counts and is dated after the day of signing; where a new
dose was decided, only a session at that dose is. As everywhere, a session is before a form when it is dated before the form's
date (definitions.md 2). Only a dose that was not to be taken is looked at by the second: one on the day of signing, whose time is
recorded, is after the signature or before it.
"""

from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.decision_doses import SAME_DOSE_MG
from lib.clinical.decision_records import (
    CLOSED,
    DATA,
    DECIDED,
    FOLLOW_UP_DUE,
    MET,
    NO_DOSE,
    NO_SCORE,
    NOT_MET,
    NOT_TAKEN,
    REFERRAL,
    SCORE,
    SUPERSEDED,
    Dated,
    Decisions,
    Followed,
    first_of,
)
from lib.clinical.held_decisions import Held, find_held
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.sorting import INSTRUMENT, PATIENT
from lib.clinical.trajectory import Timeline

Found = dict[str, Any]


def derive_outcomes(decisions: Decisions, followed: Followed, as_of: int) -> pd.DataFrame:
    """One row a decision, in the given order; one that was signed after as_of must not be among them.

    state: of STATES · outcome: of OUTCOMES, "" while the loop is open · settled_on: the date of the record that closed it, the
    day after its window, or the date of the later decision (NONE: open) · form_on, total: of the score that closed it
    (NONE) · n_sessions: counting sessions after the day of signing and before the loop closed · dose_on: the first of them, or
    the dose that broke a hold or stop (NONE) · n_open_forms: prorated scores of the window that leave the target open ·
    unclear_on: the day of a dose of which nobody knows whether it came after the signature of a hold or stop (NONE) · is_stop.
    """
    end = np.minimum(decisions.last_day, as_of)
    under = _first_under(decisions, followed, end)
    scored = _first_score(decisions, followed.timeline, under, end)
    held = find_held(decisions, followed, end)
    found = _settle(decisions, followed, end, scored, held)
    found = _close_windows(found, decisions, as_of, under)
    found = _supersede(found, decisions)
    is_open = found["outcome"] == ""
    until = np.where(is_open, end, found["settled_on"] - ~decisions.waits_for(NO_DOSE))
    place, owner = followed.sessions.between(decisions.patient, decisions.on_day, until)
    is_scored = np.isin(found["outcome"], (MET, NOT_MET))
    dose_on = first_of(followed.sessions.day[place], owner, len(until))
    return pd.DataFrame(
        {
            "state": np.select([~is_open, decisions.review_by <= as_of], [CLOSED, FOLLOW_UP_DUE], DECIDED),
            **found,
            "form_on": np.where(is_scored, scored["form_on"], NONE),
            "total": np.where(is_scored, scored["total"], NONE),
            "n_sessions": np.bincount(owner, minlength=len(until)),
            "dose_on": np.where(held.broken_on != NONE, held.broken_on, dose_on),
            "n_open_forms": scored["n_open_forms"],
            "unclear_on": held.unclear_on,
            "is_stop": decisions.is_stop,
        }
    )


def _first_under(decisions: Decisions, followed: Followed, end: Ints) -> Ints:
    """The day of the first session under each decision, up to end, or NONE."""
    place, owner = followed.sessions.between(decisions.patient, decisions.on_day, end)
    wanted = decisions.new_dose_mg[owner]
    is_it = np.isnan(wanted) | (np.abs(followed.session_mg[place] - wanted) < SAME_DOSE_MG)
    return first_of(followed.sessions.day[place[is_it]], owner[is_it], len(end))


def _first_score(decisions: Decisions, timeline: Timeline, under: Ints, end: Ints) -> dict[str, Ints]:
    """The first form that says whether the target is met: form_on, total, is_met (NONE: none yet), and n_open_forms.

    A prorated total says so only where both of its bounds do, as a provisional category clears nothing."""
    forms = _dated_forms(timeline)
    place, owner = forms.between(decisions.patient, decisions.review_by - 1, end)
    is_asked = timeline.layout.unpack(timeline.keys, INSTRUMENT)[place] == decisions.instrument[owner]
    is_asked &= (under[owner] != NONE) & (timeline.day[place] > under[owner])
    place, owner = place[is_asked], owner[is_asked]
    # Two are kept of a course's first day, before the dose and after it: the later one counts.
    is_last = np.append((np.diff(owner) != 0) | (np.diff(timeline.day[place]) != 0), True)[: len(owner)]
    place, owner = place[is_last], owner[is_last]
    is_met = _reaches(decisions, owner, timeline.high[place])
    is_settled = is_met == _reaches(decisions, owner, timeline.low[place])
    first, at = np.unique(owner[is_settled], return_index=True)
    columns = {"form_on": timeline.day[place], "total": timeline.total[place], "is_met": is_met}
    found = {name: np.full(len(under), NONE) for name in columns}
    for name, values in columns.items():
        found[name][first] = values[is_settled][at]
    return {**found, "n_open_forms": np.bincount(owner[~is_settled], minlength=len(under))}


def _dated_forms(timeline: Timeline) -> Dated:
    return Dated(timeline.layout.unpack(timeline.keys, PATIENT), timeline.day)


def _reaches(decisions: Decisions, owner: Ints, total: Ints) -> Bools:
    points, from_total = decisions.points[owner], decisions.from_total[owner]
    reached: Bools = np.where(from_total == NONE, total < points, from_total - total >= points)
    return reached


def _settle(
    decisions: Decisions, followed: Followed, end: Ints, scored: dict[str, Ints], held: Held
) -> Found:
    """outcome and settled_on by what the records say, before any window has passed."""
    form, referral = (
        one.first(decisions.patient, decisions.on_day, end)
        for one in (_dated_forms(followed.timeline), followed.referrals)
    )
    is_held = decisions.waits_for(NO_DOSE)
    is_scored = decisions.waits_for(SCORE) & (scored["form_on"] != NONE)
    cases = (
        (is_scored & (scored["is_met"] == 1), MET, scored["form_on"]),
        (is_scored & (scored["is_met"] == 0), NOT_MET, scored["form_on"]),
        (is_held & (held.broken_on != NONE), NOT_MET, held.broken_on),
        # Nothing recorded is not a hold that was kept.
        (is_held & held.is_kept, MET, held.seen_on),
        (decisions.waits_for(REFERRAL) & (referral != NONE), MET, referral),
        (decisions.waits_for(DATA) & (form != NONE), MET, form),
    )
    where, words, days = zip(*cases, strict=True)
    return {"outcome": np.select(where, words, ""), "settled_on": np.select(where, days, NONE)}


def _close_windows(found: Found, decisions: Decisions, as_of: int, under: Ints) -> Found:
    """What the last day of the window has passed over without an answer."""
    is_over = (decisions.last_day < as_of) & (found["outcome"] == "")
    is_untaken = decisions.waits_for(SCORE) & ~np.isnan(decisions.new_dose_mg) & (under == NONE)
    word = np.select([decisions.waits_for(REFERRAL), is_untaken], [NOT_MET, NOT_TAKEN], NO_SCORE)
    return {
        "outcome": np.where(is_over, word, found["outcome"]),
        "settled_on": np.where(is_over, decisions.last_day + 1, found["settled_on"]),
    }


def _supersede(found: Found, decisions: Decisions) -> Found:
    """A later decision ends a loop that was still open when it was signed."""
    order = np.lexsort((decisions.number, decisions.patient))
    earlier, later = order[:-1], order[1:]
    is_same = decisions.patient[earlier] == decisions.patient[later]
    next_day = np.full(len(order), NONE)
    next_day[earlier[is_same]] = decisions.on_day[later[is_same]]
    was_open = (next_day != NONE) & ((found["outcome"] == "") | (found["settled_on"] > next_day))
    return {
        "outcome": np.where(was_open, SUPERSEDED, found["outcome"]),
        "settled_on": np.where(was_open, next_day, found["settled_on"]),
    }
