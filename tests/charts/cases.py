"""Made-up patients whose figures were looked at, by name."""

from collections.abc import Callable
from datetime import date, timedelta

from charts.made_up import make_history

from lib.clinical.history import PatientHistory

RESPONDER = """
2026-02-24       PHQ-9 20 i9=2
2026-02-24       GAD-7 13
2026-03-03 07:30 PHQ-9 18 i9=1
2026-03-03 07:35 GAD-7 12
2026-03-02       order 50
2026-03-03 09:00 dose 50 prescribed=50 bp=124/80
2026-03-10       order 100
2026-03-10 09:00 dose 100 prescribed=100 bp=126/84
2026-03-10 20:00 PHQ-9 15 i9=1
2026-03-10 20:00 GAD-7 11
2026-03-17 09:00 dose 100 prescribed=100 bp=122/78
2026-03-17 20:00 PHQ-9 13 i9=1
2026-03-17 20:00 GAD-7 10
2026-03-24       order 150
2026-03-24 09:00 dose 150 prescribed=150 bp=130/82
2026-03-24 20:00 PHQ-9 9 i9=0
2026-03-24 20:00 GAD-7 9
2026-03-31 09:00 dose 150 prescribed=150 bp=128/82
2026-03-31 20:00 PHQ-9 8 i9=0
2026-03-31 20:00 GAD-7 7
2026-04-07 20:00 PHQ-9 7 i9=0
2026-04-07 20:00 GAD-7 6
"""
NON_RESPONDER = """
2026-08-30 PHQ-9 21 i9=1
2026-08-30 GAD-7 16
2026-09-01 19:00 dose 50 prescribed=50 bp=132/86
2026-09-05 19:00 dose 50 prescribed=50 bp=134/86
2026-09-09 19:00 dose 100 prescribed=100 bp=130/84
2026-09-13 19:00 dose 100 prescribed=100 bp=136/88
2026-09-14 PHQ-9 20 i9=1
2026-09-14 GAD-7 15
2026-09-20 19:00 dose 150 prescribed=150 bp=138/88
2026-09-27 19:00 dose 150 prescribed=150 bp=138/86
2026-09-28 PHQ-9 19 i9=1
2026-09-28 GAD-7 16
2026-10-04 19:00 dose 200 prescribed=200 bp=140/88
2026-10-12 PHQ-9 20 i9=2
2026-10-12 GAD-7 15
"""
RELAPSE = """
2026-05-01 PHQ-9 22 i9=2
2026-05-01 GAD-7 14
2026-05-04 18:00 dose 100 prescribed=100 bp=118/76
2026-05-08 18:00 dose 100 prescribed=100
2026-05-12 18:00 dose 150 prescribed=150 bp=120/76
2026-05-18 PHQ-9 11 i9=1
2026-05-18 GAD-7 9
2026-05-26 18:00 dose 150 prescribed=150 bp=118/78
2026-06-01 PHQ-9 6 i9=0
2026-06-01 GAD-7 5
2026-06-15 PHQ-9 6 i9=0
2026-06-15 GAD-7 5
2026-06-29 PHQ-9 13 i9=0
2026-06-29 GAD-7 9
2026-07-10 PHQ-9 17 i9=1
2026-07-10 GAD-7 12
status PHQ-9 category=relapse
"""
GAP_AND_PRORATED = """
2026-03-01 PHQ-9 17 i9=1
2026-03-01 GAD-7 10
2026-03-02 10:00 dose 100 prescribed=100
2026-03-06 10:00 dose 100 prescribed=100
2026-03-15 PHQ-9 14 i9=1
2026-03-15 GAD-7 9
2026-03-15 PHQ-9 13 i9=1 superseded
2026-05-14 PHQ-9 11 p=10..13 i9=blank
2026-05-14 GAD-7 6 p=5..8
2026-05-10 10:00 dose 100 prescribed=100
2026-05-24 PHQ-9 - blank=4 i9=blank
"""
LATEST_ZERO = """
2026-03-01 PHQ-9 16 i9=0
2026-03-01 GAD-7 11
2026-03-02 10:00 dose 100
2026-03-09 10:00 dose 100
2026-03-16 PHQ-9 5 i9=0
2026-03-16 GAD-7 4
2026-03-23 PHQ-9 0 i9=0
2026-03-23 GAD-7 0
"""
ITEM_9_BLANK = """
2026-03-01 PHQ-9 15 i9=3
2026-03-02 10:00 dose 100 prescribed=100 bp=120/80
2026-03-09 10:00 dose 100 prescribed=100 bp=122/80
2026-03-10 PHQ-9 12 i9=2
2026-03-17 PHQ-9 9 p=8..11 i9=blank
2026-03-24 PHQ-9 8 items=no
2026-03-31 PHQ-9 7 p=6..9 i9=blank
status PHQ-9 is_provisional=true
"""
RESTART = """
2026-01-02 PHQ-9 19 i9=1
2026-01-02 GAD-7 12
2026-01-05 09:00 dose 50 prescribed=50 course=1
2026-01-12 09:00 dose 100 prescribed=100 course=1
2026-01-19 09:00 dose 100 prescribed=100 course=1
2026-01-20 PHQ-9 10 i9=0
2026-01-20 GAD-7 8
2026-02-03 PHQ-9 7 i9=0
2026-02-03 GAD-7 6
2026-05-05 PHQ-9 17 i9=1
2026-05-05 GAD-7 13
2026-05-10 09:00 dose 50 prescribed=50 course=2 bp=128/80
2026-05-17 09:00 dose 100 prescribed=100 course=2 bp=128/80
2026-05-24 09:00 dose 150 prescribed=150 course=2 bp=126/84
2026-05-25 PHQ-9 12 i9=0
2026-05-25 GAD-7 9
2026-06-08 PHQ-9 11 i9=0
2026-06-08 GAD-7 9
"""
STEPS_AND_PRESSURE = """
2026-03-01 PHQ-9 18 i9=1
2026-03-01 GAD-7 12
2026-03-02 order 100
2026-03-03 09:00 dose 100 bp=128/82 prescribed=100
2026-03-10 09:00 dose 100 bp=128/84 prescribed=100 moaas=3
2026-03-10 09:40 event nausea
2026-03-12 order 150
2026-03-17 09:00 dose - status=missed prescribed=150
2026-03-18 PHQ-9 14 i9=1
2026-03-18 GAD-7 12
2026-03-24 09:00 dose 75 status=partial prescribed=150 bp=138/88 supervisor=no
2026-03-31 09:00 dose 150 bp=164/102 prescribed=150
2026-03-31 11:00 event headache_<b>&_$x$ severity=moderate
2026-04-01 PHQ-9 11 i9=0
2026-04-01 GAD-7 9
2026-04-03 order 100
2026-04-05 life antidepressant_changed
2026-04-07 09:00 dose 100 bp=136/84 bp40=182/104 prescribed=100
2026-04-07 12:00 event vomiting severity=severe serious
2026-04-12 09:00 dose 100 bp=128/82 prescribed=100
2026-04-14 PHQ-9 9 i9=0
2026-04-14 GAD-7 8
"""
EVERYTHING = """
2024-05-01       medication venlafaxine class=snri
undated          medication clonazepam class=benzodiazepine until=2026-03-20
2026-03-24       medication bupropion class=ndri
2019-01-01       life moved_house
2026-02-26       order 100 every=7 by=dr-moreno reason=starting_dose
2026-03-01 20:00 PHQ-9 19 i9=1 staff
2026-03-01 20:00 GAD-7 13
2026-03-01 20:00 PCL-5 52
2026-03-03 09:00 dose 100 prescribed=100 bp=128/82 per_kg=1.4 dissociation=8 moaas=4 supervisor=yes asked=yes
2026-03-04 20:00 integration journaling minutes=20 tags=relief;new_perspective
2026-03-10       order 150 every=7 by=dr-moreno reason=step_up,_tolerated
2026-03-10 09:00 dose 150 prescribed=150 bp=130/84 dissociation=6 moaas=5 supervisor=yes asked=yes
2026-03-10 09:50 event Vomiting severity=mild
2026-03-11       life bereavement
2026-03-12       integration therapy
2026-03-15 20:00 PHQ-9 16 p=14..20 i9=0 staff
2026-03-15 20:00 GAD-7 12
2026-03-15 20:00 PCL-5 41
2026-03-17       order 150 every=14
2026-03-17 09:00 dose 150 status=missed prescribed=150
2026-03-23       life antidepressant_changed
2026-03-24       order 100 every=14
2026-03-31 09:00 dose 100 prescribed=100 bp=162/98 supervisor=no
2026-04-01 20:00 PHQ-9 12 i9=0 staff
2026-04-01 20:00 GAD-7 9
2026-04-02 20:00 PCL-5 -
2026-04-05       order 100 every=14
2026-04-12       life admission
2026-04-14       order 0
2026-04-14 20:00 PHQ-9 9 p=8..11 i9=blank staff
2026-04-14 20:00 GAD-7 8
2026-04-14 20:00 PCL-5 30
"""


