"""What the checks of data quality read in bulk, the counts that are kept of them by day, and what is waived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, case, delete, func, insert, or_, select

from lib.clinical.courses import COUNTING_STATUSES
from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import BY_CODE
from lib.clinical.quality_records import COUNTS, OTHER, PLANNED, VITALS
from lib.store.asked import of_patients_of
from lib.store.bulk import instrument_code, known, read_numbers
from lib.store.quality_tables import quality_count, quality_waiver, two_people
from lib.store.records import read_frame
from lib.store.tables import RECORDS

_WHOLE = ("id", "patient", "clinic_key", "day", "second")
_NAMES = [one.name for one in BY_CODE]


_EVERYBODY = (0, 2**62)


@dataclass(frozen=True)
class Part:
    """What is read at once, so that memory does not grow with the store: patients by key, both ends included, and of theirs the
    records of these clinics (None: of all)."""

    first: int
    last: int
    clinics: Sequence[int] | None

    def holds(self, table: Table) -> ColumnElement[bool]:
        of = table.c
        if self.clinics is None:
            return of.patient_key.between(self.first, self.last)
        if (self.first, self.last) == _EVERYBODY:
            return of.clinic_key.in_(self.clinics)
        # Added up, since SQLite would go through the whole clinic by its index for each of the parts: 75 s and not 10.
        return of.patient_key.between(self.first, self.last) & (of.clinic_key + 0).in_(self.clinics)


def split_patients(connection: Connection, clinics: Sequence[int] | None, most_forms: int) -> list[Part]:
    """All patients in parts of neighbouring keys that have at most so many forms of these clinics, but for one patient who has
    more."""
    table, every = RECORDS["assessments"], Part(*_EVERYBODY, clinics)
    query = select(table.c.patient_key.label("patient"), func.count().label("n"))
    query = query.where(table.c.is_current == 1, every.holds(table)).group_by(table.c.patient_key)
    counted = read_numbers(connection, query.order_by(table.c.patient_key), np.int64)
    starts, n_forms = [every.first], 0
    for patient, n in counted.to_numpy().tolist():
        if n_forms and n_forms + n > most_forms:
            starts.append(patient)
            n_forms = 0
        n_forms += n
    ends = [*(start - 1 for start in starts[1:]), every.last]
    return [Part(first, last, clinics) for first, last in zip(starts, ends, strict=True)]


def _common(table: Any, event: str) -> list:
    """id, patient, clinic_key, day, second of records of a kind."""
    return [
        table.c.id,
        table.c.patient_key.label("patient"),
        table.c.clinic_key,
        table.c[f"{event}_day"].label("day"),
        known(table.c[f"{event}_second"], "second"),
    ]


def _in_order(query: Select, table: Table, part: Part) -> Select:
    """Of this part, by patient and as they came: so failing rows are listed, whichever index found them."""
    return query.where(part.holds(table)).order_by(table.c.patient_key, table.c.id)


def read_forms(connection: Connection, part: Part, until: int) -> pd.DataFrame:
    """PHQ-9 and GAD-7 in force up to a day, as quality_records.QualityRecords has its forms."""
    table = RECORDS["assessments"]
    code = instrument_code(table)
    items = [known(table.c[name], name) for name in ITEM_COLUMNS]
    query = select(*_common(table, "assessed_at"), code, *items, known(table.c.total, "total"))
    is_read = and_(table.c.instrument.in_(_NAMES), table.c.is_current == 1, table.c.assessed_at_day <= until)
    return read_numbers(connection, _in_order(query.where(is_read), table, part), np.int64)


def read_other_forms(connection: Connection, part: Part, until: int) -> pd.DataFrame:
    """Forms of other names: id, patient, clinic_key, day, second, name."""
    table = RECORDS["assessments"]
    query = select(*_common(table, "assessed_at"), table.c.instrument.label("name"))
    is_read = and_(
        table.c.instrument.not_in(_NAMES), table.c.is_current == 1, table.c.assessed_at_day <= until
    )
    return _typed(read_frame(connection, _in_order(query.where(is_read), table, part)), "name")


def read_sessions(connection: Connection, part: Part) -> pd.DataFrame:
    """Dosing sessions and plans in force, as quality_records.QualityRecords has them."""
    table = RECORDS["dosing_sessions"]
    said = func.coalesce(table.c.status, "taken")
    counts = and_(or_(table.c.status.is_(None), said.in_(COUNTING_STATUSES)), table.c.dose_mg > 0)
    status = case((counts, COUNTS), (said == "planned", PLANNED), else_=OTHER).label("status")
    numbers = [table.c[name] for name in ("prescribed_mg", *VITALS)]
    query = select(*_common(table, "started_at"), status, *numbers).where(table.c.is_current == 1)
    rows = read_numbers(connection, _in_order(query, table, part), float)
    return rows.astype(dict.fromkeys((*_WHOLE, "status"), "int64"))


def read_orders(connection: Connection, part: Part, until: int) -> pd.DataFrame:
    """Orders that name an interval, the last of a day last: patient, day, interval_days."""
    table, sessions = RECORDS["dose_orders"], RECORDS["dosing_sessions"]
    of, second = table.c, known(table.c.ordered_at_second, "second")
    query = select(of.patient_key.label("patient"), of.ordered_at_day.label("day"), second, of.interval_days)
    query = query.where(of.is_current == 1, of.interval_days.is_not(None), of.ordered_at_day <= until)
    # Whichever clinic ordered: sessions are held against them.
    query = query.where(of.patient_key.in_(select(sessions.c.patient_key).where(part.holds(sessions))))
    return read_numbers(connection, query.order_by(of.ordered_at_day, second, of.id), float)


def read_weights(connection: Connection, part: Part, kind: str, until: int) -> pd.DataFrame:
    """Observations of a kind that are numbers above 0: id, patient, clinic_key, day, second, kg."""
    table = RECORDS["observations"]
    query = select(*_common(table, "observed_at"), table.c.value.label("kg"))
    is_read = and_(table.c.kind == kind, table.c.is_current == 1, table.c.observed_at_day <= until)
    rows = _typed(read_frame(connection, _in_order(query.where(is_read), table, part)), "kg")
    rows["kg"] = pd.to_numeric(rows["kg"], errors="coerce").astype(float)
    return rows[rows["kg"] > 0].reset_index(drop=True)


def read_about_people(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """What patients.csv says of each identity of these clinics (None: of all): patient, initials, birth_date, birth_year, sex,
    clinician_id, died_on."""
    table = RECORDS["patients"]
    names = ("initials", "birth_date", "birth_year", "sex", "clinician_id", "died_on")
    query = select(table.c.patient_key.label("patient"), *(table.c[name] for name in names)).where(
        table.c.is_current == 1
    )
    return _typed(read_frame(connection, of_patients_of(query, table, clinics))).drop_duplicates(
        "patient", keep="last"
    )


def _typed(rows: pd.DataFrame, *words: str) -> pd.DataFrame:
    """Whole numbers as such; words as text, also of no rows at all."""
    whole = {name: "int64" for name in _WHOLE if name in rows}
    return rows.astype({**whole, **dict.fromkeys(words, "object")})


def keep_counts(connection: Connection, day: int, rows: pd.DataFrame) -> None:
    """In place of what was counted on this day before. rows: the columns of quality_count but its key."""
    connection.execute(delete(quality_count).where(quality_count.c.on_day == day))
    if len(rows):
        plain = rows.astype(object).where(rows.notna(), None)
        connection.execute(insert(quality_count), plain.to_dict("records"))


def read_counts(connection: Connection, clinics: Sequence[int] | None, since: int) -> pd.DataFrame:
    """By day and check, over these clinics: on_day, check, n_asked, n_failing, n_waived."""
    of = quality_count.c
    sums = [func.sum(of[name]).label(name) for name in ("n_asked", "n_failing", "n_waived")]
    query = select(of.on_day, of.check_code.label("check"), *sums).where(of.on_day >= since)
    if clinics is not None:
        # Rows of no known clinic are everybody's; a pair of two clinics is for those who see both.
        of_nobody = of.clinic_key.is_(None) & (of.check_code != "same_person")
        query = query.where(of.clinic_key.in_(clinics) | of_nobody)
    return read_frame(connection, query.group_by(of.on_day, of.check_code).order_by(of.on_day))


def add_waivers(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """rows: the columns of quality_waiver but its key."""
    if rows:
        connection.execute(insert(quality_waiver), [dict(row) for row in rows])


def read_waivers(connection: Connection) -> pd.DataFrame:
    """Of each check and record what was said last: the columns of quality_waiver."""
    rows = read_frame(connection, select(quality_waiver).order_by(quality_waiver.c.id))
    return rows.drop_duplicates(["check_code", "record"], keep="last").reset_index(drop=True)


def add_verdict(connection: Connection, values: Mapping[str, Any]) -> None:
    """values: the columns of two_people but its key."""
    connection.execute(insert(two_people).values(dict(values)))


def read_verdicts(connection: Connection) -> pd.DataFrame:
    """Of each pair what was said last: the columns of two_people."""
    rows = read_frame(connection, select(two_people).order_by(two_people.c.id))
    return rows.drop_duplicates(["first_key", "second_key"], keep="last").reset_index(drop=True)
