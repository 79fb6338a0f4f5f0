"""Review marks, and what was touched since one: new versions of records, and withdrawn ones. Everything by patient."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from lib.clinical.frames import KINDS, Kind, stored_columns
from lib.store.asked import Asked
from lib.store.derived_tables import review_mark
from lib.store.imports import OPEN
from lib.store.merges import last_change_of
from lib.store.records import last_said_at
from lib.store.tables import RECORDS, held_row, import_

_LAST_IMPORT = select(func.max(import_.c.id))


def add_review_mark(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(review_mark).values(dict(values)))


def read_last_mark(connection: Connection, patient_key: int, actor: str) -> Mapping[str, Any] | None:
    """The actor's mark that saw the most: pressed in an old tab, an older look does not outrank a newer one. One from before the
    patient was merged, or parted again, saw another page."""
    newest = Asked(_last_mark(), {"patient": patient_key, "by": actor}).read_rows(connection)
    return next(iter(newest), None)


@cache
def _last_mark() -> Select:
    """The query; putting it together costs more than running it."""
    patient: Any = bindparam("patient")
    own = (review_mark.c.patient_key == patient, review_mark.c.actor == bindparam("by"))
    is_of_this_page = review_mark.c.reviewed_at > func.coalesce(last_change_of(patient), -1)
    query = select(review_mark).where(*own, is_of_this_page)
    newest = (
        review_mark.c.covers_import_key.desc(),
        review_mark.c.covers_withdrawn.desc(),
        review_mark.c.id.desc(),
    )
    return query.order_by(*newest).limit(1)


def last_import_key(connection: Connection) -> int:
    """The newest import of the store; 0 where there is none. Writers of an SQLite store wait for each other, so that a
    later import has a higher key."""
    _, [(key,)] = Asked(_LAST_IMPORT).read(connection)
    return int(key or 0)


def event_day(kind: Kind, table: Table) -> ColumnElement[Any]:
    """The column with the day of a kind's event; nothing for a kind without one."""
    if kind.event_column is None:
        return cast(null(), BigInteger)
    return table.c[stored_columns(kind.event_column)[0]]


def _touched(kind: Kind) -> Any:
    table = RECORDS[kind.name]
    day = event_day(kind, table)
    is_later = or_(
        table.c.import_key > bindparam("covers_import_key"),
        table.c.withdrawn_at.is_not(None),
        day > bindparam("on_day"),
    )
    columns = (table.c.key_hash, table.c.import_key, table.c.withdrawn_at, day.label("event_day"))
    name: ColumnElement[str] = literal_column(f"'{kind.name}'")
    return select(name.label("kind"), *columns).where(table.c.patient_key == bindparam("patient"), is_later)


# One question for all kinds: most often there is nothing, and the answer is one round trip away.
_TOUCHED: Any = union_all(*(_touched(kind) for kind in KINDS.values()))


def read_touched(
    connection: Connection, patient_key: int, *, after_import: int, after_day: int
) -> list[dict[str, Any]]:
    """A patient's versions that arrived after an import, are dated after a day, or are withdrawn, whenever that was:
    kind, key_hash, import_key, withdrawn_at, event_day."""
    given = {"patient": patient_key, "covers_import_key": after_import, "on_day": after_day}
    return Asked(_TOUCHED, given).read_rows(connection)


def read_record_versions(
    connection: Connection, kind: str, patient_key: int, key_hashes: Iterable[int]
) -> list[dict[str, Any]]:
    """Every version of these records, withdrawn ones too: the table's columns, event_day, said_at (when it was last said),
    and of its import file_name, import_actor and imported_at."""
    table = RECORDS[kind]
    by_whom = (import_.c.file_name, import_.c.actor.label("import_actor"), import_.c.imported_at)
    day = event_day(KINDS[kind], table).label("event_day")
    query = select(table, day, last_said_at(table).label("said_at"), *by_whom).join(
        import_, table.c.import_key == import_.c.id
    )
    chosen = (table.c.patient_key == patient_key, table.c.key_hash.in_(sorted(key_hashes)))
    rows = connection.execute(query.where(*chosen).order_by(table.c.id)).mappings()
    return [dict(row) for row in rows]


def count_held_since(connection: Connection, patient_key: int, import_key: int) -> int:
    """Rows of the patient that arrived after an import, and still wait because they were not taken."""
    waiting = select(func.count()).select_from(held_row).join(import_)
    waiting = waiting.where(
        held_row.c.patient_key == patient_key,
        held_row.c.import_key > import_key,
        held_row.c.state == OPEN,
        import_.c.undone_at.is_(None),
    )
    return int(connection.execute(waiting).scalar_one())
