"""Sessions beyond a limit that is on record: the patient's own dose ceiling, or the date of the next in-person evaluation."""

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Ints

OVER, WITHIN, UNKNOWN = STATES = ("over", "within", "unknown")
LIMITS = ("ceiling", "in_person")


def derive_limits(
    sessions: pd.DataFrame, dose_ceiling_mg: np.ndarray, in_person_on: Ints, policy: Policy
) -> pd.DataFrame:
    """The sessions with ceiling and in_person (of STATES), ceiling_mg and evaluated_on (NaN, NONE: none recorded by then).

    In person: over where the session lies more than [policy in_person_due.after_days] after the last evaluation. Only the last
    one is on record: of a session before it nobody knows which one was the last then. sessions: counting ones: patient, day,
    dose_mg. dose_ceiling_mg, in_person_on: by patient key.
    """
    ceiling = dose_ceiling_mg[sessions["patient"]]
    dose, day = sessions["dose_mg"].to_numpy(dtype=float), sessions["day"].to_numpy(dtype=np.int64)
    last = in_person_on[sessions["patient"]]
    evaluated = np.where(last <= day, last, NONE)
    is_late = day - evaluated > policy.in_person_due.after_days
    return sessions.assign(
        ceiling_mg=ceiling,
        ceiling=np.select([np.isnan(ceiling), dose > ceiling], [UNKNOWN, OVER], WITHIN),
        evaluated_on=evaluated,
        in_person=np.select([evaluated == NONE, is_late], [UNKNOWN, OVER], WITHIN),
    )


def summarise_limits(judged: pd.DataFrame) -> pd.DataFrame:
    """limit (of LIMITS), n_over, n_within, n_unknown: sessions; they add up to all of them."""
    rows = [
        (name, *(int((judged[name] == state).sum()) for state in (OVER, WITHIN, UNKNOWN))) for name in LIMITS
    ]
    return pd.DataFrame(rows, columns=["limit", "n_over", "n_within", "n_unknown"])
