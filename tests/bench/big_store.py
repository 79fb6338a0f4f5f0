"""A store of any number of made-up forms, written straight into its tables, with all that the product keeps beside them.

Clinics are of one size, so that a store of more patients has more clinics, as a national service has. Some clinics are made from
a seed and worked out by the product; the others are theirs once more, under other names. The last day is yesterday.
"""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import func, insert, select

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import BY_CODE, INSTRUMENTS
from lib.clinical.lookalikes import fold_alike
from lib.clinical.moments import SECONDS_A_DAY
from lib.services import _refresh, _standing, stores
from lib.services.access import local_actor
from lib.store import derived, imports, people
from lib.store._known_rows import WORKED_OUT
from lib.store.derived_tables import flag_log
from lib.store.engine import Store, Transaction
from lib.store.saving import insert_rows
from lib.store.tables import RECORDS, patient_identity

_FOLLOWING = (*WORKED_OUT, flag_log)
ACTOR = local_actor("bench")
# A PHQ-9 and a GAD-7 at each of twelve looks, and eight dosing sessions, a patient.
N_LOOKS, N_SESSIONS = 12, 8
FORMS_A_PATIENT = N_LOOKS * len(BY_CODE)
PATIENTS_A_CLINIC = 400
# Clinics that are made and worked out; the rest are copies of them.
_N_MADE = 13
# What holds rows of patients, records and what follows from them.
_COPIED = (*(RECORDS[kind] for kind in ("patients", "assessments", "dosing_sessions")), *_FOLLOWING)
_FILE = "clinic.sqlite"
_DAYS = 120


