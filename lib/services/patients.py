"""The patient page: one patient's history, how they stand, and which flags are open."""

from dataclasses import dataclass, field

import pandas as pd

from lib.clinical.history import PatientHistory
from lib.clinical.policy import Policy
from lib.clinical.protocols import Protocols
from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.further_wording import say_clearing
from lib.clinical.status import derive_status
from lib.services._freshness import Freshness, measure_freshness
from lib.services._headline import Headline, say_headline
from lib.services._patient_history import Subject, build_history
from lib.services._people import find_patient
from lib.services._protocols import shipped_protocols
from lib.services._reading import next_reading
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._since_review import SinceReview, read_since_review
from lib.services._standing import describe_flags, standing_on, today
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.engine import Store


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
        person = find_patient(connection, actor, patient_key)
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
        say_headline(history, rows, policy),
        history,
        _describe(flags, policy),
        events,
        policy,
        freshness,
        shipped_protocols(),
        since_review,
    )


def _describe(flags: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    flags = flags.sort_values("severity", ascending=False, kind="stable")
    described = describe_flags(flags, policy)
    return described.assign(
        label=[RULES[rule].label for rule in flags["rule"]],
        clears_when=[say_clearing(rule, policy) for rule in flags["rule"]],
    ).reset_index(drop=True)
