"""adsl, adex and adae: patients, doses that count, and unwanted events, with days counted from the first dose."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lib.clinical.segments import NONE, Bools, Ints
from lib.research.adam.reference import Reference
from lib.research.written_columns import (
    Values,
    write_dates,
    write_moments,
    write_number,
    write_text,
    write_where,
    write_whole,
)

# The store's columns of each, as lists by name.
SUBJECT_COLUMNS = ("birth_year", "birth_date", "sex", "indication", "ended_on", "end_reason", "died_on")
EXPOSURE_COLUMNS = (
    "started_at_day",
    "started_at_second",
    "dose_mg",
    "drug",
    "formulation",
    "route",
    "status",
)
EVENT_COLUMNS = (
    *("started_at_day", "started_at_second", "term", "severity", "is_serious", "duration_min"),
    *("action_taken", "outcome"),
)
_SEXES = {"female": "F", "f": "F", "male": "M", "m": "M"}
Stored = Mapping[str, Values]


def derive_adsl(
    stored: Stored, reference: Reference, baselines: Mapping[str, Ints], keys: Sequence[int]
) -> pd.DataFrame:
    """One row a patient, in the order of the keys. stored: SUBJECT_COLUMNS of those who have a record. baselines: totals by
    column name, an entry a patient of the reference."""
    patient = np.array(keys, dtype=np.int64)
    place = reference.place(patient)
    own = pd.DataFrame(
        {name: pd.Series(stored[name], dtype=object) for name in ("patient_key", *SUBJECT_COLUMNS)}
    )
    own = own.drop_duplicates("patient_key", keep="last").set_index("patient_key").reindex(keys)
    said = {name: [None if pd.isna(one) else one for one in own[name]] for name in own}
    first, last = reference.first_day[place], reference.last_day[place]
    died = np.array([one is not None for one in said["died_on"]], dtype=bool)
    return pd.DataFrame(
        {
            "patient": patient,
            "AGE": write_whole(_age(said["birth_date"], said["birth_year"], first)),
            "AGEU": write_text(["YEARS"] * len(patient)),
            "SEX": write_text(
                [_SEXES.get(str(one).strip().lower(), "U") if one else None for one in said["sex"]]
            ),
            "INDIC": write_text(said["indication"]),
            "TRTSDT": write_dates(first),
            "TRTEDT": write_dates(last),
            "TRTDURD": write_whole(np.where(first == NONE, NONE, last - first + 1)),
            "NCOURSE": write_whole(reference.n_courses[place]),
            "SAFFL": write_text(np.where(first == NONE, "N", "Y")),
            **{name: write_whole(totals[place]) for name, totals in baselines.items()},
            "EOSDT": write_dates(said["ended_on"]),
            "DCSREAS": write_text(said["end_reason"]),
            "DTHDT": write_dates(said["died_on"]),
            "DTHFL": write_where(died, "Y"),
        }
    )


def _age(born_on: Values, born_in: Values, day: Ints) -> Ints:
    """Full years at the first dose; of a year of birth alone, that year taken off. NONE without either."""
    on = pd.to_datetime(pd.Series(born_on, dtype="float64"), unit="D")
    at = pd.to_datetime(pd.Series(np.where(day == NONE, np.nan, day)), unit="D")
    is_before = (at.dt.month < on.dt.month) | ((at.dt.month == on.dt.month) & (at.dt.day < on.dt.day))
    exact = at.dt.year - on.dt.year - is_before
    rough = at.dt.year - pd.Series(born_in, dtype="float64")
    return exact.fillna(rough).fillna(NONE).to_numpy(np.int64)


def derive_adex(stored: Stored, counts: Bools, reference: Reference) -> pd.DataFrame:
    """Doses that count, a row each; stored: EXPOSURE_COLUMNS in the order of the file, counts: which of the rows count."""
    rows = {name: np.array(values, dtype=object)[counts] for name, values in stored.items()}
    patient = rows["patient_key"].astype(np.int64)
    return pd.DataFrame(
        {
            "patient": patient,
            "ASEQ": _number_rows(patient),
            "PARAMCD": write_text(["DOSE"] * len(patient)),
            "PARAM": write_text(["Dose taken (mg)"] * len(patient)),
            "AVAL": write_number(rows["dose_mg"].tolist()),
            "EXDOSU": write_text(["mg"] * len(patient)),
            "EXTRT": write_text(rows["drug"]),
            "EXDOSFRM": write_text(rows["formulation"]),
            "EXROUTE": write_text(rows["route"]),
            **_when(rows, reference, patient),
        }
    )


def derive_adae(stored: Stored, reference: Reference) -> pd.DataFrame:
    """Unwanted events in the clinic's own terms: MedDRA is licensed, and none of its codes is here."""
    patient = np.array(stored["patient_key"], dtype=np.int64)
    serious = {1: "Y", 0: "N", None: None}
    after = [
        day is not None and first not in (NONE, None) and day >= first
        for day, first in zip(
            stored["started_at_day"], reference.first_day[reference.place(patient)].tolist(), strict=True
        )
    ]
    return pd.DataFrame(
        {
            "patient": patient,
            "AESEQ": _number_rows(patient),
            "AETERM": write_text(stored["term"]),
            "AESEV": write_text([one.upper() if one else None for one in stored["severity"]]),
            "AESER": write_text([serious[one] for one in stored["is_serious"]]),
            "ADURN": write_number(stored["duration_min"]),
            "ADURU": write_text(["MINUTES" if one is not None else None for one in stored["duration_min"]]),
            "AEACNOTH": write_text(stored["action_taken"]),
            "AEOUT": write_text(stored["outcome"]),
            **_when(stored, reference, patient),
            "TRTEMFL": write_where(np.array(after, dtype=bool), "Y"),
        }
    )


def _when(stored: Stored, reference: Reference, patient: Ints) -> dict[str, Any]:
    day = np.array([NONE if one is None else one for one in stored["started_at_day"]], dtype=np.int64)
    return {
        "ASTDT": write_dates(day),
        "ASTDTM": write_moments(list(stored["started_at_day"]), list(stored["started_at_second"])),
        "ASTDY": write_whole(reference.study_day(patient, day)),
    }


def _number_rows(patient: Ints) -> Any:
    return write_whole(pd.Series(patient).groupby(patient).cumcount().to_numpy() + 1)
