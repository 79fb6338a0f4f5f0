"""Columns of dates as clinics write them: what is plain is read, what can be read in two ways is asked about."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.examples import cases

from lib.intake.choices import Choices
from lib.intake.dates import DateColumn, has_local_times, read_dates
from lib.intake.texts import Texts

ASKED = cases("""
    day above 12          | 03/04/2026 13/04/2026 | date_order | dmy
    month above 12        | 03/04/2026 04/13/2026 | date_order | mdy
    none above 12         | 03/04/2026 05/06/2026 | date_order |
    both                  | 13/04/2026 14/04/2026 04/13/2026 | date_order | dmy
    dots                  | 03.04.2026 13.04.2026 | date_order | dmy
    hyphens               | 3-4-2026 4-13-2026    | date_order | mdy
    two-digit years       | 1/2/26 13/2/26        | date_order century |
    year first, short     | 26/02/28 31/02/01     | date_order century | ymd
    spreadsheet days      | 45000 45001.5         | day_number | 1900
    eight digits          | 20260301 20260313     | date_digits | yyyymmdd
    eight, day first      | 31122026 13042026     | date_digits | ddmmyyyy
    French                | 3-avril-2026 4-févr-2026 | month_names | french
    German                | 3-März-2026 4-Mai-2026   | month_names | german
    German or French      | 3-Mai-2026            | month_names |
    afternoon             | 03/04/26-5pm          | date_order century |
""")


def read_column(column: str, texts: list[str], choices: Choices) -> DateColumn:
    return read_dates(column, Texts.of(texts), choices)


@pytest.mark.parametrize(("texts", "keys", "suggested"), ASKED)
def test_what_can_be_read_in_two_ways_is_asked(texts: str, keys: str, suggested: str) -> None:
    column = [text.replace("-5pm", " 5pm") for text in texts.split()]
    read = read_column("on", column, {})
    assert [question.key for question in read.questions] == [f"{key}:on" for key in keys.split()]
    first = read.questions[0]
    assert first.suggested == suggested
    assert set(first.examples) <= set(column)
    assert all(text not in first.text for text in column)


ANSWERED = cases("""
    day first           | 03/04/2026         | date_order:dmy | 2026-04-03
    month first         | 03/04/2026         | date_order:mdy | 2026-03-04
    month first, time   | 3/4/2026 5:07 PM   | date_order:mdy | 2026-03-04T17:07
    midnight            | 3/4/2026 12:00 am  | date_order:mdy | 2026-03-04T00:00
    noon                | 3/4/2026 12:30 p.m.| date_order:mdy | 2026-03-04T12:30
    hour alone          | 03/04/26 5pm       | date_order:dmy century:20 | 2026-04-03T17:00
    13 in the afternoon | 3/4/2026 13:00 PM  | date_order:mdy | 3/4/2026 13:00 PM
    offset              | 03/04/2026 17:05+02:00 | date_order:dmy | 2026-04-03T17:05+02:00
    last century        | 1/2/59             | date_order:dmy century:19 | 1959-02-01
    year first, short   | 26/02/03           | date_order:ymd century:20 | 2026-02-03
    no such day         | 31/02/2026         | date_order:dmy | 31/02/2026
    spreadsheet day     | 45000              | day_number:1900 | 2023-03-15
    spreadsheet time    | 45000.5            | day_number:1900 | 2023-03-15T12:00:00
    old Mac             | 45000              | day_number:1904 | 2027-03-16
    eight digits        | 20260301           | date_digits:yyyymmdd | 2026-03-01
    eight, day first    | 01032026           | date_digits:ddmmyyyy | 2026-03-01
    French              | 3 févr. 2026       | month_names:french | 2026-02-03
    German              | 3. März 2026       | month_names:german | 2026-03-03
    an answer to nothing | 03/04/2026        | date_order:dmy century:20 | 2026-04-03
""")


@pytest.mark.parametrize(("text", "answers", "read"), ANSWERED)
def test_an_answer_settles_the_whole_column(text: str, answers: str, read: str) -> None:
    said = dict(answer.split(":") for answer in answers.split())
    column = read_column("on", [text, ""], {f"{key}:on": answer for key, answer in said.items()})
    assert (column.texts, column.questions) == ([read, ""], ())


PLAIN = cases("""
    ISO                 | 2026-04-03          | 2026-04-03
    ISO, 30 February    | 2026-02-30          | 2026-02-30
    ISO and afternoon   | 2026-04-03 5pm      | 2026-04-03 5pm
    slashes, year first | 2026/4/3            | 2026-04-03
    English             | 3 Apr 2026          | 2026-04-03
    NHS                 | 03-Apr-2026         | 2026-04-03
    NHS with time       | 3 Apr 2026 17:05    | 2026-04-03T17:05
    American            | April 3, 2026       | 2026-04-03
    ordinal             | 3rd September 2026  | 2026-09-03
    24:00               | 3 Apr 2026 24:00    | 2026-04-03T24:00
    no such month       | 3 Foo 2026          | 3 Foo 2026
    wide digits         | ０３/04/2026         | ０３/04/2026
    words               | soon                | soon
    short number        | 123                 | 123
