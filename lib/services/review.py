"""The review queue: who has to be looked at today, and why."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from lib.clinical.dose_review import CARDS, SAFETY_NOW, classify_card
from lib.clinical.flag_life import SNOOZED, WRONG
from lib.services._flag_states import add_states, read_persisting
from lib.services._freshness import Freshness, measure_freshness
from lib.services._lists import list_patients
from lib.services._queue_rows import one_row_a_patient, persisting_rows, split_aside, unreadable_rows
from lib.services._reading import next_reading
from lib.services._reasons import read_unreadable
from lib.services._refresh import current_policy
from lib.services._review_states import NO_STATE, ReviewState, read_states, say_short, summarise_due
from lib.services._scope import clinic_keys
from lib.services._series import Series, read_totals
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.engine import Store


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
    days_waiting, review (where the dose review stands), owner (words), in_charge (names), is_escalated, and the columns of
    _lists.list_patients. aside: the same of flags that are snoozed or called wrong; persisting: of item 9 that only adds to a
    closing. reading: a number that no other
    reading has."""

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
        flags = add_states(connection, derived.read_open_flags(connection, scope), as_of, policy)
        states = read_states(connection, scope, as_of, policy)
        due = summarise_due(states, as_of)
        persisting = read_persisting(connection, scope, as_of, policy)
        keys = {*flags["patient_key"], *due["patient_key"], *persisting["patient"]}
        patients = list_patients(connection, actor, policy, as_of, keys)
        unreadable = read_unreadable(connection, actor)
    open_flags, aside = split_aside(flags)
    flagged = _describe(one_row_a_patient(open_flags, as_of, due), patients, states)
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
        _describe(one_row_a_patient(aside, as_of), patients, states),
        _describe(persisting_rows(persisting, as_of), patients, states),
        n_snoozed=int((aside["state"] == SNOOZED).sum()),
        n_wrong=int((aside["state"] == WRONG).sum()),
        escalate_after_hours=policy.flag_life.escalate_after_hours,
    )


def _count(name: str, rows: pd.DataFrame, freshness: Freshness) -> Card:
    is_in = np.array([name in cards for cards in rows["cards"]], dtype=bool)
    is_form = rows["held_row_key"].notna().to_numpy(dtype=bool)
    return Card(name, int(is_in.sum()), freshness.is_stale, int((is_in & is_form).sum()))


def _describe(rows: pd.DataFrame, patients: pd.DataFrame, states: dict[int, ReviewState]) -> pd.DataFrame:
    """Who they are, and where their dose review stands."""
    review = [say_short(states.get(key, NO_STATE)) for key in rows["patient_key"]]
    return rows.join(patients, on="patient_key").assign(review=review)


@permitted(Permission.SEE_PATIENTS)
def read_caseload(actor: Actor, store: Store) -> pd.DataFrame:
    """Everyone in scope with their cards (may be empty): patient_key, cards and the columns of _lists.list_patients."""
    with store.read() as connection:
        policy, as_of, scope = current_policy(connection), today(connection), clinic_keys(connection, actor)
        patients = list_patients(connection, actor, policy, as_of)
        flags = add_states(connection, derived.read_open_flags(connection, scope), as_of, policy)
        due = summarise_due(read_states(connection, scope, as_of, policy), as_of)
        forms = read_unreadable(connection, actor)["patient_key"].dropna().astype("int64")
    shown, _ = split_aside(flags)
    unread = pd.DataFrame({"patient_key": forms, "card": SAFETY_NOW})
    waiting = pd.concat([shown.assign(card=classify_card(shown)), due, unread], ignore_index=True)
    found = waiting.groupby("patient_key")["card"].agg(frozenset)
    cards = [[name for name in CARDS if name in found.get(key, ())] for key in patients.index]
    return patients.assign(cards=cards).reset_index().sort_values("patient_id", ignore_index=True)


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
