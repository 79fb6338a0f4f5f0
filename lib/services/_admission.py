"""Who a file may speak of: known patients, and those that it may make."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd

from lib.clinical.instruments import INSTRUMENTS
from lib.intake.check import CheckedRows, Directory
from lib.intake.people import ONLY_CLINIC
from lib.intake.table import RawTable
from lib.store.derived import read_about
from lib.store.engine import Transaction
from lib.store.records import add_clinic, add_patients, read_clinics, read_patients


def read_directory(connection: Transaction) -> Directory:
    patients = read_patients(connection)
    clinics = read_clinics(connection)
    return Directory(
        patients[["patient_id", "clinic_id", "patient_key", "clinic_key"]],
        clinics[["clinic_id", "clinic_key", "time_zone"]],
    )


def admit_patients(connection: Transaction, checked: CheckedRows) -> CheckedRows:
    """Make the clinics and patients that patients.csv names; in a store of declared clinics an unknown clinic is held."""
    accepted = checked.accepted
    clinics = read_clinics(connection)
    is_open = clinics.empty or read_about(connection).get("are_clinics_open") == "yes"
    new = sorted(set(accepted["clinic_id"]) - set(clinics["clinic_id"]))
    if new and not is_open:
        is_unknown = accepted["clinic_id"].isin(new)
        problems = pd.concat([checked.problems, _unknown_clinic(accepted[is_unknown])], ignore_index=True)
        accepted, checked = accepted[~is_unknown], replace(checked, problems=problems)
    elif new:
        for clinic_id in new:
            add_clinic(connection, clinic_id, clinic_id, "UTC", list(INSTRUMENTS))
    key_of = read_clinics(connection).set_index("clinic_id")["clinic_key"]
    accepted = accepted.assign(clinic_key=accepted["clinic_id"].map(key_of).astype("int64"))
    unknown = accepted[accepted["patient_key"] < 0]
    add_patients(
        connection, list(zip(unknown["clinic_key"].tolist(), unknown["patient_id"].tolist(), strict=True))
    )
    known = read_patients(connection).set_index(["clinic_key", "patient_id"])["patient_key"]
    keys = known.reindex(pd.MultiIndex.from_frame(accepted[["clinic_key", "patient_id"]]))
    return replace(checked, accepted=accepted.assign(patient_key=keys.to_numpy(dtype=np.int64)))


def _unknown_clinic(rows: pd.DataFrame) -> pd.DataFrame:
    said = "clinic_id {!r} is not a clinic of this store; add it: python -m lib init --clinic {}"
    return pd.DataFrame(
        {
            "line": rows["line"],
            "outcome": "held",
            "code": "unknown-clinic",
            "column": "clinic_id",
            "value": rows["clinic_id"],
            "reason": [said.format(name, name) for name in rows["clinic_id"]],
            "patient_id": rows["patient_id"],
            "may_hold_item_9": False,
            "cells": [
                json.dumps({"patient_id": one, "clinic_id": two})
                for one, two in zip(rows["patient_id"], rows["clinic_id"], strict=True)
            ],
        }
    )


def make_named_patients(connection: Transaction, raw: RawTable) -> None:
    """Identities for patients that only this file names (--create-patients)."""
    clinics = read_clinics(connection)
    if clinics.empty:
        add_clinic(connection, ONLY_CLINIC, ONLY_CLINIC, "UTC", list(INSTRUMENTS))
        clinics = read_clinics(connection)
    key_of = dict(zip(clinics["clinic_id"], clinics["clinic_key"], strict=True))
    only = next(iter(key_of)) if len(key_of) == 1 else ""
    named = raw.cells.get("clinic_id") or [""] * len(raw.lines)
    known = set(read_patients(connection)["patient_id"])
    wanted = {
        (key_of[clinic_id or only], patient_id)
        for patient_id, clinic_id in zip(raw.cells["patient_id"], named, strict=True)
        if patient_id and patient_id not in known and (clinic_id or only) in key_of
    }
    add_patients(connection, sorted(wanted))
