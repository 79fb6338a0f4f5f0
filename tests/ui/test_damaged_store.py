"""A store that cannot be read now is taken for one with real patients: nobody sees it without a sign-in once it can be read."""

import pytest
from clinic_files import new_store

from lib.ui import opened


@pytest.mark.usefixtures("embedded_only")
def test_what_cannot_be_read_is_not_called_made_up(tmp_path, monkeypatch):
    store = new_store(tmp_path, is_practice=True)
    store.engine.dispose()
    monkeypatch.setenv("DATABASE_URL", store.url)
    whole = store.path.read_bytes()
    store.path.write_bytes(whole[:4_096] + bytes(len(whole) - 4_096))
    assert opened.holds_real_patients()
    store.path.write_bytes(whole)
    assert not opened.holds_real_patients()
    store.path.unlink()
    (tmp_path / "clinic.sqlite.audit-anchor").unlink(missing_ok=True)
    assert not opened.holds_real_patients()
