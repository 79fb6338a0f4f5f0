"""Every number of mg or mg/kg on every page, on paper and in alt texts is what the store's records say (dose_words names each).

By default a sample of patients, chosen so that every kind of record and of flag with a dose is among them; every patient under
PROVE=1. The draft of the rules shows a number in force as a placeholder, and a correction the stored one: neither is a value.
"""

import os
import re

import pytest
from dose_records import Patient, read_patients
from dose_words import Finding, find_wrong
from ui_stores import day, make_clinic, phq9
from ui_texts import Shown, read_texts

from lib.ui.patient_sections import SECTIONS

PLANTED = (
    *(
        "dose-steps-of-50",
        "partial-doses",
        "missed-sessions",
        "no-dosing-yet",
        "restart-after-100-days",
        "daily-low-dose",
    ),
    *("transferred-in", "poor-technique"),
)
RULES_PARTS = (
    {"part": "rules", "rule": "dose_limits"},
    {"part": "tables", "table": "anaesthesia"},
    {"part": "budget"},
    {"part": "versions"},
    {"part": "draft", "table": "dose_limits"},
    {"part": "draft", "table": "anaesthesia"},
)
HEADER = "patient_id,started_at,dose_mg,prescribed_mg,status"


def taken(who: str, ago: int, dose: object, prescribed: object = "", status: str = "taken") -> str:
    return f"{who},{day(ago)}T17:00,{dose},{prescribed},{status}"


# What the demo has nobody for: limits that were passed, doses that nobody ordered, more taken than dispensed.
LIMITS = {
    "patients.csv": "\n".join(
        [
            "patient_id,initials,clinic_id,sex,birth_year,dose_ceiling_mg",
            *(
                "above ceiling,AB,main,female,1980,120",
                "large step,CD,main,female,1980,",
                "both,EF,main,male,1975,200",
            ),
            *(
                "overuse,GH,main,male,1970,",
                "never ordered,IJ,main,female,1990,",
                "stopped,KL,main,female,1990,",
            ),
        ]
    ),
    "dosing_sessions.csv": "\n".join(
        [
            HEADER,
            *(taken("above ceiling", ago, dose) for ago, dose in ((30, 100), (16, 112.5), (2, 150))),
            *(
                taken("large step", ago, dose, of)
                for ago, dose, of in ((30, 40, 75), (16, 75, 75), (2, 150, 150))
            ),
            *(taken("both", ago, dose) for ago, dose in ((20, 50), (10, 75), (3, 225))),
            *(taken("overuse", ago, dose) for ago, dose in ((30, 200), (16, 300), (2, 300))),
            *(
                taken("never ordered", ago, dose)
                for ago, dose in ((140, 50), (133, 100), (20, 62.5), (6, 87.5))
            ),
            *(taken("stopped", ago, dose, dose) for ago, dose in ((60, 100), (53, 150))),
            taken("stopped", 46, "", 150, "missed"),
        ]
    ),
    "dose_orders.csv": "\n".join(
        [
            "patient_id,ordered_at,dose_mg,interval_days,clinician_id,reason",
            f"stopped,{day(61)}T09:00,100,7,dr-a,",
            f"stopped,{day(54)},150,,,",
            f"stopped,{day(40)}T09:00,0,,dr-a,stop",
            *(f"overuse,{day(ago)}T09:00,{dose},14,dr-b," for ago, dose in ((31, 200), (17, 300))),
        ]
    ),
    "dispensing.csv": f"patient_id,dispensed_on,tablets,strength_mg,lot\noveruse,{day(31)},5,100,L1\n",
    "observations.csv": "\n".join(
        [
            "patient_id,observed_at,kind,value",
            *(
                f"{who},{day(ago)},weight_kg,{kg}"
                for who, ago, kg in (("both", 40, 71), ("both", 5, 69), ("overuse", 90, 83))
            ),
        ]
    ),
    "assessments.csv": phq9(
        *(
            (who, ago, "222222220")
            for who in ("above ceiling", "large step", "both", "overuse")
            for ago in (41, 1)
        ),
        *(("never ordered", ago, "222222220") for ago in (141, 100, 21, 1)),
    ),
}


def is_whole() -> bool:
    return os.environ.get("PROVE") == "1"


@pytest.fixture(scope="module")
def demo(demo_url) -> dict[int, Patient]:
    return read_patients(demo_url)


@pytest.fixture(scope="module")
def sample(demo) -> list[Patient]:
    """Of the demo: each planted for a reason, some with a decision, a ceiling or no weight; everyone under PROVE=1."""
    people = list(demo.values())
    if is_whole():
        return people
    kinds = (
        [one for one in people if one.decided and one.decided[0][1]],
        [one for one in people if one.decided and not one.decided[0][1]],
        [one for one in people if one.ceiling],
        [one for one in people if one.last and one.last.weight is None],
    )
    chosen = [one for one in people if one.patient_id in PLANTED] + [kind[0] for kind in kinds]
    return list({one.key: one for one in chosen}.values())


@pytest.fixture(scope="module")
def limits_url(tmp_path_factory) -> str:
    return make_clinic(tmp_path_factory.mktemp("limits"), LIMITS)


@pytest.fixture(scope="module")
def limits(limits_url) -> dict[int, Patient]:
    return read_patients(limits_url)


def whose(shown: Shown, people: dict[int, Patient]) -> Patient | None:
    """The patient that a row of a list is about."""
    who = re.split(r" · |, ", (shown.row or {}).get("Patient", ""))[0]
    return next((one for one in people.values() if one.patient_id == who), None)


def wrong_on(test, patient: Patient | None, people: dict[int, Patient]) -> list[Finding]:
    return [
        found
        for shown in dict.fromkeys(map(hashable, read_texts(test)))
        for found in find_wrong(as_shown(shown), patient or whose(as_shown(shown), people))
    ]


def hashable(shown: Shown) -> tuple:
    return (shown.place, shown.text, tuple((shown.row or {}).items()), shown.under)


def as_shown(said: tuple) -> Shown:
    return Shown(said[0], said[1], dict(said[2]), said[3])


@pytest.mark.parametrize("section", SECTIONS)
def test_every_dose_of_a_patients_page_is_recorded(section, open_page, sample, demo):
    wrong = [
        (one.patient_id, found)
        for one in sample
        for found in wrong_on(open_page("patient", patient=str(one.key), section=section), one, demo)
    ]
    assert wrong == []


@pytest.mark.parametrize("section", ["review", "sessions", "steps", "exposure", "context"])
def test_doses_beyond_a_limit_and_doses_nobody_ordered(section, open_page, limits, limits_url):
    wrong = [
        (one.patient_id, found)
        for one in limits.values()
        for found in wrong_on(
            open_page("patient", limits_url, patient=str(one.key), section=section), one, limits
        )
    ]
    assert wrong == []
