"""Whom the rules find by session 6, of 5,000 made-up patients a seed: the chronic class, and hardly anybody who improves.

Flagged: `off_expected_course`, the rule that holds a course against the clinic's own patients. `non_improver` is printed beside
it and never asks for less than the chronic class. It holds a course against its own baseline, so it also finds those members of
the improving class who, by the generator's own making, do not improve (8 % of it): not a false alarm, and not 2 %.
Counted are patients with two forms from two weeks on: whoever leaves before stands on "Not seen"; shares of all are printed too.
"""

import numpy as np
import pytest
from made_cohorts import as_scores, draw_other_cohort
from weekly_looks import held_by_look

from lib.clinical.intervals import Share
from lib.clinical.reference import DerivedReference
from lib.clinical.segments import NONE
from lib.demo import generate_cohort

N, SEEDS = 5_000, (1, 2, 3)
RULES = ("off_expected_course", "non_improver")
IMPROVING, CHRONIC = 0, 1
# The first look two weeks or more into a weekly course comes after session 3.
FIRST_LOOK = 3


def demo_cohort(seed: int) -> tuple[np.ndarray, np.ndarray]:
    cohort = generate_cohort(seed, N)
    return cohort.trajectory_class, cohort.phq9


def other_cohort(seed: int) -> tuple[np.ndarray, np.ndarray]:
    return draw_other_cohort(seed, N)


def count(classes: np.ndarray, totals: np.ndarray, policy) -> dict[tuple[str, int], tuple[int, int, int]]:
    """By rule and class: flagged by session 6, patients with two looks, all patients."""
    reference = DerivedReference(as_scores(totals), np.zeros(N, dtype=np.int64))
    held = held_by_look(totals, RULES, reference, policy)
    has_two = (totals[:, FIRST_LOOK:] != NONE).sum(axis=1) >= 2
    return {
        (rule, which): (
            int(held[rule][classes == which, -1].sum()),
            int((has_two & (classes == which)).sum()),
            int((classes == which).sum()),
        )
        for rule in RULES
        for which in (IMPROVING, CHRONIC)
    }


@pytest.mark.parametrize("draw", [demo_cohort, other_cohort], ids=lambda one: one.__name__)
def test_the_chronic_are_found_and_the_improving_left_alone(draw, policy):
    seeds = [count(*draw(seed), policy) for seed in SEEDS]
    for rule in RULES:
        for which, name in ((CHRONIC, "chronic"), (IMPROVING, "improving")):
            flagged, seen, every = (sum(one[rule, which][i] for one in seeds) for i in range(3))
            low, high = Share(flagged, seen).interval
            print(
                f"\n{draw.__name__}, {rule}, {name}: {flagged} of {seen} with two looks ({100 * flagged / seen:.1f} %, "
                f"{100 * low:.1f}–{100 * high:.1f}), of all {every} {100 * flagged / every:.1f} %"
            )
    for one in seeds:
        share = {key: flagged / seen for key, (flagged, seen, _) in one.items()}
        assert share["off_expected_course", CHRONIC] >= 0.60
        assert share["off_expected_course", IMPROVING] <= 0.02
        assert share["non_improver", CHRONIC] >= 0.60
