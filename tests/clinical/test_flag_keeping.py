"""A critical flag stays open until a named person closes it (docs/further_rules.md, section 7)."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lib.clinical.findings import SESSION_NUMBERS
from lib.clinical.flag_keeping import derive_changes, keep_critical
from lib.clinical.policy import parse_policy
from lib.clinical.rules.catalogue import CRITICAL, MEDIUM, WATCH
from lib.clinical.rules.reading_flags import find_followed

POLICY = parse_policy(Path("data/policy.toml").read_bytes(), "policy.toml", 1)
TODAY = 100

# Critical flags stay; KEY, severity, since, evidence and clinic as the table has them.


def row(severity: int, evidence: str, rule: str = "blood_pressure") -> dict[str, Any]:
    where = {"patient_key": 1, "rule": rule, "instrument": 0}
    return {**where, "severity": severity, "evidence": evidence, "clinic_key": 1, "since": 90}


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(row(0, "")))


SESSION_1, SESSION_2 = row(CRITICAL, "185/100"), row(CRITICAL, "190/100")
MILD = row(WATCH, "145/90")
GONE = row(CRITICAL, "185/100; no longer found since 11 Apr 1970")
BOTH = row(CRITICAL, f"190/100; also {GONE['evidence']}")
NEITHER = row(
    CRITICAL, "190/100; no longer found since 11 Apr 1970; also 185/100; no longer found since 11 Apr 1970"
)

# Case -> (found, before, closed, what is open).
KEPT: dict[str, tuple] = {
    "still found": ([SESSION_1], [SESSION_1], [], ["185/100"]),
    "no longer found": ([], [SESSION_1], [], [GONE["evidence"]]),
    "milder by now": ([MILD], [SESSION_1], [], [GONE["evidence"]]),
    "kept before": ([MILD], [GONE], [], [GONE["evidence"]]),
    "found again": ([SESSION_1], [GONE], [], ["185/100"]),
    "another one": ([SESSION_2], [SESSION_1], [], [f"190/100; also {GONE['evidence']}"]),
    "another one, and neither is found": ([], [BOTH], [], [NEITHER["evidence"]]),
    "of two the first is found again": (
        [SESSION_1],
        [NEITHER],
        [],
        ["185/100; also 190/100; no longer found since 11 Apr 1970"],
    ),
    "of two the second is closed": ([], [BOTH], [SESSION_2], [GONE["evidence"]]),
    "of two the first is closed": ([SESSION_2], [BOTH], [SESSION_1], ["190/100"]),
    "both are closed": ([SESSION_2], [BOTH], [BOTH], []),
    "both were closed, then the first is found again": ([SESSION_1], [], [BOTH], []),
    "closed while it is found": ([SESSION_1], [SESSION_1], [SESSION_1], []),
    "closed after it was no longer found": ([MILD], [GONE], [GONE], ["145/90"]),
    "closed, then another one": ([SESSION_2], [], [SESSION_1], ["190/100"]),
    "milder flags end by themselves": ([], [MILD], [], []),
    "item 9 is found until it is closed": ([], [row(CRITICAL, "x", "suicidality_item_9")], [], []),
    "an adverse event that was voided": (
        [],
        [row(CRITICAL, "Mania", "tolerability")],
        [],
        ["Mania; no longer found since 11 Apr 1970"],
    ),
    "of an adverse event the rule knows what is closed": (
        [row(CRITICAL, "Mania", "tolerability")],
        [],
        [row(CRITICAL, "Mania", "tolerability")],
        ["Mania"],
    ),
}


MANIA, SYNCOPE, PAIN = (row(CRITICAL, term, "tolerability") for term in ("Mania", "Syncope", "Chest pain"))
TWO_EVENTS = row(CRITICAL, "Mania; also Syncope", "tolerability")
WITH_NAUSEA = row(CRITICAL, "Mania; also Syncope; not critical: Nausea; Rash", "tolerability")
NAUSEA = row(WATCH, "Nausea", "tolerability")
VOIDED = "Mania; no longer found since 11 Apr 1970"

# The same of adverse events, event by event.
KEPT |= {
    "of two events one is voided": ([SYNCOPE], [TWO_EVENTS], [], [f"Syncope; also {VOIDED}"]),
    "of two events both are voided": (
        [],
        [TWO_EVENTS],
        [],
        [f"{VOIDED}; also Syncope; no longer found since 11 Apr 1970"],
    ),
    "one is voided, another comes": (
        [row(CRITICAL, "Syncope; also Chest pain", "tolerability")],
        [TWO_EVENTS],
        [],
        [f"Syncope; also Chest pain; also {VOIDED}"],
    ),
    "one is corrected to another": ([PAIN], [MANIA], [], [f"Chest pain; also {VOIDED}"]),
    "one is corrected to a milder one": ([NAUSEA], [MANIA], [], [f"{VOIDED}; not critical: Nausea"]),
    "what is not critical is not kept": ([TWO_EVENTS], [WITH_NAUSEA], [], ["Mania; also Syncope"]),
    "what is not critical stands beside one that is voided": (
        [row(CRITICAL, "Syncope; not critical: Nausea", "tolerability")],
        [WITH_NAUSEA],
        [],
        [f"Syncope; also {VOIDED}; not critical: Nausea"],
    ),
    "a closing covers all that it says": ([NAUSEA], [WITH_NAUSEA], [WITH_NAUSEA], ["Nausea"]),
    "a closing covers what was voided before": (
        [SYNCOPE],
        [row(CRITICAL, f"Syncope; also {VOIDED}", "tolerability")],
        [row(CRITICAL, VOIDED, "tolerability")],
        ["Syncope"],
    ),
}


def events(*terms: str, join: str = "; also ") -> str:
    return join.join(f"{term}, severe, on 1 Apr 2026" for term in terms)


def joined(*terms: str, rest: str = "") -> dict[str, Any]:
    """As an earlier release said it."""
    return row(CRITICAL, events(*terms, join="; ") + rest, "tolerability")


def parted(*terms: str, rest: str = "") -> dict[str, Any]:
    return row(CRITICAL, events(*terms) + rest, "tolerability")


TODAY_GONE, MORE = "; no longer found since 11 Apr 1970", "; also 1 more"
FOUR = ("Mania", "Overdose", "Psychosis", "Syncope")
# Of flags that an earlier release wrote, at the first refresh after it.
KEPT |= {
    "joined, and all are found": ([parted(*FOUR[:2])], [joined(*FOUR[:2])], [], [events(*FOUR[:2])]),
    "joined, and one is no longer found": (
        [parted("Overdose")],
        [joined(*FOUR[:2])],
        [],
        [f"{events('Overdose', 'Mania')}{TODAY_GONE}"],
    ),
    "joined, and none was found any more": (
        [],
        [joined(*FOUR[:2], rest="; no longer found since 6 Apr 1970")],
        [],
        [f"{events('Mania')}; no longer found since 6 Apr 1970; also {events('Overdose')}; no longer found since 6 Apr 1970"],
    ),
    "joined with one that is not critical": (
        [parted("Mania", rest=f"; not critical: {events('Nausea')}")],
        [joined("Mania", "Nausea")],
        [],
        [f"{events('Mania')}; not critical: {events('Nausea')}"],
    ),
    "joined, the term with a semicolon": (
        [parted("Mania, on waking")],
        [joined("Mania; on waking")],
        [],
        [events("Mania, on waking")],
    ),
    "one without a name has one now": (
        [parted(*FOUR)],
        [joined(*FOUR[:3], rest="; 1 more")],
        [],
        [events(*FOUR)],
    ),
    "one without a name is not critical": (
        [parted(*FOUR[:3], rest="; not critical: Nausea, mild, serious, on 1 Apr 2026")],
        [joined(*FOUR[:3], rest="; 1 more")],
        [],
        [f"{events(*FOUR[:3])}; not critical: Nausea, mild, serious, on 1 Apr 2026"],
    ),
    "nobody knows what one without a name was": (
        [parted(*FOUR[:3])],
        [joined(*FOUR[:3], rest="; 1 more")],
        [],
        [f"{events(*FOUR[:3])}{MORE}{TODAY_GONE}"],
    ),
    "one without a name was no longer found": (
        [parted(*FOUR)],
        [joined(*FOUR[:3], rest="; 1 more; no longer found since 6 Apr 1970")],
        [],
        [f"{events(*FOUR)}{MORE}; no longer found since 6 Apr 1970"],
    ),
    "a closing covers what was joined": (
        [],
        [joined(*FOUR[:3], rest="; 1 more")],
        [joined(*FOUR[:3], rest="; 1 more")],
        [],
    ),
}  # fmt: skip


BY_180, BY_170 = (f"185/100; the clinic's limit at any time is {limit}" for limit in ("180/110", "170/105"))
# A reading is said once, by whatever limits it was held against.
KEPT |= {
    "found by another limit": ([row(CRITICAL, BY_170)], [row(CRITICAL, BY_180)], [], [BY_170]),
    "kept, and found by another limit": (
        [row(CRITICAL, BY_170)],
        [row(CRITICAL, f"190/100; also {BY_180}; no longer found since 6 Apr 1970")],
        [],
        [f"{BY_170}; also 190/100{TODAY_GONE}"],
    ),
}


@pytest.mark.parametrize("case", KEPT)
def test_a_critical_flag_stays_until_it_is_closed(case):
    found, before, closed, is_open = KEPT[case]
    kept = keep_critical(frame(*found), frame(*before), frame(), frame(*closed), TODAY)
    assert kept["evidence"].tolist() == is_open


# Case -> (followed, the newest first; found, before, closed, what is open). Each was followed by a session on day 95.
FOLLOWED: dict[str, tuple] = {
    "nobody was told before": ([SESSION_1], [], [], [], ["185/100; no longer found since 6 Apr 1970"]),
    "the latest is milder": ([SESSION_1], [MILD], [], [], ["185/100; no longer found since 6 Apr 1970"]),
    "the latest is critical too": (
        [SESSION_1],
        [SESSION_2],
        [],
        [],
        ["190/100; also 185/100; no longer found since 6 Apr 1970"],
    ),
    "two of them": (
        [SESSION_2, SESSION_1],
        [],
        [],
        [],
        ["190/100; no longer found since 6 Apr 1970; also 185/100; no longer found since 6 Apr 1970"],
    ),
    "it was found before": ([SESSION_1], [], [SESSION_1], [], ["185/100; no longer found since 6 Apr 1970"]),
    "a milder one was open before": (
        [SESSION_1],
        [],
        [MILD],
        [],
        ["185/100; no longer found since 6 Apr 1970"],
    ),
    "it was found by another limit": (
        [row(CRITICAL, "185/100; the clinic's limit 170")],
        [],
        [row(CRITICAL, "185/100; the clinic's limit 180")],
        [],
        ["185/100; the clinic's limit 170; no longer found since 6 Apr 1970"],
    ),
    "an older one is kept": (
        [SESSION_2],
        [],
        [GONE],
        [],
        [f"190/100; no longer found since 6 Apr 1970; also {GONE['evidence']}"],
    ),
    "a newer one is kept, and this one came late": (
        [SESSION_2, SESSION_1],
        [],
        [SESSION_2],
        [],
        ["190/100; no longer found since 6 Apr 1970; also 185/100; no longer found since 6 Apr 1970"],
    ),
    "closed": ([SESSION_1], [], [], [SESSION_1], []),
    "of two one is closed": (
        [SESSION_2, SESSION_1],
        [],
        [],
        [SESSION_2],
        ["185/100; no longer found since 6 Apr 1970"],
    ),
    "closed, and the latest is milder": ([SESSION_1], [MILD], [], [SESSION_1], ["145/90"]),
}


@pytest.mark.parametrize("case", FOLLOWED)
def test_a_critical_reading_that_another_session_followed_stays_too(case):
    followed, found, before, closed, is_open = FOLLOWED[case]
    rows = frame(*followed).assign(next_on=95)
    kept = keep_critical(frame(*found), frame(*before), rows, frame(*closed), TODAY)
    assert kept["evidence"].tolist() == is_open


# Case -> (sessions: day, systolic before the dose, MOAA/S; what is found: rule, since, next_on), seen from day 100.
SESSIONS: dict[str, tuple] = {
    "none": ([], []),
    "the latest alone": ([(90, 185, 1)], []),
    "one after it": ([(90, 185, 5), (95, 120, 5)], [("blood_pressure", 90, 95)]),
    "one on the same day": ([(90, 185, 5), (90, 120, 5)], [("blood_pressure", 90, 90)]),
    "both readings": ([(90, 185, 0), (95, 120, 5)], [("blood_pressure", 90, 95), ("sedation", 90, 95)]),
    "the newest first": (
        [(80, 185, 5), (90, 185, 5), (95, 185, 5)],
        [("blood_pressure", 80, 95), ("blood_pressure", 80, 90)],
    ),
    "since the run began, with a milder one": (
        [(60, 165, 5), (90, 185, 5), (95, 120, 5)],
        [("blood_pressure", 60, 95)],
    ),
    "since the run began anew": (
        [(60, 165, 5), (80, 120, 5), (90, 185, 5), (95, 120, 5)],
        [("blood_pressure", 90, 95)],
    ),
    "high and no more": ([(90, 179, 2), (95, 120, 5)], []),
    "not recorded": ([(90, float("nan"), float("nan")), (95, 120, 5)], []),
    "the first day of the five weeks": ([(65, 185, 5), (95, 120, 5)], [("blood_pressure", 65, 95)]),
    "the day before it": ([(64, 185, 5), (95, 120, 5)], []),
}


@pytest.mark.parametrize("case", SESSIONS)
def test_critical_readings_that_another_session_followed(case):
    given, expected = SESSIONS[case]
    rows = [
        {
            **dict.fromkeys(SESSION_NUMBERS, float("nan")),
            "patient": 1,
            "day": day,
            "second": 3600 * number,
            "sbp_pre_mmhg": systolic,
            "sedation_moaas": level,
        }
        for number, (day, systolic, level) in enumerate(given)
    ]
    columns = ["patient", "day", "second", *SESSION_NUMBERS]
    # Whatever their order in the store.
    sessions = pd.DataFrame(rows[::-1], columns=columns)
    found = find_followed(sessions, 100, POLICY)
    assert [tuple(row) for row in found[["rule", "since", "next_on"]].values.tolist()] == expected
    assert (found["severity"] == CRITICAL).all()


def test_a_flag_of_two_findings_is_as_old_as_the_first():
    found, before = {**SESSION_2, "since": 95}, {**SESSION_1, "since": 90}
    kept = keep_critical(frame(found), frame(before), frame(), frame(), TODAY)
    assert kept[["since", "severity"]].values.tolist() == [[90, CRITICAL]]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ([], [MILD], ["opened"]),
        ([MILD], [], ["ended"]),
        ([MILD], [MILD], []),
        ([MILD], [SESSION_1], ["more severe"]),
        ([SESSION_1], [MILD], ["less severe"]),
        ([SESSION_1], [SESSION_2], ["changed"]),
        ([MILD], [{**MILD, "since": 91}], ["changed"]),
        ([MILD], [MILD, row(MEDIUM, "x", "tolerability")], ["opened"]),
    ],
)
def test_what_a_refresh_changed(before, after, changes):
    assert derive_changes(frame(*before), frame(*after))["change"].tolist() == changes
