"""The section Dose changes: each recorded step with the totals around it, and what cannot be said."""

import pytest
from ui_pages import words
from ui_stores import ACTOR, day, make_clinic, patients

from lib.services import review, stores

N_OTHERS = 12


def doses(who: str, *rows: tuple[int, int]) -> list[str]:
    return [f"{who},{day(ago)}T17:00,{mg},taken" for ago, mg in rows]


def forms(who: str, *rows: tuple[int, int]) -> list[str]:
    return [f"{who},PHQ-9,{day(ago)}T09:00,{total}" for ago, total in rows]


WEEKS = (43, 36, 29, 22, 15, 8)
ANN = (
    doses("ann", (36, 100), (29, 100), (22, 150), (15, 150)),
    forms("ann", (43, 18), (36, 18), (29, 15), (22, 17), (15, 13)),
)
LATE = doses("late", (22, 100), (8, 50)), forms("late", (30, 18), (9, 16))
# Whoever never had a step: what totals do by themselves.
OTHERS = [
    (
        doses(f"o{n}", *((ago - 1, 100) for ago in WEEKS)),
        forms(f"o{n}", *((ago, 18 - place - n % 3) for place, ago in enumerate(WEEKS))),
    )
    for n in range(N_OTHERS)
]
FILES = {
    "patients.csv": patients("ann,AB", "late,CD", "none,EF", *(f"o{n},O{n}" for n in range(N_OTHERS))),
    "dosing_sessions.csv": "\n".join(
        [
            "patient_id,started_at,dose_mg,status",
            *ANN[0],
            *LATE[0],
            *(line for one, _ in OTHERS for line in one),
        ]
    ),
    "assessments.csv": "\n".join(
        [
            "patient_id,instrument,assessed_at,total",
            *ANN[1],
            *LATE[1],
            *(line for _, one in OTHERS for line in one),
        ]
    ),
    "adverse_events.csv": f"patient_id,started_at,term,severity\nann,{day(20)},Nausea,mild\nann,{day(25)},Nausea,mild\n",
}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    return make_clinic(tmp_path_factory.mktemp("steps"), FILES)


@pytest.fixture
def open_steps(open_page, clinic):
    people = review.read_caseload(ACTOR, stores.open_store(ACTOR, clinic)).set_index("patient_id")[
        "patient_key"
    ]
    return lambda who: open_page("patient", clinic, patient=str(int(people[who])), section="steps")


def rows(test):
    return [one.value for one in test.dataframe if "Difference" in one.value]


def test_a_step_stands_beside_the_totals_around_it_and_what_was_expected(open_steps):
    test = open_steps("ann")
    phq9, gad7 = rows(test)
    row = {name: str(value).replace("\u00a0", " ") for name, value in phq9.iloc[0].items()}
    assert row["Step"].endswith("100 → 150 mg taken (2 sessions)")
    assert row["Totals"] == "15 → 17, then 13 in 7 d"
    assert row["Adverse events"] == "1 → 1 in 28 d"
    assert row["Read with care"].startswith("followed a total that was not better")
    expected, difference = (
        float(row["Expected"].replace("−", "-")),
        float(row["Difference"].split()[0].replace("−", "-")),
    )
    # The only step of the clinic: nothing says how much steps differ, so the mean of steps is its own.
    assert difference == pytest.approx(-4 - expected, abs=0.11)
    assert gad7["Difference"].tolist() == ["unknown"]
    assert "never that the step did it" in words(test)


def test_what_was_not_measured_is_unknown(open_steps):
    phq9, _ = rows(open_steps("late"))
    assert phq9["Expected"].tolist() == phq9["Difference"].tolist() == ["unknown"]
    assert phq9["Totals"].tolist() == ["not recorded"]
    assert "no two totals before it" in phq9["Read with care"].iloc[0]


def test_without_a_step_it_says_so(open_steps):
    test = open_steps("none")
    assert rows(test) == [] and "No dose step is recorded." in words(test)
