"""The sentence under the chart."""

import re

import pytest
from charts.cases import CASES
from charts.made_up import make_history

from lib.clinical.sentence import describe_course

SAYS = """
responder confirmed | PHQ-9 fell from 18 (3 Mar 2026) to 7 (7 Apr 2026), −11 points (−61 %), after 5 sessions at 50–150 mg: response, confirmed by a second score
responder confirmed | GAD-7 12 → 6, reliable improvement
responder confirmed | item 9 was up to 2, latest 0 (denied on this form; not a risk assessment)
responder confirmed | last blood pressure before a dose 128/82 mmHg on 31 Mar 2026.
steps and pressure  | −9 points (−50 %), after 6 sessions (1 missed) at 75–150 mg: response, not yet confirmed by a second score
non-responder       | no PHQ-9 score for 39 days: last known no response
non-responder       | −1 point (−5 %)
non-responder       | item 9 was 1, latest 2 on 12 Oct 2026, positive
relapse             | : relapse after an earlier response
only a baseline     | PHQ-9 last 18 (10 Nov 2026); GAD-7 last 9 (10 Nov 2026); item 9: 0 (denied on this form; not a risk assessment); no dose taken yet.
baseline and first dose | PHQ-9 baseline 18 (1 Oct 2026), no score since the first dose (49 days ago)
no form             | No PHQ-9 form yet; no GAD-7 form yet; item 9 never asked; blood pressure not recorded.
no total            | No PHQ-9 total: too many items blank
no total            | item 9 was 2, latest 1 on 20 Mar 2026, positive
no baseline         | PHQ-9 latest 10 (1 Apr 2026), no baseline
no baseline         | item 9 not collected
item 9 blank        | (31 Mar 2026, prorated)
item 9 blank        | provisional response
item 9 blank        | item 9 not answered on the latest form (last answer 2 on 10 Mar 2026)
latest is zero      | to 0 (23 Mar 2026), −16 points (−100 %), after 2 sessions at 100 mg: remission
severe and worse    | PHQ-9 rose from 20 (1 Mar 2026) to 27 (20 Mar 2026), +7 points (+35 %)
severe and worse    | worse than baseline, beyond measurement error
restart             | after 3 sessions of course 2
"""  # noqa: E501


@pytest.mark.parametrize("line", SAYS.strip().splitlines())
def test_the_sentence_says(line: str) -> None:
    name, words = (part.strip() for part in line.split("|"))
    assert words in describe_course(CASES[name]())


TABLES = """
baseline 0        | 2026-03-01 PHQ-9 0;2026-03-02 dose 50;2026-03-20 PHQ-9 3 | rose from 0 (1 Mar 2026) to 3 (20 Mar 2026), +3 points, after
unchanged         | 2026-03-01 PHQ-9 12;2026-03-02 dose 50;2026-03-20 PHQ-9 12 | went from 12 (1 Mar 2026) to 12 (20 Mar 2026), no change
old baseline      | 2026-02-05 PHQ-9 12;2026-03-02 dose 50;2026-03-20 PHQ-9 12 | (5 Feb 2026, more than 14 days before the first dose)
too early         | 2026-03-01 PHQ-9 12;2026-03-02 dose 50;2026-03-08 PHQ-9 9 | : too early to judge
on the first day  | 2026-03-01 PHQ-9 12;2026-03-02 08:00 dose 50;2026-03-02 20:00 PHQ-9 9 | on the day of the first dose
below caseness    | 2026-03-01 PHQ-9 8;2026-03-02 dose 50;2026-03-20 PHQ-9 7 | : baseline below caseness
pressure unknown  | 2026-03-02 dose 50 bp=120/80;2026-03-09 dose 50 | not recorded before the latest dose (last known 120/80 mmHg on 2 Mar 2026)
half a pressure   | 2026-03-02 dose 50 | blood pressure not recorded
item 9 never said | 2026-03-01 PHQ-9 12 i9=blank | item 9 not answered on any form
only forms of old | 2025-09-01 PHQ-9 12;2026-03-02 dose 50 | PHQ-9 last 12 (1 Sep 2025), no baseline
missed only       | 2026-03-02 dose - status=missed | no dose taken yet
"""  # noqa: E501


@pytest.mark.parametrize("line", TABLES.strip().splitlines())
def test_the_sentence_of_a_small_record(line: str) -> None:
    _, table, words = (part.strip() for part in line.split("|"))
    assert words in describe_course(make_history(table.replace(";", "\n"), "2026-04-01"))


@pytest.mark.parametrize("name", CASES)
def test_it_is_one_sentence_and_proposes_nothing(name: str) -> None:
    sentence = describe_course(CASES[name]())
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
    assert not re.search(r"nan|None|NaT|<NA>|raise|increase|reduce|recommend|should|consider", sentence, re.I)
