"""Acting on an open flag: found again as it was on the screen, inside the transaction that writes the act down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lib.clinical.policy import Policy
from lib.services import _clock
from lib.services._audit import About, Act, write_entry
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor
from lib.services.errors import NotFoundError
from lib.store import derived
from lib.store.engine import Store, StoreError, Transaction


@dataclass(frozen=True)
class FlagSeen:
    """A flag as it was on the screen. instrument: its code, NONE for rules on sessions."""

    patient_key: int
    rule: str
    instrument: int
    evidence: str


@dataclass(frozen=True)
class Opened:
    """A flag that is open and says what was seen. today: days since 1970-01-01."""

    connection: Transaction
    actor: Actor
    seen: FlagSeen
    clinic_key: int
    severity: int
    today: int
    policy: Policy


@contextmanager
def open_flag_seen(actor: Actor, store: Store, seen: FlagSeen) -> Iterator[Opened]:
    """Raises NotFoundError where the actor's clinics have no such flag open, StoreError where it has changed since."""
    with store.write() as connection:
        flags = derived.read_open_flags(connection, clinic_keys(connection, actor), [seen.patient_key])
        own = flags[(flags["rule"] == seen.rule) & (flags["instrument"] == seen.instrument)]
        if own.empty:
            raise NotFoundError("This flag was not found; it may have ended, or somebody may have closed it.")
        if own["evidence"].iloc[0] != seen.evidence:
            raise StoreError("This flag has changed since it was shown. Read it again, then decide.")
        yield Opened(
            connection,
            actor,
            seen,
            int(own["clinic_key"].iloc[0]),
            int(own["severity"].iloc[0]),
            _clock.day_number(today(connection)),
            current_policy(connection),
        )


def add_act(
    opened: Opened,
    event: str,
    *,
    reason_code: str = "",
    note: str = "",
    until_day: int | None = None,
    to_actor: str | None = None,
) -> None:
    """Write down what was done about a flag, with what it said then."""
    values = {
        "patient_key": opened.seen.patient_key,
        "clinic_key": opened.clinic_key,
        "rule": opened.seen.rule,
        "instrument": opened.seen.instrument,
        "event": event,
        "reason_code": reason_code,
        "note": note,
        "actor": opened.actor.name,
        "is_verified": int(opened.actor.is_signed_in),
        "happened_at": _clock.seconds(_clock.now()),
        "on_day": opened.today,
        "policy_version": opened.policy.version,
        # Only a closing covers records.
        "covers_assessment_id": 0,
        "covers_held_row_id": 0,
        "until_day": until_day,
        "to_actor": to_actor,
        "evidence": opened.seen.evidence,
    }
    derived.add_flag_event(opened.connection, values)
    detail = {"rule": opened.seen.rule, "event": event, "reason": reason_code}
    about: About = {"patient_key": opened.seen.patient_key, "detail": detail}
    write_entry(opened.connection, opened.actor, Act.HANDLE_FLAG, **about)
