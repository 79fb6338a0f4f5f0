"""What SQLite is asked without SQLAlchemy in between is answered as with it, watched like it, and fails in the same words."""

import pytest
from clinic_files import ACTOR, new_store, to_csv
from sqlalchemy import bindparam, event, select

from lib.services import imports
from lib.services.errors import Store
from lib.store import _sqlite_direct, derived
from lib.store._failures import StoreError
from lib.store.asked import Asked, of_patients
from lib.store.held_forms import read_held_item_9
from lib.store.records import _in_force, read_columns
from lib.store.tables import RECORDS


@pytest.fixture
def store(tmp_path) -> Store:
    made = new_store(tmp_path)
    if made.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL is asked through SQLAlchemy")
    people = [{"patient_id": f"p{n}", "birth_date": "1980-02-03"} for n in range(3)]
    imports.import_files(ACTOR, made, [("patients.csv", to_csv(people))])
    return made


def people_of(patient: int) -> Asked:
    return of_patients(_in_force("patients"), RECORDS["patients"], [patient])


def ask(store: Store, patient: int) -> dict[str, list]:
    with store.read() as connection:
        return read_columns(connection, people_of(patient))


def test_the_same_query_is_answered_directly_and_alike(store: Store) -> None:
    with store.read() as connection:
        for patient in (1, 2, 99):
            asked = people_of(patient)
            result = asked.ask(connection)
            names = list(result.keys())
            through = [tuple(row) for row in result.cursor.fetchall()]
            ask(store, patient)
            assert _sqlite_direct.ask_directly(connection, asked.query, asked.values) == (names, through)
        # With a list in the query itself.
        assert [len(read_held_item_9(connection, [1])) for _ in range(3)] == [0, 0, 0]


def test_a_list_that_sqlalchemy_spreads_is_never_answered_with_an_earlier_one(store: Store) -> None:
    table = RECORDS["patients"]
    query = select(table.c.patient_key).where(table.c.patient_key.in_(bindparam("keys", expanding=True)))
    with store.read() as connection:
        found = [Asked(query).given(keys=[key]).read(connection)[1] for key in (1, 2, 3)]
    assert found == [[(1,)], [(2,)], [(3,)]]


def test_a_query_that_comes_once_is_not_kept(store: Store) -> None:
    with store.read() as connection:
        fresh = derived._newest_policy().where(derived.policy_version.c.version == 1)
        assert _sqlite_direct.ask_directly(connection, fresh, {}) is None
    before = len(_sqlite_direct._written)
    del fresh
    assert len(_sqlite_direct._written) == before - 1


def test_who_writes_and_who_listens_goes_through_sqlalchemy(store: Store) -> None:
    ask(store, 1)
    asked, heard = people_of(1), []

    def hear(*said: object) -> None:
        heard.append(said[2])

    with store.write() as connection:
        assert _sqlite_direct.ask_directly(connection, asked.query, asked.values) is None
    event.listen(store.engine, "before_cursor_execute", hear)
    ask(store, 1)
    event.remove(store.engine, "before_cursor_execute", hear)
    assert any("FROM patients" in statement for statement in heard)


def test_a_failure_is_said_in_the_words_of_the_store(store: Store) -> None:
    ask(store, 1)
    ask(store, 2)
    path = store.path
    assert path is not None
    store.engine.dispose()
    path.with_name(f"{path.name}-wal").unlink(missing_ok=True)
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 50_000)
    with pytest.raises(StoreError, match=r"damaged|is not a store"):
        ask(store, 1)
