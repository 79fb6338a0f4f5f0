"""Closings that a file brings: who may bring them, what they come to here, and how they are told."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from lib.clinical.brought_closings import cover, name_events, name_forms, read_findings
from lib.clinical.frames import CLOSINGS
from lib.clinical.rules.catalogue import ITEM_9, TOLERABILITY
from lib.intake.table import RawTable, UnreadableFile
from lib.services._item_9_forms import load_item_9
from lib.services._receipts import Receipt
from lib.services.access import Actor, Permission, can
from lib.store.brought_closings import read_brought
from lib.store.bulk_care import read_adverse_events
from lib.store.engine import Transaction
from lib.store.identities import first_of

# Beside the name of whoever closed it.
BY_FILE = "from a file, not verified here"
_NO_EVENTS = pd.DataFrame(
    columns=["happened_at", "actor", "rule", "event", "reason_code", "note", "until_day"], dtype=object
)


def refuse_closings(actor: Actor, raw: RawTable) -> None:
    """Raises UnreadableFile for a file that closes flags, of somebody who may not close any."""
    if raw.kind.name == CLOSINGS and not can(actor, Permission.CLOSE_FLAGS):
        found = "it closes flags, and you may not close any"
        raise UnreadableFile(raw.file_name, found, "have it imported by somebody who may")


def tell_closings(connection: Transaction, receipts: Sequence[Receipt]) -> list[Receipt]:
    """The receipts, those of closings with what these come to now that all files are there."""
    if not any(map(_brings, receipts)):
        return list(receipts)
    every = read_brought(connection, None)
    return [
        replace(
            one, warnings=(*_say(connection, every[every["import_key"] == one.import_key]), *one.warnings)
        )
        if _brings(one)
        else one
        for one in receipts
    ]


def _brings(receipt: Receipt) -> bool:
    return receipt.kind == CLOSINGS and receipt.is_taken


def _say(connection: Transaction, brought: pd.DataFrame) -> tuple[str, ...]:
    """How many closings silence something here, and how many nothing."""
    n_of_records = {
        ITEM_9: _count_forms(connection, brought[brought["rule"] == ITEM_9]),
        TOLERABILITY: _count_events(connection, brought[brought["rule"] == TOLERABILITY]),
    }
    n_others = int((~brought["rule"].isin(list(n_of_records))).sum())
    n_closed = sum(closed for closed, _ in n_of_records.values())
    n_void = sum(void for _, void in n_of_records.values())
    said = [
        f"This file closes flags. {n_closed:,} of its closings are about just what stands here: what they name counts as closed, "
        f"as told by the file, and nobody has verified it here."
    ]
    if n_void:
        said.append(
            f"{n_void:,} name nothing, or something that does not stand here as it was: they close nothing, and their flags stay "
            "open."
        )
    if n_others:
        said.append(
            f"{n_others:,} are of flags that say what they found: they close a flag only if it says just that."
        )
    return tuple(said)


def _count_forms(connection: Transaction, brought: pd.DataFrame) -> tuple[int, int]:
    """Closings that count, and that do not."""
    forms, _ = load_item_9(connection, brought["patient"])
    stored = forms[~forms["is_held"]]
    return _count(brought, stored.assign(finding=name_forms(stored)))


def _count_events(connection: Transaction, brought: pd.DataFrame) -> tuple[int, int]:
    events = read_adverse_events(connection, sorted(set(brought["patient"])))
    whose = first_of(connection, "adverse_events", events)
    return _count(brought, events.assign(first_of=whose, finding=name_events(events)))


def _count(brought: pd.DataFrame, records: pd.DataFrame) -> tuple[int, int]:
    counts, _, _ = cover(brought, records)
    return int(counts.sum()), int((~counts).sum())


def read_brought_events(connection: Transaction, patient_key: int) -> pd.DataFrame:
    """Closings of a patient that files brought, told as rows of flag_event are: happened_at, actor, rule, event, reason_code,
    note (with what the closing named), until_day."""
    rows = read_brought(connection, [patient_key])
    if rows.empty:
        return _NO_EVENTS.copy(deep=False)
    named = ["; ".join(read_findings(one)) or "nothing that left with it" for one in rows["evidence"]]
    return pd.DataFrame(
        {
            "happened_at": rows["recorded_at"],
            "actor": [f"{name} ({BY_FILE})" for name in rows["closed_by"]],
            "rule": rows["rule"],
            "event": "closed",
            "reason_code": rows["reason_code"],
            "note": [f"{note} [about: {one}]" for note, one in zip(rows["note"], named, strict=True)],
            "until_day": pd.NA,
        }
    )
