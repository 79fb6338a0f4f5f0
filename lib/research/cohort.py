"""A cohort: who is left after consent and after each criterion, and by which step everybody else left.

Consent is the first step of every cohort. No argument, criterion or file takes it away: row-level files are made of a cohort's
people and of nobody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from lib.clinical.consort import Consort, ConsortStep
from lib.clinical.policy import Policy
from lib.clinical.segments import Bools, Ints
from lib.research.criteria import Criteria
from lib.research.people import NO_CONSENT, YES, People
from lib.research.questions import find_reasons, say_criterion

CONSENT = "Consent to research: yes"


@dataclass(frozen=True)
class Exit:
    """words: why. patients: keys of those who leave for it, in order."""

    words: str
    patients: Ints


@dataclass(frozen=True)
class Step:
    words: str
    exits: tuple[Exit, ...]


@dataclass(frozen=True)
class Drawn:
    """What a cohort was drawn from: the state of the data, the policy, the day and the clinics."""

    data_version: str
    policy_version: int
    as_of: date
    clinics: tuple[str, ...]


@dataclass(frozen=True)
class Cohort:
    """patients: keys of those who belong to it, in order. steps: consent first, then the criteria in their order; each patient of
    the clinics leaves by one exit, or belongs to the cohort. criteria: with the day and the clinics that were looked at."""

    criteria: Criteria
    drawn: Drawn
    steps: tuple[Step, ...]
    patients: tuple[int, ...]

    @property
    def n_start(self) -> int:
        return len(self.patients) + sum(len(one.patients) for step in self.steps for one in step.exits)

    def count(self) -> Consort:
        """Without anybody in it. Of consent every reason is listed, of a criterion those that somebody has."""
        steps = [
            ConsortStep(
                step.words,
                tuple((one.words, len(one.patients)) for one in step.exits if not at or len(one.patients)),
            )
            for at, step in enumerate(self.steps)
        ]
        n = len(self.drawn.clinics)
        return Consort(f"Patients of {n} {'clinic' if n == 1 else 'clinics'}", self.n_start, tuple(steps))

    def place(self) -> dict[int, str]:
        """By patient the step and the reason by which they left; of those who belong to it, nothing."""
        return {
            int(patient): f"{step.words} – {one.words}"
            for step in self.steps
            for one in step.exits
            for patient in one.patients
        }


def find_cohort(people: People, criteria: Criteria, policy: Policy, drawn: Drawn) -> Cohort:
    """people: everybody of the clinics, with the course that the criteria look at."""
    # Nobody is left in but by a yes: a word that nobody knows is none.
    no_consent = [(words, people.consent == words) for words in NO_CONSENT[:-1]]
    no_consent.append((NO_CONSENT[-1], people.consent != YES))
    left = np.zeros(len(people), dtype=bool)
    steps = [_take_step(CONSENT, no_consent, people, left)]
    for asked in criteria.asked:
        reasons = find_reasons(asked, people, policy)
        steps.append(_take_step(say_criterion(asked, policy), reasons, people, left))
    in_it = people.patient[~left]
    kept = Criteria(criteria.asked, criteria.course, drawn.clinics, drawn.as_of)
    return Cohort(kept, drawn, tuple(steps), tuple(in_it.tolist()))


def _take_step(words: str, reasons: Sequence[tuple[str, Bools]], people: People, left: Bools) -> Step:
    """Who leaves here. left: who has left before, and then with this step."""
    exits = []
    for why, holds in reasons:
        leaves = holds & ~left
        left |= leaves
        exits.append(Exit(why, people.patient[leaves]))
    return Step(words, tuple(exits))


def list_steps(counted: Consort, limit: int, *, is_rest_told: bool = False) -> pd.DataFrame:
    """step (0: consent), criterion, reason, left, remaining (after the step): one row a reason, and one where nobody leaves.
    Counts are words: "<11" where they are hidden. limit: small cells; 0: all are told. is_rest_told: lib.clinical.consort."""
    start, steps = counted.tell(limit, is_rest_told=is_rest_told)
    rows = [("", counted.start, "", "", start)]
    for at, step in enumerate(steps):
        reasons = step.reasons or (("", step.left),)
        rows += [(str(at), step.words, why, n, step.remaining) for why, n in reasons]
    return pd.DataFrame(rows, columns=["step", "criterion", "reason", "left", "remaining"])
