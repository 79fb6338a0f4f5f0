"""The section Dose and outcome: what happened around steps of dose, and benefit beside burden. It proposes nothing."""

from typing import Any

from lib.charts.clinic.dose_steps import describe_dose_steps, plot_dose_steps
from lib.charts.theme import Theme
from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.session_facts import CourseSessions, place_in_courses
from lib.clinical.outcomes.step_changes import derive_step_changes
from lib.ui.drawn_once import make_once
from lib.ui.outcomes.burden_map import show_map
from lib.ui.outcomes.choices import Choice
from lib.ui.outcomes.figures import show_figure
from lib.ui.outcomes.reading import read_dose_sessions

_REBOUND = (
    "Totals of the same patients around the second to the sixth session of a course. A raise follows bad totals, and a bad "
    "total is in part bad luck: some rebound is expected. In a simulation in which dose had no effect at all, a raise after "
    "every total that was not better was followed by a mean change of −1.5 points, all other totals by +0.9. ◇ is what totals "
    "of these courses do after two such totals with no step between."
)


def show_dose(choice: Choice) -> None:
    sessions = make_once(
        choice.courses,
        f"sessions {choice.key}",
        lambda: place_in_courses(choice.facts, read_dose_sessions()),
    )
    show_figure(
        choice,
        "steps",
        f"{choice.asked.name} around a step of dose",
        lambda theme: _draw_steps(choice, sessions, theme),
        _REBOUND,
    )
    show_map(choice, sessions)


def _draw_steps(choice: Choice, sessions: CourseSessions, theme: Theme) -> tuple[Any, str]:
    instrument, limit = BY_CODE[choice.asked.instrument], choice.telling.limit
    steps = derive_step_changes(choice.asked, choice.facts, sessions)
    return plot_dose_steps(instrument, steps, theme, limit), describe_dose_steps(instrument, steps, limit)
