"""A clinic of the calibrated cohort as tables of an export: every person has an id, birth date, name and note of their own."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from lib.demo import generate_cohort
from lib.research.age_bands import classify_ages
from lib.research.disclosure import Disclosure, prepare_rows
from lib.research.passport import Passport
from lib.research.plan import Plan
from lib.research.table import ColumnNote, ExportTable, Risk

# No date of the product's own files lies in these years.
FIRST_DAY = (date(2011, 1, 3) - date(1970, 1, 1)).days
TERMS = ("nausea", "dizziness", "dysphoria", "sedation", "a rare thing")
KEY = b"a key of the tests"


@dataclass(frozen=True)
class Clinic:
    """people: as prepare_rows takes them. secrets: texts that may stand nowhere."""

    tables: tuple[ExportTable, ...]
    frames: dict[str, pd.DataFrame]
    people: pd.DataFrame


def make_clinic(n: int, seed: int = 7) -> Clinic:
    rng = np.random.default_rng(seed)
    cohort = generate_cohort(seed, n)
    ids = [f"MRN{number:07d}X" for number in rng.permutation(n * 3)[:n]]
    day_0 = FIRST_DAY + rng.integers(0, 1500, n)
    born = day_0 - cohort.age * 365 - rng.integers(10, 340, n)
    sex = np.where(rng.random(n) < 0.6, "female", "male").astype(object)
    sex[:4] = "intersex"
    indication = np.where(rng.random(n) < 0.8, "depression", "anxiety").astype(object)
    indication[::97] = "chronic_pain"
    patients = pd.DataFrame(
        {
            "patient_id": ids,
            "initials": [f"Nm{number:06d}q" for number in range(n)],
            "clinic_id": "riversidehouse",
            "birth_date": _iso(born),
            "sex": sex,
            "indication": indication,
            "enrolled_on": _iso(day_0 - rng.integers(3, 40, n)),
            "dose_ceiling_mg": rng.choice([200.0, 300.0, 400.0], n),
        }
    )
    frames = {
        "patients": patients,
        "assessments": _forms(cohort, ids, day_0, rng),
        "dosing_sessions": _sessions(cohort, ids, day_0, rng),
        "adverse_events": _events(cohort, ids, day_0, rng),
    }
    people = pd.DataFrame(
        {
            "patient_id": ids,
            "clinic_id": "riversidehouse",
            "research_id": ["R" + one for one in _random_ids(n, rng)],
            "day_0": day_0,
            "shift_days": -1 - rng.integers(0, 364, n),
            "sex": pd.Series(sex).mask(pd.Series(sex) == "intersex", "other"),
            "indication": indication,
            "age_band": classify_ages(pd.Series((day_0 - born) // 365.25), 10, 90),
            "start_year": pd.to_datetime(day_0, unit="D").year.astype(str),
            "item_9": np.where(cohort.item_9.max(axis=1) > 0, "yes", "no"),
        }
    )
    return Clinic(tuple(_table(name, rows) for name, rows in frames.items()), frames, people)


def _random_ids(n: int, rng: np.random.Generator) -> list[str]:
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz234567"))
    return ["".join(row) for row in letters[rng.integers(0, 32, (n, 16))]]


def _iso(days: np.ndarray) -> pd.Series:
    return pd.Series(pd.to_datetime(days, unit="D")).dt.strftime("%Y-%m-%d")


def _forms(cohort, ids: list[str], day_0: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    totals = np.concatenate([cohort.phq9, cohort.phq9_after[:, ::8]], axis=1)
    n, n_forms = totals.shape
    days = day_0[:, None] + np.cumsum(rng.integers(3, 15, (n, n_forms)), axis=1) - 16
    rows = pd.DataFrame(
        {"patient_id": np.repeat(ids, n_forms), "instrument": "PHQ-9", "total": totals.ravel()}
    )
    rows["assessed_at"] = (_iso(days.ravel()) + "T09:41").to_numpy()
    rows["entered_by"] = rng.choice(["patient", "staff", None], len(rows))
    return rows


def _sessions(cohort, ids: list[str], day_0: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    rows = pd.DataFrame({"patient_id": np.repeat(ids, cohort.n_induction)})
    number = rows.groupby("patient_id", sort=False).cumcount().to_numpy()
    rows["started_at"] = _iso(
        np.repeat(day_0, cohort.n_induction) + 7 * number + rng.integers(0, 3, len(rows))
    ).to_numpy()
    rows["dose_mg"] = rng.choice([100.0, 150.0, 200.0, 300.0], len(rows))
    rows.loc[0, "dose_mg"] = 999.0
    rows["note"] = [f"told by nt{row:07d}z" for row in range(len(rows))]
    return rows


def _events(cohort, ids: list[str], day_0: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    has = np.flatnonzero(cohort.has_adverse_event)
    terms = rng.choice(TERMS[:-1], len(has)).astype(object)
    terms[:3] = TERMS[-1]
    terms[3] = '=HYPERLINK("http://x")'
    terms[4:24] = "=1+1"
    return pd.DataFrame(
        {"patient_id": np.array(ids)[has], "started_at": _iso(day_0[has] + 1).to_numpy(), "term": terms}
    )


_NOTES = {
    "patient_id": ("text", Risk.DIRECT),
    "initials": ("text", Risk.DIRECT),
    "clinic_id": ("text", Risk.PLACE),
    "birth_date": ("date", Risk.DATE),
    "sex": ("text", Risk.QUASI),
    "indication": ("text", Risk.QUASI),
    "enrolled_on": ("date", Risk.DATE),
    "dose_ceiling_mg": ("number", Risk.QUASI),
    "instrument": ("text", Risk.SENSITIVE),
    "total": ("whole", Risk.SENSITIVE),
    "assessed_at": ("moment", Risk.DATE),
    "entered_by": ("choice", Risk.SENSITIVE),
    "started_at": ("moment", Risk.DATE),
    "dose_mg": ("number", Risk.QUASI),
    "note": ("text", Risk.FREE_TEXT),
    "term": ("text", Risk.QUASI),
}


def _table(name: str, rows: pd.DataFrame) -> ExportTable:
    """As an export reads it: by patient id, a block at a time, texts as Arrow keeps them."""
    texts = {one: "string[pyarrow]" for one in rows if not pd.api.types.is_numeric_dtype(rows[one])}
    ordered = rows.astype(texts).sort_values("patient_id", kind="stable")
    notes = tuple(
        ColumnNote(one, one, _NOTES[one][0], "mg" if one.endswith("_mg") else "", risk=_NOTES[one][1])
        for one in rows
    )

    def read():
        for start in range(0, len(ordered), 7_000):
            yield ordered.iloc[start : start + 7_000]

    return ExportTable(name, name, notes, read, len(ordered))


def release(clinic: Clinic, plan: Plan) -> Disclosure:
    return prepare_rows(clinic.tables, clinic.people, plan, ["Rof-another-project"])


def passport_of(rows: Disclosure, n_twins: int = 40) -> Passport:
    about = {
        "project": "a project",
        "purpose": "a test",
        "recipient": "R",
        "agreement": "DUA 1",
        "privacy": "de-identified",
        "made_by": "analyst 3",
        "made_at": "2026-04-14T12:05:10+00:00",
        "data_version": "91ab",
        "policy_version": 3,
    }
    consort = pd.DataFrame({"step": ["Patients"], "people": [len(rows.people)]})
    return Passport(
        about, '{"criteria": []}', consort, "# Words", "[table]", rows.privacy, rows.attacks, n_twins, 11
    )


def read_all(table: ExportTable) -> pd.DataFrame:
    return pd.concat(list(table.read()), ignore_index=True)
