"""Which file the address means is looked at once in a run of the script, and anew in the next."""

import pytest
from clinic_files import new_store

from lib.ui import opened, turns


@pytest.mark.usefixtures("embedded_only")
def test_a_run_stays_with_the_file_that_it_found_and_the_next_finds_the_new_one(tmp_path, monkeypatch):
    store = new_store(tmp_path, is_practice=True)
    monkeypatch.setenv("DATABASE_URL", store.url)
    path = store.path
    with turns.take_turn():
        first = opened.open_today()
        store.engine.dispose()
        path.rename(path.with_suffix(".old"))
        path.write_bytes(path.with_suffix(".old").read_bytes())
        assert opened.open_today() is first
    with turns.take_turn():
        assert opened.open_today() is not first
    path.unlink()
    path.with_suffix(".old").rename(path)
    assert opened.open_today() is first
