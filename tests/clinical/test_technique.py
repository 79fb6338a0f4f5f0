"""Technique of a course: counts with their coverage. What is not recorded is neither good nor bad."""

from pathlib import Path

import pandas as pd
import pytest

from lib.clinical.plain_rows import Row, rows_of
from lib.clinical.protocols import parse_protocols
from lib.clinical.rules.catalogue import RULES
from lib.clinical.technique import is_response_poor, summarise_technique

PROTOCOLS = parse_protocols(
    (Path(__file__).resolve().parents[2] / "data" / "protocols.toml").read_bytes(), "protocols.toml"
)
COLUMNS = ["status", "counts", "course", "hold_min", "swallowed", "food_h", "supervisor_present"]


def course(*rows: tuple) -> list[Row]:
    """(status, counts, course, hold, swallowed, food, supervisor)."""
    return rows_of(
        pd.DataFrame(rows, columns=COLUMNS).astype(
            {"course": "Int64", "hold_min": "Float64", "swallowed": "boolean", "food_h": "Float64"}
            | {"supervisor_present": "boolean", "status": "string", "counts": bool}
        )
    )


MIXED = course(
    ("taken", True, 1, 2, True, 1, False),  # an earlier course, which is not spoken of
    ("taken", True, 2, 3, True, 2, True),
    ("taken", True, 2, 9.5, True, 4, True),
    ("partial", True, 2, 10, False, None, False),
    ("missed", False, 2, None, None, None, None),
    ("planned", False, 2, None, None, None, None),
    ("taken", False, 2, None, None, None, None),  # a dose of 0
    ("", True, 2, None, None, None, None),  # nothing recorded but the dose
)


@pytest.fixture
def mixed():
    return summarise_technique(MIXED, PROTOCOLS)


def test_the_hold_is_compared_with_the_page_that_states_one(mixed):
    assert mixed.hold.values == (3, 9.5, 10) and mixed.hold.n_sessions == 4
    assert mixed.hold.median == 9.5
    assert mixed.n_short == 2, "10 minutes are not under 10"
    assert mixed.hold_reference.name == "odt-at-home"


def test_yes_no_and_not_recorded_are_three_counts(mixed):
    assert (mixed.swallowed.n_yes, mixed.swallowed.n_no, mixed.swallowed.n_unknown) == (2, 1, 1)
    assert (mixed.supervisor.n_yes, mixed.supervisor.n_no, mixed.supervisor.n_unknown) == (2, 1, 1)


def test_food_is_counted_where_it_is_recorded(mixed):
    assert mixed.food_h.values == (2, 4) and mixed.food_h.n_recorded == 2 and mixed.food_h.n_sessions == 4


def test_taken_missed_planned_and_others_are_all_that_is_recorded(mixed):
    assert (mixed.n_recorded, mixed.n_taken, mixed.n_partial) == (7, 4, 1)
    assert (mixed.n_missed, mixed.n_planned, mixed.n_other) == (1, 1, 1)


def test_nothing_recorded_is_no_short_hold():
    found = summarise_technique(course(("taken", True, 1, None, None, None, None)), PROTOCOLS)
    assert found.hold.values == () and found.hold.median is None and found.n_short == 0
    assert found.swallowed.n_unknown == found.supervisor.n_unknown == 1


def test_a_hold_of_0_is_a_hold():
    found = summarise_technique(course(("taken", True, 1, 0, None, None, None)), PROTOCOLS)
    assert found.hold.values == (0,) and found.n_short == 1


def test_without_a_page_that_states_a_hold_none_is_short():
    found = summarise_technique(MIXED, {"sublingual-tablet": PROTOCOLS["sublingual-tablet"]})
    assert found.hold_reference is None and found.n_short == 0


@pytest.mark.parametrize("rows", [(), (("missed", False, 1, None, None, None, None),)])
def test_without_a_counting_session_there_is_no_technique(rows):
    assert summarise_technique(course(*rows), PROTOCOLS) is None


def status(**category: str) -> list[dict]:
    return [{"instrument": name.replace("_", "-"), "category": said} for name, said in category.items()]


@pytest.mark.parametrize(
    ("category", "is_poor"),
    [
        ("no response", True),
        ("partial", True),
        ("worse", True),
        ("relapse", True),
        ("response", False),
        ("remission", False),
        ("below caseness", False),
        ("not assessable", False),
    ],
)
def test_a_phq_9_short_of_response_asks_for_technique(category, is_poor):
    assert is_response_poor(status(PHQ_9=category, GAD_7="remission"), []) is is_poor


def test_a_gad_7_alone_does_not_but_its_flag_does():
    assert not is_response_poor(status(PHQ_9="response", GAD_7="no response"), [])
    assert is_response_poor(status(PHQ_9="response", GAD_7="no response"), ["gad7_non_response"])


ABOUT_SOMETHING_ELSE = {
    *(
        "suicidality_item_9",
        "item_9_not_answered",
        "blood_pressure",
        "sedation",
        "low_oxygen",
        "slow_recovery",
    ),
    *("tolerability", "urinary_symptoms", "liver_enzymes", "dose_limits", "misuse_signals", "protocol_gaps"),
    *("benzodiazepine", "stale_baseline", "integration_missed", "in_person_due"),
    *("no_recent_score", "not_assessable"),
}


@pytest.mark.parametrize("rule", RULES)
def test_flags_on_the_response_ask_for_it_and_safety_flags_do_not(rule):
    assert is_response_poor(status(), [rule]) is (rule not in ABOUT_SOMETHING_ELSE)
