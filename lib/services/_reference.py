"""Whom courses are held against, kept beside the records: a change of it reaches every patient of a clinic, and is noticed."""

from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from lib.clinical.histories import Histories, prepare
from lib.clinical.policy import Policy
from lib.clinical.reference import Reference, derive_reference, nobody, reference_day
from lib.clinical.segments import NONE, Ints
from lib.clinical.session_scores import SessionScores
from lib.services._histories import Loaded
from lib.store import derived
from lib.store.derived_tables import reference_score
from lib.store.engine import Transaction, count_changes
from lib.store.records import read_patients

# Of patients, and the key of each one's clinic.
Scores = tuple[SessionScores, Ints]
_COLUMNS = ["patient_key", "clinic_key", "baseline", "after"]


def derive_from(loaded: Loaded, as_of: int, policy: Policy) -> Reference:
    """The reference of a day from the histories of whole clinics."""
    return _derive(loaded.histories, loaded.clinic_of, as_of, policy)


def read_everyone(connection: Transaction) -> list[int]:
    """The keys of all patients, of identities that were merged too, ascending."""
    return sorted(read_patients(connection, with_merged=True)["patient_key"].tolist())


def keep_reference(
    connection: Transaction, chosen: list[int], brought: list[pd.DataFrame], *, everyone: bool
) -> list[int]:
    """Keep what these patients bring to it. brought: of `describe_reference`, a part of them each. Returns whom it concerns:
    these patients, and everybody of their clinics where it changes whom others are held against."""
    new = pd.concat([describe_reference(nobody()), *brought], ignore_index=True)
    if everyone:
        derived.replace_rows(connection, reference_score, None, new)
        return chosen
    old = derived.read_reference(connection, patients=chosen)
    old = old.loc[old["patient_key"].isin(chosen), _COLUMNS]
    changed = pd.concat([new, old]).drop_duplicates(keep=False)
    derived.replace_rows(connection, reference_score, chosen, new)
    people = read_patients(connection, with_merged=True)[["patient_key", "clinic_key"]]
    touched = people["clinic_key"].isin(changed["clinic_key"])
    return sorted({*chosen, *people.loc[touched, "patient_key"].tolist()})


def read_reference(connection: Transaction, patients: list[int], policy: Policy) -> Reference:
    """As it is kept, of the clinics of these patients."""
    people = read_patients(connection, patients, with_merged=True)
    clinic_of = np.full(int(people["patient_key"].max()) + 1 if len(people) else 0, NONE)
    clinic_of[people["patient_key"]] = people["clinic_key"]
    return read_kept(connection, clinic_of, policy)


def read_kept(connection: Transaction, clinic_of: Ints, policy: Policy) -> Reference:
    """The reference as it was kept last, of the clinics of these patients. clinic_of: by patient key."""
    return _place(_read_scores(connection, _clinics_in(clinic_of), policy), clinic_of)


# By the database, what its state was, and what was read of it then.
_remembered: WeakKeyDictionary[object, tuple[object, dict[tuple[int, ...], Scores]]] = WeakKeyDictionary()


def recall_kept(connection: Transaction, clinic_of: Ints, policy: Policy) -> Reference:
    """The same in a transaction that only reads: each patient's page asks it of a whole clinic, so that it is read once for all
    pages and readers, as long as nobody changes the store."""
    clinics = _clinics_in(clinic_of)
    # Behind the wall of a reader's clinics others' rows are not there.
    walls = connection.get_execution_options().get("clinics")
    state = (count_changes(connection), walls, policy.expected_course.max_session)
    known_state, known = _remembered.get(connection.engine, (None, {}))
    if known_state != state:
        known = {}
        _remembered[connection.engine] = (state, known)
    if clinics not in known:
        known[clinics] = _read_scores(connection, clinics, policy)
    return _place(known[clinics], clinic_of)


def _clinics_in(clinic_of: Ints) -> tuple[int, ...]:
    return tuple(np.unique(clinic_of[clinic_of != NONE]).tolist())


def _read_scores(connection: Transaction, clinics: tuple[int, ...], policy: Policy) -> Scores:
    rows = derived.read_reference(connection, clinics=clinics)
    n, width = len(rows), policy.expected_course.max_session
    after = np.array(
        [[int(total) if total else NONE for total in text.split(",")] for text in rows["after"]],
        dtype=np.int64,
    ).reshape(n, width)
    no, nothing = np.zeros(n, dtype=bool), np.zeros(n, dtype=np.int64)
    patient, clinic, baseline = (
        rows[name].to_numpy(dtype=np.int64) for name in ("patient_key", "clinic_key", "baseline")
    )
    return SessionScores(patient, baseline, nothing, no, no, after, nothing), clinic


def _place(kept: Scores, clinic_of: Ints) -> Reference:
    """With the clinics of those who are compared beside them, by patient key."""
    scores, clinics = kept
    size = max(len(clinic_of), int(scores.patient.max(initial=-1)) + 1)
    every = np.append(clinic_of, np.full(size - len(clinic_of), NONE))
    every[scores.patient] = clinics
    return Reference(scores, every)


def _derive(histories: Histories, clinic_of: Ints, as_of: int, policy: Policy) -> Reference:
    return derive_reference(prepare(histories.to_day(reference_day(as_of)), policy), clinic_of, as_of, policy)


def describe_reference(reference: Reference) -> pd.DataFrame:
    """Columns of the table reference_score."""
    scores = reference.scores
    texts = [",".join("" if total == NONE else str(total) for total in row) for row in scores.after.tolist()]
    return pd.DataFrame(
        {
            "patient_key": scores.patient,
            "clinic_key": reference.clinic_of[scores.patient],
            "baseline": scores.baseline,
            "after": pd.array(texts, dtype="str"),
        }
    )
