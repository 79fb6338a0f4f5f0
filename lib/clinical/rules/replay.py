"""Since when a rule has held: the rule asked again on every day that has a record, by the same kernel."""

import numpy as np

from lib.clinical.policy import Policy
from lib.clinical.rules.efficacy import judge_efficacy
from lib.clinical.rules.suicidality import start_of_last_run
from lib.clinical.segments import Bools, Ints, expand
from lib.clinical.standing import Prepared, assess
from lib.clinical.trajectory import Points, select_spans


def efficacy_since(
    prepared: Prepared, points: Points, holds: dict[str, Bools], policy: Policy
) -> dict[str, Ints]:
    """For each rule the day from which it has held without a break, one entry a point; only where it holds now.

    points: current courses at as_of. Only those at which some rule holds are replayed.
    """
    asked = np.flatnonzero(np.any(list(holds.values()), axis=0))
    replayed = _record_days(prepared, points.take(asked), policy)
    judged = judge_efficacy(assess(prepared, replayed[0], policy), policy)
    since = {}
    for rule, holds_now in holds.items():
        runs = start_of_last_run(replayed[1], judged[rule], replayed[0].as_of)
        since[rule] = np.zeros(len(holds_now), dtype=np.int64)
        since[rule][asked[runs["patient"]]] = runs["since"]
    return since


def _record_days(prepared: Prepared, points: Points, policy: Policy) -> tuple[Points, Ints]:
    """The points on every day of a follow-up or a dosing session of their course, sorted, and whose they are."""
    timeline, courses = prepared.timeline, prepared.courses
    spans = select_spans(timeline, courses, points, policy)
    form, form_owner = expand(spans.start, spans.stop)
    is_begun = points.course >= 0
    course = np.maximum(points.course, 0)
    n_to_date = np.zeros(len(course), dtype=np.int64)
    n_to_date[is_begun] = courses.count_sessions_before(course[is_begun], points.as_of[is_begun] + 1)
    start = courses.session_start[course] if len(courses.patient) else n_to_date
    session, session_owner = expand(start, start + n_to_date)
    days = np.append(timeline.day[form], courses.session_day[session])
    # Both together in one sorted array without repeats: an owner's number above, the day (counted from the first) below.
    first = int(days.min(initial=0))
    width = int(days.max(initial=0)) - first + 1
    keys = np.unique(np.append(form_owner, session_owner) * width + days - first)
    owner = keys // width
    chosen = points.take(owner)
    return Points(chosen.patient, chosen.instrument, chosen.course, keys % width + first), owner
