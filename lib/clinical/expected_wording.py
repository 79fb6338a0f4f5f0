"""An expected course in words: whom it was read from, how well it held, who is still measured, and why there is none."""

from math import ceil, floor

from lib.clinical.expected import PROBABILITIES
from lib.clinical.expected_course import ExpectedCourse, Step
from lib.clinical.policy import Policy


def say_within(step: Step, percent: int) -> str:
    """6–13: the whole totals inside the band that holds so many per cent."""
    tail = (100 - percent) / 200
    low, high = (step.bounds[PROBABILITIES.index(round(one, 3))] for one in (tail, 1 - tail))
    first, last = ceil(low), floor(high)
    return f"{first}–{last}" if first < last else str(round((low + high) / 2))


def say_who(course: ExpectedCourse, step: Step) -> str:
    """Whose totals a step was read from."""
    if step.is_pooled:
        return "patients of all baselines, turned to this patient's"
    return f"patients with a baseline of {course.band}"


def describe_expected(course: ExpectedCourse, policy: Policy) -> str:
    """What stands under the chart while the ribbon is asked for."""
    name, needed = course.instrument.name, policy.expected_course.min_patients
    if course.reason:
        return f"{name}: no expected course, because of {course.reason}."
    if not course.steps:
        return f"{name}: no expected course. {_say_too_few(course, needed)}"
    parts = [
        f"{name} expected course: this clinic's other patients with a baseline of {course.band}, in their first course; "
        "not a target.",
        _say_pooled(course),
        _say_calibration(course),
        _say_measured(course),
        _say_too_few(course, needed),
        _say_end(course, policy),
    ]
    return " ".join(part for part in parts if part)


def _say_pooled(course: ExpectedCourse) -> str:
    pooled = [step.session for step in course.steps if step.is_pooled]
    which = "" if len(pooled) == len(course.steps) else f" after session {_list(pooled)}"
    return f"Too few of them{which}, so all baselines are pooled." if pooled else ""


def _say_calibration(course: ExpectedCourse) -> str:
    found = course.calibration
    if found is None or not found.n_scores:
        return "How often the 80 % band holds is not known yet."
    percent = round(100 * found.n_held / found.n_scores)
    return (
        f"80 % band held {percent} % of {found.n_scores:,} held-out scores ({found.n_patients:,} patients)."
    )


def _say_measured(course: ExpectedCourse) -> str:
    counts = _list([step.n_measured for step in course.steps])
    sessions = _list([step.session for step in course.steps])
    return f"Still measured: {counts} of {course.n_began} after session {sessions}."


def _say_too_few(course: ExpectedCourse, needed: int) -> str:
    if not course.too_few:
        return ""
    session, n = course.too_few[0]
    patients = f"only {n} comparable patient{'' if n == 1 else 's'} at session {session}"
    others = [session for session, _ in course.too_few[1:]]
    more = f" and no ribbon at session {_list(others)} either" if others else ""
    return f"{patients[0].upper()}{patients[1:]}; {needed} are needed{more}."


def _say_end(course: ExpectedCourse, policy: Policy) -> str:
    last = policy.expected_course.max_session
    return f"Shown up to session {last}." if course.steps[-1].session == last else ""


def _list(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
