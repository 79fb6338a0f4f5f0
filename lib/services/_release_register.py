"""What the register says: the row of a release, whom it holds, and how it differs from those before."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.wording import say_day
from lib.research.choices import NO_STUDY_DAYS, FileForm, Privacy
from lib.research.plan import STUDY_DAYS
from lib.research.table import ExportTable
from lib.services import _clock
from lib.services.errors import StoreError
from lib.store import derived, releases
from lib.store.engine import Transaction
from lib.store.merges import read_remaining

MADE, MADE_AGAIN, DESTROYED = "made", "made again", "destroyed"
_KEY_NAME = "release_signing_key"


@dataclass(frozen=True)
class Request:
    """What a release is for. cohort: JSON. consort: its steps as text rows, the first row their names. dates, has_start_year: of
    lib.research.plan.Plan."""

    project: str
    purpose: str
    recipient: str
    agreement: str
    privacy: Privacy
    cohort: str
    consort: tuple[tuple[str, ...], ...]
    form: FileForm = FileForm.TIDY
    dates: str = STUDY_DAYS
    has_start_year: bool = False


def check_request(request: Request) -> None:
    """Rows have a named recipient and an agreement (evidence/reliability.md 5: neither is optional for a row-level file). Raises
    StoreError."""
    if request.form is FileForm.FHIR and request.privacy is Privacy.DEIDENTIFIED:
        raise StoreError(NO_STUDY_DAYS)
    needed = {"project": request.project, "purpose": request.purpose}
    if request.privacy != Privacy.AGGREGATE:
        needed |= {"recipient": request.recipient, "agreement": request.agreement}
    missing = [name for name, said in needed.items() if not said.strip()]
    if missing:
        raise StoreError(f"A release of this kind says its {', '.join(missing)}: it is kept in the register.")


def read_key(connection: Transaction) -> bytes | None:
    """The key that signs this store's releases; None before the first one."""
    said = derived.read_about(connection).get(_KEY_NAME)
    return bytes.fromhex(said) if said else None


def write_key(connection: Transaction, key: bytes) -> None:
    derived.write_about(connection, **{_KEY_NAME: key.hex()})


def digest_release(
    request: Request, tables: Sequence[ExportTable], patients: Sequence[int], state: Mapping[str, object]
) -> str:
    """Of all that the bytes of a release follow from. state: versions of data, policy and software."""
    columns = [(table.name, [note.name for note in table.columns]) for table in tables]
    said = json.dumps([asdict(request), columns, [int(key) for key in patients], dict(state)], sort_keys=True)
    return sha256(said.encode()).hexdigest()


def warn_of_differences(
    connection: Transaction, patients: Sequence[int], differs_below: int, before: int | None = None
) -> tuple[str, ...]:
    """A sentence for each older release from which this one differs by so few people that the difference tells of them. before:
    the key of a release, of which only older ones are looked at. Who was merged counts as who they are now."""
    register = releases.read_releases(connection)
    held = read_holdings(connection)
    new = np.unique(np.asarray(patients, dtype=np.int64))
    said = []
    for row in register.to_dict("records"):
        if before is not None and row["id"] >= before:
            continue
        old = held.loc[held["release_key"] == row["id"], "patient_key"].to_numpy()
        n_more, n_fewer = len(np.setdiff1d(new, old)), len(np.setdiff1d(old, new))
        if len(np.intersect1d(new, old)) and any(0 < n < differs_below for n in (n_more, n_fewer)):
            said.append(
                f"Release {row['id']} ({row['project']}, {say_day(_clock.day_of_second(row['made_at']))}) holds the same "
                f"people but {n_more:,} more now and {n_fewer:,} fewer: whoever has both can tell of these few."
            )
    return tuple(said)


def read_holdings(connection: Transaction) -> pd.DataFrame:
    """release_key, patient_key of every release; who was merged is who they are now."""
    held = releases.read_release_patients(connection).astype("int64")
    return held.assign(patient_key=held["patient_key"].replace(read_remaining(connection))).drop_duplicates()


def note_event(connection: Transaction, release: int, event: str, actor: str, note: str = "") -> None:
    at = _clock.seconds(_clock.now())
    values: dict[str, Any] = {"release_key": release, "event": event, "note": note, "actor": actor}
    releases.add_release_event(connection, {**values, "happened_at": at})
