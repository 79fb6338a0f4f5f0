"""Closing item 9 and what is critical: only a named person does, with a coded reason and a note. That is for good."""

from dataclasses import asdict, dataclass
from types import MappingProxyType

from lib.clinical.rules.catalogue import CRITICAL, ITEM_9, TOLERABILITY
from lib.services import _clock
from lib.services._audit import About, Act, write_entry, writing
from lib.services._closing_event import ASSESSED, closing_event
from lib.services._flag_acts import FlagSeen, open_flag_seen
from lib.services._reasons import UNREADABLE, read_unreadable
from lib.services._refresh import refresh
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError
from lib.store import derived
from lib.store.engine import Store, StoreError, Transaction
from lib.store.imports import last_adverse_event_id

CLOSING_REASONS = MappingProxyType(
    {
        ASSESSED: "Assessed, with tool and result",
        "not_reached": "Not reached, attempts logged",
        "welfare_check": "Welfare check",
        "transferred": "Transferred",
    }
)

CRITICAL_REASONS = MappingProxyType(
    {
        "seen": "Patient seen or spoken to, and assessed",
        "treated": "Treated or referred",
        "record_wrong": "The record was wrong",
        "transferred": "Transferred",
    }
)
# Of any closing, by its code.
EVERY_REASON = MappingProxyType({**CRITICAL_REASONS, **CLOSING_REASONS})


@dataclass(frozen=True)
class Closing:
    """Why something is closed. tool and result are asked for an assessment, a note always."""

    reason_code: str
    note: str
    tool: str = ""
    result: str = ""

    def check(self) -> None:
        """Raise StoreError with what is missing."""
        if self.reason_code not in CLOSING_REASONS:
            raise StoreError("Choose one of the reasons.")
        if self.reason_code == ASSESSED and not (self.tool.strip() and self.result.strip()):
            raise StoreError(
                "Name the tool of the assessment and its result, for example C-SSRS: no plan, no intent."
            )
        if not self.note.strip():
            raise StoreError("Write a note: what was done, and what comes next.")

    @property
    def text(self) -> str:
        assessed = f"{self.tool.strip()}: {self.result.strip()}. " if self.reason_code == ASSESSED else ""
        return assessed + self.note.strip()


@permitted(Permission.CLOSE_FLAGS)
def close_flag(actor: Actor, store: Store, patient_key: int, closing: Closing, *, evidence: str) -> None:
    """Close the open item-9 flag of a patient. evidence: of the flag as the person saw it, so that a form which came in between
    stays open. Raises StoreError when something is missing, nothing is open, or the flag has changed."""
    closing.check()
    about: About = {"patient_key": patient_key, "detail": {"rule": ITEM_9, "reason": closing.reason_code}}
    with writing(actor, store, Act.CLOSE_FLAG, **about) as connection:
        flags = derived.read_open_flags(connection, clinic_keys(connection, actor))
        own = flags[(flags["patient_key"] == patient_key) & (flags["rule"] == ITEM_9)]
        if own.empty:
            raise NotFoundError("No open item-9 flag of this patient was found; somebody may have closed it.")
        if own["evidence"].iloc[0] != evidence:
            raise StoreError("This flag has changed since it was shown. Read it again, then close it.")
        flag = {name: int(own[name].iloc[0]) for name in ("patient_key", "clinic_key", "instrument")}
        _add_event(connection, actor, closing, **flag, evidence=evidence)
        refresh(connection, today(connection), [patient_key])


@permitted(Permission.CLOSE_FLAGS)
def close_unreadable(actor: Actor, store: Store, held_row_key: int, closing: Closing) -> None:
    """Close an unreadable form. Raises StoreError when something is missing or it is closed already."""
    closing.check()
    about: About = {"subject": f"row:{held_row_key}", "detail": {"reason": closing.reason_code}}
    with writing(actor, store, Act.CLOSE_FLAG, **about) as connection:
        waiting = read_unreadable(connection, actor)
        if held_row_key not in set(waiting["id"]):
            raise NotFoundError("This form does not wait any more; somebody may have closed it.")
        _add_event(connection, actor, closing, held_row_key=held_row_key)


@permitted(Permission.CLOSE_FLAGS)
def close_critical(actor: Actor, store: Store, seen: FlagSeen, reason_code: str, note: str) -> None:
    """Close a critical flag other than item 9; it covers what the flag says and, of adverse events, those that are stored. Raises
    StoreError when something is missing, the flag is not critical, or it has changed."""
    if reason_code not in CRITICAL_REASONS:
        raise StoreError("Choose one of the reasons.")
    if not note.strip():
        raise StoreError("Write a note: what was done, and what comes next.")
    with open_flag_seen(actor, store, seen) as opened:
        if opened.severity != CRITICAL or seen.rule == ITEM_9:
            raise StoreError("Only a critical flag is closed here; item 9 has a closing of its own.")
        connection = opened.connection
        event = closing_event(
            connection,
            actor=actor.name,
            is_verified=actor.is_signed_in,
            reason_code=reason_code,
            note=note.strip(),
            on_day=opened.today,
        )
        about = {**asdict(seen), "clinic_key": opened.clinic_key}
        covers = {"covers_adverse_event_id": last_adverse_event_id(connection)}
        derived.add_flag_event(connection, event | about | (covers if seen.rule == TOLERABILITY else {}))
        refresh(connection, today(connection), [seen.patient_key])
        told: About = {"patient_key": seen.patient_key, "detail": {"rule": seen.rule, "reason": reason_code}}
        write_entry(connection, actor, Act.CLOSE_FLAG, **told)


def _add_event(connection: Transaction, actor: Actor, closing: Closing, **about: int | str) -> None:
    rule = UNREADABLE if "held_row_key" in about else ITEM_9
    event = closing_event(
        connection,
        actor=actor.name,
        is_verified=actor.is_signed_in,
        reason_code=closing.reason_code,
        note=closing.text,
        on_day=_clock.day_number(today(connection)),
    )
    derived.add_flag_event(connection, event | about | {"rule": rule})
