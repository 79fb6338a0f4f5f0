"""What follows from the records, brought up to date: kept rows of the kernel and open flags, in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from types import MappingProxyType

import numpy as np
import pandas as pd

from lib import settings
from lib.clinical.care_records import CareRecords
from lib.clinical.easing import find_queue_flags
from lib.clinical.findings import Findings
from lib.clinical.flags import find_flags
from lib.clinical.histories import Prepared, prepare, select_points
from lib.clinical.policy import Policy, parse_policy
from lib.clinical.policy_completion import complete_policy
from lib.clinical.reference import Reference
from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.reading_flags import find_followed
from lib.clinical.segments import NONE, Ints
from lib.clinical.standing import assess
from lib.services._clock import day_number
from lib.services._course_scores import describe_courses
from lib.services._histories import PATIENTS_A_PART, Loaded, load_histories
from lib.services._identities import with_remaining
from lib.services._item_9_forms import item_9_forms_on
from lib.services._open_flags import name_triggers, save_open_flags
from lib.services._reference import (
    derive_from,
    describe_reference,
    keep_reference,
    read_reference,
)
from lib.store import bulk, derived
from lib.store.bulk_care import read_care_records
from lib.store.derived_tables import course_score, standing
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


@dataclass(frozen=True)
class Look:
    """The day that is looked at, by which rules, and whom courses are held against."""

    day: int
    policy: Policy
    reference: Reference


@dataclass(frozen=True)
class PartRows:
    """What is kept of a part of the patients: rows of `standing` and `course_score`; what the rules find, of `open_flag`, and
    what `keep_critical` calls followed."""

    standing: pd.DataFrame
    course_score: pd.DataFrame
    found: pd.DataFrame
    followed: pd.DataFrame


def derive_part(connection: Transaction, part: list[int], loaded: Loaded, look: Look) -> PartRows:
    """Worked out, and nothing written yet."""
    prepared = prepare(loaded.histories, look.policy)
    kept = keep_rows(prepared, loaded, look.policy)
    care = read_care_records(connection, part, len(loaded.clinic_of))
    findings = findings_on(loaded, care, look.day, look.policy, look.reference)
    flags = find_queue_flags(findings, look.policy), find_followed(findings.sessions, look.day, look.policy)
    found, followed = (_describe_found(frame, loaded.clinic_of, look.policy) for frame in flags)
    return PartRows(kept, describe_courses(prepared, kept, look.policy), found, followed)


def save_part(connection: Transaction, part: list[int], rows: PartRows, look: Look) -> None:
    """In place of what is kept of these patients."""
    derived.replace_rows(connection, standing, part, rows.standing)
    derived.replace_rows(connection, course_score, part, rows.course_score)
    save_open_flags(connection, part, (rows.found, rows.followed), look.day, look.policy.version)


def keep_rows(prepared: Prepared, loaded: Loaded, policy: Policy) -> pd.DataFrame:
    """Rows for the table `standing`: every course, with every record, valid from the patient's last record on."""
    horizon = int(loaded.record_day.max(initial=0))
    every = select_points(prepared, horizon, with_earlier_courses=True)
    current = select_points(prepared, horizon, with_earlier_courses=False)
    # Whoever has only courses without a session stands as one row without a course, and as those courses in the full list.
    alone = current.take((current.course == NONE) & np.isin(current.patient, prepared.courses.patient))
    points = every.join(alone)
    rows = assess(prepared, points, policy).rename(columns={"patient": "patient_key"})
    rows["course_row"] = np.where(points.course == NONE, 0, rows["course"])
    is_current = np.append(prepared.courses.is_current, False)[points.course.clip(-1)]
    rows["is_current_course"] = is_current | (points.course == NONE)
    rows["is_in_full_list"] = np.arange(len(rows)) < len(every.patient)
    rows["clinic_key"] = loaded.clinic_of[rows["patient_key"]]
    # The patient's own last day, not the last of those who happen to be computed together.
    rows["as_of"] = rows["record_day"] = loaded.record_day[rows["patient_key"]]
    return rows.astype({column.name: "int64" for column in standing.columns})


def flags_on(loaded: Loaded, care: CareRecords, as_of: int, policy: Policy) -> pd.DataFrame:
    """What the rules find on a day, nothing dated later read: columns of `flags.FLAG_COLUMNS`. loaded: of whole clinics."""
    return _select_known(find_flags(findings_on(loaded, care, as_of, policy), policy), policy)


def _select_known(flags: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Without flags of rules that the policy did not know yet."""
    does_know = np.array([RULES[rule].policy_table in policy.notes for rule in flags["rule"]], dtype=bool)
    return flags if does_know.all() else flags[does_know].reset_index(drop=True)


def findings_on(
    loaded: Loaded, care: CareRecords, as_of: int, policy: Policy, reference: Reference | None = None
) -> Findings:
    """What the rules read on a day, nothing dated later in it. reference: whom courses are held against; without one it is
    derived, and then `loaded` holds whole clinics."""
    prepared = prepare(loaded.histories.to_day(as_of), policy)
    points = select_points(prepared, as_of, with_earlier_courses=False)
    forms = item_9_forms_on(loaded.phq9_forms, as_of)
    return Findings(
        as_of,
        prepared,
        points,
        assess(prepared, points, policy),
        forms,
        loaded.sessions[loaded.sessions["day"] <= as_of],
        care.to_day(as_of),
        loaded.closings[loaded.closings["on_day"] <= as_of],
        reference or derive_from(loaded, as_of, policy),
    )


def _describe_found(found: pd.DataFrame, clinic_of: Ints, policy: Policy) -> pd.DataFrame:
    flags = _select_known(found, policy)
    return flags.rename(columns={"patient": "patient_key"}).assign(
        clinic_key=clinic_of[flags["patient"]],
        policy_version=policy.version,
        trigger_record=name_triggers(flags),
    )
