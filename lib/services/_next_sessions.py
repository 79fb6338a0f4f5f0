"""When each patient's next dosing session is: as somebody planned it, or as the last order's interval would have it."""

import numpy as np
import pandas as pd

# A plan is a record; a day by the order is arithmetic on two records, and nobody has planned it.
PLANNED, BY_ORDER = "planned", "by order"
_TYPES = {
    "patient_key": "int64",
    "day": "int64",
    "second": "Int64",
    "last_day": "Int64",
    "interval_days": "Float64",
}


def find_next_sessions(
    plans: pd.DataFrame, orders: pd.DataFrame, last_sessions: "pd.Series[int]"
) -> pd.DataFrame:
    """patient_key, day, second, last_day (of the last session), interval_days, basis; what is unknown, or not a part of the
    basis, is NA. Every open plan; where a patient in treatment has none, the last session and the interval of the last order.
    plans: of read_open_plans. orders: of read_last_orders. last_sessions: of find_last_sessions."""
    planned = plans.assign(last_day=pd.NA, interval_days=np.nan, basis=PLANNED)
    is_asked = orders["patient_key"].isin(last_sessions.index) & ~orders["patient_key"].isin(
        plans["patient_key"]
    )
    ordered = orders[is_asked].join(last_sessions.rename("last_day"), on="patient_key")
    # An interval of half days is due when it is over.
    day = ordered["last_day"] + np.ceil(ordered["interval_days"])
    ordered = ordered.assign(day=day, second=pd.NA, basis=BY_ORDER)
    both = [rows[[*_TYPES, "basis"]].astype(_TYPES) for rows in (planned, ordered)]
    return pd.concat(both).sort_values(["day", "second", "patient_key"], ignore_index=True)
