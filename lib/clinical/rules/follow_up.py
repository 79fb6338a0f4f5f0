"""Rules on what is missing: whom the clinic does not see."""

import numpy as np
import pandas as pd

from lib.clinical.instruments import PHQ9
from lib.clinical.policy import Policy
from lib.clinical.response import NOT_ASSESSABLE
from lib.clinical.rules.catalogue import INFO
from lib.clinical.segments import NONE, Bools, Columns, columns_of

# What these rules read of `standing.assess`, and what they say of it: of its 45 columns the fewest.
READ_COLUMNS = (
    *("patient", "instrument", "as_of", "day_0", "has_session", "last_session_on", "ended_on"),
    *("last_valid_on", "category", "reason"),
)


def is_in_treatment(rows: pd.DataFrame, policy: Policy) -> Bools:
    """The course has a counting session in the days to as_of [P] and no end date."""
    names = ("as_of", "last_session_on", "has_session", "ended_on")
    return is_being_treated(columns_of(rows, names), policy)


def is_being_treated(rows: Columns, policy: Policy) -> Bools:
    """The same of columns."""
    is_recent = rows["as_of"] - rows["last_session_on"] <= policy.courses.in_treatment_days
    return rows["has_session"] & (rows["ended_on"] == NONE) & is_recent


def flag_no_recent_score(rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """In treatment, and too long since the later of the last valid PHQ-9 and day 0: row (index), severity, since.

    rows: of `standing.assess`, current courses.
    """
    rows = rows[rows["instrument"] == PHQ9.code]
    found = find_overdue(rows, policy).assign(severity=INFO)
    return found.assign(row=found.index)[["row", "severity", "since"]]


def find_overdue(rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Of current courses, of whatever instrument, those in treatment that are past the limit of no_recent_score, with since: the
    day on which it was passed. The limit is longer in courses older than later_from_day [P]."""
    numbers = policy.no_recent_score
    rows = rows[is_in_treatment(rows, policy)]
    last = np.maximum(rows["last_valid_on"], rows["day_0"])
    later_regime = rows["day_0"] + numbers.later_from_day + 1
    first_limit, later_limit = last + numbers.after_days + 1, last + numbers.later_after_days + 1
    # A patient who was past the later limit when it came into force has been without a score since the first one.
    was_past_both = (first_limit < later_regime) & (later_limit <= later_regime)
    is_early = rows["as_of"] < later_regime
    found = rows.assign(since=np.where(is_early | was_past_both, first_limit, later_limit))
    return found[found["as_of"] >= found["since"]]


def flag_still_unseen(rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Who had passed the first limit when the later one began, and has brought no score since: as flag_no_recent_score."""
    numbers = policy.no_recent_score
    rows = rows[(rows["instrument"] == PHQ9.code) & is_in_treatment(rows, policy)]
    since = np.maximum(rows["last_valid_on"], rows["day_0"]) + numbers.after_days + 1
    later_regime = rows["day_0"] + numbers.later_from_day + 1
    found = rows.assign(row=rows.index, since=since, severity=INFO)
    is_still = (since < later_regime) & (rows["as_of"] >= later_regime)
    return found.loc[is_still, ["row", "severity", "since"]]


def flag_not_assessable(rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """In treatment, the first weeks have passed and there is still no category: row (index), severity, since."""
    rows = rows[(rows["instrument"] == PHQ9.code) & is_in_treatment(rows, policy)]
    rows = rows[rows["category"] == NOT_ASSESSABLE]
    found = rows.assign(
        row=rows.index, since=rows["day_0"] + policy.not_assessable.after_days + 1, severity=INFO
    )
    return found.loc[found["as_of"] >= found["since"], ["row", "severity", "since"]]
