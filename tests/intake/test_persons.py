"""What is known of a person, and what a file may then say: births, second ids, weights, ceilings; and how a form is counted."""

import dataclasses

import pandas as pd
import pytest
from intake.examples import NOW, cases, check, directory, outcome_of, read
from intake.fhir_examples import as_bytes, bundle, patient, response

from lib.intake.check import CheckedRows, Directory, check_rows
from lib.intake.choices import NeedsChoice
from lib.intake.own_files import read_table
from lib.intake.reading import read_file

DAY = pd.Timestamp(1970, 1, 1)
BORN = (pd.Timestamp(1980, 5, 17) - DAY).days
JOINED = (pd.Timestamp(2026, 1, 1) - DAY).days


def known(weight: float | None = None) -> Directory:
    """P1 of clinic north, of whom everything is known, and P2, of whom nothing is."""
    facts = {
        "birth_day": [BORN, pd.NA],
        "enrolled_day": [JOINED, pd.NA],
        "initials": ["AB", None],
        "dose_ceiling_mg": [200.0, None],
        "weight_kg": [weight, None],
    }
    people = directory("P1@north P2@north")
    return dataclasses.replace(people, patients=people.patients.assign(**facts))


def confirmed(text: str, people: Directory) -> CheckedRows:
    return check_rows(dataclasses.replace(read(text), is_confirmed=True), people, NOW)


EVENTS = cases("""
    on the day of birth   | P1 | 1980-05-17 | ok | enrolled_on
    the day before        | P1 | 1980-05-16 | rejected before-birth
    on the first day      | P1 | 2026-01-01 | ok
    before joining        | P1 | 2025-12-31 | ok | enrolled_on
    of whom it is unknown | P2 | 1979-01-01 | ok
""")


@pytest.mark.parametrize(("who", "day", "outcome", "warned"), EVENTS)
def test_a_record_within_a_life(who: str, day: str, outcome: str, warned: str) -> None:
    checked = check(f"patient_id,on,text\n{who},{day},x\n", known())
    assert outcome_of(checked) == outcome
    assert [warned in words for words in checked.warnings] == ([True] if warned else [])


PERSONS = cases("""
    the same birth date     | P1 | AB | 1980-05-17 | ok
    another one             | P1 | AB | 1980-05-18 | held different-person
    none given              | P1 | AB |            | ok
    none known              | P2 | CD | 1980-05-18 | ok
    a second id             | P9 | ab | 1980-05-17 | ok | possibly the same person
    other initials          | P9 | XY | 1980-05-17 | ok
    no initials             | P9 |    | 1980-05-17 | ok
    the id in another case  | p1 | AB | 1980-05-17 | held like-another-patient
""")


@pytest.mark.parametrize(("who", "initials", "born", "outcome", "warned"), PERSONS)
def test_a_person(who: str, initials: str, born: str, outcome: str, warned: str) -> None:
    text = f"patient_id,initials,birth_date\n{who},{initials},{born}\n"
    checked = check(text, known())
    assert outcome_of(checked) == outcome
    assert [warned in words for words in checked.warnings] == ([True] if warned else [])
    # Whoever has looked at the row decides.
    assert outcome_of(confirmed(text, known())) == "ok"


def test_two_new_ids_of_one_person_in_one_file_are_told() -> None:
    checked = check(
        "patient_id,initials,birth_date\nX1,MM,1990-01-01\nX2,mm,1990-01-01\nX3,ZZ,1990-01-01\n", known()
    )
    (words,) = checked.warnings
    assert words.startswith("Lines 2 and 3: ")


def test_two_new_ids_that_look_alike_wait_for_a_person() -> None:
    checked = check("patient_id\nx1\nX1\nX2\n", known())
    assert checked.accepted["patient_id"].tolist() == ["X2"]
    assert set(checked.problems["code"]) == {"like-another-patient"}


WEIGHTS = cases("""
    plain                     |      | 70   | ok
    decimal                   |      | 70.5 | ok
    lowest                    |      | 25   | ok
    below                     |      | 24.9 | rejected off-scale
    nothing                   |      | 0    | rejected off-scale
    nobody's                  |      | 700  | rejected off-scale
    no number                 |      | heavy | rejected not-a-number
    with its unit             |      | 70 kg | rejected not-a-number
    heavy                     |      | 250  | ok
    to be looked at           |      | 251  | held implausible-weight
    in pounds, by the last    | 70.0 | 154  | held implausible-weight
    a gain                    | 70.0 | 120  | ok
    the last was in pounds    | 154.0 | 70  | held implausible-weight
""")


@pytest.mark.parametrize(("last", "value", "outcome"), WEIGHTS)
def test_a_weight(last: str, value: str, outcome: str) -> None:
    people = known(float(last) if last else None)
    text = f"patient_id,observed_at,kind,value\nP1,2026-03-01,weight_kg,{value}\n"
    assert outcome_of(check(text, people)) == outcome
    if outcome.startswith("held"):
        assert outcome_of(confirmed(text, people)) == "ok"


def test_a_weight_is_compared_within_the_file_and_only_with_the_same_person() -> None:
    rows = [
        "P1,2026-03-01,weight_kg,154",
        "P1,2026-03-08,weight_kg,70",
        "P2,2026-03-01,weight_kg,140",
        "P1,2026-03-01,alt_u_l,900",
    ]
    checked = check("\n".join(["patient_id,observed_at,kind,value", *rows]), known())
    assert checked.problems["line"].tolist() == [2]


