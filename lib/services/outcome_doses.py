"""Dosing sessions as the figures of dose and outcome ask them: read only where somebody opens those."""

import pandas as pd

from lib.clinical.outcomes.session_facts import describe_sessions
from lib.services._scope import clinic_keys
from lib.services.access import Actor, Permission, permitted
from lib.store import bulk_outcomes
from lib.store.engine import Store


@permitted(Permission.SEE_OUTCOMES)
def read_dose_sessions(actor: Actor, store: Store) -> pd.DataFrame:
    """session_facts.SESSION_COLUMNS of every counting session of the actor's clinics, by patient and time."""
    with store.read() as connection:
        scope = clinic_keys(connection, actor)
        sessions = bulk_outcomes.read_dose_sessions(connection, scope)
        events = bulk_outcomes.read_event_moments(connection, scope)
    return describe_sessions(sessions, events)
