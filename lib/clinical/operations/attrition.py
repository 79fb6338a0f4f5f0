"""Attrition: from enrolment over the first six dosing sessions to maintenance, and where people left. Nobody who may still come
is counted as gone: a step has those who went on, those still under way, and those who left."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.courses import Courses, derive_courses
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Ints
from lib.clinical.sorting import CountingSessions, GivenCourses

N_SESSIONS = 6  # Six sessions are an induction in the ketamine clinics whose attrition is published (Osmind).
STEPS = ("enrolled", *(f"session {number}" for number in range(1, N_SESSIONS + 1)), "maintenance")
MAINTENANCE = len(STEPS) - 1
DIED, NO_REASON, SILENT = "died", "ended, no reason recorded", "nothing for long and no end recorded"
ATTRITION_COLUMNS = ("step", "n_reached", "n_went_on", "n_under_way", "n_left")


@dataclass(frozen=True)
class Enrolled:
    """people: patient, enrolled_on, ended_on, died_on (days, NONE), end_reason ("": none). sessions: their counting ones.
    given: rows of courses.csv: patient, started_on, ended_on (NONE), regimen, end_reason ("")."""

    people: pd.DataFrame
    sessions: CountingSessions
    given: pd.DataFrame

    def to_day(self, as_of: int) -> "Enrolled":
        """Without anything dated after a day; an end after it is not known yet."""
        given = self.given[self.given["started_on"] <= as_of]
        return Enrolled(
            self.people.assign(
                **{name: _by_then(self.people, name, as_of) for name in ("ended_on", "died_on")}
            ),
            self.sessions.select(self.sessions.day <= as_of),
            given.assign(ended_on=_by_then(given, "ended_on", as_of)),
        )


def _by_then(rows: pd.DataFrame, name: str, as_of: int) -> Ints:
    day = rows[name].to_numpy(dtype=np.int64)
    return np.where(day <= as_of, day, NONE)


def derive_stages(enrolled: Enrolled, as_of: int, policy: Policy) -> pd.DataFrame:
    """One row a person: patient, enrolled_on, stage (of STEPS, the last one reached), n_sessions, last_session_on (NONE),
    is_left, reason ("" of those under way).

    Sessions are counted over all courses. Maintenance: a session after the sixth, or a maintenance course; whoever comes to it
    earlier went on through the steps between. Left: died, an end recorded for the treatment or its last course, or nothing for
    longer than [policy courses.in_treatment_days] since the last session, course or enrolment.
    """
    known = enrolled.to_day(as_of)
    people = known.people.reset_index(drop=True)
    last = _last_signs(known, people["patient"], policy)
    n_sessions = _count(known.sessions.patient, people["patient"])
    kept_up = known.given.loc[known.given["regimen"] == "maintenance", "patient"]
    is_maintenance = (n_sessions > N_SESSIONS) | people["patient"].isin(kept_up).to_numpy()
    ended_on = people["ended_on"].to_numpy()
    has_ended = (ended_on != NONE) & (ended_on >= last["started_on"])
    has_died, is_course_over = people["died_on"].to_numpy() != NONE, last["ended_on"] != NONE
    sign = np.maximum(last["sign_on"], people["enrolled_on"].to_numpy())
    is_silent = as_of - sign > policy.courses.in_treatment_days
    said = people["end_reason"].to_numpy(dtype=object)
    of_course = last["end_reason"]
    reason = np.select(
        [has_died, (has_ended | is_silent) & (said != ""), (is_course_over | is_silent) & (of_course != ""),
         has_ended | is_course_over, is_silent],
        [DIED, said, of_course, NO_REASON, SILENT], "",
    )  # fmt: skip
    return pd.DataFrame(
        {
            "patient": people["patient"],
            "enrolled_on": people["enrolled_on"],
            "stage": np.where(is_maintenance, MAINTENANCE, np.minimum(n_sessions, N_SESSIONS)),
            "n_sessions": n_sessions,
            "last_session_on": last["session_on"],
            "is_left": has_died | has_ended | is_course_over | is_silent,
            "reason": reason.astype(object),
        }
    )


def _count(owner: Ints, patients: "pd.Series[int]") -> Ints:
    return patients.map(pd.Series(owner).value_counts()).fillna(0).to_numpy(dtype=np.int64)


def _last_signs(known: Enrolled, patients: "pd.Series[int]", policy: Policy) -> Mapping[str, np.ndarray]:
    """By person, of the course begun last, with or without a session: started_on, ended_on, end_reason; session_on, the last
    session; sign_on, the later of that and of a course's start. NONE where there is none."""
    given = known.given.sort_values(["patient", "started_on"], kind="stable")
    columns = (given[name].to_numpy(dtype=np.int64) for name in ("patient", "started_on", "ended_on"))
    courses = derive_courses(known.sessions, GivenCourses(*columns), policy)
    dosed = _describe_dosed(courses).reindex(patients)
    named = given.drop_duplicates("patient", keep="last").set_index("patient").reindex(patients)
    session_on, named_on = (_whole(column) for column in (dosed["session_on"], named["started_on"]))
    is_named = named_on > session_on
    # The reason stands with the course that the last session belongs to: the last one given by then.
    by_session = given.merge(dosed["session_on"].dropna().rename("by"), left_on="patient", right_index=True)
    by_session = by_session[by_session["started_on"] <= by_session["by"]].drop_duplicates(
        "patient", keep="last"
    )
    dosed_reason = by_session.set_index("patient")["end_reason"].reindex(patients).fillna("")
    named_reason = named["end_reason"].fillna("")
    return {
        "started_on": np.where(is_named, named_on, _whole(dosed["first_day"])),
        "ended_on": np.where(is_named, _whole(named["ended_on"]), _whole(dosed["ended_on"])),
        "end_reason": np.where(is_named, named_reason, dosed_reason).astype(object),
        "session_on": session_on,
        "sign_on": np.maximum(session_on, named_on),
    }


def _describe_dosed(courses: Courses) -> pd.DataFrame:
    """By patient the current course: first_day, ended_on, session_on."""
    current = np.flatnonzero(courses.is_current)
    return pd.DataFrame(
        {
            "first_day": courses.first_day[current],
            "ended_on": courses.ended_on[current],
            "session_on": courses.session_day[courses.session_stop[current] - 1] if len(current) else [],
        },
        index=pd.Index(courses.patient[current], name="patient"),
    )


def _whole(column: pd.Series) -> Ints:
    return column.astype(float).fillna(NONE).to_numpy().astype(np.int64)


def summarise_attrition(stages: pd.DataFrame) -> pd.DataFrame:
    """ATTRITION_COLUMNS, one row a step: of those who reached it, how many went on, are under way, left; they add up."""
    stage, is_left = stages["stage"].to_numpy(), stages["is_left"].to_numpy(dtype=bool)
    counts = [
        (step, *(int(one.sum()) for one in (stage >= at, stage > at, here & ~is_left, here & is_left)))
        for at, step in enumerate(STEPS)
        for here in [stage == at]
    ]
    return pd.DataFrame(counts, columns=list(ATTRITION_COLUMNS))


def summarise_reasons(stages: pd.DataFrame) -> pd.DataFrame:
    """stage, reason, n: of those who left, by the step that they had reached; the most frequent first."""
    left = stages[stages["is_left"]]
    counts = left.groupby(["stage", "reason"]).size().rename("n").reset_index()
    return counts.sort_values(["stage", "n", "reason"], ascending=[True, False, True], ignore_index=True)
