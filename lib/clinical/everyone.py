"""Status of everyone: histories in, the columns of `status` out, in one go over all that is stored."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.histories import Histories, Sorted, prepare_sorted, select_points, sort_histories
from lib.clinical.policy import Policy
from lib.clinical.standing import assess_outcome
from lib.clinical.status import derive_status

# Forms, or sessions, that are worked out together. Too few, and the calls cost beside the work; one part a core, and one of them
# waits for the other. Of 4.8 million forms, parts of 400,000 took 690 ms on two cores, of 800,000 645, of 2.4 million 630 and at
# times 900.
RECORDS_A_PART = 800_000


def derive_status_of_all(
    histories: Histories, as_of: int, policy: Policy, n_threads: int = 2
) -> pd.DataFrame:
    """`patient` and the columns of derive_status, a row a patient's current course and instrument, in their order.

    n_threads: parts run beside each other; NumPy lets go of the interpreter while it computes."""

    def assess_part(part: Sorted) -> dict[str, NDArray]:
        prepared = prepare_sorted(part, policy)
        return assess_outcome(prepared, select_points(prepared, as_of, with_earlier_courses=False), policy)

    with ThreadPoolExecutor(n_threads) as pool:
        in_order = sort_histories(histories.to_day(as_of), pool.map)
        parts = list(pool.map(assess_part, in_order.parts(RECORDS_A_PART)))
        # Numbers are joined before they become words and dates: joining pandas' own columns took as long as making them.
        joined = pool.map(lambda name: np.concatenate([part[name] for part in parts]), parts[0])
        rows = pd.DataFrame(dict(zip(parts[0], joined, strict=True)), copy=False)
        status = derive_status(rows, policy, pool.map)
    status.insert(0, "patient", rows["patient"])
    return status
