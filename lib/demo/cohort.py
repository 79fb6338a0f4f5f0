"""The calibrated random part: what really happens to n made-up patients, before anybody misses a form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.demo import recipe
from lib.demo.afterwards import Ending, draw_after, draw_week_lost
from lib.demo.ideation import draw_item_9, fit_to_totals
from lib.demo.recipe import GAD7, PHQ9
from lib.demo.totals import Bools, Ints, correlate, draw_baselines, draw_classes, draw_falls, draw_induction
from lib.demo.vitals import BloodPressure, draw_blood_pressure


@dataclass(frozen=True)
class Cohort:
    """n patients, one row each; complete, because the preset "demo" loses no outcome.

    `phq9`, `gad7`, `item_9` are (n, 7): before the first dosing session, then after sessions 1 to 6.
    `*_after` are (n, 40): weeks 1 to 40 after the last induction session. Totals are whole points.
    """

    trajectory_class: Ints  # index into recipe.CLASS_NAMES
    age: Ints  # years
    n_induction: Ints  # dosing sessions of the induction: 4 or 6
    is_maintained: Bools  # dosing goes on after the induction
    has_adverse_event: Bools  # any, patient-reported
    phq9: Ints
    gad7: Ints
    item_9: Ints
    phq9_after: Ints
    gad7_after: Ints
    item_9_after: Ints
    blood_pressure: BloodPressure  # (n, 6), one a session


def generate_cohort(seed: int, n_patients: int, item_9_share: float = recipe.ITEM_9_SHARE) -> Cohort:
    """Draw the cohort; the same arguments give the same patients on every machine."""
    rng = np.random.default_rng(seed)
    classes = draw_classes(rng, n_patients)
    phq9_0, gad7_0 = draw_baselines(rng, n_patients)
    z = rng.standard_normal(n_patients)
    gad7_z = correlate(z, rng.standard_normal(n_patients), recipe.CORRELATION_OF_FALLS)
    phq9 = draw_induction(rng, PHQ9, classes, phq9_0, draw_falls(PHQ9, classes, phq9_0, z))
    gad7 = draw_induction(rng, GAD7, classes, gad7_0, draw_falls(GAD7, classes, gad7_0, gad7_z))
    item_9 = draw_item_9(rng, phq9, z, item_9_share)
    n_induction = np.where(rng.random(n_patients) < recipe.SIX_SESSIONS_SHARE, 6, 4).astype(np.int64)
    at_end = (np.arange(n_patients), n_induction)
    is_response = 2 * phq9[at_end] <= phq9_0
    odds = np.where(is_response, recipe.MAINTAINED_IF_RESPONSE, recipe.MAINTAINED_OTHERWISE)
    is_maintained = rng.random(n_patients) < odds
    ending = Ending(n_induction, is_maintained, draw_week_lost(rng, is_maintained))
    phq9_after = draw_after(rng, PHQ9, phq9, ending)
    gad7_after = draw_after(rng, GAD7, gad7, ending)
    item_9_after = fit_to_totals(np.broadcast_to(item_9[at_end][:, None], phq9_after.shape), phq9_after)
    age = np.clip(recipe.AGE_MEAN + recipe.AGE_SD * rng.standard_normal(n_patients), 19, 79).astype(np.int64)
    return Cohort(
        trajectory_class=classes,
        age=age,
        n_induction=n_induction,
        is_maintained=is_maintained,
        has_adverse_event=rng.random(n_patients) < recipe.ADVERSE_EVENT_SHARE,
        phq9=phq9,
        gad7=gad7,
        item_9=item_9,
        phq9_after=phq9_after,
        gad7_after=gad7_after,
        item_9_after=item_9_after,
        blood_pressure=draw_blood_pressure(rng, age, recipe.N_LOOKS - 1),
    )
