"""A clinic's own store, the demo and a store for practice: what each takes."""

import pytest
from clinic_files import ACTOR, new_store, to_csv
from ui_stores import make_demo

from lib import settings
from lib.services import imports, stores
from lib.services.errors import Store, StoreError

FILES = [("patients.csv", to_csv([{"patient_id": "ann"}]))]


def test_a_store_for_practice_takes_files_that_somebody_calls_made_up(tmp_path):
    store = new_store(tmp_path, is_practice=True)
    with pytest.raises(StoreError, match="no real patient belongs in it"):
        imports.import_files(ACTOR, store, FILES)
    assert imports.read_imports(ACTOR, store).empty
    (receipt,) = imports.import_files(ACTOR, store, FILES, are_made_up=True)
    assert receipt.counts.n_new == 1


def test_the_demo_takes_no_files_whatever_is_said_of_them(tmp_path):
    demo_store = Store(make_demo(tmp_path))
    with pytest.raises(StoreError, match="takes no other files"):
        imports.import_files(ACTOR, demo_store, FILES, are_made_up=True)


def test_a_clinics_own_store_never_becomes_one_for_practice(tmp_path):
    url = new_store(tmp_path).url
    with pytest.raises(StoreError, match="cannot become a store for practice"):
        stores.create_store(ACTOR, url, is_practice=True)


def test_the_demo_is_never_loaded_over_a_store_for_practice(tmp_path):
    url = new_store(tmp_path, is_practice=True).url
    with pytest.raises(StoreError, match="never loaded over"):
        stores.load_demo(ACTOR, url)


def test_the_demos_address_is_not_for_practice():
    with pytest.raises(StoreError, match="the demo's address"):
        stores.create_store(ACTOR, settings.DEMO_STORE, is_practice=True)
