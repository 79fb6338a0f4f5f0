"""On PostgreSQL a researcher's readings are done as a role that has no right to what names a patient: where a service forgets
itself, the database refuses."""

import pytest
import shared_server
from access_calls import LISTS, READS, SERVICES, Target
from clinic_files import ACTOR, new_store
from sqlalchemy import Table, select
from sqlalchemy.exc import ProgrammingError
from wordy_clinics import fill

from lib.research.criteria import Criteria
from lib.services import cohorts, saved_cohorts
from lib.services.access import ROLES, Actor, Permission, Role, permitted
from lib.services.errors import Store
from lib.store._known_rows import metadata

RESEARCHER = Actor("a researcher", ROLES[Role.RESEARCHER], frozenset({"alder"}), "researcher")
MARK = "typed"
NAMES = (
    "patient id",
    "patients.initials",
    "dosing_sessions.note",
    "adverse_events.term",
    "held cell",
    "decision note",
)
# Words of a clinic, of the product and of its staff: in them stands no word about a patient.
OF_THE_HOUSE = {
    *("about", "clinic", "policy_version", "cohort", "research_release", "research_release_event"),
    *("alembic_version",),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    """A clinic with a text of its own in every place where somebody can write one."""
    with shared_server.asked_for("postgresql"):
        store = new_store(tmp_path_factory.mktemp("research"), is_practice=True)
    fill(store, "alder", lambda context: f"{MARK} {context}")
    return store


# Services as somebody might write them who forgets what research is.


@permitted(Permission.SEE_RESEARCH)
def read_column(actor: Actor, store: Store, table: Table, name: str) -> list:
    with store.read() as connection:
        return list(connection.execute(select(table.c[name])).scalars())


@permitted(Permission.SEE_RESEARCH)
def read_user(actor: Actor, store: Store) -> str:
    with store.read() as connection:
        return str(connection.exec_driver_sql("SELECT current_user").scalar_one())


def columns():
    return [(table, column.name) for table in metadata.tables.values() for column in table.columns]


def is_refused(actor: Actor, store: Store, table: Table, name: str) -> bool:
    try:
        read_column(actor, store, table, name)
    except ProgrammingError as error:
        assert "permission denied" in str(error)
        return True
    return False


def test_no_word_that_somebody_wrote_of_a_patient_can_be_read(store):
    """Found by what stands there: each column of each table is asked for."""
    found = {
        (table.name, name) for table, name in columns() if MARK in str(read_column(ACTOR, store, table, name))
    }
    assert {("patient_identity", "patient_id"), ("dosing_sessions", "note"), ("held_row", "cells")} <= found
    # Whom a course is grouped by, and which clinician had it.
    open_words = {
        ("patients", "indication"),
        ("patients", "clinician_id"),
        ("dosing_sessions", "protocol"),
        ("dosing_sessions", "formulation"),
    }
    closed = {one for one in found if one[0] not in OF_THE_HOUSE} - open_words
    by_name = {(table.name, name): table for table, name in columns()}
    assert [one for one in sorted(closed) if not is_refused(RESEARCHER, store, by_name[one], one[1])] == []


def test_names_days_of_birth_accounts_and_rows_that_wait_are_refused(store):
    tables = metadata.tables
    hidden = [
        *(
            ("patient_identity", "patient_id"),
            ("patients", "initials"),
            ("patients", "birth_date"),
            ("patients", "died_on"),
        ),
        *(("held_row", name) for name in ("cells", "patient_id", "value")),
        *((name, column.name) for name in ("account", "sign_in_session") for column in tables[name].columns),
        *(
            (name, column.name)
            for name in ("decision_addendum", "review_event", "legal_hold")
            for column in tables[name].columns
        ),
    ]
    assert [one for one in hidden if not is_refused(RESEARCHER, store, tables[one[0]], one[1])] == []
    assert read_column(RESEARCHER, store, tables["patients"], "birth_year")


def test_what_research_asks_is_answered_as_that_role_with_the_same_words(store):
    """The clinic's own wall holds for it too."""
    assert read_user(RESEARCHER, store) == "dashboard_research"
    assert read_user(Actor("both", frozenset(Permission)), store) == "dashboard_app"
    key = saved_cohorts.save_cohort(RESEARCHER, store, Criteria(clinics=("alder",)), "mine")
    of = Target("alder", 1, 2, 1, 1, 1, key, 1, 1, "x", 1)
    calls = {
        **READS,
        **{name: lambda who, s, _, call=call: call(who, s) for name, call in LISTS.items()},
        "cohorts.read_policy": lambda who, s, _: cohorts.read_policy(who, s),
        "cohorts.read_data_version": lambda who, s, _: cohorts.read_data_version(who, s),
    }
    asked = [
        name
        for name, function in SERVICES
        if function.permission is Permission.SEE_RESEARCH and name in calls
    ]
    assert len(asked) >= 9
    for name in asked:
        said = str(calls[name](RESEARCHER, store, of))
        assert not [what for what in NAMES if f"{MARK} {what}" in said], name
    elsewhere = Actor("elsewhere", ROLES[Role.RESEARCHER], frozenset({"nowhere"}))
    assert read_column(elsewhere, store, metadata.tables["patients"], "birth_year") == []


def test_nothing_is_written_as_that_role(store):
    query = "SELECT DISTINCT privilege_type FROM information_schema.role_column_grants WHERE grantee = 'dashboard_research'"
    with store.read() as connection:
        assert list(connection.exec_driver_sql(query).scalars()) == ["SELECT"]


def test_a_login_that_serves_the_store_reads_as_that_role_too(store):
    """It was made for the application's role, before there was one for research."""
    with store.write() as connection:
        connection.exec_driver_sql(
            "CREATE ROLE web_of_research LOGIN PASSWORD 'made-up' IN ROLE dashboard_app"
        )
    url = store.engine.url.set(username="web_of_research", password="made-up")
    served = Store(url.render_as_string(hide_password=False))
    assert read_user(RESEARCHER, served) == "dashboard_research"
    assert is_refused(RESEARCHER, served, metadata.tables["patient_identity"], "patient_id")
    assert cohorts.read_cohort(RESEARCHER, served, Criteria(clinics=("alder",))).steps
    served.engine.dispose()
