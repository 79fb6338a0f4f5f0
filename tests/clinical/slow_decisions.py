"""What became of a decision, said once more in plain Python: one decision at a time, day by day, without an array."""

from dataclasses import dataclass, field

DOSE_PRECISION = 0.005


@dataclass(frozen=True)
class Total:
    """A form: its total and the bounds of a prorated one. order: of two of one date the higher is the later."""

    day: int
    instrument: str
    total: int
    low: int
    high: int
    order: int = 0


@dataclass(frozen=True)
class Life:
    """One patient: doses (day, mg), forms, days of referrals, and days on which anything shows that somebody looked."""

    doses: tuple[tuple[int, float], ...] = ()
    forms: tuple[Total, ...] = ()
    referrals: tuple[int, ...] = ()
    looks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Decision:
    """target: score, no dose, referral or data. falls_from: None where the total has to be below `points`."""

    number: int
    on_day: int
    review_by: int
    last_day: int
    target: str = "score"
    instrument: str | None = "PHQ-9"
    points: int = 5
    falls_from: int | None = None
    new_dose_mg: float | None = None
    patient: str = field(default="ann", compare=False)


def is_met(decision: Decision, total: int) -> bool:
    if decision.falls_from is None:
        return total < decision.points
    return decision.falls_from - total >= decision.points


def follow(decision: Decision, life: Life, later: list[Decision], as_of: int) -> dict:
    """state, outcome, settled_on (None: open). later: decisions of the same patient that were signed after this one."""
    outcome, settled_on = "", None
    for day in range(decision.on_day + 1, min(as_of, decision.last_day) + 1):
        outcome = on_day(decision, life, day)
        if outcome:
            settled_on = day
            break
    if not outcome and as_of > decision.last_day:
        outcome, settled_on = without_answer(decision, life), decision.last_day + 1
    if later:
        first = min(later, key=lambda one: one.number)
        if settled_on is None or settled_on > first.on_day:
            outcome, settled_on = "superseded", first.on_day
    waiting = "follow-up due" if as_of >= decision.review_by else "decided"
    state = "closed" if outcome else waiting
    return {"state": state, "outcome": outcome, "settled_on": settled_on}


def on_day(decision: Decision, life: Life, day: int) -> str:
    """What the records of this day say, "" where nothing."""
    if decision.target == "no dose":
        if any(on == day for on, _ in life.doses) and day < decision.review_by:
            return "target not met"
        return "target met" if day >= decision.review_by and day in life.looks else ""
    if decision.target == "referral":
        return "target met" if day in life.referrals else ""
    if decision.target == "data":
        return "target met" if any(form.day == day for form in life.forms) else ""
    if day < decision.review_by:
        return ""
    forms = [form for form in life.forms if (form.day, form.instrument) == (day, decision.instrument)]
    if not forms or not any(is_under(decision, dose) and dose[0] < day for dose in life.doses):
        return ""
    form = max(forms, key=lambda one: one.order)
    said = {is_met(decision, total) for total in range(form.low, form.high + 1)}
    if len(said) == 2:
        return ""
    return "target met" if said == {True} else "target not met"


def is_under(decision: Decision, dose: tuple[int, float]) -> bool:
    day, mg = dose
    is_it = decision.new_dose_mg is None or abs(mg - decision.new_dose_mg) < DOSE_PRECISION
    return day > decision.on_day and is_it


def without_answer(decision: Decision, life: Life) -> str:
    if decision.target == "referral":
        return "target not met"
    was_taken = any(is_under(decision, dose) and dose[0] <= decision.last_day for dose in life.doses)
    if decision.target == "score" and decision.new_dose_mg is not None and not was_taken:
        return "new dose not taken"
    return "no score"
