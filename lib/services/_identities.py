"""Identities that were merged: who has their rows now, which rows come under the old name, and what records are known by."""

from collections.abc import Iterable

import pandas as pd

from lib.clinical.frames import KINDS
from lib.intake.keys import hash_stored
from lib.store import merges as store_merges
from lib.store.engine import Transaction
from lib.store.identities import read_identities
from lib.store.merges import Merge
from lib.store.records import read_patients


def with_remaining(connection: Transaction, patients: Iterable[int]) -> set[int]:
    """These patients, and whoever has their rows."""
    chosen, remaining = set(patients), store_merges.read_remaining(connection)
    return chosen | {remaining[key] for key in chosen if key in remaining}


def note_arrivals(
    connection: Transaction, kind: str, import_key: int, named: pd.DataFrame, *, are_held: bool = False
) -> None:
    """Rows that an import brought under the name of an identity that is gone go back with it. named: line, patient_id."""
    identities = read_identities(connection)
    gone = [merge.from_key for merge in identities.merges if merge.is_in_force]
    if not gone or kind not in store_merges.GIVEN_KINDS:
        return
    table = "held_row" if are_held else kind
    people = read_patients(connection, gone, with_merged=True)
    for key, patient_id in zip(people["patient_key"].tolist(), people["patient_id"].tolist(), strict=True):
        lines = named.loc[named["patient_id"] == patient_id, "line"].tolist()
        if key in gone and lines:
            store_merges.note_lines(connection, identities.way(key), table, import_key, lines)


def rename_records(connection: Transaction, merge: Merge, whose: int) -> None:
    """Records are told apart by the name of their patient too: the rows of a merge get the one that they belong to now."""
    (person,) = read_patients(connection, [whose], with_merged=True).to_dict("records")
    for kind in store_merges.GIVEN_KINDS:
        rows = store_merges.read_given_keys(connection, kind, merge)
        hashes = hash_stored(KINDS[kind], rows, str(person["clinic_id"]), str(person["patient_id"]))
        store_merges.write_keys(connection, kind, rows.assign(new_key_hash=hashes))


def rename_merged(connection: Transaction) -> None:
    """The same for every merge in force."""
    for merge in read_identities(connection).merges:
        if merge.is_in_force:
            rename_records(connection, merge, store_merges.read_remaining(connection)[merge.from_key])
