"""What the lists say of each patient beside the scores: who, where, what dose, how long ago."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.held_columns import arrays_of, frame_of, pick, spread
from lib.clinical.segments import Ints
from lib.services._scope import clinic_keys
from lib.services.access import Actor
from lib.services.errors import MergedAwayError, NotFoundError
from lib.store import bulk
from lib.store.engine import Transaction
from lib.store.listed_people import read_listed_people
from lib.store.merges import read_remaining
from lib.store.records import read_patients

# What a list of many says of each of them.
WHO = ["patient_id", "initials", "clinic_id", "clinician_id"]
_WEIGHT = "weight_kg"
_NUMBER = pd.Float64Dtype()


def read_people(connection: Transaction, actor: Actor, patients: list[int] | None = None) -> pd.DataFrame:
    """Everyone in scope (of these keys), index patient_key: patient_id, clinic_id, clinic_key, clinician_id, initials."""
    scope = clinic_keys(connection, actor)
    return read_listed_people(connection, scope, patients).set_index("patient_key")


def find_patient(connection: Transaction, actor: Actor, patient_key: int) -> dict[str, str]:
    """patient_id and clinic_id. Raises NotFoundError, with the same words for another clinic's patient and for nobody, and
    MergedAwayError for an identity that is somebody else's now."""
    people = read_patients(connection, [patient_key], with_merged=True)
    scope = clinic_keys(connection, actor)
    if people.empty or (scope is not None and people["clinic_key"].iloc[0] not in scope):
        raise NotFoundError("No patient was found at this address.")
    remains = read_remaining(connection).get(patient_key)
    if remains is not None:
        names = read_patients(connection, [remains])["patient_id"]
        raise MergedAwayError(remains, str(people["patient_id"].iloc[0]), str(names.iloc[0]))
    return {name: str(people[name].iloc[0]) for name in ("patient_id", "clinic_id")}


def read_doses(connection: Transaction, as_of: int, patients: Iterable[int] | None = None) -> pd.DataFrame:
    """The last dose taken, index patient_key: dose_mg, dose_mg_per_kg (NA without a weight before it)."""
    sessions = bulk.read_doses(connection, as_of, patients)
    last = pick(sessions, _last_of_each(sessions["patient"].to_numpy()))
    weighed = read_weights(connection, as_of, patients)
    latest = pick(weighed, _last_of_each(weighed["patient_key"].to_numpy()))
    keys = pd.Index(last["patient"].to_numpy(), name="patient_key")
    dose_mg = pd.array(last["dose_mg"].to_numpy(), dtype=_NUMBER)
    kilograms = spread({"kg": latest["weight_kg"].array}, latest["patient_key"].to_numpy(), keys)["kg"]
    return frame_of({"dose_mg": dose_mg, "dose_mg_per_kg": dose_mg / kilograms}, keys)


def _last_of_each(keys: Ints) -> Ints:
    """Where each key stands for the last time."""
    return len(keys) - 1 - np.unique(keys[::-1], return_index=True)[1]


def read_weights(connection: Transaction, as_of: int, patients: Iterable[int] | None = None) -> pd.DataFrame:
    """Weights, the oldest first: patient_key, day, weight_kg (Float64); only values that are a number above 0."""
    seen = arrays_of(bulk.read_observed(connection, _WEIGHT, as_of, patients))
    kilograms = _read_kilograms(np.asarray(seen["value"], dtype=object))
    is_weight = kilograms > 0
    weighed = {name: seen[name][is_weight] for name in ("patient_key", "day")}
    return frame_of({**weighed, "weight_kg": pd.array(kilograms[is_weight], dtype=_NUMBER)})


def weights_among(observations: pd.DataFrame) -> tuple[Ints, pd.array]:
    """The same of the observations of PatientHistory: days, and kilograms."""
    held = arrays_of(observations, ("record", "on", "kind", "value"))
    own = np.flatnonzero((held["kind"] == _WEIGHT).to_numpy(dtype=bool, na_value=False))
    # Of one day in the order in which they came, as they are read of many patients.
    day = np.asarray(held["on"][own]).astype("datetime64[D]").astype(np.int64)
    order = np.lexsort((held["record"][own].to_numpy(np.int64), day))
    kilograms = _read_kilograms(held["value"][own].to_numpy(object))[order]
    is_weight = kilograms > 0
    weight_kg = kilograms[is_weight]
    return day[order][is_weight], pd.arrays.FloatingArray(weight_kg, np.zeros(len(weight_kg), dtype=bool))


def _read_kilograms(said: Any) -> NDArray[np.float64]:
    """NaN: not a number."""
    return np.asarray(pd.to_numeric(said, errors="coerce"), dtype=float)
