"""What is asked about typed doses before a decision is signed, on both sides of each limit."""

from pathlib import Path

import pandas as pd
import pytest

from lib.clinical.decision_answers import Answers
from lib.clinical.decision_doses import ask_about_doses, find_doses, is_typed_again
from lib.clinical.policy import parse_policy

POLICY = parse_policy(Path("data/policy.toml").read_bytes(), "policy.toml", 1)
ON = pd.Timestamp("2026-11-03")


def doses(*rows: tuple) -> pd.DataFrame:
    """(dose, prescribed) of sessions, the oldest first."""
    frame = pd.DataFrame(rows, columns=["dose_mg", "prescribed_mg"]).astype("Float64")
    return frame.assign(on=ON)


# Case -> (sessions: taken, prescribed; orders; ceiling; old and new dose; what each question is about).
CASES: dict[str, tuple] = {
    "no new dose": ([(100, None)], [], None, 70, None, []),
    "50 mg more": ([(100, None)], [], None, 100, 150, []),
    "more than 50 mg, and 50 % or less": ([(200, None)], [], None, 200, 300, []),
    "more than 50 mg and more than 50 %": (
        [(100, None)],
        [],
        None,
        100,
        151,
        ["51 mg above the 100 mg taken"],
    ),
    "more than 50 %, and 50 mg or less": ([(50, None)], [], None, 50, 100, []),
    "a zero too many": ([(100, None)], [], None, 100, 1500, ["1400 mg above the 100 mg taken"]),
    "half of what was prescribed was taken": ([(100, 200)], [], None, 100, 200, []),
    "the last session counts": ([(300, None), (100, None)], [], None, 100, 300, ["200 mg above"]),
    "a step counts from what was taken, not from what is typed": (
        [(100, None)],
        [],
        None,
        300,
        350,
        ["Old dose 300 mg: on record is 100 mg taken on 3 Nov 2026", "250 mg above the 100 mg taken"],
    ),
    "the old dose is the prescribed one": ([(100, 120)], [], None, 120, 150, []),
    "the old dose is the ordered one": ([(100, None)], [(140, None)], None, 140, 150, []),
    "an order since is lower": (
        [(100, None)],
        [(50, None)],
        None,
        50,
        110,
        ["60 mg above the 50 mg ordered"],
    ),
    "an order since is higher": (
        [(100, None)],
        [(150, None)],
        None,
        150,
        200,
        ["100 mg above the 100 mg taken"],
    ),
    "no session: a step counts from the order": ([], [(100, None)], None, 100, 200, ["100 mg ordered"]),
    "nothing on record: a step counts from what is typed": ([], [], None, 100, 200, ["100 mg typed"]),
    "nothing on record, and nothing typed": ([], [], None, None, 200, []),
    "at the ceiling": ([(100, None)], [], 150, 100, 150, []),
    "above the ceiling": ([(100, None)], [], 140, 100, 150, ["recorded ceiling of 140 mg"]),
    "a ceiling of 0 is one": ([(100, None)], [], 0, 100, 90, ["recorded ceiling of 0 mg"]),
    "down": ([(100, None)], [], None, 100, 50, []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_asked_about_doses(case):
    sessions, orders, ceiling, old, new, about = CASES[case]
    patient = pd.Series({"dose_ceiling_mg": ceiling}) if ceiling is not None else pd.Series(dtype=object)
    on_record = find_doses(patient, doses(*sessions), doses(*orders))
    asked = ask_about_doses(Answers(old_dose_mg=old, new_dose_mg=new), on_record, POLICY)
    assert len(asked) == len(about)
    for said, part in zip(asked, about, strict=True):
        assert part in said


@pytest.mark.parametrize(
    ("new", "again", "is_same"),
    [(150, 150, True), (150, 150.001, True), (150, 15, False), (150, None, False), (None, None, False)],
)
def test_typed_again(new, again, is_same):
    assert is_typed_again(Answers(new_dose_mg=new, new_dose_again_mg=again)) is is_same
