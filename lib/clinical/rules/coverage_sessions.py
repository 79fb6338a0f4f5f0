"""What the rules on dosing sessions could read, in the latest session and over the current course."""

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lib.clinical.findings import Findings
from lib.clinical.rules.coverage_people import People
from lib.clinical.rules.dose_limits import derive_dose_steps
from lib.clinical.runs import ends_run
from lib.clinical.segments import NONE, Columns, Ints, columns_of, day_keys, take

# By rule, the parts that it reads; a part is known where all of its columns are.
SESSION_FIELDS = MappingProxyType(
    {
        "blood_pressure": (("sbp_pre_mmhg", "dbp_pre_mmhg"), ("sbp_after_mmhg", "dbp_after_mmhg")),
        "sedation": (("sedation_moaas",),),
        "low_oxygen": (("spo2_min_pct",),),
        "slow_recovery": (("effect_end_min", "expected_end_min"),),
        "tolerability": (("ae_known",),),
        "protocol_gaps": (
            ("supervisor_present",),
            ("hold_min",),
            ("has_contact",),
            ("sbp_pre_mmhg", "dbp_pre_mmhg"),
        ),
        "dose_limits": (("ceiling_mg",), ("previous_mg",), ("previous_day", "ordered_days")),
    }
)


# Beside them, the columns that readings after the dose and what is known of adverse events come from.
_AFTER = ("sbp_40_mmhg", "sbp_120_mmhg", "dbp_40_mmhg", "dbp_120_mmhg", "ae_asked")


def count_fields(sessions: Columns, rule: str, people: People) -> tuple[Ints, Ints, Ints, Ints]:
    """For one rule: the parts known in the latest session, all parts, the sessions of the course in which all are known, and all
    sessions. sessions: of describe_sessions."""
    place, known = sessions["place"], _known_parts(sessions, rule)
    is_latest = ends_run(place)
    of_latest = np.zeros(people.n, dtype=np.int64)
    of_latest[place[is_latest]] = known.sum(axis=0)[is_latest]
    n_complete = np.bincount(place[known.all(axis=0)], minlength=people.n)
    n_sessions = np.bincount(place, minlength=people.n)
    return of_latest, np.full(people.n, len(known)), n_complete, n_sessions


def _known_parts(sessions: Columns, rule: str) -> NDArray[np.bool_]:
    """Parts × sessions."""
    return np.array(
        [np.all([~np.isnan(sessions[name]) for name in part], axis=0) for part in SESSION_FIELDS[rule]]
    )


def describe_sessions(findings: Findings, people: People, day_0: Ints) -> Columns:
    """Counting sessions of the current courses, sorted by patient and time, with what the rules read and place (whose it is): a
    reading after the dose, limits, whether adverse events are known. Once for all rules: it is most of what a patient's coverage
    costs. day_0: of the current course, or NONE."""
    steps = derive_dose_steps(findings.sessions, findings.care.orders, findings.care.dose_ceiling_mg)
    read = {name for parts in SESSION_FIELDS.values() for part in parts for name in part}
    every = columns_of(steps, ("patient", "day", *_AFTER, *(name for name in steps if name in read)))
    placed = {**every, "place": people.place(every["patient"])}
    asked = take(placed, placed["place"] != NONE)
    own = take(asked, asked["day"] >= day_0[asked["place"]])
    events = columns_of(findings.care.adverse_events, ("patient", "day"))
    keys, with_event = (day_keys(rows["patient"], rows["day"]) for rows in (own, events))
    is_asked = (own["ae_asked"] == 1) | np.isin(keys, with_event)
    return {
        **own,
        "sbp_after_mmhg": _first_known(own["sbp_40_mmhg"], own["sbp_120_mmhg"]),
        "dbp_after_mmhg": _first_known(own["dbp_40_mmhg"], own["dbp_120_mmhg"]),
        "ae_known": np.where(is_asked, 1.0, np.nan),
    }


def _first_known(first: NDArray, second: NDArray) -> NDArray:
    return np.where(np.isnan(first), second, first)
