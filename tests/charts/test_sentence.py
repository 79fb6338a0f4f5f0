"""The sentence under the chart."""

import re
from dataclasses import replace
from datetime import date

import pytest
from charts.cases import CASES
from charts.drawing import POLICY
from charts.made_up import make_history

from lib.clinical.history import WaitingForms
from lib.clinical.sentence import describe_course

SAYS = """
responder confirmed | PHQ-9 fell from 18 (3 Mar 2026) to 7 (7 Apr 2026, 5 days ago), −11 points (−61 %), after 5 sessions at 50–150 mg: response, confirmed by a second score;
responder confirmed | GAD-7 12 → 6 (7 Apr 2026, 5 days ago): response, reliable improvement;
responder confirmed | 5 of 5 recorded dosing sessions taken, last dose 150 mg on 31 Mar 2026 (12 days ago);
responder confirmed | item 9 was up to 2, latest 0 on 7 Apr 2026 (denied on this form; not a risk assessment)
responder confirmed | last blood pressure before a dose 128/82 mmHg on 31 Mar 2026, no recorded reading over a limit (limit 160/100, rise 40/25; recorded before 5 of 5 doses)
responder confirmed | unknown: blood pressure after 5 of 5 doses, supervisor/sedation/dissociation/adverse events at 5 of 5 doses, body weight.
steps and pressure  | −9 points (−50 %), after 6 sessions (1 missed) at 75–150 mg: response, not yet confirmed by a second score
steps and pressure  | 6 of 7 recorded dosing sessions taken (1 missed), last dose 100 mg on 12 Apr 2026 (8 days ago)
steps and pressure  | over a limit in 2 of 6 sessions, last in the session of 7 Apr 2026: 182/104 at 40 min (limit 160/100, rise 40/25)
non-responder       | to 20 (12 Oct 2026, 39 days ago), −1 point (−5 %), after 7 sessions at 50–200 mg, no PHQ-9 score since then: last known no response
non-responder       | unknown: PHQ-9 today (last 39 days ago), GAD-7 today (last 39 days ago),
non-responder       | item 9 was 1, latest 2 on 12 Oct 2026, 39 days ago, positive
relapse             | PHQ-9 22 (1 May 2026) → lowest 6 (15 Jun 2026) → 17 (10 Jul 2026,
relapse             | −5 points (−23 %), after 4 sessions at 100–150 mg: relapse after an earlier response, on looks at least 7 days apart;
relapse             | no recorded reading over a limit (limit 160/100, rise 40/25; recorded before 3 of 4 doses)
relapse             | blood pressure before 1 of 4 doses
only a baseline     | PHQ-9 last 18 (10 Nov 2026, 10 days ago); GAD-7 last 9 (10 Nov 2026, 10 days ago); no dose taken yet; item 9: 0 on 10 Nov 2026 (denied on this form; not a risk assessment);
only a baseline     | unknown: all that a dosing session would record (no dose taken).
baseline and first dose | PHQ-9 baseline 18 (1 Oct 2026, 50 days ago), no score since the first dose on 2 Oct 2026: not assessable;
baseline and first dose | unknown: GAD-7 (never asked), PHQ-9 since the first dose,
no form             | No PHQ-9 form yet; no GAD-7 form yet; 2 of 2 recorded dosing sessions taken, last dose 100 mg on 8 Nov 2026 (12 days ago); item 9 never asked; blood pressure not recorded; unknown: PHQ-9 (never asked), GAD-7 (never asked), blood pressure before and after 2 of 2 doses,
no total            | No PHQ-9 total: too many items blank
no total            | item 9 was 2, latest 1 on 20 Mar 2026, positive
no total            | 3 answers of the latest PHQ-9 (no total)
no baseline         | PHQ-9 latest 10 (1 Apr 2026, 3 days ago), no baseline, after 1 session at 100 mg: not assessable
no baseline         | item 9 not collected
no baseline         | PHQ-9 baseline, item 9 on the latest form,
item 9 blank        | (31 Mar 2026, 2 days ago, prorated,
item 9 blank        | provisional response (a blank item could change it; it confirms nothing)
item 9 blank        | item 9 not answered on the latest form (last answer 2 on 10 Mar 2026)
item 9 blank        | 1 answer of the latest PHQ-9, item 9 on the latest form,
latest is zero      | to 0 (23 Mar 2026, 4 days ago), −16 points (−100 %), after 2 sessions at 100 mg: remission; the response is confirmed by a second score
severe and worse    | PHQ-9 rose from 20 (1 Mar 2026) to 27 (20 Mar 2026, 21 days ago), +7 points (+35 %)
severe and worse    | worse than baseline, beyond measurement error
restart             | after 3 sessions of course 2
restart             | 3 of 3 recorded dosing sessions of course 2 taken
everything          | last dose 100 mg on 31 Mar 2026 (20 days ago)
everything          | last in the latest session: 162/98 before the dose
"""  # noqa: E501


