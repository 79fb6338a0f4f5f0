"""Past decisions in courses like one patient's: what was decided, and what was recorded afterwards."""

import json

import pandas as pd

from lib.clinical.decision_courses import describe_courses, find_changes
from lib.clinical.decision_memory import FEATURES, Memory, remember
from lib.clinical.histories import prepare
from lib.services import _clock
from lib.services._drawn import find_person
from lib.services._histories import load_scores
from lib.services._people import read_weights
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store import bulk, decisions
from lib.store.engine import Store, Transaction

__all__ = ["Memory"]


@permitted(Permission.SEE_PATIENTS)
def read_memory(actor: Actor, store: Store, patient_key: int) -> Memory:
    """The decisions of the actor's clinics beside this patient's course as it stands today. Raises NotFoundError, with the same
    words for another clinic's patient and for nobody."""
    with store.read() as connection:
        find_person(connection, actor, patient_key)
        policy, day = current_policy(connection), _clock.day_number(today(connection))
        signed = decisions.read_decisions(connection, clinic_keys(connection, actor))
        signed = signed[signed["on_day"] <= day]
        asked = pd.DataFrame(
            {"patient": [*signed["patient_key"], patient_key], "on_day": [*signed["on_day"], day]}
        ).astype("int64")
        patients = sorted(set(asked["patient"].tolist()))
        prepared = prepare(load_scores(connection, policy, patients).to_day(day), policy)
        doses = _doses_per_kg(connection, asked, patients, day)
    patient, on_day = (asked[name].to_numpy() for name in ("patient", "on_day"))
    described = describe_courses(prepared, patient, on_day, policy)
    rows = asked.join(described).assign(dose_mg_per_kg=doses.to_numpy())
    rows["change"] = find_changes(prepared, patient, on_day, rows["latest_total"], policy)
    rows["options"] = [*(json.loads(text) for text in signed["options"]), []]
    return remember(
        rows.iloc[:-1], patient_key, rows.iloc[-1][list(FEATURES)].astype(float), policy.decision_memory
    )


def _doses_per_kg(
    connection: Transaction, asked: pd.DataFrame, patients: list[int], day: int
) -> "pd.Series[float]":
    """The last dose taken by each day, per kg of the last weight by then; NaN where either is unknown. In the order of asked."""
    doses = bulk.read_doses(connection, day, patients)
    weights = read_weights(connection, day, patients).rename(columns={"patient_key": "patient"})
    order = asked.reset_index(names="row").rename(columns={"on_day": "day"}).sort_values("day", kind="stable")
    for frame in (
        doses.sort_values("day", kind="stable"),
        weights.astype({"patient": "int64", "day": "int64"}),
    ):
        order = pd.merge_asof(order, frame, on="day", by="patient")
    order = order.set_index("row").sort_index()
    return order["dose_mg"].astype(float) / order["weight_kg"].astype(float)
