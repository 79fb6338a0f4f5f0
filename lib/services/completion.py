"""Which forms were due at which time point of the courses, and which of them there are."""

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from lib.clinical.histories import prepare
from lib.clinical.operations.completion import derive_completion, select_begun, summarise_completion
from lib.clinical.policy import Policy
from lib.clinical.status import dates
from lib.services._histories import load_scores
from lib.services._operations_ground import read_ground
from lib.services._reading import next_reading
from lib.services.access import Actor, Permission, permitted
from lib.store import operations
from lib.store.engine import Store


@dataclass(frozen=True)
class Completion:
    """counts: completion.COMPLETION_COLUMNS. n_courses: begun in the span. missing: forms that were due and are not there:
    patient_key, patient_id, clinic_id, instrument (code), point, day_0 (date); empty for whoever may not see patients."""

    as_of: date
    since: date
    counts: pd.DataFrame
    n_courses: int
    missing: pd.DataFrame
    policy: Policy
    reading: int = field(default_factory=next_reading)


@permitted(Permission.SEE_OUTCOMES)
def read_completion(actor: Actor, store: Store, weeks: int, clinic_id: str = "") -> Completion:
    """Of courses whose first dose lies in the weeks to today; only their patients are loaded."""
    with store.read() as connection:
        ground = read_ground(connection, actor, weeks, clinic_id)
        dosed = operations.read_dosed(connection, ground.days)
        chosen = [key for key in dosed if key in ground.people.index]
        histories = load_scores(connection, ground.policy, chosen).to_day(ground.last)
        deaths = operations.read_deaths(connection, len(histories.ended_on))
    prepared = prepare(histories, ground.policy)
    points = select_begun(prepared, ground.days, ground.last)
    due = derive_completion(prepared, points, deaths, ground.policy)
    due = ground.own(due).join(ground.people[["clinic_id"]], on="patient")
    missing = ground.name(due[~due["is_done"]].drop(columns=["is_done", "clinic_id"]))
    return Completion(
        ground.as_of,
        ground.since,
        summarise_completion(due),
        len(due.drop_duplicates(["patient", "day_0"])),
        missing.assign(day_0=dates(missing["day_0"].astype("int64"))),
        ground.policy,
    )
