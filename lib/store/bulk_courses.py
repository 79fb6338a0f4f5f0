"""Where courses begin and end, in bulk: rows of courses.csv, and the ends of patients.csv."""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, select

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
    query = of_patients(_ends(), RECORDS["patients"], patients)
    with seeing_names(connection):
        rows = read_numbers(connection, query, np.int64)
    ended, died = (rows[name].to_numpy() for name in ("ended_on", "died_on"))
    is_one = (ended == NONE) | (died == NONE)
    ends = np.full(size, NONE)
    ends[rows["patient"]] = np.where(is_one, np.maximum(ended, died), np.minimum(ended, died))
    return ends


@cache
def _ends() -> Select:
    of = RECORDS["patients"].c
    days = (known(of[name], name) for name in ("ended_on", "died_on"))
    return select(of.patient_key.label("patient"), *days).where(of.is_current == 1)
