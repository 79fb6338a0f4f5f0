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

    def one_with(self, patient: int) -> frozenset[int]:
        """All identities that are this patient now."""
        into = {merge.from_key: merge.into_key for merge in self.merges if merge.is_in_force}
        return frozenset(key for key in {*into, patient} if follow(into, key) == patient)

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
    origins = read_origins(connection, table) if len(rows) else {}
    return rows["id"].map(origins).fillna(rows["patient"]).astype("int64") if origins else rows["patient"]


def spread_events(connection: Connection, events: pd.DataFrame) -> pd.DataFrame:
    """Flag events once for each identity that they speak of, which is added as first_of. events: id, patient, …"""
    spoken_of = _spoken_of(connection, read_identities(connection), events)
    if spoken_of is None:
        return events.assign(first_of=events["patient"])
    spread = events.assign(first_of=[sorted(keys) for keys in spoken_of]).explode("first_of")
    return spread.dropna(subset=["first_of"]).astype({"first_of": "int64"}).reset_index(drop=True)


def speak_of_all(connection: Connection, events: pd.DataFrame) -> "pd.Series[bool]":
    """Whether each flag event speaks of every identity that is its patient now."""
    if events.empty:
        return pd.Series(True, index=events.index)
    identities = read_identities(connection)
    spoken_of = _spoken_of(connection, identities, events)
    if spoken_of is None:
        return pd.Series(True, index=events.index)
    patients = events["patient"].tolist()
    whole = [identities.one_with(int(key)) <= keys for key, keys in zip(patients, spoken_of, strict=True)]
    return pd.Series(whole, index=events.index, dtype=bool)


def speak_of_any(connection: Connection, events: pd.DataFrame) -> "pd.Series[bool]":
    """Whether each flag event speaks of anybody: whom it was made for is still one person, or one with more."""
    spoken_of = _spoken_of(connection, read_identities(connection), events)
    said = [True] * len(events) if spoken_of is None else [bool(keys) for keys in spoken_of]
    return pd.Series(said, index=events.index, dtype=bool)


def are_of_this_page(connection: Connection, events: pd.DataFrame) -> "pd.Series[bool]":
    """Whether each flag event was made on the page that its patient has now, and not while another person was on it."""
    spoken_of = _spoken_of(connection, read_identities(connection), events)
    if spoken_of is None:
        return pd.Series(True, index=events.index)
    made_for = first_of(connection, "flag_event", events)
    own = [key in keys for key, keys in zip(events["patient"].tolist(), spoken_of, strict=True)]
    return pd.Series(own, index=events.index, dtype=bool) & (made_for == events["patient"])


def _spoken_of(
    connection: Connection, identities: Identities, events: pd.DataFrame
) -> list[frozenset[int]] | None:
    """None: nobody was ever merged, and every event speaks of its patient."""
    if not identities.merges:
        return None
    made_for = first_of(connection, "flag_event", events)
    pairs = zip(events["id"].tolist(), made_for.tolist(), strict=True)
    return [identities.spoken_of(int(event), int(key)) for event, key in pairs]
