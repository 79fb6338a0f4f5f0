"""Whom courses are held against, kept beside the records: a change of it reaches every patient of a clinic, and is noticed."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from lib.clinical.histories import Histories, prepare
from lib.clinical.policy import Policy
from lib.clinical.reference import DerivedReference, derive_reference, nobody, reference_day, split_by_clinic
from lib.clinical.segments import NONE, Ints
from lib.clinical.session_scores import SessionScores
from lib.services._histories import Loaded, read_clinic_of
from lib.services._memory import Memory
from lib.store import derived
from lib.store.derived_tables import reference_score
from lib.store.engine import Transaction
from lib.store.people import read_keys

_COLUMNS = ["patient_key", "clinic_key", "baseline", "after"]


def derive_from(loaded: Loaded, as_of: int, policy: Policy) -> DerivedReference:
    """The reference of a day from the histories of whole clinics."""
    return _derive(loaded.histories, loaded.clinic_of, as_of, policy)


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
    clinics = changed["clinic_key"].unique().tolist()
    return sorted({*chosen, *read_keys(connection, clinics)})


@dataclass(frozen=True)
class KeptReference:
    """The reference as it was kept last, read of a clinic when somebody of it asks: most imports touch many clinics, and few of
    their patients ask. clinic_of: by patient key."""

    connection: Transaction
    clinic_of: Ints
    policy: Policy
    _read: dict[int, SessionScores] = field(default_factory=dict)

    def of_clinics(self, clinics: list[int]) -> dict[int, SessionScores]:
        new = [key for key in clinics if key not in self._read]
        if new:
            rows = derived.read_reference(self.connection, clinics=new)
            scores = _as_scores(rows, self.policy)
            self._read.update(split_by_clinic(scores, rows["clinic_key"].to_numpy(np.int64), new))
        return {key: self._read[key] for key in clinics}


# By clinic.
_remembered: Memory[int, SessionScores] = Memory()


def recall_reference(connection: Transaction, clinic_of: Ints, policy: Policy) -> KeptReference:
    """The same in a transaction that only reads: each range of a recomputation asks it of whole clinics, so that it is read once
    for all ranges, as long as nobody changes the store."""
    known = _remembered.of_state(connection, policy.expected_course.max_session)
    return KeptReference(connection, clinic_of, policy, known)


def read_reference(connection: Transaction, patients: list[int], policy: Policy) -> KeptReference:
    """As it is kept, of the clinics of these patients."""
    return KeptReference(connection, read_clinic_of(connection, patients), policy)


def _as_scores(rows: pd.DataFrame, policy: Policy) -> SessionScores:
    """rows: of read_reference."""
    n, width = len(rows), policy.expected_course.max_session
    # Few totals, said often: each is read once.
    said = ",".join(rows["after"].tolist()).split(",") if n else []
    codes, words = pd.factorize(np.array(said, dtype=object))
    totals = np.array([int(word) if word else NONE for word in words.tolist()], dtype=np.int64)
    after = totals[codes].reshape(n, width)
    no, nothing = np.zeros(n, dtype=bool), np.zeros(n, dtype=np.int64)
    patient, baseline = (rows[name].to_numpy(np.int64) for name in ("patient_key", "baseline"))
    return SessionScores(patient, baseline, nothing, no, no, after, nothing)


def _derive(histories: Histories, clinic_of: Ints, as_of: int, policy: Policy) -> DerivedReference:
    return derive_reference(prepare(histories.to_day(reference_day(as_of)), policy), clinic_of, as_of, policy)


def describe_reference(reference: DerivedReference) -> pd.DataFrame:
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
