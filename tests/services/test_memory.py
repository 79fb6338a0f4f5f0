"""What was read is kept for as long as it is true, and no longer."""

import pytest
from clinic_files import new_store

from lib.services._memory import Memory
from lib.services.errors import Store
from lib.store import derived


@pytest.fixture
def store(each_database, tmp_path) -> Store:
    return new_store(tmp_path)


def recall(memory: Memory[str, object], store: Store, key: str, rules: str = "these") -> object:
    with store.read() as connection:
        return memory.of_state(connection, rules).setdefault(key, object())


def test_the_same_is_given_until_somebody_changes_the_store(store):
    memory: Memory[str, object] = Memory()
    first = recall(memory, store, "ann")
    assert recall(memory, store, "ann") is first and recall(memory, store, "ben") is not first
    with store.write() as connection:
        derived.write_about(connection, said="something")
    assert recall(memory, store, "ann") is not first


def test_by_other_rules_and_of_another_store_everything_is_read_anew(store, tmp_path):
    memory: Memory[str, object] = Memory()
    first = recall(memory, store, "ann")
    assert recall(memory, store, "ann", rules="others") is not first
    again = recall(memory, store, "ann")
    assert again is not first and recall(memory, new_store(tmp_path, "another"), "ann") is not again
