"""Which records a closing covers: those stored then and not dated later, which nobody had seen, of who was this patient."""

import numpy as np
import pandas as pd

from lib.clinical.segments import NONE, Ints


def find_first_closings(records: pd.DataFrame, closings: pd.DataFrame, covers: str) -> tuple[Ints, Ints]:
    """Row by row the day of the first closing that covers a record, and the closing's id, or NONE.

    records: id, first_of (the identity that it was first of), day. closings, the oldest first: id, first_of, on_day, and under
    the name `covers` the last record's id that was stored."""
    closed_on, closed_by = np.full(len(records), NONE), np.full(len(records), NONE)
    if records.empty or closings.empty:
        return closed_on, closed_by
    own = {name: records[name].to_numpy() for name in ("first_of", "id", "day")}
    said = {"first_of": closings["first_of"], "closing": closings["id"], "on_day": closings["on_day"]}
    pairs = pd.DataFrame({"row": np.arange(len(records)), **own}).merge(
        pd.DataFrame({"place": np.arange(len(closings)), **said, "last": closings[covers]}), on="first_of"
    )
    pairs = pairs[(pairs["id"] <= pairs["last"]) & (pairs["day"] <= pairs["on_day"])]
    first = pairs.sort_values("place", kind="stable").drop_duplicates("row")
    closed_on[first["row"]], closed_by[first["row"]] = first["on_day"], first["closing"]
    return closed_on, closed_by
