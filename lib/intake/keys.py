"""Which record a row is, and which version of it: two stable 8-byte hashes, the same on every machine and in every run."""

import unicodedata
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.clinical.frames import Column, Kind, stored_columns
from lib.intake.columns import Typed
from lib.intake.findings import BoolArray, IntArray, ObjectArray
from lib.intake.people import People

_END = "\x1f"


def hash_rows(
    kind: Kind, columns: Mapping[str, Typed], people: People, rows: BoolArray
) -> tuple[IntArray, IntArray]:
    """key_hash (clinic, patient and key columns) and value_hash (the other columns) of every row; 0 where not in `rows`.

    An empty cell adds nothing and the columns go by name, so that a file without a column, and a later program that knows
    more columns or declares them in another order, hash alike.
    """
    key = {"clinic_id": people.clinic_id, "patient_id": people.known_as}
    parts = [_write_all(name, ids[rows], np.zeros(rows.sum(), np.bool_)) for name, ids in key.items()]
    values: list[ObjectArray] = []
    for column in sorted(kind.columns, key=lambda column: column.name):
        for name in stored_columns(column) if column.name != "patient_id" else ():
            typed = columns[name]
            if not typed.is_missing.all():
                written = _write_all(name, typed.values[rows], typed.is_missing[rows])
                (parts if column.is_key else values).append(written)
    return _hash(parts, rows), _hash(values, rows)


def hash_stored(kind: Kind, stored: pd.DataFrame, clinic_id: str, patient_id: str) -> IntArray:
    """key_hash of stored records, as they would have it were they this patient's. stored: the kind's key columns, as kept."""
    n_rows = len(stored)
    parts = [
        np.array([f"{name}={_spell(text)}{_END}"] * n_rows, dtype=object)
        for name, text in (("clinic_id", clinic_id), ("patient_id", patient_id))
    ]
    for column in sorted(kind.key, key=lambda column: column.name):
        for name in stored_columns(column) if column.name != "patient_id" else ():
            is_missing = stored[name].isna().to_numpy()
            if not is_missing.all():
                parts.append(_write_all(name, _values(column, stored[name]), is_missing))
    return _hash(parts, np.ones(n_rows, np.bool_))


def _values(column: Column, stored: "pd.Series") -> npt.NDArray[Any]:
    """As lib.intake.columns has them: whole numbers, numbers or text."""
    if column.type in ("text", "choice"):
        return stored.astype(object).where(stored.notna(), None).to_numpy()
    return stored.fillna(0).to_numpy(np.float64 if column.type == "number" else np.int64)


def find_conflicts(key_hash: IntArray, value_hash: IntArray, rows: BoolArray) -> BoolArray:
    """Rows (among the given ones) whose key another row has with other values."""
    positions = _of_shared_keys(key_hash, rows)
    order = positions[np.lexsort((value_hash[positions], key_hash[positions]))]
    conflicts = np.zeros(len(rows), np.bool_)
    if len(order):
        starts = np.flatnonzero(np.diff(key_hash[order], prepend=~key_hash[order[0]]))
        lengths = np.diff(starts, append=len(order))
        lowest, highest = value_hash[order][starts], value_hash[order][starts + lengths - 1]
        conflicts[order] = np.repeat(lowest != highest, lengths)
    return conflicts


def find_repeats(
    key_hash: IntArray, value_hash: IntArray, recorded_at: IntArray, rows: BoolArray
) -> BoolArray:
    """Rows (among the given ones) that say the same as another one, which was recorded earlier or stands before it."""
    positions = _of_shared_keys(key_hash, rows)
    order = positions[np.lexsort((recorded_at[positions], value_hash[positions], key_hash[positions]))]
    is_same = (np.diff(key_hash[order]) == 0) & (np.diff(value_hash[order]) == 0)
    repeats = np.zeros(len(rows), np.bool_)
    repeats[order[1:][is_same]] = True
    return repeats


def _of_shared_keys(key_hash: IntArray, rows: BoolArray) -> IntArray:
    """Positions of the rows (among the given ones) whose key another one has too: only they need comparing, most files have
    none, and one sort of keys takes a sixth of the time of a sort by everything."""
    positions = np.flatnonzero(rows)
    keys = np.sort(key_hash[positions])
    shared = keys[1:][keys[1:] == keys[:-1]]
    return positions[np.isin(key_hash[positions], shared)] if len(shared) else shared


def _write_all(name: str, values: npt.NDArray[Any], is_missing: BoolArray) -> ObjectArray:
    """Each value as `name=value`, in one spelling."""
    if values.dtype == object:
        codes, distinct = pd.factorize(values)
        written = [f"{name}={_spell(text)}{_END}" for text in distinct.tolist()] + [""]
    else:
        distinct, codes = np.unique(values, return_inverse=True)
        written = [f"{name}={value!r}{_END}" for value in distinct.tolist()] + [""]
    return np.array(written, dtype=object)[np.where(is_missing, len(distinct), codes)]


def _spell(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")


def _hash(parts: list[ObjectArray], rows: BoolArray) -> IntArray:
    hashes = np.zeros(len(rows), np.int64)
    texts = map("".join, zip(*(part.tolist() for part in parts), strict=True)) if parts else [""] * rows.sum()
    digests = bytearray()
    # A copy takes half of the time of a new one.
    blank = blake2b(digest_size=8)
    for text in texts:
        one = blank.copy()
        one.update(text.encode())
        digests += one.digest()
    hashes[rows] = np.frombuffer(digests, ">i8")
    return hashes
