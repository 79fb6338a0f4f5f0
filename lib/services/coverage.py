"""What the rules could read, of the patients of a clinic: a rule that found nothing passes only where it was assessed. Of one
patient it stands on their page (patients.read_patient)."""

import pandas as pd

from lib.clinical.rules.catalogue import RULES
from lib.clinical.rules.coverage import STATES, summarise_by_rule
from lib.services._scope import clinic_keys
from lib.services.access import Actor, Permission, permitted
from lib.store import derived
from lib.store.engine import Store
from lib.store.records import read_clinics


@permitted(Permission.SEE_PATIENTS)
def summarise_clinics(actor: Actor, store: Store) -> pd.DataFrame:
    """For each of the actor's clinics and each rule, of how many patients it is true: clinic_id, rule, label, and STATES."""
    with store.read() as connection:
        rows = derived.read_coverage(connection, clinic_keys(connection, actor))
        clinics = read_clinics(connection)
    clinic_of = dict(zip(clinics["clinic_key"].tolist(), clinics["clinic_id"].tolist(), strict=True))
    found = [
        summarise_by_rule(own).assign(clinic_id=clinic)
        for clinic, own in rows.groupby(rows["clinic_key"].map(clinic_of), sort=True)
    ]
    columns = ["clinic_id", "rule", "label", *STATES]
    if not found:
        return pd.DataFrame(columns=columns)
    every = pd.concat(found, ignore_index=True)
    return every.assign(label=[RULES[rule].label for rule in every["rule"]])[columns]
