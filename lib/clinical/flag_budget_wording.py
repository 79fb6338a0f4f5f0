"""The flag budget in words: what a policy would have asked for, and never what would have happened."""

from lib.clinical.flag_budget import PER_PATIENTS, FlagBudget
from lib.clinical.intervals import say_share
from lib.clinical.rules.wording import say_day_number

LIMITS = (
    "What would have fired, not what would have happened: the scores of the past were made under the decisions of the past. "
    "Rules on totals alone, looked at once a week; a form counts from its date on, also where it arrived later."
)


def say_cohort(budget: FlagBudget) -> str:
    """Whom it counts."""
    n_later = budget.n_later_courses
    noun = "later course is" if n_later == 1 else "later courses are"
    later = f"; {n_later} {noun} not counted" if n_later else ""
    n = budget.reviewed.total
    return (
        f"{n} patient{'' if n == 1 else 's'} who began a course from {say_day_number(budget.from_day)} to "
        f"{say_day_number(budget.as_of)}, each with the first of them{later}"
    )


def say_budget(budget: FlagBudget) -> list[tuple[str, str]]:
    """(what is counted, the count) a line, in the order in which they are read."""
    per_200 = "nobody was looked at" if budget.per_200 is None else f"{budget.per_200:.0f}"
    return [
        (f"Reviews per {PER_PATIENTS} patients", per_200),
        ("Patients with a review", say_share(budget.reviewed)),
        ("Of them not improving at a later last form", say_share(budget.not_improving)),
        ("Of them not halved at it", say_share(budget.not_halved)),
        ("Of them without a later form that can be judged", str(budget.n_unjudged)),
        ("Caught, of those not improving at their last PHQ-9", say_share(budget.caught)),
        ("Slow responders bothered", say_share(budget.slow_responders)),
        ("All later responders bothered", say_share(budget.responders)),
        ("From the review to the first recorded decision", say_lead(budget)),
    ]


def say_lead(budget: FlagBudget) -> str:
    """The lead time, or that nothing was decided; below zero where the decision came first."""
    if budget.lead_days is None:
        return "no decision recorded"
    return f"median {budget.lead_days:g} days (n {budget.n_decided}/{budget.reviewed.n})".replace("-", "−")
