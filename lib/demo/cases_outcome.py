"""Planted patients whose scores are the point: who responded, who did not, and who cannot be judged."""

from __future__ import annotations

from lib.demo.case import Case
from lib.demo.story import DEMO_LAST_DAY

FOUR_WEEKLY = "-28:100 -21:100 -14:100 -7:100"
DAILY = " ".join(f"{-day}:{15 if day > 41 else 30 if day > 20 else 45}" for day in range(55, -1, -1))
PCL5 = tuple(
    {
        "patient_id": "ptsd-with-pcl-5",
        "instrument": "PCL-5",
        "assessed_at": f"{DEMO_LAST_DAY.replace(day=day)}T09:40",
        "total": total,
    }
    for day, total in ((2, "52"), (16, "41"), (28, "30"))
)

OUTCOME_CASES = (
    Case(
        "clear-responder",
        "PHQ-9 19 to 4 over six sessions; the response is confirmed.",
        "-60:19 -53:14 -46:10 -39:8 -32:6 -18:5 -4:4",
        "-56:100 -49:100 -42:100 -35:100 -21:100 -7:100",
    ),
    Case(
        "delayed-responder",
        "No change until the third session, then PHQ-9 18 to 6.",
        "-50:18 -43:18 -36:17 -29:16 -22:10 -15:8 -8:7 -1:6",
        "-46:100 -39:100 -32:150 -25:150 -18:150 -11:150",
    ),
    Case(
        "provisional-response",
        "The latest PHQ-9 has one blank; with the blank at its worst it would not be a response.",
        "-31:18 -24:15 -17:13 -10:12 -3:8~1",
        FOUR_WEEKLY,
    ),
    Case(
        "exactly-half",
        "PHQ-9 18 to 9: exactly 50 %, which is a response.",
        "-31:18 -24:15 -17:13 -10:10 -3:9",
        FOUR_WEEKLY,
    ),
    Case(
        "nearly-half",
        "PHQ-9 19 to 10: one point short of a response.",
        "-31:19 -24:16 -17:13 -10:11 -3:10",
        FOUR_WEEKLY,
    ),
    Case(
        "latest-is-zero",
        "The latest PHQ-9 is 0, a true zero and not a missing form.",
        "-50:16 -43:9 -36:5 -29:2 -15:1 -1:0",
        "-46:100 -39:100 -32:100 -25:100 -11:100",
    ),
    Case(
        "poor-technique",
        "Six sessions without improvement, the tablet held for 3 to 4 minutes and swallowed each time.",
        "-45:20 -38:19 -31:18 -24:18 -17:19 -10:18 -3:18",
        "-41:100 -34:100 -27:150 -20:150 -13:200 -6:200",
        every={"hold_min": "3", "swallowed": "yes"},
        last={"hold_min": "4"},
    ),
    Case(
        "relapse-confirmed",
        "PHQ-9 20 to 6, then 14 and 16 on forms ten days apart.",
        "-90:20 -83:14 -76:9 -69:7 -55:6 -41:8 -13:14 -3:16",
        "-86:100 -79:100 -72:100 -65:100 -45:100 -25:100",
    ),
    Case(
        "worse-twice",
        "PHQ-9 has risen reliably above its baseline of 12 on the last three forms.",
        "-45:12 -38:12 -31:13 -24:14 -17:18 -10:19 -3:20",
        "-41:50 -34:50 -27:100 -20:100",
    ),
    Case(
        "gad7-not-improving",
        "PHQ-9 17 to 5, while GAD-7 stays between 14 and 16.",
        "-45:17 -38:13 -31:10 -24:8 -17:7 -10:6 -3:5",
        "-41:100 -34:100 -27:100 -20:100 -13:100 -6:100",
        gad7="-45:16 -38:16 -31:15 -24:15 -17:15 -10:14 -3:14",
    ),
    Case(
        "below-caseness",
        "Treated for anxiety: the PHQ-9 baseline is 7, so its change is not called a response.",
        "-31:7 -24:6 -17:5 -10:5 -3:4",
        FOUR_WEEKLY,
        gad7="-31:15 -24:12 -17:9 -10:7 -3:6",
    ),
    Case(
        "stale-remission",
        "In remission when last asked, seventy days ago, and still being dosed.",
        "-160:17 -153:12 -146:9 -139:6 -132:4 -104:3 -70:3",
        "-156:100 -149:100 -142:100 -135:100 -107:100 -79:100 -51:100 -23:100",
    ),
    Case(
        "gap-then-prorated",
        "No form for sixty days, then one with a blank.",
        "-110:18 -103:14 -96:12 -89:11 -82:10 -22:5~1",
        "-106:100 -99:100 -92:100 -85:100 -57:100 -24:100",
    ),
    Case(
        "only-a-baseline",
        "Two sessions taken, and no form since the baseline.",
        "-22:17",
        "-18:50 -11:50",
    ),
    Case(
        "no-dosing-yet",
        "Enrolled with a baseline; the first session has not taken place.",
        "-3:18",
    ),
    Case(
        "no-baseline",
        "Dosed before the first form was filled in: change cannot be judged.",
        "-21:12 -14:10 -7:9 -1:8",
        "-25:100 -18:100 -11:100 -4:100",
    ),
    Case(
        "stale-baseline",
        "The baseline was filled in 22 days before the first dose.",
        "-50:18 -22:12 -15:10 -8:8 -1:7",
        FOUR_WEEKLY,
    ),
    Case(
        "same-day-unknown",
        "The baseline carries the date of the first dose and no time: before or after is unknown.",
        "-28d:17 -22:13 -15:10 -8:8 -1:7",
        FOUR_WEEKLY,
    ),
    Case(
        "three-blanks",
        "The latest PHQ-9 has three blanks and therefore no total.",
        "-31:18 -24:14 -17:11 -10:8 -3:5~3",
        FOUR_WEEKLY,
    ),
    Case(
        "restart-after-100-days",
        "A second course after a pause of 100 days, with a baseline of its own.",
        "-150:18 -141:12 -134:9 -127:7 -119:6 -29:17 -20:13 -13:10 -6:8",
        "-147:100 -140:100 -133:100 -126:100 -26:100 -19:100 -12:100 -5:100",
    ),
    Case(
        "daily-low-dose",
        "A dose on each of 56 days, 15 to 45 mg: judged by days, not by sessions.",
        "-58:17 -50:16 -43:14 -36:12 -29:11 -22:10 -15:9 -8:8 -1:8",
        DAILY,
        regimen="daily_low_dose",
        has_course_row=True,
    ),
    Case(
        "transferred-in",
        "Came from another clinic in maintenance: the course here begins low.",
        "-66:6 -38:5 -10:6",
        "-64:150 -36:150 -8:150",
        regimen="maintenance",
        has_course_row=True,
    ),
    Case(
        "phq9-totals-only",
        "The forms came from a source that sends totals: item 9 was never seen here.",
        "-31:20 -24:16 -17:12 -10:10 -3:9",
        FOUR_WEEKLY,
        totals_only=True,
    ),
    Case(
        "ptsd-with-pcl-5",
        "A third questionnaire, PCL-5, stands beside PHQ-9 and GAD-7 and has no rules.",
        "-31:16 -24:12 -17:10 -10:8 -3:7",
        FOUR_WEEKLY,
        more_rows={"assessments": PCL5},
    ),
    Case(
        "007",
        "An ordinary responder whose identifier begins with zeros.",
        "-45:18 -38:14 -31:11 -24:9 -17:8 -10:7 -3:6",
        "-41:100 -34:100 -27:100 -20:100 -13:100 -6:100",
    ),
)
