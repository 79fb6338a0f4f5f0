"""What the rules read, on one day."""

from dataclasses import dataclass, field

import pandas as pd

from lib.clinical.care_records import CareRecords
from lib.clinical.histories import Prepared
from lib.clinical.reference import Reference, nobody
from lib.clinical.rules.replay import Ground
from lib.clinical.spans import Points


@dataclass(frozen=True)
class Findings:
    """Everything that the rules read, on one day (as_of), nothing in it dated later.

    rows: `standing.assess` of current courses; points: the same. reference: whom courses are held against.
    phq9_forms: every stored PHQ-9 form and version: patient, day, second, recorded_at, item_9, has_items, is_current_version,
        is_held (not taken), is_closed.
    sessions: counting ones: patient, day, second and SESSION_NUMBERS (float, NaN unknown; yes 1, no 0).
    closings: of item-9 flags, the oldest first: patient, on_day, is_assessed.
    """

    as_of: int
    prepared: Prepared
    points: Points
    rows: pd.DataFrame
    phq9_forms: pd.DataFrame
    sessions: pd.DataFrame
    care: CareRecords
    closings: pd.DataFrame
    reference: Reference = field(default_factory=nobody)

    @property
    def ground(self) -> Ground:
        return Ground(self.prepared, self.reference)


VITAL_SIGNS = (
    *(f"{pressure}_{when}_mmhg" for pressure in ("sbp", "dbp") for when in ("pre", "40", "120")),
    "heart_rate_pre_bpm",
    "spo2_min_pct",
)
# Of each counting session, as recorded; has_contact is 1 where any telehealth contact is recorded, and never 0;
# expected_end_min is the latest end that the protocol which the session names expects (NaN: it names none, or none is stated).
SESSION_NUMBERS = (
    *VITAL_SIGNS,
    *(
        "sedation_moaas",
        "dose_mg",
        "prescribed_mg",
        "hold_min",
        "supervisor_present",
        "has_contact",
        "ae_asked",
        "effect_end_min",
        "expected_end_min",
    ),
)
