"""What each refresh changed in the open flags, and who looks after whose flags: both only ever added to."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, insert, select

from lib.clinical.brought_closings import read_findings
from lib.clinical.dose_review import NOT_SEEN_RULES
from lib.clinical.flag_keeping import KEY, join_findings
from lib.clinical.flag_life import EVENTS, PLACING, WRONG
from lib.clinical.instruments import BY_CODE
from lib.clinical.rules.catalogue import CRITICAL, INFO, ITEM_9, TOLERABILITY
from lib.clinical.segments import NONE
from lib.store.asked import chosen, of_clinics, of_patients
from lib.store.brought_closings import read_brought
from lib.store.derived_tables import absence, flag_event, flag_log, open_flag
from lib.store.identities import speak_of_any
from lib.store.records import read_frame
from lib.store.saving import insert_rows
from lib.store.tables import clinic

CLOSED = "closed"


def read_open_rows(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """Open flags as they are kept: the columns of open_flag."""
    rows = read_frame(connection, of_patients(select(open_flag), open_flag, patients))
    return chosen(rows, patients, "patient_key")


def read_closed_findings(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """What named clinicians closed: patient_key, rule, instrument, evidence. Closings of earlier releases carry none. Of adverse
    events those after which the flag did not change: a closing covers records, and later ones may have the same words."""
    names = ("id", "patient_key", "rule", "instrument", "evidence")
    query = select(*(flag_event.c[name] for name in names)).where(
        flag_event.c.event == CLOSED, flag_event.c.evidence.is_not(None), flag_event.c.instrument.is_not(None)
    )
    query = query.where((flag_event.c.rule != TOLERABILITY) | ~_has_changed_since())
    closed = chosen(read_frame(connection, of_patients(query, flag_event, patients)), patients, "patient_key")
    events = closed.rename(columns={"patient_key": "patient"})
    # Closed while another identity was this patient, and is not any more: nobody knows for whom.
    closed = closed[speak_of_any(connection, events)].drop(columns="id")
    brought = _read_brought_findings(connection, patients)
    return pd.concat([closed, brought], ignore_index=True) if len(brought) else closed


def _has_changed_since() -> ColumnElement[bool]:
    """Whether the flag of an act changed in a refresh after the one that the act brought about."""
    later = select(flag_log.c.id).where(*(flag_log.c[name] == flag_event.c[name] for name in KEY))
    return later.where(flag_log.c.happened_at > flag_event.c.happened_at).exists()


def _read_brought_findings(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """The same of closings that files brought; of item 9 and adverse events they name records, and no finding."""
    brought = read_brought(connection, patients)
    brought = brought[~brought["rule"].isin((ITEM_9, TOLERABILITY))]
    codes = {one.name: one.code for one in BY_CODE}
    said = [join_findings(dict.fromkeys(read_findings(one), "")) for one in brought["evidence"]]
    return pd.DataFrame(
        {
            "patient_key": brought["patient"],
            "rule": brought["rule"],
            "instrument": brought["instrument"].map(codes).fillna(NONE).astype("int64"),
            "evidence": pd.Series(said, index=brought.index, dtype=object),
        }
    )


def holds_log(connection: Connection) -> bool:
    return connection.execute(select(flag_log.c.id).limit(1)).first() is not None


def add_log_rows(connection: Connection, rows: pd.DataFrame) -> None:
    """rows: the columns of flag_log but its key."""
    insert_rows(connection, flag_log, rows)


def read_flag_log(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """What changed in the open flags, the oldest first: the columns of flag_log."""
    query = of_patients(_log(), flag_log, patients)
    return chosen(read_frame(connection, query), patients, "patient_key")


@cache
def _log() -> Select:
    """The query; putting one together costs as much as running it."""
    return select(flag_log).order_by(flag_log.c.id)


def read_open_acts(connection: Connection, patients: Iterable[int]) -> pd.DataFrame:
    """What people did about flags of these patients that are open, the oldest first: id, KEY, event, actor, happened_at,
    until_day, reason_code, note, to_actor, evidence."""
    return chosen(
        read_frame(connection, of_patients(_open_acts(), open_flag, patients)), patients, "patient_key"
    )


@cache
def _open_acts() -> Select:
    names = ("event", "actor", "happened_at", "until_day", "reason_code", "note", "to_actor", "evidence")
    return _select_of_open(flag_event, names).where(flag_event.c.event.in_(EVENTS))


def read_open_log(connection: Connection, patients: Iterable[int]) -> pd.DataFrame:
    """What changed in open flags of these patients that are critical or that somebody did something about, the oldest first: id,
    KEY, change, evidence, happened_at. The others have no story: nobody has looked at them, and nobody is late."""
    return chosen(
        read_frame(connection, of_patients(_open_log(EVENTS), open_flag, patients)), patients, "patient_key"
    )


def read_queue_flags(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """Open flags that may stand on a card, and those that were called wrong, with others of their patients; in the columns that
    a queue is made of: patient_key, rule, instrument, severity, since, evidence, is_eased, is_waiting, clinic_id."""
    return read_frame(connection, of_clinics(_queue_flags(), open_flag, clinics))


@cache
def _queue_flags() -> Select:
    """A third of all open flags are only for the patient's page: what dose_review lets stand on no card is not read."""
    names = ("patient_key", "rule", "instrument", "severity", "since", "evidence", "is_eased", "is_waiting")
    query = select(*(open_flag.c[name] for name in names), clinic.c.clinic_id).join(clinic)
    stands = ~((open_flag.c.severity == INFO) & open_flag.c.rule.not_in(NOT_SEEN_RULES))
    waits = func.coalesce(open_flag.c.is_waiting, 0) == 1
    wrong = select(flag_event.c.patient_key).where(flag_event.c.event == WRONG)
    return query.where((stands & ~waits) | open_flag.c.patient_key.in_(wrong))


