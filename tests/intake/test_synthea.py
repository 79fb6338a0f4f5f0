"""Synthea's CSV: made-up rows in its shape."""

from collections import Counter

import pytest
from intake.examples import NOW, directory
from intake.sheets import grid

from lib.clinical.instruments import PHQ9
from lib.intake import synthea
from lib.intake.check import check_rows

PATIENTS = """
Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,LAST,MARITAL,RACE,GENDER,ADDRESS,CITY,ZIP
p-1,1980-05-02,,999-00-0001,S1,X1,Ms.,Ada1,Made2,M,white,F,1 Sample Street,Sometown,02155
p-2,1990-01-31,2025-12-01T10:00:00Z,999-00-0002,,,Mr.,Bob3,Up4,S,asian,M,2 Sample Street,Sometown,
"""
OBSERVATIONS = """
DATE,PATIENT,ENCOUNTER,CATEGORY,CODE,DESCRIPTION,VALUE,UNITS,TYPE
2026-01-01T10:00:00Z,p-1,e,survey,44261-6,Patient Health Questionnaire 9 item (PHQ-9) total score [Reported],15.0,{score},numeric
2026-01-01T10:05:00Z,p-1,e,survey,70274-6,Generalized anxiety disorder 7 item (GAD-7) total score,9.0,{score},numeric
2026-02-01T10:00:00Z,p-1,e,survey,44261-6,Patient Health Questionnaire 9 item (PHQ-9) total score [Reported],28.0,{score},numeric
2026-02-02T10:00:00Z,p-1,e,survey,44261-6,Patient Health Questionnaire 9 item (PHQ-9) total score [Reported],50.0,%,numeric
2026-01-01T10:06:00Z,p-2,e,survey,89204-2,Patient Health Questionnaire-9: Modified for Teens total score,20.0,{score},numeric
2026-01-01T10:07:00Z,p-2,e,survey,55758-7,Patient Health Questionnaire 2 item (PHQ-2) total score,3.0,{score},numeric
2026-01-01T10:00:00Z,p-1,e,vital-signs,29463-7,Body Weight,70.123,kg,numeric
2026-01-02T10:00:00Z,p-1,e,vital-signs,29463-7,Body Weight,154,[lb_av],numeric
2026-01-03T10:00:00Z,p-1,e,vital-signs,29463-7,Body Weight,11,[stone_av],numeric
2026-01-01T10:00:00Z,p-1,e,vital-signs,8480-6,Systolic Blood Pressure,120,mm[Hg],numeric
2026-01-01T10:00:00Z,p-1,,,QALY,QALY,40.0,a,numeric
2026-01-01T10:00:00Z,p-1,,,QALY,QALY,41.0,a,numeric
"""
KNOWN = directory("p-1@north p-2@north")


def test_of_a_patient_only_what_treatment_needs_is_taken():
    (table,) = synthea.read(grid(PATIENTS))
    assert table.cells == {
        "patient_id": ["p-1", "p-2"],
        "birth_date": ["1980-05-02", "1990-01-31"],
        "sex": ["F", "M"],
        "died_on": ["", "2025-12-01"],
    }


def test_every_row_is_taken_or_counted():
    totals, weights = synthea.read(grid(OBSERVATIONS))
    n_left = 3
    assert len(totals.lines) + len(weights.lines) + n_left == 12
    assert totals.warnings == ("Rows that are not taken, by code: QALY (2), 8480-6 (1).",)
    plain = Counter(line.split(",")[4] for line in OBSERVATIONS.strip().splitlines())
    read = Counter(totals.cells["instrument"])
    assert (read["PHQ-9"], read["GAD-7"]) == (plain["44261-6"], plain["70274-6"])
    assert read["PHQ-2"] == 1 and sum("89204-2" in name for name in read) == 1


def test_totals_off_the_scale_or_with_a_unit_wait():
    totals, _ = synthea.read(grid(OBSERVATIONS))
    checked = check_rows(totals, KNOWN, NOW)
    assert len(checked.accepted) == 4 and set(checked.accepted["total"]) == {15, 9, 20, 3}
    assert sorted(checked.problems["code"]) == ["score-unit", "total-off-scale"]


HEADER = "DATE,PATIENT,ENCOUNTER,CATEGORY,CODE,DESCRIPTION,VALUE,UNITS,TYPE\n"
ITEMS = "".join(f"2026-01-01,p-1,e,survey,{code},x,1,{{score}},numeric\n" for code in PHQ9.loinc_items[:8])
NINTH = "2026-01-01,p-1,e,survey,44260-8,x,3,{score},numeric\n"
TOTAL = "2026-01-01,p-1,e,survey,44261-6,x,11,{score},numeric\n"
WORDS = "2026-01-01,p-1,e,survey,L9,Thoughts that you would be better off dead,3,{score},numeric\n"
PRESSURE = "2026-01-01,p-1,e,vital-signs,8480-6,Systolic Blood Pressure,120,mm[Hg],numeric\n"
ANSWERS = {
    "the items of one moment are one form": (ITEMS + NINTH, ["ok 3"]),
    "with their total": (ITEMS + NINTH + TOTAL, ["ok 3"]),
    "a total that is not their sum": (ITEMS + NINTH + TOTAL.replace(",11,", ",12,"), ["total-differs 3"]),
    "item 9 alone": (NINTH, ["code-of-an-item 3"]),
    "an answer in words": (ITEMS + NINTH.replace(",3,{score}", ",Nearly every day,"), ["ok 3"]),
    "an answer that nobody can read": (ITEMS + NINTH.replace(",3,", ",often,"), ["unknown-answer ?"]),
    "an answer in per cent": (ITEMS + NINTH.replace("{score}", "%"), ["unknown-answer ?"]),
    "item 9 by its words": (ITEMS + WORDS, ["which-item ?"]),
    "item 9 by its words alone": (WORDS, ["which-instrument ?"]),
    "item 9's code mistyped": (ITEMS + NINTH.replace("44260-8", "44260-0"), ["which-item ?"]),
    "blood pressure": (PRESSURE, []),
}


@pytest.mark.parametrize(("rows", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
def test_single_answers(rows, expected):
    tables = synthea.read(grid(HEADER + rows + PRESSURE))
    checked = [check_rows(table, KNOWN, NOW) for table in tables]
    found = [f"ok {nine}" for one in checked for nine in one.accepted["item_9"]]
    for one in checked:
        for row in one.problems.to_dict("records"):
            found.append(f"{row['code']} {'?' if row['may_hold_item_9'] else row['item_9']}")
    assert found == expected
    assert tables[0].warnings and "44260-8" not in tables[0].warnings[0]


def test_weights_are_kilograms():
    _, weights = synthea.read(grid(OBSERVATIONS))
    assert weights.cells["value"] == ["70.12", "69.9", "11 [stone_av]"]
    assert [(doubt.row, doubt.outcome, doubt.code) for doubt in weights.doubts] == [
        (2, "held", "weight-unit")
    ]


def test_what_fits():
    assert synthea.fits(grid(PATIENTS)) and synthea.fits(grid(OBSERVATIONS))
    assert not synthea.fits(grid("patient_id,observed_at,kind,value\n7,2026-03-01,weight_kg,70"))
