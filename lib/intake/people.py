"""Whose row it is: the patient and the clinic of every row, from those who are known already. Never guessed."""

import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.intake.findings import BoolArray, Findings, IntArray, ObjectArray
from lib.intake.table import RawTable
from lib.intake.zones import Zones

# A place of work needs no name while there is only one: the first patients of an empty store belong to it.
ONLY_CLINIC = "clinic"
_UNKNOWN = -1
_FAULTS = {
    "unknown-patient": (
        "patient_id",
        "No patient with this patient_id is known: import the patient first, or correct the id.",
    ),
    "ambiguous-clinic": (
        "patient_id",
        "More than one clinic has a patient with this patient_id: add the clinic_id.",
    ),
    "other-clinic": (
        "clinic_id",
        "The patient is not known in the clinic that clinic_id names: correct the one that is wrong.",
    ),
    "no-clinic": ("clinic_id", "There is more than one clinic and the row names none: add the clinic_id."),
}


@dataclass(frozen=True)
class Directory:
    """Who is known before the file is read.

    patients: patient_id, clinic_id (str) · patient_key, clinic_key (int64); one row a patient and clinic. known_as (str; may be
        absent): the patient_id that records are kept under, where another identity than the one named is the patient
    clinics: clinic_id (str) · clinic_key (int64) · time_zone (IANA name)
    """

    patients: pd.DataFrame
    clinics: pd.DataFrame


@dataclass(frozen=True)
class People:
    """Row by row: ids as compared ("" unknown), keys (-1 where not known, or new), and the clinic's time zone. known_as: the
    patient_id that the record is kept under."""

    patient_id: ObjectArray
    known_as: ObjectArray
    clinic_id: ObjectArray
    patient_key: IntArray
    clinic_key: IntArray
    zones: Zones

    @property
    def is_known(self) -> BoolArray:
        return self.patient_key != _UNKNOWN


@dataclass(frozen=True)
class _Match:
    clinic_id: str
    patient_key: int = _UNKNOWN
    clinic_key: int = _UNKNOWN
    fault: str = ""
    known_as: str | None = None


def match_people(raw: RawTable, directory: Directory, findings: Findings) -> People:
    """Holds the rows whose patient or clinic is not known, or could be more than one.

    Raises ValueError where a patient's clinic is missing from the directory's clinics.
    """
    codes, pairs = _find_pairs(raw, findings.n_rows)
    patient_ids = [patient_id for patient_id, _ in pairs]
    roster = _Roster(directory, set(patient_ids))
    match = roster.match_new if raw.kind.name == "patients" else roster.match_known
    matches = [match(patient_id, clinic_id) for patient_id, clinic_id in pairs]
    for fault, (column, reason) in _FAULTS.items():
        is_faulty = np.array([match.fault == fault for match in matches], np.bool_)
        findings.hold(is_faulty[codes], fault, column, reason)
    return People(
        patient_id=np.array(patient_ids, dtype=object)[codes],
        known_as=np.array(
            [match.known_as or named for match, named in zip(matches, patient_ids, strict=True)], dtype=object
        )[codes],
        clinic_id=np.array([match.clinic_id for match in matches], dtype=object)[codes],
        patient_key=np.array([match.patient_key for match in matches], np.int64)[codes],
        clinic_key=np.array([match.clinic_key for match in matches], np.int64)[codes],
        zones=_zones([roster.zone_of(match.clinic_id) for match in matches], codes),
    )


class _Roster:
    """The part of the directory that a file speaks of."""

    def __init__(self, directory: Directory, patient_ids: set[str]) -> None:
        clinics = directory.clinics
        self._zones = dict(zip(clinics["clinic_id"].tolist(), clinics["time_zone"].tolist(), strict=True))
        self._clinic_keys = dict(
            zip(clinics["clinic_id"].tolist(), clinics["clinic_key"].tolist(), strict=True)
        )
        self._only = next(iter(self._zones)) if len(self._zones) == 1 else ""
        is_wanted = [patient_id in patient_ids for patient_id in directory.patients["patient_id"].tolist()]
        wanted = directory.patients[np.array(is_wanted, np.bool_)]
        self._known: dict[str, dict[str, _Match]] = {}
        columns = [wanted[name].tolist() for name in ("patient_id", "clinic_id", "patient_key", "clinic_key")]
        columns.append(wanted["known_as" if "known_as" in wanted else "patient_id"].tolist())
        for patient_id, clinic_id, patient_key, clinic_key, known_as in zip(*columns, strict=True):
            if clinic_id not in self._zones:
                raise ValueError(f"the directory has a patient of clinic {clinic_id}, but no such clinic")
            match = _Match(clinic_id, int(patient_key), int(clinic_key), known_as=known_as)
            self._known.setdefault(patient_id, {})[clinic_id] = match

    def match_known(self, patient_id: str, clinic_id: str) -> _Match:
        """The patient of a record."""
        known = self._known.get(patient_id, {})
        if clinic_id in known:
            return known[clinic_id]
        if not clinic_id and len(known) == 1:
            return next(iter(known.values()))
        if not known:
            # An empty patient_id is a missing value, which another check names.
            return _Match(clinic_id, fault="unknown-patient" if patient_id else "")
        return _Match(clinic_id, fault="other-clinic" if clinic_id else "ambiguous-clinic")

    def match_new(self, patient_id: str, clinic_id: str) -> _Match:
        """The patient of a row of patients.csv, which may be new, and so may the clinic."""
        clinic_id = clinic_id or self._only or ("" if self._zones else ONLY_CLINIC)
        if not clinic_id:
            return _Match("", fault="no-clinic")
        new = _Match(clinic_id, clinic_key=int(self._clinic_keys.get(clinic_id, _UNKNOWN)))
        return self._known.get(patient_id, {}).get(clinic_id, new)

    def zone_of(self, clinic_id: str) -> str:
        """The time zone by which a row is read, "" where no clinic can be told."""
        return self._zones.get(clinic_id or self._only, "")


def _find_pairs(raw: RawTable, n_rows: int) -> tuple[IntArray, list[tuple[str, str]]]:
    """The distinct pairs of patient_id and clinic_id ("" not given), and the position among them of each row's."""
    patient_codes, patients = pd.factorize(np.array(raw.cells["patient_id"], dtype=object))
    clinic_codes, clinics = pd.factorize(np.array(raw.cells.get("clinic_id", [""] * n_rows), dtype=object))
    codes, pairs = pd.factorize(patient_codes * max(len(clinics), 1) + clinic_codes)
    places = [divmod(pair, len(clinics)) for pair in pairs.tolist()]
    return codes, [(normalise(patients[patient]), normalise(clinics[clinic])) for patient, clinic in places]


def normalise(text: str) -> str:
    """One spelling of letters with accents, which systems write in one or in two characters."""
    return unicodedata.normalize("NFC", text)


def _zones(names: list[str], codes: IntArray) -> Zones:
    distinct = sorted({name for name in names if name})
    numbers = [distinct.index(name) if name else -1 for name in names]
    return Zones(tuple(distinct), np.array(numbers, np.int64)[codes])
