"""One cell at a time: what is read, and what is refused rather than guessed."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from intake.examples import ONE_CLINIC, cases, check, directory, outcome_of, outcome_of_file


def stored(column: str, text: str) -> tuple[str, str]:
    """Outcome and stored value of one cell of a dosing session that is otherwise in order."""
    defaults = {"patient_id": "007", "started_at": "2026-03-01T10:00", "dose_mg": "100", "status": "taken"}
    cells = {**defaults, column: text}
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells.values())
    checked = check(f"{','.join(cells)}\n{quoted}\n")
    outcome = outcome_of(checked)
    if outcome != "ok" or column not in checked.accepted:
        return outcome, ""
    value = checked.accepted[column].iloc[0]
    return outcome, "" if pd.isna(value) else str(value)


NUMBERS = cases("""
    plain                  | 100          | ok                     | 100.0
    decimal point          | 0.5          | ok                     | 0.5
    leading zero           | 0100         | ok                     | 100.0
    sign                   | +100         | ok                     | 100.0
    empty is not recorded  |              | ok                     |
    decimal comma          | 12,5         | rejected not-a-number
    thousands sign         | 1,200        | rejected not-a-number
    thousands space        | 1 200        | rejected not-a-number
    unit                   | 100 mg       | rejected not-a-number
    unit, no space         | 100mg        | rejected not-a-number
    two tablets            | 2 x 150      | rejected not-a-number
    half a troche          | 1/2          | rejected not-a-number
    naked point            | .5           | rejected not-a-number
    exponent               | 1e3          | rejected not-a-number
    huge exponent          | 1e400        | rejected not-a-number
    infinity               | inf          | rejected not-a-number
    not a number           | nan          | rejected not-a-number
    no word for nothing    | NA           | rejected not-a-number
    hexadecimal            | 0x1F         | rejected not-a-number
    digits of another kind | １２          | rejected not-a-number
    minus of typography    | −5           | rejected not-a-number
    underscore             | 1_000        | rejected not-a-number
    below the limit        | -1           | rejected off-scale
    a hundred digits       | 99999999999999999999999999 | rejected not-a-number
""")


@pytest.mark.parametrize(("text", "outcome", "value"), NUMBERS)
def test_a_number(text: str, outcome: str, value: str) -> None:
    assert stored("prescribed_mg", text) == (outcome, value)


WHOLES = cases("""
    plain             | 120  | ok                          | 120
    leading zeros     | 0120 | ok                          | 120
    lowest            | 20   | ok                          | 20
    highest           | 350  | ok                          | 350
    too low           | 19   | rejected off-scale
    too high          | 351  | rejected off-scale
    decimals          | 120.0 | rejected not-a-whole-number
    half              | 120.5 | rejected not-a-whole-number
    words             | high | rejected not-a-whole-number
    true is no number | TRUE | rejected not-a-whole-number
    two readings      | 120/80 | rejected not-a-whole-number
    comma             | 1,20 | rejected not-a-whole-number
""")


@pytest.mark.parametrize(("text", "outcome", "value"), WHOLES)
def test_a_whole_number(text: str, outcome: str, value: str) -> None:
    assert stored("sbp_pre_mmhg", text) == (outcome, value)


YES_NO = cases("""
    yes              | yes   | ok                     | 1
    shouted          | YES   | ok                     | 1
    no               | No    | ok                     | 0
    true             | true  | ok                     | 1
    false            | FALSE | ok                     | 0
    empty is neither |       | ok                     |
    y                | y     | rejected not-yes-or-no
    one              | 1     | rejected not-yes-or-no
    x                | x     | rejected not-yes-or-no
""")


@pytest.mark.parametrize(("text", "outcome", "value"), YES_NO)
def test_yes_or_no(text: str, outcome: str, value: str) -> None:
    assert stored("swallowed", text) == (outcome, value)


CHOICES = cases("""
    as declared  | partial  | ok                    | partial
    capital      | Partial  | ok                    | partial
    another word | half     | rejected not-a-choice
    two words    | taken missed | rejected not-a-choice
