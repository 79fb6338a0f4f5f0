"""Status of everyone: histories in, the columns of `status` out, in one go over all that is stored."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.histories import Histories, Sorted, prepare_sorted, select_points, sort_histories
from lib.clinical.policy import Policy
from lib.clinical.standing import assess_outcome
from lib.clinical.status import derive_status

# Of 4.8 million forms parts of so many took two thirds of the time that one part of all took: what is made of a part on the way
# stays in a core's cache. Smaller ones pay more for the calls than for the work.
RECORDS_A_PART = 100_000


def derive_status_of_all(
    histories: Histories, as_of: int, policy: Policy, n_threads: int = 2
) -> pd.DataFrame:
    """`patient` and the columns of derive_status, a row a patient's current course and instrument, in their order.

    n_threads: NumPy lets go of the interpreter while it computes, so that parts run beside each other."""
    parts = sort_histories(histories.to_day(as_of)).parts(RECORDS_A_PART)

    def assess_part(part: Sorted) -> dict[str, NDArray]:
        prepared = prepare_sorted(part, policy)
        points = select_points(prepared, as_of, with_earlier_courses=False)
        return assess_outcome(prepared, points, policy)

    with ThreadPoolExecutor(n_threads) as pool:
        found = list(pool.map(assess_part, parts))
    rows = pd.DataFrame({name: np.concatenate([one[name] for one in found]) for name in found[0]}, copy=False)
    status = derive_status(rows, policy)
    status.insert(0, "patient", rows["patient"])
    return status
