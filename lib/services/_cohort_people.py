"""Everybody of some clinics as a cohort asks about them, read from the store."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.clinical.instruments import BY_CODE, PHQ9
from lib.clinical.outcomes.facts import Facts
from lib.clinical.policy import Policy
from lib.clinical.scoring import score_forms
from lib.clinical.segments import NONE, Ints
from lib.research.people import (
    People,
    Words,
    ages_at,
    choose_course,
    fill_up,
    judge_consent,
    name_clinics,
    say_numbers,
    say_words,
)
from lib.services._course_scores import facts_on
from lib.store import bulk_outcomes, cohorts
from lib.store.engine import Transaction
from lib.store.records import read_clinics, read_patients


def gather_people(
    connection: Transaction, policy: Policy, day: int, scope: Sequence[int], course: str
) -> People:
    """Who is a patient of these clinics (keys), with one course each, as of a day."""
    everyone = read_patients(connection, with_ids=False)
    own = everyone[everyone["clinic_key"].isin(scope)].sort_values("patient_key")
    patients = own["patient_key"].to_numpy(dtype=np.int64)
    codes = [one.code for one in BY_CODE]
    facts = choose_course(facts_on(connection, policy, day, codes, scope), course)
    facts = fill_up(facts, patients)
    about = bulk_outcomes.read_groups(connection, scope).reindex(patients)
    clinics = read_clinics(connection)
    names = dict(zip(clinics["clinic_key"], clinics["clinic_id"], strict=True))
    return People(
        facts=facts,
        clinic=name_clinics(own["clinic_key"].to_numpy(dtype=np.int64), names),
        consent=judge_consent(
            cohorts.read_consents(connection), cohorts.read_waiting_objections(connection), patients, day
        ),
        sex=say_words(about["sex"]),
        indication=say_words(about["indication"]),
        protocol=_protocols(connection, facts, scope),
        regimen=_regimens(cohorts.read_regimens(connection, scope), facts),
        age=ages_at(facts, say_numbers(about["birth_year"])),
        prior_trials=say_numbers(about["prior_antidepressant_trials"]),
        item_9=_baseline_item_9(cohorts.read_baseline_items(connection), facts, policy),
    )


def _protocols(connection: Transaction, facts: Facts, scope: Sequence[int]) -> Words:
    said = bulk_outcomes.read_first_protocols(connection, scope)
    return say_words(said.reindex(pd.MultiIndex.from_arrays([facts.patient, facts.day_0])))


def _regimens(given: pd.DataFrame, facts: Facts) -> Words:
    """A session belongs to the last course of courses.csv that had started by its day; so does the first one of a course."""
    asked = pd.DataFrame({"patient": facts.patient, "day": facts.day_0})
    order = asked.sort_values("day", kind="stable")
    given = given.astype({"patient": "int64", "started_on": "int64"}).sort_values("started_on", kind="stable")
    found = pd.merge_asof(order, given, left_on="day", right_on="started_on", by="patient")
    return say_words(pd.Series(found["regimen"].to_numpy(dtype=object), index=order.index).sort_index())


def _baseline_item_9(forms: pd.DataFrame, facts: Facts, policy: Policy) -> Ints:
    """Of the form of the baseline's day that has its total; where several have, the highest answer."""
    items = forms[[f"item_{number}" for number in range(1, 10)]].to_numpy()
    scores = score_forms(np.full(len(forms), PHQ9.code), items, forms["total"].to_numpy(), policy)
    scored = pd.DataFrame({"patient": forms["patient"], "day": forms["day"], "total": scores.total})
    highest = scored.assign(item_9=scores.item_9).groupby(["patient", "day", "total"])["item_9"].max()
    own = facts.scores[PHQ9.code]
    key = pd.MultiIndex.from_arrays([facts.patient, own["baseline_on"], own["baseline_total"]])
    return highest.reindex(key).fillna(NONE).to_numpy(dtype=np.int64)
