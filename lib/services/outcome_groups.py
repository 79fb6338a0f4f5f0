"""What parts courses into groups: the patients' own facts, and the protocol of each course's first session."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.groups import Part, part_courses
from lib.services._scope import clinic_keys
from lib.services.access import Actor, Permission, permitted
from lib.store import bulk_outcomes
from lib.store.engine import Store
from lib.store.records import read_clinics


@dataclass(frozen=True)
class About:
    """people: by patient key, columns of bulk_outcomes.read_groups. protocols: by patient key and day. clinics: id by key,
    of those in sight."""

    people: pd.DataFrame
    protocols: pd.Series
    clinics: Mapping[int, str]

    def part(self, facts: Facts) -> list[Part]:
        """Every way to part these courses."""
        about = self.people.reindex(facts.patient).reset_index(drop=True)
        first = pd.MultiIndex.from_arrays([facts.patient, facts.day_0])
        about["protocol"] = self.protocols.reindex(first).to_numpy()
        return part_courses(facts, about, self.clinics)


@permitted(Permission.SEE_OUTCOMES)
def read_about(actor: Actor, store: Store) -> About:
    """Of the actor's clinics."""
    with store.read() as connection:
        scope = clinic_keys(connection, actor)
        clinics = read_clinics(connection)
        clinics = clinics if scope is None else clinics[clinics["clinic_key"].isin(scope)]
        people = bulk_outcomes.read_groups(connection, scope)
        protocols = bulk_outcomes.read_first_protocols(connection, scope)
    return About(people, protocols, dict(zip(clinics["clinic_key"], clinics["clinic_id"], strict=True)))
