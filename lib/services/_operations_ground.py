"""What every count of the Operations page begins with: whose patients, which days, which policy, and whether names are said."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from lib.clinical.policy import Policy
from lib.services import _clock
from lib.services._refresh import current_policy
from lib.services._scope import clinic_keys
from lib.services._standing import today
from lib.services.access import Actor, Permission, can
from lib.store.engine import Transaction
from lib.store.records import read_patients


@dataclass(frozen=True)
class Ground:
    """last: today; first: so many weeks before. people: index patient_key: patient_id, clinic_id, clinic_key. may_name: whether
    whoever asks may see patients."""

    policy: Policy
    first: int
    last: int
    people: pd.DataFrame
    may_name: bool

    @property
    def as_of(self) -> date:
        return _clock.day_of(self.last)

    @property
    def since(self) -> date:
        return _clock.day_of(self.first)

    @property
    def days(self) -> tuple[int, int]:
        return self.first, self.last

    def own(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of patients that are asked about. rows: patient."""
        return rows[rows["patient"].isin(self.people.index)].reset_index(drop=True)

    def name(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows with patient_key, patient_id, clinic_id in place of patient; none of them for whoever may not see patients."""
        seen = rows if self.may_name else rows.iloc[:0]
        named = seen.join(self.people[["patient_id", "clinic_id"]], on="patient")
        return named.rename(columns={"patient": "patient_key"}).reset_index(drop=True)


def read_ground(connection: Transaction, actor: Actor, weeks: int, clinic_id: str = "") -> Ground:
    """The actor's clinics, or one of them, over some weeks that end today."""
    policy, scope = current_policy(connection), clinic_keys(connection, actor)
    last = _clock.day_number(today(connection))
    people = read_patients(connection, clinics=scope)
    if clinic_id:
        people = people[people["clinic_id"] == clinic_id]
    return Ground(
        policy,
        last - 7 * weeks + 1,
        last,
        people.set_index("patient_key"),
        can(actor, Permission.SEE_PATIENTS),
    )
