"""Who is known of these keys: these, whether they are few, many or none."""

import pytest
from clinic_files import ACTOR, new_store, to_csv

from lib.services import imports, outcome_people
from lib.store import asked
from lib.store.records import read_patients


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = new_store(tmp_path_factory.mktemp("clinic"))
    rows = [{"patient_id": name} for name in ("ann", "bob", "eve", "kim")]
    imports.import_files(ACTOR, store, [("patients.csv", to_csv(rows))])
    return store


def read(store, *args, **names) -> list[int]:
    with store.read() as connection:
        return sorted(read_patients(connection, *args, **names)["patient_key"].tolist())


@pytest.mark.parametrize("most", [5_000, 1], ids=["as a list", "as a span"])
@pytest.mark.parametrize("which", [slice(0, 4, 3), slice(1, 2), slice(0, 0), slice(0, 4)])
def test_only_whoever_is_asked_for_is_read(store, monkeypatch, which, most):
    """A long list is read as the span between its ends, and strangers lie in between."""
    monkeypatch.setattr(asked, "MAX_LISTED_PATIENTS", most)
    every = read(store)
    assert len(every) == 4 and read(store, every[which]) == every[which]


def test_nobody_of_no_clinic(store):
    with store.read() as connection:
        clinic = int(read_patients(connection)["clinic_key"].iloc[0])
    assert len(read(store, clinics=[clinic])) == 4 and read(store, clinics=[]) == []


def test_behind_a_figure_of_nobody_stand_no_names(store):
    assert outcome_people.read_names(ACTOR, store, ()).empty
    assert len(outcome_people.read_names(ACTOR, store, read(store))) == 4