DOSES = cases("""
    at the ceiling  | P1 | 200 |
    above           | P1 | 201 | highest dose
    no ceiling      | P2 | 900 |
""")


@pytest.mark.parametrize(("who", "dose", "warned"), DOSES)
def test_a_dose_above_the_ceiling_is_taken_and_told(who: str, dose: str, warned: str) -> None:
    checked = check(f"patient_id,started_at,dose_mg\n{who},2026-03-01,{dose}\n", known())
    assert outcome_of(checked) == "ok"
    assert [warned in words for words in checked.warnings] == ([True] if warned else [])


ENDS = cases("""
    course     | patient_id,started_on,ended_on           | P1,2026-03-02,2026-03-01
    medicine   | patient_id,name,class,started_on,ended_on | P1,x,ssri,2026-03-02,2026-03-01
    diagnosis  | patient_id,code,onset_on,resolved_on     | P1,F33.1,2026-03-02,2026-03-01
""")


@pytest.mark.parametrize(("header", "row"), ENDS)
def test_nothing_ends_before_it_starts(header: str, row: str) -> None:
    assert outcome_of(check(f"{header}\n{row}\n", known())) == "rejected ends-before-start"
    assert outcome_of(check(f"{header}\n{row.replace('03-02', '03-01')}\n", known())) == "ok"


EIGHT = "patient_id,instrument,assessed_at," + ",".join(f"item_{number}" for number in range(1, 9))
NINE = f"{EIGHT},item_9"


def test_a_form_of_eight_items_is_what_somebody_says() -> None:
    data = f"{EIGHT}\nP1,PHQ9,2026-03-01,1,1,1,1,1,1,1,1\n".encode()
    with pytest.raises(NeedsChoice, match="items 1 to 8 only"):
        read_table("forms.csv", data)
    assert read_table("forms.csv", data, {"phq_form": "PHQ-8"}).cells["instrument"] == ["PHQ-8"]
    assert read_table("forms.csv", data, {"phq_form": "PHQ-9"}).cells["instrument"] == ["PHQ9"]
    assert read(data.replace(b"PHQ9", b"PHQ-8")).cells["instrument"] == ["PHQ-8"]


COUNTED = cases("""
    no 0 and a 4        | 123412341 234123412 | asked
    a 0                 | 123412340 234123412 | read
    no 4                | 123312331 233123312 | read
    one form alone      | 123412341           | read
    a stray code        | 1,2,3,4,1,2,3,4,99 2,3,4,1,2,3,4,1,2 | asked
    an unread answer    | 12341234x 234123412 | asked
    a 0 and a code      | 12341234x 034123412 | read
    a word that is 0    | 1,2,3,4,1,2,3,4,Not~at~all 2,3,4,1,2,3,4,1,2 | read
    with a blank        | 12341234. 234123412 | asked
""")


@pytest.mark.parametrize(("forms", "outcome"), COUNTED)
def test_answers_that_may_be_counted_from_1(forms: str, outcome: str) -> None:
    rows = [
        f"P1,PHQ-9,2026-03-0{day},{items if ',' in items else ','.join(items).replace('.', '')}".replace(
            "~", " "
        )
        for day, items in enumerate(forms.split(), 1)
    ]
    data = "\n".join([NINE, *rows]).encode()
    if outcome == "read":
        assert read(data).cells["item_1"] == [form[0] for form in forms.split()]
        return
    with pytest.raises(NeedsChoice, match="no 0 and a 4"):
        read(data)
    assert read_table("forms.csv", data, {"item_scale": "1-4"}).cells["item_2"] == ["1", "2"]
    assert read_table("forms.csv", data, {"item_scale": "0-3"}).cells["item_2"] == ["2", "3"]


def test_a_total_alone_beside_answers_that_count_from_1_waits():
    lines = (
        f"{NINE},total",
        "P1,PHQ-9,2026-03-01," + ",".join("123412341") + ",",
        "P2,PHQ-9,2026-03-01" + "," * 10 + "18",
    )
    data = "\n".join((lines[0], lines[1], lines[1].replace("P1", "P3"), lines[2])).encode()
    assert [doubt.row for doubt in read_table("forms.csv", data, {"item_scale": "1-4"}).doubts] == [2]
    assert not read_table("forms.csv", data, {"item_scale": "0-3"}).doubts


OF_FILE = cases("""
    the same birth date | P1 | 1980-05-17 | ok
    another one         | P1 | 1990-01-01 | held different-person
    none that is whole  | P1 | 1990       | ok
    none known          | P2 | 1990-01-01 | ok
""")


@pytest.mark.parametrize(("who", "born", "outcome"), OF_FILE)
def test_a_response_in_one_file_with_its_patient(who: str, born: str, outcome: str) -> None:
    person = patient("x", ("MR", who), birthDate=born)
    document = bundle(person, response(subject={"reference": "Patient/x"}))
    (_, forms) = read_file("file.json", as_bytes(document)).tables
    assert outcome_of(check_rows(forms, known(), NOW)) == outcome
    # Whoever has looked at the row decides.
    assert outcome_of(check_rows(dataclasses.replace(forms, is_confirmed=True), known(), NOW)) == "ok"
