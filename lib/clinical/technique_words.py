"""How the doses of a course were taken, in sentences: each with n of N, and what is not recorded said to be unknown."""

from lib.clinical.protocols import Protocol
from lib.clinical.technique import Answers, Minutes, Technique
from lib.clinical.wording import NB, count


def say_technique(technique: Technique) -> tuple[str, ...]:
    """Hold, swallowing, food, supervisor, adherence: a sentence each, with n of N."""
    return (
        _say_hold(technique),
        _say_swallowed(technique.swallowed),
        _say_food(technique.food_h),
        _say_supervisor(technique.supervisor, technique.hold_reference),
        _say_taken(technique),
    )


def _say_hold(technique: Technique) -> str:
    hold, reference = technique.hold, technique.hold_reference
    if not hold.values:
        return f"Held in the mouth: not recorded in any of {count(hold.n_sessions, 'session')}"
    said = f"Held in the mouth: {_say_values(hold, 'min')}"
    if reference is None or reference.hold_min is None:
        return said
    low, high = reference.hold_min.low, reference.hold_min.high
    short = f"under {low:g}{NB}min in {technique.n_short} of {hold.n_recorded}"
    return f"{said}; {short} ({reference.source}: {low:g}–{high:g}{NB}min)"


def _say_swallowed(answers: Answers) -> str:
    if answers.n_unknown == answers.n_sessions:
        return f"Swallowed or spat out: not recorded in any of {count(answers.n_sessions, 'session')}"
    return f"Swallowed in {answers.n_yes}, not swallowed in {answers.n_no} of {_say_sessions(answers)} (no page says which)"


def _say_food(food: Minutes) -> str:
    if not food.values:
        return f"Food before the dose: not recorded in any of {count(food.n_sessions, 'session')}"
    return f"Last meal before the dose: {_say_values(food, 'h')} (no page states a time)"


def _say_supervisor(answers: Answers, reference: Protocol | None) -> str:
    if answers.n_unknown == answers.n_sessions:
        return f"Supervisor: not recorded in any of {count(answers.n_sessions, 'session')}"
    source = f" ({reference.source}: throughout)" if reference and reference.supervisor else ""
    return (
        f"Supervisor present in {answers.n_yes}, absent in {answers.n_no} of {_say_sessions(answers)}{source}"
    )


def _say_taken(technique: Technique) -> str:
    others = (
        (technique.n_missed, "missed"),
        (technique.n_planned, "planned, without an outcome"),
        (technique.n_other, "without a dose"),
    )
    partly = f" ({technique.n_partial} of them in part)" if technique.n_partial else ""
    rest = "".join(f", {number} {what}" for number, what in others if number)
    return f"Taken: {technique.n_taken} of {count(technique.n_recorded, 'recorded session')}{partly}{rest}"


def _say_values(minutes: Minutes, unit: str) -> str:
    """3–4 min (median 3) in 5 of 6 sessions, 1 not recorded."""
    low, high = min(minutes.values), max(minutes.values)
    span = f"{low:g}{NB}{unit}" if low == high else f"{low:g}–{high:g}{NB}{unit} (median {minutes.median:g})"
    n_unknown = minutes.n_sessions - minutes.n_recorded
    unknown = f", {n_unknown} not recorded" if n_unknown else ""
    return f"{span} in {minutes.n_recorded} of {count(minutes.n_sessions, 'session')}{unknown}"


def _say_sessions(answers: Answers) -> str:
    unknown = f", not recorded in {answers.n_unknown}" if answers.n_unknown else ""
    return f"{count(answers.n_sessions, 'session')}{unknown}"
