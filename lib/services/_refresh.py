"""What follows from the records, brought up to date: kept rows of the kernel and open flags, in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from types import MappingProxyType

from lib import settings
from lib.clinical.policy import Policy, parse_policy
from lib.clinical.policy_completion import complete_policy
from lib.services._clock import day_number
from lib.services._derived_rows import Look, derive_part, save_part
from lib.services._histories import PATIENTS_A_PART, Loaded, load_histories
from lib.services._identities import with_remaining
from lib.services._reference import (
    derive_from,
    describe_reference,
    keep_reference,
    read_reference,
)
from lib.store import bulk, derived
from lib.store.engine import Transaction, seeing_every_clinic
from lib.store.people import read_keys


def policy_text(connection: Transaction) -> str:
    """The file of the policy in force."""
    stored = derived.read_policy_version(connection)
    return str(stored["toml"]) if stored else settings.POLICY_FILE.read_text("utf-8")


def current_policy(connection: Transaction) -> Policy:
    """The newest policy version of the store; the file's where the store has none yet."""
    stored = derived.read_policy_version(connection)
    if stored is None:
        return parse_policy(settings.POLICY_FILE.read_bytes(), settings.POLICY_FILE.name, 1)
    return _parse(stored["toml"], stored["version"])


@lru_cache(maxsize=8)
def _parse(toml: str, version: int) -> Policy:
    """Every screen asks for it. Of a version that did not know a rule yet (only a store as it was known on a day has one in
    force) the rule's note is absent, and what its numbers are not said to be is as shipped."""
    completion = complete_policy(toml, settings.POLICY_FILE.read_text("utf-8"))
    policy = parse_policy(completion.text.encode(), f"policy version {version}", version)
    notes = {name: note for name, note in policy.notes.items() if f"[{name}]" not in completion.added}
    return replace(policy, notes=MappingProxyType(notes))


def refresh(connection: Transaction, as_of: date, patients: Iterable[int] | None) -> None:
    """Recompute kept rows and open flags of these patients (None: of everyone). Whoever asks: on the first look of a day what is
    kept of every clinic is brought up to date."""
    with seeing_every_clinic(connection):
        _refresh(connection, as_of, patients)


def _refresh(connection: Transaction, as_of: date, patients: Iterable[int] | None) -> None:
    policy, day = current_policy(connection), day_number(as_of)
    stale = derived.read_about(connection).get("flags_as_of") != as_of.isoformat()
    everyone = patients is None or stale
    chosen = read_keys(connection) if everyone else sorted(with_remaining(connection, patients or ()))
    if not (chosen or everyone):
        return
    # A part of the patients is in memory at a time; the last one loaded is often the only one.
    load = lru_cache(maxsize=1)(partial(_load_part, connection, policy))
    # Who has no dosing session brings nothing to it, and is loaded once.
    begun = [part for part in _parts(chosen) if bulk.has_sessions(connection, part)]
    brought = [describe_reference(derive_from(load(part), day, policy)) for part in begun]
    compared = keep_reference(connection, chosen, brought, everyone=everyone)
    look = Look(day, policy, read_reference(connection, compared, policy))
    for part in _parts(compared):
        save_part(connection, list(part), derive_part(connection, list(part), load(part), look), look)
    derived.write_about(connection, flags_as_of=as_of.isoformat())


def _parts(patients: list[int]) -> list[tuple[int, ...]]:
    return [
        tuple(patients[start : start + PATIENTS_A_PART]) for start in range(0, len(patients), PATIENTS_A_PART)
    ]


def _load_part(connection: Transaction, policy: Policy, part: tuple[int, ...]) -> Loaded:
    return load_histories(connection, policy, part)
