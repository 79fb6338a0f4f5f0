"""Planted patients whose safety or dosing is the point."""

from __future__ import annotations

from datetime import timedelta

from lib.demo.case import Case
from lib.demo.story import DEMO_LAST_DAY

FOUR_WEEKLY = "-28:100 -21:100 -14:100 -7:100"
IMPROVING = "-31:18 -24:14 -17:11 -10:9 -3:7"
FALL = {
    "patient_id": "serious-event",
    "started_at": f"{DEMO_LAST_DAY - timedelta(days=7)}T19:25",
    "term": "Fall",
    "severity": "severe",
    "is_serious": "yes",
    "onset_min": "55",
    "duration_min": "20",
    "action_taken": "emergency department",
    "outcome": "recovered",
}

SAFETY_CASES = (
    Case(
        "item-9-is-2",
        "The latest PHQ-9, of the demo's last day, answers item 9 with 2.",
        "-32:19 -25:17 -18:15 -11:14 0:13/2",
        FOUR_WEEKLY,
    ),
    Case(
        "item-9-was-1",
        "Item 9 was 1 a month ago and is 0 since: open until a named person closes it.",
        "-40:16 -33:14/1 -26:12 -19:9 -12:7 -5:6",
        "-36:100 -29:100 -22:100 -15:100",
    ),
    Case(
        "item-9-blank",
        "Item 9 alone was left blank on the latest form.",
        "-31:18 -24:15 -17:12 -10:10 -3:8/-",
        FOUR_WEEKLY,
    ),
    Case(
        "prorated-item-9-blank",
        "Two blanks, item 9 among them: the remission is provisional.",
        "-31:16 -24:11 -17:7 -10:5 -3:3/-~1",
        FOUR_WEEKLY,
    ),
    Case(
        "high-blood-pressure",
        "The last session was taken at 164/102.",
        IMPROVING,
        FOUR_WEEKLY,
        last={"sbp_pre_mmhg": "164", "dbp_pre_mmhg": "102", "sbp_40_mmhg": "171", "dbp_40_mmhg": "106"},
    ),
    Case(
        "critical-at-40-min",
        "40 minutes after the last dose the reading was 186/112.",
        IMPROVING,
        FOUR_WEEKLY,
        last={"sbp_pre_mmhg": "138", "dbp_pre_mmhg": "86", "sbp_40_mmhg": "186", "dbp_40_mmhg": "112"},
    ),
    Case(
        "deep-sedation",
        "At the last session sedation reached MOAA/S 2.",
        IMPROVING,
        "-28:150 -21:200 -14:250 -7:300",
        last={"sedation_moaas": "2"},
    ),
    Case(
        "serious-event",
        "A serious adverse event at the last session: a fall.",
        IMPROVING,
        FOUR_WEEKLY,
        more_rows={"adverse_events": (FALL,)},
    ),
    Case(
        "missed-sessions",
        "Four of seven sessions were missed: too few doses to judge by count.",
        "-50:18 -40:17 -33:16 -19:15 -12:15 -5:14",
        "-46:100 -39:100x -32:100 -25:100x -18:100x -11:100 -4:100x",
    ),
    Case(
        "partial-doses",
        "Half of the tablet was spat out at the last two sessions.",
        IMPROVING,
        "-28:100 -21:100 -14:100p -7:100p",
    ),
    Case(
        "dose-steps-of-50",
        "The dose order rose by 50 mg a session, from 50 to 300 mg.",
        "-45:22 -38:21 -31:18 -24:16 -17:13 -10:12 -3:10",
        "-41:50 -34:100 -27:150 -20:200 -13:250 -6:300",
    ),
)
