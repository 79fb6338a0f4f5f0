"""CDISC SDTM as CSV and as SAS transport files: forms, sessions, persons, adverse events."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.examples import NOW, cases, directory
from intake.sheets import grid, write_xpt

from lib.intake import sdtm
from lib.intake.check import check_rows
from lib.intake.grid import Grid
from lib.intake.unreadable import UnreadableFile
from lib.intake.xport import is_xpt, read_xpt

KNOWN = directory("P0001@north")
# The shape and the answers of pharmaverse/admiral's example_qs (Apache-2.0), cut to one scheduled and one unscheduled visit.
QS = """
STUDYID,USUBJID,QSSEQ,QSTESTCD,QSTEST,VISIT,VISITNUM,QSDTC,QSORRES,QSCAT,QSSTRESN
STUDYX,P0001,1,GAD0201,GAD02-Feeling Nervous Anxious or On Edge,VISIT 1,1.0,2012-11-16,More than half the days,GAD-7 V2,2
STUDYX,P0001,2,GAD0202,GAD02-Not Able to Stop/Control Worrying,VISIT 1,1.0,2012-11-16,More than half the days,GAD-7 V2,2
STUDYX,P0001,3,GAD0203,GAD02-Worrying Too Much About Things,VISIT 1,1.0,2012-11-16,More than half the days,GAD-7 V2,2
STUDYX,P0001,4,GAD0204,GAD02-Trouble Relaxing,VISIT 1,1.0,2012-11-16,More than half the days,GAD-7 V2,2
STUDYX,P0001,5,GAD0205,GAD02-Being Restless Hard to Sit Still,VISIT 1,1.0,2012-11-16,Nearly every day,GAD-7 V2,3
STUDYX,P0001,6,GAD0206,GAD02-Becoming Easily Annoyed/Irritable,VISIT 1,1.0,2012-11-16,Nearly every day,GAD-7 V2,3
STUDYX,P0001,7,GAD0207,GAD02-Feel Afraid/Something Awful Happen,VISIT 1,1.0,2012-11-16,Several days,GAD-7 V2,1
STUDYX,P0001,8,GAD0208,GAD02-Total Score,VISIT 1,1.0,2012-11-16,15,GAD-7 V2,15
STUDYX,P0001,15,GAD0207,GAD02-Feel Afraid/Something Awful Happen,UNSCHEDULED VISIT 5.01,501.0,2013-04-15,Several days,GAD-7 V2,1
STUDYX,P0001,1,GDS0201,GDS02-Satisfied With Life,VISIT 1,1.0,2012-11-16,YES,GDS SHORT FORM,0
"""
HEADER = "USUBJID,QSTESTCD,QSTEST,VISIT,QSDTC,QSORRES,QSCAT,QSSTRESN\n"


def phq9(*changes: str, points: str = "111111110") -> Grid:
    """A PHQ-9 of one visit, number and words; changes: further rows."""
    words = ("Not at all", "Several days", "More than half the days", "Nearly every day")
    rows = [
        f"P0001,PHQ010{number},,BASELINE,2026-03-01,{words[int(one)]},PHQ-9,{one}"
        for number, one in enumerate(points, 1)
    ]
    return grid(HEADER + "\n".join([*rows, *changes]))


def outcomes(sheet: Grid) -> list[str]:
    (table,) = sdtm.read(sheet)
    checked = check_rows(table, KNOWN, NOW)
    problems = checked.problems
    return ["ok"] * len(checked.accepted) + [
        f"{one['outcome']} {one['code']}{' item 9?' * one['may_hold_item_9']}"
        for one in problems.to_dict("records")
    ]


def test_the_visits_of_qs_are_forms_the_unscheduled_one_too():
    (table,) = sdtm.read(grid(QS))
    assert table.kind.name == "assessments" and table.lines == [2, 10]
    assert table.cells["instrument"] == ["GAD-7", "GAD-7"]
    assert table.cells["assessed_at"] == ["2012-11-16", "2013-04-15"]
    assert table.cells["total"] == ["15", ""]
    assert [table.cells[f"item_{number}"][0] for number in range(1, 8)] == list("2222331")
    assert table.warnings == ("Rows that are not taken: QSCAT GDS SHORT FORM (1).",)
    assert outcomes(grid(QS)) == ["ok", "ok"]


FORMS = cases("""
as it should be                | | ok
the total, and it agrees       | P0001,PHQ0111,,BASELINE,2026-03-01,8,PHQ-9,8 | ok
a total that is not the sum    | P0001,PHQ0111,,BASELINE,2026-03-01,9,PHQ-9,9 | held total-differs
difficulty is not in the total | P0001,PHQ0110,,BASELINE,2026-03-01,Very difficult,PHQ-9,2 | ok
words against the number       | P0001,PHQ0109,,BASELINE,2026-03-01,Nearly every day,PHQ-9,0 | held answers-disagree item 9?
an answer twice, differently   | P0001,PHQ0109,,BASELINE,2026-03-01,Several days,PHQ-9,1 | held answers-disagree item 9?
another visit the same day     | P0001,PHQ0109,,EXTRA,2026-03-01,Several days,PHQ-9,1 | held two-versions; held two-versions
a month for a day              | P0001,PHQ0109,,LATER,2026-03,Several days,PHQ-9,1 | ok; held partial-date
a code by another QSCAT        | P0001,PHQ0109,,LATER,2026-03-05,Several days,GAD-7,1 | ok; held which-instrument
a test that nobody knows       | P0001,PHQ0199,,LATER,2026-03-05,Several days,PHQ-9,1 | ok; held which-item item 9?
""")


@pytest.mark.parametrize(("row", "expected"), FORMS)
def test_a_form_and_one_more_row(row, expected):
    assert outcomes(phq9(*filter(None, [row]))) == expected.split("; ")


ALONE = cases("""
our own codes and words | PHQ9_9,Better off dead,PATIENT HEALTH QUESTIONNAIRE,Nearly every day,3,3 | held which-instrument item 9?
the same without a QSCAT | PHQ9_9,Better off dead,,Nearly every day,3,3 | held which-instrument item 9?
a test code that has PHQ in it | PHQ909,x,,Nearly every day,3,3 | held which-instrument item 9?
item 9's words alone | Q9,Thoughts of hurting yourself,OTHER,1,1,1 | held which-instrument item 9?
PHQ-9 for teens | PHM09,x,PHQ-9 MODIFIED,1,1,1 | held which-instrument item 9?
suicide, and no QSCAT | S1,Suicidal thoughts,,1,1,1 | held which-instrument item 9?
suicide of another scale | MADRS10,Suicidal thoughts,MADRS,1,1,1 |
another scale | GDS0201,Satisfied with life,GDS SHORT FORM,YES,0,0 |
a PHQ-15 | PHQ1501,Stomach pain,PHQ-15,1,1,1 |
nothing was answered | PHQ9_9,Better off dead,,,, |
two standardised results | PHQ0109,x,PHQ-9,,3,0 | held answers-disagree item 9?
a sentence beside a number | PHQ0109,x,PHQ-9,3 - Nearly every day (he says),0,0 | held answers-disagree item 9?
words in a sentence | PHQ0109,x,PHQ-9,he said: nearly every day,0,0 | held answers-disagree item 9?
a sentence alone | PHQ0109,x,PHQ-9,3 - Nearly every day (he says),, | held unknown-answer item 9?
a number below 0 | PHQ0109,x,PHQ-9,Not at all,,-1 | held answers-disagree item 9?
words of another language | PHQ0109,x,PHQ-9,casi todos los días,3,3 | ok
one number in three ways | PHQ0109,x,PHQ-9,3 (Nearly every day),3.0,3 | ok
""")


@pytest.mark.parametrize(("row", "expected"), ALONE)
def test_a_row_of_qs_alone(row, expected):
    names = "QSTESTCD,QSTEST,QSCAT,QSORRES,QSSTRESC,QSSTRESN,USUBJID,QSDTC\n"
    assert outcomes(grid(f"{names}{row},P0001,2026-03-01")) == list(filter(None, [expected]))


def test_an_answer_of_no_known_code_is_seen_where_item_9_is_missing():
    stray = "P0001,PHQ9_9,Better off dead,BASELINE,2026-03-01,Nearly every day,,3"
    sheet = phq9(stray, points="11111111")
    (table,) = sdtm.read(sheet)
    assert table.cells["item_9"] == ["? 3"] and outcomes(sheet) == ["held which-item item 9?"]
    assert outcomes(phq9(stray)) == ["ok", "held which-instrument item 9?"]


def test_no_reason_repeats_what_somebody_wrote():
    (table,) = sdtm.read(phq9("P0001,PHQ0109,,BASELINE,2026-03-01,3 - wants to die,PHQ-9,0"))
    (problem,) = check_rows(table, KNOWN, NOW).problems.to_dict("records")
    assert "wants to die" not in str(problem)


EX = "USUBJID,EXTRT,EXDOSE,EXDOSU,EXROUTE,EXSTDTC,EXENDTC\n"
SESSIONS = cases("""
a dose              | P0001,KETAMINE,100,mg,SUBLINGUAL,2026-03-01T10:00,2026-03-01T10:00 | ok
in grams            | P0001,KETAMINE,0.1,g,SUBLINGUAL,2026-03-01,                         | held dose-unit
without a unit      | P0001,KETAMINE,100,,SUBLINGUAL,2026-03-01,                          | held dose-unit
over several days   | P0001,KETAMINE,100,mg,SUBLINGUAL,2026-03-01,2026-03-08              | held several-doses
in a month          | P0001,KETAMINE,100,mg,SUBLINGUAL,2026-03,                            | held partial-date
another medicine    | P0001,PLACEBO,0,mg,SUBLINGUAL,2026-03-01,                           |
""")


@pytest.mark.parametrize(("row", "expected"), SESSIONS)
def test_a_row_of_ex(row, expected):
    assert outcomes(grid(EX + row)) == list(filter(None, [expected]))


def test_the_cells_of_ex_dm_and_ae():
    dose = "P0001,KETAMINE,100.0,mg,SUBLINGUAL,2026-03-01T10:00,"
    (table,) = sdtm.read(grid(EX + dose))
    assert {name: cells[0] for name, cells in table.cells.items()} == {
        "patient_id": "P0001",
        "started_at": "2026-03-01T10:00",
        "dose_mg": "100",
        "drug": "racemic_ketamine",
        "route": "sublingual",
    }
    (table,) = sdtm.read(grid("USUBJID,SEX,BRTHDTC,DTHDTC\nP0001,F,1980,\nP0002,M,1980-05-02,2026-01-01"))
    assert table.cells == {
        "patient_id": ["P0001", "P0002"],
        "birth_year": ["1980", ""],
        "birth_date": ["", "1980-05-02"],
        "sex": ["F", "M"],
        "died_on": ["", "2026-01-01"],
    }
    (table,) = sdtm.read(
        grid("USUBJID,AETERM,AEDECOD,AESTDTC,AESEV,AESER\nP0001,felt sick,Nausea,2026-03-01,MILD,N")
    )
    assert [cells[0] for cells in table.cells.values()] == ["P0001", "2026-03-01", "Nausea", "mild", "no"]


def test_a_transport_file_says_the_same_as_csv():
    sheet = grid(QS)
    data = write_xpt(sheet, numeric=frozenset({"QSSTRESN", "QSSEQ", "VISITNUM"}))
    assert is_xpt(data)
    numbers = grid("A,B\n0,x\n3,x\n,x\n0.5,x\n-2,x")
    assert read_xpt("a.xpt", write_xpt(numbers, frozenset("A"))).columns[0] == ["0", "3", "", "0.5", "-2"]
    (table,), (of_csv,) = sdtm.read(read_xpt("qs.xpt", data)), sdtm.read(sheet)
    assert table.cells == of_csv.cells and table.lines == [1, 9]


def test_a_record_that_is_not_utf8_is_broken_and_the_others_are_read():
    data = write_xpt(grid("USUBJID,SEX,AGE\nP0001,F,40\nPxxxx,F,40")).replace(b"Pxxxx", b"P\xffxxx")
    read = read_xpt("dm.xpt", data)
    assert read.columns[0] == ["P0001"] and [one.line for one in read.broken] == [2]


@given(st.binary(max_size=400), st.integers(0, 900))
def test_any_bytes_of_a_transport_file_are_a_grid_or_refused(noise, at):
    data = write_xpt(grid(QS), numeric=frozenset({"QSSTRESN"}))
    try:
        read_xpt("qs.xpt", data[:at] + noise + data[at + len(noise) :])
    except UnreadableFile as refused:
        assert str(refused).startswith("qs.xpt: ")


def test_what_fits():
    assert sdtm.fits(grid(QS)) and sdtm.fits(grid(EX))
    assert not sdtm.fits(grid("patient_id,instrument,assessed_at,total\n7,PHQ-9,2026-03-01,3"))
    assert sdtm.fits(replace(grid(EX), names=tuple(map(str.lower, grid(EX).names))))
