"""Whose row it is: known, new, or not to be told."""

import pytest
from intake.examples import cases, check, directory, outcome_of

from lib.intake.check import Directory

TWO_CLINICS = directory("007@north 8@north 8@south A7@north", ["north", "south"])

RECORDS = cases(r"""
    known                    | 007 |       | ok
    known, clinic named      | 007 | north | ok
    known in another clinic  | 007 | south | held unknown-patient
    no such clinic           | 007 | west  | held unknown-patient
    in two clinics           | 8   |       | held ambiguous-clinic
    in two, one named        | 8   | south | ok
    unknown                  | 9   |       | held unknown-patient
    unknown, clinic named    | 9   | north | held unknown-patient
    unknown, no such clinic  | 9   | west  | held unknown-patient
    a number is not its text | 7   |       | held unknown-patient
    case matters             | a7  |       | held like-another-patient
    Cyrillic for Latin       | А7  |       | held like-another-patient
    a space that hides       | A\u200b7 |  | held like-another-patient
    wide letters             | Ａ７ |       | held like-another-patient
    like nobody here         | a7  | south | held unknown-patient
    two alphabets            | Bя9 |       | held mixed-script
    one foreign alphabet     | Яя9 |       | held unknown-patient
    no id                    |     |       | rejected missing-value
""")


@pytest.mark.parametrize(("patient_id", "clinic_id", "outcome"), RECORDS)
def test_the_patient_of_a_record(patient_id: str, clinic_id: str, outcome: str) -> None:
    patient_id = patient_id.replace(r"\u200b", "\u200b")
    text = f"patient_id,clinic_id,started_on\n{patient_id},{clinic_id},2026-03-01\n"
    assert outcome_of(check(text, TWO_CLINICS)) == outcome


def test_a_record_takes_the_keys_and_the_time_zone_of_its_patient() -> None:
    text = (
        "patient_id,clinic_id,started_at,dose_mg\n8,south,2026-03-01T12:00Z,1\n8,north,2026-03-01T12:00Z,1\n"
    )
    accepted = check(text, TWO_CLINICS).accepted
    assert accepted["patient_key"].tolist() == [102, 101]
    assert accepted["clinic_key"].tolist() == [2, 1]
    assert accepted["clinic_id"].tolist() == ["south", "north"]
    assert accepted["started_at_second"].tolist() == [13 * 3600, 7 * 3600]


NOBODY = directory("", [])
PATIENTS = [
    pytest.param(NOBODY, "", "clinic", -1, id="empty store"),
    pytest.param(NOBODY, "west", "west", -1, id="empty store, clinic named"),
    pytest.param(directory("8@north"), "", "north", 1, id="one clinic"),
    pytest.param(directory("8@north"), "west", "west", -1, id="one clinic, another named"),
    pytest.param(TWO_CLINICS, "south", "south", 2, id="two clinics, one named"),
]


@pytest.mark.parametrize(("known", "given", "clinic_id", "clinic_key"), PATIENTS)
def test_a_new_patient(known: Directory, given: str, clinic_id: str, clinic_key: int) -> None:
    accepted = check(f"patient_id,clinic_id\nnew,{given}\n", known).accepted
    assert accepted[["patient_id", "clinic_id"]].values.tolist() == [["new", clinic_id]]
    assert accepted[["patient_key", "clinic_key"]].values.tolist() == [[-1, clinic_key]]


def test_a_known_patients_row_has_its_keys() -> None:
    accepted = check("patient_id,clinic_id\n8,south\n", TWO_CLINICS).accepted
    assert accepted[["patient_key", "clinic_key"]].values.tolist() == [[102, 2]]


def test_a_patient_without_clinic_is_held_where_there_are_several() -> None:
    assert outcome_of(check("patient_id\n007\n", TWO_CLINICS)) == "held no-clinic"


@pytest.mark.parametrize("patient_id", ["007", "NA", "null", "1E5", "12345678901234567890", "None", "TRUE"])
def test_an_id_is_text(patient_id: str) -> None:
    known = directory(f"{patient_id}@north")
    accepted = check(f"patient_id,started_on\n{patient_id},2026-03-01\n", known).accepted
    assert accepted["patient_id"].tolist() == [patient_id]
    assert check(f"patient_id\n{patient_id}\n", known).accepted["patient_id"].tolist() == [patient_id]


def test_an_accent_in_one_or_two_characters_is_one_patient() -> None:
    one, two = "Jos\u00e9", "Jose\u0301"
    checked = check(f"patient_id,started_on\n{two},2026-03-01\n{one},2026-03-01\n", directory(f"{one}@north"))
    assert (checked.accepted["patient_id"].tolist(), checked.n_repeated) == ([one], 1)


def test_a_directory_that_contradicts_itself_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such clinic"):
        check("patient_id,started_on\n8,2026-03-01\n", directory("8@south", ["north"]))


def test_two_rows_of_one_new_patient_are_one_only_if_they_say_the_same() -> None:
    text = "patient_id,clinic_id,sex\nnew,north,f\nnew,,f\nother,north,f\nother,north,m\nother,south,m\n"
    checked = check(text, directory("", ["north"]))
    assert checked.accepted[["patient_id", "clinic_id"]].values.tolist() == [
        ["new", "north"],
        ["other", "south"],
    ]
    assert checked.n_repeated == 1
    assert checked.problems[["line", "code"]].values.tolist() == [[4, "two-versions"], [5, "two-versions"]]
