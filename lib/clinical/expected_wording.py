"""An expected course in words: whom it was read from, how well it held, who is still measured, and why there is none."""

from math import ceil, floor

from lib.clinical.expected import PROBABILITIES
from lib.clinical.expected_course import ExpectedCourse, Step


def say_within(step: Step, percent: int) -> str:
    """6–13: the whole totals inside the band that holds so many per cent."""
    tail = (100 - percent) / 200
    low, high = (step.bounds[PROBABILITIES.index(round(one, 3))] for one in (tail, 1 - tail))
    first, last = ceil(low), floor(high)
    return f"{first}–{last}" if first < last else str(round((low + high) / 2))


def say_who(course: ExpectedCourse, step: Step) -> str:
    """Whose totals a step was read from."""
    if step.is_pooled:
        return "patients of all baselines, scaled to this patient's"
    return f"patients with a baseline of {course.band}"


def describe_expected(course: ExpectedCourse) -> str:
    """What stands under the chart while the ribbon is asked for, beside the badge."""
    name, needed = course.instrument.name, course.limits.min_patients
    if course.reason:
        return f"{name}: no expected course, because of {course.reason}."
    if not course.steps:
        return f"{name}: no expected course. {_say_too_few(course, needed)}"
    parts = [
        f"{name} expected course: this clinic's other patients with a baseline of {course.band}, in their first course; "
        "not a target.",
        _say_pooled(course),
        _say_measured(course),
        _say_too_few(course, needed),
        _say_end(course),
    ]
    return " ".join(part for part in parts if part)


def _say_pooled(course: ExpectedCourse) -> str:
    pooled = [step.session for step in course.steps if step.is_pooled]
    if len(pooled) == len(course.steps):
        return "They are too few: all baselines are pooled."
    return (
        f"After session {_say_sessions(pooled)} they are too few: there all baselines are pooled."
        if pooled
        else ""
    )


def say_calibration(course: ExpectedCourse) -> str:
    """The badge beside a ribbon."""
    found = course.calibration
    if found is None or not found.n_scores:
        return "how often the 80 % band holds is not known yet"
    percent = round(100 * found.n_held / found.n_scores)
    return f"80 % band held {percent} % of {found.n_scores:,} held-out scores ({found.n_patients:,} patients)"


def _say_measured(course: ExpectedCourse) -> str:
    """Who is still there: a session that few took, or after which few answered, speaks of those few."""
    sessions = _say_sessions([step.session for step in course.steps])
    measured, taken = (
        ", ".join(map(str, counts))
        for counts in ([one.n_measured for one in course.steps], [one.n_taken for one in course.steps])
    )
    return (
        f"Measured after session {sessions}: {measured} of {course.n_began} who began (it was taken by {taken}); "
        "who stopped is not in the ribbon."
    )


def _say_too_few(course: ExpectedCourse, needed: int) -> str:
    if not course.too_few:
        return ""
    session, n = course.too_few[0]
    patients = f"{f'Only {n}' if n else 'No'} comparable patient{'s' * (n > 1)} at session {session}"
    others = [session for session, _ in course.too_few[1:]]
    more = f", nor is there a ribbon at session {_say_sessions(others)}" if others else ""
    return f"{patients}; {needed} are needed{more}."


def _say_end(course: ExpectedCourse) -> str:
    last = course.limits.max_session
    return f"Shown up to session {last}." if course.steps[-1].session == last else ""


def _say_sessions(sessions: list[int]) -> str:
    """1–4, 6: runs of three and more are drawn together."""
    runs: list[list[int]] = []
    for session in sessions:
        if runs and session == runs[-1][-1] + 1:
            runs[-1].append(session)
        else:
            runs.append([session])
    said = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(said)