def read_queue_acts(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """Of these clinics (None: of all) what decides where open flags stand in the queue: columns of read_open_acts. Of flags that
    are not critical looks and contacts decide nothing, and are most of what is done."""
    return read_frame(connection, of_clinics(_queue_acts(), open_flag, clinics))


@cache
def _queue_acts() -> Select:
    decides = flag_event.c.event.in_(PLACING) | (open_flag.c.severity == CRITICAL)
    return _open_acts().where(decides)


def read_queue_log(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """What changed in open flags of these clinics that are critical, or were set aside, put back or handed over: columns of
    read_open_log."""
    return read_frame(connection, of_clinics(_open_log(PLACING), open_flag, clinics))


@cache
def _open_log(events: Sequence[str]) -> Select:
    """Of flags that are critical, or that one of these events happened to."""
    acts = select(flag_event.c.patient_key).where(flag_event.c.event.in_(events))
    acts = acts.where(*(flag_event.c[name] == open_flag.c[name] for name in KEY))
    query = _select_of_open(flag_log, ("change", "evidence", "happened_at"))
    return query.where((open_flag.c.severity == CRITICAL) | acts.exists())


def _select_of_open(table: Table, names: Sequence[str]) -> Select:
    is_of = and_(*(table.c[name] == open_flag.c[name] for name in KEY))
    columns = (table.c.id, *(table.c[name] for name in (*KEY, *names)))
    return select(*columns).join(open_flag, is_of).order_by(table.c.id)


def read_urgent_log(connection: Connection, since: int) -> pd.DataFrame:
    """flag_log, the oldest first, of patients with a critical or item-9 flag that is open, or changed from a moment on:
    clinic_key, patient_key, rule, instrument, change, severity, happened_at."""
    names = ("clinic_key", "patient_key", "rule", "instrument", "change", "severity", "happened_at")
    changed = select(flag_log.c.patient_key).where(flag_log.c.happened_at >= since, _is_urgent(flag_log))
    waits = select(open_flag.c.patient_key).where(_is_urgent(open_flag))
    query = select(*(flag_log.c[name] for name in names)).order_by(flag_log.c.id)
    rows = read_frame(connection, query.where(flag_log.c.patient_key.in_(changed.union(waits))))
    return rows.astype({name: "object" if name in ("rule", "change") else "int64" for name in names})


def _is_urgent(table: Table) -> ColumnElement[bool]:
    return (table.c.severity == CRITICAL) | (table.c.rule == ITEM_9)


def add_absence(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(absence).values(dict(values)))


def read_absences(connection: Connection) -> pd.DataFrame:
    """Who is away and who stands in, as it was entered: absent, cover, from_day, to_day, actor, happened_at, clinics
    (JSON, or nothing)."""
    return read_frame(connection, _absences())


@cache
def _absences() -> Select:
    return select(absence).order_by(absence.c.id)
