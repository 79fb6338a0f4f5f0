"""Whose row it is: the patient and the clinic of every row, from those who are known already. Never guessed."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from lib.clinical.lookalikes import fold_alike, mixes_scripts
from lib.intake.findings import BoolArray, Findings, IntArray, ObjectArray
from lib.intake.table import RawTable
from lib.intake.zones import Zones

# A place of work needs no name while there is only one: the first patients of an empty store belong to it.
ONLY_CLINIC = "clinic"
_UNKNOWN = -1
_FAULTS = {
    "unknown-patient": (
        "patient_id",
        "No patient with this patient_id is known: import the patient first, or correct the id or the clinic_id.",
    ),
    "ambiguous-clinic": (
        "patient_id",
        "More than one clinic has a patient with this patient_id: add the clinic_id.",
    ),
    "mixed-script": (
        "patient_id",
        "patient_id has letters of two alphabets that look alike, such as Latin and Cyrillic: write it in one of them.",
    ),
    "no-clinic": ("clinic_id", "There is more than one clinic and the row names none: add the clinic_id."),
}


@dataclass(frozen=True)
class Directory:
    """Who is known before the file is read.

    patients: patient_id, clinic_id (str) · patient_key, clinic_key (int64); one row a patient and clinic. Any of these may be
        absent: known_as (str), the patient_id that records are kept under, where another identity than the one named is the
        patient · birth_day, enrolled_day (days since 1970-01-01), initials (str), dose_ceiling_mg, weight_kg: NA unknown
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
    alike: str = ""


def match_people(raw: RawTable, directory: Directory, findings: Findings) -> People:
    """Holds the rows whose patient or clinic is not known, or could be more than one.

    Raises ValueError where a patient's clinic is missing from the directory's clinics.
    """
    codes, pairs = _find_pairs(raw)
    patient_ids = [patient_id for patient_id, _ in pairs]
    roster = _Roster(directory, pairs, is_confirmed=raw.is_confirmed)
    match = roster.match_new if raw.kind.name == "patients" else roster.match_known
    matches = [match(patient_id, clinic_id) for patient_id, clinic_id in pairs]
    for fault, (column, reason) in _FAULTS.items():
        is_faulty = np.array([match.fault == fault for match in matches], np.bool_)
        findings.hold(is_faulty[codes], fault, column, reason)
    _hold_alike(matches, codes, findings)
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


def _hold_alike(matches: list[_Match], codes: IntArray, findings: Findings) -> None:
    for alike in sorted({match.alike for match in matches} - {""}):
        is_alike = np.array([match.alike == alike for match in matches], np.bool_)
        reason = (
            f"patient_id looks like {alike}, another one, and differs in case, alphabet or spaces that do not show: "
            f"is {alike} meant? Write every patient's id in one way."
        )
        findings.hold(is_alike[codes], "like-another-patient", "patient_id", reason)


class _Roster:
    """The part of the directory that a file speaks of."""

    def __init__(self, directory: Directory, pairs: list[tuple[str, str]], *, is_confirmed: bool) -> None:
        clinics, patient_ids = directory.clinics, {patient_id for patient_id, _ in pairs}
        self._everybody, self._pairs, self._is_confirmed = directory.patients, pairs, is_confirmed
        names = clinics["clinic_id"].tolist()
        self._zones = dict(zip(names, clinics["time_zone"].tolist(), strict=True))
        self._clinic_keys = dict(zip(names, clinics["clinic_key"].tolist(), strict=True))
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
        if known and not clinic_id:
            return _Match(clinic_id, fault="ambiguous-clinic")
        # That another clinic has a patient of this id is nobody's business here.
        return self._doubt(patient_id, clinic_id) or _Match(clinic_id, fault="unknown-patient")

    def match_new(self, patient_id: str, clinic_id: str) -> _Match:
        """The patient of a row of patients.csv, which may be new, and so may the clinic."""
        clinic_id = clinic_id or self._only or ("" if self._zones else ONLY_CLINIC)
        if not clinic_id:
            return _Match("", fault="no-clinic")
        known = self._known.get(patient_id, {}).get(clinic_id)
        new = _Match(clinic_id, clinic_key=int(self._clinic_keys.get(clinic_id, _UNKNOWN)))
        return known or (None if self._is_confirmed else self._doubt(patient_id, clinic_id)) or new

    def _doubt(self, patient_id: str, clinic_id: str) -> _Match | None:
        """Why an id that nobody has is no new patient's."""
        if not patient_id:
            # A missing value, which another check names.
            return _Match(clinic_id)
        alike = self._alike.get(fold_alike(patient_id), [])
        here = [one for one, at in alike if not clinic_id or at in (clinic_id, "")]
        other = next((one for one in here if one != patient_id), "")
        if other:
            return _Match(clinic_id, alike=other)
        return _Match(clinic_id, fault="mixed-script") if mixes_scripts(patient_id) else None

    @cached_property
    def _alike(self) -> dict[str, list[tuple[str, str]]]:
        """Known patients and clinics, and those that the file names, by what their ids look like."""
        known = self._everybody
        everybody = [*zip(known["patient_id"].tolist(), known["clinic_id"].tolist(), strict=True)]
        everybody += [(patient_id, clinic_id or self._only) for patient_id, clinic_id in self._pairs]
        found: dict[str, list[tuple[str, str]]] = {}
        for patient_id, clinic_id in everybody:
            found.setdefault(fold_alike(patient_id), []).append((patient_id, clinic_id))
        return found

    def zone_of(self, clinic_id: str) -> str:
        """The time zone by which a row is read, "" where no clinic can be told."""
        return self._zones.get(clinic_id or self._only, "")


def _find_pairs(raw: RawTable) -> tuple[IntArray, list[tuple[str, str]]]:
    """The distinct pairs of patient_id and clinic_id ("" not given), and the position among them of each row's."""
    patient_codes, patients = raw.cells["patient_id"].coded()
    clinic_codes, clinics = raw.column("clinic_id").coded()
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
