"""What an import and a page ask the store for is found by an index, however much is stored: SQLite's plans say so, and what
PostgreSQL counted where it was told to read a table from end to end only if there is no other way."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from clinic_files import ACTOR, new_store, to_csv
from sqlalchemy import event

from lib.services import imports, patients, review
from lib.services._refresh import refresh
from lib.services._standing import today
from lib.services.errors import Store

# Tables that grow with what is stored. The others have a row a clinic, a policy, a merge.
GROWING = (
    *(
        "patient_identity",
        "patients",
        "assessments",
        "dosing_sessions",
        "held_row",
        "standing",
        "course_score",
        "rule_coverage",
    ),
    *("open_flag", "flag_log", "flag_event", "reference_score", "observations", "adverse_events"),
)
_SCAN = re.compile(r"SCAN (\w+)")
NEW = [{f"item_{n}": "1" for n in range(1, 10)} | {"instrument": "PHQ-9", "assessed_at": "2026-01-08"}]


@pytest.fixture
def store(tmp_path) -> Store:
    made = new_store(tmp_path)
    if is_on_server(made):
        ask_server(made, "ALTER DATABASE {} SET enable_seqscan = off")
    people = [{"patient_id": f"p{n}", "birth_date": "1980-02-03"} for n in range(9)]
    forms = [{**NEW[0], "patient_id": f"p{n}", "assessed_at": f"2026-01-0{n + 1}"} for n in range(7)]
    files = [("patients.csv", to_csv(people)), ("assessments.csv", to_csv(forms))]
    imports.import_files(ACTOR, made, files)
    return made


def is_on_server(store: Store) -> bool:
    return store.engine.dialect.name == "postgresql"


def ask_server(store: Store, statement: str, *asked: object) -> list[tuple]:
    """In a session of its own, when all others have ended: only then they have told what they counted."""
    store.engine.dispose()
    address = store.url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address, autocommit=True) as connection:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        while connection.execute(others).fetchone() != (1,):
            time.sleep(0.01)
        done = connection.execute(statement.format(connection.info.dbname), asked)
        return done.fetchall() if done.description else []


@contextmanager
def scanned(store: Store) -> Iterator[set[str]]:
    """Which growing table is read from its first row to its last in here."""
    found: set[str] = set()
    with (_counted_by_server if is_on_server(store) else _planned)(store, found):
        yield found


@contextmanager
def _counted_by_server(store: Store, found: set[str]) -> Iterator[None]:
    # A look whether a table has any row reads one of them.
    counted = "SELECT relname, seq_tup_read - seq_scan FROM pg_stat_user_tables WHERE relname = ANY(%s)"
    before = dict(ask_server(store, counted, list(GROWING)))
    yield
    found.update(name for name, n in ask_server(store, counted, list(GROWING)) if n > before[name])


@contextmanager
def _planned(store: Store, found: set[str]) -> Iterator[None]:

    def explain(connection, cursor, statement, parameters, context, executemany) -> None:
        if executemany or not statement.startswith(("SELECT", "UPDATE", "DELETE")):
            return
        plan = connection.connection.driver_connection.execute(
            f"EXPLAIN QUERY PLAN {statement}", parameters
        ).fetchall()
        tables = {name for row in plan for name in _SCAN.findall(row[3]) if " LIMIT " not in statement}
        found.update(f"{name}: {statement}" for name in tables & set(GROWING))

    event.listen(store.engine, "before_cursor_execute", explain)
    yield
    event.remove(store.engine, "before_cursor_execute", explain)


@pytest.mark.parametrize("who", ["p3", "nobody"])
def test_an_import_reads_no_table_from_end_to_end(who, store):
    with scanned(store) as tables:
        imports.import_files(ACTOR, store, [("new.csv", to_csv([{**NEW[0], "patient_id": who}]))])
    assert not tables


def test_an_import_of_patients_reads_no_table_from_end_to_end(store):
    rows = [
        {"patient_id": "P3 ", "birth_date": "1980-02-03"},
        {"patient_id": "new", "birth_date": "1990-01-01"},
    ]
    with scanned(store) as tables:
        imports.import_files(ACTOR, store, [("patients.csv", to_csv(rows))], takes_shrunk=True)
    assert not tables


def test_what_is_kept_of_a_patient_is_brought_up_to_date_without_the_others(store):
    with scanned(store) as tables, store.write() as connection:
        refresh(connection, today(connection), [3])
    assert not tables


def test_the_page_of_a_patient_reads_this_patient(store):
    # How old the data are is asked once for each state of the store, of all records.
    freshness = review.read_freshness(ACTOR, store)
    with scanned(store) as tables:
        patients.read_patient(ACTOR, store, 3, freshness)
    assert not tables


def test_the_rows_of_a_page_are_read_of_these_patients(store):
    with scanned(store) as tables:
        listed = review.read_listed(ACTOR, store, [5, 3])
        review.read_reviews(ACTOR, store, [5, 3])
        review.read_series(ACTOR, store, [5, 3])
    assert listed["patient_key"].tolist() == [5, 3] and not tables


def test_how_old_the_data_are_is_looked_up(store):
    with scanned(store) as tables:
        assert "data to 7 Jan 2026" in review.read_freshness(ACTOR, store).text
    assert not tables


def test_the_queue_reads_flags_and_what_was_done_about_them_and_no_records(store):
    freshness = review.read_freshness(ACTOR, store)
    with scanned(store) as tables:
        assert len(review.read_queue(ACTOR, store, freshness).rows)
    assert {scan.split(":")[0] for scan in tables} <= {"open_flag", "flag_event", "flag_log"}
