"""Which identities were one person at an earlier moment, and so whose rows a closing speaks of."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from lib.store.merges import Merge, follow, read_merges, read_origins


@dataclass(frozen=True)
class Identities:
    """All merges, the oldest first, also those taken back."""

    merges: tuple[Merge, ...]

    def way(self, identity: int) -> list[Merge]:
        """The merges in force that lead from an identity to the one that remains, the innermost first."""
        found: list[Merge] = []
        into = {merge.from_key: merge for merge in self.merges if merge.is_in_force}
        while identity in into:
            found.append(into[identity])
            identity = into[identity].into_key
        return found

    def spoken_of(self, event: int, made_for: int) -> frozenset[int]:
        """The identities whose rows a flag event speaks of. made_for: whose page it was made on.

        Those that were one person then: what came by a later merge was not seen. Nobody, where one of them is a person of its
        own again: nobody knows any more which of the two was assessed.
        """
        then = [merge for merge in self.merges if merge.was_in_force(event)]
        into = {merge.from_key: merge.into_key for merge in then}
        if any(not merge.is_in_force and follow(into, merge.into_key) == made_for for merge in then):
            return frozenset()
        return frozenset(key for key in {*into, made_for} if follow(into, key) == made_for)


def read_identities(connection: Connection) -> Identities:
    return Identities(read_merges(connection))


def first_of(connection: Connection, table: str, rows: pd.DataFrame) -> "pd.Series[int]":
    """Which identity each row was first of. rows: id, patient (whose it is now)."""
    origins = read_origins(connection, table)
    return rows["id"].map(origins).fillna(rows["patient"]).astype("int64") if origins else rows["patient"]


def spread_events(connection: Connection, events: pd.DataFrame) -> pd.DataFrame:
    """Flag events once for each identity that they speak of, which is added as first_of. events: id, patient, …"""
    identities = read_identities(connection)
    if not identities.merges or events.empty:
        return events.assign(first_of=events["patient"])
    made_for = first_of(connection, "flag_event", events)
    spoken_of = [
        sorted(identities.spoken_of(int(event), int(key)))
        for event, key in zip(events["id"], made_for, strict=True)
    ]
    spread = events.assign(first_of=spoken_of).explode("first_of").dropna(subset=["first_of"])
    return spread.astype({"first_of": "int64"}).reset_index(drop=True)
