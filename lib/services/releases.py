"""Releases for research: made once, made again with the same bytes, and written down with whom they hold."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lib.clinical.wording import say_day
from lib.research.choices import Privacy
from lib.research.people import YES
from lib.research.table import ExportTable
from lib.services import _clock
from lib.services import _release_register as register
from lib.services._audit import Act, write_entry, writing
from lib.services._refresh import current_policy
from lib.services._release_register import Request
from lib.services._releasing import Written, write_release
from lib.services._research_people import name_people, read_consent
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, can, permitted
from lib.services.errors import NotFoundError, Store, StoreError
from lib.store import releases
from lib.store.engine import Transaction
from lib.store.records import read_patients, read_record_table

TablesOf = Callable[[Transaction], Sequence[ExportTable]]


@dataclass(frozen=True)
class Release:
    """key: in the register. is_again: the same was made before, and its bytes are those of then. warnings: of older releases from
    which it differs by few people. held: of the rows that wait and are in no file, in words."""

    key: int
    path: Path
    n_patients: int
    is_again: bool
    warnings: tuple[str, ...]
    held: str


@permitted(Permission.EXPORT_RECORDS)
def make_release(
    actor: Actor,
    store: Store,
    request: Request,
    patients: Sequence[int],
    tables_of: TablesOf,
    *,
    path: Path,
    report: Callable[[int], None] = lambda _: None,
) -> Release:
    """Write a passport to path. patients: keys of a cohort. tables_of: their tables, read through the connection it is given
    while the file is written; identified, and de-identified here where the request says so.

    Raises StoreError where nobody is named who gets rows, somebody has not agreed, somebody is of another clinic, or too few
    people are left. Nothing stands at path, or in the register, then.
    """
    register.check_request(request)
    with store.write() as connection:
        _check_scope(connection, actor, patients)
        if register.read_key(connection) is None:
            register.write_key(connection, secrets.token_bytes(32))
        name_people(connection, request.project, sorted(patients), _clock.now())
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with store.read() as connection:
            written = write_release(
                connection, actor, request, patients, tables_of(connection), path=unfinished, report=report
            )
        with store.write() as connection:
            release = _write_down(connection, actor, written, path)
            about = {"privacy": request.privacy.value, "n_patients": release.n_patients}
            write_entry(connection, actor, Act.RELEASE, subject=f"release:{release.key}", detail=about)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return release


def _select_own(connection: Transaction, actor: Actor, patients: Sequence[int]) -> list[int]:
    """Those of the actor's clinics."""
    own = read_patients(connection, patients, clinics=clinic_keys(connection, actor))
    return [int(key) for key in own["patient_key"]]


def _check_scope(connection: Transaction, actor: Actor, patients: Sequence[int]) -> None:
    if not patients or len(_select_own(connection, actor, patients)) < len(set(patients)):
        raise NotFoundError("No such patients are in your clinics; define the cohort again.")


def _write_down(connection: Transaction, actor: Actor, written: Written, path: Path) -> Release:
    policy = current_policy(connection)
    found = releases.find_release(connection, written.values["digest"])
    if found:
        key, event = int(found["id"]), register.MADE_AGAIN
    else:
        key, event = releases.add_release(connection, written.values, written.patients), register.MADE
    register.note_event(connection, key, event, actor.name)
    warnings = list(
        register.warn_of_differences(connection, written.patients, policy.research.differs_below, key)
    )
    if found and found["manifest_sha256"] != written.values["manifest_sha256"]:
        warnings.append("The same was made before, and came out differently: the software has changed since.")
    return Release(key, path, len(written.patients), bool(found), tuple(warnings), written.held)


@permitted(Permission.EXPORT_RECORDS)
def warn_of_differences(actor: Actor, store: Store, patients: Sequence[int]) -> tuple[str, ...]:
    """Before it is made: a sentence for each older release from which these people differ by so few that it tells of them."""
    with store.read() as connection:
        policy = current_policy(connection)
        own = _select_own(connection, actor, patients)
        return register.warn_of_differences(connection, own, policy.research.differs_below)


