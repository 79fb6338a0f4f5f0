"""What a file leaves open: asked with the file's own examples, answered, remembered, and answered anew."""

import pytest
from intake.corpus import CASES, PATIENTS, name_case, read_case
from ui_pages import run, upload, words
from ui_stores import ACTOR, make_clinic, patients

from lib.services import imports, stores

LATIN = "patient_id,initials\n7,JÉ\n".encode("cp1252")
SOUTH = b"patient_id,initials\n8,OK\n"
SHORT_DATES = b"patient_id,started_at,dose_mg\n1,03/04/2026,100\n1,05/04/2026,100\n"


@pytest.fixture
def clinic(tmp_path):
    return make_clinic(tmp_path, {"patients.csv": patients("1,AB", "2,CD")})


def press(test, label):
    return run(next(button for button in test.button if button.label == label).click())


def imported(clinic):
    past = imports.read_imports(ACTOR, stores.open_store(ACTOR, clinic))
    return past["file_name"].tolist()


def test_the_reading_that_the_file_looks_like_is_chosen_and_marked(open_page, clinic):
    test = upload(open_page("import_records", clinic), {"p.csv": LATIN})
    (asked,) = test.radio
    assert asked.value == "windows-1252"
    assert "the file looks like this" in asked.options[0] and "JÉ" in test.code[0].value
    assert "look like Windows\\-1252" in words(test)
    assert test.button(key="import").disabled and test.button(key="import").label == "Import"
    press(test, "Read it like this")
    assert not test.radio and not test.button(key="import").disabled
    assert "Read as confirmed by" in words(test)


def test_the_other_files_can_be_imported_without_it(open_page, clinic):
    test = upload(open_page("import_records", clinic), {"p.csv": LATIN, "south.csv": SOUTH})
    assert "Not imported while it waits for answers: p\\.csv" in words(test)
    assert "The others can be imported without it" in words(test)
    run(test.button(key="import").click())
    assert imported(clinic)[0] == "south.csv" and "p.csv" not in imported(clinic)
    # The rest is still there.
    assert "Receipt" in words(test) and test.radio[0].value == "windows-1252"
    press(test, "Read it like this")
    run(test.button(key="import").click())
    assert imported(clinic)[0] == "p.csv" and not test.file_uploader[0].value
    said = words(test)
    assert "Asked" in said and "Answered\\: Windows\\-1252" in said and "SHA\\-256" in said


def test_what_was_answered_once_is_not_asked_of_the_next_file_of_its_source(open_page, clinic):
    test = upload(open_page("import_records", clinic), {"p 2026-01-01.csv": LATIN})
    press(test, "Read it like this")
    run(test.button(key="import").click())
    test = upload(open_page("import_records", clinic), {"p 2026-01-02.csv": LATIN.replace(b"7", b"9")})
    assert not test.radio and "Read as confirmed by" in words(test) and " UTC" in words(test)
    press(test, "Change")
    assert test.radio[0].value == "windows-1252" and test.button(key="import").disabled


def test_dates_that_can_be_read_in_two_ways_are_asked_without_a_choice(open_page, clinic):
    test = upload(open_page("import_records", clinic), {"s.csv": SHORT_DATES})
    (asked,) = test.radio
    assert asked.value is None and "03/04/2026" in test.code[0].value
    press(test, "Read it like this")
    assert test.radio[0].value is None and test.button(key="import").disabled
    test.radio[0].set_value("dmy")
    press(test, "Read it like this")
    table = next(one.value for one in test.dataframe if "Dates" in one.value and "New" in one.value)
    assert table["Dates"].tolist() == ["3 Apr 2026 – 5 Apr 2026"]


def test_an_answer_is_for_the_bytes_that_were_looked_at(open_page, clinic):
    test = upload(open_page("import_records", clinic), {"s.csv": SHORT_DATES})
    test.radio[0].set_value("dmy")
    press(test, "Read it like this")
    upload(test, {"s.csv": SHORT_DATES.replace(b"03/04", b"06/04")})
    assert test.radio[0].value is None


def test_two_files_of_one_name_are_not_read_by_each_others_answers(open_page, clinic):
    test = open_page("import_records", clinic)
    test.file_uploader[0].set_value([("s.csv", SHORT_DATES, "text/csv"), ("s.csv", SOUTH, "text/csv")])
    run(test)
    assert "Two different files are called s\\.csv" in words(test) and len(test.radio) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"patient_id,initials\n" + b"1,AB\n" * 5 + b" " * 20 * 1024 * 1024, "bytes, and an upload at most"),
        (b"patient_id,initials\n" + b"1,AB\n" * 200_001, "rows, and an upload at most 200,000"),
    ],
    ids=["too many bytes", "too many rows"],
)
def test_what_is_too_large_for_an_upload_comes_by_the_command_line(open_page, clinic, data, said):
    test = upload(open_page("import_records", clinic), {"large.csv": data})
    message = test.error[0].value.replace("\\", "")
    assert said in message and "python -m lib import" in message
    assert test.button(key="import").disabled


def test_a_file_that_shrank_is_taken_when_somebody_says_so(open_page, clinic):
    rows = [f"{n},AB" for n in range(300)]
    test = upload(open_page("import_records", clinic), {"all.csv": patients(*rows).encode()})
    run(test.button(key="import").click())
    test = upload(open_page("import_records", clinic), {"all.csv": patients(*rows[:20]).encode()})
    assert "fewer" in words(test) and "Nothing was taken" in words(test)
    box = next(one for one in test.checkbox if "Take it anyway" in one.label)
    run(box.check())
    assert "Nothing was taken" not in words(test)
    # The tick is for this offer.
    upload(test, {"all.csv": patients(*rows[:19]).encode()})
    assert "Nothing was taken" in words(test)
    run(next(one for one in test.checkbox if "Take it anyway" in one.label).check())
    run(test.button(key="import").click())
    assert next(one.value for one in test.dataframe if "Unchanged" in one.value)["Rows"].tolist() == [19]


def test_equal_problems_are_one_row(open_page, clinic):
    rows = b"patient_id,started_at,dose_mg\n" + b"1,2026-01-05,-5\n2,2026-01-05,-6\n9,2026-01-05,100\n"
    test = upload(open_page("import_records", clinic), {"s.csv": rows})
    table = next(one.value for one in test.dataframe if "Lines" in one.value)
    assert table["Rows"].sum() == 3 and "Rows that are not taken (3)" in words(test)
    assert "4" in table["Lines"].tolist()


@pytest.mark.parametrize("part", range(5))
def test_every_odd_file_has_its_place_on_the_page(open_page, tmp_path, part):
    cases = [case for case in CASES if not case.get("zipped")][part::5]
    files = {f"{name_case(case)}.csv": read_case(case) for case in cases}
    url = make_clinic(tmp_path, {"patients.csv": PATIENTS.decode()})
    test = upload(open_page("import_records", url), files)
    cells = {str(cell) for table in test.dataframe for cell in table.value.to_numpy().ravel()}
    said = words(test).replace("\\", "")
    assert [name for name in files if name not in said and name not in cells] == []
    for one in test.radio:
        n_marked = sum("the file looks like this" in option for option in one.options)
        assert one.value is None or n_marked == 1


def test_the_same_bytes_under_two_names_are_two_files(open_page, clinic):
    test = upload(open_page("import_records", clinic), {"a.csv": LATIN, "b.csv": LATIN})
    assert len(test.radio) == 2
    press(test, "Read it like this")
    assert len(test.radio) == 1