def make_big_store(folder: Path, n_forms: int) -> Store:
    """A store of so many forms at least. Kept in the folder; what is kept of the day before is brought up to today."""
    home = folder / f"forms-{n_forms}"
    if not home.exists():
        unfinished = folder / f"forms-{n_forms}-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        store = stores.create_store(ACTOR, f"sqlite:///{unfinished / _FILE}", is_practice=True)
        n_clinics = -(-n_forms // (FORMS_A_PATIENT * PATIENTS_A_CLINIC))
        _make_clinics(store, min(n_clinics, _N_MADE), n_clinics)
        _bring_up(store)
        _copy_clinics(store, n_clinics)
        store.engine.dispose()
        unfinished.rename(home)
    store = stores.open_store(ACTOR, f"sqlite:///{home / _FILE}")
    _bring_up(store)
    return store


def name_patient(number: int) -> str:
    return f"P{number:07d}"


def _bring_up(store: Store) -> None:
    with store.write() as connection:
        today = _standing.today(connection)
        if derived.read_about(connection).get("flags_as_of") != today.isoformat():
            _refresh.refresh(connection, today, None)


def _make_clinics(store: Store, n_made: int, n_clinics: int) -> None:
    """Every clinic, and the patients of the first ones."""
    rng = np.random.default_rng(1)
    with store.write() as connection:
        for number in range(n_clinics):
            name = f"clinic-{number:04d}"
            people.add_clinic(connection, name, name, "UTC", list(INSTRUMENTS))
        clinic = np.repeat(np.arange(1, n_made + 1), PATIENTS_A_CLINIC)
        patient = np.arange(1, len(clinic) + 1)
        _add_identities(connection, patient, clinic)
        first_dose = _yesterday() - rng.integers(60, _DAYS, len(patient))
        own = {"patient_key": patient, "clinic_key": clinic, "enrolled_on": first_dose - 20}
        sessions = _spread(rng, patient, clinic, first_dose, N_SESSIONS, "started_at")
        frames = {
            "patients": pd.DataFrame(own),
            "assessments": _forms(rng, patient, clinic, first_dose),
            "dosing_sessions": sessions.assign(dose_mg=100.0, route="sublingual", status="taken"),
        }
        at = int(datetime.now(UTC).timestamp())
        values = {"sha256": "", "actor": ACTOR.name, "outcome": imports.ACCEPTED, "imported_at": at}
        for kind, rows in frames.items():
            import_key = imports.add_import(connection, values | {"file_name": f"{kind}.csv", "kind": kind})
            insert_rows(connection, RECORDS[kind], _as_records(rng, rows, import_key))


def _copy_clinics(store: Store, n_clinics: int) -> None:
    with store.write() as connection:
        # Hashes go into their index in no order; all of it stays in memory.
        connection.exec_driver_sql("PRAGMA cache_size = -4000000")
        for first in range(_N_MADE, n_clinics, _N_MADE):
            n_copied = min(_N_MADE, n_clinics - first)
            clinic = np.repeat(first + np.arange(1, n_copied + 1), PATIENTS_A_CLINIC)
            _add_identities(connection, first * PATIENTS_A_CLINIC + np.arange(1, len(clinic) + 1), clinic)
            for table in _COPIED:
                moved = {
                    "clinic_key": table.c.clinic_key + first,
                    "patient_key": table.c.patient_key + first * PATIENTS_A_CLINIC,
                    "key_hash": func.random(),
                }
                names = [column.name for column in table.columns if column.name != "id"]
                rows = select(*(moved.get(name, table.c[name]) for name in names))
                rows = rows.where(table.c.patient_key <= n_copied * PATIENTS_A_CLINIC)
                connection.execute(insert(table).from_select(names, rows))


def _add_identities(connection: Transaction, patient: np.ndarray, clinic: np.ndarray) -> None:
    names = [name_patient(int(key)) for key in patient]
    rows = pd.DataFrame(
        {"id": patient, "clinic_key": clinic, "patient_id": names, "alike": [*map(fold_alike, names)]}
    )
    insert_rows(connection, patient_identity, rows, with_ids=True)


def _yesterday() -> int:
    return (date.today() - date(1970, 1, 1)).days - 1


def _spread(
    rng: np.random.Generator, patient: np.ndarray, clinic: np.ndarray, first: np.ndarray, n: int, event: str
) -> pd.DataFrame:
    """n moments a patient, some days between them."""
    gaps = rng.choice([3, 4, 5, 5, 5, 6], size=(len(patient), n))
    gaps[:, 0] = 0
    day = first[:, None] + np.cumsum(gaps, axis=1)
    second = rng.integers(36_000, 72_000, size=day.shape)
    whose = {"patient_key": np.repeat(patient, n), "clinic_key": np.repeat(clinic, n)}
    return pd.DataFrame({**whose, f"{event}_day": day.ravel(), f"{event}_second": second.ravel()})


def _forms(
    rng: np.random.Generator, patient: np.ndarray, clinic: np.ndarray, first_dose: np.ndarray
) -> pd.DataFrame:
    frames = []
    for one in BY_CODE:
        rows = _spread(rng, patient, clinic, first_dose - 3, N_LOOKS, "assessed_at")
        look = np.tile(np.arange(N_LOOKS), len(patient))
        level = np.repeat(rng.uniform(1.2, 2.6, len(patient)), N_LOOKS) - 0.12 * look
        noise = rng.normal(0, 0.5, (len(rows), one.n_items))
        items = np.clip(np.rint(level[:, None] + noise), 0, 3).astype(int)
        if one.n_items == 9:
            items[:, 8] = np.where(rng.random(len(rows)) < 0.01, 1, 0)
        answers = {name: items[:, at] for at, name in enumerate(ITEM_COLUMNS[: one.n_items])}
        frames.append(rows.assign(instrument=one.name, **answers))
    return pd.concat(frames, ignore_index=True)


def _as_records(rng: np.random.Generator, rows: pd.DataFrame, import_key: int) -> pd.DataFrame:
    """As they arrive: known since they happened, and in no order of their patients."""
    n, events = len(rows), [name for name in rows if name.endswith("_at_day")]
    recorded_at = (rows[events[0]] + 1) * SECONDS_A_DAY if events else np.zeros(n, dtype=np.int64)
    hashes = rng.integers(-(2**63), 2**63 - 1, size=(2, n), dtype=np.int64)
    said = {
        "import_key": import_key,
        "line": np.arange(2, n + 2),
        "is_current": 1,
        "recorded_at": recorded_at,
    }
    rows = rows.assign(**said, key_hash=hashes[0], value_hash=hashes[1])
    return rows.iloc[rng.permutation(n)]