def _daily() -> str:
    start = date(2026, 6, 1)
    rows = ["2026-05-30 PHQ-9 14 i9=0", "2026-05-30 GAD-7 12"]
    for day in range(40):
        on = start + timedelta(days=day)
        dose = 25 if day < 20 else 30
        status = " status=missed" if day in (11, 12) else ""
        amount = "-" if status else dose
        rows.append(f"{on} 21:00 dose {amount} prescribed={dose} bp={118 + day % 5}/78{status}")
        if day % 7 == 6:
            rows += [f"{on} PHQ-9 {13 - day // 7} i9=0", f"{on} GAD-7 {11 - day // 7}"]
    return "\n".join(rows)


def _two_years() -> str:
    start = date(2024, 10, 1)
    rows = ["2024-09-28 PHQ-9 23 i9=2", "2024-09-28 GAD-7 18"]
    for week in range(110):
        on = start + timedelta(weeks=week)
        if week < 8 or week % 4 == 0:
            pressure = "bp=166/98" if week in (3, 40, 44, 80) else "bp=126/80"
            dose = 100 if week < 4 else 150 if week < 30 else 200 if week < 60 else 175
            rows.append(f"{on} 10:00 dose {dose} prescribed={dose} {pressure}")
        if week % 2 == 0 and not 50 < week < 62:
            rows += [f"{on} 20:00 PHQ-9 {max(4, 20 - week) + week * 7 % 5} i9={int(week % 9 == 0)}"]
            rows += [f"{on} 20:00 GAD-7 {max(3, 16 - week) + week * 3 % 4}"]
    return "\n".join(rows)