@pytest.mark.parametrize("line", SAYS.strip().splitlines())
def test_the_sentence_says(line: str) -> None:
    name, words = (part.strip() for part in line.split("|"))
    assert words in describe_course(CASES[name](), POLICY)


TABLES = """
baseline 0        | 2026-03-01 PHQ-9 0;2026-03-02 dose 50;2026-03-20 PHQ-9 3 | rose from 0 (1 Mar 2026) to 3 (20 Mar 2026, 12 days ago), +3 points, after
unchanged         | 2026-03-01 PHQ-9 12;2026-03-02 dose 50;2026-03-20 PHQ-9 12 | went from 12 (1 Mar 2026) to 12 (20 Mar 2026, 12 days ago), no change
old baseline      | 2026-02-05 PHQ-9 12;2026-03-02 dose 50;2026-03-20 PHQ-9 12 | (5 Feb 2026, more than 14 days before the first dose)
too early         | 2026-03-01 PHQ-9 12;2026-03-02 dose 50;2026-03-08 PHQ-9 9 | : too early to judge
on the first day  | 2026-03-01 PHQ-9 12;2026-03-02 08:00 dose 50;2026-03-02 20:00 PHQ-9 9 | on the day of the first dose
below caseness    | 2026-03-01 PHQ-9 8;2026-03-02 dose 50;2026-03-20 PHQ-9 7 | : baseline below caseness
pressure unknown  | 2026-03-02 dose 50 bp=120/80;2026-03-09 dose 50 | not recorded before the latest dose (last known 120/80 mmHg on 2 Mar 2026)
half a pressure   | 2026-03-02 dose 50 | blood pressure not recorded
item 9 never said | 2026-03-01 PHQ-9 12 i9=blank | item 9 not answered on any stored form
only forms of old | 2025-09-01 PHQ-9 12;2026-03-02 dose 50 | PHQ-9 last 12 (1 Sep 2025, 212 days ago), no baseline
partly taken      | 2026-03-02 dose 50 status=partial prescribed=100 per_kg=0.6 | last dose 50 mg (0.6 mg/kg) of 100 mg prescribed, partly taken, on 2 Mar 2026
a rise, not high  | 2026-03-02 dose 50 bp=110/70 bp40=152/80 | over a limit in 1 of 1 sessions, last in the latest session: 152/80 at 40 min
rise at its limit | 2026-03-02 dose 50 bp=110/70 bp40=120/95 | 120/95 at 40 min
rise just under   | 2026-03-02 dose 50 bp=110/70 bp40=149/94 | no recorded reading over a limit
nobody asked      | 2026-03-02 dose 50 asked=no | adverse events at 1 of 1 dose
all is recorded   | 2026-03-01 PHQ-9 12;2026-03-01 GAD-7 9;2026-03-02 dose 50 bp=110/70 bp40=112/70 supervisor=yes moaas=5 dissociation=3 asked=yes per_kg=1;2026-03-20 PHQ-9 9;2026-03-20 GAD-7 5 | ; nothing that this chart looks for is missing.
worse after better | 2026-03-01 PHQ-9 12;2026-03-02 dose 50;2026-03-10 PHQ-9 7;2026-03-20 PHQ-9 20 | PHQ-9 12 (1 Mar 2026) → lowest 7 (10 Mar 2026) → 20 (20 Mar 2026, 12 days ago), +8 points
unconfirmed remission | 2026-03-01 PHQ-9 12;2026-03-02 dose 50;2026-03-20 PHQ-9 3 | : remission; the response is not yet confirmed by a second score
refuted, then remission | 2026-03-01 PHQ-9 12;2026-03-02 dose 50;2026-03-06 PHQ-9 6;2026-03-14 PHQ-9 9;2026-03-22 PHQ-9 3 | : remission; the first response was not confirmed by the next score
GAD-7 remission   | 2026-03-01 GAD-7 12;2026-03-02 dose 50;2026-03-20 GAD-7 3 | GAD-7 12 → 3 (20 Mar 2026, 12 days ago): remission, reliable improvement;
GAD-7 worse       | 2026-03-01 GAD-7 12;2026-03-02 dose 50;2026-03-20 GAD-7 19 | (20 Mar 2026, 12 days ago): worse than baseline, beyond measurement error;
prorated          | 2026-03-01 PHQ-9 12;2026-03-02 dose 50;2026-03-20 PHQ-9 4 p=3..9 | to 4 (20 Mar 2026, 12 days ago, prorated, 3–9 possible)
prorated baseline | 2026-03-01 PHQ-9 12 p=11..14;2026-03-02 dose 50;2026-03-20 PHQ-9 4 | from 12 (1 Mar 2026, prorated, 11–14 possible)
two blanks        | 2026-03-01 PHQ-9 12;2026-03-02 dose 50;2026-03-20 PHQ-9 4 p=3..9;status PHQ-9 is_provisional=true | provisional remission (the blank items could change it; it confirms nothing)
always 0          | 2026-03-01 PHQ-9 12;2026-03-02 dose 50;2026-03-20 PHQ-9 9 | item 9: 0 on all 2 forms (denied; not a risk assessment)
always 0, of old  | 2026-01-01 PHQ-9 12;2026-01-02 dose 50;2026-01-20 PHQ-9 9 | item 9: 0 on all 2 forms, the latest 20 Jan 2026, 71 days ago (denied; not a risk assessment)
0 but once blank  | 2026-03-01 PHQ-9 12 i9=blank;2026-03-02 dose 50;2026-03-08 PHQ-9 9;2026-03-20 PHQ-9 9 | item 9 was 0, latest 0 on 20 Mar 2026 (denied on this form; not a risk assessment)
nobody was there  | 2026-03-02 dose 50 supervisor=no;2026-03-09 dose 50 supervisor=yes | blood pressure not recorded; no supervisor at 1 of 2 sessions; unknown:
was there         | 2026-03-02 dose 50 supervisor=yes | blood pressure not recorded; unknown:
some are missing  | 2026-03-02 dose 50 bp=110/70 bp120=110/70;2026-03-09 dose 50 bp=110/70 moaas=5 | blood pressure after 1 of 2 doses, supervisor/dissociation/adverse events at 2 of 2 doses, sedation at 1 of 2 doses,
nobody asked, else known | 2026-03-02 dose 50 asked=no supervisor=yes moaas=5 dissociation=0 | adverse events at 1 of 1 dose,
planned is no dose | 2026-03-02 dose 50;2026-03-09 dose 50 status=planned | 1 of 2 recorded dosing sessions taken (1 planned)
missed only       | 2026-03-02 dose - status=missed | no dose taken yet
"""  # noqa: E501


