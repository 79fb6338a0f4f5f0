"""Item 9 after a closing: which answers flag again, and which only add to it (docs/further_rules.md, section 7)."""

from pathlib import Path

import pandas as pd
import pytest

from lib.clinical.policy import parse_policy
from lib.clinical.rules.suicidality import flag_suicidality, summarise_persisting
from lib.clinical.segments import NONE

POLICY = parse_policy(Path("data/policy.toml").read_bytes(), "policy.toml", 1)

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
