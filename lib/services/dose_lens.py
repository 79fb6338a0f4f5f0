"""The dose-change lens of a clinic: every patient's totals around dosing sessions, and what is expected without a step."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from lib.clinical.dose_changes import Lens, Looks, fit_lens, select_looks
from lib.clinical.histories import Prepared, prepare
from lib.clinical.instruments import INSTRUMENTS, Instrument
from lib.clinical.policy import Policy
from lib.clinical.sorting import INSTRUMENT, PATIENT
from lib.services._clock import day_number
from lib.services._histories import load_histories
from lib.services._refresh import current_policy
from lib.services._scope import read_names
from lib.services._standing import today
from lib.services.access import Actor, Permission, permitted
from lib.store.engine import Store


@dataclass(frozen=True)
class ClinicLens:
    """By instrument's name. A lens is None where too few totals stand without a step between."""

    looks: Mapping[str, Looks]
    lenses: Mapping[str, Lens | None]


@permitted(Permission.SEE_PATIENTS)
def read_clinic_lens(actor: Actor, store: Store, clinic_id: str) -> ClinicLens:
    """One of the actor's clinics, the same for each of its patients. Raises NotFoundError, with the same words for another's
    clinic and for none."""
    with store.read() as connection:
        policy = current_policy(connection)
        day = day_number(today(connection))
        names = read_names(connection, actor, clinic_id)
        loaded = load_histories(connection, policy, names.index)
    prepared = prepare(loaded.histories.to_day(day), policy)
    sessions = loaded.sessions[loaded.sessions["day"] <= day]
    sessions = sessions.sort_values(["patient", "day", "second"], kind="stable", ignore_index=True)
    looks = {name: _looks(prepared, sessions, one, policy) for name, one in INSTRUMENTS.items()}
    min_looks = policy.expected_course.min_patients
    return ClinicLens(looks, {name: fit_lens(own, min_looks=min_looks) for name, own in looks.items()})


def _looks(prepared: Prepared, sessions: pd.DataFrame, instrument: Instrument, policy: Policy) -> Looks:
    timeline, limits = prepared.timeline, policy.expected_course
    own = timeline.layout.unpack(timeline.keys, INSTRUMENT) == instrument.code
    forms = pd.DataFrame(
        {
            "patient": timeline.layout.unpack(timeline.keys, PATIENT)[own],
            "day": timeline.day[own],
            "total": timeline.total[own],
        }
    )
    return select_looks(
        forms,
        sessions,
        days_after=(limits.min_days_after, limits.max_days_after),
        max_gap=policy.categories.current_days,
    )
