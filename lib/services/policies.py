"""The clinic's thresholds: read, as they stood on a day, export, draft, publish a new version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from lib.clinical.policy import Policy, parse_policy
from lib.clinical.policy_completion import parse_earlier_policy
from lib.clinical.policy_draft import NumberChange, draft_policy
from lib.clinical.wording import say_day
from lib.services import _clock
from lib.services._audit import Act, write_entry
from lib.services._policy_upgrade import shipped_policy
from lib.services._refresh import current_policy, refresh
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.engine import Store, StoreError, Transaction
from lib.store.policy_history import read_policy_versions
from lib.store.records import read_clinics


@dataclass(frozen=True)
class PolicyVersion:
    """A version as it was: what it did not know yet is absent from its notes. published_at: UTC epoch seconds."""

    policy: Policy
    published_at: int
    published_by: str
    comment: str


@dataclass(frozen=True)
class Draft:
    """A policy that is not published. version: the one in force when it was begun, and that it is previewed against."""

    text: str
    file_name: str
    version: int


class NewerPolicyError(StoreError):
    """Somebody published a version since the draft was begun."""


@permitted(Permission.SEE_POLICY)
def read_policy(actor: Actor, store: Store, version: int | None = None) -> Policy:
    """The version in force, or an earlier one as it was: what it did not know yet is absent from its notes."""
    if version is not None:
        return parse_earlier_policy(export_policy(actor, store, version), shipped_policy(), version)
    with store.read() as connection:
        return current_policy(connection)


@permitted(Permission.SEE_POLICY)
def read_versions(actor: Actor, store: Store) -> tuple[PolicyVersion, ...]:
    """Every version, the oldest first."""
    with store.read() as connection:
        return tuple(_read_version(row) for row in read_policy_versions(connection))


@permitted(Permission.SEE_POLICY)
def list_versions(actor: Actor, store: Store) -> pd.DataFrame:
    """version, published_at (ISO 8601, UTC), published_by, comment; the oldest first."""
    with store.read() as connection:
        rows = pd.DataFrame(read_policy_versions(connection))
    moments = [datetime.fromtimestamp(second, UTC).isoformat() for second in rows["published_at"]]
    return rows.assign(published_at=moments)[["version", "published_at", "published_by", "comment"]]


@permitted(Permission.SEE_POLICY)
def read_policy_on(actor: Actor, store: Store, day: date) -> PolicyVersion | None:
    """The version in force at the end of a day, where that day ends last among the clinics; None before the first one."""
    with store.read() as connection:
        zones = read_clinics(connection)["time_zone"]
        end = _clock.end_of_day(day, zones)
        rows = [row for row in read_policy_versions(connection) if row["published_at"] < end]
    return _read_version(rows[-1]) if rows else None


def _read_version(row: Mapping[str, Any]) -> PolicyVersion:
    policy = parse_earlier_policy(row["toml"], shipped_policy(), row["version"])
    return PolicyVersion(policy, row["published_at"], row["published_by"], row["comment"])


@permitted(Permission.SEE_POLICY)
def export_policy(actor: Actor, store: Store, version: int | None = None) -> str:
    """A version as TOML, by default the newest."""
    with store.read() as connection:
        stored = derived.read_policy_version(connection, version)
    if stored is None:
        raise StoreError(f"There is no policy version {version}.")
    return str(stored["toml"])


@permitted(Permission.CHANGE_POLICY)
def begin_draft(actor: Actor, store: Store, text: bytes, file_name: str) -> Draft:
    """A draft from a file. Raises PolicyError."""
    with store.read() as connection:
        version = current_policy(connection).version
    parse_policy(text, file_name, version + 1)
    return Draft(text.decode("utf-8"), file_name, version)


@permitted(Permission.CHANGE_POLICY)
def change_draft(
    actor: Actor, store: Store, draft: Draft | None, table: str, changes: Sequence[NumberChange]
) -> Draft:
    """The draft, or one of the policy in force, with these numbers; the actor is the table's author. Raises PolicyError."""
    with store.read() as connection:
        version, day = current_policy(connection).version, today(connection)
    begun = draft or Draft(export_policy(actor, store, version), f"draft on version {version}", version)
    text = draft_policy(begun.text, begun.file_name, table, changes, author=actor.name, written_on=day)
    return Draft(text, begun.file_name, begun.version)


@permitted(Permission.CHANGE_POLICY)
def publish_policy(
    actor: Actor, store: Store, text: bytes, file_name: str, comment: str, *, previewed: int | None = None
) -> int:
    """Check a policy and make it the next version; everything that follows from it is computed again.

    previewed: the version that it was held against; where it is no longer the newest, NewerPolicyError. Raises PolicyError for a
    policy that cannot be used, StoreError without a comment.
    """
    with store.write() as connection:
        newest = current_policy(connection).version
        parse_policy(text, file_name, newest + 1)
        if not comment.strip():
            raise StoreError("Say in a comment why the policy changes; it stays with the version.")
        if previewed is not None and previewed != newest:
            raise NewerPolicyError(_say_newer(connection, previewed))
        values = {"version": newest + 1, "toml": text.decode(), "published_by": actor.name}
        published_at = _clock.seconds(_clock.now())
        derived.add_policy_version(
            connection, {**values, "comment": comment.strip(), "published_at": published_at}
        )
        refresh(connection, today(connection), None)
        write_entry(connection, actor, Act.PUBLISH_POLICY, subject=f"policy:{newest + 1}")
    return newest + 1


def _say_newer(connection: Transaction, previewed: int) -> str:
    row = derived.read_policy_version(connection)
    assert row is not None
    moment = datetime.fromtimestamp(row["published_at"], UTC)
    return (
        f"This was previewed against version {previewed}. Version {row['version']} was published by {row['published_by']} on "
        f"{say_day(moment)}, {moment:%H:%M} UTC ({row['comment']}). Nothing was published: begin again from that version."
    )