""")


@pytest.mark.parametrize(("text", "read"), PLAIN)
def test_what_is_plain_or_no_date_at_all_is_not_asked(text: str, read: str) -> None:
    assert read_column("on", [text], {}) == read_column("on", [text], {"date_order:on": "mdy"})
    assert read_column("on", [text], {}).texts == [read]


def test_a_date_in_the_order_that_was_not_chosen_costs_its_row() -> None:
    column = read_column(
        "on", ["13/04/2026", "04/13/2026", "05/04/2026", "45/45/2026"], {"date_order:on": "dmy"}
    )
    assert column.texts == ["2026-04-13", "04/13/2026", "2026-04-05", "45/45/2026"]
    assert [(doubt.row, doubt.code) for doubt in column.doubts] == [(1, "other-date-order")]
    assert column.read_as == ("on: day first, as 31/12",)


def test_one_slip_among_many_dates_is_no_question() -> None:
    assert read_column("on", [*["2026-03-01"] * 10, "45000"], {}).questions == ()
    assert read_column("on", [*["2026-03-01"] * 9, "45000"], {}).questions != ()


def test_each_column_is_asked_about_by_its_own_name() -> None:
    assert read_column("ended_on", ["03/04/2026"], {"date_order:on": "dmy"}).questions


def test_local_times_are_told_from_those_with_an_offset() -> None:
    assert has_local_times(Texts.of(["2026-03-01T10:00Z", "2026-03-01 10:00"]))
    assert not has_local_times(Texts.of(["2026-03-01T10:00Z", "2026-03-01", ""]))


WAYS = {
    "%d/%m/%Y": {"date_order:on": "dmy"},
    "%m/%d/%Y": {"date_order:on": "mdy"},
    "%d.%m.%Y": {"date_order:on": "dmy"},
    "%d-%b-%Y": {},
    "%B %d, %Y": {},
    "%Y%m%d": {"date_digits:on": "yyyymmdd"},
    "%Y/%m/%d": {},
}


@given(st.lists(st.dates(min_value=date(1950, 1, 1)), min_size=1), st.sampled_from(sorted(WAYS)))
def test_any_dates_in_one_way_are_read_back(days: list[date], way: str) -> None:
    read = read_column("on", [day.strftime(way) for day in days], WAYS[way])
    assert read.texts == [day.isoformat() for day in days]
    assert read.doubts == ()


CONTRADICTED = cases("""
    month first             | 04/13/2026 05/26/2026 03/05/2026 | date_order:dmy  | mdy      | 2026-03-05
    day first               | 13/04/2026 26/05/2026 03/05/2026 | date_order:mdy  | dmy      | 2026-05-03
    more of them            | 13/04/2026 04/13/2026 04/14/2026 05/06/2026 | date_order:dmy | mdy | 2026-05-06
    eight digits, day first | 31122026 13042026                | date_digits:yyyymmdd | ddmmyyyy | 2026-04-13
""")


@pytest.mark.parametrize(("texts", "answer", "suggested", "last"), CONTRADICTED)
def test_what_was_said_before_is_asked_again_where_the_column_contradicts_it(
    texts: str, answer: str, suggested: str, last: str
) -> None:
    key, said = answer.split(":")
    before = {f"{key}:on": said}
    (question,) = read_column("on", texts.split(), before).questions
    again = {option.split(" ")[0]: option for option in question.options}
    assert (question.key, question.suggested) == (f"{key}:on!", again[suggested])
    settled = read_column("on", texts.split(), {**before, question.key: again[suggested]})
    assert (settled.questions, settled.texts[-1]) == ((), last)
    # A person may insist; for this column only.
    insisted = {**before, question.key: again[said]}
    assert read_column("on", texts.split(), insisted).questions == ()
    assert read_column("on", [*texts.split(), *texts.split()], insisted).questions


def test_as_many_dates_for_what_was_said_as_against_it_are_no_contradiction() -> None:
    assert read_column("on", ["13/04/2026", "04/13/2026"], {"date_order:on": "mdy"}).questions == ()
