"""The patient page: one patient's history, how they stand, and which flags are open."""

from dataclasses import dataclass, field

import pandas as pd

from lib.clinical.history import PatientHistory
from lib.clinical.policy import Policy
from lib.clinical.protocols import Protocols
from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.further_wording import say_clearing
from lib.clinical.status import derive_status
from lib.clinical.wording import say_day, say_percent
from lib.services._freshness import Freshness, measure_freshness
from lib.services._lists import say_category, say_phases
from lib.services._patient_history import Subject, build_history
from lib.services._protocols import shipped_protocols
from lib.services._reading import next_reading
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._since_review import SinceReview, read_since_review
from lib.services._standing import describe_flags, standing_on, today
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError
from lib.store import derived
from lib.store.engine import Store, Transaction
from lib.store.records import read_patients

CONTRAINDICATIONS = "contraindications: not recorded in this system"


@dataclass(frozen=True)
class Headline:
    """What stands at the top of the page, every part of it said even when it is unknown."""

    identity: str
    phase: str
    sessions: str
    dose: str
    status: str
    contraindications: str = CONTRAINDICATIONS


@dataclass(frozen=True)
class PatientPage:
    """flags: open ones: rule, label, severity (word), since, instrument, evidence, threshold, source, clears_when,
    policy_version. closings: what named people closed: happened_at, actor, reason_code, note, rule. protocols: by name.
    since_review: what the reader has not seen yet, read at the same moment as the rest.
    reading: a number that no other reading has."""

    patient_key: int
    clinic_id: str
    headline: Headline
    history: PatientHistory
    flags: pd.DataFrame
    closings: pd.DataFrame
    policy: Policy
    freshness: Freshness
    protocols: Protocols
    since_review: SinceReview
    reading: int = field(default_factory=next_reading)


@permitted(Permission.SEE_PATIENTS)
def read_patient(
    actor: Actor, store: Store, patient_key: int, freshness: Freshness | None = None
) -> PatientPage:
    """One patient of the actor's clinics. Raises NotFoundError, with the same words for another clinic's and for nobody.

    freshness: of the actor's clinics, where it is known already; otherwise it is measured, over all their records.
    """
    with store.read() as connection:
        policy = current_policy(connection)
        as_of = today(connection)
        person = _find_patient(connection, actor, patient_key)
        rows = standing_on(connection, actor, policy, as_of, patients=[patient_key]).sort_values("instrument")
        status = derive_status(rows, policy).reset_index(drop=True)
        history = build_history(connection, Subject(patient_key, person["patient_id"], as_of), status, policy)
        flags = derived.read_open_flags(connection, clinic_keys(connection, actor), [patient_key])
        events = derived.read_flag_events(connection, [patient_key])
        freshness = freshness or measure_freshness(connection, actor, policy, as_of)
        since_review = read_since_review(connection, actor.name, patient_key, as_of, policy)
    return PatientPage(
        patient_key,
        person["clinic_id"],
        _say_headline(history, rows, policy),
        history,
        _describe(flags, policy),
        events,
        policy,
        freshness,
        shipped_protocols(),
        since_review,
    )


def _find_patient(connection: Transaction, actor: Actor, patient_key: int) -> dict[str, str]:
    """The patient's own identifier, and the clinic's."""
    people = read_patients(connection, [patient_key])
    scope = clinic_keys(connection, actor)
    if people.empty or (scope is not None and people["clinic_key"].iloc[0] not in scope):
        raise NotFoundError("No patient was found at this address.")
    return {name: str(people[name].iloc[0]) for name in ("patient_id", "clinic_id")}


def _describe(flags: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    flags = flags.sort_values("severity", ascending=False, kind="stable")
    described = describe_flags(flags, policy)
    return described.assign(
        label=[RULES[rule].label for rule in flags["rule"]],
        clears_when=[say_clearing(rule, policy) for rule in flags["rule"]],
    ).reset_index(drop=True)


def _say_headline(history: PatientHistory, rows: pd.DataFrame, policy: Policy) -> Headline:
    phases = say_phases(rows, policy)
    return Headline(
        identity=_say_identity(history),
        phase=str(phases.iloc[0]) if len(phases) else "no dosing session recorded",
        sessions=_say_sessions(history),
        dose=_say_dose(history),
        status=_say_status(history.status),
    )


def _say_identity(history: PatientHistory) -> str:
    """P-0142 · JM · F · born 1984 · depression, anxiety"""
    patient = history.patient
    known = {name: patient.get(name) for name in ("initials", "sex", "birth_year", "indication")}
    parts = [history.patient_id]
    parts += [str(known[name]) for name in ("initials", "sex") if pd.notna(known[name])]
    parts.append(
        f"born {known['birth_year']}" if pd.notna(known["birth_year"]) else "year of birth not recorded"
    )
    indication = known["indication"]
    parts.append(str(indication).replace(";", ", ") if pd.notna(indication) else "indication not recorded")
    return " · ".join(parts)


def _say_sessions(history: PatientHistory) -> str:
    """Counting sessions of the current course, of all those that were recorded for it."""
    sessions = history.dosing_sessions
    counting = sessions[sessions["counts"]]
    if counting.empty:
        return "no dosing session taken"
    current = sessions[sessions["course"] == counting["course"].iloc[-1]]
    taken, recorded = int(current["counts"].sum()), len(current)
    return f"{taken} dosing session{'' if taken == 1 else 's'} taken of {recorded} recorded"


def _say_dose(history: PatientHistory) -> str:
    taken = history.dosing_sessions[history.dosing_sessions["counts"]]
    if taken.empty:
        return "no dose taken"
    last = taken.iloc[-1]
    per_kg = (
        f" ({last['dose_mg_per_kg']:.1f} mg/kg)"
        if pd.notna(last["dose_mg_per_kg"])
        else " (weight not recorded)"
    )
    return f"last dose {last['dose_mg']:g} mg{per_kg} on {say_day(last['on'])}"


def _say_status(status: pd.DataFrame) -> str:
    """PHQ-9 response, 18 → 9 (−50 %), 5 scores, 3 days ago"""
    said = []
    for row in status.to_dict("records"):
        words = f"{row['instrument']} {say_category(row)}"
        if pd.notna(row["baseline_total"]) and pd.notna(row["latest_total"]):
            percent = say_percent(row["change"], row["baseline_total"])
            words += f", {row['baseline_total']} → {row['latest_total']}" + (
                f" ({percent})" if percent else ""
            )
        words += f", {row['n_assessments']} score{'' if row['n_assessments'] == 1 else 's'}"
        if pd.notna(row["days_since_latest"]) and row["is_current"]:
            words += (
                f", latest {row['days_since_latest']} day{'' if row['days_since_latest'] == 1 else 's'} ago"
            )
        said.append(words)
    return " · ".join(said) if said else "no PHQ-9 or GAD-7 recorded"
