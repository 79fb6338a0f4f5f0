"""Questionnaires: which form it is, whether its answers and total can be, and where an item 9 may hide."""

from dataclasses import replace

import pandas as pd
import pytest
from intake.examples import NOW, ONE_CLINIC, cases, check, directory, outcome_of, read

from lib.intake.check import check_rows
from lib.intake.unreadable import UnreadableFile

HEADER = "patient_id,instrument,assessed_at," + ",".join(f"item_{n}" for n in range(1, 10)) + ",total"


def form(
    instrument: str, items: str, total: str = "", patient_id: str = "007", at: str = "2026-03-01"
) -> str:
    """`items` one character an item, `.` for an empty cell; `2,x,…` where a cell is longer."""
    cells = (
        items.split(",") if "," in items else ["" if item == "." else item for item in items.ljust(9, ".")]
    )
    return f'{HEADER}\n{patient_id},"{instrument}",{at},{",".join(cells)},{total}\n'


FORMS = cases("""
    complete PHQ-9                | PHQ-9 | 123012300 | 12 | ok
    complete, no total            | PHQ-9 | 123012300 |    | ok
    total alone                   | PHQ-9 | ......... | 12 | ok
    item 9 missing                | PHQ-9 | 12301230. | 12 | ok
    many missing, any total       | PHQ-9 | 1........ | 20 | ok
    one missing, total unlike sum | PHQ-9 | 12301230. | 27 | ok
    all zero                      | PHQ-9 | 000000000 | 0  | ok
    highest                       | PHQ-9 | 333333333 | 27 | ok
    nothing at all                | PHQ-9 | ......... |    | rejected empty-form
    total differs                 | PHQ-9 | 123012300 | 13 | held total-differs
    total too high                | PHQ-9 | ......... | 28 | rejected total-off-scale
    total below zero              | PHQ-9 | ......... | -1 | rejected off-scale
    total with decimals           | PHQ-9 | ......... | 12.0 | rejected not-a-whole-number
    answer 4                      | PHQ-9 | 423012300 |    | rejected item-off-scale
    answer 9                      | PHQ-9 | 12301230. |    | ok
    answer 9 in item 9            | PHQ-9 | 123012309 |    | rejected item-off-scale
    answer 99                     | PHQ-9 | 99,1,1,1,1,1,1,1,1 | | rejected item-off-scale
    answer -1                     | PHQ-9 | -1,1,1,1,1,1,1,1,1 | | rejected off-scale
    answer 2.5                    | PHQ-9 | 2.5,1,1,1,1,1,1,1,1 | | rejected not-a-whole-number
    answer in words               | PHQ-9 | several days,1,1,1,1,1,1,1,1 | | rejected not-a-whole-number
    complete GAD-7                | GAD-7 | 1230123   | 12 | ok
    GAD-7 total alone             | GAD-7 | ......... | 21 | ok
    GAD-7 total too high          | GAD-7 | ......... | 22 | rejected total-off-scale
    GAD-7 total differs           | GAD-7 | 1230123   | 11 | held total-differs
    GAD-7 with an item 8          | GAD-7 | 12301230. | 12 | rejected item-of-another-form
    GAD-7 with an item 9          | GAD-7 | 1230123.0 | 12 | rejected item-of-another-form
    GAD-7 nothing at all          | GAD-7 | ......... |    | rejected empty-form
    another questionnaire         | PCL-5 | 4,4,10,0,,,,, | 80 | ok
    another, answer 11            | PCL-5 | 11,4,4,0,,,,, | 80 | rejected item-off-scale
    another, nothing given        | CGI   | ......... |    | ok
    no instrument                 |       | 123012300 | 12 | rejected missing-value
""")


@pytest.mark.parametrize(("instrument", "items", "total", "outcome"), FORMS)
def test_a_form(instrument: str, items: str, total: str, outcome: str) -> None:
    assert outcome_of(check(form(instrument, items, total))) == outcome