""")


@pytest.mark.parametrize(("text", "outcome", "value"), CHOICES)
def test_a_choice(text: str, outcome: str, value: str) -> None:
    assert stored("status", text) == (outcome, value)


DATES = cases("""
    plain            | 2026-03-01 | ok
    leap day         | 2024-02-29 | ok
    no leap day      | 2026-02-29 | rejected no-such-date
    30 February      | 2026-02-30 | rejected no-such-date
    month 13         | 2026-13-01 | rejected no-such-date
    day 0            | 2026-01-00 | rejected no-such-date
    year 1           | 0001-01-01 | rejected no-such-date
    end of time      | 9999-12-31 | rejected no-such-date
    other order      | 01/03/2026 | asked date_order
    dots             | 01.03.2026 | asked date_order
    two-digit year   | 26-03-01   | asked date_order century
    no separators    | 20260301   | asked date_digits
    spreadsheet day  | 45000      | asked day_number
    month by name    | 1 Mar 2026 | ok
    German month     | 1. März 2026 | asked month_names
    one-digit month  | 2026-3-1   | ok
    time of day      | 2026-03-01T10:00 | rejected not-a-date
    words            | soon       | rejected not-a-date
    tomorrow, clocks differ | 2026-09-02 | ok
    the day after    | 2026-09-03 | rejected in-the-future
    empty, required  |            | rejected missing-value
""")


@pytest.mark.parametrize(("text", "outcome"), DATES)
def test_a_date(text: str, outcome: str) -> None:
    assert outcome_of_file(f'patient_id,started_on,regimen\n007,"{text}",maintenance\n') == outcome


# The clinic is in New York: UTC−5 until 8 March 2026, when 02:00–03:00 does not exist, then UTC−4.
MOMENTS = cases("""
    date alone            | 2026-03-01                 | ok | 2026-03-01 | <NA>
    minutes               | 2026-03-01T10:30           | ok | 2026-03-01 | 37800
    space                 | 2026-03-01 10:30           | ok | 2026-03-01 | 37800
    seconds               | 2026-03-01T10:30:05        | ok | 2026-03-01 | 37805
    fraction dropped      | 2026-03-01T10:30:05.999    | ok | 2026-03-01 | 37805
    midnight is a time    | 2026-03-01T00:00           | ok | 2026-03-01 | 0
    UTC                   | 2026-03-01T15:30Z          | ok | 2026-03-01 | 37800
    UTC, the day before   | 2026-03-01T03:00Z          | ok | 2026-02-28 | 79200
    offset                | 2026-03-01T16:30+01:00     | ok | 2026-03-01 | 37800
    short offset          | 2026-03-01T16:30+01        | ok | 2026-03-01 | 37800
    offset without colon  | 2026-03-01T16:30:00.0+0100 | ok | 2026-03-01 | 37800
    offset in summer      | 2026-07-01T16:30+02:00     | ok | 2026-07-01 | 37800
    half-hour offset      | 2026-03-01T21:00+05:30     | ok | 2026-03-01 | 37800
    clocks went back      | 2026-11-01T01:30           | rejected in-the-future
    clocks went back, last year | 2025-11-02T01:30     | ok | 2025-11-02 | 5400
    skipped by the clocks | 2026-03-08T02:30           | held nonexistent-time
    skipped, with offset  | 2026-03-08T02:30-05:00     | ok | 2026-03-08 | 12600
    24:00                 | 2026-03-01T24:00           | rejected not-a-moment
    minute 60             | 2026-03-01T10:60           | rejected not-a-moment
    hour alone            | 2026-03-01T10              | rejected not-a-moment
    afternoon             | 2026-03-01 5pm             | rejected not-a-moment
    other order           | 03/04/2026 10:30           | asked date_order
    month by name         | 3-Jan-2026 5:30 PM         | ok | 2026-01-03 | 63000
    offset without time   | 2026-03-01Z                | rejected not-a-moment
    offset of 15 hours    | 2026-03-01T10:30+15:00     | rejected not-a-moment
    zone by name          | 2026-03-01T10:30 EST       | rejected not-a-moment
    30 February           | 2026-02-30T10:30           | rejected no-such-date
    spreadsheet day       | 45000.5                    | asked day_number
    within 24 hours       | 2026-09-02T08:00           | ok | 2026-09-02 | 28800
    a minute later        | 2026-09-02T08:01           | rejected in-the-future
    same, in UTC          | 2026-09-02T12:00Z          | ok | 2026-09-02 | 28800
    later, in UTC         | 2026-09-02T12:01Z          | rejected in-the-future
    empty                 |                            | rejected missing-value
""")


@pytest.mark.parametrize(("text", "outcome", "day", "second"), MOMENTS)
def test_a_moment(text: str, outcome: str, day: str, second: str) -> None:
    file = f"patient_id,started_at,dose_mg\n007,{text},100\n"
    assert outcome_of_file(file) == outcome
    if outcome == "ok":
        row = check(file).accepted.iloc[0]
        assert date(1970, 1, 1) + timedelta(days=int(row["started_at_day"])) == date.fromisoformat(day)
        assert str(row["started_at_second"]) == second


RECORDED = cases("""
    in UTC                 | 2026-03-01T10:00Z      | ok | 2026-03-01T10:00:00
    with offset            | 2026-03-01T10:00+02:00 | ok | 2026-03-01T08:00:00
    local                  | 2026-03-01T10:00       | ok | 2026-03-01T15:00:00
    date alone             | 2026-03-01             | ok | 2026-03-01T05:00:00
    twice that night: the earlier | 2025-11-02T01:30 | ok | 2025-11-02T05:30:00
    none                   |                        | ok | <NA>
    skipped by the clocks  | 2026-03-08T02:30       | held nonexistent-time
    words                  | today                  | rejected not-a-moment