@pytest.mark.parametrize("line", TABLES.strip().splitlines())
def test_the_sentence_of_a_small_record(line: str) -> None:
    _, table, words = (part.strip() for part in line.split("|"))
    assert words in describe_course(make_history(table.replace(";", "\n"), "2026-04-01"), POLICY)


GONE = ("blood_pressure", "the session of 2 Mar 2026 was taken at 190/100")
SAYS_GONE = f"a flag is open on what was corrected or taken back: {GONE[1]}"
# Case -> what stands on record, and what is said while the flag is open.
GONE_READINGS = {
    "corrected to one in range": (
        "2026-03-02 dose 50 bp=120/80",
        f"no reading that stands now over a limit (limit 160/100, rise 40/25; recorded before 1 of 1 doses); {SAYS_GONE};",
    ),
    "corrected to none": ("2026-03-02 dose 50", f"; blood pressure not recorded; {SAYS_GONE};"),
    "its session was taken back, the only one": ("2026-03-01 PHQ-9 12", f"; {SAYS_GONE};"),
    "another one is over a limit": (
        "2026-03-02 dose 50 bp=120/80;2026-03-09 dose 50 bp=170/80",
        f"170/80 before the dose (limit 160/100, rise 40/25); {SAYS_GONE};",
    ),
}


