"""What the rules could read, of a patient and of a clinic: a rule that found nothing passes only where it was assessed."""

import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.rules.catalogue import ITEM_9_RULES, RULES
from lib.clinical.rules.coverage import ASSESSED, PARTLY, STATES, summarise_by_rule, summarise_coverage
from lib.services._clock import day_number
from lib.services._histories import Loaded, load_histories, recall_histories
from lib.services._people import find_patient
from lib.services._reference import recall_reference
from lib.services._refresh import current_policy, findings_on
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.bulk_care import read_care_records
from lib.store.engine import Store, Transaction
from lib.store.records import read_patients


@permitted(Permission.SEE_PATIENTS)
def read_coverage(actor: Actor, store: Store, patient_key: int) -> pd.DataFrame:
    """One row a rule, in the order of the catalogue: rule, label, state (a word of STATES), n_recorded, n_records; no row where
    a patient has neither a form nor a course. Raises NotFoundError, with the same words for another clinic's and for nobody."""
    with store.read() as connection:
        policy = current_policy(connection)
        find_patient(connection, actor, patient_key)
        loaded = recall_histories(connection, policy, patient_key)
        rows = _summarise(connection, loaded, [patient_key], policy)
        # A closing tells that somebody looked, and not what was answered.
        n_unknown = sum(derived.count_unreadable(connection, patient_key))
    rows = rows[rows["patient"] == patient_key].reset_index(drop=True)
    if n_unknown:
        # A form that nobody could read may hold the answer that these rules look for.
        of_item_9 = rows["rule"].isin(ITEM_9_RULES)
        rows["state"] = rows["state"].mask(of_item_9 & (rows["state"] == ASSESSED), PARTLY)
        rows["n_records"] += n_unknown * of_item_9
    return rows.assign(
        label=[RULES[rule].label for rule in rows["rule"]], state=[STATES[code] for code in rows["state"]]
    ).drop(columns="patient")


@permitted(Permission.SEE_PATIENTS)
def summarise_clinics(actor: Actor, store: Store) -> pd.DataFrame:
    """For each of the actor's clinics and each rule, of how many patients it is true: clinic_id, rule, label, and STATES."""
    with store.read() as connection:
        policy, scope = current_policy(connection), clinic_keys(connection, actor)
        people = read_patients(connection).set_index("patient_key")
        rows = _summarise(connection, load_histories(connection, policy, None), None, policy)
    rows = rows.join(people[["clinic_id", "clinic_key"]], on="patient")
    if scope is not None:
        rows = rows[rows["clinic_key"].isin(scope)]
    found = [
        summarise_by_rule(own).assign(clinic_id=clinic)
        for clinic, own in rows.groupby("clinic_id", sort=True)
    ]
    columns = ["clinic_id", "rule", "label", *STATES]
    if not found:
        return pd.DataFrame(columns=columns)
    every = pd.concat(found, ignore_index=True)
    return every.assign(label=[RULES[rule].label for rule in every["rule"]])[columns]


def _summarise(
    connection: Transaction, loaded: Loaded, patients: list[int] | None, policy: Policy
) -> pd.DataFrame:
    care = read_care_records(connection, patients, len(loaded.clinic_of))
    reference = recall_reference(connection, loaded.clinic_of, policy)
    day = day_number(today(connection))
    return summarise_coverage(findings_on(loaded, care, day, policy, reference), policy)
