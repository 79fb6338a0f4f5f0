"""Since when a rule has held: the rule asked again on every day that has a record, by the same kernel."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lib.clinical.histories import Prepared
from lib.clinical.policy import Policy
from lib.clinical.reference import Reference
from lib.clinical.rules.efficacy import judge_efficacy
from lib.clinical.rules.further_efficacy import judge_further
from lib.clinical.rules.off_course import derive_edges, judge_off_course
from lib.clinical.rules.suicidality import start_of_last_run
from lib.clinical.segments import NONE, Bools, Ints, Layout, columns_of, expand, limits_of
from lib.clinical.spans import Points, select_spans
from lib.clinical.standing import assess

OFF_COURSE = "off_expected_course"


@dataclass(frozen=True)
class Judged:
    """Efficacy rules at points. rows: of `standing.assess`, with `owner`, the point; holds: for each rule, one entry a row.

    A point whose latest form is a provisional improvement has a second row, as it stood before: such a form clears nothing.
    """

    rows: pd.DataFrame
    holds: Mapping[str, Bools]

    def found(self, rule: str) -> pd.DataFrame:
        """The rows at which a rule holds, one a point, the one with the latest form where both hold."""
        return self.rows[self.holds[rule]].drop_duplicates("owner")


@dataclass(frozen=True)
class Ground:
    """What efficacy rules stand on: the histories, and whom courses are held against."""

    prepared: Prepared
    reference: Reference


def judge_points(ground: Ground, points: Points, rows: pd.DataFrame, policy: Policy) -> Judged:
    """The efficacy rules at these points. rows: `standing.assess` of them."""
    unsure = np.flatnonzero(rows["firm_on"] != NONE)
    firm_points = replace(points.take(unsure), as_of=rows["firm_on"].to_numpy()[unsure])
    earlier = [assess(ground.prepared, firm_points, policy)] if len(unsure) else []
    every = derive_edges(pd.concat([rows, *earlier], ignore_index=True), ground.reference, policy)
    every["owner"] = np.append(np.arange(len(rows)), unsure)
    columns = columns_of(every)
    holds = {**judge_efficacy(columns, policy), **judge_further(columns, policy)}
    return Judged(every, {**holds, OFF_COURSE: judge_off_course(columns, "watch")})


@dataclass(frozen=True)
class Replay:
    """Efficacy rules on every day that has a record: days, sorted by the point that each belongs to (owner), and judged there."""

    days: Points
    owner: Ints
    judged: Judged

    def holds(self, rule: str) -> Bools:
        """One entry a day."""
        return np.isin(np.arange(len(self.owner)), self.judged.found(rule)["owner"])


def replay(ground: Ground, points: Points, policy: Policy) -> Replay:
    """The rules asked again on every day of a follow-up or a dosing session of the points' courses."""
    days, owner = record_days(ground.prepared, points, policy)
    return Replay(days, owner, judge_points(ground, days, assess(ground.prepared, days, policy), policy))


def efficacy_since(ground: Ground, points: Points, judged: Judged, policy: Policy) -> Mapping[str, Ints]:
    """For each rule the day from which it has held without a break, one entry a point; only where it holds now."""
    asked = np.unique(judged.rows.loc[np.any(list(judged.holds.values()), axis=0), "owner"])
    if not len(asked):
        return {rule: np.zeros(len(points.patient), dtype=np.int64) for rule in judged.holds}
    every, asker = with_earlier_courses(ground.prepared, points.take(asked), policy)
    replayed = replay(ground, every, policy)
    owner, day = asker[replayed.owner], replayed.days.as_of
    in_time = np.lexsort((day, owner))
    since = {}
    for rule in judged.holds:
        runs = start_of_last_run(owner[in_time], replayed.holds(rule)[in_time], day[in_time])
        since[rule] = np.zeros(len(points.patient), dtype=np.int64)
        since[rule][asked[runs["patient"]]] = runs["since"]
    return since


def with_earlier_courses(prepared: Prepared, points: Points, policy: Policy) -> tuple[Points, Ints]:
    """The points, with the same patients and instruments at the end of each earlier course, and whose each is.

    A rule that held on the evening before a course began and holds on that course's first evening has held without a break.
    """
    courses = prepared.courses
    begun = np.flatnonzero(points.course != NONE)
    course = points.course[begun]
    earlier, place = expand(np.searchsorted(courses.patient, points.patient[begun]), course)
    is_kept = courses.has_session[earlier]
    earlier, owner = earlier[is_kept], begun[place[is_kept]]
    last_day = courses.next_first_day[earlier] - 1
    if policy.baseline.rule == "first_assessment":
        # Before the first dosing session the first form is the baseline already.
        first = courses.first_begun[
            np.searchsorted(courses.patient[courses.first_begun], points.patient[begun])
        ]
        earlier, owner = np.append(earlier, np.full(len(begun), NONE)), np.append(owner, begun)
        last_day = np.append(last_day, courses.first_day[first] - 1)
    before = Points(points.patient[owner], points.instrument[owner], earlier, last_day)
    return points.join(before), np.append(np.arange(len(points.patient)), owner)


def is_look(prepared: Prepared, points: Points, day: Ints, owner: Ints, policy: Policy) -> Bools:
    """Whether these days of the points (owner: which one) have a follow-up that can clear something: not a provisional one."""
    spans = select_spans(prepared.timeline, prepared.courses, points, policy)
    form, form_owner = expand(spans.start, spans.stop)
    is_firm = ~prepared.is_unsure[form]
    layout = Layout.covering((0, max(len(points.patient) - 1, 0)), limits_of(prepared.timeline.day, day))
    looks = layout.pack(form_owner[is_firm], prepared.timeline.day[form[is_firm]])
    return np.isin(layout.pack(owner, day), looks)


def record_days(prepared: Prepared, points: Points, policy: Policy) -> tuple[Points, Ints]:
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
