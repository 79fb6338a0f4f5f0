"""What people do about open flags: look, put off, call wrong, take, hand over, try to reach the patient. Only ever added to, and
only to a flag that still says what was on the screen."""

from datetime import date
from types import MappingProxyType

import pandas as pd

from lib.clinical import flag_life
from lib.clinical.flag_life import can_be_set_aside
from lib.clinical.wording import say_day
from lib.services import _clock
from lib.services._flag_acts import FlagSeen, Opened, add_act, open_flag_seen
from lib.services.access import Actor, Permission, permitted
from lib.store.engine import Store, StoreError

__all__ = ["CONTACT_OUTCOMES", "SNOOZE_REASONS", "WRONG_REASONS", "FlagSeen"]

SNOOZE_REASONS = MappingProxyType(
    {
        "next_session": "To be looked at with the next dosing session",
        "next_score": "Waiting for the next score",
        "plan": "A plan is in place, see note",
        "away": "Patient is away",
        "other": "Other, see note",
    }
)
WRONG_REASONS = MappingProxyType(
    {
        "record": "A record behind it is wrong",
        "not_this_patient": "The rule does not fit this patient",
        "known": "Known, and not a concern",
        "other": "Other, see note",
    }
)
CONTACT_OUTCOMES = MappingProxyType(
    {
        "reached": "Reached",
        "no_answer": "No answer",
        "message": "Message left",
        "family": "Family or contact person reached",
        "number": "Number does not work",
    }
)


@permitted(Permission.HANDLE_FLAGS)
def mark_seen(actor: Actor, store: Store, seen: FlagSeen) -> None:
    """Note that the actor has looked. Raises StoreError where the flag is not open any more or says something else by now."""
    with open_flag_seen(actor, store, seen) as opened:
        add_act(opened, flag_life.SEEN)


@permitted(Permission.HANDLE_FLAGS)
def snooze(
    actor: Actor, store: Store, seen: FlagSeen, *, reason_code: str, until: date | None, note: str = ""
) -> None:
    """Out of the default queue until a day, or until it gets more severe. Raises StoreError, also for item 9 and what is
    critical."""
    _check_choice(reason_code, SNOOZE_REASONS)
    with open_flag_seen(actor, store, seen) as opened:
        _check_can_set_aside(opened, "snoozed")
        until_day = _check_until(until, opened)
        add_act(opened, flag_life.SNOOZED, reason_code=reason_code, note=note.strip(), until_day=until_day)


def _check_until(until: date | None, opened: Opened) -> int:
    longest = opened.policy.flag_life.snooze_max_days
    if until is None:
        raise StoreError("Choose the day on which the flag comes back.")
    days = _clock.day_number(until) - opened.today
    if not 1 <= days <= longest:
        last = say_day(pd.Timestamp(0) + pd.Timedelta(days=opened.today + longest))
        raise StoreError(f"A flag is snoozed from one day to {longest} days: until {last} at the latest.")
    return opened.today + days


@permitted(Permission.HANDLE_FLAGS)
def call_wrong(actor: Actor, store: Store, seen: FlagSeen, reason_code: str, note: str) -> None:
    """Out of the default queue until the policy's days have passed or the flag says something else. Raises StoreError, also for
    item 9 and what is critical."""
    _check_choice(reason_code, WRONG_REASONS)
    if not note.strip():
        raise StoreError("Write a note: what is wrong with it.")
    with open_flag_seen(actor, store, seen) as opened:
        _check_can_set_aside(opened, "called wrong")
        until_day = opened.today + opened.policy.flag_life.wrong_max_days
        add_act(opened, flag_life.WRONG, reason_code=reason_code, note=note.strip(), until_day=until_day)


@permitted(Permission.HANDLE_FLAGS)
def restore(actor: Actor, store: Store, seen: FlagSeen) -> None:
    """Back into the default queue before its day."""
    with open_flag_seen(actor, store, seen) as opened:
        add_act(opened, flag_life.RESTORED)


@permitted(Permission.HANDLE_FLAGS)
def hand_over(actor: Actor, store: Store, seen: FlagSeen, to: str, note: str = "") -> None:
    """Make somebody the owner: the actor, who takes it, or somebody else. to: a name. Raises StoreError for nobody."""
    if not to.strip():
        raise StoreError("Say to whom.")
    with open_flag_seen(actor, store, seen) as opened:
        add_act(opened, flag_life.OWNER, to_actor=to.strip(), note=note.strip())


@permitted(Permission.HANDLE_FLAGS)
def give_back(actor: Actor, store: Store, seen: FlagSeen) -> None:
    """Leave the flag without an owner."""
    with open_flag_seen(actor, store, seen) as opened:
        add_act(opened, flag_life.OWNER, to_actor="")


@permitted(Permission.HANDLE_FLAGS)
def note_contact(actor: Actor, store: Store, seen: FlagSeen, outcome: str, note: str = "") -> None:
    """Log an attempt to reach the patient about a flag. outcome: of CONTACT_OUTCOMES."""
    _check_choice(outcome, CONTACT_OUTCOMES)
    with open_flag_seen(actor, store, seen) as opened:
        add_act(opened, flag_life.CONTACT, reason_code=outcome, note=note.strip())


def _check_choice(code: str, choices: MappingProxyType[str, str]) -> None:
    if code not in choices:
        raise StoreError(
            "Choose one of the reasons." if choices is not CONTACT_OUTCOMES else "Choose an outcome."
        )


def _check_can_set_aside(opened: Opened, what: str) -> None:
    if not can_be_set_aside(opened.seen.rule, opened.severity):
        raise StoreError(
            f"Item 9 and critical flags are never {what}: a named clinician closes them, with a reason and a note."
        )
