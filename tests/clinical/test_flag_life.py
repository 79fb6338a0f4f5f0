"""The life of a flag, case by case with the boundary on both sides (docs/further_rules.md, section 7)."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lib.clinical.flag_cover import find_cover
from lib.clinical.flag_life import can_be_set_aside, derive_flag_life
from lib.clinical.policy import parse_policy
from lib.clinical.rules.catalogue import CRITICAL, HIGH

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
