"""Writing the audit: one row for each act, in the transaction of the act itself, so that neither is there without the other."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TypedDict, Unpack

from lib.services import _clock
from lib.services._audit_acts import Act
from lib.services._audit_anchor import DAY, RESTORED, START, anchor_file, begin_anchor, drop_anchor
from lib.services._audit_chain import NO_MAC, seal
from lib.services._audit_keys import Keys, read_keys, take_keys
from lib.services.access import Actor
from lib.store import audit
from lib.store.engine import Store, StoreError, Transaction, seeing_every_clinic

__all__ = ["Act"]

Detail = Mapping[str, int | bool | str | Sequence[int | str] | None]


class About(TypedDict, total=False):
    """Whom and what a row is about."""

    patient_key: int
    subject: str | None
    detail: Detail


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
    # One writer at a time: no two read the same end of the chain. It is everybody's; a wall would show that of the own clinics.
    with seeing_every_clinic(transaction):
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


def note_act(actor: Actor, store: Store, act: Act, **about: Unpack[About]) -> None:
    """The row of an act that has saved all it had to save, or had nothing to."""
    with writing(actor, store, act, **about):
        pass


def note_reading(
    actor: Actor, store: Store, act: Act, *, at_once: bool = False, **about: Unpack[About]
) -> None:
    """The row of a reading; of what was known on a day, in the store that it was copied from. What was kept of other readings
    stays good. Raises UnwritableError, and BusyError at once where it waits for nobody."""
    if store.known_on:
        about["detail"] = {**about.get("detail", {}), "known_on": store.known_on.isoformat()}
    with store.audited.note(at_once=at_once) as connection:
        write_entry(connection, actor, act, **about)


def name_pair(pair: Sequence[int]) -> About:
    """Two patients: the first as whom it is about, the other beside it."""
    return {"patient_key": int(pair[0]), "subject": f"patient:{pair[1]}"}


def name_rows(rows: Sequence[int]) -> About:
    """Rows that wait; of several, how many, and the first of them."""
    return {"subject": f"row:{min(rows)}" if rows else None, "detail": {"n_rows": len(rows)}}


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


def note_restored(
    transaction: Transaction, actor: Actor, *, subject: str | None = None, detail: Detail | None = None
) -> None:
    """The row of a backup that was brought back, and the line that says so in the anchor file, where there is one: what was
    anchored after that state is expected no more."""
    last, path = audit.read_last(transaction), anchor_file(transaction)
    write_entry(transaction, actor, Act.RESTORE, subject=subject, detail=detail)
    if path is not None and last is not None:
        drop_anchor(path, read_keys(transaction), RESTORED, last["seq"], last["mac"])


def anchor_start(store: Store, why: str = START) -> None:
    """Anchor where the audit stands: at each start, and before each backup. It waits for nobody who writes."""
    with store.read() as connection, seeing_every_clinic(connection):
        path, last = anchor_file(connection), audit.read_last(connection)
        if path is None or last is None or not path.exists():
            return
        with suppress(OSError, ValueError, StoreError):
            drop_anchor(path, read_keys(connection), why, last["seq"], last["mac"])


def _anchor(transaction: Transaction, keys: Keys, last: Mapping | None, now: int) -> None:
    """The first row of a day anchors what the day before ended with: that is saved, while this row may still be taken back."""
    path = anchor_file(transaction)
    if path is None:
        return
    # A file that cannot be read or written stops no clinic: `audit verify` tells of it.
    with suppress(OSError, ValueError):
        if last is None:
            begin_anchor(path, keys)
        elif _clock.day_of_second(last["happened_at"]) < _clock.day_of_second(now):
            drop_anchor(path, keys, DAY, last["seq"], last["mac"])
