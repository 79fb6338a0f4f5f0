"""Which total belongs to which dosing session of a first course."""

from datetime import date, timedelta

import pytest
from generated import START
from kernel_run import scores_of, totals_by_session
from slow_records import Clinic, Form, Session
from slow_records import datetime as moment

from lib.clinical.instruments import PHQ9

# Days of sessions, at noon, day 0 the first | PHQ-9 forms as day:total, @ a time of day | session:total after it.
SESSION_SCORES = """
one form after each         | 0 7 14       | -3:18 6:15 13:12 20:9         | 1:15 2:12 3:9
the last before the next    | 0 7          | -3:18 4:16 6:15               | 1:15
too early after the session | 0 7          | -3:18 2:16 9:14               |
three days after it         | 0 7          | -3:18 3:16                    | 1:16
on the next session's day   | 0 7          | -3:18 7@9:15                  | 1:15
the same, after its dose    | 0 7          | -3:18 7@15:15                 | 1:15
28 days after the last      | 0 7          | -3:18 35:10                   | 2:10
29 days after the last      | 0 7          | -3:18 36:10                   |
a late one leaves the first | 0 7          | -3:18 10:12 40:10             | 2:12
a missing one stays missing | 0 7 14       | -3:18 6:15 20:9               | 1:15 3:9
a zero is a score           | 0 7          | -3:18 6:0                     | 1:0
the baseline is none        | 0 7          | -3:18                         |
two sessions on one day     | 0 0 7        | -3:18 6:15                    | 2:15
"""


def made_clinic(sessions: str, forms: str, name: str = "p") -> Clinic:
    def on(day: int) -> date:
        return START + timedelta(days=day)

    doses = [
        Session(name, on(int(day)), moment(2025, 1, 1, 12 + n).time(), 100.0, "", {})
        for n, day in enumerate(sessions.split())
    ]
    made = []
    for line, word in enumerate(forms.split()):
        when, total = word.split(":")
        day, _, hour = when.partition("@")
        at = moment(2025, 1, 1, int(hour)).time() if hour else None
        made.append(Form(name, "PHQ-9", on(int(day)), at, None, int(total), moment(2025, 1, 1), line))
    return Clinic(tuple(made), tuple(doses), (), (), frozenset({"PHQ-9", "GAD-7"}))


@pytest.mark.parametrize(
    "line", SESSION_SCORES.strip().splitlines(), ids=lambda line: line.split("|")[0].strip()
)
def test_a_total_belongs_to_the_session_before_it(line, policy):
    _, sessions, forms, expected = (part.strip() for part in line.split("|"))
    _, scores = scores_of(made_clinic(sessions, forms), START + timedelta(days=60), PHQ9, policy)
    wanted = {int(k): int(total) for k, total in (word.split(":") for word in expected.split())}
    assert totals_by_session(scores, 0) == wanted
    assert scores.baseline.tolist() == [18]


def test_nothing_after_the_day_is_read(policy):
    clinic = made_clinic("0 7 14", "-3:18 6:15 13:12 20:9")
    _, scores = scores_of(clinic, START + timedelta(days=13), PHQ9, policy)
    assert (totals_by_session(scores, 0), scores.n_sessions.tolist()) == ({1: 15, 2: 12}, [2])


def test_a_first_course_stays_the_one_that_is_compared(policy):
    clinic = made_clinic("0 7 100 107", "-3:18 6:15 97:20 106:3")
    _, scores = scores_of(clinic, START + timedelta(days=120), PHQ9, policy)
    assert (totals_by_session(scores, 0), scores.baseline.tolist(), scores.is_current.tolist()) == (
        {1: 15},
        [18],
        [False],
    )
