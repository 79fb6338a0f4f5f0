"""Whichever statement of an act fails, nothing of the act is saved, and the store goes on: import, signing, closing, export, on
both databases."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from built_stores import copy_of
from clinic_files import ACTOR, to_csv
from sqlalchemy import event, inspect

from lib.clinical.rules.catalogue import ITEM_9
from lib.research.choices import FileForm, Privacy
from lib.services import _clock, closing, decisions, exports, imports, patients, stores
from lib.services.errors import Store

# Of the statements of an act, how many fail in their turn: each, or so many spread over all of them.
MOST = None if os.environ.get("PROVE") == "1" else 3
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


class FailedError(Exception):
    """As if the database had failed."""


def begin(url: str) -> Store:
    store = stores.create_store(ACTOR, url, are_clinics_open=True, is_practice=True)
    people = [{"patient_id": "ann", "initials": "AZ", "birth_year": "1980"}]
    doses = [
        {"patient_id": "ann", "started_at": f"2026-03-{day:02}T12:00", "dose_mg": "100"} for day in (2, 9)
    ]
    files = {
        "patients": people,
        "dosing_sessions": doses,
        "assessments": [form("2026-03-01"), form("2026-03-16")],
    }
    imports.import_files(
        ACTOR, store, [(f"{n}.csv", to_csv(rows)) for n, rows in files.items()], are_made_up=True
    )
    return store


def form(day: str) -> dict[str, str]:
    items = {f"item_{n}": "1" for n in range(1, 10)}
    return {"patient_id": "ann", "instrument": "PHQ-9", "assessed_at": day, **items}


def bring(store: Store) -> None:
    offered = [("more.csv", to_csv([form("2026-03-18")]))]
    receipts = imports.import_files(ACTOR, store, offered, are_made_up=True)
    if not receipts[0].is_taken:
        raise FailedError


def sign(store: Store) -> None:
    page = patients.read_patient(ACTOR, store, 1)
    drawn = decisions.read_decisions(ACTOR, store, 1).draw(page, "a form")
    answers = decisions.Answers(
        options=("hold",), reasons=("safety",), review_by=_clock.day_number(NOW.date()) + 14, note=""
    )
    decisions.sign_decision(ACTOR, store, 1, answers, decisions.Signature("AZ", "1980"), drawn=drawn)


def close(store: Store) -> None:
    flags = patients.read_patient(ACTOR, store, 1).flags
    evidence = flags.loc[flags["rule"] == ITEM_9, "evidence"].iloc[0]
    closing.close_flag(ACTOR, store, 1, closing.Closing("welfare_check", "seen"), evidence=evidence)


def export(store: Store) -> None:
    order = exports.Order(("patients", "assessments"), FileForm.TIDY, Privacy.IDENTIFIED)
    exports.write_zip(ACTOR, store, order, io.BytesIO())


ACTS: dict[str, Callable[[Store], None]] = {"import": bring, "sign": sign, "close": close, "export": export}


@contextmanager
def failing_at(store: Store, number: int | None) -> Iterator[list[str]]:
    """The statement of this number, from 1, fails; what was asked for until then."""
    asked: list[str] = []

    def count(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)
        if len(asked) == number:
            raise FailedError

    event.listen(store.engine, "before_cursor_execute", count)
    try:
        yield asked
    finally:
        event.remove(store.engine, "before_cursor_execute", count)


def everything(store: Store) -> dict[str, list[str]]:
    """Every row of every table."""
    with store.read() as connection:
        return {
            name: sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"').fetchall()))
            for name in inspect(connection).get_table_names()
        }


def counts(rows: dict[str, list[str]]) -> dict[str, int]:
    return {table: len(of_table) for table, of_table in rows.items()}


@pytest.mark.parametrize("name", ACTS)
def test_a_statement_that_fails_leaves_all_of_an_act_or_nothing(each_database, tmp_path, monkeypatch, name):
    monkeypatch.setattr(_clock, "now", lambda: NOW)
    act, n_stores = ACTS[name], iter(range(10_000))

    def new() -> Store:
        return copy_of("every statement", tmp_path / f"{next(n_stores)}.sqlite", begin)

    store, whole = new(), new()
    before = everything(store)
    with failing_at(whole, None) as asked:
        act(whole)
    done = counts(everything(whole))
    assert done != counts(before)
    n, n_saved = len(asked), 0
    spread = (
        range(1, n + 1) if MOST is None or n <= MOST else {1 + k * (n - 1) // (MOST - 1) for k in range(MOST)}
    )
    for number in sorted(spread):
        # Opened anew, it remembers nothing that it has read: an act asks for as much each time.
        store = stores.open_store(ACTOR, store.url)
        with failing_at(store, number), pytest.raises(FailedError):
            act(store)
        if (after := everything(store)) == before:
            assert n_saved == 0, "what was saved by a statement is saved by those after it"
            continue
        # It failed as it read back what it had saved: all of it is there, and the same again changes nothing but the audit.
        assert counts(after) == done, asked[number - 1]
        act(store)
        again = counts(everything(store))
        assert again | {"audit_entry": 0} == done | {"audit_entry": 0} or name == "export"
        store, n_saved = new(), n_saved + 1
    # The same connections go on.
    act(store)
    assert counts(everything(store)) == done
