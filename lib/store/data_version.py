"""Which state of the data a number was made from: the same until something that a figure could read has changed."""

from hashlib import sha256

from sqlalchemy import Connection, func, select

from lib.store.derived_tables import flag_event, policy_version
from lib.store.engine import seeing_every_clinic
from lib.store.review_tables import decision, patient_merge
from lib.store.tables import RECORDS, clinic, held_row, import_, patient_identity

LETTERS = 12


def read_data_version(connection: Connection) -> str:
    """Twelve letters of a sha256 over how many rows each table has, the last of them, and the last that was withdrawn or undone.
    Records are only ever added, and withdrawn at a moment, so that no change leaves all of these as they were. It is the same
    for everybody who looks at the store, and on both databases."""
    with seeing_every_clinic(connection):
        said = _count(connection)
    return sha256(repr(said).encode()).hexdigest()[:LETTERS]


def _count(connection: Connection) -> list[tuple]:
    said = []
    for table in (
        *RECORDS.values(),
        clinic,
        patient_identity,
        held_row,
        flag_event,
        decision,
        policy_version,
    ):
        key = table.c.version if table is policy_version else table.c.id
        numbers = [func.count(), func.max(key)]
        if "withdrawn_at" in table.c:
            numbers += [
                func.count(table.c.withdrawn_at),
                func.max(table.c.withdrawn_at),
                func.sum(table.c.is_current),
                func.count(table.c.said_again_at),
            ]
        if "state" in table.c and table is held_row:
            numbers.append(func.count(func.nullif(table.c.state, "open")))
        said.append((table.name, *connection.execute(select(*numbers).select_from(table)).one()))
    undone = select(func.count(import_.c.undone_at), func.max(import_.c.undone_at))
    merged = select(
        func.count(), func.count(patient_merge.c.unmerged_at), func.max(patient_merge.c.unmerged_at)
    )
    said += [("import", *connection.execute(undone).one()), ("merge", *connection.execute(merged).one())]
    return said
