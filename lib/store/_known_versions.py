"""What follows, in a copy, from what is not in it: who was not known yet, which flags were open, which version in force."""

from sqlalchemy import Connection, delete, func, insert, literal, select, union

from lib.store._known_rows import Knowledge
from lib.store.columns import metadata
from lib.store.derived_tables import flag_log, open_flag
from lib.store.expressions import is_one_of
from lib.store.tables import RECORDS, held_row, import_, import_clinic, patient_identity
from lib.store.withdrawals import put_last_in_force


def take_out_unknown_patients(connection: Connection, knowledge: Knowledge) -> None:
    """Of whom nothing dated had been recorded; and imports that had not been made and of which nothing is known."""
    known = union(
        *(
            select(table.c.patient_key).where(table.c.recorded_at.between(1, knowledge.until))
            for table in RECORDS.values()
        ),
        select(held_row.c.patient_key).where(held_row.c.patient_key.is_not(None)),
    )
    is_unknown = patient_identity.c.id.not_in(select(known.subquery().c.patient_key))
    unknown = connection.execute(select(patient_identity.c.id).where(is_unknown)).scalars().all()
    for table in metadata.tables.values():
        if "patient_key" in table.c:
            connection.execute(delete(table).where(is_one_of(table.c.patient_key, unknown)))
    connection.execute(delete(patient_identity).where(is_one_of(patient_identity.c.id, unknown)))
    needed = union(*(select(table.c.import_key) for table in (*RECORDS.values(), held_row)))
    was_made = import_.c.imported_at <= knowledge.until
    is_needed = import_.c.id.in_(select(needed.subquery().c.import_key))
    connection.execute(delete(import_).where(~was_made, ~is_needed))
    connection.execute(delete(import_clinic).where(import_clinic.c.import_key.not_in(select(import_.c.id))))


def put_logged_flags_in_place(connection: Connection) -> None:
    """The flags that were open by the log of what each refresh changed: a critical one stays open beyond its finding. The
    limit of a flag is not in the log."""
    last = select(func.max(flag_log.c.id)).group_by(
        flag_log.c.patient_key, flag_log.c.rule, flag_log.c.instrument
    )
    own = (
        "patient_key",
        "rule",
        "instrument",
        "clinic_key",
        "severity",
        "since",
        "policy_version",
        "evidence",
    )
    said = {"trigger_record": "", "threshold": "as when it was found"}
    rows = select(*(flag_log.c[name] for name in own), *(literal(text) for text in said.values()))
    rows = rows.where(flag_log.c.id.in_(last), flag_log.c.change != "ended")
    connection.execute(insert(open_flag).from_select([*own, *said], rows))


def put_versions_in_force(connection: Connection) -> None:
    """Where not every version is in force, the last that was said and not withdrawn."""
    for table in RECORDS.values():
        keys = connection.execute(select(table.c.key_hash).where(table.c.is_current == 0).distinct())
        put_last_in_force(connection, table, keys.scalars())
