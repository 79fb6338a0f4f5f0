"""Writing the audit: one row for each act, in the transaction of the act itself, so that neither is there without the other."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum

from lib.services import _clock
from lib.services._audit_anchor import DAY, anchor_file, begin_anchor, drop_anchor
from lib.services._audit_chain import NO_MAC, seal
from lib.services._audit_keys import Keys, take_keys
from lib.services.access import Actor
from lib.store import audit
from lib.store.engine import Store, Transaction


class Act(StrEnum):
    """What was done. The words are stored: they are never changed, and new ones are added."""

    VIEW = "view patient"
    VIEW_LIST = "open list of patients"
    PRINT = "print patient"
    MARK_REVIEWED = "mark as reviewed"
    ENTER = "enter record"
    CORRECT = "correct record"
    VOID = "void record"
    BEGIN_REVIEW = "begin dose review"
    LEAVE_REVIEW = "leave dose review"
    DECIDE = "sign decision"
    ADD_TO_DECISION = "add to decision"
    DISCUSS = "note discussion"
    CLOSE_FLAG = "close flag"
    HANDLE_FLAG = "handle flag"
    ABSENCE = "enter absence"
    IMPORT = "import file"
    UNDO_IMPORT = "undo import"
    HAND_OVER_ROWS = "hand over rows"
    SET_ASIDE_ROWS = "set rows aside"
    PUT_BACK_ROWS = "put rows back"
    CORRECT_ROWS = "correct rows"
    MERGE = "merge patients"
    UNMERGE = "take merge back"
    TELL_APART = "tell patients apart"
    ALIKE_AGAIN = "take telling apart back"
    WAIVE = "waive finding"
    END_WAIVER = "end waiver"
    PUBLISH_POLICY = "publish policy"
    EXPORT = "export records"
    EXPORT_ROWS = "export waiting rows"
    RELEASE = "release for research"
    NOTE_DESTROYED = "note release destroyed"
    SAVE_COHORT = "save cohort"
    MAKE_PACK = "keep monthly pack"
    MAKE_STORE = "make store"
    ADD_CLINIC = "add clinic"
    UPGRADE_STORE = "upgrade store"
    SIGN_IN = "sign in"
    SIGN_OUT = "sign out"
    SIGN_IN_REFUSED = "sign-in refused"
    BREAK_GLASS = "break glass"
    CHANGE_ACCOUNT = "change account"
    CHANGE_ROLE = "change role"
    END_SESSION = "end session"
    SEARCH_AUDIT = "search audit"
    VERIFY_AUDIT = "verify audit"
    CHANGE_AUDIT_KEY = "change audit key"
    BACK_UP = "back up"
    RESTORE = "restore backup"
    HOLD = "legal hold"
    END_HOLD = "end legal hold"
    PURGE = "purge"


Detail = Mapping[str, int | bool | str | Sequence[int | str] | None]
# A code, a number, a day, a digest: no room for a sentence.
_CODE = re.compile(r"[\w.:/+-]{0,80}", re.ASCII)


def write_entry(
    transaction: Transaction,
    actor: Actor,
    act: Act,
    *,
    patient_key: int | None = None,
    subject: str | None = None,
    detail: Detail | None = None,
) -> int:
    """One row at the end of the audit, inside the caller's write transaction; its seq. subject: which row it is about, like
    decision:12. detail: codes and counts by name. Raises ValueError for a text that is no code, StoreError without a key."""
    audit.wait_for_turn(transaction)
    keys, last = take_keys(transaction), audit.read_last(transaction)
    key_id, key = keys.current
    seq, now = int(last["seq"]) + 1 if last else 1, _clock.seconds(_clock.now())
    row = {
        "seq": seq,
        "happened_at": now,
        "actor": actor.name,
        "role": actor.role,
        "session": actor.session,
        "act": act.value,
        "clinic_key": None if patient_key is None else audit.find_clinic(transaction, patient_key),
        "patient_key": patient_key,
        "subject": _check_codes(subject),
        "detail": write_detail(detail or {}),
        "key_id": key_id,
    }
    _anchor(transaction, keys, last, now)
    mac = seal(key, last["mac"] if last else NO_MAC, row)
    audit.add_entry(transaction, row | {"mac": mac})
    return seq


@contextmanager
def writing(
    actor: Actor,
    store: Store,
    act: Act,
    *,
    patient_key: int | None = None,
    subject: str | None = None,
    detail: Detail | None = None,
) -> Iterator[Transaction]:
    """A change, and its row: the transaction in which both are saved, or neither is."""
    with store.write() as connection:
        yield connection
        write_entry(connection, actor, act, patient_key=patient_key, subject=subject, detail=detail)


def write_detail(detail: Detail) -> str:
    """As it is stored. Raises ValueError for a text that is no code."""
    for value in detail.values():
        _check_codes(*(value if isinstance(value, Sequence) and not isinstance(value, str) else [value]))
    return json.dumps(detail, sort_keys=True, separators=(",", ":"))


def _check_codes(*values: object) -> str | None:
    for value in values:
        if isinstance(value, str) and not _CODE.fullmatch(value):
            raise ValueError("The audit takes codes and counts, and no text that somebody typed.")
    return values[0] if values and isinstance(values[0], str) else None


def _anchor(transaction: Transaction, keys: Keys, last: Mapping | None, now: int) -> None:
    """The first row of a day anchors what the day before ended with: that is saved, while this row may still be taken back."""
    path = anchor_file(transaction)
    if path is None:
        return
    # A file that cannot be read or written stops no clinic: `audit verify` tells of it.
    with suppress(OSError, ValueError):
        if last is None:
            begin_anchor(path, keys)
        elif last["happened_at"] // 86_400 < now // 86_400:
            drop_anchor(path, keys, DAY, last["seq"], last["mac"])
