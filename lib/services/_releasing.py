"""Writing a release: what it says of itself follows from the request and the state of the data, so that it can be made again."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from lib import settings
from lib.clinical.policy import Policy
from lib.research.attacks import attack_differences
from lib.research.choices import Privacy
from lib.research.disclosure import Disclosure, prepare_counts, prepare_rows
from lib.research.passport import Passport, write_passport
from lib.research.plan import Plan
from lib.research.table import ExportTable
from lib.services import _clock
from lib.services import _release_register as register
from lib.services._cohort_outcomes import rounding_of
from lib.services._held_back import count_held_back, say_what_is_held
from lib.services._refresh import current_policy, policy_text
from lib.services._release_register import Request
from lib.services._research_people import read_research_people
from lib.services._standing import today
from lib.services._store_kind import is_synthetic
from lib.services.access import Actor
from lib.services.errors import StoreError
from lib.store import releases
from lib.store.data_version import read_data_version
from lib.store.engine import Transaction
from lib.store.records import read_clinics


@dataclass(frozen=True)
class Written:
    """values: for the register's row. patients: keys of whom it has rows, or counts; who was left out of it is not held. held: of
    the rows that wait and are in no file, in words."""

    values: Mapping[str, Any]
    patients: tuple[int, ...]
    held: str


def write_release(
    connection: Transaction,
    actor: Actor,
    request: Request,
    patients: Sequence[int],
    tables: Sequence[ExportTable],
    *,
    path: Path,
    report: Callable[[int], None],
) -> Written:
    """Write the passport to path. A release that is in the register already says of itself what it said then."""
    policy = current_policy(connection)
    state = _state_of(connection, actor, request, patients, policy)
    people = read_research_people(
        connection,
        request.project,
        patients,
        policy.research,
        asks_consent=request.privacy != Privacy.AGGREGATE,
    )
    digest = register.digest_release(request, tables, sorted(patients), state)
    made = releases.find_release(connection, digest)
    about = json.loads(made["about"]) if made else _describe(connection, actor, request, policy, state)
    rows = _take_out(connection, request, tables, people, policy)
    leaving = rows.tables if rows else tuple(tables)
    key = register.read_key(connection)
    if key is None:
        raise StoreError("This store has no key to sign releases with.")
    held = tuple((rows.people if rows else people)["patient_key"].tolist())
    known = register.warn_of_differences(
        connection, held, policy.research.differs_below, int(made["id"]) if made else None
    )
    passport = _fill(connection, request, about, rows, policy)
    tried = (*passport.attacks, attack_differences(len(known)))
    manifest = write_passport(path, key, leaving, replace(passport, attacks=tried), report)
    n_rows = sum(table.n_rows for table in leaving)
    values = {"digest": digest, "manifest_sha256": manifest, **_row_of(about, len(held), n_rows)}
    return Written(values, held, str(about["rows_that_wait"]))


def _state_of(
    connection: Transaction, actor: Actor, request: Request, patients: Sequence[int], policy: Policy
) -> dict[str, object]:
    """Of all that the same request could come out differently by."""
    held = count_held_back(connection, actor, patients)
    return {
        "rows_that_wait": say_what_is_held(held, request.privacy, policy),
        "data_version": read_data_version(connection),
        "policy_version": policy.version,
        "software_version": settings.software_version(),
    }


def _row_of(about: Mapping[str, Any], n_patients: int, n_rows: int) -> dict[str, Any]:
    """What the register has of a release beside its digests."""
    words = ("project", "purpose", "recipient", "agreement", "privacy", "data_version", "policy_version")
    return {
        **{name: about[name] for name in words},
        "actor": about["made_by"],
        "about": json.dumps(about),
        "made_at": _clock.seconds(datetime.fromisoformat(about["made_at"])),
        "expires_on": _clock.day_number(datetime.fromisoformat(about["expires_on"]).date()),
        "n_patients": n_patients,
        "n_rows": n_rows,
    }


def _describe(
    connection: Transaction, actor: Actor, request: Request, policy: Policy, state: Mapping[str, object]
) -> dict[str, Any]:
    now = _clock.now().astimezone(UTC).replace(microsecond=0)
    expires_on = _clock.day_of(_clock.day_number(today(connection)) + policy.research.keep_days)
    return {
        "project": request.project,
        "purpose": request.purpose,
        "recipient": request.recipient,
        "agreement": request.agreement,
        "privacy": request.privacy,
        "form": request.form,
        "made_by": actor.name,
        "made_at": now.isoformat(),
        "expires_on": expires_on.isoformat(),
        "made_up_patients": is_synthetic(connection),
        **state,
    }


def _take_out(
    connection: Transaction,
    request: Request,
    tables: Sequence[ExportTable],
    people: pd.DataFrame,
    policy: Policy,
) -> Disclosure | None:
    """Rows as they may leave, or counts in their place; None for what leaves as it is."""
    of = policy.research
    if request.privacy == Privacy.AGGREGATE:
        return prepare_counts(people, rounding_of(policy), tables)
    if request.privacy != Privacy.DEIDENTIFIED:
        return None
    try:
        plan = Plan(of.smallest_class, request.dates, request.has_start_year, of.band_years, of.oldest_band)
        others = releases.read_other_ids(connection, request.project)
        return prepare_rows(tables, people, plan, others)
    except ValueError as error:
        raise StoreError(str(error)) from error


def _fill(
    connection: Transaction,
    request: Request,
    about: Mapping[str, object],
    rows: Disclosure | None,
    policy: Policy,
) -> Passport:
    clinics = read_clinics(connection)
    header, *steps = request.consort or (("step", "people"),)
    return Passport(
        about=about,
        cohort=request.cohort,
        consort=pd.DataFrame(steps, columns=list(header), dtype="str"),
        definitions=settings.GLOSSARY_FILE.read_text("utf-8"),
        policy=policy_text(connection),
        privacy=rows.privacy if rows else {},
        attacks=rows.attacks if rows else (),
        n_twins=policy.research.twin_people if request.privacy == Privacy.DEIDENTIFIED else 0,
        k=policy.research.smallest_class,
        form=request.form,
        zones=dict(zip(clinics["clinic_id"], clinics["time_zone"], strict=True)),
    )