@permitted(Permission.SEE_RESEARCH)
def read_register(actor: Actor, store: Store) -> pd.DataFrame:
    """A row a release that holds somebody of the actor's clinics, the newest first: release, project, purpose, recipient,
    agreement, privacy, made_by, made_at (text), expires_on (text), is_expired, state, n_patients, n_rows, data_version,
    policy_version, n_withdrawn (people whose consent is not yes any more; 0 for counts, which hold nobody)."""
    with store.read() as connection:
        found = releases.read_releases(connection)
        held = _held_in_scope(connection, actor)
        day = _clock.day_number(today(connection))
    found = found[found["id"].isin(held["release_key"])].reset_index(drop=True)
    withdrawn = held[held["consent"] != YES].groupby("release_key").size()
    counted = found["id"].map(withdrawn).fillna(0).astype("int64")
    said = found.rename(columns={"id": "release", "actor": "made_by", "last_event": "state"}).assign(
        made_at=[_clock.say_second(int(at)) for at in found["made_at"]],
        is_expired=found["expires_on"] < day,
        expires_on=[say_day(_clock.day_of(one)) for one in found["expires_on"]],
        n_withdrawn=counted.mask(found["privacy"] == Privacy.AGGREGATE, 0),
    )
    return said.drop(columns=["digest", "about"])


@permitted(Permission.EXPORT_RECORDS)
def read_withdrawals(actor: Actor, store: Store) -> pd.DataFrame:
    """Who is in a release with rows and does not agree to research any more: release, project, recipient, research_id,
    patient_id (empty for whoever sees no patients: beside a research_id it would say who that is), clinic_id, consent,
    consent_on (text). Releases that were destroyed are done with."""
    with store.read() as connection:
        found = releases.read_releases(connection).rename(columns={"id": "release_key"})
        held = _held_in_scope(connection, actor, with_ids=can(actor, Permission.SEE_PATIENTS))
        names = [
            releases.read_subjects(connection, project).assign(project=project)
            for project in found["project"].unique()
        ]
    has_rows = (found["privacy"] != Privacy.AGGREGATE) & (found["last_event"] != register.DESTROYED)
    gone = held[held["consent"] != YES].merge(found.loc[has_rows, ["release_key", "project", "recipient"]])
    if names:
        gone = gone.merge(pd.concat(names), on=["project", "patient_key"], how="left")
    on = [say_day(_clock.day_of(day)) if pd.notna(day) else "" for day in gone["consent_on"]]
    order = ("release_key", "project", "recipient", "research_id", "patient_id", "clinic_id", "consent")
    gone = gone.reindex(columns=list(order)).astype({"patient_id": object})
    return gone.assign(consent_on=on).rename(columns={"release_key": "release"})


def _held_in_scope(connection: Transaction, actor: Actor, *, with_ids: bool = False) -> pd.DataFrame:
    """release_key, patient_key, patient_id (with ids), clinic_id, consent, consent_on (days) of people in the actor's clinics."""
    held = register.read_holdings(connection)
    people = read_patients(connection, clinics=clinic_keys(connection, actor), with_ids=with_ids)
    own = read_record_table(connection, "patients", None, ("research_consent_on",))
    own = own.rename(columns={"research_consent_on": "consent_on"})
    people = people.merge(own[["patient_key", "consent_on"]], on="patient_key", how="left")
    people["consent"] = (
        read_consent(connection, people["patient_key"]).reindex(people["patient_key"]).to_numpy()
    )
    return held.merge(people.drop(columns="clinic_key"), on="patient_key")


@permitted(Permission.EXPORT_RECORDS)
def note_destroyed(actor: Actor, store: Store, release: int, note: str) -> None:
    """Write down that whoever had a release has destroyed it, and how that is known. Raises StoreError without a word of it."""
    if not note.strip():
        raise StoreError("Say how you know that it was destroyed: it is kept with your name.")
    with writing(actor, store, Act.NOTE_DESTROYED, subject=f"release:{release}") as connection:
        if release not in set(_held_in_scope(connection, actor)["release_key"]):
            raise NotFoundError("No release was found under this number.")
        register.note_event(connection, release, register.DESTROYED, actor.name, note.strip())
