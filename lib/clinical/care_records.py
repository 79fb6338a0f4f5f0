"""What is recorded of a patient's care beside forms and counting sessions, in bulk, as the further rules read it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lib.clinical.segments import NONE, Ints

# The observations that rules read; each analyte stands beside the upper limit of normal that its laboratory gave.
URINARY = "urinary_symptoms"
UPPER_LIMIT_OF = {"alt_u_l": "alt_uln_u_l", "ggt_u_l": "ggt_uln_u_l"}
KINDS_READ = (URINARY, *UPPER_LIMIT_OF, *UPPER_LIMIT_OF.values())


@dataclass(frozen=True)
class CareRecords:
    """Frames in any order; patient is the patient key, day and the names in _on days since 1970-01-01, NONE unknown.

    adverse_events: patient, day, term, severity ("": not recorded), is_serious (1, 0, NONE), closed_on (the day on which a named
    clinician closed the critical flag that it raised, or NONE). observations: patient, day, kind (KINDS_READ), value (text).
    medications: patient, name, class ("": not recorded), started_on, ended_on.
    dispensing: patient, day, tablets, strength_mg (NaN: not recorded). orders: patient, day, second, interval_days (NaN).
    practices: patient, day. By patient key: dose_ceiling_mg (NaN: none recorded), in_person_on (the last one, NONE).
    """

    adverse_events: pd.DataFrame
    observations: pd.DataFrame
    medications: pd.DataFrame
    dispensing: pd.DataFrame
    orders: pd.DataFrame
    practices: pd.DataFrame
    dose_ceiling_mg: np.ndarray
    in_person_on: Ints

    def to_day(self, as_of: int) -> "CareRecords":
        """Without anything dated after a day; an end or a visit after it is not known yet."""
        dated = ("adverse_events", "observations", "dispensing", "orders", "practices")
        if self._last_day(dated) <= as_of:
            return self
        frames = {name: getattr(self, name) for name in dated}
        medications = self.medications[self.medications["started_on"] <= as_of]
        ended_on = medications["ended_on"].where(medications["ended_on"] <= as_of, NONE)
        return replace(
            self,
            **{name: frame[frame["day"] <= as_of] for name, frame in frames.items()},
            medications=medications.assign(ended_on=ended_on),
            in_person_on=np.where(self.in_person_on <= as_of, self.in_person_on, NONE),
        )

    def _last_day(self, dated: Sequence[str]) -> int:
        days = [getattr(self, name)["day"].to_numpy() for name in dated]
        days += [self.medications[name].to_numpy() for name in ("started_on", "ended_on")]
        return max(int(one.max(initial=NONE)) for one in (*days, self.in_person_on))
