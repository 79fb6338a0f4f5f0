"""A long table that is taken a part at a time leaves the store as it would be had it been taken whole."""

import os
from datetime import UTC, datetime
from random import Random

import pytest
from clinic_files import ACTOR, new_store, to_csv

from lib.services import _clock, _parts, imports

PEOPLE = [{"patient_id": f"p{n}"} for n in range(12)]


def form(who: str, day: int, answer: int, **more: str) -> dict[str, str]:
    items = {f"item_{n}": str(answer) for n in range(1, 10)}
    return {"patient_id": who, "instrument": "PHQ-9", "assessed_at": f"2026-01-{day:02}", **items, **more}


def make_rows(chance: Random) -> list[dict[str, str]]:
    """Some of them twice, some with other answers, some of nobody or on no day; in no order."""
    rows = [
        form(f"p{n}", day, chance.randint(0, 3)) for n in range(12) for day in chance.sample(range(1, 20), 4)
    ]
    for row in chance.sample(rows, 6):
        rows.append({**row, "recorded_at": f"2026-02-{chance.randint(1, 9):02}"})
    for row in chance.sample(rows, 3):
        rows.append({**row, "item_1": str((int(row["item_1"]) + 1) % 4)})
    rows += [form("nobody", 3, 1), form("p1", 25, 7), form("p2", 25, 1) | {"assessed_at": "someday"}]
    chance.shuffle(rows)
    return rows


def taken(store, files, n_rows, monkeypatch) -> tuple:
    """What receipts and store say afterwards; keys of rows are of the order in which they were saved."""
    monkeypatch.setattr(_parts, "ROWS_A_PART", n_rows)
    monkeypatch.setattr(_clock, "now", lambda: datetime(2026, 3, 1, 9, tzinfo=UTC))
    receipts = [
        receipt
        for name, rows in files
        for receipt in imports.import_files(ACTOR, store, [(name, to_csv(rows))])
    ]
    with store.read() as connection:
        columns = "patient_key, line, key_hash, value_hash, recorded_at, is_current, import_key, item_1, said_again_at"
        rows = connection.exec_driver_sql(f"SELECT {columns} FROM assessments").fetchall()
        held = connection.exec_driver_sql("SELECT line, code, reason, cells, item_9 FROM held_row").fetchall()
        standing = connection.exec_driver_sql("SELECT * FROM standing").fetchall()
        flags = connection.exec_driver_sql(
            "SELECT patient_key, rule, severity, since FROM open_flag"
        ).fetchall()
    said = [(receipt.outcome, receipt.counts) for receipt in receipts]
    return said, *(sorted(map(str, table)) for table in (rows, held, standing, flags))


@pytest.mark.parametrize("seed", range(6 if os.environ.get("PROVE") else 1))
@pytest.mark.parametrize("n_rows", [1, 7])
def test_parts_leave_the_store_as_the_whole_does(seed, n_rows, tmp_path, monkeypatch):
    chance = Random(seed)
    first, second = make_rows(chance), make_rows(chance)
    files = [("people.csv", PEOPLE), ("a.csv", first), ("b.csv", [*second, *chance.sample(first, 5)])]
    whole = taken(new_store(tmp_path, "whole"), files, 10_000, monkeypatch)
    assert taken(new_store(tmp_path, "parts"), files, n_rows, monkeypatch) == whole
    assert whole[0][1][1].n_held > 2 and whole[0][1][1].n_repeated > 0


def test_records_of_very_many_patients_are_found_by_their_keys(tmp_path, monkeypatch):
    files = [("people.csv", PEOPLE), ("a.csv", make_rows(Random(1))), ("b.csv", make_rows(Random(2)))]
    listed = taken(new_store(tmp_path, "listed"), files, 10_000, monkeypatch)
    monkeypatch.setattr("lib.store.asked.MAX_LISTED_PATIENTS", 2)
    assert taken(new_store(tmp_path, "many"), files, 10_000, monkeypatch) == listed
    monkeypatch.setattr("lib.services._refresh.PATIENTS_A_PART", 5)
    assert taken(new_store(tmp_path, "few at a time"), files, 9, monkeypatch) == listed
