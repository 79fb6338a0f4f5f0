"""Since when a rule has held: the rule asked again on every day that has a record, by the same kernel."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lib.clinical.histories import Prepared
from lib.clinical.policy import Policy
from lib.clinical.reference import Reference
from lib.clinical.rules.efficacy import judge_efficacy
from lib.clinical.rules.further_efficacy import judge_further
from lib.clinical.rules.off_course import derive_edges, judge_off_course
from lib.clinical.rules.suicidality import start_of_last_run
from lib.clinical.segments import NONE, Bools, Columns, Ints, Layout, expand, join, limits_of, take
from lib.clinical.spans import Points, select_spans
from lib.clinical.standing import assess_columns

OFF_COURSE = "off_expected_course"


@dataclass(frozen=True)
class Judged:
    """Efficacy rules at points. rows: columns of `standing.assess`, with `owner`, the point; holds: by rule, an entry a row.

    A point whose latest form is a provisional improvement has further rows, as it stood at each form before it back to one that
    is not: such a form clears nothing, nor does one after another. The point's own row comes first, then the nearest.
    """

    n_points: int
    rows: Columns
    holds: Mapping[str, Bools]

    def held(self, *rules: str) -> Bools:
        """Whether one of these rules holds, one entry a point."""
        found = np.zeros(self.n_points, dtype=bool)
        found[self.rows["owner"][np.any([self.holds[rule] for rule in rules], axis=0)]] = True
        return found

    def found(self, rule: str) -> Columns:
        """The rows at which a rule holds, one a point, in the order of the points."""
        return self.rows_at(rule, np.flatnonzero(self.held(rule)))

    def rows_at(self, rule: str, points: Ints) -> Columns:
        """The rows of these points, at all of which a rule holds: the one with the latest form where both hold."""
        row = np.zeros(self.n_points, dtype=np.int64)
        # Of a point's rows the first is written last, and stays.
        holding = np.flatnonzero(self.holds[rule])[::-1]
        row[self.rows["owner"][holding]] = holding
        return take(self.rows, row[points])


@dataclass(frozen=True)
class Ground:
    """What efficacy rules stand on: the histories, and whom courses are held against."""

    prepared: Prepared
    reference: Reference


def judge_points(ground: Ground, points: Points, rows: Columns, policy: Policy) -> Judged:
    """The efficacy rules at these points. rows: `standing.assess_columns` of them."""
    n = len(points.patient)
    before, owner = _before_unsure(ground.prepared, points, rows["firm_on"], policy)
    if len(owner):
        rows = join(rows, assess_columns(ground.prepared, before, policy))
    every = {
        **derive_edges(rows, ground.reference, policy),
        "owner": np.append(np.arange(n), owner),
    }
    holds = {**judge_efficacy(every, policy), **judge_further(every, policy)}
    return Judged(n, every, {**holds, OFF_COURSE: judge_off_course(every, "watch")})


def _before_unsure(prepared: Prepared, points: Points, firm_on: Ints, policy: Policy) -> tuple[Points, Ints]:
    """The points whose latest form is a provisional improvement, on the day of each form before it back to firm_on, the nearest
    first, and whose they are."""
    unsure = np.flatnonzero(firm_on != NONE)
    if not len(unsure):
        return points.take(unsure), unsure
    spans = select_spans(prepared.timeline, prepared.courses, points.take(unsure), policy)
    form, place = expand(spans.start, spans.stop - 1)
    day, owner = prepared.timeline.day[form], unsure[place]
    kept = np.flatnonzero(day >= firm_on[owner])[::-1]
    return replace(points.take(owner[kept]), as_of=day[kept]), owner[kept]


@dataclass(frozen=True)
class Replay:
    """Efficacy rules on every day that has a record: days, sorted by the point that each belongs to (owner), and judged there."""

    days: Points
    owner: Ints
    judged: Judged


def replay(ground: Ground, points: Points, policy: Policy) -> Replay:
    """The rules asked again on every day of a follow-up or a dosing session of the points' courses."""
    days, owner = record_days(ground.prepared, points, policy)
    return Replay(
        days, owner, judge_points(ground, days, assess_columns(ground.prepared, days, policy), policy)
    )


@dataclass(frozen=True)
class LookBack:
    """Current courses and what became of them: points, judged on their day, and the rules on every day before, of the points
    where one holds (and of those whom the caller asks about). asker: by the replay's owners, which of the points it is."""

    points: Points
    judged: Judged
    again: Replay
    every: Points
    asker: Ints

    def found(self) -> dict[str, Columns]:
        """By rule the rows at which it holds, one a point, with since: the day from which it has held without a break."""
        owner, day = self.asker[self.again.owner], self.again.days.as_of
        in_time = np.lexsort((day, owner))
        owner, day, found = owner[in_time], day[in_time], dict[str, Columns]()
        for rule in (rule for rule, holds in self.judged.holds.items() if holds.any()):
            runs = start_of_last_run(owner, self.again.judged.held(rule)[in_time], day)
            since = np.zeros(len(self.points.patient), dtype=np.int64)
            since[runs["patient"]] = runs["since"]
            rows = self.judged.found(rule)
            found[rule] = {**rows, "since": since[rows["owner"]]}
        return found


def look_back(ground: Ground, points: Points, rows: Columns, also: Bools, policy: Policy) -> LookBack:
    """The rules at these points (rows: `standing.assess_columns` of them) and since when. also: whom else to replay."""
    judged = judge_points(ground, points, rows, policy)
    is_held = judged.held(*judged.holds)
    chosen = np.flatnonzero(is_held | also)
    before, asker = _earlier_courses(ground.prepared, points, is_held, policy)
    every = points.take(chosen).join(before)
    return LookBack(points, judged, replay(ground, every, policy), every, np.append(chosen, asker))


def _earlier_courses(prepared: Prepared, points: Points, asked: Bools, policy: Policy) -> tuple[Points, Ints]:
    """Of the points that are asked, the same patients and instruments at the end of each earlier course, and whose each is.

    A rule that held on the evening before a course began and holds on that course's first evening has held without a break.
    """
    courses = prepared.courses
    begun = np.flatnonzero(asked & (points.course != NONE))
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
    return Points(points.patient[owner], points.instrument[owner], earlier, last_day), owner


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
