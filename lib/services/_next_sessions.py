"""When each patient's next dosing session is: as somebody planned it, or as the last order's interval would have it."""

import numpy as np
import pandas as pd

from lib.clinical.care_records import CareRecords
from lib.clinical.policy import Policy
from lib.clinical.rules.follow_up import is_in_treatment

# A plan is a record; a day by the order is arithmetic on two records, and nobody has planned it.
PLANNED, BY_ORDER = "planned", "by order"


def find_next_sessions(
    plans: pd.DataFrame, care: CareRecords, sessions: pd.DataFrame, standing: pd.DataFrame, policy: Policy
) -> pd.DataFrame:
    """patient_key, day, second, basis, last_day (of the last counting session), interval_days, ordered_day; what is unknown, or
    not a part of the basis, is NA. Every open plan; where a patient in treatment has none, the last session and the interval of
    the last order. plans: of read_open_plans. standing: of standing_on."""
    last = sessions.groupby("patient")["day"].max().rename("last_day").rename_axis("patient_key")
    planned = plans.assign(basis=PLANNED, interval_days=np.nan, ordered_day=pd.NA)
    planned = planned.join(last, on="patient_key")
    ordered = care.orders.sort_values(["day", "second"], kind="stable").drop_duplicates(
        "patient", keep="last"
    )
    ordered = ordered[ordered["interval_days"] > 0].rename(
        columns={"patient": "patient_key", "day": "ordered_day"}
    )
    treated = standing.loc[is_in_treatment(standing, policy), "patient"]
    is_asked = ordered["patient_key"].isin(treated) & ~ordered["patient_key"].isin(plans["patient_key"])
    by_order = ordered[is_asked].drop(columns="second").join(last, on="patient_key", how="inner")
    # An interval of half days is due when it is over.
    day = (by_order["last_day"] + np.ceil(by_order["interval_days"])).astype("int64")
    by_order = by_order.assign(day=day, second=pd.NA, basis=BY_ORDER)
    columns = ["patient_key", "day", "second", "basis", "last_day", "interval_days", "ordered_day"]
    types = {"second": "Int64", "last_day": "Int64", "ordered_day": "Int64", "interval_days": "Float64"}
    both = [rows[columns].astype(types) for rows in (planned, by_order)]
    return pd.concat(both, ignore_index=True).sort_values(["day", "second"], kind="stable", ignore_index=True)
