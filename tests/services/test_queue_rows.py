"""How long a patient has waited in the queue: as long as what puts them where they stand."""

from datetime import date

import pandas as pd
import pytest

from lib.clinical.rules.catalogue import SEVERITIES
from lib.clinical.segments import NONE
from lib.services._clock import day_number
from lib.services._queue_rows import one_row_a_patient

AS_OF = date(2026, 11, 29)


def flag(rule: str, severity: str, days: int) -> dict:
    return {
        "patient_key": 1,
        "rule": rule,
        "severity": SEVERITIES.index(severity),
        "since": day_number(AS_OF) - days,
        "instrument": NONE,
        "evidence": "",
        "is_eased": pd.NA,
        "set_aside": "",
        "until_day": pd.NA,
        "is_escalated": False,
        "owner": "",
        "in_charge": "",
        "waits_hours": 0,
    }


# Case -> flags, and days waited.
CASES = {
    "one flag": ([flag("relapse", "high", 7)], 7),
    "an older flag of less urgency is not what the row waits for": (
        [flag("worsening_without_baseline", "high", 43), flag("not_assessable", "info", 155)],
        43,
    ),
    "of the same urgency the older one": (
        [flag("relapse", "high", 7), flag("reliable_deterioration", "high", 70)],
        70,
    ),
    "a critical flag of today": ([flag("blood_pressure", "critical", 0), flag("relapse", "high", 90)], 0),
}


@pytest.mark.parametrize(("flags", "days"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("turn", [1, -1])
def test_a_row_waits_for_what_it_stands_there_for(flags, days, turn):
    (row,) = one_row_a_patient(pd.DataFrame(flags[::turn]), AS_OF).to_dict("records")
    assert row["days_waiting"] == days
