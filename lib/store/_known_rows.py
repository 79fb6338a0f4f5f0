"""Copying what was known at a moment: of each table the rows recorded by then, without what happened to them later."""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    MetaData,
    Table,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from lib.clinical.frames import KINDS, Kind
from lib.store import account_tables as accounts
from lib.store import derived_tables as kept
from lib.store import quality_tables as quality
from lib.store import release_tables as releases
from lib.store import research_tables as research
from lib.store import review_tables as reviews
from lib.store.audit_tables import audit_entry
from lib.store.columns import metadata
from lib.store.packs import pack
from lib.store.retention_tables import legal_hold
from lib.store.tables import (
    RECORDS,
    about,
    clinic,
    held_row,
    import_,
    import_clinic,
    patient_identity,
    source_choice,
)


@dataclass(frozen=True)
class Knowledge:
    """What was known on a day. until: its last second (UTC epoch seconds); day: days since 1970-01-01."""

    on: date
    day: int
    until: int


# The store that is copied, attached under this name.
_SOURCE = MetaData(schema="source")
SOURCE = MappingProxyType({table.name: table.to_metadata(_SOURCE) for table in metadata.sorted_tables})

# What was written down at a moment, and never changed but for the columns of `_LATER`.
WRITTEN_AT = MappingProxyType(
    {
        source_choice: "saved_at",
        kept.flag_event: "happened_at",
        kept.flag_log: "happened_at",
        kept.absence: "happened_at",
        kept.review_mark: "reviewed_at",
        kept.list_opening: "opened_at",
        reviews.review_event: "happened_at",
        reviews.decision: "signed_at",
        reviews.decision_addendum: "happened_at",
        quality.held_row_event: "happened_at",
        quality.quality_count: "counted_at",
        quality.quality_waiver: "happened_at",
        quality.two_people: "happened_at",
        releases.research_subject: "made_at",
        releases.research_release: "made_at",
        releases.research_release_patient: "made_at",
        releases.research_release_event: "happened_at",
        research.cohort: "saved_at",
        pack: "made_at",
    }
)
# Copied whole: what is not needed is taken out when the records are there. A clinic has no day on which it was made.
WHOLE = (clinic, patient_identity, import_, import_clinic, reviews.patient_merge, reviews.merged_row)
COPIED = (*WHOLE, *WRITTEN_AT, *RECORDS.values(), held_row, kept.policy_version, about)
# Worked out anew from what was copied.
WORKED_OUT = (kept.standing, kept.course_score, kept.rule_coverage, kept.open_flag, kept.reference_score)
# Who signs in, and who looked: asked of the store of today.
NOT_COPIED = (accounts.account, accounts.sign_in_session, accounts.broken_glass, audit_entry, legal_hold)
# A day's own: not of the day that is looked back at.
_OF_TODAY = ("flags_as_of", "quality_counted_on", "known_on", "known_until", "n_changes", "recomputing")
_UNDOING = ("undone_at", "undone_by", "undone_why")
_WITHDRAWAL = ("withdrawn_at", "withdrawn_by", "withdrawn_why")
# A day, and what was said on it: not known before.
_DATED_BY = (("ended_on", "end_reason"), ("research_consent_on", "research_consent"))


def copy_known_rows(connection: Connection, knowledge: Knowledge) -> None:
    """Into the empty tables of the copy. Patients, imports and merges are still those of today."""
    for table in WHOLE:
        _copy(connection, table, true())
    for table, name in WRITTEN_AT.items():
        _copy(connection, table, SOURCE[table.name].c[name] <= knowledge.until)
    _copy(connection, held_row, _was_offered(knowledge))
    for kind in KINDS.values():
        _copy(connection, RECORDS[kind.name], _was_recorded(kind, knowledge))
        _forget_later(connection, kind, knowledge)
    _forget(connection, import_, _UNDOING, knowledge)
    _copy_policy(connection, knowledge)
    _copy(connection, about, SOURCE["about"].c.name.not_in(_OF_TODAY))
    own = {"known_on": knowledge.on.isoformat(), "known_until": str(knowledge.until)}
    connection.execute(insert(about), [{"name": name, "value": value} for name, value in own.items()])


def _copy(connection: Connection, table: Table, which: ColumnElement[bool]) -> None:
    source = SOURCE[table.name]
    names = [column.name for column in table.columns]
    chosen = select(*(source.c[name] for name in names)).where(which)
    connection.execute(insert(table).from_select(names, chosen))


def _was_offered(knowledge: Knowledge) -> ColumnElement[bool]:
    """A row that waits; of a first load as its records are, since its event, and without a readable date since ever: a form that
    nobody could read is sooner shown too early than missed."""
    rows, imports = SOURCE["held_row"].c, SOURCE["import"].c
    is_of_first_load = exists().where(imports.id == rows.import_key, imports.is_back_loaded == 1)
    had_come = func.coalesce(rows.event_day, knowledge.day) <= knowledge.day
    return or_(rows.recorded_at <= knowledge.until, and_(is_of_first_load, had_come))


def _was_recorded(kind: Kind, knowledge: Knowledge) -> ColumnElement[bool]:
    """A first load counts as known since each event; what has no event in it, as long as its patient is known."""
    rows = SOURCE[kind.name]
    is_known = rows.c.recorded_at <= knowledge.until
    if kind.event_column:
        return is_known
    imports = SOURCE["import"]
    is_first = (imports.c.is_back_loaded == 1, imports.c.imported_at == rows.c.recorded_at)
    return or_(is_known, exists().where(imports.c.id == rows.c.import_key, *is_first))


def _forget_later(connection: Connection, kind: Kind, knowledge: Knowledge) -> None:
    """What happened to a kind's rows later; and of a first load the days in them that had not come yet."""
    table = RECORDS[kind.name]
    _forget(connection, table, _WITHDRAWAL, knowledge)
    _forget(connection, table, ("said_again_at",), knowledge)
    imported_on = (
        select(import_.c.imported_at / 86_400)
        .where(import_.c.id == table.c.import_key, import_.c.is_back_loaded == 1)
        .scalar_subquery()
    )
    for column in kind.columns:
        if column.type != "date" or column == kind.event_column:
            continue
        said = table.c[column.name]
        values: dict[str, Any] = {column.name: None}
        values |= {name: None for day, name in _DATED_BY if day == column.name and name in table.c}
        # A later day that lay ahead at the load as well is a plan, which may have been made before.
        had_come_since = and_(said > knowledge.day, said <= imported_on)
        connection.execute(update(table).where(had_come_since).values(values))


def _forget(connection: Connection, table: Table, names: tuple[str, ...], knowledge: Knowledge) -> None:
    is_later = table.c[names[0]] > knowledge.until
    connection.execute(update(table).where(is_later).values(dict.fromkeys(names)))


def _copy_policy(connection: Connection, knowledge: Knowledge) -> None:
    """The versions in force by then; before the first one the first, which a first load's days are looked at with."""
    versions = SOURCE["policy_version"].c
    first = select(func.min(versions.version)).scalar_subquery()
    _copy(
        connection,
        kept.policy_version,
        or_(versions.published_at <= knowledge.until, versions.version == first),
    )
