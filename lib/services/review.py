"""The review queue: who has to be looked at today, and why."""

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from lib.clinical.dose_review import CARDS, SAFETY_NOW, classify_card, rank_urgency, select_queue_flags
from lib.clinical.rules.catalogue import SEVERITIES
from lib.services import _clock
from lib.services._freshness import Freshness, measure_freshness
from lib.services._lists import list_patients
from lib.services._reading import next_reading
from lib.services._reasons import UNREADABLE, read_unreadable, say_reason
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._series import Series, read_totals
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.engine import Store

# What a reason is said with.
_SAID = ["rule", "instrument", "evidence", "is_eased"]


@dataclass(frozen=True)
class Card:
    """A count of patients; over stale data nothing is ever counted as 0."""

    name: str
    n_patients: int
    is_incomplete: bool

    @property
    def label(self) -> str:
        if not self.is_incomplete:
            return str(self.n_patients)
        return f"≥ {self.n_patients}" if self.n_patients else "?"


@dataclass(frozen=True)
class Queue:
    """rows: one a patient or unreadable form, the most urgent first: row_id, patient_key, held_row_key, cards, reasons, severity,
    days_waiting, and the columns of _lists.list_patients. reading: a number that no other reading has."""

    as_of: date
    cards: tuple[Card, ...]
    rows: pd.DataFrame
    freshness: Freshness
    reading: int = field(default_factory=next_reading)


@permitted(Permission.SEE_PATIENTS)
def read_queue(actor: Actor, store: Store, freshness: Freshness | None = None) -> Queue:
    """Open flags, one row a patient: safety, deterioration, non-response, others; then days waiting.

    freshness: of the actor's clinics, where it is known already; otherwise it is measured, over all their records.
    """
    with store.read() as connection:
        policy = current_policy(connection)
        as_of = today(connection)
        freshness = freshness or measure_freshness(connection, actor, policy, as_of)
        flags = derived.read_open_flags(connection, clinic_keys(connection, actor))
        patients = list_patients(connection, actor, policy, as_of, set(flags["patient_key"]))
        unreadable = read_unreadable(connection, actor)
    flagged = _one_row_a_patient(flags, as_of).join(patients, on="patient_key")
    rows = pd.concat([flagged, _unreadable_rows(unreadable, as_of)], ignore_index=True)
    rows = rows.sort_values(
        ["urgency", "days_waiting"], ascending=[True, False], kind="stable", ignore_index=True
    )
    cards = tuple(
        Card(name, int(sum(name in cards for cards in rows["cards"])), freshness.is_stale) for name in CARDS
    )
    return Queue(as_of, cards, rows, freshness)


def _one_row_a_patient(flags: pd.DataFrame, as_of: date) -> pd.DataFrame:
    flags = select_queue_flags(flags)
    flags = flags.assign(card=classify_card(flags), waiting=_clock.day_number(as_of) - flags["since"])
    flags = flags.assign(
        urgency=rank_urgency(flags), reason=[say_reason(row) for row in flags[_SAID].to_dict("records")]
    )
    flags = flags.sort_values(
        ["urgency", "severity", "waiting"], ascending=[True, False, False], kind="stable"
    )
    # Lists are gathered by hand: pandas' groupby calls a function a patient, each time with a frame of its own.
    cards: dict[int, set[str]] = {}
    reasons: dict[int, list[str]] = {}
    for patient, card, reason in zip(flags["patient_key"], flags["card"], flags["reason"], strict=True):
        cards.setdefault(patient, set()).add(card)
        reasons.setdefault(patient, []).append(reason)
    rows = flags.groupby("patient_key", sort=False).agg(
        severity_code=("severity", "max"), urgency=("urgency", "min"), days_waiting=("waiting", "max")
    )
    rows.insert(0, "cards", [[name for name in CARDS if name in cards[key]] for key in rows.index])
    rows.insert(1, "reasons", [reasons[key] for key in rows.index])
    rows = rows.reset_index().assign(held_row_key=pd.NA)
    return rows.assign(
        row_id=[f"patient-{key}" for key in rows["patient_key"]],
        severity=[SEVERITIES[code] for code in rows["severity_code"]],
        patient_key=rows["patient_key"].astype("Int64"),
    )


def _unreadable_rows(held: pd.DataFrame, as_of: date) -> pd.DataFrame:
    offered_on = held["imported_at"] // 86_400 if len(held) else held["imported_at"]
    return pd.DataFrame(
        {
            "row_id": [f"held-{key}" for key in held["id"]],
            "patient_key": held["patient_key"].astype("Int64").to_numpy(),
            "held_row_key": held["id"].astype("Int64").to_numpy(),
            "patient_id": held["patient_id"].to_numpy(),
            "clinic_id": held["clinic_id"].to_numpy(),
            "cards": [[SAFETY_NOW]] * len(held),
            "reasons": [[UNREADABLE]] * len(held),
            "severity": "high",
            "urgency": 0,
            "days_waiting": [_clock.day_number(as_of) - int(day) for day in offered_on],
        }
    )


@permitted(Permission.SEE_PATIENTS)
def read_caseload(actor: Actor, store: Store) -> pd.DataFrame:
    """Everyone in scope with their cards (may be empty): patient_key, cards and the columns of _lists.list_patients."""
    with store.read() as connection:
        policy = current_policy(connection)
        patients = list_patients(connection, actor, policy, today(connection))
        flags = select_queue_flags(derived.read_open_flags(connection, clinic_keys(connection, actor)))
    found = flags.assign(card=classify_card(flags)).groupby("patient_key")["card"].agg(frozenset)
    cards = [[name for name in CARDS if name in found.get(key, ())] for key in patients.index]
    return patients.assign(cards=cards).reset_index().sort_values("patient_id", ignore_index=True)


@permitted(Permission.SEE_PATIENTS)
def read_series(actor: Actor, store: Store, patient_keys: list[int]) -> dict[int, dict[str, Series]]:
    """For sparklines: by patient key and instrument the totals in force over time."""
    with store.read() as connection:
        return read_totals(connection, actor, current_policy(connection), patient_keys)


@permitted(Permission.SEE_PATIENTS)
def read_freshness(actor: Actor, store: Store) -> Freshness:
    """How old the data are, on every page."""
    with store.read() as connection:
        return measure_freshness(connection, actor, current_policy(connection), today(connection))
