"""A store whose policy is of an earlier release, opened by this one."""

import subprocess
import sys

import pytest
from clinic_files import ACTOR, new_store, to_csv
from policy_texts import SHIPPED, of_the_clinic, without_key, without_table
from sqlalchemy import update

from lib import settings
from lib.clinical.policy import PolicyError
from lib.services import caseload, imports, policies, stores
from lib.services.errors import Store
from lib.store import derived
from lib.store.derived_tables import policy_version
from lib.store.records import read_frame

OLD = without_key("display", "silent_after_days", without_table("pharmacokinetics", of_the_clinic()))
PATIENT = [{"patient_id": "ann"}]
SESSION = [{"patient_id": "ann", "started_at": "2026-03-02T09:00", "dose_mg": "100", "sbp_pre_mmhg": "190"}]


@pytest.fixture
def old_store(tmp_path) -> Store:
    """As an earlier release left it: one patient, a flag, and a policy that lacks a table and a key."""
    store = new_store(tmp_path)
    imports.import_files(ACTOR, store, [("p.csv", to_csv(PATIENT)), ("s.csv", to_csv(SESSION))])
    with store.write() as connection:
        connection.execute(update(policy_version).values(toml=OLD, comment="made by the release before"))
    store.engine.dispose()
    return store


def versions(store: Store) -> list[dict]:
    with store.read() as connection:
        return read_frame(connection, policy_version.select().order_by(policy_version.c.version)).to_dict(
            "records"
        )


def test_opening_publishes_a_version_with_what_lacked(old_store):
    store = stores.open_store(ACTOR, old_store.url)
    policy = policies.read_policy(ACTOR, store)
    assert policy.version == 2
    assert policy.pharmacokinetics.volume_l == 252 and policy.display.silent_after_days == 7
    assert policy.courses.gap_days == 60, "the clinic's own number stays"
    first, second = versions(store)
    assert (first["toml"], first["comment"]) == (OLD, "made by the release before")
    assert second["published_by"] == "this release"
    assert "[pharmacokinetics]" in second["comment"] and "[display] silent_after_days" in second["comment"]
    assert second["published_at"] >= first["published_at"]


def test_opening_again_publishes_nothing(old_store):
    for _ in range(2):
        store = stores.open_store(ACTOR, old_store.url)
    assert [row["version"] for row in versions(store)] == [1, 2]


def test_a_store_of_this_release_is_left_alone(tmp_path):
    store = stores.open_store(ACTOR, new_store(tmp_path).url)
    assert [row["toml"] for row in versions(store)] == [SHIPPED]


def test_flags_carry_the_new_version(old_store):
    store = stores.open_store(ACTOR, old_store.url)
    flags = caseload.read_flags(ACTOR, store)
    assert set(flags.loc[flags["rule"] == "blood_pressure", "policy_version"]) == {2}


def test_making_a_store_that_is_there_completes_it_too(old_store):
    assert policies.read_policy(ACTOR, stores.create_store(ACTOR, old_store.url)).version == 2


OPEN = """
import sys
from lib.services import stores
from lib.services.access import local_actor
stores.open_store(local_actor("a test"), sys.argv[1])
"""


def test_several_that_open_at_once_publish_one_version(old_store):
    command = [sys.executable, "-c", OPEN, old_store.url]
    openers = [subprocess.Popen(command, cwd=settings.ROOT) for _ in range(3)]
    assert [opener.wait() for opener in openers] == [0] * 3
    assert [row["version"] for row in versions(old_store)] == [1, 2]


def test_an_earlier_version_can_be_read_as_it_was(old_store):
    store = stores.open_store(ACTOR, old_store.url)
    earlier = policies.read_policy(ACTOR, store, 1)
    assert earlier.version == 1 and earlier.courses.gap_days == 60
    assert "pharmacokinetics" not in earlier.notes
    assert policies.export_policy(ACTOR, store, 1) == OLD


def test_a_file_that_lacks_something_is_refused_all_the_same(old_store):
    store = stores.open_store(ACTOR, old_store.url)
    with pytest.raises(PolicyError, match=r"old\.toml: table 'pharmacokinetics' is missing"):
        policies.publish_policy(ACTOR, store, OLD.encode(), "old.toml", "again")
    lacking_a_key = without_key("display", "silent_after_days").encode()
    with pytest.raises(
        PolicyError, match=r"old\.toml, table \[display\]: key 'silent_after_days' is missing"
    ):
        policies.publish_policy(ACTOR, store, lacking_a_key, "old.toml", "again")
    with store.read() as connection:
        assert derived.read_policy_version(connection)["version"] == 2
