"""The second wall, on PostgreSQL: where a service forgets to look only at the actor's clinics, the database still does."""

import pytest
import shared_server
from clinic_files import ACTOR, new_store, to_csv
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import ProgrammingError

from lib.services import audit, imports, views
from lib.services.access import Actor, Permission, permitted
from lib.services.errors import NotFoundError, Store
from lib.store._known_rows import metadata
from lib.store.engine import seeing_every_clinic
from lib.store.review_tables import patient_merge
from lib.store.tables import RECORDS, clinic, patient_identity

NORTH = Actor("north", frozenset(Permission), frozenset({"north"}))
NOBODY = Actor("nobody", frozenset(Permission), frozenset())
ITEMS = {f"item_{n}": "1" for n in range(1, 10)}
FORMS = RECORDS["assessments"]
# Without rows of patients: what a store says of itself, versions of the policy, lists of absent clinicians, counts, and accounts.
OPEN_TO_ALL = {
    *("about", "import", "source_choice", "policy_version", "absence", "list_opening"),
    *("account", "sign_in_session", "broken_glass"),
    *("quality_waiver", "cohort", "pack", "research_release", "research_release_event"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    """In each of two clinics a patient with a form, and a row that nobody can read."""
    with shared_server.asked_for("postgresql"):
        store = new_store(tmp_path_factory.mktemp("walls"))
        for name in ("north", "south"):
            person = {"patient_id": f"{name}-ann", "clinic_id": name}
            form = {**person, "instrument": "PHQ-9", "assessed_at": "2026-01-05", **ITEMS}
            bad = {**form, "assessed_at": "2026-01-06", "item_9": "x"}
            files = [(f"{name} p.csv", to_csv([person])), (f"{name} f.csv", to_csv([form, bad]))]
            imports.import_files(ACTOR, store, files)
    return store


# Services as somebody might write them who forgets the clinics.


@permitted(Permission.SEE_PATIENTS)
def read_everything(actor: Actor, store: Store) -> dict[str, set]:
    """The clinics of all rows, by table."""
    with store.read() as connection:
        return {
            table.name: set(connection.execute(select(table.c.clinic_key)).scalars())
            for table in metadata.tables.values()
            if "clinic_key" in table.c
        }


@permitted(Permission.SEE_PATIENTS)
def count_patients(actor: Actor, store: Store) -> tuple[int, int]:
    """As the wall lets see them, and with the wall taken down for a moment."""
    query = select(func.count()).select_from(patient_identity)
    with store.read() as connection:
        with seeing_every_clinic(connection):
            everybody = connection.execute(query).scalar_one()
        return connection.execute(query).scalar_one(), everybody


@permitted(Permission.ENTER_RECORDS)
def change(actor: Actor, store: Store, statement) -> int:
    with store.write() as connection:
        return connection.execute(statement).rowcount


def test_reading_finds_no_row_of_another_clinic(store):
    everywhere, north = read_everything(ACTOR, store), read_everything(NORTH, store)
    filled = {name for name, clinics in everywhere.items() if clinics == {1, 2}}
    assert {"assessments", "patients", "held_row", "standing", "open_flag", "import_clinic"} <= filled
    assert all(north[name] == {1} for name in filled)
    assert not any(read_everything(NOBODY, store)[name] for name in filled)
    assert (count_patients(NORTH, store), count_patients(NOBODY, store)) == ((1, 2), (0, 2))


def test_changing_another_clinics_rows_changes_none_and_adding_one_raises(store):
    with store.read() as connection:
        before = connection.execute(select(FORMS).order_by(FORMS.c.id)).all()
    foreign = update(FORMS).where(FORMS.c.clinic_key == 2)
    assert change(NORTH, store, foreign.values(total=0)) == 0
    assert change(NORTH, store, FORMS.delete().where(FORMS.c.clinic_key == 2)) == 0
    one = {"clinic_key": 2, "patient_id": "smuggled"}
    for statement in (
        insert(patient_identity).values(one),
        insert(clinic).values(clinic_id="new", name="", time_zone="UTC", instruments=""),
        # Nor is one's own row given away.
        update(FORMS).where(FORMS.c.clinic_key == 1).values(clinic_key=2),
        insert(patient_merge).values(
            from_key=1, into_key=2, merged_by="", merged_why="", merged_at=0, merged_after_event=0
        ),
    ):
        with pytest.raises(ProgrammingError, match="violates row-level security policy"):
            change(NORTH, store, statement)
    with store.read() as connection:
        assert connection.execute(select(FORMS).order_by(FORMS.c.id)).all() == before


def test_the_clinics_of_one_transaction_are_gone_in_the_next(store):
    assert store.engine.pool.size() >= 1
    for _ in range(3):
        assert count_patients(NORTH, store)[0] == 1
        with store.engine.connect() as connection:
            connection.exec_driver_sql("SET LOCAL ROLE dashboard_app")
            for table in ("patient_identity", "assessments", "held_row", "clinic", "patients"):
                assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT current_user").scalar_one() == "postgres"


def test_the_application_owns_nothing_and_only_adds_to_the_audit(store):
    for statement in (
        "ALTER TABLE clinic DISABLE ROW LEVEL SECURITY",
        "DROP TABLE about",
        "TRUNCATE about",
        "UPDATE audit_entry SET actor = 'nobody'",
        "DELETE FROM audit_entry",
    ):
        with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
            run_as_application(ACTOR, store, statement)


@permitted(Permission.SEE_PATIENTS)
def run_as_application(actor: Actor, store: Store, statement: str) -> None:
    with store.write() as connection:
        connection.exec_driver_sql(statement)


def test_every_table_has_a_wall_or_no_patient(store):
    """A new table is named by a later migration, or in OPEN_TO_ALL with its reason."""
    with store.read() as connection:
        walled = set(connection.exec_driver_sql("SELECT tablename FROM pg_policies").scalars()) & set(
            connection.exec_driver_sql("SELECT relname FROM pg_class WHERE relrowsecurity").scalars()
        )
    assert set(metadata.tables) - walled == OPEN_TO_ALL


def test_a_login_of_the_server_that_owns_nothing_serves_the_store(store):
    """What docs/architecture.md advises: one login that makes and upgrades the store, another one that serves it."""
    with store.write() as connection:
        connection.exec_driver_sql("CREATE ROLE web LOGIN PASSWORD 'made-up' IN ROLE dashboard_app")
    url = store.engine.url.set(username="web", password="made-up")
    served = Store(url.render_as_string(hide_password=False))
    assert count_patients(NORTH, served) == (1, 2)
    form = {"patient_id": "north-ann", "instrument": "PHQ-9", "assessed_at": "2026-01-09", **ITEMS}
    (receipt,) = imports.import_files(NORTH, served, [("later.csv", to_csv([form]))])
    assert receipt.outcome == "accepted"
    with served.read() as connection:
        assert connection.execute(select(func.count()).select_from(FORMS)).scalar_one() == 0


@permitted(Permission.SEE_PATIENTS)
def change_the_audit(actor: Actor, store: Store) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET actor = 'somebody else'")


def test_clinics_write_one_chain_of_the_audit_and_none_changes_a_row_of_it(store):
    with store.read() as connection:
        keys = dict(connection.execute(select(patient_identity.c.patient_id, patient_identity.c.id)).all())
    for name in ("north", "south", "north", "south"):
        actor = Actor(name, frozenset(Permission), frozenset({name}))
        assert views.note_view(actor, store, keys[f"{name}-ann"]) == ""
        with pytest.raises(NotFoundError):
            views.note_view(actor, store, keys["south-ann" if name == "north" else "north-ann"])
    for actor in (NORTH, ACTOR):
        # A server's store has an anchor where AUDIT_ANCHOR names one.
        assert {one.kind for one in audit.verify_audit(actor, store).findings} == {audit.Kind.NO_ANCHOR}
    looks, _ = audit.search_audit(NORTH, store, audit.Asked(act="view patient"))
    assert looks["patient_id"].tolist() == ["north-ann"] * 2
    with pytest.raises(ProgrammingError, match="permission denied"):
        change_the_audit(NORTH, store)
