"""What became of a decision, said once more in plain Python: one decision at a time, day by day, without an array."""

from dataclasses import dataclass, field

DOSE_PRECISION = 0.005
A_DAY = 86_400


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
    """One patient: doses (day, mg, second of the day or None), forms, days of referrals, of sessions without a dose (visits), and
    days on which anything else shows that somebody looked."""

    doses: tuple[tuple[int, float, int | None], ...] = ()
    forms: tuple[Total, ...] = ()
    referrals: tuple[int, ...] = ()
    looks: tuple[int, ...] = ()
    visits: tuple[int, ...] = ()


@dataclass(frozen=True)
class Decision:
    """target: score, no dose, referral or data. falls_from: None where the total has to be below `points`. second: of the day of
    signing, by the clinic's clock; days_behind: how far the clinic's date lags behind on_day, the latest date of all clinics."""

    number: int
    on_day: int
    review_by: int
    last_day: int
    target: str = "score"
    instrument: str | None = "PHQ-9"
    points: int = 5
    falls_from: int | None = None
    new_dose_mg: float | None = None
    is_stop: bool = False
    second: int = 43_200
    days_behind: int = 0
    patient: str = field(default="ann", compare=False)

    @property
    def signed_at(self) -> int:
        return (self.on_day - self.days_behind) * A_DAY + self.second


def is_met(decision: Decision, total: int) -> bool:
    if decision.falls_from is None:
        return total < decision.points
    return decision.falls_from - total >= decision.points


def follow(decision: Decision, life: Life, later: list[Decision], as_of: int) -> dict:
    """state, outcome, settled_on (None: open). later: decisions of the same patient that were signed after this one."""
    outcome, settled_on = "", None
    if decision.target == "no dose":
        outcome, settled_on = follow_held(decision, life, later, min(as_of, decision.last_day))
    else:
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


def follow_held(decision: Decision, life: Life, later: list[Decision], end: int) -> tuple:
    """What a hold or a stop came to by a day: the outcome and its day."""
    broken, is_unclear = [], False
    last_of_wait = end if decision.is_stop else min(end, decision.review_by - 1)
    for day, _, second in life.doses:
        if day > last_of_wait:
            continue
        start = day * A_DAY + (second or 0)
        latest = start if second is not None else start + A_DAY - 1
        if day > decision.on_day or start > decision.signed_at:
            if all(start <= one.signed_at for one in later):
                broken.append(day)
        elif latest > decision.signed_at:
            is_unclear = True
    if broken:
        return "target not met", min(broken)
    looks = list(life.looks)
    if not decision.is_stop:
        looks += [*life.visits, *(dose[0] for dose in life.doses)]
    looks = [day for day in looks if decision.review_by <= day <= end]
    return ("target met", min(looks)) if looks and not is_unclear else ("", None)


def on_day(decision: Decision, life: Life, day: int) -> str:
    """What the records of this day say, "" where nothing."""
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


def is_under(decision: Decision, dose: tuple[int, float, int | None]) -> bool:
    day, mg, _ = dose
    is_it = decision.new_dose_mg is None or abs(mg - decision.new_dose_mg) < DOSE_PRECISION
    return day > decision.on_day and is_it


def without_answer(decision: Decision, life: Life) -> str:
    if decision.target == "referral":
        return "target not met"
    was_taken = any(is_under(decision, dose) and dose[0] <= decision.last_day for dose in life.doses)
    if decision.target == "score" and decision.new_dose_mg is not None and not was_taken:
        return "new dose not taken"
    return "no score"
