"""Where courses begin and end, in bulk: rows of courses.csv, and the ends of patients.csv."""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, select

from lib.clinical.held_columns import arrays_of, frame_of
from lib.clinical.segments import NONE, Ints
from lib.store.asked import chosen, of_patients
from lib.store.bulk import known, read_numbers
from lib.store.engine import seeing_names
from lib.store.tables import RECORDS


def read_given_courses(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """Rows of courses.csv in force: patient, started_on, ended_on."""
    query = of_patients(_given_courses(), RECORDS["courses"], patients)
    return chosen(read_numbers(connection, query, np.int64), patients)


@cache
def _given_courses() -> Select:
    of = RECORDS["courses"].c
    columns = (of.patient_key.label("patient"), of.started_on, known(of.ended_on, "ended_on"))
    return select(*columns).where(of.is_current == 1)


def read_ends(connection: Connection, patients: Iterable[int] | None, size: int) -> Ints:
    """By patient key: the first of ended_on and died_on of patients.csv, or NONE."""
    rows = _read_ends(connection, patients)
    ended, died = (rows[name].to_numpy() for name in ("ended_on", "died_on"))
    is_one = (ended == NONE) | (died == NONE)
    ends = np.full(size, NONE)
    ends[rows["patient"]] = np.where(is_one, np.maximum(ended, died), np.minimum(ended, died))
    return ends


def read_deaths(connection: Connection, patients: Iterable[int] | None, until: int) -> pd.DataFrame:
    """Whoever is recorded to have died up to a day: patient, died_on (days)."""
    rows = chosen(_read_ends(connection, patients), patients)
    held = arrays_of(rows, ("patient", "died_on"))
    has_died = (held["died_on"] != NONE) & (held["died_on"] <= until)
    return frame_of({name: one[has_died] for name, one in held.items()})


def _read_ends(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    with seeing_names(connection):
        return read_numbers(connection, of_patients(_ends(), RECORDS["patients"], patients), np.int64)


@cache
def _ends() -> Select:
    of = RECORDS["patients"].c
    days = (known(of[name], name) for name in ("ended_on", "died_on"))
    return select(of.patient_key.label("patient"), *days).where(of.is_current == 1)