NAMES = cases("""
    as published      | PHQ-9   | PHQ-9
    without hyphen    | PHQ9    | PHQ-9
    small             | phq-9   | PHQ-9
    space             | PHQ 9   | PHQ-9
    underscore        | phq_9   | PHQ-9
    en dash           | PHQ–9   | PHQ-9
    hard hyphen       | PHQ‑9   | PHQ-9
    wide letters      | ＰＨＱ－９ | PHQ-9
    GAD               | gad7    | GAD-7
    GAD, space        | GAD 7   | GAD-7
    its sister        | PHQ-8   | PHQ-8
    its little sister | phq2    | phq2
    its big sister    | PHQ-15  | PHQ-15
    another           | MADRS   | MADRS
    modified          | PHQ-9M  | held
    language          | PHQ-9 (German) | held
    doubt             | PHQ-9?  | held
    source            | Clinic PHQ9 | held
    leading zero      | PHQ-09  | held
    no number         | PHQ     | held
    for the young     | PHQ-A   | held
    in words          | Patient Health Questionnaire 9 | held
    dots              | P.H.Q.-9 | PHQ-9
    brackets          | (PHQ-9) | PHQ-9
""")


@pytest.mark.parametrize(("given", "stored"), NAMES)
def test_the_name_of_an_instrument(given: str, stored: str) -> None:
    checked = check(form(given, "111......"))
    if stored == "held":
        assert outcome_of(checked) == "held which-instrument"
        assert checked.problems["may_hold_item_9"].tolist() == [True]
    else:
        assert checked.accepted["instrument"].tolist() == [stored]


SLIPS = cases("""
    a letter too few     | Patient Health Questionaire-9   | 111111113 | held
    a letter too many    | Patients Health Questionnaire 9 | 111111113 | held
    O for Q              | PHO-9                           | 111111111 | held
    short                | Patient Health Q9               | 111111113 | held
    what it is for       | Depression screen               | 111111113 | held
    ninth item 0         | Depression screen               | 111111110 | ok
    not every item       | Depression screen               | 1.1.11113 | held
    eight items          | Depression screen               | 11111111. | ok
    above the scale of a PHQ-9 | MADRS                     | 411111113 | ok
""")


@pytest.mark.parametrize(("given", "items", "outcome"), SLIPS)
def test_nine_answers_by_a_name_that_nobody_knows_may_be_a_phq_9(
    given: str, items: str, outcome: str
) -> None:
    checked = check(form(given, items))
    assert outcome_of(checked) == ("ok" if outcome == "ok" else "held which-instrument")
    assert checked.problems["may_hold_item_9"].tolist() == [True] * (outcome == "held")
    # What a person has written or corrected is the name of another questionnaire.
    confirmed = replace(read(form(given, items)), is_confirmed=True)
    assert outcome_of(check_rows(confirmed, ONE_CLINIC, NOW)) == "ok"


# The row is not accepted: what does the queue hear of its item 9?
ITEM_9 = cases("""
    two, bad total               | PHQ-9 | 123012302 | x  | 007 | 2    | no
    zero, bad total              | PHQ-9 | 123012300 | x  | 007 | 0    | no
    three, total differs         | PHQ-9 | 123012303 | 1  | 007 | 3    | no
    one, another answer bad      | phq9  | 923012301 |    | 007 | 1    | no
    written 02                   | PHQ-9 | 1,x,1,1,1,1,1,1,02 | | 007 | 2 | no
    blank, bad total             | PHQ-9 | 12301230. | x  | 007 | None | no
    empty form                   | PHQ-9 | ......... |    | 007 | None | no
    five                         | PHQ-9 | 123012305 |    | 007 | None | may hold
    in words                     | PHQ-9 | 1,1,1,1,1,1,1,1,yes | | 007 | None | may hold
    2.0                          | PHQ-9 | 1,1,1,1,1,1,1,1,2.0 | | 007 | None | may hold
    -1                           | PHQ-9 | 1,1,1,1,1,1,1,1,-1 | | 007 | None | may hold
    unknown patient, two         | PHQ-9 | 123012302 |    | 404 | 2    | may hold
    unknown patient, zero        | PHQ-9 | 123012300 |    | 404 | 0    | may hold
    unknown patient, blank       | PHQ-9 | 12301230. |    | 404 | None | may hold
    no patient_id                | PHQ-9 | 123012302 |    |     | 2    | may hold
    no instrument                |       | 123012302 |    | 007 | None | may hold
    nearly PHQ-9                 | PHQ-9 DE | 123012302 | | 007 | None | may hold
    GAD-7, bad total             | GAD-7 | 1230123   | x  | 007 | None | no
    GAD-7, unknown patient       | GAD-7 | 1230123   |    | 404 | None | no
    GAD-7 with nine zeros        | GAD-7 | 123012300 |    | 007 | None | no
    GAD-7 with an item 9 of two  | GAD-7 | 123012302 |    | 007 | None | may hold
    GAD-7 with an unread item 9  | GAD-7 | 1,2,3,0,1,2,3,0,x | | 007 | None | may hold
    another questionnaire        | PCL-5 | 123012302 | x  | 007 | None | may hold
    another, ninth item 0        | PCL-5 | 123012300 | x  | 007 | None | no
    PQH-9                        | PQH-9 | 123012302 |    | 007 | None | may hold
    PHQ-8 with a ninth item      | PHQ-8 | 123012302 |    | 007 | None | may hold
""")


