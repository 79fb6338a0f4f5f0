"""The review queue: who has to be looked at today, and why."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from lib.clinical.dose_review import CARDS
from lib.clinical.flag_life import SNOOZED, WRONG
from lib.clinical.held_columns import pick
from lib.services._flag_states import add_places, read_persisting
from lib.services._freshness import Freshness, measure_freshness
from lib.services._lists import list_patients
from lib.services._people import WHO, read_people
from lib.services._queue_rows import one_row_a_patient, persisting_rows, split_aside, unreadable_rows
from lib.services._reading import next_reading
from lib.services._reasons import read_unreadable
from lib.services._refresh import current_policy
from lib.services._review_states import read_due, read_states, say_short
from lib.services._scope import clinic_keys
from lib.services._series import Series, read_totals
from lib.services._standing import phq9_categories_on, today
from lib.services.access import Actor, Permission, permitted
from lib.store.engine import Store
from lib.store.flag_life import read_queue_flags


@dataclass(frozen=True)
class Card:
    """A count of patients, and of them forms that nobody could read; over stale data nothing is ever counted as 0."""

    name: str
    n_patients: int
    is_incomplete: bool
    n_forms: int = 0

    @property
    def label(self) -> str:
        if not self.is_incomplete:
            return str(self.n_patients)
        return f"≥ {self.n_patients}" if self.n_patients else "?"


@dataclass(frozen=True)
class Queue:
    """rows: one a patient or unreadable form, the most urgent first: row_id, patient_key, held_row_key, cards, reasons, severity,
    days_waiting, owner (words), in_charge (names), is_escalated, patient_id, initials, clinic_id, clinician_id: what a list is
    found, filtered and ordered by; read_listed and read_reviews say the rest of the rows that are shown. aside: the same of flags
    that are snoozed or called wrong; persisting: of item 9 that only adds to a closing. reading: a number that no other reading
    has."""

    as_of: date
    cards: tuple[Card, ...]
    rows: pd.DataFrame
    freshness: Freshness
    aside: pd.DataFrame
    persisting: pd.DataFrame
    n_snoozed: int
    n_wrong: int
    escalate_after_hours: int
    reading: int = field(default_factory=next_reading)


@permitted(Permission.SEE_PATIENTS)
def read_queue(actor: Actor, store: Store, freshness: Freshness | None = None) -> Queue:
    """Open flags, one row a patient: safety, deterioration, non-response, others; then days waiting.

    freshness: of the actor's clinics, where it is known already; otherwise it is measured, over all their records.
    """
    with store.read() as connection:
        policy, as_of, scope = current_policy(connection), today(connection), clinic_keys(connection, actor)
        freshness = freshness or measure_freshness(connection, actor, policy, as_of)
        flags = add_places(connection, read_queue_flags(connection, scope), as_of, policy, scope)
        due = read_due(connection, scope, as_of, policy)
        persisting = read_persisting(connection, scope, as_of, policy)
        open_flags, aside = split_aside(flags)
        whose = (open_flags["patient_key"], aside["patient_key"], due["patient_key"], persisting["patient"])
        keys = sorted({int(key) for listed in whose for key in listed})
        people = read_people(connection, actor, keys)[WHO]
        unreadable = read_unreadable(connection, actor)
    flagged = one_row_a_patient(open_flags, as_of, due).join(people, on="patient_key")
    rows = pd.concat([flagged, unreadable_rows(unreadable, as_of)], ignore_index=True)
    rows = rows.sort_values(
        ["urgency", "days_waiting"], ascending=[True, False], kind="stable", ignore_index=True
    )
    cards = tuple(_count(name, rows, freshness) for name in CARDS)
    return Queue(
        as_of,
        cards,
        rows,
        freshness,
        one_row_a_patient(aside, as_of).join(people, on="patient_key"),
        persisting_rows(persisting, as_of).join(people, on="patient_key"),
        n_snoozed=int((aside["set_aside"] == SNOOZED).sum()),
        n_wrong=int((aside["set_aside"] == WRONG).sum()),
        escalate_after_hours=policy.flag_life.escalate_after_hours,
    )


def _count(name: str, rows: pd.DataFrame, freshness: Freshness) -> Card:
    is_in = np.array([name in cards for cards in rows["cards"]], dtype=bool)
    is_form = rows["held_row_key"].notna().to_numpy(dtype=bool)
    return Card(name, int(is_in.sum()), freshness.is_stale, int((is_in & is_form).sum()))


@permitted(Permission.SEE_PATIENTS)
def read_caseload(actor: Actor, store: Store) -> pd.DataFrame:
    """Everyone in scope, by patient ID: patient_key, patient_id, initials, clinic_id, clinician_id, and phq9_category, NA without
    a PHQ-9. read_listed says the rest of those who are shown."""
    with store.read() as connection:
        policy, as_of = current_policy(connection), today(connection)
        people = read_people(connection, actor)[WHO]
        category = phq9_categories_on(connection, actor, policy, as_of)
    return people.join(category).reset_index().sort_values("patient_id", kind="stable", ignore_index=True)


@permitted(Permission.SEE_PATIENTS)
def read_listed(actor: Actor, store: Store, patient_keys: list[int]) -> pd.DataFrame:
    """How these patients stand, of those in scope, in their order: patient_key and the columns of _lists.list_patients."""
    with store.read() as connection:
        policy, as_of = current_policy(connection), today(connection)
        patients = list_patients(connection, actor, policy, as_of, patient_keys)
    place = patients.index.get_indexer(patient_keys)
    return pick(patients, place[place >= 0]).reset_index()


@permitted(Permission.SEE_PATIENTS)
def read_reviews(actor: Actor, store: Store, patient_keys: list[int]) -> dict[int, str]:
    """By patient key, where the dose review of these patients stands, in words; of whoever has neither flags for one, nor a
    review, nor a decision, nothing."""
    with store.read() as connection:
        policy, as_of, scope = current_policy(connection), today(connection), clinic_keys(connection, actor)
        states = read_states(connection, scope, as_of, policy, patient_keys)
    return {key: say_short(state) for key, state in states.items()}


@permitted(Permission.SEE_PATIENTS)
def read_series(actor: Actor, store: Store, patient_keys: list[int]) -> dict[int, dict[str, Series]]:
    """For sparklines: by patient key and instrument the totals in force over time."""
    with store.read() as connection:
        return read_totals(connection, actor, current_policy(connection), patient_keys)


@permitted(Permission.SEE_FRESHNESS)
def read_freshness(actor: Actor, store: Store) -> Freshness:
    """How old the data are, on every page."""
    with store.read() as connection:
        return measure_freshness(connection, actor, current_policy(connection), today(connection))
