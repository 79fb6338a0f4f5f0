"""The questions about typed doses that stand between a filled-in decision and its signature."""

from datetime import date

import numpy as np
import pandas as pd

from lib.clinical.courses import does_count
from lib.clinical.decision_answers import Answers
from lib.clinical.decision_doses import DosesOnRecord, ask_about_doses, find_doses, is_typed_again
from lib.clinical.policy import Policy
from lib.services._record_frames import read_records
from lib.services.errors import StoreError
from lib.store.engine import Transaction


def check_doses(
    connection: Transaction, answers: Answers, patient_key: int, as_of: date, policy: Policy
) -> list[str]:
    """What was asked about the doses, and answered by typing the new one again. Raises StoreError where it was not."""
    asked = ask_about_doses(answers, _read_doses(connection, patient_key, as_of), policy)
    if asked and not is_typed_again(answers):
        raise StoreError(
            f"{' '.join(asked)} If it is meant, type the new dose once more; nothing was signed."
        )
    return asked


def _read_doses(connection: Transaction, patient_key: int, as_of: date) -> DosesOnRecord:
    sessions, orders = (
        rows[rows["on"].to_numpy() <= np.datetime64(as_of)]
        for rows in (
            read_records(connection, kind, patient_key) for kind in ("dosing_sessions", "dose_orders")
        )
    )
    counting = sessions[does_count(sessions["dose_mg"], sessions["status"])]
    patient = read_records(connection, "patients", patient_key)
    return find_doses(patient.iloc[0] if len(patient) else pd.Series(dtype=object), counting, orders)
