"""The life of a flag, case by case with the boundary on both sides (docs/further_rules.md, section 7)."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lib.clinical.findings import SESSION_NUMBERS
from lib.clinical.flag_cover import find_cover
from lib.clinical.flag_keeping import derive_changes, keep_critical
from lib.clinical.flag_life import can_be_set_aside, derive_flag_life
from lib.clinical.policy import parse_policy
from lib.clinical.rules.catalogue import CRITICAL, HIGH, MEDIUM, WATCH
from lib.clinical.rules.reading_flags import find_followed
from lib.clinical.rules.suicidality import flag_suicidality, summarise_persisting
from lib.clinical.segments import NONE

POLICY = parse_policy(Path("data/policy.toml").read_bytes(), "policy.toml", 1)
DAY, HOUR = 86_400, 3_600
TODAY, T0 = 100, 100 * DAY
EVENT_COLUMNS = (
    *("patient_key", "rule", "instrument", "event", "actor", "happened_at", "until_day", "reason_code"),
    *("note", "to_actor", "evidence"),
)


def flag(rule: str = "non_improver", severity: int = HIGH, evidence: str = "20 → 19") -> dict[str, Any]:
    return {"patient_key": 1, "rule": rule, "instrument": 0, "severity": severity, "evidence": evidence}


def did(event: str, at: int = T0, by: str = "Dr A", **more: Any) -> dict[str, Any]:
    """evidence: what the flag said then."""
    empty = dict.fromkeys(("until_day", "to_actor")) | {"reason_code": "", "note": "", "evidence": "20 → 19"}
    return {**empty, "event": event, "actor": by, "happened_at": at, **more}


def logged(change: str, at: int, evidence: str = "20 → 19") -> dict[str, Any]:
    return {"change": change, "happened_at": at, "evidence": evidence}


OPENED = logged("opened", T0 - 10 * DAY)


def life(
    one: dict[str, Any],
    events: list[dict],
    log: list[dict] | None = None,
    *,
    today: int = TODAY,
    now: int = T0,
) -> dict[str, Any]:
    key = {name: one[name] for name in ("patient_key", "rule", "instrument")}
    rows = [{**key, **event, "id": number} for number, event in enumerate(events)]
    changes = [{**key, **row, "id": number} for number, row in enumerate(log or [OPENED])]
    frame = pd.DataFrame(rows, columns=["id", *EVENT_COLUMNS])
    found = derive_flag_life(
        pd.DataFrame([one]), frame, pd.DataFrame(changes), today=today, now=now, policy=POLICY
    )
    return found.iloc[0].to_dict()


def snoozed(until: int) -> dict[str, Any]:
    return did("snoozed", T0 - DAY, until_day=until)


def wrong(until: int) -> dict[str, Any]:
    return did("wrong", T0 - DAY, until_day=until)


LATER, SAME_SECOND, BEFORE = T0 - DAY + 1, T0 - DAY, T0 - DAY - 1

# Case -> (flag, events, log, state).
STATES: dict[str, tuple] = {
    "nothing was done": (flag(), [], [OPENED], "new"),
    "marked as seen": (flag(), [did("seen")], [OPENED], "seen"),
    "taken": (flag(), [did("owner", to_actor="Dr A")], [OPENED], "seen"),
    "handed over to somebody else": (flag(), [did("owner", to_actor="Dr B")], [OPENED], "new"),
    "a contact attempt": (flag(), [did("contact")], [OPENED], "seen"),
    "snoozed, the day before it ends": (flag(), [snoozed(TODAY + 1)], [OPENED], "snoozed"),
    "snoozed, on the day": (flag(), [snoozed(TODAY)], [OPENED], "seen"),
    "snoozed, then back": (flag(), [snoozed(TODAY + 9), did("restored")], [OPENED], "seen"),
    "snoozed, then more severe": (
        flag(evidence="20 → 26"),
        [snoozed(TODAY + 9)],
        [OPENED, logged("more severe", LATER, "20 → 26")],
        "seen",
    ),
    "more severe in the second of the snooze": (
        flag(evidence="20 → 26"),
        [snoozed(TODAY + 9)],
        [OPENED, logged("more severe", SAME_SECOND, "20 → 26")],
        "seen",
    ),
    "snoozed in the second in which it got more severe": (
        flag(),
        [snoozed(TODAY + 9)],
        [logged("opened", BEFORE, "x"), logged("more severe", SAME_SECOND)],
        "snoozed",
    ),
    "more severe, then snoozed": (
        flag(),
        [snoozed(TODAY + 9)],
        [OPENED, logged("more severe", BEFORE)],
        "snoozed",
    ),
    "snoozed, then a new form of the same severity": (
        flag(evidence="20 → 18"),
        [snoozed(TODAY + 9)],
        [OPENED, logged("changed", LATER, "20 → 18")],
        "snoozed",
    ),
    "more severe and milder again: a snooze that ended stays ended": (
        flag(),
        [snoozed(TODAY + 9)],
        [OPENED, logged("more severe", LATER, "20 → 26"), logged("less severe", LATER + 1)],
        "seen",
    ),
    "called wrong, the day before it ends": (flag(), [wrong(TODAY + 1)], [OPENED], "wrong"),
    "called wrong, on the day": (flag(), [wrong(TODAY)], [OPENED], "seen"),
    "called wrong, then it says something else": (
        flag(evidence="20 → 18"),
        [wrong(TODAY + 9)],
        [OPENED, logged("changed", LATER, "20 → 18")],
        "seen",
    ),
    "called wrong, then only since when moved": (
        flag(),
        [wrong(TODAY + 9)],
        [OPENED, logged("changed", LATER)],
        "wrong",
    ),
    "called wrong, then ended and opened again": (
        flag(),
        [wrong(TODAY + 9)],
        [OPENED, logged("ended", LATER), logged("opened", LATER + 1)],
        "new",
    ),
    "called wrong after it was snoozed": (flag(), [snoozed(TODAY + 9), wrong(TODAY + 9)], [OPENED], "wrong"),
    "critical by now, snoozed when it was milder": (
        flag("blood_pressure", CRITICAL),
        [snoozed(TODAY + 9)],
        [OPENED],
        "seen",
    ),
    "a snooze of item 9 that should not be there": (
        flag("suicidality_item_9", HIGH),
        [snoozed(TODAY + 9)],
        [OPENED],
        "seen",
    ),
}


@pytest.mark.parametrize("case", STATES)
def test_the_state_of_a_flag(case):
    one, events, log, state = STATES[case]
    assert life(one, events, log)["state"] == state


@pytest.mark.parametrize(
    ("rule", "severity", "can"),
    [
        ("non_responder", HIGH, True),
        ("blood_pressure", HIGH, True),
        ("blood_pressure", CRITICAL, False),
        ("tolerability", CRITICAL, False),
        ("suicidality_item_9", HIGH, False),
        ("item_9_not_answered", HIGH, False),
    ],
)
def test_what_can_be_set_aside(rule, severity, can):
    assert can_be_set_aside(rule, severity) is can


# Case -> (events, log, hours since the opening, hours that it waits; None: it does not wait).
WAITING: dict[str, tuple] = {
    "an hour before the limit": ([], [logged("opened", T0)], 23, (23, False)),
    "at the limit": ([], [logged("opened", T0)], 24, (24, True)),
    "seen": ([did("seen", T0 + HOUR)], [logged("opened", T0)], 24, None),
    "handed over is not seen": (
        [did("owner", T0 + HOUR, to_actor="Dr B")],
        [logged("opened", T0)],
        24,
        (24, True),
    ),
    "taken by the one it was handed to": (
        [did("owner", T0 + HOUR, "Dr B", to_actor="Dr B")],
        [logged("opened", T0)],
        24,
        None,
    ),
    "a new form after the look": (
        [did("seen", T0 + HOUR, evidence="one form")],
        [logged("opened", T0, "one form"), logged("changed", T0 + 2 * HOUR, "two forms")],
        26,
        (24, True),
    ),
    "two new forms after the look: from the first on": (
        [did("seen", T0, evidence="one form")],
        [
            logged("opened", T0, "one form"),
            logged("changed", T0 + 2 * HOUR, "two forms"),
            logged("changed", T0 + 9 * HOUR, "three forms"),
        ],
        25,
        (23, False),
    ),
    "a new form before any look: from the opening on": (
        [],
        [logged("opened", T0, "one form"), logged("changed", T0 + 20 * HOUR, "two forms")],
        24,
        (24, True),
    ),
    "the rule no longer finds it: nothing new to see": (
        [did("seen", T0, evidence="180/115")],
        [
            logged("opened", T0, "180/115"),
            logged("changed", T0 + HOUR, "180/115; no longer found since 3 Apr 2026"),
        ],
        30,
        None,
    ),
}


@pytest.mark.parametrize("case", WAITING)
def test_how_long_a_critical_flag_waits(case):
    events, log, hours, waits = WAITING[case]
    one = flag("suicidality_item_9", CRITICAL, log[-1]["evidence"])
    found = life(one, events, log, now=T0 + hours * HOUR)
    waited = (T0 + hours * HOUR - found["waits_since"]) // HOUR if pd.notna(found["waits_since"]) else None
    assert (waited, found["is_escalated"]) == (waits or (None, False))


def test_a_flag_that_is_not_critical_never_escalates():
    assert not life(flag(), [], [logged("opened", 0)])["is_escalated"]


def test_the_owner_is_the_last_one_and_nobody_after_it_was_given_back():
    to_b, back = did("owner", to_actor="Dr B"), did("owner", to_actor="")
    assert life(flag(), [did("owner", to_actor="Dr A"), to_b])["owner"] == "Dr B"
    assert life(flag(), [to_b, back])["owner"] == ""
    assert life(flag(), [did("contact"), did("contact")])["n_contacts"] == 2


def test_a_flag_seen_before_it_changed_says_so():
    log = [OPENED, logged("changed", T0 + 1, "20 → 18")]
    assert life(flag(evidence="20 → 18"), [did("seen")], log, now=T0 + 2)["has_changed"]
    assert not life(flag(), [did("seen")])["has_changed"]


AWAY = pd.DataFrame(
    [("A", "B", 10, 20), ("B", "C", 15, 16), ("C", "A", 16, 16), ("D", "E", 10, 20), ("D", "", 12, 20)],
    columns=["absent", "cover", "from_day", "to_day"],
)


@pytest.mark.parametrize(
    ("person", "today", "cover"),
    [
        ("A", 9, "A"),
        ("A", 10, "B"),
        ("A", 20, "B"),
        ("A", 21, "A"),
        ("A", 15, "C"),
        ("A", 16, "C"),
        ("D", 11, "E"),
        ("D", 12, "D"),
        ("nobody", 12, "nobody"),
    ],
    ids=[
        *("the day before", "the first day", "the last day", "the day after", "the cover is away too"),
        *("all three are away", "away", "back earlier", "somebody else"),
    ],
)
def test_who_stands_in(person, today, cover):
    assert find_cover(person, AWAY, today) == cover


# Critical flags stay; KEY, severity, since, evidence and clinic as the table has them.


def row(severity: int, evidence: str, rule: str = "blood_pressure") -> dict[str, Any]:
    return {**flag(rule, severity, evidence), "clinic_key": 1, "since": 90}


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


# Item 9 after a closing. Answers by day; * marks what the closing covers.


def item_9(answers: dict[int, int], *, covered_to: int) -> pd.DataFrame:
    days = list(answers)
    return pd.DataFrame(
        {
            "patient": 1,
            "day": days,
            "second": NONE,
            "recorded_at": days,
            "item_9": list(answers.values()),
            "is_closed": [day <= covered_to for day in days],
        }
    )


def closings(*entries: tuple[int, int]) -> pd.DataFrame:
    return pd.DataFrame(
        [(1, day, is_assessed) for day, is_assessed in entries], columns=["patient", "on_day", "is_assessed"]
    )


ASSESSED = closings((10, 1))
# Case -> (answers by day, closings, as of, flagged since; None: persisting or nothing, forms that persist).
AFTER_A_CLOSING: dict[str, tuple] = {
    "nothing new": ({9: 1}, ASSESSED, 60, None, 0),
    "the same value": ({9: 1, 17: 1}, ASSESSED, 20, None, 1),
    "a lower one": ({9: 2, 17: 1}, ASSESSED, 20, None, 1),
    "a 0 adds and opens nothing": ({9: 1, 17: 0}, ASSESSED, 60, None, 0),
    "the same value, then 0": ({9: 1, 17: 1, 18: 0}, ASSESSED, 20, None, 2),
    "a rise from 0": ({9: 1, 17: 0, 18: 1}, ASSESSED, 20, 18, 0),
    "2 after 3": ({9: 3, 17: 2}, ASSESSED, 20, 17, 0),
    "2 among ones: all of them count": ({9: 1, 17: 1, 18: 2}, ASSESSED, 20, 17, 0),
    "assessed 28 days ago": ({9: 1, 17: 1}, ASSESSED, 38, None, 1),
    "assessed 29 days ago": ({9: 1, 17: 1}, ASSESSED, 39, 17, 0),
    "closed for another reason": ({9: 1, 17: 1}, closings((10, 0)), 20, 17, 0),
    "assessed, then closed for another reason": ({9: 1, 17: 1}, closings((10, 1), (12, 0)), 20, 17, 0),
    "never closed": ({9: 1}, closings(), 10, 9, 0),
    "an older form that arrives late, with nothing before it": ({5: 1, 9: 1}, ASSESSED, 20, 5, 0),
}


@pytest.mark.parametrize("case", AFTER_A_CLOSING)
def test_item_9_after_a_closing(case):
    answers, closed, as_of, since, n_persisting = AFTER_A_CLOSING[case]
    forms = item_9(answers, covered_to=9 if len(closed) else -1)
    if case.startswith("an older form"):
        forms["is_closed"] = forms["day"] == 9
    flags = flag_suicidality(forms, closed, as_of, POLICY)
    persisting = summarise_persisting(forms, closed, as_of, POLICY)
    assert flags["since"].tolist() == ([] if since is None else [since])
    assert persisting["n_forms"].tolist() == ([n_persisting] if n_persisting else [])
    assert persisting["assessed_on"].tolist() == ([10] if n_persisting else [])
