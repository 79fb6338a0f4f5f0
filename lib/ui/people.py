"""Everyone in the reader's clinics, as a reading with a number of its own."""

from dataclasses import dataclass
from itertools import count

import pandas as pd

from lib.services import review
from lib.services.access import Actor
from lib.services.errors import Store

# Below those that the services give.
_READINGS = count(-1, -1)


@dataclass(frozen=True)
class People:
    """rows: of lib.services.review.read_caseload. reading: a number that no other reading has."""

    rows: pd.DataFrame
    reading: int


def read_people(actor: Actor, store: Store) -> People:
    return People(review.read_caseload(actor, store), next(_READINGS))