""")


@pytest.mark.parametrize(("text", "outcome", "utc"), RECORDED)
def test_when_it_was_recorded(text: str, outcome: str, utc: str) -> None:
    checked = check(f"patient_id,started_on,recorded_at\n007,2026-03-01,{text}\n")
    assert outcome_of(checked) == outcome
    if outcome == "ok":
        recorded_at = checked.accepted["recorded_at"].iloc[0]
        shown = (
            "<NA>"
            if recorded_at is pd.NA
            else f"{datetime.fromtimestamp(recorded_at, UTC):%Y-%m-%dT%H:%M:%S}"
        )
        assert shown == utc


def test_a_midnight_that_the_clocks_skipped_is_the_first_moment_of_its_day() -> None:
    known = directory("007@north")
    known.clinics["time_zone"] = "Africa/Cairo"
    checked = check("patient_id,started_on,recorded_at\n007,2026-03-01,2026-04-24\n", known)
    assert checked.accepted["recorded_at"].tolist() == [datetime(2026, 4, 23, 22, tzinfo=UTC).timestamp()]


def test_a_date_is_never_in_the_future_where_the_clinic_is_ahead_of_utc() -> None:
    known = directory("007@south", ["south"])
    late = datetime(2026, 9, 1, 23, tzinfo=UTC)
    text = "patient_id,started_on\n007,2026-09-03\n"
    assert outcome_of(check(text, known, late)) == "ok"
    assert outcome_of(check(text, ONE_CLINIC, late)) == "rejected in-the-future"


def test_only_a_planned_session_may_lie_ahead() -> None:
    text = "patient_id,started_at,dose_mg,status\n007,2027-01-01,100,{}\n"
    assert outcome_of(check(text.format("planned"))) == "ok"
    assert outcome_of(check(text.format("taken"))) == "rejected in-the-future"
    assert outcome_of(check(text.format(""))) == "rejected in-the-future"


DOSES = cases("""
    taken            | 100 | taken   | ok
    no status        | 100 |         | ok
    missed           |     | missed  | ok
    planned          |     | planned | ok
    taken, no dose   |     | taken   | rejected no-dose
    partial, no dose |     | partial | rejected no-dose
    neither          |     |         | rejected no-dose
    zero             | 0   | taken   | ok
""")


@pytest.mark.parametrize(("dose", "status", "outcome"), DOSES)
def test_a_dose_may_be_missing_only_where_none_was_taken(dose: str, status: str, outcome: str) -> None:
    text = f"patient_id,started_at,dose_mg,status\n007,2026-03-01T10:00,{dose},{status}\n"
    assert outcome_of(check(text)) == outcome


def test_a_row_names_its_first_problem_and_tells_all_of_them() -> None:
    checked = check("patient_id,started_at,dose_mg,swallowed\n009,2026-03-01T10:00,100 mg,maybe\n")
    (problem,) = checked.problems.to_dict("records")
    assert (problem["outcome"], problem["code"], problem["column"]) == ("rejected", "not-a-number", "dose_mg")
    assert problem["value"] == "100 mg"
    for part in ("dose_mg has a unit", "swallowed is neither", "No patient with this patient_id"):
        assert part in problem["reason"]


def test_a_text_too_long_to_be_one_is_refused_and_a_long_one_is_kept() -> None:
    text = "patient_id,on,text\n007,2026-03-01,{}\n"
    assert outcome_of(check(text.format("x" * 32_000))) == "ok"
    checked = check(text.format("x" * 32_001))
    assert outcome_of(checked) == "rejected too-long"
    assert checked.problems["value"].iloc[0] == ""


def test_a_message_shortens_a_value_and_repeats_no_free_text() -> None:
    (row,) = check(f"patient_id,started_at,dose_mg,note\n007,2026-03-01,{'9' * 50},cried\n").problems.to_dict(
        "records"
    )
    assert (row["column"], row["value"]) == ("dose_mg", "9" * 39 + "…")


def test_no_clock_but_the_one_passed_in() -> None:
    with pytest.raises(ValueError, match="time zone"):
        check("patient_id,on,text\n007,2026-03-01,x\n", now=datetime(2026, 9, 1))
