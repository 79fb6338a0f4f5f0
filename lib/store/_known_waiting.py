"""Rows that waited at a moment for a patient who arrived later: held, in the copy, and not yet a record."""

import pandas as pd
from sqlalchemy import Connection, Table, delete, select, update

from lib.clinical.frames import KINDS
from lib.store._known_rows import SOURCE, Knowledge
from lib.store.asked import of_patients
from lib.store.expressions import is_one_of
from lib.store.imports import OPEN, RELEASED
from lib.store.records import read_frame
from lib.store.tables import RECORDS, held_row, import_, import_clinic

_PLACE = ["import_key", "line"]


def reopen_what_waited(connection: Connection, knowledge: Knowledge) -> None:
    """A row that was taken later, when its patient arrived, waits still, and what it became is not there.

    A patient's arrival is the first import that brought a record of theirs which had not waited. Where there is none, or the
    patients were a first load, nothing tells when the row was taken: it counts as taken when it was offered.
    """
    query = select(*(held_row.c[name] for name in ("id", *_PLACE, "kind")))
    query = query.join(import_, held_row.c.import_key == import_.c.id)
    query = query.where(held_row.c.state == RELEASED, import_.c.imported_at <= knowledge.until)
    released = read_frame(connection, query)
    if released.empty:
        return
    became = _read_what_they_became(connection, released)
    known = _known_by(connection, became["patient_key"].dropna().astype("int64").unique().tolist(), knowledge)
    became = became[became["patient_key"].notna() & ~became["patient_key"].isin(known)]
    still = became["released"].unique().tolist()
    connection.execute(update(held_row).where(is_one_of(held_row.c.id, still)).values(state=OPEN))
    for name, rows in became.groupby("table"):
        table = held_row if name == held_row.name else RECORDS[str(name)]
        connection.execute(delete(table).where(is_one_of(table.c.id, rows["id"].tolist())))
    _take_from_shares(connection, became[became["table"] != held_row.name])


def _take_from_shares(connection: Connection, records: pd.DataFrame) -> None:
    """How many rows each clinic had got of their imports."""
    for (made, whose), n in records.groupby(["import_key", "clinic_key"]).size().items():
        own = (import_clinic.c.import_key == int(made), import_clinic.c.clinic_key == int(whose))
        less = update(import_clinic).where(*own).values(n_accepted=import_clinic.c.n_accepted - int(n))
        connection.execute(less)
        connection.execute(delete(import_clinic).where(*own, import_clinic.c.n_accepted <= 0))


def _read_what_they_became(connection: Connection, released: pd.DataFrame) -> pd.DataFrame:
    """The record, or the row that waits in its place: released (id of what waited), table, id, patient_key, clinic_key."""
    imports = released["import_key"].unique().tolist()
    found = []
    for table in (*(RECORDS[kind] for kind in released["kind"].unique()), held_row):
        names = ("id", "patient_key", "clinic_key", *_PLACE)
        query = select(*(table.c[name] for name in names))
        rows = read_frame(connection, query.where(is_one_of(table.c.import_key, imports)))
        found.append(rows.assign(table=table.name))
    places = released[["id", *_PLACE]].rename(columns={"id": "released"})
    became = pd.concat(found, ignore_index=True).merge(places, on=_PLACE)
    # Of held rows those that came after it in its place, not itself.
    return became[(became["table"] != held_row.name) | (became["id"] > became["released"])]


def _known_by(connection: Connection, patients: list[int], knowledge: Knowledge) -> list[int]:
    """Of these patients those who had arrived by the moment."""
    held = SOURCE["held_row"]
    waited = read_frame(
        connection, select(*(held.c[name] for name in _PLACE)).where(held.c.state == RELEASED)
    )
    imports = SOURCE["import"].c
    made = read_frame(connection, select(imports.id, imports.imported_at, imports.is_back_loaded))
    made = made.rename(columns={"id": "import_key"})
    brought = pd.concat([_read_places(connection, SOURCE[kind], patients) for kind in KINDS]).merge(made)
    is_first_load = (brought["kind"] == "patients") & (brought["is_back_loaded"] == 1)
    brought = brought.merge(waited.drop_duplicates(), how="left", on=_PLACE, indicator=True)
    had_not_waited = (brought["_merge"] == "left_only").to_numpy()
    arrived = brought[had_not_waited].groupby("patient_key")["imported_at"].min()
    later = set(arrived.index[arrived > knowledge.until])
    return [
        key
        for key in patients
        if key not in later or key in set(brought["patient_key"][is_first_load.to_numpy()])
    ]


def _read_places(connection: Connection, table: Table, patients: list[int]) -> pd.DataFrame:
    query = select(table.c.patient_key, *(table.c[name] for name in _PLACE))
    rows = read_frame(connection, of_patients(query, table, patients))
    return rows[rows["patient_key"].isin(patients)].assign(kind=table.name)
