"""A file with far fewer rows than the last one of its source: held whole until somebody says that it is right."""

import re
from datetime import datetime

import pandas as pd

from lib.clinical.policy_quality_tables import Imports
from lib.clinical.wording import say_day
from lib.services._clock import seconds
from lib.services._taking import Offer, keep_whole, name_file
from lib.store import imports as store_imports
from lib.store import past_files
from lib.store.engine import Transaction

_NOT_LETTERS = re.compile(r"[\W\d_]+")
# An import's outcome.
HELD = "held"
_CODE = "shrunk-file"


def _name_series(file_name: str) -> str:
    """The letters of a file's name: numbers of parts, too, make no other series of files."""
    return _NOT_LETTERS.sub("", file_name.casefold())


def find_shrinking(connection: Transaction, offer: Offer, limits: Imports) -> str:
    """Why a file is held whole; "" where it is not: both counts, what the last file was, and what to do."""
    raw, n_rows = offer.raw, offer.raw.n_rows
    last = past_files.read_last_accepted(connection, raw.kind.name, offer.measured_to)
    own = last[[_name_series(name) == _name_series(raw.file_name) for name in last["file_name"]]]
    if own.empty:
        return ""
    # One part of an export in several is measured by the same part.
    same = own[own["file_name"] == raw.file_name]
    own = same if len(same) else own
    n_before, name = int(own["n_rows"].iloc[0]), own["file_name"].iloc[0]
    fewer = n_before - n_rows
    if n_before < limits.shrink_from_rows or 100 * fewer < limits.shrink_percent * n_before:
        return ""
    when = say_day(pd.Timestamp(own["imported_at"].iloc[0], unit="s"))
    return (
        f"{raw.file_name} has {n_rows:,} rows; the last file of this source, {name} of {when}, had {n_before:,}: "
        f"{100 * fewer // n_before} % fewer. Nothing was taken. Look whether the export is whole; if it is right, take it anyway."
    )


def hold_file(connection: Transaction, offer: Offer, message: str, now: datetime) -> int:
    """Remember a file of which nothing was taken; one that may hold an item 9 stands in the queue. The import's key."""
    raw = offer.raw
    values = {
        "file_name": raw.file_name,
        "kind": raw.kind.name,
        "sha256": offer.digest,
        "actor": offer.actor,
        "outcome": HELD,
        "imported_at": seconds(now),
        "n_rows": raw.n_rows,
        "message": message,
    }
    may_hold_item_9 = int(raw.kind.name == "assessments")
    said = {"outcome": HELD, "code": _CODE, "may_hold_item_9": may_hold_item_9}
    return keep_whole(connection, values, said)


def release_file(connection: Transaction, offer: Offer) -> None:
    """The same bytes are taken now: the file waits no longer."""
    cells = name_file(offer.raw.file_name, offer.digest)
    store_imports.release(connection, past_files.find_open(connection, _CODE, cells))