def _many_events() -> str:
    start = date(2026, 4, 1)
    rows = ["2026-03-30 PHQ-9 27 i9=0", "2026-03-30 GAD-7 21"]
    for number in range(16):
        on = start + timedelta(days=5 * number)
        rows.append(
            f"{on} 10:00 dose {50 + 10 * number} prescribed={50 + 10 * number} bp={150 + number}/9{number % 10}"
        )
        rows.append(
            f"{on} 12:00 event dissociative_distress_and_vomiting {'severity=severe' if number == 9 else ''}"
        )
        rows.append(f"{on} PHQ-9 {27 - number} i9={number % 4}")
    return "\n".join(rows)


CASES: dict[str, Callable[[], PatientHistory]] = {
    "responder confirmed": lambda: make_history(RESPONDER, "2026-04-12"),
    "non-responder": lambda: make_history(NON_RESPONDER, "2026-11-20"),
    "relapse": lambda: make_history(RELAPSE, "2026-07-14"),
    "only a baseline": lambda: make_history("2026-11-10 PHQ-9 18 i9=0\n2026-11-10 GAD-7 9", "2026-11-20"),
    "baseline and first dose": lambda: make_history(
        "2026-10-01 PHQ-9 18 i9=0\n2026-10-02 dose 100 prescribed=100", "2026-11-20"
    ),
    "no form": lambda: make_history(
        "2026-11-01 09:00 dose 100 prescribed=100\n2026-11-08 09:00 dose 100 prescribed=100", "2026-11-20"
    ),
    "nothing at all": lambda: make_history("", "2026-11-20"),
    "60-day gap and a prorated form": lambda: make_history(GAP_AND_PRORATED, "2026-06-10"),
    "latest is zero": lambda: make_history(LATEST_ZERO, "2026-03-27"),
    "item 9 blank": lambda: make_history(ITEM_9_BLANK, "2026-04-02"),
    "daily low dose": lambda: make_history(_daily(), "2026-07-12"),
    "restart": lambda: make_history(RESTART, "2026-06-12"),
    "steps and pressure": lambda: make_history(STEPS_AND_PRESSURE, "2026-04-20", dose_ceiling_mg=200),
    "everything": lambda: make_history(EVERYTHING, "2026-04-20"),
    "two years": lambda: make_history(_two_years(), "2026-11-20", dose_ceiling_mg=250),
    "no baseline": lambda: make_history(
        "2026-03-02 10:00 dose 100\n2026-03-20 PHQ-9 12 items=no\n2026-04-01 PHQ-9 10 items=no", "2026-04-04"
    ),
    "low and old baseline": lambda: make_history(
        "2025-12-10 PHQ-9 3 i9=0\n2025-12-10 GAD-7 2\n2026-01-02 10:00 dose 100 prescribed=100\n"
        "2026-01-20 PHQ-9 1 i9=0\n2026-01-20 GAD-7 20",
        "2026-01-24",
    ),
    "many events": lambda: make_history(_many_events(), "2026-06-20"),
    "no total": lambda: make_history(
        "2026-03-01 PHQ-9 - blank=5 i9=2\n2026-03-02 10:00 dose 100\n2026-03-20 PHQ-9 - blank=3 i9=1",
        "2026-04-04",
    ),
    "severe and worse": lambda: make_history(
        "2026-03-01 PHQ-9 20 i9=2\n2026-03-01 GAD-7 15\n2026-03-02 09:00 dose 100 prescribed=100\n"
        "2026-03-14 PHQ-9 24 i9=3\n2026-03-14 GAD-7 20\n2026-03-20 PHQ-9 27 i9=3\n2026-03-20 GAD-7 21",
        "2026-04-10",
    ),
}
