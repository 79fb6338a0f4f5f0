"""What the rules on records beside forms and sessions could read."""

import numpy as np
import pandas as pd

from lib.clinical.care_records import UPPER_LIMIT_OF, CareRecords
from lib.clinical.rules.coverage_people import People, Reach, simple_reach
from lib.clinical.rules.organ_signals import derive_liver_values, find_urinary_answers
from lib.clinical.runs import ends_run
from lib.clinical.segments import NONE, Bools, Ints


def reach_of_care(care: CareRecords, people: People, day_0: Ints) -> dict[str, Reach]:
    """By rule. day_0: of the current course, or NONE."""
    has_course = day_0 != NONE

    def has(rows: pd.DataFrame, which: Bools | None = None) -> Ints:
        patient = rows["patient"].to_numpy(dtype=np.int64)
        return 1 * (people.count(patient if which is None else patient[which]) > 0)

    fills, orders, medicines = care.dispensing, care.orders, care.medications
    has_unknown_fill = has(fills, np.isnan(fills["strength_mg"].to_numpy(dtype=float)))
    has_interval = has(orders, ~np.isnan(orders["interval_days"].to_numpy(dtype=float)))
    has_unnamed = has(medicines, (medicines["class"] == "").to_numpy(dtype=bool))
    is_seen = 1 * (care.in_person_on[people.keys] != NONE)
    return {
        "urinary_symptoms": simple_reach(has_course, _has_answered(care, people, day_0), 1),
        "liver_enzymes": simple_reach(has_course, _count_limited(care, people), len(UPPER_LIMIT_OF)),
        "misuse_signals": simple_reach(has_course, has(fills) * (1 - has_unknown_fill) + has_interval, 2),
        "benzodiazepine": simple_reach(has_course, has(medicines) * (2 - has_unnamed), 2),
        "integration_missed": simple_reach(has_course, has(care.practices), 1),
        "in_person_due": simple_reach(has_course, is_seen, 1),
    }


def _has_answered(care: CareRecords, people: People, day_0: Ints) -> Ints:
    """Whether urinary symptoms were said to be there or not since the course began."""
    patient, day = find_urinary_answers(care)
    place = people.place(patient)
    is_asked = place != NONE
    is_since = day[is_asked] >= day_0[place[is_asked]]
    return 1 * (people.count(patient[is_asked][is_since]) > 0)


def _count_limited(care: CareRecords, people: People) -> Ints:
    """How many of the enzymes have an upper limit beside their last value."""
    values = derive_liver_values(care.observations)
    if values.empty:
        return np.zeros(people.n, dtype=np.int64)
    patient, kind = values["patient"].to_numpy(dtype=np.int64), values["kind"].to_numpy(dtype=object)
    is_last = ends_run(patient)
    is_last[:-1] |= kind[1:] != kind[:-1]
    return people.count(patient[is_last & values["upper_limit"].notna().to_numpy()])