@pytest.mark.parametrize(("instrument", "items", "total", "patient_id", "item_9", "may_hold"), ITEM_9)
def test_no_row_hides_an_item_9(
    *, instrument: str, items: str, total: str, patient_id: str, item_9: str, may_hold: str
) -> None:
    (problem,) = check(form(instrument, items, total, patient_id)).problems.to_dict("records")
    assert str(problem["item_9"]) == item_9
    assert problem["may_hold_item_9"] is (may_hold == "may hold")
    assert (problem["patient_key"] is None) == (patient_id != "007")


def test_a_broken_row_may_hold_an_item_9_and_keeps_its_text() -> None:
    (problem,) = check(f"{HEADER}\n007,PHQ-9,2026-03-01,3\n").problems.to_dict("records")
    assert (problem["outcome"], problem["code"], problem["line"]) == ("rejected", "broken-row", 2)
    # What of a line is somebody's sentence cannot be told: it is kept, and not repeated in messages.
    assert (problem["value"], problem["cells"]) == ("", '{"": "007,PHQ-9,2026-03-01,3"}')
    assert problem["may_hold_item_9"] is True
    assert problem["patient_key"] is None


def test_stray_quotes_that_pair_up_over_rows_swallow_no_form() -> None:
    rows = [f"007,PHQ-9,2026-03-0{day},1,1,1,1,1,1,1,1,{day},," for day in (1, 2, 3)]
    with pytest.raises(UnreadableFile, match="quote is opened in line 2"):
        check("\n".join([HEADER + ",language", rows[0] + '"en', rows[1] + "en", rows[2] + 'en"']))


def test_a_row_of_another_kind_never_holds_an_item_9() -> None:
    checked = check("patient_id,on,text\n007,2026-03-01\n404,2026-03-01,x\n")
    assert checked.problems["may_hold_item_9"].tolist() == [False, False]


def test_a_problem_keeps_when_it_happened_where_that_can_be_read() -> None:
    checked = check(form("PHQ-9", "1", "x", at="2026-03-01T10:00") + form("PHQ-9", "1", "x").split("\n")[1])
    assert checked.problems["event_day"].tolist() == [20513, 20513]
    assert checked.problems["event_second"].tolist() == [36000, pd.NA]
    checked = check(form("PHQ-9", "1", at="yesterday"))
    assert checked.problems["event_day"].tolist() == [pd.NA]


def test_the_instrument_is_the_same_record_by_any_of_its_names() -> None:
    checked = check(form("PHQ-9", "111111111") + form("phq9", "111111111").split("\n")[1])
    assert (len(checked.accepted), checked.n_repeated) == (1, 1)


def test_a_date_of_the_unknown_patients_form_needs_no_clinic() -> None:
    checked = check(form("PHQ-9", "1", at="2026-03-01T23:00-05:00"), directory("", ["north", "south"]))
    assert checked.problems["event_second"].tolist() == [82800]
