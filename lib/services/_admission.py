"""Who a file may speak of: known patients, and those that it may make."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd

from lib.clinical.instruments import INSTRUMENTS
from lib.intake.check import CheckedRows, Directory
from lib.intake.people import ONLY_CLINIC, normalise
from lib.intake.persons import days_of_birth
from lib.intake.table import RawTable
from lib.services._people import read_weights
from lib.store.derived import read_about
from lib.store.engine import Transaction
from lib.store.merges import read_remaining
from lib.store.people import add_clinic, add_patients
from lib.store.records import find_born, find_patients, read_clinics, read_facts, read_patients

_FACTS = ("birth_date", "initials", "enrolled_on", "dose_ceiling_mg")
# Later than any record.
_ANY_DAY = 10**6
_DIRECTORY = ("patient_id", "clinic_id", "patient_key", "clinic_key", "known_as")


def read_directory(connection: Transaction, raw: RawTable, scope: frozenset[str] | None = None) -> Directory:
    """Whom a file's rows could mean, and what is known of them: who has such an id, or one that looks like it, and for a file of
    patients who was born on such a day. A record of an identity that was merged into another one reaches the one that remains;
    what patients.csv says of an identity stays with it. scope: the clinics of whoever imports, None all."""
    kind = raw.kind.name
    patients = find_patients(connection, map(normalise, raw.cells["patient_id"].distinct))
    if kind == "patients":
        born = find_born(connection, days_of_birth(raw))
        patients = pd.concat([patients, born], ignore_index=True).drop_duplicates("patient_key")
    if scope is not None:
        patients = patients[patients["clinic_id"].isin(scope)]
    clinics = read_clinics(connection)
    if kind != "patients":
        into = read_remaining(connection)
        remaining = [into.get(key, key) for key in patients["patient_key"].tolist()]
        patients = patients.assign(patient_key=remaining, known_as=_name(connection, patients, remaining))
    patients = patients[[name for name in _DIRECTORY if name in patients]]
    return Directory(
        patients.join(_read_facts(connection, kind, patients["patient_key"].tolist()), on="patient_key"),
        clinics[["clinic_id", "clinic_key", "time_zone"]],
    )


def _name(connection: Transaction, patients: pd.DataFrame, remaining: list[int]) -> list[str]:
    """The ids of those who remain; most are the patients themselves."""
    names = dict(zip(patients["patient_key"].tolist(), patients["patient_id"].tolist(), strict=True))
    if others := sorted(set(remaining) - names.keys()):
        found = read_patients(connection, others, with_merged=True)
        names |= dict(zip(found["patient_key"].tolist(), found["patient_id"].tolist(), strict=True))
    return [names[key] for key in remaining]


def _read_facts(connection: Transaction, kind: str, patients: list[int]) -> pd.DataFrame:
    """What a file of a kind is held against, index patient_key: columns of Directory."""
    facts = read_facts(connection, patients, _FACTS).set_index("patient_key")[list(_FACTS)]
    facts = facts.rename(columns={"birth_date": "birth_day", "enrolled_on": "enrolled_day"})
    if kind != "observations":
        return facts
    weights = read_weights(connection, _ANY_DAY, patients).drop_duplicates("patient_key", keep="last")
    return facts.join(weights.set_index("patient_key")[["weight_kg"]], how="outer")


def admit_patients(connection: Transaction, raw: RawTable, checked: CheckedRows) -> CheckedRows:
    """Make the clinics and patients that patients.csv names; in a store of declared clinics an unknown clinic is held."""
    accepted = checked.accepted
    clinics = read_clinics(connection)
    is_open = clinics.empty or read_about(connection).get("are_clinics_open") == "yes"
    new = sorted(set(accepted["clinic_id"]) - set(clinics["clinic_id"]))
    if new and not is_open:
        is_unknown = accepted["clinic_id"].isin(new)
        problems = pd.concat(
            [checked.problems, _unknown_clinic(raw, accepted[is_unknown])], ignore_index=True
        )
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
    known = find_patients(connection, accepted["patient_id"])
    known = known.set_index(["clinic_key", "patient_id"])["patient_key"]
    keys = known.reindex(pd.MultiIndex.from_frame(accepted[["clinic_key", "patient_id"]]))
    return replace(checked, accepted=accepted.assign(patient_key=keys.to_numpy(dtype=np.int64)))


def _unknown_clinic(raw: RawTable, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of patients.csv that wait for a clinic, in the columns of lib.intake's problems."""
    said = "clinic_id {!r} is not a clinic of this store; add it: python -m lib init --clinic {}"
    place = {line: position for position, line in enumerate(raw.lines)}
    cells = [{name: texts[place[line]] for name, texts in raw.cells.items()} for line in rows["line"]]
    return pd.DataFrame(
        {
            "line": rows["line"],
            "outcome": "held",
            "code": "unknown-clinic",
            "column": "clinic_id",
            "value": rows["clinic_id"],
            "reason": [said.format(name, name) for name in rows["clinic_id"]],
            "patient_id": rows["patient_id"],
            "patient_key": pd.array([pd.NA] * len(rows), dtype="Int64"),
            "may_hold_item_9": False,
            "cells": [json.dumps(row, ensure_ascii=False) for row in cells],
        }
    )


def make_patients(connection: Transaction, problems: pd.DataFrame) -> bool:
    """Identities for the patients that held rows wait for (--create-patients); whether any was made."""
    clinics = read_clinics(connection)
    if clinics.empty:
        add_clinic(connection, ONLY_CLINIC, ONLY_CLINIC, "UTC", list(INSTRUMENTS))
        clinics = read_clinics(connection)
    key_of = dict(zip(clinics["clinic_id"], clinics["clinic_key"], strict=True))
    only = next(iter(key_of)) if len(key_of) == 1 else ""
    waiting = problems[(problems["code"] == "unknown-patient") & (problems["outcome"] == "held")]
    named = [json.loads(text).get("clinic_id", "") or only for text in waiting["cells"]]
    pairs = zip(named, waiting["patient_id"], strict=True)
    wanted = {(key_of[name], normalise(patient_id)) for name, patient_id in pairs if name in key_of}
    add_patients(connection, sorted(wanted))
    return bool(wanted)
