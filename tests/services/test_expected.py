"""The session scores of a clinic: whose they are, to which day, and who may read them."""

from datetime import date, timedelta

import pytest
from clinic_files import ACTOR, new_store, to_csv

from lib.clinical.expected_course import Reference, expect_course
from lib.clinical.instruments import GAD7, PHQ9
from lib.services import expected, imports, policies, review
from lib.services.access import Actor, NotPermittedError, Permission
from lib.services.errors import NotFoundError, Store

DAY_0 = date(2026, 1, 5)
SIZES = {"north": 34, "south": 12}
NORTH = Actor("north", frozenset(Permission), frozenset({"north"}))


def on(day: int) -> str:
    return (DAY_0 + timedelta(days=day)).isoformat()


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    """Patients at 16 to 18 before, two sessions, and a PHQ-9 after each; one of north has a corrected form."""
    store = new_store(tmp_path_factory.mktemp("expected"))
    who = [(clinic, f"{clinic}-{number}", number) for clinic, size in SIZES.items() for number in range(size)]
    people = [{"patient_id": name, "clinic_id": clinic} for clinic, name, _ in who]
    doses = [
        {"patient_id": name, "started_at": on(day), "dose_mg": "100"} for _, name, _ in who for day in (0, 7)
    ]
    forms = [
        {"patient_id": name, "instrument": "PHQ-9", "assessed_at": on(day), "total": str(total + number % 3)}
        for _, name, number in who
        for day, total in ((-2, 16), (6, 12), (13, 8))
    ]
    corrected = {"patient_id": "north-0", "instrument": "PHQ-9", "assessed_at": on(6), "total": "3"}
    for name, rows in (("people", people), ("doses", doses), ("forms", forms), ("corrected", [corrected])):
        (receipt,) = imports.import_files(ACTOR, store, [(f"{name}.csv", to_csv(rows))])
        assert receipt.is_complete
    return store


def names_of(store: Store, reference: Reference) -> set[str]:
    people = review.read_caseload(ACTOR, store).set_index("patient_key")["patient_id"]
    return {people[key] for key in reference.scores["PHQ-9"].patient}


def key_of(store: Store, patient: str) -> int:
    return int(review.read_caseload(ACTOR, store).set_index("patient_id").loc[patient, "patient_key"])


@pytest.mark.parametrize("clinic", SIZES)
def test_everybody_of_the_clinic_is_read_and_nobody_else(store, clinic):
    reference = expected.read_reference(ACTOR, store, clinic)
    assert names_of(store, reference) == {f"{clinic}-{number}" for number in range(SIZES[clinic])}


def test_the_version_in_force_is_read(store):
    scores = expected.read_reference(ACTOR, store, "north").scores["PHQ-9"]
    row = list(scores.patient).index(key_of(store, "north-0"))
    assert scores.after[row, :2].tolist() == [3, 8]


def test_a_clinic_of_enough_patients_gives_a_ribbon_and_a_small_one_says_how_few_there_are(store):
    courses = [
        expect_course(expected.read_reference(ACTOR, store, clinic), key_of(store, f"{clinic}-1"), PHQ9)
        for clinic in SIZES
    ]
    assert [step.n_patients for step in courses[0].steps] == [33, 33]
    assert courses[1].steps == () and courses[1].too_few == ((1, 11), (2, 11))


def test_an_instrument_without_forms_has_no_baseline(store):
    reference = expected.read_reference(ACTOR, store, "north")
    assert expect_course(reference, key_of(store, "north-1"), GAD7).reason == "no baseline"


def test_nothing_after_the_day_is_read(store):
    reference = expected.read_reference(ACTOR, store, "north", DAY_0 + timedelta(days=8))
    course = expect_course(reference, key_of(store, "north-1"), PHQ9)
    assert [(step.session, step.n_patients) for step in course.steps] == [(1, 33)]
    assert course.too_few == ((2, 0),)


def test_another_clinic_is_not_found_in_the_same_words_as_none(store):
    said = []
    for clinic in ("south", "nowhere"):
        with pytest.raises(NotFoundError) as error:
            expected.read_reference(NORTH, store, clinic)
        said.append(str(error.value))
    assert said[0] == said[1]
    assert names_of(store, expected.read_reference(NORTH, store, "north"))


def test_who_may_not_see_patients_is_refused(store):
    with pytest.raises(NotPermittedError):
        expected.read_reference(Actor("nobody", frozenset()), store, "north")


def test_the_policy_in_force_decides_how_many_are_needed(store):
    before = policies.export_policy(ACTOR, store)
    fewer = before.replace("min_patients = {value = 30", "min_patients = {value = 11")
    policies.publish_policy(ACTOR, store, fewer.encode(), "fewer.toml", "fewer")
    course = expect_course(expected.read_reference(ACTOR, store, "south"), key_of(store, "south-1"), PHQ9)
    policies.publish_policy(ACTOR, store, before.encode(), "as before.toml", "as before")
    assert [step.n_patients for step in course.steps] == [11, 11]