@pytest.mark.parametrize(("table", "words"), GONE_READINGS.values(), ids=GONE_READINGS)
def test_a_reading_that_was_corrected_is_said_beside_its_open_flag(table: str, words: str) -> None:
    history = replace(make_history(table.replace(";", "\n"), "2026-04-01"), gone=(GONE,))
    sentence = describe_course(history, POLICY)
    assert words in sentence and "no recorded reading over a limit" not in sentence


HELD, LATER = (date(2026, 3, 22), 2), (date(2026, 3, 29), 0)
BLANK = "2026-03-01 PHQ-9 12 i9=0;2026-03-20 PHQ-9 9 i9=blank"
# Case -> stored forms, forms that were not taken, and what the sentence says.
NOT_TAKEN = {
    "an answer beside stored ones": (
        BLANK,
        WaitingForms((HELD,)),
        "item 9 not answered on the latest form (last answer 0 on 1 Mar 2026); "
        "item 9 of forms that were not taken: 2 on 22 Mar 2026;",
    ),
    "two, and one that nobody could read": (
        BLANK,
        WaitingForms((HELD, LATER), 1),
        "not taken: 2 on 22 Mar 2026, 0 on 29 Mar 2026, unknown on 1 form that nobody could read;",
    ),
    "nothing is stored": (
        "2026-03-02 dose 50",
        WaitingForms((HELD,)),
        "; item 9 of forms that were not taken: 2 on 22 Mar 2026; blood pressure",
    ),
    "no form yet is not said": (
        "2026-03-02 dose 50",
        WaitingForms((), 1),
        "No PHQ-9 form taken yet; no GAD-7 form yet;",
    ),
    "nor never asked": (
        "2026-03-02 dose 50",
        WaitingForms((), 2),
        "unknown: PHQ-9 (no form was taken), GAD-7 (never asked)",
    ),
    "one that nobody could read, closed": (
        "2026-03-02 dose 50",
        WaitingForms(n_unreadable_closed=1),
        "; item 9 of forms that were not taken: unknown on 1 form that nobody could read; blood pressure",
    ),
    "closed and waiting ones": (
        BLANK,
        WaitingForms((HELD,), 1, 1),
        "not taken: 2 on 22 Mar 2026, unknown on 2 forms that nobody could read;",
    ),
    "no form yet is not said of a closed one": (
        "2026-03-02 dose 50",
        WaitingForms(n_unreadable_closed=1),
        "No PHQ-9 form taken yet; no GAD-7 form yet;",
    ),
    "an answer that was corrected": (
        "2026-03-01 PHQ-9 12 i9=0;2026-03-22 PHQ-9 9 i9=0",
        WaitingForms(replaced=(HELD,)),
        "item 9: 0 on all 2 forms (denied; not a risk assessment); "
        "item 9 of forms that were corrected or taken back: 2 on 22 Mar 2026;",
    ),
    "the only form was taken back": (
        "2026-03-02 dose 50",
        WaitingForms(replaced=(HELD,)),
        "No PHQ-9 form in force; no GAD-7 form yet; 1 of 1 recorded dosing session taken, ",
    ),
    "nor is it said never to have been asked": (
        "2026-03-02 dose 50",
        WaitingForms(replaced=(HELD,)),
        "; item 9 of forms that were corrected or taken back: 2 on 22 Mar 2026; blood pressure",
    ),
    "nor among what is unknown": (
        "2026-03-02 dose 50",
        WaitingForms(replaced=(HELD,)),
        "unknown: PHQ-9 (no form is in force), GAD-7 (never asked)",
    ),
}


@pytest.mark.parametrize(("table", "waiting", "words"), NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_forms_that_were_not_taken_are_in_the_sentence(table: str, waiting: WaitingForms, words: str) -> None:
    history = replace(make_history(table.replace(";", "\n"), "2026-04-01"), waiting=waiting)
    sentence = describe_course(history, POLICY)
    assert words in sentence
    assert "item 9 never asked" not in sentence and "PHQ-9 (never asked)" not in sentence


@pytest.mark.parametrize("name", CASES)
def test_it_is_one_sentence_and_proposes_nothing(name: str) -> None:
    sentence = describe_course(CASES[name](), POLICY)
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
    assert not re.search(r"nan|None|NaT|<NA>|raise|increase|reduce|recommend|should|consider", sentence, re.I)
